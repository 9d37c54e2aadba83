"""The doctor's judgement, without a broker: facts in, findings out.  Each state is a case."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.runtime.doctor import cluster, examine, judge, room
from pipeline.runtime.doctor.causes import OF_MISMATCH, OF_TROUBLE
from pipeline.runtime.doctor.examine import WAITS, within
from pipeline.runtime.doctor.facts import ClockFacts, EmbeddedFacts, Member, RightsFacts, RoomFacts, Volume
from pipeline.runtime.doctor.findings import STATES, Check, Finding, FindingState, Level
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.lag import STAND_INS, PartitionProgress
from pipeline.runtime.kafka.mismatches import FoundTopic, MismatchKind, mismatches
from pipeline.runtime.kafka.refusals import Unreachable
from pipeline.runtime.kafka.rights import (
    Operation,
    Resource,
    Right,
    commands,
    operator_rights,
    room_rights,
    topic_rights,
)
from pipeline.runtime.kafka.troubles import Trouble
from pipeline.runtime.worker.register import LocalWorker, Registered, registered, workers
from pipeline.settings import Settings
from pipeline.shard import JOURNAL_VERSION, JournalKind, Shard, UnknownJournal, _entry
from pipeline.topology import ROOMS, TOPICS

GIB = 1024**3
ROOMY, FULL = Volume("/data", 50 * GIB, 100 * GIB), Volume("/data", GIB // 100, 100 * GIB)
HERE = EmbeddedFacts(is_installed=True, is_running=False, address="127.0.0.1:9092", volume=ROOMY)


def test_every_state_has_a_level_and_a_meaning() -> None:
    """The published enumeration is described as a whole, and what other enumerations name is in it."""
    assert set(STATES) == set(FindingState)
    assert all(meaning for _, meaning in STATES.values())
    assert (set(OF_MISMATCH), set(OF_TROUBLE)) == (set(MismatchKind), set(Trouble))
    assert set(WAITS) <= set(Check)


EMBEDDED: dict[str, tuple[EmbeddedFacts, FindingState]] = {
    "runs": (replace(HERE, is_running=True), FindingState.RUNNING),
    "runs on a disk that is nearly full": (replace(HERE, is_running=True, volume=FULL), FindingState.RUNNING),
    "stopped": (HERE, FindingState.STOPPED),
    "never started": (replace(HERE, address=""), FindingState.STOPPED),
    "one of three has ended": (
        replace(HERE, missing="of 3 brokers 2 run; missing: number 2"),
        FindingState.INCOMPLETE,
    ),
    "its disk is full": (replace(HERE, volume=FULL), FindingState.FULL_DISK),
    "not installed": (replace(HERE, is_installed=False), FindingState.NOT_INSTALLED),
}


@pytest.mark.parametrize("case", EMBEDDED)
def test_the_embedded_broker(case: str) -> None:
    """It is never said that it can be started while it runs, or while its disk is full."""
    facts, state = EMBEDDED[case]
    (finding,) = judge.embedded(facts)
    assert finding.state is state
    assert ("`wiredesk broker start` starts it" in finding.cause) == (state is FindingState.STOPPED)
    assert ("`wiredesk up --embedded`, if it runs, then starts it by itself" in finding.remedy) == (
        state is FindingState.FULL_DISK
    )


UNREACHABLE: dict[str, tuple[EmbeddedFacts, Trouble, str]] = {
    "nothing was ever here": (replace(HERE, address=""), Trouble.NOTHING_LISTENS, "the remedy"),
    "the embedded one ended, its disk full": (replace(HERE, volume=FULL), Trouble.NOTHING_LISTENS, "make room"),
    "the embedded one is starting": (replace(HERE, is_running=True), Trouble.NOTHING_LISTENS, "is starting"),
    "the embedded one is elsewhere": (
        replace(HERE, is_running=True, address="127.0.0.1:9192"),
        Trouble.NOTHING_LISTENS,
        "runs at 127.0.0.1:9192",
    ),
    "a wrong password": (replace(HERE, is_running=True, address="127.0.0.1:9192"), Trouble.LOGIN, "the remedy"),
}


@pytest.mark.parametrize("bootstrap", ["127.0.0.1:9092", "localhost:9092"])
@pytest.mark.parametrize("case", UNREACHABLE)
def test_no_way_to_the_broker(case: str, bootstrap: str) -> None:
    """The state is the cause's own, and the remedy never tells to start what runs or cannot."""
    embedded, trouble, remedy = UNREACHABLE[case]
    finding = judge.unreachable(Unreachable(trouble, "the cause", "the remedy"), bootstrap, embedded)
    assert (finding.state.value, finding.cause) == (trouble.name.lower().replace("_", "-"), "the cause")
    assert remedy in finding.remedy
    assert finding.level is Level.BAD


@pytest.mark.parametrize(
    ("volumes", "states"),
    [
        ([], [FindingState.UNSEEN]),
        ([ROOMY, ROOMY], [FindingState.RIGHT]),
        ([ROOMY, FULL], [FindingState.FULL_DISK]),
        ([Volume("/small", GIB // 50, GIB // 40)], [FindingState.FULL_DISK]),
        ([Volume("/huge", 5 * GIB, 20_000 * GIB)], [FindingState.RIGHT]),
    ],
)
def test_disks(volumes: list[Volume], states: list[FindingState]) -> None:
    """One finding for each disk that is full, one for all if none is."""
    assert [finding.state for finding in judge.disks(volumes)] == states


NOW = 1_800_000_000_000
CLOCKS: dict[str, tuple[ClockFacts, FindingState, int]] = {
    "together": (ClockFacts(NOW, NOW + 5, NOW + 10, NOW - 500), FindingState.RIGHT, 0),
    "ahead by a minute": (ClockFacts(NOW, NOW - 60_000, NOW + 10, None), FindingState.CLOCK_OFF, 60_005),
    "behind by a minute": (ClockFacts(NOW, NOW + 60_000, NOW + 10, None), FindingState.CLOCK_OFF, -59_995),
    "the answer took so long that nothing is known": (
        ClockFacts(NOW, NOW, NOW + 12_000, None),
        FindingState.RIGHT,
        6_000,
    ),
    "not told, and no record": (ClockFacts(NOW, None, NOW, None), FindingState.UNSEEN, 0),
    "not told, an old record": (ClockFacts(NOW, None, NOW, NOW - 60_000), FindingState.UNSEEN, 0),
    "not told, a record of the future": (ClockFacts(NOW, None, NOW, NOW + 60_000), FindingState.CLOCK_OFF, -60_000),
    "told, but a leader is ahead": (ClockFacts(NOW, NOW, NOW, NOW + 60_000), FindingState.CLOCK_OFF, -60_000),
}


@pytest.mark.parametrize("case", CLOCKS)
def test_the_clock(case: str) -> None:
    """Off is said only if the difference is larger than the error of the measurement explains."""
    facts, state, ahead_ms = CLOCKS[case]
    (finding,) = judge.clock(facts)
    assert finding.state is state
    assert finding.figures.get("ahead_ms", 0) == ahead_ms


APP, USER = "wiredesk", "desk"
EVERYTHING = operator_rights(APP).union(*(room_rights(APP, spec) for spec in ROOMS.values()))
RESOLVE = room_rights(APP, ROOMS["resolve"])


def may(allowed: frozenset[Right], *missing_topics: str) -> RightsFacts:
    return RightsFacts(APP, USER, "kafka:9092", allowed, frozenset(missing_topics))


WRITE_RESOLVED = Right(Operation.WRITE, Resource.TOPIC, "wire.resolved")
READ_GROUP = Right(Operation.READ, Resource.GROUP, "wiredesk.resolve")
WRITE_ID = Right(Operation.WRITE, Resource.TRANSACTIONAL_ID, "wiredesk.resolve-", is_prefix=True)
RIGHTS: dict[str, tuple[RightsFacts, dict[str, set[Right]]]] = {
    "everything": (may(EVERYTHING), {}),
    "exactly a room's": (may(RESOLVE), {}),
    "exactly an operator's": (may(operator_rights(APP)), {}),
    "a room's without one on a topic": (may(RESOLVE - {WRITE_RESOLVED}), {"resolve": {WRITE_RESOLVED}}),
    "a room's without the group": (may(RESOLVE - {READ_GROUP}), {"resolve": {READ_GROUP}}),
    "a room's without the transactional id": (may(RESOLVE - {WRITE_ID}), {"resolve": {WRITE_ID}}),
    "an operator's without one": (
        may(operator_rights(APP) - {Right(Operation.DESCRIBE_CONFIGS, Resource.TOPIC, "wire.raw")}),
        {"operator": {Right(Operation.DESCRIBE_CONFIGS, Resource.TOPIC, "wire.raw")}},
    ),
    "nothing": (may(frozenset()), {"operator": set(operator_rights(APP))}),
    "on a topic that does not exist": (
        may(RESOLVE - {right for right in RESOLVE if right.name == "wire.resolved"}, "wire.resolved"),
        {},
    ),
}


@pytest.mark.parametrize("case", RIGHTS)
def test_rights(case: str) -> None:
    """Whom the user stands for follows from what it may do; what it lacks is named, by resource and operation."""
    facts, missing = RIGHTS[case]
    found = [finding for finding in judge.rights(facts) if finding.state is FindingState.NO_RIGHT]
    assert {finding.subject: set(finding.details) for finding in found} == {
        subject: set(map(str, lacking)) for subject, lacking in missing.items()
    }
    assert all(USER in finding.cause for finding in found)


def test_one_right_that_is_missing_can_be_granted_by_the_command() -> None:
    """The remedy is the command: principal, operation, resource; a transactional id is a prefix."""
    (finding,) = judge.rights(may(RESOLVE - {WRITE_ID}))
    assert finding.remedy == (
        "kafka-acls.sh --bootstrap-server kafka:9092 --add --allow-principal User:desk --operation Write "
        "--transactional-id wiredesk.resolve- --resource-pattern-type prefixed"
    )
    assert commands("k:1", "u", []) == []


def test_the_rights_of_a_room_are_those_of_its_row() -> None:
    """It writes to its own input, for its ticks, and deletes records of its journal alone."""
    for spec in ROOMS.values():
        topics = topic_rights(spec)
        assert spec.source in topics.writes
        assert topics.deletes == (spec.journal,)


RIGHT_TOPICS = {name: FoundTopic(topic.partitions, 1, topic.settings()) for name, topic in TOPICS.items()}


def topics_judged(hidden: frozenset[str] = frozenset(), **changed: FoundTopic | None) -> list[Finding]:
    found = {**RIGHT_TOPICS, **{f"wire.{name}": topic for name, topic in changed.items()}}
    wrong = [one for topic in TOPICS.values() for one in mismatches(topic, found.get(topic.name), 1)]
    return list(judge.topics(wrong, hidden))


def changed(name: str, **settings: str) -> FoundTopic:
    values = {key.replace("_", "."): value for key, value in settings.items()}
    return replace(RIGHT_TOPICS[name], config={**RIGHT_TOPICS[name].config, **values})


SECRET = FoundTopic(0, 0, {}, is_forbidden=True)
TOPIC_CASES: dict[str, tuple[dict[str, Any], list[tuple[FindingState, str]]]] = {
    "as they must be": ({}, [(FindingState.RIGHT, "")]),
    "missing": ({"raw": None}, [(FindingState.MISSING, "wire.raw")]),
    "forbidden": ({"raw": SECRET, "dead": SECRET}, [(FindingState.FORBIDDEN, "wire.raw and wire.dead")]),
    "one missing, one forbidden": (
        {"raw": None, "dead": SECRET},
        [(FindingState.MISSING, "wire.raw"), (FindingState.FORBIDDEN, "wire.dead")],
    ),
    "partitions added": (
        {"raw": replace(RIGHT_TOPICS["wire.raw"], partitions=8)},
        [(FindingState.PARTITIONS_DIFFER, "wire.raw")],
    ),
    "fewer replicas": (
        {"raw": replace(RIGHT_TOPICS["wire.raw"], replicas=0)},
        [(FindingState.REPLICATION_DIFFERS, "wire.raw")],
    ),
    "the producer's time": (
        {"raw": changed("wire.raw", message_timestamp_type="CreateTime")},
        [(FindingState.SETTING_DIFFERS, "wire.raw")],
    ),
    "a codec that cannot be read": (
        {"alerts": changed("wire.alerts", compression_type="no-codec-of-ours")},
        [(FindingState.SETTING_DIFFERS, "wire.alerts")],
    ),
    "settings that may not be seen": (
        {"raw": replace(RIGHT_TOPICS["wire.raw"], config={})},
        [(FindingState.SETTINGS_UNSEEN, "wire.raw")],
    ),
    "hidden, and not needed": ({"raw": SECRET, "hidden": frozenset({"wire.raw"})}, [(FindingState.UNSEEN, "")]),
}


@pytest.mark.parametrize("case", TOPIC_CASES)
def test_topics(case: str) -> None:
    """One finding for each kind of difference, with the topics that have it."""
    arguments, wanted = TOPIC_CASES[case]
    assert [(finding.state, finding.subject) for finding in topics_judged(**arguments)] == wanted


OTHER, PARTITION = Member("wiredesk.resolve-other", "1", "other"), PartitionProgress(2, position=9)
NORMAL = RoomFacts(APP, "resolve", (OTHER,), (PARTITION,))


def worker(name: str, *, alive: bool, code: int | None = None, why: str = "") -> LocalWorker:
    one = Registered(app_id=APP, room="resolve", instance=name, client_id=name, pid=1, exit_code=code, why=why)
    return LocalWorker(one, alive)


def partition(**more: Any) -> tuple[PartitionProgress, ...]:
    return (replace(PARTITION, **more),)


LOCAL = (Member("wiredesk.resolve-here", "2", "here"),)
RECOVERING = {"status": "recovering", "journal": {"2": {"read": 5, "of": 9}}}
DONE = replace(NORMAL, members=LOCAL, workers=(worker("here", alive=False, code=0, why="stopped on request"),))
ROOM_CASES: dict[str, tuple[RoomFacts, FindingState, int, str]] = {
    "works elsewhere": (NORMAL, FindingState.WORKING, 1, "1 worker; nothing waits"),
    "works here": (
        replace(NORMAL, members=LOCAL, workers=(worker("here", alive=True),)),
        FindingState.WORKING,
        1,
        "1 w",
    ),
    "works, and much waits": (
        replace(NORMAL, progress=partition(waiting=1234)),
        FindingState.WORKING,
        1,
        "1,234 records",
    ),
    "here, under another state folder": (replace(NORMAL, members=LOCAL), FindingState.WORKING, 1, "1 worker"),
    "nobody": (replace(NORMAL, members=()), FindingState.ABSENT, 0, "no worker; nothing waits"),
    "ended, and Kafka does not know yet": (
        DONE,
        FindingState.ABSENT,
        0,
        "stopped on request; Kafka lists it for up to 10",
    ),
    "killed": (
        replace(NORMAL, members=LOCAL, workers=(worker("here", alive=False),)),
        FindingState.ABSENT,
        0,
        "was killed",
    ),
    "failed": (
        replace(NORMAL, members=(), workers=(worker("here", alive=False, code=77, why="no right"),)),
        FindingState.ABSENT,
        0,
        "ended with exit code 77: no right",
    ),
    "starting": (
        replace(NORMAL, members=(), workers=(worker("here", alive=True),)),
        FindingState.STARTING,
        1,
        "not yet",
    ),
    "one left of two": (
        replace(DONE, members=(*LOCAL, OTHER)),
        FindingState.WORKING,
        1,
        "1 worker",
    ),
    "an old file of a name that somebody else has now": (
        replace(DONE, members=(Member("wiredesk.resolve-here", "1", "the token of another folder"),)),
        FindingState.WORKING,
        1,
        "1 worker",
    ),
    "recovering": (replace(NORMAL, pages=(RECOVERING,)), FindingState.RECOVERING, 1, "partition 2: 5 of 9"),
    "breaker": (
        replace(NORMAL, members=(), progress=partition(is_breaker_open=True, died=101, recent=120, waiting=3)),
        FindingState.BREAKER_OPEN,
        0,
        "101 of the last 120 records of wire.normalised/2 died (more than 100 stop it); 3 records wait",
    ),
    "journal of another version": (
        replace(NORMAL, progress=partition(unreadable="version 1", is_breaker_open=True)),
        FindingState.JOURNAL_UNREADABLE,
        1,
        "version 1",
    ),
    "journal lost": (
        replace(NORMAL, members=(), progress=partition(lost="it is gone")),
        FindingState.JOURNAL_LOST,
        0,
        "gone",
    ),
    "records deleted before they were read": (
        replace(NORMAL, progress=partition(deleted=4)),
        FindingState.RECORDS_DELETED,
        1,
        "4 of wire.normalised/2",
    ),
    "not to be seen": (RoomFacts(APP, "resolve", unseen="no right"), FindingState.UNSEEN, 0, "no right"),
}


@pytest.mark.parametrize("case", ROOM_CASES)
def test_a_room(case: str) -> None:
    """The most urgent state, its cause, and the workers as numbers."""
    facts, state, count, cause = ROOM_CASES[case]
    (finding,) = room.judge(facts)
    assert (finding.state, finding.figures.get("workers", 0)) == (state, count)
    assert cause in finding.cause
    assert all(type(value) is int for value in finding.figures.values())


def test_a_room_that_must_not_be_started_is_not_told_to_start() -> None:
    """With an open breaker, or a journal that cannot be used, it would only end again."""
    for case, (facts, state, *_) in ROOM_CASES.items():
        told = "start it: " in next(room.judge(facts)).remedy
        assert told == (state is FindingState.ABSENT), case


def test_names_that_change_hands() -> None:
    """A member that joined again under its name is another process; one that is new or gone is none."""
    before = {"tag": [Member("t-a", "1", "a"), Member("t-b", "2", "b")]}
    same = judge.names(before, before, 2.5)
    assert (same.state, same.figures) == (FindingState.RIGHT, {"workers": 2})
    other = judge.names(before, {"tag": [Member("t-a", "9", "a"), Member("t-c", "3", "c")]}, 2.5)
    assert (other.state, other.details) == (FindingState.NAME_TAKEN, ("t-a",))
    assert judge.names({}, {}, 2.5).state is FindingState.RIGHT


LOOKS = {  # the member ids of one name, look after look -> what is found
    "nothing happens": ("111", FindingState.RIGHT),
    "it is restarted": ("122", FindingState.RIGHT),
    "two workers take turns": ("1212", FindingState.NAME_TAKEN),
}


@pytest.mark.parametrize("case", LOOKS)
def test_a_restart_is_not_a_second_worker(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that joined again is looked at once more: only one that joins again and again has a rival."""
    ids, state = LOOKS[case]
    looks = iter(ids)
    monkeypatch.setattr(examine, "NAMES_SECONDS", 0.0)
    monkeypatch.setattr(cluster, "members", lambda *_: {"tag": [Member("t-a", next(looks), "a")]})
    doctor, admin = examine.Examination(Settings()), cast(Admin, None)
    assert doctor._names(admin, doctor._members(admin), 0.0).state is state


def test_a_stand_in_knows_positions_and_breaker_of_any_journal() -> None:
    """It restores what the room wrote, without its state: position, dead, reset; it refuses another version."""
    for name in ROOMS:
        shard = Shard(STAND_INS[name](), 1)
        for offset in range(150):
            shard.restore(_entry(JournalKind.DIED, offset, b""))
        assert (shard.position, shard.is_breaker_open) == (149, True)
        shard.restore(_entry(JournalKind.RESET, 149, b""))
        shard.restore(_entry(JournalKind.DECIDED, 150, b"anything"))
        shard.restore(_entry(JournalKind.CARRY, 150, b"anything"))
        assert (shard.position, shard.is_breaker_open) == (150, False)
        with pytest.raises(UnknownJournal, match=f"holds records of version {JOURNAL_VERSION + 7};"):
            shard.restore(bytes([JOURNAL_VERSION + 7]) + b"x")


def test_a_worker_is_registered_while_it_lives(tmp_path: Path) -> None:
    """Alive within, afterwards how it ended; the next of its name removes that; a damaged file is passed over."""
    settings = Settings(state_dir=tmp_path, instance="a", health_port=7001)
    with registered(settings, "tag", "id") as entry:
        (one,) = workers(settings)
        assert (one.is_alive, one.registered.page) == (True, "http://127.0.0.1:7001/health")
        entry.ended(65, "the breaker")
        entry.ended(0, "stopped on request")
    (tmp_path / "workers" / "torn.worker").write_text("{")
    (one,) = workers(settings)
    assert (one.is_alive, one.registered.exit_code, one.registered.why) == (False, 65, "the breaker")
    with registered(settings.model_copy(update={"instance": "b"}), "tag", "b"), registered(settings, "tag", "id"):
        assert {(one.registered.instance, one.is_alive) for one in workers(settings)} == {("a", True), ("b", True)}
    assert workers(settings.model_copy(update={"app_id": "another"})) == []


def test_no_check_takes_longer_than_its_time() -> None:
    """What hangs is left behind after its deadline; an answer, or an error of the check, comes through."""
    over = threading.Event()
    with pytest.raises(TimeoutError, match=r"no answer in 0\.2 s"):
        within(0.2, over.wait)
    over.set()
    assert within(5, lambda: "answer") == "answer"

    def fails() -> None:
        raise LookupError("of the check itself")

    with pytest.raises(LookupError, match="of the check itself"):
        within(5, fails)


@pytest.mark.parametrize("refused", [True, False])
def test_a_state_folder_that_cannot_be_written(
    refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said with the variable's name, and the checks go on; one that is yet to be made is right."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREDESK_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("WIREDESK_BOOTSTRAP", "127.0.0.1:1")
    asked = os.access
    monkeypatch.setattr(  # root may write everywhere
        os, "access", lambda path, mode: not (refused and mode & os.W_OK) and asked(path, mode)
    )
    result = CliRunner().invoke(main, ["doctor", "--json"])
    first, *others = [json.loads(line) for line in result.stdout.splitlines()]
    assert (first["check"], first["level"]) == ("settings", "bad" if refused else "ok")
    assert ("WIREDESK_STATE_DIR" in first["cause"]) == refused
    assert {"check": "broker", "state": "nothing-listens"}.items() <= others[-1].items()
    assert not (tmp_path / "state").exists()

"""What the doctor says in every state of a broker, its topics and the rooms, each brought about for real."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from doctor_lab import (
    APP,
    HOST,
    Lab,
    a_clock,
    a_full_disk,
    a_port_that_never_answers,
    altered,
    fewer_rights,
    joining_again,
    made,
    more_partitions,
    one_hidden_one_missing,
    without,
)
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata
from worker_driver import WorkerDriver

from pipeline.runtime.doctor import cluster, examine
from pipeline.runtime.doctor.facts import ClockFacts
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.mismatches import FoundTopic
from pipeline.runtime.kafka.rights import Operation, Resource, Right, operator_rights, room_rights
from pipeline.shard import BREAKER_DEAD_MAX
from pipeline.topology import ROOMS, TOPICS
from tests.waiting import SECONDS, eventually

ALL_TOPICS = f"wire.raw, wire.normalised, wire.resolved and {len(TOPICS) - 3} more"
ANSWER_SECONDS, CHECK_SECONDS = examine.ANSWER_SECONDS, examine.CHECK_SECONDS

pytestmark = [pytest.mark.broker, pytest.mark.slow]

States = dict[tuple[str, str], str]  # check and subject -> state


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One for all tests here, which change it in their order."""
    with made(tmp_path_factory.mktemp("lab")) as found:
        yield found


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two looks at the names follow each other at once, except where the names are what is tried.

    A broker on a loaded machine may take its time, except where its silence is what is tried.
    """
    monkeypatch.setattr(examine, "NAMES_SECONDS", 0.1)
    monkeypatch.setattr(examine, "ANSWER_SECONDS", SECONDS)
    monkeypatch.setattr(examine, "CHECK_SECONDS", SECONDS)


@dataclass(frozen=True)
class Case:
    """What is done, the settings, and the states that differ from those of a broker where no room runs."""

    states: States
    cause: str = ""  # in one of these findings
    remedy: str = ""  # likewise
    variables: Callable[[Lab], dict[str, object]] = lambda lab: {}
    during: Callable[[Lab], AbstractContextManager[object]] = lambda lab: nullcontext()


def checked(lab: Lab, case: Case) -> list[dict[str, Any]]:
    """The findings of a case, which are as it says."""
    with case.during(lab):
        found = lab.findings(**case.variables(lab))
    states = {(one["check"], one["subject"]): one["state"] for one in found}
    assert {key: states.get(key) for key in case.states} == case.states, found
    named = [one for one in found if (one["check"], one["subject"]) in case.states]
    assert any(case.cause in one["cause"] for one in named), named
    assert any(case.remedy in one["remedy"] for one in named), named
    return found


WAYS: dict[str, Case] = {
    "nothing listens": Case(
        {("broker", ""): "nothing-listens"},
        remedy="the embedded broker runs at",
        variables=lambda lab: {"BOOTSTRAP": f"{HOST}:1"},
    ),
    "no such host": Case(
        {("broker", ""): "unknown-host"}, variables=lambda lab: {"BOOTSTRAP": "no-such-host.invalid:9092"}
    ),
    "a wrong password": Case(
        {("broker", ""): "login"}, "'operator'", "WIREDESK_PASSWORD", lambda lab: lab.user("operator", "wrong")
    ),
    "no login where one is wanted": Case(
        {("broker", ""): "login-needed"}, variables=lambda lab: {"BOOTSTRAP": f"{HOST}:{lab.login}"}
    ),
    "a wrong TLS name": Case(
        {("broker", ""): "other-name"},
        "another name than 127.0.0.1",
        variables=lambda lab: {
            "BOOTSTRAP": f"{HOST}:{lab.tls}",
            "SECURITY_PROTOCOL": "SSL",
            "CA_FILE": lab.folder / "cert.pem",
        },
    ),
    "an authority that is not trusted": Case(
        {("broker", ""): "untrusted"},
        variables=lambda lab: {"BOOTSTRAP": f"{HOST}:{lab.tls}", "SECURITY_PROTOCOL": "SSL"},
    ),
    "no topics yet": Case(
        {
            ("embedded-broker", ""): "running",
            ("broker", ""): "right",
            ("disk", ""): "right",
            ("clock", ""): "right",
            ("topics", ALL_TOPICS): "missing",
            ("rights", ""): "right",
            ("room", "tag"): "unseen",
        },
        remedy="wiredesk topics create",
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_way_to_a_broker(lab: Lab, name: str) -> None:
    """Each thing that can be wrong on the way has a state of its own; so has a broker without topics."""
    checked(lab, WAYS[name])


def test_a_broker_that_hangs_does_not_hang_the_doctor(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that takes connections and never answers is a finding within the deadline."""
    monkeypatch.setattr(examine, "ANSWER_SECONDS", ANSWER_SECONDS)
    monkeypatch.setattr(examine, "CHECK_SECONDS", CHECK_SECONDS)
    with a_port_that_never_answers() as port:
        began = time.monotonic()
        found = lab.findings(BOOTSTRAP=f"{HOST}:{port}")
    assert (found[-1]["check"], found[-1]["state"]) == ("broker", "silent")
    assert time.monotonic() - began < SECONDS


def test_a_broker_that_begins_to_hang(lab: Lab) -> None:
    """The check at which it stops is the last finding; what was known before has been said."""
    assert topics.create(lab.broker.connection)  # for the cases below as well
    clock = cluster.clock

    def impatient(admin: Admin, names: Iterable[str]) -> dict[str, FoundTopic]:
        """It comes before the check of the clock, which alone has to end soon."""
        found = topics.seen(admin, names)
        patch.setattr(examine, "CHECK_SECONDS", 3.0)
        return found

    def frozen(admin: Admin, topics: Mapping[str, FoundTopic]) -> ClockFacts:
        os.kill(lab.broker.pid, signal.SIGSTOP)
        return clock(admin, topics)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "clock", frozen)
        patch.setattr(examine, "seen", impatient)
        try:
            found = lab.findings()
        finally:
            os.kill(lab.broker.pid, signal.SIGCONT)
    assert [(one["check"], one["state"]) for one in found[-2:]] == [("disk", "right"), ("clock", "silent")]
    eventually(lambda: lab.findings()[-1]["check"] == "names")


RESOLVE = room_rights(APP, ROOMS["resolve"])
WRITE_RESOLVED = Right(Operation.WRITE, Resource.TOPIC, "wire.resolved")
READ_GROUP = Right(Operation.READ, Resource.GROUP, "wiredesk.resolve")
WRITE_ID = Right(Operation.WRITE, Resource.TRANSACTIONAL_ID, "wiredesk.resolve-", is_prefix=True)
TOPIC_STATES: dict[str, Case] = {
    "all right, no room runs": Case(
        {("topics", ""): "right", ("rights", ""): "right", **{("room", room): "absent" for room in ROOMS}},
        "no worker",
        "wiredesk up",
    ),
    "a topic is missing": Case(
        {("topics", "wire.alerts"): "missing"}, during=lambda lab: without(lab, "wire.alerts")
    ),
    "all topics are forbidden": Case(
        {
            ("topics", ALL_TOPICS): "forbidden",
            ("rights", "operator"): "no-right",
            ("room", "tag"): "unseen",
        },
        "'nobody'",
        "Grant Describe",
        lambda lab: lab.user("nobody"),
    ),
    "an operator with the rights of the page": Case(
        {("topics", ""): "right", ("rights", ""): "right", ("clock", ""): "unseen", ("room", "tag"): "absent"},
        variables=lambda lab: lab.user("operator"),
        during=lambda lab: fewer_rights(lab, "operator", operator_rights(APP)),
    ),
    "an operator who may not see one topic, while another is missing": Case(
        {
            ("topics", "wire.alerts"): "forbidden",
            ("topics", "wire.dead"): "missing",
            ("rights", "operator"): "no-right",
        },
        "lacks Describe on topic wire.alerts",
        variables=lambda lab: lab.user("operator"),
        during=lambda lab: one_hidden_one_missing(lab),
    ),
    "a room's user with the rights of the page": Case(
        {
            ("topics", ""): "unseen",
            ("rights", ""): "right",
            ("room", "resolve"): "absent",
            ("room", "tag"): "unseen",
        },
        "may run resolve",
        variables=lambda lab: lab.user("resolve"),
        during=lambda lab: fewer_rights(lab, "resolve", RESOLVE),
    ),
    "a room's user without a right on a topic": Case(
        {("rights", "resolve"): "no-right"},
        "lacks Write on topic wire.resolved",
        "--allow-principal User:resolve --operation Write --topic wire.resolved",
        lambda lab: lab.user("resolve"),
        lambda lab: fewer_rights(lab, "resolve", RESOLVE - {WRITE_RESOLVED}),
    ),
    "a room's user without a right on its group": Case(
        {("rights", "resolve"): "no-right"},
        "lacks Read on group wiredesk.resolve",
        "--operation Read --group wiredesk.resolve",
        lambda lab: lab.user("resolve"),
        lambda lab: fewer_rights(lab, "resolve", RESOLVE - {READ_GROUP}),
    ),
    "a room's user without a right on its transactional id": Case(
        {("rights", "resolve"): "no-right"},
        "lacks Write on transactional-id wiredesk.resolve-",
        "--resource-pattern-type prefixed",
        lambda lab: lab.user("resolve"),
        lambda lab: fewer_rights(lab, "resolve", RESOLVE - {WRITE_ID}),
    ),
    "partitions were added": Case(
        {("topics", "wire.alerts"): "partitions-differ"},
        "is 6, must be 4",
        during=lambda lab: more_partitions(lab, "wire.alerts"),
    ),
    "wire.raw has the publishers' time": Case(
        {("topics", "wire.raw"): "setting-differs"},
        "message.timestamp.type is CreateTime, must be LogAppendTime",
        "kafka-configs",
        during=lambda lab: altered(lab, "wire.raw", "message.timestamp.type", "CreateTime", "LogAppendTime"),
    ),
    "a topic is not compressed": Case(
        {("topics", "wire.normalised"): "setting-differs"},
        "compression.type is uncompressed, must be one of",
        "compression.type=producer",
        during=lambda lab: altered(lab, "wire.normalised", "compression.type", "uncompressed", "producer"),
    ),
    "a leader that lost records may be elected": Case(
        {("topics", "wire.raw"): "setting-differs"},
        "unclean.leader.election.enable is true, must be false",
        "kafka-configs",
        during=lambda lab: altered(lab, "wire.raw", "unclean.leader.election.enable", "true", "false"),
    ),
    "the disk of an embedded broker that does not run is full": Case(
        {("embedded-broker", ""): "full-disk"},
        remedy="then starts it by itself; else `wiredesk broker start` does",
        variables=lambda lab: {"STATE_DIR": lab.folder / "broker" / "another"},
        during=lambda lab: a_full_disk(lab),
    ),
    "a full disk": Case(
        {("disk", ""): "full-disk"}, "MiB are free", "make room", during=lambda lab: a_full_disk(lab)
    ),
}


@pytest.mark.parametrize("name", TOPIC_STATES)
def test_topics_rights_disk_and_clock(lab: Lab, name: str) -> None:
    """Each of them differs from what it must be, and nothing else is found that was not there before."""
    checked(lab, TOPIC_STATES[name])


@pytest.mark.parametrize(("seconds", "side"), [(60, "ahead of"), (-60, "behind")])
def test_a_clock_that_is_wrong(lab: Lab, seconds: int, side: str) -> None:
    """By how much is found, as far as the request, however long it took, lets that be known."""
    case = Case({("clock", ""): "clock-off"}, f"s {side} the broker's", "NTP", during=lambda lab: a_clock(seconds))
    figures = next(one["figures"] for one in checked(lab, case) if one["check"] == "clock")
    assert abs(figures["ahead_ms"] - 1_000 * seconds) <= figures["error_ms"] + 2  # of rounding


def room(lab: Lab, name: str) -> dict[str, Any]:
    """The finding for a room."""
    return next(one for one in lab.findings() if (one["check"], one["subject"]) == ("room", name))


def start(lab: Lab, room: str) -> None:
    """Start a worker and wait until it has all partitions."""
    lab.workers.start(room, "a")
    eventually(lambda: lab.workers.partitions(f"{room}-a"))


def test_a_worker_that_ends_and_what_waits_then(lab: Lab) -> None:
    """It works; it is gone at once, though Kafka lists it; what waits is records, without markers, group or not."""
    start(lab, "dedupe")
    lab.send("wire.resolved", b"nonsense", transactional=True)
    eventually(lambda: lab.dead("dedupe"))
    found = room(lab, "dedupe")
    assert (found["state"], found["figures"]["workers"], found["figures"]["lag"]) == ("working", 1, 0)
    assert lab.workers.stop("dedupe-a") == 0
    found = room(lab, "dedupe")
    assert (found["state"], found["figures"]["workers"], found["figures"]["lag"]) == ("absent", 0, 0)
    assert "ended with exit code 0: stopped on request; Kafka lists it" in found["cause"]
    for _ in range(3):
        lab.send("wire.resolved", b"more", transactional=True)
    assert room(lab, "dedupe")["figures"]["lag"] == 3
    lab.delete_group("dedupe")
    found = room(lab, "dedupe")
    assert (found["state"], found["figures"]["lag"]) == ("absent", 3)
    lab.delete_records("wire.resolved")
    found = room(lab, "dedupe")
    assert "7 offsets were deleted before they were read" in found["cause"]
    assert (found["figures"]["lag"], found["figures"]["deleted"]) == (0, 7)  # four markers and three records


def test_a_worker_that_was_killed_and_one_that_does_not_move(lab: Lab) -> None:
    """Of records that were deleted under a frozen worker it is told; of the killed one that it was killed."""
    start(lab, "alert")
    lab.send("wire.enriched", b"nonsense")
    eventually(lambda: lab.dead("alert"))
    lab.signal("alert", signal.SIGSTOP)
    lab.send("wire.enriched", b"more", b"and more")
    lab.delete_records("wire.enriched")
    found = room(lab, "alert")
    assert (found["state"], found["figures"]["deleted"], found["figures"]["workers"]) == ("records-deleted", 2, 1)
    lab.signal("alert", signal.SIGKILL)
    found = eventually(lambda: (one := room(lab, "alert"))["state"] == "absent" and one)
    assert "a on this machine was killed" in found["cause"]


def test_an_open_breaker(lab: Lab) -> None:
    """It is found in the journal and nobody is told to start the room; the worker's own words are not needed."""
    start(lab, "normalise")
    # Of two feeds of one partition: a single one would be set aside.
    for feed in ("norden", "meridian"):
        lab.publish(*[b"\xff\xfe\x00"] * (BREAKER_DEAD_MAX // 2 + 15), feed=feed)
    eventually(lambda: room(lab, "normalise")["state"] == "breaker-open", every=1)
    found = room(lab, "normalise")
    assert (found["level"], found["figures"]["died"]) == ("bad", BREAKER_DEAD_MAX + 1)
    assert found["figures"]["lag"] == 15
    assert "--reset-breaker" in found["remedy"]
    assert "start it" not in found["remedy"]


def test_a_room_with_its_rights_and_without_one(lab: Lab) -> None:
    """With exactly the rights of the page it works; without its group's it ends, and the reason is found."""
    settings = {name: str(value) for name, value in lab.user("resolve").items() if name != "BOOTSTRAP"}
    address = f"{HOST}:{lab.login}"
    with WorkerDriver(address, lab.folder, {"SESSION_SECONDS": "6", **settings}) as as_resolve:
        lab.grant("resolve", RESOLVE)
        as_resolve.start("resolve", "r")
        eventually(lambda: as_resolve.partitions("resolve-r"))
        assert room(lab, "resolve")["state"] == "working"
        assert as_resolve.stop("resolve-r") == 0
        lab.grant("resolve", {right for right in RESOLVE if right.resource is not Resource.GROUP})
        as_resolve.start("resolve", "r")
        eventually(lambda: "ended with exit code 77" in room(lab, "resolve")["cause"], every=0.5)
    found = room(lab, "resolve")
    assert found["state"] == "absent"
    assert "the broker does not let the user 'resolve' see the group wiredesk.resolve" in found["cause"]
    assert found["remedy"].startswith("remove that cause, then start it")


def test_journals_that_cannot_be_used(lab: Lab) -> None:
    """One of another version, and one that is empty although the room has worked."""
    lab.send("wire.journal.resolve", b"\x01of another version", partition=2)
    found = room(lab, "resolve")
    assert (found["state"], found["level"]) == ("journal-unreadable", "bad")
    assert "wire.journal.resolve/2 holds records of version 1" in found["cause"]
    with Admin(lab.broker.connection) as admin:
        offsets = {TopicPartition("wire.deduped", 1): OffsetAndMetadata(7, "", -1)}
        admin.alter_group_offsets(f"{APP}.tag", offsets)
    found = room(lab, "tag")
    assert (found["state"], found["level"]) == ("journal-lost", "bad")
    assert "wire.journal.tag/1 holds nothing, but the room has done wire.deduped/1 up to 7" in found["cause"]


def test_two_workers_of_one_name(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Members that take each other's place are two; Kafka's list tells it, wherever they run."""
    monkeypatch.setattr(examine, "NAMES_SECONDS", 2.5)
    with joining_again(lab, "tag"):
        (found,) = eventually(lambda: [one for one in lab.findings() if one["state"] == "name-taken"])
    assert (found["check"], found["details"]) == ("names", [f"{APP}.tag-twin"])

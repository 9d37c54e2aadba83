"""What is done to a cluster under a running room: the room ends with the remedy, or goes on; it skips nothing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from doctor_lab import Lab, made
from kafka import TopicPartition
from kafka.admin import MemberToRemove, NewPartitions
from kafka.structs import OffsetAndMetadata
from worker_driver import WorkerDriver

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.exit_codes import EXIT_REFUSED, EXIT_SETTINGS, EXIT_WRONG
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.controls import shards
from pipeline.runtime.kafka.rights import room_rights
from pipeline.topology import ROOMS, journal_topic
from tests.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

ROOM, USER = "resolve", "resolve"
SOURCE, JOURNAL, WORKER = ROOMS[ROOM].source, journal_topic(ROOM), f"{ROOM}-a"
APPS = itertools.count()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One for all tests here: each has an application and topics of its own."""
    with made(tmp_path_factory.mktemp("lab")) as found:
        topics.create(found.broker.connection)
        yield found


@pytest.fixture
def running(lab: Lab, tmp_path: Path) -> Iterator[WorkerDriver]:
    """A room that has done a record, as a user with the rights of the room and no others."""
    app_id = f"changes-{next(APPS)}"
    lab.recreate(SOURCE, JOURNAL)
    lab.grant(USER, room_rights(app_id, ROOMS[ROOM]))
    settings = {name: str(value) for name, value in lab.user(USER).items() if name != "BOOTSTRAP"}
    settings |= {"APP_ID": app_id, "SESSION_SECONDS": "6"}
    with WorkerDriver(str(lab.user(USER)["BOOTSTRAP"]), tmp_path, settings) as workers:
        workers.start(ROOM, "a")
        eventually(lambda: workers.partitions(WORKER))
        lab.send(SOURCE, b"one", b"two")
        eventually(lambda: position(lab) == 1)
        yield workers


def position(lab: Lab) -> int:
    """The last offset of the first partition that the room's journal is about."""
    return shards(lab.broker.connection, ROOM)[0].position


def add_partitions(lab: Lab) -> None:
    with Admin(lab.broker.connection) as admin:
        admin.create_partitions({SOURCE: NewPartitions(6)})


def withdraw(lab: Lab) -> None:
    lab.grant(USER, [])


def create_again(*names: str) -> Callable[[Lab], None]:
    return lambda lab: lab.recreate(*names)


ENDS: dict[str, tuple[Callable[[Lab], None], set[int], str]] = {  # what is done -> exit code, what the room says
    "its input is created again": (
        create_again(SOURCE),
        {EXIT_SETTINGS, EXIT_WRONG},  # wrong, if it looks while there is none
        rf"{SOURCE} is another topic than before|no topic {SOURCE}",
    ),
    "its journal is created again": (
        create_again(JOURNAL),
        {EXIT_SETTINGS},
        rf"{JOURNAL}.* was deleted and created again",
    ),
    "its rights are withdrawn": (withdraw, {EXIT_REFUSED}, "give it "),
}


@pytest.mark.parametrize("change", ENDS)
def test_what_ends_a_running_room(lab: Lab, running: WorkerDriver, change: str) -> None:
    """The next record ends it, with a sentence and an exit code that says who can help."""
    act, codes, sentence = ENDS[change]
    act(lab)
    lab.send(SOURCE, b"three")
    code, said = running.wait(WORKER), (running.folder / f"{WORKER}.log").read_text()
    assert (code in codes, bool(re.search(sentence, said))) == (True, True), f"{code}: {said[-4000:]}"


def test_partitions_are_added_to_the_input(lab: Lab, running: WorkerDriver) -> None:
    """The room goes on with those that it has a journal for; at the next start it refuses."""
    add_partitions(lab)
    lab.send(SOURCE, b"three")
    eventually(lambda: position(lab) == 2)
    assert running.stop(WORKER) == 0
    running.start(ROOM, "a")
    assert running.wait(WORKER) == EXIT_SETTINGS
    assert f"{SOURCE} has 6 partitions and must have 4" in (running.folder / f"{WORKER}.log").read_text()


def test_the_group_is_emptied_and_reset(lab: Lab, running: WorkerDriver) -> None:
    """Its member is removed and its offset is set back: it joins again and goes on behind its journal."""
    group = f"{running.settings['APP_ID']}.{ROOM}"
    with Admin(lab.broker.connection) as admin:
        admin.remove_group_members(group, [MemberToRemove(group_instance_id=f"{group}-a")])
        admin.alter_group_offsets(group, {TopicPartition(SOURCE, 0): OffsetAndMetadata(0, "", -1)})
    lab.send(SOURCE, b"three")
    eventually(lambda: position(lab) == 2)
    eventually(lambda: running.opened(WORKER) > 1)  # a stop in a rebalance may hang, and is ended hard
    assert running.stop(WORKER) == 0


def test_another_takes_its_transactional_id(lab: Lab, running: WorkerDriver) -> None:
    """Fenced, it asks the group, which says that it is still the owner: it goes on, in the same process."""
    lab.take_transactional_id(f"{running.settings['APP_ID']}.{ROOM}-0")
    lab.send(SOURCE, b"three")
    eventually(lambda: position(lab) == 2)
    eventually(lambda: running.partitions(WORKER))
    assert '"event": "fenced"' in (running.folder / f"{WORKER}.log").read_text()
    assert running.stop(WORKER) == 0


def test_another_cluster_at_the_same_address(tmp_path: Path) -> None:
    """With topics of the same names: a room that has worked on the first cluster writes nothing to the second."""
    with Broker(tmp_path / "second") as second:
        topics.create(second.connection)  # now: a room that sees the second without topics ends for want of them
    first = Broker(tmp_path / "first").start()
    topics.create(first.connection)
    with WorkerDriver(first.bootstrap, tmp_path, {"SESSION_SECONDS": "6"}) as workers:
        workers.start(ROOM, "a")
        eventually(lambda: workers.partitions(WORKER))
        port = int(first.bootstrap.rpartition(":")[2])
        first.stop()
        with Broker(tmp_path / "second", port=port) as second:
            assert workers.wait(WORKER) == EXIT_SETTINGS
            assert all(shard.complete_from is None for shard in shards(second.connection, ROOM).values())
    assert "another cluster answers at this address" in (tmp_path / f"{WORKER}.log").read_text()

"""Two workers of one name: the second is told so and ends, and the first goes on undisturbed (worker/name.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from worker_driver import WorkerDriver

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.exit_codes import EXIT_SETTINGS
from pipeline.runtime.kafka import topics
from pipeline.topology import PARTITIONS
from tests.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

ROOM, NAME, WORKER = "resolve", "a", "resolve-a"
ALL = list(range(PARTITIONS))
WITHOUT_ASKING = (  # a worker that takes the place in the group whoever has it
    "-c",
    "from pipeline.runtime.worker.name import WorkerName; WorkerName.await_free = lambda self: None; "
    "from pipeline.cli import main; main()",
)


@pytest.fixture
def workers(broker: Broker, tmp_path: Path) -> Iterator[WorkerDriver]:
    """A machine with a worker that has all partitions of its room."""
    topics.create(broker.connection)
    (tmp_path / "one").mkdir()
    with WorkerDriver(
        broker.bootstrap, tmp_path / "one", {"APP_ID": tmp_path.name, "SESSION_SECONDS": "10"}
    ) as driver:
        driver.start(ROOM, NAME)
        eventually(lambda: driver.partitions(WORKER) == ALL)
        yield driver


def ended(driver: WorkerDriver) -> tuple[int, str]:
    """The exit code and the log of a worker that ends by itself."""
    code = driver.wait(WORKER)
    return code, (driver.folder / f"{WORKER}.log").read_text()


def test_a_second_one_on_the_same_machine(workers: WorkerDriver) -> None:
    """It ends at once, and names the process that has the name."""
    second = WorkerDriver(workers.bootstrap, workers.folder, workers.settings)
    before = workers.opened(WORKER)
    second.start(ROOM, NAME)
    code, log = ended(second)
    assert code == EXIT_SETTINGS
    assert f"named '{NAME}' works already, on this machine (process " in log
    assert workers.partitions(WORKER) == ALL
    assert workers.opened(WORKER) == before


def test_a_second_one_on_another_machine(workers: WorkerDriver, tmp_path: Path) -> None:
    """It waits for as long as Kafka remembers one that has ended, and ends; the first never loses its place."""
    (tmp_path / "two").mkdir()
    second = WorkerDriver(workers.bootstrap, tmp_path / "two", workers.settings)
    before = workers.opened(WORKER)
    second.start(ROOM, NAME)
    code, log = ended(second)
    assert code == EXIT_SETTINGS
    assert f"named '{NAME}' works already, at /127.0.0.1" in log
    assert workers.partitions(WORKER) == ALL
    assert workers.opened(WORKER) == before


def test_the_next_run_does_not_wait(workers: WorkerDriver) -> None:
    """After kill -9 the same machine's next worker of the name joins at once, in the place of the last."""
    workers.kill(WORKER)
    workers.start(ROOM, NAME)
    eventually(lambda: workers.partitions(WORKER) == ALL)
    assert "waiting" not in (workers.folder / f"{WORKER}.log").read_text()


def test_one_that_joined_without_asking(workers: WorkerDriver, tmp_path: Path) -> None:
    """If both found the place empty, the one that lost it ends, and leaves the other one alone."""
    (tmp_path / "two").mkdir()
    with WorkerDriver(workers.bootstrap, tmp_path / "two", workers.settings, WITHOUT_ASKING) as other:
        other.start(ROOM, NAME)
        code, log = ended(workers)
        assert code == EXIT_SETTINGS
        assert f"named '{NAME}' works already, and has taken the place of this one" in log
        eventually(lambda: other.partitions(WORKER) == ALL)

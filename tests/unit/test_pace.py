"""How often the worker of a room fetches and writes, and what its partitions share."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline import settings
from pipeline.runtime.worker.process import Worker
from pipeline.topology import ROOMS, Options


@pytest.mark.parametrize(
    ("room", "pace_ms", "seconds"),
    [
        pytest.param("normalise", 20, 0.02, id="as the setting says"),
        pytest.param("alert", 20, 0.1, id="people read it"),
        pytest.param("watch", 20, 0.5, id="nobody waits"),
        pytest.param("watch", 700, 0.7, id="the setting asks for more"),
    ],
)
def test_a_room_takes_its_own_pace_or_a_longer_one(room: str, pace_ms: int, seconds: float, tmp_path: Path) -> None:
    """The setting is the least time of every room; a room for which nobody waits has more."""
    assert Worker(settings.load(pace_ms=pace_ms, state_dir=tmp_path), room).pace_seconds == seconds


def test_rooms_on_the_walk_of_an_item_have_no_pace_of_their_own() -> None:
    """A reader of wire.enriched waits for each of them."""
    assert {room: ROOMS[room].pace_ms for room in ("normalise", "resolve", "dedupe", "tag")} == dict.fromkeys(
        ("normalise", "resolve", "dedupe", "tag"), 0
    )


def test_the_partitions_of_a_worker_decide_one_at_a_time(tmp_path: Path) -> None:
    """They share the lock; those of another worker have one of their own."""
    workers = [Worker(settings.load(state_dir=tmp_path), "resolve") for _ in range(2)]
    for worker in workers:
        worker.app = SimpleNamespace()  # type: ignore[assignment]  # no task asks the group here
        worker.room = ROOMS["resolve"].make(Options())
    first, second, other = workers[0]._new_task(0), workers[0]._new_task(1), workers[1]._new_task(0)
    assert first.deciding is second.deciding
    assert first.deciding is not other.deciding

"""Ingest killed between any two effects: each payload is in wire.raw exactly once (law 3)."""

from __future__ import annotations

import asyncio
import os
import random
from asyncio import Future
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from ingest_driver import NO_SECRETS, WORLD_SECONDS, IngestRuns

from pipeline.ingest.contract import Health
from pipeline.ingest.folder_feed import After, FolderFeed
from pipeline.ingest.push import PushFeed, Reply
from pipeline.runtime.ingest.folder import FolderDriver
from pipeline.runtime.ingest.owner import TakenOver
from pipeline.runtime.ingest.push import PushDesk, PushDriver
from pipeline.runtime.ingest.shell import Shell
from pipeline.runtime.log import retry

FILES = ("one.xml", "two.xml", "sub/three.xml")
PAIRS = 25


def files_of(folder: Path) -> dict[str, bytes]:
    return {name: f"<{name}>".encode() for name in FILES}


def written(folder: Path) -> None:
    for name, value in files_of(folder).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(value)
        os.utime(path, (1_700_000_000, 1_700_000_000))


def folder_runs(folder: Path, after: After, deadly: Collection[int]) -> IngestRuns:
    """A folder with three files; it rests when all are taken, and put away."""
    written(folder)
    feed = FolderFeed(folder=str(folder), after=after, settle="0s")

    def is_at_rest(shell: Shell) -> bool:
        turns = shell.feeds.get("wires")
        left = [path for path in folder.rglob("*.xml") if ".taken" not in path.parts]
        return (
            turns is not None
            and turns.status.health is Health.OK
            and (after is After.KEEP or not left)
            and len(shell.owner.ledger.feeds["wires"].seen) == len(FILES)
        )

    return IngestRuns({"wires": feed}, {"folder": FolderDriver}, is_at_rest, deadly=deadly)


class Senders:
    """Senders that try again until they are answered; each has a key, the last has none."""

    BODIES = (("a", b"first"), ("b", b"second"), ("", b"third"), ("a", b"first"))

    def __init__(self) -> None:
        self.answers: dict[int, Reply] = {}

    def begin(self, shell: Shell) -> None:
        """Send again what was not answered."""
        driver = shell.shared.get(PushDesk).drivers["wires"]
        for number, (key, body) in enumerate(self.BODIES):
            if number not in self.answers:
                driver.offer(body, b"text/plain", key).add_done_callback(partial(self._answered, number))

    def _answered(self, number: int, future: Future[Reply]) -> None:
        if not future.cancelled():
            self.answers[number] = future.result()

    def is_at_rest(self, shell: Shell) -> bool:
        return len(self.answers) == len(self.BODIES)


def push_runs(folder: Path, deadly: Collection[int]) -> IngestRuns:
    senders = Senders()
    feed = PushFeed(push=True)
    runs = IngestRuns({"wires": feed}, {"push": PushDriver}, senders.is_at_rest, senders.begin, deadly)
    return runs


def expected_of(name: str, folder: Path) -> Counter[tuple[str, bytes]]:
    values = [b"first", b"second", b"third"] if name == "push" else list(files_of(folder).values())
    return Counter(("wires", value) for value in values)


WORLDS: dict[str, Callable[[Path, Collection[int]], IngestRuns]] = {
    "push": push_runs,
    **{
        f"folder-{after}": lambda folder, deadly, after=after: folder_runs(folder, after, deadly)  # type: ignore[misc]
        for after in After
    },
}


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    """A new folder each time."""
    return (tmp_path / str(number) for number in range(100_000))


@pytest.mark.parametrize("name", WORLDS)
def test_each_payload_once_whatever_dies(name: str, folders: Iterator[Path]) -> None:
    """A crash at each boundary, and a second one anywhere behind some of them."""
    folder = next(folders)
    first = WORLDS[name](folder, ())
    expected = expected_of(name, folder)
    assert first.work() == expected
    count, crashes = len(first.boundaries.passed), 0
    dice = random.Random(7)
    pairs = [(one, one + 1 + dice.randrange(count)) for one in (dice.randrange(count) for _ in range(PAIRS))]
    for deadly in [*((number,) for number in range(count)), *pairs]:
        runs = WORLDS[name](next(folders), deadly)
        assert runs.work() == expected, [runs.boundaries.passed[at] for at in deadly if at < count]
        crashes += bool(runs.crashes)  # the last boundaries may lie behind the moment at which a run rests
    assert crashes > count // 2 + PAIRS // 2


@pytest.mark.parametrize("name", WORLDS)
def test_each_payload_once_whatever_is_lost(
    name: str, folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is lost at each effect of the log: what was committed is found by reading, never guessed."""
    monkeypatch.setattr(retry, "PAUSE_SECONDS_MIN", 0.001)
    folder = next(folders)
    first = WORLDS[name](folder, ())
    expected = first.work()
    lost = 0
    for number in range(len(first.boundaries.passed)):
        runs = WORLDS[name](next(folders), ())
        runs.broken = (number,)
        assert runs.work() == expected, runs.boundaries.passed[number]
        lost += runs.lost
    assert lost > 10


def test_the_second_takes_over(tmp_path: Path) -> None:
    """A second process fences the first, which ends by naming it; nothing is taken twice."""
    written(tmp_path)
    first = folder_runs(tmp_path, After.KEEP, ())

    async def both() -> str:
        one = first.shell()
        other = first.shell()
        other.owner.instance, other.owner.pid = "other", 7
        working = asyncio.create_task(one.run(first.feeds, NO_SECRETS))
        while not first.is_at_rest(one):
            await asyncio.sleep(0.001)
        newer = asyncio.create_task(other.run(first.feeds, NO_SECRETS))
        while not first.is_at_rest(other):
            await asyncio.sleep(0.001)
        for number in count():  # the first finds out when it writes
            if working.done():
                break
            (tmp_path / f"new{number}.xml").write_bytes(b"<new/>%d" % number)
            os.utime(tmp_path / f"new{number}.xml", (1_700_000_000, 1_700_000_000))
            if turns := one.feeds.get("wires"):
                turns.woken.set()
            await asyncio.wait({working}, timeout=0.2)
        with pytest.raises(TakenOver) as caught:
            await working
        newer.cancel()
        await asyncio.wait({newer})
        return str(caught.value)

    assert "the ingest of other (process 7) has taken over" in asyncio.run(asyncio.wait_for(both(), WORLD_SECONDS))
    assert max(first.payloads().values()) == 1

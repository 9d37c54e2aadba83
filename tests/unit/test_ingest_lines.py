"""Files with a payload in each line: each line once, whatever dies in between, is appended or moved."""

from __future__ import annotations

import asyncio
import gzip
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_life import Crash, Died, Life

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import Health
from pipeline.ingest.folder import FORGET_MS
from pipeline.ingest.folder_feed import FolderFeed, Line
from pipeline.ingest.folder_lines import LinesConnector
from pipeline.ingest.ways import WAYS
from pipeline.rule_files import parse_rules
from pipeline.rule_values import HOUR_MS
from pipeline.runtime.ingest import folder_lines
from pipeline.runtime.ingest.driver import Surroundings
from pipeline.runtime.ingest.folder import FolderDriver
from pipeline.runtime.ingest.folder_lines import LineReader
from pipeline.runtime.secrets import Secrets
from tests.examples import examples


def line(number: int) -> bytes:
    return b'{"uri": "urn:norden:%d"}' % number


def over(folder: Path, act: Callable[[Life], Awaitable[None]], more: str = "") -> None:
    """A feed of the folder, alive for as long as it takes."""
    found = parse_rules(FolderFeed, f"{{folder: {folder}, settle: 0s, split: lines, {more}}}", "feeds.yaml")

    async def run() -> None:
        connector = WAYS["folder"].connector(found)
        assert isinstance(connector, LinesConnector)
        life = Life(connector, lambda: FolderDriver(found, Surroundings("norden", Secrets({}))))
        try:
            await act(life)
        finally:
            await life.driver.close()

    asyncio.run(run())


async def looked(life: Life) -> None:
    """A turn that looks at the whole folder."""
    life.driver.begin_anew()
    await life.turn()


def test_each_line_is_a_payload(tmp_path: Path) -> None:
    """Whatever ends it; blank ones are left, and one that is there twice is one; more than fit into a step."""
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([line(1), b"", line(2) + b"\r", b"  ", line(1), line(3)]))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b"\n".join(map(line, range(1_200))) + b"\n"))

    async def act(life: Life) -> None:
        await life.turn()
        assert life.values == [line(1), line(2), line(3), *map(line, range(1_200))]
        assert [one.name for one in life.payloads[:4]] == ["a.jsonl:1", "a.jsonl:3", "a.jsonl:6", "b.jsonl.gz:1"]
        await looked(life)
        assert len(life.values) == 1_203
        assert not list(tmp_path.glob("*.jsonl*"))
        assert len(list((tmp_path / ".taken").iterdir())) == 2

    over(tmp_path, act, "after: move")


def test_blank_lines_are_passed_in_short_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, a step ends, as one that takes too long counts as a share that hangs."""
    monkeypatch.setattr(folder_lines, "LINES_PASSED_MAX", 10)
    (tmp_path / "a.jsonl").write_bytes(b"\n" * 95 + line(1) + b"\n" * 95 + line(2))
    steps: list[int] = []
    some = LineReader._some

    def counted(reader: LineReader, stream: IO[bytes]) -> tuple[tuple[Line, ...], bool]:
        before = reader._number
        found = some(reader, stream)
        steps.append(reader._number - before)
        return found

    monkeypatch.setattr(LineReader, "_some", counted)

    async def act(life: Life) -> None:
        await life.turn()
        assert life.values == [line(1), line(2)]
        assert [one.name for one in life.payloads] == ["a.jsonl:96", "a.jsonl:191"]
        assert max(steps) == 10
        assert sum(steps) == 191
        assert not list(tmp_path.glob("*.jsonl"))

    over(tmp_path, act, "after: move")


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(0, 1_300), min_size=1, max_size=3),
    crashes=st.lists(st.tuples(st.sampled_from(Crash), st.integers(0, 6)), max_size=4),
    appended=st.lists(st.integers(0, 3), max_size=4),
    after=st.sampled_from(["", "after: delete"]),
)
def test_any_life(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: list[int],
    crashes: list[tuple[Crash, int]],
    appended: list[int],
    after: str,
) -> None:
    """Crashes at any step, lines that are appended in between: each line once, and those of a file in order."""
    folder = tmp_path_factory.mktemp("lines")
    written: list[list[bytes]] = [[] for _ in sizes]

    def write(number: int, count: int) -> None:
        new = [line(number * 10_000 + len(written[number]) + each) for each in range(count)]
        written[number] += new
        with (folder / f"{number}.jsonl").open("ab") as file:
            file.writelines(one + b"\n" for one in new)

    async def act(life: Life) -> None:
        for number, size in enumerate(sizes):
            write(number, size)
        for number, crash in enumerate(crashes):
            with suppress(Died):
                life.driver.begin_anew()
                await life.turn(*crash)
            if not after and number < len(appended):
                write(number % len(sizes), appended[number])
        await looked(life)
        await looked(life)
        for mine in written:
            assert [value for value in life.values if value in set(mine)] == mine
        assert len(life.values) == sum(map(len, written))
        assert not after or not list(folder.glob("*.jsonl"))

    over(folder, act, after)


def test_lines_are_known_for_as_long_as_their_file_is_there(tmp_path: Path) -> None:
    """A file that is appended to after weeks has only its new lines taken; one that was away comes again."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(line(1) + b"\n")
    (tmp_path / "other.jsonl").write_bytes(line(9) + b"\n")

    async def act(life: Life) -> None:
        await life.turn()
        for _ in range(3):
            life.now_ms += FORGET_MS[True]
            await looked(life)
        with path.open("ab") as file:
            file.write(line(2) + b"\n")
        life.now_ms += HOUR_MS * 2
        await looked(life)
        assert sorted(life.values) == [line(1), line(2), line(9)]
        path.unlink()
        for _ in range(3):
            life.now_ms += FORGET_MS[True]
            await looked(life)
        path.write_bytes(line(1) + b"\n")
        await looked(life)
        assert sorted(life.values) == [line(1), line(1), line(2), line(9)]

    over(tmp_path, act)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_line_as_large_as_a_payload_may_be(tmp_path: Path, end: bytes) -> None:
    """Its end is none of it."""
    large = b"x" * PAYLOAD_BYTES_MAX
    (tmp_path / "a.jsonl").write_bytes(line(1) + b"\n" + large + end)

    async def act(life: Life) -> None:
        await life.turn()
        await looked(life)
        assert life.values == [line(1), large]
        assert life.warnings == []

    over(tmp_path, act)


def test_a_line_that_is_too_large(tmp_path: Path) -> None:
    """It is named and left, and costs no other."""
    (tmp_path / "a.jsonl").write_bytes(line(1) + b"\n" + b"x" * (PAYLOAD_BYTES_MAX + 1) + b"\n" + line(2))

    async def act(life: Life) -> None:
        await life.turn()
        assert life.values == [line(1), line(2)]
        assert life.warnings == ["larger than a payload may be: a.jsonl:2"]
        await looked(life)
        assert len(life.warnings) == 1

    over(tmp_path, act)


def test_a_file_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a gzip file unpacks to has a bound: beyond it the file is named; so is one that is damaged."""
    monkeypatch.setattr(folder_lines, "FILE_BYTES_MAX", 30_000)
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(line(1) + b"\n" + b"0" * 10_000_000))
    (tmp_path / "half.jsonl.gz").write_bytes(gzip.compress(os.urandom(5_000).hex().encode())[:-2_000])
    (tmp_path / "whole.jsonl").write_bytes(line(2))

    async def act(life: Life) -> None:
        await life.turn()
        assert life.values == [line(2)]
        assert sorted(life.warnings) == [
            "larger than a payload may be: bomb.jsonl.gz",
            "no gzip file, whatever its name says: half.jsonl.gz",
        ]
        await looked(life)
        assert (life.health, len(life.warnings)) == (Health.OK, 2)

    over(tmp_path, act)

"""A feed that an editor resumes on the board gives all that was kept of it, whatever crashes between."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from feeds_log import KEPT, Log, break_, log_in_memory

from pipeline.connection import Connection
from pipeline.dead import Letter
from pipeline.items import Action, Control
from pipeline.records import Out, Record
from pipeline.runtime import feeds
from pipeline.runtime.board import resuming
from pipeline.runtime.board.resuming import Resuming
from pipeline.runtime.decisions import NotDone
from pipeline.runtime.kafka import controls
from pipeline.runtime.kafka.controls import SourceDeleted
from pipeline.runtime.kafka.refusals import Refusal
from tests.waiting import SECONDS, eventually

CONNECTION = Connection(bootstrap="localhost:1")


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr(resuming, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(resuming, "ANSWER_SECONDS", SECONDS)
    monkeypatch.setattr(feeds, "POLL_SECONDS", 0.0)
    return log_in_memory(monkeypatch)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "board.sqlite"


def notes(file: Path) -> list[str]:
    return [path.name for path in file.parent.iterdir()]


class Running:
    """A board that resumes feeds, until the end of the block."""

    def __init__(self, file: Path) -> None:
        self.resuming = Resuming(CONNECTION, file)

    def decide(self, name: str | None) -> None:
        self.resuming.about_feed(CONNECTION, Control(action=Action.RESUME, feed=name, who="Ada", why="mended"))

    def __enter__(self) -> Running:
        self.resuming.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.resuming.stop()
        self.resuming.join(60)
        assert not self.resuming.is_alive()


def test_an_editor_resumes_a_feed(log: Log, file: Path) -> None:
    """What was kept is sent again, once; the second editor is told, as for a feed that never was set aside."""
    break_(log, "polder")
    with Running(file) as board:
        board.decide("polder")
        assert len(log.items("polder")) == KEPT
        for name in ("polder", "norden", None):
            with pytest.raises(NotDone, match="is not set aside"):
                board.decide(name)
    assert len(log.items("polder")) == KEPT
    assert notes(file) == []


@pytest.mark.parametrize("crash_at", range(KEPT + 3))
def test_a_crash(log: Log, file: Path, monkeypatch: pytest.MonkeyPatch, crash_at: int) -> None:
    """Before the word, behind it, and each payload: the next board sends the rest, and repeats one at most."""
    break_(log, "polder")
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if done > crash_at:
            raise Crash

    def send(_: object, records: Iterable[Out]) -> None:
        for one in records:
            step()
            log.send(_, [one])

    def send_again(_: object, chosen: Iterable[Letter]) -> Iterator[tuple[Letter, None]]:
        for sent in log.send_again(_, chosen):
            step()
            yield sent

    since = dict(feeds.set_aside_since(CONNECTION, "polder"))
    note = resuming._begun(file, resuming.Begun("polder", "Ada", "mended", since))
    with monkeypatch.context() as patched:
        patched.setattr(controls, "PARTITIONS", 1 + next(iter(since)))
        patched.setattr(controls, "send", send)
        patched.setattr(feeds, "send_again", send_again)
        with suppress(Crash):  # the last one is behind all that is to be done
            note.send(CONNECTION, 60)
    before = len(log.items("polder"))
    with Running(file):
        eventually(lambda: notes(file) == [])
    found = log.items("polder")
    assert KEPT <= len(found) <= KEPT + 1
    assert before <= KEPT
    names = [next(number for number in range(KEPT) if f"polder-{number}".encode() in value) for value in found]
    assert sorted(set(names)) == list(range(KEPT))


def test_the_journal_is_read_once_before_the_word(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """And once behind it: it is long, and a command waits for it."""
    break_(log, "polder")
    seen: list[str] = []

    def read(_: object, topics: Iterable[str], **more: Any) -> Iterator[Record]:
        seen.extend(topics)
        return log.read_topics(_, topics, **more)

    def send(*arguments: Any) -> None:
        seen.append("told")
        log.send(*arguments)

    monkeypatch.setattr(feeds, "read_topics", read)
    monkeypatch.setattr(controls, "send", send)
    assert len(list(feeds.resume(CONNECTION, "polder", "Ada", "mended", 60))) == KEPT
    assert seen == ["wire.journal.normalise", "told", "wire.journal.normalise"]


CUT = [b"", b"{", b'{"feed": "polder"}\n', b"null\n"]


@pytest.mark.parametrize("content", CUT)
def test_a_note_that_a_crash_cut_off(log: Log, file: Path, content: bytes) -> None:
    """Nothing was done yet: nothing is, and the note goes."""
    file.with_name("board.sqlite.resuming-x").write_bytes(content)
    with Running(file):
        pass
    assert notes(file) == []


def test_a_line_that_a_crash_cut_off(log: Log, file: Path) -> None:
    """The payload that it names is sent again; the others are not."""
    break_(log, "polder")
    since = dict(feeds.set_aside_since(CONNECTION, "polder"))
    note = resuming._begun(file, resuming.Begun("polder", "Ada", "mended", since))
    note.send(CONNECTION, 60)
    note.path.write_bytes(note.path.read_bytes()[:-3])
    with Running(file):
        eventually(lambda: notes(file) == [])
    assert len(log.items("polder")) == KEPT + 1


def test_normalise_does_not_run(log: Log, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor is told; another one too; the board goes on by itself when it runs."""
    break_(log, "polder")
    with monkeypatch.context() as patched, Running(file) as board:
        patched.setattr(controls, "send", lambda *_: None)
        patched.setattr(resuming, "ANSWER_SECONDS", 0.0)
        with pytest.raises(Refusal, match="goes on by itself"):
            board.decide("polder")
        with pytest.raises(NotDone, match="Ada has resumed polder, and it is under way"):
            board.decide("polder")
        assert log.items("polder") == []
    with Running(file):
        eventually(lambda: notes(file) == [])
    assert len(log.items("polder")) == KEPT


def test_a_payload_that_is_gone(log: Log, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened, and that it is not tried again."""

    def deleted(*_: object) -> Iterator[Any]:
        raise SourceDeleted("of wire.raw one was deleted, and its letter has not all of it")

    break_(log, "polder")
    monkeypatch.setattr(feeds, "send_again", deleted)
    with Running(file) as board, pytest.raises(Refusal, match="one was deleted, and its letter has not all of it"):
        board.decide("polder")
    assert notes(file) == []


def test_a_note_that_cannot_be_removed(log: Log, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor is answered, another feed is resumed as well, and the next board sends nothing twice."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    for name in ("polder", "norden"):
        break_(log, name)
    with monkeypatch.context() as patched, Running(file) as board:
        patched.setattr(Path, "unlink", refused)
        for name in ("polder", "norden"):
            board.decide(name)
    assert len(notes(file)) == 2
    with Running(file):
        eventually(lambda: notes(file) == [])
    assert [len(log.items(name)) for name in ("polder", "norden")] == [KEPT, KEPT]


def test_a_bound(log: Log, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many at once and no more."""
    break_(log, "polder")
    monkeypatch.setattr(resuming, "FEEDS_MAX", 0)
    with Running(file) as board, pytest.raises(NotDone, match="0 feeds are being resumed"):
        board.decide("polder")


def test_an_error_of_ours(log: Log, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread lives, and tries again."""
    break_(log, "polder")
    failed = threading.Event()

    def fails(*_: object) -> Any:
        failed.set()
        raise RuntimeError("a bug")

    since = dict(feeds.set_aside_since(CONNECTION, "polder"))
    resuming._begun(file, resuming.Begun("polder", "Ada", "mended", since))
    with monkeypatch.context() as patched:
        patched.setattr(feeds, "letters", fails)
        with Running(file):
            assert failed.wait(60)
            patched.setattr(feeds, "letters", log.letters)
            eventually(lambda: notes(file) == [])
    assert len(log.items("polder")) == KEPT

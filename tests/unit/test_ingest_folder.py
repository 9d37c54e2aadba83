"""The folder: what is a file of the feed, what becomes of it, and that none is lost or taken twice."""

from __future__ import annotations

import asyncio
import errno
import gzip
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import TAKEN_PAYLOADS_MAX, Failed, Health, Known, Taken
from pipeline.ingest.folder import FolderConnector
from pipeline.ingest.folder_feed import (
    Content,
    Contents,
    FolderCursor,
    FolderFeed,
    Found,
    Listing,
    Look,
    Read,
    shown_path,
)
from pipeline.runtime.ingest import folder_files
from pipeline.runtime.ingest.driver import Surroundings
from pipeline.runtime.ingest.folder import FolderDriver
from pipeline.runtime.ingest.folder_look import FolderLook
from pipeline.runtime.ingest.settling import Settling
from pipeline.runtime.secrets import Secrets

OLD = 1_700_000_000
DAY_MS = 86_400_000
NOW = 1_764_500_000_000


class Folder:
    """A feed's folder, and what a ledger would know of it."""

    def __init__(self, path: Path, **settings: Any) -> None:
        self.path = path
        self.feed = FolderFeed.model_validate({"folder": str(path), "settle": "0s", **settings})
        self.connector = FolderConnector(self.feed)
        self.seen: dict[bytes, int] = {}
        self.cursor = FolderCursor()
        self.last: Taken[Any, Any, Any] | None = None

    def put(self, name: str, value: bytes, mtime: float = OLD) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(value)
        os.utime(path, (mtime, mtime))
        return path

    def take(self, now_ms: int = NOW) -> list[tuple[str, bytes]]:
        """One turn, with its commit and what follows; the payloads by name."""
        return asyncio.run(self._turn(now_ms))

    async def _turn(self, now_ms: int) -> list[tuple[str, bytes]]:
        driver = FolderDriver(self.feed, Surroundings("wires", Secrets({})))
        found: list[tuple[str, bytes]] = []
        question: Look | Read | None = self.connector.ask(self.known, now_ms)
        try:
            while question is not None:
                answer = await driver.answer(question)
                self.last = taken = self.connector.take(self.known, question, answer, now_ms)
                assert len(taken.payloads) <= TAKEN_PAYLOADS_MAX
                found += [(payload.name, payload.value) for payload in taken.payloads]
                self.cursor = taken.cursor or self.cursor
                self.seen.update(dict.fromkeys(taken.seen, now_ms))
                for key in taken.forget:
                    del self.seen[key]
                self.problems = await driver.done(taken.after)
                self.warnings = taken.warnings or getattr(self, "warnings", ())
                question = taken.then
        finally:
            await driver.close()
        return found

    @property
    def known(self) -> Known[FolderCursor]:
        return Known(self.cursor, self.seen)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_each_file_once(folder: Folder) -> None:
    """Oldest first, subfolders too; a second look finds them known."""
    folder.put("b.xml", b"second", OLD + 1)
    folder.put("deep/er/a.xml", b"first")
    assert folder.take() == [("deep/er/a.xml", b"first"), ("b.xml", b"second")]
    assert folder.take() == []


LEFT = [".hidden.xml", "half.xml.part", "half.filepart", ".tmp/a.xml", "upload.tmp"]


@pytest.mark.parametrize("name", LEFT)
def test_what_is_no_whole_file_is_left(folder: Folder, name: str) -> None:
    """Hidden files and folders, and names that say that the file is not whole."""
    folder.put(name, b"half")
    assert folder.take() == []
    folder.put("whole.xml", b"half")
    assert folder.take() == [("whole.xml", b"half")]


def test_a_file_settles(folder: Folder) -> None:
    """A file that has just changed is not taken, and the connector says when to look again."""
    found = Found("a.xml", 3, 1, quiet_ms=400)
    folder = Folder(folder.path, settle="1s")
    taken = folder.connector.take(folder.known, Look(), Listing((found,)), NOW)
    assert (taken.then, taken.again_ms) == (None, NOW + 600)
    taken = folder.connector.take(folder.known, Look(), Listing((found._replace(quiet_ms=1_000),)), NOW)
    assert isinstance(taken.then, Read)


CLOCKS = [0, -2, -3_600, -10 * 365 * 86_400, 2, 3_600, 10 * 365 * 86_400]  # seconds that a share's clock is off


@pytest.mark.parametrize("off", CLOCKS)
def test_whatever_the_clock_of_a_share_says(tmp_path: Path, off: int) -> None:
    """A file that is still being written is not taken, and one that stays as it is is, although its time is wrong.

    What counts is how long it was seen as it is, by a clock that the share does not have.
    """
    wrong = time.time() + off
    monotonic = [0.0]
    settling = Settling(1_000, lambda: monotonic[0])

    def quiet_ms(size: int, mtime: float, seconds: float) -> int:
        monotonic[0] += seconds
        return settling.quiet_ms("a.xml", size, int(mtime * 1e9))

    assert quiet_ms(10, wrong, 0) == 0  # however old it says it is
    assert quiet_ms(20, wrong + 0.9, 0.9) == 0  # it grows
    assert quiet_ms(20, wrong + 1.8, 0.9) == 0  # its time alone changes
    assert list(settling.young) == ["a.xml"]
    assert quiet_ms(20, wrong + 1.8, 0.9) == 900
    assert quiet_ms(20, wrong + 1.8, 0.1) == 1_000
    assert list(settling.young) == []
    assert quiet_ms(20, wrong + 1.8, 0.0) == 1_000  # it does not settle again
    assert quiet_ms(20, wrong, 0.5) == 0  # written anew, with an earlier time
    folder = Folder(tmp_path, settle="0s")
    folder.put("a.xml", b"whole", wrong)
    assert folder.take() == [("a.xml", b"whole")]


def test_what_is_gone_settles_anew() -> None:
    """A file that is deleted and comes back as it was begins again; others stay settled."""
    monotonic = [0.0]
    settling = Settling(1_000, lambda: monotonic[0])
    for seconds in (0.0, 1.0):
        monotonic[0] += seconds
        quiet = [settling.quiet_ms(name, 1, 1) for name in ("a", "b", "c")]
    assert quiet == [1_000] * 3
    settling.keep({"a", "b"})
    settling.forget("a")
    assert [settling.quiet_ms(name, 1, 1) for name in ("a", "b", "c")] == [0, 1_000, 0]


def test_what_is_young_beside_what_is_taken(tmp_path: Path) -> None:
    """A file that settles while others are taken is looked at when it has, and not a whole look later."""
    folder = Folder(tmp_path, settle="1s")
    young, old = (Found(name, 3, 1, quiet_ms=ms) for name, ms in (("young.xml", 400), ("old.xml", 1_000)))
    taken = folder.connector.take(folder.known, Look(), Listing((young, old)), NOW)
    assert isinstance(taken.then, Read)
    assert taken.then.files == (old,)
    after = folder.connector.take(folder.known, taken.then, Contents((Content(old, b"1"),)), NOW)
    assert after.again_ms == NOW + 600


def test_what_the_system_tells_meanwhile(tmp_path: Path) -> None:
    """What it tells during a look belongs to the next one; after a look that failed all is looked at.

    The loop's thread has one set and the folder's thread another: neither changes what the other reads.
    """
    look = FolderLook(FolderFeed(folder=str(tmp_path), settle="0s", look_every="1h"))
    root = os.open(tmp_path, os.O_RDONLY)
    try:
        assert look.changed() is None
        look.look(root, None)
        for name in ("a.xml", "b.xml"):
            (tmp_path / name).write_bytes(b"1")
        assert look.told(["a.xml", ".hidden", "half.part"])
        first = look.changed()
        assert first == {"a.xml"}
        assert look.told(["b.xml"])
        assert first == {"a.xml"}
        assert [found.path for found in look.look(root, first).files] == ["a.xml"]
        assert look.changed() == {"b.xml"}
        look.begin_anew()  # as the driver does when there was no answer
        assert look.told(["c.xml"])
        assert look.changed() is None
        assert {found.path for found in look.look(root, None).files} == {"a.xml", "b.xml"}
        assert look.changed() == set()
    finally:
        os.close(root)


def test_a_look_that_fails_is_made_up_for(tmp_path: Path) -> None:
    """What was told before a folder was away is found when it is back, and not a whole look later."""
    wires = tmp_path / "wires"
    wires.mkdir()
    feed = FolderFeed(folder=str(wires), settle="0s", look_every="1h")

    async def run() -> None:
        driver = FolderDriver(feed, Surroundings("wires", Secrets({})))
        try:
            assert await driver.answer(Look()) == Listing((), is_whole=True)
            (wires / "a.xml").write_bytes(b"1")
            wires.rename(tmp_path / "away")
            driver._told(["a.xml"])
            assert isinstance(await driver.answer(Look()), Failed)
            (tmp_path / "away").rename(wires)
            found = await driver.answer(Look())
            assert isinstance(found, Listing)
            assert [one.path for one in found.files] == ["a.xml"]
        finally:
            await driver.close()

    asyncio.run(run())


def test_write_then_rename(folder: Folder) -> None:
    """A file that gets its name when it is whole is taken once, under that name."""
    folder.put("a.part", b"whole").rename(folder.path / "a.xml")
    assert folder.take() == [("a.xml", b"whole")]
    assert folder.take() == []


def test_a_name_with_new_content_is_a_new_payload(folder: Folder) -> None:
    """Written anew in place, or replaced by a rename: both are taken."""
    folder.put("a.xml", b"one")
    assert folder.take() == [("a.xml", b"one")]
    folder.put("a.xml", b"two", OLD + 5)
    assert folder.take() == [("a.xml", b"two")]
    folder.put("b.part", b"six", OLD + 9).rename(folder.path / "a.xml")
    assert folder.take() == [("a.xml", b"six")]


def test_done_files(tmp_path: Path) -> None:
    """With done-files a file waits for its own, however old it is; both are put away."""
    folder = Folder(tmp_path, done=".done", after="delete")
    folder.put("a.xml", b"one")
    assert folder.take() == []
    folder.put("a.xml.done", b"")
    assert folder.take() == [("a.xml", b"one")]
    assert list(tmp_path.iterdir()) == []


MARKS = [("behind it", 1, [("a.xml", b"two")]), ("at once", 0, [("a.xml", b"two")]), ("before it", -1, [])]


@pytest.mark.parametrize(("seconds", "taken"), [row[1:] for row in MARKS], ids=[row[0] for row in MARKS])
def test_a_done_file_that_is_older(tmp_path: Path, seconds: int, taken: list[tuple[str, bytes]]) -> None:
    """It may be about the content before: a file that is written anew behind it has to settle first."""
    folder = Folder(tmp_path, done=".done", settle="1s")
    now = time.time()
    folder.put("a.xml.done", b"", now + seconds)
    folder.put("a.xml", b"two", now)
    assert folder.take() == taken
    assert folder.last is not None
    assert folder.last.again_ms is not None
    assert (folder.last.again_ms <= NOW + 1_000) is (not taken)
    folder.put("a.xml", b"two", OLD)
    assert folder.take() == [("a.xml", b"two")]


@pytest.mark.parametrize(("after", "left"), [("keep", ["a.xml"]), ("delete", []), ("move", [".taken/a.xml"])])
def test_what_becomes_of_a_file(tmp_path: Path, after: str, left: list[str]) -> None:
    """It stays, or it goes, or it is moved to a hidden folder beside."""
    folder = Folder(tmp_path, after=after)
    folder.put("a.xml", b"one")
    assert folder.take() == [("a.xml", b"one")]
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()] == left


def test_moved_files_replace_nothing(tmp_path: Path) -> None:
    """Two files of one name, one after the other, are both there afterwards."""
    folder = Folder(tmp_path / "in", after="move", move_to=str(tmp_path / "out"))
    for number in range(3):
        folder.put("sub/a.xml", b"%d" % number, OLD + number)
        assert len(folder.take()) == 1
    names = sorted(path.name for path in (tmp_path / "out/sub").iterdir())
    assert names == ["a.xml", "a.xml.1", "a.xml.2"]


def test_a_file_that_was_taken_and_not_put_away(tmp_path: Path) -> None:
    """A crash between commit and move: the next look finds it known, and moves it."""
    folder = Folder(tmp_path, after="move")
    path = folder.put("a.xml", b"one")
    folder.take()
    (tmp_path / ".taken/a.xml").rename(path)
    assert folder.take() == []
    assert not path.exists()


def test_a_file_that_was_written_anew_is_not_put_away(tmp_path: Path) -> None:
    """Between the reading and the move it got other content: that is another payload, and is taken as one."""
    folder = Folder(tmp_path, after="delete")

    async def run() -> None:
        folder.put("a.xml", b"one")
        driver = FolderDriver(folder.feed, Surroundings("wires", Secrets({})))
        listing = await driver.answer(Look())
        taken = folder.connector.take(folder.known, Look(), listing, NOW)
        assert taken.then
        contents = await driver.answer(taken.then)
        taken = folder.connector.take(folder.known, taken.then, contents, NOW)
        folder.put("a.xml", b"two", OLD + 1)
        await driver.done(taken.after)
        await driver.close()

    asyncio.run(run())
    assert folder.take() == [("a.xml", b"two")]


@pytest.mark.parametrize("change", ["deleted", "grown"])
def test_while_it_is_read(folder: Folder, change: str) -> None:
    """A file that goes away or changes between the look and the reading is no payload, and no fault."""

    async def run() -> Taken[Any, Any, Any]:
        path = folder.put("a.xml", b"one")
        driver = FolderDriver(folder.feed, Surroundings("wires", Secrets({})))
        taken = folder.connector.take(folder.known, Look(), await driver.answer(Look()), NOW)
        if change == "deleted":
            path.unlink()
        else:
            folder.put("a.xml", b"one and more", OLD + 1)
        assert taken.then
        contents = await driver.answer(taken.then)
        await driver.close()
        return folder.connector.take(folder.known, taken.then, contents, NOW)

    taken = asyncio.run(run())
    assert (taken.payloads, taken.seen, taken.health) == ((), (), Health.OK)


def test_links_lead_nowhere(tmp_path: Path) -> None:
    """Neither a link to a file nor one to a folder is followed, inside or out; they are named."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/passwords.txt").write_bytes(b"hunter2")
    folder = Folder(tmp_path / "in")
    folder.put("a.xml", b"one")
    (tmp_path / "in/out.xml").symlink_to(tmp_path / "secret/passwords.txt")
    (tmp_path / "in/folder").symlink_to(tmp_path / "secret")
    assert folder.take() == [("a.xml", b"one")]
    assert folder.warnings == ("links are not followed: folder, out.xml",)


def test_a_link_that_takes_the_place_of_a_folder(tmp_path: Path) -> None:
    """Between the look and the reading a folder is replaced by a link out: nothing behind it is read."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/a.xml").write_bytes(b"one")
    os.utime(tmp_path / "secret/a.xml", (OLD, OLD))
    folder = Folder(tmp_path / "in")

    async def run() -> Taken[Any, Any, Any]:
        folder.put("sub/a.xml", b"one")
        driver = FolderDriver(folder.feed, Surroundings("wires", Secrets({})))
        taken = folder.connector.take(folder.known, Look(), await driver.answer(Look()), NOW)
        (tmp_path / "in/sub").rename(tmp_path / "in/before")
        (tmp_path / "in/sub").symlink_to(tmp_path / "secret")
        assert taken.then
        contents = await driver.answer(taken.then)
        await driver.close()
        return folder.connector.take(folder.known, taken.then, contents, NOW)

    assert asyncio.run(run()).payloads == ()


ODD = [b"no utf-8 \xff.xml", b"new\nline.xml", "nørd ü.xml".encode(), b"-rf *.xml", b"a'b\"c.xml"]


def test_odd_names(folder: Folder) -> None:
    """Any name that a file system takes; an operator sees it as text, on one line."""
    for number, name in enumerate(ODD):
        path = os.fsencode(folder.path) + b"/" + name
        Path(os.fsdecode(path)).write_bytes(b"%d" % number)
        os.utime(path, (OLD + number, OLD + number))
    taken = folder.take()
    assert [value for _, value in taken] == [b"%d" % number for number in range(len(ODD))]
    assert all(name.isprintable() for name, _ in taken)
    assert taken[0][0] == "no utf-8 \\xff.xml"
    assert folder.take() == []


def test_what_is_no_file(folder: Folder) -> None:
    """A pipe is not waited for."""
    os.mkfifo(folder.path / "pipe.xml")
    folder.put("a.xml", b"one")
    assert folder.take() == [("a.xml", b"one")]


def test_packed_files(folder: Folder) -> None:
    """A gzip file is unpacked, within the bound of a payload; one that is none is named and left."""
    folder.put("a.xml.gz", gzip.compress(b"<one/>"))
    folder.put("bomb.xml.gz", gzip.compress(b"0" * (PAYLOAD_BYTES_MAX + 1)))
    folder.put("no.xml.gz", b"<one/>")
    assert folder.take() == [("a.xml.gz", b"<one/>")]
    assert folder.last is not None
    assert folder.last.health is Health.BROKEN
    assert folder.warnings == (
        "larger than a payload may be: bomb.xml.gz",
        "no gzip file, whatever its name says: no.xml.gz",
    )


def test_too_large_files_are_named_once_and_left(tmp_path: Path) -> None:
    """They are remembered as such, and neither moved nor deleted; a smaller one of the name is taken."""
    folder = Folder(tmp_path, after="delete")
    path = folder.put("a.xml", b"0" * (PAYLOAD_BYTES_MAX + 1))
    assert folder.take() == []
    assert folder.warnings == ("larger than a payload may be: a.xml",)
    folder.warnings = ()
    assert folder.take() == []
    assert folder.warnings == ()
    assert path.exists()
    folder.put("a.xml", b"0")
    assert folder.take() == [("a.xml", b"0")]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """It is gone, in a sentence, and looked for again later."""
    folder = Folder(tmp_path / "missing")
    assert folder.take() == []
    assert folder.last is not None
    assert (folder.last.health, folder.last.again_ms) == (Health.GONE, NOW + 30_000)
    assert "No such file or directory" in folder.last.detail


def test_what_may_not_be_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, is no loss, and is taken when it may be read."""
    folder.put("a.xml", b"one")

    def refused(*_: object) -> None:  # root, as which tests may run, may read everything
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(folder_files, "_read", refused)
        assert folder.take() == []
    assert folder.warnings == ("may not be read by this user; give it the right to: a.xml",)
    assert folder.take() == [("a.xml", b"one")]


def test_a_move_to_another_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its payload is taken once, the file stays, and a sentence says what to do."""
    folder = Folder(tmp_path / "in", after="move", move_to=str(tmp_path / "out"))
    folder.put("a.xml", b"one")

    def refused(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "rename", refused)
    assert folder.take() == [("a.xml", b"one")]
    assert "is on another file system; name a move_to on the same one: 1 files" in folder.problems[0]
    assert folder.take() == []


LINKS = [(".taken", "authorized_keys"), (".taken/sub", "sub/authorized_keys")]


@pytest.mark.parametrize(("link", "name"), LINKS)
def test_no_link_leads_what_is_moved_out(tmp_path: Path, link: str, name: str) -> None:
    """A sender may make a link where files are moved to: nothing is moved through it, and a sentence says so."""
    (tmp_path / "home").mkdir()
    folder = Folder(tmp_path / "in", after="move")
    path = folder.put(name, b"one")
    (tmp_path / "in" / link).parent.mkdir(exist_ok=True)
    (tmp_path / "in" / link).symlink_to(tmp_path / "home")
    assert folder.take() == [(name, b"one")]
    assert list((tmp_path / "home").iterdir()) == []
    assert path.exists()
    assert "a link or a file is in the place of a folder; take it away: 1 files" in folder.problems[0]
    (tmp_path / "in" / link).unlink()
    assert folder.take() == []
    assert not path.exists()


def test_a_link_of_the_operator_is_followed(tmp_path: Path) -> None:
    """Where `move_to` names a link outside of the folder, it is meant."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    folder = Folder(tmp_path / "in", after="move", move_to=str(tmp_path / "out"))
    folder.put("sub/a.xml", b"one")
    assert folder.take() == [("sub/a.xml", b"one")]
    assert (tmp_path / "disk/sub/a.xml").read_bytes() == b"one"


def test_the_longest_names_are_moved_too(tmp_path: Path) -> None:
    """A number behind a name of 255 bytes takes the place of its end."""
    folder = Folder(tmp_path / "in", after="move", move_to=str(tmp_path / "out"))
    for number in range(2):
        folder.put("n" * 255, b"%d" % number, OLD + number)
        assert len(folder.take()) == 1
    assert sorted(len(path.name) for path in (tmp_path / "out").iterdir()) == [255, 255]
    assert folder.problems == []


def test_a_folder_below_that_may_not_be_entered(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with what to do, and costs no other its files; the feed's own folder costs all."""
    folder.put("a.xml", b"one")
    folder.put("sub/b.xml", b"two")
    judged = FolderLook._judged

    def refused(self: FolderLook, path: str, *rest: Any) -> Found:  # root may enter everything
        if path.startswith("sub/"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return judged(self, path, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(FolderLook, "_judged", refused)
        assert folder.take() == [("a.xml", b"one")]
    sentence = "the folder sub cannot be looked into: Permission denied; let this user list and enter it"
    assert sentence in folder.warnings
    assert folder.take() == [("sub/b.xml", b"two")]


def test_what_is_gone_is_forgotten_in_the_end(tmp_path: Path) -> None:
    """Seven days where files stay, one day where they go; a file that stays is never forgotten."""
    for after, days in (("keep", 7), ("delete", 1)):
        folder = Folder(tmp_path / after, after=after)
        path = folder.put("gone.xml", b"one")
        folder.put("stays.xml", b"two")
        assert len(folder.take(NOW)) == 2
        path.unlink(missing_ok=True)
        for day in range(1, days + 1):
            folder.take(NOW + day * DAY_MS)
        assert len(folder.seen) == 2
        folder.take(NOW + (days + 1) * DAY_MS + 1)
        assert len(folder.seen) == (1 if after == "keep" else 0)


def test_a_mount_that_is_missing_forgets_nothing(folder: Folder) -> None:
    """An empty folder where files stay is taken for another one: when the mount is back nothing comes again."""
    path = folder.put("a.xml", b"one")
    folder.take()
    path.rename(folder.path.parent / "a.xml")
    folder.take(NOW + 30 * DAY_MS)
    (folder.path.parent / "a.xml").rename(path)
    assert folder.take(NOW + 31 * DAY_MS) == []


@pytest.mark.slow
def test_ten_thousand_at_once(folder: Folder) -> None:
    """In steps of a bounded size, each once."""
    for number in range(10_000):
        folder.put(f"{number % 10}/{number}.xml", b"%d" % number, OLD + number)
    assert [value for _, value in folder.take()] == [b"%d" % number for number in range(10_000)]
    assert folder.take() == []


def test_the_system_tells_of_new_files(tmp_path: Path) -> None:
    """A file that appears wakes the feed, long before the next look at the whole folder."""
    woken = threading.Event()
    folder = Folder(tmp_path, look_every="1h")

    async def run() -> list[str]:
        driver = FolderDriver(folder.feed, Surroundings("wires", Secrets({}), woken.set))
        assert isinstance(await driver.answer(Look()), Listing)
        number = 0
        async with asyncio.timeout(60):
            while not woken.is_set():  # events begin a moment after the first look
                folder.put(f"new{number}.xml", b"one")
                number += 1
                await asyncio.sleep(0.1)
        listing = await driver.answer(Look())
        assert isinstance(listing, Listing)
        await driver.close()
        return [found.path for found in listing.files]

    assert any(path.startswith("new") for path in asyncio.run(run()))


def test_a_share_that_hangs(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that does not come in time is none, and the feed says so."""
    monkeypatch.setattr("pipeline.runtime.ingest.folder.ANSWER_SECONDS", 0.01)
    free = threading.Event()
    monkeypatch.setattr(FolderDriver, "_look", lambda self, changed: free.wait(30))
    try:
        folder.take()
        assert folder.last is not None
        assert folder.last.health is Health.UNREACHABLE
    finally:
        free.set()


@pytest.mark.parametrize("name", ["a\tb", "a\x1b[31m", "a\nb"])
def test_names_do_nothing_on_a_terminal(name: str) -> None:
    """Control characters of a name are escaped."""
    assert shown_path(name).isprintable()

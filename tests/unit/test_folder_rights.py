"""A folder that this user may not use, wholly or in part: what is taken all the same, and what is said."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import watchfiles  # noqa: F401 - while it may be read
from test_ingest_folder import NOW, OLD, Folder

from pipeline.ingest.contract import Health
from pipeline.ingest.ways import WAYS

NOBODY = 65_534
LOOK = "let this user list and enter it, and enter the folders above it"
BELOW = "the folder sub cannot be looked into: Permission denied; let this user list and enter it"
READ = "may not be read by this user; give it the right to: a.xml"
BOTH, ONE = [b"one", b"two"], [b"one"]
WRITE = "let this user enter their folder and write to it"
STICKY = "(Operation not permitted); in a folder with the sticky bit only their owner may"
AT_A, AT_B = "files that were taken stay, as a.xml", "files that were taken stay, as sub/b.xml"


class Case(NamedTuple):
    modes: dict[str, int]  # of paths; any other may be used by all
    taken: list[bytes] = []  # noqa: RUF012 - of a tuple
    health: Health = Health.OK
    detail: str = ""
    problem: tuple[str, ...] = ()  # parts of what is said of files that stay
    settings: dict[str, Any] = {}  # noqa: RUF012


CASES = {
    "a folder that may not be listed": Case({"in": 0o311}, health=Health.REFUSED, detail=LOOK),
    "one that may not be entered": Case({"in": 0o644}, health=Health.REFUSED, detail=LOOK),
    "one above it that may not be": Case({".": 0o600}, health=Health.REFUSED, detail=LOOK),
    "one below it that may not be listed": Case({"in/sub": 0o311}, ONE, Health.BROKEN, BELOW),
    "one below it that may not be entered": Case({"in/sub": 0o644}, ONE, Health.BROKEN, BELOW),
    "a file": Case({"in/a.xml": 0}, [b"two"], Health.BROKEN, READ),
    "a file of lines, before another": Case(
        {"in/a.xml": 0}, [b"two"], Health.BROKEN, READ, settings={"split": "lines"}
    ),
    "nothing may be moved out": Case(
        {"in": 0o555}, BOTH, problem=(f"{WRITE}, and to that one: 2 {AT_A}",), settings={"after": "move"}
    ),
    "nothing may be deleted": Case(
        {"in": 0o555, "in/sub": 0o555}, BOTH, problem=(f"{WRITE}: 2 {AT_A}",), settings={"after": "delete"}
    ),
    "nothing may be deleted below": Case(
        {"in/sub": 0o555}, BOTH, problem=(f"{WRITE}: 1 {AT_B}",), settings={"after": "delete"}
    ),
    "nothing may be moved there": Case(
        {"out": 0o555},
        BOTH,
        problem=(f"{WRITE}, and to that one: 2 {AT_A}",),
        settings={"after": "move", "to": "out"},
    ),
    "it may not be made there": Case(
        {"out": 0o555},
        BOTH,
        problem=(f"{WRITE}, and to that one: 2 {AT_A}",),
        settings={"after": "move", "to": "out/x"},
    ),
    "files of another with the sticky bit": Case(
        {"in": 0o1777}, BOTH, problem=(STICKY, f"1 {AT_A}"), settings={"after": "delete"}
    ),
    "a folder with the sticky bit, and files of anybody": Case({"in": 0o1777}, BOTH, settings={"after": "keep"}),
    "all that is needed": Case({}, BOTH, settings={"after": "move", "to": "out"}),
}


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter: pytest's own are root's."""
    path = Path(tempfile.mkdtemp(prefix="wiredesk-rights-"))
    path.chmod(0o755)
    yield path
    give_all(path)
    shutil.rmtree(path)


def give_all(place: Path) -> None:
    """All rights to everybody, from the outside in."""
    for path in (".", "out", "in", "in/a.xml", "in/sub", "in/sub/b.xml"):
        if (place / path).exists():
            (place / path).chmod(0o777)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Who runs this may do everything if that is root: then it is somebody who may not."""
    if os.geteuid():
        yield
        return
    groups, group = os.getgroups(), os.getegid()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)


def made(place: Path, case: Case) -> Folder:
    """A folder with two files, one of them in a folder below."""
    settings = dict(case.settings)
    if target := settings.pop("to", None):
        settings["move_to"] = str(place / target)
    folder = Folder(place / "in", **settings)
    folder.connector = WAYS["folder"].connector(folder.feed)  # type: ignore[assignment]  # of any folder
    (place / "out").mkdir()
    folder.put("a.xml", b"one")
    folder.put("sub/b.xml", b"two", OLD + 1)
    for path in ("in", "in/sub", "out"):
        (place / path).chmod(0o777)
    for path in sorted(case.modes, reverse=True):  # what is inside first: whoever may not enter, may not change
        (place / path).chmod(case.modes[path])
    folder.problems = ()
    return folder


@pytest.mark.parametrize("name", CASES)
def test_what_this_user_may_not(place: Path, name: str) -> None:
    """What may be read is taken, what stays is named with cause and remedy; with the right all has come once."""
    case = CASES[name]
    is_ours = os.geteuid() != 0 and "sticky" in name
    folder = made(place, case)
    with as_nobody():
        values = [value for _, value in folder.take()]
        assert folder.last is not None
        assert (values, folder.last.health) == (case.taken, case.health)
        assert case.detail in folder.last.detail
        said = " ".join(folder.problems)
        assert is_ours or bool(said) is bool(case.problem)
        assert is_ours or all(part in said for part in case.problem), said
    give_all(place)
    with as_nobody():
        values += [value for _, value in folder.take(NOW + 1)]
        assert sorted(values) == BOTH
        assert folder.last.health is Health.OK
        assert list(folder.problems) == []
        left = {path.name for path in (place / "in").rglob("*.xml") if ".taken" not in path.parts}
        assert left == ({"a.xml", "b.xml"} if case.settings.get("after", "keep") == "keep" else set())

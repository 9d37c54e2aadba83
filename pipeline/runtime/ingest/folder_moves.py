"""Putting away what was taken: moved to another folder of the same file system, or deleted.

A file that was written anew since it was taken is left: it is another payload.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.ingest.folder import Found, shown_path
from pipeline.runtime.ingest.folder_files import GONE, is_same, opened_below

NAMES_MAX = 1_000  # of files of one name that were taken


def put_away(root: int, files: Sequence[Found], target: str | None, done: str | None) -> list[str]:
    """Move the files below `target`, or delete them without one; what went wrong, a sentence for each kind.

    Their done-files are deleted.
    """
    problems: dict[str, list[str]] = {}
    folders: set[Path] = set()  # of the target, that are there
    for found in files:
        try:
            with opened_below(root, found.path, os.O_PATH) as file:
                if not is_same(found, os.fstat(file)):
                    continue
            with _folder_of(root, found.path) as (folder, name):
                if target is None:
                    os.unlink(name, dir_fd=folder)
                else:
                    os.rename(name, _free(Path(target) / found.path, folders), src_dir_fd=folder)
                if done:
                    with suppress(FileNotFoundError):
                        os.unlink(name + done, dir_fd=folder)
        except OSError as error:
            if error.errno not in GONE or not _is_gone(root, found.path):
                problems.setdefault(_sentence(error, target), []).append(found.path)
    return [
        f"{why}: {len(paths)} files that were taken stay, as {shown_path(paths[0])}"
        for why, paths in problems.items()
    ]


@contextmanager
def _folder_of(root: int, path: str) -> Iterator[tuple[int, str]]:
    """The folder of a path, opened, and the name in it."""
    folder, _, name = path.rpartition("/")
    if not folder:
        yield root, name
        return
    with opened_below(root, folder, os.O_PATH | os.O_DIRECTORY) as opened:
        yield opened, name


def _free(path: Path, folders: set[Path]) -> Path:
    """The path, or the first that is free with a number behind it."""
    if path.parent not in folders:
        path.parent.mkdir(parents=True, exist_ok=True)
        folders.add(path.parent)
    for number in range(NAMES_MAX):
        found = path if not number else path.with_name(f"{path.name}.{number}")
        if not os.path.lexists(found):
            return found
    raise OSError(errno.EEXIST, f"there are {NAMES_MAX} of one name already")


def _is_gone(root: int, path: str) -> bool:
    try:
        with opened_below(root, path, os.O_PATH):
            return False
    except OSError:
        return True


def _sentence(error: OSError, target: str | None) -> str:
    if error.errno == errno.EXDEV:
        return f"{target} is on another file system; name a move_to on the same one"
    what = f"cannot be moved to {target}" if target else "cannot be deleted"
    return f"{what} ({error.strerror}); give this user the right to do it"

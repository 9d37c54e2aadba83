"""Putting away what was taken: moved to another folder of the same file system, or deleted.

A file that was written anew since it was taken is left: it is another payload.  Whoever sends may write into the
folder of the feed: no link of theirs leads a file out of it, or out of the folder that files are moved to.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from pipeline.ingest.folder_feed import Found, shown_path
from pipeline.runtime.ingest.folder_files import GONE, is_same, opened_below

NAMES_MAX = 1_000  # of files of one name that were taken
NAME_BYTES_MAX = 255  # of file systems; a number behind a longer one takes the place of its end
REMEDIES = {
    errno.EACCES: "let this user enter their folder and write to it{and_target}",
    errno.EPERM: "in a folder with the sticky bit only their owner may: let this user be it, or take the bit away",
    errno.EROFS: "mount it so that this user can write to it",
}
IN_THE_WAY = frozenset({errno.ENOTDIR, errno.ELOOP})


def put_away(root: int, files: Sequence[Found], target: str | None, folder: str, done: str | None) -> list[str]:
    """Move the files below `target`, or delete them without one; what went wrong, a sentence for each kind.

    `folder`: the path of the opened folder `root`.  Their done-files are deleted.
    """
    problems: dict[str, list[str]] = {}
    for found in files:
        try:
            with opened_below(root, found.path, os.O_PATH) as file:
                if not is_same(found, os.fstat(file)):
                    continue
            with _folder_of(root, found.path) as (at, name):
                if target is None:
                    os.unlink(name, dir_fd=at)
                else:
                    with _made(root, folder, target, found.path) as into:
                        os.rename(name, _free(name, into), src_dir_fd=at, dst_dir_fd=into)
                if done:
                    with suppress(FileNotFoundError):
                        os.unlink(name + done, dir_fd=at)
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


@contextmanager
def _made(root: int, folder: str, target: str, path: str) -> Iterator[int]:
    """The folder that the file of this path is moved to, opened, and made if it is not there.

    Its own path may have links, unless it lies below the folder of the feed.
    """
    inside = f"{folder.rstrip('/')}/"
    with ExitStack() as opened:
        at, steps = root, target.removeprefix(inside).split("/")
        if not target.startswith(inside):
            with suppress(FileExistsError):  # of a file: it cannot be opened as a folder
                os.makedirs(target, exist_ok=True)
            at, steps = os.open(target, os.O_PATH | os.O_DIRECTORY), []
            opened.callback(os.close, at)
        for step in filter(None, (*steps, *path.split("/")[:-1])):
            at = _step(step, at)
            opened.callback(os.close, at)
        yield at


def _step(name: str, at: int) -> int:
    """The folder of this name in another one, opened, and made if it is not there.  A link is an error."""
    flags = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(name, flags, dir_fd=at)
    except FileNotFoundError:
        os.mkdir(name, dir_fd=at)
        return os.open(name, flags, dir_fd=at)


def _free(name: str, at: int) -> str:
    """The name, or the first that is free there with a number behind it."""
    for number in range(NAMES_MAX):
        behind = f".{number}" if number else ""
        found = os.fsdecode(os.fsencode(name)[: NAME_BYTES_MAX - len(behind)]) + behind
        try:
            os.stat(found, dir_fd=at, follow_symlinks=False)
        except FileNotFoundError:
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
    if target and error.errno in IN_THE_WAY:
        return f"cannot be moved to {target}, where a link or a file is in the place of a folder; take it away"
    if target and error.errno == errno.EEXIST:
        return f"cannot be moved to {target} ({error.strerror}); empty that folder"
    what = f"cannot be moved to {target}" if target else "cannot be deleted"
    remedy = REMEDIES.get(error.errno or 0, "look at the disk or the share")
    return f"{what} ({error.strerror}); {remedy.format(and_target=', and to that one' if target else '')}"

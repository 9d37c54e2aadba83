"""The files of a folder: opened without following links, read within a bound, and only if they are as they were."""

from __future__ import annotations

import errno
import gzip
import os
import stat
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import TAKEN_BYTES_MAX
from pipeline.ingest.folder_feed import Content, Found, Trouble
from pipeline.runtime.ingest.packed import content_type_of, is_packed

GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESTALE})  # ESTALE: on NFS, of a file that another one deleted


@contextmanager
def opened_below(root: int, path: str, flags: int) -> Iterator[int]:
    """The file or folder at a path below the folder `root`.  A link on the way is an error (ELOOP, ENOTDIR)."""
    *folders, name = path.split("/")
    opened: list[int] = []
    try:
        at = root
        for folder in folders:
            at = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            opened.append(at)
        file = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)  # NONBLOCK: a pipe would hang
        opened.append(file)
        yield file
    finally:
        for one in reversed(opened):
            os.close(one)


def is_folder(root: int, path: str) -> bool:
    """Whether there is a folder at a path below the folder `root`."""
    try:
        with opened_below(root, path, os.O_PATH) as file:
            return stat.S_ISDIR(os.fstat(file).st_mode)
    except OSError:
        return False


def is_same(found: Found, status: os.stat_result) -> bool:
    """Whether the file is as it was found."""
    same = (status.st_size, status.st_mtime_ns) == (found.size, found.mtime_ns)
    return same and stat.S_ISREG(status.st_mode)


def contents_of(root: int, files: Sequence[Found]) -> Iterator[Content]:
    """The files' contents, in order, as many as fit into a step; at least one."""
    size = 0
    for number, found in enumerate(files):
        content = _content(root, found)
        size += len(content.value)
        if number and size > TAKEN_BYTES_MAX:
            return
        yield content


def _content(root: int, found: Found) -> Content:
    if found.size > PAYLOAD_BYTES_MAX:
        return Content(found, trouble=Trouble.TOO_LARGE)
    try:
        with opened_below(root, found.path, os.O_RDONLY) as file:
            if not is_same(found, os.fstat(file)):
                return Content(found, trouble=Trouble.CHANGED)
            value = _unpacked(file) if is_packed(found.path) else _read(file)
            if not is_same(found, os.fstat(file)):
                return Content(found, trouble=Trouble.CHANGED)
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            return Content(found, trouble=Trouble.DAMAGED)
        return Content(found, trouble=trouble_of(error))
    except (EOFError, zlib.error):
        return Content(found, trouble=Trouble.DAMAGED)
    if len(value) > PAYLOAD_BYTES_MAX:
        return Content(found, trouble=Trouble.TOO_LARGE)
    return Content(found, value, content_type=content_type_of(found.path))


def trouble_of(error: OSError) -> Trouble:
    """What an error of the system says of a file."""
    if error.errno in GONE:
        return Trouble.MISSING
    return Trouble.FORBIDDEN if isinstance(error, PermissionError) else Trouble.UNREADABLE


def _read(file: int) -> bytes:
    with os.fdopen(os.dup(file), "rb") as opened:
        return opened.read(PAYLOAD_BYTES_MAX + 1)


def _unpacked(file: int) -> bytes:
    with os.fdopen(os.dup(file), "rb") as opened, gzip.GzipFile(fileobj=opened) as unpacked:
        return unpacked.read(PAYLOAD_BYTES_MAX + 1)

"""Paths that a person gave, in a setting or as an option: what is wrong with one, as a sentence about it.

Each function returns the path, or raises ValueError.  What changes after the check is an OSError for whoever opens
the path.
"""

from __future__ import annotations

import os
from pathlib import Path


def readable_file(path: Path) -> Path:
    """A file that can be read and is not empty."""
    if not plain_file(path).stat().st_size:
        raise ValueError("the file is empty; name another")
    return path


def plain_file(path: Path) -> Path:
    """A file that can be read, more than once."""
    if path.is_dir():
        raise ValueError("it is a folder; name a file in it")
    if not path.exists():
        raise ValueError(_missing(path, "file"))
    if not path.is_file():
        raise ValueError("it is a device or a pipe, which is not read twice; name a plain file")
    if not os.access(path, os.R_OK):
        raise ValueError("this user may not read the file; allow it, or name another")
    return path


def readable_folder(path: Path) -> Path:
    """A folder that can be read."""
    if path.is_file():
        raise ValueError("it is a file; name the folder that it is in")
    if not path.exists():
        raise ValueError(_missing(path, "folder"))
    if not os.access(path, os.R_OK | os.X_OK):
        raise ValueError("this user may not read the folder; allow it, or name another")
    return path


def writable_file(path: Path) -> Path:
    """A file that can be written, in a folder that is there."""
    if path.is_dir():
        raise ValueError("it is a folder; name a file in it")
    _check_link(path)
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {path.parent} to write into; make it, or name another")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError("this user may not write there; allow it, or name another file")
    return path


def expanded(path: Path) -> Path:
    """The path, with the home folder for a ~ at its beginning, as a shell has it but .env does not."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f"nobody knows what {path.parts[0]} is; write the path in full") from None


def folder(path: Path) -> Path:
    """A folder, there or not."""
    _check_link(path)
    there = _nearest(path)
    if not there.is_dir():
        raise ValueError("it is a file; name a folder" if there == path else f"{there} is a file; name a folder")
    return path


def made_folder(path: Path) -> Path:
    """A folder into which can be written: it is made if it is not there."""
    try:
        writable_folder(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"{error.strerror}; name another folder") from None
    return path


def writable_folder(path: Path) -> Path:
    """A folder into which can be written, or which can be made."""
    there = _nearest(folder(path))
    if not os.access(there, os.W_OK | os.X_OK):
        raise ValueError(f"this user may not write into {there}; allow it, or name another folder")
    return path


def _check_link(path: Path) -> None:
    """Raises ValueError for a link on the way whose end is missing, or that leads back to itself."""
    for one in (path, *path.absolute().parents):
        if one.is_symlink() and not one.exists():
            raise ValueError(f"{one} is a link to {one.readlink()}, where nothing is; correct it, or name another")


def _nearest(path: Path) -> Path:
    """The path, or the first of its parents that is there."""
    return next(one for one in (path, *path.absolute().parents) if one.exists())


def _missing(path: Path, what: str) -> str:
    """That there is no such file or folder, and how far the path is right."""
    _check_link(path)
    there = _nearest(path)
    near = f"the folder {there} is there" if there != path.absolute().parent else "correct its name"
    return f"there is no such {what}; {near}"

"""Paths that a person gave, in a setting or as an option: what is wrong with one, as a sentence about it.

Each function returns the path, or raises ValueError.  What changes after the check is an OSError, as always.
"""

from __future__ import annotations

import os
from pathlib import Path


def readable_file(path: Path) -> Path:
    """A file that can be read and is not empty."""
    if path.is_dir():
        raise ValueError("it is a folder; name a file in it")
    if not path.exists():
        raise ValueError(f"there is no such file; {_nearest(path)}")
    if not os.access(path, os.R_OK):
        raise ValueError("this user may not read the file; allow it, or name another")
    if path.is_file() and not path.stat().st_size:
        raise ValueError("the file is empty; name another")
    return path


def readable_folder(path: Path) -> Path:
    """A folder that can be read."""
    if path.is_file():
        raise ValueError("it is a file; name the folder that it is in")
    if not path.exists():
        raise ValueError(f"there is no such folder; {_nearest(path)}")
    if not os.access(path, os.R_OK | os.X_OK):
        raise ValueError("this user may not read the folder; allow it, or name another")
    return path


def writable_file(path: Path) -> Path:
    """A file that can be written, in a folder that is there."""
    if path.is_dir():
        raise ValueError("it is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {path.parent} to write into; make it, or name another")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError("this user may not write there; allow it, or name another file")
    return path


def writable_folder(path: Path) -> Path:
    """A folder into which can be written, or which can be made."""
    there = next(one for one in (path, *path.absolute().parents) if one.exists())
    if not there.is_dir():
        raise ValueError("it is a file; name a folder" if there == path else f"{there} is a file; name a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ValueError(f"this user may not write into {there}; allow it, or name another folder")
    return path


def _nearest(path: Path) -> str:
    """How far the path is right."""
    there = next(one for one in path.absolute().parents if one.exists())
    return f"the folder {there} is there" if there != path.absolute().parent else "correct its name"

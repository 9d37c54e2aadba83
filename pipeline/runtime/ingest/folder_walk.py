"""The folders of a feed, one after the other, each opened below the one that it is in, without following links."""

from __future__ import annotations

import os
from collections.abc import Iterator

from pipeline.ingest.folder_feed import DEPTH_MAX, shown_path


def folders(root: int, problems: list[str], path: str = "", depth: int = 0) -> Iterator[tuple[int, str]]:
    """The folder and those below it, opened: (descriptor, path).  Hidden ones and links are left out.

    What cannot be looked into becomes a sentence of `problems`.
    """
    if depth > DEPTH_MAX:
        problems.append(f"{shown_path(path)} is more than {DEPTH_MAX} folders deep, and is not looked into")
        return
    yield root, path
    names = [
        entry.name
        for entry in os.scandir(root)
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
    ]
    for name in sorted(names):
        try:
            opened = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=root)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(no_look(path + name, error))
            continue
        try:
            yield from folders(opened, problems, f"{path}{name}/", depth + 1)
        finally:
            os.close(opened)


def no_look(path: str, error: OSError) -> str:
    """A sentence on a folder below the feed's."""
    why = f"{error.strerror}; let this user list and enter it"
    return f"the folder {shown_path(path.rstrip('/'))} cannot be looked into: {why}"

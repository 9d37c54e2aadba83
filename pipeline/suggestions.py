"""Near misses: the name that somebody probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

NEAR = 0.7  # of 1: `tial` is as near to `tail` as 0.75, `stop` to `topics` as 0.6


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name nearest to `name`, in any case; None if none is near."""
    by_folded = {one.lower(): one for one in known}
    near = difflib.get_close_matches(name.lower(), by_folded, 1, NEAR)
    return by_folded[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean X?`` for the nearest; nothing if none is near."""
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else ""

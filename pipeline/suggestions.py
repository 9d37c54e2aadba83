"""Near misses: the name that somebody probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

NEAR = 0.6  # difflib's own: of the letters, so many are in common and in order


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean X?`` for the known name that is nearest, whatever its case; nothing if none is near."""
    by_folded = {one.lower(): one for one in known}
    near = difflib.get_close_matches(name.lower(), by_folded, 1, NEAR)
    return f"; did you mean {by_folded[near[0]]}?" if near else ""

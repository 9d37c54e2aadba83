"""The ledger of fallen dispatches: what was killed or corrected, longer than the window remembers."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.dedupe.changes import Fall

FALLS_MAX = 20_000  # killed, and as many corrected; past that the oldest is forgotten: 6 MB, years of kills


class Ledger:
    """Falls by dispatch, in the order of their last change, with the source offset of that change."""

    def __init__(self) -> None:
        self.falls: dict[str, tuple[Fall, int]] = {}

    def get(self, dispatch: str) -> Fall | None:
        """How the dispatch fell, if it did."""
        known = self.falls.get(dispatch)
        return known and known[0]

    def put(self, fall: Fall, offset: int) -> None:
        """Remember, as the last; the first is forgotten where there are too many."""
        self.falls.pop(fall.dispatch, None)
        self.falls[fall.dispatch] = (fall, offset)
        if len(self.falls) > FALLS_MAX:
            del self.falls[next(iter(self.falls))]

    def before(self, offset: int) -> Iterator[Fall]:
        """The falls whose last change lies before a source offset, oldest first."""
        return (fall for fall, at in self.falls.values() if at < offset)

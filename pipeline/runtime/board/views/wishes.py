"""What desks follow and mute by a control, as far back as wire.alerts has it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

NAMES_MAX = 50  # of a story: more desks than a newsroom has


@dataclass(frozen=True, slots=True)
class Wish:
    """A desk that follows or mutes a story."""

    desk: str
    list: str
    who: str
    why: str

    @property
    def word(self) -> str:
        """As in `followed by news`, `muted for sport`."""
        return "followed by" if self.list == "follows" else "muted for"

    @property
    def undo(self) -> str:
        """The action that ends it."""
        return "unfollow" if self.list == "follows" else "unmute"


def wishes(db: sqlite3.Connection, stories: Sequence[str]) -> tuple[Wish, ...]:
    """Those about these stories, which are one by now."""
    marks = ", ".join("?" * len(stories))
    rows = db.execute(
        f"select desk, list, who, why from wishes where is_in and story in ({marks})"  # noqa: S608 -- marks only
        " order by list, desk limit ?",
        (*stories, NAMES_MAX),
    )
    return tuple(Wish(*row) for row in rows)

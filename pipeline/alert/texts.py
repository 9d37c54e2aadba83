"""What is remembered of published dispatches, so that an alert can say what was wrong and what is right.

Bounds: the latest TEXTS_MAX dispatches of a shard, BODY_CHARACTERS_MAX of each.  Of an older one a correction does
not name the sentence that changed, and counts from one.  A killed dispatch keeps its headline and the reason, and
no word of its body.
"""

from __future__ import annotations

import msgspec

from pipeline.items import Correction, Party

TEXTS_MAX = 2_000
BODY_CHARACTERS_MAX = 4_000
HEADLINE_CHARACTERS_MAX = 300
VERSIONS_MAX = 16  # of a dispatch that was corrected; one that goes back to an older one counts as new


class StoredCorrection(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The latest correction of a dispatch, for the recalls that it causes."""

    change: str  # items.ChangeKind
    before: str | None
    after: str | None
    note: str | None
    count: int
    unstable: bool

    @classmethod
    def of(cls, correction: Correction) -> StoredCorrection:
        """The same, as the journal keeps it."""
        return cls(**correction.model_dump())

    def published(self) -> Correction:
        """The same, as an alert has it."""
        return Correction.model_validate(msgspec.structs.asdict(self))


class StoredParty(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who reported, corrected or killed a dispatch."""

    name: str
    kind: str  # items.PartyKind

    def published(self) -> Party:
        """The same, as an alert has it."""
        return Party.model_validate(msgspec.structs.asdict(self))


class DispatchText(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A published dispatch as of its latest version."""

    id: str
    offset: int  # source offset of that version
    headline: str
    body: str
    by: StoredParty | None = None
    versions: tuple[int, ...] = ()  # of one that was corrected: corrections.version_key of all, the latest last
    corrections: int = 0
    unstable_ms: int = 0  # stream time when an alert said that it goes back and forth
    correction: StoredCorrection | None = None
    note: str | None = None  # of one that was killed: the reason that was given

"""Roles of notes, headlines and other texts: which of them are for readers.

Words of several standards and vendors; each is the code behind the alias, lower case.
"""

from __future__ import annotations

# Public roles of notes with APA, dpa, STT and in ninjs; a note without a role is public.  A note of any other role
# may be private.
PUBLIC_NOTES = frozenset(
    ["", "public", "note", "correctionnote", "closing", "editorialnote", "correction", "correctionshort",
     "genrenote", "edservice", "advisory", "update"]
)  # fmt: skip
# Words in the role of a text that is not for readers.
FOR_EDITORS = (
    "note", "advis", "internal", "private", "nonpub", "non-pub", "non_pub", "notforpub", "instruct", "editor",
    "embargo", "confidential", "restricted",
)  # fmt: skip


def is_public_note(role: str | None) -> bool:
    """Whether a note in this role is certain to be for readers."""
    return (role or "").rpartition(":")[2].strip().lower() in PUBLIC_NOTES


def is_for_editors(role: str | None) -> bool:
    """Whether a headline, a description or a component in this role is not for readers."""
    code = (role or "").rpartition(":")[2].lower()
    return any(word in code for word in FOR_EDITORS)

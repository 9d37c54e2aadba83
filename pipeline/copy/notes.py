"""What reading has found so far: the one thing that changes while an item is read, and forgotten after it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.copy.furniture import Note
from pipeline.copy.signoffs import SignOff
from pipeline.items import Dateline, Signal, Stripped
from pipeline.values.embargo import Embargo

STRIPPED_MAX = 64  # pieces kept; more are stripped and not kept
STRIPPED_LENGTH_MAX = 1000  # characters kept of a piece


@dataclass(slots=True)
class Notes:
    """What was found so far."""

    stripped: list[Stripped] = field(default_factory=list)
    signals: set[Signal] = field(default_factory=set)
    embargoes: list[Embargo] = field(default_factory=list)
    agencies: dict[str, str] = field(default_factory=dict)  # where it stood -> code, the first of each
    dateline: Dateline | None = None
    bylines: list[str] = field(default_factory=list)
    reporting: list[str] = field(default_factory=list)
    editing: list[str] = field(default_factory=list)
    sign_off: str | None = None
    copyright: str | None = None
    credits: list[str] = field(default_factory=list)
    change_note: str | None = None

    def strip(self, kind: str, text: str, rule: str) -> None:
        """Keep a piece that leaves the body."""
        if len(self.stripped) < STRIPPED_MAX:
            self.stripped.append(Stripped(kind=kind, text=text[:STRIPPED_LENGTH_MAX], rule=rule))

    def source(self, where: str, code: str | None) -> None:
        """Remember whose copy it is, by what says so."""
        if code:
            self.agencies.setdefault(where, code)

    def sign(self, sign_off: SignOff) -> None:
        """Keep a sign-off and its names; a contact's text is not kept."""
        kind = "contact" if sign_off.rule == "contact" else "sign-off"
        self.strip(kind, sign_off.text, f"sign-off:{sign_off.rule}")
        self.sign_apart(sign_off)

    def sign_apart(self, sign_off: SignOff) -> None:
        """Keep a sign-off that stood outside the body."""
        self.reporting.extend(sign_off.reporting)
        self.editing.extend(sign_off.editing)
        self.sign_off = self.sign_off or sign_off.text or None
        self.source("sign-off", sign_off.agency.code if sign_off.agency else None)

    def change(self, note: Note) -> None:
        """Keep a change note and what it says of the dispatch."""
        self.strip("change-note", note.text, "change-note")
        self.signals.update(note.signals)
        self.change_note = self.change_note or note.text

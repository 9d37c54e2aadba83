"""What has been recognised in an item's copy so far: the only thing that changes while the copy is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.copy.change_notes import ChangeNote
from pipeline.copy.signoffs.sign_off import SignOff, SignOffRule
from pipeline.items import Copy, Dateline, Signal, Stripped
from pipeline.notes import NoteMeaning
from pipeline.values.agencies import codes
from pipeline.values.embargo import Embargo, strictest

STRIPPED_MAX = 64  # pieces kept; more are stripped and not kept
STRIPPED_LENGTH_MAX = 1000  # characters kept of a piece
CREDITS_MAX = 16


class Evidence(StrEnum):
    """What names the agency that wrote the copy, the surest first."""

    DATELINE = "dateline"
    SIGN_OFF = "sign-off"
    BYLINE = "byline"
    COPYRIGHT = "copyright"
    BOILERPLATE = "boilerplate"


class StrippedKind(StrEnum):
    """What a piece of the copy is that is not its body.  The values are published."""

    BOILERPLATE = "boilerplate"
    BYLINE = "byline"
    CHANGE_NOTE = "change-note"
    CONTACT = "contact"
    COPYRIGHT = "copyright"
    CREDIT = "credit"
    DATELINE = "dateline"
    EDITORS_NOTE = "editors-note"
    EMBARGO_NOTE = "embargo-note"
    HEADLINE = "headline"
    NON_PUBLIC = "non-public"
    SIGN_OFF = "sign-off"


@dataclass(slots=True)
class Findings:
    """What has been recognised so far."""

    stripped: list[Stripped] = field(default_factory=list)
    signals: set[Signal] = field(default_factory=set)
    embargo: Embargo | None = None  # the strictest of those in the copy
    agencies: dict[Evidence, str] = field(default_factory=dict)  # code of the first agency that each names
    dateline: Dateline | None = None
    bylines: list[str] = field(default_factory=list)
    reporting: list[str] = field(default_factory=list)
    helping: set[str] = field(default_factory=set)  # of those: who only contributed
    editing: list[str] = field(default_factory=list)
    sign_off: str | None = None
    copyright: str | None = None
    credits: list[str] = field(default_factory=list)
    change_note: str | None = None

    @property
    def agency(self) -> str | None:
        """The code of the agency that wrote the copy, by the surest evidence."""
        return next((self.agencies[each] for each in Evidence if each in self.agencies), None)

    def add_stripped(self, kind: StrippedKind, text: str, rule: str) -> None:
        """Keep a piece that leaves the body."""
        if len(self.stripped) < STRIPPED_MAX:
            self.stripped.append(Stripped(kind=kind.value, text=text[:STRIPPED_LENGTH_MAX], rule=rule))

    def add_meaning(self, meaning: NoteMeaning) -> None:
        """Keep what a note to editors says."""
        self.signals.update(meaning.signals)
        self.embargo = strictest((self.embargo, meaning.embargo))

    def add_agency(self, evidence: Evidence, code: str | None) -> None:
        """Keep the agency that a piece of evidence names, if it names one."""
        if code:
            self.agencies.setdefault(evidence, code)

    def add_dateline(self, dateline: Dateline) -> None:
        """Keep a dateline, of several the first, and the first known agency."""
        self.dateline = self.dateline or dateline
        self.add_agency(Evidence.DATELINE, dateline.agency if dateline.agency in codes() else None)

    def add_byline(self, text: str, names: Sequence[str], agency: str | None) -> None:
        """Keep a byline that leaves the body, its names and the agency that it names."""
        self.add_stripped(StrippedKind.BYLINE, text, "byline")
        self.bylines.extend(names)
        self.add_agency(Evidence.BYLINE, agency)

    def add_sign_off(self, sign_off: SignOff) -> None:
        """Keep a sign-off that leaves the body, and its names; a contact's text is not kept."""
        kind = StrippedKind.CONTACT if sign_off.rule is SignOffRule.CONTACT else StrippedKind.SIGN_OFF
        rule = f"sign-off:{sign_off.rule}" + (f":{sign_off.why}" if sign_off.why else "")
        self.add_stripped(kind, sign_off.text, rule)
        self.add_sign_off_field(sign_off)

    def add_sign_off_field(self, sign_off: SignOff) -> None:
        """Keep a sign-off that the format has outside the body."""
        self.reporting.extend(sign_off.reporting)
        self.helping.update(sign_off.helping)
        self.editing.extend(sign_off.editing)
        self.sign_off = self.sign_off or sign_off.text or None
        self.add_agency(Evidence.SIGN_OFF, sign_off.agency.code if sign_off.agency else None)

    def add_change_note(self, note: ChangeNote) -> None:
        """Keep a change note and its signal."""
        self.add_stripped(StrippedKind.CHANGE_NOTE, note.text, "change-note")
        self.signals.add(note.signal)
        self.change_note = self.change_note or note.text

    def furniture(self, tags: tuple[str, ...]) -> Copy:
        """The findings as the item carries them; `tags` are the headline's."""
        return Copy(
            tags=tags,
            dateline=self.dateline,
            bylines=tuple(dict.fromkeys(self.bylines)),
            reporting=tuple(dict.fromkeys(self.reporting)),
            editing=tuple(dict.fromkeys(self.editing)),
            sign_off=self.sign_off,
            copyright=self.copyright,
            credits=tuple(dict.fromkeys(self.credits))[:CREDITS_MAX],
            change_note=self.change_note,
            stripped=tuple(self.stripped),
        )

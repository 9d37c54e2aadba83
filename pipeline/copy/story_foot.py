"""Where the story ends: sign-offs, addresses and lines about the copy come after its last whole sentence.

Read from the last line up: RULES is an ordered table, the first rule that knows a line takes it out of the body.  A
line that none knows is kept; a sentence that none knows ends the foot.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.copy import boilerplate, bylines, contacts, rights, sentences, writers
from pipeline.copy.findings import Findings, StrippedKind
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.signoffs import by_form
from pipeline.copy.signoffs.endings import split_ending, split_tail
from pipeline.copy.signoffs.own_names import agency_of_names, own_names
from pipeline.copy.signoffs.sign_off import SIGN_OFF_LENGTH_MAX, SignOff, SignOffRule
from pipeline.copy.signoffs.whole_lines import sign_off_line, signature
from pipeline.copy.stamps import STAMP_LENGTH_MAX, is_clock, is_stamp, is_update_stamp
from pipeline.copy.story_head import is_sentence
from pipeline.copy.trade.lines import LABEL_LENGTH_MAX, TRADE_LENGTH_MAX, is_trade_heading, is_trade_line
from pipeline.language import UND, Language
from pipeline.notes.reader import may_leave
from pipeline.notes.signed import has_word_of_tag

CONTACT_LINES_MAX = 4  # names between the heading of an address and the address
FOOT_LINES_MAX = 40  # lines from the end; what is above them is not asked whether it is about the copy
FORM_LINES_MAX = 4  # lines up to the last sentence: what is further down is a table or a list
SIGN_OFFS_ABOVE = 8  # lines above one about the writer, among which a sign-off may name her
NAMES_ALONE_MAX = 2  # lines with a name alone; more of them are a list
OTHERS_MAX = 6  # headlines below `Más en Andina:`
BRACKET_LINES_MAX = 5  # over which a sign-off in brackets goes
PARTS_MAX = 6  # of a line that says several things
# Below a sign-off: AFP's companies in capitals, times and numbers of the message.
_BELOW = re.compile(
    r"[A-Z0-9 &.'-]{2,60}|[^a-z]{0,20}\d\d:\d\d[^a-z]{0,20}|\d{3,8}|[a-z]{2,4}\.?|[ء-ي]{1,2}(?: [ء-ي]{1,2}){0,2}"
)
_ABBREVIATION = re.compile(r"[^\W\d_A-Z]{2,5}\.")  # PAP: `arch.`; no sentence
_DASHES = ("-", "–", "—")
_QUOTED = ('"', "”", "»", "“", "’", "'")
_CATEGORY = re.compile(r"[A-Z][a-z]{3,12}/[A-Z][a-z]{3,12}")  # QNA: `General/Sports`
LINK_LENGTH_MAX = 208
_LINK = re.compile(r"https?://\S{4,200}")  # AP, below `Online:`
_PARTS = re.compile(r"(?<=\w\w)\. (?=[^\W\d_a-z])| [|•·] ")  # Foto: Ana Ruiz. Quelle: dpa


@dataclass(slots=True)
class _Foot:
    """The last lines of copy while they are read, from the last one up."""

    paragraphs: list[str]
    language: Language
    findings: Findings
    agency: str | None  # by its code or as the dateline writes it
    own: frozenset[str]  # its names in the dateline, folded
    index: int = field(init=False)  # of the line that is read
    text: str = ""  # of it
    above: str = ""
    deep: bool = False  # it is so far up that it is not asked whether it is about the copy
    kept: list[str] = field(default_factory=list)  # below it, from the last one up
    left_signs: bool | None = None  # whether a sign-off had left before; seldom asked
    signed: bool = False  # a line that signs the copy, or is about it, has left
    addressed: bool = False  # an address of the agency has left
    names: int = 0  # lines with a name alone that have left

    def __post_init__(self) -> None:
        self.index = len(self.paragraphs)

    def go_up(self) -> None:
        """Read the next line."""
        self.index -= 1
        self.text = self.paragraphs[self.index]
        self.above = self.paragraphs[self.index - 1] if self.index else ""
        self.deep = len(self.paragraphs) - self.index > FOOT_LINES_MAX

    def is_last(self) -> bool:
        """Whether no line is below it, nor was."""
        return self.index + 1 == len(self.paragraphs)

    def is_signed(self) -> bool:
        """Whether a sign-off has left, here or before."""
        if not self.signed and self.left_signs is None:
            pieces = (piece for piece in self.findings.stripped if piece.kind != StrippedKind.DATELINE)
            self.left_signs = any(sign_off_line(piece.text) for piece in pieces)
        return self.signed or bool(self.left_signs)

    def is_named(self) -> bool:
        """Whether the copy names its agency, or is signed."""
        return self.agency is not None or bool(self.own) or self.is_signed()

    def writers(self) -> tuple[str, ...]:
        """Who wrote it, by its byline, or by a sign-off that is further up."""
        last = self.paragraphs[max(0, self.index - SIGN_OFFS_ABOVE) : self.index]
        lines = (line for line in last if not sentences.ends(line))
        signs = (found for line in lines if (found := sign_off_line(line, self.agency, self.own)))
        names = (name for found in signs for name in (*found.reporting, *found.editing))
        return (*self.findings.bylines, *self.findings.reporting, *names)

    def sign(self, sign_off: SignOff) -> bool:
        """Take a sign-off out, and the lines below it that agencies send there, or that repeat who signed (PTI)."""
        self.findings.add_sign_off(sign_off)
        signed = sign_off.text.split()
        self.kept = [] if all(line in signed or _is_below(line) for line in self.kept) else self.kept
        self.signed = True
        return True

    def sign_bracket(self) -> bool:
        """Take a sign-off out whose bracket opens further up: `(Reporting by Ana Ruiz`, below it `… by Li Na)`."""
        if not self.text.endswith(")") or "(" in self.text:
            return False
        for start in range(self.index - 1, max(-1, self.index - BRACKET_LINES_MAX), -1):
            if "(" not in self.paragraphs[start]:
                continue
            found = split_ending(" ".join(self.paragraphs[start : self.index + 1]))
            if found is None or found[0]:
                return False
            self.index = start
            return self.sign(found[1])
        return False

    def strip(self, kind: StrippedKind, rule: str, text: str = "") -> bool:
        """Take a line out that is no sign-off."""
        self.findings.add_stripped(kind, text, rule)
        return True


def without_foot(
    paragraphs: list[str], findings: Findings, language: Language = UND, given: str | None = None
) -> list[str]:
    """The paragraphs without the sign-offs on lines of their own after the story, and what they bring with them.

    A sign-off may name the agency: then the lines below it are read again, as those of its copy.  Where the copy
    names none it is that which is `given`, or which its first line has as datelines have it.
    """
    own = own_names(findings.dateline, paragraphs)
    given = given or (agency_of_names(own) if findings.dateline is None else None)
    known = _agency(findings) or given
    left = _without_foot(_Foot(paragraphs, language, findings, known, own))
    named = _agency(findings) or given
    if known == named or left == paragraphs:
        return left
    return _without_foot(_Foot(left, language, findings, named, own))


def _agency(findings: Findings) -> str | None:
    """The agency of the copy, by its code or as the dateline writes it."""
    return findings.agency or (findings.dateline.agency if findings.dateline else None)


def _without_foot(foot: _Foot) -> list[str]:
    while foot.index:
        foot.go_up()
        if foot.sign_bracket():
            continue
        length = len(foot.text)
        rules = NAMING_RULES if has_word_of_tag(foot.text) else RULES
        if any(length <= length_max and rule(foot) for length_max, rule in rules):
            continue
        ended = split_tail(foot.text, foot.agency)
        if ended:
            foot.sign(ended[1])
            if whole := sign_off_line(ended[0].rstrip("."), foot.agency, foot.own):  # Mai Vu (TTXVN)./.
                foot.sign(whole)
                continue
        if ended or (is_sentence(foot.text) and not _ABBREVIATION.fullmatch(foot.text)):
            return [*foot.paragraphs[: foot.index], ended[0] if ended else foot.text, *foot.kept[::-1]]
        foot.kept.append(foot.text)
    return foot.kept[::-1]


def _sign_off(foot: _Foot) -> bool:
    """`(Reporting by …)`, `hh/ph/ts`, `dpa ab cd`."""
    found = sign_off_line(foot.text, foot.agency, foot.own)
    if found is None or not (found.reporting or found.editing or may_leave(foot.text)):
        return False  # `AP KILL`
    return foot.sign(found)


def _heading_of_left(foot: _Foot) -> bool:
    """`Online:` above lines that have left; names may be between it and an address."""
    leads = bool(foot.own) and foot.text.endswith(":") and len(foot.kept) <= OTHERS_MAX  # Más en Andina:
    alone = not foot.kept or leads or (foot.addressed and len(foot.kept) < CONTACT_LINES_MAX)
    if (
        foot.deep
        or not alone
        or not is_trade_heading(foot.text, foot.own, last=foot.is_last(), addressed=foot.addressed)
    ):
        return False
    if foot.kept and not foot.addressed and not any(name in foot.text.casefold() for name in foot.own):
        return False
    foot.kept = []
    return foot.strip(StrippedKind.BOILERPLATE, "trade", foot.text)


def _about_the_copy(foot: _Foot) -> bool:
    """`Quelle: dpa`, `All rights reserved`, `This story has been updated.`"""
    text, listed = foot.text, foot.above.endswith((":", "："))
    alone = foot.is_last() and sentences.ends(foot.above)
    if foot.deep or not is_trade_line(text, foot.own, named=foot.is_named, listed=listed, alone=alone):
        return False
    if not may_leave(text):
        return False  # `Quelle: dpa/hold` must stay to be seen
    foot.addressed, foot.signed = foot.addressed or contacts.has_address(text), True
    foot.kept = [] if all(contacts.is_number(line) for line in foot.kept) else foot.kept
    return foot.strip(StrippedKind.BOILERPLATE, "trade", text)


def _about_the_writer(foot: _Foot) -> bool:
    """Who the writer is, in the last paragraph: `Ana Ruiz covers ports. Reach her at ruiz@lomsk.example.`"""
    if foot.kept or foot.deep or not writers.begins_with_name(foot.text):
        return False
    if not writers.is_about_writer(foot.text, foot.writers(), "\n".join(foot.paragraphs[: foot.index])):
        return False
    if not may_leave(foot.text):
        return False
    foot.addressed = foot.addressed or contacts.has_address(foot.text)
    return foot.strip(StrippedKind.BOILERPLATE, "writer", foot.text)


def _signature(foot: _Foot) -> bool:
    """The name of who wrote the copy, below its last sentence or below a sign-off.

    Copy that names no agency marks it by a dash, which below a quotation marks who said it; or the name has one.
    """
    text, above = foot.text, foot.above
    if foot.deep or foot.names >= NAMES_ALONE_MAX:
        return False
    by = bylines.byline(text, foot.language)
    if not (by and by.names and by.agency):
        dashed = text.startswith(_DASHES)
        if not bylines.is_signature(text) or (dashed and above.endswith(_QUOTED)):
            return False
        if not (by or dashed or "|" in text or foot.is_named()):
            return False
        ended = sentences.ends(above) or bool(sign_off_line(above))
        if not ended:
            return False
    foot.names += 1
    below, signed = foot.kept, foot.signed
    foot.sign(signature(text))
    if not all(map(is_stamp, below)):
        foot.kept, foot.signed = below, signed
    return True


def _several_things(foot: _Foot) -> bool:
    """Parts of which each would leave as a line: `Foto: Ana Ruiz. Quelle: dpa`."""
    if _PARTS.search(foot.text) is None:
        return False
    parts = [part.strip() for part in _PARTS.split(foot.text)]
    if foot.deep or not 1 < len(parts) <= PARTS_MAX or not all(_is_furniture(part, foot) for part in parts):
        return False
    foot.signed = True
    return foot.strip(StrippedKind.BOILERPLATE, "parts", foot.text)


def _is_furniture(text: str, foot: _Foot) -> bool:
    return bool(
        text
        and (
            sign_off_line(text, foot.agency, foot.own)
            or rights.credit(text)
            or rights.copyright_line(text) is not None
            or boilerplate.boilerplate(text)
            or is_update_stamp(text)
            or is_trade_line(text, foot.own, named=foot.is_named)
        )
    )


def _heading_of_address(foot: _Foot) -> bool:
    """`Contact:` above an address; names may be between them."""
    if not contacts.is_heading(foot.text) or not (foot.addressed or any(map(contacts.has_address, foot.kept))):
        return False
    foot.kept = []
    return foot.strip(StrippedKind.CONTACT, "sign-off:contact")


def _address(foot: _Foot) -> bool:
    """An address of the agency; one without a word may be anybody's."""
    if not contacts.is_contact(foot.text):
        return False
    agency = foot.agency
    alone = agency is not None and (" " in foot.text or has_manner(agency, Manner.ADDRESS))
    if not (alone or foot.is_signed()):
        return False
    foot.addressed = foot.addressed or contacts.has_address(foot.text)
    return foot.strip(StrippedKind.CONTACT, "sign-off:contact")


def _link(foot: _Foot) -> bool:
    """A link and nothing else."""
    return bool(_LINK.fullmatch(foot.text) and foot.is_named()) and foot.strip(
        StrippedKind.BOILERPLATE, "link", foot.text
    )


def _when(foot: _Foot) -> bool:
    """When it was sent.  A year may be the last word of a list; a category is one only below a sign-off."""
    text = foot.text
    if is_update_stamp(text):
        return foot.strip(StrippedKind.SIGN_OFF, "sign-off:end-mark", text)
    stamp, clock = is_stamp(text), is_clock(text)
    dated = clock or _CATEGORY.fullmatch(text) or (stamp and not text.endswith((".", ":")))
    if not dated or not foot.is_named() or not (clock or foot.is_signed() or (" " in text and stamp)):
        return False
    return foot.strip(StrippedKind.SIGN_OFF, "sign-off:end-mark", text)


def _by_form(foot: _Foot) -> bool:
    """`SDA-Regionaldienst/tel`: by its form and what the item says, whatever its words."""
    text, index = foot.text, foot.index
    if foot.kept or foot.deep or not by_form.may_sign(text):  # what stands above copy is in a list
        return False
    if not any(map(is_sentence, foot.paragraphs[max(0, index - FORM_LINES_MAX) : index])):
        return False
    below_sign_off = sign_off_line(foot.above, foot.agency, foot.own) is not None
    item = by_form.Below(
        foot.language.primary,
        foot.own,
        foot.agency,
        tuple(foot.findings.bylines),
        foot.is_signed(),
        below_sign_off,
        foot.signed and (below_sign_off or is_sentence(foot.above)),
        foot.signed,
        foot.paragraphs[:index],
        foot.findings.dateline.city if foot.findings.dateline else None,
    )
    why = by_form.signs_by_form(text, item)
    if why is None or not may_leave(text):
        return False
    return foot.sign(SignOff(text, SignOffRule.FORM, why=why))


# Each with the length of the longest line of which it is asked: most last sentences are longer.
RULES: tuple[tuple[int, Callable[[_Foot], bool]], ...] = (
    (SIGN_OFF_LENGTH_MAX, _sign_off),
    (LABEL_LENGTH_MAX, _heading_of_left),
    (TRADE_LENGTH_MAX, _about_the_copy),
    (writers.ABOUT_LENGTH_MAX, _about_the_writer),
    (bylines.BYLINE_LENGTH_MAX, _signature),
    (LABEL_LENGTH_MAX, _heading_of_address),
    (contacts.CONTACT_LENGTH_MAX, _address),
    (LINK_LENGTH_MAX, _link),
    (STAMP_LENGTH_MAX, _when),
    (by_form.FORM_LENGTH_MAX, _several_things),
    (by_form.FORM_LENGTH_MAX, _by_form),
)


NAMING_RULES = RULES[:1]  # for a line with a word such as `hold`: that leaves only if it says who signed


def _is_below(text: str) -> bool:
    """Whether agencies send such a line below their sign-off."""
    return bool(_BELOW.fullmatch(text)) or is_stamp(text)

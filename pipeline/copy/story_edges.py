"""Where the story begins and where it ends: at its first and at its last whole sentence.

Headline, change notes, byline and dateline come before the first sentence; sign-offs come after the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pipeline.copy import bylines, change_notes, contacts, datelines, headlines, signoffs
from pipeline.copy.findings import Evidence, Findings, StrippedKind
from pipeline.copy.lines import EDGE_LENGTH_MAX, without_lines
from pipeline.copy.signing import Manner, manner_of
from pipeline.copy.stamps import STAMP_LENGTH_MAX, is_clock, is_stamp, is_update_stamp
from pipeline.copy.surroundings import Surroundings
from pipeline.copy.trade import is_trade_heading, is_trade_line
from pipeline.items import Dateline, Stripped
from pipeline.language import Language

HEADLINE_LENGTH_MAX = 200  # of a headline found in the copy; a longer first paragraph is story
_SENTENCE_ENDS = (
    ".", "!", "?", "…", '."', '!"', '?"', ".”", "!”", "?”", ".»", ".“", ".'", ".’", ".)", "。", "؟", "۔", "।", ":",
)  # fmt: skip
# Below a sign-off: AFP's companies in capitals, times and numbers of the message.
_BELOW = re.compile(
    r"[A-Z0-9 &.'-]{2,60}|[^a-z]{0,20}\d\d:\d\d[^a-z]{0,20}|\d{3,8}|[a-z]{2,4}|[ء-ي]{1,2}(?: [ء-ي]{1,2}){0,2}"
)
CONTACT_LINES_MAX = 4  # names between the heading of an address and the address
FOOT_LINES_MAX = 40  # lines from the end; what is above them is not asked whether it is about the copy
NAMES_ALONE_MAX = 2  # lines with a name alone; more of them are a list
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MARKED, _MARKED_END = ("*", "[", "("), ("*", "]", ")")
_DASHES = ("-", "–", "—")
_QUOTED = ('"', "”", "»", "“", "’", "'")
_IN_BRACKETS = re.compile(r"[(/]([^()/\d]{2,40})[)/]")
_PARTS_OF_NAME = re.compile(r"[-–/,=]")
_CATEGORY = re.compile(r"[A-Z][a-z]{3,12}/[A-Z][a-z]{3,12}")  # QNA: `General/Sports`
_LINK = re.compile(r"https?://\S{4,200}")  # AP, below `Online:`


def is_sentence(text: str) -> bool:
    """Whether a paragraph is long enough for story, or ends as a sentence does."""
    return len(text) > HEADLINE_LENGTH_MAX or text.endswith(_SENTENCE_ENDS)


def without_head(
    paragraphs: list[str], untitled: bool, language: Language, findings: Findings, around: Surroundings
) -> tuple[str, list[str]]:
    """The headline found in the copy, if the item is `untitled`, and the paragraphs from the story on."""
    slug, headline = "", ""
    kept: list[str] = []
    for index, paragraph in enumerate(paragraphs):
        text, stripped = _without_beginning(paragraph, language, findings, around)
        first = untitled and not stripped and not kept and not headline and findings.dateline is None
        if first and _is_headline(text, followed=index + 1 < len(paragraphs)):
            if headlines.is_slug(text) and not slug:
                slug = f"{text}: "  # the headline is the next line
            else:
                headline = text
        elif text:
            kept.append(text)
            if is_sentence(text):
                return slug + headline, kept + paragraphs[index + 1 :]
    return slug + headline, kept


def _without_beginning(text: str, language: Language, findings: Findings, around: Surroundings) -> tuple[str, bool]:
    """The paragraph without the change notes, byline and dateline that it begins with; whether it had any."""
    start, rest = text[:EDGE_LENGTH_MAX], text[EDGE_LENGTH_MAX:]
    stripped = False
    while start:
        left = _without_one(start, bool(rest), language, findings, around)
        if left is None:
            break
        stripped = True  # what follows it may be furniture itself
        start = left if rest else "".join(without_lines([left], findings))
    return start + rest, stripped


def _without_one(
    text: str, goes_on: bool, language: Language, findings: Findings, around: Surroundings
) -> str | None:
    """What follows the change note, dateline or byline that `text` begins with; None if there is none."""
    if note := change_notes.change_note(text):
        findings.add_change_note(note)
        return text[note.end :]
    if found := datelines.find_dateline(text, around) or (
        None if goes_on else datelines.dateline_alone(text, around)
    ):
        findings.add_stripped(StrippedKind.DATELINE, found.dateline.text, "dateline")
        findings.add_dateline(found.dateline)
        findings.bylines.extend(found.names)
        return text[found.end :].lstrip()
    if not goes_on and _is_furniture_above(text):
        findings.add_stripped(StrippedKind.BOILERPLATE, text, "head")
        return ""
    if not goes_on and (byline := bylines.byline(text, language)):
        findings.add_stripped(StrippedKind.BYLINE, text, "byline")
        findings.bylines.extend(byline.names)
        findings.add_agency(Evidence.BYLINE, byline.agency.code if byline.agency else None)
        return ""
    return None


def _is_furniture_above(text: str) -> bool:
    """Whether a line above the story says when it was written, or is marked and about it: `*** DISCLAIMER: … ***`.

    A time of day alone may be that of an event.
    """
    if len(text) <= STAMP_LENGTH_MAX and (is_update_stamp(text) or (is_clock(text) and _YEAR.search(text))):
        return True
    return text.startswith(_MARKED) and text.endswith(_MARKED_END) and is_trade_line(text)


def _is_headline(text: str, followed: bool) -> bool:
    return bool(text) and followed and not is_sentence(text) and not signoffs.sign_off_line(text)


def without_foot(paragraphs: list[str], findings: Findings) -> list[str]:
    """The paragraphs without the sign-offs on lines of their own after the story, and what they bring with them.

    A sign-off may name the agency: then the lines below it are read again, as those of its copy.
    """
    known = _agency(findings)
    left = _without_foot(paragraphs, findings, known)
    named = _agency(findings)
    return left if known == named or left == paragraphs else _without_foot(left, findings, named)


def _agency(findings: Findings) -> str | None:
    """The agency of the copy, by its code or as the dateline writes it."""
    return findings.agency or (findings.dateline.agency if findings.dateline else None)


def _without_foot(paragraphs: list[str], findings: Findings, agency: str | None) -> list[str]:
    kept: list[str] = []
    signed, left_before = False, tuple(findings.stripped)

    def is_signed() -> bool:  # seldom asked
        return signed or _is_sign_off_among(left_before)

    def is_named() -> bool:
        return agency is not None or is_signed()

    own = own_names(findings.dateline)
    names = 0
    addressed = False  # an address of the agency is among what has left
    for index in range(len(paragraphs) - 1, -1, -1):
        text = paragraphs[index]
        above = paragraphs[index - 1] if index else ""
        deep = len(paragraphs) - index > FOOT_LINES_MAX
        if sign_off := signoffs.sign_off_line(text, agency, own):
            findings.add_sign_off(sign_off)
            kept = _without_below(kept, sign_off.text)
            signed = True
        elif not deep and _is_heading_of_left(text, own, kept, addressed, last=index + 1 == len(paragraphs)):
            findings.add_stripped(StrippedKind.BOILERPLATE, text, "trade")
            kept = []
        elif not deep and is_trade_line(text, own, named=is_named, listed=above.endswith((":", "："))):
            addressed, signed = addressed or contacts.has_address(text), True
            kept = [] if all(contacts.is_number(line) for line in kept) else kept
            findings.add_stripped(StrippedKind.BOILERPLATE, text, "trade")
        elif not deep and names < NAMES_ALONE_MAX and _is_signature(text, above, is_named):
            findings.add_sign_off(signoffs.signature(text))
            names += 1
        elif contacts.is_heading(text) and (addressed or any(contacts.has_address(line) for line in kept)):
            findings.add_stripped(StrippedKind.CONTACT, "", "sign-off:contact")
            kept = []
        elif stripped := _stripped_below(text, agency, is_signed):
            addressed = addressed or contacts.has_address(text)
            findings.add_stripped(*stripped)
        elif (ended := signoffs.split_tail(text, agency)) or is_sentence(text):
            if ended:
                text, sign_off = ended
                findings.add_sign_off(sign_off)
                kept = _without_below(kept, sign_off.text)
            return [*paragraphs[:index], text, *kept[::-1]]
        else:
            kept.append(text)
    return kept[::-1]


def _is_heading_of_left(text: str, own: frozenset[str], kept: list[str], addressed: bool, *, last: bool) -> bool:
    """Whether it stands above lines that have left; names may be between it and an address."""
    return (not kept or (addressed and len(kept) < CONTACT_LINES_MAX)) and is_trade_heading(text, own, last=last)


def own_names(dateline: Dateline | None) -> frozenset[str]:
    """How the dateline writes its agency, folded: `(SAnews) -`, `(NPK-NTB):`, `(Agence Ecofin)`, `/Agerpres/`."""
    found = _IN_BRACKETS.search(dateline.text) if dateline else None
    names = found.group(1) if found else (dateline.agency or "" if dateline else "")
    initials = "".join(word[0] for word in names.split() if word[0].isupper())  # Prensa Latina: `PL`
    parts = (part.strip() for part in (names, initials, *_PARTS_OF_NAME.split(names)))
    return frozenset(part.casefold() for part in parts if len(part) > 1 and not is_stamp(part))


def _is_signature(text: str, above: str, is_named: Callable[[], bool]) -> bool:
    """Whether the line is the name of who wrote the copy, below its last sentence or below a sign-off.

    Copy that names no agency marks it by a dash, which below a quotation marks who said it.
    """
    dashed = text.startswith(_DASHES)
    if not bylines.is_signature(text) or (dashed and above.endswith(_QUOTED)):
        return False
    if not (dashed or "|" in text or is_named()):
        return False
    ended = above.endswith(_SENTENCE_ENDS) and not above.endswith(":")
    return ended or bool(signoffs.sign_off_line(above))


def _stripped_below(
    text: str, agency: str | None, is_signed: Callable[[], bool]
) -> tuple[StrippedKind, str, str] | None:
    """What a line below the copy is if it leaves: an address of the agency, a link, when it was sent."""
    if _is_address(text, agency, is_signed):
        return StrippedKind.CONTACT, "", "sign-off:contact"
    if is_update_stamp(text):
        return StrippedKind.SIGN_OFF, text, "sign-off:end-mark"
    is_link = bool(_LINK.fullmatch(text))
    dated = is_clock(text) or _CATEGORY.fullmatch(text) or (is_stamp(text) and not text.endswith("."))
    if not (is_link or dated) or not (agency or is_signed()):
        return None
    if is_link:
        return StrippedKind.BOILERPLATE, text, "link"
    # A year may be the last word of a list; a category is one only below a sign-off.
    if is_clock(text) or is_signed() or (" " in text and is_stamp(text)):
        return StrippedKind.SIGN_OFF, text, "sign-off:end-mark"
    return None


def _without_below(lines: list[str], sign_off: str) -> list[str]:
    """The lines below a sign-off; none if agencies send all of them there, or if they repeat who signed (PTI)."""
    signed = sign_off.split()
    return [] if all(line in signed or _is_below(line) for line in lines) else lines


def _is_address(text: str, agency: str | None, is_signed: Callable[[], bool]) -> bool:
    """Whether the line is an address of the agency; one without a word may be anybody's."""
    if not contacts.is_contact(text):
        return False
    return (agency is not None and (" " in text or manner_of(agency) is Manner.ADDRESS)) or is_signed()


def _is_below(text: str) -> bool:
    """Whether agencies send such a line below their sign-off."""
    return bool(_BELOW.fullmatch(text)) or is_stamp(text)


def _is_sign_off_among(left: Iterable[Stripped]) -> bool:
    """Whether a sign-off is among the lines that have left already: `(END)`."""
    return any(signoffs.sign_off_line(piece.text) for piece in left)

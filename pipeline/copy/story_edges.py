"""Where the story begins and where it ends: at its first and at its last whole sentence.

Headline, change notes, byline and dateline come before the first sentence; sign-offs come after the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pipeline.copy import change_notes, contacts, datelines, headlines, signoffs
from pipeline.copy.findings import Evidence, Findings, StrippedKind
from pipeline.copy.lines import EDGE_LENGTH_MAX, without_lines
from pipeline.copy.signing import Manner, manner_of
from pipeline.copy.stamps import is_clock, is_stamp
from pipeline.items import Stripped
from pipeline.language import Language

HEADLINE_LENGTH_MAX = 200  # of a headline found in the copy; a longer first paragraph is story
_SENTENCE_ENDS = (
    ".", "!", "?", "…", '."', '!"', '?"', ".”", "!”", "?”", ".»", ".“", ".'", ".’", ".)", "。", "؟", "۔", "।", ":",
)  # fmt: skip
# Below a sign-off: AFP's companies in capitals, times and numbers of the message.
_BELOW = re.compile(
    r"[A-Z0-9 &.'-]{2,60}|[^a-z]{0,20}\d\d:\d\d[^a-z]{0,20}|\d{3,8}|[a-z]{2,4}|[ء-ي]{1,2}(?: [ء-ي]{1,2}){0,2}"
)
_LINK = re.compile(r"https?://\S{4,200}")  # AP, below `Online:`


def is_sentence(text: str) -> bool:
    """Whether a paragraph is long enough for story, or ends as a sentence does."""
    return len(text) > HEADLINE_LENGTH_MAX or text.endswith(_SENTENCE_ENDS)


def without_head(
    paragraphs: list[str], untitled: bool, language: Language, findings: Findings
) -> tuple[str, list[str]]:
    """The headline found in the copy, if the item is `untitled`, and the paragraphs from the story on."""
    slug, headline = "", ""
    kept: list[str] = []
    for index, paragraph in enumerate(paragraphs):
        text, stripped = _without_beginning(paragraph, language, findings)
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


def _without_beginning(text: str, language: Language, findings: Findings) -> tuple[str, bool]:
    """The paragraph without the change notes, byline and dateline that it begins with; whether it had any."""
    start, rest = text[:EDGE_LENGTH_MAX], text[EDGE_LENGTH_MAX:]
    stripped = False
    while start:
        left = _without_one(start, bool(rest), language, findings)
        if left is None:
            break
        stripped = True  # what follows it may be furniture itself
        start = left if rest else "".join(without_lines([left], findings))
    return start + rest, stripped


def _without_one(text: str, goes_on: bool, language: Language, findings: Findings) -> str | None:
    """What follows the change note, dateline or byline that `text` begins with; None if there is none."""
    if note := change_notes.change_note(text):
        findings.add_change_note(note)
        return text[note.end :]
    if found := datelines.find_dateline(text):
        findings.add_stripped(StrippedKind.DATELINE, found.dateline.text, "dateline")
        findings.add_dateline(found.dateline)
        findings.bylines.extend(found.names)
        return text[found.end :].lstrip()
    if not goes_on and (byline := signoffs.byline(text, language)):
        findings.add_stripped(StrippedKind.BYLINE, text, "byline")
        findings.bylines.extend(byline.names)
        findings.add_agency(Evidence.BYLINE, byline.agency.code if byline.agency else None)
        return ""
    return None


def _is_headline(text: str, followed: bool) -> bool:
    return bool(text) and followed and not is_sentence(text) and not signoffs.sign_off_line(text)


def without_foot(paragraphs: list[str], findings: Findings) -> list[str]:
    """The paragraphs without the sign-offs on lines of their own after the story, and what they bring with them."""
    kept: list[str] = []
    signed, left_before = False, tuple(findings.stripped)

    def is_signed() -> bool:  # seldom asked
        return signed or _is_sign_off_among(left_before)

    agency = findings.agency or (findings.dateline.agency if findings.dateline else None)
    for index in range(len(paragraphs) - 1, -1, -1):
        text = paragraphs[index]
        if sign_off := signoffs.sign_off_line(text, agency):
            findings.add_sign_off(sign_off)
            kept = _without_below(kept)
            signed = True
        elif kept and contacts.is_heading(text) and any(contacts.has_address(line) for line in kept):
            findings.add_stripped(StrippedKind.CONTACT, "", "sign-off:contact")
            kept = []
        elif stripped := _stripped_below(text, agency, is_signed):
            findings.add_stripped(*stripped)
        elif (ended := signoffs.split_tail(text, agency)) or is_sentence(text):
            if ended:
                text, sign_off = ended
                findings.add_sign_off(sign_off)
                kept = _without_below(kept)
            return [*paragraphs[:index], text, *kept[::-1]]
        else:
            kept.append(text)
    return kept[::-1]


def _stripped_below(
    text: str, agency: str | None, is_signed: Callable[[], bool]
) -> tuple[StrippedKind, str, str] | None:
    """What a line below the copy is if it leaves: an address of the agency, a link, when it was sent."""
    if _is_address(text, agency, is_signed):
        return StrippedKind.CONTACT, "", "sign-off:contact"
    is_link = _LINK.fullmatch(text) is not None
    if not (is_link or is_clock(text)) or not (agency or is_signed()):
        return None
    return (
        (StrippedKind.BOILERPLATE, text, "link") if is_link else (StrippedKind.SIGN_OFF, text, "sign-off:end-mark")
    )


def _without_below(lines: list[str]) -> list[str]:
    """The lines below a sign-off; none if agencies send all of them there."""
    return [] if all(_is_below(line) for line in lines) else lines


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

"""Where the story begins: headline, change notes, byline and dateline come before its first whole sentence."""

from __future__ import annotations

import re

from pipeline.copy import bylines, change_notes, headlines, sentences
from pipeline.copy.datelines.find import dateline_alone, find_dateline
from pipeline.copy.datelines.surroundings import Surroundings
from pipeline.copy.findings import Findings, StrippedKind
from pipeline.copy.lines import EDGE_LENGTH_MAX, without_lines
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.signoffs.whole_lines import sign_off_line
from pipeline.copy.stamps import STAMP_LENGTH_MAX, is_clock, is_update_stamp
from pipeline.copy.trade.lines import is_trade_line
from pipeline.language import Language
from pipeline.values.agencies import agency_named

HEADLINE_LENGTH_MAX = 200  # of a headline found in the copy; a longer first paragraph is story
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SUBTITLE = re.compile(r"Utl\.: ?\S")  # APA, above the dateline
_MARKED, _MARKED_END = ("*", "[", "("), ("*", "]", ")")


def is_sentence(text: str) -> bool:
    """Whether a paragraph is long enough for story, ends as a sentence does, or leads to what is below it."""
    return len(text) > HEADLINE_LENGTH_MAX or sentences.ends(text) or text.endswith(":")


def without_head(
    paragraphs: list[str], untitled: bool, language: Language, findings: Findings, around: Surroundings
) -> tuple[str, list[str]]:
    """The headline found in the copy, if the item is `untitled`, and the paragraphs from the story on."""
    slug, headline = "", ""
    kept: list[str] = []
    for index, paragraph in enumerate(paragraphs):
        if byline := _name_above(paragraph, paragraphs[index + 1 : index + 2], around):
            findings.add_byline(paragraph, byline.names, None)
            continue
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
    if found := find_dateline(text, around) or (None if goes_on else dateline_alone(text, around)):
        findings.add_stripped(StrippedKind.DATELINE, found.dateline.text, "dateline")
        findings.add_dateline(found.dateline)
        findings.bylines.extend(found.names)
        return text[found.end :].lstrip()
    if not goes_on and _SUBTITLE.match(text):
        findings.add_stripped(StrippedKind.HEADLINE, text, "subtitle")
        return ""
    if not goes_on and (_is_furniture_above(text) or _is_label_of_agency(text, around)):
        findings.add_stripped(StrippedKind.BOILERPLATE, text, "head")
        return ""
    byline = None if goes_on else bylines.byline(text, language)
    if not goes_on and not byline:
        byline = _byline_of_its_agency(text, around) or bylines.byline_of_holder(text, findings.copyright or "")
    if byline:
        findings.add_byline(text, byline.names, byline.agency.code if byline.agency else None)
        return ""
    return None


def _name_above(text: str, below: list[str], around: Surroundings) -> bylines.Byline | None:
    """The names that a line is, above the dateline of an agency that writes them there (EFE)."""
    byline = bylines.names_alone(text) if below else None
    found = find_dateline(below[0], around) if byline else None
    return byline if found and has_manner(found.dateline.agency, Manner.ABOVE) else None


def _byline_of_its_agency(text: str, around: Surroundings) -> bylines.Byline | None:
    """Names and an agency, if it is the one that sends or signs the copy, or that a dateline below names."""
    byline = bylines.with_agency(text)
    if byline is None or byline.agency is None or byline.agency == around.agency:
        return byline
    below = (find_dateline(each, around) for each in around.texts)
    return byline if any(found and found.dateline.agency == byline.agency.code for found in below) else None


def _is_furniture_above(text: str) -> bool:
    """Whether a line above the story says when it was written, or is marked and about it: `*** DISCLAIMER: … ***`.

    A time of day alone may be that of an event.
    """
    if len(text) <= STAMP_LENGTH_MAX and (is_update_stamp(text) or (is_clock(text) and _YEAR.search(text))):
        return True
    return text.startswith(_MARKED) and text.endswith(_MARKED_END) and is_trade_line(text)


def _is_label_of_agency(text: str, around: Surroundings) -> bool:
    """Whether one word and the copy's own agency are all that there is: TT's `Olyckor TT`, above its text."""
    label, _, agency = text.rpartition(" ")
    named = agency_named(agency) if label.istitle() and label.isalpha() and agency.isupper() else None
    return named is not None and named == around.agency


def _is_headline(text: str, followed: bool) -> bool:
    """Whether the first line is one; one in capitals may be a question, which in other letters may be story."""
    asks = text.isupper() and text.endswith("?") and len(text) <= HEADLINE_LENGTH_MAX
    return bool(text) and followed and (asks or not is_sentence(text)) and not sign_off_line(text)

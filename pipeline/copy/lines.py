"""Whole lines that are furniture anywhere in the copy, and the bracketed sign-offs at the end of any paragraph.

LINE_RULES is an ordered table: the first rule that applies to a paragraph takes it out of the body.  With each
is the length of the longest paragraph that it is tried on.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.copy import change_notes, rights, sentences
from pipeline.copy.boilerplate import BOILERPLATE_LENGTH_MAX, boilerplate
from pipeline.copy.findings import Evidence, Findings, StrippedKind
from pipeline.copy.signoffs.endings import split_ending
from pipeline.copy.signoffs.whole_lines import sign_off_line
from pipeline.notes.signed import has_word_of_tag
from pipeline.values.agencies import agency_of

STORY_NUMBER_LENGTH_MAX = 15  # with the blank before it
# Reuters: `(Editing by …) nL6N0AB1CD`, `… he said. [nL6N0AB1CD]`
_STORY_NUMBER = re.compile(r" (?:(?<=\) )n[A-Z0-9]{8,11}|\[n[A-Z0-9]{8,11}\])$")
LINKS_MAX, LINK_LENGTH_MAX = 12, 150  # below `Read more`
GOES_ON = (":", ";")  # of a paragraph, never of a headline
EDGE_LENGTH_MAX = 4000  # of a paragraph: where its dateline and notes, or its sign-offs, may be


def without_lines(paragraphs: list[str], findings: Findings) -> list[str]:
    """The paragraphs that are story, without their sign-offs; what goes is kept in the findings."""
    story: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        # `(STORY CAN END HERE)` is no list of roles.
        text = (
            paragraph
            if paragraph[:1] == "(" and boilerplate(paragraph)
            else _without_sign_offs(paragraph, findings)
        )
        if number and paragraphs[number - 1] == findings.copyright and rights.goes_on(findings.copyright, text):
            findings.add_stripped(StrippedKind.COPYRIGHT, text, "copyright")
            continue
        length = len(text)
        if text and not any(length <= length_max and rule(text, findings) for length_max, rule in LINE_RULES):
            story.append(text)
        elif story and _opens_links(text) and (links := _links(paragraphs[number + 1 :])):
            for link in links:
                findings.add_stripped(StrippedKind.BOILERPLATE, link, "link-list")
            left = [text for text in paragraphs[number + 1 :] if text not in links]
            return [*story, *without_lines(left, findings)]
    return story


def _opens_links(text: str) -> bool:
    rule = boilerplate(text)
    return rule is not None and rule.opens_links


def _links(below: list[str]) -> list[str]:
    """The other headlines below `Read more`, if there is nothing else but sign-offs: a sentence is copy."""
    if len(below) > LINKS_MAX or any(map(_is_copy, below)):
        return []
    return [text for text in below if not _signs(text)]


def _is_copy(text: str) -> bool:
    """Whether it is no headline of other copy; such a headline may be a question."""
    is_question = text.endswith(("?", '?"', "?”"))
    return len(text) > LINK_LENGTH_MAX or text.endswith(GOES_ON) or (sentences.ends(text) and not is_question)


def _signs(text: str) -> bool:
    """Whether the line says who wrote the copy or whose it is."""
    return bool(sign_off_line(text)) or rights.copyright_line(text) is not None


def _without_sign_offs(text: str, findings: Findings) -> str:
    """The paragraph without the sign-offs at its end."""
    before, end = text[:-EDGE_LENGTH_MAX], text[-EDGE_LENGTH_MAX:]
    if end[-8:-1].isupper() and (number := _STORY_NUMBER.search(end, max(0, len(end) - STORY_NUMBER_LENGTH_MAX))):
        end = end[: number.start()]
        findings.add_stripped(StrippedKind.BOILERPLATE, number[0].strip(), "story-number")
    while (
        end and (end[-1] in ").;E）" or end[-1].isdigit() or "ء" <= end[-1] <= "ي") and (found := split_ending(end))
    ):
        end, sign_off = found
        findings.add_sign_off(sign_off)
    return before + end


def _boilerplate(text: str, findings: Findings) -> bool:
    rule = boilerplate(text)
    if not rule:
        return False
    findings.add_stripped(StrippedKind.BOILERPLATE, text, f"boilerplate:{rule.pattern}")
    findings.add_agency(Evidence.BOILERPLATE, rule.agency)
    return True


def _copyright(text: str, findings: Findings) -> bool:
    holder = rights.copyright_line(text)
    if holder is None or has_word_of_tag(text):
        return False
    findings.add_stripped(StrippedKind.COPYRIGHT, text, "copyright")
    findings.copyright = findings.copyright or text
    agency = agency_of(holder)
    findings.add_agency(Evidence.COPYRIGHT, agency.code if agency else None)
    return True


def _credit(text: str, findings: Findings) -> bool:
    holder = rights.credit(text)
    if holder is None or has_word_of_tag(text):
        return False  # `Photo: AP/hold` must stay to be seen
    findings.add_stripped(StrippedKind.CREDIT, text, "credit")
    findings.credits.append(holder)
    return True


def _rule(text: str, findings: Findings) -> bool:
    if not rights.is_rule(text):
        return False
    findings.add_stripped(StrippedKind.BOILERPLATE, text, "rule-off")
    return True


def _story_note(text: str, findings: Findings) -> bool:
    note = change_notes.story_note(text)
    if note is None:
        return False
    findings.add_change_note(note)
    return True


LINE_RULES: tuple[tuple[int, Callable[[str, Findings], bool]], ...] = (
    (BOILERPLATE_LENGTH_MAX, _boilerplate),
    (rights.COPYRIGHT_LENGTH_MAX, _copyright),
    (rights.CREDIT_LENGTH_MAX, _credit),
    (rights.RULE_LENGTH_MAX, _rule),
    (change_notes.NOTE_LENGTH_MAX, _story_note),
)

"""Where the story ends: sign-offs, addresses and lines about the copy come after its last whole sentence.

Read from the last line up, by the rules of foot_rules.  A line that no rule takes is kept; a sentence that none
takes ends the foot.
"""

from __future__ import annotations

import re

from pipeline.copy.findings import Findings
from pipeline.copy.foot import Foot
from pipeline.copy.foot_rules import NAMING_RULES, RULES
from pipeline.copy.signoffs.endings import split_joined, split_tail
from pipeline.copy.signoffs.own_names import agency_of_names, own_names
from pipeline.copy.signoffs.whole_lines import sign_off_line
from pipeline.copy.story_head import is_sentence
from pipeline.language import UND, Language
from pipeline.notes.signed import has_word_of_tag

FOOT_LINES_MAX = 40  # lines from the end; above them only sign-offs, addresses and times leave
_ABBREVIATION = re.compile(r"[^\W\d_A-Z]{2,5}\.")  # PAP: `arch.`; no sentence


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
    left = _without_foot(Foot(paragraphs, language, findings, known, own))
    named = _agency(findings) or given
    if known == named or left == paragraphs:
        return left
    return _without_foot(Foot(left, language, findings, named, own))


def _agency(findings: Findings) -> str | None:
    """The agency of the copy, by its code or as the dateline writes it."""
    return findings.agency or (findings.dateline.agency if findings.dateline else None)


def _without_foot(foot: Foot) -> list[str]:
    while foot.index:
        foot.go_up()
        ended = split_joined(foot.text, foot.agency)  # before `weht.dpa` is taken for an address
        if ended is None and (foot.sign_bracket() or _is_taken(foot)):
            continue
        ended = ended or split_tail(foot.text, foot.agency)
        if ended:
            foot.sign(ended[1])
            if whole := sign_off_line(ended[0].rstrip("."), foot.agency, foot.own):  # Mai Vu (TTXVN)./.
                foot.sign(whole)
                continue
        if ended or (is_sentence(foot.text) and not _ABBREVIATION.fullmatch(foot.text)):
            return [*foot.paragraphs[: foot.index], ended[0] if ended else foot.text, *foot.kept[::-1]]
        foot.kept.append(foot.text)
    return foot.kept[::-1]


def _is_taken(foot: Foot) -> bool:
    """Whether a rule takes the line out."""
    rules = NAMING_RULES if has_word_of_tag(foot.text) else RULES
    is_near_end = len(foot.paragraphs) - foot.index <= FOOT_LINES_MAX
    return any(
        len(foot.text) <= rule.length_max and (is_near_end or rule.anywhere) and rule.takes(foot) for rule in rules
    )

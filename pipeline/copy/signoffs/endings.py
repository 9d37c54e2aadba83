"""Sign-offs behind the last sentence of a paragraph: in brackets, or the end line of an agency on the same line."""

from __future__ import annotations

import re

from pipeline.copy import sentences
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.signoffs.end_lines import INITIALS_OR_DESK, EndLine, end_line
from pipeline.copy.signoffs.role_lists import ROLE_LIST_LENGTH_MAX, loose_role_list, role_list
from pipeline.copy.signoffs.roles import roles_in_brackets
from pipeline.copy.signoffs.sign_off import SIGN_OFF_LENGTH_MAX, SignOff, SignOffRule
from pipeline.language import letters
from pipeline.notes.reader import may_leave
from pipeline.values.agencies import agency_named

ENDING_LENGTH_MAX = 60  # of an end mark with initials
_FULL_WIDTH = re.compile(  # in Taiwan with the date: 1110304
    r"（[^（）]{1,200}）(?:\d{7})?$|\([^()]{0,8}[一-鿿][^()]{1,200}\)\d{7}$"
)
_CONTACT = re.compile(r"\(\([^()=]{3,300}\)\)$")  # (($1 = 0.9 euros)) is copy
_EFE = (". EFE", '." EFE', '". EFE', ".» EFE", "». EFE", ".” EFE", "”. EFE")
_ARABIC_INITIALS = rf"[{letters.ARABIC}]{{1,4}}(?: [{letters.ARABIC}]{{1,2}}){{0,2}}"
# KUNA, after the last sentence.
_KUNA = re.compile(rf"(?:^| )\(النهاية\)(?: {_ARABIC_INITIALS}(?: ?/ ?{_ARABIC_INITIALS}){{0,5}})?$")
# With the blanks behind it, before which the copy ends; how one ends is in `sentences`.
_SENTENCE_ENDED = re.compile(r"[.!?…।。」][)\"”»’]{0,2}( +)(?=\S)")
_JOINED_NAME = re.compile(r"(?:(?<=[^\W\d_]{2}[.!?])|(?<=[.!?][»”\"]))([A-Z]{2,5}|Télam|dpa)$")
_END_RULE = "./."  # VNA
_END_RULE_JOINED = re.compile(
    r"(?:^|\s)[^\s/]*[^\s/.]\./\.$"
)  # `are cut off./.`: its first point ends the sentence, too
_END_GLYPH = re.compile(r"(?<=[.!?…。」)\"”»]) ?[■□◼]$")  # Xinhua, the end of an article
# dpa-AFX, joined to the last sentence: `… bleibt vorsichtig./ab/cd/efg/`; no path, before which nothing ends.
_JOINED_INITIALS = re.compile(
    r"(?:(?<=[^\W_][.!?])|(?<=[.!?][»“”\"]))"
    rf"/{INITIALS_OR_DESK}(?:/(?:{INITIALS_OR_DESK}|[A-Z]{{2,4}})){{1,5}}/?$"
)
_NAME_IN_BRACKETS = re.compile(r"(?<=[.!?»”\"]) \([A-Z][a-z]{2}\)$")  # Nova: `… milioni di euro. (Abc)`


def split_ending(text: str) -> tuple[str, SignOff] | None:
    """The copy before the bracketed sign-offs that a paragraph ends with (or is), and the outermost of them.

    EFE signs without brackets, after the last sentence.
    """
    if text.endswith(_EFE):
        return text.removesuffix("EFE").rstrip(), SignOff("EFE", SignOffRule.AGENCY, agency=agency_named("EFE"))
    if (
        not text.isascii()
        and "(النهاية)" in text[-ENDING_LENGTH_MAX:]
        and (found := _KUNA.search(text, len(text) - ENDING_LENGTH_MAX))
    ):
        return text[: found.start()], SignOff(found[0].strip(), SignOffRule.INITIALS)
    is_full_width = text.endswith("）") or text[-1:].isdigit()
    if is_full_width and (found := _FULL_WIDTH.search(text, max(0, len(text) - ROLE_LIST_LENGTH_MAX))):
        return _bracketed(text[: found.start()].rstrip(), found[0])
    if not text.endswith((")", ").", ");")):
        return None
    start = text.rfind("((" if text.endswith("))") else "(", max(0, len(text) - SIGN_OFF_LENGTH_MAX))
    while start > 0 and text.count(")", start) > text.count("(", start):
        start = text.rfind("(", max(0, len(text) - SIGN_OFF_LENGTH_MAX), start)
    if start < 0:
        return None
    tail = text[start:]
    if _CONTACT.match(tail):  # Reuters: the reporter's telephone and address, for editors
        return text[:start].rstrip(), SignOff("", SignOffRule.CONTACT)
    return _bracketed(text[:start].rstrip(), tail)


def _bracketed(before: str, tail: str) -> tuple[str, SignOff] | None:
    """The sign-off in the brackets at the end of a paragraph; without a role they have to be behind a sentence."""
    if found := roles_in_brackets(tail):
        return before, found
    signing = before.rpartition(" ")[2] if before.endswith("/") else ""
    if agency := agency_named(
        signing.rstrip("/")
    ):  # Agerpres, behind the last sentence: `AGERPRES/(AB - autor: …)`
        before, tail = before.removesuffix(signing).rstrip(), signing + tail
    if before and not sentences.may_be_signed(before):
        return None
    inner = tail.partition("）")[0] if tail.startswith("（") else tail
    roles = inner.strip("()（.; ")
    if listed := role_list(roles, bracketed=True) or loose_role_list(roles):
        return before, SignOff(tail, SignOffRule.BRACKETS, listed.reporting, listed.editing, agency)
    line = end_line(tail.rstrip(".;"))
    return (before, SignOff(tail, line.rule, agency=line.agency)) if line and may_leave(tail) else None


def split_joined(text: str, agency: str | None) -> tuple[str, SignOff] | None:
    """The copy up to its last sentence, and the name of its own agency that is joined to it: `… de fuerte.EFE`."""
    joined = _JOINED_NAME.search(text) if agency else None
    own = agency_named(joined[1]) if joined else None
    if joined is None or own is None or own.code != agency:
        return None
    return text[: joined.start(1)], SignOff(joined[1], SignOffRule.AGENCY, agency=own)


def split_tail(text: str, agency: str | None) -> tuple[str, SignOff] | None:
    """The copy up to its last sentence, and the end line behind it on the same line: `… on Tuesday. /ritzau/`."""
    if _END_RULE_JOINED.search(text, max(0, len(text) - ENDING_LENGTH_MAX)):
        return text[: 1 - len(_END_RULE)], SignOff(_END_RULE, SignOffRule.END_MARK)
    if glyph := _END_GLYPH.search(text, max(0, len(text) - ENDING_LENGTH_MAX)):
        return text[: glyph.start()], SignOff(glyph[0].strip(), SignOffRule.END_MARK)
    if agency and has_manner(agency, Manner.BRACKETS) and (name := _NAME_IN_BRACKETS.search(text)):
        return text[: name.start()], SignOff(name[0].strip(), SignOffRule.INITIALS)
    if agency and (joined := _JOINED_INITIALS.search(text, max(0, len(text) - ENDING_LENGTH_MAX))):
        return text[: joined.start()], SignOff(joined[0], SignOffRule.INITIALS)
    for found in _SENTENCE_ENDED.finditer(text, max(0, len(text) - ENDING_LENGTH_MAX)):
        tail = text[found.end() :]
        line = EndLine(ends=True) if tail == _END_RULE else end_line(tail, agency)
        if line and (line.agency or line.ends) and may_leave(tail):
            return text[: found.start(1)], SignOff(tail, line.rule, agency=line.agency)
    return None

"""Sign-offs that are a paragraph of their own: who reported, who edited, or the end line of an agency.

Reporting by A; Editing by B        A and B contributed to this report.
hh/ph/ts        dpa wsz jln npr        /ritzau/        AAP RTV ar        Ana Ruiz, The Canadian Press
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.copy import sentences
from pipeline.copy.bylines import REMEMBERED_MAX
from pipeline.copy.names import is_person, people
from pipeline.copy.signoffs.credit_sentences import credits_in_sentences
from pipeline.copy.signoffs.end_lines import INITIALS_OR_DESK, EndLine, end_line
from pipeline.copy.signoffs.role_lists import ROLE_LIST_LENGTH_MAX, loose_role_list, role_list
from pipeline.copy.signoffs.roles import begins_with_role, roles_in_line, without_brackets
from pipeline.copy.signoffs.sign_off import SIGN_OFF_LENGTH_MAX, SignOff, SignOffRule
from pipeline.copy.stamps import is_stamp
from pipeline.copy.trade.words import WordKind, kind_of, trade_words, words_of
from pipeline.language.blocks import any_of
from pipeline.values.agencies import agency_named, agency_of

SIGNING_WORDS_MAX = 3
_OPEN = ("(", "（", "[", "【")
_BY_SOMEBODY = re.compile(rf" {any_of('by')} (?=[^\W\d_]\S* [^\W\d_])")
_INITIALS_LOOSE = re.compile(r"[a-z]{2,4}(?:[ /][a-z]{2,4}){0,2}")
_GROUPS = re.compile(r"[(（\[【][^()（）\[\]【】]{1,120}[)）\]】]")
_DPA = re.compile(
    rf"dpa(?:[-/][A-Za-z]{{2,8}})?(?: {INITIALS_OR_DESK}(?:/{INITIALS_OR_DESK}){{0,2}}| [a-z]\d){{1,6}}$|dpa$"
)
_SIGNED_NAME = re.compile(r"(?P<names>[^,/()]{5,60})(?:, ?| ?/ ?| \()(?P<agency>[^,/()]{2,40})\)?")
_SLASH = re.compile(r" ?[/–—] ?")
_AP_TRAILER = re.compile(r"AP-[A-Z]{2,3}-\d\d-\d\d-\d\d \d{4}(?:GMT|E[SD]T)?$")


def sign_off_line(text: str, agency: str | None = None, own: frozenset[str] = frozenset()) -> SignOff | None:
    """The sign-off that the whole paragraph is.

    `agency`: the code of the one that the copy names; `own`: its names in the dateline, folded.
    """
    if len(text) > SIGN_OFF_LENGTH_MAX:
        return None
    if credited := credits_in_sentences(text, surnames=agency == "ap"):
        rule = SignOffRule.CONTRIBUTED if credited.contributed else SignOffRule.REPORTED
        source = agency_of(text.removeprefix("The "))
        return SignOff(text, rule, credited.names, agency=source, helping=credited.helping)
    if begins_with_role(text):
        if roles_only := roles_in_line(text):
            return roles_only
        if ";" not in text or loose_role_list(text) is None:
            return None
    if found := _DPA.match(text):
        return SignOff(found[0], SignOffRule.DPA, agency=agency_named("dpa"))
    if _AP_TRAILER.match(text):
        return SignOff(text, SignOffRule.AP_TRAILER)
    if roles := role_list(text.strip("*—–- 【】"), bracketed=text.startswith("【")) or (
        (";" in text or _is_by_somebody(text) or text.partition(" ")[0].casefold() in trade_words("pictures"))
        and loose_role_list(text)
    ):
        agency_behind = without_brackets(text)[1]
        source = agency_of(text.partition("/(")[0]) or agency_behind  # Agerpres: `AGERPRES/(AB - autor: …)`
        return SignOff(text, SignOffRule.ROLES, roles.reporting, roles.editing, source)
    if signed := _signed_name(text, own):
        return signed
    line = end_line(text, agency, own) or _several(text, agency)
    return SignOff(text, line.rule, agency=line.agency) if line else None


def read_sign_off_field(text: str) -> SignOff:
    """The sign-off in a field of its own, as far as it can be read."""
    return sign_off_line(text) or SignOff(text[:SIGN_OFF_LENGTH_MAX], SignOffRule.FIELD, agency=agency_of(text))


def signature(text: str) -> SignOff:
    """The sign-off that a name alone is."""
    return SignOff(text, SignOffRule.SIGNATURE, people(text))


@lru_cache(REMEMBERED_MAX)
def is_initials(text: str) -> bool:
    """Whether initials are all that there is: they are a sign-off, and nobody's name."""
    found = sign_off_line(text)
    return found is not None and found.rule is SignOffRule.INITIALS


def _is_by_somebody(text: str) -> bool:
    """Whether somebody did it, in no sentence: `Fact-checked by Ana Ruiz`."""
    return _BY_SOMEBODY.search(text) is not None and not sentences.ends_plainly(text)


def _several(text: str, agency: str | None) -> EndLine | None:
    """What brackets say, one behind the other or before initials: `(完)【编辑:李明】`, `(Jana Nová) jno`."""
    if len(text) > ROLE_LIST_LENGTH_MAX or not text.startswith(_OPEN):
        return None
    groups, behind = _GROUPS.findall(text), _GROUPS.sub("", text).strip()
    if len(groups) + bool(behind) < 2 or (
        behind and not (_INITIALS_LOOSE.fullmatch(behind) or is_stamp(behind) or role_list(behind))
    ):
        return None
    known = [end_line(group, agency) or role_list(group.strip("()（）[]【】 "), bracketed=True) for group in groups]
    return EndLine(ends=True) if all(known) else None


def _signed_name(text: str, own: frozenset[str]) -> SignOff | None:
    """A name and its agency: `Ana Ruiz, The Canadian Press`, `(TT/Ana Ruiz)`, `Ana Ruiz (theo Reuters)`.

    Behind its own agency one word is a name, too: `TASS/Ruiz`.
    """
    text = text[1:-1] if text.startswith("(") and text.endswith(")") and text.count("(") == 1 else text
    first, *rest = _SLASH.split(text.strip("/ "))
    source, is_own = agency_named(first), first.casefold() in own
    if rest and ((source and all(map(is_person, rest))) or (is_own and all(map(_is_signing, rest)))):
        return SignOff(text, SignOffRule.AGENCY, people(" / ".join(rest)), agency=source)
    found = _SIGNED_NAME.fullmatch(text)
    if not found or not (names := people(found["names"])):
        return None
    along, _, behind = found["agency"].partition(" ")
    named = behind if along.casefold() in trade_words("along") else found["agency"]
    source = agency_named(named)
    if source or named.casefold() in own:
        return SignOff(text, SignOffRule.AGENCY, names, agency=source)
    if named != found["agency"] and all(kind_of(word) is WordKind.TRADE for word in words_of(named)):
        return SignOff(text, SignOffRule.SIGNATURE, names)  # Ana Ruiz, with agencies
    return None


def _is_signing(text: str) -> bool:
    """Whether what is behind the agency may be a name, one word of it, or the name of a paper."""
    words = text.split()
    return 0 < len(words) <= SIGNING_WORDS_MAX and text[0].isupper() and not text.isupper() and _only_letters(words)


def _only_letters(words: list[str]) -> bool:
    return all(word.replace("-", "").isalpha() for word in words)

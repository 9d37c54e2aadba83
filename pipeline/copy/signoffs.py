"""Sign-offs: who reported, who edited.

(Reporting by A and B in Beirut; Editing by C)      Reporting by A; Editing by B
hh/ph/ts        dpa wsz jln npr        /ritzau/        AAP RTV ar
A and B contributed to this report.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from pipeline.copy import sentences
from pipeline.copy.bylines import REMEMBERED_MAX
from pipeline.copy.credit_sentences import credits_in_sentences
from pipeline.copy.end_lines import EndLine, end_line
from pipeline.copy.names import is_person, people
from pipeline.copy.role_lists import ROLE_LIST_LENGTH_MAX, any_of, loose_role_list, role_list
from pipeline.copy.signing import Manner, manner_of
from pipeline.copy.stamps import is_stamp
from pipeline.copy.trade_words import WordKind, kind_of, trade_words, words_of
from pipeline.items import Signal
from pipeline.notes import Addressee
from pipeline.notes.reader import says_no_more_than
from pipeline.notes.signed import has_word_of_tag
from pipeline.values.agencies import Agency, agency_named, agency_of

SIGN_OFF_LENGTH_MAX = 800
ENDING_LENGTH_MAX = 60  # of an end mark with initials
SIGNING_WORDS_MAX = 3
OF_VERSIONS = frozenset({Signal.CORRECTION, Signal.REFILE, Signal.UPDATE})  # `Lire aussi` may be one to editors

_ROLE = rf"(?:{any_of('further')} )?{any_of('reporting', 'editing')}"
_ARABIC = "ء-ي"
# In Arabic the name follows the role: `إعداد سارة حسن`, `تغطية صحفية سارة حسن`.
_BY = (
    rf"(?:,? {any_of('and')} [a-zé]{{4,12}}| and additional [a-z]{{4,12}})?"
    rf"(?: {any_of('by')}\b|: |(?<=[{_ARABIC}])(?: صحفية)?:? )"
)
_BRACKETED = re.compile(
    rf"\((?:{_ROLE}){_BY}[^()]{{2,{SIGN_OFF_LENGTH_MAX}}}(?:\([^()]{{1,80}}\)[^()]{{0,200}}){{0,3}}\)[.;]?$",
    re.IGNORECASE,
)
_NOBODY = re.compile(rf"\((?i:{_ROLE}{_BY}) ?(?!the |our )[a-z]")  # (writing by hand)
_PLAIN = re.compile(rf"(?:{_ROLE}){_BY} ?\w")
_CLAUSE = re.compile(rf"\b(?P<role>{_ROLE}){_BY}", re.IGNORECASE)
_EDITING = re.compile(rf"{any_of('editing')}$", re.IGNORECASE)
_BRACKETS_BEHIND = re.compile(r" ?\(([^()]{2,40})\)$")
_SURE_ROLE = re.compile(rf"^\(?[A-Z]|[:;]|[{_ARABIC}] (?:صحفية|للنشرة) ")
_FULL_WIDTH = re.compile(  # in Taiwan with the date: 1110304
    r"（[^（）]{1,200}）(?:\d{7})?$|\([^()]{0,8}[一-鿿][^()]{1,200}\)\d{7}$"
)
_CONTACT = re.compile(r"\(\([^()=]{3,300}\)\)$")  # (($1 = 0.9 euros)) is copy

_PARTS = re.compile(r"[;,]")
_OPEN = ("(", "（", "[", "【")
_BY_SOMEBODY = re.compile(rf" {any_of('by')} (?=[^\W\d_]\S* [^\W\d_])")
_INITIALS_LOOSE = re.compile(r"[a-z]{2,4}(?:[ /][a-z]{2,4}){0,2}")
_GROUPS = re.compile(r"[(（\[【][^()（）\[\]【】]{1,120}[)）\]】]")

_INITIALS_OR_DESK = r"[a-zäöüß]{2,4}"  # initials of people and desks: `lön`
_DPA = re.compile(
    rf"dpa(?:[-/][A-Za-z]{{2,8}})?(?: {_INITIALS_OR_DESK}(?:/{_INITIALS_OR_DESK}){{0,2}}| [a-z]\d){{1,6}}$|dpa$"
)
_EFE = (". EFE", '." EFE', '". EFE', ".» EFE", "». EFE", ".” EFE", "”. EFE")
_ARABIC_INITIALS = rf"[{_ARABIC}]{{1,4}}(?: [{_ARABIC}]{{1,2}}){{0,2}}"
# KUNA, after the last sentence.
_KUNA = re.compile(rf"(?:^| )\(النهاية\)(?: {_ARABIC_INITIALS}(?: ?/ ?{_ARABIC_INITIALS}){{0,5}})?$")
_SIGNED_NAME = re.compile(r"(?P<names>[^,/()]{5,60})(?:, ?| ?/ ?| \()(?P<agency>[^,/()]{2,40})\)?")
_SLASH = re.compile(r" ?[/–—] ?")
# With the blanks behind it, before which the copy ends; `sentences` asks how one ends.
_SENTENCE_ENDED = re.compile(r"[.!?…।。」][)\"”»’]{0,2}( +)(?=\S)")
_END_RULE = "./."  # VNA
_END_RULE_JOINED = re.compile(
    r"(?:^|\s)[^\s/]*[^\s/.]\./\.$"
)  # `are cut off./.`: its first point ends the sentence, too
_END_GLYPH = re.compile(r"(?<=[.!?…。」)\"”»]) ?[■□◼]$")  # Xinhua, the end of an article
# dpa-AFX, joined to the last sentence: `… bleibt vorsichtig./ab/cd/efg/`; no path, before which nothing ends.
_JOINED_INITIALS = re.compile(
    r"(?:(?<=[^\W_][.!?])|(?<=[.!?][»“”\"]))"
    rf"/{_INITIALS_OR_DESK}(?:/(?:{_INITIALS_OR_DESK}|[A-Z]{{2,4}})){{1,5}}/?$"
)
_NAME_IN_BRACKETS = re.compile(r"(?<=[.!?»”\"]) \([A-Z][a-z]{2}\)$")  # Nova: `… milioni di euro. (Abc)`
_AP_TRAILER = re.compile(r"AP-[A-Z]{2,3}-\d\d-\d\d-\d\d \d{4}(?:GMT|E[SD]T)?$")


class SignOffRule(StrEnum):
    """How a sign-off was recognised.  The values are published, in the rule of a stripped piece."""

    AGENCY = "agency"  # the agency alone, with its desk or with initials
    AP_TRAILER = "ap-trailer"
    BRACKETS = "brackets"  # (Reporting by A; Editing by B)
    CONTACT = "contact"  # Reuters: the reporter's telephone and address
    CONTRIBUTED = "contributed"  # A and B contributed to this report.
    DPA = "dpa"
    END_MARK = "end-mark"  # (END)
    FIELD = "field"  # a field of the format, which no other rule recognises
    FORM = "form"  # by its form and the item, whatever its words; what shows it follows
    INITIALS = "initials"
    REPORTED = "reported"  # AP: A reported from Oslo.
    SIGNATURE = "signature"  # the name of who wrote it, alone
    ROLES = "roles"  # as in brackets, without them


class SignOff(NamedTuple):
    """A sign-off: who reported, who edited, which agency."""

    text: str
    rule: SignOffRule
    reporting: tuple[str, ...] = ()
    editing: tuple[str, ...] = ()
    agency: Agency | None = None
    why: str = ""  # what shows it, where it is told by its form


def sign_off_line(text: str, agency: str | None = None, own: frozenset[str] = frozenset()) -> SignOff | None:
    """The sign-off that the whole paragraph is.

    `agency`: the code of the one that the copy names; `own`: its names in the dateline, folded.
    """
    if len(text) > SIGN_OFF_LENGTH_MAX:
        return None
    if credited := credits_in_sentences(text, surnames=agency == "ap"):
        rule = SignOffRule.CONTRIBUTED if credited.contributed else SignOffRule.REPORTED
        return SignOff(text, rule, credited.names, agency=agency_of(text.removeprefix("The ")))
    if _PLAIN.match(text):
        if _only_roles(text) and not _is_bare(text):
            return _parse_signed(text)
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
        agency_behind = _without_brackets(text)[1]
        source = agency_of(text.partition("/(")[0]) or agency_behind  # Agerpres: `AGERPRES/(AB - autor: …)`
        return SignOff(text, SignOffRule.ROLES, roles.reporting, roles.editing, source)
    if signed := _signed_name(text, own):
        return signed
    line = end_line(text, agency, own) or _several(text, agency)
    return SignOff(text, _rule(line), agency=line.agency) if line else None


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


def _rule(line: EndLine) -> SignOffRule:
    if line.agency:
        return SignOffRule.AGENCY
    return SignOffRule.END_MARK if line.ends else SignOffRule.INITIALS


def read_sign_off_field(text: str) -> SignOff:
    """The sign-off in a field of its own, as far as it can be read."""
    return sign_off_line(text) or SignOff(text[:SIGN_OFF_LENGTH_MAX], SignOffRule.FIELD, agency=agency_of(text))


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
    """The sign-off that the brackets at the end of a paragraph are; what is no role stands behind a sentence."""
    if _BRACKETED.match(tail) and not (_is_bare(tail) or _NOBODY.match(tail) or _tells(tail)):
        return before, _parse(tail, SignOffRule.BRACKETS)
    if before and not sentences.may_be_signed(before):
        return None
    inner = tail.partition("）")[0] if tail.startswith("（") else tail
    roles = inner.strip("()（.; ")
    if found := role_list(roles, bracketed=True) or loose_role_list(roles):
        return before, SignOff(tail, SignOffRule.BRACKETS, found.reporting, found.editing)
    line = end_line(tail.rstrip(".;"))
    return (before, SignOff(tail, _rule(line), agency=line.agency)) if line and asks_nothing(tail) else None


def asks_nothing(text: str) -> bool:
    """Whether it asks for no kill, hold or embargo and has no word of one: what may be one must stay to be seen."""
    return not has_word_of_tag(text) and says_no_more_than(Addressee.EDITORS, text, OF_VERSIONS)


def _tells(tail: str) -> bool:
    """Whether a part has no name, but words: `(Written by Ana Ruiz, the book was burnt)`."""
    parts = (part.strip(" .()") for part in _PARTS.split(tail))
    return any(part.islower() and part.count(" ") > 1 and "@" not in part for part in parts)


def split_tail(text: str, agency: str | None) -> tuple[str, SignOff] | None:
    """The copy up to its last sentence, and the end line behind it on the same line: `… on Tuesday. /ritzau/`."""
    if _END_RULE_JOINED.search(text, max(0, len(text) - ENDING_LENGTH_MAX)):
        return text[: 1 - len(_END_RULE)], SignOff(_END_RULE, _rule(EndLine(ends=True)))
    if glyph := _END_GLYPH.search(text, max(0, len(text) - ENDING_LENGTH_MAX)):
        return text[: glyph.start()], SignOff(glyph[0].strip(), _rule(EndLine(ends=True)))
    if agency and manner_of(agency) is Manner.BRACKETS and (name := _NAME_IN_BRACKETS.search(text)):
        return text[: name.start()], SignOff(name[0].strip(), _rule(EndLine()))
    if agency and (joined := _JOINED_INITIALS.search(text, max(0, len(text) - ENDING_LENGTH_MAX))):
        return text[: joined.start()], SignOff(joined[0], _rule(EndLine()))
    for found in _SENTENCE_ENDED.finditer(text, max(0, len(text) - ENDING_LENGTH_MAX)):
        tail = text[found.end() :]
        line = EndLine(ends=True) if tail == _END_RULE else end_line(tail, agency)
        if line and (line.agency or line.ends) and asks_nothing(tail):
            return text[: found.start(1)], SignOff(tail, _rule(line), agency=line.agency)
    return None


@lru_cache(REMEMBERED_MAX)
def is_initials(text: str) -> bool:
    """Whether initials are all that there is: they are a sign-off, and nobody's name."""
    found = sign_off_line(text)
    return found is not None and found.rule is SignOffRule.INITIALS


def _only_roles(text: str) -> bool:
    """Whether each clause is a role and names; a sentence that begins with `Reporting by` ends with a full stop."""
    if text.endswith(".") and ";" not in text:
        return False
    return all(":" not in names and people(names, jobs=True) for _, names in _clauses(text))


def _is_bare(text: str) -> bool:
    """Whether one Arabic role is all that there is: `تحرير` is editing, and the liberation of a city."""
    return not (text.isascii() or _SURE_ROLE.search(text)) and len(_clauses(text)) < 2


def _clauses(text: str) -> list[tuple[str, str]]:
    """Each role and its names; nothing need stand between two: `Reporting by Ann Writer Editing by Bob Editor`."""
    roles = list(_CLAUSE.finditer(text))
    ends = [role.start() for role in roles[1:]] + [len(text)]
    return [
        (role["role"], part)
        for role, end in zip(roles, ends, strict=True)
        for part in text[role.end() : end].split(";")
        if part.strip("(). ")
    ]


def _parse(text: str, rule: SignOffRule) -> SignOff:
    reporting: list[str] = []
    editing: list[str] = []
    for role, names in _clauses(text):
        (editing if _EDITING.search(role) else reporting).extend(people(f"{names.strip('(). ')} ", jobs=True))
    return SignOff(text, rule, tuple(dict.fromkeys(reporting)), tuple(dict.fromkeys(editing)))


def _parse_signed(text: str) -> SignOff:
    """Roles that nothing encloses: `Reporting by Ana Ruiz`, `Autor: Jan Nowak (PAP)`."""
    roles, agency = _without_brackets(text)
    return _parse(roles, SignOffRule.ROLES)._replace(text=text, agency=agency)


def _without_brackets(text: str) -> tuple[str, Agency | None]:
    """The text without the brackets behind it, and the agency that they name."""
    behind = _BRACKETS_BEHIND.search(text)
    return (text[: behind.start()], agency_named(behind[1])) if behind else (text, None)


def signature(text: str) -> SignOff:
    """The sign-off that a name alone is."""
    return SignOff(text, SignOffRule.SIGNATURE, people(text))


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
    """Whether a name, or one word of it, or the name of a paper stands behind the agency."""
    words = text.split()
    return 0 < len(words) <= SIGNING_WORDS_MAX and text[0].isupper() and not text.isupper() and _only_letters(words)


def _only_letters(words: list[str]) -> bool:
    return all(word.replace("-", "").isalpha() for word in words)

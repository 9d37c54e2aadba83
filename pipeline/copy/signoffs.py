"""Sign-offs and bylines: who reported, who edited.

(Reporting by A and B in Beirut; Editing by C)      Reporting by A; Editing by B
hh/ph/ts        dpa wsz jln npr        /ritzau/        AAP RTV ar
By A and B        Von A, dpa        A and B contributed to this report.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from pipeline.copy.agencies import Agency, agency_named, agency_of
from pipeline.copy.names import is_person, people
from pipeline.language import Language
from pipeline.language.blocks import ANY, words_by_language

SIGN_OFF_LENGTH_MAX = 800
BYLINE_LENGTH_MAX = 160
ENDING_LENGTH_MAX = 60  # of an end mark with initials


def _any_of(*lists: str) -> str:
    """Matches a word of these lists, in any language."""
    found = frozenset().union(*(each for name in lists for each in words_by_language(name).values()))
    return f"(?:{'|'.join(sorted(found))})"


_ROLE = rf"(?:{_any_of('further')} )?{_any_of('reporting', 'editing')}"
_ARABIC = "ء-ي"
# In Arabic the name follows the role: `إعداد سارة حسن`, `تغطية صحفية سارة حسن`.
_BY = (
    rf"(?:,? {_any_of('and')} [a-zé]{{4,12}}| and additional [a-z]{{4,12}})?"
    rf"(?: {_any_of('by')}\b|: |(?<=[{_ARABIC}])(?: صحفية)?:? )"
)
_BRACKETED = re.compile(
    rf"\((?:{_ROLE}){_BY}[^()]{{2,{SIGN_OFF_LENGTH_MAX}}}(?:\([^()]{{1,80}}\)[^()]{{0,200}})?\)[.;]?$"
)
_PLAIN = re.compile(rf"(?:{_ROLE}){_BY} ?\w")
_CLAUSE = re.compile(rf"\b(?P<role>{_ROLE}){_BY}", re.IGNORECASE)
_EDITING = re.compile(rf"{_any_of('editing')}$", re.IGNORECASE)
_SURE_ROLE = re.compile(rf"^\(?[A-Z]|[:;]|[{_ARABIC}] (?:صحفية|للنشرة) ")
_SENTENCE_END = re.compile(r"[a-z0-9)”\"][.!?] [\"“]?[A-Z]")
_REPORTED = re.compile(r"(?P<names>[^.!?]{5,200}) reported from [A-Z][^.!?;]{1,80}\.$")  # AP, below a rule
_CONTRIBUTED = tuple(f" contributed to this {piece}" for piece in ("report", "article", "story"))
_CONTACT = re.compile(r"\(\([^()]{3,300}\)\)$")

_INITIALS_OR_DESK = r"[a-zäöüß]{2,4}"  # initials of people and desks: `lön`
_DPA = re.compile(
    rf"dpa(?:[-/][A-Za-z]{{2,8}})?(?: {_INITIALS_OR_DESK}(?:/{_INITIALS_OR_DESK}){{0,2}}| [a-z]\d){{1,6}}$|dpa$"
)
_EFE = (". EFE", '." EFE', '". EFE', ".» EFE", "». EFE", ".” EFE", "”. EFE")
_SLASHED = re.compile(r"/(?P<who>[A-Za-z-]{3,12})/$")
# The agency alone, with its desk and with initials: AAP, AAP RESULTS, ==Kyodo, AAP be/, AAP RTV ar
_AGENCY_ALONE = re.compile(
    r"(?:==)?(?P<who>[A-Za-z]{2,10})(?: [A-Z]{3,9})?(?: [a-z]{2,4}(?:/[a-z]{0,4}){1,3}| [a-z]{2,3})?$"
)
_ENCLOSED = re.compile(r"\((?P<who>[A-Za-z]{2,12})(?:\\?/[a-z]{2,4}){1,2}\)$")  # SDA, its slash escaped or not
_ARABIC_INITIALS = rf"[{_ARABIC}]{{1,4}}(?: [{_ARABIC}]{{1,2}}){{0,2}}"  # AFP, QNA, KUNA: `بور/غ ر/نور`
_INITIALS = re.compile(
    r"(?:\(Schluss\) ?)?(?!and/or|und/oder|et/ou)[a-z]{2,4}(?:/[a-z]{2,4}){1,5}$"
    rf"|\(?(?:النهاية|انتهى|يتبع)\)?$"
    rf"|(?:\(النهاية\) ?)?(?!و/أو)(?=.*\b[{_ARABIC}]{{1,2}}\b){_ARABIC_INITIALS}(?: ?/ ?{_ARABIC_INITIALS}){{1,5}}$"
)
# KUNA, after the last sentence.
_KUNA = re.compile(rf"(?:^| )\(النهاية\)(?: {_ARABIC_INITIALS}(?: ?/ ?{_ARABIC_INITIALS}){{0,5}})?$")
_AP_TRAILER = re.compile(r"AP-[A-Z]{2,3}-\d\d-\d\d-\d\d \d{4}(?:GMT|E[SD]T)?$")

# The words that a byline begins with.  One that is common in headlines of other languages needs an item in its own.
_BYLINES = words_by_language("bylines")
_BYLINE_WORDS = frozenset().union(*_BYLINES.values())
_AFTER_NAMES = re.compile(r",| \| | [-–—] | (?:in|for|of|aus|en|at|from) (?=[A-Z])")


class SignOffRule(StrEnum):
    """How a sign-off was recognised.  The values are published, in the rule of a stripped piece."""

    AGENCY = "agency"  # the agency alone, with its desk or with initials
    AP_TRAILER = "ap-trailer"
    BRACKETS = "brackets"  # (Reporting by A; Editing by B)
    CONTACT = "contact"  # Reuters: the reporter's telephone and address
    CONTRIBUTED = "contributed"  # A and B contributed to this report.
    DPA = "dpa"
    FIELD = "field"  # a field of the format, which no other rule recognises
    INITIALS = "initials"
    REPORTED = "reported"  # AP: A reported from Oslo.
    ROLES = "roles"  # as in brackets, without them


class SignOff(NamedTuple):
    """A sign-off: who reported, who edited, which agency."""

    text: str
    rule: SignOffRule
    reporting: tuple[str, ...] = ()
    editing: tuple[str, ...] = ()
    agency: Agency | None = None


class Byline(NamedTuple):
    """A byline: names and agency."""

    names: tuple[str, ...]
    agency: Agency | None = None


def sign_off_line(text: str) -> SignOff | None:
    """The sign-off that the whole paragraph is."""
    if len(text) > SIGN_OFF_LENGTH_MAX:
        return None
    if text.rstrip(".").endswith(_CONTRIBUTED) and not _SENTENCE_END.search(text):
        return _contributed(text)
    if (found := _REPORTED.match(text)) and all(is_person(name) for name in _split(found["names"])):
        return SignOff(text, SignOffRule.REPORTED, people(found["names"]))
    if not text.isascii() and (whole := agency_named(text)):  # `أ ف ب`
        return SignOff(text, SignOffRule.AGENCY, agency=whole)
    if _PLAIN.match(text):
        return _parse(text, SignOffRule.ROLES) if _only_roles(text) and not _is_bare(text) else None
    if found := _DPA.match(text):
        return SignOff(found[0], SignOffRule.DPA, agency=agency_named("dpa"))
    for pattern in (_SLASHED, _AGENCY_ALONE, _ENCLOSED):
        if (found := pattern.match(text)) and (source := agency_named(found["who"])):
            return SignOff(text, SignOffRule.AGENCY, agency=source)
    rule = next(
        (
            rule
            for rule, pattern in ((SignOffRule.INITIALS, _INITIALS), (SignOffRule.AP_TRAILER, _AP_TRAILER))
            if pattern.match(text)
        ),
        None,
    )
    return SignOff(text, rule) if rule else None


def read_sign_off_field(text: str) -> SignOff:
    """The sign-off in a field of its own, as far as it can be read."""
    return sign_off_line(text) or SignOff(text[:SIGN_OFF_LENGTH_MAX], SignOffRule.FIELD, agency=agency_of(text))


def split_ending(text: str) -> tuple[str, SignOff] | None:
    """The copy before the bracketed sign-offs that a paragraph ends with (or is), and the outermost of them.

    EFE signs without brackets, after the last sentence.
    """
    if text.endswith(_EFE):
        return text.removesuffix("EFE").rstrip(), SignOff("EFE", SignOffRule.AGENCY, agency=agency_named("EFE"))
    if "(النهاية)" in text[-ENDING_LENGTH_MAX:] and (found := _KUNA.search(text, len(text) - ENDING_LENGTH_MAX)):
        return text[: found.start()], SignOff(found[0].strip(), SignOffRule.INITIALS)
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
    if not _BRACKETED.match(tail) or _is_bare(tail):
        return None
    return text[:start].rstrip(), _parse(tail, SignOffRule.BRACKETS)


def byline(text: str, language: Language) -> Byline | None:
    """The byline that the whole paragraph is: `By` and names, or names and an agency."""
    if len(text) > BYLINE_LENGTH_MAX or (text.endswith((".", "!", "?", ":")) and not text.endswith("Jr.")):
        return None
    if whole := agency_named(text):  # AP: on the line below the name
        return Byline((), whole)
    word, _, rest = text.partition(" ")
    if word in _BYLINE_WORDS:
        expected = not language.known or word in _BYLINES[ANY] | _BYLINES.get(language.primary, frozenset())
        return _names(rest) if expected else None
    found = agency_of(text.rpartition(",")[2].strip()) if "," in text else None
    names = people(text.rpartition(",")[0]) if found else ()
    return (
        Byline(names, found)
        if names and all(is_person(p.strip()) for p in _split(text.rpartition(",")[0]))
        else None
    )


def _names(rest: str) -> Byline | None:
    whole = agency_named(rest)
    if whole:
        return Byline((rest,), whole)
    first = _AFTER_NAMES.split(rest, maxsplit=1)[0]
    if not first or not all(is_person(part) for part in _split(first)):
        return None
    after = (agency_of(part.strip()) for part in rest[len(first) :].split(",") if part.strip())
    return Byline(people(rest), next((found for found in after if found), None))


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r" (?:and|und|et|y|e|en|och|og|&) |,", text)]


def _only_roles(text: str) -> bool:
    """Whether each clause is a role and names; a sentence that begins with `Reporting by` ends with a full stop."""
    if text.endswith(".") and ";" not in text:
        return False
    return all(people(names, jobs=True) for _, names in _clauses(text))


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


def _contributed(text: str) -> SignOff:
    source = agency_of(text.removeprefix("The "))
    return SignOff(
        text, SignOffRule.CONTRIBUTED, reporting=people(text.partition(" contributed")[0]), agency=source
    )

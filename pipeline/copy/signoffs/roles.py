"""Roles that `by` or a colon joins to names.

(Reporting by A and B in Beirut; Editing by C)        Reporting by A Editing by B        Autor: Jan Nowak (PAP)
"""

from __future__ import annotations

import re

from pipeline.copy.names import is_capital, people
from pipeline.copy.signoffs.sign_off import SIGN_OFF_LENGTH_MAX, SignOff, SignOffRule
from pipeline.language import letters
from pipeline.language.blocks import any_of, words_of_all
from pipeline.values.agencies import Agency, agency_named

_ROLE = rf"(?:{any_of('further')} )?{any_of('reporting', 'editing')}"
# In Arabic the name follows the role: `إعداد سارة حسن`, `تغطية صحفية سارة حسن`.
_BY = (
    rf"(?:,? {any_of('and')} [a-zé]{{4,12}}| and additional [a-z]{{4,12}})?"
    rf"(?: {any_of('by')}\b|: |(?<=[{letters.ARABIC}])(?: صحفية)?:? )"
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
_SURE_ROLE = re.compile(rf"^\(?[A-Z]|[:;]|[{letters.ARABIC}] (?:صحفية|للنشرة) ")
_FURTHER = re.compile(any_of("further"))
_JOINING = words_of_all("and") | {"in", "of", "for", "the", "de", "da", "van", "von", "del", "la", "al"}
_PARTS = re.compile(r"[;,]")


def roles_in_brackets(text: str) -> SignOff | None:
    """The sign-off that a text in brackets is, if each part of it is a role and names."""
    if not _BRACKETED.match(text) or _is_bare(text) or _NOBODY.match(text) or _has_sentence(text):
        return None
    return _read(text, SignOffRule.BRACKETS)


def begins_with_role(text: str) -> bool:
    """Whether a line begins as such a list does, written with its capital."""
    return _PLAIN.match(text) is not None


def roles_in_line(text: str) -> SignOff | None:
    """The sign-off that a line of roles is, without brackets around it: `Reporting by Ana Ruiz`."""
    if not _only_roles(text) or _is_bare(text):
        return None
    roles, agency = without_brackets(text)
    return _read(roles, SignOffRule.ROLES)._replace(text=text, agency=agency)


def _has_sentence(tail: str) -> bool:
    """Whether a part has no name, but words: `(Written by Ana Ruiz, the book was burnt)`."""
    parts = (part.strip(" .()") for part in _PARTS.split(tail))
    return any(part.islower() and part.count(" ") > 1 and "@" not in part for part in parts)


def _only_roles(text: str) -> bool:
    """Whether each clause is a role and names.  A sentence may begin so, too: then all its words are names."""
    clauses = _clauses(text)
    if text.endswith(".") and ";" not in text and not all(map(_are_names, clauses)):
        return False
    return all(":" not in names and (people(names, jobs=True) or _is_help(role, names)) for role, names in clauses)


def _is_help(role: str, names: str) -> bool:
    """Whether another agency helped: `Additional reporting by AFP.`"""
    return _FURTHER.match(role) is not None and agency_named(names.strip(" .")) is not None


def _are_names(clause: tuple[str, str]) -> bool:
    """Whether each word behind the role begins as a name does, or joins names: `Tom Vance in Izmir and Li Na`."""
    words = clause[1].strip(" .").replace(",", " ").split()
    return all(is_capital(word[0]) or word in _JOINING for word in words)


def _is_bare(text: str) -> bool:
    """Whether one Arabic role is all that there is: `تحرير` is editing, and the liberation of a city."""
    return not (text.isascii() or _SURE_ROLE.search(text)) and len(_clauses(text)) < 2


def _clauses(text: str) -> list[tuple[str, str]]:
    """Each role and its names, with or without a mark between: `Reporting by Ann Writer Editing by Bob Editor`."""
    roles = list(_CLAUSE.finditer(text))
    ends = [role.start() for role in roles[1:]] + [len(text)]
    return [
        (role["role"], part)
        for role, end in zip(roles, ends, strict=True)
        for part in text[role.end() : end].split(";")
        if part.strip("(). ")
    ]


def _read(text: str, rule: SignOffRule) -> SignOff:
    reporting: list[str] = []
    editing: list[str] = []
    for role, names in _clauses(text):
        (editing if _EDITING.search(role) else reporting).extend(people(f"{names.strip('(). ')} ", jobs=True))
    return SignOff(text, rule, tuple(dict.fromkeys(reporting)), tuple(dict.fromkeys(editing)))


def without_brackets(text: str) -> tuple[str, Agency | None]:
    """The text without the brackets behind it, and the agency that they name."""
    behind = _BRACKETS_BEHIND.search(text)
    return (text[: behind.start()], agency_named(behind[1])) if behind else (text, None)

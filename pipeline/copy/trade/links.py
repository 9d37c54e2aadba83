"""Links, addresses, accounts and telephone numbers in a line about the copy, and whose they are."""

from __future__ import annotations

import re

from pipeline.copy.contacts import MAIL_ADDRESS, TELEPHONE

DIGITS_MIN = 7  # of a telephone number; a score has fewer
NAME_LENGTH_MIN = 3  # that is looked for in an address

LINK = re.compile(
    r"https?://\S{3,200}|(?i:www\.)?(?:[\w-]{2,40}\.){1,4}[a-z]{2,10}(?:/\S{0,120})?(?![\w@])|(?<![\w.])@[\w.]{2,40}"
)
_ADDRESS = re.compile(
    rf"{MAIL_ADDRESS.pattern}|(?<![\w.])@[\w.]{{2,40}}|(?i:(?:https?://)?(?:www\.)?twitter\.com/\w{{2,40}})"
)
_AND = re.compile(r"\b(?:and|or|und|et|y|e)\b")
_DIGITS = re.compile(r"\d+")


def without_links(text: str) -> tuple[str, int]:
    """The text without links, addresses and telephone numbers, and how many there were."""
    bare, addresses = MAIL_ADDRESS.subn(" ", text)
    bare, links = LINK.subn(" ", bare)
    numbers = [found[0] for found in TELEPHONE.finditer(bare) if _is_telephone(found[0])]
    for number in numbers:
        bare = bare.replace(number, " ", 1)
    return bare, addresses + links + len(numbers)


def _is_telephone(text: str) -> bool:
    """Whether it is a telephone number; scores, years and the figures of a table have no such groups."""
    groups = _DIGITS.findall(text)
    if sum(map(len, groups)) < DIGITS_MIN or ("." in text and " " in text):
        return False
    return text[0] in "+(" or ("-" in text and max(map(len, groups)) > 2) or (text[0] == "0" and len(groups) > 1)


def are_addresses(text: str) -> bool:
    """Whether the text is addresses of mail or accounts, and nothing else."""
    return not any(c.isalnum() for c in _AND.sub(" ", _ADDRESS.sub(" ", text)))


def names_its_address(names: list[str], text: str) -> bool:
    """Whether one of the names is in an address of the text: `Ana Ruiz, aruiz@lomsk.example`."""
    addresses = " ".join(found.partition("@")[0] or found for found in _ADDRESS.findall(text)).casefold()
    return bool(addresses) and any(len(name) >= NAME_LENGTH_MIN and name.casefold() in addresses for name in names)


def is_of_agency(text: str, own: frozenset[str]) -> bool:
    """Whether a link or address that is all of a line is the agency's: a link, or in its domain."""
    return "@" not in text or not own.isdisjoint(text.casefold().partition("@")[2].split("."))

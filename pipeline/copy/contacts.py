"""Lines below the copy with which an agency gives its own address: names, places, roles and what reaches them.

    Kontakt zum Autor: ana.ruiz@example.org        To contact the reporter: Ana Ruiz at ruiz@example.org
    - Redaktion: Jan Holm, +49 30 555012345, <politik@example.com>        Lomsk, +370 5 555 0123, desk@example.lt

A line with any other word is copy: `For help, call the harbour office on …`.
"""

from __future__ import annotations

import re

from pipeline.copy.names import is_capital
from pipeline.language.blocks import any_of
from pipeline.values.agencies import agency_of

CONTACT_LENGTH_MAX = 300
WORDS_MAX = 12  # beside addresses and numbers
CASELESS_WORDS_MAX = 4  # in a script without capitals, where any word could be a name
_LABEL = re.compile(
    rf"[-–—•* ]{{0,3}}(?:{any_of('contacts')}|(?P<who>\w{{2,12}})[- ]{any_of('contacts')})(?: ?:|\b)", re.IGNORECASE
)
MAIL_ADDRESS = re.compile(r"[^\s@<‹(,;]{1,64}@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8}+")
TELEPHONE = re.compile(r"\+?\(?\d[\d ()/.-]{6,18}\d")
_SMALL = frozenset({"at", "on", "in", "or", "and", "und", "oder", "bei", "von", "y", "et", "tel", "phone"})
_BETWEEN = re.compile(r"[\s,;:<>‹›()|/]+")


def is_contact(text: str) -> bool:
    """Whether the line gives an address or a number of the agency, and nothing else."""
    if len(text) > CONTACT_LENGTH_MAX:
        return False
    rest = text.strip("()")
    rest, addresses = MAIL_ADDRESS.subn(" ", rest) if "@" in rest else (rest, 0)
    label = _LABEL.match(rest)
    if label and label["who"] and agency_of(label["who"]) is None:
        label = None
    if not addresses and not label:
        return False
    rest, numbers = TELEPHONE.subn(" ", rest[label.end() :] if label else rest)
    if label and not addresses and not numbers:
        return bool(label["who"]) and not rest.strip()  # a heading: `dpa-Kontakte`
    words = [word for word in _BETWEEN.split(rest.strip(" .-–—•◎▶☎")) if word]
    caseless = any(not word.islower() and not word[0].isupper() for word in words)
    if len(words) > (CASELESS_WORDS_MAX if caseless else WORDS_MAX):
        return False
    return all(word.lower() in _SMALL or is_capital(word[0]) for word in words)


def has_address(text: str) -> bool:
    """Whether an address or a number is in the text."""
    return bool(MAIL_ADDRESS.search(text) or TELEPHONE.search(text))


def is_number(text: str) -> bool:
    """Whether it is a telephone number and nothing else."""
    return TELEPHONE.fullmatch(text.strip("•*-–— ")) is not None


def is_heading(text: str) -> bool:
    """Whether the line is the heading above addresses: `Contact:`, `Kontakt:`."""
    label = _LABEL.match(text)
    return label is not None and label.end() == len(text)

"""News agencies: a table of them, looked up by any of their names."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.data_files import load_rows
from pipeline.values.accents import place_key

NAME_LENGTH_MAX = 60
NAME_WORDS_MAX = 6
REMEMBERED_MAX = 4_096  # sources of items, which come again, of NAME_LENGTH_MAX characters
ACRONYM_LENGTH_MAX = 4  # longer ones are no other word: `BERNAMA` is Bernama

_SMALL_ACRONYMS = frozenset({"dpa", "epd", "tca", "ots", "sda", "ats", "afp"})


class Agency(NamedTuple):
    """A row of agencies.tsv."""

    code: str  # what items carry
    name: str
    country_code: str


@cache
def _rows() -> tuple[tuple[Agency, tuple[str, ...]], ...]:
    """Each agency with all of its names."""
    return tuple(
        (Agency(code, name, country), tuple(n for n in (name, *others.split("|")) if n))
        for code, name, country, others in load_rows(__file__, "agencies.tsv")
    )


@cache
def _agencies() -> dict[str, Agency]:
    return {_key(name): agency for agency, names in _rows() for name in names}


@cache
def _first_words() -> frozenset[str]:
    return frozenset(place_key(name).partition(" ")[0] for _, names in _rows() for name in names)


@lru_cache(REMEMBERED_MAX)
def begins_agency(word: str) -> bool:
    """Whether the name of an agency may begin with the word: most words are told so at once."""
    return place_key(word).partition(" ")[0] in _first_words()


@cache
def agency_names() -> frozenset[str]:
    """All names of agencies."""
    return frozenset(name for _, names in _rows() for name in names)


def names_beyond_latin() -> frozenset[str]:
    """The names of agencies that have no Latin letter."""
    return frozenset(name for name in agency_names() if not any(c.isascii() and c.isalpha() for c in name))


@cache
def codes() -> frozenset[str]:
    """The codes that an item may carry as its agency."""
    return frozenset(agency.code for agency in _agencies().values())


@cache
def _by_code() -> dict[str, Agency]:
    return {agency.code: agency for agency in _agencies().values()}


def agency_of_code(code: str) -> Agency | None:
    """The agency with this code."""
    return _by_code().get(code)


def agency_name(code: str) -> str | None:
    """The name of the agency with this code: `Associated Press` for `ap`."""
    found = agency_of_code(code)
    return found.name if found else None


def _key(name: str) -> str:
    """A name without case, an acronym in capitals: `ANA` is an agency, Ana is not; `dpa` is written small."""
    plain = place_key(name)
    acronym = name.isupper() and len(name) <= ACRONYM_LENGTH_MAX
    return plain.upper() if acronym or name in _SMALL_ACRONYMS else plain


def agency_named(name: str) -> Agency | None:
    """The agency of exactly that name."""
    return _agencies().get(_key(name)) if len(name) <= NAME_LENGTH_MAX else None


def agency_of(name: str) -> Agency | None:
    """The agency whose name `name` is or begins with: `Press Association Sport` is `pa`."""
    words = name[:NAME_LENGTH_MAX].split()[:NAME_WORDS_MAX]
    beginnings = (" ".join(words[:length]).strip(" .,") for length in range(len(words), 0, -1))
    return next((agency for beginning in beginnings if (agency := agency_named(beginning))), None)


def first_agency(names: str) -> Agency | None:
    """The first known agency of `tca/dpa` or `AFP-BELGA`: who wrote the copy comes before who carries it."""
    return _first_agency(names[:NAME_LENGTH_MAX])


@lru_cache(REMEMBERED_MAX)
def _first_agency(names: str) -> Agency | None:
    listed = names.split("/")
    parts = (part for name in listed for part in (name, *name.split("-")))
    return next((agency for part in parts if (agency := agency_of(part))), None)

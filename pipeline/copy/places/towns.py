"""Towns and villages of the countries whose agencies put a place before their name and no dash behind it.

    Førde (NTB): En ferge …        Altötting (KNA) Trotz …        MORA TT        Vimperk - Sníh …  (ČTK)

towns.tsv comes from GeoNames by tools/gazetteer.py, without the towns whose names are everyday words (`Time`,
`Wetter`): before an agency a word of it is a place, anywhere else it may be a surname.  Only datelines ask for it.
"""

from __future__ import annotations

from functools import cache

from pipeline.copy.places.gazetteer import NAME_LENGTH_MAX
from pipeline.data_files import load_rows
from pipeline.values.accents import place_key

# Agencies write of the towns of their neighbours in the same way; their own country comes first.
_NEIGHBOURS = (("NO", "SE", "DK", "FI"), ("DE", "AT", "CH"), ("CZ", "SK"))


@cache
def _rows() -> dict[str, str]:
    """The names of each country in one line, not yet divided: most wires need those of one."""
    return dict(load_rows(__file__, "towns.tsv"))


@cache
def _towns(country: str) -> frozenset[str]:
    return frozenset(_rows()[country].split("|"))


@cache
def _near(country: str) -> tuple[str, ...]:
    """The country and its neighbours, of those that the table has."""
    group = next((group for group in _NEIGHBOURS if country in group), ())
    return tuple(sorted(group, key=lambda each: each != country))


def has_towns(country: str) -> bool:
    """Whether the table has the towns of the country."""
    return bool(_near(country))


def country_of_town(name: str, country: str) -> str | None:
    """Where the town is of which an agency of `country` writes; None if it is on no list."""
    if len(name) > NAME_LENGTH_MAX:
        return None
    key = place_key(name)
    return next((near for near in _near(country) if key in _towns(near)), None)

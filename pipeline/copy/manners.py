"""What an agency does in its datelines and sign-offs, where others do not (manners.tsv)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from pipeline.data_files import load_rows


class Manner(StrEnum):
    """What counts in the copy of an agency that writes so, and in no other; manners.tsv explains each."""

    ABOVE = "above"
    ADDRESS = "address"
    BRACKETS = "brackets"
    DASHES = "dashes"
    JOINS = "joins"
    LOOSE = "loose"
    NAMES = "names"
    OPENS = "opens"
    QUOTED = "quoted"
    ROLES = "roles"
    STOPS = "stops"


def has_manner(agency: str | None, manner: Manner) -> bool:
    """Whether the agency of this code writes so."""
    return agency in examples(manner)


@cache
def examples(manner: Manner) -> Mapping[str, str]:
    """What the table has for each agency that writes so, by its code."""
    return {code: example for code, name, example in load_rows(__file__, "manners.tsv") if name == manner}

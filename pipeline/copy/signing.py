"""How an agency signs its own copy, where others do not sign so (signing.tsv)."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path


class Manner(StrEnum):
    """What is a sign-off in the copy of this agency alone."""

    ADDRESS = "address"
    BRACKETS = "brackets"
    LOOSE = "loose"
    NAMES = "names"
    ROLES = "roles"


def manner_of(agency: str) -> Manner | None:
    """How the agency of this code signs, where it has a manner of its own."""
    return _manners().get(agency)


@cache
def _manners() -> dict[str, Manner]:
    lines = (Path(__file__).parent / "signing.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {code: Manner(manner) for code, manner, _ in rows}

"""Endings of copy in the manner of some ninety agencies, and copy that resembles them."""

from __future__ import annotations

import pytest
from endings import Ending, endings, left_over, twins

from pipeline.copy import read_copy
from pipeline.language import Language

FIRST, SECOND, THIRD = (endings(f"{name}.yaml") for name in ("first", "second", "third"))
# What stays in the body, and is untidy there: a kind of it is in docs/formats.md#where-it-falls-short.
STAYS = frozenset({
    "03.03.2022, Lomsk - KNA_20220303T143200.00123",
    "(Beta, 03.03.2022)",
    "arch.",
    "(Hina) xpno yekr",
    "Π. Νορντ",
    "(T.P012/E. Kain)",
    "($1 = 0.9312 euros)",  # copy
})  # fmt: skip
DATELINES = (
    "",
    "LOMSK, March 3 (Reuters) - ",
    "LOMSK, March 3 (KUNA) -- ",
    "Lomsk, 3 mar (EFE).- ",
    "Lomsk 3. března (ČTK) - ",
    "Ломск. 3 марта. ИНТЕРФАКС - ",
)
HEADING_OF_AGENCIES = "AC/DC"  # as initials of an agency that signs with capitals


@pytest.mark.parametrize("ending", [*FIRST, *SECOND, *THIRD], ids=lambda ending: ending.name)
def test_an_ending_leaves_the_body(ending: Ending) -> None:
    """All of it, and no word of the copy above it."""
    left = left_over(ending)
    if STAYS.intersection(ending.text.split("\n")):
        assert left[: len(ending.copy) - 1] == ending.copy[1:]
    else:
        assert left == ending.copy[1:]


@pytest.mark.parametrize("dateline", DATELINES)
def test_copy_that_resembles_an_ending_stays(dateline: str) -> None:
    """Whatever agency the copy names: sentences about reporting, one-word lines, scores, quotations, addresses."""
    lost = []
    for language, last in twins("first.yaml"):
        copy = Ending("", language, dateline, last)
        read = read_copy("Quay closed", copy.paragraphs, Language.of(language))
        if list(read.paragraphs[1:]) != [*copy.copy[1:], last]:
            lost.append(last)
    assert lost in ([], [HEADING_OF_AGENCIES])


def test_most_endings_leave_the_body() -> None:
    """What stays is a known few of them."""
    every = [*FIRST, *SECOND, *THIRD]
    out = sum(left_over(ending) == ending.copy[1:] for ending in every)
    assert out >= 0.96 * len(every)

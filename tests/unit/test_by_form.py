"""Last lines that sign the copy, told by their form and by the item."""

from __future__ import annotations

import pytest

from pipeline.copy import read_copy
from pipeline.copy.signoffs.by_form import may_sign, signs_by_form
from pipeline.copy.signoffs.copy_above import CopyAbove
from pipeline.copy.writers import begins_with_name, is_about_writer
from pipeline.language import Language

OF_DPA = CopyAbove("de", frozenset({"dpa"}), "dpa", (), signed=False, below_sign_off=False)
OF_LPA = CopyAbove("fi", frozenset({"lpa"}), "lpa", (), signed=False, below_sign_off=False)  # that no table has
OF_AFP = CopyAbove("ar", frozenset(), "afp", (), signed=False, below_sign_off=False)
OF_NOBODY_ARABIC = CopyAbove("ar", frozenset(), None, (), signed=False, below_sign_off=False)
OF_NOBODY = CopyAbove("en", frozenset(), None, (), signed=False, below_sign_off=False)
OF_WRITER = CopyAbove("en", frozenset(), None, ("Dana Holt",), signed=False, below_sign_off=False)
BELOW_SIGN_OFF = CopyAbove("da", frozenset({"lpa"}), "lpa", (), signed=True, below_sign_off=True)
STORY = "The quay is closed. Holt's boats sail from the market."


@pytest.mark.parametrize(
    ("line", "item", "why"),
    [
        ("LPA-Regionaldienst/dho", OF_LPA, "own agency, slashed"),
        ("LPA--Dana Holt", OF_LPA, "own agency, joined, names"),
        ("Dana HOLT- Imre VASS/LOMSK,(LPA)", OF_LPA, "own agency, slashed"),
        (r"dho\ivs\rn", OF_LPA, "named copy, joined, codes"),
        ("/d.holt/i.vass/", OF_LPA, "named copy, slashed, names, framed"),
        ("LPA 091420", OF_LPA, "own agency, dated"),
        ("(Lomsk Pictures Agency)", OF_LPA, "own agency, framed, trade"),
        ("Dana Holt, The Lomsk Courier (AP)", OF_NOBODY, "agency, credited"),
        ("dh/iv", OF_WRITER, "writer, slashed, codes"),
        ("dho", OF_WRITER, "writer, codes"),
        ("رود/هوس/نور", OF_AFP, "named copy, slashed, codes"),
        ("رود-كان/هوس/نور", OF_AFP, "named copy, slashed, codes"),  # one is a function word, `was`
        ("رو-هوس/نور-زيد-ريم-لمك-ود/سام", OF_AFP, "named copy, slashed, codes"),
        ("dho rn", BELOW_SIGN_OFF, "named copy, below a sign-off, codes"),
    ],
)
def test_a_line_signs_by_its_form(line: str, item: CopyAbove, why: str | None) -> None:
    """What shows it is said in words."""
    assert may_sign(line)
    assert signs_by_form(line, item) == why


def test_an_alert_of_a_headline_alone() -> None:
    """Initials are all that is below it: of an agency's alert they leave, of others they stay; a word stays."""
    headline, arabic = "السفينة تغرق قبالة سواحل لومسك", Language("ar")
    for line, agency, left in (
        ("رود/نور", "afp", ()),
        ("رود/نور", None, ("رود/نور",)),
        ("مصر/قطر", "afp", ("مصر/قطر",)),
        ("لومسك", "afp", ("لومسك",)),
    ):
        assert read_copy(headline, [line], arabic, agency=agency).paragraphs == left


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("Sieger/Verlierer", OF_DPA),
        ("dpa-Faktencheck zu Bränden auf Hawaii", OF_DPA),
        ("Dana Holt, Lomsk", OF_DPA),
        ("LPA 3, Lomsk 1", OF_LPA),
        ("LPA: dve ljus", OF_LPA),
        ("Top scorer: Dana Holt", OF_LPA),
        ("“LPA/dho”", OF_LPA),
        ("USA/UK", OF_DPA),
        ("مصر/قطر", OF_AFP),
        ("مصر/ليبيا/تونس", OF_AFP),
        ("نعم/لا", OF_AFP),
        ("رود/هوس/نور", OF_NOBODY_ARABIC),
        ("Dana Holt/Imre Vass", OF_NOBODY),
        ("home and/or away", OF_NOBODY),
        ("Holt 6-3 6-4", OF_WRITER),
        ("dho", OF_NOBODY),
    ],
)
def test_a_line_of_news_does_not(line: str, item: CopyAbove) -> None:
    """Scores, winners, headings, quotations: whatever agency the copy names."""
    assert signs_by_form(line, item) is None


@pytest.mark.parametrize("line", ["Goals:", "The quay is closed.", "x" * 121])
def test_what_leads_to_other_lines_or_is_a_sentence_is_not_asked(line: str) -> None:
    """It is copy, or too long for a sign-off."""
    assert not may_sign(line)


@pytest.mark.parametrize(
    ("text", "writers", "is_about"),
    [
        ("Dana Holt keeps bees and writes about ports.", ("Dana Holt",), True),
        ("Dana Holt: And the quay?", ("Dana Holt",), False),  # an interview
        ("Dana Holt keeps bees.", (), False),
        ("Mia Berg covers ports. Write to mberg@lomsk.example.", (), True),
        ("Mia Berg asks for boats at mberg@lomsk.example, Berg said.", (), False),
        ("Mia Berg sells bread: info@lomsk.example.", (), False),
        ("Dana Holt asks for boats: dholt@lomsk.example.", (), False),  # the story has her name
        ("Dana Holt won.", ("Imre Vass",), False),
        ("Mia Berg was killed; her family asks for boats at mberg@lomsk.example.", (), False),
        ("Dana Holt was arrested in Lomsk on Tuesday.", ("Dana Holt",), False),  # news of the writer
        ("Dana Holt ist am Montag gestorben.", ("Dana Holt",), False),
        ("Dana Holt writes a column on Mondays.", ("Dana Holt",), True),
        ("Mia Berg lost her boat on Monday. Write to mberg@lomsk.example.", (), False),
    ],
)
def test_a_last_paragraph_about_the_writer(text: str, writers: tuple[str, ...], *, is_about: bool) -> None:
    """It begins with a name of the byline, or with one that only its own address has, and tells no news."""
    assert begins_with_name(text)
    assert is_about_writer(text, writers, STORY) is is_about


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("AP hold ab", True),
        ("dpa kill ab wait", True),
        ("Der Markt ist umgezogen. AP hold ab", True),
        ("Der Markt ist umgezogen. (AP hold ab)", True),
        ("Dana Holt asks editors to kill this story. dholt@lomsk.example", True),
        ("Quelle: dpa/hold", True),
        ("Quelle: dpa/holt", False),
        ("AP-KILL-01-12-22 1800GMT", True),
        ("AP-NY-01-12-22 1800GMT", False),
        ("dpa ab cd", False),
        ("Regionaldienst/dpa", False),
        ("Dana Holt asks editors for stories. dholt@lomsk.example", False),
    ],
)
def test_a_line_that_asks_editors_for_something_stays(line: str, *, stays: bool) -> None:
    """By its form or its words it signs; what it asks, and is not understood, must be seen."""
    read = read_copy(
        "Kai", ["By Dana Holt", "Lomsk (dpa) - Der Kai ist gesperrt.", "Der Markt ist umgezogen.", line]
    )
    assert (read.paragraphs[-1] == line) is stays

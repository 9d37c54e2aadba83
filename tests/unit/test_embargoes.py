"""Embargoes and non-public markers in prose: both fail closed (docs/design/laws.md#law-5)."""

from __future__ import annotations

import pytest

from pipeline.copy import embargoes, nonpublic, read_copy

READABLE = {
    "EMBARGOED UNTIL 10:00 GMT, January 12, 2022": "2022-01-12T10:00:00+00:00",
    "Embargoed until 2022-01-12T10:00:00+01:00": "2022-01-12T09:00:00+00:00",
    "EMBARGOED: Not for release before 12 January 2022 at 9.30 p.m. EST": "2022-01-13T02:30:00+00:00",
    "Strictly embargoed until 0001 GMT on 12 January 2022": "2022-01-12T00:01:00+00:00",
    "Sperrfrist: 12. Januar 2022, 09.30 Uhr MEZ": "2022-01-12T08:30:00+00:00",
    "(Achtung: Sperrfrist 12.01.2022, 09:30 Uhr MEZ)": "2022-01-12T08:30:00+00:00",
    "SOUS EMBARGO jusqu'au 12 janvier 2022 à 09h30 GMT": "2022-01-12T09:30:00+00:00",
    "NOT FOR PUBLICATION BEFORE 12:00 UTC+2, 12 January 2022": "2022-01-12T10:00:00+00:00",
}
ENDLESS = (
    "Sperrfrist 22. Oktober 09.30 Uhr",  # no year, no zone
    "Bitte beachten Sie die Sperrfrist der Meldung bis heute Abend (23.01.), 19.00 Uhr.",
    "EMBARGOED UNTIL Monday 10:00 GMT",
    "EMBARGOED UNTIL 10:00, January 12, 2022",  # whose ten o'clock?
    "EMBARGOED UNTIL January 12, 2022",
    "EMBARGOED UNTIL 10:00 CST, January 12, 2022",  # Chicago or Shanghai
    "EMBARGOED UNTIL 10:00 GMT, January 12, 2022 or January 13, 2022",
    "EMBARGOED UNTIL 25:00 GMT, January 32, 2022",
    "Embargo: see note",
    "EMBARGOED",
    "Not for release before the ceremony",
    "Gesperrt bis zum Abend",
    "Note to editors: STRICTLY EMBARGOED",
    "ATTENTION EDITORS - EMBARGOED until noon",
    "Not for public release until 12noon on Friday, January 14, 2022",
)
NONE = (
    "The embargo on oil holds until May, ministers said.",
    "Embargo on oil may end",
    "Sperrfristen werden verkürzt",
    "Sperrfrist für Spieler endet",
    "Sperrfrist aufgehoben",
    "Hold on, she said.",
    "Note to editors: adds quote",
    "",
)
PUBLIC, SECRET = "Ministers met in Geneva.", "Call Ana Ruiz on 555 0100."
MARKERS = (
    "The following information is not for publication",
    "The following information is not intended for publication:",
    "THE FOLLOWING CONTACT DETAILS ARE NOT INTENDED FOR PUBLICATION",
    "Die folgenden Informationen sind nicht zur Veröffentlichung bestimmt",
    "Die folgenden Informationen sind nicht zur VerÃ¶ffentlichung bestimmt",
    "Die\u00a0folgenden  Infor\u00admationen sind\nnicht zur Vero\u0308ffentlichung bestimmt",
    "DIE FOLGENDEN INFORMATIONEN SIND NICHT ZUR VERÖFFENTLICHUNG BESTIMMT",
    "Les informations suivantes ne sont pas destinées à la publication",
    "La siguiente información no está destinada a publicación",
    "De volgende informatie is niet bestemd voor publicatie",
    "*** NOT FOR PUBLICATION ***",
    "# Notizblock",
    "# Notebook",
)


@pytest.mark.parametrize("text", READABLE)
def test_an_embargo_that_names_one_instant_ends_then(text: str) -> None:
    """Year, day, time and zone are all there."""
    found = embargoes.find_embargo(text)
    assert found is not None
    assert found.until is not None
    assert found.until.isoformat() == READABLE[text]


@pytest.mark.parametrize("text", ENDLESS)
def test_an_embargo_that_does_not_is_without_end(text: str) -> None:
    """It fails closed: what is missing is never guessed."""
    found = embargoes.find_embargo(text)
    assert found is not None
    assert found.until is None


@pytest.mark.parametrize("text", NONE)
def test_news_about_embargoes_is_no_embargo(text: str) -> None:
    """A false embargo holds a story back."""
    assert embargoes.find_embargo(text) is None


def test_of_several_embargoes_the_strictest_holds() -> None:
    """One without an end before all others, else the last."""
    first, second, endless = (
        "EMBARGOED UNTIL 10:00 GMT, 12 January 2022",
        "EMBARGOED UNTIL 11:00 GMT, 12 January 2022",
        "EMBARGOED",
    )
    later = read_copy("", [first, second, PUBLIC]).embargo
    assert later is not None
    assert later.text == second
    assert read_copy(endless, [first, PUBLIC]).embargo == embargoes.find_embargo(endless)


def test_an_embargo_in_front_of_the_copy_holds_and_loses_no_copy() -> None:
    """A long paragraph that begins with the note stays in the body."""
    text = "EMBARGOED UNTIL the morning. " + PUBLIC * 60
    found = read_copy("Talks", [text])
    assert found.embargo is not None
    assert found.paragraphs == (text,)


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("joint", ["\n\n", " "])
def test_nothing_after_a_non_public_marker_is_kept(marker: str, joint: str) -> None:
    """Not in the body, not in the furniture; only the rule's name says that something was there."""
    inside = not marker.startswith(("*", "#"))
    paragraphs = f"{PUBLIC}{joint if inside else chr(10) * 2}{marker}\n\n{SECRET}\n\n(Editing by Jan de Wit)".split(
        "\n\n"
    )
    found = read_copy("Talks", paragraphs)
    assert found.paragraphs == (PUBLIC,)
    assert [(piece.kind, piece.text) for piece in found.furniture.stripped] == [("non-public", "")]
    assert "555" not in repr(found)
    assert "de Wit" not in repr(found)


def test_a_marker_in_the_headline_or_over_a_break_cuts_too() -> None:
    """Its place in the copy does not matter."""
    assert read_copy("Not for publication", [SECRET]).paragraphs == ()
    assert read_copy(
        "Talks", [PUBLIC, "The following information", "is not for publication", SECRET]
    ).paragraphs == (PUBLIC,)


def test_publication_in_the_news_is_no_marker() -> None:
    """The words alone do not cut a story."""
    assert (
        nonpublic.find_marker("The book is not for publication until May, the following week at the latest.")
        is None
    )
    assert nonpublic.find_marker("Die Studie ist nicht zur Veröffentlichung gelangt.") is None

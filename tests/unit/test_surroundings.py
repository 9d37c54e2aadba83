"""Datelines of places that no table has: what else the payload says decides."""

from __future__ import annotations

import pytest

from pipeline.copy import read_copy
from pipeline.copy.datelines.find import find_dateline
from pipeline.copy.datelines.surroundings import Surroundings, surroundings
from pipeline.values.agencies import agency_of_code

NAMED = {  # what the copy begins with, what it says then
    "Norrbo (NTB): Et ras gikk.": "Veien i Norrbo er stengt.",
    "NORRBO (NTB-Ana Ruiz): Et ras gikk.": "Ved ferjekaia i Norrbo er det stille.",
    "Norrbo (Ritzau): Det brænder.": "Branden er nær Norrbo.",
    "Norrbo /TT/ Det brinner.": "Norrbo kommun varnar.",
    "Lomsk (KNA) Die Orgel klingt.": "Das Kloster Lomsk ist alt.",
    "Lomsk (epd). Die Orgel klingt.": "Im Dom zu Lomsk wird gefeiert.",
    "Lomsk (ats) Un train a déraillé.": "L'accident a eu lieu près de Lomsk.",
    "Time (NTB): Et ras gikk.": "Veien i Time er stengt.",
}
UNNAMED = {
    "Rettelse (NTB): Navnet er feil.": "Det står i Rettelse nr. 2.",
    "Høyre (NTB): Skatten minker.": "I dag er det stille i Høyre.",
    "NATO (NTB): Styrken vokser.": "Det er stille i NATO.",
    "Frp (NTB): Skatten minker.": "Det er uro i Frp.",
    "Anna Ek (TT): Jag vet inte.": "Många tror på Anna Ek.",
    "Pflege (epd). Mehr Geld ist nötig.": "Wer in Pflege investiert, sagt: Die Pflege braucht Zeit.",
    "Marx (KNA) Die Kirche lebt.": "So steht es bei Marx.",
    "Norrbo (NTB): Et ras gikk.": "Norrbo vant, og i Norrboland er det fest.",
    "Norrbo (NTB) et ras gikk": "Det var i Norrbo.",
}


@pytest.mark.parametrize("text", NAMED)
def test_a_place_that_the_copy_names_again_is_one(text: str) -> None:
    """Where it happened is said again, behind a word that stands before places."""
    assert find_dateline(text) is None
    found = find_dateline(text, surroundings("", [text, NAMED[text]], (), None))
    assert found is not None
    assert text[found.end :][0].isupper()


@pytest.mark.parametrize("text", UNNAMED)
def test_what_the_copy_names_as_no_place_is_none(text: str) -> None:
    """A label, an organisation, a person, a word with its article, part of another word."""
    assert find_dateline(text, surroundings("", [text, UNNAMED[text]], (), None)) is None


def test_a_field_of_the_format_names_the_place() -> None:
    """`located` or a dateline field; a field with another place proves nothing."""
    text = "Norrbo (NTB): Et ras gikk."
    assert find_dateline(text, Surroundings(frozenset({"norrbo"}))) is not None
    assert find_dateline(text, Surroundings(frozenset({"norrby"}))) is None


@pytest.mark.parametrize(
    ("text", "code", "city"),
    [
        ("Vimperk - Sníh zavřel silnici.", "ctk", "Vimperk"),
        ("Brno - Sníh zavřel silnici.", "ctk", "Brno"),
        ("Brno - Sníh zavřel 2 silnice.", "ctk", "Brno"),
        ("IISALMI. Hirvi pysäytti junan.", "stt", "Iisalmi"),
    ],
)
def test_a_signed_town_needs_no_agency_beside_it(text: str, code: str, city: str) -> None:
    """ČTK and STT name themselves below the copy alone; copy of others begins so without being of a place."""
    found = find_dateline(text, Surroundings(agency=agency_of_code(code)))
    assert found is not None
    assert found.dateline.city == city
    assert find_dateline(text, Surroundings(agency=agency_of_code("ntb"))) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Rozsudek - Soud dnes zrušil trest.", "ctk"),
        ("Most - Opravy dnes začaly.", "ctk"),  # a town, and a bridge
        ("Vimperk - město - slaví.", "ctk"),
        ("Zlín - Vítkovice 2:1 (1:0, 0:1, 1:0).", "ctk"),  # who played
        ("Brno - Mladá Boleslav 0:0, domácí litují.", "ctk"),
        ("TALVI. Se on tullut.", "stt"),
        ("Iisalmi. Hirvi pysäytti junan.", "stt"),
        ("IISALMI. hirvi", "stt"),
    ],
)
def test_no_town_no_dateline_in_signed_copy(text: str, code: str) -> None:
    """An everyday word, a second dash, a score, no capitals, no sentence."""
    assert find_dateline(text, Surroundings(agency=agency_of_code(code))) is None


def test_the_copy_is_read_with_what_stands_around_it() -> None:
    """The last line signs; a village that a field has is cut; a label before the same agency stays."""
    read = read_copy("Sníh", ["Vimperk - Sníh zavřel silnici.", "Pluhy jedou.", "(ČTK)"])
    assert read.paragraphs == ("Sníh zavřel silnici.", "Pluhy jedou.")
    read = read_copy("Lumi", ["ROVANIEMI. Lumi sulki tien.", "Aurat ajavat.", "STT-ab"])
    assert read.paragraphs == ("Lumi sulki tien.", "Aurat ajavat.")
    read = read_copy("Ras", ["Norrbo (NTB): Et ras gikk.", "Ingen er skadd."], places=["Norrbo"])
    assert read.paragraphs[0] == "Et ras gikk."
    read = read_copy("Feil", ["Rettelse (NTB): Navnet er feil.", "Det rette er Olsen."], places=["Norrbo"])
    assert read.paragraphs[0] == "Rettelse (NTB): Navnet er feil."


def test_what_is_searched_is_bounded() -> None:
    """However long the copy is."""
    around = surroundings("x" * 9000, ["y" * 9000] * 99, ["z"] * 99, "ntb")
    assert sum(map(len, around.texts)) <= 4_000
    assert around.agency == agency_of_code("ntb")

"""Endings of copy in the manner of some ninety agencies, and copy that resembles them."""

from __future__ import annotations

import pytest
from endings import Ending, endings, left_over, news_below, resembling, twins

from pipeline.copy import read_copy
from pipeline.language import Language

WITH_TWINS = (
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "articles",
)  # with copy that resembles each ending
WITH_NEWS = ("tenth", "eleventh", "twelfth")  # with last lines that are news
EVERY = tuple(
    ending for name in ("first", "second", "third", *WITH_TWINS, *WITH_NEWS) for ending in endings(f"{name}.yaml")
)
# What stays in the body, and is untidy there: a kind of it is in docs/formats.md#where-it-falls-short.
STAYS = frozenset({
    "arch.",
    "(T.P012/E. Kain)",
    "($1 = 0.9312 euros)",  # copy
    "STOL",  # the agency is named nowhere else
    "*DH",
    "Conţinutul website-ului www.mediafax.ro este destinat exclusiv informării şi uzului dumneavoastră personal.",
    "($1 = 10.5210 Norwegian crowns)",  # copy
    "文/冯娜 图/林涛",
    "FIN",  # the agency is named nowhere else
    "(1 dollar = 83.1240 Indian rupees)",  # copy
    "redaksjonen@ntb.no, +47 22 00 55 50",  # below a place of no gazetteer the agency is none
    "xxx",  # a word or initials, where the agency is named nowhere
    "mfl",
    "LH/PV",
    "Kiemelt kép: Adeyemi Ruth",  # so a prize may be called
    "About Elgar Cranes",  # what a company says of itself is in its release
    "Rättad: I en tidigare version angavs fel antal dagar.",  # words of the trade that no list has
    "Saken oppdateres.",
    "Служба новостей порта",
    "Фото: Укрінформ. Теги: порт, пороми",
    "Next: what the closure means for commuters",
    "Get breaking news alerts: text QUAY to 55501",
    "Dieser Artikel stammt aus der Kooperation mit dem Kieler Kaiblatt.",
    "Pour contacter la rédaction : port@quai.example",
    "(Frétt uppfærð kl. 14:20)",  # a language without a block
    "БелТА. Фота Алеся Вольскага",
    "ავტორი: ნინო ბელი",
    "Imehaririwa na Neema Bella",
    "Quellen: dpa, Hafenbehörde, eigene Recherche",
    "Татар-информ, Зоя Ру",  # the agency is behind a dash, where no table has it
    "– Netwerk24",  # so somebody signs what he said
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


@pytest.mark.parametrize("ending", EVERY, ids=lambda ending: ending.name)
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


@pytest.mark.parametrize(("language", "last"), twins("news.yaml"))
def test_news_that_has_words_of_the_trade_stays(language: str, last: str) -> None:
    """Who won, who is missing, what others think, what a company disclaims: below every dateline."""
    for dateline in DATELINES:
        copy = Ending("", language, dateline, last)
        read = read_copy("Quay closed", copy.paragraphs, Language.of(language))
        assert list(read.paragraphs[1:]) == [*copy.copy[1:], last]


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("Villages are cut off./.", "Villages are cut off."),
        ("“They are cut off”./.", "“They are cut off”."),
        ("The path is /home/user/./.", "The path is /home/user/./."),
        ("It is written ./. there.", "It is written ./. there."),
        ("They said no../.", "They said no../."),
    ],
)
def test_a_mark_of_the_end_may_share_the_point_of_the_sentence(last: str, left: str) -> None:
    """VNA writes `cut off./.`; the point stays, and what has another slash is no mark."""
    read = read_copy("Quay closed", ["Hue (VNA) – Floods hit Hue on Tuesday.", last])
    assert read.paragraphs[1] == left


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("Nobody was hurt./ab/cde/fgh/", "Nobody was hurt."),
        ("Nobody was hurt./abc/DEF/gh", "Nobody was hurt."),
        ("«Nein.»/ab/DP/cd", "«Nein.»"),
        ("Nobody was hurt. ■", "Nobody was hurt."),
        ("“Nobody was hurt.”■", "“Nobody was hurt.”"),
        ("Run it from ./usr/bin", "Run it from ./usr/bin"),
        ("They paid in marks./Euro/Francs", "They paid in marks./Euro/Francs"),
        ("The answers were yes./no", "The answers were yes./no"),
        ("The sign on the door is ■", "The sign on the door is ■"),
        ("They rated it.■■", "They rated it.■■"),
    ],
)
def test_initials_and_a_mark_may_touch_the_last_sentence(last: str, left: str) -> None:
    """dpa-AFX and Xinhua; a path, a choice and a sign that a sentence speaks of are copy."""
    read = read_copy("Quay closed", ["LOMSK (dpa-AFX) - The quay was closed on Tuesday.", last])
    assert read.paragraphs[1] == left


def test_a_path_behind_a_sentence_stays_where_no_agency_is_named() -> None:
    """Nothing then says that initials are to be expected."""
    read = read_copy("Quay closed", ["The quay was closed.", "Nobody was hurt./ab/cde/fgh/"])
    assert read.paragraphs[1] == "Nobody was hurt./ab/cde/fgh/"


@pytest.mark.parametrize(
    ("last", "names", "agency"),
    [
        ("Autor: Jan Nowak (PAP)", ("Jan Nowak",), "pap"),
        ("Author: Ana Ruiz (Oslo)", ("Ana Ruiz",), None),
        ("Autorzy: Anna Nowak, Jan Lis (PAP)", ("Anna Nowak", "Jan Lis"), "pap"),
    ],
)
def test_brackets_behind_who_wrote_it_are_no_name(last: str, names: tuple[str, ...], agency: str | None) -> None:
    """They have the agency, or a place."""
    read = read_copy("Quay closed", ["The quay was closed on Tuesday.", last])
    assert (read.paragraphs, read.furniture.reporting, read.agency) == (
        ("The quay was closed on Tuesday.",),
        names,
        agency,
    )


NOTES = frozenset({  # that look as if they were for editors: what may be private is not published
    "Pressekontakt: ein Fremdwort für ihn, sagte Holt.",
    "La riproduzione è riservata agli adulti.",
    "Non è riservata.",
    "Im Notizblock des Toten stand ein Name.",
    "Dit artikel van de wet is geschrapt.",
})  # fmt: skip


@pytest.mark.parametrize(
    "copy",
    [copy for name in WITH_TWINS for copy in resembling(f"{name}.yaml")],
    ids=lambda copy: copy.name,
)
def test_copy_below_the_dateline_of_an_agency_stays(copy: Ending) -> None:
    """Sentences, quotations, scores, prices, names, poems: each resembles how that agency ends its copy."""
    read = read_copy("Quay closed", copy.paragraphs, Language.of(copy.language))
    assert (list(read.paragraphs[1:]) == [*copy.copy[1:], copy.text]) is (copy.text not in NOTES)


LOST = frozenset(
    {
        "Editors: two dead in Kelburn",  # as if it were for editors
        "Lifeline 13 11 14",  # below copy on suicide, of one agency
        "SUV/MUV",  # initials, where an agency signs with capitals
        "Autora: Nora Bel. Editorial: Muelle",  # of a book
        "Avec Zoé Roux et Piet Maas",  # of a film
        "Ja/nej",
    }
)


@pytest.mark.parametrize(
    "copy", [copy for name in WITH_NEWS for copy in news_below(f"{name}.yaml")], ids=lambda copy: copy.name
)
def test_a_last_line_that_is_news_stays(copy: Ending) -> None:
    """Who won, who refereed, who died, prices, credits of a film: no sentence, and yet copy."""
    stays = left_over(copy) == [*copy.copy[1:], copy.text]
    assert stays is (copy.text not in LOST)


def test_most_endings_leave_the_body() -> None:
    """What stays is a known few of them."""
    out = sum(left_over(ending) == ending.copy[1:] for ending in EVERY)
    assert out >= 0.98 * len(EVERY)

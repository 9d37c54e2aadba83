"""Endings of copy in the manner of some ninety agencies, and copy that resembles them."""

from __future__ import annotations

import pytest
from endings import Ending, below_bodies, endings, left_over, news_below, resembling, twins

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
BELOW_BODIES = ("thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth")
EVERY = (
    *(
        ending
        for name in ("first", "second", "third", *WITH_TWINS, *WITH_NEWS)
        for ending in endings(f"{name}.yaml")
    ),
    *(ending for name in BELOW_BODIES for ending in below_bodies(name, "endings")),
)
NEWS = (
    *(copy for name in WITH_NEWS for copy in news_below(f"{name}.yaml")),
    *(copy for name in BELOW_BODIES for copy in below_bodies(name, "twins")),
)
# What stays in the body, and is untidy there: a kind of it is in docs/formats.md#where-it-falls-short.
STAYS = frozenset({
    "(T.P012/E. Kain)",
    "($1 = 0.9312 euros)",  # copy
    "*DH",
    "Conţinutul website-ului www.mediafax.ro este destinat exclusiv informării şi uzului dumneavoastră personal.",
    "($1 = 10.5210 Norwegian crowns)",  # copy
    "文/冯娜 图/林涛",
    "(1 dollar = 83.1240 Indian rupees)",  # copy
    "xxx",  # a word or initials, where the agency is named nowhere
    "mfl",
    "LH/PV",
    "Kiemelt kép: Adeyemi Ruth",  # so a prize may be called
    "About Elgar Cranes",  # what a company says of itself is in its release
    "Rättad: I en tidigare version angavs fel antal dagar.",  # words of the trade that no list has
    "Служба новостей порта",
    "Фото: Укрінформ. Теги: порт, пороми",
    "Next: what the closure means for commuters",
    "Get breaking news alerts: text QUAY to 55501",
    "Dieser Artikel stammt aus der Kooperation mit dem Kieler Kaiblatt.",
    "Pour contacter la rédaction : port@quai.example",
    "ავტორი: ნინო ბელი",
    "Quellen: dpa, Hafenbehörde, eigene Recherche",
    "Татар-информ, Зоя Ру",  # the agency is behind a dash, where no table has it
    "– Netwerk24",  # so somebody signs what he said
    "About Teale Roofing",  # what a company says of itself is in its release
    "Forward-Looking Statements",
    "\"ინტერპრესნიუსი\"",  # the name of the dateline in other letters
    "Ève Lund, Le Nouvelliste",  # a paper of no table, below copy that names no agency
    "(אלי לב)",
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
        "warm/kalt",  # words as short as initials
        "eau/air",
        "мир да лад",
        "문의: 광주시청 062-555-0101",  # as the sender of a release has it
        "문의 051-555-0101",
        "Foto: verboten",  # whose a picture is may be one word: privat
        "GNA staff were not let in",  # no word that is not of the trade
        "RSI",  # an acronym of which the story does not tell
        "Editor: a film in three acts",  # as if it were for editors
    }
)


@pytest.mark.parametrize("copy", NEWS, ids=lambda copy: copy.name)
def test_a_last_line_that_is_news_stays(copy: Ending) -> None:
    """Who won, who refereed, who died, prices, credits of a film: no sentence, and yet copy."""
    stays = left_over(copy) == [*copy.copy[1:], copy.text]
    assert stays is (copy.text not in LOST)


def test_most_endings_leave_the_body() -> None:
    """What stays is a known few of them."""
    out = sum(left_over(ending) == ending.copy[1:] for ending in EVERY)
    assert out >= 0.98 * len(EVERY)


AP, AFP, REUTERS = "LEEDS, England (AP) — ", "Leeds, May 12, 2025 (AFP) - ", "LEEDS, May 12 (Reuters) - "
UNLISTED = "LEEDS, May 12, ABCD. "
# Below a dateline: what leaves, and beside it copy that looks alike.
ALIKE = (
    # a bracket over several lines
    (REUTERS, "(Reporting by Ana Ruiz\nEditing by Li Na)", "(The pool is old\nThe roof is older)"),
    (REUTERS, "(Reporting by Ana Ruiz; Editing by Li Na and\nJan de Wit)", "a) Boys\nb) Girls"),
    # what the first line has as a dateline has its agency
    (UNLISTED, "ABCD/ab", "ABCD 4, EFGH 2"),
    (UNLISTED, "Ana Ruiz", "Boys and girls"),
    ("Leeds (XYZP) ", "XYZP", "XYZP 12"),
    ("Leeds, May 12 (XYZP) ", "A. Ruiz", "A. Ruiz, gold"),
    # a mark, a count of words, a date around initials
    ("Maputo, May 12 (AIM) – ", "Mt/ go (312)", "Boys/girls (312)"),
    ("Dakar, Senegal (PANA) - ", "-0- PANA AB/CD 3June2024", "-30- degrees"),
    (AP, "ab/cd 12 May 2025", "Leeds/York 12 May 2025"),
    ("TUZLA, May 12 (FENA) – ", "(FENA) M. T.", "They chose plan B."),
    # yes or no is no pair of initials
    (AFP, "elu/psn", "yes/no"),
    (AFP, "elu/ psn/", "tak/ nie"),
    # a line that goes on with what has left
    (AP, "Ana Ruiz,\nLi Na,\nAP", "Lanes 4, 5,\nand 6"),
    # addresses: of the copy, of what it tells of
    ("", "– SAnews.gov.example", "Tickets: pool.example"),
    ("", "Agenda.example", "Infos: 06131 5550199"),
    # who may copy it
    (
        "Vilnius, May 12 (ELTA). ",
        "It is forbidden to copy this news without written consent of ELTA.",
        "ELTA has lost its licence.",
    ),
    # other copy, who wrote it
    ("", "Related stories", "Related deaths"),
    ("", "Staff report", "Staff parking"),
    ("", "Newsroom", "Changing room"),
    ("", "Fact-checked by Ana Ruiz", "Tiled by Ana Ruiz"),
    ("", "Ana Ruiz is a columnist for the Post.", "Ana Ruiz is the mayor’s sister."),
    ("", "This text was made with the help of AI and checked by our editors.", "This text was carved in stone."),
    # initials in brackets, names of which the story does not tell
    ("", "(abc)", "(sic)"),
    ("", "(N. K.)", "(U.S.)"),
    ("", "(ab-cde)", "(how-to)"),
    ("", "(abc/de-fgh)", "(on-off)"),
    ("", "Trend News Agency", "Closed on Mondays"),
    ("", "GNLM", "NATO"),
    ("", "Ana Ruiz", "(Laughter)"),
    ("", "Radio Miraya/AB", "Radio Miraya/UK"),
    ("", "Capital News", "Harrow Lane"),
)


@pytest.mark.parametrize(("dateline", "ending", "copy"), ALIKE, ids=[row[1] for row in ALIKE])
def test_what_leaves_and_what_only_looks_like_it(dateline: str, ending: str, copy: str) -> None:
    """By its place, its form and what the item says; the copy beside it lacks one of these."""
    assert left_over(Ending("", "en", dateline, ending, "bodies.yaml"))[-1] == BODY[-1]
    assert left_over(Ending("", "en", dateline, copy, "bodies.yaml"))[-2:] != BODY[-2:]


@pytest.mark.parametrize(
    ("dateline", "joined", "left"),
    [
        ("Madrid, 5 may (EFE).- ", "EFE", ""),
        ("ALGER, 5 mai (APS) - ", "APS", ""),
        ("Madrid, 5 may (EFE).- ", "AFP", "AFP"),
        ("", "EFE", "EFE"),
        ("SYDNEY, May 5 AAP - ", "NET", "NET"),
        ("Emden (dpa) - ", "dpa", ""),
    ],
)
def test_an_agency_that_is_joined_to_the_last_sentence(dateline: str, joined: str, left: str) -> None:
    """EFE writes `… de fuerte.EFE`: its own name leaves, another is a part of the copy."""
    *body, last = BODY
    found = read_copy("Late", [f"{dateline}{body[0]}", *body[1:], last + joined], Language("es"))
    assert found.paragraphs[-1] == last + left


BODY = Ending("", "en", "", "", "bodies.yaml").copy
HELD = (
    "Photo: AP/hold",
    "Copyright Reuters hold",
    "© 2025 AP hold",
    "Foto: hold/dpa",
    "(Photo by AP/embargo)",
    "Cover photo: Reuters/KILL",
    "Quelle: dpa/hold",
    "All rights reserved. HOLD",
    "Ana Ruiz/Getty Images hold",
)


@pytest.mark.parametrize("line", HELD)
def test_a_line_about_the_copy_with_a_control_word_stays_to_be_seen(line: str) -> None:
    """Whatever rule would take it out: it may be a note that nobody understood."""
    read = read_copy("Pool closed", [AP + BODY[0], *BODY[1:], line])
    assert line in read.paragraphs or read.signals or read.embargo


def test_advice_on_a_share_is_no_hold() -> None:
    """Beside a rating `hold` is one, too; beside other letters it is a note."""
    for line, signals in (("HOLD/BUY", 0), ("SELL/HOLD", 0), ("HOLD/JS", 1), ("hold/ab", 1), ("HOLD -- AP", 1)):
        assert len(read_copy("Pool closed", [AP + BODY[0], *BODY[1:], line]).signals) == signals


def test_the_byline_above_may_be_of_the_paper_that_has_the_rights_below() -> None:
    """No table need have the paper; a company that has no rights is in the news."""
    for holder, out in (("Leeds Post", True), ("Leeds Mail", False)):
        read = read_copy("Pool closed", ["Ana Ruiz, Leeds Post", *BODY, f"© 2025 {holder}"])
        assert (read.paragraphs == tuple(BODY)) is out

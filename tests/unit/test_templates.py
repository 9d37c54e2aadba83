"""A feed's stubs and filled-in templates make no copies; what really copies still does, however alike it looks."""

from __future__ import annotations

import pytest
from dedupe_driver import DedupeDriver, after_noise, prose

from pipeline.dedupe import templates
from pipeline.items import Kind, Relation, Signal
from pipeline.language.terms import term_hash

STUB = "This article is for subscribers only. Please log in or subscribe to continue reading on our site."
COURT = (
    "The court of Lomsk published its notice on Monday. Claims have to be filed with its office by the end of May."
)
QUAKE = (
    "An earthquake of magnitude {size} hit {far} km south of {place} on Thursday, the seismological service said. "
    "Its depth was {depth} km. There were no immediate reports of damage or injuries. This report was written "
    "automatically from data of the seismological service."
)
NORRBY = QUAKE.format(size=3.1, far=5, place="Norrby", depth=8), "Earthquake of 3.1 hits near Norrby"
VELDEN = QUAKE.format(size=3.3, far=9, place="Velden", depth=11), "Earthquake of 3.3 hits near Velden"
BREWERY, CHESS = "Brewery recalls bottles after glass find", "Chess club wins title in Velden"
COPIES = frozenset(Relation) - {Relation.ORIGINAL, Relation.RELATED}


def relation(
    first: tuple[str, str], second: tuple[str, str], feeds: tuple[str, str], signals: tuple[str, ...] = ()
) -> Relation:
    """What the second item, of another dispatch, is to the first."""
    one = DedupeDriver()
    one.send("a", *first, feed=feeds[0])
    item, *_ = one.send("b", *second, feed=feeds[1], signals=signals)
    assert item.duplicate
    return item.duplicate.relation


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((STUB, BREWERY), (STUB, CHESS)),
        ((STUB, BREWERY), (f"{STUB} Thank you.", CHESS)),
        ((COURT, "Bankruptcy of a bakery"), (COURT, "Auction of three lorries")),
        (NORRBY, VELDEN),
        (VELDEN, NORRBY),
    ],
)
def test_one_feed_sends_the_same_words_about_other_things(first: tuple[str, str], second: tuple[str, str]) -> None:
    """Under headlines that have nothing in common, or with other names and figures, the texts are no copies."""
    assert relation(first, second, ("pay", "pay")) not in COPIES


@pytest.mark.parametrize(
    ("first", "second", "feeds"),
    [
        ((STUB, BREWERY), (STUB, BREWERY), ("pay", "pay")),
        ((STUB, BREWERY), (STUB, "Glass find: brewery recalls its bottles"), ("pay", "pay")),
        ((STUB, BREWERY), (STUB, CHESS), ("pay", "other")),  # who carries it is another question
        ((STUB, BREWERY), (STUB, ""), ("pay", "pay")),
        ((prose(3, 90), BREWERY), (prose(3, 90), CHESS), ("pay", "pay")),  # a whole text, under another headline
        (NORRBY, (NORRBY[0], "Earthquake of 3.1 hits near Norrby, none hurt"), ("quakes", "quakes")),
        (NORRBY, (NORRBY[0].replace("8 km", "10 km"), NORRBY[1]), ("quakes", "quakes")),
        (NORRBY, (f"{NORRBY[0]} It was felt in Velden, 40 km away.", "Norrby quake felt in Velden"), ("q", "q")),
    ],
)
def test_what_copies_is_still_a_copy(
    first: tuple[str, str], second: tuple[str, str], feeds: tuple[str, str]
) -> None:
    """The twins: the same headline in other words, another feed, a long text, a text with more, one figure more."""
    assert relation(first, second, feeds) in COPIES


def series(*items: tuple[str, str, str]) -> list[tuple[Relation, object]]:
    """What each item (text, headline, feed), each of another dispatch, is to those before it, and `alike`."""
    one = DedupeDriver()
    found = (one.send(f"d{number}", text, title, feed=feed)[0] for number, (text, title, feed) in enumerate(items))
    return [(item.duplicate.relation, item.duplicate.evidence.get("alike")) for item in found if item.duplicate]


def test_a_stub_is_known_in_other_feeds_too() -> None:
    """Once a feed has sent it with two reports, it is no copy in other feeds either; those like it are counted."""
    found = series(
        (STUB, BREWERY, "pay"),
        (STUB, CHESS, "pay"),
        (STUB, "Harbour closed by storm", "sister"),
        (STUB, "Harbour closed by storm", "third"),
        (STUB, "Mayor opens new library", "pay"),
    )
    assert found[1:3] == [(Relation.ORIGINAL, 1), (Relation.ORIGINAL, 2)]
    assert found[3][0] is Relation.EXACT
    assert found[4] == (Relation.ORIGINAL, 4)


TITLES = "Strong Earthquake Shakes {place}", "EARTHQUAKE NEAR {place}", "earthquake felt in {place}"


@pytest.mark.parametrize("title", TITLES)
def test_a_series_of_templates_is_seen_under_any_headlines(title: str) -> None:
    """Where a headline does not show names, the third report of a series, and what follows, is no copy."""
    places = ("Norrby", "Velden", "Lomsk", "Sarnby")
    found = series(
        *(
            (QUAKE.format(size=3.1 + n, far=5 + n, place=place, depth=8 + n), title.format(place=place), "quakes")
            for n, place in enumerate(places)
        )
    )
    assert [relation for relation, _ in found[2:]] == [Relation.ORIGINAL] * 2
    assert all(isinstance(alike, int) and alike >= templates.SERIES_MIN for _, alike in found[2:])


def test_a_report_that_comes_again_and_again_is_no_series() -> None:
    """The twin: one event, whose figures grow, under headlines of its own."""
    found = series(
        *(
            (QUAKE.format(size=3.1 + n, far=5 + n, place="Norrby", depth=8 + n), f"Norrby quake: {n} km", "quakes")
            for n in range(4)
        )
    )
    assert all(relation in COPIES for relation, _ in found[1:])


NOTICE = (
    f"{prose(5, 260)} The notice is of 12 March 2021, number 4417, has 380 pages, 52 tables and 77 maps, and "
    "replaces that of 8 May 2019, number 3915, with 261 pages."
)
LEADS = (
    ("bakery sells its ovens", "The bakery of Norrby has sold {} ovens to a buyer who wants to remain unknown. "
     "It will close its shop in the old quay street by the end of next month."),
    ("ferry line orders engines", "A ferry line of Velden orders {} engines for ships that sail on hydrogen. "
     "The board decided after months of talks with the yard and its unions."),
    ("pensioners get more crowns", "Pensioners of Lomsk get {} crowns more from autumn on, says the fund, whose "
     "managers expect a good year after two bad ones and much criticism of its fees."),
)  # fmt: skip


@pytest.mark.parametrize(("feeds", "alike"), [(("pr", "pr", "pr"), 2), (("pr", "other", "third"), None)])
def test_reports_that_only_their_headlines_part_are_of_one_template(
    feeds: tuple[str, str, str], alike: int | None
) -> None:
    """Below another lead the same long notice: no copies, and in one feed a series that is counted."""
    one = after_noise()
    found = [
        one.send(f"d{n}", f"{lead.format(n + 3)} {NOTICE}", title, feed=feed)[0]
        for n, ((title, lead), feed) in enumerate(zip(LEADS, feeds, strict=True))
    ]
    verdicts = [item.duplicate for item in found if item.duplicate]
    assert [one.relation for one in verdicts] == [Relation.ORIGINAL] * 3
    assert verdicts[-1].evidence.get("alike") == alike


def test_a_correction_has_other_figures_and_names() -> None:
    """An item that says that it corrects is one, whatever it changes."""
    assert relation(NORRBY, VELDEN, ("quakes", "quakes"), (Signal.CORRECTION,)) in COPIES


def test_a_kill_of_one_stub_recalls_no_other() -> None:
    """A kill reaches what carries the same report, and nothing that only has the same stub."""
    one = DedupeDriver()
    one.send("a", STUB, BREWERY, feed="pay")
    one.send("b", STUB, CHESS, feed="pay")
    one.send("c", STUB, BREWERY, feed="pay")
    outputs = one.kill("a", feed="pay")
    assert [item.dispatch.id for item in outputs if item.dispatch.kind is Kind.RECALL] == ["c"]


PAYOUT = (
    "{name} said its board declared an initial annual dividend of 10 cts per share, its first payout, payable "
    "{day} to holders of record March 12."
)
PORVO = (
    PAYOUT.format(name="Porvo Technologies Corp", day="March 26"),
    "PORVO TECHNOLOGIES <PRVO> SETS INITIAL DIVIDEND",
)
MEDLO = PAYOUT.format(name="Medlo Containers Inc", day="March 19"), "MEDLO CONTAINERS <MDLO> SETS INITIAL PAYOUT"
RATE = "{name} said it is raising its lending rate to 7.75 pct from 7.5 pct, effective immediately."
NORRBANK = (
    RATE.format(name="Norrby Bank, the main bank of Norrby Holding Corp,"),
    "NORRBY <NBY> RAISES RATE TO 7.75 PCT",
)
VELBANK = RATE.format(name="Velden Savings Banks Inc"), "VELDEN SAVINGS <VLD> RAISES LENDING RATE"


@pytest.mark.parametrize(("first", "second"), [(PORVO, MEDLO), (MEDLO, PORVO), (NORRBANK, VELBANK)])
def test_a_template_under_capitals_is_seen_by_the_names_in_the_copy(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    """Its figures are the same and its headlines are in capitals, but the copy shows which words are names."""
    assert relation(first, second, ("wire", "wire")) not in COPIES


@pytest.mark.parametrize(
    ("first", "second", "feeds"),
    [
        (PORVO, MEDLO, ("wire", "other")),  # between feeds, whatever the headline
        (PORVO, (PORVO[0], "PORVO <PRVO> TO PAY ITS FIRST DIVIDEND"), ("wire", "wire")),
        (PORVO, (PORVO[0], "FIRST DIVIDEND OF TECHNOLOGY FIRM PORVO"), ("wire", "wire")),
        # The name is put right, and all else is the same.
        (
            (f"{PORVO[0]} {prose(5, 80)}", PORVO[1]),
            (f"{PORVO[0]} {prose(5, 80)}".replace("Porvo", "Porvoo"), "PORVOO TECHNOLOGIES SETS INITIAL DIVIDEND"),
            ("wire", "wire"),
        ),
        # A name that the older report has in its text, and one whose headline has nothing that the newer one lacks.
        (
            (f"{NORRBANK[0]} Its chairman is Olga Weir.", "NORRBY RAISES RATE"),
            (f"{NORRBANK[0]} Its chairman is Olga Weir.", "WEIR: NORRBY RAISES LENDING RATE"),
            ("wire", "wire"),
        ),
    ],
)
def test_other_words_in_capitals_about_the_same_names_are_copies(
    first: tuple[str, str], second: tuple[str, str], feeds: tuple[str, str]
) -> None:
    """Another headline in capitals over the same copy names what the older copy names too."""
    assert relation(first, second, feeds) in COPIES


@pytest.mark.parametrize(
    ("headline", "opening", "names"),
    [
        ("PORVO SETS DIVIDEND", "Porvo Technologies Corp said its dividend", {"porvo"}),
        ("SHARES FALL IN LOMSK", "Shares fell on Monday in Lomsk.", {"lomsk"}),
        ("U.S. MAY CUT RATES", "The U.S. may cut rates.", set()),  # `U.S.` is no term of a text
        ("RENT-A-QUAY SPLITS", "A split of Rent-A-Quay Inc is due.", {"rent", "quay"}),
        ("QTRLY DIVIDEND", "Qtrly 42 cts vs 42 cts", set()),
        ("MAY SEES MAY FAIR", "Premier May saw that it may rain.", set()),  # small elsewhere: no name for certain
        ("", "Porvo said.", set()),
        ("PORVO SETS DIVIDEND", "", set()),
    ],
)
def test_names_are_what_the_copy_writes_with_a_capital(headline: str, opening: str, names: set[str]) -> None:
    """Always, and at the beginning of a sentence only before another one."""
    assert templates.names_in(headline, opening) == {term_hash(name) for name in names}


RAISED = "PORVO RAISES CRUDE POSTINGS 50 CTS, EFFECTIVE TODAY, WTI TO 17.50 DLRS A BBL"


@pytest.mark.parametrize(
    ("second", "feeds", "is_copy"),
    [
        (RAISED.replace("PORVO", "VELDEN"), ("a", "a"), False),
        (RAISED.replace("PORVO", "LOMSK AND NORRBY"), ("a", "a"), False),
        (RAISED.replace("PORVO", "Velden"), ("a", "b"), True),  # who carries it is another question
        (RAISED.replace("PORVO", "PORVO CORP"), ("a", "a"), True),
        (f"U.S. {RAISED}", ("a", "a"), True),
        (f"Live: {RAISED}", ("a", "a"), True),
        (RAISED.replace("PORVO RAISES", "RAISED BY PORVO: "), ("a", "a"), True),
        (RAISED.replace("WTI", "WHICH VELDEN DID NOT, WTI"), ("a", "a"), True),
    ],
)
def test_alerts_with_one_figure_about_others(second: str, feeds: tuple[str, str], is_copy: bool) -> None:
    """Who follows with the same price or rate is news: each alert of a feed begins with what the other lacks."""
    assert (relation(("", RAISED), ("", second), feeds) in COPIES) is is_copy


ALERT = "BLAST SHUTS PUMP PLANT IN LOMSK AND CLOSES ROADS TO THE HARBOUR - POLICE"
TOLD = "BLAST HURTS 14 AT PUMP PLANT IN LOMSK AND CLOSES ROADS TO THE HARBOUR - POLICE"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("", ALERT), ("", ALERT.replace("BLAST", "EXPLOSION"))),  # without figures it may be said in other words
        (("", TOLD), (f"An explosion {TOLD.lower()[6:]} {prose(93, 90)}", "Explosion in Lomsk")),
        ((f"{TOLD}. {prose(94, 90)}", "Lomsk blast"), (f"{TOLD}. {prose(94, 90)}", "Explosion in Lomsk")),
    ],
)
def test_what_is_told_in_other_words_is_still_a_copy(first: tuple[str, str], second: tuple[str, str]) -> None:
    """The twins: no figures, a text beside its alert, a whole text."""
    assert relation(first, second, ("a", "a")) in COPIES

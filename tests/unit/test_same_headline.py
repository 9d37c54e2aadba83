"""One headline within hours is of one report; one text with the figures of another day is the next report."""

from __future__ import annotations

from itertools import product

import pytest
from dedupe_driver import after_noise, prose, verdict, words

from pipeline.dedupe import templates
from pipeline.dedupe.measures import Headline, Measures
from pipeline.dedupe.relations import relate, zone_of
from pipeline.items import Kind, Relation, Status

TITLE = "Porvo opens pump plant in Lomsk"
REPORT = (
    "The maker of pumps held a ceremony for staff and customers on Monday. It will make 300 pumps a day there, and "
    "wants to hire 40 people by the autumn. " + prose(77, 60)
)
Text = tuple[str, str]  # headline, body


def related(
    first: Text, second: Text, feeds: tuple[str, str] = ("a", "b"), hours: float = 0.2
) -> tuple[Relation, bool]:
    """The relation of the second text to the first, so many hours before, and whether it is a report of its own."""
    driver = after_noise()
    driver.send("first", first[1], first[0], feed=feeds[0], minutes=100)
    out = driver.send("second", second[1], second[0], feed=feeds[1], minutes=100 + 60 * hours)
    relation, _, independent = verdict(out)
    return relation, independent


@pytest.mark.parametrize("feeds", [("a", "a"), ("a", "b")])
@pytest.mark.parametrize(
    ("alert", "title", "hours", "found"),
    [
        (TITLE, TITLE, 0.2, True),
        (TITLE.upper(), TITLE, 11, True),
        ("Porvo opens pump plant in Lomsk!", TITLE, 0.2, True),
        ("Porvo opens 2 pump plants in Lomsk", "PORVO OPENS 2 PUMP PLANTS IN LOMSK", 0.2, True),  # not in the text
        ("Porvo opens pump plant in Velden", TITLE, 0.2, False),  # another event
        ("Porvo opens 3 pump plants in Lomsk", "Porvo opens 2 pump plants in Lomsk", 0.2, False),
        (TITLE, TITLE, 24, False),  # tomorrow's
        ("Plant opens", "Plant opens", 0.2, False),  # too short to tell which
    ],
)
def test_an_alert_of_a_headline_alone(
    alert: str, title: str, hours: float, found: bool, feeds: tuple[str, str]
) -> None:
    """It is found beside its text, whichever comes first."""
    brief, report = (alert, ""), (title, REPORT)
    expected = Relation.UPDATE if found else Relation.ORIGINAL
    assert related(brief, report, feeds, hours) == (expected, not found)
    expected = Relation.EXCERPT if found else Relation.ORIGINAL
    assert related(report, brief, feeds, hours) == (expected, not found)


SHORT = "Porvo opens plant"


@pytest.mark.parametrize(
    ("brief", "title", "hours", "found"),
    [
        ("", SHORT, 0.2, True),
        ("", SHORT, 24, False),
        ("", "Porvo shuts plant", 0.2, False),
        ("", "Opens plant", 0.2, False),
        ("More soon.", SHORT, 0.2, False),  # a text of its own, under what may be a rubric
        (words(REPORT, 0, 25), "Porvo shuts plant", 0.2, True),  # by its words
    ],
)
def test_a_bare_headline_of_three_words(brief: str, title: str, hours: float, found: bool) -> None:
    """A short headline without a body is that of the text under it, whichever comes first."""
    for first, second, relation in (
        ((SHORT, brief), (title, REPORT), Relation.UPDATE),
        ((title, REPORT), (SHORT, brief), Relation.EXCERPT),
    ):
        assert related(first, second, hours=hours) == (relation if found else Relation.ORIGINAL, not found)


def test_two_texts_under_a_rubric_are_two_reports() -> None:
    """Three words tell whose headline they are, not that two texts are one."""
    rubric = "Weather report, Lomsk"
    other = f"{words(REPORT, 0, 12)} {prose(91, 30)}"
    assert related((rubric, REPORT), (rubric, other)) == (Relation.ORIGINAL, True)


def test_a_text_copies_its_alert_too() -> None:
    """What is nearer to another text is recalled with the alert that came before it."""
    driver = after_noise()
    driver.send("alert", "", TITLE, feed="a", minutes=100)
    driver.send("other", f"{REPORT} {prose(92, 20)}", "Lomsk has a pump plant", feed="b", minutes=101)
    text = driver.send("text", REPORT, TITLE, feed="c", minutes=102)
    assert text[0].duplicate
    assert text[0].duplicate.of == "other"
    recalls = driver.send(
        "alert", "", TITLE, feed="a", version="2", minutes=103, kind=Kind.KILL, status=Status.KILLED
    )
    assert [each.dispatch.id for each in recalls[1:]] == ["text"]


@pytest.mark.parametrize(
    ("line", "hours", "found"),
    [
        (TITLE, 0.2, True),
        (f"{TITLE.upper()}.", 0.2, True),
        (TITLE, 24, False),
        ("Porvo opens pump plant in Velden", 0.2, False),
        (f"{TITLE}\nMore soon", 0.2, False),  # a text of its own
        ("Plant opens", 0.2, False),
    ],
)
def test_an_alert_of_one_line_without_a_headline(line: str, hours: float, found: bool) -> None:
    """Its line is its headline, whichever comes first; two of them about others are two reports."""
    for first, second, relation in (
        (("", line), (TITLE, REPORT), Relation.UPDATE),
        ((TITLE, REPORT), ("", line), Relation.EXCERPT),
    ):
        assert related(first, second, hours=hours) == (relation if found else Relation.ORIGINAL, not found)


@pytest.mark.parametrize("brief", ["It cost 9 million crowns.", "Police reported a fire, which 4 people fled."])
def test_what_a_brief_tells_of_its_own_is_no_copy(brief: str) -> None:
    """Under the headline of a text: it may be of another event."""
    assert related((TITLE, REPORT), (TITLE, brief))[0] == Relation.ORIGINAL


PAGE = "Enlarge this picture toggle its caption Olga Weir of the Picture Desk and Tom Holm of the Picture Desk"


@pytest.mark.parametrize(
    ("brief", "title", "hours", "found"),
    [
        (f"{TITLE} {PAGE} {words(REPORT, 0, 6)}", TITLE, 0.2, True),
        (f"{TITLE} {PAGE} {words(REPORT, 0, 5)}", TITLE, 0.2, False),
        (f"{TITLE} {PAGE} {words(REPORT, 0, 6)}", TITLE, 24, False),
        (f"{TITLE} {PAGE} {words(REPORT, 0, 6)}", "Porvo pump plant opens in Lomsk", 0.2, False),
        (f"Updated at 5.54 {PAGE} {words(REPORT, 0, 6)}", TITLE, 0.2, False),  # a figure of its own
        (f"7 July 5:40 PM LOMSK (Two) — {words(REPORT, 0, 14)}", TITLE, 0.2, True),  # but most is of the text
        (f"7 July 5:40 PM LOMSK (Two) — {words(REPORT, 0, 14)}", "Porvo pump plant opens in Lomsk", 0.2, False),
    ],
)
def test_a_brief_with_words_of_the_text(brief: str, title: str, hours: float, found: bool) -> None:
    """What a page has above a text is little beside six words of it under the same headline, in either order."""
    for first, second, relation in (
        ((TITLE, REPORT), (title, brief), Relation.EXCERPT),
        ((title, brief), (TITLE, REPORT), Relation.UPDATE),
    ):
        assert related(first, second, hours=hours) == (relation if found else Relation.ORIGINAL, not found)


LONG = f"{REPORT} {prose(78, 160)}"


@pytest.mark.parametrize(
    ("title", "expected"),
    [(TITLE, (Relation.EXCERPT, False)), ("Lomsk has a pump plant", (Relation.RELATED, True))],
)
def test_a_beginning_between_what_a_page_has_around_it(title: str, expected: tuple[Relation, bool]) -> None:
    """Half of it is the page's; under another headline it may be another text with the same beginning."""
    cut = f"{PAGE} {words(REPORT, 0, 30)} {prose(79, 10)}"
    assert related((TITLE, LONG), (title, cut)) == expected


OTHER_LEAD = "Few in the town had believed that it would ever come, and fewer had asked for it. " + prose(5, 20)


@pytest.mark.parametrize("feeds", [("a", "a"), ("a", "b")])
@pytest.mark.parametrize(
    ("title", "hours", "found"), [(TITLE, 0.2, True), (TITLE, 24, False), ("Lomsk cheers, with doubts", 0.2, False)]
)
def test_another_lead_above_a_short_text(title: str, hours: float, found: bool, feeds: tuple[str, str]) -> None:
    """Half of a short text is its lead; under another headline, or another day, the rest may be a notice."""
    text = f"{OTHER_LEAD} It will make 300 pumps a day there, and wants to hire 40. {words(REPORT, 45, 85)}"
    relation, independent = related((TITLE, REPORT), (title, text), feeds, hours)
    assert (relation is not Relation.ORIGINAL and not independent) is found


FIGURED = " ".join(f"{prose(80 + n, 38)} {n + 2} pumps." for n in range(5))


@pytest.mark.parametrize(
    ("kept", "title", "hours", "found"),
    [
        (75, TITLE, 0.2, True),
        (75, TITLE, 24, False),
        (75, "Lomsk cheers, with doubts", 0.2, False),
        (55, TITLE, 0.2, False),  # a notice that is filled in again
    ],
)
def test_half_of_a_text_with_other_figures(kept: int, title: str, hours: float, found: bool) -> None:
    """What is cut and put in another order loses figures; under its headline it is no report of its own."""
    text = FIGURED if kept > 60 else words(FIGURED, 0, 100)
    second = (
        f"{prose(90, kept - 15)} 71 of 72, 73 and 74 {words(text, len(text.split()) - kept, len(text.split()))}"
    )
    relation, independent = related((TITLE, text), (title, second), hours=hours)
    assert (relation is not Relation.ORIGINAL and not independent) is found


WEEKLY = (
    "Lomsk sold {a} tonnes of grain in the week to {day}, after {b} tonnes the week before, the ministry said on "
    "{weekday}. Of these, {c} tonnes went to the mills of the north, and the rest was stored in the silos of the "
    "harbour until a ship is found for it. The price rose to {d} crowns a tonne, it said."
)
FIRST = WEEKLY.format(a="4,100", day="March 7", b="3,900", c="1,250", d="312", weekday="Monday")
NEXT = WEEKLY.format(a="4,300", day="March 14", b="4,100", c="1,340", d="318", weekday="Monday")
GROWN = WEEKLY.format(a="4,300", day="March 7", b="3,950", c="1,340", d="318", weekday="Monday")
ONE_OTHER = FIRST.replace("312", "321")
GRAIN = "Lomsk grain sales rise in week"


@pytest.mark.parametrize(
    ("text", "feeds", "hours", "is_next"),
    [
        (NEXT, ("a", "a"), 0.2, True),
        (NEXT.replace("March 14", "14 March"), ("a", "a"), 0.2, True),
        (GROWN.replace("to March 7", "to Friday"), ("a", "a"), 24, True),
        (GROWN, ("a", "a"), 0.2, False),  # the figures of one week grow
        (ONE_OTHER, ("a", "a"), 24, False),  # a correction
        (NEXT, ("a", "b"), 0.2, False),  # who carries it is another question
        (f"{FIRST} In the week to March 14 it wants to sell 90 tonnes.", ("a", "a"), 24, False),
    ],
)
@pytest.mark.parametrize("title", [GRAIN, "Grain sales of Lomsk up again in week"])
def test_the_report_of_the_next_week(
    text: str, feeds: tuple[str, str], hours: float, is_next: bool, title: str
) -> None:
    """Of one feed, with other figures and another date or a day later: a report of its own, under any headline."""
    relation, independent = related((GRAIN, FIRST), (title, text), feeds, hours)
    assert (relation is Relation.ORIGINAL and independent) is is_next


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Mill's output up 3 pct", "MILL’S OUTPUT UP 3 PCT", Headline(True, 1)),
        ("Mill output up 3 pct", "Mill output up 4 pct", Headline()),
        ("Weather report, Lomsk", "Weather report, Lomsk", Headline(is_short=True)),
        ("Weather report", "Weather report", Headline()),
        ("", "", Headline()),
    ],
)
def test_when_two_headlines_are_the_same(one: str, other: str, found: Headline) -> None:
    assert templates.common_headline(one, other) == found


SHARES = (0.0, 0.2, 0.29, 0.3, 0.35, 0.5, 0.65, 0.8, 1.0)


def test_whatever_is_in_a_zone_has_a_relation() -> None:
    """Guard: the last row of relations holds less than the zones of a headline do, so each of these has its own."""
    for share, apart, alert, length in product(SHARES, (False, True), (False, True), (0.4, 1.0, 2.5)):
        for old, missing, terms in product(SHARES, (0.0, 0.02, 0.2, 0.35, 1.0), (0.5, 0.6, 0.7)):
            sizes = 12 + alert * 28, 40 if alert else 200, length
            measures = Measures(
                0.1, old, share, 0.8, missing, terms, *sizes, apart, int(apart), False, Headline(True, 1)
            )
            assert zone_of(measures) is None or relate(measures)

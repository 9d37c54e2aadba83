"""What a feed fills in again another day or hour is the next report of a series; what goes on is none."""

from __future__ import annotations

import pytest
from dedupe_driver import after_noise, verdict

from pipeline.dedupe import templates
from pipeline.items import Relation, Signal
from pipeline.language.terms import term_hash

PRICE = "Veldo Smelters said it is raising its price of refined tin by {step} to {price} crowns a kilo, at once."
RAISED = PRICE.format(step="2", price="412"), "VELDO UPS TIN PRICE 2 CROWNS TO 412"
RAISED_AGAIN = PRICE.format(step="2", price="414"), "VELDO UPS TIN PRICE 2 CROWNS TO 414"
CREDIT = "The central bank lent {sum} crowns to banks of the country for a day, a spokesman of the bank said here."
LENDS = CREDIT.format(sum="40 million"), "CENTRAL BANK LENDS FOR A DAY"
LENDS_MORE = CREDIT.format(sum="75 million"), "CENTRAL BANK LENDS FOR A DAY"
FIRE = (
    "A fire on a ferry off Norrby has killed {dead} people, the coastguard said. "
    "It took 3 boats to tow the ferry in."
)
DEADLY = FIRE.format(dead=12), "Ferry fire off Norrby kills 12"
DEADLIER = FIRE.format(dead=15)
ADDED = " Its captain told the coastguard that a lorry on the lower deck had begun to burn soon after midnight."
PAYOUT = (
    "Qtly div 22 cts vs 22 cts prior. Pay April 30 to holders of record of April {day}, Porvo Technologies said."
)
PORVO = PAYOUT.format(day=10), "PORVO TECHNOLOGIES SETS QUARTERLY"
TABLE = (
    "{hour} TIN MAY {may} UP 5 JUN 4125 UP 15 JUL {jul} UP 20 SEP 4285 "
    "UNCH OCT 4293 UNCH DEC 4340 UP 10 JAN UNTRADED"
)
MORNING = TABLE.format(hour="LOMSK METALS 1030", may="4120", jul="4170"), ""
LATER = TABLE.format(hour="LOMSK METALS 1100", may="4122", jul="4175"), ""
Text = tuple[str, str]  # body, headline
COPIES = frozenset(Relation) - {Relation.ORIGINAL, Relation.RELATED}


def sent(*texts: tuple[Text, str, float], signals: tuple[str, ...] = ()) -> tuple[Relation, object]:
    """The relation of the last of the texts (text, feed, hours), and its `alike`; `signals` are its own."""
    driver = after_noise()
    for number, ((body, title), feed, hours) in enumerate(texts):
        said = signals if number == len(texts) - 1 else ()
        out = driver.send(f"d{number}", body, title, feed=feed, minutes=100 + 60 * hours, signals=said)
    relation, _, _ = verdict(out)
    assert out[0].duplicate
    return relation, out[0].duplicate.evidence.get("alike")


@pytest.mark.parametrize("hours", [24, 96])
@pytest.mark.parametrize(("first", "second"), [(RAISED, RAISED_AGAIN), (LENDS, LENDS_MORE)])
def test_a_notice_that_is_filled_in_again_another_day(first: Text, second: Text, hours: float) -> None:
    """One other figure under the same headline, a day later, is the next notice; `alike` tells why."""
    assert sent((first, "a", 0), (second, "a", hours)) == (Relation.ORIGINAL, 1)


@pytest.mark.parametrize(
    ("first", "second", "feeds", "hours"),
    [
        (RAISED, RAISED_AGAIN, "ab", 24),  # late, by another outlet
        (RAISED, RAISED_AGAIN, "aa", 10),  # in the evening: put right
        (LENDS, LENDS, "aa", 24),  # the first that repeats: nothing shows that it is a series
        (DEADLY, (DEADLIER, "Ferry fire off Norrby kills 15"), "aa", 10),
        (DEADLY, (DEADLIER, "Toll of Norrby blaze rises to 15 as divers search the wreck"), "aa", 24),
        (DEADLY, (DEADLIER + ADDED, DEADLY[1]), "aa", 24),  # it goes on
        (DEADLY, (DEADLY[0] + ADDED, DEADLY[1]), "aa", 24),
        (PORVO, PORVO, "aa", 24),
        (PORVO, (PORVO[0].replace("Qtly", "Quarterly"), PORVO[1]), "aa", 24),
    ],
)
def test_what_goes_on_is_put_right_or_comes_late_is_a_copy(
    first: Text, second: Text, feeds: str, hours: float
) -> None:
    """The twins: another feed, hours later, a new headline or more text, the same figures."""
    assert sent((first, feeds[0], 0), (second, feeds[1], hours))[0] in COPIES


def test_a_correction_of_yesterdays_notice_is_a_copy() -> None:
    """What says that it corrects has another figure by its nature, however late."""
    assert sent((RAISED, "a", 0), (RAISED_AGAIN, "a", 24), signals=(Signal.CORRECTION,))[0] is Relation.CORRECTION


@pytest.mark.parametrize(
    ("last", "feed", "hours", "is_next"),
    [
        (LENDS_MORE, "a", 48, True),  # the same figure as the day before, in a series that is known
        (LENDS_MORE, "b", 48, False),
        (LENDS_MORE, "a", 25, False),  # sent again within the hour
        (LENDS, "a", 48, False),  # word for word the first, of which nothing was known
    ],
)
def test_a_series_that_is_known_has_equal_figures_too(last: Text, feed: str, hours: float, is_next: bool) -> None:
    """Once a notice has come with other figures, the one of another day is the next, word for word or not."""
    relation, alike = sent((LENDS, "a", 0), (LENDS_MORE, "a", 24), (last, feed, hours))
    assert (relation is Relation.ORIGINAL) is is_next
    assert not is_next or alike == 2


def test_the_payload_of_yesterday_is_the_same_though_its_series_is_known() -> None:
    """Byte for byte, with its own date and number: a kill of the first must reach it."""
    driver = after_noise()
    driver.send("d0", *LENDS, feed="a", minutes=100)
    driver.send("d1", *LENDS_MORE, feed="a", minutes=100 + 24 * 60, payload="No. 2")
    sent_again = driver.send("d2", *LENDS_MORE, feed="a", minutes=100 + 48 * 60, payload="No. 2")
    assert verdict(sent_again)[0] is Relation.EXACT
    assert sent_again[0].duplicate
    assert sent_again[0].duplicate.of == "d1"


def test_a_notice_with_its_dates_is_the_same_though_its_series_is_known() -> None:
    """A dividend that names its days again is the same dividend; one with another day is another."""
    other = PAYOUT.format(day=17).replace("22", "25"), PORVO[1]
    assert sent((PORVO, "a", 0), (other, "a", 24), (other, "a", 48))[0] in COPIES


@pytest.mark.parametrize(
    ("second", "feeds", "is_next"),
    [
        (LATER, "aa", True),
        (LATER, "ab", False),
        ((LATER[0].replace("1100", "1030"), ""), "aa", False),  # put right
        ((MORNING[0].replace("1030", "1100"), ""), "aa", True),  # nothing has moved
    ],
)
def test_a_table_of_another_hour(second: Text, feeds: str, is_next: bool) -> None:
    """Of one feed, with another hour above it and other figures: the next table."""
    relation, _ = sent((MORNING, feeds[0], 0), (second, feeds[1], 0.5))
    assert (relation is Relation.ORIGINAL) is is_next


@pytest.mark.parametrize(
    ("headline", "opening", "hours"),
    [
        ("", MORNING[0], {"1030"}),
        ("GRAIN 11:31 EDT", "WHEAT MAY 285 UP 1 JUL 281 UP 1", {"11", "31"}),
        ("", "PARIS COCOA 13.00 - APR 07 1255 ASK 1285 ASK", {"13.00"}),
        ("", "TIN 4120 UP 5, LEAD 1255 UP 10, ZINC 2950 UNCH", set()),  # prices
        ("TIN OUTPUT 2025", "MAY 4120 UP 5 JUN 4125 UP 15", set()),  # a year
        ("TIN 20:25", "MAY 4120 UP 5 JUN 4125 UP 15", {"20", "25"}),
        ("", "TIN 1,030 UP 5, LEAD 10.30.5 UP 10, ZINC 1030-1040", set()),
        (
            "Norrby fire at 11:31",
            "The ferry off Norrby began to burn at 11:31, the coastguard said.",
            set(),
        ),  # prose
        ("", "", set()),
    ],
)
def test_hours_are_those_in_the_heading_of_a_table(headline: str, opening: str, hours: set[str]) -> None:
    """The first figure of it, as words are cut: a time with a colon is two."""
    assert templates.hours_in(headline, opening) == {term_hash(hour) for hour in hours}

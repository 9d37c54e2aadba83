"""Kinds of copies that planted ones showed to be missed: each found, with a twin that must not be."""

from __future__ import annotations

import re

import pytest
from dedupe_driver import DedupeDriver, after_noise, prose, verdict

from pipeline.items import Relation
from pipeline.normalise.fingerprints import cut_text

TITLE = "Porvo opens pump plant in Lomsk"
REPORT = (
    "Porvo opened its pump plant in Lomsk on Monday with a ceremony for staff and customers. The plant makes 300 "
    "pumps a day. "
)


def related(
    first: tuple[str, str], second: tuple[str, str], feeds: tuple[str, str] = ("a", "b")
) -> tuple[str, bool]:
    """The relation of the second text (headline, body) to the first, and whether it is a report of its own."""
    driver = after_noise()
    driver.send("first", first[1], first[0], feed=feeds[0])
    relation, _, independent = verdict(driver.send("second", second[1], second[0], feed=feeds[1]))
    return relation, independent


NOTICE = prose(77, 200)
OTHER_LEAD = (
    "The maker of pumps, which has few other sites in the region, cut a ribbon on Monday before invited guests. "
)


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        (TITLE, OTHER_LEAD + prose(5, 20) + " " + NOTICE, True),
        (f"Lomsk gets pump plant: {TITLE}", prose(5, 40) + " " + NOTICE, True),
        (
            "Porvo names Falk as chief of finance",
            "Porvo named Ida Falk as chief. " + prose(5, 40) + " " + NOTICE,
            False,
        ),
        (TITLE, OTHER_LEAD + prose(5, 150) + " " + prose(78, 180), False),
    ],
)
@pytest.mark.parametrize("feeds", [("a", "a"), ("a", "b")])
def test_another_lead(title: str, text: str, found: bool, feeds: tuple[str, str]) -> None:
    """Under the same headline it is a copy; two releases of a company, one notice below both, are two reports."""
    relation, independent = related((TITLE, REPORT + NOTICE), (title, text), feeds)
    assert ((relation != Relation.ORIGINAL) and not independent) is found


def reworded(text: str, every: int) -> str:
    """The text with every so-manieth word another, and no two of these alike; figures stay."""
    others = iter(prose(99, len(text.split())).split())
    return " ".join(next(others) if n % every == every - 1 else word for n, word in enumerate(text.split()))


@pytest.mark.parametrize(
    ("title", "text", "independent"),
    [
        (TITLE, reworded(REPORT + NOTICE, 5), False),
        ("Falk becomes chief of Porvo", prose(6, 80) + " " + " ".join(NOTICE.split()[:90]), True),
    ],
)
def test_a_copy_edit_has_other_words_all_over(title: str, text: str, independent: bool) -> None:
    """It is no report of its own; a text around some passages of another is, under a headline of its own."""
    assert related((TITLE, REPORT + NOTICE), (title, text))[1] is independent


ALERT = "Porvo opened its pump plant in Lomsk on Monday with a ceremony for"
HEADLINE = "New pump plant opens in Lomsk, a ceremony for staff"


@pytest.mark.parametrize(
    ("alert", "found"),
    [(ALERT, True), ("Porvo shut a plant in Velden on Monday after a fire, police said", False)],
)
def test_an_alert_and_its_headline_are_in_the_report(alert: str, found: bool) -> None:
    """Whichever comes first, though few of its runs of words are: its headline has the words in another order."""
    report, brief = (HEADLINE, REPORT + NOTICE), (HEADLINE, alert)
    for relation, pair in ((Relation.EXCERPT, (report, brief)), (Relation.UPDATE, (brief, report))):
        assert (related(*pair) == (relation, False)) is found


def test_a_text_copies_whatever_it_contains_whole() -> None:
    """Most of it is one report, the rest another: a kill of either recalls it.  A few words are no report."""
    driver = after_noise()
    long, short, other = prose(211, 200), prose(212, 60), prose(213, 60)
    for name, text in (("long", long), ("short", short), ("other", other)):
        driver.send(name, text, prose(len(text), 6))
    out = driver.send("both", f"{long} {short} {' '.join(other.split()[:20])}", "Both")
    assert verdict(out)[:2] == (Relation.UPDATE, "long")
    assert [recall.dispatch.id for recall in driver.kill("short")[1:]] == ["both"]
    assert [recall.dispatch.id for recall in driver.kill("other")[1:]] == []


def test_what_it_copies_is_closer_than_what_has_its_passages() -> None:
    """A cut text is an excerpt of its long source, not related to a short report with a passage of it."""
    driver, source = after_noise(), REPORT + prose(221, 500)
    driver.send("source", source, TITLE)
    driver.send("passage", " ".join(source.split()[20:60]) + " " + prose(222, 60), TITLE)
    cut = " ".join(source.split()[:60])
    assert verdict(driver.send("cut", cut, TITLE)) == (Relation.EXCERPT, "source", False)


def test_the_round_up_of_a_feed_is_no_template_of_its_reports() -> None:
    """Its headline in capitals has a name that the others lack, and theirs have names that it has further down."""
    driver = DedupeDriver()
    names = ("Porvo", "Velda", "Sarnby")
    parts = [
        f"{name} Corp said on Monday that it will pay more. {prose(31 + n, 150)}" for n, name in enumerate(names)
    ]
    for name, part in zip(names, parts, strict=True):
        driver.send(name, part, f"{name.upper()} TO PAY MORE, {name.upper()} HOLDERS TOLD", feed="one")
    out = driver.send("round-up", " ".join(parts), "PORVO TO PAY MORE, PORVO HOLDERS TOLD", feed="one")
    assert verdict(out)[0] == Relation.ROUND_UP


FIGURES = "Fire in the {} put out after {} hours, {} said. The rest of it is as before. " + prose(41, 80)


@pytest.mark.parametrize(
    "title",
    [
        "Fire out in the U.S. port",
        "Fire out - NKTV5",
        "Porto.com: fire out",
        "George’s Quay fire out",
        "O'Brien-era pier on fire",
    ],
)
def test_a_headline_that_is_the_same_is_of_the_same_report(title: str) -> None:
    """However it writes its names: another figure below it is a correction, and no template filled in."""
    first, second = ((title, FIGURES.format("port", hours, "crews")) for hours in (12, 17))
    assert related(first, second, ("a", "a"))[0] == Relation.CORRECTION


@pytest.mark.parametrize("word", ["NATO's", "NATO’s", "NATO‘s", "NATO`s"])
def test_an_apostrophe_however_it_is_written(word: str) -> None:
    """It stays within its word; a quotation mark at the end of a word ends it."""
    assert [len(cut_text(text).hashes) for text in (word, f"‚{re.sub('.s$', '', word)}‘ said")] == [1, 2]
    assert cut_text(word).hashes.tolist() == cut_text("NATO's").hashes.tolist()

"""How dedupe relates an item to earlier ones: exact copies, the two-zone rule, chains, round-ups."""

from __future__ import annotations

import pytest
from dedupe_driver import (
    FIGURES,
    LEAD,
    OTHER,
    DedupeDriver,
    after_noise,
    headline,
    prose,
    verdict,
    words,
)

from pipeline.dedupe.measures import Headline, Measures, quantised
from pipeline.dedupe.relations import zone_of
from pipeline.items import Relation


@pytest.mark.parametrize(
    ("earlier", "later", "relation", "independent"),
    [
        (LEAD, OTHER, Relation.ORIGINAL, True),
        (LEAD, words(LEAD, 0, 236) + " a few last words", Relation.REPUBLISH, False),
        (FIGURES, FIGURES.replace("37 boats", "38 boats"), Relation.CORRECTION, False),
        (LEAD, LEAD + " " + prose(3, 120), Relation.UPDATE, False),
        (LEAD, words(LEAD, 0, 30), Relation.EXCERPT, False),
        (LEAD, words(LEAD, 60, 120), Relation.EXCERPT, False),
        (LEAD, words(LEAD, 0, 170), Relation.EXCERPT, False),
        (words(LEAD, 0, 30), LEAD, Relation.UPDATE, False),
        (FIGURES, words(FIGURES, 0, 108) + " " + prose(4, 160), Relation.RELATED, False),
    ],
)
def test_relations(earlier: str, later: str, relation: Relation, independent: bool) -> None:
    """What a later item is to an earlier one of another feed, with nothing else in the window but noise."""
    driver = after_noise()
    driver.send("first", earlier, headline(1))
    of = None if relation == Relation.ORIGINAL else "first"
    assert verdict(driver.send("second", later, headline(1))) == (relation, of, independent)


@pytest.mark.parametrize(
    ("later", "same"),
    [
        ({"body": LEAD, "payload": "p"}, "payload"),
        ({"body": LEAD.upper().replace(".", " —")}, "body"),
        ({"body": "PORT (Two) - " + LEAD, "bare": LEAD}, "bare body"),
    ],
)
def test_exact(later: dict[str, str], same: str) -> None:
    """An exact copy is found by payload, body or bare body, and the evidence says by which."""
    driver = DedupeDriver()
    driver.send("first", LEAD, payload="p")
    out = driver.send("second", **later)  # type: ignore[arg-type]  # a row of the table
    assert verdict(out) == (Relation.EXACT, "first", False)
    assert out[0].duplicate
    assert out[0].duplicate.evidence["same"] == same
    assert (out[0].duplicate.of_item, out[0].duplicate.of_feed) == ("first/1", "first")


def test_not_exact() -> None:
    """Neither two items of one payload nor two short bodies are copies for being alike in that."""
    driver = DedupeDriver()
    driver.send("one", LEAD, payload="feed", part=0)
    assert verdict(driver.send("two", OTHER, payload="feed", part=1))[0] == Relation.ORIGINAL
    driver.send("three", "Details to follow.", headline(3))
    assert verdict(driver.send("four", "Details to follow.", headline(4)))[0] == Relation.ORIGINAL


def test_alerts() -> None:
    """Alerts without a body are compared by their headlines, and with the body of the take that follows."""
    driver = DedupeDriver()
    driver.send("alert", "", words(LEAD, 0, 14))
    assert verdict(driver.send("other", "", words(LEAD, 0, 14)))[:2] == (Relation.REPUBLISH, "alert")
    assert verdict(driver.send("take", LEAD))[:2] == (Relation.UPDATE, "alert")


def test_a_shared_passage_under_another_opening_is_no_copy() -> None:
    """Guard: the two-zone rule's `missing`.  Eight tenths of the text shared, but not a word of the opening."""
    driver, passage = after_noise(), prose(9, 120)
    driver.send("first", prose(51, 30) + " " + passage, headline(51))
    out = driver.send("second", prose(52, 30) + " " + passage, headline(52))
    assert verdict(out) == (Relation.ORIGINAL, None, True)
    assert out[0].duplicate
    assert out[0].duplicate.evidence == {"compared": 1}


FIVE_FIGURES = ["1,250 people", "37 boats", "12 crews", "460 metres", "9 piers"]


@pytest.mark.parametrize(("changed", "relation"), [(1, Relation.RELATED), (2, Relation.ORIGINAL)])
def test_rewritten_text_needs_the_same_figures(changed: int, relation: Relation) -> None:
    """Guard: the zone `figures` asks for 0.8 of the numbers.  Four of five figures shared are enough, three not."""
    driver, shared = after_noise(), prose(9, 100).split()
    figures = dict(zip(range(20, 70, 10), FIVE_FIGURES, strict=True))
    others = figures | {place: f"7{place} others" for place in list(figures)[:changed]}
    first, second = (" ".join(each.get(n, word) for n, word in enumerate(shared)) for each in (figures, others))
    driver.send("first", first + " " + prose(61, 120), headline(1))
    assert verdict(driver.send("second", second + " " + prose(62, 120), headline(2)))[0] == relation


STORM = "The storm killed 12 people in the north. {} Of the 12 dead, 40 percent were over 80, the ministry said."
FIGURE_EDITS = [  # the older text, the newer one, what the newer is
    ("Police had spoken of 12.", "Police had spoken of 17.", Relation.CORRECTION),  # two 12 are left
    ("Police had spoken of 17.", "Police had spoken of 12.", Relation.CORRECTION),
    ("Police had spoken of 12.", "Police had spoken of many.", Relation.REPUBLISH),
    ("Police had spoken of many.", "Police had spoken of 17.", Relation.REPUBLISH),
    ("Police said 12 of 80.", "Police said 80 of 12.", Relation.REPUBLISH),  # only the places differ: not seen
]


@pytest.mark.parametrize(("before", "after", "relation"), FIGURE_EDITS)
def test_a_figure_that_changed_where_its_old_value_is_elsewhere_too(
    before: str, after: str, relation: Relation
) -> None:
    """A figure is counted as often as it occurs: fewer of one and more of another is a change; only more is not."""
    driver, rest = after_noise(), prose(9, 90)
    driver.send("first", f"{STORM.format(before)} {rest}", headline(1))
    assert verdict(driver.send("second", f"{STORM.format(after)} {rest}", headline(1)))[0] == relation


@pytest.mark.parametrize(("share", "threshold"), [(4 / 5, 0.8), (3 / 5, 0.6), (13 / 20, 0.65), (3 / 10, 0.3)])
def test_a_share_on_the_threshold_has_passed(share: float, threshold: float) -> None:
    """Quantising moves no share off a threshold that it is exactly on; a thousandth below has not passed."""
    assert quantised(share) >= threshold > quantised(share - 0.001)


ZONE_LIMITS = [  # contained, numbers, missing; the zone
    (0.65, 0.60, 0.45, "text"),
    (0.65, 0.60, 0.46, "text, other lead"),
    (0.65, 0.59, 0.46, None),
    (0.64, 0.60, 0.46, None),
    (0.65, 0.59, 0.25, "text, other figures"),
    (0.65, 0.59, 0.26, None),
    (0.65, 0.00, 0.25, "text, other figures"),
    (0.64, 0.80, 0.35, "figures"),
    (0.64, 0.79, 0.00, None),
    (0.30, 0.80, 0.35, "figures"),
    (0.30, 0.80, 0.36, None),
    (0.29, 1.00, 0.00, None),
]


@pytest.mark.parametrize(("contained", "numbers", "missing", "zone"), ZONE_LIMITS)
def test_where_each_zone_ends(contained: float, numbers: float, missing: float, zone: str | None) -> None:
    """Guard: each limit of each zone of the two-zone rule, on it and just past it."""
    measures = Measures(0.3, contained, 0.2, numbers, missing, 0.0, 90, 200, 1.0, False, 0, False, Headline())
    found = zone_of(measures)
    assert (found.name if found else None) == zone
    if zone == "text, other lead":
        assert zone_of(measures._replace(shared=40))
        assert zone_of(measures._replace(shared=39)) is None


NOTICE = (
    "{name} said its board declared a quarterly dividend of {a} cents a share, payable on {b} March to holders of "
    "record on {c} February. The company, which makes {what}, paid {d} cents in the same quarter of last year."
)
MARKET = (
    "{what} prices at {name} were {a} to {b} cents higher in light trading, the market board said. Arrivals were "
    "put at {c} head against {d} a week ago."
)


@pytest.mark.parametrize("template", [NOTICE, MARKET])
def test_templates(template: str) -> None:
    """Notices with other names and figures in them are no copies of each other, however alike the sentences."""
    driver = DedupeDriver()
    for seed in range(60):
        filled = {letter: str(seed * 7 + n * 13 + 3) for n, letter in enumerate("abcd")}
        name, what = headline(seed)[:20], prose(500 + seed, 2)
        out = driver.send(f"notice{seed}", template.format(name=name, what=what, **filled), f"{name} {what}")
        assert out[0].duplicate
        assert out[0].duplicate.independent, (seed, out[0].duplicate)


def test_revisions_are_no_duplicates() -> None:
    """No revision repeats its own dispatch, not even by way of another outlet's copy."""
    driver = DedupeDriver()
    driver.send("first", LEAD)
    driver.send("copy", LEAD)
    assert verdict(driver.send("first", LEAD, version="2"))[0] == Relation.ORIGINAL
    assert verdict(driver.send("copy", LEAD + " " + prose(5, 3), version="2"))[1] == "first"


def test_chains_collapse() -> None:
    """A copy of a copy is a copy of the origin, and the evidence names the item that it was matched with."""
    driver = DedupeDriver()
    driver.send("first", LEAD)
    driver.send("longer", LEAD + " " + prose(5, 90))
    out = driver.send("third", LEAD + " " + prose(5, 91))
    assert verdict(out) == (Relation.REPUBLISH, "first", False)
    assert out[0].duplicate
    assert out[0].duplicate.evidence["matched"] == "longer/1"


def test_round_up() -> None:
    """An item made of two others is a round-up: linked, no report of its own, and recalled if a part is killed."""
    driver = DedupeDriver()
    parts = [prose(seed, 90) for seed in (1, 2, 3)]
    for n, part in enumerate(parts):
        driver.send(f"part{n}", part)
    out = driver.send("round", " ".join(parts))
    assert verdict(out)[::2] == (Relation.ROUND_UP, False)
    assert out[0].duplicate
    assert set(out[0].duplicate.parts or ()) == {"part0", "part1", "part2"}
    assert [recall.dispatch.id for recall in driver.kill("part2")[1:]] == ["round"]


LENGTHS = [
    # (words of each part)
    pytest.param([60, 80], id="two short texts"),
    pytest.param([700, 800], id="two long texts"),
    pytest.param([1500, 1500, 1500], id="three texts beyond the words whose terms are counted"),
    pytest.param([70] * 20, id="twenty parts"),
    pytest.param([250] * 24, id="twenty-four parts of a long text"),
]


@pytest.mark.parametrize("words", LENGTHS)
def test_round_ups_of_any_length(words: list[int]) -> None:
    """Wherever a part is in the text the round-up is seen, and names each of a few parts and nearly all of many."""
    driver = DedupeDriver()
    parts = [prose(seed + 1, count) for seed, count in enumerate(words)]
    for n, part in enumerate(parts):
        driver.send(f"part{n}", part)
    out = driver.send("round", " ".join(parts))
    assert verdict(out)[0] == Relation.ROUND_UP
    assert out[0].duplicate
    found, expected = set(out[0].duplicate.parts or ()), {f"part{n}" for n in range(len(words))}
    assert found <= expected
    assert len(found) >= (len(words) if len(words) < 10 else 0.9 * len(words))


def test_a_copy_of_a_round_up_has_its_parts() -> None:
    """It is recalled with a part as the round-up itself is; so is one of the text with a paragraph more."""
    driver = DedupeDriver()
    parts = [prose(seed, 90) for seed in (1, 2, 3)]
    for n, part in enumerate(parts):
        driver.send(f"part{n}", part)
    driver.send("round", " ".join(parts))
    copies = [driver.send("exact", " ".join(parts)), driver.send("longer", " ".join((*parts, prose(4, 30))))]
    for out in copies:
        assert out[0].duplicate
        assert set(out[0].duplicate.parts or ()) == {"part0", "part1", "part2"}
    assert {recall.dispatch.id for recall in driver.kill("part2")[1:]} == {"round", "exact", "longer"}


NO_ROUND_UPS = [
    pytest.param([prose(1, 300)], id="one text and more"),
    pytest.param([prose(1, 300), prose(1, 120)], id="a text and its own beginning"),
    pytest.param([prose(1, 300), prose(2, 14)], id="a text and the headline of another"),
]


@pytest.mark.parametrize("parts", NO_ROUND_UPS)
def test_what_is_no_round_up(parts: list[str]) -> None:
    """Twin: a longer version, and a text with a link to another."""
    driver = DedupeDriver()
    for n, part in enumerate(parts):
        driver.send(f"part{n}", part)
    assert verdict(driver.send("round", " ".join((*parts, prose(9, 260)))))[0] != Relation.ROUND_UP

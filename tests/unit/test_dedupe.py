"""The room DEDUPE: every verdict, kills and recalls in any order, and where the window ends."""

from __future__ import annotations

from typing import Any

import pytest
from dedupe_driver import MINUTE_MS, START_MS, DedupeDriver, headline, prose

from pipeline.dedupe.relations import Measures, zone_of
from pipeline.dedupe.room import DedupeRoom
from pipeline.envelope import FEATURES, TYPE, RecordType
from pipeline.items import Item, Kind, PubStatus, Relation, Severity, Status
from pipeline.records import Position, Reason, Record, Rejected

LEAD = prose(1, 240)
OTHER = prose(2, 240)
FIGURES = LEAD.replace(LEAD.split()[50], "1,250 people").replace(LEAD.split()[120], "37 boats")


def verdict(out: list[Item]) -> tuple[Relation, str | None, bool]:
    assert out[0].duplicate
    return out[0].duplicate.relation, out[0].duplicate.of, out[0].duplicate.independent


def words(text: str, first: int, last: int) -> str:
    return " ".join(text.split()[first:last])


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
        (FIGURES, words(FIGURES, 0, 108) + " " + prose(4, 160), Relation.RELATED, True),
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


def after_noise() -> DedupeDriver:
    """A window that knows which words are rare."""
    driver = DedupeDriver()
    for seed in range(10, 40):
        driver.send(f"noise{seed}", prose(seed, 100), headline(seed))
    return driver


def test_a_shared_passage_under_another_opening_is_no_copy() -> None:
    """Guard: the two-zone rule's `missing`.  Eight tenths of the text shared, but not a word of the opening."""
    driver, passage = after_noise(), prose(9, 120)
    driver.send("first", prose(51, 30) + " " + passage, headline(51))
    out = driver.send("second", prose(52, 30) + " " + passage, headline(52))
    assert verdict(out) == (Relation.ORIGINAL, None, True)
    assert out[0].duplicate
    assert out[0].duplicate.evidence == {"compared": 1}


SIX_FIGURES = ["1,250 people", "37 boats", "12 crews", "460 metres", "9 piers", "6 tugs"]


@pytest.mark.parametrize(("changed", "relation"), [(1, Relation.RELATED), (2, Relation.ORIGINAL)])
def test_rewritten_text_needs_the_same_figures(changed: int, relation: Relation) -> None:
    """Guard: the zone `figures` asks for 0.8 of the numbers.  Five of six figures shared are enough, four not."""
    driver, shared = after_noise(), prose(9, 100).split()
    figures = dict(zip(range(20, 80, 10), SIX_FIGURES, strict=True))
    others = figures | {place: f"7{place} others" for place in list(figures)[:changed]}
    first, second = (" ".join(each.get(n, word) for n, word in enumerate(shared)) for each in (figures, others))
    driver.send("first", first + " " + prose(61, 120), headline(1))
    assert verdict(driver.send("second", second + " " + prose(62, 120), headline(1)))[0] == relation


ZONE_LIMITS = [  # contained, numbers, missing; the zone
    (0.65, 0.60, 0.45, "text"),
    (0.65, 0.60, 0.46, None),
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
    measures = Measures(0.3, contained, 0.2, numbers, missing, 90, 1.0, False, False)
    found = zone_of(measures)
    assert (found.name if found else None) == zone


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
    """An item made of two others is a round-up: linked, independent, and recalled if a part is killed."""
    driver = DedupeDriver()
    parts = [prose(seed, 90) for seed in (1, 2, 3)]
    for n, part in enumerate(parts):
        driver.send(f"part{n}", part)
    out = driver.send("round", " ".join(parts))
    assert verdict(out)[::2] == (Relation.ROUND_UP, True)
    assert out[0].duplicate
    assert {out[0].duplicate.evidence[f"part {n}"] for n in (1, 2, 3)} == {"part0", "part1", "part2"}
    assert [recall.dispatch.id for recall in driver.kill("part2")[1:]] == ["round"]


def test_repeat() -> None:
    """An identical repeat says so, counts nowhere and is not remembered."""
    driver = DedupeDriver()
    driver.send("first", LEAD)
    before = driver.state.digest()
    assert verdict(driver.send("first", LEAD, kind=Kind.REPEAT, minutes=0)) == (Relation.EXACT, "first", False)
    assert driver.state.digest() == before


@pytest.mark.parametrize("kind", [Kind.ADVISORY, Kind.RECALL])
def test_passed(kind: Kind) -> None:
    """What carries no copy passes unchanged and without a verdict."""
    assert DedupeDriver().send("first", "", kind=kind)[0].duplicate is None


@pytest.mark.parametrize("kind", [RecordType.TICK, RecordType.CONTROL])
def test_other_records_are_refused(kind: str) -> None:
    """Dedupe has no use for ticks and controls: one that comes is an error of its sender."""
    headers = ((TYPE, kind.encode()),)
    with pytest.raises(Rejected, match="dedupe accepts ce_type"):
        DedupeDriver().receive(Record(Position("wire.resolved", 0, 7), b"", b"", headers, START_MS))


def test_passes_through() -> None:
    """Key, headers, partition and every other member of the item stay as they were."""
    driver = DedupeDriver()
    sent = driver.send("first", LEAD, headline(1), language="de")
    (out,) = driver.last
    assert (out.key, out.topic, out.partition) == (b"de", "wire.deduped", 0)
    assert [name for name, _ in out.headers] == ["ce_specversion", TYPE, "ce_source", "ce_time", FEATURES]
    assert sent[0].body == LEAD


def test_kill_recalls_dependents() -> None:
    """A kill passes, and recalls each dispatch that copied the killed one, once, by its last such revision."""
    driver = DedupeDriver()
    driver.send("first", LEAD)
    driver.send("copy", LEAD)
    driver.send("copy", LEAD + " " + prose(7, 4), version="2")
    driver.send("alone", OTHER)
    killed, *recalls = driver.kill("first")
    assert (killed.duplicate, killed.dispatch.kind) == (None, Kind.KILL)
    assert [(recall.uri, recall.version) for recall in recalls] == [("urn:wiredesk:dispatch:copy", "2")]
    (recall,) = recalls
    assert (recall.representation_type, recall.bodies) == ("partial", ())
    assert (recall.pub_status, recall.dispatch.status) == (PubStatus.WITHHELD, Status.RECALLED)
    assert (recall.dispatch.kind, recall.dispatch.severity) == (Kind.RECALL, Severity.KILLED)
    assert recall.dispatch.killed_by == "first/9"
    assert FEATURES not in dict(driver.last[1].headers)
    assert driver.kill("first", version="10")[1:] == [], "killed once"


@pytest.mark.parametrize("order", ["text kill copy", "kill text copy", "text copy kill"])
def test_kill_wins_in_any_order(order: str) -> None:
    """Whenever the kill comes, the copy ends recalled and withheld, with the kill as the cause."""
    driver, ends = DedupeDriver(), dict[str, Item]()
    late: dict[str, Any] = {"kind": Kind.LATE, "status": Status.KILLED, "killed_by": "first/9"}
    send = {
        "kill": lambda: driver.kill("first"),
        "text": lambda: driver.send("first", LEAD, **(late if order.startswith("kill") else {})),
        "copy": lambda: driver.send("copy", LEAD),
    }
    for what in order.split():
        ends |= {item.dispatch.id: item for item in send[what]()}
    copy = ends["copy"]
    assert (copy.dispatch.status, copy.pub_status) == (Status.RECALLED, PubStatus.WITHHELD)
    assert copy.dispatch.killed_by == "first/9"
    assert copy.duplicate
    assert copy.duplicate.of == "first"


def test_correction() -> None:
    """A correction recalls the copies of what it corrects, those that come later too; copies of the corrected
    text stand."""
    driver = DedupeDriver()
    right = FIGURES.replace("37 boats", "38 boats")
    driver.send("first", FIGURES)
    driver.send("copy", FIGURES)
    _, recall = driver.send("first", right, version="2", kind=Kind.CORRECTION)
    assert (recall.dispatch.id, recall.dispatch.severity) == ("copy", Severity.CORRECTED)
    assert (recall.pub_status, recall.dispatch.killed_by) == (PubStatus.USABLE, None)
    stale, copy_of_stale = driver.send("stale", FIGURES)[0], driver.send("again", FIGURES)[0]
    assert {stale.dispatch.status, copy_of_stale.dispatch.status} == {Status.RECALLED}
    assert driver.send("good", right)[0].dispatch.status is None


@pytest.mark.parametrize(("minutes", "found"), [(99, True), (100, False)])
def test_window_ends(minutes: int, found: bool) -> None:
    """An item is found until it is as old as the window, by stream time."""
    driver = DedupeDriver(DedupeRoom(window_ms=100 * MINUTE_MS))
    driver.send("first", LEAD, minutes=0)
    assert (verdict(driver.send("copy", LEAD, minutes=minutes))[0] == Relation.EXACT) is found


def test_window_is_bounded() -> None:
    """The oldest items leave where there are too many."""
    driver = DedupeDriver(DedupeRoom(items_max=3))
    for seed in range(4):
        driver.send(f"item{seed}", prose(seed, 60))
    assert len(driver.state.window.entries) == 3
    assert verdict(driver.send("again", prose(0, 60)))[0] == Relation.ORIGINAL


def test_viral_dispatch_outlives_its_origin() -> None:
    """A dispatch that is copied again and again stays known, costs few postings, and keeps its origin."""
    driver = DedupeDriver(DedupeRoom(window_ms=100 * MINUTE_MS))
    driver.send("first", LEAD, minutes=0)
    for n in range(30):
        assert verdict(driver.send(f"copy{n}", prose(100 + n, 3) + LEAD, minutes=10 + 10 * n))[1] == "first"
    assert sum(entry.seen.fingerprints is not None for entry in driver.state.window.entries.values()) <= 3


def test_boilerplate_is_no_evidence() -> None:
    """A passage found in more than 32 dispatches makes no candidates, however long it is."""
    driver, passage = DedupeDriver(), prose(9, 40)
    for seed in range(40):
        out = driver.send(f"item{seed}", prose(100 + seed, 60) + " " + passage)
    assert out[0].duplicate
    assert out[0].duplicate.evidence == {"compared": 0}


def test_languages_are_apart() -> None:
    """The same words in another language's stream are another matter."""
    driver = DedupeDriver()
    driver.send("first", LEAD)
    assert verdict(driver.send("second", LEAD, language="de"))[0] == Relation.ORIGINAL


def test_bad_records() -> None:
    """A record that is no item, or has no features, is rejected with its reason."""
    driver = DedupeDriver()
    driver.send("first", LEAD)
    good = Record(Position("wire.resolved", 0, 9), b"en", driver.last[0].value, driver.last[0].headers, START_MS)
    for value, headers in [(b"{", good.headers), (good.value, good.headers[:3])]:
        with pytest.raises(Rejected) as rejected:
            driver.receive(Record(good.position, good.key, value, headers, START_MS))
        assert rejected.value.reason == Reason.BAD_RECORD

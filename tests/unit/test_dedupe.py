"""The room dedupe: what passes, kills and recalls in any order, and where the window ends."""

from __future__ import annotations

from typing import Any

import pytest
from dedupe_driver import (
    FIGURES,
    LEAD,
    MINUTE_MS,
    OTHER,
    START_MS,
    DedupeDriver,
    headline,
    prose,
    verdict,
)

from pipeline.dedupe.room import DedupeRoom
from pipeline.envelope import FEATURES, TYPE, RecordType
from pipeline.items import Item, Kind, PubStatus, Relation, Severity, Status
from pipeline.records import Position, Reason, Record, Rejected


def test_repeat() -> None:
    """An identical repeat is marked as one, counts nowhere and is not kept."""
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


NAMED = (
    # headline of the report, agency, what a copy of it names
    ("Ferry on fire", "norden", ("Ferry on fire", "norden")),
    ("Ferry on fire", None, ("Ferry on fire", None)),
    ("", "norden", (None, "norden")),
    ("Fire " * 100, None, ("Fire " * 40, None)),
)


@pytest.mark.parametrize(("title", "agency", "named"), NAMED)
@pytest.mark.parametrize("text", [LEAD, LEAD + " " + prose(7, 4)], ids=["exact", "near"])
def test_a_copy_names_in_words_what_it_copies(
    title: str, agency: str | None, named: tuple[str | None, str | None], text: str
) -> None:
    """Headline (bounded) and agency of the report where the chain of copies begins, from copies of copies too."""
    driver = DedupeDriver()
    driver.send("first", LEAD, title, agency=agency)
    for name in ("copy", "copy of copy"):
        (copy,) = driver.send(name, text, "Its own headline", feed="other")
        assert copy.duplicate
        assert copy.duplicate.of == "first"
        assert (copy.duplicate.of_headline, copy.duplicate.of_agency) == named


def test_a_recall_names_in_words_what_it_recalls_and_why() -> None:
    """It has the headline of the copy as it was published, and that of the kill, which is all that a kill shows."""
    driver = DedupeDriver()
    driver.send("first", LEAD, "Ferry on fire")
    driver.send("copy", LEAD, "Ferry burns")
    driver.send("bare", LEAD)
    _, *recalls = driver.kill("first", title="Ferry on fire")
    assert [recall.headline for recall in recalls] == ["Ferry burns", ""]
    assert [recall.duplicate and recall.duplicate.of_headline for recall in recalls] == ["Ferry on fire"] * 2


NEAR = LEAD + " " + prose(7, 4)


@pytest.mark.parametrize("text", [LEAD, NEAR], ids=["exact", "near"])
@pytest.mark.parametrize(
    ("judged", "arrived", "recalled"),
    [
        # in which order dedupe sees them, in which they came to Wiredesk, what the kill of `agency` recalls
        ("agency paper", "agency paper", ["paper"]),
        ("paper agency", "agency paper", ["paper"]),
        ("paper agency", "paper agency", []),
        ("paper other agency", "agency paper other", ["other", "paper"]),
        ("paper other agency", "paper agency other", ["other"]),
        ("other agency paper", "agency other paper", ["other", "paper"]),
    ],
)
def test_a_feed_that_was_overtaken_is_still_the_source(
    judged: str, arrived: str, recalled: list[str], text: str
) -> None:
    """Partitions are read side by side: a copy can be judged first, and the kill of its source reaches it."""
    driver, came = DedupeDriver(), {name: at for at, name in enumerate(arrived.split())}
    for name in judged.split():
        driver.send(name, LEAD if name == "agency" else text, feed=name, minutes=came[name])
    _, *recalls = driver.kill("agency", minutes=60)
    assert sorted(recall.dispatch.id for recall in recalls) == recalled
    for recall in recalls:
        assert recall.duplicate
        assert recall.duplicate.of == "agency"
        assert recall.duplicate.relation is not Relation.ORIGINAL
        assert recall.dispatch.killed_by == "agency/9"
    if recalled:
        (late,) = driver.send("late", text, feed="late", minutes=61)
        assert (late.dispatch.status, late.dispatch.killed_by) == (Status.RECALLED, "agency/9")


@pytest.mark.parametrize(("order", "status"), [("paper agency", Status.RECALLED), ("agency", Status.USABLE)])
def test_the_release_of_what_overtook_a_killed_source_is_a_recall(order: str, status: Status) -> None:
    """As that of any other copy; twin: of a text that the killed one never had."""
    driver = DedupeDriver()
    for name in order.split():
        driver.send(name, LEAD, feed=name, minutes=int(name == "paper"))
    if "paper" not in order:
        driver.send("paper", OTHER, feed="paper", minutes=1)
    driver.kill("agency", minutes=2)
    (release,) = driver.send("paper", "", kind=Kind.ADVISORY, status=Status.USABLE, version="2", minutes=3)
    assert release.dispatch.status is status


def test_a_correction_reaches_what_overtook_its_source() -> None:
    """It recalls the copy that was judged first, and marks a later copy of that copy; a new copy of the correction
    is none of these."""
    driver = DedupeDriver()
    driver.send("paper", LEAD, feed="paper", minutes=1)
    driver.send("agency", LEAD, feed="agency", minutes=0)
    _, recall = driver.send("agency", OTHER, feed="agency", version="2", kind=Kind.CORRECTION, minutes=2)
    assert (recall.dispatch.id, recall.dispatch.severity) == ("paper", Severity.CORRECTED)
    (late,) = driver.send("late", NEAR, feed="late", minutes=3)
    assert (late.dispatch.status, late.pub_status) == (Status.RECALLED, PubStatus.USABLE)
    (fresh,) = driver.send("fresh", OTHER, feed="fresh", minutes=4)
    assert fresh.dispatch.status is not Status.RECALLED


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


def test_a_kill_counts_before_a_correction() -> None:
    """Guard: of several withdrawals of what an item copies, a kill decides, whichever came first in the chain."""
    driver = DedupeDriver()
    driver.send("first", LEAD)
    driver.send("longer", LEAD + " " + prose(5, 90))
    driver.send("first", LEAD + " " + prose(6, 3), version="2", kind=Kind.CORRECTION)
    driver.kill("longer")
    copy = driver.send("third", LEAD + " " + prose(5, 91))[0]
    assert copy.duplicate
    assert copy.duplicate.evidence["matched"] == "longer/1"
    assert (copy.dispatch.killed_by, copy.pub_status) == ("longer/9", PubStatus.WITHHELD)


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


CORRECTED = FIGURES.replace("37 boats", "39 boats")
LATER = f"{FIGURES} {prose(5, 40)}"
VALID = [  # what comes between the first version and a copy of it, the version that the copy names as valid
    ([], None),
    ([{"body": LATER, "version": "2", "kind": Kind.UPDATE}], "source/2"),
    ([{"body": CORRECTED, "version": "2", "kind": Kind.CORRECTION}], "source/2"),
    (
        [
            {"body": LATER, "version": "2", "kind": Kind.UPDATE},
            {"body": CORRECTED, "version": "3", "kind": Kind.UPDATE},
        ],
        "source/3",
    ),
    ([{"body": LATER, "version": "0", "kind": Kind.LATE}], None),
    ([{"body": "", "version": "9", "kind": Kind.KILL, "status": Status.KILLED}], None),
]


@pytest.mark.parametrize(("revisions", "valid"), VALID)
def test_a_copy_of_an_older_version_names_the_valid_one(revisions: list[dict[str, Any]], valid: str | None) -> None:
    """The newest version of what it copies, where that is another; a copy of the copy names it as well."""
    driver = DedupeDriver()
    driver.send("source", FIGURES, headline(1))
    for revision in revisions:
        driver.send("source", **{"title": headline(1)} | revision)
    for copy in ("copy", "copy of the copy"):
        duplicate = driver.send(copy, FIGURES, headline(1))[0].duplicate
        assert duplicate
        assert (duplicate.of, duplicate.of_item, duplicate.valid_item) == ("source", "source/1", valid)

"""Every place of every format: to whom its text is addressed, and that what is private there stays private."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from news import parse
from noticed import all_passages
from planting import PLANTERS, UNKNOWN, places
from private_places import private_payloads, public_payloads

from pipeline.envelope import FORMAT
from pipeline.formats import FORMATS
from pipeline.formats.limits import PASSAGE_CHARACTERS_MAX, PASSAGES_MAX, bounded
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import CODE, checked, lines_of
from pipeline.notes import NOTE_CHARACTERS_MAX, Addressee, Passage
from pipeline.replay import Replay, payload

ARRIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)
ARRIVED_MS = round(ARRIVED.timestamp() * 1000)
PHRASES = {  # the class of a place -> what holds an item there, and words of the same kind that do not
    Addressee.EDITORS: ("With a map. The text is embargoed until Tuesday.", "With a map. The text is final."),
    Addressee.HEADLINE: ("EMBARGOED UNTIL 6 P.M. TUESDAY", "Council lifts its embargo"),
    Addressee.SLUG: ("EMBARGOED", "HARBOUR"),
    Addressee.NAME: ("EMBARGOED UNTIL 6 P.M. TUESDAY", "Sanctions/Embargo"),
    Addressee.PUBLIC: ("EMBARGOED UNTIL 6 P.M. TUESDAY", "The council lifted its embargo on Tuesday, it said."),
    Addressee.ASIDE: ("With a map. The text is embargoed until Tuesday.", "With a map. The text is final."),
    Addressee.TERMS: ("EMBARGOED UNTIL 6 P.M. TUESDAY", "The council lifted its embargo on Tuesday, it said."),
}
PLACES = places()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "Notes\nInes Roca <ines@quay.example>\nNot for use",
            ["Notes", "Ines Roca <ines@quay.example>", "Not for use"],
        ),
        ("Notes\n<https://quay.example/a?b=@c>\nMore", ["Notes", "<https://quay.example/a?b=@c>", "More"]),
        ('<a href="mailto:ines@quay.example">Ines</a>\nRoca', ["Ines Roca"]),
        ("<p>Notes</p><p>Ines Roca &lt;ines@quay.example&gt;</p>", ["Notes", "Ines Roca <ines@quay.example>"]),
    ],
)
def test_an_address_makes_no_page_of_a_note(text: str, lines: list[str]) -> None:
    """Its lines stay lines: joined, they may say what none of them says."""
    assert lines_of(text) == lines


def words(text: str) -> str:
    """The words alone: names of files are read without their separators."""
    return " ".join(re.findall(r"\w+", text))


SHOWN = {
    ("ninjs", "headlines/role"), ("ninjs", "descriptions/role"), ("ninjs", "bodies/role"),
    ("nitf", "head/pubdata/@date.publication"),  # a warning shows a date that cannot be read
}  # fmt: skip
SHORT = {("anpa", "header: service, number, selector"): "Embargoed"}  # places that hold a few characters


def planted(name: str, place: str, text: str) -> Parsed:
    """The item.  Its format is declared, because text before a telegram may look like plain copy."""
    found, parsed = parse(Payload(PLANTERS[name](place, text), "quay", ARRIVED, name))
    assert found == name
    (item,) = parsed.items
    assert isinstance(item, Parsed)
    return item


@pytest.mark.parametrize(("name", "place", "addressee"), PLACES, ids=[f"{row[0]} {row[1]}" for row in PLACES])
def test_every_place_is_handed_over_with_its_addressee(name: str, place: str, addressee: Addressee) -> None:
    """What the table says is what the reader of notes gets: the text, and to whom it is addressed."""
    phrase = SHORT.get((name, place), PHRASES[addressee][1])
    found = [one for one in all_passages(planted(name, place, phrase)) if words(phrase) in words(one.text)]
    assert addressee in {one.addressee for one in found}, found


SECRET = "Zanzibarword"
PRIVATE, PUBLIC = (make(f"Ask {SECRET} about the map.") for make in (private_payloads, public_payloads))


def published(name: str, data: bytes) -> list[bytes]:
    """Every byte that leaves the rooms for consumers, headers included."""
    replay = Replay()
    replay.publish(payload("quay", data, ARRIVED_MS, ((FORMAT, name.encode()),)), ARRIVED_MS)
    assert not replay.log["wire.dead"], name
    records = [record for topic, records in replay.log.items() if topic != "wire.raw" for record in records]
    return [
        part for record in records for part in (record.key, record.value, *(value for _, value in record.headers))
    ]


@pytest.mark.parametrize("place", PRIVATE)
def test_what_is_private_stays_private(place: str) -> None:
    """A word in a place that is not for readers is in no topic behind wire.raw."""
    assert not [part for part in published(*PRIVATE[place]) if SECRET.encode() in part]


@pytest.mark.parametrize("place", PUBLIC)
def test_what_is_public_is_published(place: str) -> None:
    """The twin: the same words where readers see them."""
    assert [part for part in published(*PUBLIC[place]) if SECRET.encode() in part]


@pytest.mark.parametrize(
    ("name", "place"),
    [row[:2] for row in PLACES if row[2] is Addressee.EDITORS and row[:2] not in {*SHORT, *SHOWN}],
)
def test_a_place_for_editors_is_private(name: str, place: str) -> None:
    """The same for every place that a table gives to editors."""
    data = PLANTERS[name](place, f"Ask {SECRET} about the map, please.")
    assert not [part for part in published(name, data) if SECRET.encode() in part]


@pytest.mark.parametrize("which", ["held", "published"])
@pytest.mark.parametrize(("name", "place", "addressee"), PLACES, ids=[f"{row[0]} {row[1]}" for row in PLACES])
def test_a_phrase_holds_in_every_place_and_its_twin_in_none(
    name: str, place: str, addressee: Addressee, which: str
) -> None:
    """In every place of every format an embargo holds the item; other words of the same kind hold nothing."""
    phrases = (SHORT[name, place], "Map") if (name, place) in SHORT else PHRASES[addressee]
    data = PLANTERS[name](place, phrases[which == "published"])
    replay = Replay(rooms=("normalise", "resolve"))
    replay.publish(payload("quay", data, ARRIVED_MS, ((FORMAT, name.encode()),)), ARRIVED_MS)
    # An item with no words but those of its embargo is a dead letter.
    assert len(replay.log["wire.normalised"]) + len(replay.log["wire.dead"]) == 1
    assert len(replay.log["wire.resolved"]) == (which == "published")


CODES = [(name, place) for name, row in FORMATS.items() for place, own in row.places.items() if own is CODE]
CODES.remove(("nitf", "//@baselang"))  # is planted on the copy


@pytest.mark.parametrize(("name", "place"), CODES, ids=[" ".join(row) for row in CODES])
def test_several_words_among_codes_are_for_editors(name: str, place: str) -> None:
    """In a place of ids, codes and dates a sentence holds the item, or makes it a dead letter."""
    data = PLANTERS[name](place, PHRASES[Addressee.EDITORS][0])
    replay = Replay(rooms=("normalise", "resolve"))
    replay.publish(payload("quay", data, ARRIVED_MS, ((FORMAT, name.encode()),)), ARRIVED_MS)
    assert not replay.log["wire.resolved"]


def test_a_code_says_nothing() -> None:
    """The twins: codes, an id with a blank, dates with blanks; what a code means, or what is behind a link."""
    for name, place, text in (
        ("ninjs", "altids", "embargo-1234567"), ("ninjs", "profile", "text only"),
        ("ap-json", "foreignkeys", "A 77"),
        ("rss", "//pubDate", "Wed, 12 Jan 2022 09:30:00 GMT"), ("rss", "//@title", "Oil embargo lifted"),
        ("newsml-g2", "contentMeta/altId", "dpa-euro:0223:4 pl 152"), ("newsml-1.2", "//Format", "NITF 3.2"),
        ("newsml-g2", "assert", PHRASES[Addressee.EDITORS][0]), ("nitf", "head/docdata/doc-id", "embargoed"),
        ("nitf", "head/pubdata/@date.publication", "20220112T000000Z"),
    ):  # fmt: skip
        data = PLANTERS[name](place, text)
        replay = Replay(rooms=("normalise", "resolve"))
        replay.publish(payload("quay", data, ARRIVED_MS, ((FORMAT, name.encode()),)), ARRIVED_MS)
        assert len(replay.log["wire.resolved"]) == 1, (name, place)


def test_every_format_has_a_table_and_a_planter() -> None:
    """A new format is tested here, or this fails."""
    assert set(PLANTERS) == set(FORMATS)
    assert all(row.places for row in FORMATS.values())
    assert UNKNOWN not in {place for row in FORMATS.values() for place in row.places}


def test_what_may_be_a_note_is_bounded() -> None:
    """A long text is copy behind its beginning; an item with too many texts is too large, but its kill is kept."""
    long = "word " * 1_000
    found = checked([Passage(Addressee.EDITORS, long, "x")])
    assert [(one.addressee, len(one.text)) for one in found] == [
        (Addressee.EDITORS, NOTE_CHARACTERS_MAX),
        (Addressee.PUBLIC, len(long)),
    ]
    kill = Passage(Addressee.EDITORS, "MANDATORY KILL", "x")
    for many in ([str(number) for number in range(PASSAGES_MAX + 1)], ["x" * (PASSAGE_CHARACTERS_MAX + 1)]):
        item = bounded(
            Parsed(("Copy.",), passages=(*(Passage(Addressee.PUBLIC, text, "x") for text in many), kill))
        )
        assert item.unfit is not None
        assert kill in item.passages

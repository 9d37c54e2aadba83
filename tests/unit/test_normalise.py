"""NORMALISE: every payload yields items or a dead letter; nothing stops the room, nothing is lost."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walk import FEED, START, START_MS, Newsroom, ninjs

from pipeline import features
from pipeline.dead import Letter, letters_of
from pipeline.envelope import FEATURES
from pipeline.items import Item
from pipeline.normalise import detection
from pipeline.normalise.room import KILL_BYTES_MAX, NormaliseRoom
from pipeline.records import Reason, Record, instant_ms
from pipeline.replay import Replay, account, payload
from tests.examples import examples

PLAIN = (
    "Harbour opens\n\nLISBON (Meridian) – The harbour of Lisbon opened again on Monday after a storm of two days, "
    "and the first ferries left in the morning.\n\n(Reporting by Ana Prata; editing by Tom Weber)\n"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", Reason.EMPTY, id="empty"),
        pytest.param(b" \n\t ", Reason.EMPTY, id="blank"),
        pytest.param(ninjs()[:-20], Reason.MALFORMED, id="truncated JSON"),
        pytest.param(b"<rss><channel><item><title>Cut", Reason.MALFORMED, id="truncated XML"),
        pytest.param(b"PK\x03\x04" + bytes(range(256)), Reason.ENCODING, id="no text"),
        pytest.param(PLAIN.encode("utf-16-le"), Reason.ENCODING, id="wrong encoding"),
        pytest.param(PLAIN.replace("storm", "st\0rm").encode(), Reason.ENCODING, id="null byte"),
        pytest.param(b"[" * 100_000, Reason.TOO_DEEP, id="100,000 brackets"),
        pytest.param(b'{"a":' * 100_000 + b"}" * 100_000, Reason.TOO_DEEP, id="100,000 braces"),
        pytest.param(ninjs(versionCreated="9999-12-31T23:59:59Z"), Reason.BAD_DATE, id="year 9999"),
        pytest.param(b"x" * 5_000_000, Reason.TOO_LARGE, id="5 MB"),
        pytest.param(b'{"no": "item"}', Reason.UNKNOWN_FORMAT, id="JSON of another kind"),
        pytest.param(b'<rss version="2.0"><channel/></rss>', Reason.NO_ITEM, id="nothing in it"),
    ],
)
def test_bad_payloads_die(data: bytes, reason: Reason) -> None:
    """Each ends in wire.dead with reason, position and its bytes, is counted, and the next payload is read."""
    newsroom = Newsroom()
    assert newsroom.send(data) == []
    letter = Letter(next(newsroom.records("wire.dead")))
    raw = next(newsroom.records("wire.raw"))
    assert (letter.reason, letter.position, letter.size) == (reason.value, raw.position, len(data))
    assert letter.record.value == (data if letter.is_whole else data[: len(letter.record.value)])
    assert dict(letter.record.headers)["dead-sha256"].decode() == hashlib.sha256(data).hexdigest()
    assert len(newsroom.send(ninjs())) == 1


@pytest.mark.parametrize(
    ("said", "data", "outcome"),
    [
        ("telex", ninjs(), ("ninjs", ("declared as telex, read as ninjs",))),
        ("plain", ninjs(), ("ninjs", ("declared as plain, read as ninjs",))),
        ("ninjs", ninjs(), ("ninjs", ())),
        ("telex", PLAIN.encode(), ("plain", ("declared as telex, read as plain",))),
        ("ninjs", b'{"name": "Ferry", "name_2": "late"}', Reason.NO_ITEM),  # nothing contradicts it
        ("telex", b'{"name": "Ferry"}', Reason.UNKNOWN_FORMAT),
        ("plain", b'{"name": "Ferry"}', Reason.UNKNOWN_FORMAT),
        ("ninjs", PLAIN.encode(), Reason.MALFORMED),
    ],
)
def test_the_content_decides(said: str, data: bytes, outcome: tuple[str, tuple[str, ...]] | Reason) -> None:
    """The format that the publisher names counts only where the content shows none; a wrong one gives a warning."""
    replay = Replay(rooms=("normalise",))
    replay.publish(payload(FEED, data, START_MS, (("format", said.encode()),)), START_MS)
    if isinstance(outcome, Reason):
        assert [letter.reason for letter in map(Letter, replay.log["wire.dead"])] == [outcome.value]
    else:
        (record,) = replay.log["wire.normalised"]
        wire = Item.model_validate_json(record.value).wire
        assert (wire.format, wire.warnings) == outcome


def test_no_feed_dies() -> None:
    """A record that neither key nor header gives a feed."""
    replay = Replay(rooms=("normalise",))
    replay.publish(payload("", ninjs(), START_MS), START_MS)
    assert [Letter(record).reason for record in replay.log["wire.dead"]] == [Reason.NO_FEED.value]


def test_plain_copy() -> None:
    """What the copy says lands in ninjs fields, what is no copy leaves the body."""
    (item,) = Newsroom().send(PLAIN.encode())
    assert (item.headline, item.located, item.language.tag, item.by) == (
        "Harbour opens",
        "Lisbon",
        "en",
        "Ana Prata",
    )
    assert item.furniture.editing == ("Tom Weber",)
    assert item.body.startswith("The harbour of Lisbon")
    assert item.body.endswith("in the morning.")
    assert item.bodies[0].word_count == len(item.body.split())


@pytest.mark.parametrize(
    ("note", "public"),
    [
        pytest.param("Adds quote.", "Adds quote.", id="public"),
        pytest.param("Adds quote.\nNOT FOR PUBLICATION:\nCall 0123", "Adds quote.", id="marker in the note"),
        pytest.param("The following is not for publication: 0123", None, id="nothing else"),
        pytest.param(
            "Neu: Zitat. Die folgenden Angaben sind nicht zur Veröffentlichung bestimmt: 0123",
            "Neu: Zitat.",
            id="in the middle of a line",
        ),
    ],
)
def test_a_note_is_public_up_to_its_marker(note: str, public: str | None) -> None:
    """What a public field marks as not for publication stays in wire.raw (law 5)."""
    newsroom = Newsroom()
    (item,) = newsroom.send(ninjs(edNote=note))
    assert item.ed_note == public
    assert b"0123" not in next(newsroom.records("wire.normalised")).value


@pytest.mark.parametrize(
    ("field", "note", "held"),
    [
        (None, "Eds: adds quote", False),
        (None, "EMBARGOED UNTIL 10:00 GMT, January 12 2022", True),
        (None, "Adds quote\nSperrfrist 18 Uhr", True),
        (None, "Adds quote. Embargoed until the minister speaks", True),
        ("2022-01-12T09:30:00Z", "EMBARGOED UNTIL 10:00 GMT, January 12 2022", True),
        ("2022-01-12T08:00:00Z", "", False),
        (None, "MANDATORY HOLD: awaiting word of the court", True),
    ],
)
def test_an_embargo_in_the_note_holds(field: str | None, note: str, held: bool) -> None:
    """An embargo written in the note to editors alone holds; of two the stricter counts (law 5)."""
    newsroom = Newsroom()
    assert bool(newsroom.send(ninjs(edNote=note, embargoedUntil=field))) != held
    (record,) = newsroom.records("wire.normalised")
    if field and note:
        assert Item.model_validate_json(record.value).embargoed_until == datetime(2022, 1, 12, 10, tzinfo=UTC)


def test_a_second_body_for_browsers() -> None:
    """Markup that says more than the words is a second body; it holds no word that the copy dropped."""
    markup = "<p>OSLO (Norden) - The <b>ferry</b> was late.</p><p>(Reporting by Ada <i>Quay</i>)</p>"
    (item,) = Newsroom().send(ninjs(bodies=[{"value": markup, "contentType": "text/html"}]))
    assert [body.value for body in item.bodies] == ["The ferry was late."]  # its paragraph lost the dateline
    markup += "<p>It had <b>ice</b>, &lt;b>ice&lt;/b>.</p>"
    (item,) = Newsroom().send(ninjs(bodies=[{"value": markup, "contentType": "text/html"}]))
    assert [(body.content_type, body.value) for body in item.bodies] == [
        ("text/plain", "The ferry was late.\n\nIt had ice, ‹b›ice‹/b›."),
        ("text/html", "<p>The ferry was late.</p>\n<p>It had <b>ice</b>, &lt;b&gt;ice&lt;/b&gt;.</p>"),
    ]


def test_the_copy_completes_the_fields() -> None:
    """Urgency and slug that only the copy states; what a field states wins."""
    (item,) = Newsroom().send(b"LISBON-HARBOUR/ (URGENT): Harbour opens again\n\n" + PLAIN.encode())
    assert (item.slugline, item.urgency) == ("LISBON-HARBOUR/", 3)
    headlines = [{"value": "LISBON-HARBOUR/ (URGENT): Harbour opens again"}]
    (item,) = Newsroom().send(ninjs(headlines=headlines, slugline="harbour", urgency=5))
    assert (item.slugline, item.urgency, item.headline) == ("harbour", 5, "Harbour opens again")


@pytest.mark.parametrize(
    ("fields", "by", "agency"),
    [
        ({"by": "By ADA QUAY, AP Business Writer"}, "ADA QUAY", "ap"),
        ({"by": "Von Ada Kai und Jan Mol, dpa"}, "Ada Kai, Jan Mol", "dpa"),
        ({"by": "Ada Quay"}, "Ada Quay", None),
        ({"by": "By our correspondents"}, "our correspondents", None),
        ({"by": "aq/jm"}, None, None),
        ({"by": "harbour/AQ"}, "harbour/AQ", None),
        ({"bodies": [{"value": "Talks began.\n\nAna Ruiz contributed to this report."}]}, None, None),
        (
            {"bodies": [{"value": "Talks began.\n\nAna Ruiz reported from Oslo. Li Na contributed."}]},
            "Ana Ruiz",
            None,
        ),
        ({"infoSources": [{"name": "dpa", "role": "isrol:supplier"}, {"name": "AP"}]}, None, "ap"),
        ({"infoSources": [{"name": "Ada Quay/AFP/dpa", "role": "creditline"}]}, None, "afp"),
        ({"infoSources": [{"name": "dpa", "role": "provider"}]}, None, "dpa"),
        ({"infoSources": [{"name": "Quay Media", "role": "provider"}]}, None, None),
        ({"infoSources": [{"name": "أ ف ب", "role": "provider"}]}, None, "afp"),
        ({"copyrightNotice": "Copyright 2022 The Associated Press. All rights reserved."}, None, "ap"),
        ({"bodies": [{"value": "OSLO (NTB) – Talks began."}], "infoSources": [{"name": "AP"}]}, None, "ntb"),
    ],
)
def test_who_wrote_it_and_whose_copy_it_is(fields: dict[str, Any], by: str | None, agency: str | None) -> None:
    """The copy's own word; else the byline, a source that is no mere carrier, the rights stated, the carrier."""
    (item,) = Newsroom("normalise", "resolve").send(
        ninjs(language="de" if "Von" in str(fields) else "en", **fields)
    )
    assert (item.by, item.wire.agency) == (by, agency)


def test_a_kicker_alone_is_no_headline() -> None:
    """Further headlines follow the main one; without it there are none."""
    kicker = {"role": "kicker", "value": "Shipping"}
    (item,) = Newsroom().send(ninjs(headlines=[kicker, {"role": "main", "value": "Ferry late"}]))
    assert [(text.role, text.value) for text in item.headlines] == [("main", "Ferry late"), ("kicker", "Shipping")]


def test_ids_come_from_content() -> None:
    """The dispatch is feed and native id; the item also version and body; a position changes neither."""
    newsroom = Newsroom()
    (first,), (again,), (other_body,), (next_version,) = (
        newsroom.send(data) for data in (ninjs(), ninjs(), ninjs(body="Talks did not begin."), ninjs(version=2))
    )
    (elsewhere,) = newsroom.send(ninjs(), feed="polder")
    assert first.dispatch.item == again.dispatch.item
    assert len({item.dispatch.item for item in (first, other_body, next_version, elsewhere)}) == 4
    assert len({item.dispatch.id for item in (first, again, other_body, next_version)}) == 1
    assert elsewhere.dispatch.id != first.dispatch.id
    assert first.uri == again.uri


def test_time_is_clamped() -> None:
    """An item cannot be newer than its arrival; a publisher's clock that runs ahead of the log's does not count."""
    (item,) = Newsroom().send(ninjs(versionCreated="2023-01-01T00:00:00Z"))
    assert item.version_created == item.wire.received
    assert any("after its arrival" in warning for warning in item.wire.warnings)
    replay = Replay(rooms=("normalise",))
    replay.publish(payload(FEED, ninjs(), START_MS + 86_400_000), START_MS)
    assert Item.model_validate_json(replay.log["wire.normalised"][0].value).wire.received == START


def test_the_features_header() -> None:
    """Travels beside the item to tag, in a version of its own, and no further."""
    newsroom = Newsroom("normalise", "resolve", "dedupe", "tag", "alert")
    newsroom.send(PLAIN.encode())
    for topic in ("wire.normalised", "wire.resolved", "wire.deduped"):
        assert features.decode(next(newsroom.records(topic)).header(FEATURES)).words > 20
    assert next(newsroom.records("wire.enriched")).header(FEATURES) is None


PIECES = st.one_of(
    st.binary(max_size=300),
    st.sampled_from([ninjs(), PLAIN.encode(), b"<rss/>", b"{}", b"[]", b"null", b'{"uri":"a","bodies":[{}]}']),
    st.text(max_size=200).map(str.encode),
)


@settings(max_examples=examples(50), deadline=None)
@given(st.lists(PIECES, max_size=5))
def test_any_bytes(payloads: list[bytes]) -> None:
    """Whatever arrives: every record is answered, the account is balanced, and nothing dies of our own bugs."""
    replay = Replay()
    for data, minute in zip(payloads, count(), strict=False):
        replay.publish(payload(FEED, data, START_MS + minute), START_MS + minute)
    found = account(replay)
    assert found.balanced
    assert found.items >= len(payloads)
    assert Reason.BUG.value not in {Letter(record).reason for record in replay.log["wire.dead"]}


@pytest.mark.parametrize("text", [b"noon", b"2022-01-12T09:00:00", b"\xff", b"99999-01-01T00:00:00Z"])
def test_a_bad_ce_time_dies(text: bytes) -> None:
    """A time that cannot be read is no time; the record stays findable by the log's own."""
    replay = Replay(rooms=("normalise",))
    out = payload(FEED, ninjs(), START_MS)
    record = replay.publish(type(out)(out.topic, out.key, out.value, (("ce_time", text),)), START_MS)
    assert record.arrived_ms == START_MS
    assert [Letter(one).reason for one in replay.log["wire.dead"]] == [Reason.BAD_RECORD.value]
    assert instant_ms(b"2022-01-12T09:00:00Z") == START_MS


# ---- poison -----------------------------------------------------------------------------------------------------


def test_the_letters_of_a_payload_keep_it_once() -> None:
    """The first broken item's letter has the bytes and the headers; the others name it, and a reader finds it."""
    broken: dict[str, Any] = {"uri": "urn:quay:1", "headline": "x", "versioncreated": "9999-12-31T00:00:00Z"}
    whole = {"uri": "urn:quay:2", "headline": "Ferry late", "body_text": "The ferry came late."}
    data = orjson.dumps([broken, whole, *[broken] * 998])
    replay = Replay(rooms=("normalise",))
    headers = (("x", b"7"),)
    replay.publish(payload(FEED, data, START_MS, headers), START_MS)
    records = replay.log["wire.dead"]
    found = list(letters_of(records))
    assert (len(replay.log["wire.normalised"]), len(found)) == (1, 999)
    assert sum(len(record.value) for record in records) == len(data)
    assert sum(map(size_of_record, records)) < len(data) + 999 * 1_000
    assert {letter.kept_in for letter in found[1:]} == {found[0].id}
    for letter in found:
        assert (letter.kept.value, letter.is_whole, letter.headers[-1]) == (data, True, headers[0])
    assert [letter.part for letter in found[:3]] == [0, 2, 3]
    alone = next(letters_of(records[5:]))
    assert (alone.is_whole, alone.kept_in, alone.position) == (False, found[0].id, found[0].position)


def size_of_record(record: Record) -> int:
    return len(record.key) + len(record.value) + sum(len(name) + len(value) for name, value in record.headers)


LONG = "The ferry came late. " * 14_000


@pytest.mark.parametrize(
    "more",
    [
        {"pubstatus": "canceled", "body_text": LONG},
        {"pubstatus": "withheld", "body_text": LONG},
        {"pubstatus": "canceled", "body_text": LONG * 3},
        {"pubstatus": "canceled", "subject": [{"name": f"{n}" + "x" * 3_900} for n in range(190)]},
        {
            "pubstatus": "canceled",
            "description_text": LONG[:4_000],
            "body_text": LONG[:200_000],
            "copyrightnotice": LONG,
        },
    ],
    ids=["kill", "hold", "kill of a megabyte", "many subjects", "many words"],
)
def test_a_kill_takes_effect_however_many_its_words_are(more: dict[str, Any]) -> None:
    """It goes out without them, small enough for every room; the same item without the status is dead, or whole."""
    dispatch = {"uri": "urn:quay:1", "version": "1", "headline": "Ferry late", "body_text": "The ferry came late."}
    replay = Replay()
    for item in (dispatch, dispatch | {"version": "2", "headline": "Ferry late again"} | more):
        replay.publish(payload(FEED, orjson.dumps(item), START_MS), START_MS)
    assert not replay.log["wire.dead"]
    last = Item.model_validate_json(replay.log["wire.normalised"][-1].value)
    assert last.pub_status.value == more["pubstatus"]
    if len(replay.log["wire.normalised"][-1].value) < 10_000:
        assert any(one.startswith("its words are left out: ") for one in last.wire.warnings)
    assert len(replay.log["wire.normalised"][-1].value) < KILL_BYTES_MAX
    outcome = [Item.model_validate_json(one.value).dispatch.status for one in replay.log["wire.resolved"]]
    assert outcome[-1] != "usable" if more["pubstatus"] == "canceled" else outcome


@pytest.mark.parametrize("body", [LONG, LONG * 3])
def test_an_item_with_too_many_words_is_dead(body: str) -> None:
    """The twin without a status: nothing of it is published, because a cut body would say something else."""
    newsroom = Newsroom()
    assert newsroom.send(ninjs(body_text=body)) == []
    assert Letter(next(newsroom.records("wire.dead"))).reason == Reason.TOO_LARGE.value


MANY = [{"name": f"{n}" + "x" * 3_900, "literal": "y" * 3_900} for n in range(180)]


def test_one_item_that_is_too_large_dies_alone() -> None:
    """Its neighbours in the payload are published."""
    large = {"uri": "urn:quay:1", "headline": "x", "subject": MANY}
    small = {"uri": "urn:quay:2", "headline": "Ferry late", "body_text": "The ferry came late."}
    newsroom = Newsroom()
    newsroom.send(orjson.dumps([small, large, small | {"uri": "urn:quay:3"}]))
    assert [Letter(one).part for one in newsroom.records("wire.dead")] == [1]
    assert len(list(newsroom.records("wire.normalised"))) == 2


def test_models_load_at_the_start_of_the_room() -> None:
    """Guard: the model of the languages is in memory before the first record."""
    detection._identifier.cache_clear()
    NormaliseRoom()
    assert detection._identifier.cache_info().currsize == 1

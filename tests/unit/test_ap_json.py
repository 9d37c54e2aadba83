"""AP Media JSON: envelopes, the text of a story if there is one, and items that may never be published."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from growth import assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st
from news import parse
from noticed import noticed
from walk import Newsroom

from pipeline.formats.json.ap.item import read_ap_json, split_ap_json
from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import AltId, Concept, InfoSource, Text
from pipeline.records import Reason, Rejected
from pipeline.values.embargo import Embargo
from tests.examples import examples
from tests.real_data import STAND_INS, real, stand_in

ID = "0123456789abcdef0123456789abcdef"
URI = f"https://api.quay.example/media/v/content/{ID}"
ITEM: dict[str, Any] = {
    "uri": f"{URI}?qt=x&et=1", "altids": {"itemid": ID, "etag": f"{ID}_2a1", "transref": "a0042"}, "version": 2,
    "type": "text", "urgency": 4, "editorialpriority": "r", "language": "en", "pubstatus": "usable",
    "versioncreated": "2022-01-12T09:30:00Z", "firstcreated": "2022-01-12T08:30:00Z", "signals": ["newscontent"],
    "title": "EU--Ferry", "headline": "Ferry late", "headline_extended": "The ferry to Bergen came late",
    "slugline": "BC-EU--Ferry, 2nd Ld-Writethru", "bylines": [{"by": "By ADA QUAY", "title": "Harbour Writer"}],
    "located": "BERGEN, Norway", "description_summary": "The ferry came late. Nobody minded.",
    "datelinelocation": {"city": "Bergen", "countrycode": "NOR"}, "copyrightnotice": "Copyright 2022 Quay.",
    "usageterms": ["Editorial use only.", "No use in Norway."], "provider": "Quay",
    "infosource": [{"name": "Harbour", "type": "Member"}], "keywords": ["Ferry"],
    "subject": [{"name": "i", "code": "i", "rels": ["category"]},
                {"name": "Ferries", "scheme": "http://cv.quay.example/id/", "code": "7", "rels": ["direct"]}],
    "person": [{"name": "Ada Quay", "scheme": "http://cv.quay.example/id/", "code": "8", "rels": ["direct"]}],
    "place": [{"name": "Bergen", "scheme": "http://cv.quay.example/id/", "code": "9", "rels": ["direct"]}],
    "links": [{"href": "https://quay.example/7", "rel": "canonical"}, {"href": "https://quay.example/a"}],
    "renditions": {"nitf": {"href": "https://api.quay.example/7", "words": 6}},
    "associations": {"1": {"headline": "Photo", "altids": {"itemid": "x"}}},
}  # fmt: skip
BLOCK = "<block>\n<p>BERGEN, Norway (AP) — The <b>ferry</b> came late.</p>\n<p>Nobody minded.</p></block>"
NITF = (
    '<?xml version="1.0"?><nitf><head><title>T</title></head><body><body.head><hedline><hl1>H</hl1></hedline>'
    f'</body.head><body.content><media><media-caption>A quay</media-caption></media>{BLOCK}'
    '<note noteclass="editorsnote"><p>Call Ada</p></note><media media-type="image"/><p>Late.</p></body.content>'
    "<body.end>E</body.end></body></nitf>"
)  # fmt: skip
READ = Parsed(
    paragraphs=("The ferry came late. Nobody minded.",),
    headline="Ferry late",
    further_headlines=(Text(value="The ferry to Bergen came late", role="extended", content_type="text/plain"),),
    native_id=ID,
    version="2",
    version_created=datetime(2022, 1, 12, 9, 30, tzinfo=UTC),
    first_created=datetime(2022, 1, 12, 8, 30, tzinfo=UTC),
    language="en",
    urgency=4,
    slugline="BC-EU--Ferry, 2nd Ld-Writethru",
    by="By ADA QUAY",
    located="BERGEN, Norway",
    descriptions=("The ferry came late. Nobody minded.",),
    info_sources=(InfoSource(name="Harbour", role="Member"), InfoSource(name="Quay", role="provider")),
    places=(
        Concept(name="Bergen", rel="dateline"),
        Concept(name="Bergen", rel="direct", uri="http://cv.quay.example/id/9", literal="9"),
    ),
    subjects=(
        Concept(name="i", rel="category", literal="i"),
        Concept(name="Ferries", rel="direct", uri="http://cv.quay.example/id/7", literal="7"),
        Concept(name="Ada Quay", rel="person", uri="http://cv.quay.example/id/8", literal="8"),
        Concept(name="Ferry", rel="keyword"),
    ),
    alt_ids=(
        AltId(role="etag", value=f"{ID}_2a1"),
        AltId(role="transref", value="a0042"),
        AltId(role="canonical", value="https://quay.example/7"),
    ),
    copyright_notice="Copyright 2022 Quay.",
    usage_terms="Editorial use only. No use in Norway.",
    warnings=("body is the summary: the story itself is only linked",),
)


def read(document: Any, format_: str | None = None) -> Parsed:
    payload = Payload(json.dumps(document).encode(), "atlantic", datetime(2022, 1, 13, tzinfo=UTC), format=format_)
    name, found = parse(payload)
    (item,) = found.items
    assert name == "ap-json"
    assert isinstance(item, Parsed)
    return noticed(item)


BARE = {name: ITEM[name] for name in ("uri", "altids", "headline", "versioncreated", "pubstatus", "signals")}


@pytest.mark.parametrize(
    "document",
    [
        ITEM,
        {"item": ITEM},
        {"api_version": "2.1", "data": {"item": ITEM, "meta": {"products": []}}},
        {"api_version": "1.1", "data": {"current_item_count": 1, "items": [{"meta": {}, "item": ITEM}]}},
        [{"api_version": "2.1", "data": {"item": ITEM}}],
    ],
)
def test_every_field_has_its_place_in_every_envelope(document: Any) -> None:
    """An item is the same alone, in a response and in a feed; captions and links to renditions are left out."""
    assert read(document) == READ


@pytest.mark.parametrize(
    ("fields", "paragraphs"),
    [
        ({"nitf": {"body_html": BLOCK}}, ("BERGEN, Norway (AP) — The ferry came late.", "Nobody minded.")),
        ({"body_nitf": NITF}, ("BERGEN, Norway (AP) — The ferry came late.", "Nobody minded.", "Late.")),
        ({"body_html": "<p>Late &amp; late.<br>Again.</p>"}, ("Late & late.", "Again.")),
        ({"body_text": "Late <i>.\n\nAgain."}, ("Late <i>.", "Again.")),
        ({"type": "picture", "description_caption": "A quay"}, ()),
        ({"description_summary": None}, ()),
    ],
)
def test_the_body(fields: dict[str, Any], paragraphs: tuple[str, ...]) -> None:
    """The body is the story if it was put in, without notes and captions; else the summary; a picture has none."""
    read_in = split_ap_json(
        Payload(json.dumps(ITEM | fields).encode(), "atlantic", datetime(2022, 1, 13, tzinfo=UTC))
    )
    item = read_ap_json(read_in.documents[0])
    assert item.paragraphs == paragraphs
    assert ("only linked" in " ".join(item.warnings)) is (not paragraphs and fields.get("type") != "picture")


def test_a_fetched_text_may_be_beside_the_item() -> None:
    """A text beside the item is read, in the envelope (Superdesk) or in the element of a feed."""
    for document in (
        {"api_version": "2.1", "data": {"item": ITEM}, "nitf": {"body_html": BLOCK}},
        {"api_version": "2.1", "data": {"items": [{"item": ITEM, "nitf": {"body_html": BLOCK}}]}},
    ):
        item = read(document)
        assert item.paragraphs == ("BERGEN, Norway (AP) — The ferry came late.", "Nobody minded.")
        assert item.html == BLOCK


@pytest.mark.parametrize(
    ("fields", "status", "signals"),
    [
        ({}, "usable", ()),
        ({"pubstatus": "canceled"}, "canceled", ("kill",)),
        ({"pubstatus": "canceled", "signals": []}, "canceled", ("kill",)),  # a kill counts in any case
        ({"pubstatus": "withheld"}, "withheld", ("hold",)),
        ({"pubstatus": "odd"}, "withheld", ("hold",)),
        ({"signals": []}, "withheld", ("hold", "unpublishable")),
        ({"signals": None}, "withheld", ("hold", "unpublishable")),
        ({"signals": "NewsContent"}, "usable", ()),
        ({"signals": ["derivative"], "editorialtypes": ["Advisory"]}, "withheld",
         ("hold", "advisory", "unpublishable")),
        ({"editorialtypes": ["Lead"]}, "usable", ("update",)),
        ({"editorialtypes": ["Kill"]}, "canceled", ("kill",)),
        ({"editorialtypes": ["Withhold"]}, "withheld", ("hold",)),
        ({"editorialtypes": ["Corrective"]}, "usable", ("correction",)),
        ({"ednote": "Eds: UPDATES: Adds quay. CORRECTS day."}, "usable", ("correction", "update")),
        ({"urgency": 1}, "usable", ("flash",)),
        ({"urgency": 2}, "usable", ("bulletin",)),
        ({"urgency": None, "editorialpriority": "u"}, "usable", ("urgent",)),
    ],
)  # fmt: skip
def test_status_and_signals(fields: dict[str, Any], status: str, signals: tuple[str, ...]) -> None:
    """Signals and types may make the status stricter; without newscontent an item is never published."""
    item = read(ITEM | fields)
    assert (item.pub_status, item.signals) == (status, signals)


@pytest.mark.parametrize(
    ("fields", "urgency"),
    [({}, 4), ({"urgency": None}, 4), ({"urgency": None, "editorialpriority": "f"}, 1),
     ({"urgency": None, "editorialpriority": "x"}, None), ({"urgency": "0"}, 4)],
)  # fmt: skip
def test_the_urgency_else_the_priority(fields: dict[str, Any], urgency: int | None) -> None:
    """AP's urgency is IPTC's; without it ANPA's priority letter counts."""
    assert read(ITEM | fields).urgency == urgency


@pytest.mark.parametrize(
    ("fields", "embargo"),
    [
        ({"embargoed": "2022-01-12T18:00:00Z"},
         Embargo(datetime(2022, 1, 12, 18, tzinfo=UTC), "2022-01-12T18:00:00Z")),
        ({"embargoed": ""}, Embargo(None, "")),
        ({"embargoed": "soon"}, Embargo(None, "soon")),
        ({"pubstatus": "embargoed"}, Embargo(None)),
        ({"pubstatus": "Embargoed", "embargoed": "2022-01-12T18:00:00Z"},
         Embargo(datetime(2022, 1, 12, 18, tzinfo=UTC), "2022-01-12T18:00:00Z")),
        ({"ednote": "Eds: EMBARGOED until 6 p.m."}, Embargo(None)),
        ({"ednote": "Eds: HOLD FOR RELEASE"}, Embargo(None)),
        ({"ednote": "Eds: Embargo lifted."}, None),
    ],
)  # fmt: skip
def test_an_embargo_fails_closed(fields: dict[str, Any], embargo: Embargo | None) -> None:
    """An embargo may be in its field, in the status, or in the private note."""
    item = read(ITEM | fields)
    assert (item.embargo, item.pub_status) == (embargo, "usable")


def test_the_note_to_editors_stays_behind() -> None:
    """The ednote is in no output; a warning says that there was one."""
    newsroom = Newsroom("normalise")
    newsroom.send(json.dumps(ITEM | {"ednote": "Eds: UPDATES: Kaimauer"}).encode())
    (record,) = newsroom.records("wire.normalised")
    assert b"Kaimauer" not in record.value
    assert b"ednote is for editors: left out" in record.value


def test_what_is_not_news_is_withheld_and_not_kept() -> None:
    """An advisory leaves nothing behind, a later story of the same id is published, and what was
    published before is held."""
    newsroom = Newsroom()
    advisory, story = ITEM | {"signals": [], "version": 1}, ITEM
    assert newsroom.send(json.dumps(advisory).encode()) == []
    assert [str(item.dispatch.kind) for item in newsroom.send(json.dumps(story).encode())] == ["new"]
    assert newsroom.state.withheld == 1
    (held,) = newsroom.send(json.dumps(ITEM | {"signals": [], "version": 3}).encode())
    assert (str(held.dispatch.kind), str(held.dispatch.status), held.body) == ("advisory", "held", "")


@pytest.mark.parametrize(
    ("fields", "native_id", "warned"),
    [
        ({}, ID, False),
        ({"altids": {"etag": "x"}}, ID, False),
        ({"altids": None, "uri": None}, None, True),
        ({"altids": {"itemid": ""}, "uri": "quay:7"}, "quay:7", False),
    ],
)
def test_the_dispatch_is_known_by_its_item_id(fields: dict[str, Any], native_id: str | None, warned: bool) -> None:
    """The id is altids.itemid, else it is taken from the uri, without the tokens of the request."""
    item = read(ITEM | fields | {"headline": "Ferry late"}, "ap-json")
    assert (item.native_id, "revisions" in " ".join(item.warnings)) == (native_id, warned)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"api_version": "2.1", "data": {"items": []}}, Reason.NO_ITEM),
        ({"api_version": "2.1", "data": {"updated": "2022"}}, Reason.NO_ITEM),
        ({"api_version": "2.1", "data": {"item": [1]}}, Reason.NO_ITEM),
        ({"api_version": "2.1", "data": {"item": {"altids": {"itemid": "7"}, "signals": ["newscontent"]}}},
         Reason.NO_ITEM),
        ({"api_version": "2.1", "data": {"items": ["x"]}}, Reason.MALFORMED),
        ({"api_version": "2.1", "data": {"item": ITEM | {"versioncreated": "0001-01-01T00:00:00Z"}}},
         Reason.BAD_DATE),
    ],
)  # fmt: skip
def test_what_holds_no_item_dies(document: Any, reason: Reason) -> None:
    """An empty feed, an envelope without an item and an item without words are rejected."""
    with pytest.raises(Rejected) as caught:
        parse(Payload(json.dumps(document).encode(), "atlantic", datetime(2022, 1, 13, tzinfo=UTC)))
    assert caught.value.reason is reason


def test_a_broken_item_does_not_cost_its_neighbours() -> None:
    """An element of a feed that is not an object does not reject the others."""
    document = {"api_version": "2.1", "data": {"items": [{"item": ITEM}, 7, {"item": BARE}]}}
    found = parse(Payload(json.dumps(document).encode(), "atlantic", datetime(2022, 1, 13, tzinfo=UTC)))[1]
    assert [isinstance(item, Parsed) for item in found.items] == [True, False, True]


# ---- whatever arrives ------------------------------------------------------------------------------------------

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ITEM, "name", "item"]), inner),
    max_leaves=8,
)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.dictionaries(st.sampled_from([*ITEM, "nitf", "body_nitf", "ednote", "embargoed", "photographer"]), values)
)
def test_any_value_in_any_field_is_read_or_rejected(fields: dict[str, Any]) -> None:
    """Any values raise nothing but Rejected, and give the same result twice."""
    with contextlib.suppress(Rejected):
        assert read_ap_json(ITEM | fields) == read_ap_json(ITEM | fields)


@settings(max_examples=examples(100), deadline=None)
@given(values, st.data())
def test_any_payload_is_read_or_rejected(document: Any, data: st.DataObject) -> None:
    """Any JSON, and a damaged envelope, raise nothing but Rejected."""
    payload = bytearray(json.dumps({"api_version": "2.1", "data": {"item": ITEM}}).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(payload)))
        payload[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    for bent in (bytes(payload), json.dumps(document).encode(), json.dumps({"data": document}).encode()):
        with contextlib.suppress(Rejected):
            parse(Payload(bent, "atlantic", datetime(2022, 1, 13, tzinfo=UTC), format="ap-json"))


@pytest.mark.parametrize(
    "unit",
    [
        "<note>",
        "<note ",
        "<media>x",
        "</note",
        "<body.content>",
        "<body.content",
        "<nitf-table-metadata/>",
        "UPDATE",
    ],
)
@pytest.mark.slow
def test_a_megabyte_in_a_body(unit: str) -> None:
    """Time grows linearly with the text."""

    def prepared(size: int) -> partial[Parsed]:
        text = unit * (size // len(unit))
        return partial(read_ap_json, ITEM | {"body_nitf": text, "ednote": text})

    assert_linear(prepared, 500_000)


@pytest.mark.parametrize(
    ("wire", "folders", "count", "stories"),
    [
        stand_in(STAND_INS / "wire", ("ap/*.json",), 2, 1),
        *real("wire", ("superdesk_superdesk-core/ap_media*.json", "superdesk_superdesk-cp/*.json"), 11, 3),
    ],
)
def test_every_item_is_read(wire: Path, folders: tuple[str, ...], count: int, stories: int) -> None:
    """Real payloads are news content, some of it with its text beside it."""
    paths = sorted(path for folder in folders for path in wire.glob(folder))
    items = [read(json.loads(path.read_bytes())) for path in paths if path.name != "cp_onclusive.json"]
    assert len(items) == count
    assert all(item.native_id and len(item.native_id) == 32 and item.headline for item in items)
    assert all(item.pub_status == "usable" and item.version and item.version_created for item in items)
    assert sum(len(item.paragraphs) > 1 for item in items) == stories

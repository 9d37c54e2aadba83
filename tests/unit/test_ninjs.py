"""ninjs: three families of names, statuses and embargoes that fail closed, and vendors' broken JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from news import parse
from noticed import noticed

from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.items import AltId, Concept, InfoSource, Signal
from pipeline.records import Reason, Rejected
from pipeline.values.blanks import untagged
from pipeline.values.embargo import Embargo
from tests.real_data import STAND_INS, real, stand_in

FAMILIES = {
    "1.x": {
        "uri": "urn:harbour:7", "version": "3", "versioncreated": "2022-01-12T09:30:00+0100", "pubstatus": "usable",
        "headline": "Ferry late", "body_html": "<p>The <b>ferry</b> came late.</p><p>Nobody minded.</p>",
        "byline": "Ada Quay", "urgency": 3, "slugline": "ferry-late", "located": "Bergen",
        "infosource": [{"name": "Harbour Wire"}], "place": [{"name": "Bergen"}], "ednote": "Adds quay.",
        "subject": [{"name": "transport", "code": "04015000"}], "altids": {"seq": "0042"}, "language": "en",
        "description_text": "A ferry came late.", "description_html": "<p>A ferry came late.</p>",
        "copyrightnotice": "(c) Harbour", "usageterms": "None",
    },
    "2.x": {
        "uri": "urn:harbour:7", "version": "3", "versioncreated": "2022-01-12T08:30:00.000Z", "pubstatus": "usable",
        "headlines": [{"role": "print", "value": "Late"}, {"role": "main", "value": "Ferry late"}],
        "bodies": [{"contenttype": "text/plain", "value": "The ferry came late.\n\nNobody minded."}],
        "by": "Ada Quay", "urgency": 3, "slugline": "ferry-late", "located": "Bergen",
        "infosources": [{"name": "Harbour Wire"}], "places": [{"name": "Bergen"}], "ednote": "Adds quay.",
        "subjects": [{"name": "transport", "literal": "04015000"}], "altids": [{"role": "seq", "value": "0042"}],
        "language": "en", "descriptions": [{"value": "A ferry came late."}], "copyrightnotice": "(c) Harbour",
        "usageterms": "None",
    },
    "3.x": {
        "uri": "urn:harbour:7", "version": 3, "versionCreated": "2022-01-12T08:30:00Z", "pubStatus": "usable",
        "headlines": [{"value": "Ferry late"}], "by": "Ada Quay", "urgency": "3", "slugline": "ferry-late",
        "bodies": [
            {"contentType": "text/html", "value": "<div>The ferry came late.<p>Nobody minded.</div>"},
            {"contentType": "text/plain", "value": "The ferry came late. Nobody minded."},  # lost its paragraphs
        ],
        "located": "Bergen", "infoSources": [{"name": "Harbour Wire"}], "places": ["Bergen"],
        "edNote": "Adds quay.", "subjects": [{"name": "transport", "uri": "04015000"}],
        "altIds": [{"role": "seq", "value": "0042"}],
        "language": "en", "descriptions": [{"value": "A ferry came late.", "contentType": "text/plain"}],
        "copyrightNotice": "(c) Harbour", "usageTerms": "None", "associations": [{"uri": 7, "broken": {}}],
    },
}  # fmt: skip
READ = Parsed(
    paragraphs=("The ferry came late.", "Nobody minded."),
    headline="Ferry late",
    native_id="urn:harbour:7",
    version="3",
    version_created=datetime(2022, 1, 12, 8, 30, tzinfo=UTC),
    language="en",
    urgency=3,
    slugline="ferry-late",
    by="Ada Quay",
    located="Bergen",
    descriptions=("A ferry came late.",),
    info_sources=(InfoSource(name="Harbour Wire"),),
    places=(Concept(name="Bergen"),),
    subjects=(Concept(name="transport", literal="04015000"),),
    alt_ids=(AltId(role="seq", value="0042"),),
    ed_note="Adds quay.",
    copyright_notice="(c) Harbour",
    usage_terms="None",
)
FURTHER = {"2.x": [("print", "Late")]}


def read(data: bytes | dict[str, Any]) -> Parsed:
    payload = data if isinstance(data, bytes) else json.dumps(data).encode()
    name, found = parse(Payload(payload, "harbour", datetime(2022, 1, 3, tzinfo=UTC)))
    (item,) = found.items
    assert name == "ninjs"
    assert isinstance(item, Parsed)
    return noticed(item)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_three_families_say_the_same(family: str) -> None:
    """The same dispatch in 1.x, 2.x and 3.x is the same item."""
    item = read(FAMILIES[family])
    assert replace(item, html="", further_headlines=()) == READ  # one has its body as text, another as HTML
    assert [(text.role, text.value) for text in item.further_headlines] == FURTHER.get(family, [])


@pytest.mark.parametrize(
    ("written", "status", "signals", "warned"),
    [
        ("usable", "usable", (), False),
        (None, "usable", (), False),
        ("canceled", "canceled", ("kill",), False),
        ("stat:Canceled", "canceled", ("kill",), False),
        ("withheld", "withheld", ("hold",), False),
        ("perhaps", "withheld", ("hold",), True),
        ("", "withheld", ("hold",), True),
        (["usable"], "withheld", ("hold",), True),
    ],
)
def test_status_signals_and_fails_closed(written: Any, status: str, signals: tuple[str, ...], warned: bool) -> None:
    """Canceled is a kill, withheld and unknown statuses are holds."""
    item = read({"uri": "urn:harbour:7", "headline": "Ferry late", "pubStatus": written})
    assert (item.pub_status, item.signals, bool(item.warnings)) == (status, signals, warned)


def test_a_kill_needs_no_words() -> None:
    """A kill with an empty body is read."""
    item = read({"uri": "urn:harbour:7", "pubstatus": "canceled"})
    assert (item.native_id, item.paragraphs, item.signals) == ("urn:harbour:7", (), ("kill",))


@pytest.mark.parametrize(
    ("fields", "embargo"),
    [
        ({}, None),
        ({"embargoedUntil": None}, None),
        ({"embargoedUntil": ""}, Embargo(None, "")),
        ({"embargoed": "until the minister speaks"}, Embargo(None, "until the minister speaks")),
        ({"embargoed": "2022-01-12T10:00:00"}, Embargo(None, "2022-01-12T10:00:00")),  # whose ten o'clock?
        ({"embargoed": False}, Embargo(None, "False")),
        ({"embargoedUntil": "2022-01-12T10:00:00.5+02:00"},
         Embargo(datetime(2022, 1, 12, 8, 0, 0, 500_000, UTC), "2022-01-12T10:00:00.5+02:00")),
        ({"embargoed": "2022-01-12T10:00:00Z", "embargoedUntil": "soon"},
         Embargo(None, "soon 2022-01-12T10:00:00Z")),
    ],
)  # fmt: skip
def test_an_embargo_fails_closed(fields: dict[str, Any], embargo: Embargo | None) -> None:
    """Only a complete instant ends an embargo; any other value holds the item."""
    assert read({"uri": "urn:harbour:7", "headline": "Ferry late", **fields}).embargo == embargo


@pytest.mark.parametrize(
    ("data", "headline"),
    [
        (b'{"uri": "a:1", "headline": "Ferry \\\xe2\x80\x9clate\\\xe2\x80\x9d"}', "Ferry “late”"),
        (b'{"uri": "a:1", "headline": "Ferry\tlate\nagain"}', "Ferry late again"),
        (b'{"uri": "a:1", "headline": "C:\\\\quay \\u00e9 \\q"}', "C:\\quay é q"),
        ('{"uri": "a:1", "headline": "Fähre"}'.encode("cp1252"), "Fähre"),
    ],
)
def test_broken_json_of_vendors_is_repaired(data: bytes, headline: str) -> None:
    """A backslash before a curly quote, raw tabs and newlines, and an old code page are repaired with a warning."""
    item = read(data)
    assert (item.headline, len(item.warnings)) == (headline, 1)
    in_utf16 = read('{"uri": "a:1", "headline": "Fähre"}'.encode("utf-16"))
    assert (in_utf16.headline, in_utf16.warnings) == ("Fähre", ())


def test_what_is_wrong_is_a_warning_where_the_item_survives() -> None:
    """A missing uri, an unreadable date, an urgency of ten and a list as a byline affect only their own field."""
    item = read(
        {"headline": "Ferry late", "versionCreated": "yesterday", "urgency": 10, "by": ["Ada"], "type": "picture"}
    )
    assert (item.native_id, item.version_created, item.urgency, item.by) == (None, None, None, None)
    assert len(item.warnings) == 5


def test_notes_join_and_those_not_for_publication_stay_behind() -> None:
    """Several notes become one text; a private note is in no field and no warning."""
    notes = [
        "Adds quay.\n\x08\n",
        "Adds quay.",
        {"value": "Call Ada at home", "is_publishable": False},
        {"value": "Pix."},
    ]
    item = read(
        {"uri": "a:1", "headline": "Ferry late", "edNote": [*notes, {"role": "nonpublic", "value": "Secret"}]}
    )
    assert item.ed_note == "Adds quay.\nPix."
    assert "home" not in repr(item)
    assert "Secret" not in repr(item)


def test_several_items_keep_their_order() -> None:
    """An array and `{"items": []}` give the same items."""
    two = [{"headline": "Ferry late"}, {"headline": "Quay shut"}]
    for document in (two, {"items": two}):
        found = parse(Payload(json.dumps(document).encode(), "harbour", datetime(2022, 1, 3, tzinfo=UTC)))[1]
        assert [item.headline for item in found.items if isinstance(item, Parsed)] == ["Ferry late", "Quay shut"]


@pytest.mark.parametrize("fields", [{"type": "event"}, {"type": "planning"}, {"eventDetails": {"dates": {}}}])
def test_events_and_plans_are_not_news(fields: dict[str, Any]) -> None:
    """Events of ninjs 3 and planning items of TT are rejected, whatever their urgency."""
    with pytest.raises(Rejected) as caught:
        read({"uri": "a:1", "headline": "Ferry due at noon", "urgency": 1, **fields})
    assert caught.value.reason is Reason.NO_ITEM


@pytest.mark.parametrize(
    ("uri", "native_id", "version"),
    [
        ("tag:reuters.com,2022:newsml_L1N2TR0AB:3", "tag:reuters.com,2022:newsml_L1N2TR0AB", "3"),
        ("http://api.ap.org/media/v/content/0123456789abcdef0123456789abcdef?qt=x&et=1",
         "http://api.ap.org/media/v/content/0123456789abcdef0123456789abcdef", None),
        ("urn:newsml:localhost:2022-01-12T14:37:19.7:c044", "urn:newsml:localhost:2022-01-12T14:37:19.7:c044",
         None),
        ("urn:newsml:dpa.com:20090101:220112-99-167362", "urn:newsml:dpa.com:20090101:220112-99-167362", None),
    ],
)  # fmt: skip
def test_an_id_is_the_dispatchs_alone(uri: str, native_id: str, version: str | None) -> None:
    """An id loses Reuters' revision and the tokens of a request to AP."""
    item = read({"uri": uri, "headline": "Ferry late"})
    assert (item.native_id, item.version) == (native_id, version)
    assert read({"uri": uri, "headline": "Ferry late", "version": 8}).version == "8"


def test_people_and_the_like_are_subjects() -> None:
    """People, organisations and genres become subjects with their relation."""
    item = read(
        {"uri": "a:1", "headline": "Ferry late", "evolvedfrom": "a:0", "people": [{"name": "Ada", "rel": "about"}],
         "organisations": [{"name": "Quay"}], "keywords": ["ferries"], "genres": [{"name": "Feature"}]}
    )  # fmt: skip
    assert {(subject.name, subject.rel) for subject in item.subjects} == {
        ("Ada", "about"), ("Quay", "organisation"), ("ferries", "keyword"), ("Feature", "genre")
    }  # fmt: skip
    assert item.alt_ids == (AltId(role="evolvedfrom", value="a:0"),)


@pytest.mark.parametrize(
    ("text", "html", "paragraphs"),
    [
        ("One.Two.\n\nThree.", "<p>One.</p><p>Two.</p><p>Three.</p>", ("One.", "Two.", "Three.")),
        ("One.\n\nTwo.", "<p>Another</p><p>copy</p><p>altogether</p>", ("One.", "Two.")),
        ("One.\n\nTwo.", "<p>One. Two.</p>", ("One.", "Two.")),
    ],
)
def test_of_two_bodies_the_one_with_its_paragraphs(text: str, html: str, paragraphs: tuple[str, ...]) -> None:
    """If Superdesk's body_text has lost paragraphs, they are read from HTML with the same copy."""
    assert read({"uri": "a:1", "headline": "Late", "body_text": text, "body_html": html}).paragraphs == paragraphs


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("<p>One &amp; two.</p><p>Three.</p>", ("One & two.", "Three.")),
        ("<table><tr><td>Lomsk</td><td>3</td></tr></table>", ("Lomsk 3",)),
        ("<p>One.</p><p hidden>Two.</p>", ("One.",)),
        ("One <i>and</i> two.", ("One ‹i›and‹/i› two.",)),  # plain text has no tags, so these are words
        ("Use <br> for a break.\n\nThree.", ("Use ‹br› for a break.", "Three.")),
    ],
)
def test_plain_text_that_is_a_page(text: str, paragraphs: tuple[str, ...]) -> None:
    """One that closes a paragraph or a table is read as one: neither tags nor hidden words are shown."""
    found = noticed(read({"uri": "a:1", "headline": "Late", "body_text": text}))
    assert tuple(untagged(one) for one in found.paragraphs) == paragraphs


@pytest.mark.parametrize(
    ("byline", "held"),
    [({"internal": "true"}, False), ({"internal": True}, False), ({"note": "Hold until noon"}, True)],
)
def test_whether_a_writer_is_its_own_holds_nothing(byline: dict[str, Any], held: bool) -> None:
    """TT says so of each who is named; what else is said there may be a note."""
    writer = {"firstname": "Ines", "lastname": "Roca", "role": "Reporter", **byline}
    found = noticed(read({"uri": "a:1", "headline": "Late", "body_text": "One.", "bylines": [writer]}))
    assert bool({Signal.HOLD, Signal.UNPUBLISHABLE}.intersection(found.signals) or found.embargo) == held


def test_a_nitf_body_is_read_without_its_head_and_notes() -> None:
    """Of a NITF document as a text only the body is read, with a warning."""
    content = "<body.content><note><p>Call Ada</p></note><p>Late.</p></body.content>"
    nitf = f"<nitf><head><title>T</title></head><body>{content}</body></nitf>"
    item = read(
        {"uri": "a:1", "headline": "Late", "bodies": [{"contentType": "text/vnd.IPTC.NITF", "value": nitf}]}
    )
    assert (item.paragraphs, len(item.warnings)) == (("Late.",), 1)


# Files that are not news: the schema of an extension, and ninjs 3 events.
EVENTS = (
    "20231004-UEFA-ChampionLeague.json", "20231005-65-addb-event.json", "simpleEvent.json",
    "20231016-addb-example-press-conference.json", "20231016-event-timeline-sample.json",
    "tt_event_pressconference_3.0.json",
)  # fmt: skip
NOT_NINJS = {"extension-schema.json": Reason.UNKNOWN_FORMAT, **dict.fromkeys(EVENTS, Reason.NO_ITEM)}
EXAMPLES = [
    stand_in(STAND_INS / "wire/ninjs", {"schema.json": Reason.UNKNOWN_FORMAT, "event.json": Reason.NO_ITEM}),
    *real("wire/iptc_newsinjson", NOT_NINJS),
]


@pytest.mark.parametrize(("folder", "no_news"), EXAMPLES)
def test_every_example_is_read(folder: Path, no_news: dict[str, Reason]) -> None:
    """IPTC's examples of ninjs 1, 2 and 3 are read, except those named."""
    verdicts = {path.name: verdict(path.read_bytes()) for path in sorted(folder.glob("*.json"))}
    assert len(verdicts) > len(no_news)
    assert {name: reason for name, reason in verdicts.items() if reason is not None} == no_news


def verdict(data: bytes) -> Reason | None:
    try:
        name, found = parse(Payload(data, "iptc", datetime(2022, 1, 3, tzinfo=UTC)))
    except Rejected as rejected:
        return rejected.reason
    assert name == "ninjs"
    broken = [item.reason for item in found.items if isinstance(item, Broken)]
    assert all(item.headline or item.paragraphs for item in found.items if isinstance(item, Parsed))
    return Reason(broken[0]) if broken else None


def test_the_strictest_status_counts() -> None:
    """Of statuses under several names the strictest counts; a state of the system behind it only if it is known."""
    for fields, status in (
        ({"pubStatus": "usable", "pubstatus": "withheld"}, "withheld"),
        ({"pubstatus": "usable", "state": "killed"}, "canceled"),
        ({"pubstatus": "usable", "status": "draft"}, "withheld"),
        ({"pubstatus": "usable", "state": "in progress"}, "usable"),
        ({"pubstatus": "usable", "status": "published"}, "usable"),
    ):
        assert read({"uri": "urn:harbour:7", "headline": "Ferry late", **fields}).pub_status == status


def test_signals_are_read_in_any_form() -> None:
    """A code, a list of codes or of concepts."""
    for written in ("sig:hold", ["sig:hold"], [{"code": "hold"}], {"qcode": "sig:hold"}):
        assert "hold" in read({"uri": "urn:harbour:7", "headline": "Ferry late", "signal": written}).signals
    held = read({"uri": "urn:harbour:7", "headline": "Ferry late", "signals": [{"literal": "embargo"}]})
    assert held.embargo is not None


@pytest.mark.parametrize(
    ("subjects", "literals"),
    [
        ({"code": ["quay", "quay:ferry"]}, ["quay", "quay:ferry"]),  # PA
        ([{"code": "quay"}, {"code": []}], ["quay"]),
        ({"code": "quay"}, ["quay"]),
    ],
)
def test_a_concept_of_several_codes_is_each_of_them(subjects: object, literals: list[str]) -> None:
    """PA has all its subjects in one."""
    document = {"uri": "urn:quay:7", "headline": "Late", "body_text": "The ferry was late.", "subjects": subjects}
    _, parsed = parse(Payload(json.dumps(document).encode(), "quay", datetime(2022, 1, 3, tzinfo=UTC)))
    (item,) = parsed.items
    assert isinstance(item, Parsed)
    assert [one.literal for one in item.subjects] == literals

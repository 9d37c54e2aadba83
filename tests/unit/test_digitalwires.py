"""digitalwires: the fields of an entry, its embargo wherever it is written, and private notes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
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

from pipeline.formats.json.digitalwires.entry import read_digitalwires
from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import AltId, Concept, InfoSource, Signal, Text
from pipeline.records import Reason, Rejected
from pipeline.values.embargo import Embargo
from tests.examples import examples
from tests.real_data import STAND_INS, real, stand_in

ENTRY: dict[str, Any] = {
    "format": "digitalwires@0.9.1", "type": "composite", "entry_id": "q7", "updated": "2022-01-12T08:31:00Z",
    "urn": "urn:newsml:quay.example:20090101:220112-930-7", "version": 2, "pubstatus": "usable",
    "version_created": "2022-01-12T09:30:00+01:00", "signal": "sig:update", "embargoed": None, "language": "de",
    "urgency": 3, "kicker": "Schifffahrt", "headline": "Fähre kommt zu spät", "subhead": None,
    "teaser": "Im Hafen wartete niemand.", "byline": "Von Ada Kai, quay", "dateline": "Rostock (quay) - ",
    "article_html": '<section class="main"><p>Die <b>Fähre</b> kam zu spät.</p><p></p><h2>Kai</h2><p>Leer.</p>'
                    "</section>",
    "infobox_html": '<section class="infobox"><p>Fahrplan: neu.</p></section>', "linkbox_html": "<ul></ul>",
    "creditline": "quay", "copyrightnotice": "Copyright 2022, quay", "usageterms": "Nur mit\nVertrag",
    "notepad": {"header_html": "<h3>Notizblock</h3>", "public_html": "<p>Neu: Kai</p>",
                "nonpublic_html": "<p>Ada, 0170 555</p>"},
    "ednotes": [
        {"role": "dpaednoterole:closingline", "ednote": "quay ad yybb n1 ka", "is_publishable": True},
        {"role": "dpaednoterole:editorialnote", "ednote": "Neu: Kai", "is_publishable": True},
        {"role": "dpaednoterole:picture", "ednote": "Foto aktuell", "is_publishable": True},
        {"role": "dpaednoterole:contacts", "ednote": "Ada, 0170 555", "is_publishable": False},
        {"role": "dpaednoterole:editorialnote", "ednote": "Geheim", "is_publishable": None},
    ],
    "descriptions": None, "associations": [{"type": "image", "headline": "Bild", "caption": "Der Kai"}],
    "categories": [
        {"type": "dnltype:pubstatus", "name": "usable", "qcode": "stat:usable"},
        {"type": "dnltype:wire", "name": "bdt", "qcode": "quaysrv:bdt"},
        {"type": "dnltype:creator", "name": "kai.ada", "qcode": None, "role": None},
        {"type": "dnltype:dpasubject", "name": "Verkehr", "qcode": "quaysubject:232", "rank": 1},
        {"type": "dnltype:keyword", "name": "Fähren", "qcode": None, "rank": 1},
        {"type": "dnltype:geosubject", "name": "Rostock", "qcode": "quayarea:9", "rank": 1},
        {"type": "dnltype:located", "name": "Rostock", "qcode": None},
        {"type": "dnltype:infosource", "name": "Hafen", "qcode": None, "role": "isrol:contentSource"},
        {"type": "dnltype:infosource", "name": None, "qcode": None, "role": "isrol:contentSource"},
        {"type": "dnltype:provider", "name": "quay", "qcode": "dnlprov:quay"},
    ],
}  # fmt: skip
READ = Parsed(
    paragraphs=("Die Fähre kam zu spät.", "Kai", "Leer.", "Fahrplan: neu."),
    html=f"{ENTRY['article_html']}\n{ENTRY['infobox_html']}",
    headline="Fähre kommt zu spät",
    further_headlines=(Text(value="Schifffahrt", role="kicker", content_type="text/plain"),),
    native_id="urn:newsml:quay.example:20090101:220112-930-7",
    version="2",
    version_created=datetime(2022, 1, 12, 8, 30, tzinfo=UTC),
    language="de",
    urgency=3,
    by="Von Ada Kai, quay",
    dateline="Rostock (quay) -",
    sign_off="quay ad yybb n1 ka",
    located="Rostock",
    descriptions=("Im Hafen wartete niemand.",),
    info_sources=(
        InfoSource(name="Hafen", role="isrol:contentSource"),
        InfoSource(name="quay", role="creditline"),
        InfoSource(name="quay", role="provider", literal="dnlprov:quay"),
    ),
    places=(Concept(name="Rostock", rel="geosubject", literal="quayarea:9"),),
    subjects=(
        Concept(name="Verkehr", rel="dpasubject", literal="quaysubject:232"),
        Concept(name="Fähren", rel="keyword"),
    ),
    alt_ids=(AltId(role="entry_id", value="q7"),),
    ed_note="Neu: Kai",
    copyright_notice="Copyright 2022, quay",
    usage_terms="Nur mit Vertrag",
    signals=(Signal.UPDATE,),
)


def read(data: bytes | dict[str, Any]) -> Parsed:
    payload = data if isinstance(data, bytes) else json.dumps(data).encode()
    name, found = parse(Payload(payload, "quay", datetime(2022, 1, 13, tzinfo=UTC)))
    (item,) = found.items
    assert name == "digitalwires"
    assert isinstance(item, Parsed)
    return noticed(item)


def test_every_field_has_its_place() -> None:
    """Every field of an entry is read: public notes are kept; logins, contacts and captions are not."""
    assert read(ENTRY) == READ


def test_several_entries_keep_their_order() -> None:
    """Entries may come alone, in an array, or as the API lists them."""
    other = ENTRY | {"headline": "Kai gesperrt"}
    for document in ([ENTRY, other], {"entries": [ENTRY, other]}):
        found = parse(Payload(json.dumps(document).encode(), "quay", datetime(2022, 1, 13, tzinfo=UTC)))[1]
        headlines = [item.headline for item in found.items if isinstance(item, Parsed)]
        assert headlines == ["Fähre kommt zu spät", "Kai gesperrt"]


@pytest.mark.parametrize(
    ("fields", "status", "signals"),
    [
        ({"pubstatus": None, "categories": None, "signal": None}, "usable", ()),
        ({"pubstatus": "canceled"}, "canceled", ("kill", "update")),
        ({"pubstatus": None, "categories": [{"type": "dnltype:pubstatus", "qcode": "stat:canceled"}]}, "canceled",
         ("kill", "update")),
        ({"pubstatus": "withheld", "categories": [{"type": "dnltype:pubstatus", "name": "usable"}]}, "withheld",
         ("hold", "update")),
        ({"pubstatus": ""}, "withheld", ("hold", "update")),
        ({"pubstatus": "perhaps", "signal": "sig:correction"}, "withheld", ("hold", "correction")),
        ({"signal": ["sig:repeat", "sig:odd"]}, "usable", ("repeat",)),
        ({"signal": None, "categories": [{"type": "dnltype:signal", "qcode": "sig:correction"}]}, "usable",
         ("correction",)),
        ({"signal": None, "urgency": 1}, "usable", ("flash",)),
        ({"signal": None, "urgency": 2}, "usable", ("bulletin",)),
        ({"signal": None, "urgency": 2, "article_html": None}, "usable", ()),  # a photo is no Eilmeldung
        ({"signal": None, "categories": [{"type": "dnltype:genre", "name": "Achtung", "qcode": "dpatextgenre:27"}]},
         "usable", ("advisory",)),
        ({"signal": None, "ednotes": [{"role": "dnlrole:ap.ednote", "ednote": "Eds: CORRECTS: the quay",
                                       "is_publishable": False}]}, "usable", ("correction",)),
    ],
)  # fmt: skip
def test_status_and_signals(fields: dict[str, Any], status: str, signals: tuple[str, ...]) -> None:
    """The strictest status counts, null is usable; AP's private note may give a signal."""
    item = read(ENTRY | fields)
    assert (item.pub_status, item.signals) == (status, signals)


def test_a_kill_needs_no_words() -> None:
    """A kill needs nothing but its id."""
    item = read({"format": "digitalwires@0.9.1", "urn": "urn:quay:7", "pubstatus": "canceled"})
    assert (item.native_id, item.paragraphs, item.signals) == ("urn:quay:7", (), ("kill",))


NOTE: dict[str, Any] = {"role": "dpaednoterole:editorialnote", "is_publishable": True}


@pytest.mark.parametrize(
    ("fields", "embargo"),
    [
        ({}, None),
        ({"embargoed": "2022-01-12T19:00:00+01:00", "ednotes": [{"role": "dpaednoterole:embargo", "ednote": "x"}]},
         Embargo(datetime(2022, 1, 12, 18, tzinfo=UTC), "2022-01-12T19:00:00+01:00")),
        ({"embargoed": ""}, Embargo(None, "")),
        ({"embargoed": "heute Abend"}, Embargo(None, "heute Abend")),
        ({"embargoed": "2022-01-12T19:00:00"}, Embargo(None, "2022-01-12T19:00:00")),
        ({"ednotes": [{"role": "dpaednoterole:embargo", "ednote": "Nicht vor 19 Uhr", "is_publishable": True}]},
         Embargo(None)),
        ({"ednotes": [{**NOTE, "ednote": "Sperrfrist: 19.00 Uhr", "is_publishable": False}]}, Embargo(None)),
        ({"ednotes": [{**NOTE, "ednote": "Sperrfrist aufgehoben"}]}, None),
        ({"ednotes": [{**NOTE, "ednote": "Im Text ist vom Embargo gegen Kuba die Rede."}]}, None),
        ({"notepad": {"public_html": '<ul><li class="embargoed">bis 19 Uhr</li></ul>'}}, Embargo(None)),
        ({"notepad": {"nonpublic_html": "<ul><li>EMBARGOED until seven</li></ul>"}}, Embargo(None)),
    ],
)  # fmt: skip
def test_an_embargo_holds_wherever_it_is_written(fields: dict[str, Any], embargo: Embargo | None) -> None:
    """Only `embargoed` gives an embargo an end; one that only a note mentions, public or not, has none."""
    assert read(ENTRY | fields).embargo == embargo


def test_an_embargo_note_beside_the_field_does_not_outlast_it() -> None:
    """If `embargoed` is complete, dpa's note in the role of the embargo, without year and zone, changes nothing."""
    noted = [{"role": "dpaednoterole:embargo", "ednote": "Sperrfrist bis 19.00 Uhr", "is_publishable": True}]
    newsroom = Newsroom()
    assert (
        newsroom.send(json.dumps(ENTRY | {"embargoed": "2022-01-12T10:30:00+01:00", "ednotes": noted}).encode())
        == []
    )
    newsroom.wait(60)
    assert [item.headline for item in newsroom.send(json.dumps(ENTRY | {"urn": "urn:quay:8"}).encode())] == [
        "Fähre kommt zu spät", "Fähre kommt zu spät"
    ]  # fmt: skip


def test_an_embargo_in_another_note_is_one_of_its_own() -> None:
    """Of two embargoes the stricter counts: the one in words has no end that can be read."""
    note = {"role": "dpaednoterole:editorialnote", "ednote": "Sperrfrist bis 19.00 Uhr", "is_publishable": True}
    assert read(ENTRY | {"embargoed": "2022-01-12T10:30:00+01:00", "ednotes": [note]}).embargo == Embargo(None)


@pytest.mark.parametrize("word", ["Embargoed until Tuesday", "Reaktionen folgen"])
@pytest.mark.parametrize(
    "frame",
    [
        lambda word: [{"text": word}],
        lambda word: [{"ednote": "Neu", "value": word}],
        lambda word: [{"ednote": {"text": word}}],
        lambda word: [[word]],
        lambda word: {"text": {"p": [word]}},
    ],
)  # fmt: skip
def test_all_text_of_the_notes_is_heard(frame: Callable[[str], Any], word: str) -> None:
    """In whatever member of a note, however deep; harmless words there hold nothing."""
    assert (noticed(read(ENTRY | {"ednotes": frame(word)})).embargo is not None) is word.startswith("Embargoed")


def test_a_photo_or_an_audio_item_is_its_captions() -> None:
    """Without an article the captions are descriptions, with a warning."""
    captions = [{"role": "drol:caption", "description": "Der Kai von Rostock"}]
    item = read(ENTRY | {"article_html": None, "infobox_html": None, "teaser": None, "descriptions": captions})
    assert (item.paragraphs, item.descriptions) == ((), ("Der Kai von Rostock",))
    assert item.warnings == ("image without an article: only its words are read",)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"format": "digitalwires@0.9.1", "urn": "urn:quay:7"}, Reason.NO_ITEM),
        ({"format": "digitalwires@0.9.1", "version_created": "9999-01-01T00:00:00Z"}, Reason.BAD_DATE),
        ([], Reason.NO_ITEM),
    ],
)
def test_what_is_not_an_entry_is_rejected(document: Any, reason: Reason) -> None:
    """An entry without words, with an impossible date, and an empty list are rejected."""
    with pytest.raises(Rejected) as caught:
        parse(Payload(json.dumps(document).encode(), "quay", datetime(2022, 1, 13, tzinfo=UTC)))
    assert caught.value.reason is reason


def test_values_of_a_wrong_type_give_warnings() -> None:
    """Values of a wrong type give warnings; the other fields are read."""
    item = read(ENTRY | {"categories": {}, "ednotes": "Geheim", "byline": ["Ada"], "urgency": "7a", "notepad": "x"})
    assert (item.headline, item.subjects, item.ed_note, item.by) == ("Fähre kommt zu spät", (), None, None)
    assert len(item.warnings) == 3
    assert "Geheim" not in repr(item)


# ---- what is not public ----------------------------------------------------------------------------------------

SECRET = "Kaimauer"
hidden_note: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["dpaednoterole:contacts", "dpaednoterole:embargo", "dnlrole:ap.ednote",
                                 "dpaednoterole:closingline", "dpaednoterole:editorialnote", None, 7]),
        "ednote": st.sampled_from([SECRET, f"Eds: CORRECTS: {SECRET}", f"Sperrfrist {SECRET}", f"KILL {SECRET}"]),
        "is_publishable": st.sampled_from([False, None, "true", 1, "yes", []]),
    }
)  # fmt: skip
shown_note: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "role": st.just("dpaednoterole:editorialnote"),
        "ednote": st.text("Kai 7", max_size=9),
        "is_publishable": st.just(True),
    }
)
half = st.sampled_from([None, "", f"<p>{SECRET}</p>", f"<ul><li>0170 555 {SECRET}</li></ul>", f"{SECRET}"])
behind = '<section class="np-nonpublic"><p>Ada</p></section>' + f"<p>{SECRET}</p>"
MARKER = "<p>Die folgenden Informationen sind nicht zur Veröffentlichung bestimmt</p>"
entries = st.fixed_dictionaries(
    {
        "ednotes": st.lists(hidden_note | shown_note, min_size=1, max_size=5),
        "notepad": st.fixed_dictionaries({"nonpublic_html": half}) | st.just(SECRET),
        "article_html": st.sampled_from(["", "<p>Die Fähre kam.</p>"]).flatmap(
            lambda body: st.sampled_from([body, body + behind, f"{body}{MARKER}<p>{SECRET}</p>"])
        ),
        "infobox_html": st.sampled_from([None, behind]),
        "pubstatus": st.sampled_from(["usable", "canceled", "withheld", None]),
        "embargoed": st.sampled_from([None, "", "2022-01-12T08:00:00Z"]),
        "categories": st.just(
            [
                {"type": "dnltype:creator", "name": SECRET, "qcode": None},
                {"type": "dnltype:contributor", "name": SECRET, "qcode": f"quay-ad:{SECRET}"},
            ]
        ),
    }
)


@settings(max_examples=examples(200), deadline=None)
@given(entries)
def test_private_notes_are_never_published(fields: dict[str, Any]) -> None:
    """Private notes of every role and the private half of the notepad are in no output."""
    newsroom = Newsroom("normalise")
    newsroom.send(json.dumps(ENTRY | fields).encode())
    published = list(newsroom.records("wire.normalised"))
    assert published
    for record in published:
        assert SECRET.encode() not in record.value
        assert all(SECRET.encode() not in value for _, value in record.headers)


def test_what_hides_can_be_seen() -> None:
    """The secret of the test above is found if it is public, so that test can fail."""
    newsroom = Newsroom("normalise")
    newsroom.send(json.dumps(ENTRY | {"ednotes": [{**NOTE, "ednote": SECRET}]}).encode())
    assert all(SECRET.encode() in record.value for record in newsroom.records("wire.normalised"))


# ---- whatever arrives ------------------------------------------------------------------------------------------

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ENTRY, "type", "role"]), inner),
    max_leaves=8,
)


@settings(max_examples=examples(200), deadline=None)
@given(st.dictionaries(st.sampled_from(list(ENTRY)), values))
def test_any_value_in_any_field_is_read_or_rejected(fields: dict[str, Any]) -> None:
    """Any values raise nothing but Rejected, and give the same result twice."""
    document = ENTRY | fields
    with contextlib.suppress(Rejected):
        assert read_digitalwires(document) == read_digitalwires(document)


@settings(max_examples=examples(100), deadline=None)
@given(st.data())
def test_any_damage_is_read_or_rejected(data: st.DataObject) -> None:
    """A damaged payload raises nothing but Rejected."""
    payload = bytearray(json.dumps(ENTRY).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(payload)))
        payload[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    with contextlib.suppress(Rejected):
        parse(Payload(bytes(payload), "quay", datetime(2022, 1, 13, tzinfo=UTC), format="digitalwires"))


@pytest.mark.parametrize("unit", ["Sperrfrist ", "_ ", "np-nonpublic", "Eds: ", "<p", "UPDATE", "<li>embargo"])
@pytest.mark.slow
def test_a_megabyte_in_a_note(unit: str) -> None:
    """Time grows linearly with the notes."""

    def prepared(size: int) -> partial[Parsed]:
        note = unit * (size // len(unit))
        entry = ENTRY | {"ednotes": [{**NOTE, "ednote": note}], "notepad": {"nonpublic_html": note}}
        return partial(read_digitalwires, entry)

    assert_linear(prepared, 500_000)


@pytest.mark.parametrize(
    ("wire", "folders", "count", "embargoes"),
    [
        stand_in(STAND_INS / "wire", ("exports", "telegrams", "digitalwires"), 5, 1),
        *real("wire", ("dpa-newslab_*",), 32, 3),
    ],
)
def test_every_entry_is_read(wire: Path, folders: tuple[str, ...], count: int, embargoes: int) -> None:
    """Real entries have id, version, language and headline, and no warnings except for photos and audio."""
    items = [read(path.read_bytes()) for folder in folders for path in sorted(wire.glob(f"{folder}/*.json"))]
    assert len(items) == count
    assert all(item.native_id and item.version and item.language and item.headline for item in items)
    assert {warning.partition(" ")[2] for item in items for warning in item.warnings} == {
        "without an article: only its words are read"
    }
    assert sum(item.embargo is not None for item in items) == embargoes

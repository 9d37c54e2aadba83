"""Laws of all formats, for our samples and any damage to them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from walk import FEED, START, START_MS

from pipeline.dead import Letter
from pipeline.envelope import FORMAT
from pipeline.formats import FORMATS, limits, parse
from pipeline.formats.json import ninjs
from pipeline.formats.limits import bounded
from pipeline.formats.parsed import Parse, Parsed, Payload
from pipeline.items import OURS, Item, dump
from pipeline.records import Reason, Rejected
from pipeline.replay import Replay, payload
from tests.examples import examples
from tests.real_data import STAND_INS, real, stand_in

SAMPLES = tuple(
    path.read_bytes() for path in sorted((Path(__file__).parents[2] / "seeds").glob("*/*")) if path.stat().st_size
)


class Edit(NamedTuple):
    """One damage: its kind, and two places in thousandths of the payload."""

    kind: str
    at: int
    to: int
    byte: int


# A payload, the part between the two places, and a byte -> the damaged payload.
DAMAGE: dict[str, Callable[[bytes, int, int, int], bytes]] = {
    "flip": lambda data, at, _, byte: data[:at] + bytes([data[at] ^ (byte or 1)]) + data[at + 1 :] if data else b"",
    "put": lambda data, at, _, byte: data[:at] + bytes([byte]) + data[at:],
    "cut": lambda data, at, to, _: data[:at] + data[to:],
    "end": lambda data, at, _, __: data[:at],
    "double": lambda data, at, to, _: data[:to] + data[at:to] + data[to:],
    "swap": lambda data, at, to, _: data[to:] + data[at:to] + data[:at],
}
EDITS = st.builds(
    Edit, st.sampled_from(sorted(DAMAGE)), st.integers(0, 999), st.integers(0, 999), st.integers(0, 255)
)


def damaged(data: bytes, edits: Sequence[Edit]) -> bytes:
    for edit in edits:
        at, to = sorted((edit.at * len(data) // 1000, edit.to * len(data) // 1000))
        data = DAMAGE[edit.kind](data, at, to, edit.byte)
    return data


def spliced(head: bytes, tail: bytes, at: int, to: int) -> bytes:
    """The beginning of one payload and the end of another."""
    return head[: at * len(head) // 1000] + tail[to * len(tail) // 1000 :]


PAYLOADS = st.one_of(
    st.builds(damaged, st.sampled_from(SAMPLES), st.lists(EDITS, max_size=4)),
    st.builds(
        spliced, st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.integers(0, 999), st.integers(0, 999)
    ),
)


def outcome(data: bytes, name: str | None = None) -> tuple[str, Parse] | str:
    try:
        return parse(Payload(data, FEED, START, name))
    except Rejected as rejected:
        return str(rejected)


@settings(max_examples=examples(300))
@given(PAYLOADS, st.sampled_from([None, None, *FORMATS]))
def test_a_damaged_payload_is_read_or_rejected(data: bytes, name: str | None) -> None:
    """A damaged payload raises nothing but Rejected, gives the same result twice, and keeps the limits."""
    found = outcome(data, name)
    assert outcome(data, name) == found
    if isinstance(found, tuple):
        for item in found[1].items:
            if isinstance(item, Parsed):
                assert bounded(item) == item
                assert all(text == " ".join(text.split()) != "" for text in item.paragraphs)
    repr(found).encode()


class Normalised(NamedTuple):
    """The outcome of a payload."""

    items: list[Item]
    letters: list[Letter]
    values: list[bytes]  # every byte that left normalise, dead letters aside


def normalised(data: bytes, name: str | None = None) -> Normalised:
    replay = Replay(rooms=("normalise",))
    headers = ((FORMAT, name.encode()),) if name else ()
    replay.publish(payload(FEED, data, START_MS, headers), START_MS)
    records = replay.log["wire.normalised"]
    return Normalised(
        [Item.model_validate_json(record.value) for record in records],
        [Letter(record) for record in replay.log["wire.dead"]],
        [part for record in records for part in (record.value, *(value for _, value in record.headers))],
    )


@settings(max_examples=examples(150))
@given(st.one_of(PAYLOADS, st.binary(max_size=300)), st.sampled_from([None, None, *FORMATS]))
def test_whatever_arrives_leaves_normalise(data: bytes, name: str | None) -> None:
    """Each item becomes a record or a dead letter, none is lost, and no letter reports a bug."""
    found = normalised(data, name)
    expected = outcome(data, name)
    assert len(found.items) + len(found.letters) == (1 if isinstance(expected, str) else len(expected[1].items))
    assert Reason.BUG.value not in {letter.reason for letter in found.letters}


# ---- in a browser -----------------------------------------------------------------------------------------------

TAG = re.compile(r"<[A-Za-z/!?]")  # what begins a tag, a comment or a declaration (HTML, 13.2.5.6)
ELEMENTS = frozenset(
    ["a", "abbr", "b", "blockquote", "br", "cite", "code", "em", "h2", "h3", "h4", "i", "li", "ol", "p", "q", "s",
     "small", "strong", "sub", "sup", "table", "tbody", "td", "th", "tr", "u", "ul"]
)  # fmt: skip
ATTRIBUTES = frozenset({("a", "href"), ("a", "rel"), *product(("td", "th"), ("colspan", "rowspan"))})


class Seen(HTMLParser):
    """The elements, attributes and link schemes that a browser would see."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.schemes: set[str] = set()
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update((tag, name) for name, _ in attrs)
        self.schemes.update((value or "").partition(":")[0].lower() for name, value in attrs if name == "href")


def texts_in(value: Any) -> Iterator[str]:
    """Every text of a record except those declared as HTML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in texts_in(inner) if inner is not value.get("value"))
        yield from () if value.get("contentType") == "text/html" else texts_in(value.get("value"))
    elif isinstance(value, list):
        yield from (text for inner in value for text in texts_in(inner))


def assert_harmless(item: Item) -> None:
    record = orjson.loads(dump(item))
    assert not [text for text in texts_in(record) if TAG.search(text)]
    for body in item.bodies:
        if body.content_type == "text/html":
            seen = Seen(body.value)
            assert seen.elements <= ELEMENTS
            assert seen.attributes <= ATTRIBUTES
            assert seen.schemes <= {"http", "https", "mailto"}


HOSTILE = st.sampled_from(
    ["<script>x()</script>", "<b onclick=x()>b</b>", "<img src=x onerror=x()>", "&lt;script&gt;", "<a href='java",
     "script:x()'>", "<!--", "-->", "<svg><style>", "<p>Late.</p>", "<p>", "<", ">", "/script", "\u0000", "\u0007",
     "&#60;b&#62;", "­", "<­b>", "<GM.N>", "\ud800", "<table><tr><td colspan=2 style=x>", "]]>", "<?x?>"]
)  # fmt: skip
HOSTILE_TEXTS = st.lists(HOSTILE, max_size=8).map("".join)


@settings(max_examples=examples(300))
@given(st.dictionaries(st.sampled_from(sorted(ninjs.SOURCES)), HOSTILE_TEXTS), st.sampled_from(["html", "text"]))
def test_no_text_is_a_tag(document: dict[str, str], kind: str) -> None:
    """Every output is safe in a page: texts contain no tags, HTML only the allowed elements."""
    fields = {ninjs.SOURCES[field][0]: value for field, value in document.items()}
    body = fields.pop("bodies", "")
    data = json.dumps({"headline": "Ferry late", **fields, f"body_{kind}": body}).encode()
    for item in normalised(data, "ninjs").items:
        assert_harmless(item)


@settings(max_examples=examples(150))
@given(PAYLOADS)
def test_no_damage_makes_a_tag(data: bytes) -> None:
    """The same for every damaged sample."""
    for item in normalised(data).items:
        assert_harmless(item)


# ---- written as ninjs and read again ----------------------------------------------------------------------------


def as_ninjs(item: Item) -> dict[str, Any]:
    """The item without our own members, as a reader of ninjs sees it."""
    return {name: value for name, value in orjson.loads(dump(item)).items() if name not in OURS}


def assert_survives(item: Item) -> None:
    """An item that is written as ninjs and parsed again is the same.

    Its uri becomes the native id of the second feed.  Signals and an embargo without an end have no field in ninjs:
    they are in our member `dispatch` alone, and an item with such an embargo is never published.
    """
    written = as_ninjs(item)
    found = normalised(orjson.dumps(written), "ninjs")
    assert not found.letters, found.letters[0].detail
    (again,) = map(as_ninjs, found.items)
    native, *alt_ids = again.pop("altIds")
    assert native == {"role": "native", "value": written["uri"]}
    assert {**again, "altIds": alt_ids, "uri": ""} == {"altIds": [], **written, "uri": ""}


@pytest.mark.parametrize("data", SAMPLES)
def test_a_sample_survives_ninjs(data: bytes) -> None:
    """ninjs carries everything that each format brings: words, ids, dates, codes, notes."""
    for item in normalised(data).items:
        assert_survives(item)


@pytest.mark.parametrize("folder", [stand_in(STAND_INS / "wire"), *real("wire")])
def test_payloads_survive_ninjs(folder: Path) -> None:
    """The same for real payloads and their stand-ins."""
    for path in sorted(folder.glob("*/*")):
        for item in normalised(path.read_bytes()).items:
            assert_survives(item)


# C1 controls are halves of mojibake, and what a mending of damage makes of a damage made up here is its own affair.
C1 = "".join(map(chr, range(0x80, 0xA0)))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters=C1), max_size=30) | st.sampled_from(
    ["Oslo", "BRUSSELS (Norden) -", "(Adds quote)", "a\n\nb", "\tc\n\td", "By Ada Quay", "1 < 2 & 3 > 2", "&amp;",
     "UPDATE 2-Ferry late", "KILL KILL KILL", "EMBARGOED until noon", "ends.", "\u202bעברית\u202c", "e\u0301"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)
INSTANTS = st.datetimes().map(
    lambda moment: f"{moment.replace(year=2000 + moment.year % 22, day=min(moment.day, 28)).isoformat()}Z"
)
ITEMS = st.fixed_dictionaries(
    {
        "uri": st.just("urn:norden:1"),
        "versionCreated": INSTANTS,
        "headlines": st.lists(st.fixed_dictionaries({"value": TEXTS}), min_size=1, max_size=2),
    },
    optional={
        "version": st.integers(0, 99).map(str) | WORDS,
        "firstCreated": INSTANTS,
        "embargoedUntil": INSTANTS,
        "pubStatus": st.sampled_from(["usable", "withheld", "canceled"]),
        "urgency": st.integers(1, 9),
        "language": st.sampled_from(["en", "en-GB", "de", "ar", "zh-Hans", "und", "x"]),
        "bodies": st.lists(
            st.fixed_dictionaries(
                {
                    "value": st.lists(TEXTS, max_size=5).map("\n\n".join),
                    "contentType": st.sampled_from(["text/plain", "text/html"]),
                }
            ),
            max_size=2,
        ),
        "descriptions": st.lists(st.fixed_dictionaries({"value": TEXTS}), max_size=2),
        "by": TEXTS,
        "located": TEXTS,
        "slugline": TEXTS,
        "edNote": TEXTS | st.lists(TEXTS, max_size=3).map("\n".join),
        "copyrightNotice": TEXTS,
        "usageTerms": TEXTS,
        "infoSources": st.lists(st.fixed_dictionaries({"name": TEXTS}, optional={"uri": WORDS}), max_size=2),
        "places": st.lists(st.fixed_dictionaries({"name": TEXTS}, optional={"literal": WORDS}), max_size=2),
        "subjects": st.lists(st.fixed_dictionaries({"name": TEXTS}, optional={"rel": WORDS}), max_size=2),
        "altIds": st.lists(st.fixed_dictionaries({"role": WORDS, "value": WORDS}), max_size=2),
    },
)


@settings(max_examples=examples(300))
@given(ITEMS)
@example({"uri": "a:1", "headlines": [{"value": "Ferry late"}], "edNote": "First line.\nSecond line."})
@example({"uri": "a:1", "headlines": [{"value": ""}], "bodies": [{"value": "&amp; \r0"}]})
@example({"uri": "a:1", "headlines": [{"value": "Ferry &amp;amp; quay"}]})
@example({"uri": "a:1", "headlines": [{"value": "0"}], "edNote": "0 \x1b\r 0"})
@example({"uri": "a:1", "headlines": [{"value": "0"}], "by": "Â\x1b¡", "located": "Ã\u200c©", "slugline": "Â\x1b¡"})
def test_any_item_survives_ninjs(document: dict[str, Any]) -> None:
    """The same for any words in any field.  A headline that is read from copy without one is no loss.

    Nor is it one that copy which says its headline again, behind a dateline say, says it once less when read again.
    """
    found = normalised(orjson.dumps(document), "ninjs")
    assume(found.items)
    assume(found.items[0].headlines)
    assume(found.items[0].body.partition("\n\n")[0].casefold() != found.items[0].headline.casefold())
    assert_survives(found.items[0])


def test_every_text_has_a_limit() -> None:
    """A parser's field cannot be of any length: a new one says how long it may be."""
    unlimited = {field.name for field in fields(Parsed) if re.search(r"str|tuple", str(field.type))}
    unlimited -= {*limits.IDS, *limits.TEXTS, *limits.LISTS}
    bounded_elsewhere = {"paragraphs", "html", "signals", "warnings", "passages"}
    assert unlimited == bounded_elsewhere, "by name, by their vocabulary, or by places.checked"

"""A document behind anything: it is read as the same item with a warning, or it is dead.

Never is it plain copy, usable, with its embargo, its status and its private notes lost.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from news import parse
from wrapped import BREAKING, DOCUMENTS, PRIVATE, PROSE, WRAPPINGS

from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.items import PubStatus, instant
from pipeline.records import Reason, Rejected
from tests.examples import examples


def parsed(data: bytes) -> tuple[str, tuple[Parsed | Broken, ...]] | None:
    """The format and the items; None if the payload is dead."""
    try:
        name, found = parse(Payload(data, "harbour", instant(1_700_000_000_000)))
    except Rejected:
        return None
    return name, found.items


def bare(item: Parsed | Broken) -> Parsed | Broken:
    """The item without warnings, and without what a comment around it says."""
    if isinstance(item, Broken):
        return item
    return replace(item, warnings=(), passages=tuple(one for one in item.passages if one.field != "comment"))


KNOWN = (
    "prefix 1", "prefix 3", "prefix 7", "http chunks", "call", "fence", "event", "string", "data uri base64",
    "multipart", "base64 part", "utf-8 marked as utf-16",
)  # fmt: skip


def assert_same_or_dead(data: bytes, document: str) -> None:
    """The same item, with a warning if the bytes are others; or dead."""
    found, whole = parsed(data), parsed(document.encode())
    assert whole is not None
    if found is None:
        return
    if found[0] in ("e-mail", "zczc", "anpa", "iptc7901"):  # what it came in, without it
        assert_not_usable(data)
        return
    for item in found[1]:
        assert isinstance(item, Broken) or (found[0], bare(item)) in [
            (whole[0], bare(each)) for each in whole[1]
        ], (
            found[0],
            item,
            data,
        )


def assert_not_usable(data: bytes, what: object = None) -> None:
    """No item says the words of the document and is usable; the words alone, or their beginning, may be."""
    found = parsed(data)
    for item in found[1] if found else ():
        if isinstance(item, Broken) or item.embargo or item.pub_status is not PubStatus.USABLE:
            continue
        words = " ".join((item.headline, *item.paragraphs, *item.descriptions))
        assert not any(PROSE[at : at + 16] in words for at in range(len(PROSE) - 15)), (what, item, data)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_are_held_or_killed(name: str) -> None:
    """As they are they say what must not be lost: an embargo or a status, and their private notes are not kept."""
    found = parsed(DOCUMENTS[name].encode())
    assert found is not None
    (item,) = found[1]
    assert isinstance(item, Parsed)
    assert item.embargo or item.pub_status is not PubStatus.USABLE
    assert PRIVATE not in repr(replace(item, passages=()))  # those are never published


@pytest.mark.parametrize("name", DOCUMENTS)
def test_behind_anything_it_is_the_same_item_or_dead(name: str) -> None:
    """Behind each prefix and in each wrapping.  What breaks a text may change its words, never its embargo."""
    for title, wrapping in WRAPPINGS.items():
        assert_same_or_dead(wrapping(DOCUMENTS[name].encode()), DOCUMENTS[name])
        assert_not_usable(wrapping(DOCUMENTS[name].encode()), title)
    for title, wrapping in BREAKING.items():
        assert_not_usable(wrapping(DOCUMENTS[name].encode()), title)


@pytest.mark.parametrize("title", KNOWN)
def test_a_known_wrapping_is_taken_off(title: str) -> None:
    """It is no dead letter, and a warning says what was taken off."""
    (item,) = (parsed(WRAPPINGS[title](DOCUMENTS["ninjs embargoed"].encode())) or ("", ()))[1]
    assert isinstance(item, Parsed)
    assert item.embargo
    assert any(warning.startswith("unwrapped: ") for warning in item.warnings)


@settings(max_examples=examples(600), derandomize=True)  # the fuzzer looks further: tests/fuzz
@given(st.sampled_from(sorted(DOCUMENTS)), st.lists(st.sampled_from(sorted(WRAPPINGS)), max_size=4))
def test_wrappings_within_wrappings(name: str, titles: list[str]) -> None:
    """One inside the other, in any order."""
    data = DOCUMENTS[name].encode()
    for title in titles:
        with contextlib.suppress(UnicodeError):  # a wrapping of text around one of bytes
            data = WRAPPINGS[title](data)
    assert_same_or_dead(data, DOCUMENTS[name])
    assert_not_usable(data)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_cut_document_is_dead(name: str) -> None:
    """Cut off at its beginning or at its end, at every byte: dead, or words without anything around them."""
    whole = DOCUMENTS[name].encode()
    words = {PROSE.encode()[at:] for at in range(len(PROSE))}
    for at in range(1, len(whole)):
        assert_not_usable(whole[:at], at)
        if whole[at:].strip(b" \r\n\"'") not in words:
            assert_not_usable(whole[at:], at)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        f"\ufeff\ufeff{PROSE}",
        "EMBARGO: 6 p.m.\nFERRY LATE\n\nThe ferry came late.",
        "Headline: Ferry late\nByline: Ada Quay\n\nThe ferry came late.",
        '<FERRY.L> shares rose 3 pct, <q.l> fell.  She said: "Late", "icy" and "shut".',
        "Ferries & quays: 5 < 6 > 4, 100% late, see https://quay.example/a%20b%22?x=1&y=2 [http://quay.example/]",
        "TOKYO RUBBER - APRIL 07\n          PREV     OPG    1045\n APR     123.5   122.9   122.9",
        "1. QUAY: b g 4y (Pier (US) - Kai) 58.5 4 ($3.00 $4.20 fav)\n2|FERRY|7|$2.80F||1.50|",
        "\x01HRESULTS\x1f6\x1fN  FERRY (Kai, Pier) lg hd, 4len.  All started; two were late at the icy quay."
        "  Then followed: Bring Me The Ferry 58.5 (Ada Quay), The Quay 60 (Kai Pier), last.  Time: 1:35.90.",
        "渡轮周三因码头结冰而晚点。",
        "เรือข้ามฟากมาสายในวันพุธ",
        "FLASH",
        "See {Ferry}, [Quay] and (Pier).",
        'The note said "Late": the quay was icy.',
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nThe ferry came late.",
    ],
)
def test_prose_is_plain_copy(text: str) -> None:
    """Flashes, tables, share symbols, race results, links, quotations, any script: published as they were."""
    assert (parsed(text.encode()) or ("dead",))[0] == "plain"


@pytest.mark.parametrize(
    "text",
    [
        "null", " true\n", "7", "-1.5e3", '"The ferry came late."', "[1, 2, 3]", "[null]", "[]", "...", "***", "<",
        '"uri","headline"\n"urn:quay:1","Ferry late"', '"uri","version","headline"\n"urn:quay:1","2","Ferry late"',
        "uri,version,headline\nurn:quay:1,2,Ferry late", "2022-01-12", "[item]\nuri = urn:quay:1\nembargoed = 2099",
        "uri: urn:quay:1\nembargoed: 2099\nheadline: Ferry late", "uri=urn:quay:1&title=Ferry+late&embargoed=2099",
        'item uri="urn:quay:1" embargoed="2099-01-01" headline="Ferry late"', "%PDF-1.4 The ferry came late.",
        "x\nReceived: by quay\nFrom: Ada <ada@quay.example>\n\nThe ferry came late.",
    ],
)  # fmt: skip
def test_other_structures_are_dead(text: str) -> None:
    """Values of JSON, tables, fields, files: dead with a reason, and not plain copy."""
    with pytest.raises(Rejected) as caught:
        parse(Payload(text.encode(), "harbour", instant(1_700_000_000_000)))
    assert caught.value.reason in (Reason.UNKNOWN_FORMAT, Reason.MALFORMED, Reason.NO_ITEM)

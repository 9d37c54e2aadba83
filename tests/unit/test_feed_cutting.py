"""A document is cut into entries without changing a byte of them, whatever state it is in."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from feed_documents import FORMATS, Format, Story, document, every_format, read
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.http.cut_broken import cut_broken
from pipeline.ingest.http.cut_xml import cut_xml
from pipeline.ingest.http.entry import Cut
from pipeline.ingest.http.reading import NoFeed, read_document

STORIES = [Story("a"), Story("b", "Strike ends"), Story("c", "Æther & <tags>", "<item>no entry</item>")]


@every_format
def test_any_choice_of_entries_is_a_document(form: Format) -> None:
    """It is well-formed, of the same format with the same channel, and has just these entries, byte for byte."""
    data = document(STORIES, form)
    cut = read_document(data)
    assert len(cut.entries) == 3
    assert not cut.is_broken
    for count in range(4):
        for chosen in combinations(cut.entries, count):
            made = cut.with_only(chosen)
            expected = [STORIES[cut.entries.index(one)].id for one in chosen]
            link = [f"https://wire.example/{one}" for one in expected]
            assert [id_ for id_, _ in read(made)] in (expected, link)  # RSS 1.0 is known by its address
            assert b"Wire" in made
            assert all(data[one.begin : one.end] in made for one in chosen)
    assert cut.with_only(cut.entries) == data or form == "json"


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)


@given(
    st.lists(st.builds(Story, st.uuids().map(str), TEXTS, TEXTS.filter(lambda text: "]]>" not in text))), st.data()
)
def test_words_do_not_matter(stories: list[Story], data: st.DataObject) -> None:
    """Whatever an entry says, it is found whole, and what is published is read as the original is."""
    form = data.draw(st.sampled_from(FORMATS))
    payload = document(stories, form)
    cut = read_document(payload)
    kept = data.draw(st.lists(st.sampled_from(cut.entries), unique=True) if cut.entries else st.just([]))
    kept.sort(key=lambda entry: entry.begin)
    whole = read(payload)
    assert read(cut.with_only(kept)) == [whole[cut.entries.index(entry)] for entry in kept]


BOM = b"\xef\xbb\xbf"
BEFORE = [
    b"\n",
    BOM + BOM,
    b"\r\n" + BOM + b"\n",
    b"<!-- cached -->\n",
    b"<br />\n<b>Warning</b>: x in y.php on line 3<br />\n",
]
ROWS = {"json": 3, "rdf": 4}  # of BEFORE: markup in front needs a declaration that says where XML begins


@pytest.mark.parametrize(("form", "before"), [(form, one) for form in FORMATS for one in BEFORE[: ROWS.get(form)]])
def test_what_a_server_prints_before_a_document(form: Format, before: bytes) -> None:
    """It is no part of it: the entries are found, and what is published is a document."""
    data = document(STORIES, form)
    cut = read_document(before + data)
    assert not cut.is_broken
    assert read(cut.with_only(cut.entries)) == read(data)


def test_a_declaration_inside_of_an_entry_begins_nothing() -> None:
    """A report may quote XML; the document begins before it."""
    said = Story("a", "How to", "write <?xml version='1.0'?> first")
    for data in (document([said], "json"), document([said], "rss").partition(b"?>")[2].strip()):
        assert len(read_document(data).entries) == 1
        assert len(read_document(b"\n" + data).entries) == 1


@pytest.mark.parametrize("form", ["rss", "atom", "rdf"])
def test_both_ways_of_cutting_agree(form: Format) -> None:
    """An entry has the same span and the same words, whether its document is well-formed or not."""
    data = document(STORIES, form)
    exact, searched = cut_xml(data), cut_broken(data)
    assert exact is not None
    assert exact.entries == searched.entries


def test_encodings() -> None:
    """An entry has the same words in each encoding, and is cut out of its own bytes."""
    codecs = ("utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252", "shift_jis")
    stories = [Story("a", "Ferry"), Story("b", "Train")]
    expected = [one.content for one in read_document(document(stories)).entries]
    for codec in codecs:
        text = document(stories).decode().replace('encoding="utf-8"', f'encoding="{codec.removesuffix("-sig")}"')
        cut = read_document(text.encode(codec))
        assert [one.content for one in cut.entries] == expected, codec
        assert read(cut.with_only(cut.entries[1:]))[0][1] == "Train", codec
    lying = document([Story("a", "Café"), Story("b")]).decode().encode("cp1252")  # declared as UTF-8
    cut = read_document(lying)
    assert [one.content for one in cut.entries][1:] == [read_document(document([Story("b")])).entries[0].content]
    assert b"Caf\xe9" in cut.with_only(cut.entries[:1])


GOOD = document([Story("a"), Story("b")]).decode()
BROKEN: list[
    tuple[str, str, list[bool], bool]
] = [  # what, the document, which entries are broken, well-formed around
    ("an ampersand in a title", GOOD.replace("<title>Ferry", "<title>Bed & Ferry", 1), [True, False], True),
    ("an entity of HTML", GOOD.replace("<title>Ferry", "<title>The&nbsp;Ferry", 1), [False, False], True),
    ("no end of an entry", GOOD.replace("</item>", "", 1), [True, False], True),
    ("no end of the last entry", "".join(GOOD.rsplit("</item>", 1)), [False, True], True),
    ("no end of the document", GOOD.replace("</channel></rss>", ""), [False, False], True),
    ("it breaks off in an entry", GOOD[: GOOD.rindex("<title>Ferry")], [False], True),
    ("a control character in the channel", GOOD.replace("Wire", "Wi\x0bre"), [False, False], False),
    ("two documents", GOOD + GOOD, [False] * 4, True),
    ("an end of a comment is missing", GOOD.replace("<title>Wire", "<!-- <title>Wire"), [False, False], False),
    ("an entity of its own", f'<!DOCTYPE rss [<!ENTITY a "b">]>{GOOD[39:]}', [False, False], False),
]


@pytest.mark.parametrize(("text", "broken", "around"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_document(text: str, broken: list[bool], around: bool) -> None:
    """Each entry that can be told from the others is one; a good one is read although the document cannot be."""
    cut = read_document(text.encode())
    assert cut.is_broken
    assert [one.is_broken for one in cut.entries] == broken
    assert cut.is_cut_off == (len(broken) == 1)
    if around:
        good = next(one for one in cut.entries if not one.is_broken and b"&nbsp;" not in cut.with_only([one]))
        assert len(read(cut.with_only([good]))) == 1


NO_FEEDS = [
    (b"", "an empty document"),
    (b"  \n ", "an empty document"),
    (b"<html><body>Log in</body></html>", "no feed: html"),
    (b"<nitf><head/></nitf>", "no feed: nitf"),
    (b'{"error": "no"}', "no feed: "),
    (b"not found", "no feed: plain"),
    (b"<", "no feed: "),
]


@pytest.mark.parametrize(("data", "why"), NO_FEEDS)
def test_no_feed(data: bytes, why: str) -> None:
    """What is something else is said to be so, and is no feed without entries."""
    with pytest.raises(NoFeed, match=why):
        read_document(data)


def test_too_many_entries() -> None:
    """A document of more entries than anybody sends is refused, in each format."""
    many = b"<item/>" * 20_001
    for data in (
        b"<rss><channel>" + many + b"</channel></rss>",
        b"<rss><channel>&" + many + b"</channel></rss>",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b"1," * 20_000 + b"1]}",
    ):
        with pytest.raises(NoFeed, match="more than 20,000 entries"):
            read_document(data)


JSON = document([Story("a"), Story("b")], "json").decode()
ODD_JSON = [
    ("a tab in a text", JSON.replace("Ferry", "Fer\try"), 2),
    ("half of a character", JSON.replace("Ferry", "\\ud83d Ferry"), 2),
    ("a mark", "\ufeff" + JSON, 2),
    ("a number of 5,000 digits", JSON.replace('"title": "Wire"', '"title": ' + "1" * 5_000), 2),
    ("a comma too many", JSON.replace("]", ",]"), 2),
    ("no text for an item", JSON.replace('"items": [', '"items": [null, 7,'), 4),
    ("broken", JSON[:-20], None),
    ("deep", JSON.replace('"Wire"', "[" * 100_000 + "]" * 100_000), None),
    ("two lists", JSON.replace('"title": "Wire"', '"items": []'), None),
]


@pytest.mark.parametrize(("text", "count"), [row[1:] for row in ODD_JSON], ids=[row[0] for row in ODD_JSON])
def test_odd_json(text: str, count: int | None) -> None:
    """JSON is cut where it can be read, and else is one broken document."""
    cut = read_document(text.encode())
    assert (cut.is_broken, len(cut.entries)) == ((True, 0) if count is None else (False, count))
    if count == 2:
        assert len(json.loads(cut.with_only(cut.entries[:1]), strict=False, parse_int=str)["items"]) == 1


def cut_of(item: str) -> Cut:
    return read_document(f"<rss xmlns:s='s' xmlns:m='m'><channel>{item}</channel></rss>".encode())


SAME = "<item><guid>1</guid><title>A</title>{}</item>"
UNSAID = [
    "<guid>2</guid>",
    "<pubDate>Mon, 02 Jan 2023 10:00:00 GMT</pubDate>",
    "<s:comments>12</s:comments>",
    "<comments>https://wire.example/1#c</comments>",
    "<link>https://wire.example/1?at=2</link>",
    "   \n ",
    "<!-- 12 ms -->",
]
SAID = [
    "<description>b</description>",
    "<category>x</category>",
    '<m:status state="deleted"/>',
    "<m:status state='blocked'/>",
    "<embargoed>2030-01-01</embargoed>",
]


def test_what_makes_another_wording() -> None:
    """Words, classes and states do; ids, dates, counters, addresses and layout do not."""
    plain = cut_of(SAME.format("")).entries[0].content
    assert {cut_of(SAME.format(one)).entries[0].content for one in UNSAID} == {plain}
    assert len({plain, *(cut_of(SAME.format(one)).entries[0].content for one in SAID)}) == len(SAID) + 1


def test_a_deleted_entry_is_an_entry() -> None:
    """RFC 6721: it says that the entry of its id was taken back."""
    data = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><t:deleted-entry xmlns:t="t" ref="urn:1" when="2026"/></feed>'
    )
    (entry,) = read_document(data).entries
    assert entry.guid == "urn:1"
    assert data[entry.begin : entry.end].endswith(b'when="2026"/>')

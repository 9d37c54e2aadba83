"""What fuzzing with planted embargoes found (tests/fuzz/planted), by mechanism; each with its twin."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from news import parse
from noticed import noticed
from planting import AP, COPY, DIGITALWIRES, NINJS, PLANTERS
from wrapped import PREFIXES

from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import PubStatus, Signal, instant
from pipeline.records import Reason, Rejected

ARRIVED = instant(1_642_000_000_000)
HOLD, OTHER = "Hold for release.", "With a map."
TELEGRAMS = {
    "iptc7901": "notes to editors",
    "anpa": "Eds:",
    "zczc": "%, &, +, *",
}
NAMELESS = {"iptc7901": "header lines", "anpa": "^ lines before the copy", "zczc": "@"}


def read(data: bytes, declared: str | None = None) -> list[Parsed]:
    """The items, with what their notes say; none of a dead payload."""
    try:
        items = parse(Payload(data, "quay", ARRIVED, declared))[1].items
    except Rejected:
        return []
    return [noticed(item) for item in items if isinstance(item, Parsed)]


def is_open(items: list[Parsed]) -> bool:
    """Whether one of them that has the copy would be published now."""
    with_copy = [item for item in items if COPY in " ".join(item.paragraphs)]
    return any(
        item.pub_status is PubStatus.USABLE and not item.embargo and Signal.HOLD not in item.signals
        for item in with_copy
    )


@pytest.mark.parametrize("name", ["pubstatus", "pub\\u0073tatus"])
@pytest.mark.parametrize("indent", ["", "\n  "])
def test_two_values_for_one_name_are_dead(name: str, indent: str) -> None:
    """Whichever comes last: orjson keeps it and drops the embargo or the status before it."""
    document = json.dumps(NINJS)[:-1]
    for one, other in (("withheld", "usable"), ("usable", "withheld")):
        data = f'{document},{indent}"pubstatus": "{one}",{indent}"{name}": "{other}"}}'.encode()
        with pytest.raises(Rejected) as caught:
            parse(Payload(data, "quay", ARRIVED))
        assert caught.value.reason is Reason.MALFORMED
    assert is_open(read(f'{document}, "pubstatus": "usable", "{name}": "usable"}}'.encode()))


@pytest.mark.parametrize("child", ['<x:aside xmlns:x="urn:x">quay</x:aside>', "<quay>ferry</quay>", "<quay/>ferry"])
def test_a_word_ends_where_an_unknown_element_begins(child: str) -> None:
    """`EMBARGOED<aside>quay</aside>` is a flag and another word, not one word of both."""
    for text, held in (("EMBARGOED", True), ("HARBOUR", False)):
        data = PLANTERS["newsml-g2"]("contentMeta/slugline", text)
        assert is_open(read(data.replace(text.encode(), f"{text}{child}".encode()))) is not held
    split = PLANTERS["newsml-g2"]("contentMeta/slugline", "@").replace(b"@", b"EM<b>BARGO</b>ED")
    assert not is_open(read(split))  # a word goes on in an inline element


@pytest.mark.parametrize("name", TELEGRAMS)
def test_a_telegram_behind_anything_is_no_plain_copy(name: str) -> None:
    """Its notes to editors are heard, or it is dead."""
    data = PLANTERS[name](TELEGRAMS[name], HOLD)
    ways = [prefix.encode() + data for prefix in PREFIXES]
    ways += [b"> " + data.replace(b"\n", b"\n> "), PLANTERS["e-mail"]("text/plain", "~~").replace(b"~~", data)]
    assert not [way for way in ways if is_open(read(way))]
    assert is_open(read(PLANTERS[name](TELEGRAMS[name], OTHER)))


@pytest.mark.parametrize("end", ["\u0085", "\u2028", "\r", "\n   ", "\r\t\f"])
def test_lines_end_in_many_ways(end: str) -> None:
    """Line ends of other systems, and lines that are indented, hide no note of a telegram."""
    for place in ("notes to editors", "header lines in brackets"):
        for text, held in ((HOLD, True), (OTHER, False)):
            data = PLANTERS["iptc7901"](place, text).replace(b"\r\n", end.encode())
            assert is_open(read(data, "iptc7901")) is not held


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="display:&#110;one">~</p>', '<p aria-hidden="&#116;rue">~</p>', '<p class="non&#112;ublic">~</p>',
        '<div style="&#x76;isibility: hidd&#00101;n"><p>~</p></div>', "<p style='d&#105;splay:none'>~</p>",
    ],
)  # fmt: skip
def test_what_is_hidden_in_references_is_hidden(markup: str) -> None:
    """A browser reads the references within an attribute, so `&#110;one` hides as `none` does."""
    for text, shown in ((markup, 0), (markup.replace("=", "x="), 1)):
        data = PLANTERS["rss"]("//x", "y").replace(COPY.encode(), f"<![CDATA[<p>{COPY}</p>{text}]]>".encode())
        (item,) = read(data)
        assert item.paragraphs.count("~") == shown


@pytest.mark.parametrize("first", [True, False])
def test_of_two_ends_the_later_counts(first: bool) -> None:
    """NewsML 1: a second DateAndTime of one change, before or behind the other."""
    ends = ["2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"]
    data = PLANTERS["newsml-1.2"]("NewsManagement/StatusWillChange/DateAndTime", "@")
    dates = "</DateAndTime><DateAndTime>".join(ends if first else ends[::-1])
    (item,) = read(data.replace(b"@", dates.encode()))
    assert item.embargo
    assert item.embargo.until == instant(4_070_908_800_000)


@pytest.mark.parametrize("around", ["\xa0", " \xa0 "])
def test_blanks_behind_the_lines_of_a_telegram(around: str) -> None:
    """NBSP at the ends of lines hides neither the header lines nor what they say."""
    for text, held in ((f"With a map. {HOLD}", True), (OTHER, False)):
        data = PLANTERS["iptc7901"]("header lines in brackets", text)
        assert is_open(read(data.replace(b"\r\n", around.encode() + b"\r\n"))) is not held


def test_a_telegram_in_utf_7_is_dead() -> None:
    """Its controls are `+ABYAFgAB-`."""
    data = PLANTERS["anpa"]("version", HOLD)
    assert read(data.decode().encode("utf-7")) == []


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("name", TELEGRAMS)
@pytest.mark.parametrize(("line", "held"), [("(Embargoed until 6 p.m. Tuesday)", True), ("(Six pages)", False)])
def test_text_between_two_telegrams_is_said_of_both(name: str, line: str, ends: bool, held: bool) -> None:
    """Nobody knows to which of them it belongs; nor where the first one ends, if it has no end mark."""
    telegram = PLANTERS[name](NAMELESS[name], "Bergen").decode()
    first = telegram if ends else re.split("[\x03\x04]|NNNN", telegram)[0]
    found = read(f"{first}{line}\n{telegram}".encode())
    assert [is_open([item]) for item in found] == [not held] * 2


@pytest.mark.parametrize("lead", ["\r\n", " ", "\r\n \r\n", "\t", "\x0c", "\x02", "\x13"])
def test_an_anpa_message_with_blanks_before_its_text(lead: str) -> None:
    """Blanks and fill before STX are no damaged header, as which they were refused; words there are one."""
    for text, held in ((HOLD, True), (OTHER, False)):
        data = PLANTERS["anpa"]("Eds:", text)
        (item,) = read(data.replace(b"\x02", lead.encode() + b"\x02"))
        assert is_open([item]) is not held
        assert read(data.replace(b"\x02", b"\r\nAdv13\x02")) == []


@pytest.mark.parametrize(("line", "held"), [("EMBARGOED UNTIL 6 P.M. TUESDAY", True), ("Six pages", False)])
def test_text_around_the_parts_of_a_mail(line: str, held: bool) -> None:
    """No program shows what is before the first part or behind the last."""
    data = PLANTERS["e-mail"]("Subject", "Ferry late")
    before = data.replace(b"\r\n--q\r\n", f"\r\n{line}\r\n--q\r\n".encode(), 1)
    for mail in (before, data + f"{line}\r\n".encode()):
        assert is_open(read(mail)) is not held


def test_a_publisher_with_a_language_stops_nothing() -> None:
    """feedparser gives an object for it."""
    data = PLANTERS["rss"]("publisher", "Quay").replace(b"<publisher>", b'<publisher xml:lang="ar">')
    assert is_open(read(data))


@pytest.mark.parametrize("name", ["ninjs", "newsml-g2", "nitf", "rss"])
def test_a_mandatory_kill_in_small_letters(name: str) -> None:
    """In a field for editors the case of the order says nothing."""
    for text, killed in (("Mandatory kill. The text is wrong.", True), ("The kill rate fell.", False)):
        (item,) = read(PLANTERS[name]("somethingNew", text))
        assert (Signal.KILL in item.signals) is killed


@pytest.mark.parametrize(
    ("name", "place"), [("nitf", "head/docdata/evloc"), ("newsml-g2", "contentMeta/infoSource")]
)
def test_a_name_of_several_lines(name: str, place: str) -> None:
    """A topic of one word, and beside it another element: still no note."""
    for text, held in (("Embargo", False), ("EMBARGOED UNTIL 6 P.M. TUESDAY", True)):
        data = PLANTERS[name](place, text).replace(text.encode(), f"{text}<x>quay</x>".encode())
        assert is_open(read(data)) is not held


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011"])
def test_a_mail_within_a_mail_whose_hyphens_were_changed(dash: str) -> None:
    """Its headers are no copy."""
    inner = "Message-ID: <7@q>\nFrom: a@q\nSubject: Ferry\n\nEMBARGOED UNTIL 6 P.M. TUESDAY\n\n".replace("-", dash)
    outer = "Message-ID: <1@q>\nFrom: a@q\nSubject: Ferry\nContent-Type: text/html\n\n"
    assert read(f"{outer}{inner}{COPY}".encode()) == []
    assert is_open(read(f"{outer}{COPY}".encode()))


@pytest.mark.parametrize("name", TELEGRAMS)
def test_references_within_a_telegram(name: str) -> None:
    """They make no page of it, whose line breaks would mean nothing."""
    place = "text after NNNN" if name == "zczc" else "text after ETX"
    for text, held in (("EMBARGOED UNTIL 6 P.M. TUESDAY", True), ("Six pages", False)):
        data = PLANTERS[name](place, f"Quay &amp;amp; co\n{text}")
        assert is_open(read(data, name)) is not held


def test_a_mail_in_the_source_of_a_page() -> None:
    """Its header lines are no copy, wherever in the page they are."""
    outer = "Message-ID: <1@q>\nFrom: a@q\nSubject: Ferry\nContent-Type: text/html\n\nThe ferry came late.\n"
    assert read(f"{outer}Message-ID: <7@q>\nX-Remark: {HOLD}\n\n{COPY}".encode()) == []
    assert is_open(read(f"{outer}The Message-ID: field of it\n\n{COPY}".encode()))


def test_the_end_of_an_object_with_blanks_before_its_colons() -> None:
    """No plain copy, as without them."""
    cut = f'rsion" :\t"1" ,\r\n"headline" :\t"Ferry late" ,\r\n"body_text" :\t"{COPY}",}}'
    assert read(cut.encode()) == []
    assert is_open(read(f'He said "late" : {COPY}'.encode()))


@pytest.mark.parametrize(("value", "held"), [(HOLD, True), ("x:hold-for-release", False)])
def test_a_code_with_blanks_is_a_text(value: str, held: bool) -> None:
    """`qcode` is not read for notes, but a note in it is."""
    data = PLANTERS["newsml-g2"]("itemMeta/somethingNew", "With a map.")
    assert is_open(read(data.replace(b"<somethingNew", f'<somethingNew qcode="{value}"'.encode()))) is not held


@pytest.mark.parametrize("colon", [":", "\uff1a"])
def test_a_label_with_a_wide_colon(colon: str) -> None:
    """As typesetters of the East have it."""
    for text, held in (("Mandatory kill. The text is wrong.", True), (OTHER, False)):
        (item,) = read(PLANTERS["anpa"]("Eds:", text).replace(b"Eds:", f"Eds{colon}".encode()))
        assert (Signal.KILL in item.signals) is held


@pytest.mark.parametrize("end", ["\r\n", "\n\r", "\x0b", "\x0c"])
def test_a_mail_whose_lines_end_otherwise(end: str) -> None:
    """Its headers are read, and with them the name of a file."""
    for text, held in ((HOLD, True), (OTHER, False)):
        data = PLANTERS["e-mail"]("names of attached files", text).replace(b"\r\n", end.encode())
        data = data.replace(end.encode(), b"\r\n", 1)
        assert is_open(read(data, "e-mail")) is not held, text


def test_an_unknown_member_of_a_body() -> None:
    """It is addressed to editors, like any that no parser knows."""
    for text, held in ((HOLD, True), (OTHER, False)):
        document = {**NINJS, "bodies": [{"value": COPY, "remark": text}]}
        assert is_open(read(json.dumps(document).encode())) is not held, text


AROUND = (  # the text with a note in it that is before or behind a telegram
    "</a>HTTP/1.1 200 OK\n\n~", "<br>Received: by quay\n\n~", "Quay <b>wire</b>\n~\nBergen", "a <p>a</p>~",
    "quay <!-- ~ -->", "quay <!-- a\n~\n-->", 'quay <img alt="~">', "quay <b\nx=y>\n~",
    "quay <script>\n~\n</script>", "a <td>a</td><td>~</td>", "a <b>c\n\n<i>~</i>", "a <title>\n~\n</title>",
)  # fmt: skip


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("name", TELEGRAMS)
def test_tags_in_the_text_around_a_telegram(name: str, around: str) -> None:
    """It may be a page, whose line breaks mean nothing, or lines with a tag among them."""
    places = ("text before ZCZC", "text after NNNN") if name == "zczc" else ("text before SOH", "text after ETX")
    for place in places:
        for text, held in (("EMBARGOED UNTIL 6 P.M. TUESDAY", True), ("Six pages and a map", False)):
            data = PLANTERS[name](place, around.replace("~", text))
            assert is_open(read(data, name)) is not held


def test_tags_in_the_lines_of_a_comment() -> None:
    """No browser shows a comment, so its lines are lines."""
    for text, held in (("EMBARGOED UNTIL 6 P.M. TUESDAY", True), ("Six pages and a map", False)):
        data = PLANTERS["nitf"]("body/body.head/abstract", "quay")
        assert is_open(read(data + f"<!-- <b>wire</b>\n{text}\n-->".encode())) is not held


@pytest.mark.parametrize("letter", ["\u00ff", "x", "\u00c2", "_", "0", "\u00df"])
def test_a_letter_before_the_word_of_an_embargo(letter: str) -> None:
    """Bytes of fill are letters in Windows-1252; `detention` is no `retention`."""
    notes = ("Sperrfrist: Dienstag, 18 Uhr", "Embargo until Tuesday", "EMBARGO")
    for text, held in (*((f"{letter}{note}", True) for note in notes), ("detention of the captain", False)):
        for name, place in (("newsml-g2", "itemMeta/somethingNew"), ("iptc7901", "notes to editors")):
            assert is_open(read(PLANTERS[name](place, text))) is not held


@pytest.mark.parametrize(
    "mark", [b"\xad", b"\x85", b"\xa0", b"\xa0\xad", b"\xff", b"\x16\xad", b"\xef\xbb\xbf", b"\x7f"]
)
def test_a_byte_before_a_telegram_makes_no_other_encoding_of_it(mark: bytes) -> None:
    """A wide colon is three letters in Windows-1252: the mark is taken off, or the telegram is dead."""
    data = PLANTERS["anpa"]("Eds:", "Mandatory kill. The text is wrong.").replace(b"Eds:", "Eds\uff1a".encode())
    for declared in (None, "anpa"):
        assert all(Signal.KILL in item.signals for item in read(mark + data, declared))
    assert is_open(read(b"\xad" + PLANTERS["anpa"]("Eds:", "With a map")))
    assert is_open(read("\u201cCAF\u00c9\u201d: The ferry\u2019s late. ".encode("cp1252") + COPY.encode()))


@pytest.mark.parametrize("text", ["\u00a0Hold for release.", "\tHold for release.", '"Hold for release."'])
def test_a_document_of_json_in_utf_7_is_dead(text: str) -> None:
    """Its escapes would be letters: `+AFw-u00a0Hold`."""
    data = json.dumps({**NINJS, "somethingNew": text})
    assert read(data.encode("utf-7", "strict")) == []
    assert not is_open(read(data.encode()))
    assert is_open(read(json.dumps({**NINJS, "somethingNew": "map + text"}).encode("utf-7")))


TEXT_OBJECTS: dict[
    str, tuple[dict[str, Any], tuple[str, ...]]
] = {  # members whose objects have a text and what is said of it
    "ninjs": (NINJS, ("headlines", "descriptions")),
    "ap-json": (AP, ("bylines", "photographer")),
    "digitalwires": (DIGITALWIRES, ("descriptions",)),
}


@pytest.mark.parametrize("format_", TEXT_OBJECTS)
def test_an_unknown_member_beside_a_text(format_: str) -> None:
    """It is addressed to editors, also if a sign in its name hides which it is."""
    document, names = TEXT_OBJECTS[format_]
    for name in names:
        for member in ("remark", "r<ole", "value2"):
            for text, killed in (("Mandatory kill. The text is wrong.", True), ("The kill rate fell.", False)):
                made = {**document, name: [{"value": "Ferry late", member: text}]}
                (item,) = read(json.dumps(made).encode())
                assert (Signal.KILL in item.signals) is killed


LINES = (
    "{0}\t{1}", "{0}: {1}", "({0}) {1}", "#{0} {1}", "- {1}", "* {1}", "+{1}", "-{1}", "\u201c{1}", "L{0} {1}",
    "{0:05d} {1}", "{0}>{1}", ">> {0}\t{1}",
)  # fmt: skip


@pytest.mark.parametrize("form", LINES)
@pytest.mark.parametrize("kind", ["html", "plain"])
def test_a_mail_with_marked_lines_within_a_mail(kind: str, form: str) -> None:
    """In the source of a page as in a text; a list that speaks of a header field is copy."""
    outer = f"Message-ID: <1@q>\r\nFrom: a@q\r\nSubject: Ferry\r\nContent-Type: text/{kind}\r\n\r\n"
    inner = PLANTERS["e-mail"]("names of attached files", "Mandatory kill.").decode().split("\r\n")
    assert read((outer + "\r\n".join(form.format(*each) for each in enumerate(inner))).encode()) == []
    assert is_open(read(f"{outer}1. Received: 3 parcels and a letter\r\n\r\n{COPY}".encode()))


@pytest.mark.parametrize(
    "name", ["authors", "links", "tags", "content", "summary_detail", "title_detail", "source", "rights"]
)
def test_elements_of_feedparsers_own_names(name: str) -> None:
    """An unknown element of that name is a text, where feedparser has a list or an object of its own."""
    for text, held in ((HOLD, True), (OTHER, False)):
        data = PLANTERS["rss"]("//x", "y").replace(b"<x>y</x>", f"<{name}>{text}</{name}>".encode())
        assert not [item for item in read(data) if is_open([item]) is held]
    assert is_open(read(PLANTERS["rss"]("//x", "y")))


def test_a_status_outside_its_item_is_dead() -> None:
    """NewsML 1 has it in NewsItem alone: in an element around it nobody would read it."""
    data = PLANTERS["newsml-1.2"]("NewsManagement/StatusWillChange/DateAndTime", "2099-01-01T00:00:00Z")
    around = data.replace(b"<NewsManagement>", b"<group><NewsManagement>")
    assert not is_open(read(data))
    assert read(around.replace(b"</NewsManagement>", b"</NewsManagement></group>")) == []

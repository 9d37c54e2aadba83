"""Dialects: fields, dates and mark-up as vendors really write them, each beside the form that the standard has."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from news import parse
from planting import COPY, G2, NINJS, RSS
from walk import Newsroom

from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.formats.xml.text import CHARACTERS_READ
from pipeline.records import Reason, Rejected

ARRIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)
NAV = ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def read(data: str) -> Parsed:
    (item,) = parse(Payload(data.encode(), "quay", ARRIVED))[1].items
    assert isinstance(item, Parsed)
    return item


DATES = (
    ("Wed, 12 Jan 2022 08:57:00 MEST", 6), ("Wed, 12 Jan 2022 08:57:00 CET", 7),
    ("Wed, 12 Jan 2022 08:57:00 EDT", 12), ("Wed, 12 Jan 2022 08:57 +02:00", 6),
    ("12 Jan 2022 08:57:00+0200", 6),
    ("Wed, 12 Jan 2022 08:57:00 GMT", 8),
)  # fmt: skip


@pytest.mark.parametrize(("written", "hour"), DATES)
def test_zones_of_feeds(written: str, hour: int) -> None:
    """A zone by its name, and an offset with a colon."""
    item = read(RSS.replace("<guid>", f"<pubDate>{written}</pubDate><guid>"))
    assert item.version_created == datetime(2022, 1, 12, hour, 57, tzinfo=UTC)
    assert not [one for one in item.warnings if "offset" in one]


@pytest.mark.parametrize("zone", ["IST", "CST", "XYZ"])
def test_a_zone_that_means_several_offsets(zone: str) -> None:
    """It is read as UTC; what is no known zone may be any word, `NIGHT`, and its date is unreadable."""
    item = read(RSS.replace("<guid>", f"<pubDate>Wed, 12 Jan 2022 08:57:00 {zone}</pubDate><guid>"))
    assert (item.version_created is None) is (zone == "XYZ")


def test_an_item_that_is_dated_by_its_creation_alone() -> None:
    """With a warning; the time of the version comes first."""
    created = "<contentMeta><contentCreated>2013-02-16T17:36:20+02:00</contentCreated>"
    both = G2.replace("<contentMeta>", created)
    alone = both.replace("<versionCreated>2022-01-12T09:30:00Z</versionCreated>", "<versionCreated/>")
    assert read(both).version_created == datetime(2022, 1, 12, 9, 30, tzinfo=UTC)
    found = read(alone)
    assert found.version_created == datetime(2013, 2, 16, 15, 36, 20, tzinfo=UTC)
    assert "no versionCreated: contentCreated read instead" in found.warnings


@pytest.mark.parametrize(("between", "words"), [("<endash/>", "May June"), ("<em/>", "MayJune"), ("", "MayJune")])
def test_an_empty_element_of_the_vendor_parts_two_words(between: str, words: str) -> None:
    """One that HTML knows within a line does not."""
    assert read(G2.replace(COPY, f"It opens in May{between}June.")).paragraphs == (f"It opens in {words}.",)


def test_the_nitf_in_a_g2_item_has_its_headline_and_byline() -> None:
    """Where the metadata has neither."""
    nitf = (
        "<nitf><head><title>Ferry late again</title></head><body><body.head><byline>By<person>Ada Quay</person>"
        f"<byttl>Harbour desk</byttl></byline></body.head><body.content><p>{COPY}</p></body.content></body></nitf>"
    )
    begin, end = G2.index("<html>"), G2.index("</inlineXML>")
    data = G2[:begin] + nitf + G2[end:]
    found = read(data.replace("<headline>Ferry late</headline>", ""))
    assert (found.headline, found.by) == ("Ferry late again", "By Ada Quay, Harbour desk")
    assert read(data).headline == "Ferry late"


def test_a_body_of_html5_and_a_list_named_item() -> None:
    """As TT and the BBC write them."""
    body = f"<html><body><h1>Ferry late</h1><p>{COPY}</p></body></html>"
    document = {**NINJS, "body_text": None, "body_html5": body}
    assert COPY in read(json.dumps(document)).paragraphs
    assert read(json.dumps({"total": 1, "item": [NINJS]})).paragraphs == (COPY,)


@pytest.mark.parametrize(
    ("written", "paragraphs"),
    [
        (f"&lt;P&gt;{COPY}&lt;/P&gt;&lt;P&gt;Nobody minded.&lt;/P&gt;", (COPY, "Nobody minded.")),
        (f"<p>{COPY}</p><p>A tag ends with &lt;/p&gt;.</p>", (COPY, "A tag ends with </p>.")),
    ],
)
def test_a_page_that_was_escaped_twice(written: str, paragraphs: tuple[str, ...]) -> None:
    """Tags in its words and nowhere else; an article about tags has tags of its own."""
    item = read(json.dumps({**NINJS, "body_text": None, "body_html": written}))
    assert tuple(one.replace("‹", "<").replace("›", ">") for one in item.paragraphs) == paragraphs
    assert ("markup escaped twice, read" in item.warnings) is ("<p>" not in written)


@pytest.mark.parametrize(
    ("written", "headline"),
    [
        ("Ferry &amp;amp; rail &amp;quot;late&amp;quot;", 'Ferry & rail "late"'),
        ("Ferry &amp; rail", "Ferry & rail"),
    ],
)
def test_a_headline_that_was_escaped_twice(written: str, headline: str) -> None:
    """References are resolved, with a warning."""
    item = read(G2.replace("Ferry late", written))
    assert item.headline == headline
    assert any("escaped twice" in one for one in item.warnings) is ("amp;amp;" in written)


def test_links_of_a_feed_are_whole() -> None:
    """By xml:base, or by the page of the channel; a whole one stays."""
    links = '&lt;a href="map.html"&gt;map&lt;/a&gt; &lt;a href="https://b.example/"&gt;b&lt;/a&gt;'
    markup = f"&lt;p&gt;{COPY} {links}&lt;/p&gt;"
    data = RSS.replace(COPY, markup).replace(
        "<title>Quay</title>", "<title>Quay</title><link>https://quay.example/</link>"
    )
    item = read(data.replace("<guid>", "<link>late.html</link><guid>"))
    assert 'href="https://quay.example/map.html"' in item.html
    assert 'href="https://b.example/"' in item.html
    assert ("link", "https://quay.example/late.html") in {(one.role, one.value) for one in item.alt_ids}


def test_a_content_that_is_only_a_caption_is_no_body() -> None:
    """The description says more; a description that says less is none."""
    for content, body in ((f"<p>{COPY} Nobody minded.</p>", f"{COPY} Nobody minded."), ("<p>Photo: Ada</p>", COPY)):
        element = f"<content:encoded><![CDATA[{content}]]></content:encoded><guid>"
        item = read(RSS.replace("<rss>", f"<rss{NAV}>").replace("<guid>", element))
        assert item.paragraphs == (body,)


def test_a_line_of_routing_is_no_headline() -> None:
    """AAP's racing desk names several desks."""
    message = "ZCZC FMG000\nYY RFG TDR\n:Premierships Northern gallop jockeys\n  SYDNEY, Jul 16 AAP - {}\nNNNN\n"
    item = read(message.format(COPY))
    assert (item.headline, item.slugline) == ("", "Premierships Northern gallop jockeys")


FEED = {
    "version": "https://jsonfeed.org/version/1.1", "title": "Quay", "language": "en",
    "authors": [{"name": "Quay Wire"}],
    "home_page_url": "https://quay.example/",
}  # fmt: skip
ITEM = {
    "id": "https://quay.example/7", "url": "https://quay.example/7", "title": "Ferry late", "tags": ["harbour"],
    "content_html": f"<p>{COPY}</p>", "summary": "Three hours.", "authors": [{"name": "Ada Quay"}],
    "date_published": "2022-01-12T08:00:00+01:00", "date_modified": "2022-01-12T09:00:00+01:00",
}  # fmt: skip


def test_json_feed() -> None:
    """Two items: one with everything, one with words alone, which has the author and the language of its feed."""
    alone = {"id": "8", "content_text": "The quay is open again."}
    feed = json.dumps({**FEED, "items": [ITEM, alone, "no item"]}).encode()
    name, parsed = parse(Payload(feed, "quay", ARRIVED))
    whole, short, broken = parsed.items
    assert name == "json-feed"
    assert isinstance(whole, Parsed)
    assert isinstance(short, Parsed)
    assert (whole.headline, whole.paragraphs, whole.by) == ("Ferry late", (COPY,), "Ada Quay")
    assert (whole.version_created, whole.first_created) == (
        datetime(2022, 1, 12, 8, tzinfo=UTC),
        datetime(2022, 1, 12, 7, tzinfo=UTC),
    )
    assert (whole.descriptions, [one.name for one in whole.subjects]) == (("Three hours.",), ["harbour"])
    assert (short.headline, short.paragraphs, short.by) == ("", ("The quay is open again.",), "Quay Wire")
    assert short.language == "en"
    assert isinstance(broken, Broken)


@pytest.mark.parametrize(
    ("member", "twin"),
    [
        ({"date_published": "2098-01-12T08:00:00Z"}, {"date_published": "2021-01-12T08:00:00Z"}),
        ({"_desk": {"embargo": "2099-01-01T00:00:00Z"}}, {"_desk": {"embargo": "2001-01-01T00:00:00Z"}}),
        ({"user_comment": "Embargoed until Tuesday."}, {"user_comment": "About the harbour."}),
    ],
)
@pytest.mark.parametrize("of_feed", [False, True])
def test_what_holds_an_item_of_a_json_feed(
    member: dict[str, object], twin: dict[str, object], of_feed: bool
) -> None:
    """A plan, a note, and a field by its name, of the item and, but for a date, of its feed."""
    for one, held in ((member, True), (twin, False)):
        feed = {**FEED, **(one if of_feed else {}), "items": [ITEM if of_feed else {**ITEM, **one}]}
        published = bool(Newsroom("normalise", "resolve").send(json.dumps(feed).encode()))
        assert published is (not held or (of_feed and "date_published" in one))


def rss_dated(date: str, text: str) -> bytes:
    moment = format_datetime(datetime.fromisoformat(date)) if date[:1].isdigit() else date
    return (
        "<rss version='2.0'><channel><title>Quay</title><item><guid>quay-7</guid><title>Ferry late</title>"
        f"<pubDate>{moment}</pubDate><description>{text}</description></item></channel></rss>"
    ).encode()


def atom_dated(element: str) -> Callable[[str, str], bytes]:
    return lambda date, text: (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Quay</title><entry><id>urn:quay:7</id><title>Ferry late"
        f"</title><{element}>{date}</{element}><summary>{text}</summary></entry></feed>"
    ).encode()


def json_dated(member: str, **more: object) -> Callable[[str, str], bytes]:
    entry = {"id": "quay-7", "title": "Ferry late"} | more
    return lambda date, text: json.dumps({**FEED, "items": [entry | {member: date, "content_text": text}]}).encode()


@pytest.mark.parametrize(
    ("dated", "is_of_revision"),
    [
        (rss_dated, False),
        (atom_dated("published"), False),
        (atom_dated("updated"), True),
        (json_dated("date_published"), False),
        (json_dated("date_published", date_modified=None), False),
        (json_dated("date_published", date_modified=" "), False),
        (json_dated("date_modified"), True),
    ],
    ids=["rss", "atom published", "atom updated", "json published", "json null", "json empty", "json modified"],
)
def test_which_date_says_what_is_newer(dated: Callable[[str, str], bytes], is_of_revision: bool) -> None:
    """A date of publication that is put right makes no older version of a new text; a date of the version does.

    What was seen before is a repeat, as from a server that is behind.
    """
    newsroom = Newsroom("normalise", "resolve")
    sent = [("12T09:00", "two"), ("12T08:00", "three"), ("12T07:00", "two"), ("12T10:00", "four")]
    kinds = [
        item.dispatch.kind for day, word in sent for item in newsroom.send(dated(f"2022-01-{day}:00Z", word * 9))
    ]
    assert kinds == ["new", "late" if is_of_revision else "update", "repeat", "update"]


AHEAD, LATER, PAST, EARLIER = (
    f"{day}T09:00:00Z" for day in ("2098-01-12", "2099-01-12", "2022-01-12", "2022-01-11")
)
TOLD = "EMBARGOED until 12 January 2098, 09:00 GMT\n\nThe ferry to Lomsk is late."
PLANS: dict[
    str, tuple[list[tuple[str, str]], list[str | None]]
] = {  # the dates and texts of an entry's versions, and what each is when it comes; None: it is held
    "put right": ([(AHEAD, "two"), (PAST, "three")], [None, "new"]),
    "of what is out": ([(PAST, "one"), (AHEAD, "two"), (EARLIER, "three")], ["new", None, "update"]),
    "goes on": ([(AHEAD, "two"), (PAST, "three"), (PAST, "four")], [None, "new", "update"]),
    "the same text": ([(AHEAD, "two"), (PAST, "two")], [None, "new"]),
    "a server that is behind": ([(PAST, "one"), (AHEAD, "two"), (PAST, "one")], ["new", None, None]),
    "another plan": ([(AHEAD, "two"), (LATER, "three"), (AHEAD, "four")], [None, None, None]),
    "without a date": ([(AHEAD, "two"), ("", "three")], [None, None]),
    "a date that nobody can read": ([(AHEAD, "two"), ("soon", "three")], [None, None]),
    "told beside it": ([(AHEAD, TOLD), (PAST, "three")], [None, None]),
    "told before": ([(PAST, TOLD), (AHEAD, "two"), (PAST, "three")], [None, None, None]),
    "told behind": ([(AHEAD, "two"), (PAST, TOLD), (PAST, "three")], [None, None, None]),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(
    "dated",
    [rss_dated, atom_dated("published"), atom_dated("updated"), json_dated("date_published")],
    ids=["rss", "atom published", "atom updated", "json"],
)
def test_a_plan_that_is_put_right(name: str, dated: Callable[[str, str], bytes]) -> None:
    """It ends with a new text whose date does not lie ahead; what a note embargoes, no date ends."""
    versions, kinds = PLANS[name]
    if (name, dated(PAST, "")) == ("of what is out", atom_dated("updated")(PAST, "")):
        kinds = ["new", None, None]  # the date of its version says that it is older
    newsroom = Newsroom("normalise", "resolve")
    for (date, text), kind in zip(versions, kinds, strict=True):
        found = newsroom.send(dated(date, text if text is TOLD else f"The ferry to Lomsk is late, {text} said."))
        assert [item.dispatch.kind for item in found] == ([kind] if kind else []), (date, text)


@pytest.mark.parametrize("word", ["Ferry", "CORRECTED: Ferry"])
@pytest.mark.parametrize("dated", [rss_dated, json_dated("date_published")], ids=["rss", "json"])
def test_a_plan_that_was_overtaken(dated: Callable[[str, str], bytes], word: str) -> None:
    """At its time it is published as what it is by then: an older version, which replaces nothing."""
    newsroom = Newsroom("normalise", "resolve")
    planned = dated("2022-01-14T09:00:00Z", "The ferry to Lomsk is late, one said.")
    assert not newsroom.send(planned.replace(b"Ferry", word.encode()))
    (right,) = newsroom.send(dated(PAST, "The ferry to Lomsk is late, two said."))
    newsroom.wait(5 * 24 * 60)
    due, after = newsroom.send(dated(PAST, "The ferry to Lomsk is late, three said."))
    assert (due.dispatch.kind, due.dispatch.status, due.dispatch.supersedes) == ("late", "superseded", None)
    assert (after.dispatch.kind, after.dispatch.supersedes) == ("update", right.version)


def test_a_version_with_a_date_behind_one_without() -> None:
    """The date of publication of the first says nothing of its version: what comes later is newer, not late."""
    newsroom = Newsroom("normalise", "resolve")
    sent = [
        ("date_published", "12T09:00", "two"),
        ("date_modified", "12T08:00", "three"),
        ("date_modified", "12T07:00", "four"),
    ]
    kinds = [
        item.dispatch.kind
        for member, day, word in sent
        for item in newsroom.send(json_dated(member)(f"2022-01-{day}:00Z", word * 9))
    ]
    assert kinds == ["new", "update", "late"]


def test_an_entry_without_any_date() -> None:
    """It has no date of publication, so nothing says that there is one."""
    (item,) = Newsroom("normalise", "resolve").send(json_dated("")("", "Ferry late"))
    assert (item.dispatch.created, item.dispatch.revision_undated) == (None, None)


def test_a_plan_that_somebody_holds() -> None:
    """An operator's hold and an agency's are no plan: the right date ends neither; a correction is one."""
    text = "The ferry to Lomsk is late, {} said."
    for word, kind in (("HOLD", None), ("CORRECTED", "correction")):
        newsroom = Newsroom("normalise", "resolve")
        assert not newsroom.send(rss_dated(AHEAD, text.format("two")))
        if word == "HOLD":
            assert not newsroom.send(
                rss_dated(AHEAD, text.format("three")).replace(b"Ferry late", b"HOLD: Ferry late")
            )
        found = newsroom.send(rss_dated(PAST, text.format("four")).replace(b"Ferry", f"{word}: Ferry".encode()))
        assert [item.dispatch.kind for item in found] == ([kind] if kind else [])


ENTRY = "<item><guid>quay-{}</guid><title>Ferry late</title><description>{}</description></item>"


@pytest.mark.parametrize("mended", ["a\x05b", "a & b"])
def test_characters_of_a_feed_that_are_mended(mended: str) -> None:
    """An ampersand alone and a control character: every entry is read, with a warning."""
    entries = ENTRY.format(7, COPY) + ENTRY.format(8, f"{COPY} {mended}")
    for title in ("Quay", f"Quay {mended}"):
        data = f"<rss><channel><title>{title}</title>{entries}</channel></rss>".encode()
        found = [one for one in parse(Payload(data, "quay", ARRIVED))[1].items if isinstance(one, Parsed)]
        assert [one.native_id for one in found] == ["quay-7", "quay-8"]
        assert found[1].paragraphs == (f"{COPY} {mended}".replace("\x05", ""),)
        assert all(CHARACTERS_READ in one.warnings for one in found)


@pytest.mark.parametrize("breaks", ["<b>", "</i>", "&nosuch;", "a & b <b>"])
def test_clean_entries_of_a_broken_feed(breaks: str) -> None:
    """Each broken one is a dead letter for itself, and the clean ones have a warning."""
    entries = (ENTRY.format(7, COPY), ENTRY.format(8, f"{COPY} {breaks}"), ENTRY.format(9, f"{COPY} Again."))
    data = f"<rss><channel><title>Quay</title>{''.join(entries)}</channel></rss>".encode()
    clean = [one for one in parse(Payload(data, "quay", ARRIVED))[1].items if isinstance(one, Parsed)]
    broken = [one for one in parse(Payload(data, "quay", ARRIVED))[1].items if isinstance(one, Broken)]
    assert [one.native_id for one in clean] == ["quay-7", "quay-9"]
    assert [one.reason for one in broken] == [Reason.MALFORMED]
    assert all("1 broken entries beside it" in one.warnings for one in clean)


@pytest.mark.parametrize(
    "around",
    [
        "<rss><channel><title>A <b> B</title>~</channel></rss>",
        "<rss><channel><title>Quay</title>~",
        "<rss><channel><!-- ~ --></channel></rss>",
        "<rss><channel><x><item><![CDATA[~]]></item></x></channel></rss>",
    ],
)
def test_a_feed_that_is_broken_around_its_entries_is_dead(around: str) -> None:
    """What it says of all of them may be lost."""
    data = around.replace("~", ENTRY.format(7, COPY) + ENTRY.format(8, f"{COPY} <b>"))
    with pytest.raises(Rejected):
        parse(Payload(data.encode(), "quay", ARRIVED))


def test_codes_of_news_bites() -> None:
    """Headline, slug and copy by codes of two letters, behind a `zczc` in small letters."""
    head = "zczc\nAN#10000001\nKN#Port Bites\nPD#06 June 2024 14:00:00\nTI#Ferry late\nAB#Three hours.\nTX#\n"
    item = read(f"{head}{COPY}\nNobody minded.\n\n")
    assert (item.headline, item.slugline, item.native_id) == ("Ferry late", "Port Bites", "10000001")
    assert (item.paragraphs, item.descriptions) == ((COPY, "Nobody minded."), ("Three hours.",))
    assert item.version_created == datetime(2024, 6, 6, 14, tzinfo=UTC)
    assert read(f"ZCZC QUA001\n#Ferry\n:Ferry late\n\n{COPY}\nNNNN\n").native_id is None

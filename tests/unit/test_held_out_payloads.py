"""Payloads in the manner of agencies, written before they were tried: the kinds that were read wrong, and twins."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import news
import pytest

from pipeline.copy import read_copy
from pipeline.formats.parsed import Parsed, Payload
from pipeline.notes import Addressee
from pipeline.records import Fault, Rejected
from pipeline.replay import Replay, payload
from pipeline.values.dates import parse_moment, read_embargo
from pipeline.values.embargo import Embargo

ARRIVED = datetime(2022, 1, 12, tzinfo=UTC)
ARRIVED_MS = round(ARRIVED.timestamp() * 1000)
WRITTEN = datetime(2021, 3, 3, 8, 15, tzinfo=UTC)
TITLE = "Norrby dockers end strike"
COPY = "Dockers in Norrby went back to work on Wednesday after six days, their union said."
MORE = "Talks on wages will go on until April."


def items(data: bytes | str) -> tuple[str, list[Any]]:
    """The format, and the items: parsed, or what is said of a broken one."""
    name, parse = news.parse(Payload(data.encode() if isinstance(data, str) else data, "norden", ARRIVED))
    return name, list(parse.items)


def one(data: bytes | str) -> Parsed:
    (item,) = items(data)[1]
    assert isinstance(item, Parsed)
    return item


def published(data: str) -> dict[str, Any]:
    """The item as normalise writes it."""
    replay = Replay(rooms=("normalise",))
    replay.publish(payload("norden", data.encode(), ARRIVED_MS), ARRIVED_MS)
    (record,) = replay.log["wire.normalised"]
    found: dict[str, Any] = json.loads(record.value)
    return found


DPA = {
    "urn": "urn:newsml:dpa.com:20090101:210303-99-1",
    "version": 2,
    "version_created": "2021-03-03T09:15:00+01:00",
    "headline": "Streik im Hafen beendet",
    "article_html": "<p>Die Hafenarbeiter haben ihren Streik beendet.</p>",
}
AP = {
    "altids": {"itemid": "9c0a41be77d04f21a6d3f5c1e0b7aa31", "etag": "9c0a41be77d04f21a6d3f5c1e0b7aa31_1a2"},
    "headline": TITLE,
    "body_nitf": f"<nitf><body><body.content><p>{COPY}</p></body.content></body></nitf>",
}
NINJS = {"uri": "urn:np:1", "headline": TITLE, "versioncreated": "2021-03-03T08:15:00Z"}


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (DPA, "digitalwires"),  # of an API that leaves out entry_id and format
        ({"data": {"item": AP}}, "ap-json"),  # the envelope without its version
        (AP, "ap-json"),
        (NINJS | {"body_text": COPY}, "ninjs"),
    ],
)
def test_a_dialect_of_json_is_known_by_what_only_it_has(document: dict[str, Any], name: str) -> None:
    """Read as another one it would be without its copy."""
    format_name, (item,) = items(json.dumps(document))
    assert format_name == name
    assert item.paragraphs


def test_a_package_of_ninjs_is_no_item() -> None:
    """It has other items and no words of its own; one with words is an item, as in AP."""
    package = NINJS | {"type": "composite", "associations": {"main": {"uri": "urn:np:2", "headline": "Other"}}}
    with pytest.raises(Rejected, match="package"):
        items(json.dumps(package))
    assert one(json.dumps(package | {"body_text": COPY})).paragraphs == (COPY,)


DATELINE = (
    "<dateline><location>NORRBY</location><story.date norm='20210303T081500Z'>March 3</story.date></dateline>"
)


def test_words_of_a_dateline_stay_apart() -> None:
    """A place and a date without a blank between them; words within a place stay as they are."""
    nitf = f"<nitf><body><body.head>{{}}</body.head><body.content><p>{COPY}</p></body.content></body></nitf>"
    assert one(nitf.format(DATELINE)).dateline == "NORRBY March 3"
    split = "<dateline><location>NOR<em>R</em>BY</location></dateline>"
    assert one(nitf.format(split)).dateline == "NORRBY"


def feed(entry: str, names: str = "") -> str:
    return (
        f'<rss version="2.0"{names}><channel><title>Norden</title><item><title>{TITLE}</title>'
        f"<guid>https://norden.example/n/341</guid>{entry}</item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("element", "paragraphs"),
    [
        (f"<y:full-text>{COPY}\n\n{MORE}</y:full-text>", (COPY, MORE)),
        (f"<y:fulltext>&lt;p&gt;{COPY}&lt;/p&gt;&lt;p&gt;{MORE}&lt;/p&gt;</y:fulltext>", (COPY, MORE)),
        (f"<y:subtext>{COPY}</y:subtext>", ("Dockers went back.",)),  # an element of no known name is no copy
    ],
)
def test_the_full_text_of_a_feed(element: str, paragraphs: tuple[str, ...]) -> None:
    """It is the body, in whatever namespace and markup; the description is not."""
    entry = f"<description>Dockers went back.</description>{element}"
    assert one(feed(entry, ' xmlns:y="http://norden.example/ns"')).paragraphs == paragraphs


@pytest.mark.parametrize("link", ["Continue reading", "Read more…", "Lire la suite", "Weiterlesen"])
def test_a_link_to_the_whole_text_is_no_copy(link: str) -> None:
    """A sentence that begins so is."""
    entry = "<description><![CDATA[<p>{}</p><p>{}</p>]]></description>"
    assert (
        published(feed(entry.format(COPY, f'<a href="https://norden.example">{link}</a>')))["bodies"][0]["value"]
        == COPY
    )
    kept = f"{link} is what the pupils of Norrby do best, a study says."
    assert kept in published(feed(entry.format(COPY, kept)))["bodies"][0]["value"]


DATES = {
    "Mi, 03 Mär 2021 09:15:00 +0100": WRITTEN,
    "mer., 3 mars 2021 09:15:00 +0100": WRITTEN,
    "3 de marzo de 2021 09:15 CET": WRITTEN,
    "mer., 3 févr. 2021 09:15 +0100": datetime(2021, 2, 3, 8, 15, tzinfo=UTC),
    "1614759300": WRITTEN,
    "1614759300123": WRITTEN,
    "3. listopad 2021 09:15 +0100": None,  # October or November
    "3 jui 2021 09:15 +0100": None,
    "Thu, 99 Mär 2021 09:15 +0100": None,
    "3 Rajab 1442 11:15 +0300": None,
    "令和3年3月3日17時15分": None,
    "1914759300": datetime(2030, 9, 4, 13, 35, tzinfo=UTC),
    "1914123110": None,  # the last day of 1914, at ten, or a day of 2030
}


@pytest.mark.parametrize("written", DATES)
def test_dates_in_other_languages_and_as_numbers(written: str) -> None:
    """A month that means one month is read; no embargo ends by such a date."""
    assert parse_moment(written) == DATES[written]
    embargo = read_embargo([written], [])
    assert embargo is not None
    assert embargo.until is None


@pytest.mark.parametrize(
    "written", ["2564-03-03T15:15:00+07:00", "1442-07-19T11:15:00+03:00", "Wed, 03 Mar 2564 15:15 +0700"]
)
def test_years_of_other_calendars_are_refused(written: str) -> None:
    """They are outside of 1900 to 2100: a fault of the item, as its date and as an embargo, which has no end."""
    with pytest.raises(Rejected):
        parse_moment(written)
    warnings: list[str] = []
    assert read_embargo([written], warnings) == Embargo(None, written)
    assert [type(one) for one in warnings] == [Fault]


@pytest.mark.parametrize(
    ("first", "shown", "is_told"),
    [
        ("2021-03-03T09:15:00+01:00", "2021-03-03T08:15:00Z", True),
        ("2021-03-03", "2022-01-12T00:00:00Z", False),  # a day is no moment
        (None, "2022-01-12T00:00:00Z", False),
    ],
)
def test_the_first_version_dates_an_item_without_a_date(first: str | None, shown: str, is_told: bool) -> None:
    """With a warning; revisions are still in the order of their arrival."""
    item = published(json.dumps(NINJS | {"versioncreated": None, "firstcreated": first, "body_text": COPY}))
    assert item["versionCreated"] == shown
    assert any("firstCreated counts" in one for one in item["wire"].get("warnings", [])) is is_told
    assert "created" not in item["dispatch"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ana@norden.example (Ana Ruiz)", "Ana Ruiz"),  # feedparser knows only short domains
        ("Ana Ruiz &lt;ana@norden.digital&gt;", "Ana Ruiz"),
        ("Ana Ruiz (ana@norden.digital)", "Ana Ruiz"),
        ("ana@norden.no (Ana Ruiz)", "Ana Ruiz"),
        ("Ana Ruiz", "Ana Ruiz"),
        ("Ana Ruiz (Norrby)", "Ana Ruiz (Norrby)"),
    ],
)
def test_the_name_beside_the_address_of_an_author(written: str, name: str) -> None:
    """Whatever the domain; brackets without an address are part of the name."""
    assert one(feed(f"<author>{written}</author><description>{COPY}</description>")).by == name


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Wed, 03 Mar 2021 9:15 AM CET", WRITTEN),
        ("3 mars 2021 09:15 a.m. +0100", WRITTEN),
        ("Wed, 3 Mar 2021 12:15:00 am -0800", WRITTEN),
        ("3 Mar 2021 5:15 PM JST", WRITTEN),
        ("3 Mar 2021 12:15 PM GMT", datetime(2021, 3, 3, 12, 15, tzinfo=UTC)),
        ("3 Mar 2021 13:15 PMT", None),  # a zone of no table
    ],
)
def test_a_clock_of_twelve_hours(written: str, expected: datetime) -> None:
    """In a date of RFC 822; no embargo ends by it."""
    moment = parse_moment(written)
    assert (moment if moment and moment.tzinfo else None) == expected
    embargo = read_embargo([written], [])
    assert embargo is not None
    assert embargo.until is None


MAIL = "From: Norden <desk@norden.example>\nSubject: {}\nMessage-ID: <n1@norden.example>\n{}\n\n"


@pytest.mark.parametrize("charset", ["iso-2022-jp", "euc-jp", "Shift_JIS", "windows-31j", "utf-8"])
def test_a_mail_in_japanese(charset: str) -> None:
    """In each encoding that mail programs use."""
    codec = {"windows-31j": "cp932"}.get(charset, charset)
    head = MAIL.format("x", f"Content-Type: text/plain; charset={charset}").encode()
    assert one(head + "港のストは水曜日に終わった。".encode(codec)).paragraphs == ("港のストは水曜日に終わった。",)


def test_the_header_of_an_automatic_reply_holds_nothing() -> None:
    """Whoever is out of office has not withdrawn the story; a person who answers may hold it."""
    head = "Sensitivity: Company-Confidential\nIn-Reply-To: <n0@norden.example>"
    with pytest.raises(Rejected, match="automatic reply"):
        one(MAIL.format("Out of office", f"Auto-Submitted: auto-replied\n{head}") + COPY)
    item = one(MAIL.format("Re: Harbour", head) + COPY)
    assert any(passage.addressee is Addressee.HOLD for passage in item.passages)


FORWARDS = {
    "Gmail": "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: 3 March\nSubject: X\n\n",
    "Outlook": "-----Ursprüngliche Nachricht-----\nVon: A <a@b.example>\nGesendet: 3. März\nBetreff: X\n\n",
    "Apple": "Begin forwarded message:\n\nFrom: A <a@b.example>\nSubject: X\n\n",
}
NO_FORWARDS = {
    "one field": "---------- Forwarded message ---------\nDate: 3 March\n\n",
    "a line of copy": "---------- Forwarded message ---------\nFrom: A\nThe ferry came late.\n\n",
    "a rule": "---- what a day ----\n\n",
}


@pytest.mark.parametrize("name", FORWARDS)
def test_the_head_of_a_forwarded_mail_is_no_copy(name: str) -> None:
    """But what it says to editors is heard."""
    text = MAIL.format("Fwd: X", "") + FORWARDS[name].replace("X", "EMBARGOED") + f"{COPY}\n\n{MORE}\n"
    item = one(text)
    assert item.paragraphs == (COPY, MORE)
    assert any("EMBARGOED" in passage.text for passage in item.passages)


@pytest.mark.parametrize("name", NO_FORWARDS)
def test_what_is_not_whole_as_a_head_stays(name: str) -> None:
    """Nothing is cut in the middle."""
    text = MAIL.format("Fwd: X", "") + NO_FORWARDS[name] + f"{COPY}\n\n{MORE}\n"
    assert len(one(text).paragraphs) > 2


@pytest.mark.parametrize("line", ["To: all desks, the ferry came late.", "De: Ana Ruiz", "Subject: the ferry"])
def test_copy_below_the_head_of_a_forwarded_mail_may_begin_as_a_field(line: str) -> None:
    """No field comes twice in a head, in whatever language."""
    head = "---------- Forwarded message ---------\nFrom: A\nDate: 3 March\nSubject: X\nTo: <b@c.example>\n\n"
    assert one(f"{MAIL.format('Fwd: X', '')}{head}{line}\n\n{COPY}\n").paragraphs == (line, COPY)


def g2(content: str) -> str:
    return (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:norden:341" version="1" xml:lang="en">'
        '<itemMeta><itemClass qcode="ninat:text"/><versionCreated>2021-03-03T08:15:00Z</versionCreated></itemMeta>'
        f"<contentMeta><headline>{TITLE}</headline></contentMeta>"
        f"<contentSet><inlineXML>{content}</inlineXML></contentSet></newsItem>"
    )


PAGE = '<html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'


def test_wire_copy_in_one_element_keeps_its_paragraphs() -> None:
    """Lines that are indented begin one, others go on; a paragraph that is indented as its source is, is one."""
    lines = (
        "(Adds union)\n    * Wages in April\n\n    By Ana Ruiz\n"
        "    NORRBY, March 3 (Reuters) - Dockers went\nback.\n    Ships came."
    )
    item = published(g2(PAGE.format(f"<p>{lines}</p>")))
    assert item["bodies"][0]["value"] == "* Wages in April\n\nDockers went back.\n\nShips came."
    assert (item["by"], item["located"]) == ("Ana Ruiz", "Norrby")
    for source in ("\n      Dockers went\n      back to\n      work.\n    ", "Dockers went\n   back to\n   work."):
        assert one(g2(PAGE.format(f"<p>{source}</p>"))).paragraphs == ("Dockers went back to work.",)


@pytest.mark.parametrize(
    ("content", "paragraphs"),
    [
        # TT: its own elements, with a picture between the paragraphs
        ("<x><TEXT><DAT><ORT>Malmö</ORT><SOURCE>TT</SOURCE></DAT><ING><P>One.</P></ING><BILD><P>A boat.</P></BILD>"
         "<BROD><CITAT>Two!</CITAT><P>Three.</P></BROD></TEXT></x>", ("Malmö TT", "One.", "Two!", "Three.")),
        ("<x><p>With <name><given>Ana</given><family>Ruiz</family></name>.</p></x>", ("With Ana Ruiz.",)),
        ("<x><p>A word goes <lead>o</lead>n.</p></x>", ("A word goes on.",)),
        ("<x><p><y>b</y>oat<y>s</y></p></x>", ("boats",)),
    ],
)  # fmt: skip
def test_elements_of_a_vendor_stand_apart(content: str, paragraphs: tuple[str, ...]) -> None:
    """Unless there are words between them: then a word may go on."""
    assert one(g2(content)).paragraphs == paragraphs


LINKS = "<h3>Read more</h3><ul><li><a href='/a'>Ten facts on boats</a></li><li><a>Why tea is good</a></li></ul>"


def test_other_headlines_below_read_more_are_no_copy() -> None:
    """Sign-offs below them are read, and a sentence shows that the copy goes on."""
    page = f"<p>{COPY}</p>{LINKS}"
    assert published(json.dumps(NINJS | {"body_html": page}))["bodies"][0]["value"] == COPY
    signed = published(json.dumps(NINJS | {"body_html": f"{page}<p>dpa abc xyz</p>"}))
    assert (signed["bodies"][0]["value"], signed["copy"]["signOff"]) == (COPY, "dpa abc xyz")
    goes_on = published(json.dumps(NINJS | {"body_html": f"{page}<p>{MORE}</p>"}))["bodies"][0]["value"]
    assert "Ten facts on boats" in goes_on
    assert goes_on.endswith(MORE)


@pytest.mark.parametrize("heading", ["Lesen Sie auch", "À lire aussi :", "Lea también", "Leggi anche", "Læs også"])
def test_other_headlines_in_other_languages(heading: str) -> None:
    """In a list below a heading, and in a line of their own; a sentence that begins so is copy."""
    page = f"<p>{COPY}</p>{LINKS.replace('Read more', heading)}"
    assert published(json.dumps(NINJS | {"body_html": page}))["bodies"][0]["value"] == COPY
    line = f"<p>{COPY}</p><p><b>{heading.strip(' :')}: <a href='/a'>Ten facts on boats</a></b></p><p>{MORE}</p>"
    line = line.replace("À lire aussi:", "À lire aussi :")
    assert published(json.dumps(NINJS | {"body_html": line}))["bodies"][0]["value"] == f"{COPY}\n\n{MORE}"
    told = f"{heading.strip(' :')} ist, was die Schule von Norrby den Eltern rät."
    assert told in published(json.dumps(NINJS | {"body_html": f"<p>{COPY}</p><p>{told}</p>"}))["bodies"][0]["value"]


@pytest.mark.parametrize(
    ("between", "words"),
    [("<ndash/>", "May June"), ("<x:sp />", "May June"), ("<b/>", "MayJune"), ("<wbr/>", "MayJune")],
)
def test_an_empty_element_of_a_vendor_in_html(between: str, words: str) -> None:
    """It parts two words; an empty one of HTML does not."""
    page = f"<p>Until May{between}June the ferry sails twice a day, the harbour master of Norrby said.</p>"
    assert words in published(json.dumps(NINJS | {"body_html": page}))["bodies"][0]["value"]


def test_the_second_headline_of_apa_is_one_of_its_own() -> None:
    """`Utl.:`, behind the title and as long as the header lines go."""
    copy = "Norrby (APA) - Die Hafenarbeiter haben ihren Streik beendet.\n\n(Schluss) abc/def"
    title = "Streik beendet\nUtl.: Sechs Wochen\nAusstand ="
    text = f"\x01APA0221 4 CI 9 APA 221\n\nHafen/Streik\n\x02{title}\n\n{copy}\n\x03"
    item = one(f"{text}030915 Mar 21\n\x04")
    assert (item.headline, [line.value for line in item.further_headlines]) == (
        "Streik beendet",
        ["Sechs Wochen Ausstand"],
    )


@pytest.mark.parametrize(
    ("above", "body"),
    [
        ("Utl.: Sechs Wochen Ausstand - Union: zu spät", ()),
        ("Utlandet: Krig och fred.", ("Utlandet: Krig och fred.",)),
    ],
)
def test_the_second_headline_of_apa_may_stand_in_the_copy(above: str, body: tuple[str, ...]) -> None:
    """As in its NewsML-G2; nothing but its own mark shows it."""
    copy = "Der Rat hat am Mittwoch beschlossen."
    read = read_copy("Streik beendet", [above, copy if body else f"Wien (APA) - {copy}", "Utl.: Noch einer."])
    assert read.paragraphs == (*body, copy, "Utl.: Noch einer.")


@pytest.mark.parametrize(
    ("headline", "above", "shown"),
    [
        ("Kabinet zoekt geld (2)", "N i e u w bericht, vervangt: Kabinet vraagt geld", "Kabinet zoekt geld"),
        ("Politie zoekt Emma (2)", "", "Politie zoekt Emma (2)"),  # an age
        ("Begroting (2025)", "Nieuw bericht, vervangt: Kabinet vraagt geld", "Begroting (2025)"),
    ],
)
def test_anp_numbers_the_headline_of_what_replaces_another(headline: str, above: str, shown: str) -> None:
    """Only where it says what it replaces."""
    read = read_copy(headline, [above, "Den Haag (ANP) - Het kabinet zoekt dinsdag 90 miljoen."])
    assert (read.headline, read.paragraphs) == (shown, ("Het kabinet zoekt dinsdag 90 miljoen.",))


@pytest.mark.parametrize(("written", "by"), [("Nils Ek/TT", "Nils Ek"), ("Nils Ek/Norden", "Nils Ek/Norden")])
def test_the_agency_behind_a_byline(written: str, by: str) -> None:
    """Is not part of the name; what is no agency stays."""
    assert published(json.dumps(NINJS | {"byline": written, "body_text": COPY}))["by"] == by


def test_a_byline_in_hebrew_and_a_language_that_is_only_spoken() -> None:
    """A text in Chinese is in `zh`, whatever the model says."""
    assert (
        published("שביתה בנמל\n\nמאת יעל כהן\n\nהעובדים חזרו לעבודה ביום רביעי.\n\nכך מסר הוועד.\n")["by"]
        == "יעל כהן"
    )
    assert (
        published("庐山动物园大熊猫产仔\n\n庐山动物园一只大熊猫16日产下一只幼仔。\n\n园方说，幼仔重140克。\n")[
            "language"
        ]
        == "zh"
    )


WEEKDAYS = (
    "Mon Monday Weds Thurs Mo lun Mié mie Sáb sabado tir lør śr pt čt pon Pzt Cmt Cts Çrş Fim þri Luan dj "
    "Пн Нд Чтв Σάβ الاثنين"
)


@pytest.mark.parametrize("day", WEEKDAYS.split())
def test_a_weekday_may_stand_before_a_date_in_any_language(day: str) -> None:
    """It is passed over; whether it is the right one nobody can say."""
    assert parse_moment(f"{day}, 03 Jan 2022 18:00:00 GMT") == datetime(2022, 1, 3, 18, tzinfo=UTC)


@pytest.mark.parametrize("word", ["Evening", "Morning", "Night", "Noon", "Sunset", "Moonday", "Late", "X", "Lomsk"])
def test_another_word_before_a_date_makes_it_unreadable(word: str) -> None:
    """It may say something of the time: no embargo ends by such a date, and the arrival counts for any other."""
    assert parse_moment(f"{word}, 03 Jan 2022 10:00:00 GMT") is None
    assert read_embargo([f"{word}, 03 Jan 2022 10:00:00 GMT"], []) == Embargo(
        None, f"{word}, 03 Jan 2022 10:00:00 GMT"
    )


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        ("For newsroom use only", "usable"),
        ("AP Newsroom use only.", "usable"),
        ("For newsroom use only. Not for publication.", "withheld"),
        ("For internal use only", "withheld"),
    ],
)
def test_terms_of_use_that_all_copy_has_hold_nothing(terms: str, status: str) -> None:
    """Who may use it is no request to wait; any other word with it, or the same in a note to editors, holds it."""
    item = AP | {"versioncreated": "2022-01-03T10:00:00Z", "signals": ["newscontent"]}
    assert held(item | {"usageterms": [terms]}) == (status == "withheld")
    assert held(item | {"ednote": "For newsroom use only"})


def held(item: dict[str, Any]) -> bool:
    """Whether normalise holds it."""
    found = published(json.dumps(item))
    return found["pubStatus"] == "withheld" or "hold" in found["dispatch"].get("signals", ())

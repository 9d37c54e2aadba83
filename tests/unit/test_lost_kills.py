"""No kill, hold or embargo is lost because of what is wrong with the payload that says it.

Each payload is damaged by all that makes a parser refuse an ordinary item.  As a kill or a hold it meets its
dispatch all the same; as an embargo it is held or dead; as an ordinary item, the twin, it is refused or published.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from planting import COPY
from walk import Newsroom

from pipeline.dead import Letter
from pipeline.records import Reason

END = "2022-02-01T00:00:00Z"  # of the embargoes, long after
SENT = "2022-01-12T09:30:00Z"
Damage = Callable[[str], str]


class Kind(NamedTuple):
    """A payload, and what takes the place of STATUS in it."""

    payload: str
    usable: str
    kill: str | None = None
    hold: str | None = None
    embargo: str | None = None


def json_kind(
    document: dict[str, Any], name: str, release: str, kill: Any = "canceled", hold: Any = "withheld"
) -> Kind:
    """A status in the member of that name, and a time of release in another one."""
    status = f'"{name}": {{}}'.format
    usable = '"pubstatus_": ""'
    return Kind(
        json.dumps({**document, "STATUS": 0}).replace('"STATUS": 0', "STATUS"),
        usable,
        status(json.dumps(kill)),
        status(json.dumps(hold)),
        f'"{release}": "{END}"',
    )


G2 = (
    '<newsItem guid="urn:newsml:quay.example:20220112:ferry" version="2"><itemMeta><itemClass qcode="ninat:text"/>'
    f"<versionCreated>{SENT}</versionCreated>STATUS</itemMeta><contentMeta><language tag='en'/>"
    f"<headline>Ferry late</headline></contentMeta><contentSet><inlineXML><html><body><p>{COPY}</p></body></html>"
    "</inlineXML></contentSet></newsItem>"
)
NITF = (
    '<nitf><head><docdata STATUS><doc-id id-string="quay-7"/><date.issue norm="20220112T093000Z"/></docdata>'
    "</head><body><body.head><hedline><hl1>Ferry late</hl1></hedline></body.head>"
    f"<body.content><p>{COPY}</p></body.content></body></nitf>"
)
NEWSML1 = (
    "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>quay.example</ProviderId><DateId>20220112</DateId>"
    "<NewsItemId>a7</NewsItemId><RevisionId>2</RevisionId></NewsIdentifier></Identification><NewsManagement>"
    f"<ThisRevisionCreated>20220112T093000Z</ThisRevisionCreated>STATUS</NewsManagement><NewsComponent><NewsLines>"
    "<HeadLine>Ferry late</HeadLine></NewsLines><ContentItem>"
    f"<DataContent>{COPY}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
)
RSS = (
    '<rss xmlns:m="http://search.yahoo.com/mrss/"><channel><title>Quay</title><item><guid>quay-7</guid>'
    f"<title>Ferry late</title><pubDate>Wed, 12 Jan 2022 09:30:00 GMT</pubDate>STATUS<description>{COPY}"
    "</description></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:m="http://search.yahoo.com/mrss/"><title>Quay</title><entry>'
    f"<id>quay-7</id><title>Ferry late</title><updated>{SENT}</updated>STATUS"
    f'<content type="text">{COPY}</content></entry></feed>'
)
RBNEWS = (
    "<RBNews><NewsID>7a7a7a7a-11da-46b6-9903-439ebb288f2d</NewsID><headline>Ferry late</headline>"
    f"<PublishDate>{SENT}</PublishDate>STATUS<content>&lt;p&gt;{COPY}&lt;/p&gt;</content></RBNews>"
)
RELEASE = (
    '<release id="17854111" lang="en"><title>Ferry late</title><publisher><name>Quay</name></publisher>'
    f"<publicationDate>12.01.2022 09:30</publicationDate>STATUS<body>&lt;p&gt;{COPY}&lt;/p&gt;</body></release>"
)
JIMI = (
    "<Publish><ContentItem><SystemSlug>7a7a7a7a-11da-46b6-9903-439ebb288f2d</SystemSlug>STATUS"
    f"<UpdatedDateTime>{SENT}</UpdatedDateTime><Headline>Ferry late</Headline>"
    f"<ContentText>&lt;p&gt;{COPY}&lt;/p&gt;</ContentText></ContentItem></Publish>"
)
IPTC7901 = (
    "\x01haf0042 4 pl 17  haf 0157\r\n\r\nTraffic/\r\n\x02STATUSFerry late =\r\n\r\n"
    f"{COPY}\r\n\r\n\x03120930 GMT Jan 22\r\n\x04"
)
ANPA = (
    "\x16\x16\x01W2870\x1feurop\r\nr i\x13\x11 BC-EU--FerrySTATUS     01-12 0344\r\n\x02^BC-EU--Ferry,44<\r\n"
    f"^Ferry late<\r\n\t   {COPY}\r\n\t   \x03AP-WF-01-12-22 0930GMT<\r\n\x04"
)
MAIL = (
    "Message-ID: <7@quay.example>\r\nFrom: Ada <ada@quay.example>\r\nSubject: STATUSFerry late\r\n"
    f"Date: Wed, 12 Jan 2022 09:30:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n{COPY}\r\n"
)
ZCZC = f"ZCZC HBR001\nAN#77001234\nPD#{SENT}\nTI#Ferry late\nSTATUSTX#{COPY}\nNNNN\n"
MEDIA = '<m:status state="{}"/>'
IDS = {"uri": "urn:quay:7", "version": "2", "type": "text", "language": "en"}
KINDS = {
    "ninjs 1": json_kind(
        IDS | {"versioncreated": SENT, "headline": "Ferry late", "body_text": COPY}, "pubstatus", "embargoed"
    ),
    "ninjs 2": json_kind(
        IDS
        | {
            "versioncreated": SENT,
            "headlines": [{"role": "main", "value": "Ferry late"}],
            "bodies": [{"contentType": "text/plain", "value": COPY}],
        },
        "pubstatus", "embargoed", "stat:canceled", "stat:withheld",
    ),
    "ninjs 3": json_kind(
        IDS
        | {
            "versionCreated": SENT,
            "headlines": [{"role": "main", "value": "Ferry late"}],
            "bodies": [{"contentType": "text/plain", "value": COPY}],
        },
        "pubStatus", "embargoedUntil", {"literal": "stat:canceled"}, ["withheld"],
    ),
    "superdesk": json_kind(
        IDS | {"versioncreated": SENT, "headline": "Ferry late", "body_html": f"<p>{COPY}</p>"},
        "state", "embargoed", "killed", "on_hold",
    ),
    "ap-json": json_kind(
        {
            "altids": {"itemid": "7a" * 16, "etag": f"{'7a' * 16}_1"}, "type": "text", "version": 2,
            "language": "en", "signals": ["newscontent"], "versioncreated": SENT, "headline": "Ferry late",
            "body_text": COPY,
        },
        "pubstatus", "embargoed",
    ),
    "digitalwires": json_kind(
        {
            "format": "digitalwires@0.9.1", "urn": "urn:newsml:quay.example:20220112:7", "entry_id": "k7",
            "version": 2, "version_created": SENT, "headline": "Ferry late", "article_html": f"<p>{COPY}</p>",
            "language": "en",
        },
        "pubstatus", "embargoed",
    ),
    "afp-json": json_kind(
        {
            "uno": "newsmlmmd.urn.newsml.afp.com.20220112.7a7a", "revision": 2, "class": "text", "lang": "en",
            "published": SENT, "headline": "Ferry late", "news": [COPY],
        },
        "status", "embargoed", "Canceled", "WithHeld",
    ),
    "json-feed": Kind(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Quay", "items": [{"id": "quay-7",'
        f' "language": "en", "title": "Ferry late", "date_modified": "{SENT}", STATUS,'
        f' "content_text": "{COPY}"}}]}}',
        '"_a": ""', '"_killed": true', '"_onHold": true', f'"_embargoedUntil": "{END}"',
    ),
    "newsml-g2": Kind(
        G2, '<pubStatus qcode="stat:usable"/>', '<pubStatus qcode="stat:canceled"/>',
        '<pubStatus qcode="stat:withheld"/>', f"<embargoed>{END}</embargoed>",
    ),
    "nitf": Kind(
        NITF, 'management-status="usable"', 'management-status="canceled"', 'management-status="withheld"',
        'management-status="embargoed"',
    ),
    "nitf note": Kind(
        NITF.replace("STATUS>", ">STATUS"), '<ed-msg info="A picture follows"/>', '<ed-msg info="MANDATORY KILL"/>',
        '<ed-msg info="HOLD HOLD HOLD"/>', f'<date.release norm="{END}"/>',
    ),
    "newsml-1.2": Kind(
        NEWSML1, '<Status FormalName="Usable"/>', '<Status FormalName="Canceled"/>',
        '<Status FormalName="Withheld"/>', '<Status FormalName="Embargoed"/>',
    ),
    "rss": Kind(
        RSS, MEDIA.format("active"), MEDIA.format("deleted"), MEDIA.format("blocked"),
        f"<embargoed>{END}</embargoed>"
    ),
    "atom": Kind(
        ATOM, MEDIA.format("active"), MEDIA.format("deleted"),
        '<control xmlns="http://www.w3.org/2007/app"><draft>yes</draft></control>', f"<embargoed>{END}</embargoed>",
    ),
    "rbnews": Kind(
        RBNEWS, "<Annuleret>false</Annuleret>", "<Annuleret>true</Annuleret>", "<Annuleret>2</Annuleret>",
        "<TilRedaktionen>Embargo until further notice</TilRedaktionen>",
    ),
    "press-release": Kind(
        RELEASE, "<embargo/>", "<notice>MANDATORY KILL</notice>", "<notice>HOLD HOLD HOLD</notice>",
        "<embargo>01.02.2022 10:00</embargo>",
    ),
    "jimi": Kind(
        JIMI, "<Status>0</Status>", "<EditorNote>MANDATORY KILL</EditorNote>", "<Status>7</Status>",
        "<EmbargoTime>2022-02-01T00:00:00</EmbargoTime>",
    ),
    "iptc7901": Kind(
        IPTC7901, "", "KILL KILL KILL\r\n", "HOLD HOLD HOLD\r\n", "(Embargo until further notice)\r\n"
    ),
    "anpa": Kind(ANPA, ", 1st Ld", ", Kill", ", Withhold", ", Embargoed until further notice"),
    "e-mail": Kind(MAIL, "", "MANDATORY KILL: ", "HOLD HOLD HOLD: ", "EMBARGO until further notice: "),
    "zczc": Kind(
        ZCZC, "", "XY#MANDATORY KILL\n", "XY#HOLD HOLD HOLD\n", "XY#Embargo until further notice\n"
    ),
}  # fmt: skip
JSON = ("ninjs 1", "ninjs 2", "ninjs 3", "superdesk", "ap-json", "afp-json", "digitalwires", "json-feed")
XML = ("newsml-g2", "nitf", "nitf note", "newsml-1.2", "rss", "atom", "rbnews", "press-release", "jimi")


# ---- damages ----


def without(pattern: str) -> Damage:
    return lambda text: re.sub(pattern, "", text, flags=re.DOTALL)


def instead(old: str, new: str) -> Damage:
    return lambda text: text.replace(old, new)


def member(**members: Any) -> Damage:
    """Another value for members; of JSON Feed in its item."""

    def change(text: str) -> str:
        document = json.loads(text)
        (document["items"][0] if "items" in document else document).update(members)
        return json.dumps(document)

    return change


LARGE = "The ferry sank. " * 40_000
TAGS = '<i data-hold="no">a</i>' * 1_100
DOCUMENT = '{"uri": "urn:quay:9", "pubstatus": "usable"}'
WORD = re.compile(
    r'"content_text": "The ferry[^"]*"|"title": "Ferry late"|"bodies": \[[^\]]*\]'
    r'|"\w*(?:headline|body|article|news)\w*": (?:"Ferry late"|"[^"]*The ferry[^"]*"|\[[^\]]*\])'
    r"|(?<=>)Ferry late(?=<)|\^?(?:TI#)?Ferry late(?: =|<)?|(?:&lt;p&gt;)?The ferry[^<&\r\n]*(?:&lt;/p&gt;)?"
)
YEARS = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2565-01-12T09:30:00+07:00", "1443-06-09T09:30:00Z")
OTHER_FORMS = {  # of the date in these payloads; {}: the year
    "12 Jan 2022": "12 Jan {}", "20220112T": "{}0112T", "12.01.2022": "12.01.{}", "GMT Jan 22": "GMT Jan {}",
}  # fmt: skip
SHOW = '<itemClass qcode="ninat:{}"/>'.format


def wordless(text: str) -> str:
    """Without headline and copy."""
    return WORD.sub(lambda found: '"x": ""' if found[0].startswith('"') else "", text)


def in_year(year: str) -> Damage:
    """Of another year, in whatever form the date is written."""

    def change(text: str) -> str:
        for written, other in OTHER_FORMS.items():
            text = text.replace(written, other.format(year))
        return text

    return change


def and_wordless(damage: Damage) -> Damage:
    return lambda text: wordless(damage(text))


ANY: dict[str, tuple[Damage, Reason | None]] = {  # and why the twin is refused; None: it is published
    "no words": (wordless, Reason.NO_ITEM),
    "a large body": (instead(COPY, LARGE), Reason.TOO_LARGE),
    "nonsense for a date": (instead(SENT, "nonsense"), None),
    "an empty date": (instead(SENT, ""), None),
    **{f"the year {year[:4]}": (instead(SENT, year), Reason.BAD_DATE) for year in YEARS},
    "the year 9999 in its own form": (in_year("9999"), Reason.BAD_DATE),
}
OF_JSON: dict[str, tuple[Damage, Reason | None]] = {
    "another document": (instead(COPY, f"{COPY} {json.dumps(DOCUMENT)[1:-1]}"), Reason.UNKNOWN_FORMAT),
    "an unknown type": (member(type="hologram"), None),
    "a type that is none": (member(type=["text"]), None),
    "no language": (member(language=""), None),
    "a language that is none": (member(language={"a": 1}), None),
    "a NUL in the copy": (instead(COPY, f"{COPY}\\u0000"), Reason.MALFORMED),
    "a NUL in the headline": (instead("Ferry late", "Ferry \\u0000 late"), Reason.MALFORMED),
    "a headline of a megabyte": (instead("Ferry late", "Ferry late " * 90_000), Reason.TOO_LARGE),
    "notes without number": (
        member(instructions=[f"Note {number}" for number in range(6_000)]), Reason.TOO_LARGE
    ),
}  # fmt: skip
OF_NINJS: dict[str, tuple[Damage, Reason | None]] = {
    "a package": (
        and_wordless(member(type="composite", associations={"a": {"uri": "urn:quay:8"}})), Reason.NO_ITEM
    ),
    "an event": (member(type="event", eventDetails={}), Reason.NO_ITEM),
    "a plan": (member(type="planning"), Reason.NO_ITEM),
    "a picture": (member(type="picture"), None),
    "a version that is long": (member(version="2" * 300), Reason.MALFORMED),
    "a version that is none": (member(version={"a": 1}), None),
}  # fmt: skip
OF_XML: dict[str, tuple[Damage, Reason | None]] = {
    "another document": (instead(COPY, f"{COPY} {html.escape(DOCUMENT)}"), Reason.UNKNOWN_FORMAT),
}
OF_TEXT: dict[str, tuple[Damage, Reason | None]] = {
    "another document": (instead(COPY, f"{COPY} {DOCUMENT}"), Reason.UNKNOWN_FORMAT),
}
OF_ONE: dict[str, dict[str, tuple[Damage, Reason | None]]] = {
    "superdesk": {
        "tags without number": (instead(COPY, json.dumps(f"<p>{COPY}</p>{TAGS}")[1:-1]), Reason.TOO_LARGE)
    },
    "newsml-g2": {
        "a picture": (and_wordless(instead(SHOW("text"), SHOW("picture"))), Reason.NO_ITEM),
        "an unknown class": (instead(SHOW("text"), SHOW("hologram")), None),
        "a package": (instead("newsItem", "packageItem"), Reason.NO_ITEM),
        "texts beside the copy without number": (
            instead("<p>", "".join(f'<img alt="Quay {number}"/>' for number in range(5_100)) + "<p>"),
            Reason.TOO_LARGE,
        ),
        "no content": (without("<contentSet>.*</contentSet>"), None),
        "an embargo of year 1": (
            instead("</itemMeta>", "<embargoed>0001-01-01T00:00:00Z</embargoed></itemMeta>"), Reason.BAD_DATE
        ),
    },
    "nitf": {
        "a release of year 1": (
            instead("</docdata>", '<date.release norm="00010101T000000Z"/></docdata>'), Reason.BAD_DATE
        ),
        "no body": (without("<body>.*</body>"), Reason.NO_ITEM),
    },
    "newsml-1.2": {
        "a package": (
            lambda text: re.sub("<ContentItem>.*</ContentItem>", '<NewsItemRef NewsItem="#b"/>', text),
            Reason.NO_ITEM,
        ),
        "a vocabulary": (
            lambda text: re.sub("<NewsComponent>.*</NewsComponent>", "<TopicSet/>", text), Reason.NO_ITEM
        ),
        "an update of parts": (instead("<NewsComponent>", "<Update/><NewsComponent>"), Reason.NO_ITEM),
    },
    "rss": {"a document in it": (instead("</pubDate>", "</pubDate><docdata/>"), Reason.UNKNOWN_FORMAT)},
    "atom": {
        "a document in it": (
            instead("<updated>", '<nitf xmlns="urn:n"><docdata/></nitf><updated>'), Reason.UNKNOWN_FORMAT
        )
    },
    "e-mail": {
        "an automatic reply": (instead("Subject:", "Auto-Submitted: auto-replied\r\nSubject:"), Reason.NO_ITEM),
        "an attached document": (
            instead(
                f"Content-Type: text/plain\r\n\r\n{COPY}",
                'Content-Type: application/xml\r\nContent-Disposition: attachment; filename="a.xml"\r\n\r\n<a/>',
            ),
            Reason.UNKNOWN_FORMAT,
        ),
        "an encoding that it has not": (
            instead(f"plain\r\n\r\n{COPY}", "plain\r\nContent-Transfer-Encoding: base64\r\n\r\ngY0="),
            Reason.ENCODING,
        ),
        "a mail within it": (
            instead(COPY, f"{COPY}\r\n\r\nFrom: Ada\r\nMessage-ID: <8@quay.example>\r\nSubject: A"),
            Reason.UNKNOWN_FORMAT,
        ),
    },
    "zczc": {"an empty line in the header": (instead("TI#", "\nTI#"), None)},
}  # fmt: skip
AS_EVER = frozenset({("jimi", "the year 0001")})  # .NET's time that nobody set


def damages_of(name: str) -> dict[str, tuple[Damage, Reason | None]]:
    """Those that change the payload."""
    family = OF_JSON if name in JSON else OF_XML if name in XML else OF_TEXT
    ninjs = OF_NINJS if name.startswith(("ninjs", "superdesk")) else {}
    every = {**ANY, **family, **ninjs, **OF_ONE.get(name, {})}
    whole = written(name, "usable")
    return {title: (damage, why) for title, (damage, why) in every.items() if damage(whole) != whole}


def written(name: str, status: str) -> str:
    return KINDS[name].payload.replace("STATUS", getattr(KINDS[name], status))


def sent(newsroom: Newsroom, data: str) -> tuple[list[tuple[str, object]], list[str]]:
    """Id and status of what comes out, and the reasons of the letters."""
    before = len(newsroom.replay.log["wire.dead"])
    items = newsroom.send(data.encode())
    letters = [Letter(record) for record in newsroom.replay.log["wire.dead"][before:]]
    return [(one.uri, one.dispatch.status) for one in items], [letter.reason for letter in letters]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("status", "effect"), [("kill", "killed"), ("hold", "held")])
def test_what_takes_back_takes_effect_whatever_is_wrong_with_it(name: str, status: str, effect: str) -> None:
    """It meets the dispatch that is out, by its id."""
    for title, (damage, _) in damages_of(name).items():
        newsroom = Newsroom("normalise", "resolve")
        ((uri, usable),), letters = sent(newsroom, written(name, "usable"))
        assert (usable, letters) == ("usable", [])
        assert (title, sent(newsroom, damage(written(name, status)))) == (title, ([(uri, effect)], []))


@pytest.mark.parametrize("name", KINDS)
def test_an_embargo_holds_whatever_is_wrong_with_it(name: str) -> None:
    """Held, or dead for the reason of its twin; nothing comes out."""
    for title, (damage, _) in damages_of(name).items():
        items, _ = sent(Newsroom("normalise", "resolve"), damage(written(name, "embargo")))
        assert (title, items) == (title, [])


@pytest.mark.parametrize("name", KINDS)
def test_the_twin_is_refused_or_published(name: str) -> None:
    """The same damage of an ordinary item."""
    for title, (damage, why) in damages_of(name).items():
        items, letters = sent(Newsroom("normalise", "resolve"), damage(written(name, "usable")))
        refusal = None if (name, title) in AS_EVER else why
        assert (title, len(items), letters) == (title, *((0, [refusal.value]) if refusal else (1, [])))


# What systems write for a time that nobody set.
UNSET = (
    "0001-01-01", "0001-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
    "1969-12-31T19:00:00-05:00", "9999-12-31T23:59:59Z", "null", "N/A", "None", "", " ", "-1", "0",
)  # fmt: skip
EMBARGO_FIELDS = {  # with the value {}
    "ninjs 1": '"embargoed": "{}"',
    "ninjs 3": '"embargoedUntil": "{}"',
    "ap-json": '"embargoed": "{}"',
    "digitalwires": '"embargoed": "{}"',
    "newsml-g2": "<embargoed>{}</embargoed>",
    "nitf": 'management-status="embargoed"><date.release norm="{}"/',
    "newsml-1.2": (
        '<Status FormalName="Usable"/><StatusWillChange><FutureStatus FormalName="Usable"/>'
        "<DateAndTime>{}</DateAndTime></StatusWillChange>"
    ),
    "rss": "<embargoed>{}</embargoed>",
    "atom": "<embargoed>{}</embargoed>",
}
DENIED = frozenset({"None", "0"})  # as the value of an element that RSS and Atom do not have: no embargo


@pytest.mark.parametrize("name", EMBARGO_FIELDS)
@pytest.mark.parametrize("value", UNSET)
def test_a_time_that_nobody_set_ends_no_embargo(name: str, value: str) -> None:
    """Held without an end, or dead; the twin is a time that is over."""
    for one, is_out in ((value, False), ("2021-12-01T00:00:00Z", True)):
        data = KINDS[name].payload.replace("STATUS", EMBARGO_FIELDS[name].format(one))
        items, _ = sent(Newsroom("normalise", "resolve"), data)
        denies = name in ("rss", "atom") and one in DENIED
        assert bool(items) is (denies or is_out)


def test_the_time_that_net_writes_for_never_is_no_embargo() -> None:
    """In its spellings, with any zone; anything else of that day is not understood."""
    for value, is_out in {
        "0001-01-01T00:00:00": True, "0001-01-01T00:00:00Z": True, "0001-01-01T00:00:00-05:00": True,
        "0001-01-01T00:00:01": False, "0001-01-01 until further notice": False,
    }.items():  # fmt: skip
        data = JIMI.replace("STATUS", f"<EmbargoTime>{value}</EmbargoTime>")
        assert bool(sent(Newsroom("normalise", "resolve"), data)[0]) is is_out


@pytest.mark.parametrize(
    ("value", "effect"),
    [("true", "killed"), ("1", "killed"), ("ja", "killed"), ("måske", "held"), ("false", "usable"), ("", "usable")],
)
def test_what_ritzau_says_of_a_kill_is_understood_or_holds(value: str, effect: str) -> None:
    """`Annuleret` is yes, no, or not understood."""
    newsroom = Newsroom("normalise", "resolve")
    sent(newsroom, written("rbnews", "usable"))
    data = RBNEWS.replace("STATUS", f"<Annuleret>{value}</Annuleret><version>3</version>").replace("quay", "pier")
    assert [status for _, status in sent(newsroom, data)[0]] == [effect]


def test_a_kill_that_names_nothing_is_dead() -> None:
    """Without an id that can be read it takes nothing back, so it is no secret that it failed."""
    for damage in (instead("urn:quay:7", "urn:quay:" + "a7" * 1_000), instead("urn:quay:7", "quay-\\u00007")):
        assert sent(Newsroom("normalise", "resolve"), damage(written("ninjs 1", "kill"))) == ([], ["malformed"])

"""A payload of each format with a text in one of its places, as the format's table PLACES names them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lxml import etree

from pipeline.formats import FORMATS
from pipeline.formats.places import Unread
from pipeline.notes import Addressee

COPY = "The ferry from Bergen came three hours late on Wednesday, because the quay was frozen."
UNKNOWN = "somethingNew"  # a field that no table names

# ---- XML: an element or an attribute at the end of a path ----

G2 = (
    '<newsItem guid="urn:newsml:quay.example:20220112:ferry" version="1"><itemMeta><itemClass qcode="ninat:text"/>'
    '<versionCreated>2022-01-12T09:30:00Z</versionCreated><pubStatus qcode="stat:usable"/></itemMeta><contentMeta>'
    '<language tag="en"/><headline>Ferry late</headline></contentMeta><contentSet><inlineXML><html><body>'
    f"<p>{COPY}</p></body></html></inlineXML></contentSet><rightsInfo/></newsItem>"
)
NITF = (
    '<nitf><head><docdata management-status="usable"><doc-id id-string="quay-7"/></docdata></head><body><body.head>'
    f"<hedline><hl1>Ferry late</hl1></hedline></body.head><body.content><p>{COPY}</p></body.content></body></nitf>"
)
NEWSML1 = (
    "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>quay.example</ProviderId><DateId>20220112</DateId>"
    '<NewsItemId>a7</NewsItemId></NewsIdentifier></Identification><NewsManagement><Status FormalName="Usable"/>'
    "</NewsManagement><NewsComponent><NewsLines><HeadLine>Ferry late</HeadLine></NewsLines><ContentItem>"
    f"<DataContent>{COPY}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
)
RSS = (
    "<rss><channel><title>Quay</title><item><guid>quay-7</guid>"
    f"<description>{COPY}</description></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Quay</title><entry><id>quay-7</id>'
    f'<content type="text">{COPY}</content></entry></feed>'
)
RBNEWS = (
    "<RBNews><NewsID>7a7a7a7a-11da-46b6-9903-439ebb288f2d</NewsID><headline>Ferry late</headline>"
    f"<content>&lt;p&gt;{COPY}&lt;/p&gt;</content></RBNews>"
)
RELEASE = (
    '<release id="17854111" lang="en"><title>Ferry late</title><publisher><name>Quay</name></publisher>'
    f"<body>&lt;p&gt;{COPY}&lt;/p&gt;</body></release>"
)
JIMI = (
    "<Publish><ContentItem><SystemSlug>7a7a7a7a-11da-46b6-9903-439ebb288f2d</SystemSlug>"
    f"<Headline>Ferry late</Headline><ContentText>&lt;p&gt;{COPY}&lt;/p&gt;</ContentText></ContentItem></Publish>"
)
BASES = {  # the document, the element from which paths go, and where a name at any depth is put
    "newsml-g2": (G2, ".", "contentMeta"),
    "nitf": (NITF, ".", "body/body.content"),
    "newsml-1.2": (NEWSML1, "NewsItem", "NewsManagement"),
    "rbnews": (RBNEWS, ".", ""),
    "press-release": (RELEASE, ".", ""),
    "jimi": (JIMI, "ContentItem", ""),
    "rss": (RSS, "channel/item", ""),
    "atom": (ATOM, "{*}entry", ""),
}


def in_xml(name: str) -> Callable[[str, str], bytes]:
    """Puts a text at a place of the format's document."""
    document, start, anywhere = BASES[name]

    def plant(place: str, text: str) -> bytes:
        root = etree.fromstring(document)
        element = root if start == "." else root.find(start)
        path = f"{anywhere}/{place[2:]}".lstrip("/") if place.startswith("//") else place
        names, _, attribute = path.partition("@")
        assert element is not None
        for step in filter(None, names.split("/")):
            namespace = etree.QName(root).namespace
            found = element.find(f"{{*}}{step}")
            # A place of its own, unless it only leads to one.
            is_last = step == names.rstrip("/").rpartition("/")[2] and not attribute
            if found is None or is_last:
                found = etree.SubElement(element, f"{{{namespace}}}{step}" if namespace else step)
            element = found
        if attribute:
            element.set(attribute, text)
        else:
            element.text = text
        return etree.tostring(root)

    return plant


# ---- JSON: a member, in objects and lists as the vendors have them ----

NINJS = {"uri": "urn:quay:7", "version": "1", "headline": "Ferry late", "body_text": COPY}
AP = {
    "altids": {"itemid": "7a" * 16, "etag": f"{'7a' * 16}_1"}, "type": "text", "pubstatus": "usable", "version": 1,
    "signals": ["newscontent"], "headline": "Ferry late", "editorialpriority": "r", "body_text": COPY,
}  # fmt: skip
DIGITALWIRES = {
    "format": "digitalwires@0.9.1", "urn": "urn:newsml:quay.example:20220112:7", "entry_id": "k7",
    "headline": "Ferry late", "article_html": f"<p>{COPY}</p>", "pubstatus": "usable",
}  # fmt: skip
AFP = {
    "uno": "newsml.afp.com.20220112T093000Z.doc-7a7a",
    "headline": "Ferry late",
    "news": [COPY],
    "status": "Usable",
}


JSON_FEED = {"id": "quay-7", "title": "Ferry late", "content_text": COPY}


def in_json_feed(place: str, text: str) -> bytes:
    """Puts a text into the item of a JSON Feed."""
    planted: Any = [text] if place == "tags" else [{"name": text}] if place == "authors" else text
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Quay",
        "items": [{**JSON_FEED, place: planted}],
    }
    return json.dumps(feed).encode()


def in_json(document: dict[str, Any], value: Any = None) -> Callable[[str, str], bytes]:
    """Puts a text into a copy of the document, in the form that the member has; `value` takes the place of both."""

    def plant(place: str, text: str) -> bytes:
        name, _, inner = place.partition("/")
        if value is not None:
            planted: Any = value
        elif inner:
            planted = [{"value": "Another line", inner: text}]
        elif name in ("headlines", "descriptions", "bodies"):
            planted = [{"description" if document is DIGITALWIRES else "value": text}]
        elif name in ("subject", "place", "person", "organisation", "company", "event", "categories"):
            planted = [{"name": text, "type": "dnltype:keyword"}]
        elif name == "notepad":
            planted = {"nonpublic_html": f"<p>{text}</p>"}
        elif name == "ednotes":
            planted = [{"role": "x:note", "ednote": text, "is_publishable": False}]
        else:
            planted = text
        others = {key: value for key, value in document.items() if (key, name) != ("headline", "headlines")}
        return json.dumps({**others, name: planted}).encode()

    return plant


# ---- text: by hand, a row for each place of the table ----

IPTC7901 = (
    "{b}\x01haf0042 4 pl 17  haf 0157{o}\r\n\r\n{k}/\r\n\x02{h}Ferry late =\r\n\r\n{c}\r\n\r\n{n}"
    "\x03121037 GMT Jan 22\r\n{a}\x04"
)
ANPA = (
    "{b}\x16\x16\x01W2870\x1feurop{s}\r\nr i\x13\x11 {k}{v}     01-12 0344\r\n\x02^{k}{v},44<\r\n^{h}<\r\n{l}"
    "\t   {c}\r\n\t   \x03AP-WF-01-12-22 1037GMT<\r\n{a}\x04"
)
ZCZC = "{b}ZCZC {z}\n{l}\n{c}\nNNNN\n{a}"
MAIL = (
    "Message-ID: <7@quay.example>\r\nFrom: {f} <ada@quay.example>\r\nSubject: {s}\r\n{x}MIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="q"\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\n{c}\r\n'
    "\r\nNobody minded.\r\n{p}\r\n--q\r\nContent-Type: text/html\r\n\r\n<p>{c}</p>{h}\r\n{m}--q--\r\n"
)


def _text(template: str, place: dict[str, str], **defaults: str) -> Callable[[str, str], bytes]:
    """`place`: of each place of the table the field of the template and the text around what is planted."""

    def plant(name: str, text: str) -> bytes:
        key, _, around = place[name].partition(" ")
        return template.format(**{**defaults, key: around.replace("~", text).replace("|", "\r\n")}).encode()

    return plant


# place -> the field of the template, and what is around the planted text; `|` is a line break
IPTC7901_PLACES = {
    "header: optional field": "o  ~",
    "header lines in brackets": "h (~)|",
    "notes to editors": "n # Notizblock|- ~|",
    "keywords line": "k ~",
    "header lines": "h ~|",
    "the copy": f"c ~||{COPY}",
    "text before SOH": "b ~|",
    "text after ETX": "a ~|",
}
ANPA_PLACES = {
    "header: service, number, selector": "s \x20~",
    "version": "v , ~",
    "Eds:": "l ^Eds: ~<|",
    "keyword": "k BC-~",
    "^ lines before the copy": "l ^~<|",
    "lines with TAB, rows with BS": f"c ~|\t   {COPY}",
    "text before SOH": "b ~|",
    "text after ETX": "a ~|",
}
ZCZC_PLACES = {
    "channel, number and codes behind ZCZC": "z HBR ~",
    "%, &, +, *": "l %~",
    "^, $, :, =": "l ^~",
    "#, ~": "l #~",
    "@": "l @~",
    "TI#": "l TI#~",
    "KN#": "l KN#~",
    "AB#": "l AB#~",
    "AN#, PD#, other codes": "l XY#~",
    "text before ZCZC": "b ~|",
    "what follows the header": f"c ~||{COPY}",
    "text after NNNN": "a ~|",
}
ATTACHED = "m --q|Content-Type: {}|Content-Disposition: attachment; filename={}||{}|"
FORWARDED = (
    "---------- Forwarded message ---------|From: Desk <desk@quay.example>|Date: 12 Jan 2022|Subject: Ferry late"
)
MAIL_PLACES = {
    "names of attached files": ATTACHED.format("image/png", '"~.png"', "x"),
    "attached texts and mails": ATTACHED.format("text/plain", "a.txt", "~"),
    "hidden text": "h <p hidden>~</p>",
    "Subject": "s [EXTERNAL] Fwd: ~",
    "From": "f ~",
    "Subject of a mail within the text": "p > Subject: ~",
    "text above a forwarded mail": f"c ~||{FORWARDED}||{COPY}",
    "text/plain": f"c ~||{COPY}",
    "text/html": "h <p>~</p>",
    "quotations": "p > ~",
    "signatures": "p -- |~",
    UNKNOWN: "x X-Remark: ~|",
}
TEXTS = {
    "iptc7901": _text(IPTC7901, IPTC7901_PLACES, b="", o="", k="Traffic", h="", c=COPY, n="", a=""),
    "anpa": _text(ANPA, ANPA_PLACES, b="", s="", k="BC-EU--FerryLate", v="", h="Ferry late", l="", c=COPY, a=""),
    "zczc": _text(ZCZC, ZCZC_PLACES, b="", z="HBR001", l="^Ferry late", c=COPY, a=""),
    "e-mail": _text(MAIL, MAIL_PLACES, f="Ada", s="Ferry late", x="", c=COPY, p="", h="", m=""),
    "plain": _text("{c}", {"the text": f"c ~||{COPY}||Nobody minded."}, c=COPY),
}
PLANTERS: dict[str, Callable[[str, str], bytes]] = {
    **{name: in_xml(name) for name in BASES},
    "ninjs": in_json(NINJS),
    "json-feed": in_json_feed,
    "ap-json": in_json(AP),
    "digitalwires": in_json(DIGITALWIRES),
    "afp-json": in_json(AFP),
    **TEXTS,
}
HAS_FIELDS = (
    *BASES,
    "ninjs",
    "json-feed",
    "ap-json",
    "digitalwires",
    "afp-json",
    "e-mail",
)  # formats in which a field may be unknown


def places() -> list[tuple[str, str, Addressee]]:
    """Every place of every format that is read for notes, and one of each that no table names."""
    named = [
        (name, place, own)
        for name, row in FORMATS.items()
        for place, own in row.places.items()
        if not isinstance(own, Unread)
    ]
    return [*named, *((name, UNKNOWN, Addressee.EDITORS) for name in HAS_FIELDS)]

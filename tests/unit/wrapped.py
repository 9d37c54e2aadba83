"""Documents of the self-delimiting formats, and a hundred and eighty things to put around them."""

from __future__ import annotations

import base64
import codecs
import html
import json
import quopri
from collections.abc import Callable
from urllib.parse import quote

PROSE = "The ferry to the northern islands came late on Wednesday, because the quay was icy, its owner said."
COPY = "The quay at Bergen is shut until Friday, the harbour master said, and no ferry may leave before then."
PRIVATE = "Ada Quay, 555-0142"
G2 = (
    '<?xml version="1.0" encoding="UTF-8"?><newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:quay:1"'
    ' version="2" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/><versionCreated>2022-01-12T10:00:00Z'
    '</versionCreated>{status}<edNote pubconstraint="dpapconstraint:nonpublic">' + PRIVATE + "</edNote></itemMeta>"
    "<contentMeta><headline>Ferry late</headline></contentMeta><contentSet><inlineXML><html"
    ' xmlns="http://www.w3.org/1999/xhtml"><body><p>'
    + PROSE
    + "</p></body></html></inlineXML></contentSet></newsItem>"
)
NINJS = {
    "uri": "urn:quay:1", "version": "2", "versioncreated": "2022-01-12T10:00:00Z", "type": "text",
    "headline": "Ferry late", "body_text": PROSE, "language": "en",
}  # fmt: skip
DOCUMENTS = {  # each with an embargo, or with a status that is not usable
    "newsml-g2 embargoed": G2.format(status="<embargoed>2099-01-01T00:00:00Z</embargoed>"),
    "newsml-g2 killed": G2.format(status='<pubStatus qcode="stat:canceled"/>'),
    "ninjs embargoed": json.dumps(NINJS | {"embargoed": "2099-01-01T00:00:00Z"}),
    "ninjs withheld": json.dumps(NINJS | {"pubstatus": "withheld"}, indent=1),
    "ninjs list": json.dumps([NINJS | {"embargoed": "2099-01-01T00:00:00Z"}]),
    "digitalwires": json.dumps(
        {
            "format": "digitalwires@0.9.1", "urn": "urn:quay:1", "entry_id": "e1", "version": 2, "language": "en",
            "version_created": "2022-01-12T10:00:00Z", "pubstatus": "withheld", "headline": "Ferry late",
            "article_html": f"<section><p>{PROSE}</p></section>",
            "ednotes": [{"ednote": PRIVATE, "is_publishable": False}],
        }
    ),
    "nitf killed": '<nitf><head><docdata management-status="canceled"><doc-id id-string="urn:quay:1"/>'
    '<date.issue norm="20220112T100000Z"/></docdata></head><body><body.head><hedline><hl1>Ferry late</hl1>'
    f"</hedline></body.head><body.content><p>{PROSE}</p></body.content></body></nitf>",
    "newsml-1.2 embargoed": '<NewsML Version="1.2"><NewsItem><Identification><NewsIdentifier><ProviderId>quay'
    "</ProviderId><DateId>20220112</DateId><NewsItemId>1</NewsItemId><RevisionId PreviousRevision='0'"
    ' Update="N">1</RevisionId></NewsIdentifier></Identification><NewsManagement><NewsItemType FormalName="News"/>'
    '<FirstCreated>20220112T100000Z</FirstCreated><Status FormalName="Embargoed"/></NewsManagement><NewsComponent>'
    f"<NewsLines><HeadLine>Ferry late</HeadLine></NewsLines><ContentItem><DataContent><body><p>{PROSE}</p></body>"
    "</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>",
    "rss withheld": '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item><guid>urn:quay:1'
    f'</guid><title>Ferry late</title><description>{PROSE}</description><media:status state="blocked"/></item>'
    "</channel></rss>",
}  # fmt: skip

PREFIXES = [
    "\ufeff",
    "\ufeff\ufeff",
    "\ufeff\ufeff\ufeff\ufeff",
    "ï»¿",
    "ï»¿ï»¿",
    "\ufeffï»¿",
    "Ã¯Â»Â¿",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\xa0",
    "\xa0\xa0",
    "\u3000",
    "\u2003",
    "\u2028",
    "\x85",
    "\xad",
    "\u180e",
    "\u202e",
    "\u2066",
    "\u200f",
    "\ufffd",
    "\x02",
    "\x01",
    "\x00",
    "\x1e",
    "\x1b[2J",
    "\x16\x16\x01",
    "\x7f",
    "\x0c",
    "\n\n\n",
    " \t",
    "\ufffe",
    "x",
    "?",
    ".",
    "-",
    ",",
    "#",
    ">",
    "> ",
    "<",
    "<<",
    "< ",
    "/",
    "//",
    "// a\n",
    "/* a */ ",
    "# a\n",
    "-- a\n",
    "; a\n",
    "% a\n",
    "<!-- a -->",
    "<?php ?>",
    "<!DOCTYPE a>",
    "<a/>",
    "<br>",
    "]]>",
    "</a>",
    '"',
    "'",
    "`",
    "(",
    "[",
    "{",
    ")",
    "]",
    "}",
    "null",
    "null\n",
    "0 ",
    "1: ",
    "12\n",
    "ferry\n",
    "The ferry came late.\n",
    f"{COPY}\n\n{COPY}\n\n",
    "BERGEN (Harbour) - ",
    "EMBARGO\n",
    "Note: ",
    "From: a\nSubject: b\n\n",
    "Subject: x\r\n",
    "payload=",
    "xml=",
    "data=",
    "json: ",
    "body:\n",
    "INFO 2022-01-12 ",
    "---\n",
    "---\ntitle: a\n---\n",
    "200 OK\n",
    "HTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n",
    "HTTP/2 200\n\n",
    "POST /in HTTP/1.1\r\nHost: quay\r\nX-A: b\r\n c\r\n\r\n",
    "Content-Type: application/xml\n\n",
    "Content-Length: 7\r\n\r\n",
    "MIME-Version: 1.0\nContent-Type: text/xml\n\n",
    "\ufeffContent-Type: text/xml\n\n",
    "X-A: b\n\n",
    "--b\r\nContent-Type: text/xml\r\n\r\n",
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/xml\r\n\r\n",
    "Received: by quay\r\nFrom: a@quay.example\r\nSubject: Ferry late\r\nMessage-ID: <1@q>\r\n\r\n",
    "Received: by quay\r\nFrom: a@quay.example\r\nSubject: Ferry late\r\nMessage-ID: <1@q>\r\n\r\n"
    + COPY
    + "\r\n\r\n",
    "ZCZC HBR001\r\n",
    "ZCZC HBR001\r\nFERRY LATE\r\n",
    "\x01hbr0042 4 pl 110  hbr 0001\r\n\r\nFerries/\r\n\x02Ferry late =\r\n\r\n",
    "\x16\x16\x01H0042\x1f_harbo\r\nr a\x13\x11 BC-Ferry   01-12 0100\r\n\x02",
    "42\r\n",
    ")]}',\n",
    "while(1);",
    "for (;;);",
    "throw 1; ",
    "data:,",
    "data:application/xml,",
    "data: ",
    "event: a\ndata: ",
    ":\n\ndata: ",
    "```\n",
    "```xml\n",
    "~~~\n",
    "callback(",
    "/**/a.b(",
    "var a = ",
]

Wrap = Callable[[bytes], bytes]


def chunked(data: bytes) -> bytes:
    pieces = [data[at : at + 300] for at in range(0, len(data), 300)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def text(function: Callable[[str], str]) -> Wrap:
    return lambda data: function(data.decode()).encode()


MAIL = b"Received: by quay\r\nFrom: a@quay.example\r\nSubject: Ferry late\r\nMessage-ID: <1@q>\r\n"
PART = b"\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + COPY.encode()
MULTIPART = b"Content-Type: multipart/mixed; boundary=b\r\n"
QP, BASE64 = ("quoted-printable", quopri.encodestring), ("base64", base64.encodebytes)


def part(encoding: tuple[str, Wrap], before: bytes = b"") -> Wrap:
    """A MIME part in that transfer encoding."""
    fields = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: %s\r\n\r\n" % encoding[0].encode()
    return lambda data: before + fields + encoding[1](data)


def lines(form: str) -> Wrap:
    """Each line in that form: its number, the line."""
    return text(lambda whole: "".join(form.format(number, line) for number, line in enumerate(whole.split("\n"))))


def widened(whole: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in whole)


WRAPPINGS: dict[str, Wrap] = {
    "chunks": chunked,
    "http chunks": lambda data: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(data),
    "http latin-1": lambda data: b"HTTP/1.1 200 OK\r\nServer: Qu\xe4y\r\n\r\n" + data,
    "call": lambda data: b"callback(" + data + b");",
    "call with a comment": lambda data: b"/**/ a.b$c (" + data + b")\n",
    "assignment": lambda data: b"var a = " + data + b";\n",
    "fence": lambda data: b"```json\n" + data + b"\n```\n",
    "fence in prose": lambda data: COPY.encode() + b"\n\n```json\n" + data + b"\n```\n" + COPY.encode(),
    "event": lambda data: b"event: a\nid: 7\n" + lines("data: {1}\n")(data) + b"\n",
    "two events": lambda data: 2 * (lines("data: {1}\n")(data) + b"\n"),
    "string": text(json.dumps),
    "string twice": text(lambda whole: json.dumps(json.dumps(whole))),
    "string with letters": text(lambda whole: json.dumps(whole, ensure_ascii=False)),
    "string in prose": text(lambda whole: f"{COPY} {json.dumps(whole)}"),
    "data uri": text(lambda whole: f"data:application/xml,{quote(whole)}"),
    "data uri base64": lambda data: b"data:text/plain;charset=utf-8;base64," + base64.b64encode(data),
    "base64": base64.b64encode,
    "base64 lines": base64.encodebytes,
    "base64 in prose": lambda data: f"{COPY}\n\n".encode() + base64.encodebytes(data),
    "hex": lambda data: data.hex().encode(),
    "hex with blanks": lambda data: data.hex(" ").encode(),
    "percent": text(quote),
    "form": text(lambda whole: f"id=7&xml={quote(whole, safe=' ')}"),
    "form plus": text(lambda whole: f"xml={quote(whole, safe='').replace('%20', '+')}"),
    "quoted-printable": quopri.encodestring,
    "quoted-printable all": lambda data: b"".join(b"=%02X" % each for each in data),
    "quoted-printable part": part(QP),
    "base64 part": part(BASE64),
    "escaped": text(html.escape),
    "escaped twice": text(lambda whole: html.escape(html.escape(whole))),
    "escaped in prose": text(lambda whole: f"{COPY}\n{html.escape(whole)}"),
    "wide letters": text(widened),
    "utf-7": lambda data: data.decode().encode("utf-7"),
    "quoted lines": lines("> {1}\n"),
    "numbered lines": lines("{0}\t{1}\n"),
    "indented": lines("    {1}\n"),
    "wrapped at 70": text(lambda whole: "\n".join(whole[at : at + 70] for at in range(0, len(whole), 70))),
    "multipart": lambda data: MULTIPART + b"\r\n--b\r\nContent-Type: text/xml\r\n\r\n" + data + b"\r\n--b--\r\n",
    "multipart with copy": lambda data: MULTIPART + PART + b"\r\n--b\r\n\r\n" + data + b"\r\n--b--\r\n",
    "mail": lambda data: MAIL + b"Content-Type: text/plain\r\n\r\n" + data,
    "mail quoted-printable": part(QP, MAIL),
    "mail base64": part(BASE64, MAIL),
    "mail as html": lambda data: MAIL + b"Content-Type: text/html\r\n\r\n" + text(html.escape)(data),
    "mail raw as html": lambda data: MAIL + b"Content-Type: text/html\r\n\r\n" + data,
    "mail attached": lambda data: MAIL + MULTIPART + b"\r\n--b\r\nContent-Type: text/xml\r\n\r\n" + data,
    "telegram": lambda data: b"ZCZC HBR001\r\nFERRY LATE\r\n\r\n" + data + b"\r\nNNNN\r\n",
    "nul behind": lambda data: data + b"\0",
    "etx behind": lambda data: data + b"\x03\r\n",
    "prose behind": lambda data: data + b"\n" + COPY.encode(),
    "twice": lambda data: data + b"\n" + data,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "utf-16 little": lambda data: data.decode().encode("utf-16-le"),
    "utf-16 big, marked": lambda data: codecs.BOM_UTF16_BE + data.decode().encode("utf-16-be"),
    "utf-16 marked twice": lambda data: ("\ufeff" + data.decode()).encode("utf-16"),
    "utf-16 marked wrongly": lambda data: codecs.BOM_UTF16_BE + data.decode().encode("utf-16-le"),
    "utf-8 marked as utf-16": lambda data: codecs.BOM_UTF16_LE + data,
    "utf-8 marked as utf-16 big": lambda data: codecs.BOM_UTF16_BE + data,
    "utf-8 marked as utf-32": lambda data: codecs.BOM_UTF32_LE + data,
    "utf-32": lambda data: data.decode().encode("utf-32"),
    "utf-32 big": lambda data: codecs.BOM_UTF32_BE + data.decode().encode("utf-32-be"),
    "utf-32 unmarked": lambda data: data.decode().encode("utf-32-le"),
    "marked as utf-8 and utf-16": lambda data: codecs.BOM_UTF8 + data.decode().encode("utf-16"),
    "ebcdic": lambda data: data.decode().encode("cp500"),
    "latin-1 declared": lambda data: data.replace(b"UTF-8", b"ISO-8859-1"),
    "utf-16 declared": lambda data: data.replace(b"UTF-8", b"UTF-16"),
    "http in utf-16": lambda data: ("HTTP/1.1 200 OK\r\n\r\n" + data.decode()).encode("utf-16"),
    "yaml": text(lambda whole: f"uri: urn:quay:1\nembargoed: 2099-01-01\nbody: {COPY}\nraw: {json.dumps(whole)}"),
}  # fmt: skip
BREAKING = {title: WRAPPINGS.pop(title) for title in ("quoted-printable", "wrapped at 70")}  # within the words


def behind(prefix: bytes) -> Wrap:
    return lambda data: prefix + data


WRAPPINGS |= {f"prefix {number}": behind(prefix.encode()) for number, prefix in enumerate(PREFIXES)}
WRAPPINGS |= {
    f"latin-1 prefix {number}": behind(prefix.encode("latin-1", "ignore"))
    for number, prefix in enumerate(PREFIXES[:24])
}

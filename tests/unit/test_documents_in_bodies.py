"""A document within the words of a body is dead: its embargo would be copy.  An article may show code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import pytest
from news import parse_as

from pipeline.formats.parsed import Parsed, Payload
from pipeline.records import Rejected

RECEIVED = datetime(2022, 1, 3, 6, tzinfo=UTC)
STORY = "QUAY CITY (Quay) - Ferries will leave at six, the harbour master said on Monday."
G2 = (
    '<newsItem guid="urn:quay:1" version="1">'
    "<itemMeta><embargoed>2099-01-01T00:00:00Z</embargoed></itemMeta></newsItem>"
)
NITF = '<nitf><head><docdata><date.release norm="20990101T000000Z"/></docdata></head></nitf>'
NINJS = '{"uri": "urn:quay:1", "embargoed": "2099-01-01T00:00:00Z", "headline": "Ferries leave at six"}'
ZCZC = "ZCZC QUA123\nEMBARGOED: ferries\n"
MAIL = (
    "Date: Mon, 03 Jan 2022 00:00:00 +0000\nFrom: Quay <news@quay.example>\nSubject: Ferries\n"
    "X-Embargo: 2099-01-01T00:00:00Z\nMIME-Version: 1.0\n\n" + STORY
)
CODE = 'A feed begins with <rss>, an object with {"name": 1} and a list with <li>, she said. ' + STORY
LETTER = f"{STORY}\n\n{STORY}\n\nHe wrote:\n\nFrom: Ada\nTo: Ben\nSubject: the ferry\n\nIt is late."


def _ninjs(**fields: str) -> bytes:
    return json.dumps({"uri": "urn:quay:7", "version": "1", "headline": "Ferries", **fields}).encode()


def _atom(text: str, kind: str) -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:quay:feed</id><title>Quay</title>'
        "<updated>2022-01-03T00:00:00Z</updated><entry><id>urn:quay:7</id><title>Ferries</title>"
        f'<updated>2022-01-03T00:00:00Z</updated><content type="{kind}">{escape(text)}</content></entry></feed>'
    ).encode()


BODIES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "ninjs text": ("ninjs", lambda text: _ninjs(body_text=text)),
    "ninjs description": ("ninjs", lambda text: _ninjs(description_text=text, body_text=STORY)),
    "ninjs escaped": ("ninjs", lambda text: _ninjs(body_html=f"<p>{escape(text)}</p>")),
    "atom text": ("atom", lambda text: _atom(text, "text")),
    "atom escaped": ("atom", lambda text: _atom(escape(text), "html")),
}
DISGUISES: dict[str, Callable[[str], str]] = {
    "carriage returns": lambda text: text.replace("\n", "\r"),
    "line separators": lambda text: text.replace("\n", "\u2028"),
    "next lines": lambda text: text.replace("\n", "\x85"),
    "quoted": lambda text: "> " + text.replace("\n", "\n> "),
    "added": lambda text: "+" + text.replace("\n", "\n+"),
    "bars": lambda text: "| " + text.replace("\n", "\n| "),
    "numbers": lambda text: "\n".join(f"{number:03} {line}" for number, line in enumerate(text.split("\n"))),
    "blanks before colons": lambda text: text.replace(": ", " : "),
    "bold": lambda text: "\n".join("*" + line.replace(":", ":*", 1) for line in text.split("\n")),
    "joined": lambda text: text.replace("\n", "; "),
}


def read(name: str, data: bytes) -> Parsed:
    (item,) = parse_as(name, Payload(data, "quay", RECEIVED)).items
    assert isinstance(item, Parsed)
    return item


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("document", [G2, NINJS, ZCZC], ids=["g2", "ninjs", "zczc"])
def test_a_document_in_a_body_is_dead(body: str, document: str) -> None:
    """Whatever carries it, as it is and escaped."""
    name, make = BODIES[body]
    with pytest.raises(Rejected, match="around something that is not copy"):
        read(name, make(document))


@pytest.mark.parametrize("kind", ["html", "xhtml", "application/nitf+xml"])
def test_nitf_in_a_feed_is_dead(kind: str) -> None:
    """There is no reader of its head; in ninjs and AP there is."""
    data = _atom("~", kind).decode()
    with pytest.raises(Rejected, match="around something that is not copy"):
        read("atom", data.replace("~", escape(NITF) if kind == "html" else NITF).encode())
    assert read("atom", _atom(f"{STORY} A nitf is a document.", "text")).paragraphs


@pytest.mark.parametrize("begin", ["<nitf>", "<nitf >", "<nitf\n>\n", '<nitf version="3">'])
@pytest.mark.parametrize("body", ["ninjs escaped", "atom escaped"])
def test_nitf_that_is_shown_is_dead(body: str, begin: str) -> None:
    """As markup it is a body.  A tag may have blanks before its end."""
    name, make = BODIES[body]
    with pytest.raises(Rejected, match="around something that is not copy"):
        read(name, make(NITF.replace("<nitf>", begin)))


def test_the_header_of_a_mail_in_a_body_is_dead() -> None:
    """Where its lines are lines, and where HTML has joined them."""
    joined = (f"<p>{escape(MAIL)}</p>", f"<p>{STORY}</p>{MAIL}")
    for fields in ({"body_text": MAIL}, *({"body_html": one} for one in joined)):
        with pytest.raises(Rejected, match="header fields of a mail"):
            read("ninjs", _ninjs(**fields))
    quoted = f"<p>{STORY}</p><p>From: Ada To: Ben Subject: the ferry</p><p>He saw X-Men: it was late.</p>"
    assert read("ninjs", _ninjs(body_html=quoted)).paragraphs


@pytest.mark.parametrize("body", [body for body in BODIES if body != "atom text"])
@pytest.mark.parametrize("story", [STORY, CODE, LETTER], ids=["story", "code", "letter"])
def test_copy_that_shows_code_is_published(body: str, story: str) -> None:
    """The twins."""
    name, make = BODIES[body]
    assert read(name, make(story)).paragraphs


@pytest.mark.parametrize("disguise", DISGUISES)
def test_the_header_of_a_mail_is_never_plain_copy(disguise: str) -> None:
    """However its lines end and begin."""
    with pytest.raises(Rejected):
        read("plain", DISGUISES[disguise](MAIL).encode())


def test_a_quoted_letter_is_plain_copy() -> None:
    """The twin: an article does not begin with it."""
    assert read("plain", LETTER.encode()).paragraphs

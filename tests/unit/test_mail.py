"""E-mail: the part that is the copy, its encoding, attachments, and personal data that is not kept."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hostile import assert_linear_in, outcome
from hypothesis import given
from hypothesis import strategies as st
from noticed import noticed

from pipeline.formats import FORMATS, parse
from pipeline.formats.mail.headers import header_text, sender_of
from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import Concept, InfoSource
from pipeline.records import Reason, Rejected

RECEIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)
HEAD = (
    "Received: by quay.example with SMTP id 7;\r\n\tWed, 12 Jan 2022 10:37:01 +0100\r\n"
    "From: Ada Quay <ada@quay.example>\r\nTo: desk@midland.example\r\nSubject: Ferry late\r\n"
    "Date: Wed, 12 Jan 2022 10:37:00 +0100 (CET)\r\nMessage-ID: <7@quay.example>\r\n"
)
COPY = "BERGEN (Quay) - The ferry came\r\nlate on Wednesday.\r\n\r\nNobody minded."


def mail(body: str = COPY, kind: str = "text/plain; charset=utf-8", head: str = HEAD, more: str = "") -> bytes:
    return f"{head}MIME-Version: 1.0\r\nContent-Type: {kind}\r\n{more}\r\n{body}".encode()


def read(data: bytes) -> Parsed:
    found, parsed = parse(Payload(data, "desk", RECEIVED))
    (item,) = parsed.items
    assert found == "e-mail"
    assert isinstance(item, Parsed)
    return noticed(item)


def test_a_mail() -> None:
    """Subject, Date, Message-ID, the name of the sender and the copy are read; the address is not kept."""
    item = read(mail(more="Content-Language: en-GB\r\n"))
    assert item == Parsed(
        paragraphs=("BERGEN (Quay) - The ferry came late on Wednesday.", "Nobody minded."),
        headline="Ferry late",
        native_id="7@quay.example",
        version_created=datetime(2022, 1, 12, 9, 37, tzinfo=UTC),
        language="en-GB",
        info_sources=(InfoSource(name="Ada Quay"),),
    )
    assert (
        read(mail().replace(b"\r\n", b"\n"))
        == read(b"From 7 Wed Jan 12\r\n" + mail())
        == read(b"\r\n  \r\n" + mail())
    )


def part(kind: str, body: str, more: str = "") -> str:
    return f"--b\r\nContent-Type: {kind}\r\n{more}\r\n{body}\r\n"


def attached(name: str) -> str:
    return f'Content-Disposition: attachment; filename="{name}"\r\n'


HTML = "<p>BERGEN (Quay) - The <b>ferry</b> came late on Wednesday.</p><p>Nobody minded.</p>"
FLAT = "BERGEN (Quay) - The ferry came late on Wednesday. Nobody minded."
PARTS = [
    ("text before HTML", "alternative", part("text/plain", COPY) + part("text/html", HTML), ()),
    ("HTML for want of text", "alternative", part("text/plain", " ") + part("text/html", HTML), ()),
    ("HTML alone", "alternative", part("text/html", HTML), ()),
    ("HTML that has kept its paragraphs", "alternative", part("text/plain", FLAT) + part("text/html", HTML), ()),
    ("an attachment", "mixed",
     part("text/plain", COPY) + part("image/jpeg", "AAAA", attached("kai.jpg")),
     ("not opened: image/jpeg",)),
    ("text that is attached", "mixed",
     part("text/plain", "Secret.", attached("a.txt")) + part("text/plain", COPY),
     ("not opened: text/plain",)),
    ("a mail in the mail", "mixed",
     part("text/plain", COPY) + part("message/rfc822", "Subject: Secret\r\n\r\nSecret."),
     ("not opened: message/rfc822",)),
    ("HTML with more around it", "alternative",
     part("text/plain", COPY) + part("text/html", f"<p>Secret menu</p>{HTML}<p>Secret imprint</p>"), ()),
    ("a second text", "mixed", part("text/plain", COPY) + part("text/plain", "Secret list footer."),
     ("not opened: text/plain",)),
    ("parts in a part", "mixed",
     "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
     + (part("text/plain", COPY) + part("text/html", HTML)).replace("--b", "--c") + "--c--\r\n", ()),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "warnings"), [row[1:] for row in PARTS], ids=[row[0] for row in PARTS])
def test_which_part_is_the_copy(kind: str, body: str, warnings: tuple[str, ...]) -> None:
    """The copy is found in any structure; attachments are named, not opened."""
    item = read(mail(f"{body}--b--\r\n", f'multipart/{kind}; boundary="b"'))
    assert item.paragraphs == ("BERGEN (Quay) - The ferry came late on Wednesday.", "Nobody minded.")
    assert item.warnings == warnings
    assert "Secret" not in str(replace(item, html=""))  # of which only what is copy goes on (normalise.markup)


LETTERS = [
    ("declared", "text/plain; charset=iso-8859-1", "Fähre".encode("latin-1"), ()),
    ("declared, quoted", 'text/plain; charset="Windows-1252"', "Fähre – spät".encode("cp1252"), ()),
    ("not declared", "text/plain", "Fähre".encode(), ()),
    ("not declared, old", "text/plain", "Fähre".encode("cp1252"), ("not UTF-8: read as Windows-1252",)),
    ("unknown", "text/plain; charset=x-quay", "Fähre".encode(), ()),
    ("wrong", "text/plain; charset=gbk", b"F\xc3\xa4hre\xff",
     ("declared as gbk, which it is not", "not UTF-8: read as Windows-1252")),
    ("ASCII that is none", "text/plain; charset=us-ascii", "Fähre".encode(), ()),
    ("no encoding of text", "text/plain; charset=rot13", "Fähre".encode(), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "data", "warnings"), [row[1:] for row in LETTERS], ids=[row[0] for row in LETTERS]
)
@pytest.mark.parametrize("transfer", ["8bit", "base64"])
def test_letters(kind: str, data: bytes, warnings: tuple[str, ...], transfer: str) -> None:
    """The declared charset is used if it is known and fits."""
    body = base64.encodebytes(data) if transfer == "base64" else data
    item = read(mail("", kind, more=f"Content-Transfer-Encoding: {transfer}\r\n") + body)
    assert item.paragraphs[0].startswith("F")
    assert item.warnings == warnings
    if not warnings:
        assert item.paragraphs[0].startswith("Fähre")


@pytest.mark.parametrize(
    ("kind", "body", "paragraphs"),
    [
        ("text/plain; format=flowed", "The ferry \r\ncame late.\r\n\r\nAgain.", ("The ferry came late.", "Again.")),
        ("text/plain; format=flowed; delsp=yes", "The fer \r\nry came late.", ("The ferry came late.",)),
        ("text/plain", "The ferry came late.\r\n-- \r\nAda Quay, +47 1234", ("The ferry came late.",)),
        ("text/plain", "The ferry came late.\r\n--\r\nAgain.", ("The ferry came late.", "--", "Again.")),
        ("text/html", "<p>The ferry came late.</p><p>-- <br>Ada Quay, +47 1234</p>", ("The ferry came late.",)),
        ("text/html", 'Late.<div><span class="gmail_signature_prefix">-- </span>Ada, +47 1234</div>', ("Late.",)),
        ("text/html", '<p>Late.</p><pre class="moz-signature" cols="72">Ada, +47 1234</pre>', ("Late.",)),
        ("text/html", "<p>Late.</p><p>--</p><p>Again.</p>", ("Late.", "--", "Again.")),
    ],
)  # fmt: skip
def test_lines(kind: str, body: str, paragraphs: tuple[str, ...]) -> None:
    """Flowed lines are joined (RFC 3676); a signature is not copy."""
    assert read(mail(body, kind)).paragraphs == paragraphs


HEADERS = [
    ("Ferry late", "Ferry late"),
    ("=?utf-8?Q?F=C3=A4hre?=", "Fähre"),
    ("=?utf-8?b?RsOkaHJl?= kommt", "Fähre kommt"),
    ("=?utf-8?Q?F=C3?=\r\n =?utf-8?Q?=A4hre_sp=C3=A4t?=", "Fähre spät"),  # a letter parted between two words
    ("=?iso-8859-1?Q?F=E4hre?= =?utf-8?Q?_sp=C3=A4t?=", "Fähre spät"),
    ("=?windows-1252?Q?F\udcc3\udca4hre?=", "Fähre"),  # raw letters, and the wrong charset
    ("F\udcc3\udca4hre", "Fähre"),
    ("F\udce4hre", "Fähre"),
    ("=?utf-8?b?###?=", "=?utf-8?b?###?="),
    ("=?x-quay?Q?Ferry?=", "Ferry"),
    ("", ""),
]


@pytest.mark.parametrize(("raw", "text"), HEADERS)
def test_header_fields(raw: str, text: str) -> None:
    """Encoded words, raw letters and folded lines become one line of text."""
    assert header_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Ada Quay <ada@quay.example>", "Ada Quay"),
        ('"Quay, Ada" <ada@quay.example>', "Quay, Ada"),
        ("=?utf-8?Q?B=C3=B8rge?= <b@quay.example>", "Børge"),
        ("ada@quay.example", "quay.example"),
        ('"ada@quay.example" <ada@quay.example>', "quay.example"),
        ("<ada@quay.example>, Bo <bo@quay.example>", "quay.example"),
        ("(" * 3_000, None),
    ],
)
def test_the_sender(raw: str, name: str | None) -> None:
    """The sender is a name, else a domain, never an address."""
    assert sender_of(raw) == name


def test_a_forwarded_mail() -> None:
    """`Re:` and the like are not part of the headline."""
    assert read(mail(head=HEAD.replace("Ferry late", "Fwd: AW: Ferry late"))).headline == "Ferry late"


def test_a_form() -> None:
    """The answers of a form are the item; its sender is not kept."""
    answers = (
        '{"Headline":["Ferry late"],"Body":["The ferry came late. \\nNobody minded."],"Abstract":["Late."],'
        '"Slugline":["Ferry"],"Dateline":["BERGEN",""],"Category":["TRAVEL"],"Email Address":["ada@quay.example"]}'
    )
    item = read(mail(answers))
    assert (item.headline, item.slugline, item.located) == ("Ferry late", "Ferry", "BERGEN")
    assert item.paragraphs == ("The ferry came late.", "Nobody minded.")
    assert (item.descriptions, item.subjects) == (("Late.",), (Concept(name="TRAVEL", rel="category"),))
    assert item.native_id == "7@quay.example"
    assert "ada@" not in str(item)


def test_a_broken_form_is_no_copy() -> None:
    """What may hold an embargo that nobody could read is dead."""
    with pytest.raises(Rejected) as caught:
        read(mail('{"Headline": broken'))
    assert caught.value.reason is Reason.UNKNOWN_FORMAT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (mail(more="Auto-Submitted: auto-replied\r\n"), Reason.NO_ITEM),
        (mail("", head=HEAD.replace("Subject: Ferry late", "Subject:")), Reason.NO_ITEM),
        (mail("a\0b"), Reason.ENCODING),
        (mail(head=HEAD.replace("12 Jan 2022 10:37:00", "12 Jan 9999 10:37:00")), Reason.BAD_DATE),
        (mail("multipart/mixed " * 60), Reason.TOO_DEEP),
        (mail("\r\n--b" * 1_100), Reason.TOO_LARGE),
        (mail("\r\n" * 70_000), Reason.TOO_LARGE),
    ],
)
def test_rejected(data: bytes, reason: Reason) -> None:
    """Automatic replies, mails without words and hostile mails are rejected with the right reason."""
    with pytest.raises(Rejected) as caught:
        FORMATS["e-mail"].parse(Payload(data, "desk", RECEIVED))
    assert caught.value.reason is reason


PIECES = st.sampled_from(
    [*mail(part("text/plain", COPY) + part("text/html", HTML), "multipart/mixed; boundary=b").split(b"\r\n"),
     b"Content-Type: multipart/mixed; boundary=b", b"Content-Transfer-Encoding: x-uuencode",
     b"Content-Type: text/plain; charset*=x''y", b"Content-Disposition: attachment; filename*0*=utf-8''%FF",
     b"--b--", b"\xff\xfe", b"(((", b"Subject: =?utf-8?b?", b"--b", b"", b" "]
)  # fmt: skip


@given(st.binary(max_size=200) | st.lists(PIECES, max_size=30).map(b"\r\n".join))
def test_whatever_arrives_is_read_or_rejected(data: bytes) -> None:
    """Any bytes and any order of lines raise nothing but Rejected, and give the same result twice."""
    for payload in (data, HEAD.encode() + data):
        assert outcome("e-mail", payload) == outcome("e-mail", payload)


HOSTILE = [
    (head, unit)
    for head in ("", "Subject: ", "From: ", "Content-Type: text/plain;",
                 "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
                 "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", "\r\n")
    for unit in ("a: b\r\n", "(", '"', ";", "a=b;", "=?utf-8?q?a?= ", "--b\r\n", " \r\n", "=3D", "<")
]  # fmt: skip


@pytest.mark.parametrize(("head", "unit"), HOSTILE)
@pytest.mark.slow
def test_half_a_megabyte_of_one_thing(head: str, unit: str) -> None:
    """Time grows linearly with size, and brackets cause no recursion."""
    assert_linear_in("e-mail", (HEAD + head).encode(), unit)

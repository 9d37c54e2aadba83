"""E-mail (RFC 5322, MIME), read by Python's own parser, which never gets a long header or deep nesting.

The body is text/plain, else text/html; attachments are named, not opened.  Addresses are contacts: only the name or
the domain of the sender is kept.  A signature is not copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.policy import EmailPolicy
from functools import cache, partial
from typing import Any

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, PayloadKind, Recogniser
from pipeline.formats.mail.footers import without_letter
from pipeline.formats.mail.form import read_form
from pipeline.formats.mail.forwards import without_forward
from pipeline.formats.mail.headers import FIELD_CHARACTERS_MAX, header_text, sender_of
from pipeline.formats.mail.notes import cover_passages, is_automatic, mail_passages
from pipeline.formats.mail.parts import texts_of
from pipeline.formats.mail.subjects import subject_of
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import Places, checked
from pipeline.formats.text import bodies, plain
from pipeline.formats.text.bodies import TypedText
from pipeline.items import InfoSource
from pipeline.machine import failure_of
from pipeline.notes import Addressee
from pipeline.records import Fault, Reason, Rejected
from pipeline.values.dates import read_instant

SOURCES = {
    "headline": ("Subject",),
    "native_id": ("Message-ID",),
    "version_created": ("Date",),
    "language": ("Content-Language",),
    "info_sources": ("From",),
    "paragraphs": ("text/plain", "text/html"),
}

PLACES = Places(
    {  # all other headers that are not for machines are addressed to editors
        "names of attached files": Addressee.EDITORS,
        "hidden text": Addressee.EDITORS,
        "Subject": Addressee.HEADLINE,
        "From": Addressee.NAME,
        "Subject of a mail within the text": Addressee.HEADLINE,
        "text/plain": Addressee.PUBLIC,
        "text/html": Addressee.PUBLIC,
        "text above a forwarded mail": Addressee.EDITORS,
        "quotations": Addressee.PUBLIC,
        "signatures": Addressee.PUBLIC,
        "attached texts and mails": Addressee.PUBLIC,
    }
)
CONTAINERS_MAX = 50  # `multipart/…`, `message/…`: the mails of a newsroom have fewer
BOUNDARIES_MAX = 1_000  # lines that may be a boundary
LINE_ENDS_MAX = 120_000  # two a line; an attachment of 2 MiB has 28,000 lines
FIELDS_MAX = 10_000  # lines that may be header fields, of all parts; the library needs 3 microseconds for one
FIELD = re.compile(rb"(?m)^[!-9;-~]++:")
CONTAINER = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
LINE_ENDS = re.compile(rb"\n\r(?!\n)|[\v\f]")  # of damaged mails
ENVELOPE = re.compile(rb"\s*(?:From [^\r\n]*\r?\n)?")  # of an mbox


class _Bounded(EmailPolicy):
    """Headers as texts, cut to a length that the parsers of Python's library can handle."""

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return re.sub(r"[\r\n]+", " ", value[:FIELD_CHARACTERS_MAX])


POLICY = _Bounded(message_factory=Message)


def split_mail(payload: Payload) -> Parts:
    """One document, the mail.  Raises Rejected: TOO_DEEP, TOO_LARGE, MALFORMED."""
    data = LINE_ENDS.sub(b"\n", payload.data)
    data = data[ENVELOPE.match(data).end() :]  # type: ignore[union-attr] # matches the empty text
    if len(CONTAINER.findall(data)) > CONTAINERS_MAX:
        raise Rejected(Reason.TOO_DEEP, f"more than {CONTAINERS_MAX} containers")
    if data.count(b"\n--") > BOUNDARIES_MAX or data.count(b"\n") + data.count(b"\r") > LINE_ENDS_MAX:
        raise Rejected(Reason.TOO_LARGE, "too many lines, or too many lines that may be boundaries")
    if data.count(b"\n") + data.count(b"\r") > FIELDS_MAX and len(FIELD.findall(data)) > FIELDS_MAX:
        raise Rejected(Reason.TOO_LARGE, f"more than {FIELDS_MAX:,} lines that may be header fields")
    try:
        return Parts((message_from_bytes(data, policy=POLICY),))
    except Exception as error:  # the library promises not to raise, but does
        if failure_of(error):
            raise
        raise Rejected(Reason.MALFORMED, f"mail: {type(error).__name__}: {error}") from None


def read_mail(message: Message) -> Parsed:
    """The mail as an item.  Raises Rejected(TOO_LARGE)."""
    warnings: list[str] = []
    if is_automatic(message):
        warnings.append(Fault(Reason.NO_ITEM, "an automatic reply, not a news item"))
    found = texts_of(message, warnings)
    date, sent_by = _field(message, *SOURCES["version_created"]), _raw(message, *SOURCES["info_sources"])
    created = read_instant(date, "Date", warnings) if date else None
    texts = [TypedText(found.plain, None, "text/plain"), TypedText(found.html, None, "text/html")]
    name = sender_of(sent_by) if sent_by else None
    forwarded = without_forward(without_letter(_paragraphs(texts, warnings)))
    form = read_form(found.plain)
    paragraphs = form.paragraphs if form else forwarded.paragraphs
    parts_of = cache(partial(subject_of, copy=paragraphs))  # a subject comes several times in a mail
    headline = parts_of(_field(message, *SOURCES["headline"]) or "").headline
    copy = form or Parsed(paragraphs=paragraphs, html=bodies.markup(texts), headline=headline)
    written = (found.plain, found.html, *found.others, *_around_parts(message))
    return replace(
        copy,
        native_id=(own := _id(message, warnings)),
        names=(
            *ids.names_of([own], mails=[own, *_mail_ids(message, SUPERSEDES)]),
            *ids.maybe_names(mails=(answered := [*_mail_ids(message, ANSWERS), *_mail_ids(message, THREAD)[-1:]])),
        ),
        corrected_names=ids.names_of(mails=answered),
        version_created=created,
        language=_field(message, *SOURCES["language"]),
        info_sources=(InfoSource(name=name),) if name else (),
        passages=checked(
            (
                *copy.passages,
                *cover_passages(forwarded.cover),
                *mail_passages(message, paragraphs, written, parts_of),
            )
        ),
        warnings=tuple(warnings),
    )


def _around_parts(message: Message) -> tuple[str, ...]:
    """The text before the first part and behind the last one, which no program shows."""
    return tuple(text for text in (message.preamble, message.epilogue) if text and text.strip())


def _paragraphs(texts: list[TypedText], warnings: list[str]) -> tuple[str, ...]:
    """Those of text/plain.  If it has only one, HTML may have kept them apart, or hold the copy alone."""
    paragraphs = plain.paragraphs(texts[0].value)
    return paragraphs if len(paragraphs) > 1 else bodies.paragraphs(texts, warnings)


def _raw(message: Message, name: str) -> str | None:
    value = message.get(name)
    return None if value is None else str(value)


def _field(message: Message, name: str) -> str | None:
    """The header's text; None if it is absent or empty."""
    raw = _raw(message, name)
    return None if raw is None else header_text(raw) or None


def _id(message: Message, warnings: list[str]) -> str | None:
    written = _field(message, *SOURCES["native_id"])
    if written is None:
        warnings.append("no Message-ID: its revisions cannot be linked")
    return written.strip("<> ") or None if written else None


# A mail that answers another one is a report of its own, unless it corrects, holds or kills, or has the words of
# one that is held; one that supersedes or obsoletes another (RFC 2156, RFC 5536) is the same dispatch.
SUPERSEDES = ("Supersedes", "Obsoletes", "Replaces")
ANSWERS = ("In-Reply-To",)
THREAD = ("References",)  # the whole thread; the last one is answered (RFC 5322, 3.6.4)
MAIL_ID = re.compile(r"<([^<>\s]{1,900})>")


def _mail_ids(message: Message, names: Iterable[str]) -> list[str]:
    """The ids in the headers of these names."""
    return [found for name in names for found in MAIL_ID.findall(_field(message, name) or "")]


HEADER_NAME = re.compile(r"([!-9;-~]+):(?:[ \t\r]|\Z)")
ONLY_IN_MAIL = frozenset({"received", "return-path", "message-id", "mime-version", "delivered-to"})
TOGETHER_IN_MAIL = frozenset({"from", "subject"})  # with one more


def _begins_as_mail(beginning: str) -> bool:
    """Whether it begins with two header lines, one of which only mail has, or three with sender and subject."""
    lines = re.split(r"\n\s*\n", beginning.lstrip(), maxsplit=1)[0].split("\n")
    lines = lines[1:] if lines[0].startswith("From ") else lines  # mbox
    names = [match[1].lower() for line in lines if (match := HEADER_NAME.match(line))]
    is_typical = not ONLY_IN_MAIL.isdisjoint(names) or (len(names) > 2 and set(names) >= TOGETHER_IN_MAIL)
    return len(names) >= 2 and is_typical and HEADER_NAME.match(lines[0]) is not None


E_MAIL = Format(
    name="e-mail",
    description="e-mail",
    recognisers=(Recogniser(PayloadKind.TEXT, _begins_as_mail),),
    split=split_mail,
    read=read_mail,
    sources=SOURCES,
    places=PLACES,
)

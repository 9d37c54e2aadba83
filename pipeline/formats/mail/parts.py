"""The parts of a mail: the text/plain and the text/html that are its body, without signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from pipeline.formats.mail.headers import header_text
from pipeline.formats.text import plain
from pipeline.formats.text.encoding import decode, decode_as
from pipeline.records import Fault, Reason, Rejected
from pipeline.values.blanks import one_line

SIGNATURE = re.compile(r"^-- \r?$", re.MULTILINE)  # RFC 3676, 4.3
MARKED_SIGNATURE = re.compile(  # Gmail's, Thunderbird's, and `--` as a line of its own
    r"<[a-z]{1,9} [^<>]{0,200}\b(?:gmail_signature|moz-signature)\b|(?<=>)\s{0,9}--(?:\s|&nbsp;){1,9}<(?:br|/)",
    re.IGNORECASE,
)
SOFT = re.compile(r" \r?\n(?! )")  # RFC 3676: a line that ends in a blank is continued
DOCUMENT = re.compile(r"[\w.+-]{1,80}/(?:[\w.+-]{0,80}\+)?(?:xml|json)|.*\.(?:xml|json|nitf|newsml)", re.IGNORECASE)
ATTACHMENTS_NAMED_MAX = 5
ATTACHED_CHARACTERS_MAX = 50_000  # of an attached text: what it says to editors is at its beginning


class Texts(NamedTuple):
    """The texts of a mail."""

    plain: str  # the first that is not an attachment; empty without one
    html: str
    others: tuple[str, ...]  # signatures, further parts, and the beginnings of attached texts


def texts_of(message: Message, warnings: list[str]) -> Texts:
    """The texts of the mail.  Raises Rejected(TOO_LARGE).

    A mail that only carries a document has a Fault, because its embargo is in the document; so has one with a text
    that cannot be decoded.
    """
    found: dict[str, str] = {}
    left: list[str] = []
    names: list[str] = []
    others: list[str] = []
    for part in _leaves(message):
        kind = "html" if part.get_content_type() == "text/html" else "plain"
        if not _is_text(part):
            left.append(part.get_content_type())  # not its name, which may say what is private
            names.append(header_text(part.get_filename() or ""))
            if part.get_content_maintype() == "text":
                others.append("".join(_text(part, []))[:ATTACHED_CHARACTERS_MAX])
            continue
        text, signature = _text(part, warnings)
        others.append(signature)
        if text and kind in found:
            left.append(part.get_content_type())
            others.append(text)
        elif text:
            found[kind] = text
    if not found and any(map(DOCUMENT.fullmatch, (*left, *names))):
        warnings.append(Fault(Reason.UNKNOWN_FORMAT, "a mail around a document, which is not opened"))
    others += _attached_mails(message)
    warnings += [f"not opened: {name[:80]}" for name in left[:ATTACHMENTS_NAMED_MAX]]
    return Texts(found.get("plain", ""), found.get("html", ""), tuple(text for text in others if text.strip()))


def _attached_mails(message: Message) -> Iterator[str]:
    """The texts of mails within the mail."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and isinstance(inner := part.get_payload(), list):
            leaves = (leaf for one in inner if isinstance(one, Message) for leaf in _leaves(one))
            yield from (_text(leaf, [])[0][:ATTACHED_CHARACTERS_MAX] for leaf in leaves if _is_text(leaf))


def _leaves(message: Message) -> Iterator[Message]:
    """The parts without parts of their own; a mail within the mail is an attachment."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _is_text(part: Message) -> bool:
    """Whether the part is a body: text without a file name, or a container without any parts."""
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return False
    return part.get_content_type() in ("text/plain", "text/html") or (
        part.get_content_maintype() == "multipart" and not part.is_multipart()
    )


def _text(part: Message, warnings: list[str]) -> tuple[str, str]:
    """The text of a part, and its signature."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return "", ""
    charset = part.get_content_charset()
    try:
        text, decoding = decode_as(data, charset) if charset else decode(data)
    except Rejected as rejected:
        warnings.append(Fault(rejected.reason, rejected.detail))
        return "", ""
    warnings += decoding
    is_html = part.get_content_type() == "text/html"
    signature = (MARKED_SIGNATURE if is_html else SIGNATURE).search(text)
    text, signed = (text[: signature.start()], text[signature.end() :]) if signature else (text, "")
    if is_html:
        return text, signed
    plain.check_size(text)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = SOFT.sub("" if str(part.get_param("delsp", "")).lower() == "yes" else " ", text)
    return (text if one_line(text) else ""), signed

"""Header fields of a mail as text: unfolded, with encoded words (RFC 2047) and raw 8-bit letters decoded."""

from __future__ import annotations

import binascii
import re

from pipeline.formats.text.encoding import decode, decode_as
from pipeline.records import Rejected
from pipeline.values.blanks import one_line

FIELD_CHARACTERS_MAX = 4_000  # of a field, both for our reader and for Python's parser
# Laxer than the RFC: some mails have blanks and raw 8-bit letters inside.
WORD = re.compile(r"=\?(?P<charset>[\w.:-]{1,40})(?:\*[\w-]{0,20})?\?(?P<form>[bBqQ])\?(?P<text>[^?]{0,400})\?=")
BETWEEN = re.compile(r"(\?=)\s+(?==\?)")  # blanks between two encoded words do not belong to the text
# The first mailbox.  Python's own reader of addresses recurses at every bracket.
MAILBOX = re.compile(r'"(?P<quoted>[^"]{0,200})" ?<|(?P<name>[^<",]{0,200})<')
DOMAIN = re.compile(r"@([\w.-]{1,255})")
ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")


def header_text(raw: str) -> str:
    """The field in one line.  `raw` comes from Python's parser, which keeps 8-bit letters as surrogates."""
    field = _decoded(raw[:FIELD_CHARACTERS_MAX].encode("utf-8", "surrogateescape"), None)
    field = BETWEEN.sub(r"\1", field)
    pieces: list[str] = []
    gathered, charset, at = b"", "", 0
    for word in WORD.finditer(field):  # the bytes of neighbours are joined: a letter may be split between them
        # Raw letters are not in the declared encoding.
        declared = word["charset"].lower() if word["text"].isascii() else "utf-8"
        if gathered and (word.start() > at or declared != charset):
            pieces.append(_decoded(gathered, charset))
            gathered = b""
        pieces.append(field[at : word.start()])
        gathered, charset, at = gathered + _bytes(word), declared, word.end()
    if gathered:
        pieces.append(_decoded(gathered, charset))
    return one_line("".join([*pieces, field[at:]]))


def sender_of(raw: str) -> str | None:
    """The name of the sender, else the domain of the address."""
    field = header_text(raw)
    named = MAILBOX.match(field)
    name = (named["quoted"] or named["name"]).strip() if named else ""
    if name and "@" not in name:
        return name
    domain = DOMAIN.search(field)
    return domain[1] if domain else None


def _bytes(word: re.Match[str]) -> bytes:
    data = word["text"].encode("utf-8", "replace")
    if word["form"] in "qQ":
        return ESCAPE.sub(lambda match: binascii.unhexlify(match[1]), data.replace(b"_", b" "))
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4), strict_mode=True)
    except binascii.Error:
        return word[0].encode("utf-8", "replace")


def _decoded(data: bytes, charset: str | None) -> str:
    try:
        return decode_as(data, charset)[0] if charset else decode(data)[0]
    except Rejected:  # a damaged field does not reject the mail
        return data.decode("utf-8", "replace").replace("\0", "\ufffd")

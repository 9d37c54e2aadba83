"""Takes a document out of what gateways put around it: byte order marks, blanks, HTTP, MIME and the like.

WRAPPINGS is asked for its first row that fits, again and again, until a format begins; each wrapping gives a
warning.  What has a wrapping that no row knows does not look like prose, so it becomes a dead letter (text.prose).
Nothing is unpacked that may grow: no compression.  A wrapping around several documents is not opened.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Callable
from typing import NamedTuple

import orjson

from pipeline.formats.text.encoding import BOMS, decode
from pipeline.records import Rejected

WRAPPINGS_MAX = 6  # one inside the other; beyond it the payload stays as it is
FIELDS_MAX = 100  # header lines
PARTS_MAX = 20  # of a multipart body

Unwrap = Callable[[bytes], bytes | None]


class Wrapping(NamedTuple):
    """A row of WRAPPINGS: the warning, what takes the wrapping off (None: it is not there), and whether it counts
    around plain copy too.
    """

    warning: str
    unwrap: Unwrap
    around_copy: bool = False


# ---- marks and blanks -------------------------------------------------------------------------------------------

# Byte order marks (also as mojibake of Windows-1252, once or twice), control characters, blanks without a width.
_MARKS = (
    rb"\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf|\xc3\x83\xc2\xaf\xc3\x82\xc2\xbb\xc3\x82\xc2\xbf|[\x7f\x85\xa0\xad]"
    rb"|\xc2[\x80-\xa0\xad]|\xe1\x9a\x80|\xe1\xa0\x8e|\xe2\x80[\x80-\x8f\xa8-\xaf]|\xe2\x81[\x9f-\xaf]|\xe3\x80\x80"
    rb"|\xef\xbf[\xb9-\xbf]|\xff\xfe(?=[\n -~])|\xfe\xff(?=[\n -~])"
)
MARKS = re.compile(rb"(?:%b|[\x00\x02-\x15\x17-\x20])+" % _MARKS)
MARKS_AND_TELEGRAPH = re.compile(rb"(?:%b|[\x00-\x20])+" % _MARKS)  # also SOH and SYN, which begin a telegram


def _without(marks: re.Pattern[bytes]) -> Unwrap:
    def unwrap(data: bytes) -> bytes | None:
        found = marks.match(data)
        return data[found.end() :] if found else None

    return unwrap


def _wide(data: bytes) -> bytes | None:
    """UTF-16 or UTF-32 by its mark, as UTF-8."""
    if not any(data.startswith(mark) for mark, _ in BOMS[1:]) or b"\0" not in data[:64]:
        return None
    try:
        return decode(data)[0].encode()
    except (Rejected, UnicodeEncodeError):
        return None


# ---- HTTP and MIME ----------------------------------------------------------------------------------------------

START = re.compile(rb"(?:HTTP/\d(?:\.\d)? \d{3}|(?:POST|PUT|PATCH|GET) \S{1,2000} HTTP/\d)[^\n]{0,500}\n")
MESSAGE_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]*+([^\n]{0,4000}+\n(?:[ \t]++[^\n]{0,4000}+\n)*+)")
EMPTY_LINE = re.compile(rb"[ \t]*+\r?\n")
CONTENT = (b"content-", b"mime-version", b"transfer-encoding")
BOUNDARY = re.compile(rb"--([^\r\n]{1,200}?)[ \t]*\r?\n")


def _message(data: bytes) -> bytes | None:
    """The body of an HTTP message or of a MIME part, out of its transfer encoding."""
    start = START.match(data)
    at, fields = start.end() if start else 0, dict[bytes, bytes]()
    while len(fields) < FIELDS_MAX and (field := MESSAGE_FIELD.match(data, at)):
        fields[field[1].lower()] = field[2].strip().lower()
        at = field.end()
    blank = EMPTY_LINE.match(data, at)
    if blank is None or not (start or any(name.startswith(CONTENT) for name in fields)):
        return None
    body = data[blank.end() :]
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        body = _chunks(body) or body
    return _transferred(body, fields.get(b"content-transfer-encoding", b""))


def _transferred(body: bytes, encoding: bytes) -> bytes | None:
    if encoding == b"quoted-printable":
        return quopri.decodestring(body)
    return _from_base64(body) if encoding == b"base64" else body


def _from_base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return None


def _part(data: bytes) -> bytes | None:
    """The only part of a multipart body that is not empty."""
    boundary = BOUNDARY.match(data)
    if boundary is None:
        return None
    pieces = re.split(rb"\r?\n--" + re.escape(boundary[1]), data[boundary.end() :], maxsplit=PARTS_MAX)
    parts = [piece for piece in pieces if piece.strip(b"-\r\n\t ")]
    return parts[0] if len(parts) == 1 else None


CHUNK = re.compile(rb"([0-9A-Fa-f]{1,6})(?:;[^\r\n]{0,200})?\r?\n")


def _chunks(data: bytes) -> bytes | None:
    """The chunks of HTTP joined; None if one is not as long as it says."""
    body, at = bytearray(), 0
    while chunk := CHUNK.match(data, at):
        size = int(chunk[1], 16)
        at = chunk.end() + size
        if at > len(data):
            return None
        body += data[chunk.end() : at]
        if size == 0:
            return bytes(body)
        at += len(line[0]) if (line := EMPTY_LINE.match(data, at)) else 0
    return None


# ---- what scripts, browsers and editors put around a document ----------------------------------------------------

CALL = re.compile(
    rb"(?:/\*\*/)?\s*(?:[\w$.]{1,100}\s*\(|(?:(?:var|let|const)\s+)?[\w$.]{1,100}\s*=)\s*(?=[{\[])(.*[}\]])\s*\)?\s*;?\s*",
    re.DOTALL,
)
GUARD = re.compile(rb"(?:\)\]\}'?,?|while\s*\(1\);|for\s*\(;;\);|throw 1;)\s*(?=[{\[])")
DATA_URI = re.compile(rb"data:[\w.+/-]{0,100}(?:;[\w.-]{1,40}=[\w.-]{1,40})*(;base64)?,\s*", re.IGNORECASE)
ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
EVENT_LINE = re.compile(rb"(?:data|event|id|retry)?:")
FENCE = re.compile(rb"(`{3,10}|~{3,10})[\w.+-]{0,40}[ \t]*\r?\n(.*?)\r?\n?\1\s*", re.DOTALL)


def _call(data: bytes) -> bytes | None:
    found = CALL.fullmatch(data)
    return found[1] if found else None


def _guard(data: bytes) -> bytes | None:
    found = GUARD.match(data)
    return data[found.end() :] if found else None


def _data_uri(data: bytes) -> bytes | None:
    found = DATA_URI.match(data)
    if found is None:
        return None
    inner = ESCAPED.sub(lambda each: bytes.fromhex(each[1].decode()), data[found.end() :].strip())
    return _from_base64(inner) if found[1] else inner


def _event(data: bytes) -> bytes | None:
    """The data of one server-sent event."""
    lines = data.replace(b"\r\n", b"\n").strip(b"\n").split(b"\n") if EVENT_LINE.match(data) else []
    if not all(map(EVENT_LINE.match, lines)):  # an empty line, too: there are several events
        return None
    return b"\n".join(line[5:].removeprefix(b" ") for line in lines if line.startswith(b"data:"))


def _fence(data: bytes) -> bytes | None:
    found = FENCE.fullmatch(data)
    return found[2] if found else None


def _string(data: bytes) -> bytes | None:
    """The document in a string of JSON."""
    if not data.startswith(b'"'):
        return None
    try:
        text = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    inner = text.encode("utf-8", "replace") if isinstance(text, str) else b""
    return inner if inner.lstrip()[:1] in (b"{", b"[", b"<", b'"') else None


WRAPPINGS = (
    Wrapping("UTF-16 or UTF-32, read as UTF-8", _wide),  # before the marks, which are bytes
    Wrapping("marks or controls before it", _without(MARKS)),
    Wrapping("marks or controls before it", _without(MARKS_AND_TELEGRAPH)),
    Wrapping("inside an HTTP message or a MIME part", _message, around_copy=True),
    Wrapping("inside a multipart body", _part, around_copy=True),
    Wrapping("inside chunks of HTTP", _chunks),
    Wrapping("inside a call or an assignment", _call),
    Wrapping("behind a guard against scripts", _guard),
    Wrapping("inside a data: URI", _data_uri),
    Wrapping("inside a server-sent event", _event),
    Wrapping("inside a fence", _fence),
    Wrapping("inside a string of JSON", _string),
)


def unwrapped(data: bytes, begins: Callable[[bytes], bool]) -> tuple[bytes, tuple[str, ...]]:
    """The document without its wrappings, with a warning for each; the payload as it is, if none is found.

    `begins` says whether bytes begin as a format that is recognised by a mark of its own.
    """
    inner, taken = data, list[Wrapping]()
    while not begins(inner):
        row, found = next(((row, found) for row in WRAPPINGS if (found := row.unwrap(inner))), (None, b""))
        if row is None or len(taken) == WRAPPINGS_MAX:
            break
        inner = found
        taken.append(row)
    else:
        return inner, _warnings(taken)
    return (inner, _warnings(taken)) if any(row.around_copy for row in taken) else (data, ())


def _warnings(taken: list[Wrapping]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"unwrapped: {row.warning}" for row in taken))

"""Unpacks the body of an answer, within a size."""

from __future__ import annotations

import zlib

GZIP = b"\x1f\x8b"
ANY_HEADER = zlib.MAX_WBITS | 32  # gzip or zlib, whichever it is
MEMBERS_MAX = 100  # of one body: each costs a look at all that follow it
PLAIN = frozenset({"", "identity"})
KNOWN = frozenset({"gzip", "x-gzip", "deflate"})


class UnpackError(Exception):
    """It cannot be unpacked."""


class TooLargeError(Exception):
    """It is larger than allowed."""


def unpack(body: bytes, encoding: str, size_max: int) -> tuple[bytes, bool]:
    """The body, unpacked, and whether it came to its end.  Raises UnpackError, TooLargeError.

    What it is decides, not what is said: files are sent packed as they lie, and proxies unpack and do not say so.
    """
    encoding = encoding.strip().lower()
    if encoding not in PLAIN | KNOWN:
        raise UnpackError(f"it is packed as {encoding[:20]}, which was not asked for: the server has to send gzip")
    if body.startswith(GZIP):
        return _inflate(body, ANY_HEADER, size_max)
    if encoding != "deflate":
        return body, True
    try:
        return _inflate(body, ANY_HEADER, size_max)
    except UnpackError:
        return _inflate(body, -zlib.MAX_WBITS, size_max)  # without a header, as some servers understand deflate


def _inflate(body: bytes, bits: int, size_max: int) -> tuple[bytes, bool]:
    found = bytearray()
    for _ in range(MEMBERS_MAX):
        stream = zlib.decompressobj(bits)
        try:
            found += stream.decompress(body, size_max + 1 - len(found))
        except zlib.error as error:
            raise UnpackError(f"it cannot be unpacked: {error}") from None
        if len(found) > size_max:
            raise TooLargeError
        body = stream.unused_data  # gzip may have several members
        if not body.startswith(GZIP):
            return bytes(found), stream.eof
    raise UnpackError(f"it is packed in more than {MEMBERS_MAX} parts")

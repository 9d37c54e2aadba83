"""Changes of what is around a document: everything of tests/unit/wrapped.py, cuts, bytes put in and taken out."""

from __future__ import annotations

from random import Random

from wrapped import BREAKING, WRAPPINGS, Wrap

from tests.fuzz.planted.inside import Change

ENCODINGS = (
    "latin-1",
    "cp1252",
    "cp1251",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp037",
    "shift_jis",
    "gb18030",
    "utf-7",
)


def _wrapped(wrap: Wrap) -> Change:
    def changed(data: bytes, dice: Random) -> bytes:
        try:
            return wrap(data)
        except UnicodeError:
            return data  # a wrapping of text around one of bytes

    return changed


def _cut_end(data: bytes, dice: Random) -> bytes:
    return data[: dice.randrange(1, len(data) + 1)]


def _cut_beginning(data: bytes, dice: Random) -> bytes:
    return data[dice.randrange(len(data)) :]


def _cut_middle(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randrange(1, 30) :]


def _put_in(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    bytes_ = dice.choice((b"\0", b"\xff", b"\x1b", b"<", b">", b'"', b"&", b"\n\n", b"\xef\xbb\xbf", b"]]>", b"\\"))
    return data[:at] + bytes_ + data[at:]


def _recoded(data: bytes, dice: Random) -> bytes:
    """In another encoding, or misread in one."""
    one, other = dice.choice((("utf-8", dice.choice(ENCODINGS)), (dice.choice(ENCODINGS[:3]), "utf-8")))
    return data.decode(one, "replace").encode(other, "replace")


def _between_nuls(data: bytes, dice: Random) -> bytes:
    return b"\0" * dice.randrange(1, 9) + data + b"\0" * dice.randrange(9)


def _in_front(data: bytes, dice: Random) -> bytes:
    return dice.randbytes(dice.randrange(1, 6)) + data


WRAPPED: dict[str, Change] = {name: _wrapped(wrap) for name, wrap in (WRAPPINGS | BREAKING).items()}
DAMAGES: dict[str, Change] = {
    f.__name__: f for f in (_cut_end, _cut_beginning, _cut_middle, _put_in, _recoded, _between_nuls, _in_front)
}

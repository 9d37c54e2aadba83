"""Letters without case and accents, so that a phrase is written once: `VERÖFFENTLICHUNG` is `veroffentlichung`.

A text is made plain first (composed, without invisible characters); then folding keeps every position.
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
DASHES = frozenset(map(chr, (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D)))  # and the minus sign
BASES = {"ø": "o", "æ": "a", "œ": "o", "ß": "s", "đ": "d", "ł": "l", "ı": "i"}  # letters without a decomposition


class _Plain(dict[int, str | None]):
    """For str.translate: no format characters."""

    def __missing__(self, code: int) -> str | None:
        self[code] = found = None if unicodedata.category(chr(code)) == "Cf" else chr(code)
        return found


class _Folded(dict[int, str]):
    """For str.translate: each character as one character."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _folded(chr(code))
        return found


def _folded(character: str) -> str:
    if character in DASHES:
        return "-"
    if character.isspace():
        return "\n" if character in "\n\r\u2028\u2029" else " "
    base = unicodedata.normalize("NFKD", character.lower())[:1] or character
    return BASES.get(base, base)


_PLAIN, _FOLDED = _Plain(), _Folded()
_NOT_LOWER = re.compile(r"[^a-z\d\s.,:()-]+|\s+")  # for any text; three times as slow
_NOT_FOLDED = re.compile(r"[^\x00-\x7f\d]|[\t\r\v\f\x1c-\x1f]")  # of a text in lower case; few characters are
_SIGMA, _DOTTED_I = "\u03a3", "\u0130"  # capitals whose small letters depend on what follows, or are two


def plain(text: str) -> str:
    """The text composed, without soft hyphens, zero-width and other invisible characters."""
    if text.isascii() or (text.isprintable() and unicodedata.is_normalized("NFC", text)):
        return text  # format characters are not printable
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def fold(text: str) -> str:
    """The plain text in lower case without accents; as long as the text, each character in its place."""
    if text.isascii():
        return text.lower()
    if _SIGMA in text or _DOTTED_I in text:
        return _NOT_LOWER.sub(lambda run: run[0].translate(_FOLDED), text)
    return _NOT_FOLDED.sub(lambda found: _FOLDED[ord(found[0])], text.lower())

"""Letters without case and accents, so that a phrase is written once: `VERÖFFENTLICHUNG` is `veroffentlichung`.

A text is made plain first (composed, without invisible characters); then folding keeps every position.
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
DASHES = frozenset(map(chr, (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D)))  # and the minus sign
BASES = {
    "ø": "o",
    "æ": "a",
    "œ": "o",
    "ß": "s",
    "đ": "d",
    "ł": "l",
    "ı": "i",
    "ς": "σ",
}  # letters without a decomposition


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
    if "가" <= character <= "힣":
        return character  # a syllable: its first letter alone would be that of many words
    base = unicodedata.normalize("NFKD", character.lower())[:1] or character
    return BASES.get(base, base)


_PLAIN, _FOLDED = _Plain(), _Folded()
# Letters of other scripts that look like Latin ones, and small capitals.
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХУԌԚԜаеіјѕорсухһԛԝѵӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχϳᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ",
    "ABESIJKMHOPCTXYGQWaeijsopcyxhqwvlABEZHIKMNOPTYXaeiknoptuxjABCDEGHIJKLMNOPRTUVWYZ",
)
OTHER_LEADS = frozenset((*range(0xCD, 0xD5), 0xC9, 0xCA, 0xE1))
_OTHER = r"\u0370-\u052f\u1d00-\u1d22\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f"
_MIXED = re.compile(rf"[A-Za-z](?=[{_OTHER}])|[{_OTHER}](?=[A-Za-z])")
# Of UTF-8: L a Latin letter, O the first byte of one of _OTHER, - a byte that continues one.
_KINDS = bytes(
    76 if chr(byte).isalpha() and byte < 0x80 else 45 if 0x80 <= byte < 0xC0 else 79 if byte in OTHER_LEADS else 32
    for byte in range(256)
)
_LETTERS = re.compile(rf"[A-Za-z{_OTHER}]+")
_NOT_LOWER = re.compile(r"[^a-z\d\s.,:()-]+|\s+")  # for any text; three times as slow
_NOT_FOLDED = re.compile(r"[^\x00-\x7f\d]|[\t\r\v\f\x1c-\x1f]")  # of a text in lower case; few characters are
_SIGMA, _DOTTED_I = "\u03a3", "\u0130"  # capitals whose small letters depend on what follows, or are two


def plain(text: str) -> str:
    """The text composed, without soft hyphens, zero-width and other invisible characters.

    A word of letters of two scripts is in Latin ones: nobody sees that the first of `Еmbargo` is Cyrillic.
    """
    if text.isascii():
        return text
    if not (text.isprintable() and unicodedata.is_normalized("NFC", text)):  # format characters are not printable
        text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    if not (_may_mix(text) and _MIXED.search(text)):
        return text
    return _LETTERS.sub(lambda run: run[0].translate(_LOOK_ALIKES) if _MIXED.search(run[0]) else run[0], text)


def all_plain(lines: list[str]) -> list[str]:
    """The lines plain: together they nearly always are, and one look at all of them costs less than one at each."""
    text = "".join(lines)
    if text.isascii() or (text.isprintable() and unicodedata.is_normalized("NFC", text) and not _may_mix(text)):
        return lines
    return [plain(line) for line in lines]


def _may_mix(text: str) -> bool:
    """Whether a Latin letter may be beside one of another script, by the bytes: ten times as fast as a search."""
    kinds = text.encode("utf-8", "replace").translate(_KINDS)
    return b"O" in kinds and (b"LO" in kinds or b"-L" in kinds)


def fold(text: str) -> str:
    """The plain text in lower case without accents; as long as the text, each character in its place."""
    if text.isascii():
        return text.lower()
    if _SIGMA in text or _DOTTED_I in text:
        return _NOT_LOWER.sub(lambda run: run[0].translate(_FOLDED), text)
    return _NOT_FOLDED.sub(lambda found: _FOLDED[ord(found[0])], text.lower())

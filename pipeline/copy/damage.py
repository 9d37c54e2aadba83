"""Text damage, repaired for display.

ftfy repairs mojibake, where a cheap test finds signs of it.  Control characters, soft hyphens and zero-width marks
are removed; every run of blanks, NBSP and line breaks becomes one blank.
"""

from __future__ import annotations

import re

import ftfy

from pipeline.outside import untagged, without_hidden
from pipeline.values.blanks import one_line

# What UTF-8 read as Latin-1, cp1252 or cp125x leaves behind: a lead byte's letter before a continuation byte's.
_MOJIBAKE = re.compile(r"[ÂÃÄÅÎÏÐÑØÙâãàáäåðïрСР][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
# Of outside.HIDDEN what may split mojibake; C1 has halves of it, and is removed after the repair.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


LAYERS_MAX = 3  # UTF-8 misread, written, and misread again: two layers occur, four were never seen


def repair(text: str) -> str:
    """`text` as it was meant, on one line.  Adds no word; linear in its length."""
    if _is_whole(text):
        return text  # nearly always
    for _ in range(LAYERS_MAX):
        line = _repaired(text)
        if line == text or line.isascii() or not _MOJIBAKE.search(line):
            break
        text = line  # in one line it may be mojibake: a blank may be what an NBSP has become
    return line


def _is_whole(text: str) -> bool:
    """A cheap test: all is printable in one line, and nothing may be mojibake or a tag."""
    if not text.isprintable() or "  " in text or "<" in text or text[:1] == " " or text[-1:] == " ":
        return False
    return text.isascii() or not _MOJIBAKE.search(text)


def without_mojibake(text: str) -> str:
    """The text with its mojibake repaired and its lines kept; nearly all texts have none."""
    return text if text.isascii() or not _MOJIBAKE.search(text) else "\n".join(map(_mended, text.split("\n")))


def _mended(line: str) -> str:
    """The line, if it has no mojibake as it is; what is invisible in it is then somebody else's to remove."""
    seen = _without(_INVISIBLE, line)
    fixed = _unmangled(seen)
    return line if fixed == seen else one_line(fixed)


def _repaired(text: str) -> str:
    if not text.isascii():
        text = _unmangled(text)
        if (seen := without_hidden(text)) != text:
            text = _unmangled(seen)  # an invisible character may have split mojibake
    return untagged(one_line(without_hidden(text)))  # an invisible character may have split a tag too


def _unmangled(text: str) -> str:
    text = _without(_INVISIBLE, text)
    for _ in range(LAYERS_MAX):
        if not _MOJIBAKE.search(text):
            break
        fixed = _without(_INVISIBLE, ftfy.fix_encoding(text))
        if fixed == text:
            break
        text = fixed
    return text


def _without(unseen: re.Pattern[str], text: str) -> str:
    """The text without those characters.  All are unprintable; isprintable is ten times faster than a search."""
    return text if text.isprintable() else unseen.sub("", text)

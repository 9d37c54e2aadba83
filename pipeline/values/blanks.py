"""White space: text in one line, whole or shortened; uniform line ends."""

from __future__ import annotations

from pipeline.outside import untagged as untagged  # the fields of every format pass it


def one_line(text: str) -> str:
    """`text` with one blank for every run of blanks, NBSP and line breaks, and none at either end."""
    # Most texts need no change, and this test takes a quarter of the time of split and join.  Every blank but
    # U+0020 is unprintable (str.isprintable: categories Z* and C*).
    if "  " not in text and text.isprintable():
        return text.strip(" ")
    return " ".join(text.split())


def shortened(text: str, characters_max: int) -> str:
    """`text` in one line; of a longer one the beginning and `…`, together at most `characters_max`."""
    line = one_line(text[: 2 * characters_max])
    return line if len(line) <= characters_max else line[: characters_max - 1].rstrip() + "…"


def line_ends(text: str) -> str:
    """`text` with `\\n` for every line end: CR LF, CR alone, CR CR LF, which teleprinters need, NEL and U+2028."""
    if not text.isascii():
        text = text.replace("\x85", "\n").replace("\u2028", "\n")
    if "\r" not in text:
        return text
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def telegraph_lines(text: str) -> str:
    """`line_ends` of a telegram, with plain blanks: gateways put NBSP at the ends of lines."""
    return line_ends(text.replace("\xa0", " "))

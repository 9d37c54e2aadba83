"""White space and angle brackets: text in one line, uniform line ends, and no text that looks like a tag."""

from __future__ import annotations

import re

# What a browser reads as a tag, a comment or a declaration (HTML, 13.2.5.6): its beginning, and its end if there is
# one.
TAG = re.compile(r"<(?=[A-Za-z/!?])([^<>]{0,200}>)?")


def one_line(text: str) -> str:
    """`text` with one blank for every run of blanks, NBSP and line breaks, and none at either end."""
    # Most texts need no change, and this test takes a quarter of the time of split and join.  Every blank but
    # U+0020 is unprintable (str.isprintable: categories Z* and C*).
    if "  " not in text and text.isprintable():
        return text.strip(" ")
    return " ".join(text.split())


def line_ends(text: str) -> str:
    """`text` with `\\n` for every line end: CR LF, CR alone, and CR CR LF, which teleprinters need."""
    if "\r" not in text:
        return text
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def untagged(text: str) -> str:
    """`text` with `‹GM.N›` for `<GM.N>`, so that a browser shows these words and no element.

    Agencies write share symbols in this way.  Escaped markup and markup in plain copy are text too.
    """
    return TAG.sub(_angled, text) if "<" in text else text


def _angled(match: re.Match[str]) -> str:
    return f"‹{match[1][:-1]}›" if match[1] else "‹"

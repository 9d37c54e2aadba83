"""Blanks and brackets: how a text is brought into one line, and what no text may look like."""

from __future__ import annotations

import re

# What a browser takes for the beginning of a tag, a comment or a declaration (HTML, 13.2.5.6), and its end.
TAG = re.compile(r"<(?=[A-Za-z/!?])([^<>]{0,200}>)?")


def one_line(text: str) -> str:
    """`text` with one blank for every run of blanks, NBSP and line breaks, and none at either end.

    `" ".join(text.split())`, which a text that is so already is spared: three quarters of the time, and most are.
    """
    # Every blank but U+0020 is unprintable (str.isprintable: categories Z* and C*), so there is nothing to find.
    if "  " not in text and text.isprintable():
        return text.strip(" ")
    return " ".join(text.split())


def line_ends(text: str) -> str:
    """`text` with `\\n` for every line end: CR LF, CR alone, and CR CR LF, which teleprinters need."""
    if "\r" not in text:
        return text
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def untagged(text: str) -> str:
    """`text` with `‹GM.N›` for `<GM.N>`: whoever shows it as HTML shows these words and no element.

    Agencies write share symbols so; markup that a format escaped, or that stands in plain copy, is no markup here.
    """
    return TAG.sub(_angled, text) if "<" in text else text


def _angled(match: re.Match[str]) -> str:
    return f"‹{match[1][:-1]}›" if match[1] else "‹"

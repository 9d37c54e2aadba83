"""Character references in a line of text, where none belong: it was escaped once too often."""

from __future__ import annotations

import re
from html import unescape

REFERENCE = re.compile(r"&(?:amp|quot|apos|lt|gt|nbsp|#\d{2,4});")
LAYERS_MAX = 3  # two occur


def without_references(line: str) -> str:
    """The line with the characters that its references mean."""
    for _ in range(LAYERS_MAX):
        if "&" not in line or not REFERENCE.search(line):
            break
        line = unescape(line)
    return line

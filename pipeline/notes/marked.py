"""Lines of public text that are visibly addressed: in brackets, between marks, behind a label."""

from __future__ import annotations

import re
from functools import cache

from pipeline.notes.family_lists import entries_in_every_language
from pipeline.notes.fold import WORD, fold

LABEL_WORDS_MAX = 7
LABEL_LENGTH_MAX = 64  # with its colon
BRACKETS = {"(": ")", "[": "]", "{": "}", "«": "»"}
MARKS = "*=+#~_>|!/•-–—< "
MARKS_MIN = 2  # one alone is a bullet of a list
_LABEL = re.compile(r"[^\W\d_][^:\n]{1,60}?(?:\s?:|\s[-–—]{1,3})\s+(?=\S)")


def enclosed(line: str) -> str:
    """What a line has between its brackets or marks; empty if it has none."""
    first = line[:1]
    if first.isalnum():
        return ""
    if first in BRACKETS:
        inside = line[1:].rstrip(" .!")
        is_whole = inside.find(BRACKETS[first]) == len(inside) - 1
        return inside[:-1].strip(MARKS) if is_whole else ""
    inside = line.lstrip(MARKS)
    is_marked = len(line[: len(line) - len(inside)].replace(" ", "")) >= MARKS_MIN
    return inside.rstrip(MARKS) if is_marked else ""


def behind_label(line: str) -> str:
    """What follows a label such as `Note to clients:` or `Achtung Redaktionen -`; empty without one."""
    found = _LABEL.match(line)
    if found is None:
        return ""
    words = WORD.findall(fold(found[0]))
    return line[found.end() :] if len(words) <= LABEL_WORDS_MAX and words_of_labels().issuperset(words) else ""


def tag_in_label(line: str) -> str:
    """The words before a colon that are not of a label, if others are: `Achtung, Annullierung:` has one."""
    found = _LABEL.match(line) if ":" in line[:LABEL_LENGTH_MAX] else None
    if found is None or ":" not in found[0]:
        return ""
    words = WORD.findall(fold(found[0]))
    rest = [word for word in words if word not in words_of_labels()]
    return " ".join(rest) if len(rest) < len(words) <= LABEL_WORDS_MAX else ""


@cache
def words_of_labels() -> frozenset[str]:
    """The words that a label is made of, in all languages."""
    return frozenset(word for entry in entries_in_every_language("label") for word in WORD.findall(entry))

"""Lines of public text that are addressed as a whole: between marks, behind a label, by nearly all their words."""

from __future__ import annotations

import re
from functools import cache

from pipeline.notes.families import acts_of_line, is_correction
from pipeline.notes.fold import WORD, fold
from pipeline.notes.marked import behind_label, enclosed, tag_in_label
from pipeline.notes.phrases import Act, words_in
from pipeline.notes.rules import EDGE, MARKED
from pipeline.notes.scopes import QUOTES
from pipeline.notes.short_tags import act_of_status
from pipeline.notes.tag_words import act_of_tag

_TAGS_APART = re.compile(r"\s[-–—]+\s|[;:/|.,]")
LABELLED_LENGTH_MAX = 60
_QUALIFIED = re.compile(r"(?P<label>[^\W\d_][^():\n]{2,40}?) ?\((?P<inside>[^()\n]{2,40})\) ?[:–—-]")
_SLASH_LABEL = re.compile(r"([^\W\d_a-zß-ÿ]{3,8}|Eds|Desk)/ ?(?=\S)")  # `EDS/ call Ana Ruiz`
_QUOTED = re.compile(r"[\"“„«'‘]([^\"”“»'’:\n]{3,60}?)(?: ?:[\"”“»'’]| ?[\"”“»'’] ?(?:[:–—-]|$))")


def addressed_acts(line: str, *, at_edge: bool) -> frozenset[Act]:
    """What a line says as a whole: more freely between marks or behind a label, else by nearly all its words."""
    if line[:1].islower() or line[:1] in QUOTES:
        return frozenset()  # it goes on with the sentence of the line before, or quotes somebody
    if not at_edge:
        return acts_of_line(line)
    inside = enclosed(line)
    rest = behind_label(inside or line)
    if rest or inside:
        return acts_of_line(rest or inside, MARKED) or _acts_of_parts(inside) or _private_tag(inside)
    return acts_of_line(line) or acts_of_line(line, EDGE)


def _acts_of_parts(inside: str) -> frozenset[Act]:
    """The tags between dashes, in capitals, of what is between marks; a line that begins as a correction is one."""
    parts = _TAGS_APART.split(inside) if inside.isupper() else []
    acts = frozenset(act for part in parts if (act := act_of_tag(part)))
    return acts or (frozenset({Act.CORRECTION}) if inside and is_correction(inside) else frozenset())


def _private_tag(inside: str) -> frozenset[Act]:
    """What is between marks if it is nothing but a private marker: `## Internes`."""
    return frozenset({Act.PRIVATE}) if inside and act_of_tag(inside) is Act.PRIVATE else frozenset()


def tag_before_colon(line: str) -> frozenset[Act]:
    """The tag in the label of a line, or behind one: `Attention editors, CORRECTION: …`, `Status: on hold`."""
    inside = enclosed(line) or line
    tag = tag_in_label(inside)
    act = act_of_tag(tag) if tag else act_of_status(inside)
    return frozenset({act}) if act else frozenset()


def private_label(line: str) -> Act | None:
    """What a label does that is qualified, cut off by a slash or quoted: `EDITORS' NOTE (private): …`, `EDS/ …`."""
    found = _QUALIFIED.match(line) if "(" in line[:LABELLED_LENGTH_MAX] else None
    if found:
        inside = fold(found["inside"]).strip()
        is_label = _label_words().issuperset(WORD.findall(fold(found["label"])))
        is_private = act_of_tag(inside) is Act.PRIVATE and (is_label or " " in inside)
        return Act.PRIVATE if is_private or (is_label and inside in words_in("secret")) else None
    if "/" in line[:9] and (found := _SLASH_LABEL.match(line)):
        return Act.LABEL if fold(found[1]) in words_in("editor") | {"eds", "desk"} else None
    if line[:1] in QUOTES and (found := _QUOTED.match(line)):
        return Act.PRIVATE if act_of_tag(found[1]) is Act.PRIVATE else None
    return None


@cache
def _label_words() -> frozenset[str]:
    """The words of a label for editors, in all languages."""
    return (
        words_in("reader") | words_in("note") | words_in("note_to") | words_in("label") | words_in("editor") | {"s"}
    )


def is_to_desk(inside: str) -> bool:
    """Whether the text of a bracket is addressed by one word: `(Desk: call Ana Ruiz)`."""
    reader, colon, _ = inside.partition(":")
    return bool(colon) and fold(reader.strip()) in words_in("reader")

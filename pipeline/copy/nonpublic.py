"""Non-public notes: what follows such a marker is for the newsroom only (docs/design/laws.md#law-5).

A false marker costs the foot of an item, a missed one leaks contacts.  So markers are looked for anywhere, in every
language that the wires use them in, and across line breaks.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Marker(NamedTuple):
    """A marker: the name of its rule, the strings that it cannot do without (the rarest first), and its pattern."""

    rule: str
    needles: tuple[str, ...]  # lower case
    pattern: re.Pattern[str]


def _marker(rule: str, needles: str, pattern: str) -> Marker:
    return Marker(rule, tuple(needles.split()), re.compile(pattern, re.IGNORECASE | re.MULTILINE))


# A marker that is a line of its own, even where a dateline, a note or a sign-off shares that line.
_START = r"(?:^|(?<=[)\].:!?–—_/-]))[\W_]{0,6}"
_END = r"[\W_]{0,4}(?:$|\()"
_WORDS = r"(?:\w{1,30}\s+)"
_PUBLICATION_DE = r"(?:zur|für\s+die)\s+ver(?:ö|o\u0308|oe|o)ffentlichung"

MARKERS = (
    _marker(
        "the-following-is-not-for-publication",
        "publication following",
        rf"\bthe\s+following\s+{_WORDS}{{0,3}}(?:is|are)\s+not\s+(?:intended\s+|meant\s+|destined\s+)?for\s+publication",
    ),
    _marker("not-for-publication", "publication not for", rf"{_START}not\s+for\s+publication{_END}"),
    _marker("not-for-publication", "publication not for", r"\bnot\s+for\s+publication:"),
    _marker(
        "folgendes-nicht-zur-veröffentlichung",
        "ffentlichung nicht",
        r"(?:\b(?:die|der|das)\s+)?\b(?:nach)?(?:folgend|stehend)e[nrs]?\s+"
        rf"{_WORDS}{{0,2}}(?:sind|ist)\s+nicht\s+{_PUBLICATION_DE}",
    ),
    _marker(
        "nicht-zur-veröffentlichung",
        "ffentlichung nicht",
        rf"{_START}nicht\s+{_PUBLICATION_DE}(?:\s+bestimmt)?{_END}",
    ),
    _marker(
        "ne-pas-publier",
        "destin publi pas",
        rf"\bles\s+{_WORDS}(?:suivante?s|ci-dessous)\s+ne\s+sont\s+pas\s+destinée?s\s+à\s+(?:la\s+|être\s+)?publi",
    ),
    _marker(
        "no-para-publicar",
        "siguiente no publica",
        r"\blas?\s+siguientes?\s+informaci(?:o|ó)n(?:es)?\s+no\s+(?:está|son|es)n?\s+"
        r"(?:destinadas?\s+)?(?:a|para)\s+(?:su\s+)?publica",
    ),
    _marker(
        "niet-voor-publicatie",
        "publicatie niet",
        r"\bde\s+(?:onderstaande|volgende)\s+informatie\s+is\s+niet\s+(?:bestemd\s+|bedoeld\s+)?voor\s+publicatie",
    ),
    # dpa's notepad has public and non-public sections, which plain copy does not separate reliably.
    _marker("notepad", "notizblock", rf"{_START}notizblock{_END}"),
    _marker("notepad", "# notebook", rf"#{{1,3}} ?notebook{_END}"),
)  # fmt: skip


_RAREST = dict.fromkeys(
    marker.needles[0] for marker in MARKERS
)  # several markers share one, which is looked for once
CUTS_MAX = 4  # after a cut, what is left may end with another marker


def public_part(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` up to the first marker, and the rules that found one; nothing of what follows it is kept."""
    rules: tuple[str, ...] = ()
    while len(rules) < CUTS_MAX and (marker := find_marker(text)):
        start, rule = marker
        text = text[:start].rstrip(" \n([*#-–")
        rules = (*rules, rule)
    return text, rules


def find_marker(text: str) -> tuple[int, str] | None:
    """Where in `text` (one paragraph a line) the first marker is, and its rule."""
    folded = text.lower()
    rarest = {needle for needle in _RAREST if needle in folded}
    found = [
        (match.start(), marker.rule)
        for marker in MARKERS
        if marker.needles[0] in rarest
        and all(map(folded.__contains__, marker.needles))
        and (match := marker.pattern.search(text))
    ]
    return min(found, default=None)

"""The subject of a mail: what mail programs put before it, and a note of an embargo before the headline itself.

    Fwd: [EXTERNAL] EMBARGO until 12 January 2027, 10:00 GMT: Lomsk opens a tunnel

Only the copy shows that the headline begins there: what follows may be more of the note (`radio only`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.notes import Addressee, Passage, may_limit, read_headline, read_notes
from pipeline.values.accents import place_key

# What mail programs put before a subject: answers, forwards, tags of filters and lists, quotes.
BEFORE_SUBJECT = re.compile(
    r"(?:(?:re|fwd?|aw|wg|tr|rv|vs|sv|antw|i|r)(?:\[\d+\])? ?: ?|\[[^\[\]]{1,40}\] ?|[\"'“”„«»‘’\s]+)+",
    re.IGNORECASE,
)
LABELS = (  # what a press release is called
    r"(?:(?:press|media|news) release|(?:presse|medien)(?:mitteilung|information)|communiqué(?: de presse)?"
    r"|(?:nota|comunicado) de (?:prensa|imprensa)|comunicato stampa|persbericht|pressmeddelande|pressemeddelelse"
    r"|pressemelding|(?:lehdistö)?tiedote|tisková zpráva|tlačová správa|informacja prasowa|sajtóközlemény"
    r"|comunicat de presă|basın bülteni|пресс-релиз|пресреліз)"
)
LABEL = re.compile(rf"{LABELS}(?: ?: ?| [-–—|] )", re.IGNORECASE)
SUBJECT_LENGTH_MAX = 300  # of one that may have a note before its headline
SEPARATOR = re.compile(r": | [-–—|] ")
SEPARATORS_MAX = 4
WORD_LENGTH_MIN, STEM_LENGTH = 4, 5  # of the words that the copy has again, in any form
COPY_LENGTH_MAX = 4_000
SHARE_MIN, WORDS_MIN = 0.5, 2  # of them


class Subject(NamedTuple):
    """A subject: the note before its headline, if it has one that is understood whole, and the headline."""

    note: str
    headline: str


def without_prefixes(subject: str) -> str:
    """The subject without what mail programs put before it."""
    found = BEFORE_SUBJECT.match(subject)
    return subject[found.end() :].rstrip("\"'“”«»‘’ ") if found else subject


def subject_of(text: str, copy: Iterable[str]) -> Subject:
    """The parts of a subject; `copy`: the paragraphs below it."""
    subject = without_prefixes(text)
    if len(subject) <= SUBJECT_LENGTH_MAX and any(map(str.isdigit, subject)):
        for separator, _ in zip(SEPARATOR.finditer(subject), range(SEPARATORS_MAX), strict=False):
            note, headline = subject[: separator.start()], subject[separator.end() :]
            stated = read_headline(note, None).embargo
            if stated and stated.until and _is_headline(headline, copy):
                return Subject(note, _without_label(headline))
    return Subject("", _without_label(subject))


def _without_label(headline: str) -> str:
    """The headline without what says that it is a press release: `Press release: Lomsk opens a tunnel`."""
    label = LABEL.match(headline)
    return headline[label.end() :] or headline if label else headline


def _is_headline(text: str, copy: Iterable[str]) -> bool:
    """Whether it is surely no note: it limits nothing, says nothing to editors, and the copy has its words."""
    said = read_notes([Passage(addressee, text, "") for addressee in (Addressee.HEADLINE, Addressee.EDITORS)], None)
    if said.signals or said.embargo or text[:1].islower() or may_limit(text):
        return False
    stems = {word[:STEM_LENGTH] for word in place_key(text).split() if len(word) >= WORD_LENGTH_MIN}
    known = {word[:STEM_LENGTH] for word in place_key("\n".join(copy)[:COPY_LENGTH_MAX]).split()}
    return len(stems & known) >= max(WORDS_MIN, SHARE_MIN * len(stems))

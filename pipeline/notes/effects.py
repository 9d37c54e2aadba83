"""What marks mean for their item: signals, and an embargo with an end only where every word is understood."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from pipeline.items import Signal
from pipeline.notes.fold import WORD
from pipeline.notes.lifts import is_lift_of_all
from pipeline.notes.marks import Mark, Text
from pipeline.notes.passages import MARKS_MAX, NOT_UNDERSTOOD, NOTHING, Notice
from pipeline.notes.phrases import Act, words
from pipeline.notes.times import read_end
from pipeline.values.embargo import Embargo, strictest

EMBARGO_TEXT_MAX = 300
SIGNALS = {
    Act.HOLD: Signal.HOLD,
    Act.KILL: Signal.KILL,
    Act.CORRECTION: Signal.CORRECTION,
    Act.UPDATE: Signal.UPDATE,
    Act.RELEASE: Signal.RELEASE,
}
OVER = frozenset({Act.FREE, Act.RELEASE})
# What a statement is not written with: `?`, an empty box, a cross.
DOUBT = re.compile(r"[^\w\s.,:;!'’\"“”„«»()\[\]*=_/|–—-]|\[\s*\]|\(\s*\)")
_SENTENCE_END = re.compile(r"[.;!?]\s+|\n")
_CLAUSE_END = re.compile(r"[.:;!?()\[\]|*–—\n]|\s-")
_DIGIT = re.compile(r"\d")


def together(notices: Iterable[Notice]) -> Notice:
    """Several notices as one: all signals, the strictest embargo."""
    found = [notice for notice in notices if notice is not NOTHING]
    if len(found) < 2:
        return found[0] if found else NOTHING
    return Notice(
        tuple(sorted({signal for notice in found for signal in notice.signals})),
        strictest(notice.embargo for notice in found),
    )


def notice_of(text: Text, marks: Sequence[Mark], issued: datetime | None) -> Notice:
    """What a note says: a line of public text, a bracket, a field for editors with its lines."""
    if not marks:
        return NOTHING
    if any(mark.act is Act.RELEASE for mark in marks) and is_lift_of_all(text, marks):
        marks = [mark for mark in marks if mark.act in OVER]  # `Embargo lifted. May be used now.`
    signals = {SIGNALS[mark.act] for mark in marks if mark.act in SIGNALS and mark.act is not Act.RELEASE}
    if len(marks) > MARKS_MAX:
        return Notice(tuple(sorted(signals)), NOT_UNDERSTOOD.embargo)
    embargoes = []
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text.folded)), len(text.folded)]
    digits = _digits(text.plain)
    for start, end in _lines(text.plain):
        inside = marks[bisect_left(marks, start, key=_start_of) : bisect_left(marks, end, key=_start_of)]
        if any(mark.act is Act.EMBARGO for mark in inside):
            embargoes.append(_embargo(text, start, end, inside, issued, digits))
            continue
        over = [mark for mark in inside if mark.act in OVER]
        if not all(_is_understood(text, *sentence, inside) for sentence in _sentences(ends, over)):
            embargoes.append(Embargo(None, text.plain[start:end][:EMBARGO_TEXT_MAX]))  # `embargo lifted at noon`
        elif any(mark.act is Act.RELEASE for mark in over):
            signals.add(Signal.RELEASE)
    if Signal.RELEASE in signals and not is_lift_of_all(text, marks):
        signals.remove(Signal.RELEASE)
        embargoes.append(Embargo(None, text.plain[:EMBARGO_TEXT_MAX]))  # `Embargo lifted. Only for radio.`
    return Notice(tuple(sorted(signals)), strictest(embargoes))


def notice_of_acts(acts: frozenset[Act], text: str) -> Notice:
    """What a note says of which no time is known: an embargo of it has no end."""
    if not acts:
        return NOTHING
    signals = tuple(sorted(SIGNALS[act] for act in acts if act in SIGNALS))
    return Notice(signals, Embargo(None, text[:EMBARGO_TEXT_MAX]) if Act.EMBARGO in acts else None)


def without_lift(notice: Notice, text: str) -> Notice:
    """The notice without a lift that is not understood whole: there is an embargo, and it has no end."""
    signals = tuple(signal for signal in notice.signals if signal is not Signal.RELEASE)
    return Notice(signals, strictest((notice.embargo, Embargo(None, text[:EMBARGO_TEXT_MAX]))))


def _lines(plain: str) -> Iterable[tuple[int, int]]:
    start = 0
    for line in plain.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _start_of(mark: Mark) -> int:
    return mark.start


def _digits(plain: str) -> tuple[int, int]:
    """Where the first digit is, and the end of the last one; without one a place behind the text, and 0."""
    first = _DIGIT.search(plain)
    if first is None:
        return len(plain), 0
    return first.start(), next(at for at in range(len(plain), 0, -1) if plain[at - 1].isdecimal())


def _embargo(
    text: Text, start: int, end: int, marks: Sequence[Mark], issued: datetime | None, digits: tuple[int, int]
) -> Embargo:
    """The embargo of a line.  A figure in another line of the same note may move its end: then it has none."""
    shown = text.plain[start:end].strip()[:EMBARGO_TEXT_MAX]
    if digits[0] < start or digits[1] > max(end, marks[-1].end):
        return Embargo(None, shown)
    pieces, at = [], _after_lead(text, start, min(mark.start for mark in marks))
    for mark in marks:
        known = mark.act in OVER or mark.act is Act.EMBARGO or mark.act is Act.LABEL
        pieces += [text.plain[at : mark.start], mark.kept] if known else [text.plain[at : mark.end]]
        at = mark.end
    return Embargo(read_end(" ".join((*pieces, text.plain[at:end])), issued), shown)


def _after_lead(text: Text, start: int, end: int) -> int:
    """`end` if nothing but words that lead to a note stand before it, else `start`."""
    leads = words("lead") | words("label")
    return end if all(word in leads for word in WORD.findall(text.folded, start, end)) else start


def _sentences(ends: Sequence[int], over: Iterable[Mark]) -> set[tuple[int, int]]:
    """Where the sentences around these marks begin and end; `ends` are those of all sentences, with both edges."""
    return {(ends[bisect_right(ends, mark.start) - 1], ends[bisect_left(ends, mark.end)]) for mark in over}


def _is_understood(text: Text, start: int, end: int, marks: Sequence[Mark]) -> bool:
    """Whether the sentence around `no embargo` or `embargo lifted` has nothing that could take it back.

    Neither has the one behind it: `Embargo lifted? Not yet`, `Embargo lifted: no`, `Embargo lifted. No.`
    """
    if DOUBT.search(text.plain, start, end) or is_denied(text, end):
        return False
    spoken = _spoken()
    for word in WORD.finditer(text.folded, start, end):
        if word[0] not in spoken:
            before = bisect_right(marks, word.start(), key=_start_of) - 1  # marks are in order and apart
            if before < 0 or not start <= marks[before].start or word.start() >= marks[before].end:
                return False
    return True


def is_denied(text: Text, at: int) -> bool:
    """Whether only words that deny or doubt stand between `at` and the next mark: `no`, `not yet`, `tbc`."""
    following = WORD.findall(text.folded, at, _clause_end(text, at))
    return bool(following) and words("denial").issuperset(following)


def _clause_end(text: Text, at: int) -> int:
    first = WORD.search(text.folded, at)
    found = _CLAUSE_END.search(text.folded, first.start()) if first else None
    return found.start() if found else len(text.folded)


@cache
def _spoken() -> frozenset[str]:
    """The words that a sentence without an embargo may have besides its phrases."""
    return (words("harmless") | words("lead") | words("label")) - words("denial")

"""What phrases mean for their item: signals, and an embargo with an end only where every word is understood."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from pipeline.items import Signal
from pipeline.notes.fold import WORD
from pipeline.notes.lifts import is_lift_of_all
from pipeline.notes.passages import NOT_UNDERSTOOD, NOTE_PHRASES_MAX, NOTHING, NoteMeaning
from pipeline.notes.phrase_matches import PhraseMatch, Text
from pipeline.notes.phrases import Act, words_in
from pipeline.notes.times import read_end
from pipeline.values.dates import EMBARGO_MIN
from pipeline.values.embargo import Embargo, strictest

EMBARGO_TEXT_MAX = 300
SIGNALS = {
    Act.HOLD: Signal.HOLD,
    Act.KILL: Signal.KILL,
    Act.CORRECTION: Signal.CORRECTION,
    Act.UPDATE: Signal.UPDATE,
    Act.RELEASE: Signal.RELEASE,
}
OVER = frozenset({Act.NO_EMBARGO, Act.RELEASE})
# What a statement is not written with: `?`, an empty box, a cross.
DOUBT = re.compile(r"[^\w\s.,:;!'’\"“”„«»()\[\]*=_/|–—-]|\[\s*\]|\(\s*\)")
_SENTENCE_END = re.compile(r"[.;!?]\s+|\n")
_CLAUSE_END = re.compile(r"[.:;!?()\[\]|*–—\n]|\s-")
_DIGIT = re.compile(r"\d")


def together(meanings: Iterable[NoteMeaning]) -> NoteMeaning:
    """Several meanings as one: all signals, the strictest embargo."""
    found = [meaning for meaning in meanings if meaning is not NOTHING]
    if len(found) < 2:
        return found[0] if found else NOTHING
    return NoteMeaning(
        tuple(sorted({signal for meaning in found for signal in meaning.signals})),
        strictest(meaning.embargo for meaning in found),
    )


def meaning_of(text: Text, matches: Sequence[PhraseMatch], issued: datetime | None) -> NoteMeaning:
    """What a note says: a line of public text, a bracket, a field for editors with its lines."""
    if not matches:
        return NOTHING
    if any(match.act is Act.RELEASE for match in matches) and is_lift_of_all(text, matches):
        matches = [match for match in matches if match.act in OVER]  # `Embargo lifted. May be used now.`
    signals = {SIGNALS[match.act] for match in matches if match.act in SIGNALS and match.act is not Act.RELEASE}
    if len(matches) > NOTE_PHRASES_MAX:
        return NoteMeaning(tuple(sorted(signals)), NOT_UNDERSTOOD.embargo)
    embargoes = []
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text.folded)), len(text.folded)]
    digits = _digits(text.plain)
    for start, end in _lines(text.plain):
        inside = matches[bisect_left(matches, start, key=_start_of) : bisect_left(matches, end, key=_start_of)]
        if any(match.act is Act.EMBARGO for match in inside):
            embargoes.append(_embargo(text, start, end, inside, issued, digits))
            continue
        over = [match for match in inside if match.act in OVER]
        if not all(_is_understood(text, *sentence, inside) for sentence in _sentences(ends, over)):
            embargoes.append(Embargo(None, text.plain[start:end][:EMBARGO_TEXT_MAX]))  # `embargo lifted at noon`
        elif any(match.act is Act.RELEASE for match in over):
            signals.add(Signal.RELEASE)
    if Signal.RELEASE in signals and not is_lift_of_all(text, matches):
        signals.remove(Signal.RELEASE)
        embargoes.append(Embargo(None, text.plain[:EMBARGO_TEXT_MAX]))  # `Embargo lifted. Only for radio.`
    return NoteMeaning(tuple(sorted(signals)), strictest(embargoes))


def meaning_of_acts(acts: frozenset[Act], text: str) -> NoteMeaning:
    """What a note says of which no time is known: an embargo of it has no end."""
    if not acts:
        return NOTHING
    signals = tuple(sorted(SIGNALS[act] for act in acts if act in SIGNALS))
    return NoteMeaning(signals, Embargo(None, text[:EMBARGO_TEXT_MAX]) if Act.EMBARGO in acts else None)


def without_lift(meaning: NoteMeaning, text: str) -> NoteMeaning:
    """The meaning without a lift that is not understood whole: there is an embargo, and it has no end."""
    signals = tuple(signal for signal in meaning.signals if signal is not Signal.RELEASE)
    return NoteMeaning(signals, strictest((meaning.embargo, Embargo(None, text[:EMBARGO_TEXT_MAX]))))


def _lines(plain: str) -> Iterable[tuple[int, int]]:
    start = 0
    for line in plain.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _start_of(match: PhraseMatch) -> int:
    return match.start


def _digits(plain: str) -> tuple[int, int]:
    """Where the first digit is, and the end of the last one; without one a place behind the text, and 0."""
    first = _DIGIT.search(plain)
    if first is None:
        return len(plain), 0
    return first.start(), next(at for at in range(len(plain), 0, -1) if plain[at - 1].isdecimal())


def _embargo(
    text: Text,
    start: int,
    end: int,
    matches: Sequence[PhraseMatch],
    issued: datetime | None,
    digits: tuple[int, int],
) -> Embargo:
    """The embargo that a line states.

    If another line of the note has a digit, the embargo has no end, because that line may move it.
    """
    shown = text.plain[start:end].strip()[:EMBARGO_TEXT_MAX]
    if digits[0] < start or digits[1] > max(end, matches[-1].end):
        return Embargo(None, shown)
    pieces, at = [], _after_lead(text, start, min(match.start for match in matches))
    for match in matches:
        known = match.act in OVER or match.act is Act.EMBARGO or match.act is Act.LABEL
        pieces += [text.plain[at : match.start], match.kept] if known else [text.plain[at : match.end]]
        at = match.end
    until = read_end(" ".join((*pieces, text.plain[at:end])), issued)
    return Embargo(until if until and until >= EMBARGO_MIN else None, shown)


def _after_lead(text: Text, start: int, end: int) -> int:
    """`end` if only words that lead to a note are before it, else `start`."""
    leads = words_in("lead") | words_in("label")
    return end if all(word in leads for word in WORD.findall(text.folded, start, end)) else start


def _sentences(ends: Sequence[int], over: Iterable[PhraseMatch]) -> set[tuple[int, int]]:
    """Where the sentences around these phrases begin and end; `ends` are those of all, with both edges."""
    return {(ends[bisect_right(ends, match.start) - 1], ends[bisect_left(ends, match.end)]) for match in over}


def _is_understood(text: Text, start: int, end: int, matches: Sequence[PhraseMatch]) -> bool:
    """Whether nothing in the sentence with `no embargo` or `embargo lifted`, nor directly after it, takes it back.

    These do: `Embargo lifted? Not yet`, `Embargo lifted: no`, `Embargo lifted. No.`
    """
    if DOUBT.search(text.plain, start, end) or is_denied(text, end):
        return False
    spoken = _spoken()
    for word in WORD.finditer(text.folded, start, end):
        if word[0] not in spoken:
            before = bisect_right(matches, word.start(), key=_start_of) - 1  # they are in order and apart
            if before < 0 or not start <= matches[before].start or word.start() >= matches[before].end:
                return False
    return True


def is_denied(text: Text, at: int) -> bool:
    """Whether only words that deny or doubt are between `at` and the end of its clause: `no`, `tbc`."""
    following = WORD.findall(text.folded, at, _clause_end(text, at))
    return bool(following) and words_in("denial").issuperset(following)


def _clause_end(text: Text, at: int) -> int:
    first = WORD.search(text.folded, at)
    found = _CLAUSE_END.search(text.folded, first.start()) if first else None
    return found.start() if found else len(text.folded)


@cache
def _spoken() -> frozenset[str]:
    """The words that a sentence without an embargo may have besides its phrases."""
    return (words_in("harmless") | words_in("lead") | words_in("label")) - words_in("denial")

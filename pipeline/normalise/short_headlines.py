"""The headline of an item as a label: without the site's name and without who says it, at most 60 characters.

One that is longer loses clauses from its end; if that is not enough, what is attached to its end; else words.
"""

from __future__ import annotations

import re

from pipeline.copy.event_words import event_words
from pipeline.copy.folding import fold_word
from pipeline.copy.word_lists import MARKS, clause_marks, helping_verbs, idle_words, word_lists
from pipeline.features import Phrase, Trait
from pipeline.normalise.chunks import AnnotatedWords
from pipeline.normalise.tokens import HEADLINE, Tokens
from pipeline.normalise.viterbi import NAME, OTHER

LABEL_CHARACTERS_MAX = 60
WORDS_MIN = 3  # a shorter headline is a rubric
CUT_CHARACTERS_MIN = 16  # what is left of a headline that was cut, if possible
SITE_WORDS_MAX = 5
SOURCE_WORDS_MAX = 3
KICKER_WORDS_MAX = 5  # before a colon, that a headline too long can do without
REST_WORDS_MAX = 3  # after a mark, with it: too little to say anything

_DASH = re.compile(r"""(?<!\s)\s++(?:(?:[-|•·"]|::)\s++|:\s++(?=[A-Z]{2,8}$))""")
_ENDS = " \t,;:-–—|/(["
_OPENED, _CLOSED = re.compile(r"(?<!\w)'(?=\w)"), re.compile(r"(?<=[\w.,!?])'(?!\w)")
# The bits of features.Trait as plain integers, as in candidates.
WHOLE, EVENTFUL, CUT, ASIDE = Trait.HEADLINE.value, Trait.EVENTFUL.value, Trait.CUT.value, Trait.ASIDE.value
_UNITS = frozenset("%€°")  # written behind a figure, no words
_ADVERB, _PARTICIPLE = "ly", "ed"
_NO_VERB = ("ing", "ly", ".")  # a participle, an adverb, an abbreviation
_LOOSE = frozenset(("of",))
_SENTENCE_ENDS = frozenset(".!?")
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)\W*(?:$| [-|])")
# A term, not what somebody says: 'Black Friday' sales slump.
_TERM_QUOTED = re.compile(r"""["'](?:[^\s"':!?]{1,30} ){0,2}[^\s"':!?]{1,30}["'] \w[^:?!]*$""")
_QUOTED = re.compile(r"""^["']|: ?["']|[?!]""")


def short_headline(tokens: Tokens, words: AnnotatedWords, language: str) -> Phrase | None:
    """The headline as a label, spelt as `words` show it; None where it has too few words.

    Trait.CUT says that it does not end where it or a clause of it does.
    """
    if not tokens.spans:
        return None
    spans, lists = tokens.spans, word_lists(language)
    cutter = _Cutter(_respelt(tokens.headline, spans, words.shown), spans, words, language)
    start, end, cut = cutter.range()
    low = words.low[start:end]
    if sum(word[0].isalnum() for word in low) < WORDS_MIN or cutter.characters(start, end) > LABEL_CHARACTERS_MAX:
        return None
    first = spans[start][0]
    first -= cutter.text[first - 1 : first] == "'"  # the mark before it belongs to its first word
    last = spans[end - 1][1]
    last += cutter.text[last : last + 1] in _UNITS
    last += cutter.text[last : last + 1] == "'" and _is_open(cutter.text[first:last])
    surface = _unquoted(" ".join(cutter.text[first:last].strip(_ENDS).split()))
    verbs = event_words(language).verbs
    eventful = any(word in verbs or fold_word(word) in lists.events for word in low)
    asks = low[0] in lists.asking or not lists.voices.isdisjoint(low) or "?" in words.low[start : len(spans)]
    column = not lists.opining.isdisjoint(words.low[:start])
    judges = not lists.judging.isdisjoint(low) and lists.saying.isdisjoint(low) and ":" not in low
    quoted = _QUOTED.search(surface) and not _TERM_QUOTED.match(surface)
    aside = asks or column or judges or quoted or not (eventful or cutter.says(start, end))
    traits = (
        (WHOLE, True),
        (CUT, cut or _ELLIPSIS.search(tokens.headline)),
        (EVENTFUL, eventful),
        (ASIDE, aside or cut & ASIDE),
    )
    key = " ".join(word for word in low if word[0].isalnum())
    flags = sum(trait for trait, holds in traits if holds)
    at = int(surface[0] in "\"'")
    return Phrase(key, surface[:at] + surface[at : at + 1].upper() + surface[at + 1 :], HEADLINE, flags)


class _Cutter:
    """Finds the words of one headline that make a label.  A range ends before its second number."""

    def __init__(self, text: str, spans: list[tuple[int, int]], words: AnnotatedWords, language: str) -> None:
        self.text = text
        self.spans = spans
        self.words = words
        self.low = words.low
        self.lists = word_lists(language)
        self.idle = idle_words(language)
        self.verbs = helping_verbs(language)
        self.clauses = clause_marks(language)
        self.events = event_words(language).verbs

    def range(self) -> tuple[int, int, int]:
        """First word, end, and CUT if it does not end where the headline or a clause of it does."""
        end = self._before_source(self._before_site())
        start = self._after_source(end)
        stop, cut = self._short_enough(start, end)
        if stop < end and (colon := self._unfinished_quotation(start, stop)):
            return start, colon, 0
        rest = next(
            (n + 1 for n in range(start + 1, min(start + KICKER_WORDS_MAX, end - WORDS_MIN)) if self.low[n] == ":"),
            end,
        )
        if cut and rest < end and self.characters(rest, end) <= LABEL_CHARACTERS_MAX and self.says(rest, end):
            return rest, end, 0
        return start, stop, cut

    def _unfinished_quotation(self, start: int, end: int) -> int:
        """The place of the colon before a quotation that does not end before `end`; 0 if there is none."""
        low, spans = self.low, self.spans
        colon = next((at for at in range(end - 2, start + WORDS_MIN - 1, -1) if low[at] == ":"), 0)
        quoted = self.text[spans[colon][1] : spans[end - 1][1]].lstrip() if colon else ""
        double = quoted.startswith('"') and quoted.count('"') == 1
        single = quoted.startswith("'") and _is_open(quoted)
        return colon if (double or single) and self.says(start, colon, doing=True) else 0

    def says(self, start: int, end: int, *, doing: bool = False) -> bool:
        """Whether a word in it, not the first, may be a verb; `doing`: or a participle, "Kochs running ads"."""
        low, classes, verbs = self.low, self.words.classes, self.verbs
        inner = [low[at] for at in range(start + 1, end) if classes[at] == OTHER and low[at] != "to"]
        return any(
            word in verbs
            or (word[0].isalpha() and word not in self.idle and (doing or not word.endswith(_NO_VERB)))
            for word in inner
        )

    def _before_site(self) -> int:
        """Where the name of a site begins: words with a capital behind a dash; else the end."""
        text, spans, low = self.text, self.spans, self.low
        for dash in _DASH.finditer(text):
            head = sum(start < dash.start() for start, _ in spans)
            tail = range(head, len(spans))
            small = [n for n in tail if text[spans[n][0]].islower() and low[n] not in self.lists.stop]
            named = not small and (
                len(tail) <= SITE_WORDS_MAX or any(text[spans[n][0]].islower() for n in range(head))
            )
            if head > WORDS_MIN and (named or dash[0].strip() != "-"):
                return head
        return len(spans)

    def _before_source(self, end: int) -> int:
        """Without ", police say" or ": reports" at the end."""
        low = self.low
        while end > WORDS_MIN and not low[end - 1][0].isalnum():
            end -= 1
        marks = [at for at in range(max(WORDS_MIN, end - 1 - SOURCE_WORDS_MAX), end - 1) if low[at] in ",:-"]
        return marks[-1] if marks and not self.lists.sources.isdisjoint(low[marks[-1] + 1 : end]) else end

    def _after_source(self, end: int) -> int:
        """Without "Police:", "Opinion |" or "LAPD:" at the beginning."""
        low, lists = self.low, self.lists
        colon = next((n for n in range(1, min(SOURCE_WORDS_MAX, end - WORDS_MIN)) if low[n] in ":|"), 0)
        source = low[colon - 1] if colon else ""
        known = source in lists.sources or source in lists.weak or source in lists.people
        known = known or source in lists.opining
        return colon + 1 if known or (colon == 1 and self.text[slice(*self.spans[0])].isupper()) else 0

    def _short_enough(self, start: int, end: int) -> tuple[int, int]:
        """Where it ends so that it is short enough and still says something, and the traits that it has then."""
        if self.characters(start, end) <= LABEL_CHARACTERS_MAX:
            return end, 0
        last = self.spans[start][0] + LABEL_CHARACTERS_MAX
        fits = [n for n in range(start + WORDS_MIN, end) if self.spans[n - 1][1] <= last and self.low[n] != "'s"]
        for words, cut in ((self.clauses, 0), (self.lists.attached, CUT), (_LOOSE, CUT)):
            for at in reversed(fits):
                stop = self._without_loose_end(start, at) if self.low[at] in words else start + 1
                if self.characters(start, stop) >= CUT_CHARACTERS_MIN and self._is_whole(start, stop, cut):
                    return stop, cut
        return self._without_loose_end(start, self._before_half_name(fits[-1]) if fits else end), CUT | ASIDE

    def _is_whole(self, start: int, stop: int, cut: int) -> bool:
        """Whether it says something, and not only that somebody does something: "Vrandel hints"."""
        last = self.low[stop - 1]
        done = not cut or last in self.events or last.endswith(_PARTICIPLE)
        return self.says(start, stop if done else stop - 1)

    def _before_half_name(self, at: int) -> int:
        """The place, or where the name that it divides begins, if a participle precedes: "identified | Jo V"."""
        classes = self.words.classes
        first = at
        while classes[at] == NAME and first > 1 and classes[first - 1] == NAME:
            first -= 1
        return first if first < at and self.low[first - 1].endswith(_PARTICIPLE) else at

    def characters(self, start: int, end: int) -> int:
        return self.spans[end - 1][1] - self.spans[start][0]

    def _without_loose_end(self, start: int, end: int) -> int:
        """Without marks and function words at the end, and without a rest that says nothing: ", months"."""
        low = self.low
        mark = next(
            (at for at in range(max(start + WORDS_MIN, end - REST_WORDS_MAX), end) if low[at] in MARKS), end
        )
        sentence = mark < end < len(low) and low[mark] in _SENTENCE_ENDS
        stop = end if not sentence and self.says(mark - 1, end) else mark
        idle = frozenset() if end < len(low) and low[end] in MARKS else self.idle
        while stop > start + 1 and (
            not low[stop - 1][0].isalnum() or low[stop - 1] in idle or low[stop - 1].endswith(_ADVERB)
        ):
            stop -= 1
        return stop


def _is_open(text: str) -> bool:
    """Whether a quotation in single marks is not closed in the text."""
    return len(_OPENED.findall(text)) > len(_CLOSED.findall(text))


def _unquoted(text: str) -> str:
    """The text without quotation marks and brackets that are not closed in it."""
    if text.count("(") > text.count(")"):
        before, _, behind = text.rpartition("(")
        text = before.rstrip(_ENDS) if any(map(str.isalnum, before)) else behind
    if text.count('"') % 2:
        text = text.replace('"', "")
    opened = _OPENED.findall(text)
    text = text if opened else text.replace("':", ":")
    return _OPENED.sub("", text) if _is_open(text) else text


def _respelt(text: str, spans: list[tuple[int, int]], shown: list[str]) -> str:
    """The headline with each word as a label shows it."""
    parts, at = [], 0
    for (start, end), word in zip(spans, shown, strict=False):
        parts += [text[at:start], word if len(word) == end - start else text[start:end]]
        at = end
    return "".join((*parts, text[at:]))

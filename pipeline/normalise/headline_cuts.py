"""Where a headline can be cut so that at most 60 characters of it still say what happened.

See docs/design/stories.md#labels.
"""

from __future__ import annotations

import re

from pipeline.features import Trait
from pipeline.language.event_words import event_words
from pipeline.language.word_lists import MARKS, clause_marks, helping_verbs, idle_words, part_marks, word_lists
from pipeline.normalise.chunks import AnnotatedWords
from pipeline.normalise.viterbi import NAME, OTHER

LABEL_CHARACTERS_MAX = 60
WORDS_MIN = 3  # a shorter headline is a rubric
CUT_CHARACTERS_MIN = 16  # what is left of a headline that was cut, if possible
SITE_WORDS_MAX = 5
SOURCE_WORDS_MAX = 3
KICKER_WORDS_MAX = 5  # before a colon, that a headline too long can do without
REST_WORDS_MAX = 3  # after a mark, with it: too little to say anything

CUT = Trait.CUT.value
FRAGMENT = CUT | Trait.ASIDE.value  # cut where no part of it ends, or where the rest is needed

_DASH = re.compile(r"""(?<!\s)\s++(?:(?:[-|•·"]|::)\s++|:\s++(?=[A-Z]{2,8}$))""")
# A term, not what somebody says: 'Black Friday' sales slump.
TERM_QUOTED = re.compile(r"""["'](?:[^\s"':!?]{1,30} ){0,2}[^\s"':!?]{1,30}["'] \w[^:?!]*$""")
OPENED = re.compile(r"(?<!\w)'(?=\w)(?!\d\ds?\b)")  # but for years: '65
_CLOSED = re.compile(r"(?<=[\w.,!?])'(?!\w)")
_ADVERB, _PARTICIPLE = "ly", "ed"
_DOING, _NO_VERB = "ing", ("ly", ".")  # a participle; an adverb, an abbreviation
_SENTENCE_ENDS = frozenset(".!?")


def is_open(text: str) -> bool:
    """Whether a quotation in single marks is not closed in the text."""
    return len(OPENED.findall(text)) > len(_CLOSED.findall(text))


class HeadlineCutter:
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
        self.bounds = part_marks(language)

    def label_range(self) -> tuple[int, int, int]:
        """First word, end, and CUT if it does not end where the headline or a clause of it does."""
        end = self._before_source(self._before_site())
        start = self._after_source(end)
        stop, cut = self._short_enough(start, end)
        if stop < end and (colon := self._unfinished_quotation(start, stop)):
            return (start, colon, 0) if self.says(start, colon, doing=True) else (start, stop, FRAGMENT)
        if (cut or self._is_quoted(start)) and stop < end and (rest := self._after_kicker(start, end)):
            shorter, cut_there = self._short_enough(rest, end)
            if cut_there < cut or not cut_there:
                return rest, shorter, cut_there
        return start, stop, cut

    def _after_kicker(self, start: int, end: int) -> int:
        """What follows the colon behind a kicker or a quotation, if it says something by itself; else 0."""
        most = end if self._is_quoted(start) else start + KICKER_WORDS_MAX
        colon = next((n for n in range(start + 1, min(most, end - WORDS_MIN)) if self.low[n] == ":"), 0)
        if not colon or self._is_quoted(colon + 1) or not self.lists.pronouns.isdisjoint(self.low[colon:end]):
            return 0
        return colon + 1 if self.says(colon + 1, end) else 0

    def _is_quoted(self, at: int) -> bool:
        """Whether a quotation, and no term, begins with the word."""
        first = self.spans[at][0] - (self.text[self.spans[at][0]] != '"')
        return self.text[first : first + 1] in ("'", '"') and not TERM_QUOTED.match(self.text[first:])

    def _unfinished_quotation(self, start: int, end: int) -> int:
        """The place of the colon before a quotation that does not end before `end`; 0 if there is none."""
        low, spans = self.low, self.spans
        colon = next((at for at in range(end - 2, start + WORDS_MIN - 1, -1) if low[at] == ":"), 0)
        quoted = self.text[spans[colon][1] : spans[end - 1][1]].lstrip() if colon else ""
        double = quoted.startswith('"') and quoted.count('"') == 1
        single = quoted.startswith("'") and is_open(quoted)
        return colon if double or single else 0

    def says(self, start: int, end: int, *, doing: bool = False) -> bool:
        """Whether a word in it, not the first, may be its verb; `doing`: or a participle, "Kochs running ads"."""
        return any(self._is_verb(at, doing) for at in range(start + 1, end))

    def _is_verb(self, at: int, doing: bool) -> bool:
        word, before, classes = self.low[at], self.low[at - 1], self.words.classes
        if classes[at] != OTHER or word == "to" or before in self.lists.relative:
            return False
        if word in self.verbs:
            return True
        idle = word in self.idle or not word[0].isalpha() or word.endswith(_NO_VERB)
        return not idle and (not word.endswith(_DOING) or (doing and classes[at - 1] != OTHER))

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
        for words, cut in (
            (self.clauses, 0),
            (self.lists.attached, CUT),
            (self.lists.genitive, CUT),
            (self.lists.infinitive, FRAGMENT),
        ):
            for at in reversed(fits):
                if self.low[at] in words and not self._is_particle(at):
                    stop = self._without_loose_end(start, at)
                    if self.characters(start, stop) >= CUT_CHARACTERS_MIN and self._is_whole(start, stop, at):
                        return stop, cut
        part = next((n for n in reversed(fits) if self.spans[n - 1][1] < last), 0)
        return self._without_loose_end(start, self._before_half_name(part) if part else end), FRAGMENT

    def is_bound(self, at: int) -> bool:
        """Whether a part of the headline begins here."""
        return at >= len(self.spans) or self.low[at] in self.bounds

    def _is_particle(self, at: int) -> bool:
        """Whether a word belongs to the verb before it: "steps down as", "drops out of"."""
        return self.low[at] in self.lists.adverbs and self.is_bound(at + 1)

    def _is_whole(self, start: int, stop: int, at: int) -> bool:
        """Whether it says something, and not only that somebody does something: "Vrandel hints".

        Nor may what was taken from its end have asked for more: "lying, Trump | says,".
        """
        last = self.low[stop - 1]
        done = last in self.events or last.endswith(_PARTICIPLE)
        low, lists, classes = self.low, self.lists, self.words.classes
        if any(word in lists.saying or word in lists.unreal for word in low[stop:at]):
            return False
        if low[at] in lists.conditions and not lists.unreal.isdisjoint(low[start:stop]):
            return False
        if low[at] in lists.genitive:
            return done or self._is_particle(stop - 1) or classes[stop - 2] == NAME == classes[stop - 1]
        if low[at] in lists.infinitive and (classes[at - 1] == OTHER or not lists.urging.isdisjoint(low[start:at])):
            return False
        if not done and self._ends_in_verb(stop):
            return False
        return self.says(start, stop if done else stop - 1, doing=True)

    def _ends_in_verb(self, stop: int) -> bool:
        """Whether its last word may be a verb that goes on: "Vrandel, on tour, meets | with", "won't pay | for"."""
        before = stop - 2
        follows = self.words.classes[before] != OTHER or self.low[before] in MARKS or self.low[before] in self.verbs
        return follows and self._is_verb(stop - 1, doing=False) and not self._is_particle(stop - 1)

    def _before_half_name(self, at: int) -> int:
        """The place, or where the name that it divides begins: "identified | Jo V"."""
        classes = self.words.classes
        first = at
        while classes[at] == NAME and first > WORDS_MIN and classes[first - 1] == NAME:
            first -= 1
        return first

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
        while (
            stop > start + 1
            and (not low[stop - 1][0].isalnum() or low[stop - 1] in idle or low[stop - 1].endswith(_ADVERB))
            and not self._is_particle(stop - 1)
        ):
            stop = max(start + 1, stop - 1 - (low[stop - 1] == "'s"))
        return stop

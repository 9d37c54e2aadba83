"""Word classes: which words of a text are names, nouns, adjectives.

A tagger keeps the likely tags of each word form in a bounded table (65,536 forms, 3.3 MB a language, emptied when
full); the table changes the speed and never the result.  English and German have a model; for any other language
`tagger_of` gives None, and phrases takes capitals for names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

from pipeline.language.folding import fold_word
from pipeline.normalise import hanta
from pipeline.normalise.hanta import Tags, TrigramModel, endings_of
from pipeline.normalise.viterbi import (
    CAPITALS,
    CASE_INFORMATIVE,
    NAME,
    NUMBER,
    SENTENCE_START,
    TAGS_PER_WORD,
    viterbi,
)

FORMS_KEPT = 65_536
_NUMBER = -12.0  # log-probability of any figure
_DERIVED = -1.5  # a form that is known only by its stem is so much less likely
_QUOTES = frozenset(("''", "'", "``"))  # the lexicon's quotation marks all read "

# How an unknown English form comes from a known stem ("resigns" <- "resign"): ending; how many letters to cut and
# what to put there instead; tag of the stem, tag of the form.
DERIVATIONS = (
    ("s", ((1, ""), (2, "")), (("NN1", "NN2"), ("VVI", "VVZ"), ("VVB", "VVZ"))),
    ("ed", ((2, ""), (1, ""), (3, "")), (("VVI", "VVN"), ("VVB", "VVD"))),
    ("ing", ((3, ""), (3, "e"), (4, "")), (("VVI", "VVG"), ("VVB", "VVG"))),
)


@cache
def tagger_of(language: str) -> Tagger | None:
    """The tagger of a primary language subtag, loaded at first use; None where there is no model."""
    return Tagger(hanta.load(language)) if language in hanta.MODELS else None


class Tagger:
    """A language's model, and the tags of the word forms seen so far."""

    def __init__(self, model: TrigramModel, forms_kept: int = FORMS_KEPT) -> None:
        self.model = model
        self.is_name = lru_cache(forms_kept)(self._is_name)
        self._tag = {name: tag for tag, name in enumerate(model.names)}
        self._english = "NN2" in self._tag  # the BNC's tags
        self._number: Tags = ((model.classes.tolist().index(NUMBER), _NUMBER),)
        self._rows: tuple[dict[str, int], ...] = ({}, {}, {}, {})  # per case: form -> row
        self._forms = 0
        self._tags = np.zeros((forms_kept, TAGS_PER_WORD), np.int16)
        self._scores = np.zeros((forms_kept, TAGS_PER_WORD), np.float32)
        self._counts = np.zeros(forms_kept, np.int8)
        self._verbs = np.zeros(forms_kept, np.bool_)

    def classes(self, words: Sequence[str], starts: Sequence[bool], cases: Sequence[int]) -> list[int]:
        """The class of each word of one text; `starts`: it begins a sentence, `cases`: see viterbi.

        At most FORMS_KEPT words.  The same words always get the same classes, whatever came before.
        """
        if self._forms + len(words) > len(self._counts):
            self._forget()
        rows = [*map(self._rows[CASE_INFORMATIVE].get, words)]
        for at in [at for at, case in enumerate(cases) if case != CASE_INFORMATIVE]:
            rows[at] = self._rows[cases[at]].get(words[at])
        if None in rows:
            rows = [self._row(words[at], cases[at]) if row is None else row for at, row in enumerate(rows)]
        found = viterbi(
            np.array(rows, np.int32),
            np.frombuffer(bytearray(starts), np.bool_),
            np.frombuffer(bytearray(cases), np.int8),
            self._tags,
            self._scores,
            self._counts,
            self._verbs,
            self.model.follows,
            self.model.closes,
            self.model.classes,
        )
        return found.tolist()  # type: ignore[no-any-return]  # int8 array -> ints

    def _is_name(self, form: str) -> bool:
        """Whether a word by itself is most likely a name, whatever its case; English names are in no lexicon."""
        if known := self.model.lexicon.get(form.lower()):
            return bool(self.model.classes[max(known, key=lambda tag: tag[1])[0]] == NAME)
        return self._english and not self._derive(form.lower())

    def _forget(self) -> None:
        for rows in self._rows:
            rows.clear()
        self._forms = 0

    def _row(self, form: str, case: int) -> int:
        row = self._rows[case].get(form)
        return self._add_form(form, case) if row is None else row

    def _add_form(self, form: str, case: int) -> int:
        row = self._rows[case][form] = self._forms
        self._forms += 1
        likeliest = self._emissions(form, case)[:TAGS_PER_WORD]
        count = self._counts[row] = len(likeliest)
        self._scores[row, :count] = [score for score, _ in likeliest]
        self._tags[row, :count] = [tag for _, tag in likeliest]
        self._verbs[row] = self._may_be_verb(form.lower(), likeliest)
        return row

    def _emissions(self, form: str, case: int) -> list[tuple[float, int]]:
        """(log-probability of the form given the tag, tag), likeliest first, at least one."""
        lower = '"' if form in _QUOTES else form.lower()
        known = self.model.lexicon.get(lower)
        if known is None:
            known = self._guess(lower)
            if case in (SENTENCE_START, CAPITALS) and form[0].isupper():
                case = CASE_INFORMATIVE  # unknown and with a capital: most likely a name
        capital = form[0].isupper()
        priors, shapes = self.model.priors, self.model.cases
        scored = [
            (p - priors[tag] + (shapes[tag][capital] if case == CASE_INFORMATIVE else 0.0), tag) for tag, p in known
        ]
        return sorted(scored, reverse=True) or [(0.0, 0)]

    def _guess(self, word: str) -> Tags:
        """The tags of a word outside the lexicon: a figure's, a known stem's, an ending's."""
        if word[0].isdigit() and not word[-1].isalpha():
            return self._number
        endings = self.model.endings
        by_ending = next((endings[ending] for ending in endings_of(word) if ending in endings), self._number)
        return self._derive(word) or by_ending

    def _derive(self, word: str) -> Tags:
        if not self._english or word.endswith("ss"):
            return ()
        for ending, stems, tags in DERIVATIONS:
            for cut, put in stems if word.endswith(ending) else ():
                stem = {self.model.names[tag]: p for tag, p in self.model.lexicon.get(word[:-cut] + put, ())}
                if found := {self._tag[form]: stem[of] + _DERIVED for of, form in tags if of in stem}:
                    return tuple(found.items())
        return ()

    def _may_be_verb(self, word: str, likeliest: list[tuple[float, int]]) -> bool:
        names = self.model.names
        stem = self.model.lexicon.get(fold_word(word), ())
        return any(names[tag] == "VVZ" for _, tag in likeliest) or any(names[t] in {"VVI", "VVB"} for t, _ in stem)

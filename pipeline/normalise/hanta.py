"""The language models that HanTa brings in its wheel, read without its run-time morphology.

HanTa (Christian Wartena, Hochschule Hannover; LGPL-3.0) pickles a trigram HMM over morphemes and tags.  Of it we
take the word lexicon, the tag trigrams and the case statistics: 0.6 us a word instead of 60-110, 98 % the same tags
(docs/design/stories.md#labels).  Its Dutch model has 216 tags, 40 MB of trigrams each way, and stays out.
"""

from __future__ import annotations

import gzip
import importlib.util
import pickle
from collections import defaultdict
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.normalise.viterbi import ADJECTIVE, GERUND, NAME, NOUN, NUMBER, OTHER, PLURAL, Array

MODELS = {"en": "morphmodel_en.pgz", "de": "morphmodel_ger.pgz"}
CLASSES = {  # tag (BNC for English, STTS for German) -> word class; any other NN... is a noun
    "NP0": NAME,
    "NE": NAME,
    "NN2": PLURAL,
    "AJ0": ADJECTIVE,
    "ORD": ADJECTIVE,
    "ADJ(A)": ADJECTIVE,
    "VVG": GERUND,
    "CRD": NUMBER,
    "CARD": NUMBER,
}
UNSEEN = -50.0  # log-probability of a trigram that the model lacks
_OPEN, _CLOSE = (0, 1), 2  # HanTa's numbers for the two places before a sentence and for its end
_RARE = -10.5  # log-probability: only rare words teach what an ending means, as unknown words are rare
_ENDING_TAGS, _ENDING_WORDS, _ENDING_SHARE = 6, 3, 0.004  # kept an ending; words it needs; least share of a tag
_UNKNOWN = -14.0  # log-probability of an unknown word; the same for all, so that only the tags' shares tell

Tags = tuple[tuple[int, float], ...]  # tag, log-probability of tag and word together


@dataclass(frozen=True, slots=True)
class Model:
    """A trigram model of one language.  Tags are numbers; all probabilities natural logarithms."""

    names: tuple[str, ...]  # per tag
    classes: Array  # int8, per tag
    follows: Array  # see viterbi
    closes: Array
    priors: tuple[float, ...]  # per tag
    cases: tuple[tuple[float, float], ...]  # per tag: of a small, of a capital first letter
    lexicon: dict[str, Tags]  # lower-case word
    endings: dict[str, Tags]  # "~ing", "-~ing" for hyphened words


def load(language: str) -> Model:
    """The model of a language in MODELS: half a second, about 35 MB with what reading it leaves behind."""
    parts = _load(MODELS[language])
    names, trigrams, priors, cases, lexicon = parts[1], parts[9], parts[10], parts[11], parts[15]
    tags = sorted(priors)
    number = {tag: i for i, tag in enumerate(tags)}
    spelt = tuple(names[tag] for tag in tags)
    follows, closes = _trigrams(trigrams, number)
    known = {word: tuple((number[t], p) for t, p in seen if t in number) for word, seen in lexicon.items()}
    return Model(
        names=spelt,
        classes=np.array([class_of(name) for name in spelt], np.int8),
        follows=follows,
        closes=closes,
        priors=tuple(priors[tag] for tag in tags),
        cases=tuple((cases[tag][False], cases[tag][True]) for tag in tags),
        lexicon=known,
        endings=_endings(known),
    )


def class_of(tag: str) -> int:
    """The word class of a tag."""
    return CLASSES.get(tag, NOUN if tag.startswith("NN") else OTHER)


def endings_of(word: str) -> list[str]:
    """The endings of a word, longest first; hyphened words have their own."""
    mark = "-~" if "-" in word else "~"
    return [mark + word[-length:] for length in (5, 4, 3, 2, 1) if len(word) > length + 1] + [mark]


def _load(file: str) -> tuple[Any, ...]:
    spec = importlib.util.find_spec("HanTa")
    assert spec is not None
    assert spec.origin is not None
    with gzip.open(Path(spec.origin).with_name(file)) as model:
        return pickle.load(model)  # type: ignore[no-any-return]  # noqa: S301 - a file of a hash-pinned wheel


def _trigrams(trigrams: dict[tuple[int, int], dict[int, float]], number: dict[int, int]) -> tuple[Array, Array]:
    tags = len(number)
    place = {**number, **dict.fromkeys(_OPEN, tags)}
    follows = np.full((tags + 1, tags + 1, tags), UNSEEN, np.float32)
    closes = np.full((tags + 1, tags), UNSEEN, np.float32)
    for (first, second), thirds in trigrams.items():
        if first not in place or second not in place:
            continue
        for third, score in thirds.items():
            if third in number:
                follows[place[first], place[second], number[third]] = score
            elif third == _CLOSE and second in number:
                closes[place[first], number[second]] = score
    return follows, closes


def _endings(lexicon: dict[str, Tags]) -> dict[str, Tags]:
    """What the endings of rare words say of their tags."""
    seen: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for word, tags in lexicon.items():
        if tags and word[0].isalpha() and max(score for _, score in tags) < _RARE:
            whole = sum(exp(score) for _, score in tags)
            for ending in endings_of(word):
                for tag, score in tags:
                    seen[ending][tag] += exp(score) / whole
    return {ending: _shares(tags) for ending, tags in seen.items() if _tells(ending, sum(tags.values()))}


def _tells(ending: str, words: float) -> bool:
    return words >= _ENDING_WORDS or len(ending) < 2


def _shares(tags: dict[int, float]) -> Tags:
    whole = sum(tags.values())
    likeliest = sorted(tags.items(), key=lambda item: -item[1])[:_ENDING_TAGS]
    return tuple((tag, log(n / whole) + _UNKNOWN) for tag, n in likeliest if n / whole > _ENDING_SHARE)

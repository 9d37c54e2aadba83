"""The language models that HanTa brings in its wheel, read without its run-time morphology.

HanTa (Christian Wartena, Hochschule Hannover; LGPL-3.0) pickles a trigram HMM over morphemes and tags.  Of it we
take the word lexicon, the tag trigrams and the case statistics: 0.6 us a word instead of 60-110, 98 % the same tags
(docs/design/stories.md#labels).  Its Dutch model has 216 tags, 40 MB of trigrams each way, and stays out.

A pickle can run any code, and another model would give other labels for the same wire.  So only the two files whose
SHA-256 is written here are unpickled.  They stay in the wheel: a converted copy would be a binary under the LGPL in
a package under the Apache licence.
"""

from __future__ import annotations

import gzip
import hashlib
import pickle
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import exp, log
from typing import NamedTuple

import numpy as np

from pipeline.normalise.viterbi import ADJECTIVE, GERUND, NAME, NOUN, NUMBER, OTHER, PLURAL, Array


class ModelFile(NamedTuple):
    """A file of HanTa's wheel."""

    name: str
    sha256: str


RELEASE = "1.2.1"  # of HanTa; pyproject.toml pins it
MODELS = {
    "en": ModelFile("morphmodel_en.pgz", "99ddc9b14b3fe604b245e2d7a3aef59ab1bdd06b1bae4f4ce74738902e2a0265"),
    "de": ModelFile("morphmodel_ger.pgz", "d0a23caa212663fe7715e18e937074287f80b9e3bab64ccebc12a81e0094db23"),
}
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
_RARE = -10.5  # log-probability; endings are learnt from rarer words only, as unknown words are rare
_ENDING_TAGS, _ENDING_WORDS, _ENDING_SHARE = 6, 3, 0.004  # kept an ending; words it needs; least share of a tag
_UNKNOWN = -14.0  # log-probability of an unknown word: the same for all, so that only the tags' shares differ

Tags = tuple[tuple[int, float], ...]  # tag, log-probability of tag and word together


class WrongModel(ValueError):
    """A model file is not the expected one; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class TrigramModel:
    """A trigram model of one language.  Tags are numbers; all probabilities natural logarithms."""

    names: tuple[str, ...]  # per tag
    classes: Array  # int8, per tag
    follows: Array  # see viterbi
    closes: Array
    priors: tuple[float, ...]  # per tag
    cases: tuple[tuple[float, float], ...]  # per tag: of a small, of a capital first letter
    lexicon: dict[str, Tags]  # lower-case word
    endings: dict[str, Tags]  # "~ing", "-~ing" for hyphened words


def load(language: str) -> TrigramModel:
    """The model of a language in MODELS: half a second, about 35 MB.

    Raises WrongModel.
    """
    parts = pickle.loads(gzip.decompress(verified(MODELS[language])))  # noqa: S301 - the hash is of a file we know
    names, trigrams, priors, cases, lexicon = parts[1], parts[9], parts[10], parts[11], parts[15]
    tags = sorted(priors)
    number = {tag: i for i, tag in enumerate(tags)}
    spelt = tuple(names[tag] for tag in tags)
    follows, closes = _trigrams(trigrams, number)
    known = {word: tuple((number[t], p) for t, p in seen if t in number) for word, seen in lexicon.items()}
    return TrigramModel(
        names=spelt,
        classes=np.array([word_class(name) for name in spelt], np.int8),
        follows=follows,
        closes=closes,
        priors=tuple(priors[tag] for tag in tags),
        cases=tuple((cases[tag][False], cases[tag][True]) for tag in tags),
        lexicon=known,
        endings=_endings(known),
    )


def word_class(tag: str) -> int:
    """The word class of a tag."""
    return CLASSES.get(tag, NOUN if tag.startswith("NN") else OTHER)


def endings_of(word: str) -> list[str]:
    """The endings of a word, longest first; hyphened words have their own."""
    mark = "-~" if "-" in word else "~"
    return [mark + word[-length:] for length in (5, 4, 3, 2, 1) if len(word) > length + 1] + [mark]


def verified(file: ModelFile, folder: Traversable | None = None) -> bytes:
    """The bytes of a model of HanTa RELEASE, in its wheel or in `folder`.  Raises WrongModel."""
    data = (folder or files("HanTa")).joinpath(file.name).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise WrongModel(
            f"{file.name} is not loaded: it is not the model of HanTa {RELEASE} (SHA-256 {found}, "
            f"expected {file.sha256}); run pip install --force-reinstall --no-deps HanTa=={RELEASE}"
        )
    return data


def verify_all() -> None:
    """Check all models without loading them: 5 ms.  Raises WrongModel."""
    for file in MODELS.values():
        verified(file)


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
    """The tags of endings, learnt from rare words."""
    seen: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for word, tags in lexicon.items():
        if tags and word[0].isalpha() and max(score for _, score in tags) < _RARE:
            whole = sum(exp(score) for _, score in tags)
            for ending in endings_of(word):
                for tag, score in tags:
                    seen[ending][tag] += exp(score) / whole
    return {ending: _shares(tags) for ending, tags in seen.items() if _is_frequent(ending, sum(tags.values()))}


def _is_frequent(ending: str, words: float) -> bool:
    return words >= _ENDING_WORDS or len(ending) < 2


def _shares(tags: dict[int, float]) -> Tags:
    whole = sum(tags.values())
    likeliest = sorted(tags.items(), key=lambda item: -item[1])[:_ENDING_TAGS]
    return tuple((tag, log(n / whole) + _UNKNOWN) for tag, n in likeliest if n / whole > _ENDING_SHARE)

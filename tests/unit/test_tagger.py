"""The tagger: word classes, and that its table never changes them."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.normalise import hanta
from pipeline.normalise.room import NormaliseRoom
from pipeline.normalise.tagger import Tagger, tagger_of
from pipeline.normalise.viterbi import (
    ADJECTIVE,
    CASE_INFORMATIVE,
    GERUND,
    NAME,
    NOUN,
    NUMBER,
    OTHER,
    PLURAL,
    SENTENCE_START,
    VERBAL,
)

TEXTS = st.lists(
    st.text("aeinorstBKL-'9é", min_size=1, max_size=9) | st.sampled_from(["talks", "Bern", "the", "flooded", "''"]),
    min_size=1,
    max_size=12,
)


def classes(reader: Tagger, text: str | list[str]) -> list[int]:
    words = text.split() if isinstance(text, str) else text
    return reader.classes(
        words, [True] + [False] * (len(words) - 1), [SENTENCE_START] + [CASE_INFORMATIVE] * (len(words) - 1)
    )


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Oslo approved the new rail tunnel", [NAME, OTHER, OTHER, ADJECTIVE, NOUN, NOUN]),
        ("en", "the ministers met in Bergen", [OTHER, PLURAL, OTHER, OTHER, NAME]),
        ("en", "a ferry carrying 340 cars", [OTHER, NOUN, GERUND, NUMBER, PLURAL]),
        ("en", "they saw Vrandelius and Snorby", [OTHER, OTHER, NAME, OTHER, NAME]),
        ("de", "Der Zug fährt nach Oslo", [OTHER, NOUN, OTHER, OTHER, NAME]),
        ("de", "der lange Streik der Lokführer", [OTHER, ADJECTIVE, NOUN, OTHER, NOUN]),
    ],
)
def test_classes(language: str, text: str, expected: list[int]) -> None:
    """Plain sentences get the classes that a reader would give them."""
    reader = tagger_of(language)
    assert reader is not None
    found = classes(reader, text)
    assert [PLURAL if kind == VERBAL else kind for kind in found] == expected


def test_a_form_with_a_known_stem_is_read_by_its_stem() -> None:
    """A form outside the lexicon comes from its stem: the plural of a noun, the past of a verb."""
    reader = tagger_of("en")
    assert reader is not None
    lexicon = reader.model.lexicon
    noun = next(w for w, seen in lexicon.items() if w + "s" not in lexicon and _only(reader, seen, "NN1"))
    assert classes(reader, ["the", noun + "s"])[1] == PLURAL


def _only(reader: Tagger, seen: hanta.Tags, name: str) -> bool:
    return {reader.model.names[tag] for tag, _ in seen} == {name}


def test_languages_without_a_model_have_no_tagger() -> None:
    """Only English and German are tagged."""
    assert [tagger_of(language) for language in ("fr", "nl", "und", "")] == [None] * 4


def test_a_changed_model_is_not_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed byte of a model is refused before anything of it runs; the message names the remedy."""
    file = hanta.MODELS["de"]
    model = bytearray(hanta.verified(file))
    model[len(model) // 2] ^= 1
    (tmp_path / file.name).write_bytes(model)
    with pytest.raises(hanta.WrongModel, match=r"morphmodel_ger\.pgz is not loaded.* pip install .*HanTa==1\.2\.1"):
        hanta.verified(file, tmp_path)
    monkeypatch.setattr(hanta, "files", lambda package: tmp_path)
    monkeypatch.setattr("pickle.loads", lambda data: pytest.fail("unpickled"))
    with pytest.raises(hanta.WrongModel):
        hanta.load("de")
    (tmp_path / hanta.MODELS["en"].name).write_bytes(model)
    with pytest.raises(hanta.WrongModel):
        NormaliseRoom()  # a worker ends at its start, and no item dies of it


def test_the_release_of_the_models_is_the_one_that_is_installed() -> None:
    """The remedy installs what pyproject.toml asks for."""
    assert f'"HanTa=={hanta.RELEASE}"' in (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert version("HanTa") == hanta.RELEASE


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_the_table_changes_nothing(texts: list[list[str]]) -> None:
    """Cold, warm, in the other order, or with a table so small that it is emptied all the time: one result."""
    reader = tagger_of("en")
    assert reader is not None
    cold = [classes(Tagger(reader.model, forms_kept=16), text) for text in texts]
    small = Tagger(reader.model, forms_kept=16)
    assert [classes(small, text) for text in texts] == cold
    assert [classes(reader, text) for text in texts[::-1]] == cold[::-1]


def test_the_table_is_bounded() -> None:
    """More forms than the table holds empty it; it never grows."""
    reader = tagger_of("en")
    assert reader is not None
    small = Tagger(reader.model, forms_kept=8)
    for number in range(40):
        classes(small, [f"word{number}", "and", f"Name{number}"])
        assert small._forms <= 8


UNDER_BOUNDS_CHECK = """
from pipeline.language import Language
from pipeline.normalise.phrases import find_phrases
for language in map(Language.of, ("en", "de")):
    for text in ("", "a", "a b", "One. Two. Three.", "x " * 200, "Vote delayed. " * 40, "\\n\\n.\\n1"):
        find_phrases(text, text, language)
"""


@pytest.mark.slow  # compiles under bounds checking
def test_the_search_stays_in_its_arrays(tmp_path: object) -> None:
    """The compiled search, run under bounds checking over the shortest and longest texts."""
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", UNDER_BOUNDS_CHECK], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr

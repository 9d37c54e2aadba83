"""The word lists of labels, and how a word becomes terms."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
import yaml

import pipeline
from pipeline.copy.trade import words as trade
from pipeline.data_files import load_table
from pipeline.language import Language
from pipeline.language.blocks import ANY, FUNCTION_WORDS, language_blocks
from pipeline.language.folding import fold_word
from pipeline.language.word_lists import WordLists, terms_of, word_lists
from pipeline.values.dates import MONTHS


@pytest.mark.parametrize(
    ("word", "terms"),
    [
        ("talks", ("talk",)),
        ("snorby-oslo", ("snorby", "oslo")),
        ("u.n.-backed", ("un", "backed")),
        ("u.s.", ("us",)),
        ("snorby.com", ("snorby", "com")),
        ("x-rays", ("ray",)),
        ("-", ()),
        ("", ()),
    ],
)
def test_terms_of_a_word(word: str, terms: tuple[str, ...]) -> None:
    """Hyphened and dotted words come part by part, initials together, single letters not at all."""
    assert terms_of(word) == terms


@pytest.mark.parametrize("language", language_blocks())
def test_lists_are_lower_case_and_do_not_contradict_each_other(language: str) -> None:
    """Every word is lower case; what happened (events) is neither a person nor vague nor a stop word."""
    lists = word_lists(language)
    everything = frozenset().union(
        *(getattr(lists, field.name) for field in fields(WordLists) if field.name != "elided")
    )
    assert all(word == word.lower() for word in everything)
    spelt = lists.people | lists.weak | lists.stop | lists.dates
    assert not lists.events & frozenset(map(fold_word, spelt))


def test_a_language_without_lists_has_those_of_any_language() -> None:
    """Outlets, acronyms and abbreviations are the same everywhere; nothing else is guessed."""
    lists = word_lists("fi")
    assert lists.outlets
    assert lists.acronyms
    assert lists == WordLists(outlets=lists.outlets, acronyms=lists.acronyms, abbreviations=lists.abbreviations)


def test_every_list_of_a_language_is_known() -> None:
    """A misspelt list, or a language whose tag YAML takes for something else, is not passed over."""
    known = {field.name for field in fields(WordLists)} | {
        *("functions", "months", "bylines", "reporting", "editing", "crediting", "further", "by", "and"),
        *("contributed", "ends", "goes_on", "media", "stamps", "contacts", "rights", "month_forms", "weekdays"),
        *("updates", "beside_times", "answers", "jobs"),
    }
    for language, block in language_blocks().items():
        assert Language.of(language).primary == language or language == ANY
        assert not block.keys() - known, language
        assert len(block.get("months", range(12))) == 12


def test_a_month_has_one_number() -> None:
    """No name means different months in different languages: dates are read without knowing the language."""
    named = {
        (name, number)
        for block in language_blocks().values()
        for number, names in enumerate(block.get("months", ()), start=1)
        for name in names.split()
    }
    assert dict(named) == MONTHS
    assert len(named) == len(MONTHS)


@pytest.mark.parametrize("row", ["words", "rights", "grants"])
def test_no_word_of_the_trade_is_written_twice(row: str) -> None:
    """In its language a word is in a row once, and not behind a stem of that row, which has it already."""
    for language, rows in load_table(trade.__file__, "trade.yaml").items():
        listed = rows.get(row, "").casefold().split()
        assert len(listed) == len(set(listed)), language
        stems = tuple(word[:-1] for word in listed if word.endswith("*"))
        assert not [word for word in listed for stem in stems if word.startswith(stem) and word != f"{stem}*"]


def test_a_function_word_is_in_one_table() -> None:
    """Words of the trade add only the small words that languages.yaml has not."""
    assert {word for word in trade.trade_words("small") if word.isascii()}.isdisjoint(FUNCTION_WORDS)


def test_no_key_of_a_table_is_written_twice() -> None:
    """YAML would drop the first without a word."""
    for table in sorted(Path(pipeline.__file__).parent.rglob("*.yaml")):
        waiting = [yaml.compose(table.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)]
        while waiting:
            node = waiting.pop()
            if isinstance(node, yaml.MappingNode):
                keys = [key.value for key, _ in node.value]
                assert len(keys) == len(set(map(str, keys))), (table, keys)
                waiting += [value for _, value in node.value]
            elif isinstance(node, yaml.SequenceNode):
                waiting += node.value

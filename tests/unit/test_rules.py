"""The rules file: what is allowed in it, and the messages for what is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline import rule_files
from pipeline.alert.conditions import CONDITIONS
from pipeline.alert.rules import DEFAULT, When, load_rules, parse_rules
from pipeline.language.watched import FoldedText, WatchedTerms
from pipeline.route.rules import Routes
from pipeline.rule_files import FILE_BYTES_MAX

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/alerts.md").read_text("utf-8"), re.DOTALL)
EXAMPLES, ROUTES = (
    [text for text in BLOCKS if text.startswith(word) or f"\n{word}" in text] for word in ("rules:", "routes:")
)

WRONG = [  # (the file, words that the message must have)
    ("rules: []", ["line 1, field rules"]),
    ("rules: [", ["not YAML"]),
    ("", ["the file"]),
    ("- a\n- b", ["the file"]),
    ("rules: [{name: a, level: loud, when: {urgency_at_most: 2}}]", ["rule 'a'", "field level", "flash"]),
    ("rules: [{name: a, level: flash, when: {urgency_at_most: 0}}]", ["rule 'a'", "when.urgency_at_most"]),
    ("rules: [{name: a, level: flash, when: {urgency: 1}}]", ["rule 'a'", "field when.urgency:"]),
    ("rules: [{name: a, level: flash, when: {}}]", ["rule 'a'", "field when", "must ask for something"]),
    ("rules: [{name: a, level: flash}]", ["rule 'a'", "field when"]),
    ("rules: [{level: flash, when: {urgency_at_most: 1}}]", ["rule number 1", "field name"]),
    ("rules: [x]", ["rule number 1"]),
    ("rules: [{name: a, level: notice, when: {story_items: [5, 3]}}]", ["rule 'a'", "story_items", "must rise"]),
    ("rules: [{name: a, level: notice, when: {story_items: [1]}}]", ["rule 'a'", "when.story_items.0"]),
    ("rules: [{name: a, level: notice, when: {terms: ['!?']}}]", ["rule 'a'", "when.terms.0", "no letter"]),
    ("rules: [{name: a, level: notice, when: {severity: [dead]}}]", ["rule 'a'", "when.severity.0", "killed"]),
    ("throttle: {minutes: 0}\nrules: [{name: a, level: flash, when: {urgency_at_most: 1}}]", ["throttle.minutes"]),
    (
        "rules:\n- {name: a, level: flash, when: {terms: [x]}}\n- {name: a, level: flash, when: {terms: [x]}}",
        ["two rules are named 'a'"],
    ),
    (
        "rules:\n- {name: a, level: loud, when: {terms: [x]}}\n- {name: b, level: flash, when: {terms: x}}",
        ["rule 'a', field level", "rule 'b', field when.terms"],
    ),
    ("rules: [{name: a, level: flash, languages: [en-GB], when: {terms: [x]}}]", ["languages.0", "`en` covers"]),
    ("rules: [{name: a, level: flash, languages: [english], when: {terms: [x]}}]", ["languages.0", "primary"]),
    ("rules: " + "[" * 100_000, ["nested too deeply"]),
    (
        "a: &a [x]\nb: &b [" + "*a, " * 400 + "]\nrules: [" + "*b, " * 400 + "]",
        ["its aliases make more than 100,000"],
    ),
    ("rules: [{name: a, name: b, level: flash, when: {terms: [x]}}]", ["line 1: 'name' is there already"]),
    (
        "rules: [{name: a, level: flash, when: {terms: [x]}}]\nrules: []",
        ["line 2: 'rules' is there already", "line 1"],
    ),
    ("rules: &a [*a]", ["its aliases make more than 100,000"]),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_wrong_file_names_the_rule_and_the_field(text: str, words: list[str]) -> None:
    """An editor who makes a slip reads where it is, for every slip in the file at once."""
    with pytest.raises(ValueError, match=r"editors\.yaml") as error:
        parse_rules(text, "editors.yaml")
    assert all(word in str(error.value) for word in words), error.value


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    """A file over the bound is not read to its end."""
    path = tmp_path / "rules.yaml"
    path.write_bytes(b"#" * (FILE_BYTES_MAX + 1))
    with pytest.raises(ValueError, match="larger than"):
        load_rules(path)


def test_the_default_file_is_right() -> None:
    """What ships loads, alerts on kills and corrections, and is what `load_rules` takes without a path."""
    rules = load_rules()
    assert load_rules(DEFAULT) == rules
    assert {one for rule in rules.rules for one in rule.when.severity} == {"killed", "corrected"}


SAME = "rules: [{name: quake, level: flash, when: {terms: [quake]}}]"
HASHED = (
    # text, whether its hash is that of SAME
    ("# our rules\nrules:\n- {level: flash, name: quake, when: {terms: [quake]}}\n", True),
    (SAME + "\nthrottle: {minutes: 30}\n", True),  # the default, spelt out
    (SAME.replace("flash", "urgent"), False),
    (SAME.replace("[quake]", "[quake, tremor]"), False),
    (SAME + "\nthrottle: {minutes: 31}\n", False),
)


@pytest.mark.parametrize(("text", "same"), HASHED)
def test_the_hash_is_of_what_the_rules_say(text: str, same: bool) -> None:
    """Rules that mean another thing have another hash; comments and layout change none."""
    assert (parse_rules(text).hash == parse_rules(SAME).hash) is same


def test_every_example_of_the_page_loads() -> None:
    """What docs/alerts.md shows can be copied into a file."""
    assert len(EXAMPLES) >= 4
    assert len(EXAMPLES) + len(ROUTES) == len(BLOCKS)
    assert all(parse_rules(text).rules for text in EXAMPLES)
    assert all(rule_files.parse_rules(Routes, text, "routes").desks for text in ROUTES)


def test_every_condition_of_the_file_is_a_row_of_the_table() -> None:
    """A field without a row would be accepted and never looked at; one without a meaning would not be explained."""
    assert list(When.model_fields) == list(CONDITIONS)
    assert all(field.description for field in When.model_fields.values())


def test_norwegian_is_a_language() -> None:
    """`no` is not a boolean, `2022` no number, where words are asked for."""
    rules = parse_rules("rules: [{name: a, level: notice, languages: [no], when: {terms: [2022, on]}}]")
    assert rules.rules[0].languages == ("no",)
    assert rules.rules[0].when.terms == ("2022", "on")


def test_rules_stand_by_level_then_as_in_the_file() -> None:
    """The strongest matching rule names the alert; of equals the first in the file."""
    content = {"rules": [{"name": f"{n} {level}", "level": level, "when": {"terms": ["x"]}} for n, level in LADDER]}
    assert [rule.name for rule in parse_rules(yaml.safe_dump(content)).by_level] == [
        "2 flash",
        "1 urgent",
        "3 urgent",
        "0 notice",
    ]


LADDER = [(0, "notice"), (1, "urgent"), (2, "flash"), (3, "urgent")]

FOUND = [  # (term, text, whether it is in it)
    ("NATO", "The NATO-Russia Council met", True),
    ("nato", "The NATO–Russia Council met", True),
    ("eruption", "Two Eruptions were seen", True),
    ("eruptions", "An eruption", True),
    ("rate decision", "The bank's rate\ndecision is due", True),
    ("rate decision", "The decision on the rate", False),
    ("art", "The start of the party", False),
    ("straße", "In der STRASSE", True),
    ("O'Neill", "Ms O’Neill said", True),
    ("地震", "昨日、東京で地震がありました", True),
    ("ally", "NATO’s allies met", True),
    ("café", "The cafe\u0301s of Brussels", True),
    ("火事", "昨日、東京で地震がありました", False),
]


@pytest.mark.parametrize(("term", "text", "is_found"), FOUND)
def test_terms_are_found_whole_and_folded(term: str, text: str, is_found: bool) -> None:
    """A watched word is found whatever its case, plural, quotes or hyphens, but never inside another word."""
    assert bool(WatchedTerms([term]).found(FoldedText(text))) is is_found


WORDS = st.text("abyiesxß-' ’\u0301éＡ", min_size=1, max_size=12)


@given(WORDS.filter(lambda term: FoldedText(term).words != ""), WORDS, WORDS)
def test_looking_for_stems_first_loses_nothing(term: str, before: str, after: str) -> None:
    """The quick look finds a term in every text that has its folded words in a row."""
    for text in (before, f"{before} {term}s {after}", f"{before} {term} {after}"):
        reading = FoldedText(text)
        assert bool(WatchedTerms([term]).found(reading)) is (FoldedText(term).words in reading.words)


DURATIONS = [
    (20_000, "20s"),
    (90_000, "90s"),
    (120_000, "2m"),
    (3_600_000, "1h"),
    (172_800_000, "2d"),
    (1_500, "1.5s"),
]


@pytest.mark.parametrize(("ms", "written"), DURATIONS)
def test_a_limit_is_told_as_it_is_written(ms: int, written: str) -> None:
    """In the largest unit that has it whole; one that none has, in seconds."""
    assert rule_files._duration(ms) == written

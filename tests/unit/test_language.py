"""Language tags: kept whole for readers, cut to the primary subtag for everything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pipeline.language import UND, Language
from pipeline.normalise.detection import language_of

TAGS = [  # as declared, as shown, primary subtag
    ("en", "en", "en"),
    ("EN", "en", "en"),
    ("en-GB", "en-GB", "en"),
    ("en-gb", "en-GB", "en"),
    ("en_US", "en-US", "en"),
    (" de-CH ", "de-CH", "de"),
    ("PT-br", "pt-BR", "pt"),
    ("zh-hant-tw", "zh-Hant-TW", "zh"),
    ("ZH_HANS", "zh-Hans", "zh"),
    ("es-419", "es-419", "es"),
    ("de-1901", "de-1901", "de"),
    ("EN-ca-X-CA", "en-CA-x-ca", "en"),
    ("gsw", "gsw", "gsw"),
]
JUNK = [
    "",
    " ",
    "und",
    "UND",
    "und-Latn",
    "English",
    "e",
    "en-",
    "-en",
    "en--GB",
    "en,de",
    "en GB",
    "1en",
    "en-GB\n-",
    "日本",
]


@pytest.mark.parametrize(("declared", "shown", "primary"), TAGS)
def test_a_tag_is_kept_whole_and_decides_by_its_primary_subtag(declared: str, shown: str, primary: str) -> None:
    """Any case and `_` are read; the tag is spelt as RFC 5646 spells it."""
    language = Language.of(declared)
    assert (str(language), language.primary, language.known) == (shown, primary, True)


@pytest.mark.parametrize("declared", JUNK)
def test_what_is_no_tag_is_undetermined(declared: str) -> None:
    """A name of a language, a list and a broken tag say nothing that could be relied on."""
    assert Language.of(declared) == UND
    assert not Language.of(declared).known


@given(st.text(max_size=12) | st.from_regex(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,3}", fullmatch=True))
def test_a_tag_that_was_read_stays_as_it_is(declared: str) -> None:
    """What is published is read back as the same language, whatever was declared."""
    language = Language.of(declared)
    assert Language.of(language.tag) == language
    assert Language.of(declared.upper()) == Language.of(declared.lower())


def test_in_json_a_language_is_a_string() -> None:
    """Consumers see a tag; a record of another version of ours is read leniently."""
    adapter = TypeAdapter(Language)
    assert adapter.dump_json(Language.of("en-GB")) == b'"en-GB"'
    assert adapter.validate_json('"en_gb"') == adapter.validate_python("en-GB") == Language.of("en-GB")
    assert adapter.json_schema(mode="serialization") == adapter.json_schema() == {"type": "string"}
    with pytest.raises(ValueError, match="string"):
        adapter.validate_json("5")


def test_no_table_is_asked_by_a_whole_tag() -> None:
    """A Language equals no string: where `.primary` is forgotten, a table has no entry."""
    table: dict[object, int] = {"en": 1}
    assert Language.of("en") not in table


ENGLISH = (
    "The harbour of Lisbon opens again on Monday, the port authority said, after a week of repairs to its quay."
)


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("pt-BR", ENGLISH, "pt-BR"),
        ("und", ENGLISH, "en"),
        ("Englisch", ENGLISH, "en"),
        ("", "", "und"),
        ("", "Xyzzy", "und"),
    ],
)
def test_declared_first_detected_second(declared: str, text: str, language: str) -> None:
    """A declaration wins over the text; without one the text decides, if it is long enough."""
    assert language_of(Language.of(declared), text).tag == language

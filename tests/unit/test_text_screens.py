"""Short ways through texts of all formats: each says the same as the long way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.text import html
from pipeline.formats.text.mail_headers import (
    HEADER_CHARACTERS,
    HEADER_FIELD,
    HEADER_FIELDS_MIN,
    JOINED_FIELD,
    JOINED_FIELDS_MIN,
)
from pipeline.normalise import detection

PIECES = (
    "From: Ana", "\nTo: Jan", "\r\nSubject: x", "; Date: 3", "|cc:", "\x1csubject :", " X-Mail-Id: 7",
    " content-type: a", " message-id : a", ":", "\n", "12:30", "İ", "\x1e",
    "\x1f", "\u00a0", "  ", "\t", "a b", "\u2028", "&amp;",
    "<br>", "<p>",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=12).map("".join)
WORDS = sorted(word for words in detection._OWN_WORDS.values() for word in words)


@given(TEXTS)
def test_a_header_of_a_mail_has_a_colon_for_each_field(text: str) -> None:
    """Where there are too few, the pattern finds too few fields."""
    if text.count(":", 0, HEADER_CHARACTERS) < HEADER_FIELDS_MIN:
        names = {found[1].lower() for found in HEADER_FIELD.finditer(text, 0, HEADER_CHARACTERS)}
        assert len(names) < HEADER_FIELDS_MIN


@given(TEXTS)
def test_a_joined_header_has_a_colon_for_each_field(text: str) -> None:
    """The same of a header in one line."""
    low = text.lower()
    if text.count(":") < JOINED_FIELDS_MIN or "subject" not in low:
        lines = (line for line in low.splitlines() if "subject" in line)
        assert all(len(set(JOINED_FIELD.findall(line))) < JOINED_FIELDS_MIN for line in lines)


@given(TEXTS)
def test_a_paragraph_without_markup_is_its_line(text: str) -> None:
    """Its words are those that a page would show."""
    assert html.text_of(text) == " ".join(html.paragraphs(text))


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=60))
def test_function_words_are_counted_in_all_languages_at_once(words: list[str]) -> None:
    """The share of each language is that of its words among all."""
    counts = sum(filter(None, map(detection._counted().get, words)))
    for primary, own in detection._OWN_WORDS.items():
        share = sum(word in own for word in words) / len(words) if words else 0.0
        assert detection._share(counts, primary, words) == share

"""Cheap tests that spare copy its rules: what they pass over, no rule would have taken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.copy import boilerplate, damage, headlines
from pipeline.copy.headline_tags import PREFIXES
from pipeline.copy.signoffs import credit_sentences, endings
from pipeline.normalise import casing

STORY = "The council of Lomsk closed the tunnel on Monday after a long debate about the costs"
# Pieces that the rules look for, and what is nearly one of them: other case, blanks, marks and scripts.
PIECES = (
    "UPDATE 1-", "Update: ", "update 1-", "CORRECTED-", "URGENT ", "(LEAD) ", "2nd Lead ", "عاجل: ", "СРОЧНО ",
    "EXTRA TIME ", "Ana Ruiz reported from Lomsk", "Ana Ruiz contributed to this report.", "is at https://x",
    "a contribué à cet article", "Copyright ", "Subscribe", "This story ", "\u2019", "'", "ß", "ﬁ", "İ", "\u212a",
    "\uff08记者李明\uff09", "\uff091110304", "(完)1110304", "7", "٣", "Ã©", "â€™", "\u200b", "\u00ad", "\u00a0",
    "  ", "<b>", "\x07", "É", "ÀÉÎÕÜ", "LOMSK", "ΛΟΜΣΚ", "ЛОМСК", STORY,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=6).map("".join)


@given(TEXTS)
def test_whole_text_is_not_repaired(text: str) -> None:
    """What is taken for whole has nothing that a repair would change."""
    if damage._is_whole(text):
        assert damage._repaired(text) == text


@given(TEXTS)
def test_one_look_at_a_headline_finds_any_of_its_tags(text: str) -> None:
    """The pattern of all forms at once matches where one of them does, and nowhere else."""
    found = any(form.pattern.match(text) for form in PREFIXES)
    assert (headlines._PREFIX.match(text) is not None) is found


@given(TEXTS, st.sampled_from([row.pattern for row in boilerplate._boilerplate().patterns]) | st.just(""))
def test_boilerplate_is_told_by_its_beginning(text: str, pattern: str) -> None:
    """The first letters of a paragraph, folded, are those of the folded paragraph; every row is found by them."""
    whole = pattern.replace("*", text) or text
    length = boilerplate.BEGINNING_LENGTH
    assert boilerplate._fold(whole[:length])[:length] == boilerplate._fold(whole)[:length]
    if (
        pattern
        and len(whole) <= boilerplate.BOILERPLATE_LENGTH_MAX
        and "*" not in text
        and not (text[:1].islower() or text.endswith("."))
    ):
        assert boilerplate.boilerplate(whole) is not None


@given(TEXTS)
def test_credits_have_one_of_their_words(text: str) -> None:
    """A sentence that the patterns of credits take has one of the words by which texts are passed over."""
    for pattern in (credit_sentences._CONTRIBUTED, credit_sentences._REPORTED):
        if pattern.fullmatch(text):
            assert any(words in text for words in credit_sentences._CREDITING)


@given(TEXTS)
def test_sign_offs_of_full_width_end_in_a_bracket_or_a_digit(text: str) -> None:
    """In one line, as all copy is: otherwise they are not looked for."""
    line = " ".join(text.split())
    if endings._FULL_WIDTH.search(line):
        assert line.endswith("\uff09") or line[-1].isdigit()


@given(TEXTS)
def test_capitals_are_seen_in_bytes(text: str) -> None:
    """Five capitals in a row, by the bytes of a text as by its letters."""
    assert casing._has_capitals(text) is (casing._CAPITALS.search(text) is not None)

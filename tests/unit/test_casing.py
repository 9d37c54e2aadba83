"""Casing: what CAPITALS and Title Case leave open is settled by the body, by acronyms, by the tagger, by others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.features import Trait
from pipeline.language import Language
from pipeline.language.word_lists import word_lists
from pipeline.normalise.casing import is_acronym
from pipeline.normalise.phrases import Phrases, find_phrases
from pipeline.normalise.short_headlines import GOES_ON
from pipeline.tag.label_members import label_contribution
from pipeline.tag.labels import rank_labels
from pipeline.tag.phrase_totals import PhraseTotals

EN = Language.of("en")


def surfaces(found: Phrases) -> list[str]:
    return [phrase.surface for phrase in found.phrases]


def label(*texts: tuple[str, str]) -> str:
    members = [label_contribution(find_phrases(*text, EN)) for text in texts]
    return rank_labels(PhraseTotals(members), lambda term: 4.0, "en")[0].label


@pytest.mark.parametrize(
    ("headline", "body", "language", "expected"),
    [
        ("LARGE FIRE AT FISH MARKET IN SNORBY", "", "en", "large fire at fish market"),
        ("COLLAPSE OF THE SNORBY DAM FEARED", "", "en", "collapse of the Snorby dam"),
        ("MARITIME UNION'S STRIKE HITS PORT", "", "en", "maritime union's strike"),
        ("ABERDALE TOWN BEAT SNORBY", "", "en", "Aberdale Town"),  # the tagger takes it for a name
        ("NATO-BACKED FORCE ENTERS SNORBY", "", "en", "NATO-backed force"),
        ("EU FISHING QUOTA ANGERS CREWS", "", "en", "EU fishing quota"),
        ("COUP IN SNORBY, UN COUNCIL TO MEET", "", "en", "UN council"),
        ("US-SNORBY FISHING TREATY SIGNED", "", "en", "US-Snorby fishing treaty"),
        ("NHS TRUST TO CLOSE WARDS", "", "en", "NHS trust"),
        ("MAYOR O'VRANDEL RESIGNS", "", "en", "O'Vrandel"),
        ("KELDA BANK RAISES RATES", "The move by KELDA bank came early.", "en", "KELDA bank"),  # as the body has it
        (
            "EAST-SNORBY FERRY IN TROUBLE",
            "Boats came from the east to Snorby.",
            "en",
            "East-Snorby ferry",
        ),  # by its parts
        ("", "LARGE FIRE AT FISH MARKET IN SNORBY", "en", "fire at fish market"),  # an alert of one line of body
        ("Boats burn", "LARGE FIRE AT FISH MARKET\nA fire broke out at the Fish Market.", "en", "Fish Market"),
        ("SCHWERES UNGLÜCK IM SNORBYTUNNEL", "", "de", "Unglück im Snorbytunnel"),
    ],
)
def test_capitals_are_quieted(headline: str, body: str, language: str, expected: str) -> None:
    """Common words go small and names keep one capital, unless the body or the kind of word says otherwise."""
    assert expected in " / ".join(surfaces(find_phrases(headline, body, Language.of(language))))


@pytest.mark.parametrize(
    ("headline", "expected"),
    [("UN and EU talks begin", "EU talks"), ("NASA rover on ice", "NASA rover"), ("BP, UBS deal", "UBS deal")],
)
def test_capitals_inside_plain_text_stay(headline: str, expected: str) -> None:
    """Acronyms in a plain headline do not make it one in capitals."""
    assert expected in " / ".join(surfaces(find_phrases(headline, "", EN)))


@pytest.mark.parametrize(
    ("word", "expected"),
    [("NATO", True), ("US", True), ("BBC", True), ("DNA", True), ("FIRE", False), ("MR", False), ("X", False)],
)
def test_acronyms(word: str, expected: bool) -> None:
    """The well known, and what is too short and too hard to say to be a word."""
    assert is_acronym(word, word_lists("en")) is expected


def test_a_guess_is_marked() -> None:
    """Only a phrase that occurs in capitals or Title Case alone is marked as guessed."""
    found = find_phrases("SNORBY FISH MARKET FIRE", "The fish market fire of the old port went out.", EN).phrases
    guessed = {phrase.key: bool(phrase.flags & Trait.GUESSED) for phrase in found if phrase.flags & Trait.NOUN}
    assert guessed["fish market fire"] is False
    assert guessed["snorby fish market fire"] is True


@pytest.mark.parametrize("turn", [1, -1])
def test_a_later_spelling_wins_over_a_guess(turn: int) -> None:
    """The label is spelt as in the member whose case is informative, in any order of the members."""
    alert = ("GREEN LANTERN FERRY FIRE", "")
    report = ("Search for crew", "Boats looked for the crew after the Green Lantern ferry fire.")
    assert label(alert) == "Green lantern ferry fire"
    assert label(*(alert, report)[::turn]) == "Green Lantern ferry fire"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Snorby", "tunnel", "fire", "crews", "market", "Vrandel", "strike", "port"]),
        min_size=3,
        max_size=9,
    )
)
def test_capitals_change_the_case_alone(said: list[str]) -> None:
    """With its words in the body, a headline in capitals offers what the same headline in plain text offers."""
    headline, body = " ".join(said), "and ".join(f"the {word} " for word in said)
    shouted, plain = (find_phrases(text, f"Then {body}", EN) for text in (headline.upper(), headline))
    shown = {surface.casefold().replace(GOES_ON, f" {GOES_ON}") for surface in surfaces(shouted)}
    assert shown == {phrase.key for phrase in shouted.phrases}
    assert not [s for s in surfaces(shouted) for word in s.split() if word.isupper()]
    assert dict(shouted.label_terms) == dict(plain.label_terms)

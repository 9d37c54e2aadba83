"""Label phrases: what a headline and a lead offer as names of their story."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.features import LABEL_TERMS_MAX, PHRASES_MAX, Trait
from pipeline.language import Language
from pipeline.normalise.candidates import HEADS_MAX
from pipeline.normalise.phrases import Phrases, find_phrases

EN = Language.of("en")


def surfaces(found: Phrases) -> list[str]:
    return [phrase.surface for phrase in found.phrases]


def flags(found: Phrases, key: str) -> Trait:
    return next(Trait(phrase.flags) for phrase in found.phrases if phrase.key == key)


@pytest.mark.parametrize(
    ("headline", "body", "language", "expected"),
    [
        ("Rail strike halts ferries in Bergen", "", "en", "rail strike"),
        (
            "",
            "A fire in the Snorby rail tunnel stopped all trains on Monday.",
            "en",
            "fire in the Snorby rail tunnel",
        ),
        ("", "A fire in the Snorby rail tunnel stopped all trains on Monday.", "en", "Snorby rail tunnel"),
        ("", "Engineers blamed the port's closure on ice.", "en", "port's closure"),
        ("Harbour Workers Reject Pay Deal", "The harbour workers reject a pay deal.", "en", "pay deal"),
        ("HARBOUR WORKERS REJECT PAY DEAL", "In Oslo harbour workers reject a pay deal.", "en", "pay deal"),
        ("", "He met U.S.-backed mediators in Oslo.", "en", "Oslo"),
        ("", "Will Vrandel resigned in New Snorby.", "en", "New Snorby"),
        ("Fährunglück vor Bergen", "", "de", "Fährunglück"),
        ("", "Ein Brand im Snorbytunnel hat den Verkehr gestoppt.", "de", "Brand im Snorbytunnel"),
        ("Un incendie ferme le port", "", "fr", "Un incendie ferme le port"),
    ],
)
def test_phrases_of_a_text(headline: str, body: str, language: str, expected: str) -> None:
    """Noun phrases, an event with its place, possessives, and the body's spelling for a capitalised headline."""
    assert expected in surfaces(find_phrases(headline, body, Language.of(language)))


@pytest.mark.parametrize(
    ("headline", "body", "unwanted"),
    [
        ("", "It rained on Monday in January.", "monday"),
        ("", "A Reuters reporter saw smoke.", "reuters"),
        ("Ferry strike strands thousands at the quay - The Snorby Courier", "", "snorby courier"),
        ("", "Jeanne Vrandel resigned.", "vrandel"),  # a name is not cut in two
        ("", "The talks, Vrandel said, went on.", "talks vrandel"),
    ],
)
def test_no_phrases(headline: str, body: str, unwanted: str) -> None:
    """Days, outlets, the name of a web site, half a name and words across a comma name no story."""
    assert unwanted not in [phrase.key for phrase in find_phrases(headline, body, EN).phrases]


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("They met in Oslo.", "oslo", Trait.NAME | Trait.BARE | Trait.PLACE),
        ("They met Jeanne Vrandel.", "jeanne vrandel", None),
        ("Oslo opened the rail tunnel.", "rail tunnel", None),
        ("They met in the Snorby tunnel.", "snorby tunnel", Trait.NAME | Trait.NOUN | Trait.PLACE),
        (
            "A collapse of the Snorby dam is feared.",
            "collapse of the snorby dam",
            Trait.NAME | Trait.NOUN | Trait.EVENT_OF,
        ),
        ("A picture of boats.", "picture of boats", None),
        ("An investigation of the Snorby mayor.", "investigation", None),
    ],
)
def test_traits(text: str, key: str, expected: Trait | None) -> None:
    """What is seen in a phrase is noted in its flags; no phrase has neither an event nor a place."""
    found = find_phrases("", text, EN)
    if expected is None:
        assert key not in [phrase.key for phrase in found.phrases]
    else:
        assert flags(found, key) == expected


def test_an_event_with_its_place_is_marked() -> None:
    """An event noun + in + place is an EVENT_OF: it reads better than any other noun with a preposition."""
    assert Trait.EVENT_OF in flags(
        find_phrases("", "A fire in the Snorby tunnel broke out.", EN), "fire in the snorby tunnel"
    )


def test_places_weigh() -> None:
    """The headline weighs 2, the first two sentences 1, what follows less, in 1/256."""
    body = "The ferry strike began. He spoke. The port dispute goes on. The pilot talks wait. The sea trial ended."
    found = find_phrases("Quay crane collapse", body, EN)
    weights = {phrase.key: phrase.weight for phrase in found.phrases}
    assert [weights[key] for key in ("crane collapse", "ferry strike", "pilot talks", "sea trial")] == [
        512,
        256,
        154,
        90,
    ]
    assert dict(found.label_terms)["crane"] == 512


def test_terms_and_heads_are_folded() -> None:
    """Terms come folded, hyphened words part by part; a head keeps its form."""
    found = find_phrases("Snorby-Oslo peace talks", "", EN)
    assert [term for term, _ in found.label_terms] == ["snorby", "oslo", "peace", "talk"]
    assert found.heads == (("talk", 512, "talks"),)


ODD = [
    "",
    "w" * 100_000,
    "W-" * 50_000,
    "Ann " * 25_000,
    "1,1." * 25_000,
    "a.b." * 25_000,
    "\U0001f525\U0001f692 \U0001f30a",
    "اتفاق جديد في مدينة الميناء بعد محادثات طويلة",
    "\u202eOslo\u202c e\u0301 \x00 \ufeff \ud800",
    "\n\n\n",
    "'s 's 's of of the",
    '"""(((---',
]


@pytest.mark.parametrize("language", ["en", "de", "fr", "zh", "und", ""])
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_raise_nothing(text: str, language: str) -> None:
    """Empty, huge, right-to-left, emoji, marks only: any text gives phrases within the bounds, or none."""
    for found in (find_phrases(*pair, Language.of(language)) for pair in ((text, text), (text, ""), ("", text))):
        assert len(found.phrases) <= PHRASES_MAX
        assert len(found.label_terms) <= LABEL_TERMS_MAX
        assert len(found.heads) <= HEADS_MAX


# What headlines are cut at and cleaned of, between words, to be thrown together in any order.
PIECES = (
    "Vrandel", "wins", "Snorby", "race", "after", "said", "police:", "LAPD:", "Opinion |", "'No", "one'", '"', "(",
    ")", "[", "]", "'", ":", " - ", "...", "|", "%", "<VRD.L>", "(WHO)", "12 year-old", "'s", "\n",
)  # fmt: skip
PIECED = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
TEXTS = st.text(max_size=400) | PIECED | PIECED.map(lambda text: text.replace("( ", "(").replace('" ', '"'))


@settings(max_examples=150, deadline=None)
@given(headline=TEXTS, body=TEXTS, language=st.sampled_from(["en", "de", "fr", "nl"]))
def test_any_text_gives_phrases_of_its_own_words(headline: str, body: str, language: str) -> None:
    """Nothing raises, weights are of the table, and the same text gives the same phrases again."""
    found = find_phrases(headline, body, Language.of(language))
    assert {phrase.weight for phrase in found.phrases} <= {512, 256, 154, 90}
    assert all(phrase.key and any(map(str.isalnum, phrase.surface)) for phrase in found.phrases)
    assert found == find_phrases(headline, body, Language.of(language))

"""Headlines with something in them that is no part of a label, beside neighbours that keep it."""

import pytest

from pipeline.features import Phrase, Trait
from pipeline.language import Language
from pipeline.language.word_lists import word_lists
from pipeline.normalise.headline_cuts import HeadlineCutter
from pipeline.normalise.phrases import find_phrases

EN = Language.of("en")


def keys(headline: str, body: str) -> list[str]:
    """The phrases of an item, but for its headline."""
    found = find_phrases(headline, body, EN).phrases
    return [phrase.key for phrase in found if not Trait(phrase.flags) & Trait.HEADLINE]


def headline_of(headline: str, body: str = "") -> Phrase:
    first = find_phrases(headline, body, EN).phrases[0]
    assert Trait(first.flags) & Trait.HEADLINE
    return first


@pytest.mark.parametrize(
    ("headline", "body", "expected"),
    [
        ("VRANDEL <VRD.L> TO BUY SNORBY <SNB>", "", "Vrandel to buy Snorby"),
        ("Vrandel (NASDAQ:VRDL) to buy Snorby", "", "Vrandel to buy Snorby"),
        ("<Vrandel Works> sets a dividend", "", "Vrandel Works sets a dividend"),
        ("Vrandel wins (again) in Snorby", "", "Vrandel wins (again) in Snorby"),
        ("Vrandel wins Snorby race (again", "", "Vrandel wins Snorby race"),
        ('"(Vrandel wins again in Snorby', "", "Vrandel wins again in Snorby"),
        ("'(Vrandel wins again in Snorby", "", "Vrandel wins again in Snorby"),
        ("[VIDEO] Vrandel wins in Snorby", "", "Vrandel wins in Snorby"),
        ("With An Eye On Snorby, Vrandel Seeks Peace : NPR", "", "With an eye on Snorby, Vrandel seeks peace"),
        ("Opinion | Vrandel is wrong on the tax", "", "Vrandel is wrong on the tax"),
        ("Live: Vrandel is wrong on the tax", "", "Vrandel is wrong on the tax"),
        (
            "Vrandel raises the rate to 4.25%: what it means for your house and for your savings",
            "",
            "Vrandel raises the rate to 4.25%",
        ),
        ("Vrandel raises the rate to 4.25%", "", "Vrandel raises the rate to 4.25%"),
        ("Vrandel raises the rate", "", "Vrandel raises the rate"),
        (
            "Vrandel Files Leaked — We're Losing Full-Throated Vetting",
            "",
            "Vrandel files leaked - we're losing full-throated vetting",
        ),
        ("'Black Friday' sales slump in Snorby", "", "'Black Friday' sales slump in Snorby"),
        (
            "Vrandel brothers running ads for Snorby: 'Thank You' for pushing the borders open",
            "",
            "Vrandel brothers running ads for Snorby",
        ),
        # A cut leaves more than that somebody does something, and whole names, and whole quotations.
        (
            "Jeanne Vrandel hints at leaving and says her 'first love' is to the town of Snorby",
            "",
            "Jeanne Vrandel hints at leaving and says her 'first love'…",
        ),
        (
            "10-year-old son of slain shooting victim identified Jo Lee Vrandel as gunman",
            "",
            "10-year-old son of slain shooting victim identified…",
        ),
        # A cut leaves the verb its adverb and its object, and what was asked for, denied or quoted whole.
        (
            "Committee members urge Jeanne Vrandel to step down as chair of the Snorby harbour board",
            "",
            "Committee members urge Jeanne Vrandel to step down",
        ),
        (
            "Mayor Jeanne Vrandel clarifies after taking heat for a warning to the voters of Snorby",
            "",
            "Mayor Jeanne Vrandel clarifies after taking heat",
        ),
        (
            "Jeanne Vrandel 'destroyed' a life for lying, Snorby says, but nothing happened to others",
            "",
            "Jeanne Vrandel 'destroyed' a life for lying",
        ),
        (
            "Woman who accused Jeanne Vrandel of fraud speaks out in Snorby on the allegations",
            "",
            "Woman who accused Jeanne Vrandel of fraud speaks out",
        ),
        (
            "Jeanne Vrandel clears her deputy Ann Snorby of bribery in the long harbour affair",
            "",
            "Jeanne Vrandel clears her deputy Ann Snorby of bribery",
        ),
        (
            "'Do you live in a dream world?': Snorby host grills Vrandel on the harbour tax bill",
            "",
            "Snorby host grills Vrandel on the harbour tax bill",
        ),
        # Where no part of it ends it shows that it goes on, and no name is cut in two.
        (
            "Small firm with mayoral ties wins large harbour repair and power contract",
            "",
            "Small firm with mayoral ties wins large harbour repair…",
        ),
        ("Vrandel may undo '65 harbour act", "", "Vrandel may undo '65 harbour act"),
        # The body repeats the headline, or has a heading of its own: neither shows which words are names.
        (
            "Two Men Hurt In Snorby Apartment",
            "× Two Men Hurt In Snorby Apartment\n\nTwo people were hurt.",
            "Two men hurt in Snorby apartment",
        ),
        (
            "Two Men Hurt In Snorby Apartment",
            "Men Hurt In Apartment Fire\n\nTwo people were hurt.",
            "Two men hurt in Snorby apartment",
        ),
        (
            "For Frost, Ties Have Soured",
            "A late frost came. Mr Frost said it. So did Ann Frost, and Jo Frost.",
            "For Frost, ties have soured",
        ),
    ],
)
def test_short_headlines(headline: str, body: str, expected: str) -> None:
    """Share symbols, sites, kickers and half quotations leave a headline; words are spelt as names or not."""
    assert headline_of(headline, body).surface == expected


@pytest.mark.parametrize(
    ("headline", "aside"),
    [
        ("Vrandel should resign", True),
        ("Vrandel actually wants this", True),
        ("Opinion: Vrandel is a shell game", True),
        ("Commentary | Vrandel is a shell game", True),
        ("Police: Vrandel is a shell game", False),
        ("Vrandel shouldn't have gone to Snorby", True),
        ("Vrandel should resign, says Snorby", False),
        ("Snorby: Vrandel should resign", False),
        ("Snorby urges Vrandel to resign", False),
        ("'No one protects us': Snorby buries its dead", True),
        ("'Black Friday' sales slump in Snorby", False),
        ("'Go!' Vrandel tells Snorby", True),
    ],
)
def test_opinions_and_quotations(headline: str, aside: bool) -> None:
    """A headline that judges or quotes is no good label; one that says who judges is."""
    assert bool(Trait(headline_of(headline).flags) & Trait.ASIDE) is aside


@pytest.mark.parametrize(
    ("headline", "body", "unwanted"),
    [
        ("12 year-old Snorby girl killed in crash", "", "year-old snorby girl death"),
        ("Police arrest New Year's party shooting suspect", "", "year arrest"),
        ("1 dead, 3 hurt Vrandel barbershop shooting", "", "hurt vrandel barbershop shooting"),
        ("Two hospitalized following Vrandel shooting", "", "hospitalized following vrandel shooting"),
        ("Crowds at 'White Lives Matter' rally in Snorby", "", "matter rally"),
        ("Vrandel slaps down 'abolish Frob' push", "", "frob push repeal"),
        ("Mayor Grant billed the city", "Mayor Denise Grant billed it. Grant said so.", "denise grant"),
        ("Senate OKs Snorby bill", "", "senate oks snorby bill"),
        ("US, Snorby resume trade talks", "", "snorby resume trade talks"),
        # The verb's object is not in the body: "sanctions | Jeanne Vrandel".
        ("Snorby got around sanctions", "Jeanne Vrandel said so.", "jeanne vrandel sanctions"),
        ("Child fatally shot in Snorby", "", "child shooting"),
        ("Vrandel statement disputes report of a leak", "", "vrandel statement disputes"),
        # An initial ends no sentence: "J | Snorby".
        ("", "It was Ann J. Snorby talks were about.", "snorby talks"),
    ],
)
def test_what_is_no_phrase(headline: str, body: str, unwanted: str) -> None:
    """Half a measure, name or quotation, a participle that counts people, a surname, a name out of the body."""
    assert unwanted not in keys(headline, body)


@pytest.mark.parametrize(
    ("headline", "body", "wanted"),
    [
        ("1 dead, 3 hurt in Vrandel barbershop shooting", "", "vrandel barbershop shooting"),
        ("Storm hits Snorby", "The Snorby storm came at night.", "snorby storm"),
        ("Vrandel recalls the battle", "The Battle of Vrandel was long ago.", "battle of vrandel"),
        ("US sanctions hit Snorby banks", "", "us sanctions"),
        ("Vrandel launches Nomad X", "The Nomad X launch went well.", "nomad x launch"),
        ("Vrandel border disputes are over", "", "vrandel border disputes"),
        ("Snorby council fires Jeanne Vrandel over a tax", "", "jeanne vrandel dismissal"),
    ],
)
def test_what_is_a_phrase(headline: str, body: str, wanted: str) -> None:
    """The neighbours of what is left out stay."""
    assert wanted in keys(headline, body)


@pytest.mark.parametrize(
    ("text", "key", "is_setting"),
    [
        ("Prisoners came home after the Vrandel visit.", "vrandel visit", True),
        ("A Vrandel visit to the port was put off.", "vrandel visit", False),
        ("Two were shot at the Vrandel funeral.", "vrandel funeral", True),
        ("Houses fell after the Vrandel earthquake.", "vrandel earthquake", False),
    ],
)
def test_occasions(text: str, key: str, is_setting: bool) -> None:
    """What happens after, before, at or during a visit, a rally, a funeral is the news, not the occasion."""
    found = {phrase.key: Trait(phrase.flags) for phrase in find_phrases("", text, EN).phrases}
    assert bool(found[key] & Trait.SETTING) is is_setting


@pytest.mark.parametrize(
    ("words", "stop"),
    [(["that", "'s"], 1), (["harbour", "'s", "it", "'s"], 1), (["ferry", "sinks", "that", "'s"], 2)],
)
def test_a_headline_of_idle_words_keeps_its_first(words: list[str], stop: int) -> None:
    """`'s` goes with the word before it, but never with the first one: a label is not empty."""
    cutter = HeadlineCutter.__new__(HeadlineCutter)
    cutter.low, cutter.idle, cutter.bounds = words, frozenset({"that", "it", "'s"}), frozenset()
    cutter.lists = word_lists("en")
    assert cutter._without_loose_end(0, len(words)) == stop

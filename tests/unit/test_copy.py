"""Reading copy as a whole: the laws, whole items in our own words, hostile input, the two sample texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from growth import assert_linear
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.copy import CleanCopy, damage, read_copy
from pipeline.language import UND, Language
from tests.examples import examples
from tests.real_data import STAND_INS, real, stand_in

EN, DE = Language.of("en"), Language.of("de")

# Pieces that rules look for, to be thrown together in any order.
PIECES = (
    "BRUSSELS (Reuters) – ", "Paris, France - ", "(ANSA) - ROMA, 12 GEN - ", "Jan 3 (AP) -- ", "By Ana Ruiz",
    "Von dpa",
    "(Adds comment)", "(Corrects name)", "(Reporting by Ana Ruiz; editing by Jan de Wit)", "((ana@example.org))",
    "Reporting by Ana Ruiz; Editing by Jan de Wit", "hh/ph/ts", "dpa wsz jln", "Copyright 2022 Thomson Reuters.",
    "Cover photo: IMAGO/SNA", "Political cartoons about world leaders", "___", "EMBARGOED UNTIL Monday",
    "UPDATE 1-",
    "Not for publication:", "KILL KILL KILL", "Ministers met again.", "Talks fail",
    "(", ")", " ", ".", ":", "—", "dpa", "\n\n",
)  # fmt: skip
text = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=5).map("".join)
copy = st.lists(text, max_size=6)


@settings(max_examples=examples(250), deadline=None)
@given(text, copy, st.sampled_from([UND, EN, DE]))
def test_nothing_is_invented(headline: str, paragraphs: list[str], language: Language) -> None:
    """Any copy can be read, and every word that comes out was in it, in its order."""
    found = read_copy(headline, paragraphs, language)
    assert all(found.paragraphs)
    source = " ".join(damage.repair(paragraph) for paragraph in (headline, *paragraphs))
    position = 0
    for paragraph in found.paragraphs:
        position = source.index(paragraph, position) + len(paragraph)
    assert found.headline in source


@settings(max_examples=examples(250), deadline=None)
@given(text, copy, st.sampled_from([UND, EN, DE]))
@example("", ["à¸\r0"], UND)  # in one line it is mojibake
@example("", ["0Ð€Ñ\r"], UND)
@example("", ["0\U00018cd6EMBARGOED UNTIL Monday(Reporting by Ana Ruiz; editing by Jan de Wit)"], UND)
def test_a_body_that_was_read_is_clean(headline: str, paragraphs: list[str], language: Language) -> None:
    """Reading it again strips nothing; at most its first line is taken for the headline that is now missing."""
    body = read_copy(headline, paragraphs, language).paragraphs
    again = read_copy("", body, language)
    assert again.furniture.stripped == ()
    assert body[len(body) - len(again.paragraphs) :] == again.paragraphs
    assert len(body) - len(again.paragraphs) <= 1


@settings(max_examples=examples(100), deadline=None)
@given(copy)
def test_the_same_copy_reads_the_same(paragraphs: list[str]) -> None:
    """A pure function: no state is left behind."""
    assert read_copy("", paragraphs) == read_copy("", paragraphs)


def lead() -> CleanCopy:
    """A whole item in our own words."""
    return read_copy(
        "",
        [
            "CORRECTED-UPDATE 1-Ministers leave Geneva without a deal",
            "(In Jan. 3 story, corrects number of ministers in paragraph 2; adds quote)",
            "By Ana Ruiz and Jan de Wit",
            "GENEVA, Jan 4 (Reuters) - Nine ministers left\u00a0Geneva on Tuesday without the deal they wanted.",
            "Sign up for our morning newsletter",
            "â€œWe shall meet again,â€\u009d said one of them.",
            "The road ahead",
            "No date was set. (Additional reporting by Li Na in New York; Editing by Tom Orr)",
            "Our Standards: The Thomson Reuters Trust Principles.",
        ],
    )


def test_a_whole_item_is_read() -> None:
    """Headline found and cleaned, body without furniture, everything else in its field."""
    found = lead()
    assert found.headline == "Ministers leave Geneva without a deal"
    assert found.paragraphs == (
        "Nine ministers left Geneva on Tuesday without the deal they wanted.",
        "“We shall meet again,” said one of them.",
        "The road ahead",
        "No date was set.",
    )
    assert found.agency == "reuters"
    assert found.signals == ("correction", "update")
    assert found.furniture.tags == ("CORRECTED", "UPDATE 1")
    assert found.furniture.bylines == ("Ana Ruiz", "Jan de Wit")
    assert (found.furniture.reporting, found.furniture.editing) == (("Li Na",), ("Tom Orr",))
    assert found.furniture.dateline is not None
    assert (
        found.furniture.dateline.city,
        found.furniture.dateline.country_code,
        found.furniture.dateline.date,
    ) == (
        "Geneva",
        "CH",
        "Jan 4",
    )
    assert (
        found.furniture.change_note == "(In Jan. 3 story, corrects number of ministers in paragraph 2; adds quote)"
    )
    assert {piece.kind for piece in found.furniture.stripped} == {
        "dateline",
        "byline",
        "change-note",
        "sign-off",
        "boilerplate",
    }


# what says whose copy it is, the surest first
ORIGINS = (
    (["GENEVA (AP) — Talks ended.", "Copyright 2022 Thomson Reuters."], "ap"),
    (["Talks ended.", "dpa wsz jln"], "dpa"),
    (["By Ana Ruiz, Associated Press", "Talks ended."], "ap"),
    (["Talks ended.", "Copyright 2022 Thomson Reuters."], "reuters"),
    (["Talks ended.", "Our Standards: The Thomson Reuters Trust Principles."], "reuters"),
    (["San Diego (tca/dpa) - Talks ended."], "tca"),
    (["Brussels, Belgium - Talks ended."], None),
)


@pytest.mark.parametrize(("paragraphs", "agency"), ORIGINS)
def test_the_origin_of_the_copy_counts(paragraphs: list[str], agency: str | None) -> None:
    """An agency's copy carried by another is the first one's."""
    assert read_copy("Talks end", paragraphs).agency == agency


def test_a_headline_is_found_only_where_there_is_one() -> None:
    """Short, without a full stop or dateline, before another paragraph, and only if none was given."""
    assert read_copy("", ["Talks end", "They ended."]).headline == "Talks end"
    assert read_copy("", ["WHO PAYS FOR THE QUAY?", "They asked."]).headline == "WHO PAYS FOR THE QUAY?"
    assert read_copy("", ["Who pays for the quay?", "They asked."]).headline == ""
    for paragraphs in (
        ["Talks end"],
        ["They ended.", "So it was."],
        ["GENEVA (AP) - Talks end", "They ended."],
        ["Talks " * 40, "x."],
    ):
        assert read_copy("", paragraphs).headline == ""
    assert read_copy("Given", ["Talks end", "They ended."]).paragraphs == ("Talks end", "They ended.")


def test_a_slug_line_comes_before_the_headline() -> None:
    """Its flags are tags, and it is no headline itself."""
    found = read_copy("", ["SWISS-TALKS/ (UPDATE 1, PIX)", "REFILE-Talks end", "GENEVA (Reuters) - They ended."])
    assert (found.slug, found.headline, found.paragraphs) == ("SWISS-TALKS/", "Talks end", ("They ended.",))
    assert (found.furniture.tags, found.signals) == (("UPDATE 1", "PIX", "REFILE"), ("refile", "update"))


def test_an_alert_of_one_line_gives_its_tag_and_stays_copy() -> None:
    """It has no headline; its tag still says how urgent it is."""
    found = read_copy("", ["FLASH: TALKS END IN GENEVA"])
    assert (found.headline, found.paragraphs) == ("", ("FLASH: TALKS END IN GENEVA",))
    assert (found.signals, found.urgency) == (("flash",), 1)


def test_a_kill_in_the_first_paragraph_counts() -> None:
    """dpa and AP kill by a note whose headline may be the old one."""
    assert read_copy("Harbour burns", ['Please kill item dpa 157 "Harbour burns".']).signals == ("kill",)
    assert read_copy("Harbour burns", ["Berlin (dpa) - Please kill item dpa 157."]).signals == ("kill",)
    assert read_copy("Harbour burns", ["Kill the story."]).signals == ("kill",)
    assert read_copy("Harbour burns", ["Kill the story before it kills us, she told the editor."]).signals == ()
    assert read_copy("Harbour burns", ["Talks ended.", "KILL KILL KILL"]).signals == ()


def test_kept_pieces_are_bounded() -> None:
    """More than the maximum are stripped all the same, and not kept."""
    found = read_copy("Talks end", ["Advertisement"] * 500 + ["They ended."])
    assert found.paragraphs == ("They ended.",)
    assert len(found.furniture.stripped) == 64


HOSTILE = (
    "(", "((", "()", "a (", "A (AP) - ", "By A B and ", "Ana Ruiz, ", "\u00a0", "1.1.", "Jan 1 ", "{}/", "(Adds ",
    "(Adds )", "A (AP) - (Adds )", "(Editing by Jan de Wit)", "Â€", "ÃÂ", "EMBARGOED ", "Sperrfrist 1.1.2022 ",
    "the following ", "the following a ", "not for publication ", "\n", "- ", "—", "KILL ", "copyright ", "© ",
    "photo: ", "a/", "dpa a", "Reporting by Ana Ruiz; ", "UPDATE 1-", "x@y.", "#", "W ", "'", "\ud800", "\x00",
    "folgende a ", "nicht öffentlichung folgende ",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.slow
def test_no_input_makes_it_run_away(piece: str) -> None:
    """Twice the input costs about twice the time, as one line and as many: not four times."""

    def prepared(length: int) -> Callable[[], object]:
        one = (piece * (length // len(piece) + 1))[:length]
        many = [piece] * (length // 20)
        note = "publication following nicht ffentlichung"
        return lambda: (read_copy(one, [one, note, one + ")"]), read_copy("", many))

    assert_linear(prepared, 50_000)


@pytest.mark.parametrize(
    ("folder", "place"),
    [stand_in(STAND_INS / "texts", ("Lisbon", "Portugal")), *real("seeds", ("Brussels", "Belgium"))],
)
def test_whole_texts(folder: Path, place: tuple[str, str]) -> None:
    """What an agency's text and a page's say about themselves is recognised and out of the body."""
    texts = [path.read_text("utf-8").split("\n") for path in sorted(folder.glob("*.txt"))]
    lines = [[line for line in text if line] for text in texts]
    agency, page = (read_copy("", each) for each in lines)
    for found in (agency, page):
        assert found.furniture.dateline is not None
        assert (found.furniture.dateline.city, found.furniture.dateline.country) == place
    kinds = [sorted(piece.kind for piece in found.furniture.stripped) for found in (agency, page)]
    assert (agency.headline, agency.agency) == ("", "reuters")
    assert kinds == [["boilerplate", "copyright", "dateline", "sign-off"], ["credit", "dateline"]]
    assert [len(agency.furniture.reporting), len(agency.furniture.editing), len(page.furniture.credits)] == [
        1,
        1,
        1,
    ]
    assert not any("cartoon" in paragraph for paragraph in agency.paragraphs)
    assert page.headline == lines[1][0]
    assert len(agency.paragraphs) == len(lines[0]) - 3  # boilerplate, copyright, sign-off
    assert len(page.paragraphs) == len(lines[1]) - 2  # headline, credit


def test_a_dateline_apart_from_the_copy_is_read_unless_the_copy_has_its_own() -> None:
    """A format's dateline says where, when and whose copy it is; nothing is stripped for it."""
    apart = read_copy("Talks end", ["Talks ended."], dateline="GENEVA, Jan 4 (AFP) -")
    assert (apart.furniture.dateline and apart.furniture.dateline.city, apart.agency) == ("Geneva", "afp")
    assert (apart.paragraphs, apart.furniture.stripped) == (("Talks ended.",), ())
    assert read_copy("Talks end", ["Talks ended."], dateline="GENEVA (Quay) -").agency is None
    both = read_copy("Talks end", ["OSLO (AP) — Talks ended."], dateline="GENEVA, Jan 4 (AFP) -")
    assert (both.furniture.dateline and both.furniture.dateline.city, both.agency) == ("Oslo", "ap")


@pytest.mark.parametrize(
    ("below", "left"),
    [
        (["js/cd", "ACME GROUP", "OMEGA"], []),  # AFP: the companies in the copy
        (["PTI JSM", "CD", "EF"], []),
        (["a.writer@example.org", "(END)"], []),  # Yonhap
        (["// انتهى //", "14:00ت م", "0123"], []),  # SPA
        (["ABC/DEF"], []),
        (["js/cd", "Ana Ruiz 12, Li Na 9"], ["Ana Ruiz 12, Li Na 9"]),
        (["ACME GROUP"], ["ACME GROUP"]),
        (["a.writer@example.org"], []),
        (["Write to this address:", "harbour@example.org"], ["Write to this address:", "harbour@example.org"]),
        (["“The sea has no door.”", "-- Dana Holt"], ["“The sea has no door.”", "-- Dana Holt"]),
    ],
)
def test_what_a_sign_off_brings_with_it_leaves_too(below: list[str], left: list[str]) -> None:
    """Companies, times, numbers and an address beside it, and only beside it."""
    found = read_copy("Talks end", ["PARIS, Jan 3 (AFP) - Talks ended on Monday.", *below])
    assert list(found.paragraphs) == ["Talks ended on Monday.", *left]


def test_a_sign_off_or_byline_apart_from_the_copy_says_whose_it_is() -> None:
    """A sign-off field is kept, a byline field names the agency, unless the copy has its own."""
    apart = read_copy("Talks end", ["Talks ended."], DE, byline="Von Ana Ruiz, dpa", sign_off="dpa an/lön xx n1")
    assert (apart.furniture.sign_off, apart.agency, apart.furniture.stripped) == ("dpa an/lön xx n1", "dpa", ())
    own = read_copy("Talks end", ["Talks ended. (Reporting by Li Na)"], sign_off="dpa an xx n1")
    assert (own.furniture.sign_off, own.furniture.reporting) == ("(Reporting by Li Na)", ("Li Na",))
    assert (
        read_copy("Talks end", ["Talks ended."], sign_off="Writethru desk 7").furniture.sign_off
        == "Writethru desk 7"
    )


def test_a_headline_that_the_body_repeats_is_no_paragraph() -> None:
    """TT puts it over the body again; a body that is nothing else stays."""
    assert read_copy("Talks end", ["TALKS END", "Talks ended."]).paragraphs == ("Talks ended.",)
    assert read_copy("Talks end", ["Talks end"]).paragraphs == ("Talks end",)


@pytest.mark.parametrize("length", [3, 81, 300, 420, 421])
@pytest.mark.parametrize("unit", [".", ". ", "…", "_", "=", "-.", "(", "()"])
def test_a_line_without_a_word_below_the_copy(unit: str, length: int) -> None:
    """However long a rule is, of dots too, it is read; one that is too long for a rule may stay."""
    rule = (unit * length)[:length].strip()
    assert read_copy("Talks end", ["Talks ended.", rule]).paragraphs in (("Talks ended.",), ("Talks ended.", rule))


@pytest.mark.parametrize(
    "headline", ["UPDATE 1-EMBARGOED UNTIL 10 Jan 2022: Ferry late", "KILL KILL KILL EMBARGO: x"]
)
def test_an_embargo_after_a_tag_counts(headline: str) -> None:
    """Words before it in the headline do not hide it."""
    assert read_copy(headline, ("The ferry came late.",)).embargo is not None

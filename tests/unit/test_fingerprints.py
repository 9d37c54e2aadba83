"""normalise.fingerprints: what is one word, one term, one number, one shingle."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.folding import fold_text, fold_word
from pipeline.language.terms import term_hash
from pipeline.normalise import fingerprints
from pipeline.normalise.characters import FOLDED_HERE, KINDS
from pipeline.normalise.cutting import DIGIT, LETTER
from pipeline.normalise.fingerprints import Fingerprints, cut_text, fingerprint
from tests.waiting import PROCESS_SECONDS

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = "The harbour board approved a plan for 14 new ferry berths on Tuesday, its chairwoman said. "
word_signs = st.characters(codec="utf-8", max_codepoint=0x2FFF, categories=("L", "M", "N"))


def written(text: str) -> list[str]:
    """The words of a text as the kernel cuts them."""
    words = cut_text(text)
    starts = [0, *words.ends[:-1].tolist()]
    letters = words.letters.tolist()
    return ["".join(map(chr, letters[a:b])) for a, b in zip(starts, words.ends.tolist(), strict=False)]


def numbers(data: bytes, layout: str = "<u4") -> list[int]:
    return [int(number) for number in np.frombuffer(data, layout)]


def terms(prints: Fingerprints) -> dict[int, tuple[int, int, int]]:
    """Term hash -> count, lead count, opening flag."""
    columns = zip(prints.counts, prints.lead_counts, prints.opening, strict=True)
    return dict(zip(numbers(prints.terms), columns, strict=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" — …\n“ ” ' ’ ", []),
        ("NATO's envoys", ["natos", "envoys"]),
        ("NATO’s envoys ‘met’ the boys’ club", ["natos", "envoys", "met", "the", "boys", "club"]),
        ("l’Otan dell'Onu we'll", ["l", "otan", "dell", "onu", "well"]),
        ("“quoted”—dashed–words", ["quoted", "dashed", "words"]),
        ("COVID-19 in Straße ﬁve", ["covid", "19", "in", "strasse", "five"]),
        ("1,500 1.500 1500", ["1500", "1500", "1500"]),
        ("3.5 3,5 1,234,567.8 2021.", ["3.5", "3.5", "1234567.8", "2021"]),
        ("co\u00adoperate", ["cooperate"]),
        ("東京 2022", ["東", "京", "2022"]),
        ("Київ 5:3", ["київ", "5", "3"]),
        ("𠀀 😀 x", ["𠀀", "x"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    """A word is what a reader would call one, however it is typed."""
    assert written(text) == words


@given(
    st.text(word_signs, min_size=2, max_size=12),
    st.sampled_from(["", "s", "es", "ies", "sses", "shes", "ss", "us"]),
)
def test_term_law(stem: str, ending: str) -> None:
    """The kernel's term of a word is term_hash of what fold_word makes of it."""
    word = unicodedata.normalize("NFKC", stem + ending)
    folded = fold_word(word)
    if all(KINDS[ord(sign)] in {LETTER, DIGIT} for sign in fold_text(word) + folded) and len(folded) > 1:
        found = numbers(fingerprint(b"", word, "", "").terms)
        assert found in ([term_hash(folded)], []), "one word, one term"
        assert bool(found) == (term_hash(folded) not in fingerprints._STOP)


def test_counts() -> None:
    """A term of the title counts three times, function words never, the plural is the singular."""
    found = terms(
        fingerprint(b"", "Ferries for the harbour", "x", "The ferry and its harbours " + "filler " * 70 + "quay")
    )
    assert found[term_hash("ferry")] == (4, 2, 1)
    assert found[term_hash("harbour")] == (4, 2, 1)
    assert found[term_hash("filler")] == (70, 55, 1)
    assert found[term_hash("quay")] == (1, 0, 0)
    assert len(found) == 4


def test_exact_hashes() -> None:
    """body_hash and bare_hash see words only; typing, case and quotes do not change them, a word does."""
    one = fingerprint(b"1", "T", "“It’s done”, he said.", "It is done")
    two = fingerprint(b"2", "Other", '"IT\'S DONE," he  said', "It is  done!")
    assert (one.body_hash, one.bare_hash) == (two.body_hash, two.bare_hash)
    assert one.raw_hash != two.raw_hash
    assert one.body_hash != one.bare_hash != fingerprint(b"", "", "", "It is not done").bare_hash


FIGURES = {  # text: how many figures it has
    "on March 3, 2022 nine of 12 left": 1,
    "on 3 March 2022 some 3,500 left": 1,
    "March 3rd": 0,
    "Am 3. März 2022 kamen 30 Leute": 1,
    "el 3 de marzo de 2022 llegaron 40": 1,
    "le 1er mars, 12 personnes": 1,
    "4 مارس 2024": 0,
    "in March 2022": 0,
    "in 2022 some 12 left": 2,
    "12 people in March": 1,
    "1,250 in March": 1,
    "3.5 percent in May": 1,
    "May 2 3 4": 2,
    "3/4 at 10:30": 4,
    "250 March past": 1,
    "rubber at 1600 - April 7": 1,  # an hour
    "in March 45 people": 1,  # no day
    "in March 30 people": 0,  # it may be one
    "٣ مارس ٢٠٢٤": 0,
}


@pytest.mark.parametrize("text", FIGURES)
def test_dates_are_no_figures(text: str) -> None:
    """Editors put a date for a weekday; a year alone and a number away from a month may be anything."""
    assert len(numbers(fingerprint(b"", "", "", f"{text} {SENTENCE}").numbers)) == FIGURES[text] + len(
        numbers(fingerprint(b"", "", "", SENTENCE).numbers)
    )


def test_alerts_are_compared_with_their_headline() -> None:
    """An item with hardly a body is compared by headline and body, any other by its body alone."""
    alert = fingerprint(b"", "Harbour board approves 14 berths", "", "")
    assert len(numbers(alert.shingles)) == 3
    assert len(numbers(alert.numbers)) == 1
    body = SENTENCE * 3
    assert fingerprint(b"", "A headline of 99 words", body, body)[4:7] == fingerprint(b"", "", body, body)[4:7]


def test_every_character_folds_alike() -> None:
    """The kernel's table folds each character, alone and behind one that marks could join, as fold_text does."""
    for point in range(FOLDED_HERE + 0x100):
        for text in (chr(point), f"e{chr(point)}", f"\u1100{chr(point)}"):
            assert fingerprints._folded(text).tolist() == [*map(ord, fold_text(text))], hex(point)


@given(st.text(st.characters(max_codepoint=FOLDED_HERE), max_size=60))
def test_text_folds_alike(text: str) -> None:
    """Any characters side by side: folded by the table, or by fold_text where the table has no entry."""
    assert fingerprints._folded(text).tolist() == [*map(ord, fold_text(text))]


@given(st.lists(st.sampled_from(SENTENCE.split()), max_size=700))
def test_sample_law(words: list[str]) -> None:
    """The sample is part of the shingles, holds the lead, is sorted, distinct and bounded."""
    prints = fingerprint(b"", "", "", " ".join(words))
    sample, shingles = numbers(prints.sample, "<u8"), numbers(prints.shingles)
    lead = numbers(fingerprint(b"", "", "", " ".join(words[:42])).shingles)
    assert {number >> 32 for number in sample} <= set(shingles)
    assert set(lead) <= {number >> 32 for number in sample}
    assert sample == sorted(set(sample))
    assert len(sample) <= fingerprints.SAMPLE_MAX


@given(st.integers(0, 40), st.integers(0, 40))
def test_winnowing_law(before: int, after: int) -> None:
    """Two texts with ten words in a row in common share a sampled shingle, wherever the words are."""
    shared = [f"s{i}" for i in range(10)]
    one = " ".join([f"a{i}" for i in range(40 + before)] + shared)
    two = " ".join([f"b{i}" for i in range(40 + after)] + shared + [f"c{i}" for i in range(after)])
    samples = [set(numbers(fingerprint(b"", "", "", text).sample, "<u8")) for text in (one, two)]
    assert samples[0] & samples[1]


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text(body: str, headline: str) -> None:
    """No text breaks it, and the same text gives the same bytes."""
    once = fingerprint(b"raw", headline, body, body)
    assert once == fingerprint(b"raw", headline, body, body + "")
    assert len(once.terms) == 4 * len(once.counts) == 4 * len(once.lead_counts) == 4 * len(once.opening)


def test_long_text_is_bounded() -> None:
    """A text of any length has bounded fingerprints."""
    prints = fingerprint(b"", "h " * 9999, "", " ".join(f"w{i}" for i in range(20_000)))
    assert prints.words == 20_000
    assert len(prints.shingles) <= 4 * fingerprints.COMPARED_WORDS_MAX
    assert len(prints.sample) == 8 * fingerprints.SAMPLE_MAX
    assert len(prints.terms) <= 4 * (fingerprints.BODY_WORDS + fingerprints.TITLE_WORDS_MAX)


@pytest.mark.slow
def test_kernels_within_bounds(tmp_path: Path) -> None:
    """No kernel reads or writes past an array: compiled again under numba's bounds checking."""
    script = (
        "from pipeline.normalise.fingerprints import fingerprint\n"
        "for n in (*range(30), 45, 700):\n"
        "    text = ' '.join(f\"ferries' {i},{i % 7}00s 1.5 boxes 東京\" for i in range(n))\n"
        "    for t in (text, text[:-1], text + '’'): fingerprint(b'', t, t + '.', t)\n"
    )
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, env=environment, timeout=PROCESS_SECONDS)

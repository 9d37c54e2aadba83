"""What each character is to a word, and what it folds to: the tables that texts are cut by."""

from __future__ import annotations

import unicodedata

import numpy as np

from pipeline.language.folding import fold_text
from pipeline.normalise.cutting import ALONE, APOSTROPHE, BREAK, DIGIT, LETTER, SILENT, UNKNOWN_FOLD, Array

FOLDED_HERE = 0x2100  # from letterlike symbols on few letters have a case: fold_text folds those texts


def _kinds() -> Array:
    """What every code point of the basic plane is to a word; the planes above are words only where CJK."""
    table = np.zeros(0x10000, np.uint8)
    of_category = {"L": LETTER, "M": LETTER, "N": DIGIT}
    for point in range(0x10000):
        table[point] = of_category.get(unicodedata.category(chr(point))[0], BREAK)
    # Scripts written without blanks: every sign is a word.  Thai to Khmer, kana, ideographs.
    for first, last in ((0x0E01, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3041, 0x30FF), (0x3400, 0x9FFF)):
        signs = table[first : last + 1]
        signs[signs == LETTER] = ALONE
    table[[0x27, 0x60, 0x02BC, 0x2018, 0x2019, 0x201B]] = APOSTROPHE  # quotes written for one too: `Porvo‘s`
    table[[0xAD, 0x200C, 0x200D, 0x2060, 0xFEFF]] = SILENT  # soft hyphen, joiners: invisible
    return table


KINDS = _kinds()


def _folds() -> Array:
    """What a code point folds to (folding.fold_text); UNKNOWN_FOLD where that takes more than the one character.

    Marks and Hangul vowels and finals may join the letter before them (NFKC); every other character that folds
    to one character does so whatever is beside it.
    """
    table = np.full(FOLDED_HERE, UNKNOWN_FOLD, np.uint32)
    for point in range(FOLDED_HERE):
        folded = fold_text(chr(point))
        joins = unicodedata.category(chr(point)).startswith("M") or 0x1100 <= point < 0x1200
        if len(folded) == 1 and not joins:
            table[point] = ord(folded)
    return table


FOLDS = _folds()

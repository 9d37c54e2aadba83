"""Words without their accents, and the key of a name: for names that are written in several ways."""

from __future__ import annotations

import re
import unicodedata

# `U.S.` is `US`, `Nuku'alofa` is `Nukualofa`; in Persian two letters have another form than in Arabic.
_SPELLED = str.maketrans("یک", "يك", ".'’")
_BREAKS = re.compile(r"(?:[^\w\u0900-\u0e7f]|_)+")  # vowels of Indic scripts and Thai are marks, no letters
_SAINT = {"st": "saint", "sankt": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}


def without_accents(text: str) -> str:
    """The text with the base of each letter alone, in its plain form (NFKD): `mié` is `mie`, `ﬁ` is `fi`."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def place_key(name: str) -> str:
    """The key of a name, the same for all its spellings: no accents, case or points; `Sankt`, `St.` are `Saint`."""
    plain = name if name.isascii() else without_accents(name)
    words = _BREAKS.split(plain.casefold().translate(_SPELLED))
    return " ".join(_SAINT.get(word, word) for word in words if word)

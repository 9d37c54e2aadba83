"""Words without their accents, for names that are written with and without them."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """The text with the base of each letter alone, in its plain form (NFKD): `mié` is `mie`, `ﬁ` is `fi`."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))

"""Where a sentence ends: three questions that differ on purpose.

ends            a paragraph that ends as a sentence does: with its stop, and what closes a quotation behind it
ends_plainly    a line that has a stop and nothing behind it, and not that of a company or of initials: a label, a
                credit or a line about the copy may end with a quotation or with `Inc.`, and is no sentence for that
may_be_signed   what a sign-off in brackets may be behind: a quotation or another bracket needs no stop
"""

from __future__ import annotations

import re

STOPS = ".!?…।。؟۔！？։።။។"
_STOPPED = tuple(STOPS)
_CLOSING = "\"”“»'’)」"
_ENDINGS = tuple(stop + closing for stop in STOPS for closing in ("", *_CLOSING))
_PLAIN = re.compile(
    rf"(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!\bCorp)(?<!\bBros)(?<!\bLLC)(?<!\bGmbH)(?<!\bplc)(?<!\b[A-Z]\.[A-Z])[{STOPS}]$"
)
_BEFORE_BRACKETS = (*STOPS, *_CLOSING, "）")


def ends(text: str) -> bool:
    """Whether a paragraph ends as a sentence does."""
    return text.endswith(_ENDINGS)


def ends_plainly(text: str) -> bool:
    """Whether a line ends with the stop of a sentence and nothing else."""
    return text.endswith(_STOPPED) and _PLAIN.search(text, len(text) - 1) is not None


def may_be_signed(text: str) -> bool:
    """Whether brackets behind the text may be a sign-off."""
    return text.endswith(_BEFORE_BRACKETS)

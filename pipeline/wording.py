"""What is said to people in their own language: one table of words a language, in the YAML file of a room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

NAMED_MAX = 8  # names in a list; the rest is counted
END_OF_SENTENCE = ".!?…。"
CLOSING = '”“"’»'


class WordingLanguage(StrEnum):
    """The languages that are spoken."""

    EN = "en"
    DE = "de"


class Wording:
    """The words of one language.  `fill` is what goes into the braces of an entry; nothing else is ever in them."""

    def __init__(self, entries: dict[str, Any]) -> None:
        self._entries = entries

    def title(self, key: str, **fill: object) -> str:
        """The one line of an event."""
        return self._filled("titles", key, fill)

    def text(self, key: str, **fill: object) -> str:
        """A sentence about it."""
        return self._filled("texts", key, fill)

    def reason(self, key: str, **fill: object) -> str:
        """Why it is alerted."""
        return self._filled("reasons", key, fill)

    def quoted(self, text: str) -> str:
        """The text in the quotation marks of the language."""
        return str(self._entries["quoted"]).format(text=text)

    def listing(self, names: Sequence[str]) -> str:
        """`Norden, Meridian and Polder`; beyond NAMED_MAX, how many more there are."""
        if len(names) > NAMED_MAX:
            shown = ", ".join(names[:NAMED_MAX])
            return str(self._entries["more"]).format(names=shown, count=len(names) - NAMED_MAX)
        if len(names) < 2:
            return "".join(names)
        return str(self._entries["and"]).format(first=", ".join(names[:-1]), last=names[-1])

    def clock(self, moment: datetime) -> str:
        """A moment in UTC, to the minute."""
        month = self._entries["months"][moment.month - 1]
        return str(self._entries["clock"]).format(time=moment, day=moment.day, month=month)

    def _filled(self, table: str, key: str, fill: dict[str, object]) -> str:
        return str(self._entries[table][key]).format(**fill)


@cache
def load_wording(path: Path, language: WordingLanguage) -> Wording:
    """The words of a language, out of a file of ours."""
    return Wording(load_entries(path)[language])


@cache
def load_entries(path: Path) -> dict[str, dict[str, Any]]:
    """The file as it is: by language the tables `titles`, `texts` and `reasons`, and the words around them."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return found


def ended(sentence: str) -> str:
    """The sentence with a full stop if it has no end of its own."""
    return sentence if sentence.rstrip(CLOSING).endswith(tuple(END_OF_SENTENCE)) else f"{sentence}."

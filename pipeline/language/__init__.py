"""The language of a text: the whole tag for readers, its primary subtag for everything that decides.

`en-GB` is shown as `en-GB`, and its word lists, rules, keys and partition are those of `en`.  A Language is no
`str`, so that a table keyed by primary subtags cannot be asked for a whole tag by mistake.

blocks      the words of languages.yaml         letters      of scripts, for patterns
word_lists  those that story labels are made with
event_words nouns and verbs of events (events_*.tsv)
folding     when two spellings are one word     terms        the number of a word
watched     words that a rule of people looks for
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic_core import CoreSchema, core_schema

UNDETERMINED = "und"  # RFC 5646, 4.1
TAGS_CACHED = 1_024
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,7}")  # RFC 5646, 2.1, as far as the wire uses it


@dataclass(frozen=True, slots=True)
class Language:
    """A language tag (RFC 5646).  Made by `Language.of`, which spells it as the RFC does."""

    tag: str  # `en-GB`, `zh-Hant-TW`, `und`

    @classmethod
    def of(cls, tag: str | None) -> Language:
        """The language of a tag in any case, with `-` or `_`; `und` for none, and for what is not a tag."""
        return _language(tag or "")

    @property
    def primary(self) -> str:
        """The primary subtag, lower case: `en`."""
        return self.tag.partition("-")[0]

    @property
    def known(self) -> bool:
        """Whether it is determined."""
        return self.primary != UNDETERMINED

    def __str__(self) -> str:
        return self.tag

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        """A string in JSON, and so in the published schemas."""
        text = core_schema.no_info_after_validator_function(_language, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), text]),
            serialization=core_schema.to_string_ser_schema(),
        )


@lru_cache(TAGS_CACHED)
def _language(text: str) -> Language:
    tag = text.strip().replace("_", "-").lower()
    primary, *subtags = tag.split("-")
    if not _TAG.fullmatch(tag) or primary == UNDETERMINED:
        return UND
    singleton = next((n for n, subtag in enumerate(subtags) if len(subtag) == 1), len(subtags))
    return Language("-".join((primary, *map(_spelt, subtags[:singleton]), *subtags[singleton:])))


def _spelt(subtag: str) -> str:
    """Regions in capitals, scripts with one (RFC 5646, 2.1.1)."""
    return {2: subtag.upper(), 4: subtag.title()}.get(len(subtag), subtag)


UND = Language(UNDETERMINED)

"""The rules file: one YAML file that editors write, checked in full before the room opens."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from pipeline import rule_files
from pipeline.alert.reports import REPORTS_MAX
from pipeline.items import ChangeKind, Level, Severity
from pipeline.language import Language
from pipeline.language.watched import TEXT_CHARACTERS_MAX, Term, WatchedTerms
from pipeline.rule_files import StrictModel, content_hash, read_rules
from pipeline.wording import WordingLanguage

DEFAULT = Path(__file__).with_name("rules.yaml")
RULES_MAX = 100  # together with CONDITIONS the bound of what a thread remembers
LIST_MAX = 500  # terms, feeds, languages or thresholds of one rule

COUNTS_MIN = 2  # sources or items that a rule may ask for

LEVELS = tuple(Level)  # strongest first


# What a severity may ask for: a repeat is never alerted.
AlertedSeverity = Literal[Severity.KILLED, Severity.CORRECTED, Severity.REFILED]


class HoldChange(StrEnum):
    """What happened to the hold of a published dispatch."""

    HELD = "held"
    RELEASED = "released"


def _ascending(steps: tuple[int, ...]) -> tuple[int, ...]:
    if list(steps) != sorted(set(steps)):
        raise ValueError("the numbers must rise")
    return steps


def _primary(name: str) -> str:
    primary = Language.of(name).primary
    if primary != name.strip().lower():
        raise ValueError(f"{name!r} is not a primary language subtag: `en` covers en-GB and en-US too")
    return primary


ASCENDING = (Field(max_length=LIST_MAX), AfterValidator(_ascending))
SourceCounts = Annotated[tuple[Annotated[int, Field(ge=COUNTS_MIN, le=REPORTS_MAX)], ...], *ASCENDING]
ItemCounts = Annotated[tuple[Annotated[int, Field(ge=COUNTS_MIN, le=1_000_000)], ...], *ASCENDING]
Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=LIST_MAX)]
Languages = Annotated[tuple[Annotated[str, AfterValidator(_primary)], ...], Field(max_length=LIST_MAX)]


class When(StrictModel):
    """What must hold, all of it, for a rule to match.  Each field is a row of conditions.CONDITIONS."""

    severity: tuple[AlertedSeverity, ...] = Field(
        (),
        max_length=3,
        description="the dispatch was `killed`, `corrected` or `refiled` after it was published, or copies one "
        "that was (a recall)",
    )
    changes: tuple[ChangeKind, ...] = Field(
        (),
        max_length=len(ChangeKind),
        description="a correction changed a `figure`, a `name`, other `words`, the `spelling`, no sentence "
        "(`none`), or it is `unknown` what. Beside `severity`, for corrections only",
    )
    hold: tuple[HoldChange, ...] = Field(
        (), max_length=2, description="the dispatch, which was published, is `held`, or `released` again"
    )
    urgency_at_most: int | None = Field(
        None, ge=1, le=9, description="the agency's urgency (1 most urgent … 9) is at most this number"
    )
    independent_sources: SourceCounts = Field(
        (),
        description="so many agencies or outlets reported the same themselves: within 36 hours, in like words, "
        "with the figures of the headline. Copies do not count, and each source counts once",
    )
    story_items: ItemCounts = Field((), description="the story has so many items, copies included")
    terms: tuple[Term, ...] = Field(
        (),
        max_length=LIST_MAX,
        description="one of these words or phrases is in the headline or in the first "
        f"{TEXT_CHARACTERS_MAX:,} characters of the body",
    )

    @model_validator(mode="after")
    def _asks_something(self) -> When:
        if not self.asked:
            raise ValueError("a rule must ask for something: " + ", ".join(type(self).model_fields))
        if self.changes and not self.severity:
            raise ValueError("`changes` asks what a correction changed: add `severity: [corrected]`")
        if self.severity and self.hold:
            raise ValueError("`severity` and `hold` never hold together: make two rules of it")
        return self

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The conditions that are set, in the order of the fields."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) not in (None, ()))

    @cached_property
    def watched(self) -> WatchedTerms:
        """The terms, ready for a search."""
        return WatchedTerms(self.terms)


class Rule(StrictModel):
    """One rule.  Without feeds or languages it holds for all of them."""

    name: str = Field(min_length=1, max_length=60)
    level: Level
    when: When
    feeds: Names = ()
    languages: Languages = ()  # `en` covers en-GB too

    def covers(self, feed: str, language: Language) -> bool:
        """Whether the rule is about this feed and language."""
        return (not self.feeds or feed in self.feeds) and (not self.languages or language.primary in self.languages)


class Throttle(StrictModel):
    """At most so many alerts a story in so many minutes of stream time."""

    minutes: int = Field(default=30, ge=1, le=1440)
    alerts: int = Field(default=3, ge=1, le=20)


class Rules(StrictModel):
    """The whole file."""

    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=RULES_MAX)]
    throttle: Throttle = Throttle()
    language: WordingLanguage = WordingLanguage.EN  # of titles, texts and reasons

    @model_validator(mode="after")
    def _names_differ(self) -> Rules:
        names = [rule.name for rule in self.rules]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two rules are named {twice!r}")
        return self

    @cached_property
    def by_level(self) -> tuple[Rule, ...]:
        """The strongest first, those of one level in the order of the file."""
        return tuple(sorted(self.rules, key=lambda rule: LEVELS.index(rule.level)))

    @cached_property
    def hash(self) -> str:
        """What identifies the rules in alerts."""
        return content_hash(self)


def load_rules(path: Path = DEFAULT) -> Rules:
    """The rules of a file.  Raises ValueError naming every wrong rule and field, OSError if it cannot be read."""
    return read_rules(Rules, path)


def parse_rules(data: bytes | str, name: str = "rules") -> Rules:
    """The rules of a file's content.  Raises ValueError naming every wrong rule and field."""
    return rule_files.parse_rules(Rules, data, name)

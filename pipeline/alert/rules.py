"""The rules file: one YAML file that editors write, checked in full before the room opens."""

from __future__ import annotations

import hashlib
import math
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.alert.reports import REPORTS_MAX
from pipeline.alert.watched import TEXT_CHARACTERS_MAX, FoldedText, WatchedTerms
from pipeline.alert.wording import AlertLanguage
from pipeline.items import ChangeKind, Level, Severity
from pipeline.language import Language

DEFAULT = Path(__file__).with_name("rules.yaml")
FILE_BYTES_MAX = 1_000_000
VALUES_MAX = 100_000  # keys included; a few aliases can make millions of a few lines
PROBLEMS_MAX = 10  # that are named at a time
HASH_DIGITS = 16  # of a SHA-256, in hex
RULES_MAX = 100  # together with CONDITIONS the bound of what a thread remembers
LIST_MAX = 500  # terms, feeds, languages or thresholds of one rule

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


def _has_words(term: str) -> str:
    if not FoldedText(term).words:
        raise ValueError(f"{term!r} has no letter or digit")
    return term


def _primary(name: str) -> str:
    primary = Language.of(name).primary
    if primary != name.strip().lower():
        raise ValueError(f"{name!r} is not a primary language subtag: `en` covers en-GB and en-US too")
    return primary


ASCENDING = (Field(max_length=LIST_MAX), AfterValidator(_ascending))
SourceCounts = Annotated[tuple[Annotated[int, Field(ge=2, le=REPORTS_MAX)], ...], *ASCENDING]
ItemCounts = Annotated[tuple[Annotated[int, Field(ge=2, le=1_000_000)], ...], *ASCENDING]
Term = Annotated[str, Field(max_length=200), AfterValidator(_has_words)]
Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=LIST_MAX)]
Languages = Annotated[tuple[Annotated[str, AfterValidator(_primary)], ...], Field(max_length=LIST_MAX)]


class StrictModel(BaseModel):
    """Frozen; an unknown member is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
        description="so many agencies or outlets reported the same themselves: within 12 hours, in like words, "
        "with no figure that contradicts. Copies do not count, and each source counts once",
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
    language: AlertLanguage = AlertLanguage.EN  # of titles, texts and reasons

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
        """What identifies the rules in alerts: the same for files that differ in comments and layout only.

        What is left at its default does not count, so that a new option changes no hash.
        """
        meant = self.model_dump_json(exclude_defaults=True)
        return hashlib.sha256(meant.encode()).hexdigest()[:HASH_DIGITS]


def load_rules(path: Path = DEFAULT) -> Rules:
    """The rules of a file.  Raises ValueError naming every wrong rule and field, OSError if it cannot be read."""
    with path.open("rb") as file:
        data = file.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise ValueError(f"{path.name}: larger than {FILE_BYTES_MAX} bytes")
    return parse_rules(data, path.name)


def parse_rules(data: bytes | str, name: str = "rules") -> Rules:
    """The rules of a file's content.  Raises ValueError naming every wrong rule and field."""
    try:
        data = data if isinstance(data, str) else data.decode()
        if _values(yaml.compose(data, Loader=yaml.BaseLoader)) > VALUES_MAX:
            raise ValueError(f"{name}: its aliases make more than {VALUES_MAX:,} values; write it without them")
        # BaseLoader makes strings of everything, which pydantic reads: Norwegian (`no`) is not a boolean here.
        content = yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 - builds nothing but str, list and dict
        return Rules.model_validate(content)
    except UnicodeDecodeError:
        raise ValueError(f"{name}: not UTF-8; save it as UTF-8") from None
    except RecursionError:
        raise ValueError(f"{name}: nested too deeply; write it flatter") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{name}: not YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        wrong = [f"{_place(content, problem['loc'])}: {problem['msg']}" for problem in error.errors()]
        more = [f"and {len(wrong) - PROBLEMS_MAX} more"] if len(wrong) > PROBLEMS_MAX else []
        raise ValueError(f"{name}: " + "; ".join(wrong[:PROBLEMS_MAX] + more)) from None


def _values(node: yaml.Node | None, known: dict[int, float] | None = None) -> float:
    """How many values a file has with its aliases written out; endless if one contains itself."""
    known = {} if known is None else known
    if id(node) not in known:
        known[id(node)] = math.inf  # until its own values are counted
        children = node.value if isinstance(node, yaml.CollectionNode) else ()
        flat = (one for child in children for one in (child if isinstance(child, tuple) else (child,)))
        known[id(node)] = 1 + sum(_values(child, known) for child in flat)
    return known[id(node)]


def _place(content: Any, loc: tuple[int | str, ...]) -> str:
    """Where an error is, in terms of the file: `rule 'flash', field when.urgency_at_most`."""
    match loc:
        case ("rules", int(number), *field):
            rule = content["rules"][number]
            named = isinstance(rule, dict) and rule.get("name")
            place = f"rule {named!r}" if named else f"rule number {number + 1}"
        case _:
            place, field = "the file", list(loc)
    return place + (f", field {'.'.join(map(str, field))}" if field else "")

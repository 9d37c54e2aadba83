"""What a rule may ask of an item: one function a condition, all of them in one table.

A condition answers with a Finding, in plain words, or with nothing.  Its mark says how far the story had come:
what a thread was already told is not told again (Telling).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from pipeline.alert.facts import Facts
from pipeline.alert.rules import Rule, When

NAMED_MAX = 8  # sources or terms in a reason


class Finding(NamedTuple):
    """A condition that holds."""

    mark: int  # grows as the story grows
    reason: str


class Telling(Enum):
    """How often a thread is told the same."""

    ALWAYS = "always"
    NEW = "by every report of its own; by a copy only if it goes further than what was told"
    ONCE = "only if it goes further than what was told"


def severity(when: When, facts: Facts) -> Finding | None:
    """Killed, corrected or refiled, after someone got it."""
    found, dispatch = facts.severity, facts.item.dispatch
    if found not in when.severity or not facts.was_published:
        return None
    if facts.is_recalled:
        return Finding(0, f"recalled: the dispatch it repeats was {found}")
    why = f" ({dispatch.why})" if dispatch.why else ""
    return Finding(0, f"{found} by {facts.item.wire.feed}{why}")


def urgency_at_most(when: When, facts: Facts) -> Finding | None:
    """The agency's own urgency, 1 (most urgent) to 9."""
    urgency = facts.item.urgency
    if urgency is None or when.urgency_at_most is None or urgency > when.urgency_at_most:
        return None
    return Finding(10 - urgency, f"urgency {urgency} by {facts.item.wire.feed}")


def independent_sources(when: When, facts: Facts) -> Finding | None:
    """How many reported it themselves."""
    reached = _reached(when.independent_sources, facts.sources_count)
    if not reached:
        return None
    return Finding(reached, f"{facts.sources_count} independent sources: {_named(facts.sources)}")


def story_items(when: When, facts: Facts) -> Finding | None:
    """How large the story is, copies counted."""
    story = facts.item.story
    if story is None or not (reached := _reached(when.story_items, story.items)):
        return None
    return Finding(reached, f"{story.items} items in the story")


def terms(when: When, facts: Facts) -> Finding | None:
    """Words and phrases in headline or body."""
    found = when.watch.found(facts.text)
    if not found:
        return None
    return Finding(1, f"mentions {_named([f'“{term}”' for term in found])}")


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED_MAX} more" if len(names) > NAMED_MAX else ""
    return ", ".join(names[:NAMED_MAX]) + more


def _reached(thresholds: tuple[int, ...], count: int) -> int:
    return max((threshold for threshold in thresholds if threshold <= count), default=0)


class Condition(NamedTuple):
    """A row of the table."""

    find: Callable[[When, Facts], Finding | None]
    telling: Telling


CONDITIONS: dict[str, Condition] = {  # the fields of rules.When
    "severity": Condition(severity, Telling.ALWAYS),
    "urgency_at_most": Condition(urgency_at_most, Telling.NEW),
    "independent_sources": Condition(independent_sources, Telling.ONCE),
    "story_items": Condition(story_items, Telling.ONCE),
    "terms": Condition(terms, Telling.NEW),
}


class Match(NamedTuple):
    """A rule that matched, with its reasons and how far the story had come."""

    rule: Rule
    reasons: tuple[str, ...]
    marks: dict[str, int]  # as in ledger.Thread


def match(rule: Rule, facts: Facts, told: dict[str, int]) -> Match | None:
    """The rule's match: all that it asks holds, and something of it is still to be told."""
    findings = _findings(rule, facts)
    if not findings:
        return None
    keys = {name: f"{rule.name}/{name}" for name in findings}
    further = {CONDITIONS[name].telling for name, each in findings.items() if each.mark > told.get(keys[name], 0)}
    if not _is_to_be_told({CONDITIONS[name].telling for name in findings}, further, facts.is_copy):
        return None
    marks = {keys[name]: max(each.mark, told.get(keys[name], 0)) for name, each in findings.items()}
    return Match(rule, tuple(each.reason for each in findings.values()), marks)


def _findings(rule: Rule, facts: Facts) -> dict[str, Finding]:
    """What was found by condition; nothing unless all of them hold."""
    if not rule.covers(facts.item.wire.feed, facts.item.language):
        return {}
    if not facts.is_news and "severity" not in rule.when.asked:
        return {}
    findings = {}
    for name in rule.when.asked:
        finding = CONDITIONS[name].find(rule.when, facts)
        if finding is None:
            return {}
        findings[name] = finding
    return findings


def _is_to_be_told(tellings: set[Telling], further: set[Telling], is_copy: bool) -> bool:
    if Telling.ONCE in tellings:
        return Telling.ONCE in further
    return Telling.ALWAYS in tellings or not is_copy or Telling.NEW in further

"""What a rule may ask of an item: one function for each condition, all of them in one table.

A condition returns a ConditionMatch, or None if it does not hold.  The value of a match grows with the story, so
that a thread is not alerted again of what it has reached before (RepeatPolicy).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from pipeline.alert.facts import Facts
from pipeline.alert.rules import Rule, When

NAMED_MAX = 8  # sources or terms in a reason


class ConditionMatch(NamedTuple):
    """A condition that holds."""

    value: int  # the threshold, or the urgency, that was reached: a higher one is news
    reason: str


class RepeatPolicy(Enum):
    """When a condition that holds again raises another alert in the same thread."""

    ALWAYS = "every time"
    EACH_REPORT = "with every independent report"  # by a copy only with a value higher than any before
    EACH_VALUE = "once for each number"  # only with a value higher than any before


def severity(when: When, facts: Facts) -> ConditionMatch | None:
    """Killed, corrected or refiled, after someone may have received it."""
    found, dispatch = facts.severity, facts.item.dispatch
    if found not in when.severity or not facts.was_published:
        return None
    if facts.is_recalled:
        return ConditionMatch(0, f"recalled: the dispatch it repeats was {found}")
    why = f" ({dispatch.why})" if dispatch.why else ""
    return ConditionMatch(0, f"{found} by {facts.item.wire.feed}{why}")


def urgency_at_most(when: When, facts: Facts) -> ConditionMatch | None:
    """The agency's own urgency, 1 (most urgent) to 9."""
    urgency = facts.item.urgency
    if urgency is None or when.urgency_at_most is None or urgency > when.urgency_at_most:
        return None
    return ConditionMatch(10 - urgency, f"urgency {urgency} by {facts.item.wire.feed}")


def independent_sources(when: When, facts: Facts) -> ConditionMatch | None:
    """How many sources reported it themselves."""
    reached = _reached(when.independent_sources, facts.sources_count)
    if not reached:
        return None
    return ConditionMatch(reached, f"{facts.sources_count} independent sources: {_listing(facts.sources)}")


def story_items(when: When, facts: Facts) -> ConditionMatch | None:
    """How many items the story has, copies included."""
    story = facts.item.story
    if story is None or not (reached := _reached(when.story_items, story.items)):
        return None
    return ConditionMatch(reached, f"{story.items} items in the story")


def terms(when: When, facts: Facts) -> ConditionMatch | None:
    """Words and phrases in headline or body."""
    found = when.watched.found(facts.text)
    if not found:
        return None
    return ConditionMatch(1, f"mentions {_listing([f'“{term}”' for term in found])}")


def _listing(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED_MAX} more" if len(names) > NAMED_MAX else ""
    return ", ".join(names[:NAMED_MAX]) + more


def _reached(thresholds: tuple[int, ...], count: int) -> int:
    return max((threshold for threshold in thresholds if threshold <= count), default=0)


class Condition(NamedTuple):
    """A row of the table."""

    find: Callable[[When, Facts], ConditionMatch | None]
    repeats: RepeatPolicy


CONDITIONS: dict[str, Condition] = {  # by the fields of rules.When
    "severity": Condition(severity, RepeatPolicy.ALWAYS),
    "urgency_at_most": Condition(urgency_at_most, RepeatPolicy.EACH_REPORT),
    "independent_sources": Condition(independent_sources, RepeatPolicy.EACH_VALUE),
    "story_items": Condition(story_items, RepeatPolicy.EACH_VALUE),
    "terms": Condition(terms, RepeatPolicy.EACH_REPORT),
}


class RuleMatch(NamedTuple):
    """A rule that matches, with its reasons and the values that its conditions reached."""

    rule: Rule
    reasons: tuple[str, ...]
    reached: dict[str, int]  # as in threads.Thread


def match_rule(rule: Rule, facts: Facts, reached: dict[str, int]) -> RuleMatch | None:
    """The match of a rule whose conditions all hold, unless the thread was alerted of as much before.

    `reached` is what the thread was alerted of (threads.Thread.reached).
    """
    matches = _condition_matches(rule, facts)
    if not matches:
        return None
    before = {name: reached.get(f"{rule.name}/{name}", 0) for name in matches}
    higher = {CONDITIONS[name].repeats for name, each in matches.items() if each.value > before[name]}
    if not _is_due({CONDITIONS[name].repeats for name in matches}, higher, facts.is_copy):
        return None
    values = {f"{rule.name}/{name}": max(each.value, before[name]) for name, each in matches.items()}
    return RuleMatch(rule, tuple(each.reason for each in matches.values()), values)


def _condition_matches(rule: Rule, facts: Facts) -> dict[str, ConditionMatch]:
    """The matches by condition; empty unless all conditions of the rule hold."""
    if not rule.covers(facts.item.wire.feed, facts.item.language):
        return {}
    if not facts.is_news and not rule.when.severity:
        return {}
    matches = {}
    for name in rule.when.asked:
        match = CONDITIONS[name].find(rule.when, facts)
        if match is None:
            return {}
        matches[name] = match
    return matches


def _is_due(policies: set[RepeatPolicy], higher: set[RepeatPolicy], is_copy: bool) -> bool:
    """Whether a match is alerted, by the policies of its conditions and of those that reached a higher value."""
    if RepeatPolicy.EACH_VALUE in policies:
        return RepeatPolicy.EACH_VALUE in higher
    return RepeatPolicy.ALWAYS in policies or not is_copy or RepeatPolicy.EACH_REPORT in higher

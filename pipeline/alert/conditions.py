"""What a rule may ask of an item: one function for each condition, all of them in one table.

A condition returns a ConditionMatch, or None if it does not hold.  The value of a match grows with the story, so
that a thread is not alerted again of what it has reached before (RepeatPolicy).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from pipeline.alert.facts import Facts
from pipeline.alert.rules import COUNTS_MIN, HoldChange, Rule, Rules, When
from pipeline.items import AlertEvent, Severity
from pipeline.wording import Wording


class ConditionMatch(NamedTuple):
    """A condition that holds."""

    value: int  # the threshold, or the urgency, that was reached: a higher one is news
    event: AlertEvent | None  # what it says has happened; None: it only limits another condition
    reason: str


class RepeatPolicy(Enum):
    """When a condition that holds again raises another alert in the same thread."""

    ALWAYS = "every time"
    ON_CHANGE = "with a higher urgency than before, or a figure in the headline that was not alerted before"
    EACH_VALUE = "once for each number"  # only with a value higher than any before


CORRECTIVE = {Severity.KILLED: AlertEvent.KILL, Severity.CORRECTED: AlertEvent.CORRECTION}
HOLDS = {HoldChange.HELD: AlertEvent.HOLD, HoldChange.RELEASED: AlertEvent.RELEASE}
BY_URGENCY = {1: AlertEvent.FLASH, 2: AlertEvent.URGENT}


def severity(when: When, facts: Facts, words: Wording) -> ConditionMatch | None:
    """Killed, corrected or refiled, after someone may have received it."""
    found = facts.severity
    if found not in when.severity or not facts.was_published:
        return None
    if facts.is_recalled:
        return ConditionMatch(0, AlertEvent.RECALL, words.reason(f"recalled_{found}"))
    event = CORRECTIVE.get(found, AlertEvent.REFILE)
    return ConditionMatch(0, event, words.reason(found, by=facts.by.name))


def changes(when: When, facts: Facts, words: Wording) -> ConditionMatch | None:
    """What a correction changed."""
    correction = facts.correction
    if correction is None or correction.change not in when.changes:
        return None
    return ConditionMatch(0, None, words.reason(f"change_{correction.change}"))


def hold(when: When, facts: Facts, words: Wording) -> ConditionMatch | None:
    """Put on hold, or released."""
    found = facts.hold
    if found is None or found not in when.hold:
        return None
    return ConditionMatch(0, HOLDS[found], words.reason(found, by=facts.by.name))


def urgency_at_most(when: When, facts: Facts, words: Wording) -> ConditionMatch | None:
    """The agency's own urgency, 1 (most urgent) to 9."""
    urgency = facts.item.urgency
    if urgency is None or when.urgency_at_most is None or urgency > when.urgency_at_most:
        return None
    event = BY_URGENCY.get(urgency, AlertEvent.REPORT)
    return ConditionMatch(10 - urgency, event, words.reason("urgency", urgency=urgency, by=facts.by.name))


def independent_sources(when: When, facts: Facts, words: Wording) -> ConditionMatch | None:
    """How many sources reported the same themselves."""
    if not (reached := _reached(when.independent_sources, facts.sources_count)):
        return None
    reason = words.reason("sources", count=len(facts.near), sources=words.listing(facts.near_sources))
    return ConditionMatch(reached, AlertEvent.CONFIRMED, reason)


def story_items(when: When, facts: Facts, words: Wording) -> ConditionMatch | None:
    """How many items the story has, copies included."""
    if not (reached := _reached(when.story_items, facts.story_items)):
        return None
    return ConditionMatch(reached, AlertEvent.GROWING, words.reason("items", items=facts.story_items))


def terms(when: When, facts: Facts, words: Wording) -> ConditionMatch | None:
    """Words and phrases in headline or body."""
    found = when.watched.found(facts.text)
    if not found:
        return None
    listed = words.listing([words.quoted(term) for term in found])
    return ConditionMatch(1, AlertEvent.MENTION, words.reason("mentions", terms=listed))


def _reached(thresholds: tuple[int, ...], count: int) -> int:
    return max((threshold for threshold in thresholds if threshold <= count), default=0)


class Condition(NamedTuple):
    """A row of the table."""

    find: Callable[[When, Facts, Wording], ConditionMatch | None]
    repeats: RepeatPolicy
    may_hold: Callable[[Facts], bool]  # a quick look: False if it holds for no rule
    most: Callable[[Facts], int] | None = (
        None  # of one with numbers: a quick look at the highest that may be reached
    )


CONDITIONS: dict[str, Condition] = {  # by the fields of rules.When
    "severity": Condition(severity, RepeatPolicy.ALWAYS, lambda facts: facts.severity is not Severity.NONE),
    "changes": Condition(changes, RepeatPolicy.ALWAYS, lambda facts: facts.severity is Severity.CORRECTED),
    "hold": Condition(hold, RepeatPolicy.ALWAYS, lambda facts: facts.hold is not None),
    "urgency_at_most": Condition(
        urgency_at_most, RepeatPolicy.ON_CHANGE, lambda facts: facts.item.urgency is not None
    ),
    "independent_sources": Condition(
        independent_sources,
        RepeatPolicy.EACH_VALUE,
        lambda facts: facts.independent >= COUNTS_MIN,
        lambda facts: facts.independent,
    ),
    "story_items": Condition(
        story_items,
        RepeatPolicy.EACH_VALUE,
        lambda facts: facts.story_items >= COUNTS_MIN,
        lambda facts: facts.story_items,
    ),
    "terms": Condition(terms, RepeatPolicy.ON_CHANGE, lambda facts: True),
}


class RuleMatch(NamedTuple):
    """A rule that matches, with its reasons and the values that its conditions reached."""

    rule: Rule
    event: AlertEvent  # the gravest that its conditions name
    reasons: tuple[str, ...]
    reached: dict[str, int]  # as in threads.Thread


EVENTS = tuple(AlertEvent)


def matching(rules: Rules, facts: Facts, words: Wording) -> list[RuleMatch]:
    """The matches of all rules, the strongest first.  Most items have none: that takes 4 us."""
    may_hold = {name for name, condition in CONDITIONS.items() if condition.may_hold(facts)}
    likely = (rule for rule in rules.by_level if may_hold.issuperset(rule.when.asked) and _may_rise(rule, facts))
    return [match for rule in likely if (match := match_rule(rule, facts, words))]


def _may_rise(rule: Rule, facts: Facts) -> bool:
    """False if a number that the rule asks for cannot be higher than what the thread was alerted of."""
    for name in rule.when.asked:
        if (most := CONDITIONS[name].most) and not (
            _reached(getattr(rule.when, name), most(facts)) > facts.thread.reached.get(f"{rule.name}/{name}", 0)
        ):
            return False
    return True


def match_rule(rule: Rule, facts: Facts, words: Wording) -> RuleMatch | None:
    """The match of a rule whose conditions all hold, unless the thread was alerted of as much before."""
    matches = _condition_matches(rule, facts, words)
    if not matches:
        return None
    before = {name: facts.thread.reached.get(f"{rule.name}/{name}", 0) for name in matches}
    higher = {CONDITIONS[name].repeats for name, each in matches.items() if each.value > before[name]}
    policies = {CONDITIONS[name].repeats for name in matches}
    has_news = bool(facts.new_figures) and not facts.is_copy
    if not _is_due(policies, higher, has_news):
        return None
    reasons = [each.reason for each in matches.values()]
    if any(before.values()) and not higher and RepeatPolicy.ON_CHANGE in policies:
        reasons.append(words.reason("figure", figures=words.listing(facts.new_figures)))
    event = min((each.event for each in matches.values() if each.event), key=EVENTS.index)
    values = {f"{rule.name}/{name}": max(each.value, before[name]) for name, each in matches.items()}
    return RuleMatch(rule, event, tuple(reasons), values)


def _condition_matches(rule: Rule, facts: Facts, words: Wording) -> dict[str, ConditionMatch]:
    """The matches by condition; empty unless all conditions of the rule hold."""
    if not rule.covers(facts.item.wire.feed, facts.item.language):
        return {}
    if not facts.is_news and not (rule.when.severity or rule.when.hold):
        return {}
    matches = {}
    for name in rule.when.asked:
        match = CONDITIONS[name].find(rule.when, facts, words)
        if match is None:
            return {}
        matches[name] = match
    return matches


def _is_due(policies: set[RepeatPolicy], higher: set[RepeatPolicy], has_news: bool) -> bool:
    """Whether a match is alerted, by the policies of its conditions and of those that reached a higher value."""
    if RepeatPolicy.EACH_VALUE in policies:
        return RepeatPolicy.EACH_VALUE in higher
    return RepeatPolicy.ALWAYS in policies or RepeatPolicy.ON_CHANGE in higher or has_news

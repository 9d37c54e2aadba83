"""The throttle: alert fatigue is the main reason why people switch alerts off.

At most so many alerts a thread in so many minutes of stream time.  Through it go, always: a kill, a correction, the
first recall that either causes in the thread, and an alert of a stronger level than all that the thread had lately.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pipeline.alert.conditions import Match
from pipeline.alert.facts import Facts
from pipeline.alert.ledger import FALLEN_MAX, Sent, Thread
from pipeline.alert.rules import LEVELS, Throttle
from pipeline.items import Severity

ALARMING = frozenset({Severity.KILLED, Severity.CORRECTED})  # docs/design/newswire.md#severity


def swallows(throttle: Throttle, thread: Thread, facts: Facts, matches: Sequence[Match]) -> bool:
    """Whether the throttle keeps this alert back."""
    if facts.severity in ALARMING and any("severity" in each.rule.when.asked for each in matches):
        return facts.is_recalled and facts.fallen in thread.fallen
    recent = _recent(throttle, thread)
    return len(recent) >= throttle.alerts and _level(matches) >= min(sent.level for sent in recent)


def sent(throttle: Throttle, thread: Thread, facts: Facts, matches: Sequence[Match]) -> Thread:
    """The thread after its alert went out."""
    alerts = (*_recent(throttle, thread), Sent(thread.time_ms, _level(matches)))
    fallen = thread.fallen
    if facts.severity in ALARMING:
        fallen = tuple(dict.fromkeys((*fallen, facts.fallen)))[-FALLEN_MAX:]
    return msgspec.structs.replace(thread, sent=alerts[-throttle.alerts :], fallen=fallen, swallowed=0)


def _level(matches: Sequence[Match]) -> int:
    return LEVELS.index(matches[0].rule.level)


def _recent(throttle: Throttle, thread: Thread) -> tuple[Sent, ...]:
    since_ms = thread.time_ms - throttle.minutes * 60_000
    return tuple(sent for sent in thread.sent if sent.time_ms > since_ms)[-throttle.alerts :]

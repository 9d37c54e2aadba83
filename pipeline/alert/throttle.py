"""The throttle: alert fatigue is the main reason why people switch alerts off.

At most so many alerts a thread in so many minutes of stream time.  These always pass: a kill, a hold, a correction,
the first recall that a kill or a correction causes in the thread, and an alert of a stronger level than all recent
ones of the thread.  Of a dispatch that is corrected back and forth one alert in these minutes says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pipeline.alert.conditions import RuleMatch
from pipeline.alert.facts import Facts
from pipeline.alert.figures import figures_in
from pipeline.alert.rules import LEVELS, Throttle
from pipeline.alert.threads import WITHDRAWALS_MAX, SentAlert, Thread, told
from pipeline.items import Severity

ALARMING = frozenset({Severity.KILLED, Severity.CORRECTED})  # docs/design/newswire.md#severity


def suppresses(throttle: Throttle, thread: Thread, facts: Facts, matches: Sequence[RuleMatch]) -> bool:
    """Whether the throttle keeps this alert back."""
    if facts.hold:
        return False
    if facts.severity in ALARMING and any(each.rule.when.severity for each in matches):
        if facts.is_recalled:
            return facts.withdrawal_key in thread.withdrawals
        return _was_unstable(throttle, thread, facts)
    recent = _recent(throttle, thread)
    return len(recent) >= throttle.alerts and _level_index(matches) >= min(alert.level_index for alert in recent)


def _was_unstable(throttle: Throttle, thread: Thread, facts: Facts) -> bool:
    """Whether it goes back and forth, and an alert of these minutes said so."""
    if facts.correction is None or not facts.correction.unstable or facts.before is None:
        return False
    return facts.before.unstable_ms > thread.time_ms - throttle.minutes * 60_000


def after_alert(throttle: Throttle, thread: Thread, facts: Facts, matches: Sequence[RuleMatch]) -> Thread:
    """The thread once its alert has gone out."""
    sent = (*_recent(throttle, thread), SentAlert(thread.time_ms, _level_index(matches)))
    withdrawals = thread.withdrawals
    if facts.severity in ALARMING:
        withdrawals = tuple(dict.fromkeys((*withdrawals, facts.withdrawal_key)))[-WITHDRAWALS_MAX:]
    figures = told(thread.figures, figures_in(facts.item.headline))
    return msgspec.structs.replace(
        thread, sent=sent[-throttle.alerts :], withdrawals=withdrawals, suppressed=0, figures=figures
    )


def _level_index(matches: Sequence[RuleMatch]) -> int:
    return LEVELS.index(matches[0].rule.level)


def _recent(throttle: Throttle, thread: Thread) -> tuple[SentAlert, ...]:
    since_ms = thread.time_ms - throttle.minutes * 60_000
    return tuple(alert for alert in thread.sent if alert.time_ms > since_ms)[-throttle.alerts :]

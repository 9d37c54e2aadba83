"""The outcomes of the table for an operator's control, a function each."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from pipeline.items import Control, Status
from pipeline.resolve.chain import Chain
from pipeline.resolve.outcomes import publish_kill
from pipeline.resolve.restrictions import without_hold
from pipeline.resolve.table import Outcome
from pipeline.resolve.work import Work


def set_hold(work: Work, chain: Chain, control: Control) -> None:
    """Hold the dispatch until an operator releases it."""
    work.keep(chain, operator_hold_by=control.who)


def set_hold_advise(work: Work, chain: Chain, control: Control) -> None:
    """Hold the dispatch, and inform the consumers that know it."""
    work.advise(work.keep(chain, operator_hold_by=control.who), Status.HELD, _reason(control), control.who)


def release(work: Work, chain: Chain, control: Control) -> None:
    """Publish all that is held, whoever held it."""
    is_advised = chain.status is Status.HELD and bool(chain.revisions)
    free = replace(chain, operator_hold_by=None, hold=None, embargo_ms=None, status=without_hold(chain))
    free = work.publish_all(free, free.held)
    if is_advised:
        work.advise(free, Status.USABLE, _reason(control), control.who)


def release_kill(work: Work, chain: Chain, control: Control) -> None:
    """Publish the kill that waits."""
    publish_kill(work, chain)


def kill_by_hand(work: Work, chain: Chain, control: Control) -> None:
    """Kill the dispatch; what is held of it is withheld for good."""
    work.kill(chain, control.who, _reason(control), by_hand=control.who)


def erase(work: Work, chain: Chain, control: Control) -> None:
    """Kill the dispatch, however often it was killed before, and keep no word of it."""
    work.erase(chain, control.who, _reason(control))


def nothing(work: Work, chain: Chain, cause: object) -> None:
    """Change nothing."""


ON_CONTROL: dict[Outcome, Callable[[Work, Chain, Control], None]] = {
    Outcome.SET_HOLD: set_hold,
    Outcome.SET_HOLD_ADVISE: set_hold_advise,
    Outcome.RELEASE: release,
    Outcome.PUBLISH_KILL: release_kill,
    Outcome.KILL_BY_HAND: kill_by_hand,
    Outcome.KILL_BY_HAND_UNSEEN: kill_by_hand,
    Outcome.ERASE: erase,
    Outcome.ERASE_UNSEEN: erase,
    Outcome.NOTHING: nothing,
}


def _reason(control: Control) -> str:
    return f"{control.who}: {control.why}"

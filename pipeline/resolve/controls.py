"""What an operator can do to a dispatch: hold, release, kill."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from pipeline.items import Action, Control, Kind, Status
from pipeline.resolve.chain import Chain
from pipeline.resolve.work import Work


def carry_out(work: Work, control: Control) -> None:
    """Do what the control asks for.  A dispatch that this shard does not know belongs to another one."""
    chain = work.state.get(control.dispatch or "")
    if chain is not None and control.action in ACTIONS:
        ACTIONS[control.action](work, chain, control)


def hold_dispatch(work: Work, chain: Chain, control: Control) -> None:
    """Hold the dispatch, and inform the consumers that know it."""
    held = work.keep(chain, hold_by=control.who)
    if chain.revisions and chain.killed_by is None:
        work.advise(held, Kind.ADVISORY, Status.HELD, control.who, control.why)


def release_dispatch(work: Work, chain: Chain, control: Control) -> None:
    """Publish all that is held, whoever held it.  Nothing resurrects what was killed."""
    if chain.killed_by is not None:
        return
    work.publish_held(replace(chain, hold_by=None), upto_ms=None)
    if chain.hold_by is not None and chain.revisions:
        work.advise(work.chains[chain.id], Kind.ADVISORY, Status.USABLE, control.who, control.why)


def kill_dispatch(work: Work, chain: Chain, control: Control) -> None:
    """Kill the dispatch; what is held of it is withheld for good."""
    if chain.killed_by is not None:
        return
    work.withheld += len(chain.held)
    killed = work.keep(chain, held=(), status=Status.KILLED, killed_by=control.who)
    if chain.revisions:
        work.advise(killed, Kind.KILL, Status.KILLED, control.who, control.why)


ACTIONS: dict[Action, Callable[[Work, Chain, Control], None]] = {
    Action.HOLD: hold_dispatch,
    Action.RELEASE: release_dispatch,
    Action.KILL: kill_dispatch,
}

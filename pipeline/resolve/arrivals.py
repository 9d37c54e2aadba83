"""An item arrives: publish it, hold it, or withhold it."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from pipeline.items import Item, Kind, Signal, Status
from pipeline.records import Reason, Rejected
from pipeline.resolve.chain import HELD_PER_CHAIN_MAX, WORDS, Chain, Held, HoldReason
from pipeline.resolve.revisions import is_hold, is_kill, rank, rank_held
from pipeline.resolve.state import HELD_MAX
from pipeline.resolve.work import Work, with_language

WAIT_MS = 24 * 3_600_000  # how long a kill waits for its dispatch


class Hold(NamedTuple):
    """Why an item is held, and until when; None: until somebody lifts the hold."""

    reason: HoldReason
    due_ms: int | None = None
    by: str = ""


def receive(work: Work, item: Item) -> None:
    """Publish the item, hold it, or withhold it.  Raises Rejected(HELD_FULL)."""
    known = work.state.get(item.dispatch.id)
    chain = known or Chain(item.dispatch.id, item.wire.feed, work.now_ms)
    if is_kill(item):
        receive_kill(work, chain, item, known=known is not None)
    elif chain.waits_until_ms is not None:
        # The dispatch that a kill waited for: it never gets out; the kill does, in its language.
        work.withheld += 1
        work.publish_held(with_language(chain, item), upto_ms=None)
    elif chain.killed_by is not None:
        work.withheld += 1
        work.keep(chain)
    elif Signal.UNPUBLISHABLE in item.dispatch.signals and not chain.revisions:
        work.withheld += 1  # an agency's note to editors: never publishable, and nothing of it is kept
    elif (reason := hold_of(chain, item, work.now_ms)) is not None:
        hold_item(work, chain, item, reason)
        if is_hold(item) and chain.revisions and chain.status is not Status.HELD:
            why = WORDS[HoldReason.AGENCY]
            work.advise(work.chains[chain.id], Kind.ADVISORY, Status.HELD, chain.feed, why)
    else:
        work.publish(chain, item, work.headers)


def hold_of(chain: Chain, item: Item, now_ms: int) -> Hold | None:
    """Why the item may not be known yet.  An embargo that cannot be read has no end (docs/design/laws.md#law-5)."""
    if chain.hold_by is not None:
        return Hold(HoldReason.OPERATOR, by=chain.hold_by)
    if is_hold(item):
        return Hold(HoldReason.AGENCY)
    if any(held.reason is HoldReason.AGENCY and rank(item) < rank_held(held) for held in chain.held):
        return Hold(HoldReason.LATER_VERSION)
    if Signal.EMBARGO not in item.dispatch.signals:
        return None
    if item.embargoed_until is None:
        return Hold(HoldReason.UNREADABLE_EMBARGO)
    due_ms = round(item.embargoed_until.timestamp() * 1000)
    return Hold(HoldReason.EMBARGO, due_ms) if due_ms > now_ms else None


def hold_item(work: Work, chain: Chain, item: Item, why: Hold) -> None:
    """Keep the item until its hold ends.  An agency's hold takes the end from what it holds of older versions."""
    if work.state.held >= HELD_MAX or len(chain.held) >= HELD_PER_CHAIN_MAX:
        raise Rejected(Reason.HELD_FULL, f"{work.state.held} items held, {len(chain.held)} of this dispatch")
    held = Held(item.dispatch.item, work.record.value, work.headers, why.due_ms, why.reason, why.by)
    before = chain.held
    if why.reason is HoldReason.AGENCY:
        before = tuple(replace(each, due_ms=None) if rank_held(each) < rank(item) else each for each in before)
    work.keep(with_language(chain, item), held=(*before, held))


def receive_kill(work: Work, chain: Chain, item: Item, *, known: bool) -> None:
    """Publish the kill of what was published; withhold it with what was held; let it wait for what is unknown."""
    if not known:
        held = Held(item.dispatch.item, work.record.value, work.headers, None, HoldReason.UNMATCHED_KILL)
        until_ms = work.now_ms + WAIT_MS
        work.keep(chain, held=(held,), killed_by=item.dispatch.item, waits_until_ms=until_ms)
    elif chain.waits_until_ms is not None:  # the same kill again, before its dispatch
        work.keep(chain)
        work.withheld += 1
    elif not chain.revisions:  # killed while held: never publishable, and so is its kill
        work.withheld += len(chain.held) + 1
        work.keep(chain, held=(), status=Status.KILLED, killed_by=item.dispatch.item)
    else:
        work.withheld += len(chain.held)
        work.publish_kill(chain, item, work.headers)

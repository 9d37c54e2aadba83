"""Something arrives: find its dispatch, look up its cell in the table of states, and do what the cell says."""

from __future__ import annotations

from pipeline.items import Control, Item, Signal, Status, read_item
from pipeline.records import size_of
from pipeline.resolve.chain import Chain
from pipeline.resolve.classes import CONTROLS, arrival_of, holds, state_of
from pipeline.resolve.controls import ON_CONTROL
from pipeline.resolve.joining import join
from pipeline.resolve.names import NamedChains, named_by, with_names
from pipeline.resolve.outcomes import ON_DUE, ON_ITEM, Arrived, advise_hold_by_agency
from pipeline.resolve.revisions import is_kill, newest_order, order_of
from pipeline.resolve.table import TABLE, Arrival, Cell, State
from pipeline.resolve.work import Work

# Published by one tick, plus what one more dispatch holds: well below shard.CAUSED_BYTES_MAX.
READY_BYTES_MAX = 8_388_608


def receive(work: Work, item: Item) -> None:
    """Publish the item, hold it, or withhold it."""
    work.at_item(item.wire.feed)
    named = named_by(work.state, item)
    chain, apart = _dispatch_of(work, item, named)
    if not _stops(chain, item):
        chain = work.publish_due(chain)  # what the next tick would publish comes before what follows it
    _decide(work, chain, Arrived(item, work.record.value, work.headers))
    for other in (*named.further, *apart):
        _kill_or_hold_too(work, other, item)


def carry_out(work: Work, control: Control) -> None:
    """Do what the control asks for.  A dispatch that this shard does not know belongs to another shard."""
    chain = work.state.find(control.dispatch or "")
    if chain is not None and control.action in CONTROLS:
        work.at_control(chain.feed)
        cell = _cell(state_of(chain, work.feed_ms), CONTROLS[control.action])
        ON_CONTROL[cell.outcome](work, chain, control)


def publish_ready(work: Work) -> None:
    """Publish what is due by the broker's clock, whatever the tick says, in the order in which it was due.

    What is beyond READY_BYTES_MAX is still due, so another tick is sent for it.
    """
    size = counted = 0
    for chain in work.state.ready(work.record.timestamp_ms):
        size += sum(map(size_of, work.outputs[counted:]))
        counted = len(work.outputs)
        if size > READY_BYTES_MAX:
            break
        work.at_due(chain)
        cell = _cell(state_of(chain, work.feed_ms), Arrival.DUE)
        ON_DUE[cell.outcome](work, chain)


def _cell(state: State, arrival: Arrival) -> Cell:
    cell = TABLE[state][arrival]
    assert cell is not None, f"{arrival}: {state}"
    return cell


def _decide(work: Work, chain: Chain, arrived: Arrived) -> None:
    cell = _cell(state_of(chain, work.feed_ms), arrival_of(chain, arrived.item, work.feed_ms))
    ON_ITEM[cell.outcome](work, chain, arrived)


def _dispatch_of(work: Work, item: Item, named: NamedChains) -> tuple[Chain, tuple[Chain, ...]]:
    """The chain of the item, with its names: new, known, or several that are one; and those left apart."""
    apart: tuple[Chain, ...] = ()
    if not named.chains:
        chain = Chain(item.dispatch.id, item.wire.feed, work.record.timestamp_ms, work.record.position.offset)
    elif len(named.chains) == 1:
        chain = named.chains[0]
    else:
        chain, apart = _merge(work, named.chains)
    return with_names(work, chain, item, by_shared_name=bool(named.chains) and named.by_shared_name), apart


def _merge(work: Work, chains: list[Chain]) -> tuple[Chain, tuple[Chain, ...]]:
    """The chain that they are together, and those left apart.  Kills that waited for one of them take effect."""
    chain, kills, apart = join(work, chains)
    for held in kills:
        _decide(work, chain, Arrived(read_item(held.value), held.value, held.headers))
        chain = work.chains[chain.id]
    return chain, apart


def _stops(chain: Chain, item: Item) -> bool:
    """Whether the item stops what is due and has not been published yet."""
    return is_kill(item) or holds(chain, item) or Signal.UNPUBLISHABLE in item.dispatch.signals


def _kill_or_hold_too(work: Work, chain: Chain, item: Item) -> None:
    """Apply a kill or a hold to another dispatch, which has the page or an id that the item names."""
    if chain.killed_by is not None:
        return
    if is_kill(item):
        work.kill(chain, item.dispatch.item, "the agency killed every dispatch with this id or page")
        return
    if not holds(chain, item):
        return
    held = work.keep(chain, hold=newest_order(chain.hold, order_of(item)))
    if held.revisions and held.status is not Status.HELD:
        advise_hold_by_agency(work, held)

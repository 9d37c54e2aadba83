"""What holds a dispatch: the holds and the embargo that an item brings, and their end by the agency's own word."""

from __future__ import annotations

from msgspec.structs import replace

from pipeline.items import Item, Status
from pipeline.resolve.chain import Chain
from pipeline.resolve.classes import holds
from pipeline.resolve.revisions import embargo_of, is_newer, newest_order, order_of


def restricted(chain: Chain, item: Item, now_ms: int) -> Chain:
    """The chain with the hold or the embargo that the item brings.

    A newer version's own word on its embargo counts from now on, but ends no older version's earlier; the word of
    an older version, or of the same one again, only makes it longer.
    """
    order, own_ms = order_of(item), embargo_of(item)
    if holds(chain, item):
        chain = replace(chain, hold=newest_order(chain.hold, order))
    if own_ms is None:
        return chain
    if not is_newer(chain, order):
        return replace(chain, embargo_ms=max(own_ms, chain.embargo_ms or own_ms))
    if own_ms <= now_ms:
        return replace(chain, embargo_ms=None)
    longer = tuple(replace(held, due_ms=max(own_ms, held.due_ms or own_ms)) for held in chain.held)
    return replace(chain, embargo_ms=own_ms, held=longer)


def due_ms_of(chain: Chain, item: Item) -> int | None:
    """When the item may be known: at the end of its own embargo or of its dispatch's."""
    if chain.embargo_ms is not None:
        return chain.embargo_ms
    dues = [held.due_ms for held in chain.held if held.due_ms is not None]
    return max(dues, default=None) if embargo_of(item) is None else None


def lifted(chain: Chain, item: Item) -> Chain:
    """The chain without the agency's hold, or else without its embargo."""
    order = newest_order(chain.lifted, order_of(item))
    if chain.hold is not None:
        return replace(chain, hold=None, lifted=order, status=without_hold(chain))
    held = tuple(replace(one, due_ms=None) for one in chain.held)
    return replace(chain, embargo_ms=None, held=held, lifted=order)


def without_hold(chain: Chain) -> Status:
    """The status of the dispatch when its hold ends."""
    return Status.USABLE if chain.status is Status.HELD else chain.status

"""What holds a dispatch: the holds and the embargo that an item brings, and their end by the agency's own word."""

from __future__ import annotations

from msgspec.structs import replace

from pipeline.items import Item, Status
from pipeline.resolve.chain import Chain, strictest
from pipeline.resolve.classes import holds
from pipeline.resolve.revisions import embargo_of, has_last_word, newest_order, order_of


def restricted(chain: Chain, item: Item, now_ms: int) -> Chain:
    """The chain with the hold or the embargo that the item brings.

    If the item is newer than all that is known, its embargo replaces that of the dispatch, but items held already
    are not released earlier.  An older or equal version can only make the embargo longer, and so can a plan where a
    note states one.
    """
    order, own_ms = order_of(item), embargo_of(item)
    if holds(chain, item):
        chain = replace(chain, hold=newest_order(chain.hold, order))
    if own_ms is None:
        return chain
    of_note = chain.embargo_ms is not None and not chain.planned
    planned = bool(item.dispatch.planned) and not of_note
    if (item.dispatch.planned and of_note) or not has_last_word(chain, item):
        return embargoed(chain, strictest(own_ms, chain.embargo_ms), planned=planned)
    return embargoed(chain, own_ms if own_ms > now_ms else None, planned=planned)


def embargoed(chain: Chain, until_ms: int | None, *, planned: bool = False) -> Chain:
    """The chain with another embargo, or without one: no item that is held is due earlier than before.

    The only place where an embargo changes, but for its end by time, a lift, and an operator's release.
    """
    held = tuple(replace(one, until_ms=chain.due_of(one)) for one in chain.held)
    return replace(chain, embargo_ms=until_ms, planned=planned, held=held)


def until_ms_of(chain: Chain, item: Item) -> int | None:
    """When the embargo of an item ends that is held now.

    The chain already has the item's own embargo, so this is the embargo of the dispatch; if neither has one, the
    latest end among the items already held.
    """
    if chain.embargo_ms is not None or embargo_of(item) is not None:
        return chain.embargo_ms
    return strictest(*map(chain.due_of, chain.held))


def lifted(chain: Chain, item: Item) -> Chain:
    """The chain without the agency's hold, or else without its embargo."""
    order = newest_order(chain.newest_release, order_of(item))
    if chain.hold is not None:
        return replace(chain, hold=None, newest_release=order, status=without_hold(chain))
    held = tuple(replace(one, until_ms=None) for one in chain.held)
    return replace(chain, embargo_ms=None, held=held, newest_release=order)


def without_hold(chain: Chain) -> Status:
    """The status of the dispatch when its hold ends."""
    return Status.USABLE if chain.status is Status.HELD else chain.status

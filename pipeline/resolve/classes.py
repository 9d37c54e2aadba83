"""The two questions of the table: in which state is the dispatch, and what is it that arrives?"""

from __future__ import annotations

from pipeline.items import Action, Item, Signal, read_item
from pipeline.notes import lifts_by_tag
from pipeline.resolve.chain import Chain
from pipeline.resolve.revisions import (
    embargo_of,
    ends_embargo,
    is_before,
    is_hold,
    is_kill,
    is_late,
    is_not_older,
    order_of,
)
from pipeline.resolve.table import Arrival, State

CONTROLS = {
    Action.HOLD: Arrival.OPERATOR_HOLD,
    Action.RELEASE: Arrival.OPERATOR_RELEASE,
    Action.KILL: Arrival.OPERATOR_KILL,
    Action.ERASE: Arrival.OPERATOR_ERASE,
}
IF_PUBLISHED = {  # the row of a state where something of the dispatch was published before
    State.UNKNOWN: State.PUBLISHED,
    State.EMBARGOED: State.EMBARGOED_OUT,
    State.AGENCY: State.AGENCY_OUT,
    State.OPERATOR: State.OPERATOR_OUT,
    State.BOTH: State.BOTH_OUT,
    State.KILLED_UNSEEN: State.KILLED,
}


def state_of(chain: Chain, now_ms: int) -> State:
    """The state of a dispatch at this time of its feed."""
    if chain.waits_until_ms is not None:
        return State.KILL_WAITS
    state = _state_of(chain, now_ms)
    return IF_PUBLISHED.get(state, state) if chain.revisions else state


def _state_of(chain: Chain, now_ms: int) -> State:
    is_embargoed = chain.embargo_ms is not None and chain.embargo_ms > now_ms
    if chain.killed_by is not None:
        return State.KILLED_UNSEEN
    if chain.operator_hold_by is not None:
        return State.BOTH if is_embargoed else State.OPERATOR
    if chain.hold is not None:
        return State.AGENCY
    is_due = any(chain.is_due(held, now_ms) for held in chain.held)  # and not published yet
    if is_embargoed or is_due or (chain.held and not chain.revisions):
        return State.EMBARGOED
    return State.PARTLY if chain.held else State.UNKNOWN


def arrival_of(chain: Chain, item: Item, now_ms: int) -> Arrival:
    """What an item is to its dispatch; of several marks the strictest counts."""
    signals = item.dispatch.signals
    if is_kill(item):
        return Arrival.KILL
    if Signal.UNPUBLISHABLE in signals:
        return Arrival.NOTE
    if holds(chain, item):
        return Arrival.HOLD
    embargo_ms = embargo_of(item)
    if embargo_ms is not None and embargo_ms > now_ms:
        return Arrival.EMBARGO
    if Signal.RELEASE in signals and _lifts(chain, item):
        return Arrival.SHARED_NAME_RELEASE if chain.joined_by_shared_name else Arrival.RELEASE
    if item.dispatch.item in chain.seen:
        return Arrival.REPEAT
    if ends_embargo(chain, item):
        return Arrival.EMBARGO_ENDED
    if Signal.CORRECTION in signals:
        return Arrival.CORRECTION
    return Arrival.LATE if is_late(chain, item) else Arrival.ITEM


def _lifts(chain: Chain, item: Item) -> bool:
    """Whether a release takes effect: nothing newer is known of the dispatch, or at least no newer hold."""
    order = order_of(item)
    if lifts_by_tag(item.headline, item.furniture.tags) and not _is_held_headline(chain, item.headline):
        return False
    return is_not_older(chain, order) or (chain.hold is not None and not is_before(order, chain.hold))


def _is_held_headline(chain: Chain, headline: str) -> bool:
    """Whether an item that is held has it: `EMBARGO LIFTED: Norway and Sweden first` may be a limit."""
    wanted = headline.casefold().split()
    return any(read_item(held.value).headline.casefold().split() == wanted for held in chain.held)


def holds(chain: Chain, item: Item) -> bool:
    """Whether it is a hold that the agency has not lifted already."""
    release = chain.newest_release
    return is_hold(item) and not (release is not None and is_before(order_of(item), release))

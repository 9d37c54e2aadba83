"""The outcomes of the table, a function each: it does with an item and its dispatch what the cell says."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.envelope import FEATURES, Headers, without
from pipeline.items import Item, Signal, Status, dump, read_item
from pipeline.records import Reason, Rejected
from pipeline.resolve.chain import (
    HEADLINE_CHARACTERS_MAX,
    HOLD_REASON_TEXT,
    Chain,
    HeldItem,
    HoldReason,
    fitting,
    without_kill,
)
from pipeline.resolve.notices import without_text
from pipeline.resolve.restrictions import embargoed, lifted, restricted, until_ms_of
from pipeline.resolve.revisions import ends_embargo, newest_order, order_of
from pipeline.resolve.state import HELD_MAX
from pipeline.resolve.table import Outcome
from pipeline.resolve.work import Work, with_language

WAIT_MS = 24 * 3_600_000  # how long a kill waits for its dispatch


class Arrived(NamedTuple):
    """An item, and what is stored or carried on of its record."""

    item: Item
    value: bytes
    headers: Headers


def publish(work: Work, chain: Chain, arrived: Arrived) -> None:
    """Publish the item.  If it ends an embargo or lifts a hold, that counts for later items."""
    item = arrived.item
    if ends_embargo(chain, item):
        chain = embargoed(chain, None)
    if Signal.RELEASE in item.dispatch.signals and not chain.joined_by_shared_name:
        chain = replace(chain, newest_release=newest_order(chain.newest_release, order_of(item)))
    work.publish(chain, item, arrived.headers)


def hold(work: Work, chain: Chain, arrived: Arrived) -> None:
    """Keep it until nothing holds it.  Without room for it, it goes to wire.dead; its hold or embargo applies."""
    item, order = arrived.item, order_of(arrived.item)
    chain = with_language(restricted(chain, item, work.feed_ms), item)
    until_ms = until_ms_of(chain, item)
    held = HeldItem(item.dispatch.item, arrived.value, arrived.headers, order, until_ms, work.offset)
    with_it = (*chain.held, held)
    if work.held_count >= HELD_MAX or fitting(with_it) != with_it:
        work.reject(Rejected(Reason.HELD_FULL, f"{work.held_count} items held, {len(chain.held)} of this dispatch"))
        with_it = chain.held
    work.keep(chain, held=with_it)


def advise_hold(work: Work, chain: Chain, arrived: Arrived) -> None:
    """Keep it, and inform the consumers that know the dispatch."""
    hold(work, chain, arrived)
    advise_hold_by_agency(work, work.chains[chain.id])


def lift(work: Work, chain: Chain, arrived: Arrived) -> None:
    """End the agency's hold, or else its embargo; publish what nothing else holds, and then the item."""
    chain = work.publish_due(lifted(chain, arrived.item))
    is_free = chain.hold is None and chain.embargo_ms is None
    (publish if is_free else hold)(work, chain, arrived)


def lift_held(work: Work, chain: Chain, arrived: Arrived) -> None:
    """The same, while an operator holds the dispatch: nothing is published."""
    hold(work, lifted(chain, arrived.item), arrived)


def withhold(work: Work, chain: Chain, arrived: Arrived) -> None:
    """It is never published.  Of a dispatch that is not known nothing is kept."""
    work.withheld += 1
    if work.get(chain.id):
        work.keep(chain)


def note_hold(work: Work, chain: Chain, arrived: Arrived) -> None:
    """It is never published; a hold that it brings holds its dispatch."""
    withhold(work, restricted(chain, arrived.item, work.feed_ms), arrived)


def note_advise_hold(work: Work, chain: Chain, arrived: Arrived) -> None:
    """The same, and consumers are informed."""
    note_hold(work, chain, arrived)
    if work.chains[chain.id].hold is not None:
        advise_hold_by_agency(work, work.chains[chain.id])


def wait(work: Work, chain: Chain, arrived: Arrived) -> None:
    """Let the kill wait for its dispatch, without its words: they are never published.

    Its headline is only compared (names): it leaves the chain before the kill is published.
    """
    item = arrived.item
    if work.held_count >= HELD_MAX:
        kill_unseen(work, chain, arrived)
        return
    headers = without(arrived.headers, FEATURES)
    held = HeldItem(item.dispatch.item, dump(without_text(item)), headers, order_of(item), offset=work.offset)
    until_ms = work.feed_ms + WAIT_MS
    chain = replace(with_language(chain, item), headline=item.headline[:HEADLINE_CHARACTERS_MAX])
    work.keep(chain, held=(held,), killed_by=item.dispatch.item, waits_until_ms=until_ms)


def kill(work: Work, chain: Chain, arrived: Arrived) -> None:
    """Publish the kill with its note.  Nothing of the dispatch is held, so it can quote nothing unpublished."""
    work.publish_kill(chain, arrived.item, arrived.headers, with_note=True)


def kill_known(work: Work, chain: Chain, arrived: Arrived) -> None:
    """Publish the kill without its note, which may quote what is held; what is held is withheld."""
    work.publish_kill(chain, arrived.item, arrived.headers, with_note=False)


def kill_unseen(work: Work, chain: Chain, arrived: Arrived) -> None:
    """Withhold the kill, and all that is held: nothing of the dispatch was published."""
    work.withheld += 1
    work.kill(chain, arrived.item.dispatch.item, "")


def withhold_publish_kill(work: Work, chain: Chain, arrived: Arrived) -> None:
    """The report arrives for which a kill waited: withhold it, and publish the kill in its language."""
    work.withheld += 1
    publish_kill(work, with_language(chain, arrived.item))


def withhold_with_kill(work: Work, chain: Chain, arrived: Arrived) -> None:
    """The same, but the report is embargoed or on hold: withhold both."""
    work.withheld += 1
    work.kill(replace(chain, waits_until_ms=None, headline=""), chain.killed_by or "", "")


def publish_kill(work: Work, chain: Chain) -> None:
    """Publish the kills that waited, without their words."""
    kills, chain = chain.held, without_kill(chain)
    for held in kills:
        chain = work.publish_kill(chain, read_item(held.value), held.headers, with_note=False)


def publish_due(work: Work, chain: Chain) -> None:
    """Publish what is due."""
    work.publish_due(chain)


ON_ITEM: dict[Outcome, Callable[[Work, Chain, Arrived], None]] = {
    Outcome.PUBLISH: publish,
    Outcome.HOLD: hold,
    Outcome.ADVISE_HOLD: advise_hold,
    Outcome.LIFT: lift,
    Outcome.LIFT_HELD: lift_held,
    Outcome.WITHHOLD: withhold,
    Outcome.NOTE_HOLD: note_hold,
    Outcome.NOTE_ADVISE_HOLD: note_advise_hold,
    Outcome.WAIT: wait,
    Outcome.KILL: kill,
    Outcome.KILL_KNOWN: kill_known,
    Outcome.KILL_UNSEEN: kill_unseen,
    Outcome.KILL_AGAIN: kill_known,
    Outcome.WITHHOLD_PUBLISH_KILL: withhold_publish_kill,
    Outcome.WITHHOLD_WITH_KILL: withhold_with_kill,
}
ON_DUE: dict[Outcome, Callable[[Work, Chain], None]] = {
    Outcome.PUBLISH_DUE: publish_due,
    Outcome.PUBLISH_KILL: publish_kill,
}


def advise_hold_by_agency(work: Work, chain: Chain) -> None:
    """Inform the consumers that the agency holds the dispatch."""
    work.advise(chain, Status.HELD, f"{chain.feed}: {HOLD_REASON_TEXT[HoldReason.AGENCY]}")

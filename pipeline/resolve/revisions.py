"""What a revision does to its dispatch: the table of verdicts, and the order of revisions."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from pipeline.items import Dispatch, Item, Kind, PubStatus, Severity, Signal, Status, milliseconds
from pipeline.resolve.chain import NEVER, Chain, Order
from pipeline.resolve.names import key_of

NOT_NEWEST = frozenset({Kind.REPEAT, Kind.LATE})  # kinds that leave the newest revision in its place


class Verdict(NamedTuple):
    """What a revision does, and the status of its dispatch after it."""

    kind: Kind
    severity: Severity
    status: Status


CORRECTION = Verdict(Kind.CORRECTION, Severity.CORRECTED, Status.CORRECTED)
REFILE = Verdict(Kind.REFILE, Severity.REFILED, Status.USABLE)
LATE = Verdict(Kind.LATE, Severity.NONE, Status.SUPERSEDED)
NEW = Verdict(Kind.NEW, Severity.NONE, Status.USABLE)
UPDATE = Verdict(Kind.UPDATE, Severity.NONE, Status.USABLE)


def judge(chain: Chain, item: Item, offset: int) -> Dispatch:
    """What this revision does to its chain: kind, severity, status (docs/design/newswire.md).

    `offset`: of its record, which may have been held since.
    """
    signals = frozenset(item.dispatch.signals)
    first, seen = not chain.version, item.dispatch.item in chain.seen
    late = is_late(chain, item)
    verdict = next(
        verdict
        for applies, verdict in (
            (seen, Verdict(Kind.REPEAT, Severity.REPEATED, chain.status)),
            (_is_overtaken(chain, item, offset), LATE),
            # Before late: an agency that says "corrected" means the newest text, whatever its clock says.
            (Signal.CORRECTION in signals, CORRECTION),
            (late, LATE),
            (not first and not signals.isdisjoint({Signal.REFILE, Signal.REPEAT}), REFILE),
            (first, NEW),
            (True, UPDATE),
        )
        if applies
    )
    replaces = not first and verdict.kind not in NOT_NEWEST
    return item.dispatch.model_copy(
        update={
            **verdict._asdict(),
            "id": chain.id,
            "revision": chain.revisions if seen else chain.revisions + 1,
            "supersedes": chain.version if replaces else None,
            "corrects": chain.version if replaces and verdict is CORRECTION else None,
            "why": f"version {chain.version} came before it" if verdict is LATE else None,
        }
    )


def is_late(chain: Chain, item: Item) -> bool:
    """Whether it is older than the newest published revision."""
    return bool(chain.version) and is_before(order_of(item), chain.order)


def _is_overtaken(chain: Chain, item: Item, offset: int) -> bool:
    """Whether the newest revision came and was published while it was held, and no date says that this is newer."""
    return offset < chain.newest_offset and not is_before(chain.order, order_of(item))


def order_of(item: Item) -> Order:
    """Where the item belongs among the revisions of its dispatch.

    Without a date of its own it is the newest when it comes: an earlier date of publication was put right.
    """
    dispatch = item.dispatch
    created_ms = None if dispatch.created is None or dispatch.revision_undated else milliseconds(dispatch.created)
    series = key_of(item.wire.feed, dispatch.names[0]) if dispatch.names else key_of(item.wire.feed, dispatch.id)
    return Order(dispatch.number, b"" if dispatch.number is None else series, created_ms)


def is_before(one: Order, other: Order) -> bool:
    """Whether the agency says that `one` is older than `other`: by version, then by its own time.

    Without both versions or both times it says nothing, and then what arrives later is newer.
    """
    numbered = one.number is not None and other.number is not None and one.series == other.series
    if numbered and one.number != other.number:
        return one.number < other.number  # type: ignore[operator]  # both are numbers
    return one.created_ms is not None and other.created_ms is not None and one.created_ms < other.created_ms


def newest_order(one: Order | None, other: Order | None) -> Order | None:
    """The newer of two; the second, if the agency does not say."""
    if one is None or other is None:
        return one or other
    return one if is_before(other, one) else other


def advanced(before: Order, new: Order) -> Order:
    """The order of the newest revision after a newer one: a number is remembered if the new one has none."""
    if is_before(new, before):  # a correction with an older version
        return before
    return replace(new, number=before.number, series=before.series) if new.number is None else new


def is_not_older(chain: Chain, order: Order) -> bool:
    """Whether nothing newer is known, published or held."""
    return not any(is_before(order, other) for other in _known_orders(chain))


def is_newer(chain: Chain, order: Order) -> bool:
    """Whether the revision is newer than every one that is known, published or held.

    Where version and time say nothing, the later arrival is the newer; one of an equal version or time is not.
    """
    return not any(_is_as_old(order, other) for other in _known_orders(chain))


def _known_orders(chain: Chain) -> list[Order]:
    return [*(held.order for held in chain.held), *([chain.order] if chain.version else [])]


def has_last_word(chain: Chain, item: Item) -> bool:
    """Whether its word on its embargo counts from now on, also a shorter one: it is newer than all that is known.

    Not in a dispatch that a shared name joined items to: there it may be the word of another report.  Nor does that
    of an item that is held already: a server that is behind sends it again.
    """
    is_again = embargo_of(item) is not None and any(held.item == item.dispatch.item for held in chain.held)
    return not chain.joined_by_shared_name and not is_again and is_newer(chain, order_of(item))


def ends_embargo(chain: Chain, item: Item) -> bool:
    """Whether it says, as the newest word, that the embargo is over: its own has ended, or a plan was put right."""
    has_ended = embargo_of(item) is not None or (chain.planned and _is_published(item))
    return has_ended and has_last_word(chain, item)


def _is_published(item: Item) -> bool:
    """Whether a feed's entry has a date of publication that does not lie ahead."""
    return not item.dispatch.planned and (item.first_created or item.dispatch.created) is not None


def _is_as_old(one: Order, other: Order) -> bool:
    """Whether the agency says that `one` is of the same version or time as `other`, or older."""
    if one.number is not None and other.number is not None and one.series == other.series:
        if one.number != other.number:
            return one.number < other.number
        return one.created_ms is None or other.created_ms is None or one.created_ms <= other.created_ms
    return one.created_ms is not None and other.created_ms is not None and one.created_ms <= other.created_ms


def is_kill(item: Item) -> bool:
    """An explicit kill: `pubStatus` canceled, or what the parser read as one."""
    return item.pub_status is PubStatus.CANCELED or Signal.KILL in item.dispatch.signals


def is_hold(item: Item) -> bool:
    """An agency's hold: `pubStatus` withheld, or what the parser read as one."""
    return item.pub_status is PubStatus.WITHHELD or Signal.HOLD in item.dispatch.signals


def embargo_of(item: Item) -> int | None:
    """The end of its own embargo, milliseconds; NEVER if it cannot be read; None without one."""
    if item.embargoed_until is not None:
        return milliseconds(item.embargoed_until)
    return NEVER if Signal.EMBARGO in item.dispatch.signals else None

"""Dispatches that turn out to be one: from then on there is one id, that of the first known one."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from pipeline.items import Kind, Status
from pipeline.records import Reason, Rejected, size_of
from pipeline.resolve.chain import (
    OTHER_IDS_MAX,
    SEEN_MAX,
    Chain,
    HeldItem,
    OtherId,
    fitting,
    strictest,
    without_kill,
)
from pipeline.resolve.names import id_key, latest
from pipeline.resolve.notices import DispatchNotice
from pipeline.resolve.revisions import is_before, newest_order
from pipeline.resolve.work import Work

JOINED_BYTES_MAX = 8_388_608  # written because dispatches are joined; overflow: the other ones stay apart


class Joined(NamedTuple):
    """One chain, and the kills that waited for a part of it: they have met their dispatch."""

    chain: Chain
    kills: tuple[HeldItem, ...]
    apart: tuple[Chain, ...]  # chains that did not fit: a kill or a hold is applied to each of them


def join(work: Work, chains: list[Chain]) -> Joined:
    """One chain out of several, the first known one first.

    The strictest of their states counts.  Consumers who know two of them get an advisory that names both, and a
    kill of one kills all.  What they hold together beyond the bound of one goes to wire.dead.  A chain with too
    many ids (OTHER_IDS_MAX), or behind JOINED_BYTES_MAX, stays apart.
    """
    waiting = [chain for chain in chains if chain.waits_until_ms is not None]
    kills = tuple(held for chain in waiting for held in chain.held) if len(waiting) < len(chains) else ()
    first, *others = (without_kill(chain) for chain in chains) if kills else chains
    apart = list[Chain]()
    for other in others:
        size = sum(map(size_of, work.outputs))
        if len(first.other_ids) + len(other.other_ids) < OTHER_IDS_MAX and size < JOINED_BYTES_MAX:
            first = _joined(work, first, other)
        else:
            apart.append(other)
    return Joined(first, kills, tuple(apart))


def _held_together(work: Work, one: Chain, other: Chain) -> tuple[HeldItem, ...]:
    """What both hold, in order of arrival.  What does not fit goes to wire.dead; of waiting kills one is enough."""
    both = tuple(sorted((*one.held, *other.held), key=lambda held: held.offset))
    kept = fitting(both)
    left = [held for held in both if held not in kept]
    if one.waits_until_ms is not None:
        work.withheld += len(left)
        return kept
    why = f"{one.id} and {other.id} are one dispatch, which holds {len(both)} items; {len(kept)} of them fit"
    for held in left:
        work.reject_held(one, held, Rejected(Reason.HELD_FULL, why))
    return kept


def _announce(work: Work, one: Chain, other: Chain) -> tuple[Chain, Chain, bool]:
    """Inform consumers that the two are one dispatch; both as they are then, and whether they are killed."""
    killers = [chain.killed_by for chain in (one, other) if chain.killed_by and chain.waits_until_ms is None]
    if killers:  # consumers who know the other one learn that it is killed
        why = f"{one.id} and {other.id} are one dispatch, and it was killed"
        return work.kill(one, killers[0], why), work.kill(other, killers[0], why), True
    if one.revisions and other.revisions:
        why = f"{other.id} is the same dispatch as {one.id}, by the agency's own ids"
        work.notify(other, DispatchNotice(Kind.ADVISORY, Status.SUPERSEDED, why, merged_into=one.id))
    return one, other, False


def _joined(work: Work, one: Chain, other: Chain) -> Chain:
    one, other, is_killed = _announce(work, one, other)
    is_newer = bool(other.version) and (not one.version or not is_before(other.order, one.order))
    newer = other if is_newer else one
    held = _held_together(work, one, other)
    work.chains.pop(other.id, None)
    work.gone.append(other.id)
    known = (OtherId(other.id, other.language, other.version),) if other.revisions else ()
    waits = [chain.waits_until_ms for chain in (one, other) if chain.waits_until_ms is not None]
    return work.keep(
        replace(newer, id=one.id, first_offset=one.first_offset),
        language=one.language if one.revisions else newer.language,
        revisions=one.revisions + other.revisions,
        status=Status.HELD if not is_killed and Status.HELD in (one.status, other.status) else newer.status,
        operator_hold_by=one.operator_hold_by or other.operator_hold_by,
        hold=newest_order(one.hold, other.hold),
        newest_release=newest_order(one.newest_release, other.newest_release),
        embargo_ms=strictest(one.embargo_ms, other.embargo_ms),
        planned=all(chain.planned for chain in (one, other) if chain.embargo_ms is not None),
        killed_by=one.killed_by or other.killed_by,
        seen=(*one.seen, *other.seen)[-SEEN_MAX:],
        held=held,
        waits_until_ms=min(waits, default=None),
        names=latest(one.names, (*other.names, id_key(other.id))),
        shared_names=latest(one.shared_names, other.shared_names),
        joined_by_shared_name=one.joined_by_shared_name or other.joined_by_shared_name,
        other_ids=(*one.other_ids, *known, *other.other_ids),
    )

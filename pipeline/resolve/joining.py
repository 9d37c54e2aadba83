"""Dispatches that turn out to be one: from then on there is one id, that of the first known one."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from pipeline.items import Kind, Status
from pipeline.records import Reason, Rejected, size_of
from pipeline.resolve.chain import ALSO_MAX, SEEN_MAX, Chain, Held, OtherId, fitting, strictest, without_kill
from pipeline.resolve.names import id_key, latest
from pipeline.resolve.notices import DispatchNotice
from pipeline.resolve.revisions import is_before, newest_order
from pipeline.resolve.work import Work

JOINED_BYTES_MAX = 8_388_608  # written because dispatches are joined; overflow: the other ones stay apart


class Joined(NamedTuple):
    """One chain, and the kills that waited for a part of it: they have met their dispatch."""

    chain: Chain
    kills: tuple[Held, ...]
    apart: tuple[Chain, ...]  # chains that did not fit: a kill or a hold is applied to each of them


def join(work: Work, chains: list[Chain]) -> Joined:
    """One chain out of several, the first known one first.

    The strictest of their states counts.  Consumers who know two of them get an advisory that names both, and a
    kill of one kills all.  What they hold together beyond the bound of one goes to wire.dead.  A chain with too
    many ids (ALSO_MAX), or behind JOINED_BYTES_MAX, stays apart.
    """
    waiting = [chain for chain in chains if chain.waits_until_ms is not None]
    kills = tuple(held for chain in waiting for held in chain.held) if len(waiting) < len(chains) else ()
    first, *others = (without_kill(chain) for chain in chains) if kills else chains
    apart = list[Chain]()
    for other in others:
        size = sum(map(size_of, work.outputs))
        if len(first.also) + len(other.also) < ALSO_MAX and size < JOINED_BYTES_MAX:
            first = _joined(work, first, other)
        else:
            apart.append(other)
    return Joined(first, kills, tuple(apart))


def _held_together(work: Work, one: Chain, other: Chain) -> tuple[Held, ...]:
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


def _joined(work: Work, one: Chain, other: Chain) -> Chain:
    killers = [chain.killed_by for chain in (one, other) if chain.killed_by and chain.waits_until_ms is None]
    if killers:  # consumers who know the other one learn that it is killed
        why = f"{one.id} and {other.id} are one dispatch, and it was killed"
        one, other = work.killed(one, killers[0], why), work.killed(other, killers[0], why)
    elif one.revisions and other.revisions:
        why = f"{other.id} is the same dispatch as {one.id}, by the agency's own ids"
        work.notify(other, DispatchNotice(Kind.ADVISORY, Status.SUPERSEDED, why, merged_into=one.id))
    is_newer = bool(other.version) and (not one.version or not is_before(other.order, one.order))
    newer = other if is_newer else one
    held = _held_together(work, one, other)
    work.chains.pop(other.id, None)
    work.gone.append(other.id)
    known = (OtherId(other.id, other.language, other.version),) if other.revisions else ()
    waits = [chain.waits_until_ms for chain in (one, other) if chain.waits_until_ms is not None]
    return work.keep(
        replace(newer, id=one.id, first=one.first),
        language=one.language if one.revisions else newer.language,
        revisions=one.revisions + other.revisions,
        status=Status.HELD if not killers and Status.HELD in (one.status, other.status) else newer.status,
        hold_by=one.hold_by or other.hold_by,
        hold=newest_order(one.hold, other.hold),
        lifted=newest_order(one.lifted, other.lifted),
        embargo_ms=strictest(one.embargo_ms, other.embargo_ms),
        killed_by=one.killed_by or other.killed_by,
        seen=(*one.seen, *other.seen)[-SEEN_MAX:],
        held=held,
        waits_until_ms=min(waits, default=None),
        names=latest(one.names, (*other.names, id_key(other.id))),
        links=latest(one.links, other.links),
        is_loose=one.is_loose or other.is_loose,
        also=(*one.also, *known, *other.also),
    )

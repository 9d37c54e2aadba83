"""The names of a dispatch, and which dispatches an item means by them.

An agency names one dispatch by several ids: an update by a new guid and a link to the old one, a kill by the id of
what it kills.  `dispatch.names` has them all, the item's own first, each behind its kind.  Names are kept with the
chain, so they are journalled, carried and forgotten with it; `ResolveState` has the table from name to chain.

Names belong to a feed.  All records of a feed have one key, hence one partition and one shard, so a shard knows
every name that its feeds have used.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from pipeline.items import Dispatch, Item, PubStatus, Signal, read_item
from pipeline.resolve.chain import HEADLINE_CHARACTERS_MAX, NAMES_MAX, Chain
from pipeline.values.alike import share_words, words_of
from pipeline.values.spelling import one_spelling

if TYPE_CHECKING:
    from pipeline.resolve.state import ResolveState
    from pipeline.resolve.work import Work

LINK = "link:"  # a page, which several dispatches may share
MAYBE = "maybe:"  # before a name that several dispatches may have: a product, a counter of the day
REACH_MAX = 32  # dispatches that one page may name; a page with more identifies nothing
RESTRICTING = frozenset({Signal.KILL, Signal.HOLD, Signal.CORRECTION, Signal.EMBARGO})
REACHING = frozenset({Signal.KILL, Signal.HOLD})


class Named(NamedTuple):
    """The chains that an item means."""

    chains: list[Chain]  # its dispatch, the first known one first; several turn out to be one
    reached: list[Chain]  # further dispatches, which its kill or hold reaches: it names a page that they share
    is_weak: bool = False  # whether a page, or a name that others may have too, is all by which it names them


@lru_cache(maxsize=4096)  # of an item each name is asked for three times: 1 us each without it
def key_of(feed: str, name: str) -> bytes:
    """The key of a name of a feed: 12 bytes.  An id has one, however it is spelled."""
    kind, colon, id_ = name.partition(":")
    return blake2b(f"{feed}\0{kind}{colon}{one_spelling(id_)}".encode(), digest_size=12).digest()


def named_by(state: ResolveState, item: Item) -> Named:
    """The chains that the item names, by any name that identifies a dispatch; else by the page that it names."""
    feed, dispatch = item.wire.feed, item.dispatch
    found = {chain.id: chain for chain in _strongly_named(state, item)}
    if found and not (_says(item, REACHING) and _is_page(dispatch)):  # in this order: nearly all reach nothing
        return Named(sorted(found.values(), key=_age), [])
    links = [key_of(feed, name) for name in dispatch.names if name.startswith(LINK)]
    ids = {id_ for link in links for id_ in state.links.get(link, ())}
    under = sorted((chain for id_ in ids if (chain := state.get(id_))), key=_age)
    if found:
        reached = [chain for chain in under if chain.id not in found]
        return Named(sorted(found.values(), key=_age), reached if len(under) <= REACH_MAX else [])
    is_page_its_id = bool(dispatch.names) and dispatch.names[0].startswith(LINK)
    if len(under) == 1 and (is_page_its_id or _says(item, RESTRICTING)):
        return Named(under, [], is_weak=True)
    if len(under) > REACH_MAX:
        return Named([], [])
    if len(under) > 1 and _says(item, REACHING):
        return Named(under[:1], under[1:], is_weak=True)
    waiting = [chain for chain in under if _waits(chain)][:1]
    return Named(waiting or _perhaps_named(state, item), [], is_weak=True)


def with_names(work: Work, chain: Chain, item: Item, *, is_weak: bool = False) -> Chain:
    """The chain with the names and links of the item that no other chain has.

    is_weak: a page, or a name that others may have too, is all by which the item names it.
    """
    feed, dispatch = item.wire.feed, item.dispatch
    ids, pages = list[bytes](), list[bytes]()
    for name in dispatch.names:
        (pages if _is_shared(name) else ids).append(key_of(feed, name.removeprefix(MAYBE)))
    if dispatch.id != chain.id:
        ids.append(id_key(dispatch.id))
    holder = work.state.names
    new = [key for key in ids if holder.get(key, chain.id) == chain.id or holder[key] in work.gone]
    names, links, is_loose = latest(chain.names, new), latest(chain.links, pages), chain.is_loose or is_weak
    if (names, links, is_loose) == (chain.names, chain.links, chain.is_loose):
        return chain
    return replace(chain, names=names, links=links, is_loose=is_loose)


def _is_shared(name: str) -> bool:
    """Whether several dispatches may have the name."""
    return name.startswith((LINK, MAYBE))


def latest(before: tuple[bytes, ...], new: Iterable[bytes]) -> tuple[bytes, ...]:
    """The keys, each once; beyond NAMES_MAX the oldest are forgotten."""
    added = dict.fromkeys(key for key in new if key not in before)
    return (*before, *added)[-NAMES_MAX:] if added else before


def id_key(dispatch: str) -> bytes:
    """The key of a dispatch id that became a name of another dispatch."""
    return key_of("", dispatch)


def _strongly_named(state: ResolveState, item: Item) -> Iterable[Chain]:
    feed, dispatch = item.wire.feed, item.dispatch
    if own := state.find(dispatch.id):
        yield own
    for name in dispatch.names:
        if not _is_shared(name):
            id_ = state.names.get(key_of(feed, name))
            chain = state.get(id_) if id_ is not None else None
            if chain is not None:
                yield chain


def _perhaps_named(state: ResolveState, item: Item) -> list[Chain]:
    """The dispatch that has a name of the item which others may have as well; the most certain name comes first.

    A kill, a hold, a correction or an embargo means the only one; of several it means the one with its headline.
    What says nothing of the kind meets what waits for it.
    """
    names = [name for name in item.dispatch.names if not name.startswith(LINK)]
    restricts, headline = _says(item, RESTRICTING), item.headline[:HEADLINE_CHARACTERS_MAX].casefold()
    for name in names:
        key = key_of(item.wire.feed, name.removeprefix(MAYBE))
        ids = dict.fromkeys((*state.links.get(key, ()), state.names.get(key, "")))
        chains = [chain for id_ in ids if (chain := state.get(id_))]
        if not restricts:
            chains = [chain for chain in chains if _waits(chain) and _is_waited_for(chain, item)]
        elif len(chains) > 1:
            chains = [chain for chain in chains if chain.headline and chain.headline.casefold() == headline]
        if len(chains) == 1 or (chains and not restricts):
            return sorted(chains, key=_age)[:1]
    return []


def _is_waited_for(chain: Chain, item: Item) -> bool:
    """Whether what waits, and has a name that others may have too, means this item: by the words of both.

    A kill or a hold without words means any.
    """
    texts: tuple[str, ...] = (chain.headline,)
    if chain.held and chain.waits_until_ms is None:
        held = read_item(chain.held[-1].value)
        texts = (held.headline, held.body)
    return share_words(words_of(texts), words_of((item.headline, item.body)))


def _is_page(dispatch: Dispatch) -> bool:
    """Whether it has no id but the address of its page."""
    ids = [(name.startswith(LINK), one_spelling(name.partition(":")[2])) for name in dispatch.names]
    pages = {id_ for is_link, id_ in ids if is_link}
    return bool(pages) and all(id_ in pages for _, id_ in ids)


def _waits(chain: Chain) -> bool:
    """Whether it is a kill that waits, or held and never published: a page may be all that names its dispatch."""
    is_held = chain.hold is not None or chain.embargo_ms is not None
    return chain.waits_until_ms is not None or (is_held and not chain.revisions and chain.killed_by is None)


def _says(item: Item, signals: frozenset[Signal]) -> bool:
    """Whether the item has one of the signals, or is not usable."""
    return item.pub_status is not PubStatus.USABLE or not signals.isdisjoint(item.dispatch.signals)


def _age(chain: Chain) -> int:
    return chain.first

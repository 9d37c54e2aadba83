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
KILL_OR_HOLD = frozenset({Signal.KILL, Signal.HOLD})
STOPPING = KILL_OR_HOLD | {Signal.EMBARGO}


class NamedChains(NamedTuple):
    """The chains that an item means."""

    chains: list[Chain]  # the dispatch that it names; if there are several, they are one, the first known one first
    further: list[Chain]  # other dispatches of the page that it names: its kill or hold applies to them too
    by_shared_name: bool = False  # whether it names them only by a page or a name that others may share


@lru_cache(maxsize=4096)  # of an item each name is asked for three times: 1 us each without it
def key_of(feed: str, name: str) -> bytes:
    """The key of a name of a feed: 12 bytes.  An id has one, however it is spelled."""
    kind, colon, id_ = name.partition(":")
    return blake2b(f"{feed}\0{kind}{colon}{one_spelling(id_)}".encode(), digest_size=12).digest()


def named_by(state: ResolveState, item: Item) -> NamedChains:
    """The chains that the item names, by any name that identifies a dispatch; else by the page that it names."""
    feed, dispatch = item.wire.feed, item.dispatch
    found = {chain.id: chain for chain in _chains_by_unique_name(state, item)}
    # In this order: nearly all items neither kill nor hold.
    if found and not (_has_signal(item, KILL_OR_HOLD) and _is_named_by_page_only(dispatch)):
        return NamedChains(sorted(found.values(), key=_age), [])
    links = [key_of(feed, name) for name in dispatch.names if name.startswith(LINK)]
    ids = {id_ for link in links for id_ in state.shared_names.get(link, ())}
    of_page = sorted(_meant(item, (chain for id_ in ids if (chain := state.get(id_)))), key=_age)
    if found:
        further = [chain for chain in of_page if chain.id not in found]
        return NamedChains(sorted(found.values(), key=_age), further if len(of_page) <= REACH_MAX else [])
    is_page_its_id = bool(dispatch.names) and dispatch.names[0].startswith(LINK)
    if len(of_page) == 1 and (is_page_its_id or _has_signal(item, RESTRICTING)):
        return NamedChains(of_page, [], by_shared_name=True)
    if len(of_page) > REACH_MAX:
        return NamedChains([], [])
    if len(of_page) > 1 and _has_signal(item, KILL_OR_HOLD):
        return NamedChains(of_page[:1], of_page[1:], by_shared_name=True)
    waiting = [chain for chain in of_page if _waits(chain)][:1]
    return NamedChains(waiting or _chains_by_shared_name(state, item), [], by_shared_name=True)


def with_names(work: Work, chain: Chain, item: Item, *, by_shared_name: bool = False) -> Chain:
    """The chain with the names of the item: the unique ones that no other chain has, and all shared ones.

    by_shared_name: whether the item names it only by a page or a name that others may share.
    """
    feed, dispatch = item.wire.feed, item.dispatch
    ids, shared = list[bytes](), list[bytes]()
    for name in dispatch.names:
        (shared if _is_shared(name) else ids).append(key_of(feed, name.removeprefix(MAYBE)))
    if dispatch.id != chain.id:
        ids.append(id_key(dispatch.id))
    holder = work.state.names
    new = [key for key in ids if holder.get(key, chain.id) == chain.id or holder[key] in work.gone]
    names, shared_names = latest(chain.names, new), latest(chain.shared_names, shared)
    is_joined = chain.joined_by_shared_name or by_shared_name
    if (names, shared_names, is_joined) == (chain.names, chain.shared_names, chain.joined_by_shared_name):
        return chain
    return replace(chain, names=names, shared_names=shared_names, joined_by_shared_name=is_joined)


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


def _chains_by_unique_name(state: ResolveState, item: Item) -> Iterable[Chain]:
    feed, dispatch = item.wire.feed, item.dispatch
    if own := state.find(dispatch.id):
        yield own
    for name in dispatch.names:
        if not _is_shared(name):
            id_ = state.names.get(key_of(feed, name))
            chain = state.get(id_) if id_ is not None else None
            if chain is not None:
                yield chain


def _chains_by_shared_name(state: ResolveState, item: Item) -> list[Chain]:
    """The dispatch that shares a name with the item; the most certain name is tried first.

    A kill, hold, correction or embargo applies if only one dispatch has the name, or only one of several has the
    item's headline.  Any other item only meets what waits under the name.
    """
    names = [name for name in item.dispatch.names if not name.startswith(LINK)]
    restricts, headline = _has_signal(item, RESTRICTING), item.headline[:HEADLINE_CHARACTERS_MAX].casefold()
    for name in names:
        key = key_of(item.wire.feed, name.removeprefix(MAYBE))
        ids = dict.fromkeys((*state.shared_names.get(key, ()), state.names.get(key, "")))
        chains = _meant(item, (chain for id_ in ids if (chain := state.get(id_))))
        if not restricts:
            chains = [chain for chain in chains if _waits(chain) and _is_waited_for(chain, item)]
        elif len(chains) > 1:
            chains = [chain for chain in chains if chain.headline and chain.headline.casefold() == headline]
        if len(chains) == 1 or (chains and not restricts):
            return sorted(chains, key=_age)[:1]
    return []


def _is_waited_for(chain: Chain, item: Item) -> bool:
    """Whether a kill, hold or embargo that waits under a shared name means this item: a third of their words agree.

    One without words means any item.
    """
    texts: tuple[str, ...] = (chain.headline,)
    if chain.held and chain.waits_until_ms is None:
        held = read_item(chain.held[-1].value)
        texts = (held.headline, held.body)
    return share_words(words_of(texts), words_of((item.headline, item.body)))


def _meant(item: Item, chains: Iterable[Chain]) -> list[Chain]:
    """Those that an item may mean by a name that others may have: a correction only if the words are alike.

    A kill, a hold and an embargo have no words of what they are about.
    """
    if Signal.CORRECTION not in item.dispatch.signals or _has_signal(item, STOPPING):
        return list(chains)
    words = words_of((item.headline, item.body))
    return [chain for chain in chains if not chain.headline or share_words(words_of((chain.headline,)), words)]


def _is_named_by_page_only(dispatch: Dispatch) -> bool:
    """Whether it has no id but the address of its page."""
    ids = [(name.startswith(LINK), one_spelling(name.partition(":")[2])) for name in dispatch.names]
    pages = {id_ for is_link, id_ in ids if is_link}
    return bool(pages) and all(id_ in pages for _, id_ in ids)


def _waits(chain: Chain) -> bool:
    """Whether it is a kill that waits, or held and never published: a page may be all that names its dispatch."""
    is_held = chain.hold is not None or chain.embargo_ms is not None
    return chain.waits_until_ms is not None or (is_held and not chain.revisions and chain.killed_by is None)


def _has_signal(item: Item, signals: frozenset[Signal]) -> bool:
    """Whether the item has one of the signals, or is not usable."""
    return item.pub_status is not PubStatus.USABLE or not signals.isdisjoint(item.dispatch.signals)


def _age(chain: Chain) -> int:
    return chain.first_offset

"""The work that one record makes: chains as they will be, and what is written.  Lives for one decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from pipeline import dead
from pipeline.envelope import FEATURES, QUIET, SOURCE, TRACE, Headers, RecordType, forward, only, source_of, without
from pipeline.items import Dispatch, Item, Kind, PubStatus, Severity, Status, dispatch_uri, dump, read_item
from pipeline.language import Language
from pipeline.records import Out, Record, Rejected
from pipeline.resolve.chain import HEADLINE_CHARACTERS_MAX, SEEN_MAX, Chain, HeldItem
from pipeline.resolve.clocks import feed_ms, lag_with
from pipeline.resolve.notices import DispatchNotice, kill_record, partial
from pipeline.resolve.revisions import NOT_NEWEST, advanced, judge, order_of
from pipeline.resolve.state import ResolveChange, ResolveState

TARGET = "wire.resolved"
CARRIED = frozenset({SOURCE, TRACE, FEATURES, QUIET})  # of an item's record, for when it is published


@dataclass
class Work:
    """The verbs that items, ticks and controls share: keep a chain, publish an item, write a kill, advise."""

    state: ResolveState
    record: Record
    outputs: list[Out] = field(default_factory=list)
    chains: dict[str, Chain] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    lags: tuple[tuple[str, int], ...] = ()
    withheld: int = 0
    erases: bool = False
    now_ms: int = 0  # stream time with this record
    feed_ms: int = 0  # what time it is for the feed at hand (clocks)

    def at_item(self, feed: str) -> None:
        """It is an item of this feed."""
        lag = lag_with(self.state, feed, self.record)
        if lag != self.state.lags.get(feed):
            self.lags = ((feed, lag),)
        self.feed_ms = self.record.timestamp_ms - lag
        self.now_ms = max(self.state.now_ms, self.record.time_ms)

    def at_control(self, feed: str) -> None:
        """It is a control of a dispatch of this feed: its own time counts for nothing."""
        self.feed_ms = feed_ms(self.state, feed, self.record)
        self.now_ms = max(self.state.now_ms, self.feed_ms)

    def at_due(self, chain: Chain) -> None:
        """It is a tick, and this chain is due: the tick's own time counts for nothing."""
        self.feed_ms = feed_ms(self.state, chain.feed, self.record)
        self.now_ms = max(self.now_ms, self.state.now_ms, chain.due_ms or 0)

    @property
    def change(self) -> ResolveChange:
        """What the record does to the state."""
        now_ms = max(self.now_ms, self.state.now_ms)
        chains = tuple(self.chains.values())
        return ResolveChange(
            now_ms,
            self.state.withheld + self.withheld,
            chains,
            tuple(self.gone),
            self.record.timestamp_ms,
            self.lags,
            self.erases,
        )

    @property
    def offset(self) -> int:
        """The source offset of the record."""
        return self.record.position.offset

    @property
    def held_count(self) -> int:
        """How many items the shard holds, with this record."""
        before = (self.state.get(id_) for id_ in (*self.chains, *self.gone))
        now = sum(len(chain.held) for chain in self.chains.values())
        return self.state.held_count + now - sum(len(chain.held) for chain in before if chain)

    @property
    def headers(self) -> Headers:
        """The headers of the record that are carried on, now or when a hold ends."""
        return only(self.record.headers, *CARRIED)

    def get(self, id_: str) -> Chain | None:
        """The chain as this record leaves it."""
        return self.chains.get(id_) or self.state.get(id_)

    def keep(self, chain: Chain, **changes: Any) -> Chain:
        """The chain with these changes, remembered."""
        kept = self.chains[chain.id] = replace(chain, changed_ms=self.record.timestamp_ms, **changes)
        return kept

    def publish(self, chain: Chain, item: Item, headers: Headers, held: HeldItem | None = None) -> Chain:
        """Write the item with its verdict (revisions.judge); `held`: what it was held as."""
        offset = held.offset if held else self.offset
        dispatch = judge(chain, item, offset)
        pinned = with_language(chain, item)
        self._write(pinned, item, dispatch, headers, PubStatus.USABLE)
        seen = (*(seen for seen in chain.seen if seen != item.dispatch.item), item.dispatch.item)[-SEEN_MAX:]
        changes: dict[str, Any] = {"revisions": chain.revisions + (dispatch.kind is not Kind.REPEAT), "seen": seen}
        if dispatch.kind not in NOT_NEWEST:
            changes |= {
                "version": item.version,
                "order": advanced(chain.order, order_of(item)),
                "newest_offset": offset,
            }
            changes |= {"status": dispatch.status, "headline": item.headline[:HEADLINE_CHARACTERS_MAX]}
        return self.keep(pinned, **changes)

    def publish_all(self, chain: Chain, ready: tuple[HeldItem, ...]) -> Chain:
        """Publish these of its held items, in order of arrival."""
        chain = self.keep(chain, held=tuple(held for held in chain.held if held not in ready))
        for held in ready:
            chain = self.publish(chain, read_item(held.value), held.headers, held)
        return chain

    def publish_due(self, chain: Chain) -> Chain:
        """Publish what nothing holds any longer."""
        if chain.waits_until_ms is not None or chain.operator_hold_by is not None or chain.hold is not None:
            return chain
        if chain.embargo_ms is not None and chain.embargo_ms <= self.feed_ms:
            chain = self.keep(chain, embargo_ms=None)
        ready = tuple(held for held in chain.held if chain.is_due(held, self.feed_ms))
        return self.publish_all(chain, ready) if ready else chain

    def publish_kill(self, chain: Chain, item: Item, headers: Headers, *, with_note: bool) -> Chain:
        """Write the agency's kill, and a notice for each other id of the dispatch; a second kill is a repeat.

        It has no word of its own but its note, if that is wanted.  What is held of the dispatch is withheld.
        """
        dispatch, out = _kill_verdict(chain, item, with_note), kill_record(item, chain, with_note=with_note)
        self._write(chain, out, dispatch, without(headers, FEATURES), PubStatus.CANCELED)
        killed = self.kill(chain, dispatch.killed_by or "", dispatch.why or "", own=False)
        return self.keep(killed, revisions=chain.revisions + 1, version=item.version)

    def kill(
        self,
        chain: Chain,
        by: str,
        why: str,
        *,
        own: bool = True,
        by_hand: str | None = None,
        erased: bool | None = None,
    ) -> Chain:
        """Kill the dispatch for good, and write a notice for each id by which consumers know it.

        What is held is withheld.  own: whether one is written for the chain's own id too; by_hand: the operator.
        erased: the notices say so, and are written although it was killed before.
        """
        self.withheld += len(chain.held)
        if chain.killed_by is None or erased:
            notice = DispatchNotice(Kind.KILL, Status.KILLED, why, killed_by=by, by_hand=by_hand, erased=erased)
            if own and chain.revisions:
                self.notify(chain, notice)
            for other in chain.other_ids:
                known = replace(chain, id=other.id, language=other.language, version=other.version)
                self.notify(known, notice)
        killed_by = chain.killed_by or by
        return self.keep(
            chain, held=(), waits_until_ms=None, embargo_ms=None, status=Status.KILLED, killed_by=killed_by
        )

    def erase(self, chain: Chain, by: str, why: str) -> Chain:
        """Kill the dispatch, keep no word of it, and ask those who know it to keep none."""
        self.erases = True
        return self.kill(replace(chain, headline=""), by, why, by_hand=by, erased=True)

    def advise(self, chain: Chain, status: Status, why: str, by_hand: str | None = None) -> Chain:
        """Inform consumers that the dispatch is held, or usable again; `by_hand`: the operator who decided it."""
        self.notify(chain, DispatchNotice(Kind.ADVISORY, status, why, by_hand=by_hand))
        return self.keep(chain, status=status)

    def notify(self, chain: Chain, notice: DispatchNotice) -> None:
        """Write a partial item that informs consumers of what happened to a dispatch that they know."""
        carried = only(self.headers, TRACE, QUIET)
        item = partial(chain, notice, self.record, self.now_ms)
        self._write(chain, item, item.dispatch, carried, item.pub_status)

    def reject(self, rejected: Rejected) -> None:
        """The item of the record goes to wire.dead, although it changes something."""
        self.outputs.append(dead.letter("resolve", self.record, rejected))

    def reject_held(self, chain: Chain, held: HeldItem, rejected: Rejected) -> None:
        """An item that was held goes to wire.dead, as the record that it came in."""
        position = self.record.position._replace(offset=held.offset)
        features = only(held.headers, FEATURES)
        envelope = forward(held.headers, RecordType.ITEM, self.now_ms, source_of(chain.feed))
        record = Record(position, chain.feed.encode(), held.value, (*envelope, *features), self.record.timestamp_ms)
        self.outputs.append(dead.letter("resolve", record, rejected))

    def _write(self, chain: Chain, item: Item, dispatch: Dispatch, headers: Headers, pub_status: PubStatus) -> None:
        pinned = Language.of(chain.language)
        language = item.language if item.language.known else pinned
        changes = {
            "uri": dispatch_uri(chain.id),
            "dispatch": dispatch,
            "language": language,
            "pub_status": pub_status,
        }
        out = item.model_copy(update=changes)
        features = only(headers, FEATURES)
        envelope = forward(headers, RecordType.ITEM, self.now_ms, source_of(chain.feed))
        self.outputs.append(Out(TARGET, pinned.primary.encode(), dump(out), (*envelope, *features)))


def _kill_verdict(chain: Chain, item: Item, with_note: bool) -> Dispatch:
    """What a kill does to its dispatch: the first one kills it, another one is a repeat."""
    again = chain.killed_by is not None
    return item.dispatch.model_copy(
        update={
            "id": chain.id,
            "revision": chain.revisions + 1,
            "kind": Kind.REPEAT if again else Kind.KILL,
            "severity": Severity.REPEATED if again else Severity.KILLED,
            "status": Status.KILLED,
            "supersedes": chain.version or None,
            "killed_by": chain.killed_by or item.dispatch.item,
            "why": (item.ed_note if with_note else None) or "the agency killed it",
        }
    )


def with_language(chain: Chain, item: Item) -> Chain:
    """The chain with its language, which the first item that has one pins."""
    if not Language.of(chain.language).known and item.language.known:
        return replace(chain, language=item.language.tag)
    return chain

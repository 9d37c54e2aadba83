"""The work that one record makes: chains as they will be, and what is written.  Lives for one decision."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from pipeline.envelope import FEATURES, SOURCE, TRACE, Headers, RecordType, forward, source_of
from pipeline.items import (
    Dispatch,
    Item,
    Kind,
    PubStatus,
    Representation,
    Severity,
    Status,
    Wire,
    content_id,
    dispatch_uri,
    dump,
    instant,
    read_item,
)
from pipeline.language import Language
from pipeline.records import Out, Record
from pipeline.resolve.chain import SEEN_MAX, Chain, Held
from pipeline.resolve.revisions import NOT_NEWEST, judge, rank
from pipeline.resolve.state import ResolveChange, ResolveState

TARGET = "wire.resolved"
CARRIED = frozenset({SOURCE, TRACE, FEATURES})  # of an item's record, for when it is published
PUB_STATUS = {Status.HELD: PubStatus.WITHHELD, Status.USABLE: PubStatus.USABLE, Status.KILLED: PubStatus.CANCELED}


@dataclass
class Work:
    """The verbs that items, ticks and controls share: keep a chain, publish an item, write a kill, advise."""

    state: ResolveState
    record: Record
    outputs: list[Out] = field(default_factory=list)
    chains: dict[str, Chain] = field(default_factory=dict)
    withheld: int = 0

    @property
    def now_ms(self) -> int:
        """Stream time with this record."""
        return max(self.state.now_ms, self.record.time_ms)

    @property
    def change(self) -> ResolveChange:
        """What the record does to the state."""
        return ResolveChange(self.now_ms, self.state.withheld + self.withheld, tuple(self.chains.values()))

    @property
    def headers(self) -> Headers:
        """The headers of the record that are carried on, now or when a hold ends."""
        return tuple(header for header in self.record.headers if header[0] in CARRIED)

    def keep(self, chain: Chain, **changes: Any) -> Chain:
        """The chain with these changes, remembered."""
        kept = self.chains[chain.id] = replace(chain, time_ms=self.now_ms, **changes)
        return kept

    def publish(self, chain: Chain, item: Item, headers: Headers) -> None:
        """Write the item with its verdict (revisions.judge)."""
        dispatch = judge(chain, item)
        pinned = with_language(chain, item)
        self._write(pinned, item, dispatch, headers)
        seen = (*(seen for seen in chain.seen if seen != item.dispatch.item), item.dispatch.item)[-SEEN_MAX:]
        changes: dict[str, Any] = {"revisions": chain.revisions + (dispatch.kind is not Kind.REPEAT), "seen": seen}
        if dispatch.kind not in NOT_NEWEST:
            number, created_ms = rank(item)
            changes |= {"version": item.version, "number": number, "created_ms": created_ms}
            changes |= {"item": item.dispatch.item, "status": dispatch.status}
        self.keep(pinned, **changes)

    def publish_held(self, chain: Chain, upto_ms: int | None) -> None:
        """Publish what the chain holds and is due by then (None: all of it), in order of arrival."""
        is_kill = chain.waits_until_ms is not None
        ready = [held for held in chain.held if upto_ms is None or is_kill or is_due(held, upto_ms)]
        rest = tuple(held for held in chain.held if held not in ready)
        killed_by = None if is_kill else chain.killed_by
        self.keep(chain, held=rest, waits_until_ms=None, killed_by=killed_by)
        for held in ready:
            write = self.publish_kill if is_kill else self.publish
            write(self.chains[chain.id], read_item(held.value), held.headers)

    def publish_kill(self, chain: Chain, item: Item, headers: Headers) -> None:
        """Write the agency's kill.  The held items of the chain are dropped; a second kill is a repeat."""
        again = chain.killed_by is not None
        dispatch = item.dispatch.model_copy(
            update={
                "revision": chain.revisions + 1,
                "kind": Kind.REPEAT if again else Kind.KILL,
                "severity": Severity.REPEATED if again else Severity.KILLED,
                "status": Status.KILLED,
                "supersedes": chain.version or None,
                "killed_by": chain.killed_by or item.dispatch.item,
                "why": item.ed_note or "the agency killed it",
            }
        )
        self._write(chain, item.model_copy(update={"pub_status": PubStatus.CANCELED}), dispatch, headers)
        self.keep(
            chain,
            held=(),
            waits_until_ms=None,
            status=Status.KILLED,
            killed_by=dispatch.killed_by,
            revisions=chain.revisions + 1,
            version=item.version,
            item=item.dispatch.item,
        )

    def advise(self, chain: Chain, kind: Kind, status: Status, who: str, why: str) -> None:
        """Write a partial item that informs consumers of what happened to a dispatch that they know."""
        position, now = self.record.position, instant(self.now_ms)
        is_kill = kind is Kind.KILL
        dispatch = Dispatch(
            id=chain.id,
            item=content_id("advisory", chain.id, str(position)),
            revision=chain.revisions,
            kind=kind,
            severity=Severity.KILLED if is_kill else Severity.NONE,
            status=status,
            killed_by=who if is_kill else None,
            why=f"{who}: {why}",
        )
        item = Item(
            uri=dispatch_uri(chain.id),
            representation_type=Representation.PARTIAL,
            version=chain.version,
            version_created=now,
            pub_status=PUB_STATUS[status],
            wire=Wire(
                feed=chain.feed,
                format="control",
                topic=position.topic,
                partition=position.partition,
                offset=position.offset,
                sha256=hashlib.sha256(self.record.value).hexdigest(),
                received=now,
            ),
            dispatch=dispatch,
        )
        trace = tuple(header for header in self.headers if header[0] == TRACE)
        self._write(self.keep(chain, status=status), item, dispatch, trace)

    def _write(self, chain: Chain, item: Item, dispatch: Dispatch, headers: Headers) -> None:
        pinned = Language.of(chain.language)
        language = item.language if item.language.known else pinned
        out = item.model_copy(update={"dispatch": dispatch, "language": language})
        features = tuple(header for header in headers if header[0] == FEATURES)
        envelope = forward(headers, RecordType.ITEM, self.now_ms, source_of(chain.feed))
        self.outputs.append(Out(TARGET, pinned.primary.encode(), dump(out), (*envelope, *features)))


def with_language(chain: Chain, item: Item) -> Chain:
    """The chain with its language, which the first item that has one pins."""
    if not Language.of(chain.language).known and item.language.known:
        return replace(chain, language=item.language.tag)
    return chain


def is_due(held: Held, time_ms: int) -> bool:
    """Whether the hold has ended by then."""
    return held.due_ms is not None and held.due_ms <= time_ms

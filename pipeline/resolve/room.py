"""RESOLVE: wire.normalised -> wire.resolved.

Guarantee: of a dispatch, nothing leaves after its kill but the kill; nothing embargoed leaves before its time;
whatever the order in which revisions, kills and operators' words arrive.  Every item ends here in exactly one of
published, held, withheld.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from pipeline.items import (
    Control,
    Dispatch,
    Item,
    Kind,
    PubStatus,
    Severity,
    Status,
    Wire,
    content_id,
    dispatch_uri,
    dump,
    instant,
    read,
    read_control,
)
from pipeline.language import Language
from pipeline.records import (
    CONTROL,
    FEATURES,
    ID,
    ITEM,
    SOURCE,
    TICK,
    TIME,
    TRACE,
    TYPE,
    Decision,
    Headers,
    Out,
    Reason,
    Record,
    Rejected,
    Room,
    only,
)
from pipeline.resolve.chains import (
    HELD_MAX,
    HELD_PER_CHAIN_MAX,
    SEEN_MAX,
    Chain,
    Change,
    Held,
    State,
)

WAIT_MS = 24 * 3_600_000  # how long a kill waits for its dispatch
PASSED_ON = frozenset({ID, SOURCE, TYPE, TRACE, FEATURES})
TARGET = "wire.resolved"
BY_AGENCY = "the agency holds it"
ADVISED = {Status.HELD: PubStatus.WITHHELD, Status.USABLE: PubStatus.USABLE, Status.KILLED: PubStatus.CANCELED}


class ResolveRoom(Room[State, Change]):
    """Which dispatch, is it still good?"""

    name = "resolve"
    change_type = Change

    def open(self) -> State:
        return State()

    def decide(self, state: State, record: Record) -> Decision[Change]:
        desk = Desk(state, record)
        match record.type:
            case "wire.tick":
                desk.release_due()
            case "wire.control":
                desk.obey(read_control(record.value))
            case "wire.item":
                desk.receive(read(record.value), only(record.headers, PASSED_ON))
            case other:
                raise Rejected(Reason.BAD_RECORD, f"{TYPE} {other!r} is none of {ITEM}, {CONTROL}, {TICK}")
        return Decision(desk.change(), tuple(desk.outputs))

    def apply(self, state: State, change: Change, offset: int) -> None:
        state.now_ms = max(state.now_ms, change.time_ms)
        state.withheld = change.withheld
        for chain in change.chains:
            state.put(offset, chain)
        state.expire()

    def due_ms(self, state: State) -> int | None:
        return min(state.due.values(), default=None)

    def floor(self, state: State, offset: int) -> int:
        return next((at for at, _ in state.recent.values()), offset + 1)

    def carry(self, state: State, before: int) -> Iterator[Change]:
        yield Change(state.now_ms, state.withheld)  # the record that brought the stream this far may be trimmed
        for at, chain in state.kept.values():
            if at < before:
                yield Change(chain.time_ms, state.withheld, (chain,))


@dataclass
class Desk:
    """One record's work: chains as they will be, and what is written.  Lives for one decision."""

    state: State
    record: Record
    outputs: list[Out] = field(default_factory=list)
    chains: dict[str, Chain] = field(default_factory=dict)
    withheld: int = 0

    @property
    def now_ms(self) -> int:
        return max(self.state.now_ms, self.record.time_ms)

    def change(self) -> Change:
        return Change(self.now_ms, self.state.withheld + self.withheld, tuple(self.chains.values()))

    # ---- an item ----

    def receive(self, item: Item, headers: Headers) -> None:
        """Publish the item, hold it, or withhold it."""
        known = self.state.get(item.dispatch.id)
        chain = known or Chain(item.dispatch.id, item.wire.feed, self.now_ms)
        if is_kill(item):
            self._kill(chain, item, headers, known=known is not None)
        elif chain.waits_until_ms is not None:
            # The dispatch that a kill waited for: it never gets out; the kill does, in its language.
            self.withheld += 1
            self._publish_held(self._pinned(chain, item), upto_ms=None)
        elif chain.killed_by is not None:
            self.withheld += 1
            self._keep(chain)
        elif "unpublishable" in item.dispatch.signals and not chain.revisions:
            self.withheld += 1  # an agency's word to editors: never publishable, and nothing to keep of it
        elif (why := self._hold_reason(chain, item)) is not None:
            self._hold(chain, item, headers, *why)
            if is_hold(item) and chain.revisions and chain.status is not Status.HELD:
                self._advise(self.chains[chain.id], Kind.ADVISORY, Status.HELD, chain.feed, BY_AGENCY)
        else:
            self._publish(chain, item, headers)

    def _hold_reason(self, chain: Chain, item: Item) -> tuple[int | None, str] | None:
        """(due, why) if the item may not be known yet.  An embargo that cannot be read has no end."""
        if chain.hold_by is not None:
            return None, f"on hold by {chain.hold_by}"
        if is_hold(item):
            return None, BY_AGENCY
        if any(rank(item) < rank(read(held.value)) for held in chain.held if held.why == BY_AGENCY):
            return None, "the agency holds a later version"
        if "embargo" not in item.dispatch.signals:
            return None
        if item.embargoed_until is None:
            return None, "embargo without a readable time"
        due_ms = round(item.embargoed_until.timestamp() * 1000)
        return (due_ms, f"embargoed until {item.embargoed_until.isoformat()}") if due_ms > self.now_ms else None

    def _hold(self, chain: Chain, item: Item, headers: Headers, due_ms: int | None, why: str) -> None:
        if self.state.held >= HELD_MAX or len(chain.held) >= HELD_PER_CHAIN_MAX:
            raise Rejected(Reason.HELD_FULL, f"{self.state.held} items held, {len(chain.held)} of this dispatch")
        held = Held(item.dispatch.item, self.record.value, headers, due_ms, why)
        before = chain.held if why != BY_AGENCY else tuple(endless(each, item) for each in chain.held)
        self._keep(msgspec.structs.replace(self._pinned(chain, item), held=(*before, held)))

    def _publish(self, chain: Chain, item: Item, headers: Headers) -> None:
        dispatch = judge(chain, item)
        newest = dispatch.kind not in (Kind.LATE, Kind.REPEAT)
        pinned = self._pinned(chain, item)
        self._write(pinned, item, dispatch, headers)
        after = msgspec.structs.replace(
            pinned,
            revisions=chain.revisions + (dispatch.kind is not Kind.REPEAT),
            seen=(*(seen for seen in chain.seen if seen != item.dispatch.item), item.dispatch.item)[-SEEN_MAX:],
        )
        if newest:
            number, created_ms = rank(item)
            assert dispatch.status is not None
            after = msgspec.structs.replace(
                after,
                version=item.version,
                number=number,
                created_ms=created_ms,
                item=item.dispatch.item,
                status=dispatch.status,
            )
        self._keep(after)

    def _kill(self, chain: Chain, item: Item, headers: Headers, *, known: bool) -> None:
        if not known:
            held = Held(item.dispatch.item, self.record.value, headers, None, "a kill that waits for its dispatch")
            waits = self.now_ms + WAIT_MS
            self._keep(
                msgspec.structs.replace(chain, held=(held,), killed_by=item.dispatch.item, waits_until_ms=waits)
            )
        elif chain.waits_until_ms is not None:  # the same kill again, before its dispatch
            self._keep(chain)
            self.withheld += 1
        elif not chain.revisions:  # killed while held: never publishable, and so is its kill
            self.withheld += len(chain.held) + 1
            self._keep(msgspec.structs.replace(chain, held=(), status=Status.KILLED, killed_by=item.dispatch.item))
        else:
            self.withheld += len(chain.held)
            self._write_kill(chain, item, headers)

    def _write_kill(self, chain: Chain, item: Item, headers: Headers) -> None:
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
        self._keep(
            msgspec.structs.replace(
                chain,
                held=(),
                waits_until_ms=None,
                status=Status.KILLED,
                killed_by=dispatch.killed_by,
                revisions=chain.revisions + 1,
                version=item.version,
                item=item.dispatch.item,
            )
        )

    # ---- a tick ----

    def release_due(self) -> None:
        """Everything whose time has come."""
        for chain in self.state.ready(self.now_ms):
            self._publish_held(chain, upto_ms=self.now_ms)

    def _publish_held(self, chain: Chain, upto_ms: int | None) -> None:
        """Publish what the chain holds and is due by then (None: all of it), in order of arrival."""
        ready = [
            held
            for held in chain.held
            if upto_ms is None
            or chain.waits_until_ms is not None
            or (held.due_ms is not None and held.due_ms <= upto_ms)
        ]
        rest = tuple(held for held in chain.held if held not in ready)
        killed = chain.waits_until_ms is not None
        self._keep(
            msgspec.structs.replace(
                chain, held=rest, waits_until_ms=None, killed_by=None if killed else chain.killed_by
            )
        )
        for held in ready:
            item = read(held.value)
            current = self.chains[chain.id]
            if killed:
                self._write_kill(current, item, held.headers)
            else:
                self._publish(current, item, held.headers)

    # ---- an operator's word ----

    def obey(self, control: Control) -> None:
        """Hold, release or kill a dispatch of this shard; a dispatch of another shard is not ours to touch."""
        chain = self.state.get(control.dispatch or "")
        if chain is None or control.action == "pin":
            return
        match control.action:
            case "hold":
                held = msgspec.structs.replace(chain, hold_by=control.who)
                self._keep(held)
                if chain.revisions and chain.killed_by is None:
                    self._advise(held, Kind.ADVISORY, Status.HELD, control.who, control.why)
            case "release" if chain.killed_by is None:
                self._publish_held(msgspec.structs.replace(chain, hold_by=None), upto_ms=None)
                if chain.hold_by is not None and chain.revisions:
                    self._advise(self.chains[chain.id], Kind.ADVISORY, Status.USABLE, control.who, control.why)
            case "kill" if chain.killed_by is None:
                self.withheld += len(chain.held)
                dead = msgspec.structs.replace(chain, held=(), status=Status.KILLED, killed_by=control.who)
                self._keep(dead)
                if chain.revisions:
                    self._advise(dead, Kind.KILL, Status.KILLED, control.who, control.why)

    def _advise(self, chain: Chain, kind: Kind, status: Status, who: str, why: str) -> None:
        """A partial item that tells consumers what happened to a dispatch they know."""
        position, now = self.record.position, instant(self.now_ms)
        killed = kind is Kind.KILL
        dispatch = Dispatch(
            id=chain.id,
            item=content_id("advisory", chain.id, str(position)),
            revision=chain.revisions,
            kind=kind,
            severity=Severity.KILLED if killed else Severity.NONE,
            status=status,
            killed_by=who if killed else None,
            why=f"{who}: {why}",
        )
        item = Item(
            uri=dispatch_uri(chain.id),
            representation_type="partial",
            version=chain.version,
            version_created=now,
            pub_status=ADVISED[status],
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
        self._keep(msgspec.structs.replace(chain, status=status))
        self._write(chain, item, dispatch, only(self.record.headers, frozenset({TRACE})))

    # ---- both ----

    def _pinned(self, chain: Chain, item: Item) -> Chain:
        """The chain with its language, pinned by the first item that has one."""
        if not Language.of(chain.language).known and item.language.known:
            return msgspec.structs.replace(chain, language=item.language.tag)
        return chain

    def _keep(self, chain: Chain) -> None:
        self.chains[chain.id] = msgspec.structs.replace(chain, time_ms=self.now_ms)

    def _write(self, chain: Chain, item: Item, dispatch: Dispatch, headers: Headers) -> None:
        pinned = Language.of(chain.language)
        language = item.language if item.language.known else pinned
        out = item.model_copy(update={"dispatch": dispatch, "language": language})
        own = tuple(h for h in headers if h[0] != TYPE)
        stamped: Headers = (
            (TYPE, ITEM.encode()),
            (TIME, instant(self.now_ms).isoformat(timespec="milliseconds").encode()),
            *own,
        )
        self.outputs.append(Out(TARGET, pinned.primary.encode(), dump(out), stamped))


# ---- pure helpers -------------------------------------------------------------------------------------------


def judge(chain: Chain, item: Item) -> Dispatch:
    """What this revision is to its chain (docs/design/newswire.md#severity): kind, severity, status."""
    signals = frozenset(item.dispatch.signals)
    first, seen = not chain.version, item.dispatch.item in chain.seen
    late = not first and not seen and rank(item) < (chain.number, chain.created_ms)
    kind, severity, status = next(
        verdict
        for applies, verdict in (
            (seen, (Kind.REPEAT, Severity.REPEATED, chain.status)),
            (late, (Kind.LATE, Severity.NONE, Status.SUPERSEDED)),
            ("correction" in signals, (Kind.CORRECTION, Severity.CORRECTED, Status.CORRECTED)),
            (not first and bool(signals & {"refile", "repeat"}), (Kind.REFILE, Severity.REFILED, Status.USABLE)),
            (first, (Kind.NEW, Severity.NONE, Status.USABLE)),
            (True, (Kind.UPDATE, Severity.NONE, Status.USABLE)),
        )
        if applies
    )
    replaces = not first and kind not in (Kind.REPEAT, Kind.LATE)
    return item.dispatch.model_copy(
        update={
            "revision": chain.revisions if seen else chain.revisions + 1,
            "kind": kind,
            "severity": severity,
            "status": status,
            "supersedes": chain.version if replaces else None,
            "corrects": chain.version if replaces and kind is Kind.CORRECTION else None,
            "why": f"version {chain.version} came before it" if late else None,
        }
    )


def rank(item: Item) -> tuple[int, int]:
    """The order of revisions: by version where it is a number, then by the agency's time, milliseconds."""
    number = (
        int(item.version) if item.version.isascii() and item.version.isdigit() and len(item.version) < 19 else -1
    )
    return number, round(item.version_created.timestamp() * 1000)


def endless(held: Held, hold: Item) -> Held:
    """What is held already, now without end if the agency's `hold` is of a later version."""
    return msgspec.structs.replace(held, due_ms=None) if rank(read(held.value)) < rank(hold) else held


def is_kill(item: Item) -> bool:
    """An explicit kill: `pubStatus` canceled, or what the parser read as one."""
    return item.pub_status is PubStatus.CANCELED or "kill" in item.dispatch.signals


def is_hold(item: Item) -> bool:
    """An agency's hold: `pubStatus` withheld, or what the parser read as one."""
    return item.pub_status is PubStatus.WITHHELD or "hold" in item.dispatch.signals

"""What a revision does to its dispatch: the table of verdicts, and the order of revisions."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.items import Dispatch, Item, Kind, PubStatus, Severity, Signal, Status, read_item
from pipeline.resolve.chain import Chain, Held

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


def judge(chain: Chain, item: Item) -> Dispatch:
    """What this revision does to its chain: kind, severity, status (docs/design/newswire.md)."""
    signals = frozenset(item.dispatch.signals)
    first, seen = not chain.version, item.dispatch.item in chain.seen
    late = not first and not seen and rank(item) < (chain.number, chain.created_ms)
    verdict = next(
        verdict
        for applies, verdict in (
            (seen, Verdict(Kind.REPEAT, Severity.REPEATED, chain.status)),
            (late, LATE),  # before correction: an older revision corrects nothing that is newer
            (Signal.CORRECTION in signals, CORRECTION),
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
            "revision": chain.revisions if seen else chain.revisions + 1,
            "supersedes": chain.version if replaces else None,
            "corrects": chain.version if replaces and verdict is CORRECTION else None,
            "why": f"version {chain.version} came before it" if late else None,
        }
    )


def rank(item: Item) -> tuple[int, int]:
    """The order of revisions: by version where it is a number, then by the agency's time, milliseconds."""
    number = (
        int(item.version) if item.version.isascii() and item.version.isdigit() and len(item.version) < 19 else -1
    )
    return number, round(item.version_created.timestamp() * 1000)


def rank_held(held: Held) -> tuple[int, int]:
    """The rank of an item that is held."""
    return rank(read_item(held.value))


def is_kill(item: Item) -> bool:
    """An explicit kill: `pubStatus` canceled, or what the parser read as one."""
    return item.pub_status is PubStatus.CANCELED or Signal.KILL in item.dispatch.signals


def is_hold(item: Item) -> bool:
    """An agency's hold: `pubStatus` withheld, or what the parser read as one."""
    return item.pub_status is PubStatus.WITHHELD or Signal.HOLD in item.dispatch.signals

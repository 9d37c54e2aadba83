"""The state of a room, from its facts: the first row of ROOM_STATES that applies.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipeline.runtime.doctor.facts import RoomFacts
from pipeline.runtime.doctor.findings import Check, Finding, FindingState
from pipeline.runtime.kafka.lag import PartitionProgress
from pipeline.runtime.worker.health import HealthStatus
from pipeline.runtime.worker.register import LocalWorker
from pipeline.shard import BREAKER_DEAD_MAX
from pipeline.topology import ROOMS

Words = tuple[str, str]  # cause, remedy


def judge(facts: RoomFacts) -> Iterator[Finding]:
    """The one finding for a room: its most urgent state, and its figures."""
    state, words = next((row.state, found) for row in ROOM_STATES if (found := row.words(facts)))
    yield Finding(Check.ROOM, state, *words, subject=facts.room, figures=_figures(facts))


def living(facts: RoomFacts) -> list[str]:
    """The client ids of its workers: listed by Kafka and not known to have ended, or alive on this machine.

    Kafka lists a static member until its session expires.  For workers of this state folder their own files show
    whether they are alive.
    """
    alive = {worker.registered.client_id for worker in facts.workers if worker.is_alive}
    ended = {worker.registered.client_id for worker in facts.workers} - alive
    return sorted({member.client_id for member in facts.members} - ended | alive)


def _figures(facts: RoomFacts) -> dict[str, int]:
    if facts.unseen or _unreadable(facts):
        return {"workers": len(living(facts))} if facts.progress else {}
    journal = [done for page in facts.pages for done in page.get("journal", {}).values()]
    return {
        "workers": len(living(facts)),
        "lag": sum(one.waiting for one in facts.progress),
        "deleted": sum(one.deleted for one in facts.progress),
        "died": max((one.died for one in facts.progress), default=0),
        "journal_read": sum(done["read"] for done in journal),
        "journal_of": sum(done["of"] for done in journal),
    }


def _unseen(facts: RoomFacts) -> Words | None:
    return (facts.unseen, "") if facts.unseen else None


def _unreadable(facts: RoomFacts) -> Words | None:
    remedy = "until then starting the room has no effect: it ends with 78"
    return next(((one.unreadable, remedy) for one in facts.progress if one.unreadable), None)


def _lost(facts: RoomFacts) -> Words | None:
    remedy = "`wiredesk reset` starts afresh; docs/operations.md, A journal is lost, says what else can be done"
    return next(((one.lost, remedy) for one in facts.progress if one.lost), None)


def _breaker(facts: RoomFacts) -> Words | None:
    open_ = [one for one in facts.progress if one.is_breaker_open]
    if not open_:
        return None
    causes = [f"{one.died} of the last {one.recent} records of {_source(facts, one)} died" for one in open_]
    return (
        f"{', '.join(causes)} (more than {BREAKER_DEAD_MAX} stop it); {_waiting(facts)}",
        f"`wiredesk dead list --room {facts.room}` shows them; when the cause is removed: "
        f"`wiredesk worker {facts.room} --reset-breaker`, or all of them with `wiredesk up --reset-breaker`",
    )


def _absent(facts: RoomFacts) -> Words | None:
    if living(facts):
        return None
    start = f"start it: `wiredesk worker {facts.room}`, or all with `wiredesk up`"
    kept = f"; Kafka lists it for up to {facts.session_seconds} s more" if facts.members else ""
    cause = f"no worker{_last_end(facts.workers)}{kept}; {_waiting(facts)}"
    has_cause = any(worker.registered.exit_code not in (None, 0) for worker in facts.workers)
    return cause, f"remove that cause, then {start}" if has_cause else start


def _last_end(workers: tuple[LocalWorker, ...]) -> str:
    """How the last worker on this machine ended."""
    if not workers:
        return ""
    last = workers[-1].registered
    if last.exit_code is None:
        return f"; {last.instance} on this machine was killed"
    return f"; {last.instance} on this machine ended with exit code {last.exit_code}: {last.why}"


def _recovering(facts: RoomFacts) -> Words | None:
    pages = [page for page in facts.pages if page.get("status") == HealthStatus.RECOVERING]
    if not pages:
        return None
    parts = [
        f"partition {number}: {done['read']:,} of {done['of']:,}"
        for page in pages
        for number, done in page["journal"].items()
    ]
    return f"{_workers(facts)}; journal records read of {', '.join(parts)}; {_waiting(facts)}", ""


def _starting(facts: RoomFacts) -> Words | None:
    if {member.client_id for member in facts.members} & {*living(facts)}:
        return None
    return f"{_workers(facts)} on this machine, not yet in the group; {_waiting(facts)}", ""


def _deleted(facts: RoomFacts) -> Words | None:
    gone = [one for one in facts.progress if one.deleted]
    if not gone:
        return None
    causes = [f"{one.deleted:,} of {_source(facts, one)}" for one in gone]
    return (
        f"{_waiting(facts)}: {', '.join(causes)}",
        "publish them again, and give the topic a retention that is longer than the room is ever down",
    )


def _working(facts: RoomFacts) -> Words | None:
    return f"{_workers(facts)}; {_waiting(facts)}", ""


class RoomState(NamedTuple):
    """A state, and the words for it; None if the room is not in it."""

    state: FindingState
    words: Callable[[RoomFacts], Words | None]


ROOM_STATES = (
    RoomState(FindingState.UNSEEN, _unseen),  # nothing else is known then
    RoomState(FindingState.JOURNAL_UNREADABLE, _unreadable),  # must not be started: it would end with 78
    RoomState(FindingState.JOURNAL_LOST, _lost),
    RoomState(FindingState.BREAKER_OPEN, _breaker),  # must not be started as it is: it would end with 65
    RoomState(FindingState.ABSENT, _absent),
    RoomState(FindingState.RECORDS_DELETED, _deleted),
    RoomState(FindingState.RECOVERING, _recovering),
    RoomState(FindingState.STARTING, _starting),
    RoomState(FindingState.WORKING, _working),
)


def _source(facts: RoomFacts, one: PartitionProgress) -> str:
    return f"{ROOMS[facts.room].source}/{one.partition}"


def _workers(facts: RoomFacts) -> str:
    count = len(living(facts))
    return "1 worker" if count == 1 else f"{count} workers"


def _waiting(facts: RoomFacts) -> str:
    """How many records wait, and how many offsets were deleted before they were read."""
    lag = sum(one.waiting for one in facts.progress)
    deleted = sum(one.deleted for one in facts.progress)
    waiting = "nothing waits" if not lag else "1 record waits" if lag == 1 else f"{lag:,} records wait"
    return f"{waiting}, {deleted:,} offsets were deleted before they were read" if deleted else waiting

"""Facts to findings: machine, broker, topics, rights.  Pure; tests/unit/test_doctor.py tries each state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.runtime.doctor.causes import OF_MISMATCH, OF_TROUBLE
from pipeline.runtime.doctor.facts import ClockFacts, EmbeddedFacts, Member, RightsFacts, Volume
from pipeline.runtime.doctor.findings import Check, Finding, FindingState
from pipeline.runtime.kafka.mismatches import Mismatch, MismatchKind
from pipeline.runtime.kafka.refusals import Unreachable
from pipeline.runtime.kafka.rights import Right, commands, operator_rights, own_rights, room_rights
from pipeline.runtime.kafka.topics import listed
from pipeline.runtime.kafka.troubles import Trouble
from pipeline.topology import ROOMS, TOPICS

MIB = 1024 * 1024
FREE_SHARE_MIN = 0.02  # of a volume; Kafka itself stops no earlier than at the last byte, and then the broker ends
FREE_BYTES_MIN, FREE_BYTES_ENOUGH = 32 * MIB, 2048 * MIB  # less is always too little, more is always enough
STARTED_THEN = "`wiredesk up --embedded`, if it runs, then starts it by itself; else `wiredesk broker start` does"
GRANTED_MAX = 3  # rights in a remedy; of more the page tells how to grant them
CLOCK_MS_MAX = 5_000  # clocks that NTP sets differ by milliseconds


def embedded(facts: EmbeddedFacts) -> Iterator[Finding]:
    """The embedded broker, and the disk under its data."""
    check = Check.EMBEDDED_BROKER
    if facts.is_running:
        yield Finding(check, FindingState.RUNNING, f"it runs at {facts.address}")
    elif not facts.is_installed:
        yield Finding(
            check, FindingState.NOT_INSTALLED, "the extra `embedded` is not installed; no other broker needs it"
        )
    elif is_full(facts.volume):
        yield full_disk(check, facts.volume, STARTED_THEN)
    elif facts.missing:
        yield Finding(
            check, FindingState.INCOMPLETE, facts.missing, "`wiredesk broker start` starts what is missing"
        )
    else:
        yield Finding(check, FindingState.STOPPED, "it does not run; `wiredesk broker start` starts it")


def unreachable(refusal: Unreachable, bootstrap: str, embedded: EmbeddedFacts) -> Finding:
    """Why the broker cannot be used, with a better remedy if this machine's embedded broker explains it."""
    state, remedy = OF_TROUBLE[refusal.trouble], refusal.remedy
    is_embedded = bootstrap.replace("localhost", "127.0.0.1") == embedded.address
    if is_embedded and not embedded.is_running and is_full(embedded.volume):
        remedy = "make room for its data first, see above"
    elif embedded.is_running and refusal.trouble is Trouble.NOTHING_LISTENS:
        remedy = (
            "the embedded broker is starting: run doctor again in a few seconds"
            if is_embedded
            else f"the embedded broker runs at {embedded.address}: set WIREDESK_BOOTSTRAP to it"
        )
    return Finding(Check.BROKER, state, refusal.cause, remedy)


def is_full(volume: Volume) -> bool:
    """Whether a broker on this volume is about to end for lack of space."""
    share = min(FREE_SHARE_MIN * volume.total_bytes, FREE_BYTES_ENOUGH)
    return volume.free_bytes < max(FREE_BYTES_MIN, share)


def full_disk(check: Check, volume: Volume, then: str) -> Finding:
    """The finding for a volume that is full."""
    free, total = volume.free_bytes // MIB, volume.total_bytes // MIB
    return Finding(
        check,
        FindingState.FULL_DISK,
        f"{free:,} of {total:,} MiB are free under {volume.folder}",
        f"make room there; {then}",
        figures={"free_bytes": volume.free_bytes, "total_bytes": volume.total_bytes},
    )


def disks(volumes: Sequence[Volume]) -> Iterator[Finding]:
    """The disks of the brokers; none if the user may not see them."""
    full = [volume for volume in volumes if is_full(volume)]
    for volume in full:
        yield full_disk(Check.DISK, volume, "a broker whose disk is full ends")
    if not volumes:
        yield Finding(
            Check.DISK,
            FindingState.UNSEEN,
            "this user may not see the brokers' disks, or the broker is older than Kafka 3.3",
            "grant Describe on the cluster to see them",
        )
    elif not full:
        free, total = min((volume.free_bytes, volume.total_bytes) for volume in volumes)
        figures = {"free_bytes": free, "total_bytes": total}
        cause = f"{free // MIB:,} of {total // MIB:,} MiB are free on the fullest disk"
        yield Finding(Check.DISK, FindingState.RIGHT, cause, figures=figures)


def clock(facts: ClockFacts) -> Iterator[Finding]:
    """How far this machine's clock is ahead of the broker's, and the error of that: half the time of the request.

    A record that is newer than this machine's clock shows a broker's clock that is further ahead still.
    """
    ahead_ms, error_ms = 0, 0
    if facts.broker_ms is not None:
        error_ms = (facts.after_ms - facts.before_ms + 1) // 2
        ahead_ms = (facts.before_ms + facts.after_ms) // 2 - facts.broker_ms
    if facts.newest_ms is not None and facts.newest_ms - facts.after_ms > max(0, -ahead_ms):
        ahead_ms = facts.after_ms - facts.newest_ms  # a leader's clock, which stamps the records, is further ahead
    figures = {"ahead_ms": ahead_ms, "error_ms": error_ms}
    if abs(ahead_ms) - error_ms > CLOCK_MS_MAX:
        side = "ahead of" if ahead_ms > 0 else "behind"
        yield Finding(
            Check.CLOCK,
            FindingState.CLOCK_OFF,
            f"this machine's clock is {abs(ahead_ms) / 1000:.1f} s {side} the broker's",
            "set both by NTP; embargoes end by the broker's clock",
            figures=figures,
        )
    elif facts.broker_ms is None:
        yield Finding(
            Check.CLOCK,
            FindingState.UNSEEN,
            "this user may not see the broker's clock, or the broker is older than KRaft; no record is later than "
            "this machine's clock",
            "grant Describe on the cluster to see it",
        )
    else:
        cause = f"this machine's clock differs from the broker's by {abs(ahead_ms):,} ms (± {error_ms:,})"
        yield Finding(Check.CLOCK, FindingState.RIGHT, cause, figures=figures)


def topics(mismatches: Iterable[Mismatch], hidden: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """The findings about topics: those with the same difference in one.

    `hidden`: topics that this user does not need to see; those it cannot see are one finding together.
    """
    by_finding: dict[tuple[MismatchKind, str, str], list[Mismatch]] = {}
    for one in mismatches:
        remedy = one.remedy.replace(one.topic, "TOPIC")
        by_finding.setdefault((one.kind, one.difference, remedy), []).append(one)
    unseen = 0
    for (kind, difference, remedy), group in by_finding.items():
        names = tuple(one.topic for one in group)
        if kind is MismatchKind.FORBIDDEN and hidden.issuperset(names):
            unseen += len(names)
            continue
        if len(names) == 1:
            remedy = group[0].remedy
        figures = {"topics": len(names)}
        subject = listed(names)
        yield Finding(Check.TOPICS, OF_MISMATCH[kind], difference, remedy, subject, figures, names)
    if not by_finding:
        figures = {"topics": len(TOPICS)}
        yield Finding(Check.TOPICS, FindingState.RIGHT, f"all {len(TOPICS)} are as they must be", figures=figures)
    elif unseen:
        cause = f"this user may not see {unseen} topics, and runs no room that needs them"
        yield Finding(
            Check.TOPICS, FindingState.UNSEEN, cause, figures={"topics": unseen}, details=tuple(sorted(hidden))
        )


def runs(facts: RightsFacts) -> list[str]:
    """The rooms that this user is meant to run: it has one of the rights that nobody else needs."""
    return [room for room, spec in ROOMS.items() if own_rights(facts.app_id, spec) & facts.allowed]


def hidden(facts: RightsFacts) -> frozenset[str]:
    """The topics that no room of this user needs; none if it runs no room, for an operator needs them all."""
    needed = {right.name for room in runs(facts) for right in room_rights(facts.app_id, ROOMS[room])}
    return frozenset(TOPICS) - needed if needed else frozenset()


def rights(facts: RightsFacts) -> Iterator[Finding]:
    """What the user lacks of the rooms that it is meant to run; of an operator's rights if it runs none."""
    rooms = runs(facts)
    needed = {room: room_rights(facts.app_id, ROOMS[room]) for room in rooms} or {
        "operator": operator_rights(facts.app_id)
    }
    is_complete = True
    for subject, wanted in needed.items():
        lacking = wanted - facts.allowed
        if missing := sorted(right for right in lacking if right.name not in facts.missing_topics):
            is_complete = False
            what = "read and control the rooms" if subject == "operator" else "run this room"
            yield Finding(
                Check.RIGHTS,
                FindingState.NO_RIGHT,
                f"the user {facts.user!r} cannot {what}: it lacks {named(missing)}",
                "; ".join(commands(facts.bootstrap, facts.user, missing))
                if len(missing) <= GRANTED_MAX
                else "grant them: docs/operations.md, Security",
                subject,
                {"rights": len(missing)},
                tuple(map(str, missing)),
            )
    if is_complete:
        who = "every room" if len(rooms) == len(ROOMS) else listed(rooms) or "no room, and look after all of them"
        yield Finding(
            Check.RIGHTS, FindingState.RIGHT, f"the user {facts.user!r} may run {who}", details=tuple(rooms)
        )


def named(missing: Sequence[Right]) -> str:
    """The rights in words, those of one operation together."""
    together: dict[tuple[str, str], list[str]] = {}
    for right in missing:
        together.setdefault((right.operation, right.resource), []).append(right.name)
    return "; ".join(
        f"{operation} on {resource} {listed(names)}" for (operation, resource), names in together.items()
    )


def joined_again(before: Mapping[str, Sequence[Member]], after: Mapping[str, Sequence[Member]]) -> list[str]:
    """The names that another process has than before: the next one of that name, or one of two that have it."""
    was = {member.instance: member.member_id for members in before.values() for member in members}
    return sorted(
        member.instance
        for members in after.values()
        for member in members
        if was.get(member.instance, member.member_id) != member.member_id
    )


def names(before: Mapping[str, Sequence[Member]], after: Mapping[str, Sequence[Member]], seconds: float) -> Finding:
    """Whether two workers have one name: each keeps taking the place of the other, under a new member id."""
    if not (taken := joined_again(before, after)):
        count = sum(map(len, after.values()))
        cause = (
            f"{count} registered, each of them the same as {seconds:.1f} s ago" if count else "none is registered"
        )
        return Finding(Check.NAMES, FindingState.RIGHT, cause, figures={"workers": count})
    return Finding(
        Check.NAMES,
        FindingState.NAME_TAKEN,
        f"{listed(taken)} joined again within {seconds:.1f} s, and before that too: two workers have one name",
        "give each worker its own WIREDESK_INSTANCE",
        figures={"workers": len(taken)},
        details=tuple(taken),
    )

"""Facts of the broker.  Nothing is written to find them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import AuthorizationError, KafkaError

from pipeline.runtime.doctor.facts import ClockFacts, Member, RightsFacts, RoomFacts, Volume
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.group import members_of
from pipeline.runtime.kafka.lag import ProgressReader
from pipeline.runtime.kafka.mismatches import FoundTopic
from pipeline.runtime.kafka.rights import Operation, allowed
from pipeline.runtime.local.deployment import ask
from pipeline.runtime.worker.register import LocalWorker
from pipeline.settings import Settings
from pipeline.topology import TOPICS, RoomSpec

ANONYMOUS = "ANONYMOUS"  # Kafka's name for who has not logged in
CERTIFIED = "<the name in WIREDESK_CERT_FILE>"  # of a user who logs in by a certificate


def volumes(admin: Admin) -> list[Volume]:
    """The volumes of the brokers' log directories; none without Describe on the cluster."""
    return [
        Volume(f"{each['log_dir']} of broker {broker['broker']}", each["usable_bytes"], each["total_bytes"])
        for broker in admin.describe_log_dirs(topic_partitions={})
        for each in broker["log_dirs"]
        if each.get("total_bytes", -1) > 0
    ]


def clock(admin: Admin, topics: Mapping[str, FoundTopic]) -> ClockFacts:
    """The broker's clock: its quorum's leader gives the present time as the one at which it was last caught up.

    So nothing has to be written.  A probe record would need a topic, a right and a reader who passes over it.
    The newest records' times show whether a leader of theirs is ahead of us; whether it is behind they cannot show.
    """
    before = _now_ms()
    broker = _quorum_leader_ms(admin)
    after = _now_ms()
    partitions = {
        TopicPartition(name, number): OffsetSpec.MAX_TIMESTAMP
        for name, found in topics.items()
        for number in range(found.partitions)
    }
    newest = max((each.timestamp for each in admin.list_partition_offsets(partitions).values()), default=-1)
    return ClockFacts(before, broker, after, newest if newest >= 0 else None)


def _quorum_leader_ms(admin: Admin) -> int | None:
    try:
        (topic,) = admin.describe_metadata_quorum()["topics"]
    except KafkaError:  # no right, or a broker without KRaft
        return None
    (quorum,) = topic["partitions"]
    times = [
        voter.get("last_caught_up_timestamp") or -1
        for voter in quorum["current_voters"]
        if voter["replica_id"] == quorum["leader_id"]
    ]
    return times[0] if times and times[0] > 0 else None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def rights(admin: Admin, settings: Settings, topics: Mapping[str, FoundTopic]) -> RightsFacts:
    """What the user may do."""
    operations = {name: found.operations for name, found in topics.items()}
    user = settings.connection.user or (CERTIFIED if settings.cert_file else ANONYMOUS)
    may = allowed(admin, settings.app_id, operations)
    return RightsFacts(settings.app_id, user, settings.bootstrap, may, frozenset(TOPICS) - topics.keys())


def members(admin: Admin, app_id: str, rooms: Sequence[str]) -> dict[str, list[Member]]:
    """The members of each room's group; a group that the user may not see is left out."""
    found: dict[str, list[Member]] = {}
    for room in rooms:
        try:
            described = members_of(admin, f"{app_id}.{room}")
        except AuthorizationError:
            continue
        found[room] = [
            Member(member.group_instance_id or member.client_id, member.member_id, member.client_id)
            for member in described
        ]
    return found


def room(
    admin: Admin,
    reader: ProgressReader,
    settings: Settings,
    spec: RoomSpec,
    topics: Mapping[str, FoundTopic],
    workers: Sequence[LocalWorker],
) -> RoomFacts:
    """A room, as far as the user may see it."""
    mine = tuple(worker for worker in workers if worker.registered.room == spec.name)
    group = f"{settings.app_id}.{spec.name}"
    for name in (spec.source, spec.journal):
        if name not in topics:  # the findings about topics say whether it is missing or forbidden
            return RoomFacts(settings.app_id, spec.name, unseen=f"the topic {name} cannot be seen")
        if Operation.READ.name not in topics[name].operations:
            return RoomFacts(settings.app_id, spec.name, unseen=f"this user may not read {name}")
        if topics[name].partitions < TOPICS[name].partitions:
            return RoomFacts(settings.app_id, spec.name, unseen=f"{name} has too few partitions")
    found = members(admin, settings.app_id, [spec.name])
    if spec.name not in found:
        return RoomFacts(settings.app_id, spec.name, unseen=f"this user may not see the group {group}")
    offsets = admin.list_group_offsets({group: None})[group]
    committed = {tp.partition: each.offset for tp, each in offsets.items() if tp.topic == spec.source}
    pages = [ask(worker.registered.page) for worker in mine if worker.is_alive and worker.registered.page]
    return RoomFacts(
        settings.app_id,
        spec.name,
        tuple(found[spec.name]),
        tuple(reader.room(spec.name, committed)),
        mine,
        tuple(page for page in pages if page),
        settings.session_seconds,
    )

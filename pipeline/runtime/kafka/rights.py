"""What each principal must be allowed to do, as one table, and what the principal of this connection is allowed.

Nothing is written to find out, and no right to read ACLs is needed: the broker adds the caller's own rights to the
description of a topic.  And it refuses a harmless request of a stranger (a heartbeat of a member that does not
exist, the end of a transaction that was never begun) with another error than a request without the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kafka.errors import AuthorizationError
from kafka.protocol.consumer import HeartbeatRequest
from kafka.protocol.metadata import CoordinatorType
from kafka.protocol.producer import EndTxnRequest

from pipeline import dead
from pipeline.runtime.kafka.admin import Admin
from pipeline.services import ServiceSpec
from pipeline.topology import ROOMS, TOPICS, RoomSpec

STRANGER = "doctor"  # no member and no partition has this name
FORBIDDEN = {30, 53}  # GROUP_AUTHORIZATION_FAILED, TRANSACTIONAL_ID_AUTHORIZATION_FAILED


class Operation(StrEnum):
    """Kafka's operations, as far as anything here needs them."""

    READ = "Read"
    WRITE = "Write"
    DELETE = "Delete"
    CREATE = "Create"
    DESCRIBE = "Describe"
    DESCRIBE_CONFIGS = "DescribeConfigs"


class Resource(StrEnum):
    """What a right is about; the values are the options of kafka-acls."""

    TOPIC = "topic"
    GROUP = "group"
    TRANSACTIONAL_ID = "transactional-id"
    CLUSTER = "cluster"


class Right(NamedTuple):
    """An operation on a resource, or on all whose names begin with `name`."""

    operation: Operation
    resource: Resource
    name: str
    is_prefix: bool = False

    def __str__(self) -> str:
        return f"{self.operation} on {self.resource} {self.name}"


CLUSTER = Right(Operation.DESCRIBE, Resource.CLUSTER, "kafka-cluster")  # to see disks and clock


@dataclass(frozen=True, slots=True)
class RoomRights:
    """The topics that a room reads, writes, and deletes records of.  Its own input: for its ticks."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    deletes: tuple[str, ...]


def topic_rights(spec: RoomSpec) -> RoomRights:
    """The topics of a room, by what it does with them."""
    controlled = (ROOMS[name].source for name in spec.controls)
    writes = dict.fromkeys((spec.source, *controlled, *spec.writes, dead.TOPIC, spec.journal))
    return RoomRights((spec.source, spec.journal), tuple(writes), (spec.journal,))


def room_rights(app_id: str, spec: RoomSpec) -> frozenset[Right]:
    """All that the principal of a room needs."""
    topics, group = topic_rights(spec), f"{app_id}.{spec.name}"
    return frozenset(
        [
            *on_topics(topics.reads, Operation.READ),
            *on_topics(topics.writes, Operation.WRITE),
            *on_topics(topics.deletes, Operation.DELETE),
            *on_topics({*topics.reads, *topics.writes}, Operation.DESCRIBE),
            Right(Operation.READ, Resource.GROUP, group),
            Right(Operation.DESCRIBE, Resource.GROUP, group),
            Right(Operation.WRITE, Resource.TRANSACTIONAL_ID, f"{group}-", is_prefix=True),
            Right(Operation.DESCRIBE, Resource.TRANSACTIONAL_ID, f"{group}-", is_prefix=True),
        ]
    )


def service_rights(app_id: str, spec: ServiceSpec) -> frozenset[Right]:
    """All that the principal of a service needs.  It has no consumer group."""
    written = {*spec.writes, *(ROOMS[room].source for room in spec.controls)}
    transactions = frozenset(
        Right(operation, Resource.TRANSACTIONAL_ID, f"{app_id}.{spec.name}-", is_prefix=True)
        for operation in (Operation.WRITE, Operation.DESCRIBE)
        if spec.is_transactional
    )
    return (
        on_topics(spec.reads, Operation.READ)
        | on_topics(written, Operation.WRITE)
        | on_topics({*spec.reads, *written}, Operation.DESCRIBE)
        | transactions
    )


def own_rights(app_id: str, spec: RoomSpec) -> frozenset[Right]:
    """Those of them that nobody else needs."""
    group = f"{app_id}.{spec.name}"
    return frozenset(
        [
            Right(Operation.WRITE, Resource.TOPIC, spec.journal),
            Right(Operation.READ, Resource.GROUP, group),
            Right(Operation.WRITE, Resource.TRANSACTIONAL_ID, f"{group}-", is_prefix=True),
        ]
    )


def operator_rights(app_id: str) -> frozenset[Right]:
    """All that somebody needs who looks after the rooms: `doctor`, `held`, `hold`, `dead replay` and so on."""
    return frozenset(
        [
            *on_topics(TOPICS, Operation.READ, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS),
            *on_topics({spec.source for spec in ROOMS.values()}, Operation.WRITE),
            *(Right(Operation.DESCRIBE, Resource.GROUP, f"{app_id}.{room}") for room in ROOMS),
        ]
    )


def on_topics(names: Iterable[str], *operations: Operation) -> frozenset[Right]:
    """These operations on each of the topics."""
    return frozenset(Right(operation, Resource.TOPIC, name) for name in names for operation in operations)


def allowed(admin: Admin, app_id: str, topic_operations: Mapping[str, Iterable[str]]) -> frozenset[Right]:
    """What the principal of this connection may do, of what is needed anywhere.

    `topic_operations`: for each topic that it may describe, Kafka's names of the operations that it may perform.
    """
    kafka_names = {operation.name: operation for operation in Operation}
    found = [
        Right(kafka_names[name], Resource.TOPIC, topic)
        for topic, names in topic_operations.items()
        for name in names
        if name in kafka_names
    ]
    for room in ROOMS:
        group = f"{app_id}.{room}"
        found += _tried(admin, Resource.GROUP, group, group, Operation.READ)
        found += _tried(admin, Resource.TRANSACTIONAL_ID, f"{group}-", f"{group}-{STRANGER}", Operation.WRITE)
    return frozenset(found)


def _tried(admin: Admin, resource: Resource, shown: str, key: str, operation: Operation) -> list[Right]:
    """Describe, if its coordinator may be asked for; the operation, if the harmless request is not forbidden."""
    kind, request = {
        Resource.GROUP: (
            CoordinatorType.GROUP,
            HeartbeatRequest(group_id=key, generation_id=-1, member_id=STRANGER, group_instance_id=None),
        ),
        Resource.TRANSACTIONAL_ID: (
            CoordinatorType.TRANSACTION,
            EndTxnRequest(transactional_id=key, producer_id=0, producer_epoch=0, committed=False),
        ),
    }[resource]
    try:
        answer = admin.ask_coordinator(kind, key, request)
    except AuthorizationError:
        return []
    described, done = (
        Right(each, resource, shown, is_prefix=resource is Resource.TRANSACTIONAL_ID)
        for each in (Operation.DESCRIBE, operation)
    )
    return [described] if answer.error_code in FORBIDDEN else [described, done]


def by_resource(rights: Iterable[Right]) -> dict[tuple[Resource, str, bool], list[Operation]]:
    """The operations on each resource: its kind, its name, whether that is a prefix."""
    found: dict[tuple[Resource, str, bool], list[Operation]] = {}
    for right in sorted(rights):
        found.setdefault((right.resource, right.name, right.is_prefix), []).append(right.operation)
    return found


def commands(bootstrap: str, user: str, missing: Iterable[Right]) -> list[str]:
    """The commands that grant these rights, one for each resource."""
    return [
        f"kafka-acls.sh --bootstrap-server {bootstrap} --add --allow-principal User:{user} "
        + " ".join(f"--operation {operation}" for operation in operations)
        + f" --{resource}"
        + ("" if resource is Resource.CLUSTER else f" {name}")
        + (" --resource-pattern-type prefixed" if is_prefix else "")
        for (resource, name, is_prefix), operations in by_resource(missing).items()
    ]

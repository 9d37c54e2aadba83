"""ROLES: who there is, and the least rights of each; and the rights as commands, as Strimzi's users, as JSON.

A principal has one role: it is named APP_ID-ROLE, so that deployments on one cluster do not share users.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml

from pipeline.runtime.kafka.rights import (
    CLUSTER,
    Operation,
    Resource,
    Right,
    by_resource,
    commands,
    on_topics,
    operator_rights,
    room_rights,
    service_rights,
)
from pipeline.services import SERVICES, ServiceSpec
from pipeline.topology import ROOMS, TOPICS, RoomSpec

RAW = "wire.raw"
FOR_CONSUMERS = ("wire.enriched", "wire.stories", "wire.alerts", "wire.notifications")
TOPIC_PREFIX = "wire."
CONSUMER_GROUP = "wire-consumer"  # a consumer's groups begin with it
STRIMZI_NAMES = {Resource.TRANSACTIONAL_ID: "transactionalId"}  # others are named as Kafka's tool names them


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of principal.  `rights` takes the app id."""

    name: str
    does: str
    rights: Callable[[str], frozenset[Right]]


def _consumer_rights(_: str) -> frozenset[Right]:
    group = frozenset(
        Right(operation, Resource.GROUP, CONSUMER_GROUP, is_prefix=True)
        for operation in (Operation.READ, Operation.DESCRIBE)
    )
    return on_topics(FOR_CONSUMERS, Operation.READ, Operation.DESCRIBE) | group


def _creator_rights(_: str) -> frozenset[Right]:
    creates = Right(Operation.CREATE, Resource.TOPIC, TOPIC_PREFIX, is_prefix=True)
    return on_topics(TOPICS, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS) | {creates}


def _room(spec: RoomSpec) -> Role:
    return Role(spec.name, f"runs `wiredesk worker {spec.name}`", lambda app_id: room_rights(app_id, spec))


def _service(spec: ServiceSpec) -> Role:
    return Role(spec.name, f"runs `wiredesk {spec.name}`", lambda app_id: service_rights(app_id, spec))


def roles() -> dict[str, Role]:
    """Every role, by its name: those of rooms and services, and of the people and programs around them."""
    rows = (
        Role("publisher", "sends payloads", lambda _: on_topics([RAW], Operation.WRITE, Operation.DESCRIBE)),
        *(_room(spec) for spec in ROOMS.values()),
        *(_service(spec) for spec in SERVICES.values()),
        Role("consumer", "reads what is published", _consumer_rights),
        Role(
            "operator",
            "looks after the rooms: doctor, held, hold, release, kill, erase, pin, dead",
            lambda app_id: operator_rights(app_id) | {CLUSTER},
        ),
        Role("creator", "runs `wiredesk topics create`", _creator_rights),
    )
    return {role.name: role for role in rows}


class AclFormat(StrEnum):
    """How rights can be written down."""

    COMMANDS = "commands"
    STRIMZI = "strimzi"
    JSON = "json"


def principal(app_id: str, role: Role) -> str:
    """The name of the user of a role."""
    return f"{app_id}-{role.name}"


def written(chosen: Iterable[Role], kind: AclFormat, app_id: str, bootstrap: str) -> str:
    """The rights of these roles as text, with a newline at its end."""
    return _WRITERS[kind](list(chosen), app_id, bootstrap)


def _commands(chosen: list[Role], app_id: str, bootstrap: str) -> str:
    blocks = (
        "\n".join(
            [
                f"# {role.name}: {role.does}",
                *commands(bootstrap, principal(app_id, role), role.rights(app_id)),
            ]
        )
        for role in chosen
    )
    return "\n\n".join(blocks) + "\n"


def _strimzi(chosen: list[Role], app_id: str, _: str) -> str:
    return yaml.safe_dump_all([kafka_user(role, app_id) for role in chosen], sort_keys=False, width=110)


def kafka_user(role: Role, app_id: str, cluster: str = "kafka") -> dict[str, Any]:
    """The object by which Strimzi makes the user of a role, in the Kafka cluster of this name."""
    acls = [
        {
            "resource": {
                "type": STRIMZI_NAMES.get(resource, resource.value),
                **({} if resource is Resource.CLUSTER else {"name": name}),
                **({} if resource is Resource.CLUSTER else {"patternType": "prefix" if is_prefix else "literal"}),
            },
            "operations": [str(operation) for operation in operations],
            "host": "*",
        }
        for (resource, name, is_prefix), operations in by_resource(role.rights(app_id)).items()
    ]
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaUser",
        "metadata": {"name": principal(app_id, role), "labels": {"strimzi.io/cluster": cluster}},
        "spec": {
            "authentication": {"type": "scram-sha-512"},
            "authorization": {"type": "simple", "acls": acls},
        },
    }


def _json(chosen: list[Role], app_id: str, _: str) -> str:
    rows = (
        {
            "principal": f"User:{principal(app_id, role)}",
            "role": role.name,
            "operation": str(right.operation),
            "resource": str(right.resource),
            "name": right.name,
            "pattern": "prefixed" if right.is_prefix else "literal",
        }
        for role in chosen
        for right in sorted(role.rights(app_id))
    )
    return "".join(json.dumps(row) + "\n" for row in rows)


_WRITERS = {AclFormat.COMMANDS: _commands, AclFormat.STRIMZI: _strimzi, AclFormat.JSON: _json}

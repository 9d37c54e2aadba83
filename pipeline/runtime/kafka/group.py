"""Who is in a consumer group under a static name (`group.instance.id`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kafka.errors import GroupIdNotFoundError, NoError, for_code
from kafka.protocol.admin import DescribeGroupsRequest

from pipeline.connection import Connection
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.refusals import needing


@dataclass(frozen=True, slots=True)
class StaticMember:
    """The member of a static name, as the group's coordinator has it.

    Whoever takes the place over gets a new id; client id and host stay those of the one who joined first.
    """

    id: str
    client_id: str
    host: str


def static_member(connection: Connection, group: str, name: str, seconds: float) -> StaticMember | None:
    """The member of that name; None if there is none.

    Forbidden without Describe on the group; KafkaError if no coordinator answers.
    """
    with needing(connection, f"see the group {group}", "Read and Describe on the group"):
        found = _described(connection, group, seconds)
    members = (
        StaticMember(one.member_id, one.client_id, one.client_host)
        for one in found
        if one.group_instance_id == name
    )
    return next(members, None)


def _described(connection: Connection, group: str, seconds: float) -> list[Any]:
    """The members of a group.  Not by `describe_groups`: that gives a coordinator's error as an English text."""
    with Admin(connection, seconds) as admin:

        async def ask() -> Any:
            coordinators = await admin._find_coordinator_ids([group])
            return await admin._manager.send(DescribeGroupsRequest(groups=[group]), node_id=coordinators[group])

        (described,) = admin._manager.run(ask).groups
    error = for_code(described.error_code)
    if error is GroupIdNotFoundError:
        return []
    if error is not NoError:
        raise error
    return list(described.members)

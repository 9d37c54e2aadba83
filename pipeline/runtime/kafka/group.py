"""Who is in a consumer group, and who is there under a static name (`group.instance.id`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kafka.errors import GroupIdNotFoundError, NoError, for_code
from kafka.protocol.admin import DescribeGroupsRequest
from kafka.protocol.metadata import CoordinatorType

from pipeline.connection import Connection
from pipeline.runtime.kafka.admin import ANSWER_SECONDS, Admin
from pipeline.runtime.kafka.refusals import needing


@dataclass(frozen=True, slots=True)
class StaticMember:
    """The member of a static name, as the group's coordinator has it.

    A member that takes the place of another gets a new id; client id and host stay those of the first one.
    """

    id: str
    client_id: str
    host: str


def static_member(connection: Connection, group: str, name: str, seconds: float) -> StaticMember | None:
    """The member of that name; None if there is none.

    Forbidden without Describe on the group; KafkaError if no coordinator answers.
    """
    with (
        needing(connection, f"see the group {group}", "Read and Describe on the group"),
        Admin(connection, seconds) as admin,
    ):
        found = members_of(admin, group, seconds)
    members = (
        StaticMember(one.member_id, one.client_id, one.client_host)
        for one in found
        if one.group_instance_id == name
    )
    return next(members, None)


def members_of(admin: Admin, group: str, seconds: float = ANSWER_SECONDS) -> list[Any]:
    """The members of a group, as its coordinator describes them; none of a group that does not exist.

    Raises KafkaError if the coordinator does not answer, or answers with an error.  kafka-python's
    `describe_groups` returns a group without members then, which looks as if nothing ran.
    """
    request = DescribeGroupsRequest(groups=[group])
    answer = admin.ask_coordinator(
        CoordinatorType.GROUP, group, request, seconds, lambda answer: answer.groups[0].error_code
    )
    (described,) = answer.groups
    error = for_code(described.error_code)
    if error is GroupIdNotFoundError:
        return []
    if error is not NoError:
        raise error
    return list(described.members)

"""Rights as the ACLs that give them, in force when they are given."""

from __future__ import annotations

from collections.abc import Iterable

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from pipeline.connection import Connection
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.rights import Right
from tests.waiting import eventually

EVERYTHING = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)


def allowed(principal: str, right: Right) -> ACL:
    """What lets the principal, `User:…`, do this from any host."""
    kind = ACLResourcePatternType.PREFIXED if right.is_prefix else ACLResourcePatternType.LITERAL
    pattern = ResourcePattern(ResourceType[right.resource.name], right.name, kind)
    return ACL(principal, "*", ACLOperation[right.operation.name], ACLPermissionType.ALLOW, pattern)


def grant(connection: Connection, principal: str, rights: Iterable[Right]) -> None:
    """Give the principal these rights and no others; they are in force when this returns.

    The controller answers before the broker, which judges by them and lists them, has read of it.
    """
    wanted = {allowed(principal, right) for right in rights}
    mine = ACLFilter(principal, None, ACLOperation.ANY, ACLPermissionType.ANY, EVERYTHING)
    with Admin(connection) as admin:
        admin.delete_acls([mine])
        if wanted:
            admin.create_acls(list(wanted))
        eventually(lambda: {*admin.describe_acls(mine)[0]} == wanted)

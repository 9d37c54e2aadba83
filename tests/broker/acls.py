"""A right as the ACL that gives it."""

from __future__ import annotations

from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType

from pipeline.runtime.kafka.rights import Right


def allowed(principal: str, right: Right) -> ACL:
    """What lets the principal, `User:…`, do this from any host."""
    kind = ACLResourcePatternType.PREFIXED if right.is_prefix else ACLResourcePatternType.LITERAL
    pattern = ResourcePattern(ResourceType[right.resource.name], right.name, kind)
    return ACL(principal, "*", ACLOperation[right.operation.name], ACLPermissionType.ALLOW, pattern)

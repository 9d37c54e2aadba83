"""The operators' tables of topics, memory and rights, and the layer of the rooms, out of TOPICS and ROOMS."""

from __future__ import annotations

from pipeline.runtime.kafka.rights import Resource, by_resource
from pipeline.runtime.kafka.roles import Role, roles
from pipeline.services import SERVICES, ServiceSpec
from pipeline.settings import Settings
from pipeline.topology import DAY_MS, ROOMS, TOPICS, RoomSpec, Topic
from tools.markdown import code, table

APP_ID = Settings.model_fields["app_id"].default


def topics() -> str:
    """Every topic: what it holds, its key, how long it is kept, whether it is confidential."""
    journals = [spec.journal for spec in ROOMS.values()]
    rows = [_topic(code(name), topic) for name, topic in TOPICS.items() if name not in journals]
    return table(
        ("topic", "holds", "key", "kept", "confidential"), *rows, _topic(code(*journals), TOPICS[journals[0]])
    )


def _topic(names: str, topic: Topic) -> tuple[str, ...]:
    return names, topic.holds, topic.key, _kept(topic), "**yes**" if topic.confidential else ""


def _kept(topic: Topic) -> str:
    if topic.retention_ms >= 0:
        return f"{topic.retention_ms // DAY_MS} days" + (", compacted" if topic.compacted else "")
    return "for ever, compacted" if topic.compacted else "until the room trims it"


def layer() -> str:
    """The layer of the rooms, for import-linter: no room imports another."""
    packages = " | ".join(reversed(ROOMS))
    return f'    "{packages}", # a room reads its topic, not its neighbour\n'


def memory() -> str:
    """The memory of each room and service: measured, the limit of its container, and what it grows with."""
    every: tuple[RoomSpec | ServiceSpec, ...] = (*ROOMS.values(), *SERVICES.values())
    rows = ((code(s.name), f"{s.memory_mb} MB", f"{s.memory_limit_mib} MiB", s.grows_with) for s in every)
    return table(("room or service", "with the sample wires", "limit of its container", "grows with"), *rows)


def rights() -> str:
    """The least rights of each role, out of the table that `wiredesk acls` prints."""
    return table(("role", "does", "may"), *(_role(role) for role in roles().values()))


def _role(role: Role) -> tuple[str, ...]:
    """A row: the resources, by the operations on them."""
    by_operations: dict[tuple[str, ...], list[str]] = {}
    for (resource, name, is_prefix), operations in by_resource(role.rights(APP_ID)).items():
        shown = f"the {resource}" if resource is Resource.CLUSTER else f"`{name}{'*' if is_prefix else ''}`"
        by_operations.setdefault(tuple(operations), []).append(shown)
    may = "; ".join(f"*{', '.join(operations)}* {', '.join(names)}" for operations, names in by_operations.items())
    return role.name, role.does, may

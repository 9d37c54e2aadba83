"""The operators' tables of topics, memory and rights, and the layer of the rooms, out of TOPICS and ROOMS."""

from __future__ import annotations

from pipeline.runtime.kafka.rights import topic_rights
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
        return f"{topic.retention_ms // DAY_MS} days"
    return "for ever, compacted" if topic.compacted else "until the room trims it"


def layer() -> str:
    """The layer of the rooms, for import-linter: no room imports another."""
    packages = " | ".join(reversed(ROOMS))
    return f'    "{packages}", # a room reads its topic, not its neighbour\n'


def memory() -> str:
    """Each room's memory: measured, the limit of its container, and what it grows with."""
    rows = ((code(s.name), f"{s.memory_mb} MB", f"{s.memory_limit_mib} MiB", s.grows_with) for s in ROOMS.values())
    return table(("room", "with the sample wires", "limit of its container", "grows with"), *rows)


def rights() -> str:
    """The least rights of each principal."""
    return table(
        ("principal", "reads", "writes", "deletes records of", "group"),
        ("publisher", "–", code("wire.raw"), "–", "–"),
        *(_room_rights(spec) for spec in ROOMS.values()),
        ("consumer", code("wire.enriched", "wire.stories", "wire.alerts"), "–", "–", "its own"),
        ("operator", "all", "every room's input (holds, kills, pins, replays)", "–", "–"),
    )


def _room_rights(spec: RoomSpec) -> tuple[str, ...]:
    topics = topic_rights(spec)
    return (
        spec.name,
        code(*topics.reads),
        code(*topics.writes),
        code(*topics.deletes),
        code(f"{APP_ID}.{spec.name}"),
    )

"""The AsyncAPI 3.0 document of what Wiredesk publishes: topics, keys, headers, and the schemas by reference."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipeline import __version__
from pipeline.envelope import HEADERS, ID, SOURCE, SPEC_VERSION, TIME, TRACE, TYPE, RecordType

FILE = "asyncapi.json"
DIALECT = "application/schema+json;version=draft-2020-12"
REQUIRED = (SPEC_VERSION, ID, SOURCE, TYPE, TIME)
DESCRIPTION = (
    "Read with isolation.level=read_committed. Skip every record whose ce_type you do not know, and every member, "
    "value and header: new ones may come with any release."
)


class Channel(NamedTuple):
    """A topic that others read."""

    topic: str
    type: RecordType
    key: str
    description: str


CHANNELS = (
    Channel("wire.enriched", RecordType.ITEM, "the id of the story", "every item once, with its verdicts"),
    Channel(
        "wire.stories", RecordType.STORY, "the id of the story", "compacted: the latest snapshot of every story"
    ),
    Channel("wire.alerts", RecordType.ALERT, "the thread: a story, or a dispatch", "who must know what, and why"),
    Channel("wire.notifications", RecordType.NOTIFICATION, "the desk", "what to tell which desk, and why"),
    Channel(
        "wire.deliveries",
        RecordType.DELIVERY,
        "receiver/notification",
        "compacted, 30 days: how far each delivery of a notification has come",
    ),
    Channel(
        "wire.feeds",
        RecordType.FEED,
        "feed/status",
        "compacted: how each feed is; beside these, for `wiredesk ingest` alone, what it has taken of them",
    ),
    Channel("wire.dead", RecordType.DEAD, "the key of the record that died", "what a room could not use"),
)


def document(versions: dict[str, int]) -> dict[str, Any]:
    """The document.  `versions`: the version of each topic's schema, whose file is in the same folder."""
    names = {channel: channel.topic.replace(".", "-") for channel in CHANNELS}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Wiredesk",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {names[each]: _channel(each, names[each]) for each in CHANNELS},
        "operations": {
            f"publish-{names[each]}": {"action": "send", "channel": {"$ref": f"#/channels/{names[each]}"}}
            for each in CHANNELS
        },
        "components": {
            "messages": {names[each]: _message(each, versions[each.topic]) for each in CHANNELS},
            "schemas": {"envelope": _envelope()},
        },
    }


def _channel(channel: Channel, name: str) -> dict[str, Any]:
    return {
        "address": channel.topic,
        "description": channel.description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"kafka": {"topic": channel.topic, "bindingVersion": "0.5.0"}},
    }


def _message(channel: Channel, version: int) -> dict[str, Any]:
    """A message; of a dead letter the schema is of its headers, and the payload is whatever died."""
    shape = {
        "schemaFormat": DIALECT,
        "schema": {"$ref": f"./{channel.topic}.v{version}.schema.json"},
    }
    key = {"type": "string", "description": channel.key}
    message: dict[str, Any] = {
        "name": channel.type.value,
        "summary": channel.description,
        "headers": {"$ref": "#/components/schemas/envelope"},
        "payload": shape,
        "bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}},
    }
    if channel.type is RecordType.DEAD:
        died = {"contentType": "application/octet-stream", "headers": shape}
        message = {name: part for name, part in message.items() if name != "payload"} | died
    return message


def _envelope() -> dict[str, Any]:
    shown = (*REQUIRED, TRACE)
    return {
        "type": "object",
        "description": "CloudEvents 1.0 in binary mode; each header appears once",
        "properties": {name: {"type": "string", "description": HEADERS[name]} for name in shown},
        "required": list(REQUIRED),
    }

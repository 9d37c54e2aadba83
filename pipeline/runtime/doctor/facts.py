"""What was gathered, as plain values: nothing here has been judged yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.runtime.kafka.lag import PartitionProgress
from pipeline.runtime.kafka.rights import Right
from pipeline.runtime.worker.register import LocalWorker


@dataclass(frozen=True, slots=True)
class Volume:
    """The file system under a folder."""

    folder: str
    free_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class EmbeddedFacts:
    """The embedded broker of this machine."""

    is_installed: bool
    is_running: bool
    address: str  # of its last start; empty: never started
    volume: Volume
    missing: str = ""  # which of several brokers do not run, while others do


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """Times in milliseconds since 1970.  `broker_ms` was read after `before_ms` and before `after_ms`."""

    before_ms: int
    broker_ms: int | None  # None: it may not be asked, or is older than KRaft
    after_ms: int
    newest_ms: int | None  # the LogAppendTime of the newest record of our topics; None without a record


@dataclass(frozen=True, slots=True)
class RightsFacts:
    """What the user of this connection may do, of all that is needed anywhere."""

    app_id: str
    user: str  # as the broker names it, without User:
    bootstrap: str
    allowed: frozenset[Right]
    missing_topics: frozenset[str] = frozenset()  # a topic that does not exist has no rights


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a room's consumer group.  It stays there for a session's time after its worker has ended."""

    instance: str  # the static name: app, room, WIREDESK_INSTANCE
    member_id: str  # changes whenever somebody joins under this name
    client_id: str  # the same for every run of a name under one state folder


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room: its group, its journals, its workers on this machine and what their health pages say."""

    app_id: str
    room: str
    members: tuple[Member, ...] = ()
    progress: tuple[PartitionProgress, ...] = ()
    workers: tuple[LocalWorker, ...] = ()
    pages: tuple[Mapping[str, Any], ...] = ()
    session_seconds: int = 10
    unseen: str = ""  # why the group or the journals could not be looked at

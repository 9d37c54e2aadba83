"""Starting afresh: the topics of the rooms and their consumer groups are deleted, and the topics created again."""

from __future__ import annotations

import time
from collections.abc import Callable

from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.settings import Settings
from pipeline.topology import ROOMS, TOPICS

RAW = "wire.raw"
POLL_SECONDS = 0.5
DELETE_SECONDS = 30  # for topics to disappear


def running_rooms(settings: Settings) -> list[str]:
    """The rooms whose consumer group has a worker.  One that ended is a member until its session is over."""
    groups = {f"{settings.app_id}.{room}": room for room in ROOMS}
    with Admin(settings.connection) as admin:
        described = admin.describe_groups(list(groups))
    return [room for group, room in groups.items() if described[group]["members"]]


def wait_until_stopped(settings: Settings, on_wait: Callable[[list[str]], None]) -> list[str]:
    """Wait for the end of a session; the rooms that run still."""
    deadline = time.monotonic() + settings.session_seconds + 2
    while (running := running_rooms(settings)) and time.monotonic() < deadline:
        on_wait(running)
        time.sleep(POLL_SECONDS)
    return running


def start_afresh(settings: Settings, also_raw: bool = False) -> list[str]:
    """Delete the topics of the rooms, and wire.raw if asked to, and the groups; create what is missing.

    The names of the topics that were deleted.  No room may run.  Interrupted, it can be run again: a group is
    deleted last, and without its journal no room starts at the position that its group remembers.
    TimeoutError if the broker does not delete them in time.
    """
    wanted = [name for name in TOPICS if also_raw or name != RAW]
    with Admin(settings.connection) as admin:
        there = [name for name in admin.list_topics() if name in wanted]
        if there:
            admin.delete_topics(there)
        deadline = time.monotonic() + DELETE_SECONDS
        while set(there) & set(admin.list_topics()):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(POLL_SECONDS)
        known = {group["group_id"] for group in admin.list_groups()}
        if groups := [name for room in ROOMS if (name := f"{settings.app_id}.{room}") in known]:
            admin.delete_groups(groups)
    topics.create(settings.connection, replication=settings.replication)
    return there

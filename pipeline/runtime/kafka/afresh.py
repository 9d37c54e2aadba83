"""Starting afresh: the topics of the rooms and their consumer groups are deleted, and the topics created again."""

from __future__ import annotations

import time
from collections.abc import Callable

from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.group import members_of
from pipeline.settings import Settings
from pipeline.topology import ROOMS, TOPICS

ARRIVED = ("wire.raw", "wire.feeds")  # what came in, and what ingest remembers of it: neither without the other
POLL_SECONDS = 0.5
DELETE_SECONDS = 30  # for topics to disappear


def running_rooms(settings: Settings) -> list[str]:
    """The rooms whose consumer group has a member.  A worker that has ended is one until its session expires.

    Raises KafkaError if a group's coordinator does not say: a room that nobody can see may be running.
    """
    with Admin(settings.connection) as admin:
        return [room for room in ROOMS if members_of(admin, f"{settings.app_id}.{room}")]


def wait_until_stopped(settings: Settings, on_wait: Callable[[list[str]], None]) -> list[str]:
    """Wait until no room runs, or a session has passed; returns the rooms that still run."""
    deadline = time.monotonic() + settings.session_seconds + 2
    while (running := running_rooms(settings)) and time.monotonic() < deadline:
        on_wait(running)
        time.sleep(POLL_SECONDS)
    return running


def start_afresh(settings: Settings, also_raw: bool = False) -> list[str]:
    """Delete the topics of the rooms, those of ARRIVED only if `also_raw`, and groups; create the topics again.

    Returns the names of the topics that were deleted.  No room may run.  If it is interrupted, it can be run again:
    groups are deleted last, and without its journal no room starts at the position that its group remembers.
    Raises TimeoutError if the broker does not delete the topics in time.
    """
    wanted = [name for name in TOPICS if also_raw or name not in ARRIVED]
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

"""A worker's name in its room: one process has it; a second one says so, and ends.

Kafka gives the place of a static member to whoever joins last, and its former owner joins again: two workers of
one name take it from each other without end.  So a worker secures its name before it joins.  On one machine a lock
protects the name.  On other machines the group shows who has the place: each worker's client id ends with a token
of the lock, so a place with our token is that of an earlier run, which has ended.  A place with another token
belongs to a worker that lives, if it is still there when a session has passed.  In a container the token is made of
its id and of the folder: what is in that is gone with each restart, and so is an earlier run in the container.

Two that start at the same moment may both find the place empty.  Then the one that loses its place sees that
before it would join again, and ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import structlog

from pipeline.runtime.exit_codes import EXIT_SETTINGS
from pipeline.runtime.kafka.group import StaticMember, static_member
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.runtime.worker.reach import once_reached
from pipeline.settings import Settings

POLL_SECONDS = 0.5
ANSWER_SECONDS = 5.0  # of the group's coordinator
MOUNTS = Path("/proc/self/mountinfo")
OF_CONTAINER = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # Docker's id, a pod's uid
SESSION_MARGIN_SECONDS = 3.0  # a coordinator may notice an expired session late

log = structlog.get_logger("wiredesk.worker")


class NameTaken(Refusal):
    """Another worker has the name."""

    def __init__(self, settings: Settings, room: str, where: str) -> None:
        super().__init__(
            f"a worker of room {room} named {settings.instance!r} works already, {where}",
            "give this one a WIREDESK_INSTANCE of its own, or stop the other first",
            EXIT_SETTINGS,
        )


@dataclass
class WorkerName:
    """The name of a worker, from the start of its process to the end."""

    settings: Settings
    room: str
    _lock: IO[str] | None = field(default=None, repr=False)  # held until the process ends
    _token: str = ""

    @property
    def instance_id(self) -> str:
        """The static name in the group."""
        return f"{self.settings.app_id}.{self.room}-{self.settings.instance}"

    @property
    def client_id(self) -> str:
        """What the group shows of the owner of the name."""
        return f"{self.instance_id}.{self._token}"

    def take(self) -> None:
        """Take the name on this machine.  Raises NameTaken."""
        folder = self.settings.state_dir / "workers"
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _open(folder / f"{self.settings.app_id}-{self.room}-{self.settings.instance}.lock")
        found = self._lock.read().split()
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            process = f" (process {found[1]})" if len(found) > 1 else ""
            raise NameTaken(self.settings, self.room, f"on this machine{process}") from None
        self._token = found[0] if found else container_token(folder) or uuid.uuid4().hex[:12]
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(f"{self._token} {os.getpid()}\n")
        self._lock.flush()

    def release(self) -> None:
        """Give up the name, as the end of the process does."""
        if self._lock:
            self._lock.close()
        self._lock = None

    def await_free(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Wait until no living worker can have the place of this name in the group.

        Raises NameTaken; Refusal as `once_reached` does.
        """
        seen: float | None = None
        session = self.settings.session_seconds + SESSION_MARGIN_SECONDS
        while (owner := once_reached(self.settings, self.room, self._owner, clock)) is not None:
            if owner.client_id == self.client_id:
                return  # an earlier run under our lock
            if seen is None:
                seen = clock()
                log.warning(
                    "waiting",
                    room=self.room,
                    why=f"the group has a worker named {self.settings.instance!r}, at {owner.host}; "
                    f"if it has ended, Kafka forgets it within {self.settings.session_seconds} s",
                )
            if clock() - seen > session:
                raise NameTaken(self.settings, self.room, f"at {owner.host}")
            time.sleep(POLL_SECONDS)

    def check_place(self, last_id: str) -> None:
        """Check, after the group has forgotten this member, whose id was `last_id`, that no other has its place.

        Raises NameTaken if one has, Forbidden without the right to see the group, KafkaError without an answer.
        """
        if (owner := self._owner()) is not None and owner.id != last_id:
            raise NameTaken(self.settings, self.room, "and has taken the place of this one in the group")

    def _owner(self) -> StaticMember | None:
        connection, group = self.settings.connection, f"{self.settings.app_id}.{self.room}"
        return static_member(connection, group, self.instance_id, ANSWER_SECONDS)


def container_token(folder: Path, mounts: Path = MOUNTS) -> str:
    """A token of the container that this process is in, and of a folder; empty if no container's id shows.

    It is the same after each restart of the container.  Engines mount a file of each container's own at /etc/hosts,
    out of a folder with its id in the name.
    """
    try:
        lines = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:  # not Linux
        return ""
    ids = [found[0] for line in lines if line[4] == "/etc/hosts" and (found := OF_CONTAINER.search(line[3]))]
    return hashlib.sha256(f"{ids[-1]} {folder.resolve()}".encode()).hexdigest()[:12] if ids else ""


def _open(path: Path) -> IO[str]:
    """Open for reading and writing; create what is missing.  Truncates nothing: the lock is not held yet."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii")

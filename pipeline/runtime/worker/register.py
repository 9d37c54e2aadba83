"""The workers of this machine: each has a file beside its scratch folder, and holds a lock on it while it lives.

`wiredesk doctor` reads them: Kafka lists a worker that has ended until its session expires, and does not know why
it ended.  The operating system releases the lock with the process, however that ended.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from pipeline.settings import Settings

SUFFIX = ".worker"


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """One start of a worker."""

    app_id: str
    room: str
    instance: str
    client_id: str  # as the group lists it; no worker of another state folder has the same
    pid: int
    page: str = ""  # the address of its health page
    was_ready: bool = False  # it has worked on its partitions
    exit_code: int | None = None  # None: it lives, or was killed
    why: str = ""  # the reason for its end


@dataclass(frozen=True, slots=True)
class LocalWorker:
    """A worker of this machine, alive or not."""

    registered: Registered
    is_alive: bool


class Entry:
    """The file of a living worker."""

    def __init__(self, file: IO[bytes], registered: Registered) -> None:
        self._file, self._registered = file, registered
        self._write()

    def ready(self) -> None:
        """Note that it works on its partitions."""
        if not self._registered.was_ready and not self._file.closed:
            self._registered = msgspec.structs.replace(self._registered, was_ready=True)
            self._write()

    def ended(self, exit_code: int, why: str) -> None:
        """Note how it ends; only the first call counts."""
        if self._registered.exit_code is None and not self._file.closed:
            self._registered = msgspec.structs.replace(self._registered, exit_code=exit_code, why=why)
            self._write()

    def _write(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(msgspec.json.encode(self._registered))
        self._file.flush()


@contextmanager
def registered(settings: Settings, room: str, client_id: str) -> Iterator[Entry]:
    """The entry of this worker, alive for as long as the context is open.

    Removes the entries of earlier workers of its name.  Raises OSError if the folder cannot be written.
    """
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    page = f"http://{settings.health_host}:{settings.health_port}/health" if settings.health_port else ""
    mine = Registered(
        app_id=settings.app_id,
        room=room,
        instance=settings.instance,
        client_id=client_id,
        pid=os.getpid(),
        page=page,
    )
    for path, worker in _read_all(settings):
        if not worker.is_alive and _name(worker.registered) == _name(mine):
            path.unlink(missing_ok=True)
    with (folder / f"{settings.app_id}-{room}-{settings.instance}-{mine.pid}{SUFFIX}").open("w+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Entry(file, mine)


def workers(settings: Settings) -> list[LocalWorker]:
    """The workers of this deployment that were started with this WIREDESK_STATE_DIR, the last written last."""
    return [worker for _, worker in _read_all(settings) if worker.registered.app_id == settings.app_id]


def _name(worker: Registered) -> tuple[str, str, str]:
    return worker.app_id, worker.room, worker.instance


def _folder(settings: Settings) -> Path:
    return settings.state_dir / "workers"


def _read_all(settings: Settings) -> Iterator[tuple[Path, LocalWorker]]:
    """All of them; the one that was written last comes last."""
    found = []
    for path in _folder(settings).glob(f"*{SUFFIX}"):
        with suppress(OSError, msgspec.MsgspecError), path.open("rb") as file:  # just removed, or being written
            is_alive = _is_locked(file)  # first: a worker that ends now must not look as if it was killed
            worker = LocalWorker(msgspec.json.decode(file.read(), type=Registered), is_alive)
            found.append((os.fstat(file.fileno()).st_mtime, path, worker))
    yield from ((path, worker) for _, path, worker in sorted(found, key=lambda each: each[:2]))


def _is_locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False

"""All rooms on one machine, and the board if it is wanted: a supervisor, and a health page for each room."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from types import FrameType
from typing import IO, Any

from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.local.board import BOARD, LocalBoard, local_board
from pipeline.runtime.local.child import Child
from pipeline.runtime.local.supervisor import POLL_SECONDS, OnEvent, Supervisor
from pipeline.runtime.progress import OnProgress, ignore_progress
from pipeline.runtime.worker import register
from pipeline.runtime.worker.health import HealthStatus
from pipeline.settings import PREFIX, Settings
from pipeline.topology import ROOMS

HEALTH_HOST = "127.0.0.1"
HEALTH_SECONDS = 1.0
PAGE_BYTES_MAX = 1_000_000  # of a health page; a worker's has a few hundred
SLOW_SECONDS = 8.0  # a start that takes longer is a first one, or the machine is busy
STARTING = "starting the rooms"
STARTING_SLOWLY = "starting the rooms (a first start compiles their code: a minute or two)"
DOES: Mapping[str | None, str] = {  # health status -> what the room does then; None: no page yet
    None: "loading code",
    HealthStatus.WAITING: "joining",
    HealthStatus.RECOVERING: "reading the journal",
    HealthStatus.READY: "opening",  # some of its partitions: it has not registered as ready
}
RESTARTS_MAX = 3  # of a room that has never been ready


def verbosity_flags(verbose: int) -> tuple[str, ...]:
    """The option of `wiredesk` for this verbosity: `-v`, `-vv` …, or `-q` below 0."""
    return ("-" + "v" * verbose,) if verbose > 0 else ("-q",) if verbose < 0 else ()


class LocalDeployment(Supervisor):
    """A supervisor that can ask for the health of its rooms."""

    def __init__(
        self,
        settings: Settings,
        verbose: int = 0,
        arguments: tuple[str, ...] = (),
        log: Path | None = None,
        show_line: Callable[[str], None] | None = None,
        on_event: OnEvent = lambda room, what: None,
        on_progress: OnProgress = ignore_progress,
        may_start: Callable[[], bool] = lambda: True,
        board_port: int | None = None,
    ) -> None:
        ports = range(settings.health_port, 65_536) if settings.health_port else free_ports(HEALTH_HOST)
        self.ports: Mapping[str, int] = dict(zip(ROOMS, ports, strict=False))
        environment = {
            **os.environ,
            PREFIX + "BOOTSTRAP": settings.bootstrap,
            PREFIX + "STATE_DIR": str(settings.state_dir),
            PREFIX + "INSTANCE": settings.instance,
        }
        self._settings = settings
        self.board: LocalBoard | None = None
        children: dict[str, Child] = {}
        for room, port in self.ports.items():
            command = (*verbosity_flags(verbose), "worker", room)
            children[room] = Child(room, command, environment | {PREFIX + "HEALTH_PORT": str(port)}, arguments)
        if board_port is not None:
            self.board = children[BOARD] = local_board(environment, settings.state_dir, board_port)
        super().__init__(children, log, show_line, on_event, on_progress, may_start)

    def health(self, room: str) -> dict[str, Any] | None:
        """The content of the room's health page; None if it does not answer."""
        return ask(f"http://{HEALTH_HOST}:{self.ports[room]}/health")

    def ready(self) -> set[str]:
        """The rooms that work, as they have registered; a room whose health port was taken has no page."""
        pids = {child.process.pid for child in self.children.values() if child.process}
        found = (each.registered for each in register.workers(self._settings) if each.is_alive)
        return {worker.room for worker in found if worker.was_ready and worker.pid in pids}

    def wait_ready(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until every room has its partitions; False after that time, or when `stop` is set."""
        began = time.monotonic()
        pages: dict[str, dict[str, Any]] = {room: {} for room in ROOMS}  # of the rooms that are not ready
        try:
            while pages and time.monotonic() < began + seconds and not stop.wait(POLL_SECONDS):
                self.restart_ended()
                if self.given_up or any(self.children[room].restarts >= RESTARTS_MAX for room in pages):
                    return False
                name = STARTING if time.monotonic() < began + SLOW_SECONDS else STARTING_SLOWLY
                self.on_progress(name, len(ROOMS) - len(pages), len(ROOMS), _what_they_do(pages))
                ready = self.ready()
                pages = {room: self.health(room) or {} for room in pages if room not in ready}
            return not pages
        finally:
            self.on_progress("", 0, 0)


def _what_they_do(pages: Mapping[str, Mapping[str, Any]]) -> str:
    """What the rooms that are not ready do, by their health pages; empty pages of those that do not answer."""
    rooms: dict[str, list[str]] = {}
    for room, page in pages.items():
        journals = page.get("journal", {}).values()
        read, of = (sum(journal[name] for journal in journals) for name in ("read", "of"))
        share = f" ({100 * read // of} %)" if of else ""
        rooms.setdefault(DOES[page.get("status")], []).append(room + share)
    return "; ".join(f"{what}: {', '.join(names)}" for what, names in rooms.items())


def ask(url: str) -> dict[str, Any] | None:
    """A health page's answer, ready or not; None without one."""
    try:
        found = json.loads(read_page(url) or b"")
    except ValueError:  # whatever listens there may be no worker
        return None
    return found if isinstance(found, dict) else None


def read_page(url: str) -> bytes | None:
    """What a page of a worker answers, whatever its status; None if nothing does, or no web server."""
    try:
        with _opened(url) as answer:
            return answer.read(PAGE_BYTES_MAX)
    except (OSError, ValueError, HTTPException):
        return None


def _opened(url: str) -> IO[bytes]:
    """The answer, whatever its status: a room that is not ready answers 503."""
    try:
        answer: IO[bytes] = urllib.request.urlopen(url, timeout=HEALTH_SECONDS)  # noqa: S310 - an http address
    except urllib.error.HTTPError as refused:
        return refused
    return answer


def stop_on_signals() -> threading.Event:
    """An event that SIGINT and SIGTERM set, so that everything can stop in an orderly way."""
    stop = threading.Event()

    def set_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, set_stop)
    return stop

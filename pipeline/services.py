"""SERVICES: the programs beside the rooms, one row each, checked at import.

A room decides about every record of its source; a service brings records in or shows them, and has no journal.  The
compose file, the Kubernetes manifests, the units of systemd, the roles and the tables of the operators' page are
made from these rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.topology import ROOMS, TOPICS, journal_topic


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """One row: one process, started by `wiredesk NAME`."""

    name: str  # of its command, too
    does: str
    arguments: tuple[str, ...]  # of its command, in a container
    memory_mb: int  # resident memory with the sample wires, on Linux, x86-64
    memory_limit_mib: int  # of its container
    grows_with: str  # what its memory and its files grow with
    reads: tuple[str, ...] = ()  # topics
    writes: tuple[str, ...] = ()  # topics of its records
    controls: tuple[str, ...] = ()  # rooms for which it writes controls
    is_transactional: bool = False  # its records are written in transactions; ids begin with APP_ID.NAME-
    port: int = 0  # of what it serves; 0: nothing
    out_ports: tuple[int, ...] = ()  # of servers that it asks, beside Kafka
    files_mib: int = 64  # the most that its files take; they can be made anew at any time


BOARD_PORT = 8750
BOARD_NEEDS = ("starlette", "uvicorn", "jinja2")  # modules of its extra
BOARD_EXTRA = "the board needs Starlette, uvicorn and Jinja2; install them: pip install 'wiredesk[board]'"
INGEST_PORT = 8097

SERVICES: dict[str, ServiceSpec] = {
    spec.name: spec
    for spec in (
        ServiceSpec(
            name="board",
            does="shows editors what came, and writes what they decide",
            # For a forwarded port.  An overlay that has a name of its own for it adds that.
            arguments=(
                *("--host", "0.0.0.0"),  # noqa: S104  # a container's own; who may reach it is said outside
                *("--name", f"localhost:{BOARD_PORT}"),
                *("--name", f"127.0.0.1:{BOARD_PORT}"),
            ),
            memory_mb=90,
            memory_limit_mib=512,
            grows_with="the pages asked for at once; its file with 7 days of items, 6 kB each, at most 100,000",
            reads=(
                "wire.enriched",
                "wire.stories",
                "wire.alerts",
                "wire.notifications",
                "wire.deliveries",
                "wire.feeds",
                "wire.dead",  # what was kept of a feed that is resumed, and where it was
                "wire.raw",  # likewise
                journal_topic("normalise"),  # whether a feed is set aside
                journal_topic("resolve"),  # what is held, and whether a decision would change anything
                journal_topic("tag"),  # likewise, of a label
            ),
            controls=("normalise", "resolve", "tag", "route"),
            port=BOARD_PORT,
            files_mib=2048,  # the view, and as much again while an erasure writes it anew
        ),
        ServiceSpec(
            name="ingest",
            does="takes what feeds bring",
            arguments=("run", "/etc/wiredesk/feeds.yaml"),  # of the image, until another is mounted over it
            memory_mb=110,
            memory_limit_mib=1024,
            grows_with="what it remembers of feeds, 0.2 kB an entry, and the payloads under way",
            reads=("wire.feeds",),
            writes=("wire.raw", "wire.feeds"),
            is_transactional=True,
            port=INGEST_PORT,
            out_ports=(22, 80, 443, 993),  # SFTP, RSS, S3 and IMAP; an overlay adds those of other agencies
        ),
    )
}


def _check() -> None:
    """No service has the name of a room, and every topic and room that one names exists."""
    for spec in SERVICES.values():
        assert spec.name not in ROOMS, spec.name
        assert {*spec.reads, *spec.writes} <= TOPICS.keys(), spec.name
        assert {*spec.controls} <= ROOMS.keys(), spec.name


_check()

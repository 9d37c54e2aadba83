"""What ingest says of itself: its health, and its figures for Prometheus."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pipeline.ingest.contract import Health
from pipeline.ingest.ways import WAYS
from pipeline.runtime.ingest.push import PushDesk
from pipeline.runtime.ingest.shell import Shell
from pipeline.runtime.metrics.view import IngestView
from pipeline.runtime.worker.health import HealthStatus

NAME = "ingest"


@dataclass(frozen=True)
class IngestFigures:
    """The figures of one process."""

    shell: Shell
    requests: Counter[str]  # by outcome
    _started: float = field(default_factory=time.time)

    def health(self) -> dict[str, Any]:
        """What the health page shows.  It is ready as long as Kafka takes what it has."""
        counts = self.shell.committer.counts
        return {
            "service": NAME,
            "status": self._status(),
            "away_seconds": round(self._away_seconds()),
            "payloads": counts.payloads,
            "transactions": counts.transactions,
            "remembered": self._remembered(),
            "feeds": {
                name: turns.status.shown(turns.feed.kind) for name, turns in sorted(self.shell.feeds.items())
            },
        }

    def view(self) -> IngestView:
        """The process now."""
        counts, feeds = self.shell.committer.counts, self.shell.feeds.values()
        healths = Counter(turns.status.health for turns in feeds)
        return IngestView(
            room=NAME,
            is_ready=self._status() is HealthStatus.READY,
            started_seconds=self._started,
            payloads={kind: float(counts.by_way[kind]) for kind in WAYS},
            payload_bytes=counts.payload_bytes,
            transactions=counts.transactions,
            feeds={health.value: float(healths[health]) for health in Health} | {"new": float(healths[None])},
            entries=self._remembered(),
            requests={outcome: float(count) for outcome, count in self.requests.items()},
            waiting_requests=self.shell.shared.get(PushDesk).waiting,
            away_seconds=self._away_seconds(),
        )

    def _status(self) -> HealthStatus:
        if self.shell.committer.ready.is_set():
            return HealthStatus.READY
        return HealthStatus.WAITING if self.shell.committer.away_since else HealthStatus.RECOVERING

    def _away_seconds(self) -> float:
        away = self.shell.committer.away_since
        return time.monotonic() - away if away else 0.0

    def _remembered(self) -> int:
        return sum(len(feed.seen) for feed in self.shell.owner.ledger.feeds.values())

"""The figures of a running worker: its partitions with their lag, sampled while it works."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.metrics.lag import SAMPLE_SECONDS, Fetched, LagWatch, lag
from pipeline.runtime.metrics.view import PartitionView, WorkerView
from pipeline.runtime.worker import health
from pipeline.runtime.worker.health import HealthStatus


@dataclass
class Figures:
    """What a worker's page shows.  `fetched` says how far the consumer is, `delivered` what it gave us last."""

    room: str
    tasks: Mapping[int, PartitionTask]
    fetched: Callable[[int], Fetched | None]
    delivered: Callable[[int], int]
    attempts: Counter[str] = field(default_factory=Counter)  # of deliver
    acknowledgements: Counter[str] = field(default_factory=Counter)  # likewise
    _watches: dict[int, LagWatch] = field(default_factory=dict)
    _started: float = field(default_factory=time.time)

    async def run(self) -> None:
        """Sample until cancelled."""
        while True:
            self.sample()
            await asyncio.sleep(SAMPLE_SECONDS)

    def sample(self) -> None:
        """Look at each partition once."""
        for partition in self.tasks:
            self._look(partition)
            self._watch(partition).keep()

    def view(self) -> WorkerView:
        """The worker now."""
        tasks = [(partition, task) for partition, task in sorted(self.tasks.items()) if task.wanted]
        for partition, _ in tasks:
            self._look(partition)
        is_ready = health.status_of(self.tasks.values()) is HealthStatus.READY
        views = tuple(PartitionView(task, self._watch(partition)) for partition, task in tasks)
        asked = dict(self.attempts), dict(self.acknowledgements)
        return WorkerView(self.room, is_ready, self._started, views, *asked)

    def _watch(self, partition: int) -> LagWatch:
        return self._watches.setdefault(partition, LagWatch())

    def _look(self, partition: int) -> None:
        task, watch = self.tasks[partition], self._watch(partition)
        fetched = self.fetched(partition) if task.ready else None
        if not task.ready:
            watch.is_not_open(is_broken=task.wanted and not task.recovering)
        elif fetched:
            position = task.shard.position
            found = lag(fetched, position, self.delivered(partition), task.tally.records_an_offset)
            watch.saw(found, position)

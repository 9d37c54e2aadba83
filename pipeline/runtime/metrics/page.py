"""The figures as Prometheus reads them, in its text format.

prometheus-client writes the format: the Prometheus project's own library, Apache 2.0, without dependencies, with
its types.  Its counters take a lock for every record, so ours are plain integers that a collector reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from pipeline.runtime.log.tally import Histogram
from pipeline.runtime.metrics.table import METRICS, Kind, Metric, Value
from pipeline.runtime.metrics.view import WorkerView

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
PAGE_SECONDS = 1.0  # a page is used again for so long, however many ask: the room's own work comes first

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily
FAMILIES: Mapping[Kind, Callable[..., Family]] = {
    Kind.COUNTER: CounterMetricFamily,
    Kind.GAUGE: GaugeMetricFamily,
    Kind.HISTOGRAM: HistogramMetricFamily,
}


@dataclass(eq=False)  # the registry keeps it in a table
class RoomCollector(Collector):
    """The rows of METRICS, read from a worker."""

    view: Callable[[], WorkerView]

    def collect(self) -> Iterator[Family]:
        """Every metric with its samples."""
        worker = self.view()
        for metric in METRICS:
            yield _family(metric, worker)


class Page:
    """The page of a worker.  `clock` is monotonic, in seconds."""

    def __init__(self, view: Callable[[], WorkerView], clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(RoomCollector(view))
        ProcessCollector(registry=self._registry)  # memory, CPU and open files, under the names of every client
        self._clock = clock
        self._text, self._written = b"", -PAGE_SECONDS

    def text(self) -> bytes:
        """The page, at most PAGE_SECONDS old."""
        if not self._text or self._clock() - self._written >= PAGE_SECONDS:
            self._text, self._written = generate_latest(self._registry), self._clock()
        return self._text


def _family(metric: Metric, worker: WorkerView) -> Family:
    family = FAMILIES[metric.kind](metric.full_name.removesuffix("_total"), metric.help, labels=metric.labels)
    if metric.of_worker:
        _add(family, [worker.room], metric.of_worker(worker))
    if metric.read:
        for it in worker.partitions:
            value = metric.read(it)
            if value is not None:
                _add(family, [worker.room, str(it.task.partition)], value)
    return family


def _add(family: Family, labels: Sequence[str], value: Value) -> None:
    if isinstance(family, HistogramMetricFamily):
        assert isinstance(value, Histogram)
        bounds = [*(f"{bound:g}" for bound in value.bounds), "+Inf"]
        family.add_metric(labels, list(zip(bounds, accumulate(value.counts), strict=True)), value.total)
        return
    assert not isinstance(value, Histogram)
    for label, number in value.items() if isinstance(value, Mapping) else [("", value)]:
        family.add_metric([*labels, label] if label else labels, number)

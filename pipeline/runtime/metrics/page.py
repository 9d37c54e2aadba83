"""The figures as Prometheus reads them, in its text format.

prometheus-client writes the format: the Prometheus project's own library, Apache 2.0, without dependencies, with
its types.  Its counters take a lock for every record, so ours are plain integers that a collector reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client import ProcessCollector as OfSystem
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from pipeline.runtime.log.tally import Histogram
from pipeline.runtime.metrics.table import METRICS, Kind, Metric, Value
from pipeline.runtime.metrics.view import BoardView, IngestView, ProcessView, WorkerView

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
PAGE_SECONDS = 1.0  # a page is used again for so long, however many ask: the room's own work comes first

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily
FAMILIES: Mapping[Kind, Callable[..., Family]] = {
    Kind.COUNTER: CounterMetricFamily,
    Kind.GAUGE: GaugeMetricFamily,
    Kind.HISTOGRAM: HistogramMetricFamily,
}


@dataclass(eq=False)  # the registry keeps it in a table
class ProcessCollector(Collector):
    """The rows of METRICS that a process has."""

    view: Callable[[], ProcessView]

    def collect(self) -> Iterator[Family]:
        """Every metric with its samples."""
        process = self.view()
        for metric in METRICS:
            if isinstance(process, metric.view):
                yield _family(metric, process)


class Page:
    """The page of a process.  `clock` is monotonic, in seconds."""

    def __init__(self, view: Callable[[], ProcessView], clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(ProcessCollector(view))
        OfSystem(registry=self._registry)  # memory, CPU and open files, under the names of every client
        self._clock = clock
        self._text, self._written = b"", -PAGE_SECONDS

    def text(self) -> bytes:
        """The page, at most PAGE_SECONDS old."""
        if not self._text or self._clock() - self._written >= PAGE_SECONDS:
            self._text, self._written = generate_latest(self._registry), self._clock()
        return self._text


def _family(metric: Metric, process: ProcessView) -> Family:
    family = FAMILIES[metric.kind](metric.full_name.removesuffix("_total"), metric.help, labels=metric.labels)
    if metric.of_process:
        _add(family, [process.room], metric.of_process(process))
    if metric.of_board and isinstance(process, BoardView):
        _add(family, [process.room], metric.of_board(process))
    if metric.of_ingest and isinstance(process, IngestView):
        _add(family, [process.room], metric.of_ingest(process))
    if metric.of_worker and isinstance(process, WorkerView):
        _add(family, [process.room], metric.of_worker(process))
    if metric.read and isinstance(process, WorkerView):
        for it in process.partitions:
            value = metric.read(it)
            if value is not None:
                _add(family, [process.room, str(it.task.partition)], value)
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

"""METRICS: every figure of a worker, of the board and of ingest, one row each.

The page that Prometheus reads, docs/metrics.md and the dashboard are made from these rows; the rules of `alerts`
may name only what is here.  Names carry their unit, seconds or bytes, at the end; counters end in `_total`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline import __version__
from pipeline.records import Counted
from pipeline.runtime.log.tally import Histogram
from pipeline.runtime.metrics.view import BoardView, IngestView, PartitionView, ProcessView, WorkerView

PREFIX = "wiredesk_"
Value = float | Histogram | Mapping[str, float]  # a mapping: by the row's own label


class Kind(StrEnum):
    """What Prometheus calls it."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Group(StrEnum):
    """What a metric is about: a section of the page and a row of the dashboard."""

    WORKER = "The process"
    WORK = "Work"
    LAG = "What waits"
    AGE = "How old the copy is"
    STATE = "What the rooms remember"
    JOURNAL = "Journals and recovery"
    BOARD = "The board"
    INGEST = "Feeds in"


class Unit(StrEnum):
    """A unit of a panel, as Grafana names it."""

    NUMBER = "short"
    SECONDS = "s"
    BYTES = "bytes"
    RATE = "ops"
    BYTE_RATE = "Bps"
    SINCE = "dateTimeFromNow"


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of the dashboard.  `expression` is PromQL, with {name} for the metric's name."""

    title: str
    expression: str
    legend: str
    unit: Unit = Unit.NUMBER


@dataclass(frozen=True, slots=True)
class Metric:
    """A row.  Its value is in one of five: of a partition, a worker, the board, ingest, or of each process."""

    name: str  # without PREFIX
    kind: Kind
    group: Group
    help: str
    read: Callable[[PartitionView], Value | None] | None = None
    of_worker: Callable[[WorkerView], Value] | None = None
    of_board: Callable[[BoardView], Value] | None = None
    of_ingest: Callable[[IngestView], Value] | None = None
    of_process: Callable[[ProcessView], Value] | None = None
    label: str = ""  # of its own, beside room and partition
    panel: Panel | None = None

    @property
    def full_name(self) -> str:
        """The name that Prometheus sees."""
        return PREFIX + self.name

    @property
    def view(self) -> type[ProcessView]:
        """Which processes have it."""
        if self.of_process:
            return ProcessView
        return BoardView if self.of_board else IngestView if self.of_ingest else WorkerView

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its labels."""
        return ("room", *(("partition",) if self.read else ()), *((self.label,) if self.label else ()))


ROOM = "{{{{room}}}}"  # of a legend, once `format` has been at it
VERDICT = "{{{{verdict}}}}"
PARTITION = "{{{{room}}}}/{{{{partition}}}}"
BY_ROOM = "sum by (room) (rate({name}[$__rate_interval]))"


def _quantile(share: float) -> str:
    return f"histogram_quantile({share}, sum by (room, le) (rate({{name}}_bucket[$__rate_interval])))"


METRICS: tuple[Metric, ...] = (
    Metric(
        "build_info",
        Kind.GAUGE,
        Group.WORKER,
        "1; the label says which version of Wiredesk runs.",
        of_process=lambda process: {__version__: 1.0},
        label="version",
    ),
    Metric(
        "ready",
        Kind.GAUGE,
        Group.WORKER,
        "1 if the worker works on all partitions that it has, and has one; 0 while it starts, recovers or waits. "
        "The board is ready while it serves pages.",
        of_process=lambda process: float(process.is_ready),
        panel=Panel("Processes that are ready", "sum by (room) ({name})", ROOM),
    ),
    Metric(
        "start_time_seconds",
        Kind.GAUGE,
        Group.WORKER,
        "When the process started, in seconds since 1970.",
        of_process=lambda process: process.started_seconds,
        panel=Panel("Restarts in an hour", "sum by (room) (changes({name}[1h]))", ROOM),
    ),
    Metric(
        "partition_open",
        Kind.GAUGE,
        Group.WORKER,
        "1 for a partition that the worker owns and works on, 0 while it recovers or after it was given up.",
        lambda it: float(it.task.ready),
        panel=Panel("Open partitions", "sum by (room) ({name})", ROOM),
    ),
    Metric(
        "records_total",
        Kind.COUNTER,
        Group.WORK,
        "Records of the input that were decided and committed, ticks, controls and those that died among them.",
        lambda it: it.tally.records,
        panel=Panel("Records a second", BY_ROOM, ROOM, Unit.RATE),
    ),
    Metric(
        "outputs_total",
        Kind.COUNTER,
        Group.WORK,
        "Records that were written because of them, dead letters among them, journal records not.",
        lambda it: it.tally.outputs,
    ),
    Metric(
        "dead_records_total",
        Kind.COUNTER,
        Group.WORK,
        "Records that went to wire.dead, by reason (docs/operations.md#dead-letters).",
        lambda it: {reason.value: count for reason, count in it.tally.dead.items()},
        label="reason",
        panel=Panel(
            "Dead records a second",
            "sum by (room, reason) (rate({name}[$__rate_interval])) > 0",
            "{{{{room}}}} {{{{reason}}}}",
            Unit.RATE,
        ),
    ),
    Metric(
        "delivery_attempts_total",
        Kind.COUNTER,
        Group.WORK,
        "Attempts of deliver to send a notification, by what they came to; `delivered` is one that arrived.",
        of_worker=lambda worker: worker.attempts,
        label="verdict",
        panel=Panel("Attempts to deliver a second", "sum by (verdict) (rate({name}[$__rate_interval]))", VERDICT),
    ),
    Metric(
        "acknowledgements_total",
        Kind.COUNTER,
        Group.WORK,
        "Requests to acknowledge a notification, by what they got: `taken`, `known`, or why they were refused.",
        of_worker=lambda worker: worker.acknowledgements,
        label="outcome",
    ),
    Metric(
        "transaction_seconds",
        Kind.HISTOGRAM,
        Group.WORK,
        "How long a transaction took, from its first write to its commit; at most WIREDESK_TRANSACTION_SECONDS.",
        lambda it: it.tally.transaction_seconds,
        panel=Panel("Transaction, 99 %", _quantile(0.99), ROOM, Unit.SECONDS),
    ),
    Metric(
        "batch_records",
        Kind.HISTOGRAM,
        Group.WORK,
        "How many records one transaction was about, at most WIREDESK_BATCH_RECORDS.",
        lambda it: it.tally.batch_records,
        panel=Panel("Records of a transaction, median", _quantile(0.5), ROOM),
    ),
    Metric(
        "written_bytes_total",
        Kind.COUNTER,
        Group.WORK,
        "Bytes of keys, values and headers that were committed, journal included, before compression.",
        lambda it: it.tally.written_bytes,
        panel=Panel("Written", BY_ROOM, ROOM, Unit.BYTE_RATE),
    ),
    Metric(
        "lag_records",
        Kind.GAUGE,
        Group.LAG,
        "Records that wait: 0 exactly if none does, else estimated. No transaction marker, and nothing that was "
        "deleted, counts.",
        lambda it: it.watch.latest.records if it.watch.latest else None,
        panel=Panel("Records that wait", "sum by (room) ({name})", ROOM),
    ),
    Metric(
        "lag_offsets",
        Kind.GAUGE,
        Group.LAG,
        "Offsets from the last record decided to the last stable offset, markers among them; 0 if no record waits.",
        lambda it: it.watch.latest.offsets if it.watch.latest else None,
    ),
    Metric(
        "lag_status",
        Kind.GAUGE,
        Group.LAG,
        "1 for the status that the last minute shows: ok, warning (ever more waits), stalled (something waits and "
        "nothing is decided), error (the partition is not open and does not recover), unknown.",
        PartitionView.status,
        label="status",
        panel=Panel(
            "Partitions that do not keep up",
            'sum by (room, status) ({name}{{status!~"ok|unknown"}})',
            "{{{{room}}}} {{{{status}}}}",
        ),
    ),
    Metric(
        "unread_offsets",
        Kind.GAUGE,
        Group.LAG,
        "Offsets of the input that were deleted before the worker could read them, when it opened the partition; "
        "one may be a transaction marker.",
        lambda it: it.task.unread,
    ),
    Metric(
        "age_seconds",
        Kind.HISTOGRAM,
        Group.AGE,
        "The age of a record when the room had committed it: from its ce_time, when the payload was received "
        "(never after the LogAppendTime of the room's input), to the worker's clock. In normalise that is the time "
        "in wire.raw. An archive that is published at its own times is as old as it is.",
        lambda it: it.tally.age_seconds,
        panel=Panel("Age after each room, 95 %", _quantile(0.95), ROOM, Unit.SECONDS),
    ),
    Metric(
        "state_entries",
        Kind.GAUGE,
        Group.STATE,
        "What the room's memory holds, counted.",
        PartitionView.counted,
        label="of",
        panel=Panel("Entries", "sum by (room, of) ({name})", "{{{{room}}}} {{{{of}}}}"),
    ),
    Metric(
        "held_items",
        Kind.GAUGE,
        Group.STATE,
        "Items that wait for the end of an embargo, or for a release.",
        lambda it: it.counted(Counted.HELD).get(Counted.HELD),
        panel=Panel("Held items", "sum by (room) ({name})", ROOM),
    ),
    Metric(
        "next_due_timestamp_seconds",
        Kind.GAUGE,
        Group.STATE,
        "When the next embargo ends, in seconds since 1970 by the broker's clock; absent if nothing is due.",
        lambda it: it.next_due_timestamp_seconds,
        panel=Panel("Next embargo ends", "min by (room) ({name}) * 1000", ROOM, Unit.SINCE),
    ),
    Metric(
        "open_recalls",
        Kind.GAUGE,
        Group.STATE,
        "Killed and corrected dispatches that are remembered: every copy of one that still arrives is recalled.",
        lambda it: it.counted(Counted.KILLED, Counted.CORRECTED) or None,
        label="cause",
        panel=Panel("Open recalls", "sum by (cause) ({name})", "{{{{cause}}}}"),
    ),
    Metric(
        "journal_records",
        Kind.GAUGE,
        Group.JOURNAL,
        "Records of the journal, right to a few hundred after a trim.",
        lambda it: it.task.journal.size.records,
    ),
    Metric(
        "journal_bytes",
        Kind.GAUGE,
        Group.JOURNAL,
        "Bytes of their values, before compression. A restart reads them.",
        lambda it: it.task.journal.size.size,
        panel=Panel("Journals", "sum by (room) ({name})", ROOM, Unit.BYTES),
    ),
    Metric(
        "recovery_read_offsets",
        Kind.GAUGE,
        Group.JOURNAL,
        "Offsets of the journal that the running recovery has read; 0 without one.",
        lambda it: it.recovery.read,
        panel=Panel(
            "Recovery, offsets to read",
            "sum by (room, partition) (wiredesk_recovery_offsets - {name}) > 0",
            PARTITION,
        ),
    ),
    Metric(
        "recovery_offsets",
        Kind.GAUGE,
        Group.JOURNAL,
        "Offsets of the journal that it has to read; 0 without one.",
        lambda it: it.recovery.of,
    ),
    Metric(
        "board_state",
        Kind.GAUGE,
        Group.BOARD,
        "1 for the state that its pages show: live, loading (it reads what came before its start), behind, away "
        "(no broker answers it).",
        of_board=lambda board: board.states,
        label="state",
        panel=Panel("Boards that are not live", 'sum by (state) ({name}{{state!="live"}})', "{{{{state}}}}"),
    ),
    Metric(
        "board_behind_offsets",
        Kind.GAUGE,
        Group.BOARD,
        "Offsets up to the ends of its topics, transaction markers among them; 0 while it is live.",
        of_board=lambda board: board.behind_offsets,
        panel=Panel("Offsets that the board has to read", "max({name})", "to read"),
    ),
    Metric(
        "board_read_records_total",
        Kind.COUNTER,
        Group.BOARD,
        "Records that it read into its view since its start.",
        of_board=lambda board: board.records,
        label="topic",
        panel=Panel(
            "Read into the view a second",
            "sum by (topic) (rate({name}[$__rate_interval]))",
            "{{{{topic}}}}",
            Unit.RATE,
        ),
    ),
    Metric(
        "board_kept_items",
        Kind.GAUGE,
        Group.BOARD,
        "Items in its view.",
        of_board=lambda board: board.items,
    ),
    Metric(
        "board_file_bytes",
        Kind.GAUGE,
        Group.BOARD,
        "Size of the file of its view, and of SQLite's files beside it.",
        of_board=lambda board: board.file_bytes,
        panel=Panel("File of the view", "max({name})", "file", Unit.BYTES),
    ),
    Metric(
        "board_browsers",
        Kind.GAUGE,
        Group.BOARD,
        "Browsers that it pushes changes to now.",
        of_board=lambda board: board.browsers,
        panel=Panel("Browsers", "sum({name})", "browsers"),
    ),
    Metric(
        "board_decisions_total",
        Kind.COUNTER,
        Group.BOARD,
        "Decisions of editors that it wrote into the topics since its start; refused ones do not count.",
        of_board=lambda board: board.decisions,
        label="action",
        panel=Panel("Decisions in an hour", "sum by (action) (increase({name}[1h]))", "{{{{action}}}}"),
    ),
    Metric(
        "board_rebuilds_total",
        Kind.COUNTER,
        Group.BOARD,
        "How often it has made its view anew since its start: the file was damaged or of another version, the "
        "topics were made anew, or --rebuild was given.",
        of_board=lambda board: board.rebuilds,
    ),
    Metric(
        "ingest_payloads_total",
        Kind.COUNTER,
        Group.INGEST,
        "Payloads that it wrote to wire.raw since its start.",
        of_ingest=lambda ingest: ingest.payloads,
        label="way",
        panel=Panel("Taken a second", "sum by (way) (rate({name}[$__rate_interval]))", "{{{{way}}}}", Unit.RATE),
    ),
    Metric(
        "ingest_payload_bytes_total",
        Kind.COUNTER,
        Group.INGEST,
        "Their size.",
        of_ingest=lambda ingest: ingest.payload_bytes,
    ),
    Metric(
        "ingest_transactions_total",
        Kind.COUNTER,
        Group.INGEST,
        "Transactions, each with what several feeds took, and with the ledger.",
        of_ingest=lambda ingest: ingest.transactions,
    ),
    Metric(
        "ingest_feeds",
        Kind.GAUGE,
        Group.INGEST,
        "Feeds by how they are: ok, waiting (it asked for patience), unreachable, refused, gone, failing, broken, "
        "new (not asked yet).",
        of_ingest=lambda ingest: ingest.feeds,
        label="health",
        panel=Panel("Feeds that are not well", 'sum by (health) ({name}{{health!~"ok|new"}})', "{{{{health}}}}"),
    ),
    Metric(
        "ingest_ledger_entries",
        Kind.GAUGE,
        Group.INGEST,
        "What it remembers of all feeds, as hashes.",
        of_ingest=lambda ingest: ingest.entries,
        panel=Panel("Remembered", "max({name})", "entries"),
    ),
    Metric(
        "ingest_requests_total",
        Kind.COUNTER,
        Group.INGEST,
        "Requests to `POST /feeds/NAME` since its start, by what they were answered.",
        of_ingest=lambda ingest: ingest.requests,
        label="outcome",
        panel=Panel(
            "Requests a second",
            "sum by (outcome) (rate({name}[$__rate_interval]))",
            "{{{{outcome}}}}",
            Unit.RATE,
        ),
    ),
    Metric(
        "ingest_waiting_requests",
        Kind.GAUGE,
        Group.INGEST,
        "Requests whose payload is not committed yet.",
        of_ingest=lambda ingest: ingest.waiting_requests,
    ),
    Metric(
        "ingest_away_seconds",
        Kind.GAUGE,
        Group.INGEST,
        "For how long no broker has answered it; 0 while one does.",
        of_ingest=lambda ingest: ingest.away_seconds,
        panel=Panel("No broker answers", "max({name})", "since", Unit.SECONDS),
    ),
)

BY_NAME: Mapping[str, Metric] = {metric.full_name: metric for metric in METRICS}
assert len(BY_NAME) == len(METRICS), "a name occurs twice"

"""ALERTS: what an operator is woken for, each with a series for which it fires and one for which it does not.

`make generate` writes deploy/prometheus/wiredesk.rules.yaml and its promtool tests from these rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.resolve.state import HELD_MAX
from pipeline.settings import Settings
from pipeline.shard import BREAKER_DEAD_MAX, BREAKER_RECORDS
from pipeline.topology import ROOMS

TRANSACTION_SECONDS = Settings.model_fields["transaction_seconds"].default
OLD_SECONDS = 60
OVERDUE_SECONDS = 120  # a release may be a minute late: worker/timers.py, TICK_SECONDS_MAX
Series = Mapping[str, str]  # name and labels -> values, one every minute, as promtool writes them


class Severity(StrEnum):
    """Who looks when."""

    CRITICAL = "critical"  # somebody, now: copy does not flow, or may be lost
    WARNING = "warning"  # somebody, today


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule.  It fires for `fires` at `at`, with these labels, and not for `quiet`."""

    name: str
    expression: str
    wait: str  # for how long it has to be so
    severity: Severity
    summary: str
    remedy: str
    fires: Series
    quiet: Series
    at: str = "30m"
    labels: Mapping[str, str] = field(default_factory=lambda: {"room": "tag"})


IN = '{room="tag",partition="1"}'
EVERY_ROOM = {f'wiredesk_ready{{room="{room}"}}': "1x60" for room in ROOMS}
OF_PARTITION = {"room": "tag", "partition": "1"}
READY = 'wiredesk_ready{room="tag"}'

ALERTS: tuple[Alert, ...] = (
    Alert(
        "WiredeskRoomAbsent",
        " or ".join(f'absent(wiredesk_ready{{room="{room}"}})' for room in ROOMS),
        "2m",
        Severity.CRITICAL,
        "No worker of {{ $labels.room }} answers",
        "`wiredesk doctor` says why it ended; then start it: docs/operations.md#exit-codes",
        fires={name: values for name, values in EVERY_ROOM.items() if name != READY},
        quiet=EVERY_ROOM,
    ),
    Alert(
        "WiredeskRoomNotReady",
        "max by (room) (wiredesk_ready) == 0",
        "6m",
        Severity.CRITICAL,
        "No worker of {{ $labels.room }} works on a partition",
        "A recovery may take 5 minutes: `wiredesk status` shows how far it is. Otherwise `wiredesk doctor`",
        fires={READY: "0x60"},
        quiet={READY: "0x4 1x60"},
    ),
    Alert(
        "WiredeskStalled",
        'max by (room, partition) (wiredesk_lag_status{status=~"stalled|error"}) == 1',
        "2m",
        Severity.CRITICAL,
        "{{ $labels.room }}/{{ $labels.partition }} has work and does none",
        "`wiredesk doctor`, and the log of its worker",
        fires={f'wiredesk_lag_status{{status="stalled",{IN[1:]}': "1x60"},
        quiet={
            f'wiredesk_lag_status{{status="stalled",{IN[1:]}': "0x60",
            f'wiredesk_lag_status{{status="warning",{IN[1:]}': "1x60",
        },
        labels=OF_PARTITION,
    ),
    Alert(
        "WiredeskFallsBehind",
        'max by (room, partition) (wiredesk_lag_status{status="warning"}) == 1',
        "15m",
        Severity.WARNING,
        "Ever more waits for {{ $labels.room }}/{{ $labels.partition }}",
        "More workers of this room, up to one a partition: docs/operations.md#scaling",
        fires={f'wiredesk_lag_status{{status="warning",{IN[1:]}': "1x60"},
        quiet={f'wiredesk_lag_status{{status="warning",{IN[1:]}': "1x10 0x50"},
        labels=OF_PARTITION,
    ),
    Alert(
        "WiredeskRecordsDeletedUnread",
        "max by (room, partition) (wiredesk_unread_offsets) > 1",
        "0m",
        Severity.CRITICAL,
        "Records of the input of {{ $labels.room }}/{{ $labels.partition }} were deleted before they were read",
        "They are lost to this room; publish them again. A longer retention, or a room that is away for less time",
        fires={f"wiredesk_unread_offsets{IN}": "40x60"},
        quiet={f"wiredesk_unread_offsets{IN}": "1x60"},
        labels=OF_PARTITION,
    ),
    Alert(
        "WiredeskManyDie",
        "sum by (room) (rate(wiredesk_dead_records_total[10m])) / sum by (room) (rate(wiredesk_records_total[10m]))"
        f" > {BREAKER_DEAD_MAX / BREAKER_RECORDS / 5:g}",
        "5m",
        Severity.WARNING,
        f"More than one record of ten dies in {{{{ $labels.room }}}}; above {BREAKER_DEAD_MAX} of "
        f"{BREAKER_RECORDS} the room stops",
        "`wiredesk dead list` shows them: docs/operations.md#dead-letters",
        fires={
            f'wiredesk_dead_records_total{{reason="malformed",{IN[1:]}': "0+20x60",
            f"wiredesk_records_total{IN}": "0+100x60",
        },
        quiet={
            f'wiredesk_dead_records_total{{reason="malformed",{IN[1:]}': "0+5x60",
            f"wiredesk_records_total{IN}": "0+100x60",
        },
    ),
    Alert(
        "WiredeskBug",
        'sum by (room) (increase(wiredesk_dead_records_total{reason="bug"}[15m])) > 0',
        "0m",
        Severity.WARNING,
        "A record met an error of Wiredesk's own in {{ $labels.room }}",
        "`wiredesk dead list --reason bug`; report it",
        fires={f'wiredesk_dead_records_total{{reason="bug",{IN[1:]}': "0x20 1x40"},
        quiet={
            f'wiredesk_dead_records_total{{reason="bug",{IN[1:]}': "3x60",
            f'wiredesk_dead_records_total{{reason="malformed",{IN[1:]}': "0+1x60",
        },
    ),
    Alert(
        "WiredeskOverdue",
        f"max by (room, partition) (time() - wiredesk_next_due_timestamp_seconds) > {OVERDUE_SECONDS}",
        "1m",
        Severity.CRITICAL,
        "What is held in {{ $labels.room }}/{{ $labels.partition }} is due and is not released",
        "`wiredesk held` shows what, `wiredesk doctor` whether the broker's clock is right",
        fires={f"wiredesk_next_due_timestamp_seconds{IN}": "600x60"},
        quiet={f"wiredesk_next_due_timestamp_seconds{IN}": "3600x60"},
        labels=OF_PARTITION,
    ),
    Alert(
        "WiredeskHeldNearlyFull",
        f"max by (room, partition) (wiredesk_held_items) > {HELD_MAX * 9 // 10}",
        "5m",
        Severity.CRITICAL,
        f"{{{{ $labels.room }}}}/{{{{ $labels.partition }}}} holds nearly as many items as it may, {HELD_MAX}",
        "`wiredesk held`; release or kill what is held without a time: docs/operations.md#held-items",
        fires={f"wiredesk_held_items{IN}": f"{HELD_MAX}x60"},
        quiet={f"wiredesk_held_items{IN}": f"{HELD_MAX // 2}x60"},
        labels=OF_PARTITION,
    ),
    Alert(
        "WiredeskReceiverDisabled",
        'max by (room) (wiredesk_state_entries{of="disabled"}) > 0',
        "0m",
        Severity.CRITICAL,
        "A receiver of notifications has answered 410 and gets nothing any more",
        "The log of deliver names it; mend it, then `wiredesk deliver resume RECEIVER`",
        fires={'wiredesk_state_entries{room="deliver",partition="0",of="disabled"}': "1x60"},
        quiet={'wiredesk_state_entries{room="deliver",partition="0",of="disabled"}': "0x60"},
        labels={"room": "deliver"},
    ),
    Alert(
        "WiredeskFeedSetAside",
        'max by (room, partition) (wiredesk_state_entries{room="normalise", of="feeds-set-aside"}) > 0',
        "0m",
        Severity.WARNING,
        "Most payloads of a feed died: nothing of it is read, and its payloads are kept",
        "`wiredesk feeds` names it and says why; mend it, then `wiredesk feeds resume NAME`",
        fires={'wiredesk_state_entries{room="normalise",partition="0",of="feeds-set-aside"}': "1x60"},
        quiet={'wiredesk_state_entries{room="normalise",partition="0",of="feeds-set-aside"}': "0x60"},
        labels={"room": "normalise", "partition": "0"},
    ),
    Alert(
        "WiredeskNotDelivered",
        'max by (room) (wiredesk_state_entries{of="undelivered"}) > 0 and on (room) '
        'sum by (room) (increase(wiredesk_delivery_attempts_total{verdict!="delivered"}[30m])) > 0',
        "15m",
        Severity.CRITICAL,
        "Notifications wait for a receiver that does not take them",
        "The log of deliver names it and says why; `wiredesk deliver check FILE` tries each",
        fires={
            'wiredesk_state_entries{room="deliver",partition="0",of="undelivered"}': "3x60",
            'wiredesk_delivery_attempts_total{room="deliver",verdict="failed"}': "0+1x60",
        },
        quiet={
            'wiredesk_state_entries{room="deliver",partition="0",of="undelivered"}': "0 2 0 0 1x5 0x50",
            'wiredesk_delivery_attempts_total{room="deliver",verdict="failed"}': "0+1x10 10x50",
        },
        labels={"room": "deliver"},
    ),
    Alert(
        "WiredeskBoardNotLive",
        'max by (room) (wiredesk_board_state{state="live"}) == 0',
        "6m",
        Severity.WARNING,
        "The board does not show what is in the topics; its pages say so",
        "Its page and `/health` say why: no broker answers, or it reads what it missed (docs/board.md)",
        fires={'wiredesk_board_state{room="board",state="live"}': "0x60"},
        quiet={'wiredesk_board_state{room="board",state="live"}': "0x4 1x60"},
        labels={"room": "board"},
    ),
    Alert(
        "WiredeskFeedNotWell",
        'sum by (room, health) (wiredesk_ingest_feeds{health=~"unreachable|refused|gone|failing|broken"}) > 0',
        "30m",
        Severity.WARNING,
        "{{ $value }} feeds are {{ $labels.health }}, and nothing comes from them",
        "`/health` of ingest names them and says why, and so does its log; `wiredesk ingest check` tries each",
        fires={'wiredesk_ingest_feeds{room="ingest",health="gone"}': "1x60"},
        quiet={'wiredesk_ingest_feeds{room="ingest",health="gone"}': "1x10 0x50"},
        labels={"room": "ingest", "health": "gone"},
    ),
    Alert(
        "WiredeskIngestAway",
        "max by (room) (wiredesk_ingest_away_seconds) > 120",
        "0m",
        Severity.CRITICAL,
        "No broker answers ingest: nothing is taken, files wait, and requests are told to come back",
        "Look at the broker; ingest goes on by itself",
        fires={'wiredesk_ingest_away_seconds{room="ingest"}': "0+60x60"},
        quiet={'wiredesk_ingest_away_seconds{room="ingest"}': "0x20 60 0x39"},
        labels={"room": "ingest"},
    ),
    Alert(
        "WiredeskOld",
        f"histogram_quantile(0.95, sum by (room, le) (rate(wiredesk_age_seconds_bucket[10m]))) > {OLD_SECONDS}",
        "10m",
        Severity.WARNING,
        f"One item of twenty is older than {OLD_SECONDS} s behind {{{{ $labels.room }}}}",
        "The first room in the chain that shows it is the slow one; an archive at its own times is old by itself",
        fires={
            f'wiredesk_age_seconds_bucket{{le="60",{IN[1:]}': "0+5x60",
            f'wiredesk_age_seconds_bucket{{le="300",{IN[1:]}': "0+10x60",
            f'wiredesk_age_seconds_bucket{{le="+Inf",{IN[1:]}': "0+10x60",
        },
        quiet={
            f'wiredesk_age_seconds_bucket{{le="0.5",{IN[1:]}': "0+10x60",
            f'wiredesk_age_seconds_bucket{{le="60",{IN[1:]}': "0+10x60",
            f'wiredesk_age_seconds_bucket{{le="+Inf",{IN[1:]}': "0+10x60",
        },
    ),
    Alert(
        "WiredeskSlowTransactions",
        "histogram_quantile(0.99, sum by (room, le) (rate(wiredesk_transaction_seconds_bucket[10m])))"
        f" > {TRANSACTION_SECONDS / 4:g}",
        "10m",
        Severity.WARNING,
        f"Transactions of {{{{ $labels.room }}}} take longer than a quarter of the {TRANSACTION_SECONDS} s that "
        "end a worker",
        "Look at the brokers' disks and at the machine's load; WIREDESK_BATCH_RECORDS makes transactions shorter",
        fires={
            f'wiredesk_transaction_seconds_bucket{{le="5",{IN[1:]}': "0x60",
            f'wiredesk_transaction_seconds_bucket{{le="10",{IN[1:]}': "0+10x60",
            f'wiredesk_transaction_seconds_bucket{{le="+Inf",{IN[1:]}': "0+10x60",
        },
        quiet={
            f'wiredesk_transaction_seconds_bucket{{le="0.05",{IN[1:]}': "0+10x60",
            f'wiredesk_transaction_seconds_bucket{{le="+Inf",{IN[1:]}': "0+10x60",
        },
    ),
    Alert(
        "WiredeskRestarts",
        "max by (room) (changes(wiredesk_start_time_seconds[15m])) > 2",
        "0m",
        Severity.CRITICAL,
        "A worker of {{ $labels.room }} ends and starts again and again",
        "Its log's last line says why: docs/operations.md#exit-codes",
        fires={'wiredesk_start_time_seconds{room="tag"}': "1x17 2 2 3 3 4 4 5x40"},
        quiet={'wiredesk_start_time_seconds{room="tag"}': "1x20 2x40"},
    ),
)

"""`wiredesk alerts test`: what desks would have been sent, by a capture of alerts and files of routes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from route_driver import MINUTE_MS, START_MS, alert

from pipeline.captures import to_line
from pipeline.cli import main
from pipeline.envelope import TIME, TYPE, RecordType
from pipeline.items import dump, instant
from pipeline.records import Position, Record

REMINDING = """
desks: {news: {budget: {hour: 99, day: 99}}, chief: {}}
routes:
- {name: kills, match: {events: [kill]}, desks: [news], repeat_interval: 1m, escalate: {after: 2m, to: chief}}
- {name: sport, match: {terms: [golf]}, desks: [chief]}
- {name: rest, desks: [news]}
"""
SILENT = REMINDING.replace(", repeat_interval: 1m, escalate: {after: 2m, to: chief}", "").replace(
    "[golf]}, desks: [chief]}",
    "[golf]}, desks: [chief]}\n- {name: fast, match: {levels: [urgent]}, desks: [chief]}",
)
ALERTS: list[tuple[str, float, dict[str, Any]]] = [
    ("kill", 0, {"uri": "d1"}),
    ("urgent", 10, {"uri": "d2", "thread": "s2"}),
    ("growing", 10.5, {"uri": "d3", "thread": "s3", "level": "notice"}),
    ("kill", 11, {"uri": "d4", "thread": "s4"}),
]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """Four alerts, one after the other in the log: their offsets leave no room for ticks."""
    lines = []
    for number, (event, minute, more) in enumerate(ALERTS):
        time_ms = START_MS + round(minute * MINUTE_MS)
        headers = ((TYPE, RecordType.ALERT.encode()), (TIME, instant(time_ms).isoformat().encode()))
        value = dump(alert(number, event, minute, **more))
        lines.append(to_line(Record(Position("wire.alerts", 0, number), b"s", value, headers, time_ms)))
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def run(tmp_path: Path, capture: Path, text: str, *more: str) -> Result:
    path = tmp_path / "routes.yaml"
    path.write_text(text, "utf-8")
    return CliRunner().invoke(main, ["alerts", "test", str(path), str(capture), *more])


def test_reminders_and_escalations_are_among_what_would_be_sent(tmp_path: Path, capture: Path) -> None:
    """Time passes between the alerts of a capture, and after the last one, as it does on a broker."""
    result = run(tmp_path, capture, REMINDING, "--json")
    assert result.exit_code == 0, result.stderr
    sent = [json.loads(line) for line in result.stdout.splitlines()]
    kinds = [(one["desk"], one["kind"]) for one in sent]
    assert kinds.count(("news", "alert")) == 4
    assert (kinds.count(("news", "reminder")), kinds.count(("chief", "escalation"))) == (6, 2)


def test_the_report_says_what_is_odd_about_the_routes(tmp_path: Path, capture: Path) -> None:
    """How many at most a day for each desk, and which route took nothing."""
    shown = run(tmp_path, capture, REMINDING).stdout
    assert "4 alerts\n" in shown
    assert "route 'sport' took none of the alerts" in shown
    assert "route 'rest' took none" not in shown
    row = next(line.split() for line in shown.splitlines() if line.startswith("news "))
    assert row[1:3] == ["10", "10"]


def test_what_another_file_does_differently(tmp_path: Path, capture: Path) -> None:
    """Alert by alert; the same file does the same."""
    old = tmp_path / "old.yaml"
    old.write_text(REMINDING, "utf-8")
    result = run(tmp_path, capture, SILENT, "--against", str(old), "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["desk"], row["before"] == "not sent", row["alert"]) for row in rows] == [
        ("chief", True, "URGENT: Ferry 1"),
        ("news", False, "URGENT: Ferry 1"),
    ]
    assert "no difference" in run(tmp_path, capture, REMINDING, "--against", str(old)).stderr

"""The rules and the dashboard name metrics that exist, and each rule fires when it should and only then."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipeline.runtime.metrics.alerts import ALERTS, Alert
from pipeline.runtime.metrics.table import METRICS, PREFIX, Kind
from tests.needs import Need, needs
from tests.waiting import PROCESS_SECONDS
from tools import metrics

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / metrics.RULES
PAGE = ROOT / "docs" / "operations.md"
SUFFIXES = ("_bucket", "_sum", "_count")


def known() -> set[str]:
    """The names of all samples."""
    histograms = {metric.full_name for metric in METRICS if metric.kind is Kind.HISTOGRAM}
    return {metric.full_name for metric in METRICS} | {name + suffix for name in histograms for suffix in SUFFIXES}


def expressions() -> Iterator[str]:
    """All PromQL that we ship."""
    yield from (alert.expression for alert in ALERTS)
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "wiredesk.json").read_text("utf-8"))
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ()))


def promtool(*arguments: object) -> str:
    """The output of promtool; Debian has it in the package prometheus."""
    command = shutil.which("promtool")
    needs(Need.PROMTOOL, command)
    assert command
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True, timeout=PROCESS_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_name_exists() -> None:
    """A rule for a metric that was renamed never fires, and nobody is told."""
    named = {name for text in expressions() for name in re.findall(rf"\b{PREFIX}\w+", text)}
    assert named <= known()
    assert len(named) > len(ALERTS)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_every_rule_has_its_tests(alert: Alert) -> None:
    """It fires for a series of the metrics that it reads, and is quiet for another; its remedy is in our pages."""
    read = set(re.findall(rf"\b{PREFIX}\w+", alert.expression))
    for series in (alert.fires, alert.quiet):
        assert {name.split("{")[0] for name in series} <= read
    assert alert.fires != alert.quiet
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).strip().replace(" ", "-")
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"operations\.md#([a-z-]+)", alert.remedy)) <= headings
    assert set(re.findall(r"\$labels\.(\w+)", alert.summary)) <= set(alert.labels)


def test_the_panels_do_not_overlap() -> None:
    """Each is inside Grafana's grid of 24 columns, on a place of its own."""
    panels = json.loads((ROOT / "deploy" / "grafana" / "wiredesk.json").read_text("utf-8"))["panels"]
    taken: set[tuple[int, int]] = set()
    for place in (panel["gridPos"] for panel in panels):
        columns = range(place["x"], place["x"] + place["w"])
        cells = {(x, y) for x in columns for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < metrics.ROW_WIDTH
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_promtool_accepts_the_rules() -> None:
    """Each fires for its series and is quiet for the other."""
    assert f"{len(ALERTS)} rules found" in promtool("check", "rules", RULES)
    assert "SUCCESS" in promtool("test", "rules", RULES.with_name(metrics.TESTS))


def test_promtool_can_read_the_dashboard(tmp_path: Path) -> None:
    """Every expression is PromQL: as the rule of a recording it is parsed."""
    rules = [
        {"record": f"panel:{number}", "expr": text.replace("$__rate_interval", "5m")}
        for number, text in enumerate(expressions())
    ]
    file = tmp_path / "panels.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), "utf-8")
    assert f"{len(rules)} rules found" in promtool("check", "rules", file)

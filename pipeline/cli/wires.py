"""publish, tail, capture, replay: records in and out."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from pipeline import settings
from pipeline.cli import EXIT_UNREACHABLE, EXIT_WRONG, fail, reached
from pipeline.cli.bar import Bar, console
from pipeline.cli.parameters import (
    FEED,
    READABLE,
    READABLE_FILE,
    WRITABLE_FILE,
    WRITABLE_FOLDER,
    Number,
    OneOf,
    OneOfLater,
    Source,
    Whole,
    loaded,
)
from pipeline.outside import shown
from pipeline.topology import TOPICS

if TYPE_CHECKING:
    from pipeline.envelope import Headers
    from pipeline.runtime.publish.sources import Skipped

OLD = "[yellow]hint[/] {name} is dated {date}: sent as of now, old copy forms no stories. Use --at-their-time."
AHEAD = "[yellow]hint[/] {count} held: dated after their arrival, so taken for planned. Use --at-their-time."
SPOOL = "{error}: --at-their-time keeps the payloads in a temporary file (TMPDIR) to sort them"


def _known(path: Path) -> dict[str, Headers]:
    """What a file knows of each of its feeds; exit code 2 if it cannot be used."""
    from pipeline.ingest.feeds import load_feeds

    feeds = loaded(load_feeds, path, "--feeds: ", "docs/feeds.md")
    return {name: feed.headers for name, feed in feeds.with_defaults().items()}


def _formats() -> Iterable[str]:
    from pipeline.formats import FORMATS

    return FORMATS


@click.command()
@click.argument("paths", nargs=-1, required=True, type=Source())
@click.option(
    "--feed",
    type=FEED,
    help="The feed these payloads come from; without it the name of their folder, or of a file of JSON lines.",
)
@click.option(
    "--format",
    "format_name",
    type=OneOfLater(_formats),
    help="Their format, if you know it; otherwise the content decides.",
)
@click.option(
    "--feeds",
    "feeds_file",
    type=READABLE_FILE,
    help="A file of feeds: what it knows of a feed (zone, language …) goes with its payloads; others are skipped.",
)
@click.option(
    "--rate", type=Number(min=0.01), help="Payloads a second, at most; without it as fast as the broker takes them."
)
@click.option(
    "--at-their-time",
    is_flag=True,
    help="Place each payload by its items' own dates, all of them in that order: for samples and archives.",
)
@click.option(
    "--quiet",
    is_flag=True,
    help="Raise no alert by these payloads, nor by what they cause: for archives.",
)
@click.option(
    "--patience",
    type=Number(min=0),
    default=900,
    show_default=True,
    help="Seconds to wait for a broker that is away.",
)
def publish(
    paths: tuple[str, ...],
    feed: str | None,
    format_name: str | None,
    feeds_file: Path | None,
    rate: float | None,
    at_their_time: bool,
    quiet: bool,
    patience: float,
) -> None:
    """Publish payloads to wire.raw.

    PATHS are files (one payload each), folders (all files in them, in order of name), JSON lines (.jsonl,
    .ndjson, also .gz: one payload a line), captures (what `wiredesk capture` or `kcat -J` wrote), or - for stdin.
    Every delivery is checked.  What cannot be read or is too large is named and skipped: exit code 1.
    Copy counts as received now, and old copy then forms no stories: give --at-their-time for samples and archives,
    and --quiet where nobody is to be alerted of what is long known.
    """
    with Bar() as bar:
        from pipeline.runtime.progress import less_and_less_often
        from pipeline.runtime.publish import known, own_time, publisher, sources

        sent = 0

        def on_progress(report: publisher.PublishReport) -> None:
            nonlocal sent
            sent = report.sent
            if report.sent:  # what is skipped is reported while all is read
                bar("sending", report.sent, 0)

        def on_read(count: int) -> None:
            bar("reading", count, 0)

        def on_old(name: str, date: datetime) -> None:
            console.print(OLD.format(name=escape(shown(name)), date=f"{date:%-d %B %Y}"), soft_wrap=True)

        @less_and_less_often
        def on_wait(cause: str) -> None:
            bar("waiting for the broker", 0, 0)
            console.print(f"[yellow]waiting[/] at most {patience:g} s: {escape(cause)}", soft_wrap=True)

        bar("reading" if at_their_time else "sending", 0, 0)
        found = sources.payloads(paths, feed, format_name)
        if feeds_file:
            found = known.with_what_is_known(found, _known(feeds_file), str(feeds_file))
        if at_their_time:
            found = own_time.at_their_time(found, time.time_ns() // 1_000_000, on_read)
        else:
            found = own_time.with_hint(found, on_old)
        options = publisher.PublishOptions(on_progress, on_wait, patience, quiet)
        try:
            report = publisher.publish(settings.load().connection, found, rate, options)
        except KeyboardInterrupt:
            fail(f"interrupted: {sent} were delivered; send all again, a repeat does no harm", EXIT_WRONG)
        except publisher.NotDelivered as error:
            fail(str(error), EXIT_UNREACHABLE)
        except sqlite3.Error as error:
            fail(SPOOL.format(error=error), EXIT_WRONG)
    console.print(f"{report.sent} sent, {len(report.skipped)} skipped")
    _name_skipped(report.skipped)


@click.command()
@click.argument("topic", metavar="[TOPIC]", type=OneOf(sorted(TOPICS)), default="wire.enriched")
@click.option("--json", "as_json", is_flag=True, help="One capture line a record, for machines.")
@click.option(
    "-n",
    "last",
    type=Whole(min=0),
    default=10,
    show_default=True,
    help="Begin with this many of the latest records.",
)
@click.option("--no-follow", is_flag=True, help="Stop at the present end.")
def tail(topic: str, as_json: bool, last: int, no_follow: bool) -> None:
    """Show the records of TOPIC as they come, one line each; without it wire.enriched."""
    out = Console(highlight=False, soft_wrap=True)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError), Bar() as bar:
        from pipeline.captures import to_line
        from pipeline.runtime.kafka.reader import read_topics
        from pipeline.runtime.record_lines import record_line

        connection = reached().connection
        bar(f"reading {topic}" if no_follow else f"waiting for records of {topic}; Ctrl-C ends it", 0, 0)
        for record in read_topics(connection, [topic], last, follow=not no_follow):
            bar("", 0, 0)
            if as_json:
                sys.stdout.buffer.write(to_line(record))
                sys.stdout.buffer.flush()
            else:
                out.print(record_line(record))


@click.command()
@click.argument("topic", metavar="TOPIC", type=OneOf(sorted(TOPICS)))
@click.option("--out", type=WRITABLE_FILE, help="File to write; stdout without it.")
@click.option("--follow", is_flag=True, help="Go on until Ctrl-C.")
def capture(topic: str, out: Path | None, follow: bool) -> None:
    """Write TOPIC, from its beginning, as a capture: JSON lines as `kcat -J` prints them.

    A capture of wire.raw replays in a test: `wiredesk replay FILE --out DIR`.  wire.raw, wire.normalised, wire.dead
    and the journals are confidential: they may hold embargoed copy and non-public notes.
    """
    from pipeline.runtime.kafka.reader import capture_topic
    from pipeline.runtime.progress import ignore_progress

    connection = reached().connection  # before a file is made that would stay empty
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(out.open("wb")) if out else sys.stdout.buffer
        bar = stack.enter_context(Bar()) if out else ignore_progress
        try:
            count = capture_topic(
                connection, topic, target, follow, lambda count: bar(f"reading {topic}", count, 0)
            )
        except KeyboardInterrupt:
            return
    console.print(f"{count} records")


@click.command()
@click.argument("files", nargs=-1, required=True, type=READABLE)
@click.option("--out", type=WRITABLE_FOLDER, required=True, help="Folder for one capture a topic.")
@click.option(
    "--feed", type=FEED, help="The feed of FILES that are plain payloads; the name of their folder without it."
)
@click.option("--at-their-time", is_flag=True, help="Place each payload by its items' own dates, in that order.")
@click.option("--rules", type=READABLE_FILE, help="Alert rules; the packaged ones without it.")
@click.option("--routes", type=READABLE_FILE, help="Who gets which alerts; the packaged file without it.")
def replay(
    files: tuple[Path, ...],
    out: Path,
    feed: str | None,
    at_their_time: bool,
    rules: Path | None,
    routes: Path | None,
) -> None:
    """Replay FILES in memory, without a broker: one JSON-lines file per output topic in the folder --out.

    FILES are captures, or payloads (files, folders, JSON lines) that are taken to have arrived one second apart
    from 2022-01-03T00:00:00Z on, or at their own dates.  The same files give the same bytes, every time.
    """
    with Bar() as bar:
        from pipeline.alert.rules import load_rules
        from pipeline.captures import to_line
        from pipeline.replay import NotReplayable, account, planned, replay_of_capture
        from pipeline.route.rules import load_routes
        from pipeline.runtime import replay_input
        from pipeline.topology import Options

        options = Options(
            rules=loaded(load_rules, rules, "--rules: ") if rules else None,
            routes=loaded(load_routes, routes, "--routes: ") if routes else None,
        )
        bar("reading", 0, 0)
        read = replay_input.read_at_their_time if at_their_time else replay_input.read_input
        try:
            records, skipped = read(files, feed, lambda count: bar("reading", count, 0))
        except sqlite3.Error as error:
            fail(SPOOL.format(error=error), EXIT_WRONG)
        try:
            run, chosen = replay_of_capture(records, options)
        except (NotReplayable, ValueError) as error:
            if skipped and not records:
                _name_skipped(skipped)
            fail(str(error), EXIT_WRONG)
        out.mkdir(parents=True, exist_ok=True)  # a replay can take an hour
        for done, record in enumerate(chosen):
            bar("replaying (a first time compiles the rooms' code: a minute)", done, len(chosen))
            run.process([record])
    for topic in sorted(run.log):
        with (out / f"{topic}.jsonl").open("wb") as file:
            file.writelines(to_line(record) for record in run.log[topic])
    if run.rooms[0] == "normalise":
        console.print(account(run).line(), soft_wrap=True)
        if count := planned(run):
            console.print(AHEAD.format(count=count), soft_wrap=True)
    _name_skipped(skipped)


def _name_skipped(skipped: Sequence[Skipped]) -> None:
    """Name what was skipped; exit code 1 if anything was."""
    for one in skipped:
        console.print(f"[red]skipped[/] {escape(shown(f'{one.name}: {one.reason}'))}", soft_wrap=True)
    if skipped:
        sys.exit(EXIT_WRONG)

"""The process of `wiredesk ingest`: its file, its signals, its pages, and how it ends."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from pipeline.ingest.contract import Health, named
from pipeline.ingest.feeds import Feeds, load_feeds
from pipeline.ingest.push import PushFeed
from pipeline.runtime import garbage
from pipeline.runtime.exit_codes import EXIT_SETTINGS, EXIT_TAKEN_OVER, EXIT_WRONG
from pipeline.runtime.ingest.figures import IngestFigures
from pipeline.runtime.ingest.hangups import Hangups
from pipeline.runtime.ingest.ledger import PLACE, UnreadableLedger
from pipeline.runtime.ingest.owner import RAW, LedgerOwner, TakenOver
from pipeline.runtime.ingest.push_access import Access
from pipeline.runtime.ingest.push_opening import take_requests
from pipeline.runtime.ingest.rights import missing_right
from pipeline.runtime.ingest.shell import Shell
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.kafka.rights import Operation
from pipeline.runtime.kafka.topics import need
from pipeline.runtime.metrics.page import Page
from pipeline.runtime.secrets import Secrets, secrets_of
from pipeline.runtime.worker import health
from pipeline.runtime.worker.exits import STOP_SECONDS, end_hard_after, exit_code_of
from pipeline.runtime.worker.reach import once_reached
from pipeline.settings import Misconfigured, Settings

# Members whose secrets have lines.  Any other is sent in one: in a header, or to log in.
OF_LINES = ("key", "known_hosts")

log = structlog.get_logger("wiredesk.ingest")


def read_secrets(feeds: Feeds) -> Secrets:
    """All secrets of the file.  Raises Misconfigured, which names each feed and reference that is wrong."""
    secrets, problems = secrets_of(feeds.holders())
    problems += [] if problems else impossible(feeds, secrets)
    if problems:
        raise Misconfigured("\n".join(problems))
    return secrets


def impossible(feeds: Feeds, secrets: Secrets) -> list[str]:
    """What cannot be right although it is there, a sentence each."""
    problems = []
    for name, feed in feeds.feeds.items():
        of_lines = {getattr(feed, member, None) for member in OF_LINES}
        problems += [
            f"feed {name!r}: {reference} has a line end or another control character inside; write it in one line"
            for reference in feed.references
            if reference not in of_lines and any(ord(one) < 32 or ord(one) == 127 for one in secrets(reference))
        ]
        if isinstance(feed, PushFeed):
            for reference in feed.secrets:
                try:
                    Access((secrets(reference),))
                except ValueError as error:
                    problems.append(f"feed {name!r}: {reference} {error}")
    return problems


def await_topics(settings: Settings) -> None:
    """Wait for a broker.  Raises NoTopic and Forbidden, and Refusal if none answers for a while."""
    for topics, operation in (((RAW, PLACE.topic), Operation.WRITE), ((PLACE.topic,), Operation.READ)):
        once_reached(settings, "ingest", partial(need, settings.connection, topics, operation))


@dataclass
class IngestProcess:
    """One process."""

    settings: Settings
    file: Path
    feeds: Feeds
    secrets: Secrets
    hangups: Hangups | None = None  # that are taken since before there was a loop
    exit_code: int = 0
    requests: Counter[str] = field(default_factory=Counter)  # by outcome
    shell: Shell = field(init=False)

    def __post_init__(self) -> None:
        connection, seconds = KafkaLog(self.settings.connection), self.settings.transaction_seconds
        self.shell = Shell(LedgerOwner(connection, self.settings.app_id, self.settings.instance, seconds))

    def run(self) -> int:
        """Until SIGTERM or Ctrl-C; the exit code."""
        return asyncio.run(self._until_asked(self._work))

    def run_once(self, say: Callable[[str], None]) -> int:
        """Give each feed one turn; the exit code, 1 if one failed."""

        async def work() -> None:
            for turns in await self.shell.run_once(self.feeds.with_defaults(), self.secrets):
                status = turns.status
                why = f"; {status.health}: {status.detail}" if status.health is not Health.OK else ""
                say(f"{turns.name}: {status.payloads} payloads{why}")
                if why and status.health is not Health.WAITING:
                    self.exit_code = EXIT_WRONG

        return asyncio.run(self._until_asked(work))

    async def _until_asked(self, work: Callable[[], Awaitable[None]]) -> int:
        """Do the work until it ends, or a signal asks for the end."""
        garbage.look_seldom()
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work())
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, self._stop, task)
        try:
            await task
        except asyncio.CancelledError:
            log.info("stopped", payloads=self.shell.committer.counts.payloads)
        except TakenOver as error:
            self._end(str(error), EXIT_TAKEN_OVER)
        except UnreadableLedger as error:
            self._end(f"{error}; docs/feeds.md shows what to do", EXIT_SETTINGS)
        except Exception as caught:
            why = missing_right(self.settings, caught) or caught
            self._end(str(why) or type(why).__name__, exit_code_of(why))
        end_hard_after(STOP_SECONDS, self.exit_code)  # a thread that a share holds would hold the end, too
        return self.exit_code

    def _stop(self, task: asyncio.Future[None]) -> None:
        end_hard_after(STOP_SECONDS, self.exit_code)
        task.cancel()

    def _end(self, why: str, code: int) -> None:
        log.error("ended", why=why, exit_code=code)
        self.exit_code = code

    async def _work(self) -> None:
        feeds = self.feeds.with_defaults()
        taking = take_requests(self.shell, lambda: self.feeds, self.requests)
        beside = [asyncio.create_task(taking)]
        if self.settings.health_port:
            host, port = self.settings.health_host, self.settings.health_port
            figures = IngestFigures(self.shell, self.requests)
            page = Page(figures.view)
            beside.append(asyncio.create_task(health.serve(host, port, figures.health, page)))
        asked = asyncio.Event()
        (self.hangups or Hangups()).tell(asked)
        beside.append(asyncio.create_task(self._reload_when(asked)))
        telling = asyncio.create_task(self._tell_of_left_out())  # it ends by itself, and ends nothing
        log.info("started", file=str(self.file), feeds=len(feeds), instance=self.settings.instance)
        working = asyncio.create_task(self.shell.run(feeds, self.secrets))
        try:
            await asyncio.wait({working, *beside}, return_when=asyncio.FIRST_COMPLETED)
            for task in beside:
                if task.done():
                    task.result()  # a page that cannot be served
            await working
        finally:
            for task in (working, telling, *beside):
                task.cancel()
            for task in (*beside, telling, working):
                with suppress(asyncio.CancelledError, Exception):
                    await task

    async def _tell_of_left_out(self) -> None:
        """One line, if the ledger has feeds that the file has not."""
        await self.shell.committer.ready.wait()
        if names := sorted(self.shell.owner.ledger.remembered() - self.feeds.feeds.keys()):
            remedy = "nothing is forgotten by itself: wiredesk ingest forget"
            log.info("remembered-feeds", not_in_file=named(names), remedy=remedy)

    async def _reload_when(self, asked: asyncio.Event) -> None:
        """One reading after the other, however often it is asked for."""
        while True:
            await asked.wait()
            asked.clear()
            await self._reload()

    async def _reload(self) -> None:
        """Take the file as it is now.  A wrong one is refused, and the former stays."""
        try:
            feeds = load_feeds(self.file)
            secrets = read_secrets(feeds)
            if feeds.listen != self.feeds.listen:
                raise ValueError(f"listen is {feeds.listen} now; that is changed by a new start")
            made = feeds.with_defaults()
        except (OSError, ValueError, Misconfigured) as error:
            log.error("not-reloaded", why=f"{error}; the former file stays in use")
            return
        self.feeds, self.secrets = feeds, secrets
        changes = await self.shell.change(made, secrets)
        log.info("reloaded", file=str(self.file), feeds=len(made), **changes)
        await self._tell_of_left_out()

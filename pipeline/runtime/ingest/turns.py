"""Each feed's turn: asked, taken, committed, and what follows the commit; one step at a time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import structlog

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import Connector, Health, Incoming, Known, Taken
from pipeline.ingest.feed import Feed
from pipeline.runtime.ingest.committer import Committer, Superseded
from pipeline.runtime.ingest.driver import Driver
from pipeline.runtime.ingest.ledger import BeingForgotten, UnreadableLedger

AFTER_A_BUG_MS = 60_000  # until a feed whose connector failed is asked again
STEPS_AT_ONCE = 64  # of the feeds of one way in: each may have TAKEN_BYTES_MAX of payloads
WARNED_MAX = 200  # sentences of a feed that are remembered as said
AGAIN_MS_MIN = 10  # from one turn of a feed to the next, unless it is woken

FORGOTTEN = (
    "it was forgotten (wiredesk ingest forget), so nothing is taken of it any more; if it is to begin anew, keep "
    "it in the file and send SIGHUP"
)

FORGETTING = (
    "it is being forgotten, and begins anew when that has ended; if that was cut off, take it out of the file and "
    "ask again (wiredesk ingest forget)"
)
FORGETTING_SECONDS = 1.0  # from one look at whether that has ended to the next

log = structlog.get_logger("wiredesk.ingest")


@dataclass
class FeedStatus:
    """How a feed is, for the page of the process and for `--once`."""

    health: Health | None = None  # None: not asked yet
    detail: str = ""
    payloads: int = 0
    asked_ms: int | None = None
    payload_ms: int | None = None  # when the last one was committed
    warnings: int = 0

    def shown(self, kind: str) -> dict[str, object]:
        """As the page has it."""
        found = asdict(self)
        return {"kind": kind, **found, "health": self.health.value if self.health else "new"}


class Forgotten(Exception):
    """The ledger has lost what it had of the feed."""


@dataclass
class FeedTurns:
    """One feed at work."""

    name: str
    feed: Feed
    connector: Connector[Any, Any, Any, Any]
    driver: Driver[Any, Any, Any]
    committer: Committer
    slots: asyncio.Semaphore
    now_ms: Callable[[], int]
    status: FeedStatus = field(default_factory=FeedStatus)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._warned: OrderedDict[str, None] = OrderedDict()
        self._seen: Mapping[bytes, int] | None = None  # the memory that it began with

    @property
    def begins_anew(self) -> bool:
        """Whether it does so when the file is read again, also if its row is as it was."""
        return self._is_forgotten or any(self.feed.references)

    @property
    def _is_forgotten(self) -> bool:
        found = self.committer.owner.ledger.feeds.get(self.name)
        return self._seen is not None and (found is None or found.seen is not self._seen)

    async def run(self) -> None:
        """Until cancelled, or until the ledger has of it what cannot be read."""
        try:
            while True:
                await self._sleep(await self.turn())
        except UnreadableLedger as error:
            self._say(Taken(health=Health.BROKEN, detail=str(error)))

    async def turn(self) -> int | None:
        """Ask, and take what comes of it, until nothing is to be asked at once; when to ask again."""
        while True:
            await self.committer.ready.wait()
            try:
                return await self._steps()
            except Superseded:
                self.driver.begin_anew()
            except BeingForgotten:
                self._say(Taken(health=Health.GONE, detail=FORGETTING))
                return self.now_ms() + round(FORGETTING_SECONDS * 1000)
            except Forgotten:
                self._say(Taken(health=Health.GONE, detail=FORGOTTEN))
                await self.driver.close()
                return None

    async def _steps(self) -> int | None:
        owner = self.committer.owner
        generation = owner.generation
        question: Any = None
        is_first = True
        while is_first or question is not None:
            async with self.slots:
                known = self._known()
                asked_ms = self.status.asked_ms = self.now_ms()
                try:
                    question = self.connector.ask(known, asked_ms) if is_first else question
                    answer = await self.driver.answer(question)
                    taken = self.connector.take(known, question, answer, self.now_ms())
                except Exception as error:  # one feed's bug is no other feed's
                    taken = self._failed(error)
                taken = self._without_large(taken)
                is_first = False
                await self._commit(taken, generation)
            await self._follow_up(taken)
            question = taken.then
        return taken.again_ms

    def _known(self) -> Known[Any]:
        if self._is_forgotten:
            raise Forgotten
        ledger = self.committer.owner.ledger
        self._seen = ledger.seen(self.name)
        return ledger.known(self.name, self.connector)

    async def _commit(self, taken: Taken[Any, Any, Any], generation: int) -> None:
        is_new = taken.cursor is not None or taken.payloads or taken.seen or taken.forget
        if is_new:
            await self.committer.commit(self.name, self.connector.kind, self.feed.headers, taken, generation)
        if taken.payloads:
            self.status.payloads += len(taken.payloads)
            self.status.payload_ms = self.now_ms()

    async def _follow_up(self, taken: Taken[Any, Any, Any]) -> None:
        problems: Iterable[str] = ()
        if taken.after:
            try:
                problems = await self.driver.done(taken.after)
            except Exception as error:  # likewise; what is not done is asked for again
                problems = (self._failed(error).detail,)
        self._say(taken)
        self._warn(problems)

    def _failed(self, error: Exception) -> Taken[Any, Any, Any]:
        log.error("feed-bug", feed=self.name, error=repr(error), exc_info=error)
        detail = f"an error of ours: {type(error).__name__}; report it with the lines of the log"
        return Taken(health=Health.BROKEN, detail=detail, again_ms=self.now_ms() + AFTER_A_BUG_MS)

    def _without_large(self, taken: Taken[Any, Any, Any]) -> Taken[Any, Any, Any]:
        """Payloads that no format takes are named, and not written."""
        large = [one for one in taken.payloads if len(one.value) > PAYLOAD_BYTES_MAX]
        if not large:
            return taken
        self._warn(f"{one.name} is larger than a payload may be ({PAYLOAD_BYTES_MAX:,} bytes)" for one in large)
        kept: tuple[Incoming, ...] = tuple(one for one in taken.payloads if len(one.value) <= PAYLOAD_BYTES_MAX)
        return replace(taken, payloads=kept)

    def _say(self, taken: Taken[Any, Any, Any]) -> None:
        """One line when a feed gets better or worse, and one for each new warning."""
        before = (self.status.health, self.status.detail)
        self.status.health, self.status.detail = taken.health, taken.detail
        if taken.health is not Health.OK and before != (taken.health, taken.detail):
            log.warning("feed", feed=self.name, health=taken.health.value, why=taken.detail)
        elif taken.health is Health.OK and before[0] not in (None, Health.OK):
            log.info("feed", feed=self.name, health=taken.health.value)
        self._warn(one for one in taken.warnings if one != taken.detail)

    def _warn(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            if sentence not in self._warned:
                log.warning("feed-warning", feed=self.name, why=sentence)
                self.status.warnings += 1
            self._warned[sentence] = None
            self._warned.move_to_end(sentence)
            if len(self._warned) > WARNED_MAX:
                self._warned.popitem(last=False)

    async def _sleep(self, again_ms: int | None) -> None:
        """Until it is time, or the driver has something."""
        seconds = None if again_ms is None else max(again_ms - self.now_ms(), AGAIN_MS_MIN) / 1000
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.woken.wait()
        self.woken.clear()

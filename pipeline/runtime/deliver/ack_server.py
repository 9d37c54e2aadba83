"""`POST /ack`: takes acknowledgements, and writes the control that `wiredesk alerts ack` writes."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from pipeline.deliver import signatures
from pipeline.deliver.acknowledgements import BODY_BYTES_MAX, STATUSES, AckDecision, AckDesk, AckOutcome
from pipeline.deliver.receivers import Acknowledgements
from pipeline.deliver.requests import Secret
from pipeline.envelope import RecordType, addressed_headers
from pipeline.items import Control, content_id, dump
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.records import Out
from pipeline.runtime.log.port import ConnectionLost
from pipeline.runtime.request_log import RequestLog
from pipeline.topology import ROOMS

READ_SECONDS = 10.0  # for a request to come in whole
RETRY_SECONDS = 15.0  # to take the port, while another process has it
TAKER = "route"  # the room that it is for
WARNED = frozenset({AckOutcome.UNSIGNED, AckOutcome.UNTIMELY, AckOutcome.FORGED, AckOutcome.REPLAYED})

log = structlog.get_logger("wiredesk.deliver")


@dataclass
class AckServer:
    """One request at a time is decided and written, so that two at once are one."""

    settings: Acknowledgements
    secrets: Secret
    append: Callable[[Out], Awaitable[int]]  # writes a record.  Raises ConnectionLost
    counts: Counter[str] = field(default_factory=Counter)  # by outcome
    clock: Callable[[], float] = time.time
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._desk = AckDesk([signatures.key_of(self.secrets(one)) for one in self.settings.secrets])

    async def answer(self, headers: dict[str, str], body: bytes) -> AckOutcome:
        """What a request gets."""
        async with self._lock:
            decision = await self._written(self._desk.decide(headers, body, self.clock()))
            self._desk.remember(headers, decision)
        self.counts[decision.outcome.value] += 1
        if decision.outcome in WARNED:
            log.warning("ack-refused", why=decision.outcome.value, count=self.counts[decision.outcome.value])
        return decision.outcome

    async def serve(self) -> None:
        """Answer until cancelled."""
        from aiohttp import web

        async def ack(request: web.Request) -> web.Response:
            try:
                async with asyncio.timeout(READ_SECONDS):
                    body = await request.content.read(BODY_BYTES_MAX + 1)
                    while len(body) <= BODY_BYTES_MAX and (more := await request.content.read(BODY_BYTES_MAX)):
                        body += more
            except TimeoutError:
                return web.Response(status=408)
            headers = {name.lower(): value for name, value in request.headers.items()}
            outcome = await self.answer(headers, body)
            more_headers = {"Retry-After": "5"} if outcome is AckOutcome.UNWRITTEN else {}
            return web.json_response({"outcome": outcome.value}, status=STATUSES[outcome], headers=more_headers)

        app = web.Application()
        app.add_routes([web.post("/ack", ack)])
        host, _, port = self.settings.listen.rpartition(":")
        while True:
            runner = web.AppRunner(app, access_log=None, logger=RequestLog())
            await runner.setup()
            try:
                await web.TCPSite(runner, host.strip("[]"), int(port)).start()
                await asyncio.Event().wait()
            except OSError as error:  # notifications matter more than this
                why = (
                    f"acknowledgements cannot be taken at {self.settings.listen} ({error.strerror}); free the port"
                )
                log.error("ack-port", why=why)
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                await runner.cleanup()

    async def _written(self, decision: AckDecision) -> AckDecision:
        """The decision, once its control is written."""
        if decision.control is None:
            return decision
        try:
            await self.append(_record(decision.control, round(self.clock() * 1000)))
        except ConnectionLost:
            return AckDecision(AckOutcome.UNWRITTEN)
        return decision


def _record(control: Control, now_ms: int) -> Out:
    """The same control as that of the command, in the partition of all alerts (ADR 18)."""
    id_ = f"ack/{content_id('ack', control.notification or '', control.who)}"
    headers = addressed_headers(RecordType.CONTROL, TAKER, "ack", id_, now_ms)
    return Out(ROOMS[TAKER].source, b"", dump(control), headers, ALERTS_PARTITION)

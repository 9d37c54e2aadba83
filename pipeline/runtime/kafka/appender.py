"""Single records for an input topic, written by a worker beside its transactions: ticks and answers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from aiokafka import AIOKafkaProducer

from pipeline.connection import DURABLE, Connection
from pipeline.records import Out
from pipeline.runtime.kafka.translation import translated
from pipeline.runtime.log.port import ConnectionLost
from pipeline.runtime.log.retry import within

ANSWER_SECONDS = 5.0
STOP_SECONDS = 1.0  # of the producer


class Appended(NamedTuple):
    """Where the broker put a record, and the time that it stamped on it, milliseconds since 1970."""

    offset: int
    timestamp_ms: int


@dataclass
class Appender:
    """Writes one record after the other, outside of transactions, with a producer that is made for the first."""

    connection: Connection
    _producer: AIOKafkaProducer | None = None
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def append(self, out: Out) -> Appended:
        """Write the record.  Raises ConnectionLost; it may have been written all the same."""
        try:
            with translated():
                async with within(ANSWER_SECONDS):
                    producer = await self._started()
                    place, headers = (out.topic, out.value, out.key, out.partition), list(out.headers)
                    sent = await producer.send_and_wait(*place, headers=headers)
        except ConnectionLost:
            await self.close()
            raise
        return Appended(sent.offset, int(sent.timestamp))

    async def close(self) -> None:
        """Give up the producer; the next record gets a new one."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Exception):  # it is not used again
                async with asyncio.timeout(STOP_SECONDS):
                    await producer.stop()

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                self._producer = AIOKafkaProducer(**self.connection.arguments(), **DURABLE)
                await self._producer.start()
            return self._producer

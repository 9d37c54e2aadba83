"""One input partition of a room on Kafka: state, output and progress move together or not at all.

On assignment: take the transactional id (which fences a former owner and aborts what it left open), read the
journal, go on after its last record.  Then batch by batch: decide, and write outputs, dead letters and journal in
one transaction.  A crash at any point leaves either all of a batch or nothing of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer

from pipeline.records import TICK, Out, Record, Room
from pipeline.runtime import journal as journals
from pipeline.runtime.journal import Journal
from pipeline.settings import Settings
from pipeline.shard import FeedBroken, Shard
from pipeline.topology import RAW_BYTES_MAX, journal_topic

BATCH_BYTES = 1_048_576  # of one produce batch; one larger record goes alone
STOP_SECONDS = 5
TRANSACTION_TIMEOUT_MS = 15_000  # after which the broker aborts what a vanished owner left open

log = structlog.get_logger("wiredesk.keeper")


class Keeper:
    """Shard, journal and transactional producer of one partition.  All of its methods hold one lock."""

    def __init__(self, room: Room[Any, Any], partition: int, settings: Settings) -> None:
        self.room, self.partition, self.settings = room, partition, settings
        self.lock = asyncio.Lock()
        self.ready = False
        self.recovering = False
        self.recovered_seconds = 0.0
        # How far the records' time is behind the log's: nothing in live work, years with an archive.
        # Due times are compared in the records' time, or an archive's embargoes would end before their day comes.
        self.behind_ms = 0
        self._producer: AIOKafkaProducer | None = None
        self._forget()

    def _forget(self) -> None:
        self.shard = Shard(self.room, self.partition)
        self.journal = Journal(self.room.name, self.partition)
        self._ahead = False  # memory has what the journal may not have: a batch began and did not end

    async def open(self) -> None:
        """Become the owner: fence, read the journal on from where memory is, be ready."""
        async with self.lock:
            began = time.monotonic()
            self.ready, self.recovering = False, True
            await self._stop_producer()
            if self._ahead:
                self._forget()
            self._producer = self._new_producer()
            await self._producer.start()  # waits for InitProducerId
            count = await journals.read(self.settings.connection, self.journal, self.shard, self._say_progress)
            self.recovering, self.ready = False, True
            self.recovered_seconds = time.monotonic() - began
            if count > journals.READ_RECORDS:
                log.info("recovered", **self._name, records=count, seconds=round(self.recovered_seconds, 2))

    async def close(self) -> None:
        """Stop being the owner; what was not committed is the next owner's work."""
        async with self.lock:
            self.ready = False
            await self._stop_producer()

    async def commit(self, records: Sequence[Record]) -> int:
        """Decide on the records and write what follows in one transaction; how many of them died.

        Raises FeedBroken after the records before the breaker are committed; TimeoutError, or what the broker said,
        when the transaction fails: then nothing of it is visible, and the process has to end.
        """
        async with self.lock:
            assert self.ready
            self._ahead = True
            outputs: list[Out] = []
            entries: list[tuple[int, bytes]] = []
            died, broken = 0, None
            for record in records:
                if record.position.offset <= self.shard.position:
                    continue  # decided and committed before: Faust's hint trailed the journal
                try:
                    step = self.shard.step(record)
                except FeedBroken as error:
                    broken = error
                    break
                outputs += step.outputs
                entries.append((record.position.offset, step.journal))
                if record.type != TICK:
                    self.behind_ms = max(0, record.timestamp_ms - record.arrived_ms)
                if step.died:
                    died += 1
                    log.warning("died", **self._name, at=str(record.position), reason=str(step.died))
            if entries:
                await self._write(outputs, entries)
            self._ahead = False
            if broken:
                raise broken
            return died

    async def trim(self) -> None:
        """Say again what outlives the window, then delete the journal behind it, if that is worth a request."""
        async with self.lock:
            cut = self.journal.cut(self.shard.floor()) if self.ready else None
            if cut is None:
                return
            journal_offset, source_offset = cut
            self._ahead = True
            carries = [(self.shard.position, value) for value in self.shard.carry(source_offset)]
            if carries:
                await self._write([], carries)
            self._ahead = False
            await journals.delete_below(self.settings.connection, self.journal.tp, journal_offset)
            self.journal.trimmed(journal_offset)
            log.info("trimmed", **self._name, before=journal_offset, carried=len(carries))

    async def reset_breaker(self) -> None:
        """Forget the dead so far, durably."""
        async with self.lock:
            await self._write([], [(self.shard.position, self.shard.reset_breaker())])

    @property
    def _name(self) -> dict[str, Any]:
        return {"room": self.room.name, "partition": self.partition}

    def _say_progress(self, done: int, total: int) -> None:
        log.info("recovering", **self._name, journal=done, of=total)

    def _new_producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **self.settings.connection.arguments(),
            transactional_id=f"{self.settings.app_id}.{self.room.name}-{self.partition}",
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            request_timeout_ms=TRANSACTION_TIMEOUT_MS,
            retry_backoff_ms=50,
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=RAW_BYTES_MAX,
        )

    async def _stop_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:  # an open transaction is never committed here; the next owner's fence aborts it
            await asyncio.wait_for(producer.stop(), STOP_SECONDS)
        except Exception as error:  # whatever it is, the producer is gone for us
            log.warning("producer-stop", **self._name, error=repr(error))

    async def _write(self, outputs: list[Out], entries: list[tuple[int, bytes]]) -> None:
        """One transaction, with a deadline: aiokafka has none, and can hang for ever after a broker's crash."""
        journal_out = [
            Out(journal_topic(self.room.name), b"", value, partition=self.partition) for _, value in entries
        ]
        async with asyncio.timeout(self.settings.transaction_seconds):
            written = await self._transaction(outputs, journal_out)
        for (source_offset, _), journal_offset in zip(entries, written, strict=True):
            self.journal.note(journal_offset, source_offset)
        self.journal.end = written[-1] + 1
        self.journal.records += len(entries)

    async def _transaction(self, outputs: list[Out], journal_out: list[Out]) -> list[int]:
        """Write both and commit; the journal's offsets.  Every delivery is awaited before the commit."""
        producer = self._producer
        assert producer is not None
        await producer.begin_transaction()
        output_deliveries = [
            await producer.send_batch(batch, topic, partition=partition)
            for topic, partition, batch in batches(producer, outputs)
        ]
        journal_deliveries = [
            (await producer.send_batch(batch, topic, partition=partition), batch.record_count())
            for topic, partition, batch in batches(producer, journal_out)
        ]
        await asyncio.gather(*output_deliveries)
        stored = [(await delivery, count) for delivery, count in journal_deliveries]
        await producer.commit_transaction()
        return [place.offset + at for place, count in stored for at in range(count)]


def batches(producer: AIOKafkaProducer, outputs: Sequence[Out]) -> list[tuple[str, int, Any]]:
    """The outputs in produce batches, (topic, partition, batch), in order within each partition."""
    now_ms = int(time.time() * 1000)  # never seen: all topics are LogAppendTime
    full: list[tuple[str, int, Any]] = []
    filling: dict[tuple[str, int], Any] = {}
    for out in outputs:
        assert out.partition is not None
        place = (out.topic, out.partition)
        for _ in range(2):
            if place not in filling:
                filling[place] = producer.create_batch()
                full.append((*place, filling[place]))
            if filling[place].append(timestamp=now_ms, key=out.key, value=out.value, headers=list(out.headers)):
                break
            del filling[place]  # full; an empty batch takes any record
    return full

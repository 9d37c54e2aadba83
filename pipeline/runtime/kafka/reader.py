"""Records out of topics, to their present end or without end.  Only committed records are read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import TracebackType
from typing import IO, Any

from kafka import KafkaConsumer, TopicPartition

from pipeline.captures import to_line
from pipeline.connection import Connection
from pipeline.records import Position, Record
from pipeline.runtime.kafka.header_names import let_kafka_python_read_any_name
from pipeline.runtime.kafka.rebootstrap import let_kafka_python_find_brokers_again
from pipeline.runtime.kafka.rights import Operation
from pipeline.runtime.kafka.topics import need

POLL_SECONDS = 0.25
POLL_RECORDS_MAX = 500
RECONNECT_MS_MAX = 1000  # with kafka-python's own 30 s a reader would find a broker long after its return
REQUEST_MS = 10_000  # to wait for an answer; a broker that is frozen gives none
OFFSETS_A_RECORD = 2  # at the most: each transaction with a record in a partition leaves one marker there


class TopicReader:
    """Reads whole topics, without a consumer group, so that no other reader notices.

    All their partitions, but those in `skips`.  From the beginning, or from `last` offsets before the end of each
    partition (0: only what comes), or, of the partitions that are in `after`, from the offset that it names.
    The records of a partition are in order; partitions interleave as they arrive.  Where what comes next has been
    deleted, as an owner trims its journal, it goes on with the first record that is there.
    """

    def __init__(
        self,
        connection: Connection,
        topics: Iterable[str],
        last: int | None = None,
        after: Mapping[tuple[str, int], int] | None = None,
        skips: Collection[tuple[str, int]] = (),
    ) -> None:
        topics = list(topics)
        let_kafka_python_read_any_name()
        let_kafka_python_find_brokers_again()
        need(connection, topics, Operation.READ)
        self._consumer: Any = KafkaConsumer(
            **connection.arguments(),
            group_id=None,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            max_poll_records=POLL_RECORDS_MAX,
            fetch_max_wait_ms=round(POLL_SECONDS * 1000),
            reconnect_backoff_max_ms=RECONNECT_MS_MAX,
            request_timeout_ms=REQUEST_MS,
        )
        try:
            partitions = [
                TopicPartition(topic, number)
                for topic in topics
                for number in sorted(self._consumer.partitions_for_topic(topic))
                if (topic, number) not in skips
            ]
            self._consumer.assign(partitions)
            self._ends: dict[Any, int] = self._consumer.end_offsets(partitions)
            starts: dict[Any, int] = self._consumer.beginning_offsets(partitions)
            for one in partitions:
                start = starts[one] if last is None else max(starts[one], self._ends[one] - last)
                start = max(start, (after or {}).get(tuple(one), 0))
                self._consumer.seek(one, start)
        except BaseException:
            self.close()
            raise

    def poll(self, seconds: float = POLL_SECONDS) -> list[Record]:
        """The next records; none if none come within that time."""
        batches = self._consumer.poll(timeout_ms=round(seconds * 1000))
        return [record_of(message) for batch in batches.values() for message in batch]

    def ends(self) -> dict[tuple[str, int], int]:
        """The end of each partition when the reader was made."""
        return {(one.topic, one.partition): end for one, end in self._ends.items()}

    def left(self, seconds: float = REQUEST_MS / 1000) -> int:
        """Offsets up to the present ends.  KafkaError if no broker answers within `seconds`."""
        ends = self._consumer.end_offsets(list(self._ends), round(seconds * 1000))
        return sum(max(0, end - self._consumer.position(one)) for one, end in ends.items())

    @property
    def at_end(self) -> bool:
        """Whether everything that was in the topics when the reader was made has been read."""
        return all(self._consumer.position(one) >= end for one, end in self._ends.items())

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close()

    def __enter__(self) -> TopicReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_topics(
    connection: Connection,
    topics: Iterable[str],
    last: int | None = None,
    follow: bool = False,
    skips: Collection[tuple[str, int]] = (),
) -> Iterator[Record]:
    """The topics' records; to the present end, or with `follow` until the caller has enough.

    From the beginning, in the order of each partition; or first the `last` of them all, in the order of time.
    Without the partitions in `skips`.

    NoTopic if one is missing; Forbidden without the right to read; KafkaError if the cluster cannot be reached.
    """
    with TopicReader(connection, topics, None if last is None else last * OFFSETS_A_RECORD, skips=skips) as reader:
        if last:
            yield from _newest(reader, last)
        while follow or not reader.at_end:
            yield from reader.poll()


def _newest(reader: TopicReader, last: int) -> list[Record]:
    """The last records up to the present end, over all partitions, by the log's time."""
    kept: deque[Record] = deque()
    while not reader.at_end:
        kept.extend(reader.poll())
    return sorted(kept, key=lambda record: (record.timestamp_ms, record.position))[-last:]


def capture_topic(
    connection: Connection,
    topic: str,
    out: IO[bytes],
    follow: bool = False,
    on_read: Callable[[int], None] = lambda count: None,
) -> int:
    """Write the topic, from its beginning, as a capture; how many records there were, also after each `on_read`."""
    on_read(0)
    count = 0
    for record in read_topics(connection, [topic], follow=follow):
        out.write(to_line(record))
        count += 1
        on_read(count)
    out.flush()
    return count


def record_of(message: Any) -> Record:
    """kafka-python's message as a Record; null key and value are empty."""
    return Record(
        position=Position(message.topic, message.partition, message.offset),
        key=message.key or b"",
        value=message.value or b"",
        headers=tuple((name, value or b"") for name, value in message.headers),
        timestamp_ms=message.timestamp,
    )

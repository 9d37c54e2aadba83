"""What an operator can reach in the rooms: their journals, controls for their input, and dead letters."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from pipeline import dead
from pipeline.connection import DURABLE, Connection
from pipeline.dead import Letter
from pipeline.envelope import RecordType, addressed_headers
from pipeline.items import Control, dump
from pipeline.records import Out, Position, Record
from pipeline.runtime.kafka.header_names import let_kafka_python_read_any_name
from pipeline.runtime.kafka.reader import read_topics, record_of
from pipeline.runtime.kafka.rebootstrap import let_kafka_python_find_brokers_again
from pipeline.runtime.kafka.rights import Operation
from pipeline.runtime.kafka.topics import need
from pipeline.shard import Shard
from pipeline.topology import PARTITIONS, ROOMS, TOPICS, Options, journal_topic

RECORD_SECONDS = 10.0  # to read one record again


def shards(connection: Connection, room: str) -> dict[int, Shard]:
    """The state of a room, out of its journals.  Raises NoTopic and shard.UnknownJournal."""
    made = ROOMS[room].make(Options())
    found = {partition: Shard(made, partition) for partition in range(TOPICS[journal_topic(room)].partitions)}
    for record in read_topics(connection, [journal_topic(room)]):
        found[record.position.partition].restore(record.value)
    return found


def send_control(connection: Connection, room: str, partition: int, control: Control, now_ms: int) -> None:
    """Write an operator's control into the room's input; returns when it is written."""
    send(connection, [control_record(room, partition, control, now_ms)])


def send_control_to_all(connection: Connection, room: str, control: Control, now_ms: int) -> None:
    """Write a control about a feed: without a key the feed is in every partition of the room's input."""
    send(connection, controls_to_all(room, control, now_ms))


def controls_to_all(room: str, control: Control, now_ms: int) -> list[Out]:
    """The records of a control about a feed."""
    return [control_record(room, partition, control, now_ms) for partition in range(PARTITIONS)]


def control_record(room: str, partition: int, control: Control, now_ms: int) -> Out:
    """An operator's control, for one partition of the room's input."""
    headers = addressed_headers(RecordType.CONTROL, room, "control", str(uuid.uuid4()), now_ms)
    return Out(ROOMS[room].source, b"", dump(control), headers, partition)


def send(connection: Connection, controls: Sequence[Out]) -> None:
    """Write controls; returns when they are written.  Raises NoTopic and Forbidden."""
    need(connection, {one.topic for one in controls}, Operation.WRITE)
    with producer(connection) as out:
        for one in controls:
            out.send(one.topic, one.value, one.key, list(one.headers), one.partition).get(timeout=30)


def producer(connection: Connection) -> KafkaProducer:
    """An idempotent producer."""
    let_kafka_python_find_brokers_again()
    return KafkaProducer(**connection.arguments(), **DURABLE, max_request_size=9_000_000)


def letters(connection: Connection) -> Iterator[Letter]:
    """All dead letters, in the order of each partition."""
    return dead.letters_of(read_topics(connection, [dead.TOPIC]))


class BytesFrom(StrEnum):
    """Where the bytes of a record that is sent again come from."""

    SOURCE = "source"  # its position in the log
    LETTER = "kept"  # its dead letter, which kept them


class SourceDeleted(Exception):
    """The record that died was deleted from the log, and its letter does not hold all of it."""


def send_again(connection: Connection, chosen: Iterable[Letter]) -> Iterator[tuple[Letter, BytesFrom]]:
    """Send each record that died into its topic and partition again; (letter, where the bytes came from).

    The record is read again at its source position.  If it was deleted there, the bytes in the letter serve.
    Raises SourceDeleted for a letter with neither; the letters before it have been sent.
    """
    chosen = list(chosen)
    need(connection, {letter.position.topic for letter in chosen}, Operation.WRITE)
    with producer(connection) as out, _reader(connection) as reader:
        for letter in chosen:
            original = _at(reader, letter.position)
            if original is None and not letter.is_whole:
                raise SourceDeleted(f"{letter.position} was deleted, and its letter has not all of it")
            key, value, headers, bytes_from = (
                (original.key, original.value, original.headers, BytesFrom.SOURCE)
                if original
                else (letter.kept.key, letter.kept.value, letter.headers, BytesFrom.LETTER)
            )
            topic, partition, _ = letter.position
            out.send(topic, value=value, key=key, headers=list(headers), partition=partition).get(timeout=30)
            yield letter, bytes_from


def _reader(connection: Connection) -> KafkaConsumer:
    let_kafka_python_read_any_name()
    return KafkaConsumer(
        **connection.arguments(), group_id=None, enable_auto_commit=False, isolation_level="read_committed"
    )


def _at(reader: KafkaConsumer, position: Position) -> Record | None:
    """The record at a position, if it is still there."""
    tp = TopicPartition(position.topic, position.partition)
    if not reader.partitions_for_topic(position.topic):
        return None
    reader.assign([tp])
    if not reader.beginning_offsets([tp])[tp] <= position.offset < reader.end_offsets([tp])[tp]:
        return None
    reader.seek(tp, position.offset)
    messages = [
        message for found in reader.poll(timeout_ms=int(RECORD_SECONDS * 1000)).values() for message in found
    ]
    return record_of(messages[0]) if messages and messages[0].offset == position.offset else None

"""No word that is private is in the logs at -vv, on the health page, in `held`, or in what `doctor` says."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import logging.config
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import structlog
from planting import G2, NINJS, in_json
from private_places import private_payloads

from pipeline.cli.doctor import _line
from pipeline.cli.operate import held_rows
from pipeline.envelope import FORMAT
from pipeline.records import Out, Position, Record
from pipeline.replay import payload
from pipeline.runtime import logging_setup
from pipeline.runtime.doctor import room as room_judge
from pipeline.runtime.doctor.facts import Member, RoomFacts
from pipeline.runtime.kafka.lag import STAND_INS, PartitionProgress
from pipeline.runtime.log import partition_task
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import Partition, WrittenRecord
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import Outcome, TopicPartition
from pipeline.runtime.worker import health
from pipeline.runtime.worker.register import LocalWorker, Registered
from pipeline.shard import Shard, UnknownJournal
from pipeline.topology import ROOMS, Options, journal_topic

SECRET = "Zanzibarword"
NOTE = f"Ask {SECRET} about the map. EMBARGOED UNTIL FURTHER NOTICE"
PAYLOADS = private_payloads(f"Ask {SECRET} about the map.")
ARRIVED_MS = 1_641_988_800_000
HELD = (  # items that are held: `held` shows them
    in_json({**NINJS, "hold": True, "headline": "Ferry late"})("ednote", NOTE),
    in_json({**NINJS, "uri": "urn:quay:8", "embargoed": ""})("ednote", NOTE),
    G2.replace("stat:usable", "stat:withheld")
    .replace("</itemMeta>", f"<edNote>{NOTE}</edNote></itemMeta>")
    .encode(),
)
BROKEN = (
    b"<<<~>>>",
    b'{"a": "~"',
    b"<x>~</x>",
    b"~ <a href='~'>",
    b'{"uri": "u", "headline": ["~"], "version": {"~": 1}}',
)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written on stderr at -vv."""
    root, before, stream = logging.getLogger(), structlog.get_config(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", stream)
    # A logger that was used before keeps the configuration of then.
    monkeypatch.setattr(partition_task, "log", structlog.get_logger("wiredesk.partition"))
    logging.config.dictConfig(logging_setup.configuration(2))
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


async def worked(room: str, taken: list[Record], log: MemoryLog) -> PartitionTask:
    """A worker's task that has done the records."""
    sent = WrittenRecord("publisher", Out("", b"", b""), Outcome.COMMITTED)
    source = log.partitions.setdefault(TopicPartition(ROOMS[room].source, 0), Partition())
    source.slots.extend([sent] * len(taken))
    task = PartitionTask(ROOMS[room].make(Options()), 0, log, "private", transaction_seconds=20)
    await task.open()
    for record in taken:
        await task.commit([record])
        await task.reset_breaker()
    return task


def raw_records() -> list[Record]:
    """Each private payload of every format, whole and broken in several ways, and items that are held."""
    found = [(name, data) for name, data in PAYLOADS.values()]
    found += [("ninjs", data) for data in HELD[:2]] + [("newsml-g2", HELD[2])]
    found += [("plain", broken.replace(b"~", f"Ask {SECRET} about it".encode())) for broken in BROKEN]
    found += [(name, data[: len(data) * 2 // 3]) for name, data in PAYLOADS.values()]
    sent = [
        payload(f"quay{number}", data, ARRIVED_MS, ((FORMAT, name.encode()),))
        for number, (name, data) in enumerate(found)
    ]
    return records("wire.raw", sent)


def records(topic: str, sent: Iterable[Out]) -> list[Record]:
    """The records of what was sent, in one partition."""
    return [
        Record(Position(topic, 0, at), out.key, out.value, out.headers, ARRIVED_MS) for at, out in enumerate(sent)
    ]


def progress_of(room: str, journal: Iterable[bytes]) -> PartitionProgress:
    """What the doctor's reader makes of the journal of partition 0."""
    shard = Shard(STAND_INS[room](), 0)
    try:
        for value in journal:
            shard.restore(value)
    except UnknownJournal as error:
        return PartitionProgress(0, unreadable=str(error))
    return PartitionProgress(0, shard.position, 0, 0, sum(shard.recent), len(shard.recent), shard.is_breaker_open)


def doctors_words(room: str, log: MemoryLog, page: dict[str, Any]) -> Iterator[str]:
    """Its findings in words and as JSON: of the room at work, ended, and with a damaged journal."""
    journal = [out.value for out in log.committed(journal_topic(room))[0]]
    longest = max(map(len, journal))
    damaged = [value[:-3] if len(value) == longest else value for value in journal]
    ended = Registered(app_id="private", room=room, instance="a", client_id="a", pid=1, exit_code=65)
    for kept, workers in ((journal, ()), (journal, (LocalWorker(ended, is_alive=False),)), (damaged, ())):
        members = () if workers else (Member("private.a", "1", "a"),)
        facts = RoomFacts("private", room, members, (progress_of(room, kept),), workers, (page,))
        for finding in room_judge.judge(facts):
            yield _line(finding)
            yield json.dumps(finding.as_json())


def test_no_private_word_is_written_elsewhere(logs: io.StringIO) -> None:
    """Every private place of every format, of payloads that are dead too."""

    async def run() -> None:
        log = MemoryLog()
        normalise = await worked("normalise", raw_records(), log)
        written = [out for outs in log.committed("wire.normalised").values() for out in outs]
        resolve = await worked("resolve", records("wire.normalised", written), log)
        rows = held_rows([resolve.shard], as_json=True) + held_rows([resolve.shard], as_json=False)
        assert "Ferry late" in {row["headline"] for row in rows}
        page = json.dumps(health.state([normalise, resolve]))
        assert '"status": "ready"' in page
        assert SECRET not in page + json.dumps(rows)
        words = [
            line
            for task, room in ((normalise, "normalise"), (resolve, "resolve"))
            for line in doctors_words(room, log, health.state([task]))
        ]
        assert len(words) == 12
        assert any("damaged" in line for line in words)
        assert any("exit code 65" in line for line in words)
        assert SECRET not in "\n".join(words)

    asyncio.run(run())
    text = logs.getvalue()
    assert text.count('"died"') >= len(BROKEN)
    assert SECRET not in text

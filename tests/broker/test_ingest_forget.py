"""`wiredesk ingest forget` on a real broker: cut off behind each thing that it does, killed while ingest works, and
asked for again: nothing is left of the feed, and no other feed notices.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.records import Out
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.ingest import forgetting
from pipeline.runtime.ingest.forgetting import forget, left_out
from pipeline.runtime.ingest.ledger import record, way_record
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.kafka.reader import read_topics
from pipeline.topology import PARTITIONS
from tests.ingest_lab import IngestLab, Sender, payloads
from tests.own_broker import own_broker
from tests.waiting import PROCESS_SECONDS, eventually, pause

pytestmark = [pytest.mark.broker, pytest.mark.slow]

MARKS, MANY, KILLS, REQUESTS = 5, 30_000, 6, 100
STEPS = ("begin", "include", "produce", "commit")


class Cut(Exception):
    """It ends here."""


class CutLog(KafkaLog):
    """A log of which a writer dies behind so many of its steps."""

    left = -1
    done = 0

    async def acquire(self, transactional_id: str) -> Any:
        writer = await super().acquire(transactional_id)
        for name in STEPS:
            setattr(writer, name, self._counted(getattr(writer, name)))
        return writer

    def _counted(self, step: Any) -> Any:
        async def counted(*arguments: Any) -> Any:
            found = await step(*arguments)
            type(self).done += 1
            if type(self).done == type(self).left:
                raise Cut
            return found

        return counted


async def write(log: KafkaLog, records: Sequence[Out]) -> None:
    writer = await log.acquire("somebody")
    await writer.begin()
    await writer.produce(records)
    await writer.commit()
    await writer.close()


def remembered(name: str, marks: int) -> list[Out]:
    """A cursor, marks and a way."""
    cursor = record(f"{name}/cursor", b'{"kind":"folder","cursor":{"swept_ms":7}}', name, 7)
    seen = (record(f"{name}/seen/{number:032x}", b'{"met":7}', name, 7) for number in range(marks))
    return [*seen, cursor, way_record(name, "folder", 7)]


def live(broker: Broker) -> Counter[str]:
    """How many keys of each feed have a value, as an independent reader finds them."""
    found = {one.key: one.value for one in read_topics(broker.connection, ["wire.feeds"]) if one.key}
    return Counter(key.decode().partition("/")[0] for key, value in found.items() if value)


def test_cut_off_behind_each_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left is listed, unless nothing had begun or all was done; asked for again it is gone."""
    monkeypatch.setattr(forgetting, "DELETED_AT_ONCE", 2)
    with own_broker(tmp_path) as broker:
        log = CutLog(broker.connection)

        async def cut(number: int) -> bool:
            """Whether there was so much to do."""
            CutLog.left = -1
            name = f"quay-{number}"
            await write(log, remembered(name, MARKS))
            CutLog.done, CutLog.left = 0, number
            try:
                await forget(log, "app", [name], 20)
            except Cut:
                was_cut = True
                assert {one.name for one in await left_out(log, ["norden"])} <= {name}
            else:
                was_cut = False
            CutLog.left = -1
            await forget(log, "app", [name], 20)
            assert await left_out(log, ["norden"]) == []
            return was_cut

        asyncio.run(write(log, remembered("norden", MARKS)))
        number = 1
        while asyncio.run(cut(number)):
            number += 1
        assert number > 12
        assert live(broker) == Counter({"norden": MARKS + 2})


def test_killed_while_ingest_works(tmp_path: Path) -> None:
    """kill -9 of who forgets, six times, and once to its end: requests are taken meanwhile, each once."""
    dice = random.Random(11)
    with own_broker(tmp_path) as broker, IngestLab(broker.bootstrap, tmp_path) as ingest:
        asyncio.run(write(KafkaLog(broker.connection), remembered("quay", MANY)))
        command = [sys.executable, "-m", "pipeline.cli", "ingest", "forget", "--file", str(ingest.file)]
        ingest.start()
        ingest.await_ready()
        sender = Sender(ingest, REQUESTS)
        sender.start()
        for number in range(KILLS):
            with subprocess.Popen([*command, "quay", "--yes"], env=ingest.environment) as forgets:
                pause(dice.uniform(1.0, 4.0))
                forgets.kill()
            if number == 0:
                ingest.kill()  # whoever starts now reads a part of it
                ingest.start()
                ingest.await_ready()
        left = subprocess.run(command, env=ingest.environment, capture_output=True, text=True, check=True).stdout
        if not left.startswith("every feed"):
            done = subprocess.run(
                [*command, "quay", "--yes"], env=ingest.environment, capture_output=True, text=True, check=False
            )
            assert (done.returncode, "forgotten: quay" in done.stdout) == (0, True), done.stderr
        sender.join(PROCESS_SECONDS)
        assert not sender.is_alive()
        ingest.write(1)
        eventually(lambda: not ingest.left)
        assert ingest.end() == 0
        assert live(broker)["quay"] == 0
        found = payloads(broker.connection)
        told = {value: found.pop((key, value)) for key, value in list(found) if not key}
        assert list(told.values()) == [PARTITIONS]  # once in each
        file = b"<nitf><!-- 1 -->" + b"." * 1_500 + b"</nitf>"
        assert found == Counter([("meridian", file), *(("polder", body) for body in sender.sent)])
        assert len(sender.sent) == REQUESTS

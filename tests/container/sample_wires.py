"""The sample wires through a deployment, each as soon as the one before it is out, as the manifest has them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from pipeline.connection import Connection
from pipeline.runtime.demo.demo import one_by_one
from pipeline.runtime.demo.scoreboard import TOPICS_WATCHED, Scoreboard
from pipeline.runtime.kafka.reader import TopicReader
from pipeline.runtime.publish import publisher
from pipeline.samples import Sample
from tests.waiting import LOOK_SECONDS

STALLED_SECONDS = 60.0  # without anything new, something has gone wrong
QUIET_SECONDS = 3.0  # after the last record: an embargo may end a moment later


def send(connection: Connection, samples: Sequence[Sample]) -> Scoreboard:
    """Send all samples and wait until everything has come of them; the account."""
    board, stop = Scoreboard(expected=len(samples)), threading.Event()
    payloads = one_by_one(samples, board, stop)
    sending = threading.Thread(target=publisher.publish, args=(connection, payloads), daemon=True)
    with TopicReader(connection, TOPICS_WATCHED) as reader:
        sending.start()
        board.last_seen = time.time()
        while time.time() - board.last_seen < (QUIET_SECONDS if board.complete else STALLED_SECONDS):
            for record in sorted(reader.poll(LOOK_SECONDS), key=lambda record: record.timestamp_ms):
                board.take(record, time.time())
            board.settle(time.time())
    stop.set()
    sending.join(STALLED_SECONDS)
    return board

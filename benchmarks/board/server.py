"""A board on one core, without a broker: it has so many items, and writes more at a rate that stdin asks for.

Each line of stdin is `RATE SECONDS`; each item written then carries the time of its commit in its dispatch.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import uvicorn

from benchmarks.board.records import MINUTES_APART, batches
from pipeline.board.rows import ENRICHED
from pipeline.envelope import RecordType
from pipeline.runtime.board.pages import application
from pipeline.runtime.board.serve import Server, bound
from pipeline.runtime.board.store import Store
from tests.board.conftest import TOKEN, made_board
from tests.board.records import item, record
from tests.waiting import pause

PARTITION = 9  # of what is written while it serves
WRITES_A_SECOND = 10


def write(store: Store, wake: Callable[[], None], late: float, rate: int, seconds: float, first: int) -> int:
    """Write items at this rate, `late` in minutes; the number of the next."""
    number, end = first, time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        at = time.monotonic_ns()
        count = max(1, rate // WRITES_A_SECOND)
        made = [item(f"t{at}-{number + n}", late + (number + n) / 1000) for n in range(count)]
        store.write(
            record(ENRICHED, PARTITION, number + n, RecordType.ITEM, one, late + (number + n) / 1000)
            for n, one in enumerate(made)
        )
        number += len(made)
        wake()
        pause(now + 1 / WRITES_A_SECOND - time.monotonic())
    return number


def main(folder: Path, count: int) -> None:
    """Print the address and a session, then do what stdin says, until it ends."""
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    store = Store(folder / "board.sqlite")
    for batch in batches(count):
        store.write(batch)
    listening = bound("127.0.0.1", 0)
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    board = made_board(store, frozenset({host}))
    server = Server(uvicorn.Config(application(board), log_config=None, lifespan="off"), board.hub)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    print(host, board.access.log_in(TOKEN, "Ada"), os.getpid(), flush=True)

    number = 0
    for line in sys.stdin:
        rate, seconds = line.split()
        number = write(store, board.hub.wake, count * MINUTES_APART, int(rate), float(seconds), number)
        print(number, flush=True)
    server.should_exit = True
    board.hub.is_closing = True
    board.hub.wake()
    thread.join(10)
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

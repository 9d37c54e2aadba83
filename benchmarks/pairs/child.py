"""One side of a pair: replays the input in one checkout and reports what each room spent.

Run by its path, with the checkout in PYTHONPATH: it may be another version's, so it imports nothing of the
benchmarks and of the pipeline only what all versions have: Replay, payload and Shard.step.  It prints the path of
the pipeline when it is warm; then, for every line with a number on its input, it steps so many payloads and prints
`{room: [CPU seconds, records stepped, dead letters]}`.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

import pipeline
from pipeline.replay import Replay, payload
from pipeline.shard import Shard

if TYPE_CHECKING:
    from pipeline.records import Record
    from pipeline.shard import Step


def main(path: str, warm_up: int, processor: int) -> None:
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, {processor})
    spent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0, 0])
    unwatched = Shard.step

    def step(shard: Shard, record: Record) -> Step:
        began = time.process_time()
        found = unwatched(shard, record)
        seconds = time.process_time() - began
        row = spent[shard.room.name]
        row[0] += seconds
        row[1] += 1
        row[2] += any(out.topic == "wire.dead" for out in found.outputs)
        return found

    Shard.step = step  # type: ignore[method-assign, assignment]  # watching it is the purpose
    with open(path, encoding="utf-8") as lines:
        sent = [(feed, text.encode(), time_ms) for feed, text, time_ms in map(json.loads, lines)]
    rest, replay = iter(sent), Replay()

    def replayed(count: int) -> dict[str, list[float]]:
        spent.clear()
        for feed, data, time_ms in islice(rest, count):
            replay.publish(payload(feed, data, time_ms), time_ms)
        replay.log.clear()
        return dict(spent)

    replayed(warm_up)
    gc.freeze()
    # A full collection costs whichever room happens to allocate last: it would be noise, so there is none.
    gc.set_threshold(700, 10, 1_000_000)
    print(pipeline.__file__, flush=True)
    for count in sys.stdin:
        print(json.dumps(replayed(int(count))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

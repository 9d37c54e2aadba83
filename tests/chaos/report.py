"""What the run brought: for machines as JSON, for people as docs/chaos.md."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from .check import CountResult
from .faults import Happened


@dataclass(frozen=True, slots=True)
class ChaosReport:
    """One run."""

    seed: int
    rate: float
    seconds: float
    payloads: int
    faults: list[Happened]
    starts: int  # of workers, the first ten included
    exits: dict[int, int]
    stuck: list[str]
    hung: int  # workers that did not stop within the grace time
    load: float  # of the machine, at the end: the times mean little without it
    found: CountResult
    markers_lost: int = 0  # journals in which owners found a transaction without its marker

    @property
    def is_clean(self) -> bool:
        return self.found.is_clean and not self.stuck and not self.hung

    def times(self) -> list[tuple[str, int, float, float, float]]:
        """(fault, how many, p50, max, p50 to settled), in seconds, by kind."""
        kinds: dict[str, list[Happened]] = defaultdict(list)
        for one in self.faults:
            kinds[one.fault].append(one)
        return [
            (
                kind,
                len(ones),
                median(one.recovered_seconds for one in ones),
                max(one.recovered_seconds for one in ones),
                median(one.settled_seconds for one in ones),
            )
            for kind, ones in sorted(kinds.items())
        ]

    def json(self) -> dict[str, Any]:
        """All of it."""
        found = self.found
        return {
            "clean": self.is_clean,
            "seed": self.seed,
            "rate": self.rate,
            "seconds": round(self.seconds, 1),
            "payloads": self.payloads,
            "total": {name: value for name, value in asdict(found.total).items() if name != "first"},
            "topics": {
                topic: {k: v for k, v in asdict(t).items() if k != "first"} for topic, t in found.topics.items()
            },
            "first": found.first(),
            "account": {**asdict(found.account), "balanced": found.account.balanced},
            "dispatches": {"wrong": len(found.ends), **found.dispatches},
            "states_wrong": len(found.states),
            "hanging": found.hanging,
            "markers_lost": self.markers_lost,
            "journal_records_trimmed": found.trimmed,
            "ticks": found.ticks,
            "recovery_seconds": [
                {
                    "fault": kind,
                    "n": n,
                    "p50": round(p50, 1),
                    "max": round(most, 1),
                    "settled_p50": round(settled, 1),
                }
                for kind, n, p50, most, settled in self.times()
            ],
            "worker_starts": self.starts,
            "exits": {str(code): number for code, number in sorted(self.exits.items())},
            "stuck": self.stuck,
            "hung": self.hung,
            "cores": os.cpu_count(),
            "load_average": round(self.load, 1),
            "faults": [asdict(one) for one in self.faults],
        }

    def page(self) -> str:
        """docs/chaos.md."""
        found = self.found
        rows = "\n".join(
            f"| {kind} | {n} | {p50:.1f} | {most:.1f} | {settled:.1f} |"
            for kind, n, p50, most, settled in self.times()
        )
        topics = "\n".join(
            f"| {topic} | {t.records:,} | {t.lost} | {t.duplicated} | {t.out_of_order} | {t.differing} |"
            for topic, t in found.topics.items()
        )
        exits = ", ".join(f"{code} × {number}" for code, number in sorted(self.exits.items()))
        return PAGE.format(
            verdict=found.total.line(),
            seed=self.seed,
            rate=self.rate,
            minutes=self.seconds / 60,
            payloads=self.payloads,
            faults=len(self.faults),
            rows=rows,
            topics=topics,
            account=found.account.line(),
            dispatches=", ".join(f"{number:,} {name}" for name, number in sorted(found.dispatches.items())),
            wrong=len(found.ends),
            states=len(found.states),
            hanging=len(found.hanging),
            trimmed=", ".join(f"{room} {number:,}" for room, number in found.trimmed.items()),
            ticks=found.ticks,
            starts=self.starts,
            exits=exits,
            stuck=len(self.stuck),
            hung=self.hung,
            markers_lost=self.markers_lost,
            cores=os.cpu_count(),
            load=self.load,
        )


PAGE = """\
# Chaos: nothing lost, nothing twice

Written by `make chaos` (`python -m tests.chaos`): a real Apache Kafka, two workers for each room, load from the
publisher, and faults, each after the recovery from the last one. Do not edit this page: run it.

**`{verdict}`** in the run with seed {seed}: {payloads:,} payloads at {rate:g} a second, {faults} faults in
{minutes:.0f} minutes.

## What happened, and how long until fresh output everywhere

| fault | n | p50 s | max s | settled p50 s |
|---|---|---|---|---|
{rows}

The time runs from the beginning of the fault until something that was published after it is in `wire.enriched`
for every feed and in every partition, and alert has journalled in every partition, for readers of committed
records. *Settled*: in addition, the four partitions of each room are shared among all of its workers again, and
each is ready.

- the machine: {cores} cores for broker, ten workers, publisher and reader; load average {load:.0f}
- workers started: {starts}; ended with: {exits} (negative: the signal; 70: a worker that could not write and ended)
- workers that stayed alive without working: **{stuck}**; that did not stop in the grace time: **{hung}**

## What was counted

| topic | records | lost | duplicated | out of order | differing |
|---|---|---|---|---|---|
{topics}

- {account}
- dispatches at the end: {dispatches}; **{wrong}** not as the load meant them to end
- states rebuilt from the trimmed journals that differ from the replayed ones: **{states}** of 20
- transactions that were never ended: **{hanging}**
- journals in which a transaction had lost its marker, and was settled: {markers_lost}
- journal records trimmed away during the run: {trimmed}; ticks: {ticks}

## How it is counted

An independent reader (kafka-python, read_committed) reads every topic from its beginning. `wire.raw` is
compared with what the load gave to the publisher. Each room is then replayed in memory over the input that it
actually had, partition by partition in the order of offsets (`pipeline.shard.Shard`). Everything that the
replay writes must be in the log: the same key, value and headers, once, and in the same order. Where several
sources write to one partition (normalise and resolve fan out, every room writes dead letters) the partition
must be a shuffle of their sequences. An unexpected record and a missing one make a pair that counts as
*differing*; beyond that, an unexpected record counts as *duplicated*, a missing one as *lost*.

The windows and trim thresholds are small (`tests/chaos/bounds.py`), in the workers and in the replay: within
minutes windows overflow, journals are trimmed, and what outlives the window is carried.

## Transaction markers that a stopping broker loses

An orderly stop of the only broker can lose the transaction markers of what was committed in its last moments.
Before owners settled that, it gave three records twice in one of eight such stops; `kill -9` of the broker
never did. What happens, and what an owner does about it: [lost transaction
markers](design/kafka-and-faust.md#lost-transaction-markers). `tests/crash` loses the markers of every commit,
all or some of them, with a crash at any point behind it, and `tests/conformance` does it on Kafka. What is
left: if markers are lost in some partitions only **and** the owner that settles them dies in the milliseconds
between, those partitions may differ.

## What it does not show

One broker: no election of leaders, no replicas that lag. One machine: no slow or divided network. The load is
our own copy, in four languages from five feeds.
"""

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
    markers_lost: int = 0  # journals in which owners found a transaction without its mark

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

Written by `make chaos` (`python -m tests.chaos`): a real Apache Kafka, two workers a room, load from the publisher,
and accidents, each after the last one's recovery. Do not edit: run it.

**`{verdict}`** in the run with seed {seed}: {payloads:,} payloads at {rate:g} a second, {faults} faults in
{minutes:.0f} minutes.

## What happened, and how long until fresh output everywhere

| fault | n | p50 s | max s | settled p50 s |
|---|---|---|---|---|
{rows}

The time runs from the beginning of the fault until something that was published after it stands in `wire.enriched`
for every feed and in every partition, and alert has journalled in every partition, read_committed. *Settled*:
besides, each room's four partitions are shared out among all of its workers again, and each says that it is ready.

- the machine: {cores} cores for broker, ten workers, publisher and reader; load average {load:.0f}
- workers started: {starts}; ended with: {exits} (negative: the signal; 70: a worker that could not write and ended)
- workers that lived on without working: **{stuck}**; that did not stop within the grace time: **{hung}**

## What was counted

| topic | records | lost | duplicated | out of order | differing |
|---|---|---|---|---|---|
{topics}

- {account}
- dispatches at the end: {dispatches}; **{wrong}** not as the load meant them
- states rebuilt from the trimmed journals that differ from the replayed ones: **{states}** of 20
- transactions that nobody ended: **{hanging}**
- journals in which a transaction had lost its mark, and was settled: {markers_lost}
- journal records trimmed away during the run: {trimmed}; ticks: {ticks}

## How it is counted

An independent reader (kafka-python, read_committed) reads every topic from its beginning. `wire.raw` is held
against what the load handed to the publisher. Each room is then replayed in memory over the input that it
actually had, partition by partition in the order of offsets (`pipeline.shard.Shard`), and everything that the
replay writes must stand in the log: the same key, value and headers, once, and in the same order. Where several
sources write to one partition (normalise and resolve fan out, every room writes dead letters) the partition must
be a shuffle of their sequences. A record that nothing expected takes the blame for a missing one as *differing*;
beyond that, what is strange counts as *duplicated*, what is missing as *lost*.

The windows and trim thresholds are small (`tests/chaos/bounds.py`), in the workers and in the replay alike: within
minutes windows overflow, journals are trimmed and what outlives the window is carried.

## Marks that a stopping broker loses

Kafka's coordinator skips the mark of a partition that has no leader at that moment (it takes it for deleted; the
broker's log says *Couldn't find leader endpoint … hence can be skipped*), and writes the transaction down as
complete. In an orderly stop of the only broker no partition has a leader for its last moments, so what is committed
then bears no mark. Read_committed readers do not see it, a new owner of the partition would take the journal to end
before it, and the next mark of the same producer would make both visible: three records twice in one of eight such
stops, before this was mended. `kill -9` of the broker never brought it.

Now an owner asks the coordinator what became of the last transaction, and settles whatever hangs in its partitions
before it reads the journal; one that lives through the stop does so too (`pipeline/runtime/log/markers.py`).
`tests/crash` loses the marks of every commit, all or some of them, with a crash at any point behind it;
`tests/conformance` does it on Kafka. What is left: if marks are lost in some partitions only **and** the owner that
settles it dies in the milliseconds between, those partitions may differ.

## What it does not show

One broker: no change of leaders, no replicas out of step. One machine: no network that is slow or parted in two.
The load is our own copy, in four languages from five feeds.
"""

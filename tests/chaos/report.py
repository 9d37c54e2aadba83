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
    brokers: int = 1
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
            "brokers": self.brokers,
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

    def written_into(self, page: str) -> str:
        """docs/chaos.md with this run in place of the last one on so many brokers."""
        begin = f"<!-- brokers: {self.brokers}, the run writes this -->\n"
        end = f"<!-- /brokers: {self.brokers} -->"
        before, _, rest = page.partition(begin)
        assert rest, f"the page has no {begin}"
        return before + begin + self.section() + end + rest.partition(end)[2]

    def section(self) -> str:
        """What docs/chaos.md says of a run with so many brokers."""
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
        return SECTION.format(
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


SECTION = """\
**`{verdict}`** in the run with seed {seed}: {payloads:,} payloads at {rate:g} a second, {faults} faults in
{minutes:.0f} minutes.

| fault | n | p50 s | max s | settled p50 s |
|---|---|---|---|---|
{rows}

- the machine: {cores} cores for the brokers, ten workers, publisher and reader; load average {load:.0f}
- workers started: {starts}; ended with: {exits} (negative: the signal; 70: a worker that could not write and ended)
- workers that stayed alive without working: **{stuck}**; that did not stop in the grace time: **{hung}**

| topic | records | lost | duplicated | out of order | differing |
|---|---|---|---|---|---|
{topics}

- {account}
- dispatches at the end: {dispatches}; **{wrong}** not as the load meant them to end
- states rebuilt from the trimmed journals that differ from the replayed ones: **{states}** of 20
- transactions that were never ended: **{hanging}**
- journals in which a transaction had lost its marker, and was settled: {markers_lost}
- journal records trimmed away during the run: {trimmed}; ticks: {ticks}
"""

"""What an item costs the room tag, in time and memory, by the number of items in its window.

    python -m benchmarks.stories.costs ITEMS...

A window is full of different texts, evenly over four of its five days: the articles of all streams, and then the
same with other words in place of those that are in less than one text of a hundred, so that a text is about
something else each time it comes again.  Only the first round and what is measured is decided; the rounds between
are the changes of the first with other words.  Times are the CPU times of further 3,000 items, with labels, the
sizes in turn; memory is what the process grows by while a window is filled: 6 GB for a million items.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.stories.streams import BACKGROUND, STREAMS, Article, articles, features_of, record, stories_found
from pipeline.features import Features
from pipeline.records import Record
from pipeline.tag.arrays import Keys
from pipeline.tag.changes import TagChange
from pipeline.tag.index import mixed
from pipeline.tag.room import DAY_MS, TagRoom

MEASURED, WARM_UP = 3_000, 500
SPREAD_MS = 4 * DAY_MS
RARE = 0.01  # of the texts
PAGE = 4096
Pool = list[tuple[Article, Features]]


ANOTHER = 0x9E3779B1  # odd: round by round a term gets another hash


def run(sizes: tuple[int, ...]) -> dict[str, object]:
    """Microseconds and bytes an item for each size of the window.  Raises Missing."""
    pool = texts()
    warm = TagRoom()
    stories_found(different_records(pool, range(WARM_UP), 1), warm, warm.open())  # loads the kernels
    windows = [Window(size, pool) for size in sizes]
    for _ in range(MEASURED):  # in turn, so that other load on the machine affects all sizes alike
        for window in windows:
            window.step(next(window.stream))
    figures: dict[str, object] = {}
    for window in windows:
        decide, apply = (round(seconds / MEASURED * 1e6) for seconds in window.spent)
        name = f"window of {window.items:,}"
        figures |= {f"{name}: decide + apply, us": f"{decide} + {apply} = {decide + apply}"}
        figures |= {f"{name}: bytes an item": window.bytes // window.items}
    return figures


class Window:
    """A room whose window has `items` items, and what its next items cost."""

    def __init__(self, items: int, pool: Pool) -> None:
        before = resident_bytes()
        self.items = items
        self.room = TagRoom(items_max=items)
        self.state = self.room.open()
        self.spent = [0.0, 0.0]  # seconds of decide and of apply
        step_ms, common = SPREAD_MS // items, common_terms(pool)
        changes = [self.step(one) for one in different_records(pool, range(min(items, len(pool))), step_ms)]
        keys = mixed(common.tobytes(), "en")
        for number in range(len(pool), items):
            turn, place = divmod(number, len(pool))
            self.room.apply(self.state, repeated(changes[place], turn, len(pool), step_ms, keys), number)
        self.stream = different_records(pool, range(items, items + MEASURED), step_ms)
        self.bytes = resident_bytes() - before
        self.spent = [0.0, 0.0]

    def step(self, one: Record) -> TagChange:
        began = time.process_time()
        decision = self.room.decide(self.state, one)
        decided = time.process_time()
        self.room.apply(self.state, decision.change, one.position.offset)
        self.spent[0] += decided - began
        self.spent[1] += time.process_time() - decided
        return decision.change


def repeated(change: TagChange, turn: int, articles_: int, step_ms: int, common: Keys) -> TagChange:
    """A change of the first round as it is in another one: of another story, with other words, later."""
    change = msgspec.msgpack.decode(msgspec.msgpack.encode(change), type=TagChange)  # a copy that shares nothing
    later, later_ms, to = turn * articles_, turn * articles_ * step_ms, msgspec.structs.replace
    totals, entry, sample = change.totals, change.entry, change.term_sample
    assert totals
    assert entry
    contribution = to(entry.contribution, keys=other_words(entry.contribution.keys, turn, common))
    return to(
        change,
        time_ms=change.time_ms + later_ms,
        totals=to(
            totals,
            id=f"{totals.id}-{turn}",
            founded=totals.founded + later,
            first_ms=totals.first_ms + later_ms,
            last_ms=totals.last_ms + later_ms,
            merged=tuple(f"{name}-{turn}" for name in totals.merged),
        ),
        merged=change.merged and f"{change.merged}-{turn}",
        entry=to(
            entry, story=f"{entry.story}-{turn}", dispatch=f"{entry.dispatch}-{turn}", contribution=contribution
        ),
        term_sample=sample and to(sample, terms=other_words(sample.terms, turn, common)),
    )


def other_words(terms: bytes, turn: int, common: Keys) -> bytes:
    """Hashes of terms with others in place of the rare ones, in each turn others."""
    hashes = np.frombuffer(terms, "<u4")
    other = np.maximum(hashes ^ np.uint32(turn * ANOTHER % 2**32), 1)
    is_common = common[np.minimum(np.searchsorted(common, hashes), common.size - 1)] == hashes
    return np.where(is_common, hashes, other).astype("<u4").tobytes()


def common_terms(pool: Pool) -> Keys:
    """The hashes of the terms that are in more than RARE of the texts."""
    in_texts = Counter(term for _, features in pool for term in np.frombuffer(features.terms, "<u4").tolist())
    return np.array(sorted(term for term, texts in in_texts.items() if texts > RARE * len(pool)), np.uint32)


def texts() -> Pool:
    """All articles with their features."""
    return [(each, features_of(each, phrases=True)) for name in (BACKGROUND, *STREAMS) for each in articles(name)]


def different_records(pool: Pool, numbers: range, step_ms: int) -> Iterator[Record]:
    """Records of different texts, `step_ms` apart, made one by one."""
    common = common_terms(pool)
    for number in numbers:
        turn, place = divmod(number, len(pool))
        article, features = pool[place]
        article = article._replace(id=f"{number}", time_ms=number * step_ms)
        yield record(article, another(features, turn, common), number)


def another(features: Features, turn: int, common: Keys) -> Features:
    """The features with other terms in place of the rare ones."""
    terms = np.frombuffer(other_words(features.terms, turn, common), "<u4")
    order = np.argsort(terms, kind="stable")
    counts, leads, opening = (
        np.frombuffer(part, np.uint8)[order].tobytes()
        for part in (features.counts, features.lead_counts, features.opening)
    )
    return msgspec.structs.replace(
        features, terms=terms[order].tobytes(), counts=counts, lead_counts=leads, opening=opening
    )


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


if __name__ == "__main__":
    print(json.dumps(run(tuple(map(int, sys.argv[1:]))), indent=1))

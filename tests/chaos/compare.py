"""Expected against found, one destination partition at a time.

The records that one source brings into a partition have an order; those of several sources interleave as they
like.  So what is found must be a shuffle of the expected sequences, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from pipeline.envelope import Headers

FIRST_MAX = 5  # differences of a partition that are listed


class RecordDigest(NamedTuple):
    """A record by its content: `digest` of key, value and headers; `place` for a person."""

    digest: bytes
    place: str


@dataclass
class Tally:
    """What is wrong with a partition, or with many; all zero is right."""

    records: int = 0
    lost: int = 0  # expected, and not there
    duplicated: int = 0  # there more often than expected, or where nothing was expected
    out_of_order: int = 0  # behind a later one of the same source
    differing: int = 0  # there with other bytes
    first: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.duplicated or self.out_of_order or self.differing)

    def add(self, other: Tally) -> Self:
        """Take another's numbers into these."""
        for name in ("records", "lost", "duplicated", "out_of_order", "differing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.first += other.first
        return self

    def line(self) -> str:
        """The four numbers."""
        return (
            f"lost {self.lost} duplicated {self.duplicated} out-of-order {self.out_of_order}"
            f" differing {self.differing}"
        )


def digest(key: bytes, value: bytes, headers: Headers = ()) -> bytes:
    """128 bits over everything that a reader sees of a record."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in (key, value, *(part for name, data in headers for part in (name.encode(), data))):
        hashed.update(len(part).to_bytes(8, "little") + part)
    return hashed.digest()


def compare(expected: Mapping[str, Sequence[RecordDigest]], found: Iterable[RecordDigest]) -> Tally:
    """`expected`: each source's records in their order; `found`: the partition in the order of its offsets.

    A strange record takes the blame for a missing one, as the one with other bytes; what is strange beyond that
    counts as duplicated, what is missing beyond that as lost.
    """
    open_: dict[bytes, deque[tuple[str, int]]] = defaultdict(deque)
    for source, records in expected.items():
        for at, record in enumerate(records):
            open_[record.digest].append((source, at))
    tally, reached, strange = Tally(), dict.fromkeys(expected, -1), []
    for record in found:
        tally.records += 1
        if record.digest not in open_:
            strange.append(record.place)
        elif not open_[record.digest]:
            tally.duplicated += 1
            tally.first.append(f"duplicated: {record.place}")
        else:
            source, at = open_[record.digest].popleft()
            if at < reached[source]:
                tally.out_of_order += 1
                tally.first.append(f"out of order: {record.place}")
            reached[source] = max(reached[source], at)
    missing = [expected[source][at].place for places in open_.values() for source, at in places]
    both = min(len(missing), len(strange))
    tally.differing, tally.lost = both, len(missing) - both
    tally.duplicated += len(strange) - both
    tally.first += [f"not expected: {place}" for place in strange] + [f"missing: {place}" for place in missing]
    del tally.first[FIRST_MAX:]
    return tally

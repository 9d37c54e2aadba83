"""The worst splits and merges of the room on streams with known stories.

    python -m benchmarks.stories.errors [STREAM...]

A split is two parts of one story that are found as two; a merge is parts of two stories found as one.  What one
costs is the product of the parts' items: the pairs that are lost, or wrong.  Counts of all by cause, and the
worst as a table with a title of either side.  The cause of a split is how long the story had been silent when
its later part began, and whether that part founded a story or joined another; a merge is recent or not in the
same way.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from benchmarks.stories.streams import STREAMS, WINDOW_MS, articles, opened, records, stories_found
from pipeline.tag.room import TagRoom

WORST = 30
NEAR_MS = 2 * 86_400_000


class Error(NamedTuple):
    """A split or a merge."""

    pairs: int
    cause: str
    stream: str
    titles: tuple[str, str]  # of the first item of the earlier part and of the later one


def errors(name: str, *, warm: bool) -> tuple[list[Error], list[Error]]:
    """The splits and the merges on a stream."""
    room, stream = TagRoom(), articles(name)
    found = stories_found(records(name), room, opened(room, warm=warm))
    wanted = [str(each.story) for each in stream]
    return list(_pairs(name, wanted, found, "split")), list(_pairs(name, found, wanted, "merge"))


def _pairs(name: str, whole: list[str], parts: list[str], kind: str) -> Iterator[Error]:
    """The pairs of parts in each whole, by the items' place in the stream."""
    stream, first = articles(name), {part: parts.index(part) for part in set(parts)}
    groups: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, (one, other) in enumerate(zip(whole, parts, strict=True)):
        groups[one][other].append(place)
    for group in groups.values():
        for (_, earlier), (part, later) in combinations(sorted(group.items(), key=lambda each: each[1]), 2):
            before = max(stream[place].time_ms for places in group.values() for place in places if place < later[0])
            silence = _silence(stream[later[0]].time_ms - before)
            founded = ", found as new" if first[part] == later[0] else ", joined another story"
            cause = silence + (founded if kind == "split" else "")
            titles = stream[earlier[0]].title, stream[later[0]].title
            yield Error(len(earlier) * len(later), cause, name, titles)


def _silence(apart_ms: int) -> str:
    if apart_ms <= NEAR_MS:
        return "within 2 days"
    return "2 to 5 days" if apart_ms <= WINDOW_MS else "after the window"


def main(names: tuple[str, ...]) -> None:
    for warm in (False, True):
        both = [errors(name, warm=warm) for name in names]
        for kind, found in zip(("split", "merge"), zip(*both, strict=True), strict=True):
            every = sorted((error for part in found for error in part), key=lambda e: -e.pairs)
            print(f"\n{kind}s, {'warm' if warm else 'cold'}: {len(every)}, {sum(e.pairs for e in every)} pairs")
            for label, some in (("all", every), (f"the worst {WORST}", every[:WORST])):
                print(f"  {label}: {dict(Counter(error.cause for error in some).most_common())}")
            for error in every[:WORST]:
                print("\t".join((str(error.pairs), error.cause, error.stream, *error.titles)))


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or STREAMS)

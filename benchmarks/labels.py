"""How good and how fast story labels are.

    python benchmarks/labels.py [--differences]

On ../shared/data: the label of the two sample texts in either order, with an idf that has seen nothing else and
with one learnt on the streams; over the 200 judged stories, how many labels are the recommended prototype's (whose
judgement then holds for ours) and which differ; what the cut to CANDIDATES_SCORED changes; CPU microseconds for
phrases, for a member joining and for a ranking by the story's size (read them as ratios).  The idf is the room's
own: document frequencies of hashed terms.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from pipeline.copy.reading import read
from pipeline.copy.terms import term_hash
from pipeline.normalise.fingerprints import fingerprint
from pipeline.normalise.phrases import phrases
from pipeline.normalise.tagger import warm
from pipeline.tag import labels
from pipeline.tag.label_sums import LabelSums, contribution
from pipeline.tag.labels import rank

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
STREAMS = ("background_4000", "allsides_2016_2018", "basil", "gva_2013_2015")
PROTOTYPE = "label2 (recommended)"
Idf = Callable[[str], float]


class Clean(NamedTuple):
    """An item as normalise reads it."""

    headline: str
    body: str


class Frequencies:
    """Document frequencies of terms, as the room tag learns them."""

    def __init__(self) -> None:
        self.items = 0
        self.counts: Counter[int] = Counter()

    def learn(self, item: Clean) -> None:
        self.items += 1
        self.counts.update(np.frombuffer(fingerprint(b"", *item, item.body).terms, "<u4").tolist())

    def idf(self, term: str) -> float:
        return math.log((self.items + 1) / (self.counts[term_hash(term)] + 0.5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--differences", action="store_true", help="name the labels that differ")
    options = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"{DATA} is not here: nothing to measure on")
    warm(["en"])
    with (DATA / "labels_judged.tsv").open(encoding="utf-8") as table:
        judged = {row["story"]: row for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)}
    learnt, stories, costs = Frequencies(), {story: LabelSums() for story in judged}, []
    for story, item in stream():
        learnt.learn(item)
        started = time.process_time()
        found = phrases(*item, "en")
        costs.append(time.process_time() - started)
        if story in stories:
            stories[story].add(contribution(found))
    report_samples(learnt)
    report_judged(judged, stories, learnt.idf, options.differences)
    report_cut(stories.values(), learnt.idf)
    print(f"phrases: median {median(costs) * 1e6:.0f} us, mean {sum(costs) / len(costs) * 1e6:.0f} us an item")
    report_speed(stories.values(), learnt.idf)


def stream() -> Iterator[tuple[str | None, Clean]]:
    for name in STREAMS:
        with gzip.open(DATA / "streams" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                article: dict[str, Any] = json.loads(line)
                yield article.get("story"), clean(article["title"] or "", article["text"])


def clean(title: str, text: str) -> Clean:
    copy = read(title, [line for line in text.splitlines() if line.strip()], "en")
    return Clean(copy.headline, "\n\n".join(copy.paragraphs))


def report_samples(learnt: Frequencies) -> None:
    texts = [clean("", path.read_text("utf-8")) for path in sorted((DATA / "seeds").glob("*.txt"))]
    cold = Frequencies()
    for item in texts:
        cold.learn(item)
        learnt.learn(item)
    members = [contribution(phrases(*item, "en")) for item in texts]
    for name, idf in (("cold", cold.idf), ("learnt", learnt.idf)):
        both = [rank(LabelSums(order), idf, "en")[0].label for order in (members, members[::-1])]
        alone = [rank(LabelSums([member]), idf, "en")[0].label for member in members]
        print(f"sample texts, {name} idf: {both}; each alone: {alone}")


def report_judged(
    judged: dict[str, dict[str, str]], stories: dict[str, LabelSums], idf: Idf, differences: bool
) -> None:
    ours = {story: rank(sums, idf, "en")[0].label for story, sums in stories.items()}
    same = [story for story, row in judged.items() if row[PROTOTYPE] == ours[story]]
    print(f"judged stories: {len(same)} of {len(judged)} labels are the prototype's")
    for story, row in judged.items() if differences else ():
        if row[PROTOTYPE] != ours[story]:
            print(f"  {row['sample']}{row['no']:>3}  {row[PROTOTYPE]}  ->  {ours[story]}")


def report_cut(stories: Iterable[LabelSums], idf: Idf) -> None:
    cut = labels.CANDIDATES_SCORED
    kept = [rank(sums, idf, "en")[0] for sums in stories]
    labels.CANDIDATES_SCORED = 10**6
    same = sum(rank(sums, idf, "en")[0] == best for sums, best in zip(stories, kept, strict=True))
    labels.CANDIDATES_SCORED = cut
    print(f"scoring only the {cut} heaviest phrases: {same} of {len(kept)} best labels stay")


def report_speed(stories: Iterable[LabelSums], idf: Idf) -> None:
    """Stories of any size, made of the judged stories' members: larger ones are mixtures, a hard case."""
    members = [member for sums in stories for member in sums.members]
    for size in (1, 3, 10, 48):
        joining, ranking = [], []
        for start in range(0, len(members) - size, max(size, len(members) // 60)):
            sums = LabelSums(members[start : start + size - 1])
            sums.totals()
            joining.append(seconds(sums.add, members[start + size - 1]))
            ranking.append(seconds(rank, sums, idf, "en"))
        print(
            f"story of {size:>2}: join {median(joining) * 1e6:.0f} us, rank {median(ranking) * 1e6:.0f} us (median)"
        )


def seconds(act: Callable[..., object], *arguments: object) -> float:
    started = time.process_time()
    act(*arguments)
    return time.process_time() - started


if __name__ == "__main__":
    main()

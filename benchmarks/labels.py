"""How good and how fast story labels are.

    python -m benchmarks labels [--full]

On real data: the label of the two sample texts in either order, with an idf that has seen nothing else and
with one learnt on the streams; over the 200 judged stories, how many labels are the recommended prototype's (whose
judgement then holds for ours) and which differ; what the cut to CANDIDATES_SCORED changes; CPU microseconds for
phrases, for a member joining and for a ranking by the story's size (read them as ratios).  The idf is the room's
own: document frequencies of hashed terms.
"""

from __future__ import annotations

import csv
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import NamedTuple

import numpy as np

from benchmarks import DATA, Missing, stream
from pipeline.copy.reading import read_copy
from pipeline.language import Language
from pipeline.language.terms import term_hash
from pipeline.normalise.fingerprints import fingerprint
from pipeline.normalise.phrases import find_phrases
from pipeline.tag import labels
from pipeline.tag.label_members import LabelMembers, label_contribution
from pipeline.tag.labels import rank_labels
from pipeline.tag.phrase_totals import PhraseTotals
from tests.real_data import VARIABLE

EN = Language.of("en")

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


def run(short: bool) -> dict[str, object]:
    """Labels against the judged ones, and microseconds; `short` leaves the background out.  Raises Missing."""
    find_phrases("Warm up", "", EN)  # loads the model
    judged = judgements()
    learnt, stories, costs = Frequencies(), {story: LabelMembers() for story in judged}, []
    for story, item in articles(STREAMS[1:] if short else STREAMS):
        learnt.learn(item)
        started = time.process_time()
        found = find_phrases(*item, EN)
        costs.append(time.process_time() - started)
        if story in stories:
            stories[story].add(label_contribution(found))
    return {
        **of_samples(learnt),
        **of_judged(judged, stories, learnt.idf),
        **of_cut(stories.values(), learnt.idf),
        "phrases of an item, median us": round(median(costs) * 1e6),
        "phrases of an item, mean us": round(sum(costs) / len(costs) * 1e6),
        **of_speed(stories.values(), learnt.idf),
    }


def judgements() -> dict[str, dict[str, str]]:
    """The judged stories' rows by story.  Raises Missing."""
    path = DATA / "labels_judged.tsv"
    if not path.exists():
        raise Missing(f"no {path.name} in a folder of real data ({VARIABLE}): nothing to compare with")
    with path.open(encoding="utf-8") as table:
        return {row["story"]: row for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)}


def articles(streams: Iterable[str]) -> Iterator[tuple[str | None, Clean]]:
    """Each article's story and its clean copy."""
    for name in streams:
        for article in stream(name):
            yield article.get("story"), clean(article["title"] or "", article["text"])


def clean(title: str, text: str) -> Clean:
    copy = read_copy(title, [line for line in text.splitlines() if line.strip()], EN)
    return Clean(copy.headline, "\n\n".join(copy.paragraphs))


def of_samples(learnt: Frequencies) -> dict[str, object]:
    """The two sample texts: in either order and each alone, by an idf that has seen nothing else, and learnt."""
    texts = [clean("", path.read_text("utf-8")) for path in sorted((DATA / "seeds").glob("*.txt"))]
    cold = Frequencies()
    for item in texts:
        cold.learn(item)
        learnt.learn(item)
    members = [label_contribution(find_phrases(*item, EN)) for item in texts]
    figures: dict[str, object] = {}
    for name, idf in (("cold", cold.idf), ("learnt", learnt.idf)):
        orders = (members, members[::-1], *([member] for member in members))
        labels_found = [rank_labels(PhraseTotals(order), idf, "en")[0].label for order in orders]
        figures[f"sample texts, {name}: both orders, each alone"] = " | ".join(labels_found)
    return figures


def of_judged(judged: dict[str, dict[str, str]], stories: dict[str, LabelMembers], idf: Idf) -> dict[str, object]:
    """How many labels are the prototype's, whose judgement then holds for ours; and those that differ."""
    ours = {story: rank_labels(totals(each), idf, "en")[0].label for story, each in stories.items() if each.members}
    differ = [story for story in ours if judged[story][PROTOTYPE] != ours[story]]
    rows = {f"differs: {judged[story]['sample']}{judged[story]['no']}": story for story in differ}
    figures: dict[str, object] = {f"the prototype's label, of {len(ours)} stories": len(ours) - len(differ)}
    return figures | {row: f"{judged[story][PROTOTYPE]} -> {ours[story]}" for row, story in rows.items()}


def of_cut(stories: Iterable[LabelMembers], idf: Idf) -> dict[str, object]:
    """What scoring only the heaviest phrases changes."""
    built, cut = [totals(each) for each in stories if each.members], labels.CANDIDATES_SCORED
    kept = [rank_labels(sums, idf, "en")[0] for sums in built]
    labels.CANDIDATES_SCORED = 10**6
    try:
        same = sum(rank_labels(sums, idf, "en")[0] == best for sums, best in zip(built, kept, strict=True))
    finally:
        labels.CANDIDATES_SCORED = cut
    return {f"best labels that the cut to {cut} phrases leaves, of {len(kept)}": same}


def of_speed(stories: Iterable[LabelMembers], idf: Idf) -> dict[str, object]:
    """Stories of any size, made of the judged stories' members: larger ones are mixtures, a hard case."""
    members = [member for each in stories for member in each.members]
    figures: dict[str, object] = {}
    for size in (1, 3, 10, 48):
        joining, ranking = [], []
        for start in range(0, len(members) - size, max(size, len(members) // 60)):
            story = LabelMembers(members[start : start + size - 1])
            sums, joins = totals(story), members[start + size - 1]
            joining.append(seconds(sums.bring_to, story.sample(joins=joins)))
            ranking.append(seconds(rank_labels, sums, idf, "en"))
        figures[f"story of {size}: join, us"] = round(median(joining) * 1e6)
        figures[f"story of {size}: rank, us"] = round(median(ranking) * 1e6)
    return figures


def totals(story: LabelMembers) -> PhraseTotals:
    return PhraseTotals(story.sample())


def seconds(act: Callable[..., object], *arguments: object) -> float:
    started = time.process_time()
    act(*arguments)
    return time.process_time() - started

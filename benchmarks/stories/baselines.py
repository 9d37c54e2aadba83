"""What simpler methods make of the streams, each at its best threshold for that stream.

    python -m benchmarks.stories.baselines

Every item alone; TF-IDF with the nearest centroid; TF-IDF with the nearest item; and the features and weights
of Miranda et al. 2018 (miranda.py).  They get the room's window of five days and document frequencies learnt on
the stream.  The threshold with the best BCubed F1 is chosen on the stream that it is measured on, so these
figures flatter the baselines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.stories import miranda
from benchmarks.stories.streams import STREAMS, WINDOW_MS, Article, articles, features_of, scores
from pipeline.tag.index import Index
from pipeline.tag.scoring import vectors
from pipeline.tag.vector_kernels import UNIT

THRESHOLDS = [step / 40 for step in range(4, 25)]  # .1 to .6

Vector = dict[int, float]  # key -> weight; unit length
Clusterer = Callable[[Sequence[Article], list[Vector], float], list[int]]


def run(names: tuple[str, ...] = STREAMS) -> dict[str, object]:
    """The figures of each method on each stream.  Raises Missing."""
    figures: dict[str, object] = {}
    for name in names:
        stream = articles(name)
        wanted, items = [a.story for a in stream], text_vectors(stream)
        figures[f"{name}, every item alone"] = str(scores(list(range(len(stream))), wanted))
        for method, clusterer in CLUSTERERS.items():
            tried = [scores(clusterer(stream, items, each), wanted) for each in THRESHOLDS]
            figures[f"{name}, TF-IDF, {method}"] = str(max(tried, key=lambda each: each.f1))
        tried = [scores(found, wanted) for found in miranda.clusterings(stream)]
        figures[f"{name}, Miranda et al."] = str(max(tried, key=lambda each: each.f1))
    return figures


def text_vectors(stream: Sequence[Article]) -> list[Vector]:
    """The room's text vector of each item, by the frequencies of the items before it."""
    index, found = Index(), []
    for article in stream:
        item = vectors(index, features_of(article), "en")
        found.append(dict(zip(item.keys.tolist(), (item.text / UNIT).tolist(), strict=True)))
        index.count_terms(item.terms, "en", 1)
    return found


def nearest_centroid(stream: Sequence[Article], items: list[Vector], threshold: float) -> list[int]:
    """Each item joins the story of the window whose sum of vectors has the best cosine with it."""
    sums: list[Vector] = []
    last_ms: list[int] = []
    found = []
    for article, vector in zip(stream, items, strict=True):
        alive = [story for story, ms in enumerate(last_ms) if ms >= article.time_ms - WINDOW_MS]
        cosines = [(product(vector, sums[story]) / length(sums[story]), -story) for story in alive]
        best, negative = max(cosines, default=(0.0, 0))
        story = -negative if best >= threshold else len(sums)
        if story == len(sums):
            sums.append({})
            last_ms.append(0)
        for key, weight in vector.items():
            sums[story][key] = sums[story].get(key, 0.0) + weight
        last_ms[story] = article.time_ms
        found.append(story)
    return found


def nearest_item(stream: Sequence[Article], items: list[Vector], threshold: float) -> list[int]:
    """Each item joins the story of the item of the window that has the best cosine with it."""
    found: list[int] = []
    first = 0
    for number, (article, vector) in enumerate(zip(stream, items, strict=True)):
        while stream[first].time_ms < article.time_ms - WINDOW_MS:
            first += 1
        cosines = [(product(vector, items[other]), -other) for other in range(first, number)]
        best, negative = max(cosines, default=(0.0, 0))
        found.append(found[-negative] if best >= threshold else number)
    return found


def product(one: Vector, other: Vector) -> float:
    return sum(weight * other.get(key, 0) for key, weight in one.items())


def length(vector: Vector) -> float:
    return float(np.sqrt(sum(weight * weight for weight in vector.values()))) or 1.0


CLUSTERERS: dict[str, Clusterer] = {
    "nearest centroid": nearest_centroid,
    "nearest item": nearest_item,
}


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))

"""The monolingual clustering of Miranda et al. 2018 (arXiv 1809.00540), run again on a stream.

Cosines of tokens, lemmas and entities of title, body and both with the centroids of a cluster, and how near in
time its newest, oldest and mean item are (a Gaussian of three days), weighted by the ranking model that the
authors published for English.  What differs: tokens stand for lemmas, too, because we have no lemmatiser; the
authors had entities of a recogniser, here they are the capitalised words; document frequencies are learnt on
the stream; clusters that had no item for five days are not looked at; and one threshold, tuned, decides whether
an item joins, in place of the model for merging, which knows the number of clusters of another corpus.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.stories.streams import WINDOW_MS, Article
from pipeline.language.blocks import FUNCTION_WORDS
from pipeline.language.folding import fold_word

# models/en/4_1491902620.876421_10000.0.model of the authors' repository (Priberam/news-clustering); tokens and
# lemmas are one feature here, so their weights are added.
WEIGHTS = {
    ("words", "all"): 3.8883567 + 0.74489218,
    ("words", "body"): 1.0086491 - 1.7037395,
    ("words", "title"): -1.9079906 + 0.32604426,
    ("entities", "all"): 2.4383616,
    ("entities", "body"): -0.73693264,
    ("entities", "title"): 1.4310931,
}
NEWEST, OLDEST, MEAN = 2.1834517, 5.0244422, 0.29178089
SIGMA_MS = 3 * 86_400_000
THRESHOLDS = [step / 4 for step in range(30, 46)]
WORD = re.compile(r"[^\W_]+")

Bag = dict[str, float]
Part = tuple[str, str]


@dataclass
class Cluster:
    sums: dict[Part, Bag]
    squares: dict[Part, float]
    times: list[int] = field(default_factory=list)


def clusterings(stream: Sequence[Article]) -> Iterator[list[int]]:
    """The cluster of each item, threshold by threshold."""
    items = weighted(stream)
    for threshold in THRESHOLDS:
        yield clustering(stream, items, threshold)


def clustering(stream: Sequence[Article], items: list[dict[Part, Bag]], threshold: float) -> list[int]:
    """Each item joins the best cluster of the window if its score is at least `threshold`."""
    clusters: list[Cluster] = []
    found = []
    for article, bags in zip(stream, items, strict=True):
        alive = [n for n, each in enumerate(clusters) if each.times[-1] >= article.time_ms - WINDOW_MS]
        best, negative = max(((score(bags, article.time_ms, clusters[n]), -n) for n in alive), default=(0.0, 0))
        number = -negative
        if best < threshold:
            number = len(clusters)
            clusters.append(Cluster({part: {} for part in WEIGHTS}, dict.fromkeys(WEIGHTS, 0.0)))
        add(clusters[number], bags, article.time_ms)
        found.append(number)
    return found


def score(bags: dict[Part, Bag], time_ms: int, cluster: Cluster) -> float:
    """The model's score; all bags of an item have unit length."""
    times = cluster.times
    points = NEWEST * near(time_ms - times[-1]) + OLDEST * near(time_ms - times[0])
    points += MEAN * near(time_ms - sum(times) / len(times))
    for part, weight in WEIGHTS.items():
        if square := cluster.squares[part]:
            sums = cluster.sums[part]
            points += weight * sum(v * sums.get(k, 0) for k, v in bags[part].items()) / math.sqrt(square)
    return points


def near(apart_ms: float) -> float:
    return math.exp(-((apart_ms / SIGMA_MS) ** 2) / 2)


def add(cluster: Cluster, bags: dict[Part, Bag], time_ms: int) -> None:
    cluster.times.append(time_ms)
    for part, bag in bags.items():
        sums = cluster.sums[part]
        for key, value in bag.items():
            old = sums.get(key, 0.0)
            sums[key] = old + value
            cluster.squares[part] += (old + value) ** 2 - old**2


def weighted(stream: Sequence[Article]) -> list[dict[Part, Bag]]:
    """The TF-IDF bags of each item, by the frequencies of the items before it."""
    frequencies: Counter[str] = Counter()
    found = []
    for count, article in enumerate(stream):
        bags = {
            (kind, place): unit(Counter(cut(text)), frequencies, count)
            for kind, cut in (("words", words), ("entities", entities))
            for place, text in (
                ("all", f"{article.title}\n{article.text}"),
                ("body", article.text),
                ("title", article.title),
            )
        }
        frequencies.update(bags["words", "all"])
        frequencies.update(f"={each}" for each in bags["entities", "all"])
        found.append(bags)
    return found


def unit(counts: Counter[str], frequencies: Counter[str], items: int) -> Bag:
    rare = {term: math.log((items + 1001) / (frequencies[term] + 0.5)) for term in counts}
    bag = {term: (1 + math.log(count)) * rare[term] for term, count in counts.items()}
    length = math.sqrt(sum(value * value for value in bag.values()))
    return {term: value / length for term, value in bag.items()} if length else {}


def words(text: str) -> list[str]:
    folded = (fold_word(word) for word in WORD.findall(text)[:400])
    return [word for word in folded if len(word) > 1 and word not in FUNCTION_WORDS]


def entities(text: str) -> list[str]:
    """Capitalised words that are not the first of a sentence."""
    return [
        word for word in re.findall(r"(?<=[\w,;’'] )[A-Z]\w+", text[:2500]) if fold_word(word) not in FUNCTION_WORDS
    ]

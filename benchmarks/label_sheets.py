"""Sheets on which people judge story labels, blind to the method, and what two judges found.

    python -m benchmarks.label_sheets label STREAM...  > new.tsv
    python -m benchmarks.label_sheets draw old=old.tsv new=new.tsv --seed 1 --stories 100 --out FOLDER
    python -m benchmarks.label_sheets report FOLDER/key.tsv judge_a.tsv judge_b.tsv

`label` gives the label of each story of at least two items, as the room tag would have it after the last item; the
members are those that the stream names, so that a label is judged and not a clustering.  `draw` takes stories by
chance, evenly from the streams, and writes sheet.tsv (number, titles, label, an empty judgement) and key.tsv (which
methods gave the label).  A label that two methods share is judged once.  A judge fills the last column with good,
acceptable or wrong (docs/design/stories.md#judging-labels).  `report` counts per method and stream, and gives the
agreement of the judges as Cohen's kappa.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks import stream
from pipeline.copy.reading import read_copy
from pipeline.language import Language
from pipeline.normalise.fingerprints import fingerprint
from pipeline.normalise.phrases import find_phrases
from pipeline.tag.changes import StoryTotals
from pipeline.tag.index import Index, mixed
from pipeline.tag.label_members import LabelMembers, label_contribution
from pipeline.tag.naming import with_label

JUDGEMENTS = ("good", "acceptable", "wrong")
ITEMS_MIN = 2  # of a story that is judged
TITLES_SHOWN = 12
EN = Language.of("en")


class Labelled(NamedTuple):
    """A story with its label."""

    stream: str
    story: str
    titles: tuple[str, ...]
    label: str
    kind: str


def labelled_stories(name: str) -> Iterator[Labelled]:
    """The stories of a stream with their labels, the document frequencies learnt on the way.  Raises Missing."""
    index, stories = Index(), dict[str, StoryTotals]()
    members, titles = defaultdict[str, LabelMembers](LabelMembers), defaultdict[str, list[str]](list)
    for article in sorted(stream(name), key=lambda each: each["timestamp"] or ""):
        copy = read_copy(
            article["title"] or "", [line for line in article["text"].splitlines() if line.strip()], EN
        )
        body, story = "\n\n".join(copy.paragraphs), article.get("story")
        index.count_terms(mixed(fingerprint(b"", copy.headline, body, body).terms, "en"), "en", 1)
        if story is None:
            continue
        member = label_contribution(find_phrases(copy.headline, body, EN))
        before = stories.get(story) or StoryTotals(story, 0, "en", copy.headline)
        stories[story] = with_label(index, before, members[story], b"", member)
        members[story].add(member)
        titles[story].append(" ".join((article["title"] or "").split()))
    for story, totals in stories.items():
        if len(titles[story]) >= ITEMS_MIN:
            kind = str(getattr(totals, "label_kind", "") or "-")
            yield Labelled(name, story, tuple(titles[story]), totals.label, kind)


def label(streams: Iterable[str]) -> None:
    """Write the labels of all stories of the streams as a table."""
    table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    table.writerow(Labelled._fields)
    for each in (each for name in streams for each in labelled_stories(name)):
        titles = " / ".join(dict.fromkeys(each.titles[:TITLES_SHOWN]))
        table.writerow((each.stream, each.story, titles, each.label, each.kind))


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows as a table."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, list(rows[0]), delimiter="\t", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def draw(methods: dict[str, Path], seed: int, stories: int, out: Path) -> None:
    """Write a sheet and its key: the same stories for every method, labels in an order of chance."""
    tables = {name: {(row["stream"], row["story"]): row for row in read(path)} for name, path in methods.items()}
    chance = random.Random(seed)
    common = sorted(set.intersection(*(set(table) for table in tables.values())))
    drawn = drawn_evenly(common, stories, chance)
    rows = [row for story in drawn for row in rows_of(story, tables)]
    chance.shuffle(rows)
    numbered = [{"no": str(number)} | row for number, row in enumerate(rows, 1)]
    write(out / "sheet.tsv", [{**pick(row, "no", "titles", "label"), "judgement": ""} for row in numbered])
    write(out / "key.tsv", [pick(row, "no", "stream", "story", "methods", "label") for row in numbered])


def drawn_evenly(stories: list[tuple[str, str]], most: int, chance: random.Random) -> list[tuple[str, str]]:
    """Up to `most` stories by chance, as many from each stream as it has and its share allows."""
    by_stream: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for story in stories:
        by_stream[story[0]].append(story)
    drawn: list[tuple[str, str]] = []
    for left, pool in enumerate(sorted(by_stream.values(), key=len)):
        share = (most - len(drawn)) // (len(by_stream) - left)
        drawn += chance.sample(pool, min(share, len(pool)))
    return drawn


def rows_of(
    story: tuple[str, str], tables: dict[str, dict[tuple[str, str], dict[str, str]]]
) -> Iterator[dict[str, str]]:
    """A row for each different label of a story."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for name, table in tables.items():
        by_label[table[story]["label"]].append(name)
    titles = next(iter(tables.values()))[story]["titles"]
    for text, names in by_label.items():
        yield {"stream": story[0], "story": story[1], "titles": titles, "label": text, "methods": " ".join(names)}


def pick(row: dict[str, str], *names: str) -> dict[str, str]:
    return {name: row[name] for name in names}


def report(key: Path, judges: list[Path]) -> Iterator[str]:
    """What each judge found per method and stream, in per cent, and how far the judges agree."""
    found = [{row["no"]: row["judgement"].strip().casefold() for row in read(path)} for path in judges]
    rows = read(key)
    for judge, marks in zip(judges, found, strict=True):
        if bad := [row["no"] for row in rows if marks.get(row["no"]) not in JUDGEMENTS]:
            raise SystemExit(f"{judge}: no judgement, or none of {', '.join(JUDGEMENTS)}, in rows {', '.join(bad)}")
    for method in sorted({method for row in rows for method in row["methods"].split()}):
        for name in (*sorted({row["stream"] for row in rows}), "all"):
            ours = [row for row in rows if method in row["methods"].split() and name in (row["stream"], "all")]
            parts = [shares([marks[row["no"]] for row in ours]) for marks in found]
            yield f"{method}\t{name}\t{len(ours)}\t" + "\t".join(parts)
    for (one, other), names in zip(pairwise(found), pairwise(judges), strict=True):
        pairs = [(one[row["no"]], other[row["no"]]) for row in rows]
        same = sum(a == b for a, b in pairs) / len(pairs)
        yield f"agreement of {names[0].name} and {names[1].name}: {same:.0%}, kappa {kappa(pairs):.2f}"


def shares(marks: list[str]) -> str:
    """Good / acceptable / wrong in per cent."""
    counts = Counter(marks)
    return " / ".join(f"{counts[each] / max(len(marks), 1):.0%}" for each in JUDGEMENTS)


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa: the agreement beyond chance; 1 is all, 0 is chance."""
    one, other = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(one[each] * other[each] for each in JUDGEMENTS) / len(pairs) ** 2
    same = sum(a == b for a, b in pairs) / len(pairs)
    return 1.0 if by_chance == 1 else (same - by_chance) / (1 - by_chance)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.label_sheets", description=(__doc__ or "").partition("\n")[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("label").add_argument("streams", nargs="+")
    drawing = commands.add_parser("draw")
    drawing.add_argument("methods", nargs="+", metavar="METHOD=FILE")
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--stories", type=int, default=100)
    drawing.add_argument("--out", type=Path, default=Path())
    reporting = commands.add_parser("report")
    reporting.add_argument("key", type=Path)
    reporting.add_argument("judges", type=Path, nargs="+")
    given = parser.parse_args()
    if given.command == "label":
        label(given.streams)
    elif given.command == "draw":
        methods = {name: Path(path) for name, _, path in (each.partition("=") for each in given.methods)}
        draw(methods, given.seed, given.stories, given.out)
    else:
        print(*report(given.key, given.judges), sep="\n")


if __name__ == "__main__":
    main()

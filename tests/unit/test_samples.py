"""The sample wires: complete, consistent, ours."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

from pipeline.formats import FORMATS
from pipeline.items import Kind, Relation
from pipeline.records import Reason
from pipeline.samples import MANIFEST, Sample, Samples, read_samples
from tests.real_data import STAND_INS, real, stand_in

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
RETOLD = STAND_INS / "retold.txt"  # a hash of each run of words in the two texts that the talks were retold from
RUN_WORDS = 8  # so many in a row are a quotation


@pytest.fixture(scope="module")
def samples() -> Samples:
    return read_samples(SEEDS)


def test_every_file_is_in_the_manifest_and_every_row_has_its_file(samples: Samples) -> None:
    """No file that nobody expects anything of, no expectation without its file, none twice."""
    found = sorted(str(path.relative_to(SEEDS)) for path in SEEDS.rglob("*.*") if path.name != MANIFEST)
    assert sorted(each.file for each in samples.payloads) == found


def test_payloads_are_in_order_of_arrival(samples: Samples) -> None:
    """A replay of the list is a replay of three days in January 2022, no two payloads at one time."""
    times = [each.time for each in samples.payloads]
    assert times == sorted(set(times))
    assert {(each.year, each.month, each.day) for each in times} == {(2022, 1, day) for day in (11, 12, 13)}


def test_there_is_enough_of_everything(samples: Samples) -> None:
    """Thirteen feeds, thirteen formats, about a hundred items, ten stories of three and more, every outcome."""
    items = [item for each in samples.payloads for item in each.items]
    sizes = Counter(item.story for item in items if item.story and item.kind is not Kind.REPEAT)
    assert len({each.feed for each in samples.payloads}) == 13
    assert len({each.format for each in samples.payloads} & FORMATS.keys()) >= 13
    assert 80 <= sum(item.disposition != "dead" for item in items) <= 100
    assert len([size for size in sizes.values() if size > 2]) >= 10
    assert {item.disposition for item in items} == {"enriched", "held", "withheld", "dead"}
    assert {Kind.NEW, Kind.UPDATE, Kind.CORRECTION, Kind.REPEAT, Kind.LATE, Kind.KILL} <= {i.kind for i in items}
    wanted = {Relation.ORIGINAL, Relation.EXACT, Relation.REPUBLISH, Relation.EXCERPT, Relation.UPDATE}
    assert wanted <= {item.relation for item in items}
    assert [item.reason for item in items if item.reason] == BROKEN


BROKEN = [
    Reason.MALFORMED,
    Reason.MALFORMED,
    Reason.EMPTY,
    Reason.ENCODING,
    Reason.ENCODING,
    Reason.BAD_DATE,
]


def test_what_is_repeated_came_before(samples: Samples) -> None:
    """`of` names an earlier file of the same story, and only a duplicate has one; so does `recalls`."""
    earlier: dict[str, str | None] = {}
    for each in samples.payloads:
        for item in each.items:
            is_copy = item.relation not in (None, Relation.ORIGINAL) and item.kind is not Kind.REPEAT
            assert (item.of is not None) == is_copy, each.file
            assert all(earlier[file] == item.story for file in (item.of, *item.recalls) if file), each.file
            assert not item.recalls or item.kind in (Kind.KILL, Kind.CORRECTION), each.file
        earlier[each.file] = each.items[0].story


def test_every_story_has_its_labels(samples: Samples) -> None:
    """The table of labels and the items speak of the same stories."""
    expected = {item.story for each in samples.payloads for item in each.items if item.story}
    assert expected == set(samples.labels)
    assert all(samples.labels.values())
    assert samples.labels["talks"] == ("NATO-Russia security talks",)


WRONG = [
    "stories: {}",
    "stories: [",
    "stories: {}\npayloads: [{file: a}]",
    "stories: {}\npayloads: [{file: a, feed: f, format: p, content_type: t, time: 2022-01-11T07:10:00Z,"
    " items: []}]",
    "stories: {}\npayloads: [{file: a, feed: f, format: p, content_type: t, time: 2022-01-11T07:10:00Z,"
    " items: [{disposition: dead}]}]",
]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_manifest_is_refused(tmp_path: Path, text: str) -> None:
    """A slip in the manifest stops the demo and the tests before they compare anything with it."""
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ValueError, match=r"manifest\.yaml"):
        list(read_samples(tmp_path).payloads)


@pytest.mark.parametrize("texts", [stand_in(None, id="hashes"), *real("seeds", id="texts")])
def test_no_sentence_is_anyone_elses(samples: Samples, texts: Path | None) -> None:
    """The two texts that the talks were retold from share no run of words with any sample."""
    known = {*RETOLD.read_text().split()}
    if texts:
        assert known == {run for path in texts.glob("*.txt") for run in runs(path.read_text("utf-8"))}
    assert len(known) == 850
    shared = {each.file: runs(text_of(each)).keys() & known for each in samples.payloads}
    assert {file: found for file, found in shared.items() if found} == {}


def test_a_sentence_of_another_is_found() -> None:
    """One sentence within words of our own is enough, whatever its case and marks."""
    theirs = (STAND_INS / "texts/1-agency.txt").read_text()
    ours = "Nobody said so. THE RAILWAY said it had no carriages - to spare! So they walked."
    assert runs(ours).keys() & runs(theirs).keys() == runs("The railway said it had no carriages to spare").keys()


def text_of(sample: Sample) -> str:
    return re.sub(r"<[^>]*>|\\n", " ", sample.data.decode("utf-8", "replace"))


def runs(text: str) -> dict[str, str]:
    """Every run of so many words by its hash."""
    words = re.findall(r"[^\W\d_]{2,}", text.casefold())
    every = (" ".join(words[start : start + RUN_WORDS]) for start in range(len(words) - RUN_WORDS + 1))
    return {hashlib.blake2b(run.encode(), digest_size=6).hexdigest(): run for run in every}

"""Golden files: the same outcome passes, another one fails and says which member of which record is different."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from pipeline.captures import to_line
from pipeline.records import Position, Record
from pipeline.testing.golden import SHOWN_CHARS_MAX, SHOWN_LINES_MAX, Golden, as_line, differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
LINES = st.lists(JSON.map(as_line), max_size=6)


def lines(*values: object) -> list[bytes]:
    return [as_line(value) for value in values]


def item(offset: int, uri: str, headline: str) -> Record:
    value = json.dumps({"uri": uri, "headlines": [{"value": headline}]}).encode()
    return Record(Position("wire.enriched", 1, offset), b"story", value, (("ce_type", b"wire.item"),), 0)


@given(LINES, LINES)
def test_a_difference_is_reported_if_and_only_if_there_is_one(old: list[bytes], new: list[bytes]) -> None:
    """Equal files give no report, and files that differ always give one."""
    assert bool(list(differences(old, new))) == (old != new)


@pytest.mark.parametrize(
    ("old", "new", "reported"),
    [
        (lines({"a": 1}), lines({"a": 2}), ['line 1: {"a": 2}', "    a: 1 → 2"]),
        (lines({"a": 1}), lines({"b": 1}), ['line 1: {"b": 1}', "    a: 1 → absent", "    b: absent → 1"]),
        (lines("x", "y"), lines("x", "new", "y"), ["line 2 is new: new"]),
        (lines("x", "gone", "y"), lines("x", "y"), ["line 2 of the file is gone: gone"]),
        (
            lines({"id": "a", "to": ["x"]}, {"id": "b"}),
            lines({"id": "n"}, {"id": "a", "to": ["x", "y"]}, {"id": "b"}),
            ['line 1 is new: {"id": "n"}', 'line 2: {"id": "a", "to": ["x", "y"]}', '    to[1]: absent → "y"'],
        ),
        ([b'{"a": 1}'], [b'{"a":1}'], ['line 1: {"a": 1}', "    the same members, written otherwise"]),
    ],
)
def test_what_is_reported(old: list[bytes], new: list[bytes], reported: list[str]) -> None:
    """Records new and gone are named; of a changed record only what changed is shown."""
    found = list(differences(old, new))
    assert len(found) == len(reported)
    assert all(one.startswith(start) for one, start in zip(found, reported, strict=True)), found


def test_records_are_opened() -> None:
    """Of captured records the payload's members are compared, and a shifted offset hides nothing."""
    old = [to_line(item(4, "urn:a", "Fire")), to_line(item(5, "urn:b", "Flood"))]
    new = [to_line(item(4, "urn:n", "Frost")), to_line(item(5, "urn:a", "Fire")), to_line(item(6, "urn:b", "Wet"))]
    text = "\n".join(differences(old, new))
    assert 'payload.headlines[0].value: "Flood" → "Wet"' in text
    assert "line 1 is new: wire.enriched story" in text
    assert "Fire" not in text.replace('"urn:a", "headlines": [{"value": "Fire"}]', "")


def test_long_texts_are_shown_where_they_differ() -> None:
    """A changed word in a long body is seen, and the rest of the body is not."""
    _, shown = differences(
        lines({"id": 1, "body": "word " * 500 + "old"}), lines({"id": 1, "body": "word " * 500 + "new"})
    )
    assert "old" in shown
    assert "new" in shown
    assert len(shown) < 3 * SHOWN_CHARS_MAX


class Model(BaseModel):
    by_alias: int = Field(alias="byAlias")
    nothing: str | None = None


@dataclass
class Plain:
    model: Model
    words: frozenset[str]


def test_what_can_be_golden(tmp_path: Path) -> None:
    """Models, dataclasses, sets and records are written the same every time; what JSON cannot say is refused."""
    outcome = [Plain(Model(byAlias=1), frozenset({"b", "a"})), Model(byAlias=2), item(1, "urn:a", "Fire")]
    Golden(tmp_path / "golden", update=True)("all.jsonl", outcome)
    written = (tmp_path / "golden" / "all.jsonl").read_text().splitlines()
    assert written[:2] == ['{"model":{"byAlias":1},"words":["a","b"]}', '{"byAlias":2}']
    Golden(tmp_path / "golden", update=False)("all.jsonl", outcome)
    with pytest.raises(TypeError, match="object cannot be written as JSON"):
        as_line(object())


def test_a_golden_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file fails with the way to make it, and is not made by the way."""
    with pytest.raises(pytest.fail.Exception, match="--update-golden writes it"):
        Golden(tmp_path, update=False)("none.jsonl", [])
    assert list(tmp_path.iterdir()) == []


def test_a_long_difference_is_cut(tmp_path: Path) -> None:
    """However much differs, a page of it is shown and the rest is counted."""
    Golden(tmp_path, update=True)("many.jsonl", range(1000))
    with pytest.raises(pytest.fail.Exception) as caught:
        Golden(tmp_path, update=False)("many.jsonl", [])
    assert len(str(caught.value).splitlines()) == SHOWN_LINES_MAX + 3
    assert "… and 940 more lines" in str(caught.value)


def test_the_plugin_costs_nothing_unused() -> None:
    """A test run that uses no fixture of ours loads no room, no broker, no model."""
    script = "import sys, wiredesk_pytest; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"faust", "numba", "numpy", "kafka", "pydantic", "msgspec", "pipeline"}


def test_a_replay_loads_no_client() -> None:
    """Who replays in memory gets neither Kafka's clients nor Faust, nor the warnings of either."""
    script = "import sys, pipeline.testing.contract, pipeline.testing.golden; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"faust", "aiokafka", "kafka"}

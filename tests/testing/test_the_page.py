"""docs/testing.md shows what runs: the example's files, word for word, and what it says of their outcome."""

from __future__ import annotations

import re
from pathlib import Path

import paging
import pytest

from pipeline.testing.golden import Golden
from pipeline.testing.replayed import Replays
from wiredesk_pytest import pytest_addoption

HERE = Path(__file__).parent
EXAMPLE = HERE / "example"
PAGE = (HERE.parents[1] / "docs" / "testing.md").read_text()


@pytest.mark.parametrize("name", ["paging.py", "test_paging.py"])
def test_the_page_shows_the_example(name: str) -> None:
    """What a reader copies out of the page is what our tests run."""
    assert f"```python\n{(EXAMPLE / name).read_text().rstrip()}\n```" in PAGE


def test_the_page_shows_the_golden_file() -> None:
    """The lines shown are lines of the golden file."""
    shown = [line for line in PAGE.splitlines() if line.startswith('{"to":')]
    assert shown
    assert set(shown) <= set((EXAMPLE / "golden" / "pages.jsonl").read_text().splitlines())


def test_the_page_shows_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The change that the page describes is reported as the page shows it."""
    monkeypatch.setattr(paging, "URGENT", 3)
    enriched = Replays(EXAMPLE)("capture.jsonl").records("wire.enriched")
    with pytest.raises(pytest.fail.Exception) as caught:
        Golden(EXAMPLE / "golden", update=False)("pages.jsonl", paging.pages(record.value for record in enriched))
    said = str(caught.value).replace(f"{EXAMPLE}/", "")
    assert f"```\n{said}\n```" in PAGE


def test_the_page_names_every_fixture() -> None:
    """The table of fixtures is the plugin's."""
    plugin = Path(pytest_addoption.__code__.co_filename).read_text()
    fixtures = re.findall(r"@pytest\.fixture.*\ndef (\w+)", plugin)
    assert fixtures
    assert [name for name in fixtures if not re.search(rf"(?m)^\| `{name}", PAGE)] == []

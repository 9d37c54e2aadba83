"""Values on the command line: a text can be written, shown and sent; tables can be read by a program."""

from __future__ import annotations

import click
import pytest

from pipeline.cli import tables
from pipeline.cli.parameters import FEED, Text

REFUSED = {
    "": "blank",
    " \t": "blank",
    "\u200b": "nothing in it can be shown",
    "\x1b": "nothing in it can be shown",
    "\udcff": "not UTF-8",
    "a\udcff": "not UTF-8",
    "x" * 201: "201 characters",
}


@pytest.mark.parametrize("value", REFUSED)
def test_a_text_that_cannot_be_used_is_refused(value: str) -> None:
    """The reason is named."""
    with pytest.raises(click.BadParameter, match=REFUSED[value]):
        Text().convert(value, None, None)


def test_a_feed_is_bounded_in_bytes() -> None:
    """As the records are, which would be dead otherwise."""
    assert FEED.convert("é" * 100, None, None) == "é" * 100
    with pytest.raises(click.BadParameter, match="202 bytes"):
        FEED.convert("é" * 101, None, None)


def test_a_table_in_a_pipe_has_a_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    """However long the values are, up to the width of a line: `grep` and `awk` read it."""
    rows: list[dict[str, object]] = [{"letter": "0@1", "detail": "word " * 40, "feed": "f" * 200}]
    tables.show(rows, False, "nothing")
    assert len(capsys.readouterr().out.splitlines()) == 2

"""`wiredesk held`: a dispatch in a row."""

from __future__ import annotations

from resolve_driver import ResolveDriver

from pipeline.cli.operate import held_rows
from pipeline.items import PubStatus, Signal


def test_a_row_a_dispatch() -> None:
    """However many revisions are held, and also where none is: by an operator, or by a note to editors alone."""
    driver = ResolveDriver()
    for version in range(1, 5):
        driver.send("a", version, until=100.0 * version)
    driver.send("b", 1)
    driver.control("hold", "b")
    driver.send("c", 1)
    driver.send("c", 2, status=PubStatus.WITHHELD, signals=[Signal.UNPUBLISHABLE], text="note")
    driver.send("d", 1)
    driver.send("d", 2, status=PubStatus.CANCELED)
    rows = held_rows(driver.shards.values(), as_json=False)
    assert [(row["headline"], row["revisions"], row["why"]) for row in rows] == [
        ("words a 4", 4, "embargoed until 12 Jan 2022 15:40 UTC"),
        ("words b 1", 0, "on hold by A. Lind"),
        ("words c 1", 0, "the agency holds it"),
    ]
    assert rows[0]["due"] == "12 Jan 2022 15:40 UTC"

"""What the tags of a page say about its item by their classes."""

from __future__ import annotations

import pytest
from lxml import etree

from pipeline.formats.attributes import said_in_markup, said_in_tree


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ('<p class="embargo">Tuesday, 18:00</p>', ["Tuesday, 18:00"]),
        ('<p class="lead sperrfrist">Dienstag</p>', ["Dienstag"]),
        (
            '<b class="embargoed" data-datetime="2025-01-23T19:00:00+01:00">tonight</b>',
            ["2025-01-23T19:00:00+01:00"],
        ),
        ('<time class="embargo" datetime="2025-01-23T18:00Z">at seven</time>', ["2025-01-23T18:00Z"]),
        ('<p class="tag-embargo" data-datetime="2025-01-23">Oil</p>', []),
        ('<p class="embargo"></p>', []),
        ('<p class="lead">Tuesday, 18:00</p>', []),
    ],
)
def test_a_class_names_an_embargo(markup: str, said: list[str]) -> None:
    """Its words are the end, or the instant that stands beside them; in a page and in a tree."""
    assert [one.value for one in said_in_markup(markup)] == said
    assert [one.value for one in said_in_tree(etree.fromstring(markup))] == said

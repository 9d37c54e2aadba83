"""What is damaged in a field of one line: mojibake, tags that were escaped twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.formats.limits import bounded
from pipeline.formats.parsed import Parsed
from pipeline.items import AltId, Concept, InfoSource
from pipeline.values.dates import parse_moment, read_embargo


def test_mojibake_is_mended_in_every_published_field_but_ids() -> None:
    """Bylines, places, rights, sources, subjects, descriptions; an id is compared as it is."""
    text, meant = "JosÃ© NÃºÃ±ez", "José Núñez"
    item = bounded(
        Parsed(
            paragraphs=("Quay closed.",),
            native_id=text,
            by=text,
            located=text,
            slugline=text,
            copyright_notice=f"{text}\n{text}",
            descriptions=(text,),
            info_sources=(InfoSource(name=text),),
            subjects=(Concept(name=text),),
            alt_ids=(AltId(role="native", value=text),),
        )
    )
    assert (item.by, item.located, item.slugline, item.descriptions) == (meant, meant, meant, (meant,))
    assert item.copyright_notice == f"{meant}\n{meant}"
    assert (item.info_sources[0].name, item.subjects[0].name) == (meant, meant)
    assert (item.native_id, item.alt_ids[0].value) == (text, text)


@pytest.mark.parametrize(
    ("headline", "shown"),
    [
        ("Strike <b>ends</b>", "Strike ends"),
        ('<a href="https://x.example">Strike</a> ends', "Strike ends"),
        ("Bank <B> raises stake in <GM.N>", "Bank ‹B› raises stake in ‹GM.N›"),
        ("Tag <b> is bold", "Tag ‹b› is bold"),
    ],
)
def test_tags_that_close_in_a_headline_leave_it(headline: str, shown: str) -> None:
    """They were escaped twice; a share or a tag that the text is about stays, and is no tag."""
    assert bounded(Parsed(paragraphs=("Quay closed.",), headline=headline)).headline == shown


def test_a_date_of_iso_8601_may_have_a_zone_by_its_name() -> None:
    """One that means several offsets is none, and an embargo with a name of a zone has no end."""
    assert parse_moment("2021-03-03T10:15:00 CET") == datetime(2021, 3, 3, 9, 15, tzinfo=UTC)
    assert parse_moment("2021-03-03 10:15 CST") == datetime(2021, 3, 3, 10, 15)  # noqa: DTZ001 - it names none
    for written in ("2021-03-03T10:15:00 CET", "2021-03-03 10:15 CST", "2021-03-03 10:15 PM"):
        embargo = read_embargo([written], [])
        assert embargo is not None
        assert embargo.until is None

"""NewsML-G2 compared with IPTC's own reader, the library newsmlg2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import NewsMLG2
import pytest
from lxml import etree
from news import parse

from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.sniff import sniff
from pipeline.records import Rejected
from pipeline.values.dates import parse_moment
from tests.real_data import ROOT, STAND_INS, real, stand_in

NAR = "{http://iptc.org/std/nar/2006-10-01/}"
# Where the two agree by what is right, not by what is written.
STATUS = {"stat:usable": "usable", "stat:canceled": "canceled", None: "usable"}  # absent: G2's default
EMPTY = re.compile(r"<\w+>")  # how the oracle writes an element without text
NOTHING = "No-Data-Available"  # Reuters' placeholder: no words of ours


def news_items(wire: Path) -> Iterator[tuple[str, bytes]]:
    """Every newsItem of every payload, alone: the library reads none within a newsMessage."""
    for path in sorted(wire.glob("*/*")):
        data = path.read_bytes()
        try:
            if sniff(data) != "newsml-g2":
                continue
        except Rejected:
            continue
        for number, element in enumerate(etree.fromstring(data.lstrip()).iter(f"{NAR}newsItem")):
            yield f"{path.name}#{number}", etree.tostring(element, with_tail=False)


def without_remote_info(data: bytes) -> bytes:
    """The item without `remoteInfo`, whose class the library cannot read (27 items of APA)."""
    item = etree.fromstring(data)
    for element in list(item.iter(f"{NAR}remoteInfo")):
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
    return etree.tostring(item)


def told_by_oracle(data: bytes) -> dict[str, Any]:
    item = NewsMLG2.NewsMLG2Document(without_remote_info(data)).get_item()
    meta, content = item.itemmeta, item.contentmeta
    subjects = [subject.qcode or subject.literal for subject in content.subject] if content.subject else []
    return {
        "guid": item.guid,
        "version": item.version,
        "status": STATUS[meta.pubstatus.qcode if meta.pubstatus else None],
        "created": moment(meta.versioncreated),
        "first created": moment(meta.firstcreated),
        "embargo": moment(meta.embargoed),
        "language": content.language[0].tag if content.language else item.xml_lang,
        "urgency": number(content.urgency),
        "headlines": lines(content.headline),
        "slugline": next(iter(lines(content.slugline)), None),
        "descriptions": lines(content.description),
        "by": next((line for line in lines(content.by) if not line.startswith(NOTHING)), None),
        "subjects": {code for code in subjects if code},
    }


def told_by_us(data: bytes) -> dict[str, Any] | None:
    try:
        (item,) = parse(Payload(data, "oracle", datetime(2030, 1, 1, tzinfo=UTC)))[1].items
    except Rejected:
        return None
    assert isinstance(item, Parsed)
    chained = next((one.value for one in item.alt_ids if one.role == "guid"), None)
    return {
        "guid": chained or item.native_id,
        "version": item.version if chained is None else None,
        "status": item.pub_status,
        "created": item.version_created,
        "first created": item.first_created,
        "embargo": item.embargo.until if item.embargo else None,
        "language": item.language,
        "urgency": item.urgency,
        "headlines": sorted({item.headline, *(one.value for one in item.further_headlines)} - {""}),
        "slugline": item.slugline,
        "descriptions": sorted(item.descriptions),
        "by": item.by,
        "subjects": {one.literal for one in (*item.subjects, *item.places) if one.rel is None and one.literal},
    }


def lines(elements: Any) -> list[str]:
    texts = (" ".join(str(element).split()) for element in elements or ())
    return sorted({text for text in texts if text and not EMPTY.fullmatch(text)})


def moment(element: Any) -> datetime | None:
    found = parse_moment(str(element)) if element and str(element).strip() else None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found else None


def number(element: Any) -> int | None:
    return int(str(element)) if element else None


# What we read and the oracle does not, or otherwise: field -> how many items.
OTHERWISE = {
    "version": 1,  # a chain of two guids is numbered by time
    "created": 4,  # for want of versionCreated the contentModified
    "by": 5,  # out of the NITF inside
    "descriptions": 2,  # text after a <br/>
    "subjects": 1,  # the main concept of one with facets
}


@pytest.mark.parametrize(
    ("wire", "count", "differ"),
    [
        stand_in(STAND_INS / "wire", 2, {}),
        stand_in(ROOT / "seeds", 4, {}, id="samples"),
        *real("wire", 141, OTHERWISE),  # of 160
    ],
)
def test_the_oracle_agrees(
    wire: Path, count: int, differ: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Both read the same ids, status, times, language, headlines, bylines and subjects."""
    compared, otherwise = 0, dict.fromkeys(differ, 0)
    for name, data in news_items(wire):
        ours = told_by_us(data)
        if ours is None:
            continue
        compared += 1
        oracle = told_by_oracle(data)
        for field in ours:
            if ours[field] != oracle[field]:
                assert field in otherwise, f"{name}, {field}: {oracle[field]!r}, but we read {ours[field]!r}"
                otherwise[field] += 1
    capsys.readouterr()  # the oracle prints each catalogue that it does not fetch
    assert (compared, otherwise) == (count, differ)

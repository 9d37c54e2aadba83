"""The ZCZC envelope: header marks of several senders, formats within it, and its limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hostile import assert_linear_in, outcome
from hypothesis import given
from hypothesis import strategies as st
from news import parse, parse_as
from noticed import noticed

from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import AltId, Concept, Signal
from pipeline.records import Reason, Rejected

RECEIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)
NO_ID = "no id: its revisions cannot be linked"
COPY = "BERGEN, Jan 12 AAP - The ferry came late.\n\nNobody minded.\n"


def read(text: str) -> list[Parsed]:
    found, parsed = parse(Payload(text.encode(), "quay", RECEIVED))
    assert found == "zczc"
    return [item for item in parsed.items if isinstance(item, Parsed)]


def code(literal: str) -> Concept:
    return Concept(rel="subject", literal=f"subj:{literal}")


HEADERS = [
    ("nothing", "ZCZC HBR001\n", Parsed((), alt_ids=(AltId(role="channel", value="HBR001"),))),
    ("AAP", "   ZCZC AAP\n$T\n:Ferry\n=Bergen\n^FERRY: Late again\n*X\n&A\n+04015000\n",
     Parsed((), headline="FERRY: Late again", slugline="Ferry Bergen",
            subjects=(code("04015000"), Concept(rel="category", literal="t")))),
    ("Pagemasters", "ZCZC\n#Ferries\n:Ferries late\n", Parsed((), headline="Ferries late", slugline="Ferries")),
    ("a date", "ZCZC\n#Ferries\n:12/01/2022\n", Parsed((), headline="Ferries 12/01/2022", slugline="Ferries")),
    ("broadcast", "ZCZC AAP\n%A\n#AM Bergen\n$Bergen round-up, 1200\n:1200\n*07000000\n~AM Service\n@NSW\n",
     Parsed((), headline="Bergen round-up, 1200", slugline="AM Bergen", places=(Concept(name="NSW"),),
            subjects=(code("07000000"), Concept(rel="genre", name="AM Service")))),
    ("Medianet", "ZCZC AAP\n%MNETALL MFI\n$J\n:\n:Bergen Ferries Ltd\n*X\n",
     Parsed((), slugline="Bergen Ferries Ltd", subjects=(Concept(rel="category", literal="j"),))),
    ("racing", "ZCZC FMG000\nYY TDR\n:POTTED :Bergen MARKET DAY\n",
     Parsed((), headline="Bergen MARKET DAY", slugline="Bergen MARKET DAY",
            alt_ids=(AltId(role="channel", value="FMG000"),))),
]  # fmt: skip


@pytest.mark.parametrize(("header", "expected"), [row[1:] for row in HEADERS], ids=[row[0] for row in HEADERS])
@pytest.mark.parametrize("end", ["\nNNNN\n", "\nNNNN\nnoise", ""])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_headers(header: str, expected: Parsed, end: str, line_end: str) -> None:
    """The meaning of a mark depends on the other marks; the copy ends at NNNN or with the payload."""
    (item,) = read((header + COPY + end).replace("\n", line_end))
    assert item.paragraphs == ("BERGEN, Jan 12 AAP - The ferry came late.", "Nobody minded.")
    assert (item.headline, item.slugline) == (expected.headline, expected.slugline)
    assert (item.subjects, item.places, item.alt_ids) == (expected.subjects, expected.places, expected.alt_ids)
    assert (item.native_id, item.warnings) == (None, (NO_ID,))


CODED = {
    "Italy": (
        "ZCZC0412/LMA\nXLM88012_LMA_QBXB\nR CRO S0A QBXB\nFERRY LATE\n"
        "   (ANSA) - BERGEN, 12 GEN - The ferry came late.\n"
        "12-GEN-22 11:02 NNNN\n",
        ("", None, ("FERRY LATE", "(ANSA) - BERGEN, 12 GEN - The ferry came late."), 11),
    ),
    "Adnkronos": (
        "ZCZC\nLMA0511 7 CRO 0 LMA CRO NAZ\n\nFERRY LATE:\nNOBODY MINDED =\n\n      The ferry came late.\n\nNNNN\n",
        ("FERRY LATE: NOBODY MINDED", None, ("The ferry came late.",), None),
    ),
    "India": (
        "ZCZC\nPRI GEN NAT\n.BERGEN BRG14\nFERRY-LATE\nFerry comes late\n\nThe ferry came late.\nNNNN\n",
        ("", "FERRY-LATE", ("Ferry comes late", "The ferry came late."), None),
    ),
    "racing": (
        "ZCZC FMG000\nYY RFG INTERNET (3RR) NC(ATD)\nRACING : Bergen FIELDS\n\nThe ferry came late.\nNNNN\n",
        ("", None, ("RACING : Bergen FIELDS", "The ferry came late."), None),
    ),
    "racing: a short one": (
        "ZCZC FMG000\nHH TDCom\nUS Trotters\n\nThe ferry came late.\nNNNN\n",
        ("", None, ("US Trotters", "The ferry came late."), None),
    ),
    "no racing": (
        "ZCZC AAP\nHH Trotters\n\nThe ferry came late.\nNNNN\n",
        ("", None, ("HH Trotters", "The ferry came late."), None),
    ),
    "no codes: a headline": (
        "ZCZC\nUS WIN TIE\n\nThe ferry came late.\nNNNN\n",
        ("", None, ("US WIN TIE", "The ferry came late."), None),
    ),
    "no codes: figures": (
        "ZCZC\nGDP UP 3 Q4\n\nThe ferry came late.\nNNNN\n",
        ("", None, ("GDP UP 3 Q4", "The ferry came late."), None),
    ),
    "no codes: scores": (
        "ZCZC\nNBA 21 NHL 4 WIN\n\nThe ferry came late.\nNNNN\n",
        ("", None, ("NBA 21 NHL 4 WIN", "The ferry came late."), None),
    ),
    "no codes: shares": (
        "ZCZC\nDAX40 UP 3 PCT\n\nThe ferry came late.\nNNNN\n",
        ("", None, ("DAX40 UP 3 PCT", "The ferry came late."), None),
    ),
    "no codes: a table": (
        "ZCZC\nR1 1000M\n\nThe ferry came late.\nNNNN\n",
        ("", None, ("R1 1000M", "The ferry came late."), None),
    ),
    "no headline: `=` within the copy": (
        "ZCZC\nThe ferry came late. Prices now:\n\nAdults =\n\nNobody minded.\nNNNN\n",
        ("", None, ("The ferry came late. Prices now:", "Adults =", "Nobody minded."), None),
    ),
}


@pytest.mark.parametrize("name", CODED)
def test_lines_of_codes_route_the_message(name: str) -> None:
    """They are no headline; what stands behind them may be one, and the stamp before NNNN dates the message."""
    text, expected = CODED[name]
    (item,) = read(text)
    hour = item.version_created and item.version_created.hour
    assert (item.headline, item.slugline, item.paragraphs, hour) == expected


@pytest.mark.parametrize("order", ["HOLD FOR NOW", "KILL KILL KILL"])
def test_an_order_among_the_codes_is_heard(order: str) -> None:
    """Lines of codes are read as notes to editors."""
    (item,) = read(f"ZCZC\nLMA0511 7 CRO 0\n{order}\nThe ferry came late.\nNNNN\n")
    assert any(passage.text == order for passage in item.passages)


def test_several_messages() -> None:
    """Each of several envelopes is an item."""
    items = read(f"ZCZC HBR001\n{COPY}NNNN\n\n\nZCZC HBR002\n:Quay\n{COPY}NNNN\n")
    assert [item.slugline for item in items] == [None, "Quay"]


def test_a_format_inside() -> None:
    """An envelope around IPTC 7901 or ANPA is removed, and nothing else."""
    seven = "haf0042 4 pl 5  haf 0157\n\nVerkehr/\nFerry late =\n\nThe ferry came late.\n\n121037 GMT Jan 22\n"
    (item,) = read(f"ZCZC HAF042\n{seven}NNNN\n")
    assert (item.native_id, item.headline) == ("haf 157 2022-01-12", "Ferry late")
    anpa = (
        "\x01W2870\x1feurop\nr i\x13\x11 BC-Ferry   01-12 0344\n\x02^BC-Ferry<\n^Ferry late<\n\tIt came late.\n\x03"
    )
    (item,) = read(f"ZCZC HAF042\n\x16\x16{anpa}AP-WF-01-12-22 1037GMT\nNNNN\n")
    assert (item.native_id, item.headline) == ("BC-Ferry 2022-01-12", "Ferry late")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"NNNN", Reason.MALFORMED),
        (b"ZCZC AAP\n:\nNNNN\n", Reason.NO_ITEM),
        (b"ZCZC AAP\na\0b", Reason.ENCODING),
    ],
)
def test_rejected(data: bytes, reason: Reason) -> None:
    """A payload without an envelope, an empty one and too many are rejected with the right reason."""
    with pytest.raises(Rejected) as caught:
        parse_as("zczc", Payload(data, "quay", RECEIVED))
    assert caught.value.reason is reason


@given(st.binary(max_size=200))
def test_whatever_arrives_is_read_or_rejected(data: bytes) -> None:
    """Any bytes raise nothing but Rejected."""
    for payload in (data, b"ZCZC AAP\n" + data):
        assert outcome("zczc", payload) == outcome("zczc", payload)


@pytest.mark.parametrize("unit", ["$", ":a\n", "\r", " ", "ZCZC\n", "NNNN", "1. a\n", "a   b\n"])
@pytest.mark.slow
def test_half_a_megabyte_of_one_thing(unit: str) -> None:
    """Time grows linearly with size."""
    assert_linear_in("zczc", b"ZCZC AAP\n", unit)


@pytest.mark.parametrize(("line", "held"), [("YY RFG HOLD", True), ("YY TDR", False)])
def test_editors_are_told_what_routes_a_message(line: str, held: bool) -> None:
    """A line of codes that is left out may have an order among them."""
    (item,) = read(f"ZCZC FMG000\n{line}\n:Bergen\nThe ferry came late.\nNNNN\n")
    assert (Signal.HOLD in noticed(item).signals) == held

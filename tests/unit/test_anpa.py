"""ANPA 1312 of AP, Kyodo and The Canadian Press: leads, kills and parts of a story; lines, rows and characters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hostile import assert_linear_in, outcome
from hypothesis import given
from hypothesis import strategies as st
from news import parse, parse_as
from noticed import noticed
from walk import Newsroom

from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import AltId, Concept
from pipeline.notes import NOTES_NOT_KEPT
from pipeline.records import Reason, Rejected
from pipeline.values.embargo import Embargo

RECEIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)
BODY = "\t   BERGEN, Norway (MP) _ The ferry came late on Wednesday.\n\t   ``Ice,'' its owner said.\n"


def message(
    second: str = "r i\x13\x11 BC-EU--FerryLate     01-12 0344",
    lines: tuple[str, ...] = ("BC-EU--Ferry Late,44<", "Ferry three hours late<", "By ADA QUAY=", "Midland Press="),
    body: str = BODY,
    trailer: str = "AP-WF-01-12-22 1037GMT<",
    first: str = "W2870\x1feurop",
) -> str:
    text = "".join(f"^{line}\n" for line in lines)
    return f"\x16\x16\x01{first}\n{second}\n\x02{text}{body}\n\t   \x03{trailer}\n\n\x0c\n\x04".replace(
        "\n", "\r\n"
    )


def read(text: str | bytes) -> Parsed:
    data = text.encode() if isinstance(text, str) else text
    found, parsed = parse(Payload(data, "midland", RECEIVED))
    (item,) = parsed.items
    assert found == "anpa"
    assert isinstance(item, Parsed)
    return noticed(item)


def test_a_message() -> None:
    """Every field of a message of AP's is read, with any line ends; the typesetter's characters are replaced."""
    assert read(message()) == Parsed(
        paragraphs=("BERGEN, Norway (MP) — The ferry came late on Wednesday.", "“Ice,” its owner said."),
        headline="Ferry three hours late",
        native_id="BC-EU--FerryLate 2022-01-12",
        version_created=datetime(2022, 1, 12, 10, 37, tzinfo=UTC),
        urgency=4,
        slugline="BC-EU--Ferry Late",
        by="By ADA QUAY, Midland Press",
        subjects=(Concept(rel="category", literal="i"),),
        alt_ids=(AltId(role="service", value="W2870 2022-01-12"),),
    )
    assert read(message()) == read(message().replace("\r\n", "\n")) == read(message().replace("\r\n", "\r\r\n"))


@pytest.mark.parametrize(
    ("priority", "urgency", "signals", "held"),
    [
        ("f", 1, ("flash",), False),
        ("b", 2, ("bulletin",), False),
        ("u", 3, ("urgent",), False),
        ("r", 4, (), False),
        ("d", 5, (), False),
        ("a", 6, (), True),
        ("s", 6, (), True),
        ("x", None, (), False),
    ],
)
def test_priority(priority: str, urgency: int | None, signals: tuple[str, ...], held: bool) -> None:
    """Priorities: flash, bulletin, urgent, regular, deferred; advances (`a`, `s`) are held."""
    item = read(message(f"{priority} i\x13\x11 BC-EU--FerryLate     01-12 0344"))
    assert (item.urgency, item.signals, item.embargo is not None) == (urgency, signals, held)
    assert bool(item.warnings) == (urgency is None)


VERSIONS = [
    ("", "BC-EU--Ferry Late,44<", "usable", (), ""),
    ("1stLd-Writethru", "BC-EU--Ferry Late, 1st Ld-Writethru,44<", "usable", ("update",), ""),
    ("2ndLd", "BC-EU--Ferry Late, 2nd Ld,44<", "usable", ("update",), ""),
    ("Correction", "BC-EU--Ferry Late, Correction,44<", "usable", ("correction",), ""),
    ("", "BC-EU--Ferry Late, CORRECTIVE,44<", "usable", ("correction",), ""),
    ("Kill", "BC-EU--Ferry Late, Kill<", "canceled", ("kill",), ""),
    ("", "BC-EU--Ferry Late, Mandatory Kill,20<", "canceled", ("kill",), ""),
    ("Withhold", "BC-EU--Ferry Late, Withhold<", "withheld", ("hold",), ""),
    ("1stAdd", "BC-EU--Ferry Late, 1st Add,44<", "usable", ("take",), " add 1"),
    ("Take2", "BC-EU--Ferry Late, Take 2,44<", "usable", ("take",), " take 2"),
    ("Advisory", "BC-EU--Ferry Late, Advisory,44<", "usable", ("advisory",), ""),
]  # fmt: skip


@pytest.mark.parametrize(("version", "line", "status", "signals", "part"), VERSIONS)
def test_the_chain(version: str, line: str, status: str, signals: tuple[str, ...], part: str) -> None:
    """Leads, kills and corrections with the same keyword and day are one dispatch; an add is another one."""
    item = read(message(f"r i\x13\x11 BC-EU--FerryLate {version}   01-12 0344", (line, "Ferry late<")))
    assert (item.pub_status, item.signals) == (status, signals)
    assert item.native_id == f"BC-EU--FerryLate 2022-01-12{part}"


def test_a_keyword_may_be_about_a_killing() -> None:
    """`Kill` in the keyword is the subject of the story, not a kill."""
    item = read(message("r i\x13\x11 BC-EU--PoliceKill   01-12 0344", ("BC-EU--Police Kill Man, 1st Ld,44<",)))
    assert (item.pub_status, item.signals) == ("usable", ("update",))


def test_a_kill_kills() -> None:
    """In the whole pipeline nothing is published after the kill of a lead."""
    room = Newsroom()
    (first,) = room.send(message().encode(), "midland")
    words = "\t   BERGEN, Norway _ Please kill the story Ferry Late, W2870. A kill is mandatory.\n"
    kill = message("b i\x13\x11 BC-EU--FerryLate Kill   01-12 0021", ("BC-EU--Ferry Late, Kill<",), words)
    (killed,) = room.send(kill.encode(), "midland")
    assert (killed.uri, killed.dispatch.kind, killed.dispatch.status) == (first.uri, "kill", "killed")
    assert room.send(message("r i\x13\x11 BC-EU--FerryLate 1stLd   01-12 0344").encode(), "midland") == []


def test_each_alert_is_a_dispatch() -> None:
    """All alerts of a day have one keyword, but each is a dispatch; none has a headline."""
    text = [
        message("f i\x13\x11 BC-MPNewsAlert   01-12 0021", ("BC-MPNewsAlert<",), "\t   BERGEN (MP) _ Ferry late.\n",
                first=f"W287{n}\x1feurop")
        for n in (1, 2)
    ]  # fmt: skip
    assert [read(each).native_id for each in text] == ["W2871 2022-01-12", "W2872 2022-01-12"]
    assert (read(text[0]).headline, read(text[0]).signals) == ("", ("flash",))


EMBARGOES = [
    ("BC-EU--FerryLate Adv13", ("BC-EU--Ferry Late, Adv13,44<",), Embargo(None)),
    ("BC-EU--FerryLate HFR", ("BC-EU--Ferry Late, HFR,44<",), Embargo(None)),
    ("BC-EU--FerryLate", ("BC-EU--Ferry Late<", "$adv13<", "Late<"), Embargo(None)),
    ("BC-EU--FerryLate", ("BC-EU--Ferry Late<", "For Release Thursday, Jan. 13, and thereafter<"), Embargo(None)),
    ("BC-EU--FerryLate", ("BC-EU--Ferry Late<", "Eds: Hold for release until 6 a.m.<"), Embargo(None)),
    ("BC-EU--FerryLate", ("BC-EU--Ferry Late<", "For release on receipt<"), None),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "lines", "embargo"), EMBARGOES)
def test_an_advance_is_held(keyword: str, lines: tuple[str, ...], embargo: Embargo | None) -> None:
    """An advance for a day has no hour, so it is held.  A note to editors may hold it too, and is not published."""
    assert read(message(f"r i\x13\x11 {keyword}   01-12 0344", lines)).embargo == embargo


def test_notes_to_editors_stay_behind() -> None:
    """`Eds:` and the numbers of pictures are dropped; an EDITOR'S NOTE is published."""
    lines = (
        "BC-EU--Ferry Late, 1st Ld-Writethru,44<",
        "Ferry late<",
        "MP Photo XQ101, XQ102<",
        "Eds: CORRECTS hours. Call Geheim, 555-0100.<",
        "EDITOR'S NOTE _ First of two.<",
        "By ADA QUAY=",
    )
    item = read(message(lines=lines))
    assert (item.ed_note, item.headline, item.by) == ("First of two.", "Ferry late", "By ADA QUAY")
    assert item.signals == ("update", "correction")
    assert item.warnings == (NOTES_NOT_KEPT,)
    assert not {"Geheim", "XQ101"} & set(str(item).replace(",", " ").split())


@pytest.mark.parametrize(
    "headline", ["Video shows ferry late", "US photo show opens", "Embargoed copper on the quay"]
)
def test_a_headline_about_pictures_is_one(headline: str) -> None:
    """A line that resembles a note about pictures or an embargo only by its first word is a headline."""
    item = read(message(lines=("BC-EU--Ferry Late<", f"{headline}<")))
    assert (item.headline, item.embargo) == (headline, None)


def test_an_abstract_and_headings() -> None:
    """A second left-aligned line is an abstract; centred lines belong to the copy."""
    body = "\t   One.\n^Two=\n\t   Three;<\n^END<\n"
    item = read(
        message(lines=("BC-EU--Ferry Late<", "Ferry late<", "A ferry comes late.<", "All Times GMT="), body=body)
    )
    assert (item.headline, item.descriptions) == ("Ferry late", ("A ferry comes late.",))
    assert item.paragraphs == ("All Times GMT", "One.", "Two", "Three;")


def test_lines_without_copy_are_the_copy() -> None:
    """The lines of a list of headlines are its paragraphs."""
    text = message(
        lines=("*9006< ^AP-Top-Ferries,0176<", "Top ferries at noon<", "Ferry late", "Quay shut"), body=""
    )
    item = read(text)
    assert (item.slugline, item.headline) == ("AP-Top-Ferries", "Top ferries at noon")
    assert item.paragraphs == ("Ferry late", "Quay shut")


TABLES = [
    (
        "\b^;W;L;GB\x10\n\bNew\x10 Quay;23;13;_\x10\n\bKai;21;16;1{\x10\n",
        ("W L GB", "New Quay 23 13 —", "Kai 21 16 1½"),
    ),
    ("\bQuay\x1f\x1e 73\x1e \x1e 52\n\bKai\x1f\x1e 7\x1e \x1e 5\n", ("Quay 73 52", "Kai 7 5")),
    ("\t   Oslo;-3;2;sn<\n\t   Rome;4;12;clr<\n", ("Oslo -3 2 sn", "Rome 4 12 clr")),
]


@pytest.mark.parametrize(("body", "rows"), TABLES)
def test_tables_keep_their_rows(body: str, rows: tuple[str, ...]) -> None:
    """Each row is a paragraph with a blank between cells; halves and dashes are replaced."""
    assert (
        read(message("r s\x14\x12 BC-EU--FerryLate   01-12 0344", ("BC-EU--Ferry Late<",), body)).paragraphs == rows
    )


def test_wrapped_paragraphs_and_labels() -> None:
    """The Canadian Press: labels before headline and index, `@<`, paragraphs that continue without a mark."""
    text = message(
        "r b\x13\x11 Ferry-Late 7thWritethru TB06 12-01 0588",
        ("Ferry-Late, 7th Writethru@<\ncode:2<", "Update:ADDS details@<", "INDEX: Travel@<",
         "HL:Ferry comes\nlate@<", "By Ada Quay@<", "THE MIDLAND PRESS@<"),
        "\t   BERGEN _ The ferry came late on\nWednesday.<\n\t   Nobody minded.<\n",
        "16:35ET 12-01-22<",
    )  # fmt: skip
    item = read(text)
    assert (item.headline, item.slugline, item.by) == ("Ferry comes late", "Ferry-Late", "By Ada Quay")
    assert item.paragraphs == ("BERGEN — The ferry came late on Wednesday.", "Nobody minded.")
    assert item.native_id == "Ferry-Late 2022-12-01"  # an unknown origin: month first, with a warning
    assert "trailer: read as month, day" in item.warnings


def test_kyodo_marks_nothing() -> None:
    """Kyodo: keyword, headline up to `+`, hard-wrapped paragraphs, day before month."""
    text = (
        "\x01a0105KYODO\x1fkoko-\nu s\x14\x12 BC-Ferry-Late   12-01 0344\n"
        "\x02BC-Ferry-Late\nFerry: late again in\nBergen+\n"
        "     BERGEN, Norway, Jan. 12 Kyodo - The ferry came late on \nWednesday.\n"
        "     Nobody minded, its \nowner said.\n"
        "==Kyodo\n\x03KWS-21:37-12-01-22\x04\n"
    )
    item = read(text)
    assert (item.headline, item.native_id) == ("Ferry: late again in Bergen", "BC-Ferry-Late 2022-01-12")
    assert item.paragraphs == (
        "BERGEN, Norway, Jan. 12 Kyodo - The ferry came late on Wednesday.",
        "Nobody minded, its owner said.",
        "==Kyodo",
    )
    assert item.version_created == datetime(2022, 1, 12, 21, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("trailer", "date", "native", "warned"),
    [
        ("AP-WF-01-12-22 1037GMT<", "01-12", "2022-01-12", ()),
        ("AP-WF-01-01-22 0010GMT<", "12-31", "2021-12-31", ()),  # filed before midnight, and before the year's end
        ("AP-NY-01-12-22 1037EST<", "01-12", "2022-01-12", ()),
        ("AP-NY-01-12-22 1037ET<", "01-12", "2022-01-12",
         ("trailer: zone ET unknown", "trailer: no offset, read as UTC")),
        ("AP-WF-01-12-22 2537GMT<", "01-12", "2022-01-12", ("trailer: unreadable date '2022-01-12T25:37Z'",)),
        ("", "01-12", "2022-01-12", ("no time in the trailer: its arrival counts",)),
        ("", "02-30", "2022-01-12", ("no time in the trailer: its arrival counts",)),
    ],
)  # fmt: skip
def test_the_year_comes_from_the_trailer(trailer: str, date: str, native: str, warned: tuple[str, ...]) -> None:
    """The day of the dispatch comes from the second line, its year from the trailer or the arrival."""
    item = read(message(f"r i\x13\x11 BC-EU--FerryLate   {date} 0344", trailer=trailer))
    assert (item.native_id, item.warnings) == (f"BC-EU--FerryLate {native}", warned)


def test_several_messages() -> None:
    """Each message of a file is an item; one without words does not reject the others."""
    empty = message(lines=(), body="", first="W2871\x1feurop")
    _, found = parse(Payload((message() + empty + message()).encode(), "midland", RECEIVED))
    assert [isinstance(item, Parsed) for item in found.items] == [True, False, True]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x16\x16\x01Ferry", Reason.MALFORMED),
        (message(lines=(), body="").encode(), Reason.NO_ITEM),
        (message(trailer="AP-WF-01-12-68 1037GMT").encode()[:-40] + b"\0" + b"x", Reason.ENCODING),
    ],
)
def test_rejected(data: bytes, reason: Reason) -> None:
    """A message without a header, without words or too long is rejected with the right reason."""
    with pytest.raises(Rejected) as caught:
        parse_as("anpa", Payload(data, "midland", RECEIVED))
    assert caught.value.reason is reason


def test_a_second_line_that_cannot_be_read() -> None:
    """A message without a readable second line is identified by its number."""
    item = read(message("BC-EU--FerryLate"))
    assert (item.native_id, item.warnings) == ("W2870 2022-01-12", ("second header line unreadable",))


HEADER = b"\x16\x16\x01W2870\x1feurop\nr i\x13\x11 BC-EU--FerryLate   01-12 0344\n\x02"


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from(message().splitlines())).map(lambda x: "\n".join(x).encode())
)
def test_whatever_arrives_is_read_or_rejected(data: bytes) -> None:
    """Any bytes and any order of lines raise nothing but Rejected, and give the same result twice."""
    for payload in (data, HEADER + data):
        assert outcome("anpa", payload) == outcome("anpa", payload)


@pytest.mark.parametrize(
    "unit",
    [
        "^",
        "^a<\n",
        "^a<^",
        "<",
        "\t",
        "\ba;b;c\n",
        ";",
        "`",
        " _",
        "^By a=\n",
        "   ",
        "a+\n",
        "\x03",
        "\x01W2870\x1f",
    ],
)
@pytest.mark.slow
def test_half_a_megabyte_of_one_thing(unit: str) -> None:
    """Time grows linearly with size."""
    assert_linear_in("anpa", HEADER, unit)

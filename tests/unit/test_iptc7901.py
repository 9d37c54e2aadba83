"""IPTC 7901: headers of several agencies, identity, header lines, private notes, kills by number."""

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
from pipeline.formats.text.encoding import AS_CP1252
from pipeline.items import AltId, Concept, Item
from pipeline.notes import NOTES_NOT_KEPT
from pipeline.records import Reason, Rejected

RECEIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)
BODY = "Bergen (haf) - Die Fähre kam am Mittwoch drei Stunden zu spät, weil\nder Kai vereist war."
NO_OFFSET = "trailer: no offset, read as UTC"


def message(
    head: str = "Fähre kommt zu spät =",
    body: str = BODY,
    header: str = "haf0042 4 pl 17  haf 0157",
    trailer: str = "121037 GMT Jan 22",
) -> str:
    text = f"{head}\r\n\r\n{body}\r\n\r\n"
    return f"\x01{header}\r\n\r\nVerkehr/Norwegen/\r\n\x02{text}\x03{trailer}\r\n\x7f\r\n\x7f\x04"


def read(text: str | bytes, name: str = "iptc7901") -> Parsed:
    data = text.encode() if isinstance(text, str) else text
    found, parsed = parse(Payload(data, "hafen", RECEIVED))
    (item,) = parsed.items
    assert found == name
    assert isinstance(item, Parsed)
    return noticed(item)


def test_a_message() -> None:
    """Every field of a message of dpa's is read, with any line ends."""
    assert read(message()) == Parsed(
        paragraphs=("Bergen (haf) - Die Fähre kam am Mittwoch drei Stunden zu spät, weil der Kai vereist war.",),
        headline="Fähre kommt zu spät",
        native_id="haf 157 2022-01-12",
        version_created=datetime(2022, 1, 12, 10, 37, tzinfo=UTC),
        urgency=4,
        slugline="Verkehr/Norwegen",
        subjects=(
            Concept(name="Verkehr", rel="keyword"),
            Concept(name="Norwegen", rel="keyword"),
            Concept(rel="category", literal="pl"),
        ),
        alt_ids=(AltId(role="service", value="haf 42 2022-01-12"),),
    )
    assert read(message()) == read(message().replace("\r\n", "\n")) == read(message().replace("\r\n", "\r\r\n"))


@pytest.mark.parametrize(
    ("header", "native", "service"),
    [
        ("haf0042 4 pl 17  dpa 0157", "haf dpa 157 2022-01-12", "haf 42 2022-01-12"),
        ("eca042 4 i 17 ccccb   dpa 061", "eca dpa 61 2022-01-12", "eca 42 2022-01-12"),
        ("bsf025 3 ec 17   etf 967", "bsf etf 967 2022-01-12", "bsf 25 2022-01-12"),
        ("INT001 3 GEN 0017 F BELGA-0031", "INT belga 31 2022-01-12", "INT 1 2022-01-12"),
        ("bkn014 4 pl 17 vvvvb KNA 220112-89-00065#2", "bkn kna 220112-89-00065 2022-01-12", "bkn 14 2022-01-12"),
        ("spe0007 3 sp 17", "spe 7 2022-01-12", None),
        ("spe0007 3  17  dpa-spe 0000", "spe 7 2022-01-12", None),
        ("bdt0000 3 vm 17  dpa 0000", None, None),
        ("hamburgschleswigholstein0003 3 vm 17  lno 0008", "hamburgschleswigholstein lno 8 2022-01-12",
         "hamburgschleswigholstein 3 2022-01-12"),
    ],
)  # fmt: skip
def test_identity(header: str, native: str | None, service: str | None) -> None:
    """The id is service, agency, number and day, as far as they are written."""
    item = read(message(header=header))
    assert item.native_id == native
    assert item.alt_ids == (() if service is None else (AltId(role="service", value=service),))
    assert ("no number: its revisions cannot be linked" in item.warnings) == (native is None)


def test_what_agencies_write_into_the_optional_field() -> None:
    """Belga's letter is the language, the number after KNA's `#` is the version."""
    assert read(message(header="INT001 3 GEN 0017 N BELGA-0031")).language == "nl"
    assert read(message(header="eca042 4 i 17 F dpa 061")).language is None
    assert read(message(header="bkn014 4 pl 17 vvvvb KNA 220112-89-00065#2")).version == "2"


@pytest.mark.parametrize(
    ("trailer", "created", "warnings"),
    [
        ("121037 GMT Jan 22", "2022-01-12T10:37:00+00:00", ()),
        ("121037 Jan 22", "2022-01-12T10:37:00+00:00", (NO_OFFSET,)),
        ("121037 MEZ Jan 22", "2022-01-12T09:37:00+00:00", ()),
        ("121037 XYZ Jan 22", "2022-01-12T10:37:00+00:00", ("trailer: zone XYZ unknown", NO_OFFSET)),
        ("121037 jan 2022", "2022-01-12T10:37:00+00:00", (NO_OFFSET,)),
        ("091223 déc 98", "1998-12-09T12:23:00+00:00", (NO_OFFSET,)),
        ("061937 Okt 24", "2024-10-06T19:37:00+00:00", (NO_OFFSET,)),
        ("122537 GMT Jan 22", None, ("trailer: unreadable date '2022-01-12T25:37Z'",)),
        ("", None, ("no time in the trailer: its arrival counts",)),
        ("120537 jan 22EST", "2022-01-12T10:37:00+00:00", ()),
    ],
)
def test_the_trailer(trailer: str, created: str | None, warnings: tuple[str, ...]) -> None:
    """A time without a zone is read as UTC with a warning.  Without a trailer the arrival counts."""
    item = read(message(trailer=trailer))
    assert (item.version_created and item.version_created.isoformat(), item.warnings) == (created, warnings)
    assert item.native_id is not None
    assert item.native_id.endswith(created[:10] if created else "2022-01-12")


HEADS = [
    ("Fähre kommt\r\nzu spät =", "Fähre kommt zu spät"),
    ("Fähre kommt zu spät=", "Fähre kommt zu spät"),
    ("(Eil \a\a\a\a\a)\r\nFähre kommt zu spät =", "Eil: Fähre kommt zu spät"),
    ("(Berichtigung: Im ersten Absatz\r\nneu: drei Stunden)\r\nFähre zu spät =", "Berichtigung: Fähre zu spät"),
    ("(Zusammenfassung 1730)\r\nFähre kommt zu spät =", "Zusammenfassung 1730: Fähre kommt zu spät"),
    ("REFILE\r\n1ST LEAD\r\nFerry late\r\nBy Ada Quay =", "REFILE: 1ST LEAD: Ferry late"),
    ("(Achtung - Hinweis)\r\nFähre kommt zu spät =", "(Achtung) Fähre kommt zu spät"),
    ("Situation \r\nNorwegen:  \r\nFähre kommt zu spät = ", "Situation Norwegen: Fähre kommt zu spät"),
    ("Fähre kommt zu spät =2", "Fähre kommt zu spät =2"),
    ("Fähre kommt zu spät\r\n=", "Fähre kommt zu spät"),
    ("Fähre kommt zu spät", "Fähre kommt zu spät"),  # nothing but a blank line ends it
    ("(Eil) =", "Eil"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "headline"), HEADS)
def test_header_lines(head: str, headline: str) -> None:
    """The headline is the title in one line after its tags, which copy can read."""
    item = read(message(head))
    assert (item.headline, len(item.paragraphs)) == (headline, 1)


def test_what_else_the_header_lines_say() -> None:
    """Change notes, genres and bylines are read; notes about pictures are for editors."""
    item = read(
        message(
            "(Berichtigung: Stunden berichtigt)\r\n(KORR-Bericht)\r\nFähre\r\nVon Ada Quay, haf\r\n(Foto Archiv) ="
        )
    )
    assert (item.headline, item.by) == ("Berichtigung: Fähre", "Von Ada Quay, haf")
    assert item.ed_note == "Berichtigung: Stunden berichtigt"
    assert Concept(name="KORR-Bericht", rel="genre") in item.subjects
    assert "Archiv" not in str(item)


def test_a_headline_without_end_is_copy() -> None:
    """A message that begins with copy has no headline."""
    item = read(message(head=BODY, body="Niemand nahm es übel."))
    assert (item.headline, len(item.paragraphs)) == ("", 2)


def test_the_lead_in_before_the_dateline() -> None:
    """dpa's lead-in between headline and dateline is a description, not copy."""
    item = read(message(body=f"Eine Fähre kommt nicht. Der Kai\r\nist schuld.\r\n\r\n{BODY}"))
    assert item.descriptions == ("Eine Fähre kommt nicht. Der Kai ist schuld.",)
    assert len(item.paragraphs) == 1


NOTEPADS = [
    "# Notizblock\r\n\r\n## Internet\r\n- [Kai](https://quay.example)\r\n\r\n* * * *\r\n"
    "Die folgenden Informationen sind nicht zur Veröffentlichung bestimmt\r\n\r\n## Kontakte\r\n- Geheim +47 1234",
    "# haf NOTEBOOK\r\n\r\n* * * *\r\nThe following information is not for publication\r\n- Geheim +47 1234",
    "* * * *\r\n- Geheim +47 1234\r\nTel: +47 1234; <geheim@quay.example>",
]


@pytest.mark.parametrize("notepad", NOTEPADS)
@pytest.mark.parametrize("sign_off", ["haf qu yysw a3 löm", ""])
def test_notes_to_editors_stay_behind(notepad: str, sign_off: str) -> None:
    """Nothing of the notepad is kept but the sign-off after it."""
    item = read(message(body=f"{BODY}\r\n\r\n{notepad}\r\n\r\n{sign_off}"))
    assert item.paragraphs[1:] == ((sign_off,) if sign_off else ())
    assert NOTES_NOT_KEPT in item.warnings
    assert not {"Geheim", "1234", "Kai]"} & set(str(item).replace("'", " ").split())


@pytest.mark.parametrize(
    ("head", "body", "status", "native"),
    [
        ("KILL KILL KILL \a\a\a\a\a =", 'Please kill item haf 157 "Ferry\nlate". It was on time.', "canceled", 157),
        ("KILL KILL KILL =", "The ferry was on time.", "canceled", 200),
        ("HOLD HOLD HOLD ''''' =", 'Please hold item haf 0157 "Ferry late".', "withheld", 157),
        ("*** ELIMINAR - ELIMINAR ***\r\nATENCION REDACCIONES =", "El ferry llegó a tiempo.", "canceled", 200),
        ("АННУЛИРОВАНИЕ =", "Паром не опоздал.", "canceled", 200),
        ("حظر حظر حظر =", "لم تتأخر العبارة", "canceled", 200),
        ("(Achtung)\r\nFähre =", "Bitte die Meldung haf 157 nicht verwenden.", "canceled", 157),
        ("(Achtung) Bitte streichen Sie die Meldung haf 157 =", "Die Fähre war pünktlich.", "canceled", 157),
        ("(Berichtigung: der Meldung haf 157)\r\nFähre =", BODY, "usable", 157),
        ("REFILE\r\nFerry late =", f"{BODY}\r\n\r\n# Notebook\r\n- replaces item haf 157", "usable", 157),
        ("Fähre =", f"{BODY} Siehe haf 157.", "usable", 200),
    ],
)  # fmt: skip
def test_kills_and_corrections_name_their_dispatch(head: str, body: str, status: str, native: int) -> None:
    """A kill belongs to the lower number that it names, if it is of the same day."""
    item = read(message(head, body, "haf0070 2 pl 5  haf 0200"))
    assert (item.pub_status, item.native_id) == (status, f"haf {native} 2022-01-12")
    assert (AltId(role="message", value="haf 200 2022-01-12") in item.alt_ids) == (native == 157)
    assert ("kill" in item.signals, "hold" in item.signals) == (status == "canceled", status == "withheld")


@pytest.mark.parametrize(
    "body",
    ["Please kill item haf 300.", "Please kill item haf 157 of Jan 11.", "Bitte haf 157 vom 11.1. streichen."],
)
def test_a_kill_of_another_day_is_not_guessed(body: str) -> None:
    """A kill that names a higher number or another day is not linked, and gives a warning."""
    item = read(message("KILL KILL KILL =", body, "haf0070 2 pl 5  haf 0200"))
    assert (item.pub_status, item.native_id) == ("canceled", "haf 200 2022-01-12")
    assert "perhaps of another day: not linked" in " ".join(item.warnings)


def test_a_kill_kills() -> None:
    """In the whole pipeline nothing of an item is published after its kill."""
    room = Newsroom()
    (first,) = room.send(message().encode(), "hafen")
    (kill,) = room.send(
        message("KILL KILL KILL =", "Please kill item haf 157.", "haf0070 2 pl 5  haf 0200").encode(), "hafen"
    )
    assert (kill.uri, kill.dispatch.kind, kill.dispatch.status) == (first.uri, "kill", "killed")
    assert room.send(message("1. Lead\r\nFähre =").encode(), "hafen") == []


@pytest.mark.parametrize(
    ("head", "until"),
    [
        ("(Vorschau Sperrfrist 13. Januar 14.20 Uhr - Rede)\r\nFähre =", None),
        ("Fähre\r\n(Sperrfrist 13. Januar 2022, 09.30 Uhr MEZ) =", "2022-01-13T08:30:00+00:00"),
        ("EMBARGOED until 10:00 GMT, January 13 2022\r\nFerry late =", "2022-01-13T10:00:00+00:00"),
        ("(Frei für Donnerstagausgaben)\r\nFähre =", None),
        (f"Fähre =\r\n\r\n{BODY}\r\n\r\n# Notizblock\r\n\r\n## Hinweise\r\n- Sperrfrist bis 14.20 Uhr", None),
        ("Fähre\r\n(Sperrfrist 13. Januar 2022, 09.30 Uhr MEZ) =\r\n\r\nBERGEN (haf) - Sie kam zu spät.\r\n\r\n"
         "# Notizblock\r\n- Termin 13. Januar", "2022-01-13T08:30:00+00:00"),
    ],
)  # fmt: skip
def test_an_embargo_holds(head: str, until: str | None) -> None:
    """An embargo has an end only if day, year, time and zone are written."""
    room = Newsroom()
    assert room.send(message(head).encode(), "hafen") == []
    (item,) = (Item.model_validate_json(record.value) for record in room.records("wire.normalised"))
    assert "embargo" in item.dispatch.signals
    assert (item.embargoed_until and item.embargoed_until.isoformat()) == until


def test_tables_keep_their_rows() -> None:
    """Each row of a table is a paragraph, without its frame."""
    table = "| Mittwoch, 12.01.2022: |\r\n| Aberdale Town | - | Kai 04  | 2:1 |\r\n| Kai 05 | - | Quay | 0:0 |"
    assert read(message(body=f"1. Spieltag:\r\n\r\n{table}")).paragraphs == (
        "1. Spieltag:", "Mittwoch, 12.01.2022:", "Aberdale Town - Kai 04 2:1", "Kai 05 - Quay 0:0",
    )  # fmt: skip


LOST = [
    ("SOH, STX, ETX and EOT", message().translate(dict.fromkeys(b"\1\2\3\4\x7f"))),
    ("the trailer too", message(trailer="").translate(dict.fromkeys(b"\1\2\3\4\x7f"))),
    ("nothing, but rub-outs and NUL precede it", f"\0\0\x7f\x7f\r\n\x7f{message()}"),
]


@pytest.mark.parametrize("text", [row[1] for row in LOST], ids=[row[0] for row in LOST])
def test_gateways_lose_control_characters(text: str) -> None:
    """A message without control characters is read too."""
    item = read(text.replace("Verkehr/Norwegen/", "/Verkehr/Norwegen/"))
    assert (item.headline, item.slugline) == ("Fähre kommt zu spät", "Verkehr/Norwegen")
    assert (len(item.paragraphs), item.native_id) == (1, "haf 157 2022-01-12")


def test_belga_parts_its_messages_with_points() -> None:
    """`./.` ends a message; a file of a day has several."""
    text = "\n".join(
        f"INT00{n} 3 GEN 0009 F BELGA-003{n}\nNORVEGE/\nLe ferry arrive en retard ({n})\n\n"
        f"   BERGEN 12/01 (BELGA) = Le ferry de Bergen est arrivé en\nretard.\n./.ADQ\n\n./.\n12103{n} JAN 22\n"
        for n in (1, 2)
    )
    _, found = parse(Payload(text.encode(), "polder", RECEIVED))
    items = [item for item in found.items if isinstance(item, Parsed)]
    assert [item.native_id for item in items] == ["INT belga 31 2022-01-12", "INT belga 32 2022-01-12"]
    assert [item.headline for item in items] == [f"Le ferry arrive en retard ({n})" for n in (1, 2)]
    assert {item.paragraphs for item in items} == {
        ("BERGEN 12/01 (BELGA) = Le ferry de Bergen est arrivé en retard.",)
    }


def test_a_line_of_copy_that_looks_like_a_header_is_copy() -> None:
    """Without SOH a message begins only after the end of another."""
    item = read(message(body=f"{BODY}\r\n\r\nhaf0042 4 pl 17  haf 0157\r\n\r\nDas war die Kennung."))
    assert len(item.paragraphs) == 3


def test_letters() -> None:
    """Messages are UTF-8, else Windows-1252 with a warning; control characters are dropped."""
    assert read(message().encode("cp1252")).warnings == (AS_CP1252,)
    assert read(message(body=f"{BODY}\x0cFETT\x0b \x11Ende.\x1f1")).paragraphs[0].endswith("vereist war. Ende. 1")


def test_a_cut_message_says_so() -> None:
    """A message with less than half of the words that its header counts gives a warning."""
    assert read(message(header="haf0042 4 pl 170  haf 0157")).warnings == (
        "less than half of the words that its header counts",
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x01haf0042 9 pl 17", Reason.MALFORMED),
        (b"Ferry late", Reason.MALFORMED),
        (b"\x01haf0042 4 pl 17  haf 0157\r\n\r\n\x02\r\n\x03", Reason.NO_ITEM),
        (b"\x01haf0042 4 pl 17  haf 0157\r\n\x02a\0b\x03", Reason.ENCODING),
        (message(trailer="121037 GMT Jan 2222").encode(), Reason.BAD_DATE),
    ],
)  # fmt: skip
def test_rejected(data: bytes, reason: Reason) -> None:
    """A message without a header or words, with an impossible date or too long is rejected."""
    with pytest.raises(Rejected) as caught:
        parse_as("iptc7901", Payload(data, "hafen", RECEIVED))
    assert caught.value.reason is reason


HEADER = b"\x01haf0042 4 pl 110  haf 0157\n\nA/\n\x02"


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from(message().splitlines())).map(lambda x: "\n".join(x).encode())
)
def test_whatever_arrives_is_read_or_rejected(data: bytes) -> None:
    """Any bytes and any order of lines raise nothing but Rejected, and give the same result twice."""
    for payload in (data, HEADER + data):
        assert outcome("iptc7901", payload) == outcome("iptc7901", payload)


@pytest.mark.parametrize(
    "unit",
    ["(", "(a\n", "=", " ", "\t", "\r", "\f", "a\n\n", "| a |\n", "haf 1 ", "A (a) ", "\n# a", "121037 Jan 22\n"],
)
@pytest.mark.slow
def test_half_a_megabyte_of_one_thing(unit: str) -> None:
    """Time grows linearly with size."""
    assert_linear_in("iptc7901", HEADER, unit)


def test_header_lines_between_the_marks_of_anpa() -> None:
    """AP: the first is the title, the others are copy; blanks may be before the ETX."""
    marked = "^AP-QUAY-1330: Quay Shut<\r\n^Friday, 5 January 2022<\r\n<"
    body = "The quay was shut.\r\n\r\n^Prime News<\r\n\t  "
    item = read(message(marked, body, trailer="120537 jan 22EST"))
    assert item.headline == "AP-QUAY-1330: Quay Shut"
    assert item.paragraphs[-2:] == ("The quay was shut.", "Prime News")
    assert item.version_created == datetime(2022, 1, 12, 10, 37, tzinfo=UTC)
    assert read(message("A quay <\r\nis shut =\r\n\r\nThe quay was shut.\r\n")).headline == "A quay < is shut"

"""A stream of bytes is cut into the same dispatches however it arrives, and a part never passes for a whole."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest import tcp_cutter
from pipeline.ingest.tcp_cutter import NO_BEGINNING, NO_END, TOO_LONG, Cut, Cutter, LineCutter
from pipeline.ingest.tcp_telegraph import TelegraphCutter
from tests.examples import examples

IPTC = (
    b"\x01hbt0031 2 wi 18  haf 02\r\n\r\nTarife/\r\n\x02Warnstreik =\r\n\r\nHafen.\r\n\x03120541 Jan 22\r\n\x7f\x04"
)
ANPA = b"\x01W2214\x1fasian\r\nu f\x13\x11 BC-Ferry 01-12 009\r\n\x02^Late<\r\n\t  Late.\r\n\x03MP 01-12-22\r\n\x04"
ZCZC = b"ZCZC TSM\r\n$F\r\n:Skyvale Airways\r\n\r\nStranded.\r\n\r\nNNNN"
NESTED = b"ZCZC abc123\r\n" + IPTC + b"\r\nNNNN"
WITHOUT_EOT = IPTC[:-3]
HEAD = IPTC[:60]
TAIL = b"die Gewerkschaft mit.\r\n\x03120541 Jan 22\r\n\x04"
LIMIT = 120

STREAMS: list[tuple[str, bytes, list[Cut]]] = [
    ("one behind the other", IPTC + IPTC, [Cut(IPTC), Cut(IPTC)]),
    ("fill between them", b"\0\r\n" + IPTC + b"\r\n\x7f\x7f\0\0\x16\x16" + ANPA, [Cut(IPTC), Cut(ANPA)]),
    ("envelopes", ZCZC + b"\r\n\r\n" + ZCZC + b"\r\n", [Cut(ZCZC), Cut(ZCZC)]),
    ("a telegram in an envelope", NESTED + b"\r\n" + ZCZC + b"\n", [Cut(NESTED), Cut(ZCZC)]),
    ("NNNN behind EOT is no dispatch", IPTC + b"\r\nNNNN\r\n" + IPTC, [Cut(IPTC), Cut(IPTC)]),
    ("EOT lost, the next begins", WITHOUT_EOT + IPTC, [Cut(WITHOUT_EOT), Cut(IPTC)]),
    ("NNNN lost behind a telegram", NESTED[:-4] + IPTC, [Cut(NESTED[:-4]), Cut(IPTC)]),
    ("cut off, the next begins", HEAD + IPTC, [Cut(HEAD, NO_END), Cut(IPTC)]),
    ("envelope cut off", ZCZC[:-4] + ZCZC + b"\n", [Cut(ZCZC[:-4], NO_END), Cut(ZCZC)]),
    ("envelope behind a telegram cut off", HEAD + b"\r\n" + ZCZC + b"\n", [Cut(HEAD + b"\r\n", NO_END), Cut(ZCZC)]),
    ("a tail first", TAIL + IPTC, [Cut(TAIL, NO_BEGINNING), Cut(IPTC)]),
    ("text between", IPTC + b"RYRY TEST\r\n" + IPTC, [Cut(IPTC), Cut(b"RYRY TEST\r\n", NO_BEGINNING), Cut(IPTC)]),
    ("SOH twice", b"\x01" + IPTC, [Cut(IPTC)]),
    ("marks in a line of copy", b"ZCZC a\nof ZCZC and NNNN\nNNNN\n", [Cut(b"ZCZC a\nof ZCZC and NNNN\nNNNN")]),
    ("nothing but fill", b"\r\n\0\0\x7f\x04\x04\r\nNNNN\r\n\x04", []),
]  # fmt: skip
PAUSES: list[tuple[str, bytes, list[Cut], list[Cut]]] = [  # what a pause cuts, and what the end behind it
    ("a telegram without EOT is whole", WITHOUT_EOT, [Cut(WITHOUT_EOT)], []),
    ("so is an envelope whose last line has no end", ZCZC, [Cut(ZCZC)], []),
    ("of a head the rest may come", HEAD, [], [Cut(HEAD, NO_END)]),
    ("so of an envelope", ZCZC[:-8], [], [Cut(ZCZC[:-8], NO_END)]),
    ("text ends", b"RYRY", [Cut(b"RYRY", NO_BEGINNING)], []),
    ("and what may have been a beginning", b"ZC", [Cut(b"ZC", NO_BEGINNING)], []),
]


def in_pieces(cutter: Cutter, pieces: Iterable[bytes]) -> list[Cut]:
    return [cut for piece in pieces for cut in cutter.feed(piece)]


def pieces_of(data: bytes, at: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(data) + 1) for place in at}), len(data)]
    return [data[begin:end] for begin, end in pairwise(edges)]


@pytest.mark.parametrize(("what", "stream", "cuts"), STREAMS, ids=[row[0] for row in STREAMS])
def test_telegrams(what: str, stream: bytes, cuts: list[Cut]) -> None:
    """Each telegram is cut where it ends, whole, byte by byte or with all that follows."""
    for size in (1, 7, len(stream)):
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert in_pieces(TelegraphCutter(), pieces) == cuts, what


@pytest.mark.parametrize(("what", "stream", "paused", "ended"), PAUSES, ids=[row[0] for row in PAUSES])
@pytest.mark.parametrize("closed", [True, False])
def test_pauses(what: str, stream: bytes, paused: list[Cut], ended: list[Cut], closed: bool) -> None:
    """A pause ends what may be whole; the end of the connection ends all, and says what is not whole."""
    cutter = TelegraphCutter()
    assert cutter.feed(stream) == []
    assert cutter.gap() == paused, what
    assert cutter.end(closed=closed) == ended, what
    assert cutter.pending_bytes == 0
    assert in_pieces(cutter, [IPTC]) == [Cut(IPTC)]


def test_after_the_pause() -> None:
    """The rest of a dispatch that came late belongs to it."""
    cutter = TelegraphCutter()
    assert cutter.feed(HEAD) + cutter.gap() + cutter.feed(IPTC[60:]) == [Cut(IPTC)]


def test_lines_and_gaps() -> None:
    """A line is a dispatch, and without its end it is not whole; where pauses end, a lost connection is no end."""
    lines = LineCutter()
    assert lines.feed(b'\r\n{"a":1}\r\n\n{"b":2}\n{"c"') == [Cut(b'{"a":1}\r'), Cut(b'{"b":2}')]
    assert lines.gap() == []
    assert lines.end(closed=True) == [Cut(b'{"c"', NO_END)]
    gaps = Cutter()
    assert gaps.feed(b"\r\nFerry late\n") + gaps.feed(b"Again.") == []
    assert gaps.gap() == [Cut(b"Ferry late\nAgain.")]
    assert gaps.gap() == []
    gaps.feed(b"Ferry")
    assert gaps.end(closed=True) == [Cut(b"Ferry")]
    gaps.feed(b"Ferry")
    assert gaps.end(closed=False) == [Cut(b"Ferry", NO_END)]


@pytest.mark.parametrize("cutter", [TelegraphCutter, LineCutter, Cutter])
def test_bounds(cutter: type[Cutter]) -> None:
    """However much comes without an end, little is kept, and what begins behind it is cut as ever."""
    it = cutter()
    line = b"x" * 65_536
    begin = b"\x01" if cutter is TelegraphCutter else b""
    cuts = in_pieces(it, [begin, *([line] * 100)])
    assert [(len(cut.value), cut.fault) for cut in cuts] == [(PAYLOAD_BYTES_MAX, TOO_LONG)]
    assert it.pending_bytes <= tcp_cutter.MARK_BYTES_MAX
    assert (
        in_pieces(it, [b"\x04\n", b"\x01Ferry late\x04", b"\n"]) + it.gap()
        == [Cut(b"\x01Ferry late\x04")][cutter is Cutter :]
    )


WORDS = st.sampled_from(
    [b"\x01", b"\x02", b"\x03", b"\x04", b"\x7f", b"\0", b"\x16", b"\r\n", b"\n", b" ", b"ZCZC", b"NNNN", b"zczc ",
     b"ZC", b"NN", b"copy", b"\nZCZC a\n", b"\nNNNN\n", b"\r\n NNNN \r\n", IPTC, ZCZC, b"y" * 90]
)  # fmt: skip


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """A limit that small examples reach."""
    monkeypatch.setattr(tcp_cutter, "PAYLOAD_BYTES_MAX", LIMIT)
    return LIMIT


@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(WORDS, max_size=25),
    at=st.lists(st.integers(0, 3_000), max_size=30),
    kind=st.sampled_from([TelegraphCutter, LineCutter, Cutter]),
    closed=st.booleans(),
)
def test_any_chunking(small: int, words: list[bytes], at: list[int], kind: type[Cutter], closed: bool) -> None:
    """Any pieces give the same cuts, none longer than the limit; what is shorter loses nothing but fill."""
    stream = b"".join(words)
    whole, parts, single = kind(), kind(), kind()
    cuts = whole.feed(stream) + whole.end(closed=closed)
    assert in_pieces(parts, pieces_of(stream, at)) + parts.end(closed=closed) == cuts
    assert in_pieces(single, (bytes([one]) for one in stream)) + single.end(closed=closed) == cuts
    assert all(0 < len(cut.value) <= small for cut in cuts)
    if not any(cut.fault == TOO_LONG for cut in cuts):
        kept = b"".join(cut.value for cut in cuts)
        assert kept.count(b"copy") == stream.count(b"copy")
        assert kept.count(b"y") == stream.count(b"y")

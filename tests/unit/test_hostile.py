"""Payloads that mean harm: refused without costing more than their size, whatever format they pretend to be."""

from __future__ import annotations

import gzip
import io
import zipfile
from functools import partial

import pytest
from growth import assert_linear

from benchmarks.formats import SHELLS, UNITS, Hostile, refusal
from pipeline.formats import FORMATS, parse
from pipeline.formats.parsed import Parse, Payload
from pipeline.items import instant
from pipeline.records import Reason, Rejected

SIZE = 250_000
SCREEN_SECONDS = 0.1  # of twice SIZE; what takes no longer needs no second look


def test_every_format_is_attacked() -> None:
    """A new format has a shell to put the units in."""
    assert FORMATS.keys() <= SHELLS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_cost_grows_with_size_alone(name: str) -> None:
    """Deep, wide, unclosed, escaped twice, a line of half a megabyte: twice the size, about twice the time."""
    for unit in UNITS:
        for closed in (True, False):
            attack = Hostile(name, unit, closed)
            if refusal(attack, 2 * SIZE).seconds > SCREEN_SECONDS:
                assert_linear(partial(prepared, attack), SIZE)


def prepared(attack: Hostile, size: int) -> partial[Parse]:
    return partial(FORMATS[attack.format].parse, Payload(attack.data(size), "harbour", instant(0)))


def packed() -> list[bytes]:
    """A payload in a zip archive and in gzip; as they come, and behind a byte order mark or blanks."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("payload.txt", "The ferry came late.\n" * 1_000)
    return [archive.getvalue(), gzip.compress(b'{"uri": "a:1", "headline": "Ferry late"}' * 100)]


@pytest.mark.parametrize("name", [None, *FORMATS])
@pytest.mark.parametrize("data", packed(), ids=["zip", "gzip"])
def test_archives_are_not_opened(data: bytes, name: str | None) -> None:
    """Zip and gzip are dead letters, whatever the publisher calls them: nothing is ever unpacked."""
    with pytest.raises(Rejected) as caught:
        parse(Payload(data, "harbour", instant(0), name))
    assert caught.value.reason in (Reason.ENCODING, Reason.UNKNOWN_FORMAT)


@pytest.mark.parametrize("name", FORMATS)
def test_a_bomb_within_a_format_stays_packed(name: str) -> None:
    """Nor where a parser is asked at once, without a look at the content."""
    for data in packed():
        with pytest.raises(Rejected):
            FORMATS[name].parse(Payload(data, "harbour", instant(0)))

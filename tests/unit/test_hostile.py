"""Hostile payloads: rejected at a cost that is linear in their size, in every format."""

from __future__ import annotations

import gzip
import io
import zipfile
from functools import partial

import pytest
from growth import assert_linear
from news import parse, parse_as

from benchmarks.formats import SHELLS, UNITS, Hostile, cost_of
from pipeline.formats import FORMATS
from pipeline.formats.parsed import Parse, Payload
from pipeline.items import instant
from pipeline.records import Reason, Rejected

SIZE = 250_000
SCREEN_SECONDS = 0.1  # of twice SIZE; what takes no longer needs no second look


def test_every_format_is_attacked() -> None:
    """Every format has a shell for the units."""
    assert FORMATS.keys() <= SHELLS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_cost_grows_with_size_alone(name: str) -> None:
    """Time grows linearly with size for deep, wide, unclosed and doubly escaped payloads and long lines."""
    for unit in UNITS:
        for closed in (True, False):
            attack = Hostile(name, unit, closed)
            if cost_of(attack, 2 * SIZE).seconds > SCREEN_SECONDS:
                assert_linear(partial(prepared, attack), SIZE)


def prepared(attack: Hostile, size: int) -> partial[Parse]:
    return partial(FORMATS[attack.format].parse, Payload(attack.data(size), "harbour", instant(0)))


def packed() -> list[bytes]:
    """A payload in a zip archive and in gzip, plain and after a byte order mark or blanks."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("payload.txt", "The ferry came late.\n" * 1_000)
    return [archive.getvalue(), gzip.compress(b'{"uri": "a:1", "headline": "Ferry late"}' * 100)]


@pytest.mark.parametrize("name", [None, *FORMATS])
@pytest.mark.parametrize("data", packed(), ids=["zip", "gzip"])
def test_archives_are_not_opened(data: bytes, name: str | None) -> None:
    """Zip and gzip are rejected, whatever format is declared: nothing is unpacked."""
    with pytest.raises(Rejected) as caught:
        parse(Payload(data, "harbour", instant(0), name))
    assert caught.value.reason in (Reason.ENCODING, Reason.UNKNOWN_FORMAT)


@pytest.mark.parametrize("name", FORMATS)
def test_a_bomb_within_a_format_stays_packed(name: str) -> None:
    """The same for each parser alone."""
    for data in packed():
        with pytest.raises(Rejected):
            parse_as(name, Payload(data, "harbour", instant(0)))

"""Planted embargoes, statuses and secrets: a slice of what `make fuzz` plays for longer."""

from __future__ import annotations

from random import Random

import pytest

from pipeline.formats import FORMATS
from tests.examples import examples

from .planted import cases
from .planted.__main__ import play
from .planted.cases import Case, Fault, case_of, check, items
from .planted.plants import PLANTS, Promise

SECONDS = 12


def test_whatever_is_around_it_a_plant_takes_effect_or_is_dead() -> None:
    """The first cases, as many as there is time for: no leak, and no twin held by mistake."""
    found = play(0, examples(4_000), SECONDS)
    assert found.executions > 100
    assert not found.kinds, found.first


def test_every_plant_takes_effect_as_it_is() -> None:
    """Without any change: what is planted is read, no item is dead, and its twin is published."""
    for plant in PLANTS:
        case = Case(plant, (), is_declared=True)
        assert check(case) is None, plant.name
        assert items(plant.twin, plant.format), plant.name


def test_every_format_and_promise_has_plants() -> None:
    """A new format is planted too, or this fails."""
    assert {plant.format for plant in PLANTS} == set(FORMATS)
    assert {plant.promise for plant in PLANTS} == set(Promise)


def test_a_case_is_made_again_by_its_number() -> None:
    """The same number gives the same bytes."""
    for number in range(200):
        assert case_of(Random(number)).payloads() == case_of(Random(number)).payloads()


@pytest.mark.parametrize("promise", Promise)
def test_a_leak_is_seen(promise: Promise, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law can fail: a reader that hears nothing, or keeps everything, is found out."""
    plant = next(plant for plant in PLANTS if plant.promise is promise and plant.format == "ninjs")
    if promise is Promise.SECRET:
        monkeypatch.setattr(cases, "SECRET", "Bergen")  # public words
    else:
        monkeypatch.setattr(cases, "is_open", lambda *_: True)
    assert isinstance(check(Case(plant, (), is_declared=False)), Fault)

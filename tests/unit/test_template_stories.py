"""The words of a stub, a template or a notice tell nothing of the story: where the events differ, each has one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.testing.replayed import Replays

PLACES = ("Norrby", "Velden", "Kelby", "Brevik", "Holm")
NAMES = ("Anton Berg", "Lisa Moe", "Per Dahl", "Eva Lund", "Olav Nes")
CRIMES = ("fraud", "theft", "arson", "perjury", "smuggling")
HEADLINES = (
    "Brewery recalls bottles after glass find",
    "Chess club wins title",
    "Bridge shut for repairs",
    "Mayor resigns over loan",
    "Whale stranded in harbour",
)
Report = tuple[str, str, str]  # feed, headline, copy


def stubs(stub: str) -> list[Report]:
    return [("pay", headline, stub) for headline in HEADLINES]


def told(headline: str, copy: str) -> list[Report]:
    rows = enumerate(zip(NAMES, PLACES, CRIMES, strict=True))
    values = [{"n": n, "name": name, "place": place, "crime": crime} for n, (name, place, crime) in rows]
    return [("court", headline.format(**each), copy.format(**each)) for each in values]


STUB = "To read the rest of this story you need a subscription. Log in, or choose one of our plans."
GERMAN = "Dieser Artikel ist nur für Abonnenten. Bitte melden Sie sich an, um weiterzulesen."
BOX = (
    "Independent news from the coast needs you: give today.\n\n"
    "Hear from our desk every Friday morning, and bring a friend who reads."
)
SENTENCE = (
    "The county court of Tornau jailed {name}, 3{n}, of {place}, for {n} years for {crime} on Thursday. The judge "
    "said that the accused had shown no remorse. The accused has two weeks to appeal, the court said in a note."
)
DEATH = (
    "{name} of {place} died on Thursday at the age of 7{n}, the family said. The funeral will be held in private. "
    "The family asked for privacy and thanked the nurses of the county hospital."
)
QUAKE = (
    "A quake of magnitude 3.{n} shook {place} on Thursday, the geological institute said. It was 1{n} km deep. No "
    "damage has been reported so far. A machine wrote this from the data of the institute."
)
FERRY = "A ferry sank off Brevik on Thursday and nine people were missing, the coast guard said."
SEARCH = (
    "The search for nine people of the ferry that sank off Brevik on Thursday went on after dark, the coast guard "
    "said. Divers reached the wreck."
)
JAILED = (
    "The county court of Tornau jailed Anton Berg, 31, of Norrby, for two years for fraud on Thursday. The judge "
    "said that the accused had shown no remorse."
)
PRISON = "Anton Berg goes to prison for two years for fraud, the county court of Tornau ruled on Thursday."
APPEAL = (
    "Anton Berg, 31, of Norrby, appealed on Friday against two years for fraud to which the county court of Tornau "
    "had sentenced him on Thursday."
)
APART: dict[str, list[Report]] = {
    "a stub": stubs(STUB),
    "a stub in German": stubs(GERMAN),
    "a lead above the same box": [
        ("herald", headline, f"{headline} on Thursday, the council said.\n\n{BOX}") for headline in HEADLINES
    ],
    "sentences": told("{name} jailed for {crime}", SENTENCE),
    "deaths": told("{name} of {place} dies at 7{n}", DEATH),
    "quakes": told("Quake of 3.{n} shakes {place}", QUAKE),
}
ONE: dict[str, list[Report]] = {
    "one feed goes on": [
        ("alpha", "Ferry sinks off Brevik", FERRY),
        ("alpha", "Search goes on for nine of Brevik ferry", SEARCH),
    ],
    "two feeds": [
        ("alpha", "Anton Berg jailed for fraud", JAILED),
        ("bravo", "Court sends Berg to prison", PRISON),
    ],
    "a notice of the same person": [
        ("court", "Anton Berg jailed for fraud", JAILED),
        ("court", "Anton Berg appeals against sentence", APPEAL),
    ],
}


def stories(folder: Path, reports: list[Report]) -> list[str]:
    """The story of each report, in order."""
    lines = []
    for number, (feed, headline, copy) in enumerate(reports):
        item = {
            "uri": f"urn:told:{number}",
            "version": "1",
            "language": "en",
            "headline": headline,
            "body_text": copy,
        }
        place = {"topic": "wire.raw", "partition": 0, "offset": number, "ts": 1_640_858_400_000 + 300_000 * number}
        lines.append(json.dumps(place | {"key": feed, "payload": json.dumps(item)}))
    (folder / "told.jsonl").write_text("\n".join(lines))
    items = Replays(folder)("told.jsonl").items
    assert all(item.duplicate and item.duplicate.independent for item in items)
    return [item.story.id for item in items if item.story]


@pytest.mark.parametrize("case", APART)
def test_a_story_each(tmp_path: Path, case: str) -> None:
    """What one feed sends with every item, or writes of everybody, joins nothing."""
    assert len(set(stories(tmp_path, APART[case]))) == len(APART[case])


@pytest.mark.parametrize("case", ONE)
def test_one_story(tmp_path: Path, case: str) -> None:
    """A feed that goes on with its story, and others who tell it, stay in it."""
    assert len(set(stories(tmp_path, ONE[case]))) == 1

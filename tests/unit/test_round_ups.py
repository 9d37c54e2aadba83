"""Round-ups say so: by a title in one of eleven languages, or by the datelines of several places."""

from __future__ import annotations

import pytest

from pipeline.copy import read_copy
from pipeline.copy.round_ups import has_title
from pipeline.items import Signal

TITLES = [
    "News Briefs: Crash closes the bridge at Pinewood",
    "Police arrest two after a chase: City Roundup",
    "BC-AP News Digest, 1100",
    "AP Top News at 6:05 p.m. EDT",
    "Reuters World News Summary",
    "World news in brief | 3 January",
    "What you need to know today",
    "The day in brief: storms, strikes and a wedding",
    "Today in History",
    "Das Wichtigste vom Tage",
    "dpa-Nachrichtenüberblick",
    "Nachrichtenüberblick am Mittag, 3. Januar",
    "Der Tag im Überblick",
    "Kurz gemeldet - 14 Uhr",
    "L'essentiel de l'actualité de lundi",
    "Revue de presse du 3 janvier",
    "En bref",
    "Resumen de noticias del día",
    "Notizie in breve",
    "Resumo do dia",
    "Nieuws in het kort",
    "Kort nyt",
    "Nyheter i korthet",
    "Dagens viktigste",
    "Главное к этому часу",
    "Monday at a glance",
    "Your Tuesday morning: what happened overnight",
    "What we are covering today",
    "Was am Dienstag wichtig wird",
    "Le point à 18 heures",
    "Het nieuws van maandag",
    "Het nieuws van 12 januari",
]
REPORTS = [
    "Roundup: How the candidates did",
    "White House briefing turns heated",
    "Police news conference on the bridge crash",
    "Minister's morning briefing",
    "Reader's Digest sells its unit",
    "Cattle roundup in Wyoming ends in a stampede",
    "What you need to know today about the storm",
    "Court files brief in pipeline case",
    "Der Überblick ging im Nebel verloren",
    "Die Nachrichten aus Kiel sind gut",
    "Bref passage du ministre à Lyon",
    "Resumen de una vida: muere el pintor",
    "Het nieuws viel slecht",
    "Kort besøk i Oslo",
    "Stocks end the week higher: market report",
    "Talks at a glance",
    "What happened overnight in Lomsk",
    "Was der Minister am Dienstag sagte",
    "Was der Opposition wichtig ist",
    "Le point sur la grève à 18 heures",
    "Het nieuws van de brand kwam maandag",
    "",
]
SENTENCE = "The council voted on Tuesday to close the old harbour, and the ferries will move to the north quay."


@pytest.mark.parametrize("headline", TITLES)
def test_titles(headline: str) -> None:
    """A title of a round-up, with a date, an agency, or what it tells first beside it."""
    assert has_title(headline)
    assert Signal.ROUND_UP in read_copy(headline, [SENTENCE]).signals


@pytest.mark.parametrize("headline", REPORTS)
def test_headlines_that_are_no_titles(headline: str) -> None:
    """Twin: the same words in the headline of a report."""
    assert not has_title(headline)
    assert Signal.ROUND_UP not in read_copy(headline, [SENTENCE]).signals


DATELINES = [
    # (paragraphs, is it a round-up?)
    (["OSLO (AP) — ", "PARIS (AP) — ", "ROME (AP) — "], True),
    (["OSLO, Jan 3 (Reuters) - ", "Madrid (dpa) - ", "", "ROMA (ANSA) - "], True),
    (["OSLO (AP) — ", "PARIS (AP) — ", ""], False),
    (["OSLO (AP) — ", "OSLO (AP) — ", "OSLO (AP) — "], False),
    (["Boston (March 5 primary) ", "Detroit (Aug. 6 primary) ", "Seattle (Aug. 20 primary) "], False),
    (["", "", ""], False),
]


@pytest.mark.parametrize(("beginnings", "expected"), DATELINES)
def test_datelines(beginnings: list[str], expected: bool) -> None:
    """Datelines of three places make a round-up; two places, or a list of places, do not."""
    copy = read_copy("Council closes the harbour", [each + SENTENCE for each in beginnings])
    assert (Signal.ROUND_UP in copy.signals) is expected

"""The words of the load's copy, all of them ours: a language a partition of the later rooms."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

PLACES = (
    "Bergen",
    "Aarhus",
    "Trieste",
    "Gdynia",
    "Cork",
    "Split",
    "Ghent",
    "Bilbao",
    "Turku",
    "Varna",
    "Malmo",
    "Patras",
)
NAMES = ("Ada Quay", "Jon Fell", "Mira Holt", "Piet Dam", "Lena Voss", "Ines Sol", "Tom Reed", "Eva Lund")


class Phrases(NamedTuple):
    """Headline and sentences with {place}, {name}, {thing} and {number}, and the things."""

    headline: str
    things: tuple[str, ...]
    sentences: tuple[str, ...]


PHRASES = {
    "en": Phrases(
        "{place} council votes on the {thing}",
        ("harbour tunnel", "tram line", "sea wall", "night market", "fish quota", "wind farm", "school budget"),
        (
            "The council of {place} voted on the {thing} late on Tuesday after {number} hours of debate.",
            "{name}, who leads the opposition, called the plan for the {thing} too dear by {number} million.",
            "Residents had gathered {number} signatures against it since the spring.",
            "Work could begin within {number} weeks if the regional court agrees.",
            "A study put the cost of the {thing} at {number} million, twice the first estimate.",
            "{name} said the city would publish every contract it signs.",
            "Shops near the site fear for their trade and want {number} percent of their rent returned.",
            "Engineers from {place} drilled {number} test holes last winter and found firm ground.",
            "The mayor promised that no tree on the quay would fall for it.",
        ),
    ),
    "de": Phrases(
        "{place} stimmt über {thing} ab",
        ("Hafentunnel", "Straßenbahn", "Deichbau", "Nachtmarkt", "Fangquote", "Windpark", "Schuletat"),
        (
            "Der Stadtrat von {place} hat am Dienstag nach {number} Stunden über das Vorhaben {thing} abgestimmt.",
            "{name} von der Opposition nannte den Plan um {number} Millionen zu teuer.",
            "Anwohner hatten seit dem Frühjahr {number} Unterschriften dagegen gesammelt.",
            "Die Arbeiten könnten in {number} Wochen beginnen, wenn das Gericht zustimmt.",
            "Ein Gutachten beziffert die Kosten auf {number} Millionen, doppelt so viel wie zuerst geschätzt.",
            "{name} sagte, die Stadt werde jeden Vertrag offenlegen.",
            "Händler fürchten um ihr Geschäft und fordern {number} Prozent der Miete zurück.",
            "Für das Vorhaben {thing} soll am Kai kein Baum fallen, versprach die Bürgermeisterin.",
        ),
    ),
    "es": Phrases(
        "{place} vota sobre {thing}",
        ("el túnel del puerto", "el tranvía", "el dique", "el mercado nocturno", "la cuota de pesca"),
        (
            "El consejo de {place} votó el martes sobre {thing} tras {number} horas de debate.",
            "{name}, de la oposición, dijo que el plan cuesta {number} millones de más.",
            "Los vecinos habían reunido {number} firmas en contra desde la primavera.",
            "Las obras podrían empezar en {number} semanas si el tribunal lo permite.",
            "Un estudio calcula que {thing} costará {number} millones, el doble de lo previsto.",
            "{name} aseguró que la ciudad publicará todos los contratos.",
            "Los comerciantes temen por sus ventas y piden la devolución del {number} por ciento del alquiler.",
        ),
    ),
    "nl": Phrases(
        "{place} stemt over {thing}",
        ("de haventunnel", "de tramlijn", "de zeedijk", "de nachtmarkt", "het visquotum", "het windpark"),
        (
            "De gemeenteraad van {place} stemde dinsdag na {number} uur debat over {thing}.",
            "{name} van de oppositie noemde het plan {number} miljoen te duur.",
            "Bewoners hadden sinds het voorjaar {number} handtekeningen verzameld.",
            "Het werk kan over {number} weken beginnen als de rechter instemt.",
            "Een studie schat de kosten van {thing} op {number} miljoen, het dubbele van de eerste raming.",
            "{name} zei dat de stad elk contract openbaar maakt.",
            "Winkeliers vrezen voor hun omzet en willen {number} procent van de huur terug.",
        ),
    ),
}  # fmt: skip


class CopyText(NamedTuple):
    headline: str
    sentences: tuple[str, ...]


def write(random: Random, language: str) -> CopyText:
    """A headline and five to seven sentences about one thing in one place."""
    templates = PHRASES[language]
    place, thing = random.choice(PLACES), random.choice(templates.things)
    chosen = random.sample(templates.sentences, random.randint(5, 7))
    return CopyText(
        templates.headline.format(place=place, thing=thing),
        tuple(
            sentence.format(place=place, thing=thing, name=random.choice(NAMES), number=random.randint(2, 90))
            for sentence in chosen
        ),
    )

"""The words of the invented wire: a small grammar in two languages, and names that nobody has."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Language(NamedTuple):
    """Nouns are plural, so that articles and verbs agree with all of them."""

    the: str
    nouns: tuple[str, ...]
    adjectives: tuple[str, ...]
    verbs: tuple[str, ...]  # past tense, with an object
    joints: tuple[str, ...]  # between two clauses
    edges: tuple[str, ...]  # at a sentence's end; {place} and {number} are filled in
    speech: str


LANGUAGES = {
    "en": Language(
        "the",
        _words("""
            ministers lawmakers farmers voters judges engineers investors traders regulators doctors
            nurses teachers unions exporters refineries airlines ports bridges tunnels reservoirs
            satellites batteries turbines vaccines hospitals prisons courts elections ballots budgets
            tariffs pensions subsidies bonds shares loans mortgages wages prices harvests vineyards
            fisheries forests floods storms wildfires earthquakes rescuers patrols ceasefires talks
            treaties sanctions refugees borders embassies museums orchestras films athletes referees
            sprinters goalkeepers stadiums sponsors broadcasters newspapers chipmakers retailers
            warehouses railways ferries tankers pipelines reactors emissions glaciers droughts aquifers
            beaches
        """),
        _words("""
            new former regional national foreign northern southern rural coastal elderly young leading
            struggling state-owned private temporary permanent controversial long-awaited record
            cautious angry independent ageing profitable bankrupt armed peaceful severe unexpected
            annual monthly joint rival
        """),
        _words("""
            criticised approved rejected delayed inspected repaired financed blocked defended reopened
            closed sued supplied protected damaged overtook surprised replaced praised investigated
            postponed expanded reduced monitored abandoned acquired welcomed threatened evacuated
            rescued defeated joined visited audited
        """),
        (", while", ", although", " after", " because", ", and", " before", ", as", ", but"),
        (
            "in {place}", "on Tuesday", "on Friday evening", "for the first time in {number} years",
            "at a cost of {number} million crowns", "near {place}", "with {number} votes against", "last week",
            "by {number} percent", "despite warnings from {place}", "until the end of the month",
        ),
        "“{sentence},” said {person}, a spokesman for {body}.",
    ),
    "de": Language(
        "die",
        _words("""
            Minister Abgeordneten Landwirte Wähler Richter Ingenieure Anleger Händler Behörden Ärzte
            Lehrer Verbände Exporteure Raffinerien Brücken Häfen Tunnel Talsperren Batterien
            Krankenhäuser Gerichte Wahlen Haushalte Zölle Renten Zuschüsse Anleihen Aktien Kredite Löhne
            Preise Ernten Weinberge Wälder Stürme Waldbrände Rettungskräfte Streifen Gespräche Verträge
            Sanktionen Flüchtlinge Grenzen Museen Orchester Filme Sportler Torhüter Stadien Zeitungen
            Einzelhändler Lagerhallen Fähren Tanker Leitungen Reaktoren Gletscher
        """),
        _words("""
            neuen früheren regionalen nationalen ausländischen nördlichen ländlichen jungen führenden
            privaten vorläufigen umstrittenen vorsichtigen unabhängigen schweren jährlichen gemeinsamen
            überraschenden
        """),
        _words("""
            kritisierten billigten verzögerten prüften reparierten finanzierten blockierten verteidigten
            schlossen verklagten belieferten schützten beschädigten überraschten ersetzten lobten
            untersuchten erweiterten senkten übernahmen begrüßten bedrohten räumten retteten besiegten
            besuchten
        """),
        (", und", ", doch", ", aber", "; zugleich", ", denn"),
        (
            "in {place}", "am Dienstag", "am Freitagabend", "zum ersten Mal seit {number} Jahren", "bei {place}",
            "für {number} Millionen Kronen", "in der vergangenen Woche", "um {number} Prozent",
        ),
        "„{sentence}“, sagte {person}, Sprecherin der {body}.",
    ),
}  # fmt: skip

SYLLABLES = _words("bel dra fen gor hul jas kel lom mar nis orv pel quin ras sol tev ulm var wen xar yst zol")


def name(random: Random, most: int = 3) -> str:
    """A name of two or more syllables."""
    return "".join(random.choices(SYLLABLES, k=random.randint(2, most))).capitalize()


class Story:
    """A language, and the nouns and names that its dispatches share."""

    def __init__(self, random: Random, code: str) -> None:
        self.random, self.code, self.language = random, code, LANGUAGES[code]
        self.nouns = random.sample(self.language.nouns, 8)
        self.people = [f"{name(random, 2)} {name(random)}" for _ in range(3)]
        self.places = [name(random) for _ in range(2)]
        self.body = f"{name(random)} {random.choice(self.language.nouns).capitalize()}"

    def headline(self) -> str:
        """Names of the story around two of its nouns."""
        of = self.language
        subject, object_ = self.random.sample(self.nouns, 2)
        words = (self.random.choice(self.places), subject, self.random.choice(of.verbs), object_)
        return f"{words[0]} {words[1]} {words[2]} {self.random.choice(of.adjectives)} {words[3]}"

    def paragraphs(self, words: int) -> list[str]:
        """So many words, or a sentence more, in paragraphs of one to three sentences."""
        found: list[str] = []
        while sum(len(paragraph.split()) for paragraph in found) < words:
            found.append(" ".join(self._sentence() for _ in range(self.random.randint(1, 3))))
        return found

    def _sentence(self) -> str:
        sentence = self._clause()
        if self.random.random() < 0.6:
            sentence += f"{self.random.choice(self.language.joints)} {self._clause()}"
        sentence = sentence[0].upper() + sentence[1:]
        if self.random.random() < 0.2:
            return self.language.speech.format(
                sentence=sentence, person=self.random.choice(self.people), body=self.body
            )
        return f"{sentence}."

    def _clause(self) -> str:
        edge = self.random.choice(self.language.edges)
        place, number = self.random.choice(self.places), self.random.randint(2, 98)
        words = (self._subject(), self.random.choice(self.language.verbs), self._noun())
        return f"{' '.join(words)} {edge.format(place=place, number=number)}"

    def _subject(self) -> str:
        return self._noun() if self.random.random() < 0.7 or self.code == "de" else self.random.choice(self.people)

    def _noun(self) -> str:
        """Half the nouns are the story's, half are anyone's."""
        noun = self.random.choice(self.nouns if self.random.random() < 0.5 else self.language.nouns)
        adjective = self.random.choice(self.language.adjectives)
        return (
            f"{self.language.the} {adjective} {noun}"
            if self.random.random() < 0.6
            else f"{self.language.the} {noun}"
        )

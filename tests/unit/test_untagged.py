"""Labels without a tagger: names by their capitals, events by the table; where in doubt, a headline."""

from __future__ import annotations

import pytest

from pipeline.features import Trait
from pipeline.items import LabelKind
from pipeline.language import Language
from pipeline.normalise.phrases import find_phrases
from pipeline.tag.label_members import label_contribution
from pipeline.tag.labels import rank_labels
from pipeline.tag.phrase_totals import PhraseTotals


@pytest.mark.parametrize(
    ("language", "headlines", "label"),
    [
        ("fr", ("Jeanne Vrandel démissionne", "Jeanne Vrandel a démissionné jeudi"), "Démission de Jeanne Vrandel"),
        ("fr", ("Alain Snorby est mort", "Mort d'Alain Snorby, peintre"), "Mort d'Alain Snorby"),
        ("fr", ("La police arrête Jean Vrandel", "Jean Vrandel arrêté à Lomsk"), "Arrestation de Jean Vrandel"),
        ("fr", ("Grève à la VRD : un train sur deux", "La grève à la VRD se poursuit"), "Grève à la VRD"),
        (
            "fr",
            ("Le juge acquitte Jean de Vrandel", "Le tribunal acquitte Jean de Vrandel"),
            "Acquittement de Jean de Vrandel",
        ),
        ("es", ("Dimite Juan Vrandel", "Juan Vrandel dimite tras la moción"), "Dimisión de Juan Vrandel"),
        ("es", ("Detenido Carlos Snorby en Lomsk", "Arrestan a Carlos Snorby"), "Detención de Carlos Snorby"),
        ("it", ("Morto Silvio Vrandel", "È morto Silvio Vrandel"), "Morte di Silvio Vrandel"),
        ("it", ("Terremoto all'Isola, crolli", "Terremoto all'Isola: la paura"), "Terremoto all'Isola"),
        ("pt", ("Polícia prende Carlos Vrandel", "Carlos Vrandel é preso"), "Prisão de Carlos Vrandel"),
        ("pt", ("Morre Pedro Snorby aos 80", "Pedro Snorby morre em Lomsk"), "Morte de Pedro Snorby"),
        ("nl", ("Minister Jan Vrandel treedt vandaag af", "Jan Vrandel stapt op"), "Aftreden van Jan Vrandel"),
        ("nl", ("Doden bij aanslag in Lomsk", "Aanslag in Lomsk: tien doden"), "Aanslag in Lomsk"),
    ],
)
def test_the_event_of_a_story(language: str, headlines: tuple[str, ...], label: str) -> None:
    """A verb or a noun of the table with a name is an event; a name with a particle is one name."""
    members = [label_contribution(find_phrases(each, "", Language.of(language))) for each in headlines]
    best = rank_labels(PhraseTotals(members), lambda term: 4.0, language)[0]
    assert (best.label, best.kind) == (label, LabelKind.EVENT)


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("fr", "Jeanne Vrandel limoge son ministre"),  # of the minister, who has no name
        ("fr", "Jeanne Vrandel a limogé le ministre"),
        ("fr", "Un Lomskois arrêté pour vol"),  # a kind of person
        ("fr", "Lomsk. Annoncée fermée, la piscine ouvre"),  # a capital behind a full stop
        ("fr", "Le Lomsk remporte le match"),  # victoire du Lomsk
        ("fr", "Jeanne Vrandel pourrait démissionner"),
        ("fr", "Jeanne Vrandel ne démissionne pas"),
        ("fr", "Le fils de Vrandel arrêté"),  # of the son
        ("es", "El Vrandel vence"),
        ("es", "El hermano de Juan Vrandel dimite"),
        ("es", "La policía de Lomsk detuvo a dos hombres"),
        ("it", "Lomsk vince il torneo"),  # a single name may be a country: vittoria della Francia
        ("it", "La Vrandel si dimette"),
        ("pt", "Lomsk vence o torneio"),
        ("pt", "Pedro Vrandel não renuncia"),
        ("nl", "Broer van Jan Vrandel gearresteerd"),
        ("nl", "Jan Vrandel wil niet opstappen"),
        ("nl", "De Vrandel wint"),
    ],
)
def test_no_event_is_made_in_doubt(language: str, headline: str) -> None:
    """Nothing is named after who did it, half a name, a kind of person, or what did not happen."""
    found = find_phrases(headline, "", Language.of(language)).phrases
    assert [phrase.surface for phrase in found if phrase.flags & Trait.MADE] == []


def test_what_is_elided_is_a_word_of_its_own() -> None:
    """The terms of a label are those of the index of stories: `attentat`, not `l'attentat`."""
    terms = dict(find_phrases("L'attentat d'Annelund et aujourd'hui", "", Language.of("fr")).label_terms)
    assert "attentat" in terms
    assert "annelund" in terms
    assert "aujourd'hui" in terms

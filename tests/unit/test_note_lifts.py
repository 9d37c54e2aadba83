"""Embargoes that are said to be lifted, or to stand; notes that describe: what is not understood whole stays held.

Each wording has a twin that means the contrary, or is news.
"""

from __future__ import annotations

import json

import pytest

from pipeline.copy import read_copy
from pipeline.items import Signal
from pipeline.notes import Addressee, NoteMeaning, Passage, public_text, read_notes
from pipeline.notes.lifts import is_lift_of_copy
from pipeline.notes.tags import read_tag
from pipeline.replay import EPOCH_MS, Replay, payload

STORY = "The council of Lomsk closed the tunnel on Monday after a long debate about the costs, its chairman said."
# language: what lifts an embargo; the same limited, denied or withdrawn
LIFTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        (
            "Embargo lifted", "Embargo lifted. Thank you.", "Attention editors: embargo lifted",
            "Embargo lifted\nMay be used now.",
        ),
        (
            "Embargo lifted. Only for radio.", "Embargo lifted. This was by mistake.", "Embargo lifted for print",
            "Embargo lifted for subscribers", "Embargo lifted: UK only", "Embargo lifted: hold for photo",
            "Embargo lifted.\nOnly for clients in Europe", "Embargo lifted. Not true.",
            "Embargo lifted. Wait for us.",
            "Only for radio. Embargo lifted.", "Embargo partly lifted",
        ),
    ),
    "de": (
        ("Sperrfrist aufgehoben",),
        ("Sperrfrist aufgehoben für Online", "Sperrfrist aufgehoben. Nur für Radio."),
    ),
    "fr": (("Embargo levé",), ("Embargo levé pour les abonnés", "Embargo levé. Seulement pour la radio.")),
    "es": (("Embargo levantado",), ("Embargo levantado para suscriptores",)),
    "it": (("Embargo revocato",), ("Embargo revocato per gli abbonati",)),
    "nl": (("Embargo opgeheven",), ("Embargo opgeheven voor abonnees",)),
    "da": (("Embargo ophævet",), ("Embargo ophævet for abonnenter",)),
    "no": (("Embargo opphevet",), ("Embargo opphevet. Kun for radio.",)),
    "sv": (("Embargo hävt",), ("Embargo hävt för prenumeranter",)),
    "ru": (("Эмбарго снято",), ("Эмбарго снято для подписчиков",)),
}  # fmt: skip
# language: an embargo that is there; twins that speak of one of trade
STANDING: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        ("EMBARGO NOT LIFTED", "EMBARGO STILL IN FORCE", "EMBARGO EXTENDED TO WEDNESDAY", "NEW EMBARGO: 20:00 GMT"),
        ("OIL EMBARGO STILL IN FORCE", "EU EMBARGO NOT LIFTED", "ARMS EMBARGO EXTENDED"),
    ),
    "de": (
        ("SPERRFRIST NICHT AUFGEHOBEN", "SPERRFRIST VERLÄNGERT", "NEUE SPERRFRIST 20 UHR"),
        ("EMBARGO GEGEN LOMSK",),
    ),
    "fr": (("EMBARGO MAINTENU", "EMBARGO NON LEVÉ", "NOUVEL EMBARGO"), ("EMBARGO CONTRE LOMSK MAINTENU",)),
    "es": (("SE MANTIENE EL EMBARGO", "EMBARGO PRORROGADO"), ("EMBARGO CONTRA LOMSK PRORROGADO",)),
    "it": (("EMBARGO CONFERMATO", "EMBARGO NON REVOCATO"), ("EMBARGO CONTRO LOMSK",)),
    "pt": (("EMBARGO MANTIDO", "EMBARGO NÃO LEVANTADO"), ("EMBARGO CONTRA LOMSK",)),
    "nl": (("EMBARGO NIET OPGEHEVEN", "EMBARGO VERLENGD"), ("EMBARGO TEGEN LOMSK",)),
    "da": (("EMBARGO IKKE OPHÆVET", "EMBARGO FORLÆNGET"), ("EMBARGO MOD LOMSK",)),
    "no": (("EMBARGO IKKE OPPHEVET", "EMBARGO STÅR VED LAG"), ("EMBARGO MOT LOMSK",)),
    "sv": (("EMBARGO EJ HÄVT", "EMBARGO FÖRLÄNGT"), ("EMBARGO MOT LOMSK",)),
    "ru": (("ЭМБАРГО НЕ СНЯТО", "ЭМБАРГО ПРОДЛЕНО"), ("ЭМБАРГО НА НЕФТЬ",)),
}  # fmt: skip
PLACES = {
    "line": (Addressee.PUBLIC, "{}\n" + STORY),
    "tag": (Addressee.HEADLINE, "{}: Lomsk closes tunnel"),
    "bracket": (Addressee.HEADLINE, "Lomsk closes tunnel ({})"),
    "subject": (Addressee.HEADLINE, "[{}] Lomsk closes tunnel"),
    "field": (Addressee.EDITORS, "{}"),
}
# A note that holds, or kills; one that only describes.
NOTES = {
    "Embargoed until Tuesday, adds reaction": "Adds reaction to embargo",
    "Adds embargo until 6 p.m. Tuesday": "UPDATES with embargo details",
    "Corrects embargo time": "RECASTS, adds embargo in para 3",
    "Neue Sperrfrist": "Ergänzt Embargo-Details",
    "Nuevo embargo": "Añade detalles del embargo",
    "Kill photos": "Photos of kill site available",
    "Photos withdrawn": "With photos of cancelled concert",
    "Video: please kill": "Video shows kill",
    "With kill notice": "With kill count",
    "Cancelled story listed below": "Cancelled flights listed below",
    "Eds: ADV for Tuesday, Jan. 4": "Adds advance for Lomsk troops",
    "Corrects to show embargo ends Tuesday": "Corrects to show embargo was lifted in 2020",
    "Foto ist ab Dienstag frei zur Verwendung": "Foto ist frei zur Verwendung",
    "Photo is free for use on Tuesday": "Photo is free for use",
    "Vidéo libre pour diffusion mardi": "Vidéo libre pour diffusion",
    "Mit Rückzug: bitte löschen": "Mit Rückzug-Grafik",
    "Bitte Rückzug": "Mit Rückzug der Truppen",
    "Delete story": "Delete after 30 days",
    "Delete photos": "Please delete photos after 31 January",
    "Text bitte löschen": "Löschen nach 30 Tagen",
    "Hold and delete after 30 days": "Delete story after 30 days",
}
HEADLINES = {
    "EMBARGO - Lomsk closes tunnel": "EMBARGO - what we know",
    "EMBARGO Lomsk closes tunnel": "EMBARGO on oil hits Lomsk",
    "EMBARGO EU closes tunnel": "EMBARGO HITS Lomsk",
    "EMBARGO/Lomsk closes tunnel": "EXCLUSIVE/Lomsk closes tunnel",
    "UNDER EMBARGO Lomsk closes tunnel": "UNDER FIRE Lomsk closes tunnel",
    "DO NOT PUBLISH Lomsk closes tunnel": "DO NOT PANIC Lomsk closes tunnel",
    "HOLD Lomsk closes tunnel": "HOLD the front page, says Lomsk",
    "WITHDRAWN Lomsk closes tunnel": "WITHDRAWN troops return to Lomsk",
    "Lomsk closes tunnel EMBARGOED": "Lomsk ends trade EMBARGO talks",
    "Lomsk closes tunnel DO NOT USE": "Quay of Lomsk rated HOLD",
    "Lomsk closes tunnel (hold for Tuesday AMs)": "Lomsk closes tunnel (held talks Tuesday)",
    "ЭМБАРГО Ломск закрывает туннель": "СРОЧНО Ломск закрывает туннель",
    "Lomsk closes tunnel [STATUS: EMBARGOED]": "Lomsk closes tunnel [STATUS: CONFIRMED]",
    "HOLD - Lomsk closes tunnel": "HOLD - Bank of Lomsk rated Hold",
    "Lomsk closes tunnel - NOT YET FOR PUBLICATION": "Lomsk closes tunnel, not yet for lorries",
    "EMBARGO LIFTED FOR RADIO: Lomsk closes tunnel": "EMBARGO LIFTED ON OIL: ships sail from Lomsk",
    "[SPERRFRIST AUFGEHOBEN NUR RADIO] Lomsk": "[OIL EMBARGO LIFTED] Lomsk",
    "Lomsk closes tunnel (EMBARGO PARTLY LIFTED)": "Lomsk closes tunnel (EMBARGO OF OIL LIFTED)",
    "//embargo// Lomsk closes tunnel": "//exclusive// Lomsk closes tunnel",
    "For use Tuesday, Jan. 4, and thereafter: Lomsk closes tunnel": "For use in schools: Lomsk opens tunnel",
    "AMs ADVANCE for Tuesday, Jan. 4: Lomsk closes tunnel": "ADVANCE of troops on Tuesday: Lomsk closes tunnel",
    "Sperrfrist! Lomsk schließt Tunnel": "Sperrfrist! Wie lange gilt sie?",
    "Sperrfrist: Lomsk schließt Tunnel": "Frist: Lomsk schließt Tunnel",
    "Presse-Embargo - Lomsk schließt Tunnel": "Öl-Embargo - Lomsk schließt Tunnel",
    "Press embargo: Lomsk closes tunnel": "Trade embargo: Lomsk closes tunnel",
    "Embargo! Lomsk closes tunnel": "Embargo! What Lomsk closes",
    "Embargo ! Lomsk ferme le tunnel": "Embargo : Lomsk ferme le tunnel",
    "BC-Lomsk-Tunnel, HFR 6 p.m. Tuesday": "BC-Lomsk-Tunnel, NATO 6 p.m. Tuesday",
}
LINES = {
    "ADV for Tues.": "Lomsk police had no advance for Tues.",
    "AMs ADVANCE for Tuesday, Jan. 4": "The AMs advance for Tuesday was short, they said.",
    "Sperretid: tirsdag kl. 18": "Spilletid: tirsdag kl. 18",
    "Embargoed until Tuesday": 'LOMSK (Norden) - "This is embargoed until Tuesday," he joked at the dinner.',
    "Status: on hold": "Status: on sale",
    "STATUS: EMBARGOED": "STATUS: CONFIRMED",
    "Story status: withdrawn": "Story time: with dragons",
    "Статус: эмбарго": "Статус: открыт",
    "NOT YET FOR PUBLICATION": "The book is not yet for publication, its author said.",
    "For use Tuesday, Jan. 4, and thereafter": "For use in schools, the app costs ten crowns.",
}
# A lift with a limit beside it, above a story; each is held, and the lift alone is not.
LIMITED_LIFTS = (
    "EMBARGO LIFTED (NOT FOR BROADCAST)", "EMBARGO LIFTED (FOR INTERNAL USE ONLY)",
    "EMBARGO LIFTED - NOT FOR BROADCAST",
    "EMBARGO LIFTED\nOnly for radio.", "EMBARGO LIFTED\n(Not for publication)", "Only for radio.\nEMBARGO LIFTED",
    "Eds: Embargo lifted\nOnly for radio", "(EMBARGO LIFTED (NOT FOR BROADCAST))", "EMBARGO LIFTED *",
    "EMBARGO LIFTED …",
    "SPERRFRIST AUFGEHOBEN (NUR FÜR RADIO)",
)  # fmt: skip
LIFT_LINES = (
    "EMBARGO LIFTED",
    "*** EMBARGO LIFTED ***",
    "Eds: Embargo lifted.",
    "(EMBARGO LIFTED)",
    "SPERRFRIST AUFGEHOBEN",
)
# Tags made of nothing but words of notes; twins in capitals that are news.
COMPOSED = {
    "STORY ON HOLD": "LOMSK ON FIRE",
    "HOLD THIS STORY": "HOLD THE BRIDGE",
    "HOLD: LEGAL": "LEGAL: GOLD",
    "HOLD - LEGAL": "HOLD - GOLD",
    "ON HOLD: LEGAL CHECK": "ON FIRE: LOMSK BANK",
    "HOLD FOR ORDERS": "HOLD FOR GOLD",
    "PLEASE HOLD UNTIL FURTHER NOTICE": "PLEASE MIND THE GAP",
    "AWAITING APPROVAL": "AWAITING SPRING",
    "DO NOT MOVE": "DO NOT PANIC",
    "FOR IMMEDIATE HOLD": "FOR IMMEDIATE SALE",
    "KILL THIS STORY": "KILL THE BILL",
}
# Rights and terms of use: requests to wait; what they forbid for good.
TERMS = {
    "Please withhold": "Please credit the photographer",
    "Выпуск разрешён с 18:00 вторника": "Выпуск разрешён с указанием источника",
    "Free for use from Tuesday 18:00": "Archive use permitted after 30 days",
    "Please do not move this story before the council has met.": "Do not use without credit.",
    "Timed for release Tuesday 1800": "For use in Lomsk only",
    "Bitte zurückhalten, Justiziar prüft noch": "Bitte Quelle nennen",
    "Si prega di trattenere fino a nuovo avviso": "Si prega di citare la fonte",
    "Liberado a partir de terça, 18h": "Uso livre com crédito",
    "Придержать до особого распоряжения": "Использование только с указанием источника",
    "Håll inne tills vidare": "Ange källa",
    "No use before Tuesday evening": "No archive use",
    "For use in May only": "Users may print extracts for their own personal use only",
    "May be used from Monday only": "Members may use it at home only",
    "Print from 12 May": "You may print one copy",
    "Nicht ohne Zustimmung der Redaktion veröffentlichen": "Die Verwertung ist ohne Zustimmung unzulässig.",
    "Riservata": "Riproduzione riservata",
    "Embargo: none until 6 p.m.": "Embargo: none",
    "Embargo:": "EMBARGO: n/a",
    "Sperrfrist: keine Angabe": "Sperrfrist: keine",
    "Embargo : aucun avant 18h": "Embargo : aucun",
    "No embargo lifted yet": "No embargo",
    "Please park this story": "The report was published in a park",
    "Quarantine this story until further notice": "It was released from quarantine",
    "Please freeze the text": "The accounts were released after a freeze",
    "Pubblicazione riservata": "© RIPRODUZIONE RISERVATA",
    "Prohibida su difusión antes del 12 de mayo": "Queda prohibida la reproducción sin consentimiento previo.",
}
SLUGS = {
    "BC-Lomsk-Tunnel-HOLD": "BC-Lomsk-Tunnel-Hold",
    "LOMSK-TUNNEL/ (HOLD: LEGAL)": "LOMSK-TUNNEL/ (HOUSE: LEGAL)",
}


def read(addressee: Addressee, text: str) -> NoteMeaning:
    """What a text says."""
    return read_notes([Passage(addressee, text, "test")])


def is_held(meaning: NoteMeaning) -> bool:
    """Whether the item may not be used."""
    return meaning.embargo is not None or not {Signal.HOLD, Signal.KILL}.isdisjoint(meaning.signals)


@pytest.mark.parametrize("language", LIFTS)
def test_a_lift_is_understood_whole(language: str) -> None:
    """With one word that is not accounted for nothing is released, and there is an embargo without an end."""
    lifts, others = LIFTS[language]
    for note in lifts:
        assert read(Addressee.EDITORS, note) == NoteMeaning((Signal.RELEASE,)), note
    for note in others:
        meaning = read(Addressee.EDITORS, note)
        assert Signal.RELEASE not in meaning.signals, note
        assert meaning.embargo is not None, note
        assert meaning.embargo.until is None, note


@pytest.mark.parametrize(
    "rest", ["UK only", "hold for photo", "not for online", "see note", "Clients in Asia only"]
)
def test_a_headline_is_lifted_by_no_limit(rest: str) -> None:
    """What follows the tag is the headline, or it takes the lift back."""
    assert read(Addressee.HEADLINE, f"EMBARGO LIFTED: {rest}").embargo is not None
    assert read(Addressee.HEADLINE, "EMBARGO LIFTED: Lomsk closes tunnel") == NoteMeaning((Signal.RELEASE,))


@pytest.mark.parametrize(
    ("headline", "body", "lifts"),
    [
        ("EMBARGO LIFTED: Lomsk closes tunnel", STORY, True),
        ("EMBARGO LIFTED - LOMSK CLOSES TUNNEL", STORY, True),
        ("EMBARGO LIFTED", STORY, True),
        ("Lomsk closes tunnel", f"Eds: embargo lifted\n\n{STORY}", True),
        ("EMBARGO LIFTED: Norway and Sweden first", STORY, False),
        ("EMBARGO LIFTED: radio and television clients", STORY, False),
        ("EMBARGO LIFTED: Lomsk closes tunnel for radio", STORY, False),
        ("Lomsk closes tunnel", f"EMBARGO LIFTED: Norway and Sweden first\n\n{STORY}", False),
        ("Lomsk closes tunnel", f"Embargo lifted for radio\n\n{STORY}", False),
    ],
)
def test_a_lift_in_public_text_lifts_what_has_its_headline(headline: str, body: str, lifts: bool) -> None:
    """Behind it may stand a limit that looks like a headline: resolve compares it with what is held."""
    replay = Replay(rooms=("normalise", "resolve"))
    for version, held, text, note in (
        ("1", "Lomsk closes tunnel", STORY, "Embargoed until further notice"),
        ("2", headline, body, ""),
    ):
        members = {"uri": "urn:quay:7", "version": version, "headline": held, "body_text": text, "ednote": note}
        replay.publish(payload("quay", json.dumps(members).encode(), EPOCH_MS), EPOCH_MS)
    published = [json.loads(record.value) for record in replay.log["wire.resolved"]]
    assert bool([item for item in published if item.get("pubStatus") == "usable"]) is lifts


@pytest.mark.parametrize("lift", LIMITED_LIFTS)
def test_a_lift_with_a_limit_beside_it_lifts_nothing(lift: str) -> None:
    """In its line, in a bracket, or in the short lines around it; in the copy and in a field of public text."""
    meaning = read(Addressee.PUBLIC, f"{lift}\n{STORY}")
    copy = read_copy("Lomsk closes tunnel", [*lift.split("\n"), STORY])
    assert Signal.RELEASE not in {*meaning.signals, *copy.signals}


@pytest.mark.parametrize("lift", LIFT_LINES)
def test_a_lift_alone_above_the_story_lifts(lift: str) -> None:
    """Also with the headline of the item below it."""
    for more in ((), ("Lomsk closes tunnel",)):
        copy = read_copy("Lomsk closes tunnel", [lift, *more, STORY])
        assert copy.embargo is None
        assert Signal.RELEASE in copy.signals


@pytest.mark.parametrize(
    "frame", ["Lomsk closes tunnel [{}]", "({}) Lomsk closes tunnel", "Lomsk closes tunnel - {}", "{}"]
)
@pytest.mark.parametrize("tag", COMPOSED)
def test_a_tag_of_nothing_but_words_of_notes_holds(tag: str, frame: str) -> None:
    """In brackets, behind a dash, and alone as a line or a headline."""
    for text, held in ((tag, True), (COMPOSED[tag], False)):
        assert is_held(read(Addressee.HEADLINE, frame.format(text))) is held, text
        assert is_held(read(Addressee.PUBLIC, f"{frame.format(text)}\n{STORY}")) is held, text


def test_a_tag_before_a_colon_in_a_bracket_kills() -> None:
    """`[KILL: Lomsk closes tunnel]` in the subject of a mail."""
    for tag in ("KILL: Lomsk closes tunnel", "ACHTUNG: Die Meldung wird zurückgezogen", "ОТМЕНА СООБЩЕНИЯ"):
        assert read(Addressee.HEADLINE, f"[{tag}]").signals == (Signal.KILL,), tag
    assert read(Addressee.HEADLINE, "[KILL: a play in three acts]") == NoteMeaning()


BRACKETED = {
    "[HOLD]": "[NORDEN]", "[On hold]": "[On ice]", "(For immediate hold)": "(For immediate use)",
    "[HOLD: LEGAL]": "[HOUSE: LEGAL]", "[RETRACTED]": "[RETOLD]", "[UNEDITED DRAFT]": "[UNIFIED DRAFT]",
}  # fmt: skip


@pytest.mark.parametrize("tag", BRACKETED)
def test_a_tag_in_brackets_before_or_behind_a_paragraph(tag: str) -> None:
    """However long the paragraph is, and wherever it is."""
    for text, held in ((tag, True), (BRACKETED[tag], False)):
        for line in (f"{text} {STORY}", f"{STORY} [{text[1:-1]}]"):
            for lines in ((line,), (STORY, line, STORY), (*(STORY,) * 8, line, *(STORY,) * 8)):
                assert is_held(read(Addressee.PUBLIC, "\n".join(lines))) is held, line


def test_a_bracket_that_keeps_private_and_says_no_more_holds() -> None:
    """`… [DO NOT PUBLISH]`: the paragraph before it would be published."""
    for tag, held in (
        ("[DO NOT PUBLISH]", True),
        ("[NO PUBLICAR]", True),
        ("[Not for publication: call Ana]", False),
    ):
        for lines in ((f"{STORY} {tag}",), (f"{STORY} {tag}", STORY)):
            assert is_held(public_text(["Lomsk closes tunnel", *lines], titled=True).meaning) is held, (tag, lines)
        before = public_text(["Lomsk closes tunnel", STORY, f"{tag} Ana Ruiz has the papers."], titled=True)
        assert not is_held(before.meaning)  # it keeps what follows in its line
        assert "Ana" not in " ".join(before.lines)


@pytest.mark.parametrize("terms", TERMS)
def test_terms_of_use_that_ask_to_wait_hold(terms: str) -> None:
    """What they forbid for good holds nothing."""
    assert is_held(read(Addressee.TERMS, terms))
    assert not is_held(read(Addressee.TERMS, TERMS[terms]))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", STANDING)
def test_an_embargo_that_stands_is_heard_in_each_place(language: str, place: str) -> None:
    """In a line, a tag, a bracket, a subject and a field; one of trade is not."""
    addressee, frame = PLACES[place]
    for wording in STANDING[language][0]:
        assert is_held(read(addressee, frame.format(wording))), wording
    for twin in STANDING[language][1]:
        assert place == "field" or not is_held(read(addressee, frame.format(twin))), twin


@pytest.mark.parametrize(
    ("addressee", "held", "twin"),
    [
        (addressee, *pair)
        for addressee, pairs in (
            (Addressee.EDITORS, NOTES), (Addressee.HEADLINE, HEADLINES),
            (Addressee.PUBLIC, LINES), (Addressee.SLUG, SLUGS),
        )
        for pair in pairs.items()
    ],
)  # fmt: skip
def test_what_holds_and_what_describes(addressee: Addressee, held: str, twin: str) -> None:
    """An instruction holds its item; words of the same kind that describe it do not."""
    more = f"\n{STORY}" if addressee is Addressee.PUBLIC else ""
    assert is_held(read(addressee, held + more))
    assert not is_held(read(addressee, twin + more))


@pytest.mark.parametrize(
    ("label", "twin"),
    [
        ("EDITORS' NOTE (private):", "EDITORS' GUILD (private):"),
        ("Editors’ note (internal):", "Editors’ ball (informal):"),
        ("EDS/", "EDF/"),
        ("“Not for publication:”", "“Not for sale:”"),
        ('"Not for publication" -', '"Not for publication," they said:'),
        ("«Not for publication»:", "«Not for Lomsk»:"),
        ("NFP:", "NATO:"),
        ("Embargo contact:", "Embargo impact:"),
        ("Kontakt für Redaktionen:", "Kontakt für Mieter:"),
        ("Pour info rédaction seulement -", "Pour les enfants seulement -"),
        ("Endast för redaktionellt bruk:", "Endast för barn:"),
        ("Rückfragehinweis:", "Hinweis des Ministers:"),
        ("Ansprechpartner:", "Partner des Ministers:"),
        ("Persvoorlichting:", "Persvrijheid:"),
        ("Desk contact:", "Desk lamp:"),
        ("Reporter's mobile:", "Reporter's notebook:"),
        ("Nota da redação:", "Nota da prova:"),
        ("Source (do not name):", "Source (to be named):"),
        ("Informant (nicht nennen):", "Informant (aus Lomsk):"),
    ],
)
def test_a_label_may_be_qualified_quoted_or_cut_off(label: str, twin: str) -> None:
    """What follows it in its line is private."""
    for written, is_private in ((label, True), (twin, False)):
        lines = public_text([STORY, f"{written} call Ana Ruiz"], titled=False).lines
        assert ("call Ana Ruiz" in " ".join(lines)) is not is_private, written


def test_the_kill_of_a_picture_holds_the_text_beside_it() -> None:
    """What is said of a picture withdraws no text; in doubt it waits."""
    for note in ("Kill photo", "Please kill video", "Foto zurückgezogen", "Photos withdrawn"):
        assert read(Addressee.EDITORS, note).signals == (Signal.HOLD,), note
    for note in ("Kill story", "Please kill story and photos", "Text zurückgezogen", "Story withdrawn"):
        assert Signal.KILL in read(Addressee.EDITORS, note).signals, note


def test_what_is_beside_a_lift() -> None:
    """Short lines above it and below it; the headline may stand there again."""
    for lines, lifts in (
        (["For radio only", "EMBARGO LIFTED", STORY], False),
        (["EMBARGO LIFTED", "For radio only", STORY], False),
        (["Lomsk closes tunnel", "EMBARGO LIFTED", STORY], True),
        ([STORY, "EMBARGO LIFTED", "Lomsk closes tunnel"], True),
    ):
        assert is_lift_of_copy("Lomsk closes tunnel", lines) is lifts, lines


def test_a_part_of_a_long_headline() -> None:
    """Longer than a headline with tags may be."""
    headline = "Lomsk closes the tunnel after a long debate about its costs in the council of the town, " * 3
    for part, held in (
        ("not for release before 6 p.m. Tuesday", True),
        ("not for long before 6 p.m. Tuesday", False),
    ):
        assert is_held(read(Addressee.HEADLINE, f"{headline} - {part}")) is held


def test_an_article_limits_no_lift() -> None:
    """Some articles of one language are words that limit in another."""
    for article in ("the", "a", "le", "il", "de", "o"):
        assert read_tag(f"EMBARGO LIFTED: Lomsk closes {article} tunnel"), article
    assert not read_tag("EMBARGO LIFTED: not for the tunnel in Lomsk until Tuesday")

"""Notes that turn on a word or a mark: a lift that is denied, the end of a use, copy in advance, disguises."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from planting import AP, ATOM, DIGITALWIRES, NINJS, RSS, in_json
from walk import Newsroom

from pipeline.items import Signal
from pipeline.notes import Addressee, Passage, public_text, read_notes
from pipeline.notes.respelled import meant, respelled

STORY = "The council of Lomsk closed the tunnel after a long debate about its cost and its age, its chairman said."
ISSUED = datetime(2022, 1, 3, 8, tzinfo=UTC)

LIFTS = (
    "Embargo lifted", "EMBARGO LIFTED.", "The embargo has been lifted.", "Sperrfrist aufgehoben!", "Embargo levé",
    "(Embargo lifted)", "*** EMBARGO LIFTED ***",
)  # fmt: skip
NO_LIFTS = (
    "Embargo lifted?", "Is the embargo lifted?", "Embargo lifted ??", "Embargo: lifted?", "¿Embargo levantado?",
    "Embargo lifted: no", "Embargo lifted - no", "Embargo lifted (no)", "Embargo lifted = false",
    "Embargo lifted: N", "Embargo lifted [ ]", "Embargo lifted ❌", "Embargo lifted: not yet",
    "Embargo lifted? Not yet.", "Embargo lifted. No.", "Embargo lifted\nNo", "Embargo lifted: tbc",
    "Once the embargo is lifted, use freely", "Sperrfrist aufgehoben: nein", "Embargo levé: non",
    "Embargo levantado: no", "Эмбарго снято: нет", "Embargo ophævet? Nej", "Embargo opgeheven: nee",
    "Embargo hävt: nej", "embargo_lifted: 0",
)  # fmt: skip
ENDS_OF_USE = (
    "Not for use after 31 December 2022", "Not for use after 31 Dec", "Do not use after Jan 31",
    "No use after 14 days", "No archive use after 2030", "Not to be used after expiry",
    "Use before 31 December 2022", "Usage rights end 31 Dec 2022", "Free for use within 24 hours of transmission",
    "NO SALES. NO ARCHIVE. Available for one-time use only until Feb. 1", "Nutzung bis 31.12.2022 erlaubt",
    "Verwendung nur bis 31.12.2022", "Nicht verwenden nach dem 31.12.2022",
    "Utilisation libre jusqu'au 31 décembre 2022", "Ne pas utiliser après le 31 décembre 2022",
    "No usar después del 31 de diciembre de 2022", "Non utilizzare dopo il 31 dicembre 2022",
    "Niet gebruiken na 31 december 2022", "Må ikke bruges efter 31. december 2022",
    "Не использовать после 31 декабря 2022 года", "For editorial purposes only until 31 December 2022",
)  # fmt: skip
BEGINNINGS_OF_USE = (
    "Not for use until after 31 December 2022", "Not to be used before or after 10 GMT",
    "Use only after 31 January", "Noch nicht veröffentlichen, ab 10 Uhr frei",
    "Do not use - after 6 p.m. it may run", "Verwendung erst nach 18 Uhr",
    "Publication uniquement après 18 heures", "Please publish after 18:00 GMT",
    "Nicht vor 10 Uhr veröffentlichen", "Not for publication until 10 GMT", "For use from Tuesday",
    "Strictly for planning purposes until Tuesday 6pm", "Выпуск разрешён с 18:00 вторника",
)  # fmt: skip
ADVANCE = (
    "Moved in advance for use Tuesday", "Advance for Sunday, Jan. 9", "For use Sunday, Jan. 9",
    "For Sunday release", "For Monday publication", "Vorab für Sonntag", "Für Dienstagausgaben",
    "Pour parution dimanche", "A paraître dimanche", "Adelanto para el domingo", "Da usare domenica",
    "Te gebruiken zondag", "Til brug søndag",
)  # fmt: skip
DISGUISES = (
    "E M B A R G O", "E-M-B-A-R-G-O", "E.M.B.A.R.G.O.", "E_M_B_A_R_G_O", "E  M  B  A  R  G  O", "EMBARG0",
    "3MBARGO", "EMBRAGO", "EMBAGO", "EMBARGGO", "EMBARG0ED UNTIL FRIDAY", "EMBARGOD until Friday",
    "S P E R R F R I S T 10 Uhr", "SPERFRIST", "K I L L", "K1LL", "H O L D", "H0LD", "W I T H D R A W N",
    "D O  N O T  P U B L I S H",
)  # fmt: skip
NO_DISGUISES = (
    "I B M", "U.S.A.", "N.A.T.O. talks", "A B C D E", "G20", "Covid19", "1st", "10th", "2nd half", "5pm", "B2B",
    "Se7en", "embarco", "Embargos de cuentas", "embarked", "Bs As", "4x400m", "kilo", "T E S L A",
)  # fmt: skip
BARE = (
    "Do not publish", "Please do not publish!", "Not for publication.", "Not for use", "No publication",
    "Confidential", "Internal", "Off the record", "Hold", "hold!", "Withhold", "Nicht verwenden",
    "Nicht zur Veröffentlichung", "Vertraulich", "Ne pas publier", "No publicar", "Non pubblicare",
    "Niet publiceren", "Não publicar", "Må ikke publiceres", "Не публиковать",
)  # fmt: skip
CONTACTS = (
    "Media contact: Ana Ruiz, +44 20 7946 0000", "Press contacts\nAna Ruiz\n+44 20 7946 0000",
    "Pressekontakt:\nAna Ruiz\n030 12345", "Contact presse : Ana Ruiz, 01 23 45 67 89",
    "Contatti stampa: Ana Ruiz", "For media enquiries: Ana Ruiz", "Perscontact: Ana Ruiz, 020 1234567",
    "Контакты для СМИ: Ana Ruiz",
)  # fmt: skip


def signals(addressee: Addressee, text: str) -> set[Signal | str]:
    meaning = read_notes([Passage(addressee, text, "note")], ISSUED)
    return {*meaning.signals, *(["embargo"] if meaning.embargo else [])}


@pytest.mark.parametrize("note", LIFTS)
def test_a_lift(note: str) -> None:
    """A statement of known words."""
    assert signals(Addressee.EDITORS, note) == {Signal.RELEASE}


@pytest.mark.parametrize("note", NO_LIFTS)
def test_what_is_asked_or_denied_lifts_nothing(note: str) -> None:
    """In a field for editors, in a headline, in a line of the copy."""
    assert Signal.RELEASE not in signals(Addressee.EDITORS, note)
    assert Signal.RELEASE not in signals(Addressee.HEADLINE, f"{note}: Lomsk closes tunnel")
    assert Signal.RELEASE not in signals(Addressee.PUBLIC, f"{note}\n{STORY}")


@pytest.mark.parametrize("note", ENDS_OF_USE)
def test_the_end_of_a_use_is_no_embargo(note: str) -> None:
    """Usage terms of pictures and archives say it every day."""
    assert signals(Addressee.EDITORS, note) == set()
    assert signals(Addressee.PUBLIC, f"{note}\n{STORY}") == set()


@pytest.mark.parametrize("note", BEGINNINGS_OF_USE)
def test_its_beginning_is_one(note: str) -> None:
    """The twins: a comma, a dash and a word make the difference."""
    assert signals(Addressee.EDITORS, note) & {"embargo", Signal.HOLD}


@pytest.mark.parametrize("note", ADVANCE)
def test_copy_that_is_sent_in_advance_waits(note: str) -> None:
    """For a day, in American practice and others."""
    assert signals(Addressee.EDITORS, note) == {"embargo"}


@pytest.mark.parametrize("note", DISGUISES)
def test_words_in_disguise_are_heard(note: str) -> None:
    """As a note, and in brackets."""
    for addressee, text in (
        (Addressee.EDITORS, note),
        (Addressee.PUBLIC, f"{STORY}\n({note})"),
    ):
        assert signals(addressee, text) & {"embargo", Signal.HOLD, Signal.KILL}, (addressee, text)


@pytest.mark.parametrize("text", NO_DISGUISES)
def test_what_is_no_disguise(text: str) -> None:
    """Abbreviations, numbers and words that only look like one."""
    assert all(meant(word) == word for word in text.split())
    assert signals(Addressee.EDITORS, text) == set()


@pytest.mark.parametrize("note", BARE)
def test_a_bare_marker_is_about_the_item(note: str) -> None:
    """There is nothing else that could be private; with something behind it, that is, and nothing is held."""
    assert signals(Addressee.EDITORS, note) == {Signal.HOLD}

    assert signals(Addressee.EDITORS, "Not for publication: Ana Ruiz, 555 0100") == set()


def test_a_bare_marker_as_the_last_line_holds() -> None:
    """With a line behind it, that line is what it means."""
    assert public_text([STORY, "Do not publish"], titled=False).meaning.signals == (Signal.HOLD,)
    assert public_text([STORY, "Not for publication", "Ana Ruiz, 555 0100"], titled=False).meaning.signals == ()


def test_letters_set_apart_are_words() -> None:
    """A wider gap ends a word."""
    assert respelled("N O T   F O R   U S E") == "NOT FOR USE"


@pytest.mark.parametrize("block", CONTACTS)
def test_contacts_for_the_media_are_no_copy(block: str) -> None:
    """Whether they are in one line or below a label."""
    lines = ["Lomsk closes tunnel", STORY, STORY, *block.split("\n")]
    found = public_text(lines, titled=True)
    assert "Ruiz" not in "".join(found.lines)
    assert found.lines[1] == STORY


CORRECTIONS = (
    "SUBS 2nd graf to fix the cost, 10 million sted 4 million.", "Changes 4 to 10 million in lead",
    "In the last paragraph please read 10 instead of 4.", "Zahl im zweiten Absatz geändert",
    "Modifie le chiffre au troisième paragraphe", "Corrige el nombre en el segundo párrafo",
    "Poprawia imię w drugim akapicie", "Korjaa nimen toisessa kappaleessa",
)  # fmt: skip
TAKEN_OUT = (
    "Zeile im 1. Absatz gestrichen", "überflüssiges Wort im 2. Satz entfernt", "Der letzte Satz wurde gestrichen.",
    "Mot supprimé au 2e paragraphe", "Supprime la dernière phrase", "Elimina frase en el último párrafo",
    "Rimossa una parola nel terzo paragrafo", "Cancellato un nome nel titolo", "Suprime uma frase no título",
    "Woord in tweede alinea geschrapt", "Fjerner sætning i 3. afsnit", "Ord i tredje stycket struket",
    "Deletes final paragraph", "Word deleted from headline",
)  # fmt: skip
NOT_TAKEN_OUT = (  # the text is withdrawn, or somebody still has to do it
    "Meldung gestrichen, Name falsch", "Zurückgezogen wegen des Namens", "Zurückgezogen: Absatz 2", "Gestrichen",
    "Bitte den letzten Absatz streichen", "Streichen Sie im 3. Absatz das Wort «nicht»", "Text im Dienst gelöscht",
    "Dieser Absatz wurde gestrichen, Meldung bitte nicht verwenden", "Kill paragraph 3",
    "Please delete paragraph 4",
    "Withdrawn: quote in paragraph 3 is false", "Supprimez le dernier paragraphe", "Dépêche supprimée",
    "Dépêche annulée, nom erroné au titre", "Eliminen el último párrafo", "Annullata: nome sbagliato nel titolo",
    "Ingetrokken: verkeerde naam in eerste alinea",
)  # fmt: skip
LABELLED = (
    ("Attention editors, CORRECTION: the fee is ten crowns, Lomsk says", Signal.CORRECTION),
    ("Rättelse till redaktionerna: avgiften är tio kronor", Signal.CORRECTION),
    ("+++ Berichtigte Fassung: Gebühr im ersten Absatz +++", Signal.CORRECTION),
    ("Achtung, Annullierung: Der Text war ein Probelauf aus Lomsk", Signal.KILL),
    ("(ANULACIÓN OBLIGATORIA: BÓRRESE)", Signal.KILL),
    ("[NOT YET LAWYERED - DO NOT RUN]", Signal.HOLD),
)
OF_SOMETHING_ELSE = (
    "An interview with the minister who withdrew will move later today.",
    "Añade detalles sobre la anulación del juicio",
    "Ajoute des réactions à la levée de l'embargo sur les armes", "Adds reaction to the withdrawal of troops",
    "Story on drug recall; map to come", "Please credit the photographer when using the picture",
    "Afternoon fix 418.50", "Cold snap kills 10 in Norden", "Lomsk told to pull part of press release",
)  # fmt: skip

CLOSED = (
    "Kiel (dpa) - Der Hafen ist gesperrt.", "Köln (dpa) - Die Sperrung der Brücke dauert bis Freitag.",
    "Bonn (dpa) - Freigabe der Brücke erst nach Prüfung.", "Twitter-Konto der Redaktion gesperrt",
    "Bitte beachten: Die Brücke ist gesperrt", "Brüssel (dpa) - Das Embargo gilt ab Montag.",
    "E6 er sperret", "Vägen är spärrad", "Fangen frigivet", "Minister withdraws report",
    "LONDON (AP) - The minister withdraws report", "Der Minister zieht den Bericht zurück.",
    "It was released in a provincial park.", "The report was published in a park.",
    "It was released from quarantine.", "The accounts were released after a freeze.",
)  # fmt: skip
OF_THE_TEXT = (
    "Der Text ist gesperrt.", "Meldung gesperrt", "(Text gesperrt bis 15 Uhr)", "Gesperrt bis Montag 12 Uhr",
    "Achtung: Text gesperrt bis Montag", "Freigabe der Meldung erst um 12 Uhr", "Teksten er sperret til mandag",
    "Frigives klokken 12", "Artikeln släpps klockan 12", "AP withdraws story", "Story on minister withdrawn",
    "Meldung über Minister zurückgezogen",
)  # fmt: skip


@pytest.mark.parametrize("line", CLOSED)
def test_what_is_closed_is_no_text(line: str) -> None:
    """A road, an account, a prisoner; nor does an agency's name in a dateline make one of it, or an office."""
    assert not signals(Addressee.PUBLIC, f"{line}\n{STORY}")
    assert not signals(Addressee.HEADLINE, line)


@pytest.mark.parametrize("line", OF_THE_TEXT)
def test_the_same_words_of_the_text(line: str) -> None:
    """They hold or withdraw it."""
    assert signals(Addressee.PUBLIC, f"{line}\n{STORY}") in ({"embargo"}, {Signal.KILL})


@pytest.mark.parametrize("note", ["Minister withdraws report", "Ministerium zieht Pressemitteilung zurück"])
def test_what_an_office_says_in_a_note(note: str) -> None:
    """It withdraws what it had sent."""
    assert signals(Addressee.EDITORS, note) == {Signal.KILL}


@pytest.mark.parametrize("note", CORRECTIONS)
def test_a_part_of_the_text_that_is_put_right(note: str) -> None:
    """A paragraph, a name, a figure: in a field for editors."""
    assert Signal.CORRECTION in signals(Addressee.EDITORS, note)


@pytest.mark.parametrize("note", TAKEN_OUT)
def test_a_part_of_the_text_that_was_taken_out(note: str) -> None:
    """Its text is not withdrawn."""
    assert signals(Addressee.EDITORS, note) == {Signal.CORRECTION}


@pytest.mark.parametrize("note", NOT_TAKEN_OUT)
def test_a_text_that_is_withdrawn_or_has_to_be_changed(note: str) -> None:
    """It is not published as it is."""
    assert signals(Addressee.EDITORS, note) & {Signal.KILL, Signal.HOLD}


@pytest.mark.parametrize(("line", "signal"), LABELLED)
def test_a_tag_in_the_label_of_a_line(line: str, signal: Signal) -> None:
    """Among words of address, before a colon; or between dashes, in capitals."""
    assert signals(Addressee.PUBLIC, f"{line}\n{STORY}\n{STORY}") == {signal}


@pytest.mark.parametrize("note", OF_SOMETHING_ELSE)
def test_what_is_withdrawn_is_no_text(note: str) -> None:
    """A person, a trial, troops, a product; an embargo of trade."""
    assert signals(Addressee.EDITORS, note) <= {Signal.UPDATE}


def test_a_private_marker_in_a_headline_holds() -> None:
    """It stands alone, so what is not to be published is the item."""
    assert signals(Addressee.HEADLINE, "[DO NOT PUBLISH] Lomsk closes tunnel") & {Signal.HOLD, Signal.KILL}
    assert signals(Addressee.HEADLINE, "Lomsk closes tunnel (Nicht zur Veröffentlichung)") == {Signal.HOLD}


BESIDE = (
    ({"ednote": "This package is embargoed until further notice"}, True),
    ({"ednote": "HOLD for release"}, True),
    ({"headline": "Embargoed until Tuesday"}, True),
    ({"description_caption": "EMBARGOED UNTIL TUESDAY"}, True),
    ({"headline": "Trade embargo extended until Tuesday"}, False),
    ({"description_caption": "Protesters ask the council to kill the story of the tunnel."}, False),
    ({"ednote": "MANDATORY KILL: wrong caption"}, True),
    ({"edNote": [{"value": "EMBARGO until Friday"}]}, True),
    ({"embargoed": "2099-01-01T00:00:00Z"}, True),
    ({"associations": {"b": {"ednote": "Embargoed"}}}, True),
    ({"ednote": "WEDNESDAY, JULY 8, 2015, FILE PHOTO"}, False),
    ({"ednote": "MANDATORY CREDIT; NO SALES; not for use after 14 days"}, False),
    ({"ednote": "CORRECTS spelling of name"}, False),
    ({"embargoed": "2001-01-01T00:00:00Z"}, False),
    ({"usageterms": "Not for use after 31 Dec"}, False),
)


@pytest.mark.parametrize("base", [NINJS, AP, DIGITALWIRES])
@pytest.mark.parametrize(("said", "held"), BESIDE)
def test_what_is_said_of_a_picture_holds_its_item(base: dict[str, Any], said: dict[str, Any], held: bool) -> None:
    """An embargo, a hold, and a kill, which is of the picture alone: nothing is killed."""
    newsroom = Newsroom("normalise", "resolve")
    found = newsroom.send(in_json(base, {"main": {"type": "picture", **said}})("associations", ""))
    assert (found == []) == held
    assert all(Signal.CORRECTION not in item.dispatch.signals for item in found)


@pytest.mark.parametrize(
    ("date", "held"),
    [
        ("Wed, 12 Jan 2022 09:00:00 GMT", False),
        ("Wed, 12 Jan 2022 22:30:00 GMT", False),  # a wrong zone
        ("Fri, 14 Jan 2022 09:00:00 GMT", True),
        ("Fri, 14 Jan 2089 09:00:00 GMT", True),
    ],
)
def test_a_date_of_publication_that_lies_ahead_is_a_plan(date: str, held: bool) -> None:
    """Of RSS and Atom, by more than a wrong zone makes it."""
    moment = parsedate_to_datetime(date).isoformat()
    for document in (
        RSS.replace("<guid>", f"<pubDate>{date}</pubDate><guid>"),
        ATOM.replace("<id>", f"<published>{moment}</published><updated>2022-01-12T09:00:00Z</updated><id>"),
    ):
        assert (Newsroom("normalise", "resolve").send(document.encode()) == []) == held


# A tag beside who signs it, and the same words where they say something else.
SIGNED: dict[str, tuple[Signal | None, str]] = {
    "KILL -- AP": (Signal.KILL, "AP kills print service"),
    "(AP KILL)": (Signal.KILL, "(AP Photo/Ana Kill)"),
    "WITHDRAWN - Associated Press": (Signal.KILL, "Withdrawn troops - AP"),
    "KILL -- AP -- KILL": (Signal.KILL, "KILL BILL/AP"),
    "AFP - ANNULE": (Signal.KILL, "AFP annule son gala"),
    "LUSA: ANULADA": (Signal.KILL, "LUSA anula contrato"),
    "ТАСС - АННУЛИРОВАНО": (Signal.KILL, "ТАСС снял фильм"),
    "kill - ap": (Signal.HOLD, "kill - or cure"),
    "Kill/AFP": (Signal.HOLD, "Foto: Kill Bill/dpa"),
    "kill/ab": (Signal.HOLD, "kill/death ratio"),
    "AP hold": (Signal.HOLD, "Bank of Lomsk: hold"),
    "HOLD/Reuters": (Signal.HOLD, "Hold – Reuters poll"),
    "STA hold": (Signal.HOLD, "STA Holding"),
    "js/hold/mm": (Signal.HOLD, "js/holt/mm"),
    "hold (ab)": (Signal.HOLD, "Hold (US)"),
    "HOLD -- JS": (Signal.HOLD, "HOLD -- GOLD"),
    "dpa hold ab cd": (Signal.HOLD, "dpa ab cd"),
    "zurückgezogen/dpa": (Signal.HOLD, "Zurückgezogen lebt Ana Ruiz/dpa"),
    "anulada/EFE": (Signal.HOLD, "Retirada de tropas/EFE"),
    "non usare - ANSA": (Signal.HOLD, "ANSA ferma"),
    "niet gebruiken/ANP": (Signal.HOLD, "Niet gebruikt/ANP"),
    "/ritzau/ HOLD": (Signal.HOLD, "/ritzau/"),
    "ei saa julkaista/STT": (Signal.HOLD, "STT: Lomsk ei saa rahaa"),
    "embargo/ap": (None, "Embargo on copper/AP"),
    "AP-EMBARGOED 1800 GMT": (None, "AP-NORC poll: hold steady"),
    "dpa/Sperrfrist 18 Uhr": (None, "Öl-Embargo/dpa"),
    "Embargo bis 18 Uhr -- dpa": (None, "dpa: Embargo belastet Lomsk"),
    "spärrtid/TT": (None, "Lomsk spärrar hamnen/TT"),
    "embargo do 18/PAP": (None, "PAP/ab"),
}  # fmt: skip


@pytest.mark.parametrize("line", SIGNED)
def test_a_tag_beside_who_signs_is_heard(line: str) -> None:
    """In the first and last lines, as a headline and in a note; it leaves, its twin does not."""
    signal, twin = SIGNED[line]
    for lines in ([line, *[STORY] * 3], [*[STORY] * 3, line]):
        found = public_text(["Lomsk closes tunnel", *lines], ISSUED, titled=True)
        assert (found.meaning.signals, found.meaning.embargo is None) == ((signal,) if signal else (), bool(signal))
        assert line not in found.lines
        assert found.meaning.embargo is None or found.meaning.embargo.until is None  # no day
    for addressee in (Addressee.HEADLINE, Addressee.EDITORS):
        heard = read_notes([Passage(addressee, line, "note")], ISSUED)
        assert heard.embargo if signal is None else heard.signals
    found = public_text(["Lomsk closes tunnel", *[STORY] * 3, twin], ISSUED, titled=True)
    assert (found.meaning, found.lines[-1]) == (read_notes([]), twin)


@pytest.mark.parametrize(
    "line",
    [
        "AP INTERNAL",
        "NOT FOR PUBLICATION -- AP",
        "AP DO NOT PUBLISH",
        "LUSA -- NÃO PUBLICAR",
        "no publicar/EFE",
        "dpa/nicht verwenden",
        "PAP -- nie do publikacji",
        "nicht zur Veröffentlichung/dpa",
    ],
)
def test_a_private_marker_beside_who_signs(line: str) -> None:
    """It is one as if it stood alone: what is below it is private; as the last line it holds."""
    assert public_text(["Lomsk closes tunnel", line, STORY, STORY], titled=True).all_private
    assert public_text([STORY, line], titled=False).meaning.signals == (Signal.HOLD,)
    found = public_text([STORY, line, "Ana Ruiz, 555 0100"], titled=False)
    assert [line for line in found.lines if line] == [STORY]
    assert found.meaning.signals == ()


def test_the_end_of_an_embargo_beside_who_signs() -> None:
    """It is read where every word of it is understood."""
    for line, until in {
        "AP-EMBARGOED 1800 GMT Jan 4, 2022": datetime(2022, 1, 4, 18, tzinfo=UTC),
        "AP-EMBARGOED 1800 GMT Jan 4, 2022, Friday": None,  # a Tuesday
    }.items():
        embargo = public_text([STORY, line], ISSUED, titled=False).meaning.embargo
        assert embargo is not None
        assert embargo.until == until


def test_a_signed_tag_far_from_the_edges_says_nothing() -> None:
    """It is a row of a list."""
    found = public_text([*[STORY] * 9, "HOLD/AP", *[STORY] * 9], ISSUED, titled=False)
    assert found.meaning == read_notes([])

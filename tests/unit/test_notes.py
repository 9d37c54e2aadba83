"""Notes to editors: what counts, where it counts, and what only looks like one.

Each wording has a twin: the same words as news, which must be published.
"""

from __future__ import annotations

import pytest

from pipeline.items import Signal
from pipeline.notes import (
    Addressee,
    NoteMeaning,
    Passage,
    is_for_newsroom,
    public_part,
    public_text,
    read_notes,
    without_private,
)
from pipeline.values.embargo import Embargo

STORY = "The council of Lomsk closed the tunnel, its chairman said."
SECRET = "Call Ana Ruiz on 555 0100."
# language: lines of public text that embargo it, twins that do not
EMBARGOES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        (
            "EMBARGOED UNTIL 6 P.M. TUESDAY",
            "This press release is strictly embargoed until Tuesday",
            "EMBARGO 0001 TUESDAY",
            "FOR RELEASE 6 P.M. TUESDAY, JAN. 4",
            "For release at noon on Friday",
            "For publication on or after 6 January 2022",
            "NOT FOR PUBLICATION OR BROADCAST BEFORE 7 A.M.",
            "Do not publish this report until the minister speaks",
            "May be published from 6 p.m. Tuesday",
            "HFR",
            "Embargo: see note",
            "Under strict embargo until delivery",
            "News release - EMBARGOED",
            "Embargo lifts at 6 p.m. Tuesday",
            "Please observe the embargo: 6 p.m.",
            "Publication not permitted before Tuesday",
            "THIS REPORT MAY NOT BE PUBLISHED, BROADCAST OR QUOTED BEFORE TUESDAY",
            "This material cannot be used until after the ceremony",
            "Embargoed for Tuesday's newspapers",
            "End of embargo: 6 p.m.",
            "Release: Tuesday 18:00",
        ),
        (
            "The statement will be released on Thursday at 10:00 GMT.",
            "The EU lifts its arms embargo",
            "Embargo on Iran ends Tuesday",
            "The embargo until Tuesday was broken by two papers.",
            "The release date of the film is Tuesday.",
            "No release of hostages before talks, Hamas says",
            "For use in schools, the app costs ten crowns.",
            "For sale until Tuesday: the old harbour",
            "Distribution from April 1 would be on an unchanged basis.",
            "Do not use the lift in case of fire, firemen said.",
            "Not published until 1922, the book was banned.",
            "Do not travel before Tuesday, railways warn",
            "Release of the film: Tuesday's crowd was huge",
            "Embargo until 2030 agreed",
            "Hold your breath until Tuesday",
        ),
    ),
    "de": (
        (
            "Sperrfrist: Dienstag, 18 Uhr",
            "Mit Sperrfrist bis Dienstag 18 Uhr",
            "UNTER EMBARGO BIS DIENSTAG 18 UHR",
            "Nicht vor Dienstag 18 Uhr veröffentlichen",
            "Veröffentlichung erst ab Dienstag 18 Uhr",
            "Diese Meldung ist bis Dienstag 18 Uhr gesperrt",
            "Frei für Mittwochausgaben",
            "Bitte Sperrfrist beachten!",
            "Bitte erst ab Dienstag veröffentlichen",
            "Bis Dienstag, 18 Uhr, nicht veröffentlichen",
        ),
        (
            "Der Bericht stand bis Donnerstag unter Embargo.",
            "Sperrfristen werden verkürzt",
            "Sperrfrist für Spieler endet",
            "Nicht vor Dienstag wird mit einem Ergebnis gerechnet.",
            "Bis Dienstag bleibt die Straße gesperrt.",
            "Frei für alle: Das Museum öffnet am Dienstag",
            "Bis Dienstag nicht gelöst ist der Streit um die Fähre.",
            "Ölembargo bis Dienstag",
        ),
    ),
    "fr": (
        (
            "NE PAS PUBLIER AVANT MARDI 18H00",
            "À ne pas diffuser avant mardi",
            "Sous embargo jusqu'à mardi 18h",
            "Diffusion autorisée à partir de mardi 18h",
            "Publication interdite avant mardi",
            "Rétention jusqu'à mardi 18h",
        ),
        (
            "L'embargo américain jusqu'en 2030",
            "Diffusion du match mardi à 18h",
            "Pas de publication avant mardi, dit-il",
        ),
    ),
    "es": (
        (
            "No publicar antes de las 18:00 del martes",
            "Prohibida su difusión hasta el martes",
            "EMBARGO HASTA LAS 18:00",
            "Embargado hasta el martes",
            "Este comunicado está bajo embargo hasta el martes",
        ),
        ("El informe no se publicará antes del martes", "Embargo contra Cuba cumple 60 años"),
    ),
    "it": (
        (
            "Non pubblicare prima di martedì alle 18",
            "Sotto embargo fino alle 18 di martedì",
            "Vietata la pubblicazione prima di martedì",
            "Da pubblicare non prima delle 18",
        ),
        ("Il rapporto non sarà pubblicato prima di martedì", "Embargo sulle armi fino a martedì"),
    ),
    "pt": (
        (
            "EMBARGO ATÉ ÀS 18H DE TERÇA-FEIRA",
            "Não publicar antes das 18h de terça-feira",
            "Sob embargo até terça-feira",
            "Proibida a divulgação antes das 18h",
        ),
        ("O relatório não será publicado antes de terça", "Embargo a Cuba continua até terça"),
    ),
    "nl": (
        (
            "Onder embargo tot dinsdag 18.00 uur",
            "Niet publiceren voor dinsdag 18.00 uur",
            "Er geldt een embargo tot dinsdag",
            "Vrij voor publicatie vanaf dinsdag 18.00 uur",
            "Publiceer niet voor dinsdag",
        ),
        ("Het rapport wordt niet voor dinsdag gepubliceerd", "Embargo tegen Iran tot dinsdag verlengd"),
    ),
    "da": (
        ("EMBARGO TIL TIRSDAG KL. 18.00", "Klausuleret til tirsdag kl. 18", "Må ikke offentliggøres før tirsdag"),
        ("Klausul i aftalen stoppede salget", "Rapporten udkommer tirsdag"),
    ),
    "no": (
        (
            "Klausulert til tirsdag kl. 18",
            "Må ikke publiseres før kl. 18",
            "Sperrefrist: tirsdag kl 10",
            "Sperret til kl. 18",
        ),
        ("Klausul i avtalen stanser salget", "Rapporten publiseres tirsdag", "Sperret til tirsdag: E6 ved Lomsk"),
    ),
    "sv": (
        ("Får inte publiceras före tisdag kl 18", "Under embargo till tisdag", "Publiceras tidigast tisdag kl 18"),
        ("Rapporten publiceras tidigast tisdag, säger ministern.", "Embargot mot Iran gäller till tisdag"),
    ),
    "ru": (
        ("Не публиковать до вторника 18:00", "Эмбарго до 18:00 мск вторника", "Публикация разрешена после 18:00"),
        ("Доклад опубликуют во вторник", "Эмбарго на нефть действует до вторника"),
    ),
    "cs": (
        ("EMBARGO DO ČTVRTKA 10:00", "Nezveřejňovat před 6. lednem", "Nepublikujte tuto zprávu před čtvrtkem"),
        ("Embargo na uhlí platí do čtvrtka, řekl ministr.", "Před čtvrtkem most neotevřou."),
    ),
    "pl": (
        ("Do publikacji od czwartku, godz. 10.00", "EMBARGO DO CZWARTKU, GODZ. 10"),
        (
            "Do czwartku potrwa mróz, podali meteorolodzy.",
            "Embargo do końca roku na węgiel",
            "Książka trafi do druku po świętach.",
        ),
    ),
    "ar": (
        ("للنشر بعد الساعة العاشرة يوم الخميس", "محظور النشر حتى الخميس"),
        ("قال الوزير إن الجسر مغلق حتى الخميس.", "صدر الكتاب بعد أسبوع من التأخير."),
    ),
    "ca": (
        ("EMBARGAT FINS DIJOUS A LES 10", "Sota embargament fins dijous"),
        ("El pis queda embargat fins al judici, va dir la jutgessa.", "El pont no obrirà fins dijous."),
    ),
    "hu": (
        ("EMBARGÓ: csütörtök 10 óra", "Hírzárlat: csütörtök"),
        ("Az embargó csütörtökig tart, mondta a miniszter.", "Hírzárlat idején nyílt meg a híd."),
    ),
    "ro": (
        ("EMBARGO PÂNĂ JOI ORA 10", "Sub embargo până joi", "A nu se publica înainte de joi, ora 10:00"),
        ("Embargoul asupra gazului continuă până joi, a spus ministrul.", "Podul va fi închis înainte de joi."),
    ),
    "tr": (
        ("AMBARGO: Perşembe 10.00", "Ambargoludur: Perşembe 10.00"),
        ("Gaza ambargo perşembeye kadar sürecek, dedi bakan.", "Ambargo nedeniyle gemi limanda kaldı."),
    ),
    "el": (
        ("ΕΜΠΑΡΓΚΟ ΕΩΣ ΤΙΣ 10:00", "Υπό εμπάργκο μέχρι την Πέμπτη", "Να μην δημοσιευθεί πριν από την Πέμπτη"),
        (
            "Το εμπάργκο στο αέριο συνεχίζεται έως την Πέμπτη, είπε ο υπουργός.",
            "Η γέφυρα μένει κλειστή έως την Πέμπτη.",
        ),
    ),
    "uk": (
        ("ЕМБАРГО ДО 10:00 ЧЕТВЕРГА", "Під ембарго до четверга", "Не публікувати до 10:00 6 січня"),
        ("Ембарго на вугілля триває до четверга, сказав міністр.", "Міст не відкриють до четверга."),
    ),
    "fi": (
        ("Julkaisuvapaa 6.1.2022 klo 10", "Vapaa julkaistavaksi torstaina klo 10.00", "EMBARGO 6.1. KLO 10"),
        ("Embargo kaasulle jatkuu torstaihin, ministeri sanoi.", "Alue on vapaa torstaina klo 10."),
    ),
    "ja": (
        ("報道解禁:1月6日10時", "解禁日時:1月6日10時"),
        ("漁の解禁日は6日10時と県が発表した。", "石油の禁輸を6日まで延長する。"),
    ),
    "ko": (
        ("엠바고: 1월 6일 10시", "보도시점: 1월 6일 10:00"),
        ("일본군 훈련: 주민 항의", "정부는 석유 금수 조치를 연장한다고 밝혔다."),
    ),
}
# What in a field for editors is read in every sentence: signals, whether it embargoes.
NOTES: dict[str, tuple[tuple[Signal, ...], bool]] = {
    "With photos. Embargoed until Tuesday.": ((), True),
    "Adds quote. The embargo expires at six.": ((), True),
    "Die Meldung steht unter Embargo bis Dienstag": ((), True),
    "Bitte nicht vor 18 Uhr verwenden": ((), True),
    "Embargo lifted at noon": ((), True),  # which noon?
    "Embargo not lifted": ((), True),
    "No embargo before Tuesday": ((), True),
    "No embargo": ((), False),
    "The embargo has been lifted.": ((Signal.RELEASE,), False),
    "Sperrfrist aufgehoben": ((Signal.RELEASE,), False),
    "For immediate release": ((), False),
    "UPDATES with EU arms embargo": ((Signal.UPDATE,), False),
    "Story on the embargo against Iran": ((), False),
    "ADDS 3 killed in fire, police reports": ((), False),
    "Please kill this story": ((Signal.KILL,), False),
    "KILL: wrong photo": ((Signal.KILL,), False),
    "The story has been withdrawn.": ((Signal.KILL,), False),
    "Wir ziehen die Meldung zurück": ((Signal.KILL,), False),
    "Merci d'annuler cette dépêche": ((Signal.KILL,), False),
    "Hold this story": ((Signal.HOLD,), False),
    "Bitte diese Meldung noch nicht verwenden": ((Signal.HOLD,), False),
    "CORRECTS: name": ((Signal.CORRECTION,), False),
    "Berichtigung: Name im ersten Absatz": ((Signal.CORRECTION,), False),
    "Photo available. Editorial use only.": ((), False),
}
HEADLINES: dict[str, tuple[tuple[Signal, ...], bool]] = {
    "Lomsk closes tunnel (EMBARGOED UNTIL 6 P.M. TUESDAY)": ((), True),
    "Lomsk closes tunnel - EMBARGOED": ((), True),
    "[EXTERNAL] Fwd: EMBARGOED: Lomsk closes tunnel": ((), True),
    "WG: Sperrfrist 18 Uhr: Tunnel": ((), True),
    "EMBARGO: Prize goes to Ruiz": ((), True),
    "EMBARGO LIFTED 6 P.M. TUESDAY: Prize": ((), True),
    "EMBARGO LIFTED: Prize goes to Ruiz": ((Signal.RELEASE,), False),
    "KILL KILL KILL": ((Signal.KILL,), False),
    "MANDATORY KILL: Harbour fire": ((Signal.KILL,), False),
    "HOLD HOLD HOLD Harbour fire": ((Signal.HOLD,), False),
    "KILL: a new film by Ana Ruiz": ((), False),
    "KILL -- Harbour fire": ((Signal.KILL,), False),
    "K I L L -- Harbour fire": ((Signal.KILL,), False),
    "Harbour fire -- ON HOLD": ((Signal.HOLD,), False),
    "KILL -- a new film by Ana Ruiz": ((), False),
    "Storm kills two -- and a dog": ((), False),
    "WITHDRAWAL: Nato troops leave Lomsk": ((), False),
    "The publisher withdrew the book": ((), False),
    "Embargo: what the ban means for farmers": ((), False),
    "Embargoed oil found on ship": ((), False),
}
SLUGS = {
    "TUNNEL/ (EMBARGOED)": True,
    "Sperrfrist/Tunnel/": True,
    "BC-ADV04-Lomsk-Tunnel": True,
    "EMBARGO/TUNNEL": True,
    "RUSSIA-EMBARGO/": False,
    "PORT-STRIKE/ (CORRECTED)": False,
}
PRIVATE = (
    "NOT FOR PUBLICATION - {}",
    "[NOT FOR PUBLICATION] {}",
    "*** NOT FOR PUBLICATION *** {}",
    "He left. Not for publication: {}",
    "Nicht zur Veröffentlichung bestimmt. {}",
    "Pas pour publication : {}",
    "NO PUBLICAR: {}",
    "NON PER LA PUBBLICAZIONE {}",
    "Não publicar: {}",
    "NIET VOOR PUBLICATIE {}",
    "Ikke til offentliggørelse: {}",
    "Ikke for publisering: {}",
    "Ej för publicering: {}",
    "НЕ ДЛЯ ПЕЧАТИ {}",
    "Není určeno ke zveřejnění: {}",
    "Nem közlésre: {}",
    "Pro redakce: {}",
    "Увага редакцій: {}",
    "Nu pentru publicare: {}",
    "Yayın için değildir: {}",
    "Όχι για δημοσίευση: {}",
    "НЕ ДЛЯ ПУБЛІКАЦІЇ: {}",
    "Tiedoksi toimituksille: {}",
    "Editörlere not: {}",
    "【公表不可】{}",
    "[보도금지] {}",
    "For internal use only. {}",
    "CONFIDENTIAL: {}",
    "Note to editors: {}",
    "(EDS: {})",
    "Hinweis an die Redaktion: {}",
    "Note aux rédactions : {}",
    "Вниманию редакций: {}",
    "Contact | NOT FOR PUBLICATION: {}",
    "The following details are not intended for publication: {}",
    "Die folgenden Angaben sind nicht zur Veröffentlichung bestimmt: {}",
)
PUBLIC = (
    "The book is not for publication until May, {}",
    "Die Studie ist nicht zur Veröffentlichung gelangt. {}",
    "Private: the life of a spy. {}",
    "“Confidential: [Lomsk] is working on some language. {}”",
    "Internal affairs: the minister resigns. {}",
    "Confidential informants spoke. {}",
    "The following day the publication was not printed. {}",
    "Editors are worried. {}",
    "HOGS SEEN STEADY - PRIVATE {}",
    "NOT FOR DISTRIBUTION TO NEWSWIRE SERVICES OF THE UNITED STATES. {}",
    "NOT FOR RELEASE, PUBLICATION OR DISTRIBUTION, IN WHOLE OR IN PART, IN OR INTO JAPAN. {}",
)
# Notes that no phrase is made for: the act that their families tell, and a twin of the same words as news.
FAMILIES: dict[str, tuple[str, str]] = {
    "This dispatch is void. No substitute will be issued.": ("kill", "The contract is void, the court ruled."),
    "Take down immediately: wrong person named": ("kill", "They took the flag down on Tuesday."),
    "Die Meldung wird ersatzlos zurückgezogen": ("kill", "Der Antrag wird zurückgezogen."),
    "Prière d'annuler cette dépêche": ("kill", "Le vol est annulé."),
    "Queda anulado este despacho": ("kill", "El vuelo fue anulado."),
    "La notizia è annullata": ("kill", "La gara è annullata."),
    "Fica sem efeito este despacho": ("kill", "O contrato fica sem efeito, disse o juiz."),
    "Dit bericht is ingetrokken": ("kill", "De vergunning is ingetrokken."),
    "Telegrammet annulleres": ("kill", "Afgangen er annulleret."),
    "Texten är återkallad": ("kill", "Tillståndet är återkallat."),
    "Сообщение аннулировано": ("kill", "Лицензия банка аннулирована."),
    "Please hold off publishing, pending legal review": ("hold", "The company put the project on hold."),
    "Meldung zurückhalten! Weitere Mitteilung folgt": ("hold", "Die Polizei hält Informationen zurück."),
    "Wacht met publicatie, we controleren de cijfers": ("hold", "De brug blijft tot nader order dicht."),
    "Se ruega respetar el embargo hasta mañana": ("embargo", "El embargo estará vigente hasta el martes."),
    "Публикация возможна только после выступления": ("embargo", "Эмбарго действует до вторника."),
}
# Lines that have names in them, or stand between marks, and twins of the same words as news.
ADDRESSED: dict[str, tuple[str, str]] = {
    "Ritzau annullerer historien om tunnelen i Lomsk": ("kill", "Avisen annullerer historien om tunnelen i Lomsk"),
    "Het bericht over de tunnel van Lomsk wordt ingetrokken": ("kill", "Het embargo geldt tot dinsdag 18.00 uur."),
    "Please be advised that the above story has been withdrawn": (
        "kill",
        "The newspaper has since withdrawn the story and apologised to Ruiz.",
    ),
    "Vänta med publicering tills anhöriga underrättats": ("hold", "Den som väntar får högre pension i Lomsk."),
    "(Pedimos que não usem esta notícia até indicação em contrário)": ("hold", "(O porta-voz corrigiu o número.)"),
    "*** Meldung zurückhalten! Weitere Mitteilung folgt ***": (
        "hold",
        "(Das Ministerium hält den Bericht zurück.)",
    ),
    "Achtung Redaktionen: Die Meldung von 8.50 Uhr entfällt ersatzlos.": ("kill", "Gesperrt bis Dienstag: A7"),
    "Attenzione: notizia ritirata, non utilizzare": ("kill", "Ritirata la patente al sindaco"),
    "Este texto tem embargo até às 20 horas de terça-feira": ("embargo", "Embargo hasta marzo: 200 pisos"),
    "(Editors, please hold this item.)": ("hold", "(Desk clerks at the town hall were not told.)"),
    "[إلغاء الخبر السابق، يرجى عدم استخدامه]": ("kill", "رفع الحظر عن صادرات السلاح"),
    "Prosimy wstrzymać publikację tej depeszy": ("hold", "Embargo na ropę podzieliło Unię"),
    "Tämä uutinen on peruttu": ("kill", "EU kumosi asevientikiellon"),
}
WORDINGS = [(language, line) for language, (lines, _) in EMBARGOES.items() for line in lines]
TWINS = [(language, line) for language, (_, lines) in EMBARGOES.items() for line in lines]


def read(addressee: Addressee, text: str) -> tuple[tuple[Signal, ...], bool]:
    meaning = read_notes([Passage(addressee, text, "field")])
    return meaning.signals, meaning.embargo is not None


@pytest.mark.parametrize(("language", "line"), WORDINGS)
def test_a_marked_line_embargoes_public_text(language: str, line: str) -> None:
    """At the beginning of a line, in brackets, behind a dateline, in a headline's bracket, after `Eds:`."""
    for text in (line, f"({line}) {STORY}", f"LOMSK, Jan 3 (Norden) - ({line}) {STORY}", f"Eds: {line}"):
        assert read(Addressee.PUBLIC, text) == ((), True), text
    assert read(Addressee.HEADLINE, f"Lomsk closes tunnel ({line})") == ((), True)
    assert read(Addressee.EDITORS, f"Photos will follow. {line}")[1]


@pytest.mark.parametrize(("language", "line"), TWINS)
def test_a_plain_sentence_never_does(language: str, line: str) -> None:
    """News of trade, roads and books is published."""
    assert read(Addressee.PUBLIC, line) == ((), False)
    assert public_text(["Lomsk", line], titled=True).lines == ("Lomsk", line)


@pytest.mark.parametrize("note", NOTES)
def test_a_field_for_editors(note: str) -> None:
    """Every sentence counts; what takes an embargo back has to be understood whole."""
    assert read(Addressee.EDITORS, note) == NOTES[note]
    lifts = Signal.RELEASE in NOTES[note][0]  # with words that are not understood nothing is lifted
    assert read(Addressee.EDITORS, f"{'Attention' if lifts else 'First line'}\n{note}") == NOTES[note]


@pytest.mark.parametrize("line", FAMILIES)
def test_a_note_is_told_by_the_families_of_its_words(line: str) -> None:
    """Alone in a line, in brackets and between marks, in any order of its words; news of the same words is none."""
    act, twin = FAMILIES[line]
    told = ((), True) if act == "embargo" else ((Signal(act),), False)
    for text in (line, f"[{line}]", f"*** {line} ***"):
        assert read(Addressee.PUBLIC, text) == told, text
    signals, embargoed = read(Addressee.EDITORS, line)
    assert signals or embargoed
    assert read(Addressee.PUBLIC, twin) == ((), False)


@pytest.mark.parametrize("line", ADDRESSED)
def test_an_addressed_line(line: str) -> None:
    """As the first and the last line and in a description; news of the same words is published, in all three."""
    act, twin = ADDRESSED[line]
    told = ((), True) if act == "embargo" else ((Signal(act),), False)
    assert read(Addressee.PUBLIC, line) == told
    for body in ([line, STORY, STORY], [STORY, STORY, line]):
        found = public_text(["Lomsk", *body], titled=True).meaning
        assert (found.signals, found.embargo is not None) == told
    assert read(Addressee.PUBLIC, twin) == ((), False)
    assert public_text(["Lomsk", STORY, twin], titled=True).lines == ("Lomsk", STORY, twin)


@pytest.mark.parametrize(
    ("headline", "signals"),
    [
        ("KILLED-Lomsk closes tunnel", (Signal.KILL,)),
        ("Lomsk closes tunnel - CORRECTED", (Signal.CORRECTION,)),
        ("WITHDRAWN: a look at the party's manifesto", ()),
        ("RETRACTED: Lomsk closes tunnel", (Signal.KILL,)),
        ("Lomsk closes tunnel [ON HOLD]", (Signal.HOLD,)),
        ("Lomsk ferme son tunnel - À SUPPRIMER", (Signal.KILL,)),
        ("ÅTERKALLAS", (Signal.KILL,)),
        ("Cancelled: the end of a show", ()),
        ("CANCELLED: THE END OF A SHOW", ()),
        ("On hold: the airport that never opened", ()),
        ("'Not for publication': the letters of a poet", ()),
    ],
)
def test_a_short_tag(headline: str, signals: tuple[Signal, ...]) -> None:
    """In capitals at either end, or in brackets; a headline that speaks of it, or is all capitals, has none."""
    assert read(Addressee.HEADLINE, headline) == (signals, False)


@pytest.mark.parametrize(
    ("line", "private"),
    [
        ("Contact Ana Ruiz, +44 20 7946 0000", True),
        ("Questions to desk@norden.example", True),
        ("Vertraulich, nicht zur Weitergabe: Ruiz", True),
        ("Adds quote and background", False),
        ("Photos will follow", False),
    ],
)
def test_what_of_a_note_is_for_the_newsroom(line: str, private: bool) -> None:
    """A published note to editors says nobody's number."""
    assert is_for_newsroom(line) is private


@pytest.mark.parametrize("headline", HEADLINES)
def test_a_headline(headline: str) -> None:
    """Its tags, brackets, and what follows a dash, behind whatever a mail program put in front."""
    assert read(Addressee.HEADLINE, headline) == HEADLINES[headline]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_slugline(slug: str) -> None:
    """A flag or a part counts; a story about an embargo has one in its slug."""
    assert read(Addressee.SLUG, slug)[1] == SLUGS[slug]


@pytest.mark.parametrize("line", PRIVATE)
def test_nothing_private_is_left(line: str) -> None:
    """Neither on the line of the marker nor below; only the kind of what was there is kept."""
    found = public_text(["Lomsk", STORY, line.format(SECRET)], titled=True)
    assert "555" not in repr(found)
    assert found.lines[1].startswith("The council")
    assert found.removed
    assert "555" not in public_part(line.format(SECRET))
    assert "555" not in without_private(line.format(SECRET)) or found.removed == ("label",)


@pytest.mark.parametrize("line", PUBLIC)
def test_what_only_looks_private_stays(line: str) -> None:
    """A false marker costs the foot of a story."""
    text = line.format(STORY)
    assert public_text(["Lomsk", text], titled=True).lines == ("Lomsk", text)


@pytest.mark.parametrize(
    "headline",
    [
        "Memo for internal use only leaks",
        "Letters 'not for publication' go on show",
        "Akte nicht zur Veröffentlichung bestimmt",
        "Ne pas publier les noms, demande la juge",
        "Private and confidential: a diary",
        "Off the record: what aides say of Lomsk",
    ],
)
def test_a_headline_that_tells_of_something_private(headline: str) -> None:
    """It is news with all that is below it, as a field and as the first line of copy; so is a first sentence."""
    copy = "LOMSK (Norden) - A memo for internal use only at Lomsk says that the old tunnel is not safe at all."
    for lines in ([headline, copy, STORY], ["", headline, copy, STORY]):
        assert public_text(lines, titled=True).lines == tuple(lines)
    assert public_text(["", copy[17:], STORY], titled=True, dated=True).lines == ("", copy[17:], STORY)
    assert read(Addressee.HEADLINE, headline) == ((), False)


@pytest.mark.parametrize(
    "marker",
    ["NOT FOR PUBLICATION", "Nicht zur Veröffentlichung", "[NOT FOR PUBLICATION] Lomsk", "CONFIDENTIAL: Lomsk"],
)
def test_a_headline_that_is_a_marker(marker: str) -> None:
    """Then nothing below it is news, whatever it looks like."""
    copy = (
        f"LOMSK (Norden) - {STORY} It would be closed for nine weeks, and forty trains a day would go by Ostmark."
    )
    for lines in ([marker, copy], ["", marker, copy]):
        found = public_text(lines, titled=True)
        assert found.all_private or not any(found.lines[1:])


def test_a_private_note_in_one_line_above_the_story() -> None:
    """It is left out, and the story behind its dateline stays; without one it may be more of the note."""
    note, copy = f"Note to editors (not for publication): {SECRET}", f"LOMSK (Norden) - {STORY}"
    found = public_text(["Lomsk", note, copy, STORY], titled=True)
    assert found.lines == ("Lomsk", "", copy, STORY)
    assert not any(public_text(["Lomsk", note, STORY], titled=True).lines[1:])
    bare = note.partition(":")[0]
    assert not any(public_text(["Lomsk", f"{bare}:", copy], titled=True).lines[1:])


@pytest.mark.parametrize(
    "sentence",
    [
        "The study was embargoed until Wednesday.",
        "A magazine broke the rule. The study was embargoed until Tuesday and came out on Monday.",
    ],
)
def test_an_embargo_that_is_told_of(sentence: str) -> None:
    """News of an embargo that was is no embargo; in the present it is one."""
    assert read(Addressee.PUBLIC, sentence) == ((), False)
    assert read(Addressee.PUBLIC, sentence.replace(" was ", " is "))[1]


def test_a_text_that_is_private_from_its_first_line_on() -> None:
    """Then the headline is no news either."""
    assert public_text(["Lomsk", "NOT FOR PUBLICATION", SECRET], titled=True).all_private
    assert not public_text(["Lomsk", STORY, "NOT FOR PUBLICATION", SECRET], titled=True).all_private
    assert public_text(["", "Lomsk", "NOT FOR PUBLICATION", SECRET], titled=True).all_private  # plain copy
    assert not public_text(["", STORY, "NOT FOR PUBLICATION", SECRET], titled=True).all_private
    assert not public_text(["", "Lomsk", f"Not for publication: {SECRET}"], titled=True).all_private  # an alert


def test_a_label_alone_is_over_what_follows() -> None:
    """At the foot all of it, at the top the next line only: the story follows."""
    assert public_text(["", STORY, STORY, STORY, "Notes to editors:", SECRET, SECRET], titled=True).lines[:4] == (
        "", STORY, STORY, STORY,
    )  # fmt: skip
    assert "555" not in repr(public_text(["", STORY, STORY, STORY, "Notes to editors", SECRET], titled=True))
    top = public_text(["", "Note to editors:", SECRET, STORY], titled=True)
    assert [line for line in top.lines if line] == [STORY]


def test_a_headline_keeps_what_is_news() -> None:
    """It loses a bracket or what follows a dash; announced by `Embargoed:` it stays."""
    for headline, left in (
        ("Lomsk closes tunnel (EMBARGOED UNTIL TUESDAY)", "Lomsk closes tunnel"),
        ("Lomsk closes tunnel - EMBARGOED", "Lomsk closes tunnel"),
        ("Embargoed: Lomsk closes tunnel", "Embargoed: Lomsk closes tunnel"),
    ):
        found = public_text([headline, STORY], titled=True)
        assert found.lines == (left, STORY)
        assert found.meaning.embargo is not None


def test_all_passages_are_read_together() -> None:
    """Several passages give one notice, with the strictest of their embargoes."""
    early, late = "EMBARGOED UNTIL 10:00 GMT, 12 January 2022", "EMBARGOED UNTIL 11:00 GMT, 12 January 2022"
    passages = [Passage(Addressee.EDITORS, f"CORRECTS: name\n{early}", "a"), Passage(Addressee.PUBLIC, late, "b")]
    found = read_notes(passages)
    assert found.signals == (Signal.CORRECTION,)
    assert found.embargo == read_notes(passages[1:]).embargo
    endless = Passage(Addressee.HEADLINE, "Lomsk (EMBARGOED)", "c")
    assert read_notes([*passages, endless]).embargo == Embargo(None, "EMBARGOED")
    assert read_notes([]) == NoteMeaning()

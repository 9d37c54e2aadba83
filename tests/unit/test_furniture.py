"""Furniture: sign-offs, bylines, rights, credits, notes and boilerplate; and the copy that resembles them."""

from __future__ import annotations

import pytest

from pipeline.copy import bylines, change_notes, read_copy, rights
from pipeline.copy.boilerplate import boilerplate
from pipeline.copy.names import people
from pipeline.copy.signoffs import endings, whole_lines
from pipeline.copy.signoffs.sign_off import SignOff, SignOffRule
from pipeline.copy.trade.lines import is_trade_line
from pipeline.items import Signal
from pipeline.language import UND, Language

EN, DE = Language.of("en"), Language.of("de")

# sign-off: reporting, editing
SIGN_OFFS = {
    "(Reporting by Ana Ruiz; editing by Jan de Wit)": (("Ana Ruiz",), ("Jan de Wit",)),
    "(Reporting by Ana Ruiz and Li Na in Abu Dhabi; Writing by Tom Orr; Editing by Jan de Wit and P. J. O’Neill)": (
        ("Ana Ruiz", "Li Na", "Tom Orr"),
        ("Jan de Wit", "P. J. O’Neill"),
    ),
    "(Additional reporting by Ana Ruiz in Kyiv, Li Na in New York and Omar al Amin; Editing by Jan de Wit)": (
        ("Ana Ruiz", "Li Na", "Omar al Amin"),
        ("Jan de Wit",),
    ),
    "(Bericht von Jana Krüger; Redaktion: Max Moritz Meier)": (("Jana Krüger",), ("Max Moritz Meier",)),
    "(Reporte de Ana Ruiz; Editado por Juan Pérez)": (("Ana Ruiz",), ("Juan Pérez",)),
    "(Reporting by Ana Ruiz Editing by Jan de Wit)": (("Ana Ruiz",), ("Jan de Wit",)),
    "(Reporting by Ana Ruiz, additional reporting by Li Na, editing by Jan de Wit)": (
        ("Ana Ruiz", "Li Na"),
        ("Jan de Wit",),
    ),
    "(Reporting by Ana Ruiz, Writing by Tom Orr and Editing by Jan Reporter)": (
        ("Ana Ruiz", "Tom Orr"),
        ("Jan Reporter",),
    ),
    "(Reporting and editing by Ana Ruiz)": (("Ana Ruiz",), ()),
    "(Bericht: Jana Krüger Redaktion: Max Meier)": (("Jana Krüger",), ("Max Meier",)),
    "(إعداد سارة حسن للنشرة العربية - تحرير أحمد علي)": (("سارة حسن",), ("أحمد علي",)),
    "(تغطية صحفية سارة حسن وأحمد وليد - تحرير محمد علي)": (("سارة حسن", "أحمد وليد"), ("محمد علي",)),
    "(النهاية) س ع / ر م": ((), ()),
    "(Reporting By Ana Ruiz)": (("Ana Ruiz",), ()),
    "(Ana Ruiz; Editing by Jan de Wit)": (("Ana Ruiz",), ("Jan de Wit",)),
    "(Geneva newsroom)": ((), ()),
    "(Anne Le Goff et Luc Petit, avec Ana Ruiz à Londres, édité par Paul Noir)": (
        ("Anne Le Goff", "Luc Petit", "Ana Ruiz"),
        ("Paul Noir",),
    ),
    "(Ana Ruiz, editing Luca Bianchi)": (("Ana Ruiz",), ("Luca Bianchi",)),
    "(Reportagem de Ana Souza; Edição de Luís Melo)": (("Ana Souza",), ("Luís Melo",)),
    "(Anne Le Goff avec Luc Petit à Milan, version française Ana Ruiz)": (
        ("Anne Le Goff", "Luc Petit", "Ana Ruiz"),
        (),
    ),
    "(Rome newsroom, +39 06 5550 0100)": ((), ()),
    "(Por Ana Souza)": (("Ana Souza",), ()),
    "(Иван Петров, редактор Анна Смирнова)": (("Иван Петров",), ("Анна Смирнова",)),
    "（編輯：李四）1110304": ((), ("李四",)),
    "（完）": ((), ()),
    "(ANSA).": ((), ()),
    "(abc/Adnkronos)": ((), ()),
}
LINES = {
    "Reporting by Ana Ruiz; Editing by Jan de Wit": (("Ana Ruiz",), ("Jan de Wit",)),
    "Ana Ruiz and Li Na contributed to this report.": (("Ana Ruiz", "Li Na"), ()),
    "Ana Ruiz contributed to this article.": (("Ana Ruiz",), ()),
    "AP writers Ana Writer in Oslo, Jan Editor in Bergen and Li Na in Lomsk contributed to this report.": (
        ("Ana Writer", "Jan Editor", "Li Na"),
        (),
    ),
    "Quay reporters Ana Ruiz, Jan de Wit and AP Sports Writer Li Na contributed to this report.": (
        ("Ana Ruiz", "Jan de Wit", "Li Na"),
        (),
    ),
    "Ana Ruiz and Li Na reported from Boston.": (("Ana Ruiz", "Li Na"), ()),
    "(Schluss) jk/pm": ((), ()),
    "hh/ph/ts": ((), ()),
    "dpa wsz jln npr": ((), ()),
    "dpa so yyon z2 a3 vni/dmo": ((), ()),
    "dpa/lni kö/wß yysw a3 lön": ((), ()),
    "AP-WF-01-12-22 1530GMT": ((), ()),
    "/ritzau/": ((), ()),
    "AAP RESULTS": ((), ()),
    r"(SDA\/sj)": ((), ()),
    "(ats/afp)": ((), ()),
    "AAP be/": ((), ()),
    "AAP RTV ar": ((), ()),
    "AAP RTV sb/wf": ((), ()),
    "AAP jmk": ((), ()),
    "أ ف ب": ((), ()),
    "بور/غ ر/نور": ((), ()),
    "ع ن / ر م": ((), ()),
    "==Kyodo": ((), ()),
    "REUTER": ((), ()),
    "burs-js/cd": ((), ()),
    "js-ab/cd/ef": ((), ()),
    "jk/ ab/": ((), ()),
    "/mc/lb/to": ((), ()),
    "PTI JSM CD EF": ((), ()),
    "SID mc lb": ((), ()),
    "STT–AFP": ((), ()),
    "-- BERNAMA": ((), ()),
    "Australian Associated Press": ((), ()),
    "/ritzau/ Reuters": ((), ()),
    "Lusa/fim": ((), ()),
    "(Schluss) am": ((), ()),
    "(END/2022)": ((), ()),
    "(END) Dow Jones Newswires": ((), ()),
    "-Fin de nota-": ((), ()),
    "(foto) (vídeo)": ((), ()),
    "//انتهى//": ((), ()),
    "د ب أ ع ج/ م ح": ((), ()),
    "(د ب أ) ع ج": ((), ()),
    "سم-جك/دص": ((), ()),
    "م.ك/ل.ب": ((), ()),
    "======== م.ك": ((), ()),
    "وام/أحمد علي": (("أحمد علي",), ()),
    "Ana Ruiz, The Canadian Press": (("Ana Ruiz",), ()),
    "Ana Ruiz/TT": (("Ana Ruiz",), ()),
    "Jan Kowalski (PAP)": (("Jan Kowalski",), ()),
    "— With files from Ana Ruiz in Ottawa": (("Ana Ruiz",), ()),
    "Muhabir: Ahmet Yılmaz": (("Ahmet Yılmaz",), ()),
    "Ana Ruiz reported from Paris. Associated Press writers Tom Li and Ed Roe contributed.": (
        ("Ana Ruiz", "Tom Li", "Ed Roe"),
        (),
    ),
    "La periodista de The Associated Press Ana Ruiz contribuyó a este despacho.": ((), ()),
    "Li Na is at http://example.org/lina": (("Li Na",), ()),
}
# Only where the copy has named its agency: a heading may look like them.
LINES_OF_AGENCIES = (
    "ABC/DEF",
    "/ABC/DEF",
    "MCU/LBE/",
    "ABC-DE",
    "ABC // DE",
    "ABC (DEF) // GH",
    "Abc/Def",
    "END",
    "Fin",
    "Schluss",
)
NO_SIGN_OFFS = (
    "Reporting by the commission showed that Ana Ruiz knew.",
    "Editing by hand is slow.",
    "She said dpa had asked first.",
    "and/or",
    "/quay/",
    "Officials in the north reported from Monday on.",
    "Ana Ruiz left in May. Li Na contributed to this report.",
    "The council agreed (by nine votes to two)",
    "(Reporting is what we do)",
    "RESULTS",
    "AAP results are due",
    "AAP RTV staff strike",
    "NATO met",
    "و/أو",
    "تحرير المدينة يبدأ غدا",
    "(تحرير المدينة الذي انتظره الناس)",
    "كتب/صحف",
    "Keystone XL",
    "AFP ten of the best",
    "PA system failure",
    "PTI leaders met in Lahore",
    "Ana Ruiz, nurse",
    "Ana Ruiz (Reuters poll)",
    "Karin Boye/poet",
    "Voters contributed.",
    "Ana Ruiz contributed 12 goals.",
    "By hand",
    "(writing by hand)",
    "(See the report by Ana Ruiz; editing is slow)",
    "(редактор газеты отказался)",
    "（图片来自网络，编辑部注：内容未核实）",
    "RESERVE ELEVATOR CORP 0 1",
    "30 to less than 60 days 3.98 pct (4.20)",
    "(($1 = 0.75 pounds))",
    "He works for the news agency (Reuters).",
)
BYLINES = {
    "By Ana Ruiz": (("Ana Ruiz",), None),
    "By ANA RUIZ and JAN DE WIT": (("ANA RUIZ", "JAN DE WIT"), None),
    "By Ana Ruiz in Geneva": (("Ana Ruiz",), None),
    "By Ana Writer": (("Ana Writer",), None),
    "By Ana Ruiz, Press Association Political Correspondent": (("Ana Ruiz",), "pa"),
    "By The Associated Press": (("The Associated Press",), "ap"),
    "Von Jana Krüger und Max Meier, dpa": (("Jana Krüger", "Max Meier"), "dpa"),
    "Von dpa": (("dpa",), "dpa"),
    "Associated Press": ((), "ap"),
    "Par Anne Le Goff": (("Anne Le Goff",), None),
    "Ana Ruiz, Associated Press": (("Ana Ruiz",), "ap"),
    "By Ana Ruiz (AFP)": (("Ana Ruiz",), "afp"),
    "By Ana Ruiz AAP": (("Ana Ruiz",), "aap"),
    "By ANA RUIZ and JAN DE WIT Associated Press": (("ANA RUIZ", "JAN DE WIT"), "ap"),
    "By AP Staff": (("AP Staff",), "ap"),
    "By Xinhua writers Li Wei, Na Li": (("Li Wei", "Na Li"), None),
    "by Ana Ruiz": (("Ana Ruiz",), None),
    "BY ANA RUIZ": (("ANA RUIZ",), None),
    "Von Jana Krüger (dpa)": (("Jana Krüger",), "dpa"),
    "Von dpa-Korrespondentin Jana Krüger": (("Jana Krüger",), None),
    "Von unserem Korrespondenten Max Meier": (("Max Meier",), None),
    "(dell'inviata Ana Neri)": (("Ana Neri",), None),
    "By Ana Ruiz, Political Editor at Reuters": (("Ana Ruiz",), None),
}
OWN_BYLINES = {  # of the language of the item: the first word begins headlines elsewhere
    "di Ana Neri": ("it", ("Ana Neri",), None),
    "di Ana Neri (ANSA)": ("it", ("Ana Neri",), "ansa"),
    "DOOR ANA RUIZ": ("nl", ("ANA RUIZ",), None),
    "Af Karen Holst/Ritzau/": ("da", ("Karen Holst",), "ritzau"),
    "Oleh Siti Aminah": ("id", ("Siti Aminah",), None),
    "de Ana Popescu": ("ro", ("Ana Popescu",), None),
    "Της Άννας Ρήγα": ("el", ("Άννας Ρήγα",), None),
}
NO_BYLINES = (
    "by the river Lom",
    "von Trapp",
    "Ana Ruiz (AFP)",  # who took a picture, unless AFP sends the copy
    "Ana Ruiz/Associated Press",
    "(Ana Ruiz resigns)",
    "di Ana Neri",
    "DI MAIO ATTACCA",
    "By Ana Ruiz (Novelist)",
    "By Land and Sea",
    "By the Numbers",
    "By Sunday Morning",
    "By Ana Ruiz, who left.",
    "Ana Ruiz, Novelist",
    "By",
)


@pytest.mark.parametrize("text", SIGN_OFFS)
def test_bracketed_sign_offs_are_parted_from_the_copy(text: str) -> None:
    """Alone or behind the last sentence, with the names of those who reported and edited."""
    for before in ("", "The talks went on."):
        found = endings.split_ending(f"{before} {text}".strip())
        assert found is not None
        assert found[0] == before
        assert (found[1].reporting, found[1].editing) == SIGN_OFFS[text]


def test_efe_signs_behind_the_last_sentence() -> None:
    """Without brackets, and not where the sentence is about the agency."""
    found = endings.split_ending("Las conversaciones siguieron. EFE")
    assert found is not None
    assert (found[0], found[1].agency and found[1].agency.code) == ("Las conversaciones siguieron.", "efe")
    assert endings.split_ending("Lo dijo EFE") is None


@pytest.mark.parametrize("text", LINES)
def test_sign_offs_on_a_line_of_their_own(text: str) -> None:
    """Roles without brackets, initials, codes and thanks."""
    found = whole_lines.sign_off_line(text)
    assert found is not None
    assert (found.reporting, found.editing) == LINES[text]


@pytest.mark.parametrize("text", LINES_OF_AGENCIES)
def test_capitals_and_bare_ends_are_sign_offs_of_an_agency(text: str) -> None:
    """Where the dateline names one; elsewhere they may be a heading."""
    assert whole_lines.sign_off_line(text, agency="afp") is not None
    assert whole_lines.sign_off_line(text) is None
    assert whole_lines.sign_off_line(f"{text} of term", agency="afp") is None


@pytest.mark.parametrize("text", NO_SIGN_OFFS)
def test_sentences_about_reporting_stay(text: str) -> None:
    """They begin or end as sign-offs do."""
    assert whole_lines.sign_off_line(text) is None
    assert endings.split_ending(text) is None


def test_contacts_are_not_kept() -> None:
    """Reuters' bracketed telephone and mail line is for editors: recognised, its text dropped."""
    found = endings.split_ending("Talks went on. ((ana.ruiz@example.org; +1 555 0100))")
    assert found == ("Talks went on.", SignOff("", SignOffRule.CONTACT))


@pytest.mark.parametrize("text", BYLINES)
def test_bylines_give_names_and_agency(text: str) -> None:
    """Names as written, and whose correspondent it is."""
    found = bylines.byline(text, UND if text.startswith("Par") else DE if text.startswith("Von") else EN)
    assert found is not None
    assert (found.names, found.agency.code if found.agency else None) == BYLINES[text]


@pytest.mark.parametrize("text", OWN_BYLINES)
def test_bylines_of_a_language(text: str) -> None:
    """In small letters or capitals too; an item in another language has it as copy."""
    language, names, agency = OWN_BYLINES[text]
    found = bylines.byline(text, Language.of(language))
    assert found is not None
    assert (found.names, found.agency.code if found.agency else None) == (names, agency)
    assert bylines.byline(text, Language.of("en")) is None


OF_ITS_AGENCY = {  # agency that sends, paragraphs -> who wrote it
    ("tt", "Nils Ekman/TT"): ["Nils Ekman"],
    ("afp", "Nils Ekman/TT"): [],
    (None, "Jana Nová (PAP)"): [],
    ("pap", "Jana Nová (PAP)"): ["Jana Nová"],
    ("ap", "New York (AP)"): [],
}


@pytest.mark.parametrize(("sender", "line"), OF_ITS_AGENCY)
def test_a_name_with_an_agency_above_the_copy(sender: str | None, line: str) -> None:
    """Where it is the one that sends the copy it is a byline; any other took the picture."""
    copy = read_copy("Tram 14", [line, *["The council met on Monday."] * 3], EN, agency=sender)
    assert list(copy.furniture.bylines) == OF_ITS_AGENCY[sender, line]
    assert (line not in copy.paragraphs) == bool(OF_ITS_AGENCY[sender, line]) or line == "New York (AP)"


def test_a_dateline_below_shows_whose_name_it_is() -> None:
    """The agency of the dateline is that of the name above it."""
    copy = read_copy("Tram 14", ["Jana Nová (PAP)", "WARSAW (PAP) - The council met on Monday.", "So it was."], EN)
    assert (list(copy.furniture.bylines), len(copy.paragraphs)) == (["Jana Nová"], 2)


DATED_ABOVE = {  # a line above the copy: whether it leaves as a stamp
    "Publié le 5 janvier 2026 à 10h15": True,
    "Last updated on 5 January 2026 at 10:15am": True,
    "Publicado em 5 de janeiro de 2026 às 10h15": True,
    "Gepubliceerd op 5 januari 2026 om 10:15": True,
    "Uppdaterad 10.15": True,
    "Publisert 5. januar 2026 kl. 10:15": True,
    "Julkaistu 5.1.2026 klo 10.15": True,
    "Opublikowano: 5 stycznia 2026, 10:15": True,
    "Aktualizováno: 5. 1. 2026, 10:15": True,
    "Опубликовано 5 января 2026 в 10:15": True,
    "Güncelleme: 05 Ocak 2026 10:15": True,
    "发布时间：2026-01-05 10:15": True,
    "2026年1月5日 10時15分": True,
    "송고시간2026-01-05 10:15": True,
    "آخر تحديث: 5 يناير 2026 10:15": True,
    "05 gennaio 2026 | 10.15": True,
    "À publier le 5 janvier 2026 à 10h15": False,  # an embargo
    "Updated figures put it at 10:15": False,
    "Publié en 2026 par Lomsk": False,
    "In 2026 came 10.15 million": False,
}


@pytest.mark.parametrize("line", DATED_ABOVE)
def test_a_line_that_says_when_it_was_published_is_no_copy(line: str) -> None:
    """In many languages; it is no note, as *publié le* could be, unless a word asks to wait."""
    copy = read_copy("Tram 14", [line, "The council met on Monday.", "It will meet again."], Language.of("en"))
    rules = {piece.rule for piece in copy.furniture.stripped or ()}
    assert bool({"head", "stamp"} & rules) is DATED_ABOVE[line]
    assert copy.paragraphs[-2:] == ("The council met on Monday.", "It will meet again.")
    assert (copy.embargo is not None) == line.startswith("À publier")


ABOVE_DATELINE = {  # a line, and the dateline below it -> the names that it is
    ("Ana Ruiz", "Madrid, 5 ene (EFE).- "): ["Ana Ruiz"],
    ("Ana Ruiz y Luis Pardo", "Madrid, 5 ene (EFE).- "): ["Ana Ruiz", "Luis Pardo"],
    ("Ana Ruiz", "Madrid (Reuters) - "): [],  # Reuters writes By
    ("Nueva línea", "Madrid, 5 ene (EFE).- "): [],
    ("LÍNEA NUEVA", "Madrid, 5 ene (EFE).- "): [],
    ("Ana Ruiz", ""): [],
}


@pytest.mark.parametrize(("line", "dateline"), ABOVE_DATELINE)
def test_a_name_above_the_dateline_is_a_byline_of_agencies_that_write_so(line: str, dateline: str) -> None:
    """Above any other copy it may be of whom the story tells."""
    copy = read_copy("Tranvía 14", [line, f"{dateline}El pleno aprobó la línea.", "Fin."], Language.of("es"))
    names = ABOVE_DATELINE[line, dateline]
    assert list(copy.furniture.bylines) == names
    assert copy.paragraphs == ((line,) if not names else ()) + ("El pleno aprobó la línea.", "Fin.")


@pytest.mark.parametrize("text", NO_BYLINES)
def test_headlines_that_begin_with_by_stay(text: str) -> None:
    """A byline names a person in two words or more, or an agency."""
    assert bylines.byline(text, EN) is None


def test_a_german_byline_needs_a_german_item() -> None:
    """`Von Trapp Family Returns` is an English headline, and `Von` begins a byline in Switzerland too."""
    assert bylines.byline("Von Trapp Family Returns", EN) is None
    assert bylines.byline("Von Jana Krüger", Language.of("de_CH")) == bylines.Byline(("Jana Krüger",))


def test_places_in_a_list_of_names_are_no_names() -> None:
    """Names are cut before their place, and a place alone is dropped."""
    assert people("Ana Ruiz in San Francisco, Li Na and Jan de Wit in New York and Abu Dhabi") == (
        "Ana Ruiz",
        "Li Na",
        "Jan de Wit",
    )


COPYRIGHTS = {
    "Copyright 2022 Thomson Reuters.": "Thomson Reuters",
    "© 2022 Example Wire. All rights reserved.": "Example Wire. All rights reserved",
    "Copyright © 2022 The Associated Press": "The Associated Press",
    "(c) 2022 Example Wire": "Example Wire",
    "© dpa": "dpa",
    "Alle Rechte vorbehalten.": "Alle Rechte vorbehalten",
}
CREDITS = {
    "Cover photo: IMAGO/SNA": "IMAGO/SNA",
    "Foto: Jana Krüger/dpa": "Jana Krüger/dpa",
    "Photo by Ana Ruiz": "Ana Ruiz",
    "Credit: Example Pool": "Example Pool",
    "Source: Weather Institute of Norway": "Weather Institute of Norway",
    "Ana Ruiz/Agence Example — Getty Images": "Ana Ruiz/Agence Example — Getty Images",
}
STORY = (
    "Le communiqué suivant la réunion a été bref.",
    "Please replace the release valve before winter, the maker says.",
    "Die folgende Mitteilung kam am Montag.",
    "Copyright law divides the council.",
    "Sign up for the army, the minister told them.",
    "Support local farmers, the minister asked the shops.",
    "The post office in Lomsk closes in May.",
    "Subscribers to the newsletter were told first.",
    "Inscrivez-vous avant lundi, a dit la mairie.",
    "(c) is the third point of the motion.",
    "Credit Suisse will lead manage the issue.",
    "Picture the scene: a harbour at night, and no light.",
    "Photo: the minister said it was not her in it.",
    "Source: The police knew of the minister's visit",
    "Political cartoons about world leaders are back in fashion.",
    "Advertisement revenue fell.",
    "The story was updated by three generations.",
    "Editors are worried.",
    "(Adds up to a bad year, he said.) Then he left",
)


@pytest.mark.parametrize("text", COPYRIGHTS)
def test_rights_lines_name_their_holder(text: str) -> None:
    """The holder is what is left of the line."""
    assert rights.copyright_line(text) == COPYRIGHTS[text]


@pytest.mark.parametrize(
    ("below", "leaves"),
    [
        ("IN ANY MEDIUM WITHOUT ATTRIBUTION TO LOMSK PRESS, INC.", True),
        ("IN LOMSK THE COUNCIL CLOSED THE QUAY.", False),
        ("In any medium without attribution to Lomsk Press.", False),
    ],
)
def test_rights_in_capitals_that_a_line_break_cuts(below: str, leaves: bool) -> None:
    """What the line below asks for ends them; copy in capitals stays."""
    above = "COPYRIGHT 1998 BY LOMSK PRESS, INC. NO PORTION OF THE MATERIALS CONTAINED HEREIN MAY BE USED"
    for lines in ([above, below], ["NORDEN", above, below]):
        assert (below in read_copy("Quay closed", [*lines, "It was closed on Tuesday."]).paragraphs) is not leaves
    assert below in read_copy("Quay closed", [f"{above}.", below, "It was closed on Tuesday."]).paragraphs


def test_where_copy_may_be_cut_names_nobody() -> None:
    """`(STORY CAN END HERE)` between two paragraphs is no byline."""
    found = read_copy(
        "Quay closed", ["It closed.", "(STORY CAN END HERE. OPTIONAL MATERIAL FOLLOWS)", "It is old."]
    )
    assert (found.paragraphs, found.authors) == (("It closed.", "It is old."), ())


@pytest.mark.parametrize("text", CREDITS)
def test_credits_name_their_source(text: str) -> None:
    """The holder without the word for a picture."""
    assert rights.credit(text) == CREDITS[text]


@pytest.mark.parametrize("text", STORY)
def test_copy_that_resembles_furniture_stays(text: str) -> None:
    """In doubt a paragraph is story."""
    found = (
        rights.copyright_line(text),
        rights.credit(text),
        boilerplate(text),
        change_notes.story_note(text),
    )
    assert found == (None, None, None, None)
    assert not rights.is_rule(text)


@pytest.mark.parametrize("headline", ["Veer te laat", "KADE DICHT"])
def test_a_message_that_replaces_another_says_so(headline: str) -> None:
    """ANP's first line is a note, whole: an update."""
    for form in ("Nieuw", "N i e u w"):
        note = change_notes.story_note(f"{form} bericht, vervangt: {headline}")
        assert note is not None
        assert note.signal == "update"


CORRECTS_AND_REPLACES = (
    "Please replace the release with the following corrected version due to multiple revisions.",
    "The following release corrects and replaces the one of Monday:",
    "Le communiqué suivant corrige et remplace celui de lundi. La version corrigée suit :",
    "Veuillez remplacer le communiqué de lundi par la version corrigée suivante.",
    "Bitte ersetzen Sie die Mitteilung vom Montag durch die folgende korrigierte Fassung.",
    "El siguiente comunicado corrige y reemplaza al del lunes:",
    "Il seguente comunicato corregge e sostituisce quello di lunedì:",
    "O comunicado a seguir corrige e substitui o de segunda-feira:",
    "Het volgende persbericht corrigeert en vervangt dat van maandag:",
)


@pytest.mark.parametrize("text", CORRECTS_AND_REPLACES)
def test_a_release_that_corrects_another_says_so(text: str) -> None:
    """Business Wire says it in a line of its own, in the language of the release."""
    assert change_notes.story_note(text) == change_notes.ChangeNote(text, len(text), Signal.CORRECTION)


NOTES = {
    "(Adds comment from minister)": "update",
    "(Updates death toll to six; adds quote (from radio), background) ": "update",
    "(In Jan. 3 story, corrects last paragraph to say “north”)": "correction",
    "(Corrects spelling of name)": "correction",
    "(This Jan. 3 story has been corrected to change the date)": "correction",
    "(Refiles to fix a tag)": "refile",
    "(Repeats story first sent on Monday)": "repeat",
    "(Berichtigt: Alter im zweiten Absatz)": "correction",
}


@pytest.mark.parametrize("text", NOTES)
def test_change_notes_say_what_changed(text: str) -> None:
    """The whole bracket is the note, the copy goes on behind it."""
    note = change_notes.change_note(text + "GENEVA")
    assert note is not None
    assert (note.signal, (text + "GENEVA")[note.end :].strip()) == (NOTES[text], "GENEVA")


@pytest.mark.parametrize(
    "text",
    [
        "POLITICAL CARTOONS ABOUT WORLD LEADERS",
        "Sign up for our daily newsletter",
        "Sign up for the Lomsk Herald's Newsletter and never miss a story",
        "Support local journalism: become a member of the Lomsk Herald",
        "Inscrivez-vous à notre newsletter du matin",
        "Suscríbete a nuestra newsletter",
        "The post Ferry aground appeared first on Lomsk Herald.",
        "La entrada Incendio en Lomsk se publicó primero en El Diario.",
        "Der Beitrag Fähre gestrandet erschien zuerst auf Lomsker Bote.",
        "(END)",
        "MEDIA RELEASE PR67254",
        "(STORY CAN END HERE. OPTIONAL MATERIAL FOLLOWS)",
        "(BEGIN OPTIONAL TRIM)",
    ],
)
def test_boilerplate_is_matched_whole_and_without_case(text: str) -> None:
    """A rule covers the paragraph, never a part of one."""
    assert boilerplate(text) is not None
    assert boilerplate(f"He read: {text}") is None


def test_an_empty_line_says_nothing_of_the_copy() -> None:
    """Nor does one of blanks, or a score; the twin does."""
    found = {line: is_trade_line(line) for line in ("", "   ", "(2100/2100)", "Source: Reuters", "Ferry late")}
    assert found == {"": False, "   ": False, "(2100/2100)": False, "Source: Reuters": True, "Ferry late": False}

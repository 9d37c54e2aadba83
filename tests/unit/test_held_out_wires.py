"""Ordinary wires, written before they were tried: the kinds that were read wrong, each with what looks alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_held_out_payloads import COPY, MORE, one, published

from pipeline.copy import read_copy
from pipeline.copy.bylines import byline_field
from pipeline.copy.headlines import clean
from pipeline.formats.mail.footers import without_closing, without_list_footers, without_opening
from pipeline.formats.mail.forwards import COVER_LENGTH_MAX
from pipeline.formats.mail.subjects import subject_of
from pipeline.items import Signal
from pipeline.language import Language
from pipeline.normalise.detection import find_language
from pipeline.notes import Addressee

HEAD = "From: Norden <desk@norden.example>\nSubject: {}\nMessage-ID: <n1@norden.example>\n\n"
FORWARDED = "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: 3 March\nSubject: X\n\n"

# The note, and what stands before and behind it.
SUBJECTS = (
    ("EMBARGO until 12 January 2027, 10:00 GMT", "", ": "),
    ("EMBARGOED UNTIL 0001 GMT, MARCH 4, 2027", "Fwd: ", ": "),
    ("EMBARGOED: 6am GMT, Tuesday 12 January 2027", "", " - "),
    ("Embargo till 09:30 CET on 13 January 2027", "[EXTERNAL] ", " | "),
    ("Sperrfrist 12. Januar 2027, 11:00 Uhr MEZ", "WG: ", ": "),
    ("EMBARGO 14 janvier 2027 à 10h00 CET", "", " – "),
)
# Behind the note it may be a part of it, or the note is not whole.
NOT_SURELY_HEADLINES = (
    "print only until 13 January",
    "online 18:00",
    "Dockers' strike: radio only",
    "or later",
    "TBC",
    "not before the dockers have voted",
    "Dockers end strike on Monday",
    "Dockers end strike at 6 pm",
    "Dockers in Norrby: embargo until Thursday",
    "Trams in Lomsk collide",
    "dockers in Norrby end strike",
    "Until dockers in Norrby end strike",
    "If dockers in Norrby end strike",
    "Except dockers in Norrby",
    "Subject to the dockers' union in Norrby",
    "Norrby dockers end strike (TBC)",
    "Radio: dockers in Norrby end strike",
    "Online dockers in Norrby",
    "Dockers",
)


@pytest.mark.parametrize(("note", "before", "separator"), SUBJECTS)
def test_an_embargo_before_the_headline_of_a_mail(note: str, before: str, separator: str) -> None:
    """It ends when it says, and the headline is what follows it."""
    found = published(HEAD.format(f"{before}{note}{separator}Norrby dockers end strike") + f"{COPY}\n\n{MORE}\n")
    assert found["headlines"][0]["value"] == "Norrby dockers end strike"
    assert found["embargoedUntil"].startswith("2027-")


@pytest.mark.parametrize("rest", NOT_SURELY_HEADLINES)
def test_what_may_limit_the_embargo_leaves_it_without_an_end(rest: str) -> None:
    """Words that the copy has not, a time, or `only`."""
    subject = f"EMBARGO until 12 January 2027, 10:00 GMT: {rest}"
    assert subject_of(subject, [COPY, MORE]) == ("", subject)
    found = published(HEAD.format(subject) + f"{COPY}\n\n{MORE}\n")
    assert "embargo" in found["dispatch"]["signals"]
    assert "embargoedUntil" not in found


@pytest.mark.parametrize("label", ["PRESS RELEASE: ", "Pressemitteilung - ", "Nota de prensa | ", "Persbericht – "])
def test_a_label_of_a_press_release_is_no_headline(label: str) -> None:
    """In a subject, before the headline; with nothing behind it, it is all that there is."""
    assert subject_of(f"{label}Lomsk opens a tunnel", [COPY]).headline == "Lomsk opens a tunnel"
    assert subject_of(label, [COPY]).headline == label
    told = f"{label.rstrip(' :-|–')} that was never sent"
    assert subject_of(told, [COPY]).headline == told


@pytest.mark.parametrize(
    "note", ["EMBARGO until 12 January 2027, 10:00", "EMBARGO until 12 January, 10:00 GMT", "HOLD"]
)
def test_a_note_that_is_not_whole_is_no_part_of_its_own(note: str) -> None:
    """Without a zone or a year there is no end; a hold has none."""
    subject = f"{note}: Norrby dockers end strike"
    assert subject_of(subject, [COPY]) == ("", subject)


LEAVING = (
    "To unsubscribe, click here",
    "Unsubscribe",
    "If you no longer wish to receive these emails, unsubscribe here.",
    "Si no desea recibir más correos, darse de baja",
    "Se désabonner",
    "Si vous ne souhaitez plus recevoir nos messages, cliquez ici.",
    "Newsletter abbestellen",
    "Wenn Sie keine weiteren Mails erhalten möchten, klicken Sie hier.",
    "Per non ricevere più queste email, clicca qui",
    "Cancelar inscrição",
    "Uitschrijven",
    "Wypisz się z newslettera",
    "Отписаться от рассылки",
    "Afmeld nyhedsbrev",
    "View this email in your browser",
    "You're receiving this email because you signed up. Unsubscribe",
    "You get this newsletter because you opted in. Opt out here",
    "Vous recevez ce message car vous êtes inscrit. Se désinscrire",
    "U ontvangt deze mail omdat u zich heeft aangemeld. Uitschrijven",
    "Du får detta mejl för att du prenumererar. Avsluta prenumerationen",
    "Sent to desk@norden.example. Manage preferences | Unsubscribe",
)
STORIES = (
    "Users can now unsubscribe from newsletters with one click.",
    "If you no longer wish to receive benefits, tell the office.",
    "Wenn sie sich abmelden, zahlt die Kasse.",
    "Para darse de baja del sindicato hay que ir a Norrby.",
    "Abmelden kann sich jeder.",
    "If you opt out, your organs will not be used.",
    "Read it in the book.",
    "You received a letter, and you may unsubscribe.",
    "Du får lämna föreningen. Avsluta prenumerationen senast i maj.",
)


@pytest.mark.parametrize("line", LEAVING)
def test_how_to_leave_a_mailing_list_is_no_copy(line: str) -> None:
    """Below the story of a mail."""
    assert without_list_footers((COPY, MORE, line)) == (COPY, MORE)


@pytest.mark.parametrize("line", STORIES)
def test_a_story_may_be_about_leaving(line: str) -> None:
    """It does not speak of the mail."""
    assert without_list_footers((COPY, line)) == (COPY, line)


CLOSINGS = (
    ("Kind regards,", "Ana Ruiz", "Press officer"),
    ("Mit freundlichen Grüßen", "Ihre Pressestelle"),
    ("Mit freundlichen Grüßen Ihre Pressestelle",),
    ("Cordialement,", "Le service de presse"),
    ("Un saludo,", "Ana", "Tel. 600 000 000"),
    ("Met vriendelijke groet,", "Jan de Wit", "Woordvoerder, 06-0000000"),
    ("Z poważaniem", "Jan Nowak"),
    ("С уважением,", "Пресс-служба порта"),
)
NO_CLOSINGS = (
    ("Regards from Oslo were read by the mayor.",),
    ("Kind regards", "The letter that began so was found in a bottle."),
    ("Saludos cordiales a todos los vecinos, dijo.",),
    ("Atentamente escuchó el alcalde a los vecinos de la isla.",),
    ("Best wishes: what the children wrote",),
)


@pytest.mark.parametrize("lines", CLOSINGS)
def test_how_a_letter_closes_is_no_copy(lines: tuple[str, ...]) -> None:
    """The line that greets, and the names below it; a mail that has nothing else keeps them."""
    assert without_closing((COPY, MORE, *lines)) == (COPY, MORE)
    assert without_closing(lines[:1]) == lines[:1]


@pytest.mark.parametrize("lines", NO_CLOSINGS)
def test_a_story_may_have_the_words_of_a_letter(lines: tuple[str, ...]) -> None:
    """A sentence, or sentences below it."""
    assert without_closing((COPY, *lines)) == (COPY, *lines)


OPENINGS = (
    "Dear editors,",
    "Sehr geehrte Damen und Herren,",
    "Madame, Monsieur,",
    "Estimados compañeros:",
    "Szanowni Państwo,",
    "Уважаемые коллеги!",
    "FOR IMMEDIATE RELEASE",
    "Pressemitteilung",
)
NO_OPENINGS = (
    "Hello from the other side, she sang.",
    "Dear bread, cheap milk: what changed",
    "Liebe deinen Nächsten, sagte er.",
    "Best in show",
    "Press release of the century",
    "Hola, dijo el loro.",
)


@pytest.mark.parametrize("line", OPENINGS)
def test_how_a_letter_opens_is_no_copy(line: str) -> None:
    """Whom it addresses, and what it is called."""
    assert without_opening((line, COPY, MORE)) == (COPY, MORE)
    assert without_opening((line,)) == (line,)


@pytest.mark.parametrize("line", NO_OPENINGS)
def test_a_story_may_begin_as_a_letter(line: str) -> None:
    """With a sentence or a heading."""
    assert without_opening((line, COPY)) == (line, COPY)


@pytest.mark.parametrize(
    ("subject", "above", "signals"),
    [
        ("News", "FOR IMMEDIATE RELEASE", []),
        (
            "EMBARGO until 12 January 2031, 10:00 GMT: Norrby dockers end strike",
            "FOR IMMEDIATE RELEASE",
            ["embargo"],
        ),
        ("News", "FOR RELEASE", ["embargo"]),
        ("News", "Dear editors,\n\nHOLD", ["hold"]),
    ],
)
def test_what_opens_a_mail_is_heard(subject: str, above: str, signals: list[str]) -> None:
    """It ends no embargo and hides no hold."""
    found = published(f"{HEAD.format(subject)}{above}\n\n{COPY}\n\n{MORE}\n")
    assert found["dispatch"].get("signals", []) == signals


def test_a_word_to_editors_in_the_closing_of_a_mail_is_heard() -> None:
    """It leaves the copy, and holds it."""
    mail = f"{HEAD.format('X')}{COPY}\n\n{MORE}\n\nKind regards,\n\nAna Ruiz\n\nEmbargoed until further notice\n"
    assert published(mail)["pubStatus"] != "usable" or "embargo" in published(mail)["dispatch"]["signals"]


def test_a_mail_is_never_only_its_footer() -> None:
    """The last paragraph stays."""
    assert without_list_footers(("Unsubscribe",)) == ("Unsubscribe",)


@pytest.mark.parametrize(
    ("cover", "held"), [("See below.", False), ("FYI", True), ("Not for publication, Ana", True), ("HOLD", True)]
)
def test_what_stands_above_a_forwarded_mail_is_for_who_receives_it(cover: str, held: bool) -> None:
    """It is no copy, and it is heard."""
    found = published(HEAD.format("Fwd: X") + f"{cover}\n\n{FORWARDED}{COPY}\n\n{MORE}\n")
    assert found["bodies"][0]["value"] == f"{COPY}\n\n{MORE}"
    assert ("hold" in found["dispatch"].get("signals", ())) is held


def test_copy_above_an_old_mail_stays() -> None:
    """What is longer than a word to a colleague may be the story."""
    story = " ".join([COPY] * (COVER_LENGTH_MAX // len(COPY) + 1))
    assert one(HEAD.format("X") + f"{story}\n\n{FORWARDED}{MORE}\n").paragraphs[0] == story


NINJS: dict[str, Any] = {
    "uri": "https://norden.example/1",
    "versioncreated": "2021-03-03T08:15:00Z",
    "headline": "Norrby dockers end strike",
    "body_text": COPY,
}


@pytest.mark.parametrize("role", ["REPORTER", "Reporter", "Photographer"])
def test_who_wrote_an_item_of_tt(role: str) -> None:
    """Each has a role, which is no order: in French the word for a reporter is one to postpone."""
    writers = [
        {"byline": "Ada Berg/TT", "role": role, "jobtitle": "Reporter"},
        {"firstname": "Bo", "lastname": "Dahl", "internal": "0555 0123"},
    ]
    found = published(json.dumps(NINJS | {"bylines": writers, "dateline": "Norrby"}))
    assert found["by"] == "Ada Berg/TT, Bo Dahl"
    assert (found["located"], "signals" in found["dispatch"]) == ("Norrby", False)
    assert published(json.dumps(NINJS | {"bylines": writers, "byline": "Cleo Ek"}))["by"] == "Cleo Ek"


def test_a_word_to_editors_beside_a_writer_is_heard() -> None:
    """Whatever the member is called."""
    item = one(json.dumps(NINJS | {"bylines": [{"byline": "Ada Berg", "internal": "Hold this story"}]}))
    assert any(each.addressee is Addressee.EDITORS and "Hold" in each.text for each in item.passages)


@pytest.mark.parametrize(
    ("note", "held"), [("Reporter la publication", True), ("Article reporté", True), ("REPORTER", False)]
)
def test_to_postpone_is_an_order_with_what_is_postponed(note: str, held: bool) -> None:
    """The word alone is who wrote it."""
    found = published(json.dumps(NINJS | {"ednote": note}))
    assert ("hold" in found["dispatch"].get("signals", ())) is held


@pytest.mark.parametrize(
    ("provider", "code"), [('qcode="nprov:AFP"', "afp"), ('qcode="nprov:dpa"', "dpa"), ('qcode="nprov:quay"', None)]
)
def test_the_code_of_a_provider_without_a_name(provider: str, code: str | None) -> None:
    """The acronym of an agency."""
    item = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:norden:34" version="1"><itemMeta>'
        f'<itemClass qcode="ninat:text"/><provider {provider}/></itemMeta><contentMeta><headline>Norrby dockers'
        " end strike</headline></contentMeta><contentSet/></newsItem>"
    )
    found = published(item)
    assert found["wire"].get("agency") == code


def test_in_atom_an_entry_inherits_the_author_of_the_feed() -> None:
    """Not in RSS, whose channel has an editor."""
    entry = (
        f"<entry><id>urn:n:1</id><title>T</title><updated>2021-03-03T08:15:00Z</updated><summary>{COPY}</summary>"
    )
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><author><name>Ada Berg</name></author>{}</feed>'
    )
    assert one(atom.format(f"{entry}</entry>")).by == "Ada Berg"
    assert one(atom.format(f"{entry}<author><name>Bo Dahl</name></author></entry>")).by == "Bo Dahl"
    rss = "<rss version='2.0'><channel><title>N</title><managingEditor>Ada Berg</managingEditor>{}</channel></rss>"
    assert (
        one(rss.format(f"<item><guid>n-1</guid><title>T</title><description>{COPY}</description></item>")).by
        is None
    )


SERBIAN = (
    "Novi Sad će do kraja godine dobiti novu gradsku biblioteku, saopšteno je danas. Zgrada će imati tri sprata."
)


@pytest.mark.parametrize(
    ("declared", "country", "text", "language"),
    [
        (None, "RS", SERBIAN, "sr"),
        (None, "", SERBIAN, "bs"),
        ("bs", "RS", SERBIAN, "bs"),
        (None, "RS", f"{COPY} {MORE}", "en"),
        (None, "DE", SERBIAN, "bs"),
    ],
)
def test_an_agency_writes_the_language_of_its_country(
    declared: str | None, country: str, text: str, language: str
) -> None:
    """Where the language detected looks the same and none is declared."""
    assert find_language(Language.of(declared), "", text, country).language.tag == language


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Staff may still use them.", False),
        ("Editors can use them now.", False),
        ("dpa ab cd", True),
        ("— With files from CXYZ in Norrby.", True),
        ("With files from the archive they found it.", False),
    ],
)
def test_the_last_sentence_of_a_story_may_have_words_of_the_trade(line: str, left: bool) -> None:
    """Above a sign-off a heading leaves, a sentence does not."""
    body = read_copy("X", [f"NORRBY, March 3 (dpa) - {COPY}", line, "dpa ab cd"]).paragraphs
    assert (line in body) is not left


@pytest.mark.parametrize(
    ("written", "shown", "signal"),
    [
        ("(Corrige) Vuelven los estibadores", "Vuelven los estibadores", Signal.CORRECTION),
        ("(Rettifica) I portuali tornano", "I portuali tornano", Signal.CORRECTION),
        ("(AMP) Vuelven los estibadores", "Vuelven los estibadores", Signal.UPDATE),
        ("(Corriente) Vuelven los estibadores", "(Corriente) Vuelven los estibadores", None),
    ],
)
def test_a_tag_in_brackets(written: str, shown: str, signal: Signal | None) -> None:
    """Of EFE and others."""
    found = clean(written)
    assert (found.text, signal is None or signal in found.signals) == (shown, True)


SIGNED = (
    ("nova", "La nave è in porto. (Abc)", "La nave è in porto."),
    ("ansa", "La nave è in porto. (Abc)", "La nave è in porto. (Abc)"),
    ("nova", "La nave è in porto (Rho)", "La nave è in porto (Rho)"),
)


@pytest.mark.parametrize(("agency", "last", "left"), SIGNED)
def test_who_wrote_copy_of_nova(agency: str, last: str, left: str) -> None:
    """Three letters behind the last sentence; another agency writes a place or a party so."""
    assert read_copy("X", ["Il porto è chiuso da oggi.", last], agency=agency).paragraphs[-1] == left


@pytest.mark.parametrize(
    ("last", "left", "names", "agency"),
    [
        ("AGERPRES/(AB - autor: Ana Popescu, editor: Dan Ionescu)", (), ("Ana Popescu",), "agerpres"),
        (f"{MORE} AGERPRES/(AB - autor: Ana Popescu, editor: Dan Ionescu)", (MORE,), ("Ana Popescu",), "agerpres"),
        (f"{MORE} CURIERUL/(AB - autor: Ana Popescu)", (f"{MORE} CURIERUL/(AB - autor: Ana Popescu)",), (), None),
    ],
)
def test_who_signs_for_agerpres_names_it(
    last: str, left: tuple[str, ...], names: tuple[str, ...], agency: str | None
) -> None:
    """In a line of its own or behind the last sentence."""
    copy = read_copy("X", [COPY, last])
    assert (copy.paragraphs[1:], copy.furniture.reporting, copy.agency) == (left, names, agency)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Additional reporting by Tom Vance in Izmir.", True),
        ("Reporting by Ana Ruiz and Li Na.", True),
        ("Reporting by Ana Ruiz in Kyiv and Tom Vance in London.", True),
        ("Additional reporting by AFP.", True),
        ("Reporting by Ana Ruiz changed the law.", False),
        ("Reporting by Ana Ruiz and others changed the law.", False),
        ("Reporting by Reuters found three more ships.", False),
        ("Editing by Hand is a book.", False),
        ("Research by Ana Ruiz at Oslo University.", False),
    ],
)
def test_who_reported_may_be_a_sentence(line: str, left: bool) -> None:
    """If it has nothing but a role and names."""
    body = read_copy("X", [f"NORRBY, March 3 (dpa) - {COPY}", MORE, line]).paragraphs
    assert (line in body) is not left


@pytest.mark.parametrize(
    ("line", "agency", "left"),
    [
        ("Olyckor TT", "tt", True),
        ("Ulykker NTB", "ntb", True),
        ("Olyckor TT", "ap", False),
        ("Tala med TT", "tt", False),
        ("Olyckor tt", "tt", False),
    ],
)
def test_the_label_of_an_agency_above_its_text(line: str, agency: str, left: bool) -> None:
    """One word and its own name."""
    assert (line in read_copy("X", [line, COPY, MORE], agency=agency).paragraphs) is not left


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ana Ruiz, Industry Correspondent", ("Ana Ruiz",)),
        ("Ana Ruiz and Tom Vance, Political Editors", ("Ana Ruiz", "Tom Vance")),
        ("Ana Ruiz, Korrespondentin in Prag", ("Ana Ruiz",)),
        ("Par Ana Ruiz, correspondante à Rome", ("Ana Ruiz",)),
        ("Por Ana Ruiz, redactora", ("Ana Ruiz",)),
        ("Ana Ruiz - Political Editor", ("Ana Ruiz",)),
        ("Ana Ruiz, Tom Vance | Political Editors", ("Ana Ruiz", "Tom Vance")),
        ("Ana Ruiz | Lomsk Post", ()),
        ("Karen Holst /ritzau/", ("Karen Holst",)),
        ("Ana Ruiz (AFP)", ("Ana Ruiz",)),
        ("Ana Ruiz and Li Na / EFE", ("Ana Ruiz", "Li Na")),
        ("Marie-Claire Roy-AFP", ("Marie-Claire Roy",)),
        ("Ana Ruiz - Reuters", ("Ana Ruiz",)),
        ("Ana Ruiz, London", ()),
        ("Ana Ruiz (Oslo)", ()),
        ("Jean-Luc Petit", ()),
        ("Norrby, Editor", ()),
    ],
)
def test_a_job_or_an_agency_behind_the_name_in_a_field(written: str, names: tuple[str, ...]) -> None:
    """A place or a paper is neither."""
    found = byline_field(written, Language.of("en"))
    assert (found.names if found else ()) == names


@pytest.mark.parametrize(
    ("line", "left"), [("Ts1/Lil", True), ("AB1/Cde", True), ("A1/B2", False), ("Euro7/Euro8", False)]
)
def test_initials_with_a_number_in_copy_of_agi(line: str, left: bool) -> None:
    """A road or a norm is none."""
    body = read_copy("X", [f"(AGI) - Trieste, 9 feb. - {COPY}", MORE, line], Language.of("it")).paragraphs
    assert (line in body) is not left


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("大连市18日开通首条海上夜游航线。航程九十分钟。", "zh"),
        ("澎湖花火節5日晚間登場。活動持續兩個月。", "zh"),
        ("Oaxaca estrenó este miércoles una biblioteca en un tren.", "es"),
        ("Real Madrid 2-1 Barcelona", "und"),
        ("札幌市は3日、除雪車を増やすと発表した。", "ja"),
        ("abc 12", "und"),
    ],
)
def test_the_language_of_a_short_text(text: str, language: str) -> None:
    """Of Chinese the model takes a part for a language that is only spoken; what it guesses may have its words."""
    assert find_language(Language.of(None), "", text).language.tag == language


@pytest.mark.parametrize(("told", "city"), [("till TT", "Uppsala"), ("till oss", None)])
def test_whom_somebody_told_shows_whose_copy_it_is(told: str, city: str | None) -> None:
    """`UPPSALA. En bro …` is a form of TT alone."""
    copy = read_copy("X", ["UPPSALA. En ny bro byggs.", f"– Den gamla håller inte, säger Ulla Berg {told}."])
    assert (copy.furniture.dateline.city if copy.furniture.dateline else None) == city


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({"authors": [{"name": "Ana Ruiz", "role": "writer"}]}, "Ana Ruiz"),
        ({"authors": [{"name": "Ana Ruiz"}, {"name": "Tom Vance", "role": "Reporter"}]}, "Ana Ruiz, Tom Vance"),
        ({"authors": [{"name": "Ana Ruiz", "role": "photographer"}]}, None),
        ({"authors": [{"name": "Ana Ruiz", "role": "editor"}]}, None),
        ({"authors": ["Ana Ruiz", None, {"name": None}]}, None),
        ({"byline": "Tom Vance", "authors": [{"name": "Ana Ruiz", "role": "writer"}]}, "Tom Vance"),
    ],
)
def test_the_authors_of_an_item_of_superdesk(fields: dict[str, Any], by: str | None) -> None:
    """Who wrote it; who took its picture is none."""
    assert one(json.dumps({**NINJS, **fields})).by == by

"""Headlines: tags, slugs and kills off and understood; what only looks like a tag stays."""

from __future__ import annotations

import pytest

from pipeline.copy import headlines, read_copy
from pipeline.items import Signal
from pipeline.language import Language

# headline: clean, tags, signals
TAGGED = {
    "LEAD 1-Bank raises rates": ("Bank raises rates", ("LEAD 1",), ("update",)),
    "Eil +++ Bank erhöht Zinsen": ("Bank erhöht Zinsen", ("Eil",), ("bulletin",)),
    "++ La banca alza i tassi ++": ("La banca alza i tassi", ("++", "++"), ()),
    "RPT++ La banca alza i tassi ++": ("La banca alza i tassi", ("RPT", "++", "++"), ("repeat",)),
    "La banca alza i tassi-2-": ("La banca alza i tassi", ("2",), ("take",)),
    "Bank erhöht Zinsen =": ("Bank erhöht Zinsen", ("=",), ()),
    "Bank raises rates*** TRANSLATED ***": ("Bank raises rates", ("*** TRANSLATED ***",), ()),
    "AMP2.- El banco sube tipos": ("El banco sube tipos", ("AMP2",), ("update",)),
    "عاجل / البنك يرفع الفائدة": ("البنك يرفع الفائدة", ("عاجل",), ("urgent",)),
    # Words of headline_words.yaml in their frames.
    "SON DAKİKA: Banka faizi artırdı": ("Banka faizi artırdı", ("SON DAKİKA",), ("urgent",)),
    "DÜZELTME - Banka faizi artırdı": ("Banka faizi artırdı", ("DÜZELTME",), ("correction",)),
    "ACTUALIZA 1-El banco sube tipos": ("El banco sube tipos", ("ACTUALIZA 1",), ("update",)),
    "RECTIF. La banque relève son taux": ("La banque relève son taux", ("RECTIF",), ("correction",)),
    "Última hora: El banco sube tipos": ("El banco sube tipos", ("Última hora",), ("urgent",)),
    "OPRAVA: Banka zvýšila sazby": ("Banka zvýšila sazby", ("OPRAVA",), ("correction",)),
    "2. NY: Banken hæver renten": ("Banken hæver renten", ("2. NY",), ("update",)),
    "(Zusammenfassung 1630) Bank erhöht Zinsen": ("Bank erhöht Zinsen", ("Zusammenfassung 1630",), ("wrapup",)),
    "(дополнено) Банк поднял ставку": ("Банк поднял ставку", ("дополнено",), ("update",)),
    "【速報】日銀が利上げ": ("日銀が利上げ", ("速報",), ("urgent",)),
    "（訂正）日銀が利上げ": ("日銀が利上げ", ("訂正",), ("correction",)),
    "快讯：央行加息": ("央行加息", ("快讯",), ("urgent",)),
    "[속보] 한은 금리 인상": ("한은 금리 인상", ("속보",), ("urgent",)),
    "한은 금리 인상(종합2보)": ("한은 금리 인상", ("종합2보",), ("wrapup",)),
    "Bank podniósł stopy (opis2)": ("Bank podniósł stopy", ("opis2",), ("update",)),
    "Bank podniósł stopy (korekta)": ("Bank podniósł stopy", ("korekta",), ("correction",)),
    "La banque relève son taux (2e lead)": ("La banque relève son taux", ("2e lead",), ("update",)),
    "(AVANT-PAPIER) La banque réunit son conseil": ("La banque réunit son conseil", ("AVANT-PAPIER",), ()),
    "UPDATE 2-Bank raises rates": ("Bank raises rates", ("UPDATE 2",), ("update",)),
    "WRAPUP 1-Two banks raise rates": ("Two banks raise rates", ("WRAPUP 1",), ("wrapup",)),
    "CORRECTED-UPDATE 1-Bank raises rates": (
        "Bank raises rates",
        ("CORRECTED", "UPDATE 1"),
        ("correction", "update"),
    ),
    "CORRECTED (OFFICIAL)-Bank raises rates": ("Bank raises rates", ("CORRECTED (OFFICIAL)",), ("correction",)),
    "(CORRECTED) - BANK RAISES RATES": ("BANK RAISES RATES", ("CORRECTED",), ("correction",)),
    "REFILE-Bank raises rates": ("Bank raises rates", ("REFILE",), ("refile",)),
    "RPT-UPDATE 3-Bank raises rates": ("Bank raises rates", ("RPT", "UPDATE 3"), ("repeat", "update")),
    "RPT RPT Bank raises rates": ("Bank raises rates", ("RPT RPT",), ("repeat",)),
    "CORRECTION -- Bank raises rates": ("Bank raises rates", ("CORRECTION",), ("correction",)),
    "/C O R R E C T I O N -- Bank of Lomsk/": ("Bank of Lomsk", ("C O R R E C T I O N",), ("correction",)),
    "/CORRECTION -- Bank of Lomsk/": ("Bank of Lomsk", ("CORRECTION",), ("correction",)),
    "TIMELINE-A year of rates": ("A year of rates", ("TIMELINE",), ()),
    "Exclusive: Bank weighs rates": ("Bank weighs rates", ("Exclusive",), ()),
    "ADVISORY-Budget coverage": ("Budget coverage", ("ADVISORY",), ("advisory",)),
    "PHOTO ADVISORY - Ferry salvage": ("Ferry salvage", ("PHOTO ADVISORY",), ("advisory",)),
    "Coverage advisory: Ferry salvage": ("Ferry salvage", ("Coverage advisory",), ("advisory",)),
    "COVERAGE PLAN: Ferry salvage": ("Ferry salvage", ("COVERAGE PLAN",), ("advisory",)),
    "Storm advisory: coast on alert": ("Storm advisory: coast on alert", (), ()),
    "BC-EU--Harbour Fire, 2nd Ld-Writethru,416": ("Harbour Fire", ("BC", "2nd Ld-Writethru"), ("update",)),
    "Harbour fire, Writethru": ("Harbour fire", ("Writethru",), ("update",)),
    "APNewsAlert: Harbour on fire": ("Harbour on fire", ("APNewsAlert",), ("flash",)),
    "ALERT ¤¤¤ Harbour on fire": ("Harbour on fire", ("ALERT",), ("flash",)),
    "URGENT Minister resigns": ("Minister resigns", ("URGENT",), ("urgent",)),
    "2ND LEAD Minister resigns": ("Minister resigns", ("2ND LEAD",), ("update",)),
    "REFILE: 1ST LEAD: Minister resigns": ("Minister resigns", ("REFILE", "1ST LEAD"), ("refile", "update")),
    "3RD NET: Minister resigns": ("Minister resigns", ("3RD NET",), ("update",)),
    "Aktualisierung: Ministerin bleibt": ("Ministerin bleibt", ("Aktualisierung",), ("update",)),
    "Powtarzanie: Minister zostaje": ("Minister zostaje", ("Powtarzanie",), ("repeat",)),
    "D'URGENCE: La ministre reste": ("La ministre reste", ("D'URGENCE",), ("urgent",)),
    "ROUNDUP 2: Minister resigns": ("Minister resigns", ("ROUNDUP 2",), ("wrapup",)),
    "EXTRA Minister resigns": ("Minister resigns", ("EXTRA",), ("update",)),
    "Eil: Ministerin tritt zurück": ("Ministerin tritt zurück", ("Eil",), ("bulletin",)),
    "Blitz: Ministerin tritt zurück": ("Ministerin tritt zurück", ("Blitz",), ("flash",)),
    "Berichtigung: Ministerin bleibt": ("Ministerin bleibt", ("Berichtigung",), ("correction",)),
    "Ministerin bleibt (Wiederholung)": ("Ministerin bleibt", ("Wiederholung",), ("repeat",)),
    "VERSIÓN CORREGIDA: Dimite la ministra": ("Dimite la ministra", ("VERSIÓN CORREGIDA",), ("correction",)),
    "URGENTE.- Dimite la ministra": ("Dimite la ministra", ("URGENTE",), ("urgent",)),
    "AMP.- Dimite la ministra": ("Dimite la ministra", ("AMP",), ("update",)),
    "RECTIFICATIF: La ministre reste": ("La ministre reste", ("RECTIFICATIF",), ("correction",)),
    "Korekta: Minister zostaje": ("Minister zostaje", ("Korekta",), ("correction",)),
    "СРОЧНО: Министр уходит": ("Министр уходит", ("СРОЧНО",), ("urgent",)),
    "تصحيح: الوزير باق": ("الوزير باق", ("تصحيح",), ("correction",)),
    "تصحيح-الوزير باق": ("الوزير باق", ("تصحيح",), ("correction",)),
    "عاجل | الوزير يستقيل": ("الوزير يستقيل", ("عاجل",), ("urgent",)),
    "تحديث 2-الوزير يستقيل": ("الوزير يستقيل", ("تحديث 2",), ("update",)),
    "مقدمة 1-الوزير يستقيل": ("الوزير يستقيل", ("مقدمة 1",), ("update",)),
    "إعادة-الوزير يستقيل": ("الوزير يستقيل", ("إعادة",), ("repeat",)),
    "حصري-الوزير يستقيل": ("الوزير يستقيل", ("حصري",), ()),
    "CORRECTING and REPLACING Quay Ltd opens": ("Quay Ltd opens", ("CORRECTING and REPLACING",), ("correction",)),
    "CORRECTION ET MISE À JOUR - Le quai ouvre": (
        "Le quai ouvre",
        ("CORRECTION ET MISE À JOUR",),
        ("correction",),
    ),
    "KORREKTUR und ERSATZ: Der Kai öffnet": ("Der Kai öffnet", ("KORREKTUR und ERSATZ",), ("correction",)),
    "CORREZIONE e SOSTITUZIONE - Il molo apre": ("Il molo apre", ("CORREZIONE e SOSTITUZIONE",), ("correction",)),
    "CORRECCIÓN: Abre el muelle": ("Abre el muelle", ("CORRECCIÓN",), ("correction",)),
    "CORREÇÃO-O cais abre": ("O cais abre", ("CORREÇÃO",), ("correction",)),
    "BREAKING | Minister resigns": ("Minister resigns", ("BREAKING",), ("urgent",)),
    "(2nd LD) Minister resigns": ("Minister resigns", ("2nd LD",), ("update",)),
    "The long road =2": ("The long road", ("=2",), ("take",)),
    "KILL KILL KILL": ("KILL KILL KILL", ("KILL KILL KILL",), ("kill",)),
    "MANDATORY KILL: Harbour fire": ("Harbour fire", ("MANDATORY KILL",), ("kill",)),
    'Please kill item dpa 157 "Harbour fire"': ('item dpa 157 "Harbour fire"', ("Please kill",), ("kill",)),
    "STORY WITHDRAWN": ("STORY WITHDRAWN", ("STORY WITHDRAWN",), ("kill",)),
    "HOLD HOLD HOLD Harbour fire": ("Harbour fire", ("HOLD HOLD HOLD",), ("hold",)),
    "EMBARGO LIFTED: Prize goes to Ruiz": ("Prize goes to Ruiz", ("EMBARGO LIFTED",), ("release",)),
}

UNTAGGED = (
    "UPDATE 1-0 win for the visitors",
    "CORRECTED--5 dead in fire",
    "/Bank raises rates/",
    "Kill Bill returns to cinemas",
    "Story withdrawn from shelves after complaint",
    "Hold the line, says minister",
    "EXTRA TIME WINNER SINKS CITY",
    "Extra money needed for schools",
    "Urgent care centres close",
    "Wiederholung der Wahl in Berlin",
    "Korrektur der Zahlen gefordert",
    "PM-elect names cabinet",
    "Live-in carers strike",
    "Repeat offender jailed",
    "Briefly, the bank was closed",
    "OILS/FATS STOCKS SEEN LOWER",
    "24/7 service resumes",
    "Correction officers strike",
    "Leading bank fails",
    "CORREÇÃO MONETÁRIA SOBE EM MAIO",
    "CORRECTION AND REFORM OF PRISONS",
    "تصحيح المسار يبدأ غدا",
    "عاجلا أم آجلا يستقيل الوزير",
    "إعادة الإعمار تبدأ",
    "E=2",
    "OPRAVA MOSTU ZAČNE V KVĚTNU",
    "Oprava mostu: hotovo v květnu",
    "NY: Mayor resigns",  # New York, but in Norwegian
    "Metal (lead) found in water",
    "Water holds metal (lead)",
    "SÍNTESIS 2-0 ante el Norte",
    "Resumen de un año",
    "速報体制を強化",
    "속보 경쟁 과열",
    "Update your phone: new rules",
    "C++ turns forty",
    "",
)


@pytest.mark.parametrize("headline", TAGGED)
def test_tags_come_off_and_speak(headline: str) -> None:
    """Each form leaves the clean headline, its tags as written and their signals."""
    found = headlines.clean(headline)
    assert (found.text, found.tags, found.signals) == TAGGED[headline]


def test_a_word_of_one_language_counts_in_it_alone() -> None:
    """NTB's `NY:` is a new version, and New York elsewhere."""
    found = headlines.clean("NY: Banken hever renten", language=Language.of("nb"))
    assert (found.text, found.signals) == ("Banken hever renten", (Signal.UPDATE,))
    assert headlines.clean("NY-børsen stiger", language=Language.of("da")).signals == ()


@pytest.mark.parametrize("headline", UNTAGGED)
def test_what_only_looks_like_a_tag_stays(headline: str) -> None:
    """A false signal would kill, correct or raise what is plain news."""
    assert headlines.clean(headline) == headlines.Headline(headline)


def test_slug_and_headline_tag_may_disagree_and_both_are_kept() -> None:
    """The slug's flags come first, then the headline's own tags."""
    found = headlines.clean("FRANCE-HARBOUR/ (UPDATE 1, PIX, CORRECTED):REFILE-Harbour burns")
    assert found.slug == "FRANCE-HARBOUR/"
    assert found.tags == ("UPDATE 1", "PIX", "CORRECTED", "REFILE")
    assert found.signals == ("correction", "refile", "update")
    assert found.text == "Harbour burns"


@pytest.mark.parametrize("column", ["US STOCKS", "GLOBAL MARKETS", "FOREX", "EMERGING MARKETS", "METALS"])
def test_a_market_column_is_a_series_and_no_status(column: str) -> None:
    """It recurs daily: it neither updates nor repeats yesterday's."""
    found = headlines.clean(f"UPDATE 1-{column}-Shares end higher")
    assert (found.tags, found.signals, found.text) == (("UPDATE 1", column), ("update",), "Shares end higher")
    assert headlines.clean(f"{column}-Shares end higher").signals == ()


@pytest.mark.parametrize(
    ("headline", "urgency"), [("ALERT: Fire", 1), ("Eil: Feuer", 2), ("URGENT: Fire", 3), ("Fire", None)]
)
def test_urgency_is_a_hint(headline: str, urgency: int | None) -> None:
    """Flash, bulletin and urgent are 1, 2 and 3; anything else says nothing."""
    assert headlines.clean(headline).urgency == urgency


def test_a_slugline_alone_gives_its_flags() -> None:
    """Formats that carry the slug in a field of its own use the same reading."""
    assert headlines.slug_flags("FRANCE-HARBOUR/ (WRAPUP 3, TV)") == (
        "FRANCE-HARBOUR/",
        ("WRAPUP 3", "TV"),
        ("wrapup",),
    )
    assert headlines.slug_flags("harbour-fire") == (None, (), ())


def test_tags_are_bounded() -> None:
    """What follows the twelfth tag stays in the headline."""
    found = headlines.clean("RPT-" * 20 + "Fire")
    assert len(found.tags) == headlines.TAGS_MAX
    assert found.text == "RPT-" * 8 + "Fire"


@pytest.mark.parametrize(
    ("headline", "is_notice"),
    [
        ("MEDIA ADVISORY: Minister speaks at noon", True),
        ("Hinweis an die Redaktionen: Bilder folgen", True),
        ("Minister speaks at noon", False),
        ("", False),
    ],
)
def test_a_headline_that_is_all_for_editors_makes_a_notice(headline: str, is_notice: bool) -> None:
    """It says so, and is then no report of its own; an item without a headline is not a notice."""
    found = read_copy(headline, ["The council voted on Tuesday to close the harbour.", "Ferries move north."])
    assert (Signal.ADVISORY in found.signals) == is_notice

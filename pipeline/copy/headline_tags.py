"""The tags that wires put before and after a headline, a row for each form.

    UPDATE 2-    WRAPUP 1-    CORRECTED-UPDATE 1-    Eil:    , 2nd Ld-Writethru    KILL KILL KILL
    VERSIÓN CORREGIDA    СРОЧНО    =2    CORRECTING and REPLACING    تصحيح

See docs/design/newswire.md#what-the-copy-says.  Reuters and AP forms are those of their style books, dpa's six
languages those of its handbook.  The first row that matches wins; behind them come the words of
headline_words.yaml, which many agencies write in the same few frames.  Kills, holds and releases are phrases of
the package `notes`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pipeline.data_files import load_table
from pipeline.items import Signal


class Form(NamedTuple):
    """A form of tag.  Its pattern is tried at one end of the headline; the tag is the group that matched."""

    pattern: re.Pattern[str]
    signals: tuple[Signal, ...]
    reason: str


_ORDINAL = r"\d(?:ST|ND|RD|TH) "
# `UPDATE 1-Foo`, `CORRECTION -- Foo`, but not the score `UPDATE 1-0`.
_HYPHEN = rf"(?: ?-?[-–—](?![-–—]) ?|: ?)(?:(?={_ORDINAL})|(?!\d)(?=\S))"
_COLON = r" ?(?:: |:(?=[A-Z])| -?[-–—|] )"
_SPACE = r" (?=[\"“„‘]?[^\W_a-zà-ÿ][a-zà-ÿа-я])"  # `EXTRA Minister resigns`, but not `EXTRA TIME`
_AFTER_ARABIC = r"(?:: ?| ?/ ?| ?[-–—|] ?)"
_STARS = r" [¤¥*+]{2,5} "
_ANY = rf"(?:{_COLON}|{_SPACE})"


def _form(pattern: str, *signals: Signal, reason: str) -> Form:
    return Form(re.compile(pattern), signals, reason)


_GENRES = (
    "TIMELINE|FACTBOX|ANALYSIS|INTERVIEW|EXCLUSIVE|BREAKINGVIEWS|INSIGHT|FEATURE|PREVIEW|NEWSMAKER|EXPLAINER|"
    "INSTANT VIEW|SPECIAL REPORT|QUOTES|QUOTEBOX|POLL|GRAPHIC|SNAPSHOT|BRIEF|DIARY|"
    "FOCUS|COLUMN|COMMENTARY|WITNESS|SCENARIOS|CHRONOLOGY|HIGHLIGHTS|RESEARCH ALERT|DEALTALK|FUNDVIEW|"
    "REUTERS SUMMIT|BUY OR SELL|STOCKS NEWS"
)
_COLUMNS = (
    r"(?:[A-Z]{2,9}\.? ){1,2}(?:STOCKS|MARKETS|BONDS|DEBT|CREDIT|FOREX|MONEY|GAS|POWER|GRAINS|CORPORATES|IPO)|FOREX"
    r"|TREASURIES|PRECIOUS|METALS|SOFTS|GRAINS|VEGOILS|LIVESTOCK|CANADA FX DEBT|NYMEX|MORNING BID"
    r"|WALL ST WEEK AHEAD"
)

# A correction in capitals, in the wires' languages.  `CORREÇÃO MONETÁRIA` is news: some need a hyphen or a colon.
_CORRECTED = (
    "BERICHTIGUNG|KORREKTUR|VERSI[ÓO]N CORREGIDA|RECTIFICATIF|RECTIFICATIE|RETTELSE|RÄTTELSE|KOREKTA|КОРРЕКЦИЯ"
)
_CORRECTED_DASHED = (
    "KORRIGIERT|RICHTIGSTELLUNG|CORRECCI[ÓO]N|CORREGID[OA]|RECTIFICACI[ÓO]N|RECTIFICATION|CORRECTIF|CORREZIONE|RETTIFICA"
    "|CORREÇÃO|CORRIGID[OA]|CORRECTIE|RETTING|KORRIGERING|ИСПРАВЛЕНИЕ|ПОПРАВКА"
)
_CORRECTING = rf"CORRECT(?:ED|ING|ION|S)|{_CORRECTED}|{_CORRECTED_DASHED}"

PREFIXES = (
    _form(
        rf"(?P<tag>(?:UPDATE|UPD) ?\d{{1,2}}){_HYPHEN}", Signal.UPDATE, reason="Reuters: the n-th update of a story"
    ),
    _form(rf"(?P<tag>UPDATE){_HYPHEN}|(?P<update>Update): ", Signal.UPDATE, reason="Xinhua, Kyodo"),
    _form(
        rf"(?P<tag>WRAPUP ?\d{{0,2}}|SUMMARY){_HYPHEN}",
        Signal.WRAPUP,
        reason="Reuters: one story so far",
    ),
    _form(
        rf"(?P<tag>RPT RPT|RPT|REPEAT){_HYPHEN}|(?P<rpt>RPT RPT|RPT)(?: |(?=\+\+))",
        Signal.REPEAT,
        reason="Reuters, dpa: unchanged",
    ),
    _form(rf"(?P<tag>REFILE[D]?){_HYPHEN}|(?P<refile>Refile): ", Signal.REFILE, reason="Reuters: a minor repair"),
    _form(
        rf"(?P<tag>(?:OFFICIAL )?CORRECT(?:ED|ION)(?: ?\([A-Z .]{{2,20}}\))?){_HYPHEN}|(?P<c>Correct(?:ed|ion)): "
        rf"|\((?P<b>CORRECT(?:ED|ION))\){_HYPHEN}",
        Signal.CORRECTION,
        reason="Reuters, AP: the substance changes",
    ),
    _form(
        rf"(?P<tag>(?:{_CORRECTING}) (?:and|e|en|et|og|och|und|y|AND|E|EN|ET|OG|OCH|UND|Y) [A-ZÀ-Ý]{{4,16}}"
        rf"(?: À JOUR| AL DÍA)?)(?:{_ANY}|[-–—])",
        Signal.CORRECTION,
        reason="Business Wire in its languages: CORRECTING and REPLACING, CORRECTION ET MISE À JOUR",
    ),
    _form(
        r"/?(?P<tag>C O R R E C T I O N) ?-{1,2} ?(?=\S)|/(?P<joined>CORRECTION) ?-{1,2} ?(?=\S)",
        Signal.CORRECTION,
        reason="PR Newswire: a release between slashes, its tag in letters set apart",
    ),
    _form(
        rf"\((?P<tag>(?i:corrige(?: y repite)?|rectifica|{_CORRECTED}|{_CORRECTED_DASHED}))\)(?:{_HYPHEN}| )",
        Signal.CORRECTION,
        reason="EFE and others: in brackets",
    ),
    _form(
        r"\((?P<tag>(?i:amp|ampliaci[óo]n|actualiza(?:ci[óo]n)?))\)(?: ?[-–—] ?| )(?=\S)",
        Signal.UPDATE,
        reason="EFE: the same",
    ),
    _form(
        rf"(?P<tag>CLARIFICATION){_HYPHEN}|(?P<c>Clarification): ",
        Signal.CORRECTION,
        reason="AP: the sense changes",
    ),
    _form(
        rf"(?P<tag>(?:(?:MEDIA|PRESS|PHOTO|VIDEO|COVERAGE|EDITORIAL|AP) )?ADVISORY|COVERAGE PLAN){_HYPHEN}"
        r"|(?P<a>(?:(?:Media|Press|Photo|Video|Coverage|Editorial) )?[Aa]dvisory|Coverage plan): ",
        Signal.ADVISORY,
        reason="a word to editors",
    ),
    _form(rf"(?P<tag>{_COLUMNS})[-–—](?=[\"“‘']?[^\W\d_])", reason="Reuters market column: a series, no status"),
    _form(rf"(?P<tag>PRESS DIGEST){_HYPHEN}", Signal.ROUND_UP, reason="Reuters: what the newspapers say"),
    _form(
        rf"(?P<tag>{_GENRES}){_HYPHEN}(?=[\"“‘']?[^\W_a-z])", reason="Reuters genre: what kind of piece, no status"
    ),
    _form(
        r"(?P<tag>(?:Exclusive|Analysis|Factbox|Explainer|Timeline|Roundup)): (?=\S)",
        reason="genre, as Reuters.com has it",
    ),
    _form(
        rf"(?P<tag>FLASH|ALERT[AE]?|Blitz(?:meldung)?|BLITZ|МОЛНИЯ|AP ?News ?Alert|NewsAlert|NEWSALERT)"
        rf"(?:{_COLON}|{_STARS}|\.- )",
        Signal.FLASH,
        reason="AFP alert, dpa priority 1, AP news alert",
    ),
    _form(
        rf"(?P<tag>BULLETIN|EILMELDUNG|EIL)(?:{_ANY}|{_STARS})|(?P<eil>Eilmeldung|Eil)(?:{_COLON}|{_STARS})",
        Signal.BULLETIN,
        reason="AP priority b, dpa priority 2",
    ),
    _form(
        rf"(?P<tag>URGENTE?|СРОЧНО|PILNE|HAST)(?:{_ANY}|{_STARS}|\.- )|(?P<u>Urgente?|D'URGENCE): ",
        Signal.URGENT,
        reason="AP priority u, AFP urgent, dpa's other languages",
    ),
    _form(
        rf"(?P<tag>BREAKING(?: NEWS)?|JUST IN|Breaking(?: News)?){_COLON}|(?P<ar>عاجل(?: جدا)?){_AFTER_ARABIC}",
        Signal.URGENT,
        reason="not yet a story",
    ),
    _form(
        rf"(?P<tag>\d ?(?:ST|ND|RD|TH|st|nd|rd|th)[ -](?:LEAD|Lead|Ld|LD|NET)(?:[ -]?(?:Writethru|WRITETHRU))?)"
        rf"{_ANY}",
        Signal.UPDATE,
        reason="dpa, AFP, Xinhua: the lead is rewritten",
    ),
    _form(
        rf"(?P<tag>\d\. (?:Lead|LEAD|Zusammenfassung)){_ANY}|(?P<fr>LEAD(?: \d)?)(?:{_ANY}|{_HYPHEN})",
        Signal.UPDATE,
        reason="dpa in German, AFP",
    ),
    _form(
        rf"(?P<tag>(?:\d(?:ST|ND|RD|TH) )?ROUNDUP(?: ?\d)?(?:/[A-Z]+)?){_ANY}", Signal.WRAPUP, reason="dpa, dpa-AFX"
    ),
    _form(rf"(?P<tag>Zusammenfassung(?: \d{{3,4}})?|ZUSAMMENFASSUNG){_COLON}", Signal.WRAPUP, reason="dpa"),
    _form(
        rf"(?P<tag>EXTRA|NEU|AKTUALISIERT|OPPDATERT|ACTUALIS[EÉ]|AMPLIACI[OÓ]N){_ANY}"
        r"|(?P<u>Aktualisierung|Neu|ACTUALIZACIÓN|Aktualizacja|Mettre à jour|Обновить): ",
        Signal.UPDATE,
        reason="dpa, AFP, EFE",
    ),
    _form(
        rf"(?P<tag>(?:تحديث|مقدمة) ?\d{{0,2}}){_AFTER_ARABIC}(?=\D)",
        Signal.UPDATE,
        reason="Reuters in Arabic: the n-th update, the n-th lead",
    ),
    _form(
        rf"(?P<tag>شامل|تغطية شاملة|ملخص ?\d{{0,2}}){_AFTER_ARABIC}",
        Signal.WRAPUP,
        reason="the same: one story so far",
    ),
    _form(rf"(?P<tag>إعادة){_AFTER_ARABIC}", Signal.REPEAT, reason="the same: unchanged"),
    _form(
        r"(?P<tag>حصري|تحليل|مقابلة|تسلسل زمني|حقائق)(?: ?[-–—|] ?)",
        reason="the same: what kind of piece, no status",
    ),
    _form(r"(?P<tag>(?:AMPL?|Ampl)\d?)\.(?:- ?| )(?=\S)", Signal.UPDATE, reason="Europa Press: ampliación"),
    _form(
        rf"(?P<tag>{_CORRECTED})(?:{_ANY}|/)|(?P<dashed>{_CORRECTED_DASHED})(?:{_COLON}|[-–—/](?=\S))"
        r"|(?P<c>Berichtigung|Korrektur|Correcci[óo]n|Rectificatif|Korekta|[Кк]оррекция)(?:: ?|/)"
        rf"|(?P<ar>تصحيح|مصحح|تصويب){_AFTER_ARABIC}",
        Signal.CORRECTION,
        reason="dpa in six languages, AFP, ANP, NTB; Reuters in Arabic",
    ),
    _form(
        rf"(?P<tag>WIEDERHOLUNG|WDH|REMETTRE|ПОВТОР)(?:{_ANY}|/)"
        r"|(?P<r>Wiederholung|Remettre|Powtarzanie|[Пп]овтор): ",
        Signal.REPEAT,
        reason="dpa, dpa-AFX",
    ),
    _form(
        r"\((?P<tag>LEAD|URGENT|UPDATED?|NEW|[23]nd LD|\d(?:st|nd|rd|th) LD|LD|News Focus|Achtung)\) ?",
        reason="Yonhap, Kyodo, dpa: in brackets; signals by the word",
    ),
    _form(r"(?P<tag>\+{2,3}|\*{2,3}) ?(?=[^\W_])", reason="ANSA, dpa: at both ends of what comes first"),
    _form(
        r"(?P<tag>BC)-(?:[A-Z]{2}--)?(?=[A-Z])|(?P<cycle>[AP]M-[A-Z]{2})--",
        reason="AP: for both cycles, morning, evening",
    ),
)

SUFFIXES = (
    _form(
        r"[,;] (?P<tag>(?:\d{1,2}(?:st|nd|rd|th) )?(?:Ld|LD|Lead|Add)(?:[ -]{1,3}Writethru)?"
        r"|(?:\d{1,2}(?:st|nd|rd|th)[ -])?Writethru)"
        r"(?:,[a-z]?\d{2,5})?$",
        Signal.UPDATE,
        reason="AP: the lead is rewritten; the number is a length in words",
    ),
    _form(r" ?(?P<tag>\*{3} ?[A-Z]{4,20} ?\*{3})$", reason="STT: machine translation"),
    _form(r" ?(?P<tag>\+{2,3}|\*{2,3})$", reason="ANSA, dpa: at both ends of what comes first"),
    _form(r" (?P<tag>=)$", reason="APA, Belga: the end of the headline"),
    _form(r"(?: |(?<=[a-z]))(?P<tag>={1,2}\d{1,2})$", Signal.TAKE, reason="a later take of a long story"),
    _form(r" ?-(?P<tag>\d{1,2})-$", Signal.TAKE, reason="ANSA, AGI, Adnkronos: the same"),
    _form(
        r" [-–—] (?P<tag>(?:\d(?:ST|ND|RD|TH) )?(?:LEAD|ROUNDUP|UPDATE)(?: \d)?)$",
        Signal.UPDATE,
        reason="dpa, after the headline",
    ),
    _form(
        r" \((?P<tag>(?:UPDATE|WRAPUP|CORRECTED|REFILE|RPT|Berichtigung|Wiederholung|Zusammenfassung|Achtung|"
        r"URGENT|VERSI[ÓO]N CORREGIDA|AMPLIACI[ÓO]N|CORRECTION|Korr(?:ektur)?|KORR)(?: \d{1,4})?)\)$",
        reason="the same words in brackets at the end; signals by the word",
    ),
)

CLOSING = tuple(")]】）］〕>")
_OPENING, _CLOSING = r"[(\[【（［〔<]", f"[{re.escape(''.join(CLOSING))}]"
_FIRST_WORD = re.compile(rf"{_OPENING}?[\d#]?\.? ?([^\W\d_]+)")
_APART = r"(?:: | [-–—] )"
_EVERYWHERE, _OTHERS = "everywhere", "others"


class WordForms(NamedTuple):
    """The frames of the words of headline_words.yaml."""

    prefixes: tuple[Form, ...]
    suffixes: tuple[Form, ...]
    first: frozenset[str]  # the first word of each, folded, without figures

    def may_begin(self, text: str) -> bool:
        """Whether the text begins with the first word of one: nearly none does."""
        found = _FIRST_WORD.match(text)
        return found is not None and found[1].casefold() in self.first


def forms_of(language: str) -> WordForms:
    """The forms of the words that count in an item in this language."""
    return _forms_of(language if language in _words() else "")  # what items declare is not bounded


@cache
def _words() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = load_table(__file__, "headline_words.yaml")
    return table


@cache
def _forms_of(language: str) -> WordForms:
    kinds = (*_words()[_EVERYWHERE].items(), *_words().get(language, {}).items())
    joined = len(_words()[_EVERYWHERE])  # the kinds before it; `NY-børsen` is no tag
    prefixes = tuple(
        form
        for number, (kind, words) in enumerate(kinds)
        for form in _prefixes(kind, words.split(), _HYPHEN if number < joined else _APART)
    )
    suffixes = tuple(_suffix(kind, words.split()) for kind, words in kinds)
    starts = (_FIRST_WORD.match(word.replace("_", " ")) for _, words in kinds for word in words.split())
    return WordForms(prefixes, suffixes, frozenset(start[1].casefold() for start in starts if start))


def _prefixes(kind: str, words: list[str], hyphen: str) -> tuple[Form, ...]:
    """`WORD: `, `WORD 1-`, `WORD +++ `, `(WORD)`; `Word: ` with a capital needs the colon."""
    capitals, titles = _alternatives(words), _alternatives([f"{word[0]}{word[1:].lower()}" for word in words])
    behind = rf"(?:{hyphen}|：|{_STARS}|\.- ?|\. | / )"
    signals = _signals_of(kind)
    return (
        _form(rf"(?P<tag>{capitals}(?: ?\d{{1,2}})?){behind}", *signals, reason="in capitals"),
        _form(rf"(?P<tag>{titles})(?:: |：)", *signals, reason="with a colon"),
        _form(
            rf"{_OPENING}(?P<tag>(?i:{capitals})(?: ?\d{{1,4}})?){_CLOSING}(?:{_HYPHEN}| ?)(?=\S)",
            *signals,
            reason="in brackets",
        ),
    )


def _suffix(kind: str, words: list[str]) -> Form:
    pattern = rf" ?{_OPENING}(?P<tag>(?i:{_alternatives(words)})(?: ?\d{{1,4}})?){_CLOSING}$"
    return _form(pattern, *_signals_of(kind), reason="in brackets at the end")


def _alternatives(words: list[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace("_", " ").replace(r"\#", r"\d") for word in longest_first) + ")"


def _signals_of(kind: str) -> tuple[Signal, ...]:
    return () if kind == _OTHERS else (Signal(kind),)


NUMBERED = _form(r" \((?P<tag>\d{1,2})\)$", Signal.UPDATE, reason="ANP: which version; elsewhere an age, a part")

# Flags and bracketed words carry the same signals as the prefixes: `UPDATE 1`, `CORRECTED`, `Achtung`.
WORD_SIGNALS = {
    word: signal
    for signal, words in (
        (Signal.KILL, "WITHDRAWN KILLED KILL"),
        (Signal.HOLD, "HOLD"),
        (Signal.CORRECTION, "CORRECTED CORRECTION BERICHTIGUNG KORR KORREKTUR CORREGIDA"),
        (Signal.REFILE, "REFILE"),
        (Signal.REPEAT, "RPT REPEAT WIEDERHOLUNG"),
        (Signal.UPDATE, "UPDATE UPDATED LEAD LD NEW AMPLIACIÓN"),
        (Signal.WRAPUP, "WRAPUP ZUSAMMENFASSUNG"),
        (Signal.ADVISORY, "ACHTUNG ADVISORY"),
        (Signal.FLASH, "FLASH"),
        (Signal.BULLETIN, "BULLETIN"),
        (Signal.URGENT, "URGENT"),
    )
    for word in words.split()
}


def signals_of_words(tag: str) -> tuple[Signal, ...]:
    """The signals of the words of a flag, or of a tag whose row names none."""
    words = (word.strip("0123456789") for word in tag.upper().split())
    return tuple(WORD_SIGNALS[word] for word in words if word in WORD_SIGNALS)

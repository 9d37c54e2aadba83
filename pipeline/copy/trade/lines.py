"""Lines below a story in which an agency speaks of its own copy, told by their words, whatever their wording.

    (With inputs from agencies)                      Follow us on X: https://x.example/desk
    This story has not been edited by our staff and is published from a syndicated feed.
    Quelle: dpa      Dana Holt, +46 8 555 01 23      Все права защищены      Related news: Port opens new pier

Each word of such a line is one of the trade (trade.yaml), a function word, a name, an agency, a date, or a link.
One other word, and the line is copy: `Reporters followed the boats`.  A line of such words alone has to show that
it is about the copy as well (trade_shows).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.copy import sentences
from pipeline.copy.contacts import has_address, is_number
from pipeline.copy.names import is_person
from pipeline.copy.places import gazetteer
from pipeline.copy.trade.labels import is_credit, is_label, is_of_other_copy, without_initials
from pipeline.copy.trade.links import are_addresses, is_of_agency, names_its_address, without_links
from pipeline.copy.trade.shows import NAMES_MAX, Sign, shows
from pipeline.copy.trade.words import (
    WordKind,
    along_at_end,
    begins_with_copy,
    fold_dotted,
    has_word,
    is_code,
    is_of_phrase,
    kind_of,
    phrase_length,
    phrases,
    says_of_copy,
    trade_words,
    words_of,
)
from pipeline.values.agencies import NAME_WORDS_MAX, agency_named, begins_agency

TRADE_LENGTH_MAX = 420
LABEL_LENGTH_MAX = 60
NUMBERS_MAX = 3  # a line of more is a table
PLACE_NAMES_MAX = 3
CASELESS_MAX = 4  # words of a script without capitals that may be names
OPENING_LENGTH = 60  # looked at first
IDIOM_WORDS_MIN = 4
TERMS_MIN = 2  # words of rights and grants
TELLING_MIN, TOLD_MAX = 4, 2  # words of the trade, and others, in a sentence about this copy
HEADING_TRADE_MIN = 2  # below which nothing is left

_QUOTES = frozenset('“”„«»"「」')
_SPACED = re.compile(r"\b(?:[^\W\d_] ){3,12}[^\W\d_]\b")  # S E R V I C E
# Before any word, which is looked up without it: in `role_lists` only before a name.
_ELIDED = re.compile(r"\b[dlDL]['’](?=\w)")
# What the patterns above need, asked first: most lines have none of it.
_HAS_LABEL = re.compile(rf"[^:：]{{2,{LABEL_LENGTH_MAX + 4}}}[:：]")
_HAS_LINK = re.compile(r"[@/]|\w\.\w|\d.?.?\d.?.?\d.?.?\d")
_HAS_SPACED = re.compile(r"\W{0,3}\w \w \w \w")
_LABEL = re.compile(rf"[-–—*• ]{{0,3}}(?P<label>[^:：]{{2,{LABEL_LENGTH_MAX}}}) ?[:：] ?(?P<rest>.+)", re.DOTALL)
_LABELS_WITHIN = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,}+) ?[:：] ")
_OF_STORIES = frozenset({WordKind.NAME, WordKind.OTHER})
_SYMBOLS = "◎▶☎■●□◆"
_OPENING, _CLOSING = tuple("([（【<‹*"), tuple(")]）】>›*")
_EDGES = "()[]（）【】<>‹›*-–—=_•·\"“”'’ "


@dataclass(slots=True)
class _Line:
    """What the words of a line are."""

    words: Counter[WordKind] = field(default_factory=Counter)
    agencies: int = 0
    own: int = 0  # of them
    phrases: int = 0
    idioms: int = 0  # words of them
    calls: bool = False
    copies: bool = False  # a word is one for this copy, where phrases have no blanks

    @property
    def trade(self) -> int:
        """Words and phrases of the trade."""
        return self.words[WordKind.TRADE] + self.words[WordKind.RIGHTS] + self.words[WordKind.PLACE] + self.phrases

    @property
    def names(self) -> int:
        """Words that may be names."""
        return self.words[WordKind.NAME] + self.words[WordKind.CASELESS]


def is_trade_line(
    text: str,
    own: frozenset[str] = frozenset(),
    *,
    named: Callable[[], bool] = lambda: False,
    listed: bool = False,
    alone: bool = False,
) -> bool:
    """Whether the line below a story is about the copy and not of it.

    `own`: the names of its agency as the dateline writes them, folded; `named`: the copy names its agency, or is
    signed; `listed`: what is above ends with a colon; `alone`: that is a sentence, and nothing is below.
    """
    if not text or len(text) > TRADE_LENGTH_MAX:
        return False
    label = _LABEL.fullmatch(text) if _HAS_LABEL.match(text) else None
    if (
        label
        and not listed
        and (
            is_of_other_copy(fold_dotted(label["label"].strip(_EDGES)), label["rest"].strip())
            or is_credit(label["label"], label["rest"])
        )
    ):
        return True
    folded = fold_dotted(text.lstrip(_EDGES))
    if alone and folded in trade_words("rooms"):
        return True
    if says_of_copy(folded) or (text.endswith(".") and _tells_of_copy(text, folded)):
        return True
    if text.endswith(".") and (
        phrases("sure").search(folded)
        or _speaks_for_itself(text, folded, own)
        or _grants_its_copy(text, folded, own)
    ):
        return True
    bare, links = without_initials(text, label["rest"]) if label else text, 0
    if _HAS_LINK.search(bare):
        bare, links = without_links(bare)
    if "'" in bare or "’" in bare:
        bare = _ELIDED.sub("", bare)
    if _HAS_SPACED.match(bare):
        bare = _SPACED.sub(lambda match: match[0].replace(" ", ""), bare)
    spoken = bool(links) and _is_bracketed(text)  # of a bracketed line with a link every word is looked at
    line = _read(bare, own, stops=not spoken)
    words = line.words
    if words[WordKind.OTHER] or words[WordKind.NAME] > NAMES_MAX or words[WordKind.CASELESS] > CASELESS_MAX:
        return bool(spoken and line.agencies and line.trade)
    if (listed and not links) or (alone and label and links and _is_of_event(label["label"], label["rest"], line)):
        return False
    if label and not links and any(kind_of(word) in _OF_STORIES for word in _LABELS_WITHIN.findall(label["rest"])):
        return False  # Autor: Ana Ruiz, Titel: Kaimauer
    signs = _signs(text, bare, label, links, line, own)
    if listed:
        signs &= ~Sign.ADDRESSES
    if alone:
        signs |= Sign.ALONE
    return shows(signs, line.trade, line.names) or (shows(signs | Sign.SIGNED, line.trade, line.names) and named())


def is_trade_heading(
    text: str, own: frozenset[str] = frozenset(), *, last: bool = False, addressed: bool = False
) -> bool:
    """Whether the line stands above such lines: `Contacts`, `Más en Andina:`, `Online:`.

    `last`: nothing is below it: `Also on the Lomsk Post:`; `addressed`: an address is.
    """
    if len(text) > LABEL_LENGTH_MAX or sentences.ends_plainly(text):
        return False  # `Staff may still use them.` is the last sentence of a story
    if last and not text.endswith(":"):
        words = text.strip(_EDGES).split()
        return len(words) > 1 and phrase_length("others", words) == len(words)  # Related news
    line = _read(text, own, stops=False)
    if line.words[WordKind.NUMBER]:
        return False
    if addressed and text.endswith(":") and line.trade >= HEADING_TRADE_MIN:  # `Rückfragen von Medien bitte an:`
        return line.names + line.words[WordKind.OTHER] <= 1
    if line.words[WordKind.OTHER]:
        return False
    if last:
        leads = phrase_length("leads", text.strip(_EDGES).rstrip(":").split()) > 0
        return leads or (line.trade >= HEADING_TRADE_MIN and not line.names)
    return line.trade > 0 and not line.names


def _speaks_for_itself(text: str, folded: str, own: frozenset[str]) -> bool:
    """Whether a sentence says whose opinion the copy is, or begins with its own agency and is about that.

    An opinion is an author's: that of the opposition is in the news.
    """
    if (whose := phrases("views").match(folded)) and phrases("distances").search(folded, whose.end()):
        speaks = has_word("authors", folded) or any(map(agency_named, words_of(text)))
    else:
        speaks = phrases("speaks").search(folded) is not None and _begins_with(text, own)
    return speaks and trade_words("speech").isdisjoint(folded.replace(",", " ").split())


def _tells_of_copy(text: str, folded: str) -> bool:
    """Whether a sentence begins with this copy and has few words that are not of the trade, and no figure.

    `Dieser Text wurde mit Hilfe von KI erstellt und von der Redaktion geprüft.`
    """
    if not begins_with_copy(folded) or not _QUOTES.isdisjoint(text):
        return False
    first, *rest = words_of(text)
    kinds = Counter(kind_of(word) for word in (first.casefold(), *rest))
    others = kinds[WordKind.OTHER] + kinds[WordKind.NAME] + kinds[WordKind.CASELESS]
    told = kinds[WordKind.NUMBER] > 0 or not trade_words("speech").isdisjoint(map(fold_dotted, rest))
    return not told and kinds[WordKind.TRADE] >= TELLING_MIN and others <= TOLD_MAX


def _grants_its_copy(text: str, folded: str, own: frozenset[str]) -> bool:
    """Whether a sentence says who may copy what its agency writes, and on what terms, whatever else it says.

    `Be ELTA sutikimo šios naujienos tekstą kopijuoti draudžiama.`  Somebody who is quoted, or figures, are news.
    """
    if not any(name in folded for name in own) or any(map(str.isdigit, text)):
        return False
    words = words_of(text)
    named = any(word.partition("-")[0].casefold() in own for word in words)
    if not named or not trade_words("speech").isdisjoint(map(fold_dotted, words)):
        return False
    kinds = Counter(map(kind_of, words))
    terms = kinds[WordKind.RIGHTS] + kinds[WordKind.GRANT]
    return terms >= TERMS_MIN and kinds[WordKind.TRADE] > 0 and _QUOTES.isdisjoint(text)


def _is_of_event(label: str, rest: str, line: _Line) -> bool:
    """Whether one word that is no name of the trade stands before an address, or a number is for whoever reads it.

    `Tickets: pool.example`, `Infos: 06131 5550199`.
    """
    if line.agencies:
        return False
    return (is_number(rest) and not is_person(label)) or (label.isalpha() and line.names == 1 and not line.trade)


def _begins_with(text: str, own: frozenset[str]) -> bool:
    """Whether it begins with the agency that the dateline names, however either writes it."""
    parts = text.removeprefix("The ").split()
    name = " ".join(parts[: _agency_words(parts, own)]).strip("'’.")
    agency = agency_named(name)
    codes = own | {named.code for each in own if (named := agency_named(each))}
    return name.casefold() in own or (agency is not None and agency.code in codes)


def _is_bracketed(text: str) -> bool:
    return text.startswith(_OPENING) and text.endswith(_CLOSING)


def _signs(text: str, bare: str, label: re.Match[str] | None, links: int, line: _Line, own: frozenset[str]) -> Sign:
    """What the line has; whether it is signed is asked last."""
    folded = text.casefold()
    words = line.words
    bracketed = _is_bracketed(text.rstrip(". "))
    rights = words[WordKind.RIGHTS]
    found = {
        Sign.RIGHTS: rights > 1
        or (rights > 0 and words[WordKind.GRANT] > 0)
        or (rights > 0 and (line.agencies > 0 or "©" in text or _is_holder(folded, line))),
        Sign.COPY: phrases("own").search(folded) is not None or line.copies,
        Sign.IDIOMS: line.idioms >= IDIOM_WORDS_MIN,
        Sign.IDIOM: line.idioms > 0,
        Sign.CALL: line.calls,
        Sign.LINK: links > 0,
        Sign.PLACE: words[WordKind.PLACE] > 0,
        Sign.AGENCY: line.agencies > 0,
        Sign.OWN: line.own > 0,
        Sign.ALONG: folded.partition(" ")[0].strip(_EDGES) in trade_words("along"),
        Sign.HELPED: line.agencies > 0 and not line.trade and along_at_end().search(folded) is not None,
        Sign.LABEL: label is not None and is_label(label["label"]),
        Sign.BRACKETED: bracketed,
        Sign.SYMBOL: text[0] in _SYMBOLS,
        Sign.NAMES: line.names > 0,
        Sign.SMALL: words[WordKind.SMALL] > 0,
        Sign.NUMBERS: words[WordKind.NUMBER] > 0,
        Sign.TABLE: words[WordKind.NUMBER] > NUMBERS_MAX,
        Sign.CODE: words[WordKind.NUMBER] == 1 and is_code(text.rpartition(" ")[2]),
        Sign.SENTENCE: not bracketed and sentences.ends_plainly(text),
        Sign.QUOTED: not _QUOTES.isdisjoint(text),
        Sign.DATED: bracketed and _is_place_and_date(text, line),
        Sign.HOUSE: line.names > 0 and not words[WordKind.NUMBER] and _is_house(text, folded),
    }
    if links:
        found |= {
            Sign.ADDRESS: has_address(text),
            Sign.ADDRESSES: are_addresses(text),
            Sign.WRITER: names_its_address(_names(bare), text),
            Sign.OF_AGENCY: bracketed or is_of_agency(text, own),
        }
    return Sign(sum(sign for sign, has in found.items() if has))


def _is_holder(folded: str, line: _Line) -> bool:
    """Whether the line is whose the copy is: `Copyright Lomsk News Service`."""
    return folded.startswith("copyright ") and line.trade > 1 and line.names > 0 and not line.words[WordKind.SMALL]


def _is_house(text: str, folded: str) -> bool:
    """Whether each word has a capital, and some of them say that it is an agency: `Trend News Agency`."""
    houses = phrases("houses").search(folded) is not None
    return houses and all(word[0].isupper() or kind_of(word) is WordKind.SMALL for word in words_of(text))


def _is_place_and_date(text: str, line: _Line) -> bool:
    """`(Colombo/May08/2023)`."""
    if line.trade or line.words[WordKind.SMALL] or not any(map(str.isdigit, text)):
        return False
    names = _names(text)
    return len(names) <= PLACE_NAMES_MAX and bool(gazetteer.cities(" ".join(names)))


def _names(text: str) -> list[str]:
    return [word for word in words_of(text) if kind_of(word) is WordKind.NAME]


def _read(text: str, own: frozenset[str], *, stops: bool) -> _Line:
    """The words of the line by what they are; `OTHER` are words of a story."""
    line = _Line()
    beginning = text[:OPENING_LENGTH] if stops and len(text) > OPENING_LENGTH else ""
    if beginning and _has_other(beginning, own):
        line.words[WordKind.OTHER] += 1
        return line
    parts = words_of(text)
    if length := phrase_length("calls", parts):
        line.calls, line.phrases, parts = True, 1, parts[length:]
    while parts:
        if length := _agency_words(parts, own):
            line.agencies += 1
            line.own += " ".join(parts[:length]).casefold() in own
        elif length := phrase_length("idioms", parts):
            line.phrases += 1
            line.idioms += length
        else:
            length, kind = 1, kind_of(parts[0])
            if parts[0] in trade_words("own"):
                line.copies, line.phrases, kind = True, line.phrases + 1, WordKind.SMALL
            line.words[kind] += 1
            if stops and kind is WordKind.OTHER:
                return line
        parts = parts[length:]
    return line


def _has_other(beginning: str, own: frozenset[str]) -> bool:
    """Whether the beginning of a line has a word of a story, as most have; agencies may be written small."""
    words = (word.strip(_EDGES) for word in beginning.split()[:-1])
    return any(
        word.isalpha()
        and kind_of(word) is WordKind.OTHER
        and not (word in own or is_of_phrase(word) or agency_named(word))
        for word in words
    )


def _agency_words(parts: list[str], own: frozenset[str]) -> int:
    begins = begins_agency(parts[0])
    if not (begins or own):
        return 0
    for length in range(min(NAME_WORDS_MAX, len(parts)), 0, -1):
        name = " ".join(parts[:length]).strip("'’.")
        if name.casefold() in own or (begins and agency_named(name)):
            return length
    return 0

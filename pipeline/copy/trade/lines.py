"""Lines below a story in which an agency speaks of its own copy, recognised by their words, not their wording.

    (With inputs from agencies)                      Follow us on X: https://x.example/desk
    This story has not been edited by our staff and is published from a syndicated feed.
    Quelle: dpa      Dana Holt, +46 8 555 01 23      Все права защищены      Related news: Port opens new pier

Each word of such a line is one of the trade (trade.yaml), a function word, a name, an agency, a date, or a link.
One other word, and the line is copy: `Reporters followed the boats`.  A line of such words alone has to show that
it is about the copy as well (shows).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.copy import sentences
from pipeline.copy.contacts import has_address, is_number
from pipeline.copy.names import is_person
from pipeline.copy.places import gazetteer
from pipeline.copy.trade.labels import is_credit, is_label, is_of_other_copy, without_initials
from pipeline.copy.trade.links import are_addresses, is_of_agency, names_its_address, without_links
from pipeline.copy.trade.read_line import EDGES, Line, read_line
from pipeline.copy.trade.sentences import QUOTES, is_about_copy
from pipeline.copy.trade.shows import Clue, shows
from pipeline.copy.trade.words import (
    WordKind,
    along_at_end,
    fold_dotted,
    is_code,
    kind_of,
    phrase_length,
    phrases,
    trade_words,
    words_of,
)

TRADE_LENGTH_MAX = 420
LABEL_LENGTH_MAX = 60
NUMBERS_MAX = 3  # a line of more is a table
PLACE_NAMES_MAX = 3
IDIOM_WORDS_MIN = 4
HEADING_TRADE_MIN = 2  # below which nothing is left

_SPACED = re.compile(r"\b(?:[^\W\d_] ){3,12}[^\W\d_]\b")  # S E R V I C E
# Before any word, which is looked up without it: in `role_lists` only before a name.
_ELIDED = re.compile(r"\b[dlDL]['’](?=\w)")
# Cheap tests for what the other patterns need: most lines have none of it.
_HAS_LABEL = re.compile(rf"[^:：]{{2,{LABEL_LENGTH_MAX + 4}}}[:：]")
_HAS_LINK = re.compile(r"[@/]|\w\.\w|\d.?.?\d.?.?\d.?.?\d")
_HAS_SPACED = re.compile(r"\W{0,3}\w \w \w \w")
_LABEL = re.compile(rf"[-–—*• ]{{0,3}}(?P<label>[^:：]{{2,{LABEL_LENGTH_MAX}}}) ?[:：] ?(?P<rest>.+)", re.DOTALL)
_LABELS_WITHIN = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,}+) ?[:：] ")
_OF_STORIES = frozenset({WordKind.NAME, WordKind.OTHER})
_SYMBOLS = "◎▶☎■●□◆"
_OPENING, _CLOSING = tuple("([（【<‹*"), tuple(")]）】>›*")


_SCORES = re.compile(r"\(\d{1,4}[/:–-]\d{1,4}\)")  # or hours of a fixture, on a line below it: `(2100/2100)`


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
    if not text or len(text) > TRADE_LENGTH_MAX or _SCORES.fullmatch(text):
        return False
    label = _LABEL.fullmatch(text) if _HAS_LABEL.match(text) else None
    if label and not listed and _is_known(label):
        return True
    if (alone and fold_dotted(text.lstrip(EDGES)) in trade_words("rooms")) or is_about_copy(text, own):
        return True
    bare, links = _without_links(text, label)
    is_bracketed_link = links > 0 and _is_bracketed(text)  # every word of such a line is looked at
    line = read_line(bare, own, stops=not is_bracketed_link)
    if line.tells_story():
        return is_bracketed_link and line.agencies > 0 and line.trade > 0
    if (listed and not links) or (label and _is_of_story(label, links, line, alone)):
        return False
    clues = _clues(text, bare, label, links, line, own)
    if listed:
        clues &= ~Clue.ADDRESSES
    if alone:
        clues |= Clue.ALONE
    return shows(clues, line.trade, line.names) or (shows(clues | Clue.SIGNED, line.trade, line.names) and named())


def is_trade_heading(
    text: str, own: frozenset[str] = frozenset(), *, last: bool = False, addressed: bool = False
) -> bool:
    """Whether the line is a heading above such lines: `Contacts`, `Más en Andina:`, `Online:`.

    `last`: nothing is below it: `Also on the Lomsk Post:`; `addressed`: an address is.
    """
    if len(text) > LABEL_LENGTH_MAX or sentences.ends_plainly(text):
        return False  # `Staff may still use them.` is the last sentence of a story
    if last and not text.endswith(":"):
        words = text.strip(EDGES).split()
        return len(words) > 1 and phrase_length("others", words) == len(words)  # Related news
    line = read_line(text, own, stops=False)
    if line.words[WordKind.NUMBER]:
        return False
    if addressed and text.endswith(":") and line.trade >= HEADING_TRADE_MIN:  # `Rückfragen von Medien bitte an:`
        return line.names + line.words[WordKind.OTHER] <= 1
    if line.words[WordKind.OTHER]:
        return False
    if last:
        leads = phrase_length("leads", text.strip(EDGES).rstrip(":").split()) > 0
        return leads or (line.trade >= HEADING_TRADE_MIN and not line.names)
    return line.trade > 0 and not line.names


def _is_known(label: re.Match[str]) -> bool:
    """Whether a label alone shows it: what is behind it is other copy, or a name."""
    name, rest = label["label"], label["rest"]
    return is_of_other_copy(fold_dotted(name.strip(EDGES)), rest.strip()) or is_credit(name, rest)


def _is_of_story(label: re.Match[str], links: int, line: Line, alone: bool) -> bool:
    """Whether what is behind a label belongs to a story: an event with its address, or other labels and words."""
    if links:
        return alone and _is_of_event(label["label"], label["rest"], line)
    behind = _LABELS_WITHIN.findall(label["rest"])
    return any(kind_of(word) in _OF_STORIES for word in behind)  # Autor: Ana Ruiz, Titel: Kaimauer


def _is_of_event(label: str, rest: str, line: Line) -> bool:
    """Whether one word that is not of the trade is before an address, or a number is for any reader.

    `Tickets: pool.example`, `Infos: 06131 5550199`.
    """
    if line.agencies:
        return False
    return (is_number(rest) and not is_person(label)) or (label.isalpha() and line.names == 1 and not line.trade)


def _without_links(text: str, label: re.Match[str] | None) -> tuple[str, int]:
    """The line as its words are read, without links and numbers, and how many there were."""
    bare, links = without_initials(text, label["rest"]) if label else text, 0
    if _HAS_LINK.search(bare):
        bare, links = without_links(bare)
    if "'" in bare or "’" in bare:
        bare = _ELIDED.sub("", bare)
    if _HAS_SPACED.match(bare):
        bare = _SPACED.sub(lambda match: match[0].replace(" ", ""), bare)
    return bare, links


def _is_bracketed(text: str) -> bool:
    return text.startswith(_OPENING) and text.endswith(_CLOSING)


def _clues(text: str, bare: str, label: re.Match[str] | None, links: int, line: Line, own: frozenset[str]) -> Clue:
    """What the line has, but for SIGNED, which costs most."""
    folded = text.casefold()
    words = line.words
    bracketed = _is_bracketed(text.rstrip(". "))
    rights = words[WordKind.RIGHTS]
    found = {
        Clue.RIGHTS: rights > 1
        or (rights > 0 and words[WordKind.GRANT] > 0)
        or (rights > 0 and (line.agencies > 0 or "©" in text or _is_holder(folded, line))),
        Clue.COPY: phrases("own").search(folded) is not None or line.copies,
        Clue.IDIOMS: line.idioms >= IDIOM_WORDS_MIN,
        Clue.IDIOM: line.idioms > 0,
        Clue.CALL: line.calls,
        Clue.LINK: links > 0,
        Clue.PLACE: words[WordKind.PLACE] > 0,
        Clue.AGENCY: line.agencies > 0,
        Clue.OWN: line.own > 0,
        Clue.ALONG: folded.partition(" ")[0].strip(EDGES) in trade_words("along"),
        Clue.HELPED: line.agencies > 0 and not line.trade and along_at_end().search(folded) is not None,
        Clue.LABEL: label is not None and is_label(label["label"]),
        Clue.BRACKETED: bracketed,
        Clue.SYMBOL: text[0] in _SYMBOLS,
        Clue.NAMES: line.names > 0,
        Clue.SMALL: words[WordKind.SMALL] > 0,
        Clue.NUMBERS: words[WordKind.NUMBER] > 0,
        Clue.TABLE: words[WordKind.NUMBER] > NUMBERS_MAX,
        Clue.CODE: words[WordKind.NUMBER] == 1 and is_code(text.rpartition(" ")[2]),
        Clue.SENTENCE: not bracketed and sentences.ends_plainly(text),
        Clue.QUOTED: not QUOTES.isdisjoint(text),
        Clue.DATED: bracketed and _is_place_and_date(text, line),
        Clue.HOUSE: line.names > 0 and not words[WordKind.NUMBER] and _is_house(text, folded),
    }
    if links:
        found |= {
            Clue.ADDRESS: has_address(text),
            Clue.ADDRESSES: are_addresses(text),
            Clue.WRITER: names_its_address(_names(bare), text),
            Clue.OF_AGENCY: bracketed or is_of_agency(text, own),
        }
    return Clue(sum(clue for clue, has in found.items() if has))


def _is_holder(folded: str, line: Line) -> bool:
    """Whether the line is whose the copy is: `Copyright Lomsk News Service`."""
    return folded.startswith("copyright ") and line.trade > 1 and line.names > 0 and not line.words[WordKind.SMALL]


def _is_house(text: str, folded: str) -> bool:
    """Whether each word has a capital, and some of them say that it is an agency: `Trend News Agency`."""
    houses = phrases("houses").search(folded) is not None
    return houses and all(word[0].isupper() or kind_of(word) is WordKind.SMALL for word in words_of(text))


def _is_place_and_date(text: str, line: Line) -> bool:
    """`(Colombo/May08/2023)`."""
    if line.trade or line.words[WordKind.SMALL] or not any(map(str.isdigit, text)):
        return False
    names = _names(text)
    return len(names) <= PLACE_NAMES_MAX and bool(gazetteer.cities(" ".join(names)))


def _names(text: str) -> list[str]:
    return [word for word in words_of(text) if kind_of(word) is WordKind.NAME]

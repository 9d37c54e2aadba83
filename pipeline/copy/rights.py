"""Furniture: lines of the copy that are not the story, such as copyright and picture credits.

Each function looks at one paragraph and says what it is, or None.  In doubt a paragraph is story: a line that stays
is untidy, a line that goes is lost to every reader.
"""

from __future__ import annotations

import re

from pipeline.copy.sentences import STOPS, ends_plainly
from pipeline.copy.trade.words import WordKind, kind_of, trade_words
from pipeline.language.blocks import words_of_all

COPYRIGHT_LENGTH_MAX = 400
RIGHTS_PHRASE_LENGTH_MAX = 60
CREDIT_LENGTH_MAX = 160
RULE_LENGTH_MAX = 80

_COPYRIGHT = re.compile(
    r"© ?\S|(?:\(c\)|&copy;) ?(?:copyright\b|\d{4}\b)|\(c\) ?(?:(?-i:[A-Z])[\w./-]{0,20} ?){1,4}(?:\d{4})?$"
    r"|copyright (?:©|\(c\)|\d{4}\b|by (?-i:[A-Z]))|copyright: ?\S",
    re.IGNORECASE,
)
_RIGHTS = tuple(sorted(words_of_all("rights")))
_MARK = re.compile(r"[^\w\s]")
_RIGHTS_OPEN = "‹<(*"
_DASHES = "-–— "
_MAY_STATE_RIGHTS = frozenset(phrase[:2] for phrase in (*_RIGHTS, "copyright", "(c)", "&copy;"))
_SIGNS = frozenset("©" + _RIGHTS_OPEN)
_HOLDER = re.compile(r"^(?:(?:©|\(c\)|copyright|by|\d{4}(?:[-–]\d{2,4})?)[\s,:.]*){1,6}", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:(?:cover|title|header|lead|file|main|top|featured?|banner|hero|titel|symbol|archiv|vorschau)[ -]?)?"
    rf"(?:{'|'.join(sorted(trade_words('pictures'), key=len, reverse=True))})"
    r"(?P<sure> ?credits?| by| courtesy(?: of)?|nachweis| ©)? ?[:：©] ?(?P<holder>.+)"
    r"|(?:crédit photo|credits?|bildquelle|fotocredit) ?: ?(?P<of>.+)"
    # A name, as below a table or a press release; `Source: The FBI knew of it` is story.
    rf"|(?:(?:{'|'.join(sorted(trade_words('sources')))}) ?[:：] {{0,2}}|(?-i:SOURCE) {{1,2}})"
    r"(?P<source>(?-i:[A-Z0-9])\S*"
    r"(?: (?:(?-i:[A-Z0-9&])\S*|plc|of|the|and|for|de|da|do|la|der|für)){0,7})$"
    r"|photos? (?:by|courtesy of) (?P<by>(?-i:[A-Z]).+)"
    r"|(?:photo|foto) (?P<person>(?-i:[A-Z])[^.!?:;/]{2,40} ?/ ?(?-i:[A-Z])[^.!?:;]{2,40})",  # Photo Ana Ruiz/AFP
    re.IGNORECASE,
)
_COURTESY = re.compile(r"(?:courtesy|cortesía|cortesia|gentileza|courtoisie|handout|zvg)\b", re.IGNORECASE)
_MARKS = frozenset("/(©|")  # a caption that names whose picture it is has one
_LINE_LENGTH_MIN = 60  # of rights that a line break cuts
_ASKS_FOR_LEAVE = re.compile(r"\b(?:ATTRIBUTION|PERMISSION|CONSENT|LICEN[CS]E)\b")
STORY_WORDS_MIN = 3  # `Foto: Polizei sucht Zeugen`; a holder may be `privat`
_PICTURE_AGENCIES = ("Getty Images", "AFP", "AP", "AP Photo", "Reuters", "EPA", "Bloomberg", "imago")
_PICTURE_CREDIT = re.compile(rf"[^.!?:;]{{2,70}}(?:/| via | — )(?:{'|'.join(_PICTURE_AGENCIES)})$")


def copyright_line(text: str) -> str | None:
    """The holder of the rights that the paragraph states, empty if it names none."""
    if len(text) > COPYRIGHT_LENGTH_MAX:
        return None
    if text[0] in _DASHES:
        text = text.lstrip(_DASHES) or text
    if text[:2].casefold() not in _MAY_STATE_RIGHTS and text[0] not in _SIGNS:
        return None
    opening = text.lstrip(_RIGHTS_OPEN)
    folded = opening[:RIGHTS_PHRASE_LENGTH_MAX].casefold()
    stated = folded.startswith(_RIGHTS) and not _goes_on(opening, folded)
    if not (stated or _states_rights(text) or _COPYRIGHT.match(text)):
        return None
    return _HOLDER.sub("", text, count=1).strip(" .")


def goes_on(above: str, text: str) -> bool:
    """Whether a line in capitals ends what the rights above it, in capitals too, have left open."""
    is_open = above.isupper() and len(above) > _LINE_LENGTH_MIN and not ends_plainly(above)
    return is_open and text.isupper() and _ASKS_FOR_LEAVE.search(text) is not None


def _goes_on(text: str, folded: str) -> bool:
    """Whether words of a story follow the phrase: `All rights reserved for women`."""
    phrase = max((phrase for phrase in _RIGHTS if folded.startswith(phrase)), key=len)
    return any(kind_of(word) is WordKind.OTHER for word in _MARK.split(text[len(phrase) :], maxsplit=1)[0].split())


def _states_rights(text: str) -> bool:
    """Whether a line in brackets does: `(TM and © Copyright 2015 KXYZ Inc. All rights reserved.)`."""
    folded = text.casefold()
    holds = "©" in text or "(c)" in folded or "copyright" in folded
    return holds and text[0] == "(" and text[-1] in ")]" and any(phrase in folded for phrase in _RIGHTS)


def credit(text: str) -> str | None:
    """Whose picture: `Cover photo: IMAGO/SNA`, `Jane Doe/Getty Images`."""
    if len(text) > CREDIT_LENGTH_MAX or (text[-1:] in STOPS and ends_plainly(text)):
        return None
    if text.startswith("/"):  # /ritzau/Reuters
        return None
    if text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1]
    if match := _CREDIT.match(text):
        holder = match["holder"]
        if holder and not (match["sure"] or _COURTESY.match(holder)) and _tells(holder):
            return None
        return next(group for name, group in match.groupdict().items() if group and name != "sure").strip()
    return text if text.endswith(_PICTURE_AGENCIES) and _PICTURE_CREDIT.match(text) else None


def _tells(text: str) -> bool:
    """Whether there are words of a story, and no mark of whose picture it is: `Foto: Drei Tote in Lomsk`."""
    words = [word.strip(",;") for word in text.split()]
    if len(words) < STORY_WORDS_MIN or not _MARKS.isdisjoint(text):
        return False
    kinds = ((kind_of(word), word.casefold() in trade_words("holders")) for word in words)
    return any(kind is WordKind.OTHER or (kind is WordKind.SMALL and not joins) for kind, joins in kinds)


def is_rule(text: str) -> bool:
    """Whether it has no letter or digit: `___`, `* * *`, the Arabic letter that only makes a line longer."""
    if len(text) > RULE_LENGTH_MAX or (text[:1].isalnum() and text[:1] != "ـ"):
        return False
    return not any(c.isalnum() and c != "ـ" for c in text)

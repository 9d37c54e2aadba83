"""What the name of a field says about the item, whatever the format: an embargo, a time of release, a hold, a kill.

A field that no parser reads may be the one that forbids to publish: `embargoeduntil`, `prism:releaseTime`,
`onHold`, `isKilled`, `publishable: false`.  Its name is cut into words, without case, and looked up in SENSES.  A
name that says it strongly counts with any value that does not deny it; a weak one, which may be about something
else, only with a plain yes or no.  Numbers count nowhere: `killed: 12` is about a battle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import Enum, auto
from functools import lru_cache

from pipeline.items import PubStatus
from pipeline.notes import Addressee, Passage
from pipeline.values import codes
from pipeline.values.blanks import one_line


class Sense(Enum):
    """What a name says; the value of its field says whether it is so."""

    EMBARGO = auto()  # its text is the end, or there is none
    RELEASE = auto()  # a time before which the item may not be used
    PUBLISHED = auto()  # a time at which it is published, mostly a past one
    HOLD = auto()
    HOLD_FLAG = auto()  # only with `true` or the like
    KILL = auto()
    KILL_FLAG = auto()  # likewise
    PERMISSION = auto()  # held if it is false
    STATUS = auto()  # a known status


STRONG = frozenset({Sense.EMBARGO, Sense.HOLD, Sense.KILL})  # senses that what is in a place has too
WEAK = frozenset({Sense.HOLD_FLAG, Sense.KILL_FLAG, Sense.PERMISSION, Sense.PUBLISHED, Sense.STATUS})

_TIME = r"(?:from|after|at|on|date|time|date ?time|time ?stamp|start|starts|begin|begins|since|when|day|utc|gmt)"
_USE = r"(?:releas(?:e|ed|ing)|avail(?:able|ability)|valid(?:ity)?|visib(?:le|ility)|usable|unlock(?:ed)?|go ?live)"
_PUBLISH = r"(?:publish(?:ed|ing)?|publication|publi[ée]e?|ver[öo]ffentlicht|ver[öo]ffentlichung)"
_NOT = r"(?:do ?not|don t|dont|never|not ?to(?: ?be)?)"
SENSES: tuple[tuple[Sense, re.Pattern[str]], ...] = tuple(
    (sense, re.compile(pattern))
    for sense, pattern in (
        (
            Sense.EMBARGO,
            r"embarg|эмбарго|sperrfrist|sperrvermerk|gesperrt ?bis"
            r"|not ?for ?(?:publication|release|broadcast|use\b)"
            r"|not ?(?:publish|release|use|usable|valid|visible|available|air)?(?:ed|d)? ?(?:before|until)\b"
            r"|hold ?for ?release|(?:hold|held) ?(?:until|till)\b|\bnbf\b",
        ),
        (
            Sense.RELEASE,
            rf"\b{_USE} ?{_TIME}\b|\b(?:{_TIME}|not ?before)(?: ?(?:of|for|to))? ?{_USE}\b|\bgo(?:es)? ?live\b"
            rf"|\b(?:{_PUBLISH}|use) ?(?:only ?)?(?:after|from|not ?before)\b|\A{_USE}\Z"
            r"|\bdeferred ?(?:delivery|until)\b|\Alive ?(?:date|time|at|from|on)\Z"
            r"|\Afrei(?:gabe|gegeben)?(?: ?ab)?\Z"
            r"|\bearliest ?(?:use|publication|release|broadcast)\b"
            rf"|\bschedul\w{{0,6}} ?(?:for|{_PUBLISH}|release)\b|\b{_PUBLISH} ?schedul\w{{0,6}}\b",
        ),
        (
            Sense.PUBLISHED,
            rf"\b{_PUBLISH} ?{_TIME}\b|\b(?:date|time|first) ?(?:of ?)?{_PUBLISH}\b|\Apublished\Z",
        ),
        (
            Sense.HOLD,
            rf"\b(?:on ?)?hold\b|\bwith ?h[eo]ld\b|\b{_NOT} ?(?:publish|use|release|run|distribute|air|broadcast)\b"
            r"|\bheld ?(?:back|for)\b|\bnot ?publication\b|\b(?:un|non|not) ?publishable\b",
        ),
        (
            Sense.HOLD_FLAG,
            r"\A(?:is ?)?(?:held|private|confidential|internal(?: ?only)?|draft|hidden|blocked|suspended"
            r"|quarantined?|spiked|unapproved|unpublished|(?:for )?internal ?use(?: only)?"
            r"|(?:pending|needs|under) ?(?:approval|review|legal))\Z",
        ),
        (
            Sense.KILL,
            r"\bkill(?:ed)?\b|\bwithdraw(?:n|al)?\b|\bretract(?:ed|ion)?\b|\btake ?down\b|\bde ?publish(?:ed)?\b",
        ),
        (Sense.KILL_FLAG, r"\A(?:is ?)?(?:deleted|cancell?ed|removed|recall(?:ed)?)(?: ?(?:at|on))?\Z"),
        (
            Sense.PERMISSION,
            r"\A(?:(?:is|can|may|to|ok ?to|ready ?to)(?: ?be)? ?)?(?:publishable|publish|published|public|usable"
            r"|releasable|released|release|approved|cleared|visible)\Z"
            r"|\A(?:allow|permit|(?:cleared|approved|released) ?for) ?(?:publication|release|use|broadcast)\Z"
            r"|\A(?:is ?)?(?:printable|broadcastable)\Z",
        ),
        (
            Sense.STATUS,
            r"\A(?:pub|publishing|publication|editorial|workflow|item|news)? ?(?:stat(?:us|e)|workflow|stage)\Z"
            r"|\A(?:item|content)? ?(?:access|audience|visibility)(?: ?level)?\Z",
        ),
    )
)
FLAG = re.compile(
    r"(?:is )?(?:embargo(?:ed)?|(?:on )?hold|with ?h[eo]ld|kill(?:ed)?|withdrawn|retracted|sperrfrist)"
)
HAPPENED = re.compile(r"(?:killed|withdrawn|retracted|published|deleted|canceled|cancelled|removed|recalled)\b")
STATUSES = {PubStatus.WITHHELD: Addressee.HOLD, PubStatus.CANCELED: Addressee.KILL}
FLAGS = frozenset({Addressee.HOLD, Addressee.KILL})
YES = frozenset({"true", "yes", "y", "1", "on", "x", "ja", "oui", "sí", "si", "sim", "да"})
NO = frozenset(  # values that deny what the name says
    ["", "false", "no", "none", "null", "0", "n", "off", "never", "nil", "undefined", "n/a", "-", "nein", "keine",
     "non", "aucun", "ninguno", "nessuno", "geen", "nej", "nei", "нет"]
)  # fmt: skip
UNSEEN = frozenset({"hidden", "invisible", "private", "internal", "confidential", "nonpublic"})  # for whom it is
NUMBER = re.compile(r"[+-]?[\d.,]+")
EPOCH = re.compile(r"(\d{10})(?:\d{3})?")  # seconds or milliseconds
MOMENT = re.compile(r"\d{4}-?\d\d-?\d\d(?!\d).{0,40}|\w{3,9},? \d{1,2} \w{3,9} \d{4}.{0,40}")
WORDS = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")
NAME_CHARACTERS_MAX = 200


def _words(name: str) -> str:
    return WORDS.sub(" ", name).strip().lower().removeprefix("x ")  # of mail: `X-Hold`


@lru_cache(4_096)  # names of fields come again with every item; a longer name is cut, so memory is bounded
def _senses_of(name: str) -> tuple[Sense, ...]:
    return tuple(sense for sense, pattern in SENSES if pattern.search(_words(name)))


def sense_of(name: str, *, weak: bool = True) -> Sense | None:
    """What the name of a field says; None if nothing.  `weak`: whether a weak sense counts."""
    found = _senses_of(name[:NAME_CHARACTERS_MAX])
    return next((sense for sense in found if weak or sense not in WEAK), None)


def permits(name: str) -> bool:
    """Whether a field of that name forbids to publish if it is false: `publishable`."""
    return Sense.PERMISSION in _senses_of(name[:NAME_CHARACTERS_MAX])


def is_flag(name: str) -> bool:
    """Whether an empty field of that name says it by being there: `<hold/>`, not `<embargoDate/>`."""
    return FLAG.fullmatch(_words(name[:NAME_CHARACTERS_MAX])) is not None


def named_passages(sense: Sense, name: str, field: str, text: str) -> Iterator[Passage]:
    """What a field says by its name and its value; nothing if the value denies it or is about something else."""
    value = one_line(text)
    low = value.lower()
    if low in NO:
        if permits(name) and low:
            yield Passage(Addressee.HOLD, value, field)
    elif low in UNSEEN and sense in (Sense.RELEASE, Sense.STATUS):
        yield Passage(Addressee.HOLD, value, field)
    elif sense is Sense.EMBARGO:
        yield Passage(Addressee.EDITORS, f"Embargo: {_time(value)}", field)
    elif sense in (Sense.RELEASE, Sense.PUBLISHED):
        addressee = Addressee.RELEASE if sense is Sense.RELEASE else Addressee.PUBLISHED
        yield Passage(addressee, _time(value), field)
    elif sense is Sense.STATUS:
        found = STATUSES.get(codes.status_of(value))
        yield from (Passage(one, value, field) for one in (found,) if one)
    elif low in YES or low == name.lower():
        if sense is not Sense.PERMISSION:
            yield Passage(
                Addressee.KILL if sense in (Sense.KILL, Sense.KILL_FLAG) else Addressee.HOLD, value, field
            )
    elif _is_so(sense, name, value):
        yield Passage(Addressee.HOLD, value, field)


def warnings_of(passages: Iterable[Passage]) -> tuple[str, ...]:
    """A warning for each field that holds or kills the item by its name."""
    return tuple(f"{one.field[:60]}: heeded by its name" for one in passages if one.addressee in FLAGS)


def _is_so(sense: Sense, name: str, value: str) -> bool:
    """Whether a value that is neither yes nor no says that the item is held or killed."""
    if MOMENT.fullmatch(value) or EPOCH.fullmatch(value):
        return sense is Sense.HOLD or HAPPENED.search(_words(name)) is not None  # not `killDate`, when it expires
    return sense in (Sense.HOLD, Sense.KILL) and not NUMBER.fullmatch(value)


def _time(value: str) -> str:
    """A count of seconds or milliseconds as an instant; anything else as it is."""
    found = EPOCH.fullmatch(value)
    return datetime.fromtimestamp(int(found[1]), UTC).isoformat() if found else value

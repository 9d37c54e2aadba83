"""What by_form knows of the copy above a line, and whether a line has its agency at one of its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.copy.trade.links import LINK
from pipeline.values.agencies import NAME_WORDS_MAX, agency_named

INITIALS_LENGTH_MIN = 4  # of a word that has a letter in the initials of its agency
HOME_LENGTH_MIN = 3  # of a name that is looked for in a link
ABBREVIATED_LENGTH_MIN, ABBREVIATION_LENGTH_MIN = 5, 3  # `NTX` of Notimex


@dataclass(frozen=True, slots=True)
class CopyAbove:
    """What is known of the copy above a line, and of the lines around it."""

    language: str  # its primary subtag
    own: frozenset[str]  # names of its agency as the dateline writes them, folded
    agency: str | None  # its code
    writers: tuple[str, ...]  # of the byline
    signed: bool  # a sign-off has left
    below_sign_off: bool  # the line above is one
    above_sign_off: bool = False  # what was below has left as one, and above is a sentence or a sign-off
    last_left: bool = False  # what was below has left as one
    story: Sequence[str] = ()  # the paragraphs above it
    place: str | None = None  # of the dateline

    def is_own(self, word: str) -> bool:
        """Whether a word is the name of its agency."""
        agency = agency_named(word)
        return word.casefold() in self.own or (agency is not None and agency.code == self.agency)

    def is_agency(self, word: str) -> bool:
        """Whether a word is the name of its agency or of another."""
        return word.casefold() in self.own or agency_named(word) is not None

    @property
    def names_agency(self) -> bool:
        """Whether it names its agency, or is signed."""
        return bool(self.agency or self.own or self.signed)


def agencies_at_ends(words: list[str], parts: list[str], copy: CopyAbove) -> tuple[bool, bool]:
    """Whether the line begins or ends with its own agency, and with any."""
    if not words:
        return False, False
    ends = {" ".join(words[:n]) for n in range(1, NAME_WORDS_MAX + 1)}
    ends |= {" ".join(words[-n:]) for n in range(1, NAME_WORDS_MAX + 1)}
    ends |= {parts[0], parts[-1], parts[0].partition("-")[0]}
    known = [agency for end in ends if (agency := agency_named(end))]
    own = any(end.casefold() in copy.own for end in ends) or any(each.code == copy.agency for each in known)
    own = own or any(_abbreviates(words[0], name) or _spells_out(words, name) for name in copy.own)
    return own, bool(known)


def _abbreviates(word: str, name: str) -> bool:
    """Whether letters of the name in its order are all that the word has: NTX of Notimex."""
    if not word.isupper() or len(word) < ABBREVIATION_LENGTH_MIN or len(name) < ABBREVIATED_LENGTH_MIN:
        return False
    left = iter(name)
    return word[0].casefold() == name[0] and all(letter in left for letter in word.casefold())


def _spells_out(words: list[str], name: str) -> bool:
    """Whether the name is the initials of the longer words: Agence d'information du Burkina of AIB."""
    long = [word.rpartition("’")[2].rpartition("'")[2] for word in words if len(word) >= INITIALS_LENGTH_MIN]
    return len(name) >= ABBREVIATION_LENGTH_MIN and "".join(word[:1] for word in long).casefold() == name


def is_at_home(text: str, copy: CopyAbove) -> bool:
    """Whether an address in the line is in the domain of its agency."""
    links = [found[0].casefold() for found in LINK.finditer(text)] if "." in text else []
    names = [name for name in (*copy.own, copy.agency or "") if len(name) >= HOME_LENGTH_MIN]
    return any(name in link for link in links for name in names)

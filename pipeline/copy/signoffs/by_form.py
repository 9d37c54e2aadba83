"""Last lines that sign the copy, told by their form and by the item itself, whatever their words.

    SDA-Regionaldienst/tel        STT--Tea Elgar        (共同=江刈太郎)        Tuna ELGAR- Mine FEN/İZMİR,(DHA)
    el\\fn\\wk                      /t.elgar/m.fen/       te, below `By Tomas Elgar`

No sign is enough alone: what a line has is weighed (WEIGHTS), and at THRESHOLD it is no copy.  It stands below the
last sentence, and is asked about last: what the other modules know by its words has left before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.copy import sentences
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.names import is_person
from pipeline.copy.places import gazetteer
from pipeline.copy.signoffs import names_alone
from pipeline.copy.signoffs.end_lines import is_choice
from pipeline.copy.stamps import is_of_stamp, without_stamp
from pipeline.copy.trade.links import LINK, without_links
from pipeline.copy.trade.words import WordKind, kind_of, words_of
from pipeline.language import letters
from pipeline.language.blocks import ANY, FUNCTION_WORDS, words_by_language
from pipeline.language.word_lists import word_lists
from pipeline.values.agencies import NAME_WORDS_MAX, agency_named

FORM_LENGTH_MAX = 120
CODE_LENGTH_MAX = 4  # letters of initials or of a desk
CODES_MAX = 6
HOME_LENGTH_MIN = 3  # of a name that is looked for in a link
CASELESS_NAMES_MAX = 3  # words that may be names in a script without capitals
ABBREVIATED_LENGTH_MIN, ABBREVIATION_LENGTH_MIN = 5, 3  # `NTX` of Notimex
GOING_ON_MAX = 4  # words of a line that ends with a comma; a longer one is a broken sentence
OTHERS_MAX = 3  # words of a story counted
TRADE_MAX = 3  # words of the trade counted
THRESHOLD = 4


class Sign(StrEnum):
    """What a line has."""

    OWN = "own agency"  # at one of its ends: the copy's agency, an abbreviation or an address of it
    AGENCY = "agency"  # another
    DATED = "dated"  # beside it a time, and nothing else
    NAMED = "named copy"  # the copy names its agency or is signed
    WRITER = "writer"  # a name of the byline, or initials that fit one
    BELOW = "below a sign-off"
    ABOVE = "above a sign-off"  # and below the last sentence
    CREDITED = "credited"  # begins with a person and a comma, ends with an agency in brackets
    SLASHED = "slashed"
    JOINED = "joined"  # by a sign that words are not joined by
    CODES = "codes"  # several short ones and nothing else
    NAMES = "names"  # of people and places and nothing else
    FRAMED = "framed"  # by brackets, slashes or dashes
    LED = "led by a dash"
    REACHED = "address"
    ADDRESS_ALONE = "nothing but an address"
    BRAND = "an address written as a name"  # Agenda.ge
    OUTLET = "a person and a paper"
    UNTOLD = "a name of which the story does not tell"
    FILED = "a person and the place of the dateline"
    DESK = "a name and initials"  # Radio Miraya/AB
    INITIALS = "framed initials"  # (abc), (N. K.), — NK
    GOES_ON = "goes on with what has left"  # it ends with a comma
    TRADE = "trade"  # words of it beside an agency, each
    SENTENCE = "sentence"
    QUOTED = "quoted"
    FIGURES = "figures"  # scores, tables
    OTHER = "words"  # small unknown ones, each


WEIGHTS = {
    Sign.OWN: 3,
    Sign.AGENCY: 2,
    Sign.DATED: 1,
    Sign.NAMED: 1,
    Sign.WRITER: 2,
    Sign.BELOW: 3,
    Sign.ABOVE: 2,
    Sign.SLASHED: 1,
    Sign.JOINED: 2,
    Sign.CODES: 2,
    Sign.NAMES: 1,
    Sign.CREDITED: 2,
    Sign.FRAMED: 1,
    Sign.LED: 1,
    Sign.REACHED: 2,
    Sign.ADDRESS_ALONE: 1,
    Sign.BRAND: 1,
    Sign.OUTLET: 3,
    Sign.INITIALS: 4,
    Sign.UNTOLD: 4,
    Sign.FILED: 3,
    Sign.DESK: 3,
    Sign.GOES_ON: 4,
    Sign.TRADE: 1,
    Sign.SENTENCE: -4,
    Sign.QUOTED: -4,
    Sign.FIGURES: -4,
    Sign.OTHER: -1,
}

_SLASH = re.compile(r"(?<=[^\s\d])/ ?(?=[^\s\d])")
_JOINT = re.compile(
    r"(?<=[^\W\d])[.)]?(?://|\\{1,2}|\*{1,3}|-{2,4}|[–—|])(?=[^\W\d(])| (?://|\*\*) |(?<=[a-z])-\d-(?=[a-z])"
)
_PARTS = re.compile(r"[/\\|*=–—,;:：、·()（）\[\]【】<>]+|-{2,4}|- | -|-\d-")
_FRAMES = (
    ("(", ")"),
    ("（", "）"),
    ("[", "]"),
    ("【", "】"),
    ("/", "/"),
    ("-", "-"),
    ("–", "–"),
    ("*", "*"),
    ("<", ">"),
)
_LEADS = (":", "：")  # what is below it is not copy alone
_DASHES = ("- ", "– ", "— ")
_COMMAS = (",", "،", "、")
_FIRST = re.compile(r"([^\W\d]{2,12})([-.])(?=[^\W\d])")
_CLOSING = ")）]】 "
_EDGES = " ()（）[]【】<>/\\*=–—-.,;:|"
_DOTTED = re.compile(r"(?<![^\W\d])([^\W\d_])\.([^\W\d_])(?=[^\W\d_]{2})")  # t.elgar
_ARABIC_CODE = re.compile(rf"[{letters.ARABIC_SCRIPT}]{{1,2}}")
_CREDITED = re.compile(r"[^,]*,.+\([^()]{2,30}\)")
_QUOTES = frozenset('"“”„«»「」')
_WHEN = re.compile(
    r"(?<=[^\W\d])\d+|(?<=/)\d{4}$|(?<=-)\d(?=-)|\d{1,2}[:.]\d\d(?![.\d])|\d{6,8}|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d"
)


@dataclass(frozen=True, slots=True)
class Below:
    """What is known of the copy that a line stands below."""

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


def _are_functions(folded: list[str], language: str) -> bool:
    """Whether one of them is a function word of the language; of one whose words are not listed, most of any."""
    listed = words_by_language("functions")
    if language in listed:
        return not listed[language].isdisjoint(folded)
    return 2 * sum(word in FUNCTION_WORDS for word in folded) > len(folded)


def may_sign(text: str) -> bool:
    """Whether it is short enough and no sentence: asked of each last line first."""
    return (
        len(text) <= FORM_LENGTH_MAX
        and not text.endswith(_LEADS)
        and (not sentences.ends_plainly(text) or (_JOINT.search(text) or _SLASH.search(text)) is not None)
    )


def signs_by_form(text: str, below: Below) -> str | None:
    """What shows that the line signs the copy, in words: `own agency, joined`; None if it is copy."""
    if not any(c.isalpha() for c in text) or is_choice(text):
        return None
    found = _signs(without_stamp(text), below)
    return ", ".join(found) if sum(WEIGHTS[sign] for sign in found) >= THRESHOLD else None


def _signs(text: str, below: Below) -> list[Sign]:
    if not _QUOTES.isdisjoint(text):
        return [Sign.QUOTED]
    text = _parted(text, below)
    bare, links = without_links(text) if "." in text or "+" in text else (text, 0)
    parts = [part.strip(_EDGES) for part in _PARTS.split(_DOTTED.sub(_as_initials, bare))]
    parts = [part for part in parts if part]
    if parts and _is_own(parts[0].partition(" ")[0], below):
        parts[:1] = parts[0].split(" ", 1)
    words = [word for part in parts for word in words_of(part)]
    named = bool(below.agency or below.own or below.signed)
    own, agency = _agencies(words, parts, below)
    own = own or _is_at_home(text, below)
    rest = [word for word in words if not _is_agency(word, below)]
    kinds = [kind_of(word) for word in rest]
    slashed, joined = _SLASH.search(bare) is not None, _JOINT.search(bare) is not None
    by_writer = any(_fits(writer, text, rest) for writer in below.writers)
    told = len(rest) > 1 and ": " in bare  # TT: två döda
    initials_alone = names_alone.are_initials(text) and not _are_functions([_only_letters(text)], below.language)
    codes = _are_codes(rest, below, named) and (slashed or joined or by_writer or (len(rest) > 1 and not told))
    has = {
        Sign.OWN: own,
        Sign.AGENCY: agency and not own,
        Sign.DATED: bool(rest) and all(map(is_of_stamp, (word.casefold() for word in rest))),
        Sign.NAMED: named and not own,
        Sign.WRITER: by_writer,
        Sign.BELOW: below.below_sign_off,
        Sign.ABOVE: below.above_sign_off,
        Sign.CREDITED: agency and _CREDITED.fullmatch(text) is not None and is_person(text.partition(",")[0]),
        Sign.SLASHED: slashed,
        Sign.JOINED: joined,
        Sign.CODES: codes,
        Sign.NAMES: not codes and _are_names(parts, below),
        Sign.FRAMED: any(text.startswith(opens) and text.rstrip(".").endswith(closes) for opens, closes in _FRAMES),
        Sign.LED: text.startswith(_DASHES) and links > 0,
        Sign.REACHED: links > 0,
        Sign.ADDRESS_ALONE: links > 0 and not words and names_alone.ends_story(below.story),
        Sign.BRAND: links > 0 and not words and text[0].isupper(),
        Sign.OUTLET: names_alone.is_of_outlet(text),
        Sign.INITIALS: initials_alone,
        Sign.UNTOLD: names_alone.is_untold(text, below.story),
        Sign.FILED: below.place is not None and names_alone.is_filed(text, below.place),
        Sign.DESK: names_alone.is_of_desk(text),
        Sign.GOES_ON: below.last_left and text.endswith(_COMMAS) and len(words) <= GOING_ON_MAX,
        Sign.SENTENCE: sentences.ends_plainly(text.rstrip(_CLOSING)) and not (codes or initials_alone),
        Sign.FIGURES: any(c.isdigit() for c in _WHEN.sub("", bare)) and not codes,
    }
    initials = CODE_LENGTH_MAX if slashed or joined else 0  # no words of a story
    unknown = sum(
        kind is WordKind.OTHER and len(word) > initials for word, kind in zip(rest, kinds, strict=True)
    ) + max(0, kinds.count(WordKind.CASELESS) - CASELESS_NAMES_MAX)
    others = 0 if codes else min(unknown, OTHERS_MAX)
    trade = min(kinds.count(WordKind.TRADE) - kinds.count(WordKind.NAME), TRADE_MAX) if own or agency else 0
    return (
        [sign for sign, is_so in has.items() if is_so]
        + [Sign.TRADE] * (0 if codes else trade)
        + [Sign.OTHER] * others
    )


def _parted(text: str, below: Below) -> str:
    """The line with a blank where its own agency is joined to what follows it: `STT-Ana Ruiz`, `dpa.digital ab`."""
    found = _FIRST.match(text)
    if found and _is_own(found[1], below):
        behind = text[found.end() :] if found[2] == "-" else text[found.end() :].partition(" ")[2]
        return f"{found[1]} {behind}"
    return text


def _is_own(word: str, below: Below) -> bool:
    agency = agency_named(word)
    return word.casefold() in below.own or (agency is not None and agency.code == below.agency)


def _only_letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


def _as_initials(initial: re.Match[str]) -> str:
    return f"{initial[1].upper()}. {initial[2].upper()}"


def _is_agency(word: str, below: Below) -> bool:
    return word.casefold() in below.own or agency_named(word) is not None


def _agencies(words: list[str], parts: list[str], below: Below) -> tuple[bool, bool]:
    """Whether the line begins or ends with its own agency, and with any."""
    if not words:
        return False, False
    ends = {" ".join(words[:n]) for n in range(1, NAME_WORDS_MAX + 1)}
    ends |= {" ".join(words[-n:]) for n in range(1, NAME_WORDS_MAX + 1)}
    ends |= {parts[0], parts[-1], parts[0].partition("-")[0]}
    known = [agency for end in ends if (agency := agency_named(end))]
    own = any(end.casefold() in below.own for end in ends) or any(each.code == below.agency for each in known)
    own = own or any(_abbreviates(words[0], name) or _spells_out(words, name) for name in below.own)
    return own, bool(known)


def _abbreviates(word: str, name: str) -> bool:
    """Whether letters of the name in its order are all that the word has: NTX of Notimex."""
    if not word.isupper() or len(word) < ABBREVIATION_LENGTH_MIN or len(name) < ABBREVIATED_LENGTH_MIN:
        return False
    left = iter(name)
    return word[0].casefold() == name[0] and all(letter in left for letter in word.casefold())


def _spells_out(words: list[str], name: str) -> bool:
    """Whether the name is the initials of the longer words: Agence d'information du Burkina of AIB."""
    long = [word.rpartition("’")[2].rpartition("'")[2] for word in words if len(word) > CODE_LENGTH_MAX - 1]
    return len(name) >= ABBREVIATION_LENGTH_MIN and "".join(word[:1] for word in long).casefold() == name


def _is_at_home(text: str, below: Below) -> bool:
    """Whether an address in the line is in the domain of its agency."""
    links = [found[0].casefold() for found in LINK.finditer(text)] if "." in text else []
    names = [name for name in (*below.own, below.agency or "") if len(name) >= HOME_LENGTH_MIN]
    return any(name in link for link in links for name in names)


def _fits(writer: str, text: str, words: list[str]) -> bool:
    """Whether the name is in the line, or a word of it is made of the name's beginnings: te, tel, elg, telgar."""
    if writer.casefold() in text.casefold():
        return True
    first, *_, last = (writer.casefold().split() or [""]) * 2
    made = {"".join(part[0] for part in writer.casefold().split()), last[:3], last[:4]}
    made |= {first[:n] + last[:m] for n in (1, 2) for m in (1, 2, 3)} | {first[:1] + last}
    return any(word.casefold() in made for word in words if len(word) > 1)


def _are_codes(words: list[str], below: Below, named: bool) -> bool:
    """Whether all words are short as initials are, written alike, and no words of a language.

    Capitals are names of things elsewhere (`USA/UK`): they count in the copy of an agency that signs with them.
    """
    if not 0 < len(words) <= CODES_MAX or any(len(word) > CODE_LENGTH_MAX or not word.isalpha() for word in words):
        return False
    folded = [word.casefold() for word in words]
    if _are_functions(folded, below.language) or all(map(is_of_stamp, folded)):
        return False
    if all(word.islower() for word in words):
        return True
    if not named or has_manner(below.agency, Manner.ROLES) or not word_lists(ANY).acronyms.isdisjoint(folded):
        return False
    return (
        all(map(str.isupper, words))
        or all(word.istitle() and len(word) == CODE_LENGTH_MAX - 1 for word in words)
        or all(map(_ARABIC_CODE.fullmatch, words))
    )


def _are_names(parts: list[str], below: Below) -> bool:
    """Whether the parts are people, places and agencies, and one is a person; without capitals, few words."""
    if len(parts) == 1 and all(kind_of(word) is WordKind.CASELESS for word in parts[0].split()):
        return 1 < len(parts[0].split()) <= CASELESS_NAMES_MAX
    people = [is_person(part) and not gazetteer.cities(part) for part in parts]
    others = (part for part, person in zip(parts, people, strict=True) if not person)
    return any(people) and all(_is_agency(part, below) or gazetteer.cities(part) for part in others)

"""Last lines that sign the copy, known by their form and by the item itself, whatever their words.

    SDA-Regionaldienst/tel        STT--Tea Elgar        (共同=江刈太郎)        Tuna ELGAR- Mine FEN/İZMİR,(DHA)
    el\\fn\\wk                      /t.elgar/m.fen/       te, below `By Tomas Elgar`

What a line has is weighed (signs).  It is below the last sentence, or below a headline alone if it is Arabic
initials, and comes last: what the other modules know by its words has left before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.copy import sentences
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.names import is_person
from pipeline.copy.places import gazetteer
from pipeline.copy.places.locations import locate
from pipeline.copy.signoffs import names_alone
from pipeline.copy.signoffs.copy_above import CopyAbove, agencies_at_ends, is_at_home
from pipeline.copy.signoffs.end_lines import is_choice
from pipeline.copy.signoffs.signs import THRESHOLD, Sign
from pipeline.copy.stamps import is_of_stamp, without_stamp
from pipeline.copy.trade.links import without_links
from pipeline.copy.trade.sentences import QUOTES
from pipeline.copy.trade.words import WordKind, kind_of, words_of
from pipeline.language import letters
from pipeline.language.blocks import ANY, FUNCTION_WORDS, words_by_language
from pipeline.language.word_lists import word_lists

FORM_LENGTH_MAX = 120
CODE_LENGTH_MAX = 4  # letters of initials or of a desk
ARABIC_CODE_LENGTH_MAX = 2  # where neither a slash nor the writer shows that they are initials
CODES_MAX = 6
FUNCTIONS_FEW = 2  # words, of which none may be a function word
MARKED_CODES_MAX = 10  # AFP: `رو-هوس/نور-زيد-ريم-لمك-ود/سام`
CASELESS_NAMES_MAX = 3  # words that may be names in a script without capitals
GOING_ON_MAX = 4  # words of a line that ends with a comma; a longer one is a broken sentence
OTHERS_MAX = 3  # words of a story counted
TRADE_MAX = 3  # words of the trade counted

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
_JOINED_BY = re.compile("[/-]")
_LEADS = (":", "：")  # what is below it is not copy alone
_DASHES = ("- ", "– ", "— ")
_COMMAS = (",", "،", "、")
_FIRST = re.compile(r"([^\W\d]{2,12})([-.])(?=[^\W\d])")
_CLOSING = ")）]】 "
_EDGES = " ()（）[]【】<>/\\*=–—-.,;:|"
_DOTTED = re.compile(r"(?<![^\W\d])([^\W\d_])\.([^\W\d_])(?=[^\W\d_]{2})")  # t.elgar
ARABIC_INITIALS = re.compile(rf"[{letters.ARABIC_SCRIPT}./ -]+/[{letters.ARABIC_SCRIPT}. -]+")
_ARABIC_CODE = re.compile(rf"[{letters.ARABIC_SCRIPT}]{{1,{CODE_LENGTH_MAX}}}")
_CREDITED = re.compile(r"[^,]*,.+\([^()]{2,30}\)")
_WHEN = re.compile(
    r"(?<=[^\W\d])\d+|(?<=/)\d{4}$|(?<=-)\d(?=-)|\d{1,2}[:.]\d\d(?![.\d])|\d{6,8}|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A last line, taken apart."""

    text: str
    bare: str  # without addresses and numbers
    links: int  # how many they were
    parts: list[str]  # between the marks
    words: list[str]
    rest: list[str]  # words that are no agency
    kinds: list[WordKind]  # of these
    slashed: bool  # a slash joins words
    joined: bool  # a mark does that joins no words of a sentence


def may_sign(text: str) -> bool:
    """Whether it is short enough and no sentence: a cheap test, most last lines are longer."""
    return (
        len(text) <= FORM_LENGTH_MAX
        and not text.endswith(_LEADS)
        and (not sentences.ends_plainly(text) or (_JOINT.search(text) or _SLASH.search(text)) is not None)
    )


def signs_by_form(text: str, copy: CopyAbove) -> str | None:
    """What shows that the line signs the copy, in words: `own agency, joined`; None if it is copy."""
    if not any(c.isalpha() for c in text) or is_choice(text) or not QUOTES.isdisjoint(text):
        return None
    line = _take_apart(without_stamp(text), copy)
    found = _signs(line, copy)
    return ", ".join(sign.words for sign in found) if sum(sign.weight for sign in found) >= THRESHOLD else None


def _take_apart(text: str, copy: CopyAbove) -> _Line:
    text = _parted(text, copy)
    bare, links = without_links(text) if "." in text or "+" in text else (text, 0)
    parts = [part.strip(_EDGES) for part in _PARTS.split(_DOTTED.sub(_as_initials, bare))]
    parts = [part for part in parts if part]
    if parts and copy.is_own(parts[0].partition(" ")[0]):
        parts[:1] = parts[0].split(" ", 1)
    words = [word for part in parts for word in words_of(part)]
    rest = [word for word in words if not copy.is_agency(word)]
    slashed, joined = _SLASH.search(bare) is not None, _JOINT.search(bare) is not None
    return _Line(text, bare, links, parts, words, rest, [kind_of(word) for word in rest], slashed, joined)


def _signs(line: _Line, copy: CopyAbove) -> list[Sign]:
    text, words, rest = line.text, line.words, line.rest
    own, agency = agencies_at_ends(words, line.parts, copy)
    own = own or is_at_home(text, copy)
    by_writer = any(_fits(writer, text, rest) for writer in copy.writers)
    initials = names_alone.are_initials(text) and not _are_functions(_letters_of_parts(text), copy.language)
    codes = _sign_as_codes(line, copy, by_writer=by_writer)
    has = {
        Sign.OWN: own,
        Sign.AGENCY: agency and not own,
        Sign.DATED: bool(rest) and all(is_of_stamp(word.casefold()) for word in rest),
        Sign.NAMED: copy.names_agency and not own,
        Sign.WRITER: by_writer,
        Sign.BELOW: copy.below_sign_off,
        Sign.ABOVE: copy.above_sign_off,
        Sign.CREDITED: agency and _CREDITED.fullmatch(text) is not None and is_person(text.partition(",")[0]),
        Sign.SLASHED: line.slashed,
        Sign.JOINED: line.joined,
        Sign.CODES: codes,
        Sign.NAMES: not codes and _are_names(line.parts, copy),
        Sign.FRAMED: any(text.startswith(opens) and text.rstrip(".").endswith(closes) for opens, closes in _FRAMES),
        Sign.LED: text.startswith(_DASHES) and line.links > 0,
        Sign.REACHED: line.links > 0,
        Sign.ADDRESS_ALONE: line.links > 0 and not words and names_alone.ends_story(copy.story),
        Sign.BRAND: line.links > 0 and not words and text[0].isupper(),
        Sign.OUTLET: names_alone.is_of_outlet(text),
        Sign.INITIALS: initials,
        Sign.NOT_IN_STORY: names_alone.is_not_in_story(text, copy.story),
        Sign.FILED: copy.place is not None and names_alone.is_filed(text, copy.place),
        Sign.DESK: names_alone.is_of_desk(text),
        Sign.GOES_ON: copy.last_left and text.endswith(_COMMAS) and len(words) <= GOING_ON_MAX,
        Sign.SENTENCE: sentences.ends_plainly(text.rstrip(_CLOSING)) and not (codes or initials),
        Sign.FIGURES: any(c.isdigit() for c in _WHEN.sub("", line.bare)) and not codes,
    }
    words_that_count = [] if codes else _words_that_count(line, beside_agency=own or agency)
    return [sign for sign, is_so in has.items() if is_so] + words_that_count


def _words_that_count(line: _Line, *, beside_agency: bool) -> list[Sign]:
    """A sign for each word of the trade beside an agency, and for each of a story; initials are none."""
    trade = line.kinds.count(WordKind.TRADE) - line.kinds.count(WordKind.NAME) if beside_agency else 0
    initials = CODE_LENGTH_MAX if line.slashed or line.joined else 0
    others = sum(
        kind is WordKind.OTHER and len(word) > initials for word, kind in zip(line.rest, line.kinds, strict=True)
    )
    others += max(0, line.kinds.count(WordKind.CASELESS) - CASELESS_NAMES_MAX)
    return [Sign.TRADE] * min(trade, TRADE_MAX) + [Sign.OTHER] * min(others, OTHERS_MAX)


def _sign_as_codes(line: _Line, copy: CopyAbove, *, by_writer: bool) -> bool:
    """Whether its words are initials, and something joins them or shows whose they are."""
    several = len(line.rest) > 1 and ": " not in line.bare  # TT: två döda
    marked = line.slashed or line.joined or by_writer
    pieces = [piece for word in line.rest for piece in word.split("-") if piece] if line.slashed else line.rest
    return (marked or several) and _are_codes(pieces, copy, marked=marked)


def _parted(text: str, copy: CopyAbove) -> str:
    """The line with a blank where its own agency is joined to what follows it: `STT-Ana Ruiz`, `dpa.digital ab`."""
    found = _FIRST.match(text)
    if found and copy.is_own(found[1]):
        behind = text[found.end() :] if found[2] == "-" else text[found.end() :].partition(" ")[2]
        return f"{found[1]} {behind}"
    return text


def _letters_of_parts(text: str) -> list[str]:
    """Each of the initials that a hyphen or a slash joins, letters only: `(how-to)` is no two of them."""
    return ["".join(filter(str.isalpha, part)).casefold() for part in _JOINED_BY.split(text)]


def _as_initials(initial: re.Match[str]) -> str:
    return f"{initial[1].upper()}. {initial[2].upper()}"


def _are_functions(folded: list[str], language: str) -> bool:
    """Whether function words of the language are among them; of one whose words are not listed, most of any.

    Of three or more, one may be somebody's initials: `رود-كان/هوس/نور`.
    """
    listed = words_by_language("functions")
    if language in listed:
        return sum(word in listed[language] for word in folded) > (len(folded) > FUNCTIONS_FEW)
    return 2 * sum(word in FUNCTION_WORDS for word in folded) > len(folded)


def _fits(writer: str, text: str, words: list[str]) -> bool:
    """Whether the name is in the line, or a word of it is made of the name's beginnings: te, tel, elg, telgar."""
    if writer.casefold() in text.casefold():
        return True
    first, *_, last = (writer.casefold().split() or [""]) * 2
    made = {"".join(part[0] for part in writer.casefold().split()), last[:3], last[:4]}
    made |= {first[:n] + last[:m] for n in (1, 2) for m in (1, 2, 3)} | {first[:1] + last}
    return any(word.casefold() in made for word in words if len(word) > 1)


def _are_codes(words: list[str], copy: CopyAbove, *, marked: bool) -> bool:
    """Whether all words are short as initials are, written alike, and no words of a language.

    Capitals are names of things elsewhere (`USA/UK`): they count in the copy of an agency that signs with them.
    So do letters of scripts without capitals: up to two, more if a slash or the writer shows what they are.
    """
    if not 0 < len(words) <= (MARKED_CODES_MAX if marked else CODES_MAX) or any(
        len(word) > CODE_LENGTH_MAX or not word.isalpha() for word in words
    ):
        return False
    folded = [word.casefold() for word in words]
    if _are_functions(folded, copy.language) or all(map(is_of_stamp, folded)):
        return False
    if all(word.islower() for word in words):
        return True
    signs_in_capitals = copy.names_agency and not has_manner(copy.agency, Manner.ROLES)
    if not signs_in_capitals or not word_lists(ANY).acronyms.isdisjoint(folded):
        return False
    return (
        all(map(str.isupper, words))
        or all(word.istitle() and len(word) == CODE_LENGTH_MAX - 1 for word in words)
        or (
            all(map(_ARABIC_CODE.fullmatch, words))
            and (max(map(len, words)) <= ARABIC_CODE_LENGTH_MAX or marked)
            and not all((place := locate(word)) and place.known for word in words)  # `مصر/قطر`
        )
    )


def _are_names(parts: list[str], copy: CopyAbove) -> bool:
    """Whether the parts are people, places and agencies, and one is a person; without capitals, few words."""
    if len(parts) == 1 and all(kind_of(word) is WordKind.CASELESS for word in parts[0].split()):
        return 1 < len(parts[0].split()) <= CASELESS_NAMES_MAX
    people = [is_person(part) and not gazetteer.cities(part) for part in parts]
    others = (part for part, person in zip(parts, people, strict=True) if not person)
    return any(people) and all(copy.is_agency(part) or gazetteer.cities(part) for part in others)

"""What else an item says about a dateline: it may name the place, or the agency, again.

Norrbo (NTB): En bjørn …        and the copy goes on `… i Norrbo`, or a field of the format has the place
Rettelse (NTB): Navnet …        nobody says `i Rettelse`
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.copy.manners import Manner, examples, has_manner
from pipeline.values.agencies import Agency, agency_of_code, first_agency

TEXT_LENGTH_MAX = 4_000  # characters that are searched; a place is named again in the first paragraphs
PARAGRAPHS_MAX = 30
PLACES_MAX = 20
NAME_LENGTH_MIN = 4  # `Frp`, `Ap` are parties, and a village of three letters is as short as any word
SIGN_OFF_LENGTH_MAX = 20
ACRONYM_LENGTH_MAX = 4  # `NATO (NTB)`: of an organisation, not of a place

# Words before a place that are before few other names, in the languages of agencies that write no dash.  Not `på`,
# `bei`, `nach`, `à`: people are there, too.
_BEFORE_PLACE = re.compile(
    r"(?<!\w)(?i:"
    r"i|ved|vid|utenfor|utanför|nær|nära|uden for|syd for|nord for|sør for|söder om|norr om|"  # Scandinavian
    r"in|nahe|aus|près de|au-dessus de|vicino a|near|nabij|în|в|у|في|در|"
    r"(?:Stadt|Gemeinde|Dorf|Ort|Kreis|Landkreis|Bistum|Kloster|Abtei|Schloss|Kirche|Pfarrei|Dom)(?: von| zu)?|zu|"
    r"(?:ville|village|commune|gare|canton|abbaye) de|(?:kommune|kommun|byen|bygda|landsbyen)"
    r") \Z"
)
# A word that the copy has with an article is no place: `die Pflege`, `the hearing`.
_ARTICLE = re.compile(
    r"(?<!\w)(?:der|die|das|dem|den|des|ein|eine|einer|einem|einen|im|am|zum|zur|vom|beim|det|en|et|ett|the|an?|le|la"
    r"|les|une?) \Z",
    re.IGNORECASE,
)
_BEHIND_PLACE = re.compile(
    r" (?:kommune|kommun|sogn|kirke|kyrka|havn|hamn|lufthavn|flygplats|stasjon|station)(?!\w)"
)
BEFORE_LENGTH_MAX = 24  # characters of what is before a place


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else a payload says, beside a paragraph."""

    places: frozenset[str] = frozenset()  # folded: what the fields of the format name
    texts: tuple[str, ...] = ()  # headline and paragraphs
    agency: Agency | None = None  # who signs the copy, or sends it

    def has_manner(self, manner: Manner) -> bool:
        """Whether its agency has this manner."""
        return self.agency is not None and has_manner(self.agency.code, manner)

    def names(self, city: str) -> bool:
        """Whether a field of the format has the place, or the copy says `in Norrbo`."""
        if city.casefold() in self.places:
            return True
        if len(city) < (ACRONYM_LENGTH_MAX + 1 if city.isupper() else NAME_LENGTH_MIN):
            return False
        spelt = {city, city.title()} if city.isupper() else {city}
        name = re.compile(rf"(?<!\w){re.escape(city)}(?!\w)", re.IGNORECASE)
        found = [(text, match) for text in self.texts for match in name.finditer(text)]
        is_place = any(
            match[0] in spelt and (_is_behind(_BEFORE_PLACE, text, match) or _BEHIND_PLACE.match(text, match.end()))
            for text, match in found
        )
        return is_place and not any(_is_behind(_ARTICLE, text, match) for text, match in found)


def _is_behind(words: re.Pattern[str], text: str, name: re.Match[str]) -> bool:
    """Whether one of the words is before a name."""
    return words.search(text, max(0, name.start() - BEFORE_LENGTH_MAX), name.start()) is not None


NOTHING = Surroundings()


def surroundings(
    headline: str, paragraphs: Sequence[str], places: Sequence[str], agency: str | None
) -> Surroundings:
    """The surroundings of the paragraphs of one item."""
    texts, left = [], TEXT_LENGTH_MAX
    for text in (headline, *paragraphs[:PARAGRAPHS_MAX]):
        texts.append(text[:left])
        left -= len(text)
        if left <= 0:
            break
    signed = next((found for text in paragraphs[:-4:-1] if (found := _signs(text))), None)
    folded = frozenset(place.casefold() for place in places[:PLACES_MAX])
    named = signed or agency_of_code(agency or "") or _quoting(texts)
    return Surroundings(folded, tuple(texts), named)


@cache
def _quoted_by() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """What people say to an agency that names itself nowhere else, and the code of each: `säger hon till TT`."""
    codes = {words: code for code, words in examples(Manner.QUOTED).items()}
    return re.compile(rf"\b(?:{'|'.join(codes)})\b"), codes


def _quoting(texts: Sequence[str]) -> Agency | None:
    """The agency to which somebody in the copy spoke."""
    pattern, codes = _quoted_by()
    found = next(filter(None, map(pattern.search, texts)), None)
    return agency_of_code(codes[found[0]]) if found else None


def _signs(text: str) -> Agency | None:
    """The agency that a line below the copy names: `(ČTK)`, `STT-ab`."""
    return first_agency(text.strip(" ()/.-")) if len(text) <= SIGN_OFF_LENGTH_MAX else None

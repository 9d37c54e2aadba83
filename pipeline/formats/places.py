"""Places of a document, and to whom the text there is addressed: what a parser's PLACES table says.

A document is a tree of named places.  A path (`itemMeta/edNote`, `head/meta/@content`) or a name at any depth
(`//edNote`) has a class: an Addressee, CODE or UNREAD.  A place that no table names has the class of the place
around it, and the document itself is addressed to editors: a field that nobody knows may be a note.  So may one
among codes, if it has several words or its name says something; only UNREAD is never looked into.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from pipeline.formats.attributes import Said, said_in_markup
from pipeline.formats.named import NO, STRONG, Sense, named_passages, sense_of
from pipeline.formats.text import html
from pipeline.notes import NOTE_CHARACTERS_MAX, Addressee, Passage
from pipeline.values.blanks import one_line


class Unread(Enum):
    """The classes of places that have no text about the item as a rule."""

    UNREAD = "the copy, other items, notes: what is handed over elsewhere, with all that is in it"
    CODE = "ids, addresses, codes, dates: several words there are for editors"


UNREAD, CODE = Unread.UNREAD, Unread.CODE
# Of the places of a table that are remembered: documents choose the names, so memory needs a bound.
REMEMBERED_MAX, REMEMBERED_PATH_MAX = 2_000, 200

WEAK_DEPTH_MAX = 2  # names around a place whose weak name counts: deeper ones are about a part of the item

DATED = re.compile(  # `Mon, 03 Jan 2022 00:00:00 GMT`, `2022-01-03 00:00 +0000`
    r"(?:[A-Za-z]{2,9}\.?,? )?(?:\d{1,2} [A-Za-z]{3,9}\.? \d{2,4}|[\d./-]{6,10}) \d[\d:.]{1,14}"
    r"(?: ?(?:[AP]M|[A-Z]{1,5}|[+-]\d\d:?\d\d)){0,2}"
)
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|[^\s:]*:)\S*")  # a URL or URN, not `sig:embargo`
COPY_NAMES = frozenset({"body", "bodytext", "body_text", "articlebody", "storybody", "fulltext", "full_text"})
OF_NOTE = re.compile("note|memo|message|private|internal|instruct|advis|editor|desk|comment", re.IGNORECASE)
WORDLESS = re.compile(r"[\W\d_]*+T?+[\W\d_]*+Z?+")  # numbers and dates, also `2022-01-03T00:00:00Z`


class Place:
    """One place of a document, looked up in the table once: its class, and the places in it."""

    __slots__ = ("_table", "attributes", "children", "name", "own", "path", "sense")

    def __init__(
        self, table: Places, path: str, name: str, own: Addressee | Unread, around: Sense | None = None
    ) -> None:
        self._table = table
        self.path, self.name, self.own = path, name, own
        self.sense = table.sense_of(path, name, own) or around  # what its name says about the item
        self.children: dict[str, Place | None] = {}
        self.attributes: dict[str, Place | None] = {}

    def child(self, name: str) -> Place | None:
        """The place of that name in this one; None if nothing at it or in it is read."""
        path = f"{self.path}/{name}" if self.path else name
        own = self._table.class_of(path, name, self.own)
        found = (
            None
            if self._table.is_left_out(path, own)
            else Place(self._table, path, name, own, self._sense_around(name))
        )
        if self._table.may_remember(path):
            self.children[name] = found
        return found

    def attribute(self, key: str) -> Place | None:
        """The place of an attribute of an element at this place; None if its value is not read."""
        path = f"{self.path}/@{key}"
        own = self._table.class_of(path, f"@{key}", self.own)
        name = f"@{key}" if own is CODE else f"{self.name} {key}"
        found = None if own is UNREAD else Place(self._table, path, name, own, self._inherited())
        if self._table.may_remember(path):
            self.attributes[key] = found
        return found

    def _sense_around(self, name: str) -> Sense | None:
        """What a place of that name says by its place in this one: `{"release": {"date": …}}`."""
        joined = self._table.sense_of(self.path, f"{self.name} {name}", self.own) if self.name else None
        return self._inherited() or joined

    def _inherited(self) -> Sense | None:
        """What the name says of what is in the place: a status may be in `qcode`, or in `value`."""
        return self.sense if self.sense in STRONG or self.sense is Sense.STATUS else None


class Places(Mapping[str, Addressee | Unread]):
    """The table of a format."""

    def __init__(self, rows: Mapping[str, Addressee | Unread]) -> None:
        self._rows = dict(rows)
        self._by_name = {place[2:]: own for place, own in rows.items() if place.startswith("//")}
        parents = [place.rpartition("/")[0] for place in rows if "/" in place and not place.startswith("//")]
        self._around = frozenset(parents)
        self._roots: dict[tuple[str, str], Place] = {}
        self._remembered = 0

    @classmethod
    def of_names(cls, classes: Mapping[Addressee | Unread, str]) -> Places:
        """The table of places that are written by their class, with blanks between them."""
        return cls({name: one for one, names in classes.items() for name in names.split()})

    def __getitem__(self, place: str) -> Addressee | Unread:
        return self._rows[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def class_of(self, path: str, name: str, around: Addressee | Unread) -> Addressee | Unread:
        """The class of a place: by its path, by its name, by `…/*` for what is unknown there, or that around it."""
        rows = self._rows
        found = rows.get(path) or self._by_name.get(name) or rows.get(f"{path.rpartition('/')[0]}/*")
        return found or (Addressee.PUBLIC if around is Addressee.EDITORS and _is_copy(path, name) else around)

    def sense_of(self, path: str, name: str, own: Addressee | Unread) -> Sense | None:
        """What the name of a place says.  About a note or a part of the item only an embargo can be said.

        A parser reads the values of the codes that the table names.
        """
        if own is CODE:
            return None if path in self._rows or name in self._by_name else sense_of(name, weak=False)
        is_of_item = own is Addressee.EDITORS and path.count("/") <= WEAK_DEPTH_MAX and "note" not in path.lower()
        sense = sense_of(name, weak=is_of_item)
        return sense if own is Addressee.EDITORS or sense is Sense.EMBARGO else None

    def is_left_out(self, path: str, own: Addressee | Unread) -> bool:
        """Whether nothing at the place or in it is read."""
        return own is UNREAD and path not in self._around

    def root(self, path: str, name: str) -> Place:
        """The place at which a walk begins; what no table names around it is addressed to editors."""
        found = self._roots.get((path, name))
        if found is None:
            found = Place(self, path, name, self.class_of(path, name, Addressee.EDITORS))
            if self.may_remember(path):
                self._roots[path, name] = found
        return found

    def may_remember(self, path: str) -> bool:
        """Whether one more place may be remembered."""
        self._remembered += 1
        return self._remembered <= REMEMBERED_MAX and len(path) <= REMEMBERED_PATH_MAX


def _is_copy(path: str, name: str) -> bool:
    """Whether a place of no table has the copy once more, by its name; the body of a note has not."""
    return name.lower() in COPY_NAMES and not OF_NOTE.search(path)


def passages_of(addressee: Addressee, field: str, text: str, label: str = "") -> tuple[Passage, ...]:
    """The passages of one place: none if its text says nothing.

    `label`: what the document calls the place; it may say that the text is an embargo, a hold or a kill.
    What a reader of the page does not see is addressed to editors.
    """
    sense = sense_of(label) if label else None
    return labelled(sense, addressee, field, text, label) if sense else unlabelled(addressee, field, text)


def labelled(sense: Sense, addressee: Addressee, field: str, text: str, label: str) -> tuple[Passage, ...]:
    """The passages of a place whose name says something about the item; its text may say more."""
    found = tuple(named_passages(sense, label, field, text))
    return found if sense is Sense.EMBARGO else (*found, *unlabelled(addressee, field, text))


def is_code(text: str) -> bool:
    """Whether a text is one word in one line, as codes are."""
    return " " not in text and text.isprintable()


def of_code(place: Place, text: str) -> tuple[Passage, ...]:
    """The passages of a text in a place of codes: what is more than a code is for editors."""
    if place.sense:
        return labelled(place.sense, Addressee.EDITORS, place.path, text, place.name)
    written = text.strip()
    if is_code(written) or DATED.fullmatch(written):
        return ()
    return unlabelled(Addressee.EDITORS, place.path, text)


def unlabelled(addressee: Addressee, field: str, text: str) -> tuple[Passage, ...]:
    """The text of a place whose name says nothing."""
    if WORDLESS.fullmatch(text) or text.strip().lower() in NO or (":" in text and ADDRESS.fullmatch(text.strip())):
        return ()  # `null`, `no`: a value, not words
    if "<" not in text and "&" not in text and text.isprintable():  # one line, like most
        return (Passage(addressee, text, field),)
    found = tuple(passages_said(said_in_markup(text), field))
    if "<" in text and (hidden := html.hidden_texts(text)):
        found += (Passage(Addressee.EDITORS, "\n".join(hidden), f"{field}, hidden"),)
    lines = lines_of(text)
    return (*found, Passage(addressee, "\n".join(lines), field)) if lines else found


def passages_said(found: Iterable[Said], field: str) -> Iterator[Passage]:
    """The passages of what tags say by their names."""
    for sense, name, value in found:
        if sense:
            yield from labelled(sense, Addressee.EDITORS, f"{field}: {name}", value, name)
        else:
            yield from unlabelled(Addressee.PUBLIC, f"{field}: {name}", value)


def lines_of(text: str) -> list[str]:
    """The paragraphs of a text, which may be HTML, or its lines; none empty.

    References alone make no page of it: `map &amp; text` may be a line before another one.
    """
    found = html.paragraphs(text) if html.has_tags(text) else entities.unescape(text).splitlines()
    return [line for one in found if (line := one_line(one))]


def lines_of_source(text: str) -> list[str]:
    """The lines of a text with tags as it is written, each without its tags; none if lines_of has the same."""
    return [line for one in text.splitlines() for line in lines_of(one)] if html.has_tags(text) else []


def checked(found: Iterable[Passage]) -> tuple[Passage, ...]:
    """The passages, each once.

    A text for editors is one up to NOTE_CHARACTERS_MAX: a longer one is copy, so what follows counts by its marks.
    """
    passages = tuple(dict.fromkeys(found))
    if any(len(one.text) > NOTE_CHARACTERS_MAX for one in passages):
        passages = tuple(dict.fromkeys(piece for one in passages for piece in _pieces(one)))
    return passages


def _pieces(one: Passage) -> tuple[Passage, ...]:
    if one.addressee is not Addressee.EDITORS or len(one.text) <= NOTE_CHARACTERS_MAX:
        return (one,)
    return (one._replace(text=one.text[:NOTE_CHARACTERS_MAX]), one._replace(addressee=Addressee.PUBLIC))

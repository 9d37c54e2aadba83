"""Reading copy: what is the story, what the copy says about itself.

    headline                  tags off (headlines)
    (Adds comment)            change note        By Ana Ruiz   byline        EMBARGOED UNTIL …   (embargoes)
    BRUSSELS (Reuters) –      dateline (datelines), before the first sentence
    paragraphs
    (Reporting by …)          sign-off (signoffs)    Copyright …    Cover photo: …    (furniture)

Whole lines that are furniture wherever they stand go first; then the head, down to the first whole sentence; then
the foot, up to the last.  Reading a body that was read strips nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.copy import damage, datelines, embargoes, furniture, headlines, nonpublic, signoffs
from pipeline.copy.agencies import codes, desk
from pipeline.formats.parsed import Embargo
from pipeline.items import Copy, Dateline, Stripped

HEADLINE_LENGTH_MAX = 200  # of a headline found in the copy; a longer first paragraph is story
LINE_LENGTH_MAX = 800  # no whole paragraph longer than this is furniture
EDGE_LENGTH_MAX = 4000  # of a paragraph: where its dateline and notes, or its sign-offs, may stand
MARKERS_MAX = 4  # non-public markers one behind the other
STRIPPED_MAX = 64  # pieces kept; more are stripped and not kept
STRIPPED_LENGTH_MAX = 1000  # characters kept of a piece
CREDITS_MAX = 16

_SENTENCE_ENDS = (
    ".",
    "!",
    "?",
    "…",
    '."',
    '!"',
    '?"',
    ".”",
    "!”",
    "?”",
    ".»",
    ".“",
    ".'",
    ".’",
    ".)",
    "。",
    "؟",
    "۔",
    "।",
    ":",
)


@dataclass(frozen=True, slots=True)
class Read:
    """Copy, read."""

    headline: str  # without its tags; empty if the copy has none
    paragraphs: tuple[str, ...]  # the body without furniture
    copy: Copy  # everything recognised
    agency: str | None = None  # code of agencies.tsv: origin of the copy
    signals: tuple[str, ...] = ()  # kill, hold, release, correction, refile, repeat, update, ...: sorted, unique
    embargo: Embargo | None = None  # in prose; fails closed
    slug: str | None = None  # USA-WEATHER/
    series: str | None = None  # US STOCKS: a market column, no status
    urgency: int | None = None  # 1 flash, 2 bulletin, 3 urgent


@dataclass(slots=True)
class _Notes:
    """What was found so far."""

    stripped: list[Stripped] = field(default_factory=list)
    signals: set[str] = field(default_factory=set)
    embargoes: list[Embargo] = field(default_factory=list)
    agencies: dict[str, str] = field(default_factory=dict)  # where it stood -> code, the first of each
    dateline: Dateline | None = None
    bylines: list[str] = field(default_factory=list)
    reporting: list[str] = field(default_factory=list)
    editing: list[str] = field(default_factory=list)
    sign_off: str | None = None
    copyright: str | None = None
    credits: list[str] = field(default_factory=list)
    change_note: str | None = None

    def strip(self, kind: str, text: str, rule: str) -> None:
        """Keep a piece that leaves the body."""
        if len(self.stripped) < STRIPPED_MAX:
            self.stripped.append(Stripped(kind=kind, text=text[:STRIPPED_LENGTH_MAX], rule=rule))

    def source(self, where: str, code: str | None) -> None:
        """Remember whose copy it is, by what says so."""
        if code:
            self.agencies.setdefault(where, code)


# What says whose copy it is, the surest first.
_AGENCY_EVIDENCE = ("dateline", "sign-off", "byline", "copyright", "boilerplate")


def read(headline: str, paragraphs: Sequence[str], language: str | None = None) -> Read:
    """The story and its furniture.

    `paragraphs` are plain text, one string each; `headline` may be empty: it is then looked for in the copy.
    Raises nothing.  Every word of the result stands in the input (but for mojibake, which is repaired).
    """
    notes = _Notes()
    title, *body = _public(
        damage.repair(headline), [text for paragraph in paragraphs if (text := damage.repair(paragraph))], notes
    )
    if embargo := embargoes.find(title):
        notes.embargoes.append(embargo)
    body = _without_lines(body, notes)
    opening = body[:1]
    found, body = _head(body, title == "", language, notes)
    for paragraph in (*opening, *body[:1]):  # with its dateline and without
        notes.signals.update(headlines.verdicts(paragraph))
    body = _foot(body, notes)
    # An alert may be one line of copy: its tags are heard, the line stays.
    alert = body[0] if len(body) == 1 and not _is_sentence(body[0]) else ""
    tagged = headlines.clean(title or found or alert)
    return Read(
        headline=tagged.text if title or found else "",
        paragraphs=tuple(body),
        copy=_copy(tagged, notes),
        agency=next((notes.agencies[where] for where in _AGENCY_EVIDENCE if where in notes.agencies), None),
        signals=tuple(sorted({*tagged.signals, *notes.signals})),
        embargo=_strictest(notes.embargoes),
        slug=tagged.slug,
        series=tagged.series,
        urgency=tagged.urgency,
    )


def _copy(tagged: headlines.Headline, notes: _Notes) -> Copy:
    return Copy(
        tags=tagged.tags,
        dateline=notes.dateline,
        bylines=tuple(dict.fromkeys(notes.bylines)),
        reporting=tuple(dict.fromkeys(notes.reporting)),
        editing=tuple(dict.fromkeys(notes.editing)),
        sign_off=notes.sign_off,
        copyright=notes.copyright,
        credits=tuple(dict.fromkeys(notes.credits))[:CREDITS_MAX],
        change_note=notes.change_note,
        stripped=tuple(notes.stripped),
    )


def _strictest(found: list[Embargo]) -> Embargo | None:
    """Of several embargoes the one without an end, else the last to end."""
    endless = next((embargo for embargo in found if embargo.until is None), None)
    return endless or max(found, key=lambda embargo: str(embargo.until), default=None)


def _public(headline: str, paragraphs: list[str], notes: _Notes) -> list[str]:
    """Headline and paragraphs up to the first non-public marker; nothing of what follows it is kept anywhere."""
    text = "\n".join([headline, *paragraphs])
    for _ in range(MARKERS_MAX):  # a cut may leave a marker at the end that was none before
        if not (marker := nonpublic.find(text)):
            break
        start, rule = marker
        notes.strip("non-public", "", rule)
        text = text[:start].rstrip(" \n([*#-–")
    return text.split("\n")


# ---- lines that are furniture wherever they stand --------------------------------------------------------------


def _without_lines(paragraphs: list[str], notes: _Notes) -> list[str]:
    kept = []
    for paragraph in paragraphs:
        text = _without_ending(paragraph, notes)
        if text and not (len(text) <= LINE_LENGTH_MAX and any(rule(text, notes) for rule in _LINE_RULES)):
            kept.append(text)
    return kept


def _without_ending(text: str, notes: _Notes) -> str:
    """The paragraph without the bracketed sign-offs at its end."""
    before, end = text[:-EDGE_LENGTH_MAX], text[-EDGE_LENGTH_MAX:]
    while end and end[-1] in ").;" and (found := signoffs.ending(end)):
        end, sign_off = found
        _sign(sign_off, notes)
    return before + end


def _sign(sign_off: signoffs.SignOff, notes: _Notes) -> None:
    notes.strip("contact" if sign_off.rule == "contact" else "sign-off", sign_off.text, f"sign-off:{sign_off.rule}")
    notes.reporting.extend(sign_off.reporting)
    notes.editing.extend(sign_off.editing)
    notes.sign_off = notes.sign_off or sign_off.text or None
    notes.source("sign-off", sign_off.agency.code if sign_off.agency else None)


def _embargo(text: str, notes: _Notes) -> bool:
    embargo = embargoes.find(text)
    if not embargo:
        return False
    notes.embargoes.append(embargo)
    if len(text) > embargoes.NOTE_LENGTH_MAX:
        return False  # the copy goes on in the same paragraph
    notes.strip("embargo-note", text, "embargo")
    return True


def _boilerplate(text: str, notes: _Notes) -> bool:
    rule = furniture.boilerplate(text)
    if not rule:
        return False
    notes.strip("boilerplate", text, f"boilerplate:{rule.pattern}")
    notes.source("boilerplate", rule.agency)
    return True


def _copyright(text: str, notes: _Notes) -> bool:
    holder = furniture.copyright_line(text)
    if holder is None:
        return False
    notes.strip("copyright", text, "copyright")
    notes.copyright = notes.copyright or text
    found = desk(holder)
    notes.source("copyright", found.code if found else None)
    return True


def _credit(text: str, notes: _Notes) -> bool:
    holder = furniture.credit(text)
    if holder is None:
        return False
    notes.strip("credit", text, "credit")
    notes.credits.append(holder)
    return True


def _rule_off(text: str, notes: _Notes) -> bool:
    if not furniture.rule_off(text):
        return False
    notes.strip("boilerplate", text, "rule-off")
    return True


def _story_note(text: str, notes: _Notes) -> bool:
    return _note_change(furniture.story_note(text), notes)


def _editors_note(text: str, notes: _Notes) -> bool:
    if not furniture.editors_note(text):
        return False
    notes.strip("editors-note", text, "editors")
    return True


_LINE_RULES: tuple[Callable[[str, _Notes], bool], ...] = (
    _embargo, _boilerplate, _copyright, _credit, _rule_off, _story_note, _editors_note,
)  # fmt: skip


# ---- the head: down to the first whole sentence ----------------------------------------------------------------


def _head(paragraphs: list[str], untitled: bool, language: str | None, notes: _Notes) -> tuple[str, list[str]]:
    """The headline found in the copy, if it was `untitled`, and the paragraphs from the story on."""
    slug, headline = "", ""
    kept: list[str] = []
    for index, paragraph in enumerate(paragraphs):
        text, moved = _without_beginning(paragraph, language, notes)
        first = untitled and not moved and not kept and not headline and notes.dateline is None
        if first and _is_headline(text, followed=index + 1 < len(paragraphs)):
            if headlines.is_slug(text) and not slug:
                slug = f"{text}: "  # the headline is the next line
            else:
                headline = text
        elif text:
            kept.append(text)
            if _is_sentence(text):
                return slug + headline, kept + paragraphs[index + 1 :]
    return slug + headline, kept


def _without_beginning(text: str, language: str | None, notes: _Notes) -> tuple[str, bool]:
    """The paragraph without change notes, byline and dateline; whether any was there."""
    start, rest = text[:EDGE_LENGTH_MAX], text[EDGE_LENGTH_MAX:]
    moved = False
    while start:
        left = _without_one(start, bool(rest), language, notes)
        if left is None:
            break
        moved = True  # what stood behind it may be furniture itself
        start = left if rest else "".join(_without_lines([left], notes))
    return start + rest, moved


def _without_one(text: str, goes_on: bool, language: str | None, notes: _Notes) -> str | None:
    """What follows the change note, dateline or byline that `text` begins with; None if there is none."""
    if note := furniture.change_note(text):
        _note_change(note, notes)
        return text[note.end :]
    if found := datelines.find(text):
        notes.strip("dateline", found.dateline.text, "dateline")
        notes.source("dateline", found.dateline.agency if found.dateline.agency in codes() else None)
        notes.dateline = notes.dateline or found.dateline
        return text[found.end :].lstrip()
    if not goes_on and (byline := signoffs.byline(text, language)):
        notes.strip("byline", text, "byline")
        notes.bylines.extend(byline.names)
        notes.source("byline", byline.agency.code if byline.agency else None)
        return ""
    return None


def _note_change(note: furniture.Note | None, notes: _Notes) -> bool:
    if note is None:
        return False
    notes.strip("change-note", note.text, "change-note")
    notes.signals.update(note.signals)
    notes.change_note = notes.change_note or note.text
    return True


def _is_sentence(text: str) -> bool:
    return len(text) > HEADLINE_LENGTH_MAX or text.endswith(_SENTENCE_ENDS)


def _is_headline(text: str, followed: bool) -> bool:
    return bool(text) and followed and not _is_sentence(text) and not signoffs.line(text)


# ---- the foot: up to the last whole sentence -------------------------------------------------------------------


def _foot(paragraphs: list[str], notes: _Notes) -> list[str]:
    """The paragraphs without the sign-offs that stand on lines of their own after the story."""
    kept: list[str] = []
    for index in range(len(paragraphs) - 1, -1, -1):
        text = paragraphs[index]
        sign_off = signoffs.line(text)
        if sign_off:
            _sign(sign_off, notes)
        elif _is_sentence(text):
            return paragraphs[: index + 1] + kept[::-1]
        else:
            kept.append(text)
    return kept[::-1]

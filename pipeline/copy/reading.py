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

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.copy import damage, datelines, embargoes, furniture, headlines, nonpublic, signoffs
from pipeline.copy.agencies import codes
from pipeline.copy.lines import EDGE_LENGTH_MAX, without_lines
from pipeline.copy.notes import Notes
from pipeline.items import Copy, Signal
from pipeline.language import UND, Language
from pipeline.values.editors_notes import SENTENCE_END
from pipeline.values.embargo import Embargo, strictest

HEADLINE_LENGTH_MAX = 200  # of a headline found in the copy; a longer first paragraph is story
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
    signals: tuple[Signal, ...] = ()  # sorted, unique
    embargo: Embargo | None = None  # in prose; fails closed
    slug: str | None = None  # USA-WEATHER/
    series: str | None = None  # US STOCKS: a market column, no status
    urgency: int | None = None  # 1 flash, 2 bulletin, 3 urgent


# What says whose copy it is, the surest first.
_AGENCY_EVIDENCE = ("dateline", "sign-off", "byline", "copyright", "boilerplate")


def read(
    headline: str,
    paragraphs: Sequence[str],
    language: Language = UND,
    note: str = "",
    dateline: str = "",
    byline: str = "",
    sign_off: str = "",
) -> Read:
    """The story and its furniture.

    `paragraphs` are plain text, one string each; `headline` may be empty: it is then looked for in the copy.
    `note` is the format's note to editors, one a line: kills, holds and embargoes are heard in it too.  `dateline`,
    `byline` and `sign_off` are those that the format has apart from the copy: the copy's own win.
    Raises nothing.  Every word of the result stands in the input (but for mojibake, which is repaired).
    """
    notes = Notes()
    title, *body = _public(
        damage.repair(headline), [text for paragraph in paragraphs if (text := damage.repair(paragraph))], notes
    )
    if len(body) > 1 and body[0].casefold() == title.casefold():  # TT, RSS: the headline over the body again
        notes.strip("headline", body.pop(0), "headline")
    said = SENTENCE_END.split(note)
    for text in (title, *said):
        if embargo := embargoes.find(text):
            notes.embargoes.append(embargo)
    for text in said:
        notes.signals.update(headlines.verdicts(text))
    body = without_lines(body, notes)
    opening = body[:1]
    found, body = _head(body, title == "", language, notes)
    for paragraph in (*opening, *body[:1]):  # with its dateline and without
        notes.signals.update(headlines.verdicts(paragraph))
    body = _foot(body, notes)
    _apart(damage.repair(dateline), signoffs.byline(byline, language), damage.repair(sign_off), notes)
    # An alert may be one line of copy: its tags are heard, the line stays.
    alert = body[0] if len(body) == 1 and not _is_sentence(body[0]) else ""
    tagged = headlines.clean(title or found or alert)
    if tagged.text != title and (embargo := embargoes.find(tagged.text)):  # `UPDATE 1-EMBARGOED UNTIL …`
        notes.embargoes.append(embargo)
    return Read(
        headline=tagged.text if title or found else "",
        paragraphs=tuple(body),
        copy=_copy(tagged, notes),
        agency=next((notes.agencies[where] for where in _AGENCY_EVIDENCE if where in notes.agencies), None),
        signals=tuple(sorted({*tagged.signals, *notes.signals})),
        embargo=strictest(notes.embargoes),
        slug=tagged.slug,
        series=tagged.series,
        urgency=tagged.urgency,
    )


def _apart(dateline: str, byline: signoffs.Byline | None, sign_off: str, notes: Notes) -> None:
    """What the format has apart from the copy, where the copy has none of its own."""
    if dateline and notes.dateline is None:
        notes.dateline = datelines.told(dateline)
        notes.source("dateline", notes.dateline.agency if notes.dateline.agency in codes() else None)
    if byline and byline.agency:
        notes.source("byline", byline.agency.code)
    if sign_off and notes.sign_off is None:
        notes.sign_apart(signoffs.told(sign_off))


def _copy(tagged: headlines.Headline, notes: Notes) -> Copy:
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


def _public(headline: str, paragraphs: list[str], notes: Notes) -> list[str]:
    """Headline and paragraphs up to the first non-public marker; nothing of what follows it is kept anywhere."""
    text, rules = nonpublic.public("\n".join([headline, *paragraphs]))
    for rule in rules:
        notes.strip("non-public", "", rule)
    return text.split("\n") if rules else [headline, *paragraphs]


# ---- the head: down to the first whole sentence ----------------------------------------------------------------


def _head(paragraphs: list[str], untitled: bool, language: Language, notes: Notes) -> tuple[str, list[str]]:
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


def _without_beginning(text: str, language: Language, notes: Notes) -> tuple[str, bool]:
    """The paragraph without change notes, byline and dateline; whether any was there."""
    start, rest = text[:EDGE_LENGTH_MAX], text[EDGE_LENGTH_MAX:]
    moved = False
    while start:
        left = _without_one(start, bool(rest), language, notes)
        if left is None:
            break
        moved = True  # what stood behind it may be furniture itself
        start = left if rest else "".join(without_lines([left], notes))
    return start + rest, moved


def _without_one(text: str, goes_on: bool, language: Language, notes: Notes) -> str | None:
    """What follows the change note, dateline or byline that `text` begins with; None if there is none."""
    if note := furniture.change_note(text):
        notes.change(note)
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


def _is_sentence(text: str) -> bool:
    return len(text) > HEADLINE_LENGTH_MAX or text.endswith(_SENTENCE_ENDS)


def _is_headline(text: str, followed: bool) -> bool:
    return bool(text) and followed and not _is_sentence(text) and not signoffs.line(text)


# ---- the foot: up to the last whole sentence -------------------------------------------------------------------


def _foot(paragraphs: list[str], notes: Notes) -> list[str]:
    """The paragraphs without the sign-offs that stand on lines of their own after the story."""
    kept: list[str] = []
    for index in range(len(paragraphs) - 1, -1, -1):
        text = paragraphs[index]
        sign_off = signoffs.line(text)
        if sign_off:
            notes.sign(sign_off)
        elif _is_sentence(text):
            return paragraphs[: index + 1] + kept[::-1]
        else:
            kept.append(text)
    return kept[::-1]

"""The one reader of all text that is addressed to editors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache, lru_cache

from pipeline.items import Signal
from pipeline.notes.cut_notes import unfinished, without_cuts
from pipeline.notes.editors import read_for_editors
from pipeline.notes.effects import EMBARGO_TEXT_MAX, meaning_of, meaning_of_acts, together, without_lift
from pipeline.notes.families import acts_in_terms, acts_of_line
from pipeline.notes.family_lists import Family, entries_in_every_language
from pipeline.notes.fold import WORD, plain
from pipeline.notes.lifts import is_lift_of_copy
from pipeline.notes.lines import is_at_edge, read_line
from pipeline.notes.named import read_hold, read_kill, read_published, read_release
from pipeline.notes.passages import (
    NOT_UNDERSTOOD,
    NOTE_CHARACTERS_MAX,
    NOTHING,
    REMEMBERED_LENGTH_MAX,
    SPEAKING_CHARACTERS_MAX,
    Addressee,
    NoteMeaning,
    Passage,
)
from pipeline.notes.phrase_matches import Text, find_phrase_matches, folded_may_hold, may_hold, phrase_at
from pipeline.notes.phrases import EVERY, Act, openings, words_in
from pipeline.notes.private import goes_on, is_public, says_hold
from pipeline.notes.respelled import respelled_line
from pipeline.notes.scopes import COPY, LINE, SLUG
from pipeline.notes.screen import may_be_note
from pipeline.notes.short_tags import act_of_flag, capital_tags
from pipeline.notes.signed import has_word_of_tag
from pipeline.notes.tag_words import act_of_tag
from pipeline.notes.tags import TAG, limits_lift, read_tag
from pipeline.notes.time_words import day_words, names_of_zones, telling_time_words
from pipeline.notes.times import read_end
from pipeline.values.embargo import Embargo

EMBARGOING = frozenset({Act.EMBARGO, Act.RELEASE, Act.NO_EMBARGO})
_FLAGS = re.compile(r"\(([^()]*)\)")
_SLUG_PARTS = re.compile(r"[/,;|()]")
_NAME_PARTS = re.compile(r"[/,;|()\n]")
_TAGS = re.compile(r"[\[\]()|:]|\s[-–—]+\s")
_HYPHENS = re.compile(r"[-_–. ]+")
_TERM = re.compile(r"[^.;\n]+")
CLOCK = re.compile(r"\d[:.]\d\d\b")
REMEMBERED_MAX = 16_384  # 8 MB at most
HELD_BY_FLAG = frozenset({Act.HOLD, Act.EMBARGO})
OF_VERSIONS = frozenset({Signal.CORRECTION, Signal.REFILE, Signal.UPDATE})  # `Lire aussi` may be one to editors
STORY_SLUG = "embargo"  # `RUSSIA-EMBARGO/` is a story about one


def read_notes(passages: Iterable[Passage], issued: datetime | None = None) -> NoteMeaning:
    """What the passages say together: every signal, and the strictest embargo.  Raises nothing.

    `issued`: when the item had been written at the latest; weekdays and dates without a year are seen from it.
    """
    found, spoken = list[NoteMeaning](), 0
    for addressee, text, _ in passages:
        if not text or (len(text) <= REMEMBERED_LENGTH_MAX and says_nothing(addressee, text)):
            continue
        is_short = len(text) <= NOTE_CHARACTERS_MAX
        for read_as, piece in ((addressee, text),) if is_short else _pieces(addressee, text):
            if (meaning := READERS[read_as](piece, issued)) is not NOTHING:
                found.append(meaning)
                spoken += len(piece)
                if spoken > SPEAKING_CHARACTERS_MAX:
                    return together((*found, NOT_UNDERSTOOD))
    return together(found)


def _pieces(addressee: Addressee, text: str) -> Iterator[tuple[Addressee, str]]:
    """The beginning of a text that is too long for a note, and all of it as copy, some lines a piece.

    A note of several short lines is whole in one of the pieces.
    """
    if addressee is not Addressee.PUBLIC:
        yield addressee, text[:NOTE_CHARACTERS_MAX]
    if is_public(text):
        return
    lines, length = list[str](), 0
    for line in text.split("\n"):
        if lines and length + len(line) > NOTE_CHARACTERS_MAX:
            yield Addressee.PUBLIC, "\n".join(lines)
            lines, length = unfinished(lines), 0
        lines.append(line)
        length += len(line) + 1
    yield Addressee.PUBLIC, "\n".join(lines)


def is_line_of_embargo(line: str) -> bool:
    """Whether a line among others, of which any may be a headline, is about an embargo of its item or its end.

    It begins with the phrase, and nothing but that or a time follows: `Embargoed copper on the quay` is a headline.
    """
    whole = Text(line)
    first = WORD.search(whole.folded)
    match = phrase_at(whole, first.start(), EVERY) if first else None
    if match is None or match.act not in EMBARGOING or not says_embargo(line):
        return False
    is_alone = WORD.search(whole.folded, match.end) is None
    return is_alone or _has_time(whole, match.end) or read_headline(line, None).embargo is not None


def says_embargo(note: str) -> bool:
    """Whether a note to editors speaks of an embargo of its item, or of its end."""
    meaning = read_for_editors(note, None)
    return meaning.embargo is not None or Signal.RELEASE in meaning.signals


def load() -> None:
    """Build the tables now: no item waits for them or dies of a missing file.

    A phrase is compiled when a text first has its first words: about 1 ms each (phrases.Phrase), instead of a
    second for all of them at start.
    """
    for counts in (EVERY, COPY, LINE, SLUG, TAG, COPY | TAG, SLUG | COPY):
        openings(counts)
    read_end("18:00 GMT")
    acts_of_line("Hold")
    act_of_tag("hold")


@lru_cache(REMEMBERED_MAX)  # codes, names, rights: most of what is around the copy is the same from item to item
def says_nothing(addressee: Addressee, text: str) -> bool:
    """Whether a text has no note.  That does not depend on its date, which only says when an embargo ends."""
    return READERS[addressee](text, None) == NOTHING


@lru_cache(REMEMBERED_MAX)
def may_leave(line: str) -> bool:
    """Whether a line of the copy has no kill, hold or embargo: what has a word of one stays to be seen."""
    if has_word_of_tag(line):
        return False
    meaning = read_for_editors(line, None)
    return meaning.embargo is None and OF_VERSIONS.issuperset(meaning.signals)


def read_headline(text: str, issued: datetime | None) -> NoteMeaning:
    """A headline or the subject of a mail: its tag, its brackets, and what follows a dash."""
    text = respelled_line(plain(text))
    tag = read_tag(text)
    found = [NoteMeaning(tag.signals)] if tag else []
    if limits_lift(text):
        found.append(NoteMeaning((), Embargo(None, text[:EMBARGO_TEXT_MAX])))  # `EMBARGO LIFTED: UK only`
    note = read_line(text, LINE, issued) if may_be_note(text, LINE, parted=True, at_edge=True) else None
    is_private = note is not None and Act.PRIVATE in note.acts and not goes_on(text)
    if is_private and (any(map(says_hold, _TAGS.split(text))) or [*capital_tags(text)]):
        found.append(NoteMeaning((Signal.HOLD,)))  # `[DO NOT PUBLISH] …`: what is private is the item
    return together([*found, note.meaning] if note else found)


def read_aside(text: str, issued: datetime | None) -> NoteMeaning:
    """A note of something beside the item."""
    return _beside(read_for_editors(text, issued))


def read_caption(text: str, issued: datetime | None) -> NoteMeaning:
    """Public text of something beside the item."""
    return _beside(read_public_text(text, issued))


def _beside(meaning: NoteMeaning) -> NoteMeaning:
    """What it means for the item: a kill is a hold, and nothing else counts but an embargo."""
    signals = (Signal.HOLD,) if not {Signal.HOLD, Signal.KILL}.isdisjoint(meaning.signals) else ()
    return NoteMeaning(signals, meaning.embargo) if signals or meaning.embargo else NOTHING


def read_public_text(text: str, issued: datetime | None) -> NoteMeaning:
    """Public text, a paragraph a line: marked lines count."""
    if is_public(text):
        return NOTHING
    lines = [line for line in without_cuts(plain(text).split("\n")) if line]
    notes = [
        read_line(line, COPY, issued, at_edge=is_at_edge(number, len(lines))) for number, line in enumerate(lines)
    ]
    last = notes[-1] if notes else None
    is_bare = last is not None and Act.PRIVATE in last.acts and not last.rest and says_hold(lines[-1])
    found = together(
        (*(note.meaning for note in notes if note), *([NoteMeaning((Signal.HOLD,))] if is_bare else []))
    )
    return found if Signal.RELEASE not in found.signals or is_lift_of_copy("", lines) else without_lift(found, text)


_CONDITIONS = frozenset([  # what begins a condition, and no list of words has
    "except", "excluding", "subject", "provided", "providing", "if", "wenn", "falls", "sofern", "sauf",
    "hormis", "si", "salvo", "excepto", "tranne", "eccetto", "se", "purche", "behalve", "mits",
    "tenzij", "utom", "forutsatt", "unntatt", "undtagen", "om", "hvis", "dersom", "oprocz", "jesli", "кроме",
    "если",
])  # fmt: skip
# `Users may print extracts`: the verb, which is no month, as it would be in `until May use is free`.
_MAY = re.compile(
    r"(?<!\d )(?<!in )(?<!of )(?<!by )(?<!from )(?<!until )(?<!till )(?<!before )(?<!after )(?<!since )(?<!end )"
    r"\bmay(?= (?:not |also |only |never )?(?:be|use|download|print|view|copy|reproduce|publish|share|store|display"
    r"|access|quote|link|broadcast)\b)",
    re.IGNORECASE,
)
# Terms that say of all copy of a feed who may use it; to editors, or with any other word, it is private.
_WHO_MAY_USE = re.compile(r"(?:(?:for|AP) )?newsroom use only\.?", re.IGNORECASE)


def read_terms(text: str, issued: datetime | None) -> NoteMeaning:
    """Rights and terms of use: what public text says, and requests to wait for a time or a word from somebody."""
    if _WHO_MAY_USE.fullmatch(text.strip()):
        return NOTHING
    terms = [_MAY.sub("can", each[0]) for each in _TERM.finditer(plain(text))]
    asked = (meaning_of_acts(acts_in_terms(term), term) for term in terms)
    return together((read_public_text(text, issued), *asked, *(_timed_embargo(term, issued) for term in terms)))


def _timed_embargo(term: str, issued: datetime | None) -> NoteMeaning:
    """The embargo that a phrase in a sentence states, with a day or an hour behind it; `after 30 days` is none."""
    whole = Text(term)
    matches = find_phrase_matches(whole) if folded_may_hold(whole.folded, EVERY) else []
    if {match.act for match in matches} != {Act.EMBARGO} or not _has_moment(whole, matches[0].start):
        return NOTHING
    return meaning_of(whole, matches, issued)


def _has_moment(text: Text, start: int) -> bool:
    """Whether a word of a day, or a time of a clock, is in the text, from `start` on."""
    found = WORD.findall(text.folded, start)
    return CLOCK.search(text.folded, start) is not None or not day_words().isdisjoint(found)


def may_limit(text: str) -> bool:
    """Whether a text behind a note may be more of it: a time, a kind of edition, `only`, a condition, `tbc`."""
    whole = Text(text)
    found = [word for word in WORD.findall(whole.folded) if word not in names_of_zones()]
    if not found or found[0] in _conditions() or found[-1] in words_in("denial"):
        return True
    counts = any(map(str.isdigit, text)) and not telling_time_words().isdisjoint(found)
    return counts or _has_moment(whole, 0) or not _limits().isdisjoint(found)


@cache
def _limits() -> frozenset[str]:
    return entries_in_every_language(Family.ONLY) | entries_in_every_language(Family.EDITION)


@cache
def _conditions() -> frozenset[str]:
    """What a condition begins with: `until the minister speaks`."""
    until = entries_in_every_language(Family.UNTIL) | entries_in_every_language(Family.LIMIT)
    return (until | words_in("until") | words_in("before") | words_in("denial") | _CONDITIONS) - words_in("article")


def _has_time(text: Text, start: int) -> bool:
    """Whether a figure or a word of a time is in the text, from `start` on."""
    return any(word[0].isdigit() or word in telling_time_words() for word in WORD.findall(text.folded, start))


def read_name(text: str, issued: datetime | None) -> NoteMeaning:
    """A name: a note of several words counts, for `Embargo` and `Sanctions/Embargo` are topics."""
    pieces = [piece for piece in _NAME_PARTS.split(text) if len(WORD.findall(piece)) > 1]
    return together(read_public_text(piece, issued) for piece in pieces)


def read_slug(text: str, issued: datetime | None) -> NoteMeaning:
    """A slugline: its flags, its parts, and their words.

    A word alone may be what the story is about: `RUSSIA-OIL/EMBARGO`; it counts as a flag and before other parts.
    """
    text = plain(text)
    parts = [part.strip() for part in _SLUG_PARTS.split(text) if WORD.search(part)]
    flags = {flag.strip() for found in _FLAGS.findall(text) for flag in _SLUG_PARTS.split(found)}
    words = [word for part in parts for word in _HYPHENS.split(part) if word.lower() != STORY_SLUG]
    shown = [part for number, part in enumerate(parts) if part.lower() != STORY_SLUG or part in flags or not number]
    pieces = [*(shown if len(parts) > 1 else [part for part in shown if part.lower() != STORY_SLUG]), *words]
    pieces = [*dict.fromkeys(pieces)] if may_hold(text, SLUG | COPY) else []
    notes = [note for piece in pieces if WORD.search(piece) and (note := read_line(piece, SLUG, issued))]
    first = {parts[0]} if len(parts) > 1 and not "".join(parts[1:]).isupper() and parts[0].isupper() else set()
    tags = frozenset(act for piece in (*first, *_last_flag(text)) if (act := act_of_tag(piece)))
    tags |= frozenset(act for piece in flags if (act := act_of_flag(piece)))
    return together((*(note.meaning for note in notes if note), meaning_of_acts(tags, text)))


def _last_flag(slug: str) -> list[str]:
    """The last part of a slug, in capitals that the rest does not have: `BC-Lomsk-Tunnel-HOLD`."""
    rest, _, last = slug.strip().rpartition("-")
    return [last] if last.isupper() and not rest.isupper() and act_of_tag(last) in HELD_BY_FLAG else []


READERS: dict[Addressee, Callable[[str, datetime | None], NoteMeaning]] = {
    Addressee.EDITORS: read_for_editors,
    Addressee.ASIDE: read_aside,
    Addressee.CAPTION: read_caption,
    Addressee.HEADLINE: read_headline,
    Addressee.NAME: read_name,
    Addressee.PUBLIC: read_public_text,
    Addressee.SLUG: read_slug,
    Addressee.TERMS: read_terms,
    Addressee.RELEASE: read_release,
    Addressee.PUBLISHED: read_published,
    Addressee.HOLD: read_hold,
    Addressee.KILL: read_kill,
}

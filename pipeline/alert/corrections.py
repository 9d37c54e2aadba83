"""What a correction changed: the sentence that was wrong, and the one that is right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple
from zlib import crc32

from pipeline.alert.texts import BODY_CHARACTERS_MAX, HEADLINE_CHARACTERS_MAX, DispatchText
from pipeline.items import ChangeKind, Correction, Item
from pipeline.language.folding import fold_text
from pipeline.values.blanks import shortened

SENTENCE_CHARACTERS_MAX = 300  # of a sentence that is shown
SENTENCES_MAX = 80  # of a text that are compared
SPELLING_LENGTH_MIN = 5  # a letter more or less in a shorter word is another word: `now`, `not`
GRAVITY = tuple(ChangeKind)
CAPITAL_NOUNS = frozenset({"de", "lb"})  # languages in which a capital does not make a name

# Not behind an initial or a short title: J. Smith, Mr. Smith, Jan. 11.
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\b[A-Z]\.)(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)\s+(?=[\"'“„«(]?[^\W_a-zß-ÿ])|(?<=[。！？])|\n+"
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


class Changed(NamedTuple):
    """A sentence before and after, one of which may be missing."""

    kind: ChangeKind
    before: str | None = None
    after: str | None = None


def correction_of(before: DispatchText | None, item: Item) -> Correction:
    """What the item corrects of its dispatch, given what is remembered of the version before."""
    note = item.ed_note or item.furniture.change_note
    if before is None or not (before.headline or before.body):
        return Correction(change=ChangeKind.UNKNOWN, note=note)
    changed = gravest_change(before, item)
    return Correction(
        change=changed.kind,
        before=_shown(changed.before),
        after=_shown(changed.after),
        note=note,
        count=before.corrections + 1,
        unstable=changed.kind is not ChangeKind.NONE and _key(item) in before.versions,
    )


def gravest_change(before: DispatchText, item: Item) -> Changed:
    """The gravest difference between the version before and the item; of several the first."""
    is_capital_name = item.language.primary not in CAPITAL_NOUNS
    headlines = _changes([before.headline], [item.headline[:HEADLINE_CHARACTERS_MAX]], is_capital_name)
    old, new = before.body[:BODY_CHARACTERS_MAX], item.body[:BODY_CHARACTERS_MAX]
    is_cut = max(len(old), len(new)) == BODY_CHARACTERS_MAX
    bodies = _changes(_sentences(old), _sentences(new), is_capital_name, is_cut)
    return min((*headlines, *bodies), key=lambda one: GRAVITY.index(one.kind), default=Changed(ChangeKind.NONE))


def _key(item: Item) -> int:
    return version_key(item.headline[:HEADLINE_CHARACTERS_MAX], item.body[:BODY_CHARACTERS_MAX])


def version_key(headline: str, body: str) -> int:
    """What tells versions of a dispatch apart: 32 bits of a hash of the words."""
    return crc32(" ".join(_TOKEN.findall(fold_text(f"{headline}\n{body}"))).encode())


def change_between(before: str, after: str, is_capital_name: bool = True) -> ChangeKind:
    """What differs between two sentences."""
    if Counter(_figures(before)) != Counter(_figures(after)):
        return ChangeKind.FIGURE
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if [fold_text(each) for each in old] == [fold_text(each) for each in new]:
        return ChangeKind.SPELLING if before != after else ChangeKind.NONE
    changed = list(_blocks(old, new))
    if is_capital_name and any(_has_name(*each) for each in changed):
        return ChangeKind.NAME
    return ChangeKind.SPELLING if all(map(_is_spelling, changed)) else ChangeKind.WORDS


class _Block(NamedTuple):
    """Words that were replaced, and where they are in a sentence of so many capitals."""

    old: list[str]
    new: list[str]
    is_first: bool
    is_shouted: bool


def _blocks(old: list[str], new: list[str]) -> Iterator[_Block]:
    shouted = all(word.isupper() for word in (*old, *new) if word.isalpha())
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _Block(old[i:i_end], new[j:j_end], i == 0 or j == 0, shouted)


def _has_name(old: list[str], new: list[str], is_first: bool, is_shouted: bool) -> bool:
    if is_shouted:
        return False
    inner = (*old[1:], *new[1:]) if is_first else (*old, *new)
    return any(word[0].isupper() for word in inner)


def _is_spelling(block: _Block) -> bool:
    """Whether each word has one letter more or less, or two in another order; never another first letter."""
    return len(block.old) == len(block.new) and all(map(_is_same_word, block.old, block.new))


def _is_same_word(old: str, new: str) -> bool:
    old, new = fold_text(old), fold_text(new)
    if min(len(old), len(new)) < SPELLING_LENGTH_MIN or old[0] != new[0]:
        return old == new
    if len(old) == len(new):
        pairs = [place for place, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
        return not pairs or (len(pairs) == 2 and sorted(old) == sorted(new) and pairs[1] == pairs[0] + 1)
    longer, shorter = sorted((old, new), key=len, reverse=True)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _changes(old: list[str], new: list[str], is_capital_name: bool, is_cut: bool = False) -> Iterator[Changed]:
    """The sentences that differ; where the texts are cut, not what is missing at the end of one."""
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal" or (is_cut and (i_end == len(old) or j_end == len(new))):
            continue
        for place in range(max(i_end - i, j_end - j)):
            before = old[i + place] if i + place < i_end else ""
            after = new[j + place] if j + place < j_end else ""
            yield Changed(change_between(before, after, is_capital_name), before or None, after or None)


def _sentences(text: str) -> list[str]:
    return [each for part in _SENTENCE_END.split(text) if (each := part.strip())][:SENTENCES_MAX]


def _figures(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token[0].isdigit()]


def _shown(sentence: str | None) -> str | None:
    return shortened(sentence, SENTENCE_CHARACTERS_MAX) if sentence else None

"""Wordings: the small language of phrases.yaml, compiled.

for release            these words, in any case, with or without accents, with blanks or hyphens between them
embargo|sperrfrist     one of these                     publi*     any word that begins so
{publish}              one of the list `publish` of the language, or of all languages
{thing}..4  ..4  ..4+  up to four words of the list; up to four words; one to four words
the?                   or nothing
&{later}               with nothing but a blank before it: no comma and no dash
!{thing}  =story       not before one of the list; only before this word, which is no part of the phrase
@end  @colon  @cry     before the end; before a colon or a closing bracket; before an exclamation mark
@words  @figure        not before a figure; before one
@mark                  before any of these, a full stop or a dash
@time  @hour           before a day or an hour; before an hour
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.notes.fold import fold

Lists = Mapping[str, Sequence[str]]

BETWEEN = r"(?:[^\w.;!?()\[\]]|_){1,4}"  # words of one phrase: no sentence ends and no bracket opens between them
AROUND_GAP = r"(?:[^\w;!?\n]|_){1,4}"  # a gap may hold `6 p.m.` and `4.1.2022`
AHEAD = {
    "@end": r"(?=[\W_]*$)",
    "@colon": r"(?=[ *]*[:)\]】])",
    "@cry": r"(?=[ *]*!)",
    "@words": r"(?![^\w\n]{0,3}\d)",
    "@figure": r"(?=[^\w\n]{1,3}\d)",
    "@mark": r"(?=[ *]*(?:$|\n|[:.!)\]】–—=|]|-))",
}
_WORDING_TOKEN = re.compile(
    r"(?P<ahead>[!=&])?(?P<words>[^?.!=&]+)?(?:\.\.(?P<most>\d)(?P<some>\+)?)?(?P<optional>\?)?"
)


def pattern(wording: str, lists: Lists, times: Mapping[str, str]) -> re.Pattern[str]:
    """The compiled wording, for `match` at the beginning of a word of folded text; each gap is a group.

    `times`: the patterns of `@time` and `@hour`.
    """
    parts: list[str] = []
    for token in wording.split():
        if token.startswith("@"):
            parts.append(AHEAD.get(token) or rf"(?={AROUND_GAP}(?:{times[token]}))")
            continue
        found = _WORDING_TOKEN.fullmatch(token)
        assert found, token
        words = _alternatives(found["words"], lists) if found["words"] else r"[^\W_]+"
        if found["ahead"] == "&":
            parts.append(rf" {{1,2}}(?:{words})(?![^\W_])")
        elif found["ahead"]:
            parts.append(rf"(?{found['ahead']}{BETWEEN}(?:{words})(?![^\W_]))")
        elif found["most"]:
            least = 1 if found["some"] else 0
            between, group = (BETWEEN, "?:") if found["words"] else (AROUND_GAP, "")
            parts.append(rf"({group}(?:{between}(?:{words})(?![^\W_])){{{least},{found['most']}}}?)")
        else:
            one = rf"{BETWEEN}(?:{words})(?![^\W_])" if parts else rf"(?:{words})(?![^\W_])"
            parts.append(f"(?:{one})?" if found["optional"] else one)
    return re.compile("".join(parts))


def lists_of(entries: Mapping[str, str]) -> Lists:
    """The lists, folded, of their entries separated by commas."""
    return {
        name: [fold(each.strip()) for each in text.split(",") if each.strip()] for name, text in entries.items()
    }


def first_words(wording: str, lists: Lists) -> Iterator[tuple[str, frozenset[str] | None]]:
    """The folded words that the wording can begin with, each with those that can follow it; None for any."""
    first, *rest = wording.split()
    token = _WORDING_TOKEN.fullmatch(first)
    assert token, wording
    may_be_missing = token["optional"] or token["ahead"] or token["most"] or not token["words"]
    assert not may_be_missing, f"{wording}: what does it begin with?"
    for entry in _entries(token["words"], lists):
        word, *following = WORD_OR_STEM.findall(entry)
        seconds = frozenset(following[:1]) if following else _next_words(rest, lists)
        yield word, None if seconds is None or any(second.endswith("*") for second in seconds) else seconds


def _next_words(tokens: Sequence[str], lists: Lists) -> frozenset[str] | None:
    """The first words of what follows; None for any."""
    token = _WORDING_TOKEN.fullmatch(tokens[0]) if tokens and not tokens[0].startswith("@") else None
    if token is None or token["ahead"] or not token["words"]:
        return None
    own = frozenset(WORD_OR_STEM.findall(entry)[0] for entry in _entries(token["words"], lists))
    if not (token["optional"] or token["most"]):
        return own
    others = _next_words(tokens[1:], lists)
    return None if others is None else own | others


def _entries(words: str, lists: Lists) -> list[str]:
    """The alternatives, folded; a list may have entries of several words."""
    entries: list[str] = []
    for each in words.split("|"):
        entries += lists[each[1:-1]] if each.startswith("{") else [fold(each)]
    return entries


def _alternatives(words: str, lists: Lists) -> str:
    entries = sorted(_entries(words, lists), key=len, reverse=True)
    return "|".join(BETWEEN.join(map(_word, WORD_OR_STEM.findall(entry))) for entry in entries)


WORD_OR_STEM = re.compile(r"[^\W_]+\*?")


def _word(word: str) -> str:
    """The pattern of a word or of a stem; one of digits is a century: `20*` is 2030, and no day of a month."""
    if not word.endswith("*"):
        return re.escape(word)
    return word[:-1] + r"\d\d[^\W_]*" if word[:-1].isdecimal() else re.escape(word[:-1]) + r"[^\W_]*"

"""What of a text may be published: nothing from the first private marker on (docs/design/laws.md#law-5)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pipeline.notes.effects import together
from pipeline.notes.fold import WORD
from pipeline.notes.lines import COPY, LINE, read_line
from pipeline.notes.marks import Text, mark_at
from pipeline.notes.passages import Notice
from pipeline.notes.phrases import Act, Counts, needles, words

TEXT = frozenset({Counts.TEXT})
TOP_LINES_MAX = 3  # a label alone further down is over all that follows; at the top the story follows


class PublicText(NamedTuple):
    """A text without its notes to editors."""

    lines: tuple[str, ...]  # as many as were given, up to the first private one; the headline may be empty
    notice: Notice
    removed: tuple[Act, ...]  # a piece each, in order; none of their words is kept
    all_private: bool  # something is private, and no line is left


def public_text(lines: list[str], issued: datetime | None = None, *, titled: bool) -> PublicText:
    """The lines without notes; the first is a headline if `titled`.  Raises nothing."""
    lines, removed = _before_sentence(lines)
    kept: list[str] = []
    notices: list[Notice] = []
    follows_label = False
    for number, line in enumerate(lines):
        note = read_line(line, LINE if titled and number == 0 else COPY, issued) if line else None
        if note is None and not follows_label:
            kept.append(line)
            continue
        acts = note.acts if note else frozenset({Act.LABEL})
        removed = [*removed, *sorted(acts)]
        if note:
            notices.append(note.notice)
        is_headline = titled and number == 0 and Act.PRIVATE not in acts
        rest = note.rest if note and not follows_label else ""
        kept.append(rest or line if is_headline else rest)  # `Embargoed: ferry lines to merge` is all there is
        follows_label = bool(note and note.label_alone)
        if Act.PRIVATE in acts or (follows_label and number > TOP_LINES_MAX):
            break
    story = kept[1:] if titled else kept
    all_private = Act.PRIVATE in removed and not any(story)
    return PublicText(tuple(kept), together(notices), tuple(removed), all_private)


def public_part(text: str) -> str:
    """A text of a field, one paragraph a line, without its notes and what is private; empty if nothing is left."""
    return "\n".join(line for line in public_text(text.split("\n"), titled=False).lines if line)


def without_private(text: str) -> str:
    """A note to editors up to what in it is private: the note itself may stay."""
    lines, _ = _before_sentence(text.split("\n"))
    kept: list[str] = []
    for line in lines:
        note = read_line(line, COPY)
        private = note is not None and Act.PRIVATE in note.acts
        kept.append(note.rest if note and private else line)
        if private:
            break
    return "\n".join(kept).rstrip()


def _before_sentence(lines: list[str]) -> tuple[list[str], list[Act]]:
    """The lines before a sentence such as `The following details are not for publication`, over line breaks too."""
    joined = "\n".join(lines)
    low = joined.lower()
    if not any(stem in low for stem in needles("stems")):
        return lines, []
    text = Text(joined)
    openers = words("following")
    for word in WORD.finditer(text.folded):
        if word[0] in openers and mark_at(text, word.start(), TEXT):
            return _without_article(text.plain[: word.start()]).split("\n"), [Act.PRIVATE]
    return lines, []


def _without_article(text: str) -> str:
    """The text without the article that belongs to what was cut off, and without opening marks."""
    text = text.rstrip(" \n([*#-–")
    last = text.rpartition(" ")[2].rpartition("\n")[2]
    if Text(last).folded in words("article"):
        text = text[: len(text) - len(last)].rstrip(" \n([*#-–")
    return text

"""A story item by item: who was first, what each report added, copies with what they copy, kills."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.items import Item, Kind, Status
from pipeline.runtime.stories.reading import Published

GRAM = 3  # words in a row that are compared
WORDS_MAX = 2_000  # of a report that are compared
NEW_SHARE = 0.5  # of a paragraph's runs of words that no earlier report has: then it is new
_WORD = re.compile(r"\w+")

Gram = tuple[str, ...]
WITHDRAWN = frozenset({Status.KILLED, Status.RECALLED})


@dataclass(slots=True)
class Moment:
    """One report or notice of the story, with the copies of it."""

    item: Item
    time: datetime
    new_share: float = 0.0  # of its text, 0 to 1, that no report before it had
    new_text: str = ""  # the first paragraph that is new
    is_withdrawn: bool = False  # killed or recalled, then or later
    copies: list[Item] = field(default_factory=list)
    withdrawn_copies: list[Item] = field(default_factory=list)  # of these: killed or recalled


def timeline(published: Iterable[Published]) -> list[Moment]:
    """The moments of a story, in order of time; feeds may have overtaken each other in the topic.

    A copy is folded under the dispatch that it copies, a repeat under its own, if that is in the story.  A recall
    has no moment: it withdraws the copy that it names.
    """
    moments: list[Moment] = []
    latest: dict[str, Moment] = {}  # dispatch -> its last report
    seen: set[Gram] = set()
    withdrawn: set[str] = set()
    for item, time in sorted(published, key=lambda each: each.time):
        dispatch = item.dispatch
        withdrawn |= {dispatch.id} if dispatch.status in WITHDRAWN else set()
        if dispatch.kind is Kind.RECALL:
            continue
        if origin := latest.get(_copied(item) or ""):
            origin.copies.append(item)
            continue
        moment = Moment(item, time, *_added(item, seen))
        moments.append(moment)
        if not item.is_partial and dispatch.kind is not Kind.KILL:
            latest[dispatch.id] = moment
    for moment in moments:
        moment.is_withdrawn = moment.item.dispatch.id in withdrawn
        moment.withdrawn_copies = [copy for copy in moment.copies if copy.dispatch.id in withdrawn]
    return moments


def _copied(item: Item) -> str | None:
    """The dispatch whose text the item has; None for a report, a notice, and a revision of a report."""
    if item.is_partial or item.dispatch.kind is Kind.KILL:
        return None
    if item.dispatch.kind is Kind.REPEAT:
        return item.dispatch.id
    duplicate = item.duplicate
    return duplicate.of if duplicate and not duplicate.independent else None


def _added(item: Item, seen: set[Gram]) -> tuple[float, str]:
    """How much of the item's text no earlier report has, and the first such paragraph; `seen` learns the text."""
    paragraphs = [item.headline, *item.body.split("\n\n")]
    runs = [_grams(paragraph) for paragraph in paragraphs]
    new = [[gram for gram in grams if gram not in seen] for grams in runs]
    total = sum(map(len, runs))
    fresh = (
        paragraph
        for paragraph, grams, unseen in zip(paragraphs[1:], runs[1:], new[1:], strict=True)
        if grams and len(unseen) >= NEW_SHARE * len(grams)
    )
    text = next(fresh, "")
    for unseen in new:
        seen.update(unseen)
    return (sum(map(len, new)) / total if total else 0.0), text


def _grams(text: str) -> list[Gram]:
    words = _WORD.findall(text.casefold())[:WORDS_MAX]
    return [tuple(words[at : at + GRAM]) for at in range(max(1, len(words) - GRAM + 1))] if words else []

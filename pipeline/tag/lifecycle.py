"""The life of a story beside its totals: the steps of its growth, its momentum, the item that represents it.

Everything here is computed from the totals and from the entries of the window (docs/design/stories.md#lifecycle).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from pipeline.items import Item, Momentum, TopItem, dispatch_uri
from pipeline.tag.changes import Report, StoryEntry, StoryTotals, TagChange
from pipeline.tag.living import LivingStory, StoryMember
from pipeline.tag.state import TagState

HOUR_MS = 3_600_000
TOP_WORDS = 100  # of a body; more words make no better top item
HEADLINE_CHARACTERS_MAX = 200


def report_of(item: Item, words: int) -> Report:
    """What the window keeps of an independent report, so that it can represent its story."""
    text = (item.headline or item.body)[: 2 * HEADLINE_CHARACTERS_MAX]
    headline = " ".join(text.split())
    if len(headline) > HEADLINE_CHARACTERS_MAX:
        headline = headline[: HEADLINE_CHARACTERS_MAX - 1].rstrip() + "…"
    return Report(item.dispatch.item, headline, min(words, TOP_WORDS))


def choose_top(
    state: TagState, stories: Iterable[LivingStory], entry: StoryEntry | None, held: tuple[str, ...]
) -> str | None:
    """The dispatch that represents the stories, as one, once `entry` is in them and `held` are on hold.

    None if there is no other report.

    The latest of those with TOP_WORDS words or more; if there is none, the longest, of equals the latest.  It reads
    all members only if the top item of before is no longer a report or has left the window.
    """
    report = entry.report if entry else None
    if entry and report and report.words == TOP_WORDS:
        return entry.dispatch
    gone: set[str | None] = {*held, entry.dispatch if entry else None}
    tops = [top for story in stories if (top := _top_of(state, story, gone))]
    best = max(tops, key=_rank, default=None)
    if entry and report and (best is None or report.words >= _rank(best)[0]):
        return entry.dispatch
    return best.entry.dispatch if best else None


def headline_without(state: TagState, story: LivingStory, dispatch: str) -> str:
    """The headline of the report that represents the story without the dispatch; empty if there is none."""
    top = _top_of(state, story, {*story.totals.held, dispatch})
    return top.entry.report.headline if top and top.entry.report else ""


def _top_of(state: TagState, story: LivingStory, gone: set[str | None]) -> StoryMember | None:
    """The top item of a story without some of its dispatches.  One that is released may be it again."""
    top, is_released = story.totals.top, not gone.issuperset(story.totals.held)
    if top not in gone and not is_released and (member := _latest(state, top)):
        return member
    if top is None and not story.totals.held:
        return None
    names = {member.entry.dispatch for member in story.members.values()} - gone
    return max((found for name in names if (found := _latest(state, name))), key=_rank, default=None)


def _latest(state: TagState, dispatch: str | None) -> StoryMember | None:
    """The dispatch's entry in the window, if it is a report."""
    member = state.dispatches.get(dispatch or "")
    return member if member and member.entry.report else None


def _rank(member: StoryMember) -> tuple[int, int]:
    report = member.entry.report
    return (report.words if report else 0), member.number


def top_item(state: TagState, totals: StoryTotals, change: TagChange) -> TopItem | None:
    """The item that represents the story after the change."""
    if totals.top is None:
        return None
    entry = change.entry
    if entry is None or entry.dispatch != totals.top:
        member = state.dispatches.get(totals.top)
        entry = member.entry if member else None
    if entry is None or entry.report is None:
        return None
    item, headline, _ = entry.report.item, entry.report.headline, entry.report.words
    return TopItem(uri=dispatch_uri(totals.top), item=item, headline=headline or None, feed=entry.feed)


def momentum(state: TagState, story: str, change: TagChange) -> Momentum:
    """Items of the story that arrived in the last two hours, with what the change brings."""
    goes_on = change.totals is not None and change.totals.id == story
    names = (story, change.merged) if goes_on else (story,)
    arrivals = [living.arrivals for name in names if (living := state.living.get(name or ""))]
    if goes_on and change.entry and change.entry.counted:
        arrivals.append([change.time_ms])
    last_hour, both_hours = (
        sum(len(times) - bisect_right(times, change.time_ms - hours * HOUR_MS) for times in arrivals)
        for hours in (1, 2)
    )
    return Momentum(last_hour=last_hour, hour_before=both_hours - last_hour)

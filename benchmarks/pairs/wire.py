"""An invented wire: the same payloads for the same seed, and no sentence of any agency.

Six feeds send ninjs 3 items of 300 to 800 words, in English and German, about stories that go on for days.  Among
them are revisions, corrections, kills, embargoes that end during the run, and copies that another feed sends.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from benchmarks.pairs.words import Story

SEED = 20_220_103
START = datetime(2022, 1, 3, tzinfo=UTC)
STEP = timedelta(seconds=1)  # between two payloads
FEEDS = ("northwire", "portpress", "landesdienst", "capitalnews", "coastal", "sportfeed")
STORIES_OPEN = 60  # so many go on at a time
OLD_SHARE = 0.75  # of new dispatches, that belong to an open story
GERMAN_SHARE = 0.2
RECENT = 400  # dispatches that may be revised, killed or copied
FIRST = 50  # payloads that are all new dispatches


class Sent(NamedTuple):
    """A payload as a feed sends it."""

    feed: str
    payload: str
    time_ms: int


class Draft(NamedTuple):
    """The last revision of a dispatch."""

    feed: str
    document: dict[str, Any]
    paragraphs: tuple[str, ...]


def payloads(count: int, seed: int = SEED) -> Iterator[Sent]:
    """So many payloads, one a second."""
    wire = _Wire(Random(seed))
    kinds = list(MIX)
    for number in range(count):
        time = START + number * STEP
        kind = wire.random.choices(kinds, [MIX[kind] for kind in kinds])[0] if number > FIRST else _Wire.dispatch
        feed, document = kind(wire, time)
        yield Sent(feed, json.dumps(document, ensure_ascii=False), round(time.timestamp() * 1000))


class _Wire:
    """What was sent so far, as far as later payloads refer to it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.stories: list[Story] = []
        self.recent: list[Draft] = []
        self.number = 0

    def dispatch(self, time: datetime) -> tuple[str, dict[str, Any]]:
        """A new dispatch, of an open story or a new one."""
        story = self._story()
        feed = "landesdienst" if story.code == "de" else self.random.choice(FEEDS)
        paragraphs = story.paragraphs(self.random.randint(300, 800))
        document = {
            "uri": self._uri(feed),
            "version": "1",
            "versionCreated": time.isoformat(),
            "language": story.code,
            "urgency": self.random.randint(3, 6),
            "headlines": [{"role": "main", "value": story.headline()}],
            "slugline": "-".join(story.nouns[:2]),
            "by": f"By {story.people[0]}",
            "located": story.places[0],
            "subjects": [{"name": noun, "uri": f"https://example.org/subjects/{noun}"} for noun in story.nouns[:3]],
            "infoSources": [{"name": feed}],
            "usageTerms": "For subscribers only.",
        }
        return self._send(Draft(feed, document, tuple(paragraphs)))

    def embargoed(self, time: datetime) -> tuple[str, dict[str, Any]]:
        """A new dispatch that may be published in some minutes."""
        feed, document = self.dispatch(time)
        until = time + timedelta(minutes=self.random.randint(3, 15))
        return feed, document | {"embargoedUntil": until.isoformat()}

    def revision(self, time: datetime) -> tuple[str, dict[str, Any]]:
        """A later revision: two paragraphs go, the first one comes back at the end."""
        at, draft = self._any()
        rest = draft.paragraphs[1:-1] or draft.paragraphs
        return self._revise(at, draft._replace(paragraphs=(*rest, draft.paragraphs[0])), time)

    def correction(self, time: datetime) -> tuple[str, dict[str, Any]]:
        """A revision that corrects one figure, and says so."""
        at, draft = self._any()
        headline = draft.document["headlines"][0]["value"].removeprefix("CORRECTED-")
        changed = {
            "headlines": [{"role": "main", "value": f"CORRECTED-{headline}"}],
            "edNote": "Corrects the figure in the second paragraph.",
        }
        figure = f"The figure is {self.random.randint(100, 999)}, not more."
        paragraphs = (draft.paragraphs[0], figure, *draft.paragraphs[2:])
        return self._revise(at, Draft(draft.feed, draft.document | changed, paragraphs), time)

    def kill(self, time: datetime) -> tuple[str, dict[str, Any]]:
        """The end of a dispatch."""
        at, draft = self._any()
        self.recent.pop(at)
        version = str(int(draft.document["version"]) + 1)
        return draft.feed, draft.document | {
            "version": version,
            "versionCreated": time.isoformat(),
            "pubStatus": "canceled",
        }

    def copy(self, time: datetime) -> tuple[str, dict[str, Any]]:
        """Another feed sends most of a dispatch under an id and a headline of its own."""
        _, draft = self._any()
        feed = self.random.choice([feed for feed in FEEDS if feed != draft.feed])
        keep = self.random.randint(len(draft.paragraphs) // 2, len(draft.paragraphs))
        headline = f"{draft.document['headlines'][0]['value']}, {feed} reports"
        document = draft.document | {
            "uri": self._uri(feed),
            "version": "1",
            "versionCreated": time.isoformat(),
            "headlines": [{"role": "main", "value": headline}],
            "infoSources": [{"name": feed}],
        }
        return self._send(Draft(feed, document, draft.paragraphs[:keep]))

    def _story(self) -> Story:
        if len(self.stories) < STORIES_OPEN or self.random.random() > OLD_SHARE:
            self.stories.append(Story(self.random, "de" if self.random.random() < GERMAN_SHARE else "en"))
            del self.stories[:-STORIES_OPEN]
        return self.random.choice(self.stories)

    def _uri(self, feed: str) -> str:
        self.number += 1
        return f"urn:example:{feed}:{self.number}"

    def _any(self) -> tuple[int, Draft]:
        at = self.random.randrange(len(self.recent))
        return at, self.recent[at]

    def _revise(self, at: int, draft: Draft, time: datetime) -> tuple[str, dict[str, Any]]:
        self.recent.pop(at)
        version = str(int(draft.document["version"]) + 1)
        return self._send(
            draft._replace(document=draft.document | {"version": version, "versionCreated": time.isoformat()})
        )

    def _send(self, draft: Draft) -> tuple[str, dict[str, Any]]:
        """The payload; half of the feeds send HTML, half plain text."""
        self.recent.append(draft)
        del self.recent[:-RECENT]
        if FEEDS.index(draft.feed) % 2:
            value, type_ = "".join(f"<p>{paragraph}</p>" for paragraph in draft.paragraphs), "text/html"
        else:
            value, type_ = "\n\n".join(draft.paragraphs), "text/plain"
        return draft.feed, draft.document | {"bodies": [{"value": value, "contentType": type_}]}


MIX: dict[Callable[[_Wire, datetime], tuple[str, dict[str, Any]]], float] = {  # weights
    _Wire.dispatch: 62,
    _Wire.revision: 12,
    _Wire.copy: 15,
    _Wire.correction: 5,
    _Wire.kill: 2,
    _Wire.embargoed: 4,
}

"""Alerts: what alert publishes, and the closed vocabularies that rules and consumers decide by."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pipeline.items.dispatch import Severity
from pipeline.items.model import Instant, Model, many, parse
from pipeline.language import Language
from pipeline.records import Reason

ALERTS_PARTITION = 0  # of all alerts (docs/adr/0018-one-partition-for-all-alerts.md)


class Level(StrEnum):
    """How urgent an alert is, strongest first."""

    FLASH = "flash"
    URGENT = "urgent"
    NOTICE = "notice"


class AlertEvent(StrEnum):
    """What happened, gravest first.  The first five are about copy that consumers have already."""

    KILL = "kill"  # the dispatch must not be used any more
    RECALL = "recall"  # it copies a dispatch that was killed or corrected
    HOLD = "hold"  # it must not be used for the time being
    CORRECTION = "correction"
    REFILE = "refile"
    RELEASE = "release"  # it may be used again
    FLASH = "flash"  # urgency 1
    URGENT = "urgent"  # urgency 2
    CONFIRMED = "confirmed"  # so many sources report on the story
    GROWING = "growing"  # the story has so many items
    MENTION = "mention"  # a word or phrase that a rule watches for
    REPORT = "report"  # any other report that a rule asks for
    # Of a feed, by the room watch: these have no item and no story.
    FEED_SET_ASIDE = "feed-set-aside"  # most of its payloads died: nothing of it is read until it is resumed
    FEED_SILENT = "feed-silent"  # for longer than it ever is at that hour
    FEED_OVER_RATE = "feed-over-rate"
    FEED_LATE = "feed-late"  # its items come long after their own time
    FEED_RECOVERED = "feed-recovered"  # it is as it always is again


FEED_EVENTS = frozenset(event for event in AlertEvent if event.startswith("feed-"))


class ChangeKind(StrEnum):
    """What a correction changed, gravest first."""

    FIGURE = "figure"
    NAME = "name"  # a word with a capital
    WORDS = "words"
    UNKNOWN = "unknown"  # the version before is not remembered
    SPELLING = "spelling"  # a letter, the case, a sign: nothing to call anybody for
    NONE = "none"  # no sentence differs


class PartyKind(StrEnum):
    """What acted."""

    PERSON = "person"  # by hand
    AGENCY = "agency"
    FEED = "feed"  # the agency is not known


class Party(Model):
    """Who did what the alert is about."""

    name: str = Field(description="its name")
    kind: PartyKind = Field(description="a person, an agency, or the feed where no agency is known")


class Correction(Model):
    """What was wrong, and what is right."""

    change: ChangeKind = Field(description="what changed")
    before: str | None = Field(None, description="the sentence that was wrong, as it was published")
    after: str | None = Field(None, description="the sentence that replaces it")
    note: str | None = Field(None, description="what the agency says about it")
    count: int = Field(1, description="how often the dispatch has been corrected so far")
    unstable: bool = Field(False, description="it went back to an earlier version: nobody can tell which is right")


class Alert(Model):
    """A record of wire.alerts (key: story id): one thread a story, every alert with its reasons.

    The members that have None as default are in every alert of this version where they apply.  Alerts that an older
    version wrote lack them.
    """

    id: str = Field(description="this alert")
    rule: str = Field(description="the rule that raised it")
    rules_hash: str = Field(
        description="the rules in force: the first 16 hex digits of the SHA-256 of what they say"
    )
    thread: str = Field(
        description="what it belongs to: a story, the dispatch of an item without a story, or `feed:` and a feed; "
        "the key of the record"
    )
    event: AlertEvent | None = Field(None, description="what happened; absent in alerts of Wiredesk 0.1")
    severity: Severity | None = Field(
        None, description="how grave that is for copy already published; of a recall: what happened to its source"
    )
    level: Level = Field(description="how urgent it is, by the rule")
    title: str | None = Field(None, description="one line that says what happened, in the language of the rules")
    text: str | None = Field(None, description="what happened and what to do, in sentences")
    headline: str = Field(
        description="the headline of the item; of a kill, a recall or a hold the headline as last published; "
        "of `confirmed` the name of the story, of an alert about a feed its name"
    )
    withdrawn: str | None = Field(
        None, description="of a kill or a recall: the published headline of what was killed or corrected"
    )
    correction: Correction | None = Field(None, description="what was wrong, and what is right")
    copies: str | None = Field(
        None, description="the dispatch that the item copies: its words may be in text and correction"
    )
    erased: bool | None = Field(
        None, description="of a kill: true if nobody may keep the words of the dispatch; absent otherwise"
    )
    note: str | None = Field(None, description="of a kill, a recall or a hold: the reason that was given")
    by: Party | None = Field(None, description="who reported, killed, corrected or held it")
    sources: tuple[str, ...] = many(
        "who reports it, by name: has every word and figure of the headline in its report's beginning; of "
        "`confirmed` who reports on the story"
    )
    story: str | None = Field(None, description="the story of the item")
    label: str | None = Field(None, description="the name of the story")
    language: Language = Field(description="the language of the item")
    uri: str = Field(description="the dispatch of the item; `urn:wiredesk:feed:…` of an alert about a feed")
    item: str = Field(description="the item that raised it; empty for an alert about a feed")
    feed: str = Field(description="its feed")
    reasons: tuple[str, ...] = Field(description="why, a sentence each")
    suppressed: int = Field(0, description="alerts of this thread that were left out since the last one")
    item_time: Instant | None = Field(None, description="when the agency wrote this version")
    time: Instant = Field(description="when the item arrived")


def read_alert(value: bytes) -> Alert:
    """The alert of a record.  Raises Rejected(BAD_RECORD), naming the first field that is wrong."""
    return parse(Alert, value, Reason.BAD_RECORD)

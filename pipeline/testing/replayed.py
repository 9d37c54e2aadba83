"""The outcome of a replay: its log, read through the models."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from pipeline.alert.rules import load_rules
from pipeline.dead import TOPIC as DEAD
from pipeline.dead import Letter
from pipeline.envelope import ADDRESSED
from pipeline.items import Alert, Item, Notification, Story
from pipeline.records import Record
from pipeline.replay import NotReplayable, Replay, replay_of_capture
from pipeline.route.rules import load_routes
from pipeline.runtime import replay_input
from pipeline.topology import TOPICS, Options


@dataclass(frozen=True)
class Replayed:
    """A finished replay.  What the captures begin behind is not there: `.stories` needs a topic before tag."""

    replay: Replay

    @cached_property
    def items(self) -> list[Item]:
        """wire.enriched, as it was written."""
        return [
            Item.model_validate_json(one.value)
            for one in self.records("wire.enriched")
            if one.type not in ADDRESSED
        ]

    @cached_property
    def stories(self) -> list[Story]:
        """wire.stories: every snapshot, not only the latest of a story."""
        return [Story.model_validate_json(record.value) for record in self.records("wire.stories")]

    @cached_property
    def alerts(self) -> list[Alert]:
        """wire.alerts, without the ticks and controls in it."""
        return [
            Alert.model_validate_json(one.value) for one in self.records("wire.alerts") if one.type not in ADDRESSED
        ]

    @cached_property
    def notifications(self) -> list[Notification]:
        """wire.notifications, without the ticks, controls and answers in it."""
        found = (one for one in self.records("wire.notifications") if one.type not in ADDRESSED)
        return [Notification.model_validate_json(one.value) for one in found]

    @cached_property
    def dead(self) -> list[Letter]:
        """wire.dead, opened."""
        return [Letter(record) for record in self.records(DEAD)]

    def records(self, topic: str) -> list[Record]:
        """The records of any topic, as they are in the log.  ValueError for a topic that does not exist."""
        if topic not in TOPICS:
            raise ValueError(f"{topic} is not a topic; topics are {', '.join(TOPICS)}")
        return list(self.replay.log.get(topic, ()))


@dataclass(frozen=True)
class Replays:
    """Replays captures whose paths are relative to a folder."""

    folder: Path

    def __call__(
        self,
        *files: str | Path,
        feed: str | None = None,
        at_their_time: bool = False,
        rules: str | Path | None = None,
        routes: str | Path | None = None,
    ) -> Replayed:
        """Replay captures, or payloads of a feed, through all rooms from the first that reads them.

        The same files give the same outcome, every time.  Payloads arrive a second apart from 3 January 2022 on;
        `at_their_time`: by their items' own dates.  `rules`: a YAML file of alert rules instead of the packaged
        ones; `routes`: likewise who gets which alerts.  The test fails if a file or a line cannot be read, or no
        room reads the capture.
        """
        read = replay_input.read_at_their_time if at_their_time else replay_input.read_input
        try:
            found, skipped = read([self.folder / file for file in files], feed)
            if skipped:
                raise NotReplayable("\n".join(f"{one.name}: {one.reason}" for one in skipped))
            options = Options(
                rules=load_rules(self.folder / rules) if rules else None,
                routes=load_routes(self.folder / routes) if routes else None,
            )
            run, chosen = replay_of_capture(found, options)
        except (NotReplayable, OSError, EOFError, ValueError, zlib.error) as error:  # of the files, so not our bug
            raise pytest.fail.Exception(_told(error), pytrace=False) from None
        run.process(chosen)
        return Replayed(run)


def _told(error: Exception) -> str:
    """What is wrong with a file of the test."""
    return f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)

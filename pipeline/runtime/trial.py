"""What desks would have been sent: a capture through the rooms, and its alerts through a file of routes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.alert.rules import Rules
from pipeline.envelope import RecordType
from pipeline.items import Alert, Notification, NotificationKind, milliseconds
from pipeline.records import Record
from pipeline.replay import Replay, replay_of_capture
from pipeline.route.rules import Route, Routes
from pipeline.route.tree import Subject, routed
from pipeline.runtime.publish.sources import Skipped
from pipeline.runtime.replay_input import read_at_their_time
from pipeline.topology import DAY_MS, Options

Progress = Callable[[int, int], None]


def read_by_own_clock(paths: Iterable[Path], feed: str | None) -> tuple[list[Record], list[Skipped]]:
    """The records of captures and payloads, each at its own time, and what could not be read.

    A route counts by the broker's clock.  Of an archive that clock shows when it was sent, so it is set to the
    records' own time: budgets, quiet hours and digests are then those of the days that the archive is of.
    """
    records, skipped = read_at_their_time(paths, feed)
    return [replace(record, timestamp_ms=record.arrived_ms) for record in records], skipped


def alerts_of(records: Sequence[Record], rules: Rules | None, on_record: Progress) -> list[Record]:
    """The alerts that the records raise, or that are among them.  Raises NotReplayable, ValueError."""
    run, chosen = replay_of_capture(records, Options(rules=rules))
    for done, record in enumerate(chosen):
        on_record(done, len(chosen))
        run.process([record])
    return [record for record in run.log["wire.alerts"] if record.type == RecordType.ALERT]


@dataclass(frozen=True)
class Trial:
    """What a file of routes makes of the alerts."""

    routes: Routes
    alerts: tuple[Alert, ...]
    notifications: tuple[Notification, ...]

    @classmethod
    def of(cls, routes: Routes, records: Sequence[Record]) -> Trial:
        """The alerts through the room, and then a day in which nothing comes, so that nothing waits any more."""
        run = Replay(Options(routes=routes), rooms=("route",))
        run.process(records)
        if records:
            run.pass_time(max(record.timestamp_ms for record in records) + DAY_MS)
        made = (Notification.model_validate_json(one.value) for one in run.log["wire.notifications"])
        return cls(routes, tuple(Alert.model_validate_json(one.value) for one in records), tuple(made))

    def sent(self) -> dict[tuple[str, str], Notification]:
        """Desk and alert, and the notification that told of it: not what was only repeated."""
        first = (NotificationKind.ALERT, NotificationKind.DIGEST)
        return {(one.desk, told.id): one for one in self.notifications if one.kind in first for told in one.alerts}

    def days(self) -> dict[str, Counter[int]]:
        """By desk, how many notifications it got on each day (days since 1970, UTC)."""
        found: dict[str, Counter[int]] = {desk: Counter() for desk in self.routes.desks}
        for one in self.notifications:
            found[one.desk][milliseconds(one.time) // DAY_MS] += 1
        return found

    def taken(self) -> dict[str, int]:
        """By route, how many of the alerts it took; 0: it matched nothing."""
        found = dict.fromkeys(_names(self.routes.routes), 0)
        for alert in self.alerts:
            paths = {options.path for options in routed(self.routes.routes, Subject.of(alert)).values()}
            for name in {name for path in paths for name in path.split(" / ")}:
                found[name] = found.get(name, 0) + 1
        return found


def _names(routes: tuple[Route, ...]) -> list[str]:
    return [name for route in routes for name in (route.name, *_names(route.routes))]

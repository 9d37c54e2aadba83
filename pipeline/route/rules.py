"""The routes file: which desk gets which alerts, and when.  Editors write it; it is checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from pipeline.items import AlertEvent, Level
from pipeline.language.watched import Term, WatchedTerms
from pipeline.route.hours import DAY_MS, DAYS, Span, Weekday, overlapping, spans
from pipeline.rule_files import Misplaced, StrictModel, content_hash, read_rules
from pipeline.rule_values import Duration
from pipeline.suggestions import did_you_mean
from pipeline.values.time_zones import clock_of, zone_names
from pipeline.wording import WordingLanguage

DEFAULT = Path(__file__).with_name("routes.yaml")
DESKS_MAX = 50
ROUTES_MAX = 200  # in all
DEPTH_MAX = 5
LIST_MAX = 500

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
Loc = tuple[int | str, ...]  # the way to a place in the file


def _minutes(text: Any) -> Any:
    """`07:30` in minutes of the day."""
    if not isinstance(text, str):
        return text
    if not (found := _CLOCK.fullmatch(text)):
        raise ValueError(f"{text!r} is no time of day; write it as 07:30")
    return int(text[:2]) * 60 + int(text[3:]) if found else 0


def _zone(name: str) -> str:
    if name not in zone_names():
        raise ValueError(
            f"{name!r} is no time zone{did_you_mean(name, zone_names())}; write it as Europe/Oslo or UTC"
        )
    return name


Clock = Annotated[int, BeforeValidator(_minutes), Field(ge=0, le=1440)]
DayDuration = Annotated[Duration, Field(ge=0, le=DAY_MS)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=LIST_MAX)]
ZoneName = Annotated[str, BeforeValidator(_zone)]


class Topics(StrictModel):
    """Stories and terms that a desk follows or mutes."""

    stories: Names = Field((), description="stories by id; a dispatch by id where an alert has no story")
    terms: Annotated[tuple[Term, ...], Field(max_length=LIST_MAX)] = Field(
        (), description="words and phrases in the headline or the story's label"
    )

    @cached_property
    def watched(self) -> WatchedTerms:
        """The terms, ready for a search."""
        return WatchedTerms(self.terms)


class QuietHours(StrictModel):
    """When a desk is not to be woken."""

    start: Clock = Field(alias="from", description="when they begin, in the desk's zone")
    end: Clock = Field(alias="to", description="when they end; the next day if that is earlier")
    days: tuple[Weekday, ...] = Field(
        DAYS, min_length=1, description="the days on which they begin; all without it"
    )

    @model_validator(mode="after")
    def _has_length(self) -> QuietHours:
        if self.start == self.end:
            raise ValueError("they begin and end at the same time; a whole day is from 00:00 to 24:00")
        return self

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The minutes of the week."""
        return spans(self.days, self.start, self.end)


class Budget(StrictModel):
    """How many notifications a desk gets over all stories; those that break through count, and are never kept."""

    hour: int = Field(6, ge=1, le=100, description="in any 60 minutes")
    day: int = Field(12, ge=1, le=500, description="in any 24 hours")


class Desk(StrictModel):
    """Who is told: a desk, a person, a room."""

    zone: ZoneName = Field("UTC", description="the time zone of its hours")
    quiet: Annotated[tuple[QuietHours, ...], Field(max_length=20)] = Field((), description="its quiet hours")
    budget: Budget = Field(Budget(), description="how much it gets")
    digest: Annotated[tuple[Clock, ...], Field(max_length=12)] = Field(
        (), description="times of day at which it gets what was kept back"
    )
    follow: Topics = Field(Topics(), description="what it always gets")
    mute: Topics = Field(Topics(), description="what it never gets, but for what corrects or kills what it got")

    @model_validator(mode="after")
    def _quiet_is_single(self) -> Desk:
        if overlapping(self.quiet_spans):
            raise ValueError("its quiet hours overlap; make one of them")
        return self

    @cached_property
    def quiet_spans(self) -> tuple[Span, ...]:
        """All its quiet minutes of the week."""
        return tuple(span for hours in self.quiet for span in hours.spans)

    @cached_property
    def clock(self) -> tzinfo:
        """Its zone."""
        return clock_of(self.zone)


class Match(StrictModel):
    """What an alert must be; all that is given must hold, any value of a list will do."""

    events: tuple[AlertEvent, ...] = ()
    levels: tuple[Level, ...] = ()
    rules: Names = ()  # by name
    feeds: Names = ()
    languages: Names = ()  # primary subtags
    stories: Names = ()
    terms: Annotated[tuple[Term, ...], Field(max_length=LIST_MAX)] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Match:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise ValueError("it asks for nothing; a route that takes all alerts has no `match`")
        return self

    @cached_property
    def watched(self) -> WatchedTerms:
        """The terms, ready for a search."""
        return WatchedTerms(self.terms)


class Escalation(StrictModel):
    """Who is told if nobody acknowledges."""

    after: DayDuration = Field(ge=60_000)
    to: Name


GroupBy = Literal["thread", "event", "level", "rule", "feed"]


class Route(StrictModel):
    """One way to desks.  What it does not say is as in the route around it."""

    name: Name
    match: Match | None = None  # None: all alerts
    desks: tuple[Name, ...] | None = Field(None, min_length=1, max_length=DESKS_MAX)
    continues: bool = Field(False, alias="continue")  # go on with the next route
    group_by: tuple[GroupBy, ...] | None = None
    group_wait: DayDuration | None = None
    group_interval: DayDuration | None = None
    repeat_interval: Annotated[Duration, Field(ge=60_000, le=DAY_MS)] | None = None
    escalate: Escalation | None = None
    break_through: bool | None = None
    digest_only: bool | None = None  # into the next digest of the desk, whatever its budget
    routes: tuple[Route, ...] = ()


class Routes(StrictModel):
    """The whole file."""

    language: WordingLanguage = WordingLanguage.EN
    desks: Annotated[dict[Name, Desk], Field(min_length=1, max_length=DESKS_MAX)]
    routes: Annotated[tuple[Route, ...], Field(min_length=1, max_length=ROUTES_MAX)]

    @model_validator(mode="after")
    def _hangs_together(self) -> Routes:
        found = list(_flat(self.routes))
        names = [route.name for _, route in found]
        for at, (loc, route) in enumerate(found):
            if at >= ROUTES_MAX:
                raise Misplaced(loc, f"more than {ROUTES_MAX} routes; take some out")
            if len(loc) > 2 * DEPTH_MAX:
                raise Misplaced(loc, f"routes are nested more than {DEPTH_MAX} deep; write it flatter")
            if names.index(route.name) < at:
                raise Misplaced(loc, f"two routes are named {route.name!r}; give one of them another name")
        _reachable(self.routes, ())
        for loc, route in _led_to_desks(self.routes, (), None):
            raise Misplaced(loc, f"the route {route.name!r} leads to no desk; add `desks`")
        self._desks_are_known(found)
        return self

    def _desks_are_known(self, found: list[tuple[Loc, Route]]) -> None:
        led: set[str] = set()
        for loc, route in found:
            for desk in (*(route.desks or ()), *((route.escalate.to,) if route.escalate else ())):
                if desk not in self.desks:
                    near = did_you_mean(desk, self.desks)
                    raise Misplaced(loc, f"no desk is named {desk!r}{near}; add it under `desks`")
                if route.digest_only and not self.desks[desk].digest:
                    raise Misplaced(
                        loc, f"the desk {desk!r} has no `digest`: give it times, or take out `digest_only`"
                    )
                led.add(desk)
        for name, desk in self.desks.items():
            if name not in led and not (desk.follow.stories or desk.follow.terms):
                problem = f"nothing reaches the desk {name!r}: name it in a route, or let it follow something"
                raise Misplaced(("desks", name), problem)

    @cached_property
    def hash(self) -> str:
        """What identifies the routes in notifications."""
        return content_hash(self)


def _flat(routes: tuple[Route, ...], above: Loc = ()) -> Iterator[tuple[Loc, Route]]:
    for number, route in enumerate(routes):
        loc = (*above, "routes", number)
        yield loc, route
        yield from _flat(route.routes, loc)


def _reachable(routes: tuple[Route, ...], above: Loc) -> None:
    """Misplaced for a route that no alert reaches, because the one before it takes all."""
    for number, (before, route) in enumerate(pairwise(routes), 1):
        if before.match is None and not before.continues:
            raise Misplaced(
                (*above, "routes", number),
                f"no alert reaches the route {route.name!r}: {before.name!r} before it takes all; "
                f"give that one a `match`, `continue: true`, or the last place",
            )
    for number, route in enumerate(routes):
        _reachable(route.routes, (*above, "routes", number))


def _led_to_desks(
    routes: tuple[Route, ...], above: Loc, outer: tuple[str, ...] | None
) -> Iterator[tuple[Loc, Route]]:
    """The routes that lead to no desk."""
    for number, route in enumerate(routes):
        loc, desks = (*above, "routes", number), route.desks or outer
        if desks is None and not route.routes:
            yield loc, route
        yield from _led_to_desks(route.routes, loc, desks)


def load_routes(path: Path = DEFAULT) -> Routes:
    """The routes of a file.  Raises ValueError naming every wrong place, OSError if it cannot be read."""
    return read_rules(Routes, path)

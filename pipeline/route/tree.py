"""Which routes an alert takes: as Alertmanager walks its tree.

The first route that matches takes the alert, and the next ones are asked only if it says `continue`.  Within a
route the routes inside are asked; the alert goes to the innermost ones that match, or to the route itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.items import Alert
from pipeline.language.watched import FoldedText
from pipeline.route.rules import Escalation, Match, Route


class Options(NamedTuple):
    """What a route says, with what the routes around it say."""

    path: str = ""  # the names of the routes, `a / b`; empty: none, the desk follows it or was sent it before
    desks: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ("thread",)
    group_wait: int = 0
    group_interval: int = 0
    repeat_interval: int | None = None
    escalate: Escalation | None = None
    break_through: bool = False
    digest_only: bool = False


INHERITED = tuple(name for name in Options._fields if name != "path")


class Subject(NamedTuple):
    """An alert as the routes see it."""

    alert: Alert
    text: FoldedText  # headline and label

    @classmethod
    def of(cls, alert: Alert) -> Subject:
        """The alert with its words folded once."""
        return cls(alert, FoldedText(f"{alert.headline}\n{alert.label or ''}"))


def routed(routes: tuple[Route, ...], subject: Subject) -> dict[str, Options]:
    """The options by desk; of several routes to one desk the first counts."""
    found: dict[str, Options] = {}
    for options in _taken(routes, subject, Options()):
        for desk in options.desks:
            found.setdefault(desk, options)
    return found


def matches(match: Match | None, subject: Subject) -> bool:
    """Whether all that is asked holds."""
    if match is None:
        return True
    alert = subject.alert
    values: tuple[tuple[tuple[str, ...], str], ...] = (
        (match.events, alert.event or ""),
        (match.levels, alert.level),
        (match.rules, alert.rule),
        (match.feeds, alert.feed),
        (match.languages, alert.language.primary),
        (match.stories, alert.thread),
    )
    return all(not wanted or value in wanted for wanted, value in values) and (
        not match.terms or bool(match.watched.found(subject.text))
    )


def _taken(routes: tuple[Route, ...], subject: Subject, above: Options) -> Iterator[Options]:
    for route in routes:
        if not matches(route.match, subject):
            continue
        options = _inside(route, above)
        inner = list(_taken(route.routes, subject, options))
        yield from inner or (options,)
        if not route.continues:
            return


def _inside(route: Route, above: Options) -> Options:
    said = {name: value for name in INHERITED if (value := getattr(route, name)) is not None}
    path = f"{above.path} / {route.name}" if above.path else route.name
    return above._replace(path=path, **said)

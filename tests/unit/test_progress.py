"""What is shown while something takes long: on a terminal, on a terminal that cannot move its cursor, elsewhere."""

from __future__ import annotations

import errno
import io
import re
import threading
from dataclasses import dataclass, field

import pytest
from rich.console import Console

from pipeline.cli import bar as bars
from pipeline.cli import fail
from pipeline.cli.bar import Bar, is_animated
from pipeline.runtime import progress
from pipeline.runtime.embedded.jars import BrokerError
from pipeline.runtime.local import deployment
from pipeline.runtime.local.child import STEADY_SECONDS
from pipeline.runtime.local.deployment import LocalDeployment
from pipeline.runtime.local.watched_broker import WatchedBroker
from pipeline.runtime.worker.wait_report import WaitReport
from pipeline.settings import Settings
from pipeline.topology import ROOMS
from tests.waiting import eventually, pause

ESCAPE = "\x1b"


def console(*, terminal: bool, term: str = "xterm-256color") -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, force_terminal=terminal, width=80, _environ={"TERM": term}), out


def test_off_a_terminal_progress_is_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line at the beginning of each operation, one now and then, each with what is known; no escape."""
    monkeypatch.setattr(bars, "PLAIN_SECONDS", 0.05)
    where, out = console(terminal=False)
    with Bar(where) as bar:
        bar("fetching", 0, 200)
        bar("fetching", 50, 200, "from far away")
        eventually(lambda: out.getvalue().count("25 %") > 1)
        bar("starting", 0, 0)
    after = out.getvalue()
    assert after.startswith("fetching …\n")
    assert re.search(r"^  fetching: 25 %, \d+ s, from far away$", after, re.MULTILINE)
    assert "starting …\n" in after
    assert ESCAPE not in after
    pause(0.15)
    assert out.getvalue() == after, "it goes on after the end"


@pytest.mark.parametrize(
    ("terminal", "term", "animated"),
    [(True, "xterm", True), (True, "dumb", False), (False, "xterm", False)],
)
def test_only_a_terminal_that_can_move_its_cursor_is_animated(terminal: bool, term: str, animated: bool) -> None:
    """Escapes are for those who can read them."""
    where, out = console(terminal=terminal, term=term)
    assert is_animated(where) is animated
    with Bar(where) as bar:
        bar("starting", 0, 0)
    assert (ESCAPE in out.getvalue()) is animated


def test_on_a_terminal_something_moves_all_the_time() -> None:
    """No report comes, and still the line is drawn again several times a second; in the end it is gone."""
    where, out = console(terminal=True)
    with Bar(where) as bar:
        bar("starting", 1, 5, "loading code: tag")
        for _ in range(5):
            shown = len(out.getvalue())
            eventually(lambda: len(out.getvalue()) > shown)  # noqa: B023 - called at once
    assert "loading code: tag" in out.getvalue()
    assert out.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize(("noticed_seconds", "reported"), [(3_600, []), (0.05, ["waiting for the broker", ""])])
def test_a_wait_is_reported_when_it_is_long(
    noticed_seconds: float, reported: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short wait is nobody's business; a long one begins and ends."""
    monkeypatch.setattr(progress, "NOTICED_SECONDS", noticed_seconds)
    names: list[str] = []
    token = progress.waits_are_shown_by.set(lambda name, done, total, detail="": names.append(name))
    try:
        with progress.waiting("waiting for the broker"):
            eventually(lambda: names == reported[:1])
    finally:
        progress.waits_are_shown_by.reset(token)
    assert names == reported


def test_a_start_says_what_each_room_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rooms are named by what they do, with how much of a journal is read; the ready ones are counted."""
    journals = {"0": {"read": 30, "of": 100}, "1": {"read": 10, "of": 100}}
    pages = {
        "normalise": None,
        "resolve": {"status": "ready"},
        "dedupe": {"status": "recovering", "journal": journals},
        "tag": None,
        "alert": {"status": "ready", "journal": {}},
        "route": {"status": "ready", "journal": {}},
        "deliver": {"status": "ready", "journal": {}},
        "watch": {"status": "ready", "journal": {}},
    }
    stop, reports = threading.Event(), list[tuple[str, int, int, str]]()

    def report(name: str, done: int, total: int, detail: str = "") -> None:
        reports.append((name, done, total, detail))
        if len(reports) == 2:
            stop.set()

    one = LocalDeployment(Settings(), on_progress=report)
    monkeypatch.setattr(one, "health", pages.__getitem__)
    monkeypatch.setattr(one, "ready", lambda: {"resolve"})
    assert not one.wait_ready(60, stop)
    assert reports[0] == (deployment.STARTING, 0, len(ROOMS), f"loading code: {', '.join(ROOMS)}")
    detail = (
        "loading code: normalise, tag; reading the journal: dedupe (20 %); opening: alert, route, deliver, watch"
    )
    assert reports[1] == (deployment.STARTING, 1, len(ROOMS), detail)
    assert reports[-1][0] == ""


def test_a_long_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first start compiles; who waits for it is told so."""
    monkeypatch.setattr(deployment, "SLOW_SECONDS", 0.0)
    names: list[str] = []
    one = LocalDeployment(Settings(), on_progress=lambda name, done, total, detail="": names.append(name))
    monkeypatch.setattr(one, "health", lambda room: None)
    assert not one.wait_ready(0.2, threading.Event())
    assert names[0] == deployment.STARTING_SLOWLY


def test_a_worker_says_what_it_waits_for_until_it_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line at once and one now and then; none any more when it works."""
    lines: list[dict[str, object]] = []
    monkeypatch.setattr(
        "pipeline.runtime.worker.wait_report.log.info", lambda event, **values: lines.append(values), raising=False
    )
    waits = ["its code", "its journal", ""]
    WaitReport("tag", "starting", lambda: waits.pop(0), seconds=0.01).start()
    eventually(lambda: not waits)
    assert [line.get("waits_for") for line in lines] == [None, "its code", "its journal"]


@dataclass
class FakeBroker:
    is_running: bool = False
    starts: int = 0
    stops: int = 0
    bootstrap: str = "127.0.0.1:1"
    is_partly_down: bool = False
    failures: list[BrokerError | OSError] = field(default_factory=list)  # of the next starts

    @property
    def is_stopped(self) -> bool:
        return not self.is_running and not self.is_partly_down

    def missing(self) -> str:
        return "of 3 brokers 2 run"

    def start(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.starts += not self.is_running
        self.is_running = True

    def stop_own(self) -> None:
        self.stops += 1
        self.is_running = False

    def last_words(self) -> str:
        return "no space left"


@dataclass
class Deployed:
    broker: FakeBroker
    events: list[str] = field(default_factory=list)
    now: float = 1000.0

    def watched(self) -> WatchedBroker:
        return WatchedBroker(self.broker, lambda name, what: self.events.append(what), lambda: self.now)


def test_a_broker_that_was_running_is_used_and_left_running() -> None:
    """Who did not start it does not stop it, and says so; when it ends, so do we."""
    world = Deployed(FakeBroker(is_running=True))
    with world.watched():
        pass
    assert (world.broker.starts, world.broker.stops, world.broker.is_running) == (0, 0, True)
    assert "left running" in world.events[0]
    with world.watched() as watched:
        world.broker.is_running = False
        with pytest.raises(BrokerError, match="wiredesk up --embedded"):
            watched.keep_running()
    assert world.broker.starts == 0


def test_a_cluster_of_which_a_part_runs_is_not_taken_over() -> None:
    """Somebody else started it: it is neither completed nor stopped."""
    world = Deployed(FakeBroker(is_partly_down=True))
    with pytest.raises(BrokerError, match=r"2 run\. `wiredesk broker start`"), world.watched():
        pass
    assert (world.broker.starts, world.broker.stops) == (0, 0)


def waits(world: Deployed, watched: WatchedBroker) -> list[float]:
    """How long it waited before each attempt, until it ran again."""
    found: list[float] = []
    while not watched.keep_running():
        began, seen = world.now, len(world.events)
        while len(world.events) == seen:
            world.now += 0.25
            watched.keep_running()
        found.append(world.now - began)
    return found


def test_a_broker_that_cannot_start_is_tried_for_ever_with_longer_waits() -> None:
    """A full disk may be free again in an hour: the waits grow to half a minute, each is told with its reason."""
    world = Deployed(FakeBroker())
    with world.watched() as watched:
        assert watched.keep_running()
        world.broker.is_running = False
        full: list[BrokerError | OSError] = [BrokerError("no space left"), OSError(errno.ENOSPC, "no space left")]
        world.broker.failures = [full[number % 2] for number in range(9)]
        assert waits(world, watched) == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]
        assert world.events[0] == "has ended by itself: started again in 0.5 s"
        assert sum("cannot be started: " in event and "no space left" in event for event in world.events) == 9
        assert world.events[-1] == "runs again"
    assert world.broker.stops == 1


@pytest.mark.parametrize(("seconds", "wait"), [(STEADY_SECONDS - 1, "1 s"), (STEADY_SECONDS + 1, "0.5 s")])
def test_a_broker_that_ends_again_soon_waits_longer(seconds: float, wait: str) -> None:
    """kill -9 costs a restart at once; a broker that ends again soon has a reason that has to go away first."""
    world = Deployed(FakeBroker())
    with world.watched() as watched:
        for _ in range(2):
            world.broker.is_running = False
            waits(world, watched)
            world.now += seconds
    assert world.broker.starts == 3
    assert world.events[-2] == f"has ended by itself: started again in {wait}"


def test_a_wait_does_not_disturb_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal has one last line: a client's wait is shown only when nothing else is."""
    where, out = console(terminal=False)
    monkeypatch.setattr(bars, "_waits", Bar(where))
    other, _ = console(terminal=False)
    with Bar(other) as bar:
        bar("starting", 0, 0)
        bars.show_wait("waiting", 0, 0)
    assert out.getvalue() == ""
    bars.show_wait("waiting", 0, 0)
    bars.show_wait("", 0, 0)
    assert out.getvalue() == "waiting …\n"


def test_a_refusal_is_not_erased(capsys: pytest.CaptureFixture[str]) -> None:
    """What moves ends before the reason is printed: it would erase the line."""
    where, out = console(terminal=True)
    with Bar(where) as bar:
        bar("starting", 0, 0)
        with pytest.raises(SystemExit):
            fail("no such broker", 69)
        assert out.getvalue().endswith("\x1b[2K")
        after = out.getvalue()
    assert out.getvalue() == after
    assert capsys.readouterr().err == "no such broker\n"


def test_a_wait_says_more_than_loading() -> None:
    """A command that has said nothing yet shows what it waits for, and goes on to show it until it says more."""
    where, out = console(terminal=True)
    with Bar(where) as bar:
        bars.show_wait("waiting for the broker", 0, 0)
        bars.show_wait("", 0, 0)
        assert bar.name == "waiting for the broker"
    assert "waiting for the broker" in out.getvalue()

"""How a command shows that work goes on: one moving line on a terminal, a plain line now and then elsewhere.

The plain lines have no control characters: they are for CI, systemd, pipes and terminals that can do no more
(TERM=dumb).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

PLAIN_SECONDS = 10.0  # from one plain line about the same operation to the next
DUMB_SECONDS = 1.8  # the same, where somebody watches: on a terminal that cannot move its cursor
BAR_WIDTH = 12
LOADING = "loading"  # until a command says what it does

console = Console(stderr=True, highlight=False)


def is_animated(console: Console) -> bool:
    """Whether the console can move its cursor."""
    return console.is_terminal and not console.is_dumb_terminal


class Bar:
    """Shows one operation at a time, from its first report to its last.  An OnProgress; a context manager."""

    def __init__(self, console: Console = console, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = ""  # of what is shown
        self._show = _Moving(console) if is_animated(console) else _Plain(console, clock)

    def __enter__(self) -> Self:
        if isinstance(self._show, _Moving):  # the code of a command takes a second to load
            self(LOADING, 0, 0)
        return self

    def __exit__(self, *_: object) -> None:
        self("", 0, 0)

    def __call__(self, name: str, done: int, total: int, detail: str = "") -> None:
        """Show this operation; an empty name ends what is shown."""
        self.name = name
        if name:
            self._show.report(name, done, total, detail)
            _showing.add(self)
        else:
            self._show.end()
            _showing.discard(self)


def _amount(done: int, total: int) -> str:
    """How much is done: a percentage if the total is known, else a number."""
    return f"{100 * done // total} %" if total else f"{done:,}" if done else ""


class _Moving:
    """One line that is drawn again and again, and leaves nothing behind."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._name = ""

    def report(self, name: str, done: int, total: int, detail: str) -> None:
        if self._progress is None:
            self._begin(name)
        assert self._progress is not None
        if name != self._name:
            self._progress.reset(self._task, total=total or None, description=escape(name))
        self._name = name
        shown = ", ".join(filter(None, (_amount(done, total), detail)))
        self._progress.update(self._task, completed=done, total=total or None, detail=escape(shown))

    def _begin(self, name: str) -> None:
        last = Column(no_wrap=True, overflow="ellipsis")
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(BAR_WIDTH),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}", style="dim", table_column=last),
        )
        self._name = name
        self._progress = Progress(*columns, console=self._console, transient=True)
        self._task: TaskID = self._progress.add_task(escape(name), total=None, detail="")
        self._progress.start()

    def end(self) -> None:
        if self._progress is not None:
            self._progress.stop()
        self._progress = None


class _Plain:
    """A line when an operation begins, and one now and then while it goes on."""

    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self._console, self._clock = console, clock
        self._seconds = DUMB_SECONDS if console.is_terminal else PLAIN_SECONDS
        self._name = ""
        self._ended = threading.Event()

    def report(self, name: str, done: int, total: int, detail: str) -> None:
        self._latest = done, total, detail
        if name == self._name:
            return
        self.end()
        self._name, self._began, self._ended = name, self._clock(), threading.Event()
        self._print(f"{name} …")
        threading.Thread(target=self._repeat, args=(name, self._ended), daemon=True).start()

    def _repeat(self, name: str, ended: threading.Event) -> None:
        while not ended.wait(self._seconds):
            done, total, detail = self._latest
            shown = ", ".join(filter(None, (_amount(done, total), f"{self._clock() - self._began:.0f} s", detail)))
            self._print(f"  {name}: {shown}")

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)

    def end(self) -> None:
        self._ended.set()
        self._name = ""


_showing: set[Bar] = set()  # only one at a time may have the last line of a terminal
_waits = Bar()


def show_wait(name: str, done: int, total: int, detail: str = "") -> None:
    """Show a client's wait for a broker, unless the command already shows what it does.  An OnProgress."""
    shown = next(iter(_showing - {_waits}), _waits)
    if shown is _waits or (name and shown.name == LOADING):
        shown(name, done, total, detail)


def show_nothing() -> None:
    """End whatever is shown."""
    for bar in list(_showing):
        bar("", 0, 0)

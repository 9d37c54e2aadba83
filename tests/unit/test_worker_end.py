"""However Faust ends, the process ends with the reason that it has; without one it has failed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.runtime import garbage
from pipeline.runtime.exit_codes import EXIT_FAILED, EXIT_REFUSED
from pipeline.runtime.worker import faust_app, reach, register
from pipeline.runtime.worker.process import Worker
from pipeline.settings import Settings


def nothing(*_: object, **__: object) -> None:
    """Stands in for what asks a broker."""


def app(*_: object, **__: object) -> SimpleNamespace:
    """What a worker asks of Faust before it runs."""
    return SimpleNamespace(agent=lambda *_, **__: nothing, task=nothing, topic=nothing)


@pytest.mark.parametrize("reason", [0, EXIT_REFUSED])
@pytest.mark.parametrize(
    ("faust_ends", "code"),
    [
        (SystemExit(0), 0),
        (SystemExit(None), 0),
        (SystemExit(1), EXIT_FAILED),  # Faust's code for each failure; ours says that something is wrong
        (asyncio.CancelledError(), EXIT_FAILED),  # of what its stop cancels
        (RuntimeError("Event loop stopped"), EXIT_FAILED),
    ],
)
def test_the_exit_code(
    faust_ends: BaseException, code: int, reason: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the reason; else EXIT_FAILED, and 0 after an orderly stop."""
    worker = Worker(Settings(state_dir=tmp_path, health_port=0), "route")

    def run(*_: object) -> None:
        worker.exit_code = reason  # as Worker.end does
        raise faust_ends

    for where, name, by in (
        (faust_app, "make_app", app),
        (faust_app, "run_app", run),
        (reach, "await_topics", nothing),
        (garbage, "look_seldom", nothing),
        (sys, "setswitchinterval", nothing),
        (worker.watchdog, "start", nothing),
        (worker.name, "take", nothing),
        (worker.name, "await_free", nothing),
    ):
        monkeypatch.setattr(where, name, by)
    assert worker.run() == (reason or code)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_while_it_waits_for_a_broker(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was stopped on request: `wiredesk status` once said that it was killed.  The signals are theirs again."""
    settings = Settings(state_dir=tmp_path, health_port=0)
    worker, before = Worker(settings, "route"), signal.getsignal(number)

    def wait(*_: object) -> None:
        os.kill(os.getpid(), number)
        pytest.fail("it went on")

    for where, name, by in (
        (reach, "await_topics", wait),
        (garbage, "look_seldom", nothing),
        (sys, "setswitchinterval", nothing),
        (worker.name, "take", nothing),  # its lock is open until the process ends
    ):
        monkeypatch.setattr(where, name, by)
    assert worker.run() == 0
    (known,) = register.workers(settings)
    assert (known.registered.exit_code, known.registered.why) == (0, "stopped on request")
    assert signal.getsignal(number) == before

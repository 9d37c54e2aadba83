"""What all tests share."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.examples import ARE_THE_SAME, examples
from tests.left_sockets import collect
from tests.longest_files import rank
from tests.needs import is_allowed
from tests.real_data import REAL, ROOT, VARIABLE

if TYPE_CHECKING:
    from pipeline.runtime.embedded.broker import Broker

# A machine that is busy is no reason to fail: how long an example takes says nothing about what it shows.
settings.register_profile(
    "wiredesk",
    max_examples=examples(100),
    derandomize=ARE_THE_SAME,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("wiredesk")
# A shell that starts pytest in the background lets it ignore Ctrl-C, and so all commands that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# A broker of a test lives for a minute: the JVM's second compiler costs it more than it brings.  Measured: 1.8 s of
# CPU from its start to its first topics, 2.7 s with both.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-crashes", action="store_true", help="tests/crash: every pair of crashes, every cut")
    parser.addoption(
        "--screenshots", metavar="FOLDER", help="tests/board: write the pictures of docs/board.md there"
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect tests without the garbage collector, which then passes over them for good: nothing of it is garbage.

    Measured with 11,665 tests: it took a quarter of the processor time of a collection, and 5 % of the tests'.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first."""
    items.sort(key=lambda item: rank(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip for anything but what a machine lacks is a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if not is_allowed(reason):
            report.outcome = "failed"
            report.longrepr = f"{reason}\nNo test may be skipped for that: see tests/needs.py"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Collect garbage now: asyncio then reports exceptions that nobody retrieved, before the summary."""
    gc.collect()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say whether real data was read, so that the two kinds of run are not confused; skips are listed by `-ra`."""
    terminalreporter.section("data")
    if REAL:
        terminalreporter.line(f"real data of {REAL} and its stand-ins")
    else:
        terminalreporter.line(f"stand-ins alone: no real data here (the variable {VARIABLE} says where it is)")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Our own sample wires."""
    return ROOT / "seeds"


@pytest.fixture
def collected() -> Iterator[None]:
    """For tests that leave sockets behind: tests/left_sockets.py."""
    yield
    collect()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One embedded Kafka for the whole run, without topics; `.connection` leads there.  Name topics apart."""
    from pipeline.runtime.embedded.broker import Broker

    with Broker(tmp_path_factory.mktemp("broker")) as running:
        yield running

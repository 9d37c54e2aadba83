"""Logs: a traceback shows code and never what the variables hold; what a library says often is said once."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import sys
from collections.abc import Iterator

import pytest
import structlog
from aiokafka import errors

from pipeline.runtime import logging_setup


class Terminal(io.StringIO):
    """A terminal, as far as the logs ask."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """The logging of pytest."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


@pytest.mark.parametrize("verbose", [-1, 0, 1, 2])
@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_a_traceback_shows_no_variables(
    verbose: int, stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours and a library's, on a terminal and elsewhere, however verbose."""
    shown = stream()
    monkeypatch.setattr(sys, "stderr", shown)
    logging.config.dictConfig(logging_setup.configuration(verbose))
    for log in (structlog.get_logger("wiredesk.example"), logging.getLogger("faust.example")):
        _fail(log)
    text = shown.getvalue()
    assert text.count("Traceback") == 2
    assert text.count("ZeroDivisionError") >= 2
    assert "Embargoed" not in text


def _fail(log: logging.Logger) -> None:
    copy = "".join(("Embar", "goed until noon"))
    try:
        print(len(copy) / 0)
    except ZeroDivisionError:
        log.error("failed", exc_info=True)


REFUSED, CLOSED = ConnectionRefusedError(111, "Connect call failed"), errors.KafkaConnectionError("closed")
COORDINATOR = "aiokafka.consumer.group_coordinator"
OUTAGE = (  # what aiokafka logs when its broker dies
    ("aiokafka.consumer.fetcher", "Failed fetch messages from %s: %s", 1, CLOSED),
    ("aiokafka", "Unable connect to node with id %s: %s", 1, REFUSED),
    ("aiokafka", "Unable to update metadata from %s", [1]),
    (
        COORDINATOR,
        "Error sending %s to node %s [%s] -- marking coordinator dead",
        "HeartbeatRequest",
        1,
        CLOSED,
    ),
    (
        COORDINATOR,
        "Marking the coordinator dead (node %s)for group %s.",
        1,
        "wiredesk.tag",
    ),
    (
        COORDINATOR,
        "Heartbeat send request failed: %s. Will retry.",
        errors.NodeNotReadyError(),
    ),
    (COORDINATOR, "Group Coordinator Request failed: %s", errors.NodeNotReadyError()),
)


def logged(
    monkeypatch: pytest.MonkeyPatch, verbose: int, *lines: tuple[str, object, *tuple[object, ...]]
) -> list[str]:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    logging.config.dictConfig(logging_setup.configuration(verbose))
    for logger, message, *arguments in lines:
        logging.getLogger(logger).error(message, *arguments)
    return [json.loads(line)["event"] for line in shown.getvalue().splitlines()]


def test_a_broker_that_is_away_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever aiokafka says of it, once in a while; with -vv in its own words."""
    assert logged(monkeypatch, 0, *OUTAGE, *OUTAGE) == [logging_setup.AWAY]
    assert len(logged(monkeypatch, 2, *OUTAGE)) == len(OUTAGE)


def test_other_causes_keep_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A login that is refused is no broker that is away; a coordinator that is not there yet is one that starts."""
    message = "Group Coordinator Request failed: %s"
    refused = errors.GroupAuthorizationFailedError("wiredesk.tag")
    (found,) = logged(monkeypatch, 0, (COORDINATOR, message, refused))
    assert "wiredesk.tag" in found
    starting = errors.GroupCoordinatorNotAvailableError()
    assert logged(monkeypatch, 0, ("aiokafka", message, starting)) == [logging_setup.STARTING]


def test_a_line_of_a_library_names_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight rooms share the log of `wiredesk up`; a line of ours that names its room, or none, is as it was."""
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    logging.config.dictConfig(logging_setup.configuration(0, "tag"))
    logging.getLogger("aiokafka").error("no broker")
    structlog.get_logger("wiredesk.worker").info("open", room="tag")
    structlog.get_logger("wiredesk.ingest").info("started")
    assert [json.loads(line).get("room") for line in shown.getvalue().splitlines()] == ["tag", "tag", None]

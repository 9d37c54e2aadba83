"""Logs: a traceback on a terminal shows code, and never what the variables hold."""

from __future__ import annotations

import io
import logging
import logging.config
import sys
from collections.abc import Iterator

import pytest
import structlog

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

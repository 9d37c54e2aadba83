"""Logs: one structured line on stderr per thing an operator acts on.

Our own lines and those of the libraries are written alike.  During a broker outage aiokafka logs the same message
thousands of times (docs/design/kafka-and-faust.md#trap-10).  What it says then becomes one sentence of ours, and a
line of a library is repeated at most every REPEAT_SECONDS, with the number suppressed.  -vv shows their own words.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import structlog

from pipeline.outside import shown

REPEAT_SECONDS = 10.0
REMEMBERED_LINES = 500
LEVELS = {-1: "ERROR", 0: "INFO", 1: "DEBUG"}  # of ours, by the number of -v
AWAY = "the broker does not answer: the room waits, and goes on by itself as soon as it does"
STARTING = "the broker is still starting: it has no coordinator of groups yet"
SAID_OF_A_BROKER = frozenset(  # aiokafka's messages about a broker that is away, or about what causes them
    {
        "Failed fetch messages from %s: %s",
        "Unable connect to node with id %s: %s",
        'Unable connect to "%s:%s": %s',
        "Unable to request metadata from node with id %s: %r",
        'Unable to request metadata from "%s:%s": %s',
        "Unable to update metadata from %s",
        "Error sending %s to node %s [%s] -- marking coordinator dead",
        "Marking the coordinator dead (node %s)for group %s.",
        "Heartbeat send request failed: %s. Will retry.",
        "Heartbeat session expired - marking coordinator dead",
        "Group Coordinator Request failed: %s",
    }
)
CONNECTION_ERRORS = ("KafkaConnectionError", "NodeNotReadyError", "RequestTimedOutError")  # of aiokafka, by name
LIBRARIES = ("faust", "mode", "aiokafka", "asyncio")


class Translated(logging.Filter):
    """Says in a sentence what a library says of a broker that is away or still starting, and in how many ways.

    A message whose cause is something else, as a login that is refused, is left as it is.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg) in SAID_OF_A_BROKER:
            arguments = record.args if isinstance(record.args, tuple) else ()
            cause = next((one for one in arguments if isinstance(one, Exception)), None)
            if "NotAvailable" in type(cause).__name__:
                _translate(record, STARTING, logging.INFO)
            elif cause is None or isinstance(cause, OSError) or type(cause).__name__ in CONNECTION_ERRORS:
                _translate(record, AWAY, logging.WARNING)
        return True


def _translate(record: logging.LogRecord, sentence: str, level: int) -> None:
    """All of them become one line: of one logger, so that Repeats counts them together."""
    record.name, record.msg, record.args = "aiokafka", sentence, ()
    record.levelno, record.levelname = level, logging.getLevelName(level)


class Repeats(logging.Filter):
    """Suppresses a line that was written less than REPEAT_SECONDS ago, and counts it when it comes again."""

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        line, now = (record.name, str(record.msg)), time.monotonic()
        when, suppressed = self._written.get(line, (-REPEAT_SECONDS, 0))
        if now - when < REPEAT_SECONDS:
            self._written[line] = (when, suppressed + 1)
            return False
        if len(self._written) >= REMEMBERED_LINES:
            self._written.clear()
        self._written[line] = (now, 0)
        if suppressed:
            record.msg, record.args = f"{record.getMessage()} (and {suppressed} times more)", ()
        return True


def _shown(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """The line, its texts safe for a terminal: some are words from outside."""
    return {name: shown(value) if isinstance(value, str) else value for name, value in event.items()}


def silence_libraries() -> None:
    """Suppress the libraries' messages: the end and its cause have been logged, and what follows is noise."""
    for name in (*LIBRARIES, "pipeline.runtime.worker.faust_app"):  # Faust logs under the module of the app's class
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def configuration(verbose: int = 0, room: str = "") -> dict[str, Any]:
    """A logging.config dictionary: ours at INFO (or DEBUG), the libraries' warnings (or all with -vv).

    Ours name their room themselves; those of a library name `room`, as eight rooms may share a log.
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    of_libraries = [*shared, lambda _, __, event: {"room": room} | event] if room else shared
    tty = sys.stderr.isatty()
    # plain_traceback: rich's would show local variables, and those hold copy that is not published
    console = structlog.dev.ConsoleRenderer(colors=True, exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = console if tty else structlog.processors.JSONRenderer()
    processors: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if tty:
        processors.append(_shown)  # JSON escapes them itself
    else:
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    libraries = "INFO" if verbose > 1 else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"translated": {"()": Translated}, "repeats": {"()": Repeats}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [*processors, renderer],
                "foreign_pre_chain": of_libraries,
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["translated", "repeats"] if verbose < 2 else ["repeats"],
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "wiredesk": {"level": LEVELS.get(min(verbose, 1), "INFO")},
            **{name: {"level": libraries} for name in LIBRARIES},
            "kafka": {"level": "INFO" if verbose > 1 else "CRITICAL"},  # its errors are raised as well
        },
    }

"""How a worker ends: which error leads to which exit code, and the time that an end may take."""

from __future__ import annotations

import os
import threading

from pipeline.runtime.exit_codes import EXIT_BREAKER, EXIT_FAILED, EXIT_SETTINGS
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.runtime.log.journal import JournalLost
from pipeline.runtime.log.port import NoPartition
from pipeline.shard import FeedBroken, UnknownJournal

STOP_SECONDS = 15  # an orderly stop takes no longer (trap 2: it can hang)
FAILED_STOP_SECONDS = 2  # after a failure it always hangs: Faust waits for events that nobody will acknowledge


def exit_code_of(error: BaseException) -> int:
    """The exit code of a worker that an error ends."""
    match error:
        case Refusal(code=code):
            return code
        case FeedBroken():
            return EXIT_BREAKER
        case NoPartition() | JournalLost() | UnknownJournal():
            return EXIT_SETTINGS
    return EXIT_FAILED


def end_hard_after(seconds: float, code: int) -> None:
    """End the process then, by a timer that no hanging event loop can stop."""
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()

"""Imported first: Ctrl-C while the command is loaded ends the process as the system does, without a traceback.

A traceback can still come from Python's own start, before our first line: some 40 ms.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable

WAS_AN_EXCEPTION = signal.getsignal(signal.SIGINT) is signal.default_int_handler


def on_ctrl_c(handler: signal.Handlers | Callable[..., object]) -> None:
    """Let Ctrl-C do this, unless whoever started us had it ignored, or we are not in the main thread."""
    if WAS_AN_EXCEPTION:
        with contextlib.suppress(ValueError):
            signal.signal(signal.SIGINT, handler)


def over() -> None:
    """Ctrl-C is an exception again, which click shows as `Aborted!`."""
    on_ctrl_c(signal.default_int_handler)


on_ctrl_c(signal.SIG_DFL)

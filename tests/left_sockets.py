"""Sockets that libraries leave to the garbage collector, and that no test may trip over.

A socket with TLS is closed when both sides have said goodbye.  A loop that ends at once does not wait for that; the
loop of a worker goes on.  Kafka's libraries leave the socket of a refused connection likewise.
"""

from __future__ import annotations

import gc
import warnings

import pytest

LEFT_SOCKETS = pytest.mark.filterwarnings(r"ignore:unclosed (<(ssl\.SSLS|s)ocket|transport):ResourceWarning")
COLLECTED = [
    LEFT_SOCKETS,
    pytest.mark.usefixtures("collected"),
]  # the marks of a file whose tests leave such sockets


def collect() -> None:
    """Collect what a test left behind, before another one would trip over it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()

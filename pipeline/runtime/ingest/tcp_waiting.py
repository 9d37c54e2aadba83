"""The dispatches of a TCP feed that wait for Kafka."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from itertools import islice

from pipeline.ingest.contract import fitting
from pipeline.ingest.tcp import Dispatch
from pipeline.ingest.tcp_cutter import Cut

WAITING_BYTES_MAX = 1_048_576  # beyond it no connection is read
UNREAD_BYTES_MAX = 65_536  # of acknowledgements, by a sender that does not read them: it gets no more
ACK = b"\x06"


class Waiting:
    """A queue whose entries stay until they are committed.  `has_room` is set while it is not full."""

    def __init__(self, acknowledge: bool) -> None:
        self._acknowledge = acknowledge
        self._queue: deque[tuple[Dispatch, asyncio.StreamWriter]] = deque()
        self._bytes = 0
        self._number = 0
        self.has_room = asyncio.Event()
        self.has_room.set()

    def add(self, peer: str, cut: Cut, writer: asyncio.StreamWriter) -> None:
        """A dispatch, and where its sender reads what it is answered."""
        self._number += 1
        self._queue.append((Dispatch(self._number, peer, cut, time.time_ns() // 1_000_000), writer))
        self._bytes += len(cut.value)
        if self._bytes >= WAITING_BYTES_MAX:
            self.has_room.clear()

    def first(self) -> tuple[Dispatch, ...]:
        """The oldest, as many as fit into a step."""
        count = fitting(len(dispatch.cut.value) for dispatch, _ in self._queue)
        return tuple(dispatch for dispatch, _ in islice(self._queue, count))

    def drop(self, number: int) -> None:
        """Those up to this number are committed: acknowledge what is whole, if that is wanted."""
        while self._queue and self._queue[0][0].number <= number:
            dispatch, writer = self._queue.popleft()
            self._bytes -= len(dispatch.cut.value)
            if self._acknowledge and not dispatch.cut.fault and _takes_more(writer):
                writer.write(ACK)
        if self._bytes < WAITING_BYTES_MAX:
            self.has_room.set()


def _takes_more(writer: asyncio.StreamWriter) -> bool:
    return not writer.is_closing() and writer.transport.get_write_buffer_size() < UNREAD_BYTES_MAX

"""When a worker's consumer fetches: seldom while nothing comes, not for each record, and not for ever.

aiokafka 0.14.0 has no settings for this; tests/unit/test_faust_quirks.py fails when it changes what is relied on.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

FETCH_WAIT_MS = 50  # Faust hard-codes 1500, and a partition whose records are being worked on would wait that long
FETCH_WAIT_IDLE_MS = 1000  # while nothing comes: the next record ends the wait, whatever partition it is in
# Without an answer: a frozen broker gives none.  Faust's own 30 s are for all requests, and a join may take them.
FETCH_SECONDS = 6.0


@dataclass
class FetchPace:
    """When the next fetch may go to a broker: what comes meanwhile is one answer, not one for each record."""

    seconds: float
    _sent: dict[int, float] = field(default_factory=dict)  # the last one to each broker

    def wait_seconds(self, node_id: int, now: float) -> float:
        """How long a fetch that is ready now has to wait."""
        return max(0.0, self._sent.get(node_id, now - self.seconds) + self.seconds - now)

    def sent(self, node_id: int, now: float) -> None:
        """A fetch goes now.  One that is cancelled while it waits does not, and delays no other."""
        self._sent[node_id] = now


def be_patient(fetcher: Any, pace_seconds: float) -> None:
    """Let fetches wait for longer while nothing comes, send none too soon, and give up those that nobody answers.

    A partition is not in a fetch while its records are in the buffer, and one fetch at a time goes to a broker: so
    the wait is short again from the first record on, until all are empty.
    """
    fetch, pace = fetcher._proc_fetch_request, FetchPace(pace_seconds)

    async def patient_fetch(assignment: Any, node_id: int, request: Any) -> bool:
        has_come, limit = False, asyncio.timeout(FETCH_SECONDS)
        try:
            await asyncio.sleep(pace.wait_seconds(node_id, time.monotonic()))
            pace.sent(node_id, time.monotonic())
            async with limit:
                has_come = await fetch(assignment, node_id, request)
        except asyncio.CancelledError:  # aiokafka's own says False, but not while it pauses after an error
            return False
        except TimeoutError:
            pass
        if limit.expired():
            fetcher._client.force_metadata_update()  # the partitions may have other leaders
        is_idle = not has_come and not fetcher._records
        wait_ms = min(2 * fetcher._fetch_max_wait_ms, FETCH_WAIT_IDLE_MS) if is_idle else FETCH_WAIT_MS
        fetcher._fetch_max_wait_ms = wait_ms
        return has_come

    fetcher._proc_fetch_request = patient_fetch

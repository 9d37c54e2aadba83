"""When the consumer of a worker fetches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pipeline.runtime.worker import fetching


class SlowFetcher:
    """What `be_patient` needs of aiokafka's fetcher; each fetch brings the next of `answers`; None never comes."""

    def __init__(self, answers: Sequence[bool | None]) -> None:
        self.answers, self.updates = list(answers), 0
        self._records: dict[str, bytes] = {}
        self._fetch_max_wait_ms = fetching.FETCH_WAIT_MS
        self._client = self

    def force_metadata_update(self) -> None:
        self.updates += 1

    async def _proc_fetch_request(self, *request: object) -> bool:
        answer = self.answers.pop(0)
        try:
            return answer if answer is not None else await asyncio.Event().wait()
        except asyncio.CancelledError:
            return False


def test_fetches_wait_longer_while_nothing_comes() -> None:
    """Each empty one doubles the wait, up to a limit; a record, or one in the buffer, makes it short again."""
    fetcher = SlowFetcher([False] * 6 + [True, False, False, False])
    fetching.be_patient(fetcher, 0)

    async def waits(count: int) -> list[int]:
        found = []
        for _ in range(count):
            await fetcher._proc_fetch_request(None, 1, None)
            found.append(fetcher._fetch_max_wait_ms)
        return found

    assert asyncio.run(waits(8)) == [100, 200, 400, 800, 1000, 1000, 50, 100]
    fetcher._records["a partition"] = b"a record"
    assert asyncio.run(waits(2)) == [50, 50]


def test_two_fetches_to_a_broker_are_a_pace_apart() -> None:
    """From the sending of one to that of the next; the first goes at once, and so does a late one."""
    pace, waits = fetching.FetchPace(20), []
    for node, now in [(1, 100), (1, 105), (2, 105), (1, 121), (1, 300), (1, 320)]:
        waits.append(pace.wait_seconds(node, now))
        pace.sent(node, now + waits[-1])
    assert waits == [0, 15, 0, 19, 0, 0]


def test_fetches_that_are_cancelled_while_they_wait_delay_no_other() -> None:
    """aiokafka cancels one at each change of the assignment: the next waits for the rest of the pace."""
    pace = fetching.FetchPace(20)
    pace.sent(1, 100)
    assert [pace.wait_seconds(1, now) for now in (105, 106, 107, 125)] == [15, 14, 13, 0]


def test_a_fetch_that_is_cancelled_before_it_is_sent_brings_nothing() -> None:
    """As one that is under way: aiokafka cancels both when the assignment changes, and asks for the result."""
    fetcher = SlowFetcher([True, True])
    fetching.be_patient(fetcher, 1_000_000)

    async def cancelled() -> bool:
        assert await fetcher._proc_fetch_request(None, 1, None)
        second = asyncio.create_task(fetcher._proc_fetch_request(None, 1, None))
        await asyncio.sleep(0)
        second.cancel()
        return await second

    assert asyncio.run(cancelled()) is False
    assert fetcher.answers == [True]


def test_a_fetch_that_nobody_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen broker: the client asks who leads its partitions now."""
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 0.01)
    fetcher = SlowFetcher([None, True])
    fetching.be_patient(fetcher, 0)

    async def twice() -> tuple[bool, bool]:
        first = await fetcher._proc_fetch_request(None, 1, None)
        return first, await fetcher._proc_fetch_request(None, 1, None)

    assert asyncio.run(twice()) == (False, True)
    assert fetcher.updates == 1


@pytest.mark.parametrize("is_cancelled", [True, False], ids=["cancelled", "given up"])
def test_a_fetch_that_pauses_after_an_error_ends_quietly(
    is_cancelled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiokafka's pause passes the cancellation on: who closes the consumer would be cancelled with it."""
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 1_000.0 if is_cancelled else 0.01)

    class PausingFetcher(SlowFetcher):
        async def _proc_fetch_request(self, *request: object) -> bool:
            await asyncio.Event().wait()
            return False

    fetcher = PausingFetcher([])
    fetching.be_patient(fetcher, 0)

    async def ended() -> bool:
        fetch = asyncio.create_task(fetcher._proc_fetch_request(None, 1, None))
        await asyncio.sleep(0.001)
        if is_cancelled:
            fetch.cancel()
        return await fetch

    assert asyncio.run(ended()) is False
    assert fetcher.updates == (0 if is_cancelled else 1)

"""The laws of deliver: one attempt a receiver, in order within a thread, nothing sent twice, nothing lost."""

from __future__ import annotations

from collections import Counter
from typing import Any

from deliver_driver import HOUR_MS, SECOND_MS, TWO, DeliverDriver, delivered, receivers
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver.room import DeliverRoom
from pipeline.deliver.state import DeliverState, Waiting
from pipeline.envelope import RecordType
from pipeline.items import Verdict

RECEIVERS = ("hook", "other")
VERDICTS = st.sampled_from(
    [
        {"verdict": Verdict.DELIVERED},
        {"verdict": Verdict.DELIVERED},
        {"verdict": Verdict.FAILED},
        {"verdict": Verdict.LIMITED, "retry_after_seconds": 30},
        {"verdict": Verdict.REFUSED},
        {"verdict": Verdict.GONE},
    ]
)
EVENTS = st.sampled_from(["urgent", "urgent", "kill"])
STEPS = st.one_of(
    st.tuples(
        st.just("notify"), st.integers(0, 8), st.integers(0, 3), st.sampled_from(["urgent", "urgent", "kill"])
    ),
    st.tuples(st.just("answer"), st.sampled_from(RECEIVERS), VERDICTS),
    st.tuples(st.just("wait"), st.sampled_from([SECOND_MS, 60 * SECOND_MS, HOUR_MS, 10 * HOUR_MS])),
    st.tuples(st.just("resume"), st.sampled_from(RECEIVERS)),
    st.tuples(st.just("erase"), st.integers(0, 8)),
)


class Watched(DeliverDriver):
    """Holds each step to what must be true after every one."""

    def step(self, type_: RecordType, value: bytes) -> None:
        super().step(type_, value)
        running = Counter(one.receiver for one in self.state.running())
        assert max(running.values(), default=0) <= 1, "two attempts for one receiver"
        for receiver in self.state.queues:
            earlier: set[str] = set()
            for one in self.state.waiting(receiver):
                threads = self.state.notification(one).threads
                assert not (one.is_running and earlier.intersection(threads)), "out of order in its thread"
                earlier.update(threads)

    def tick(self, ms: int) -> None:
        """Time passes, and nobody answers."""
        end_ms = self.now_ms + ms
        for _ in range(1_000):
            due_ms = self.room.due_ms(self.state)
            if due_ms is None or due_ms > end_ms:
                self.now_ms = end_ms
                return
            self.now_ms = max(self.now_ms, due_ms)
            self.step(RecordType.TICK, b"")
        raise AssertionError("it ticks for ever")

    def rebuilt(self, before: int) -> DeliverState:
        """The state out of what the journal has from a source offset on, behind a carry of what was before."""
        state = self.room.open()
        carried = list(self.room.carry(self.state, before))
        for offset, change in self.journal:
            if offset >= before:
                self.room.apply(state, self.room.decode(change), offset)
        for one in carried:
            self.room.apply(state, self.room.decode(self.room.encode(one)), self.offset)
        return state


def play(steps: list[Any]) -> Watched:
    run = Watched(DeliverRoom(receivers(TWO.replace("desks", "give_up_after: 7d, desks"))))
    for kind, *what in steps:
        if kind == "notify":
            number, thread, event = what
            run.notify(number, thread=f"t{thread}", uri=f"urn:wiredesk:dispatch:d{number}", event=event)
        elif kind == "answer":
            for one in run.state.running():
                if one.receiver == what[0]:
                    run.answer(one, **what[1])
        elif kind == "wait":
            run.tick(what[0])
        elif kind == "resume":
            run.control(action="resume", receiver=what[0])
        else:
            run.control(action="erase", dispatch=f"d{what[0]}")
    return run


@given(st.lists(STEPS, max_size=40))
def test_whatever_happens_it_ends(steps: list[Any]) -> None:
    """Once receivers take everything nothing waits: each delivery ended once, and what was sent was sent once."""
    run = play(steps)
    run.answers = delivered
    for receiver in RECEIVERS:
        run.control(action="resume", receiver=receiver)
    run.until(run.now_ms + 10 * 24 * HOUR_MS)
    assert not any(run.state.waiting(receiver) for receiver in RECEIVERS)
    assert not len(run.state.kept), "a notification is kept that nobody waits for"
    assert set(run.last.values()) <= {"sent", "given-up"}
    sent = Counter(f"{one.receiver}/{one.notification}" for one in run.deliveries if one.state == "sent")
    assert max(sent.values(), default=1) == 1


@given(st.lists(STEPS, max_size=40), st.integers(0, 60))
def test_the_journal_rebuilds_it(steps: list[Any], before: int) -> None:
    """From the whole journal, and from any point of it on with what is carried before a trim."""
    run = play(steps)
    for start in (0, min(before, run.offset + 1)):
        assert run.room.digest(run.rebuilt(start)) == run.room.digest(run.state)


@given(st.lists(STEPS, max_size=30))
def test_no_answer_is_taken_twice(steps: list[Any]) -> None:
    """Answers of attempts that are not under way, by a zombie or from before, end nothing."""
    run = play(steps)
    under_way = {(one.id, one.attempts) for one in run.state.running()}
    before = len(run.deliveries)
    for receiver in RECEIVERS:
        for number in range(9):
            for attempt in range(1, 4):
                key = f"{receiver}/n{number}"
                if (key, attempt) not in under_way:
                    stale = Waiting(key, 0, receiver, f"n{number}", 0, 0, attempts=attempt)
                    run.answer(stale, verdict=Verdict.DELIVERED)
    assert {one.state for one in run.deliveries[before:]} <= {"pending"}, "an answer ended what it was not about"

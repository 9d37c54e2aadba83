"""The room deliver: what is tried when, in which order, and what becomes of what no receiver takes."""

from __future__ import annotations

from typing import Any

import pytest
from deliver_driver import (
    HOUR_MS,
    MINUTE_MS,
    ONE,
    SECOND_MS,
    TWO,
    DeliverDriver,
    delivered,
    failing,
    notification,
    receivers,
)

from pipeline.dead import Letter
from pipeline.deliver.outcomes import OUTCOMES
from pipeline.deliver.room import DeliverRoom
from pipeline.deliver.schedule import (
    ATTEMPTS_MAX,
    DELAYS_MS,
    JITTER_PERCENT,
    RETRY_AFTER_MS_MAX,
    delay_ms,
    pause_ms,
)
from pipeline.deliver.state import WAITING_BYTES_MAX, WAITING_MAX, Waiting
from pipeline.deliver.work import BEHIND_MS_MAX
from pipeline.envelope import RecordType
from pipeline.items import Verdict, dispatch_uri, dump
from pipeline.records import Position, Reason, Record, Rejected
from pipeline.shard import as_record


def test_each_receiver_of_the_desk_gets_it_once() -> None:
    """One attempt each; a desk that no receiver has is sent nothing; the same record again is not sent again."""
    run = DeliverDriver.of(TWO)
    run.notify(1)
    run.notify(2, desk="foreign")
    run.notify(3, desk="sport")
    run.until(HOUR_MS)
    assert [made[:3] for made in run.made] == [("hook", "n1", 1), ("other", "n1", 1), ("other", "n2", 1)]
    assert run.last == {"hook/n1": "sent", "other/n1": "sent", "other/n2": "sent"}
    run.notify(1)
    run.until(2 * HOUR_MS)
    assert len(run.made) == 3
    assert not run.letters


def test_the_schedule_is_that_of_the_specification() -> None:
    """500 for days: ten attempts, with the delays of Standard Webhooks, a fifth longer at most; a dead letter."""
    run = DeliverDriver.of(ONE.replace("desks", "give_up_after: 7d, desks"), answers=failing)
    run.notify(1)
    run.until(7 * 24 * HOUR_MS)
    times = [made[3] for made in run.made]
    assert [made[2] for made in run.made] == list(range(1, ATTEMPTS_MAX + 1))
    for delay, before, after in zip(DELAYS_MS, times, times[1:], strict=False):
        assert delay <= after - before <= delay * (100 + JITTER_PERCENT) // 100 + SECOND_MS
    (letter,) = run.letters
    found = Letter(as_record(letter, 0, 0))
    assert (found.reason, found.position) == (Reason.UNDELIVERABLE, Position("wire.notifications", 0, 0))
    assert found.detail == "receiver hook: given up after 10 attempts, attempts; the last attempt: failed 500"
    assert letter.value == dump(notification(1))
    assert (run.last, run.deliveries[-1].given_up) == ({"hook/n1": "given-up"}, "attempts")


def test_a_delivery_is_given_up_when_it_is_too_old() -> None:
    """`give_up_after` ends it, between two attempts."""
    run = DeliverDriver.of(ONE.replace("desks", "give_up_after: 10m, desks"), answers=failing)
    run.notify(1)
    run.until(HOUR_MS)
    assert [made[2] for made in run.made] == [1, 2, 3]
    assert (run.deliveries[-1].given_up, len(run.letters)) == ("age", 1)


def test_jitter_is_derived() -> None:
    """The same delay for the same attempt, another one for another receiver: a replay has the same times."""
    assert delay_ms("hook/n1", 3) == delay_ms("hook/n1", 3)
    assert len({delay_ms(f"r{number}/n1", 3) for number in range(20)}) > 15
    assert pause_ms("hook", 1) < 2 * 5 * SECOND_MS
    assert pause_ms("hook", 100) == pause_ms("hook", 100) < 2 * 5 * MINUTE_MS


OUTCOME_CASES: list[tuple[dict[str, Any], str, int | None]] = [  # answer, state, tried again after (ms)
    ({"verdict": Verdict.DELIVERED, "status": 204}, "sent", None),
    ({"verdict": Verdict.FAILED, "trouble": "redirect", "status": 302}, "failed", 5 * SECOND_MS),
    ({"verdict": Verdict.FAILED, "trouble": "timeout"}, "failed", 5 * SECOND_MS),
    ({"verdict": Verdict.LIMITED, "status": 429, "retry_after_seconds": 90}, "failed", 90 * SECOND_MS),
    ({"verdict": Verdict.LIMITED, "status": 429, "retry_after_seconds": 0}, "failed", SECOND_MS),
    ({"verdict": Verdict.LIMITED, "status": 429, "retry_after_seconds": 10**8}, "failed", RETRY_AFTER_MS_MAX),
    ({"verdict": Verdict.LIMITED, "status": 429}, "failed", 5 * SECOND_MS),
    ({"verdict": Verdict.REFUSED, "status": 400}, "given-up", None),
    ({"verdict": Verdict.GONE, "status": 410}, "failed", None),
]


@pytest.mark.parametrize(("answer", "state", "again_ms"), OUTCOME_CASES)
def test_what_follows_from_an_answer(answer: dict[str, Any], state: str, again_ms: int | None) -> None:
    """Each verdict has its outcome; a pause that is asked for is kept, within its bounds."""
    run = DeliverDriver.of(ONE, answers=lambda one: answer if one.attempts == 1 else delivered(one))
    run.notify(1)
    run.answer_all()
    assert run.last == {"hook/n1": state}
    run.until(24 * HOUR_MS)
    times = [made[3] for made in run.made]
    assert len(times) == (1 if again_ms is None else 2)
    if again_ms is not None:
        assert again_ms <= times[1] - times[0] <= again_ms * 1.2 + SECOND_MS


def test_every_verdict_has_an_outcome() -> None:
    """The table has a row for each verdict, with attempts left and without."""
    assert set(OUTCOMES) == {(verdict, more) for verdict in Verdict for more in (True, False)}


def test_a_receiver_that_is_gone_waits_for_an_operator() -> None:
    """410: nothing more is sent, what comes waits in order; `resume` sends it, and an unknown name is refused."""
    run = DeliverDriver.of(TWO, answers=lambda one: {"verdict": Verdict.GONE, "status": 410})
    run.notify(1)
    run.answer_all()
    run.notify(2)
    run.until(24 * HOUR_MS)
    assert len(run.made) == 3 - 1  # one of each receiver
    run.answers = delivered
    run.control(action="resume", receiver="hook")
    run.until(25 * HOUR_MS)
    assert [made[:2] for made in run.made[2:]] == [("hook", "n1"), ("hook", "n2")]
    for name, which in (("hok", "did you mean hook"), ("nobody", "there are hook, other")):
        with pytest.raises(Rejected, match=f"no receiver '{name}' in the file; {which}"):
            run.control(action="resume", receiver=name)


def test_order_within_a_thread() -> None:
    """What comes later in a thread waits for what failed before it, and no longer than five minutes at a time.

    Another thread goes out meanwhile, as soon as the receiver's short pause is over.
    """
    fails = {("n1", attempt) for attempt in range(1, 5)}
    run = DeliverDriver.of(
        ONE, answers=lambda one: failing(one) if (one.notification, one.attempts) in fails else delivered(one)
    )
    run.notify(1, thread="ferry")
    run.notify(2, thread="ferry", breaks=True)
    run.notify(3, thread="dam")
    run.until(HOUR_MS)
    order = [made[1] for made in run.made]
    assert [name for name in order if name != "n3"] == ["n1"] * 5 + ["n2"]
    assert order.index("n3") <= 2  # behind the second attempt, which is due as soon as the pause is over
    gaps = [after[3] - before[3] for before, after in zip(run.made, run.made[1:], strict=False)]
    assert max(gaps) <= BEHIND_MS_MAX + SECOND_MS


@pytest.mark.parametrize("event", ["kill", "hold"])
def test_what_was_taken_down_before_it_was_sent_is_not_sent(event: str) -> None:
    """A report whose attempt failed is withdrawn by its kill, which goes out at once; what is under way goes on."""
    run = DeliverDriver.of(TWO, answers=failing)
    run.notify(1, uri="d1", thread="ferry")
    (hook, _) = run.state.running()
    run.answer(hook, verdict=Verdict.FAILED)
    run.answers = delivered
    run.notify(2, uri="d1", thread="ferry", event=event)
    run.until(MINUTE_MS)
    assert [made[:2] for made in run.made if made[0] == "hook"] == [("hook", "n2")]
    assert [made[:2] for made in run.made if made[0] == "other"] == [("other", "n1"), ("other", "n2")]
    assert [one.given_up for one in run.deliveries if one.given_up] == ["withdrawn"]
    assert not run.letters


def test_an_erasure_ends_what_has_its_words() -> None:
    """What waits or is under way and tells of the dispatch, or of its copies, is not tried again; the rest is."""
    run = DeliverDriver.of(ONE, answers=failing)
    for number, uri, copies in ((1, "d1", None), (2, "copy", "d1"), (3, "other", None)):
        run.notify(number, uri=dispatch_uri(uri), copies=copies and dispatch_uri(copies))
    run.control(action="erase", dispatch="d1")
    assert run.room.erases(run.room.decode(run.journal[-1][1]))
    assert b"Ferry 1" not in (left := repr(list(run.state.before(100))).encode())
    assert b"Ferry 2" not in left
    assert b"Ferry 3" in left


def test_words_of_what_was_killed_leave_the_journal() -> None:
    """A kill has the journal written anew: what was delivered is then in it no more."""
    run = DeliverDriver.of(ONE)
    run.notify(1, uri="d1")
    run.answer_all()
    run.notify(2, uri="d1", event="kill")
    run.answer_all()
    changes = [run.room.decode(change) for _, change in run.journal]
    assert [run.room.erases(change) for change in changes] == [False, False, True, False]
    carried = b"".join(run.room.encode(change) for change in run.room.carry(run.state, run.offset + 1))
    assert b"URGENT: Ferry 1" not in carried
    assert b"hook/n1" in carried


def test_what_breaks_through_goes_first() -> None:
    """Of what waits for a receiver a kill of another thread goes first."""
    run = DeliverDriver.of(ONE)
    for number in range(1, 5):
        run.notify(number, breaks=number == 4)
    run.until(HOUR_MS)
    assert [made[1] for made in run.made] == ["n1", "n4", "n2", "n3"]


def test_a_slow_receiver_holds_up_no_other() -> None:
    """One never answers: the other gets everything, and the first has one attempt under way, not more."""
    run = DeliverDriver.of(TWO)
    for number in range(1, 40):
        run.notify(number)
        for one in run.state.running():
            if one.receiver == "other":
                run.answer(one, verdict=Verdict.DELIVERED)
    assert {key: state for key, state in run.last.items() if key.startswith("other/")} == {
        f"other/n{number}": "sent" for number in range(1, 40)
    }
    assert [(one.receiver, one.notification) for one in run.state.running()] == [("hook", "n1")]


def test_a_receiver_that_is_down_is_not_stormed() -> None:
    """1,000 notifications in a minute for a receiver that is down for an hour: few attempts, then all, in order."""

    def answers(one: Waiting) -> dict[str, Any]:
        return failing(one) if run.now_ms - start_ms < HOUR_MS else delivered(one)

    run = DeliverDriver.of(ONE, answers=answers)
    start_ms = run.now_ms
    for number in range(WAITING_MAX):
        run.notify(number)
        run.until(number * 60)
    run.until(HOUR_MS)
    assert len(run.made) < 30
    before = len(run.made)
    run.until(2 * HOUR_MS)
    assert not run.letters
    assert sorted(run.last.values()) == ["sent"] * WAITING_MAX
    assert len({made[1] for made in run.made[before:]}) == WAITING_MAX


def test_a_storm_beyond_the_bound() -> None:
    """Of more than is kept for a receiver the oldest is given up, with a letter; what breaks through stays."""
    run = DeliverDriver.of(ONE, answers=failing)
    for number in range(WAITING_MAX + 11):
        run.notify(number, breaks=number == 3)
    given_up = [one.notification for one in run.deliveries if one.given_up == "crowded-out"]
    assert given_up == [f"n{number}" for number in range(1, 13) if number != 3]  # n0 is under way
    assert len(run.letters) == len(given_up) == 11


def test_large_notifications_are_bounded() -> None:
    """What waits for a receiver has at most so many bytes."""
    run = DeliverDriver.of(ONE)
    text = "x" * 900_000
    for number in range(8):
        run.step(RecordType.NOTIFICATION, dump(notification(number).model_copy(update={"text": text})))
    waiting = run.state.waiting("hook")
    assert sum(len(run.state.notification(one).value) for one in waiting) <= WAITING_BYTES_MAX
    assert len(waiting) == 4


def test_stale_answers_change_nothing() -> None:
    """The answer to another attempt, to what has ended, or of a receiver that is unknown."""
    run = DeliverDriver.of(ONE)
    run.notify(1)
    (one,) = run.state.running()
    before = run.room.digest(run.state)
    run.answer(Waiting("hook/n1", 0, "hook", "n1", 0, 0, attempts=7), verdict=Verdict.DELIVERED)
    run.answer(Waiting("x/n1", 0, "x", "n1", 0, 0, attempts=1), verdict=Verdict.GONE)
    assert run.room.digest(run.state) == before
    run.answer(one, verdict=Verdict.DELIVERED)
    after = run.room.digest(run.state)
    run.answer(one, verdict=Verdict.FAILED)
    assert run.room.digest(run.state) == after
    assert run.last == {"hook/n1": "sent"}


def test_a_receiver_that_left_the_file() -> None:
    """What waits for it is given up by the next tick, what is under way too."""
    run = DeliverDriver.of(TWO, answers=failing)
    run.notify(1)
    run.room = DeliverRoom(receivers(ONE))
    run.state.is_due_known = False  # as in a process that has just read its journal
    run.until(SECOND_MS)
    assert [(one.receiver, one.given_up) for one in run.deliveries if one.given_up] == [("other", "removed")]


def test_a_test_is_sent_and_marked() -> None:
    """`send-test` sends one notification that says so; given up, it leaves no dead letter."""
    run = DeliverDriver.of(ONE, answers=lambda one: {"verdict": Verdict.REFUSED})
    run.control(action="send-test", receiver="hook")
    (one,) = run.state.running()
    sent = run.state.notification(one)
    assert b'"kind":"test"' in sent.value
    assert b"TEST: a notification for hook" in sent.value
    run.answer_all()
    assert [(one.state, one.test) for one in run.deliveries] == [("pending", True), ("given-up", True)]
    assert not run.letters


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"", "notification: Invalid JSON"),
        (b"[]", "notification: Input should be"),
        (dump(notification(1)).replace(b'"n1"', b'"n.1"'), "is not of A-Z"),
        (dump(notification(1)).replace(b'"desk"', b'"disk"'), "desk: Field required"),
    ],
)
def test_a_notification_that_is_none(value: bytes, why: str) -> None:
    """It goes to wire.dead, alone."""
    run = DeliverDriver.of(ONE)
    record = Record(Position("wire.notifications", 0, 0), b"", value, (), run.now_ms)
    with pytest.raises(Rejected, match=why) as caught:
        run.room.on_notification(run.state, record)
    assert caught.value.reason is Reason.BAD_RECORD


WRONG_FILES = [
    (ONE.replace("hook: {", "Hook: {", 1), "line 1, field receivers: 'Hook' is no name of a receiver"),
    (ONE.replace("[news]", "[]"), "field receivers.hook.desks: write at least 1"),
    ("receivers:\n hook:\n  desks: [news]", "line 3, field receivers.hook: it is of no kind; give one of webhook"),
    (ONE.replace("env:HOOK_SECRET", "whsec_hunter2"), "secrets.0: it may be a secret, which does not belong here"),
    (ONE.replace("/hook'", "/hook?token=hunter2'"), "webhook.url: it is no web address, or has a part"),
    (ONE.replace("https://", "https://ada:hunter2@"), "webhook.url: it is no web address, or has a part"),
    (ONE.replace("https://news.example", "ftp://hunter2"), "webhook.url: it is no web address"),
    (ONE.replace("desks", "timeout: 5s, desks"), "hook.timeout: write 15s or more"),
    (ONE.replace("desks", "timeout: soon, desks"), "'soon' is no duration; write it as 20s"),
    (ONE.replace("desks", "colour: hunter2, desks"), "receivers.hook.colour: no member has this name; look"),
    ("acknowledgements: {secrets: []}", "acknowledgements.secrets: write at least 1"),
    ("acknowledgements: {listen: '1', secrets: ['env:A']}", "'1' is no address; write host:port"),
    ("receivers: [hunter2]", "field receivers: write its members, each as"),
]


@pytest.mark.parametrize(("text", "problem"), WRONG_FILES)
def test_a_wrong_file_is_refused_with_its_line(text: str, problem: str) -> None:
    """Each problem has its place, and no message repeats what may be a secret."""
    with pytest.raises(ValueError, match=r"^deliver\.yaml:") as caught:
        receivers(text)
    assert problem in str(caught.value)
    assert "hunter2" not in str(caught.value)

"""OUTCOMES: what follows from what an attempt came to."""

from __future__ import annotations

from enum import Enum

from pipeline.items import Verdict


class Outcome(Enum):
    """What becomes of a delivery, and of its receiver."""

    SENT = "it is done"
    AGAIN = "it is tried again by the schedule; the receiver has a short pause"
    LATER = "it is tried again when the pause is over that the receiver asked for; so is all else for it"
    DISABLE = "the receiver gets nothing until an operator resumes it; what is for it waits"
    GIVE_UP = "it is not tried again, and its notification goes to wire.dead"


OUTCOMES: dict[tuple[Verdict, bool], Outcome] = {  # by verdict, and whether the schedule has another attempt
    (Verdict.DELIVERED, True): Outcome.SENT,
    (Verdict.DELIVERED, False): Outcome.SENT,
    (Verdict.FAILED, True): Outcome.AGAIN,
    (Verdict.FAILED, False): Outcome.GIVE_UP,
    (Verdict.LIMITED, True): Outcome.LATER,
    (Verdict.LIMITED, False): Outcome.GIVE_UP,
    (Verdict.REFUSED, True): Outcome.GIVE_UP,
    (Verdict.REFUSED, False): Outcome.GIVE_UP,
    (Verdict.GONE, True): Outcome.DISABLE,
    (Verdict.GONE, False): Outcome.DISABLE,
}

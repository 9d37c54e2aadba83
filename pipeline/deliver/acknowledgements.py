"""Acknowledgements by signed requests: what one asks for, and what it gets.  Pure: state and request -> answer.

A request is one of Standard Webhooks, in the other direction.  What is written is the control that `alerts ack`
writes.  The latest SEEN_MAX are remembered, in this process: after a restart the same one may write the same
control once more, which changes nothing in route.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar

from pydantic import Field, ValidationError

from pipeline.deliver import signatures
from pipeline.deliver.signatures import Checked, checked
from pipeline.items import Action, Control, Model
from pipeline.items.control import Words

BODY_BYTES_MAX = 16_384
SEEN_MAX = 2_000
K = TypeVar("K")


class AckRequest(Model):
    """The body of `POST /ack`."""

    notification: Words = Field(min_length=1, max_length=100, description="the notification: `id`")
    who: Words = Field(min_length=1, max_length=200, description="who acknowledges it")
    why: Words = Field("acknowledged", min_length=1, max_length=1000, description="why; published with it")


class AckOutcome(StrEnum):
    """What becomes of a request."""

    TAKEN = "taken"  # it is written
    KNOWN = "known"  # the notification was acknowledged before: nothing is written
    REPLAYED = "replayed"  # the very same request was here before
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    UNSIGNED = "unsigned"
    UNTIMELY = "untimely"
    FORGED = "forged"
    UNWRITTEN = "unwritten"  # no broker takes it now


STATUSES: Mapping[AckOutcome, int] = {
    AckOutcome.TAKEN: 202,
    AckOutcome.KNOWN: 200,
    AckOutcome.REPLAYED: 409,
    AckOutcome.MALFORMED: 422,
    AckOutcome.TOO_LARGE: 413,
    AckOutcome.UNSIGNED: 401,
    AckOutcome.UNTIMELY: 401,
    AckOutcome.FORGED: 401,
    AckOutcome.UNWRITTEN: 503,
}
OF_SIGNATURES = {
    Checked.UNSIGNED: AckOutcome.UNSIGNED,
    Checked.UNTIMELY: AckOutcome.UNTIMELY,
    Checked.FORGED: AckOutcome.FORGED,
}


class AckDecision(NamedTuple):
    """What a request gets, and the control to be written first."""

    outcome: AckOutcome
    control: Control | None = None


@dataclass
class AckDesk:
    """What was asked before: requests by their id and timestamp, and notifications that were acknowledged."""

    keys: Sequence[bytes]
    _requests: OrderedDict[tuple[str, str], None] = field(default_factory=OrderedDict)
    _notifications: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def decide(self, headers: Mapping[str, str], body: bytes, now_seconds: float) -> AckDecision:
        """What the request gets.  `headers`: by their names in small letters.  Changes nothing."""
        if len(body) > BODY_BYTES_MAX:
            return AckDecision(AckOutcome.TOO_LARGE)
        found = checked(self.keys, headers, body, now_seconds)
        if found is not Checked.GOOD:
            return AckDecision(OF_SIGNATURES[found])
        if _name(headers) in self._requests:
            return AckDecision(AckOutcome.REPLAYED)
        try:
            asked = AckRequest.model_validate_json(body)
        except ValidationError:
            return AckDecision(AckOutcome.MALFORMED)
        if asked.notification in self._notifications:
            return AckDecision(AckOutcome.KNOWN)
        control = Control(action=Action.ACK, notification=asked.notification, who=asked.who, why=asked.why)
        return AckDecision(AckOutcome.TAKEN, control)

    def remember(self, headers: Mapping[str, str], decision: AckDecision) -> None:
        """The request was answered so.  To be called when its control is written."""
        if decision.outcome in (AckOutcome.TAKEN, AckOutcome.KNOWN):
            _put(self._requests, _name(headers))
        if decision.control and decision.control.notification:
            _put(self._notifications, decision.control.notification)


def _name(headers: Mapping[str, str]) -> tuple[str, str]:
    return headers[signatures.ID], headers[signatures.TIMESTAMP]


def _put(memory: OrderedDict[K, None], key: K) -> None:
    memory[key] = None
    while len(memory) > SEEN_MAX:
        memory.popitem(last=False)

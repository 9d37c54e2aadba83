"""When a delivery is tried again: the example schedule of Standard Webhooks, with a jitter that is derived.

No randomness: the hash of delivery and attempt spreads retries as well, and a replay gives the same times.
"""

from __future__ import annotations

from hashlib import blake2b

from pipeline.rule_values import HOUR_MS, MINUTE_MS, SECOND_MS

# From one attempt to the next.  The specification's "Example retry schedule": 75 hours and 35 minutes in all.
DELAYS_MS = (
    5 * SECOND_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
)
ATTEMPTS_MAX = len(DELAYS_MS) + 1
JITTER_PERCENT = 20  # a delay is up to so much longer, never shorter
RETRY_AFTER_MS_MAX = HOUR_MS  # a receiver that asks for a longer pause is tried again after this one
RETRY_AFTER_MS_MIN = SECOND_MS
PAUSES_MS = (5 * SECOND_MS, 15 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS)  # of a receiver, by its failures in a row
DOWN_FAILURES = 3  # in a row: the receiver is down.  When it answers again, all that waits for it is tried at once


def delay_ms(delivery: str, attempts: int) -> int:
    """How long to wait after this many attempts (1 or more, less than ATTEMPTS_MAX)."""
    delay = DELAYS_MS[attempts - 1]
    return delay + _spread(f"{delivery}/{attempts}", delay * JITTER_PERCENT // 100)


def pause_ms(receiver: str, failures: int) -> int:
    """How long nothing is sent to a receiver after so many failures in a row (1 or more)."""
    pause = PAUSES_MS[min(failures, len(PAUSES_MS)) - 1]
    return pause + _spread(f"{receiver}/{failures}", pause * JITTER_PERCENT // 100)


def retry_after_ms(seconds: int | None) -> int | None:
    """The pause that a receiver asked for, within bounds; None if it named none."""
    return None if seconds is None else min(max(seconds * SECOND_MS, RETRY_AFTER_MS_MIN), RETRY_AFTER_MS_MAX)


def _spread(key: str, most: int) -> int:
    """A number of 0 to `most`, always the same for the key."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) % (most + 1)

"""How long to wait after a failure, by its kind."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.ingest.contract import Health
from pipeline.ingest.http.exchange import Trouble
from pipeline.ingest.http.polling import HOUR_MS, MINUTE_MS

FAILURES_MAX = 1_000  # counted; beyond it is the same


class Patience(NamedTuple):
    """How a kind of failure counts: its health, the first pause, and the longest."""

    health: Health
    first_ms: int
    longest_ms: int

    def pause_ms(self, failures: int) -> int:
        """The pause behind the failure of that number in a row: each is twice the one before."""
        return min(self.first_ms << min(max(failures - 1, 0), 20), self.longest_ms)


TROUBLES = {
    # A name that is gone stays so for hours; a name server that is away comes back.
    Trouble.DNS: Patience(Health.UNREACHABLE, 5 * MINUTE_MS, 6 * HOUR_MS),
    Trouble.CONNECTION: Patience(Health.UNREACHABLE, MINUTE_MS, HOUR_MS),
    Trouble.TIMEOUT: Patience(Health.UNREACHABLE, 2 * MINUTE_MS, HOUR_MS),
    # Somebody has to renew a certificate.
    Trouble.TLS: Patience(Health.UNREACHABLE, 10 * MINUTE_MS, 3 * HOUR_MS),
    Trouble.PROTOCOL: Patience(Health.BROKEN, 5 * MINUTE_MS, 3 * HOUR_MS),
    # Each attempt costs both sides the whole size.
    Trouble.TOO_LARGE: Patience(Health.BROKEN, 30 * MINUTE_MS, 6 * HOUR_MS),
    Trouble.INSIDE: Patience(Health.BROKEN, 30 * MINUTE_MS, 6 * HOUR_MS),
    Trouble.REDIRECT: Patience(Health.BROKEN, 10 * MINUTE_MS, 6 * HOUR_MS),
    Trouble.NO_FEED: Patience(Health.BROKEN, 5 * MINUTE_MS, 3 * HOUR_MS),
    Trouble.STATUS: Patience(Health.BROKEN, 10 * MINUTE_MS, 6 * HOUR_MS),
}
STATUSES = {
    401: Patience(Health.REFUSED, 30 * MINUTE_MS, 6 * HOUR_MS),
    403: Patience(Health.REFUSED, 30 * MINUTE_MS, 6 * HOUR_MS),
    404: Patience(Health.GONE, 10 * MINUTE_MS, 6 * HOUR_MS),  # feeds come back from it
    408: Patience(Health.FAILING, 2 * MINUTE_MS, HOUR_MS),
    425: Patience(Health.FAILING, 2 * MINUTE_MS, HOUR_MS),
    429: Patience(Health.WAITING, 10 * MINUTE_MS, 6 * HOUR_MS),
}
CLASSES = {
    4: Patience(Health.REFUSED, 30 * MINUTE_MS, 6 * HOUR_MS),
    5: Patience(Health.FAILING, 2 * MINUTE_MS, HOUR_MS),
}


REMEDIES = {  # what to do about a status; others are the server's own trouble
    401: "look at `headers`: it wants a key or a token",
    403: "look at `headers`, and whether this machine may ask",
    404: "look at the address",
}


def told(status: int, where: str) -> str:
    """The status of an answer that brings no document, for an operator."""
    remedy = REMEDIES.get(status)
    return f"status {status} from {where}; {remedy}" if remedy else f"status {status} from {where}"


def patience_of(status: int, asks_for_patience: bool) -> Patience:
    """How a status counts that brings no document."""
    found = STATUSES.get(status) or CLASSES.get(status // 100) or TROUBLES[Trouble.STATUS]
    return found._replace(health=Health.WAITING) if asks_for_patience and found.health is Health.FAILING else found

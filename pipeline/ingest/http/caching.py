"""What the headers of an answer say of time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipeline.ingest.http.polling import DAY_MS

MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s{0,9}=\s{0,9}\"?(\d{1,9})", re.IGNORECASE)
PATIENCE_MS_MAX = DAY_MS  # a server that asks for a longer pause is asked again after this one


def retry_after_ms(headers: Mapping[str, str], now_ms: int) -> int | None:
    """The pause that is asked for: seconds or a date (RFC 9110, 10.2.3), within a day; None without one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]) * 1_000, PATIENCE_MS_MAX)
    then = _moment_ms(text)
    return None if then is None else min(max(then - now_ms, 0), PATIENCE_MS_MAX)


def fresh_ms(headers: Mapping[str, str], now_ms: int) -> int:
    """How long the answer stays as it is (RFC 9111): max-age without Age, else Expires; 0 if it does not say.

    An `Expires` is read against the server's own clock.
    """
    control = headers.get("cache-control", "")
    if "no-cache" in control or "no-store" in control:
        return 0
    if found := MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        return max(0, int(found[1]) - (int(age[:9]) if age.isascii() and age.isdigit() else 0)) * 1_000
    expires = _moment_ms(headers.get("expires", ""))
    sent = _moment_ms(headers.get("date", ""))
    return max(0, expires - (now_ms if sent is None else sent)) if expires is not None else 0


def _moment_ms(text: str) -> int | None:
    try:
        moment = parsedate_to_datetime(text.strip()[:64])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000)
    except (ValueError, TypeError, OverflowError):
        return None

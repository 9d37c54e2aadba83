"""What our servers log of requests: an error of ours with its traceback, and nothing of what is no HTTP.

Whoever reaches a port can send that, as often as they like.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any


class RequestLog(logging.LoggerAdapter[logging.Logger]):
    """The `logger` of an aiohttp server.  `on_malformed` is called for each request that is no HTTP."""

    def __init__(self, on_malformed: Callable[[], None] = lambda: None) -> None:
        super().__init__(logging.getLogger("wiredesk.requests"), {})
        self._on_malformed = on_malformed

    def exception(self, msg: object, *args: object, exc_info: Any = True, **kwargs: Any) -> None:
        if not self._is_malformed(exc_info):
            super().exception(msg, *args, exc_info=exc_info, **kwargs)

    def debug(self, msg: object, *args: object, exc_info: Any = None, **kwargs: Any) -> None:
        """Where aiohttp tells of what is not even like HTTP: another protocol on this port."""
        if not self._is_malformed(exc_info):
            super().debug(msg, *args, exc_info=exc_info, **kwargs)

    def _is_malformed(self, error: object) -> bool:
        from aiohttp.http_exceptions import HttpProcessingError  # only a server needs it

        is_malformed = isinstance(error, HttpProcessingError)
        if is_malformed:
            self._on_malformed()
        return is_malformed

"""What carries a request, by its type."""

from __future__ import annotations

from pipeline.deliver.requests import HttpRequest, MailRequest, Request, Response
from pipeline.runtime.deliver import apprise_client, mail
from pipeline.runtime.deliver.http import HttpClient


class Transports:
    """HTTP, SMTP and Apprise."""

    def __init__(self) -> None:
        self._http = HttpClient()

    async def send(self, request: Request, timeout_seconds: float) -> Response:
        """The answer.  Raises AttemptFailed."""
        if isinstance(request, HttpRequest):
            return await self._http.send(request, timeout_seconds)
        if isinstance(request, MailRequest):
            return await mail.send(request, timeout_seconds)
        return await apprise_client.send(request, timeout_seconds)

    async def close(self) -> None:
        """Close what is open."""
        await self._http.close()

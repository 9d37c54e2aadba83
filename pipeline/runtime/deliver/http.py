"""One HTTP request, within its bounds: of time, of what is read; redirects are not followed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp

from pipeline.deliver.requests import RESPONSE_BYTES_MAX, HttpRequest, Response
from pipeline.items import Trouble
from pipeline.runtime.deliver.attempts import AttemptFailed

BODY_SECONDS = 2.0  # for the body, which few services use, behind the status


class HttpClient:
    """Sends requests.  One connection an attempt: nothing of one receiver stays open for another."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None  # needs a running loop

    async def send(self, request: HttpRequest, timeout_seconds: float) -> Response:
        """The answer, its body cut at RESPONSE_BYTES_MAX.  Raises AttemptFailed."""
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                self._open().post(
                    request.url, data=request.body, headers=request.headers, allow_redirects=False
                ) as answer,
            ):
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Response(answer.status, headers, await _beginning(answer))
        except TimeoutError:
            raise AttemptFailed(Trouble.TIMEOUT) from None
        except aiohttp.ClientSSLError:
            raise AttemptFailed(Trouble.CERTIFICATE) from None
        except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError):
            raise AttemptFailed(Trouble.ANSWER) from None
        except (aiohttp.ClientError, OSError, ValueError):  # ValueError: a name that no resolver takes
            raise AttemptFailed(Trouble.CONNECTION) from None

    async def close(self) -> None:
        """Close what is open; the next request opens it again."""
        session, self._session = self._session, None
        if session:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True, limit=0),  # one attempt a receiver: 50 at the most
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                trust_env=False,
                auto_decompress=False,
                max_line_size=8_190,
                max_field_size=8_190,
            )
        return self._session


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    """The body, cut at RESPONSE_BYTES_MAX, or where it stops: the status has come, and it is what counts."""
    found = b""
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(BODY_SECONDS):
            while len(found) < RESPONSE_BYTES_MAX and (more := await answer.content.readany()):
                found += more
    return found[:RESPONSE_BYTES_MAX]

"""One GET of a feed, within its bounds: of time, of size, of where it leads.  Redirects are the connector's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from pipeline import __version__
from pipeline.ingest.http.addresses import names_inside, origin
from pipeline.ingest.http.exchange import BODY_BYTES_MAX, Answer, Busy, Fetched, Get, NoAnswer, Trouble
from pipeline.ingest.http.failures import TROUBLES
from pipeline.runtime.ingest.causes import HUNG_UP, UNKNOWN, why_not
from pipeline.runtime.ingest.http_guard import InsideError, OutsideResolver, outside_socket
from pipeline.runtime.ingest.http_turns import HostBusy, Turns
from pipeline.runtime.ingest.http_unpacking import TooLargeError, UnpackError, unpack

CONNECT_SECONDS = 15.0
LARGE_BYTES, LARGE_MAX = 1_048_576, 4  # of bodies beyond a mebibyte only so many are read at a time
HEADER_BYTES_MAX = 8_190
PRODUCT = f"wiredesk/{__version__}"
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Access:
    """How one feed is asked."""

    headers: Mapping[str, str] = field(default_factory=dict)  # may be secret: for the server of feeds.yaml alone
    user_agent: str = PRODUCT
    accept: str = ACCEPT
    allow_private: bool = False
    seconds_max: float = 60.0  # from the first byte that is sent to the last that comes
    bytes_max: int = BODY_BYTES_MAX


class HttpFeeds:
    """Asks the servers of all feeds.  No connection, cookie or address is kept from one request to the next."""

    def __init__(self) -> None:
        self._sessions: dict[bool, aiohttp.ClientSession] = {}  # need a running loop
        self._turns = Turns()
        self._large = asyncio.Semaphore(LARGE_MAX)

    async def get(self, question: Get, access: Access, name: str, method: str = "GET") -> Answer:
        """The answer.  `name`: of the address, for an operator.  Raises nothing for what the other side does."""
        where = origin(question.url)
        if where is None:
            return _none(Trouble.PROTOCOL, f"{name} is no address of http or https")
        if not access.allow_private and names_inside(question.url):
            return _inside(name)
        try:
            async with self._turns.of(where[1]):
                return await self._get(question, access, name, method)
        except HostBusy:
            return Busy()

    async def close(self) -> None:
        """Close what is open; the next request opens it again."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    async def _get(self, question: Get, access: Access, name: str, method: str) -> Answer:
        try:
            async with asyncio.timeout(access.seconds_max):
                return await self._ask(question, access, method)
        except TooLargeError:
            return _none(Trouble.TOO_LARGE, f"more than {access.bytes_max:,} bytes, from {name}")
        except UnpackError as error:
            return _none(Trouble.PROTOCOL, f"{error}, from {name}")
        except TimeoutError:
            return _none(Trouble.TIMEOUT, f"{name} did not answer in time; look at the address and the port")
        except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: a name that no resolver takes
            return _trouble(name, error)

    async def _ask(self, question: Get, access: Access, method: str) -> Fetched:
        headers = {
            "User-Agent": access.user_agent,
            "Accept": access.accept,
            "Accept-Encoding": "gzip",
            **(access.headers if question.own else {}),
            **question.headers,
        }
        async with self._session(access.allow_private).request(
            method, _exactly(question.url), headers=headers, allow_redirects=False
        ) as answer:
            body, is_whole = await self._body(answer, access.bytes_max)
            unpacked, is_end = unpack(body, answer.headers.get("Content-Encoding", ""), access.bytes_max)
            named = {name.lower(): text for name, text in answer.headers.items()}
            return Fetched(answer.status, named, unpacked, is_whole and is_end)

    async def _body(self, answer: aiohttp.ClientResponse, bytes_max: int) -> tuple[bytes, bool]:
        found = bytearray()
        async with AsyncExitStack() as turns:
            try:
                while more := await answer.content.readany():
                    if len(found) <= LARGE_BYTES < len(found) + len(more):
                        await turns.enter_async_context(self._large)
                    found += more
                    if len(found) > bytes_max:
                        raise TooLargeError
            except (aiohttp.ClientPayloadError, ConnectionError):
                return bytes(found), False
        return bytes(found), True

    def _session(self, allow_private: bool) -> aiohttp.ClientSession:
        if allow_private not in self._sessions:
            self._sessions[allow_private] = aiohttp.ClientSession(
                connector=_connector(allow_private),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                trust_env=False,
                auto_decompress=False,
                max_line_size=HEADER_BYTES_MAX,
                max_field_size=HEADER_BYTES_MAX,
            )
        return self._sessions[allow_private]


def _exactly(url: str) -> URL:
    """The address as it is written: yarl would write a signed one in its own way, and its signature be wrong."""
    return URL(url, encoded=url.isascii() and " " not in url)


def _connector(allow_private: bool) -> aiohttp.TCPConnector:
    if allow_private:
        return aiohttp.TCPConnector(force_close=True, limit=0, use_dns_cache=False)
    return aiohttp.TCPConnector(
        force_close=True, limit=0, use_dns_cache=False, resolver=OutsideResolver(), socket_factory=outside_socket
    )


def _trouble(name: str, error: Exception) -> NoAnswer:
    if _is_inside(error):
        return _inside(name)
    rows = (
        (aiohttp.ClientConnectorDNSError, Trouble.DNS, f"no address is found for {name}: {why_not(error)}"),
        (aiohttp.ClientSSLError, Trouble.TLS, f"no safe connection to {name}: {why_not(error)}"),
        (aiohttp.ServerDisconnectedError, Trouble.CONNECTION, f"no connection to {name}: {HUNG_UP}"),
        (aiohttp.ClientResponseError, Trouble.PROTOCOL, f"{name} answers with what is no HTTP; look at the port"),
        (aiohttp.InvalidURL, Trouble.PROTOCOL, f"{name} is no address"),
        (ValueError, Trouble.DNS, f"no address can be found for {name}: {UNKNOWN}"),
    )
    for kind, trouble, detail in rows:
        if isinstance(error, kind):
            return _none(trouble, detail)
    return _none(Trouble.CONNECTION, f"no connection to {name}: {why_not(error)}")


def _is_inside(error: BaseException | None) -> bool:
    """Whether the guard is behind it: aiohttp raises its own error from that of a connection."""
    while error is not None:
        if isinstance(error, InsideError) or isinstance(getattr(error, "os_error", None), InsideError):
            return True
        error = error.__cause__
    return False


def _inside(name: str) -> NoAnswer:
    return _none(Trouble.INSIDE, f"{name} leads into the network: allow_private: true permits it")


def _none(trouble: Trouble, detail: str) -> NoAnswer:
    return NoAnswer(TROUBLES[trouble].health, detail, trouble=trouble)

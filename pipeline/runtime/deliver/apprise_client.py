"""Notifications through Apprise, which is an extra: `pip install 'wiredesk[apprise]'`.

Its services are asked in threads of their own: one that hangs holds up nothing else.  A thread cannot be ended, so
an attempt that is given up may still arrive; Apprise waits four seconds for a connection and four for an answer.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from pipeline.deliver.connectors.apprise import DONE
from pipeline.deliver.receivers import RECEIVERS_MAX
from pipeline.deliver.requests import AppriseRequest, Response
from pipeline.items import Trouble
from pipeline.runtime.deliver.attempts import AttemptFailed

NOT_DONE = 500


def problem_of(url: str) -> str:
    """What is wrong with an address, or with the installation; empty if nothing is."""
    try:
        service = _library().Apprise.instantiate(url)
    except ImportError:
        return "Apprise is not installed; pip install 'wiredesk[apprise]'"
    return "" if service else "its address is none that Apprise knows; see `apprise --help` and appriseit.com"


async def send(request: AppriseRequest, timeout_seconds: float) -> Response:
    """Whether the service took it.  Raises AttemptFailed."""
    try:
        async with asyncio.timeout(timeout_seconds):
            done = await asyncio.get_running_loop().run_in_executor(_threads(), _notify, request)
    except TimeoutError:
        raise AttemptFailed(Trouble.TIMEOUT) from None
    return Response(DONE if done else NOT_DONE)


def _notify(request: AppriseRequest) -> bool:
    apprise = _library()
    service, kind = apprise.Apprise(), apprise.NotifyType(request.type)
    service.add(request.url)
    return bool(service.notify(title=request.title, body=request.body, notify_type=kind))


@cache
def _library() -> Any:
    import apprise

    for name in ("apprise", "requests", "urllib3"):  # they name addresses, and those are secrets
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return apprise


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RECEIVERS_MAX, thread_name_prefix="apprise")

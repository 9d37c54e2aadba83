"""Whether receivers can be reached: a connection to each, with TLS where it has that, and nothing is sent."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pipeline.deliver.connectors import email
from pipeline.deliver.receivers import Receiver, Receivers
from pipeline.deliver.requests import Secret
from pipeline.runtime.deliver import apprise_client, mail

CONNECT_SECONDS = 15.0


async def tried(receivers: Receivers, secrets: Secret) -> dict[str, str]:
    """By receiver, what is wrong with the way to it; empty if nothing is."""
    found = await asyncio.gather(*(_try(receiver, secrets) for receiver in receivers.receivers.values()))
    return dict(zip(receivers.receivers, found, strict=True))


async def _try(receiver: Receiver, secrets: Secret) -> str:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await WAYS[receiver.kind](receiver.settings, secrets)
    except TimeoutError:
        return f"no connection within {CONNECT_SECONDS:g} s; look at its address and at firewalls"
    except ssl.SSLError as error:
        return f"TLS failed ({error.reason}); look at its certificate"
    except OSError as error:
        return f"no connection ({error.strerror or type(error).__name__}); look at its address"


async def _http(settings: Any, secrets: Secret) -> str:
    """Connect to the host of its address."""
    address = urlsplit(secrets(settings.url))
    is_tls = address.scheme == "https"
    context = ssl.create_default_context() if is_tls else None
    port = address.port or (443 if is_tls else 80)
    _, writer = await asyncio.open_connection(address.hostname, port, ssl=context)
    writer.close()
    return ""


async def _mail(settings: Any, secrets: Secret) -> str:
    """Log in to its server."""
    return await mail.connect(email.server_of(settings, secrets), CONNECT_SECONDS)


async def _apprise(settings: Any, secrets: Secret) -> str:
    """Apprise has no way to try a service without sending."""
    return apprise_client.problem_of(secrets(settings.url))


WAYS: Mapping[str, Callable[[Any, Secret], Awaitable[str]]] = {  # the settings are those of its kind
    **dict.fromkeys(("webhook", "slack", "teams", "pagerduty"), _http),
    "email": _mail,
    "apprise": _apprise,
}

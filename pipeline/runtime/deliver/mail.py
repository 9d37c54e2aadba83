"""One message to an SMTP server, with aiosmtplib."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence

import aiosmtplib
from aiosmtplib import SMTP

from pipeline.deliver.receivers import MailSecurity
from pipeline.deliver.requests import MailRequest, MailServer, Response
from pipeline.items import Trouble
from pipeline.runtime.deliver.attempts import AttemptFailed


async def send(request: MailRequest, timeout_seconds: float) -> Response:
    """The server's answer, as a status; which step gave it is in the header `stage`.  Raises AttemptFailed."""
    try:
        async with asyncio.timeout(timeout_seconds):
            return await _send(request, timeout_seconds)
    except (TimeoutError, aiosmtplib.SMTPTimeoutError):
        raise AttemptFailed(Trouble.TIMEOUT) from None
    except (ssl.SSLError, aiosmtplib.SMTPNotSupported):
        raise AttemptFailed(Trouble.CERTIFICATE) from None
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        is_tls = isinstance(error.__cause__ or error.__context__, ssl.SSLError)
        raise AttemptFailed(Trouble.CERTIFICATE if is_tls else Trouble.CONNECTION) from None


async def connect(server: MailServer, timeout_seconds: float) -> str:
    """Log in, and leave.  What is wrong; empty if nothing is."""
    client = _client(server, timeout_seconds)
    try:
        async with client:
            await _login(client, server)
    except aiosmtplib.SMTPResponseException as error:
        return f"the server answers {error.code}; look at user and password"
    except aiosmtplib.SMTPException as error:
        return f"no session ({type(error).__name__}); look at server and security"
    return ""


async def _send(request: MailRequest, timeout_seconds: float) -> Response:
    client = _client(request.server, timeout_seconds)
    stage = "login"
    try:
        async with client:
            await _login(client, request.server)
            stage = "data"
            refused, _ = await client.sendmail(request.sender, list(request.recipients), request.message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        return Response(_worst([one.code for one in error.recipients]), {"stage": "recipients"})
    except aiosmtplib.SMTPSenderRefused as error:
        return Response(error.code, {"stage": "sender"})
    except aiosmtplib.SMTPResponseException as error:
        return Response(error.code, {"stage": stage})
    codes = [answer[0] for answer in refused.values()]
    return Response(250, {"refused": str(_worst(codes))} if codes else {})


def _client(server: MailServer, timeout_seconds: float) -> SMTP:
    return SMTP(
        hostname=server.host,
        port=server.port,
        timeout=timeout_seconds,
        use_tls=server.security is MailSecurity.TLS,
        start_tls=server.security is MailSecurity.STARTTLS,
        tls_context=None if server.security is MailSecurity.NONE else ssl.create_default_context(),
    )


async def _login(client: SMTP, server: MailServer) -> None:
    if server.user and server.password:
        await client.login(server.user, server.password)


def _worst(codes: Sequence[int]) -> int:
    """One that may pass, if there is one: then it is worth another attempt."""
    return min(codes)

"""E-mail by SMTP (RFC 5321, 5322): plain text, one message for each notification.

The Message-ID is made of the notification's id, so that a repeat can be known; References name the thread, so that
mail programs show a story's messages together.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from pipeline.deliver.connectors.addresses import is_loopback
from pipeline.deliver.receivers import Email, MailSecurity
from pipeline.deliver.requests import MailRequest, MailServer, Outgoing, Response, Result, Secret
from pipeline.deliver.words import about, cut, thread_of, title_of
from pipeline.items import Trouble, Verdict

SUBJECT_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 100_000
_NO_ID_CHARACTER = re.compile(r"[^A-Za-z0-9._-]")


def check(settings: Email, secret: Secret) -> None:
    """Raises ValueError where a password would be sent in the clear, or login is half."""
    if bool(settings.user) != bool(settings.password):
        raise ValueError("a login has `user` and `password`; give both or none")
    if settings.security is MailSecurity.NONE and not is_loopback(settings.server.rpartition(":")[0]):
        raise ValueError("`security: none` is for a server on this machine; write starttls or tls")


def request(outgoing: Outgoing, settings: Email, secret: Secret) -> MailRequest:
    """The message, and the server that takes it."""
    message = _message(outgoing, settings).as_bytes()
    return MailRequest(server_of(settings, secret), settings.sender, settings.to, message)


def server_of(settings: Email, secret: Secret) -> MailServer:
    """The server, and the login there."""
    host, _, port = settings.server.rpartition(":")
    password = secret(settings.password) if settings.password else None
    return MailServer(host.strip("[]"), int(port), settings.security, settings.user, password)


def result(response: Response, now_seconds: int) -> Result:
    """A 5xx to the recipients or to the message is for ever; to a login or a sender it is about our settings."""
    status = response.status
    if 200 <= status < 300:
        refused = response.headers.get("refused")  # by some of the recipients
        return Result(Verdict.DELIVERED, Trouble.STATUS if refused else None, int(refused or status))
    is_final = status >= 500 and response.headers.get("stage") in ("recipients", "data")
    return Result(Verdict.REFUSED if is_final else Verdict.FAILED, Trouble.STATUS, status)


def _message(outgoing: Outgoing, settings: Email) -> EmailMessage:
    notification, domain = outgoing.notification, settings.sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message["Subject"] = title_of(notification, SUBJECT_CHARACTERS_MAX)
    message["Date"] = format_datetime(notification.time)
    message["Message-ID"] = f"<{notification.id}@{domain}>"
    message["References"] = f"<thread.{_NO_ID_CHARACTER.sub('-', thread_of(notification))[:100]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday reply comes back
    text = f"{cut(notification.text, TEXT_CHARACTERS_MAX)}\n\n-- \n{about(notification)}\n"
    message.set_content(text, cte="quoted-printable")
    return message

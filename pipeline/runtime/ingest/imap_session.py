"""One session with a mailbox.  Its calls block; each of them may raise OSError and imaplib's errors.

The standard library's imaplib, not one of the libraries around it: they end a change of flags with EXPUNGE, which
removes what other people have marked, and give a parsed message instead of its bytes.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import TAKEN_BYTES_MAX
from pipeline.ingest.imap_address import encoded_folder, quoted, server_of
from pipeline.ingest.imap_feed import LEFT_MAX, UIDS_MAX, AfterMail, Listing, Mail, Mails, Trouble
from pipeline.runtime.ingest.certificates import trusting
from pipeline.runtime.ingest.imap_idle import Idle
from pipeline.runtime.ingest.imap_responses import messages_in, received_ms, set_of, shown, size_in
from pipeline.runtime.ingest.tcp_lines import keep_alive
from pipeline.runtime.ingest.tokens import read_token

ANSWER_SECONDS = 30.0  # until the next bytes of an answer
LITERAL_BYTES_MAX = TAKEN_BYTES_MAX  # of one text that the server announces; sizes were asked for before
SAID_BYTES_MAX = 4 * TAKEN_BYTES_MAX  # of all that it says in one step, wanted or not
LINE_COST_BYTES = 100  # of memory, beside its characters
FETCHED_MAX = 50  # messages that one command asks for: their texts stay in memory until it ends


class NoFolder(Exception):
    """The folder cannot be opened.  The text is the server's."""


class NotLoggedIn(Exception):
    """The server lets nobody in with this user and password or token.  The text is the server's."""


class NotEncrypted(Exception):
    """The server does not encrypt the connection as it should, so nobody logs in.  The text says why."""


class _Bounded:
    """A client that reads no more than was asked for.  `opened` is called with it before it waits for anything."""

    def __init__(self, opened: Callable[[imaplib.IMAP4], None], *arguments: Any, **named: Any) -> None:
        self._opened = opened
        self.begin_step()
        super().__init__(*arguments, **named)

    def begin_step(self) -> None:
        """What the server says from now on is counted anew."""
        self._left_bytes = SAID_BYTES_MAX

    def open(self, *arguments: Any, **named: Any) -> None:
        super().open(*arguments, **named)  # type: ignore[misc] # of the client that it is mixed into
        self._opened(self)  # type: ignore[arg-type] # likewise

    def read(self, size: int) -> bytes:
        if size > LITERAL_BYTES_MAX:
            raise imaplib.IMAP4.abort(f"the server announces a text of {size:,} bytes")
        self._count(size)
        data: bytes = super().read(size)  # type: ignore[misc] # likewise
        return data

    def readline(self) -> bytes:
        line: bytes = super().readline()  # type: ignore[misc] # likewise
        self._count(len(line) + LINE_COST_BYTES)
        return line

    def _count(self, size: int) -> None:
        self._left_bytes -= size
        if self._left_bytes < 0:
            raise imaplib.IMAP4.abort("the server says more than it was asked for, without end")


class _Plain(_Bounded, imaplib.IMAP4):
    """On this machine only."""


class _Encrypted(_Bounded, imaplib.IMAP4_SSL):
    """With a certificate that is verified."""


class Login(NamedTuple):
    """How to get to a folder."""

    address: str
    starttls: bool
    user: str
    password: str | None
    token: str | None  # where it is: it is read at each login
    ca: str | None
    folder: str
    after: AfterMail
    move_to: str | None


class Session:
    """A connection that is logged in."""

    def __init__(self, login: Login, opened: Callable[[imaplib.IMAP4], None]) -> None:
        """Raises OSError, imaplib's errors, UnusableCertificate, NotEncrypted, NotLoggedIn, NoToken.

        `opened` is told the client while nobody is logged in yet: whoever has it can end what waits for it.
        """
        host, port, is_encrypted = server_of(login.address)
        context = trusting(login.ca)
        if is_encrypted:
            self._client: _Plain | _Encrypted = _Encrypted(
                opened, host, port, ssl_context=context, timeout=ANSWER_SECONDS
            )
        else:
            self._client = _Plain(opened, host, port, timeout=ANSWER_SECONDS)
        self._login = login
        keep_alive(self._client.socket())
        try:
            if login.starttls:
                self._encrypt(context)
            self._log_in()
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Give up the connection, without a word."""
        with suppress(OSError):
            self._client.shutdown()

    @property
    def tells(self) -> bool:
        """Whether the server tells of what is new, and has told nothing since the folder was opened."""
        is_quiet = len(self._client.untagged_responses.get("EXISTS", ())) <= 1
        return is_quiet and "IDLE" in self._client.capabilities

    def wait(self, idle: Idle) -> bool:
        """Whether the server has told something before `idle` was ended.  Raises what Idle.wait does."""
        return idle.wait(self._client.socket())

    def look(self, after: int, tidy: bool) -> Listing:
        """What is in the folder.  Raises NoFolder."""
        self._client.begin_step()
        validity, next_uid = self._select()
        uids = self._search(f"UID {after + 1}:{after + UIDS_MAX}")
        flag = "UNSEEN" if self._login.after is AfterMail.SEEN else "UNDELETED"
        left = self._search(f"UID 1:{after} {flag}") if tidy and after else []
        new = tuple(sorted(uid for uid in uids if uid > after))  # `n:m` beyond the last one is the last one
        return Listing(validity, next_uid, new, tuple(sorted(left)[:LEFT_MAX]))

    def read(self, validity: int, uids: Sequence[int]) -> Mails:
        """The first of the messages, as many as fit into a step; none if the folder is another one by now."""
        self._client.begin_step()
        if self._select()[0] != validity:
            return Mails(0, ())
        sizes = {uid: size_in(attributes) for uid, attributes, _ in self._fetch(uids, "(UID RFC822.SIZE)")}
        chosen: list[int] = []
        total = 0
        for uid in uids:
            total += sizes.get(uid, 0) if sizes.get(uid, 0) <= PAYLOAD_BYTES_MAX else 0
            if chosen and total > TAKEN_BYTES_MAX // 2:
                break
            chosen.append(uid)
        wanted = [uid for uid in chosen if 0 < sizes.get(uid, 0) <= PAYLOAD_BYTES_MAX]
        mails = {mail.uid: mail for mail in self._mails(wanted)}
        return Mails(validity, tuple(mails.get(uid) or _without(uid, sizes) for uid in chosen))

    def put(self, validity: int, uids: Sequence[int]) -> str:
        """Mark or move messages that were taken; what is wrong with that, empty if nothing is."""
        self._client.begin_step()
        if self._select()[0] != validity:
            return ""
        some = set_of(uids)
        if self._login.after is AfterMail.SEEN:
            return self._refusal("STORE", some, "+FLAGS.SILENT", r"(\Seen)")
        folder = encoded_folder(self._login.move_to or "")
        if "MOVE" in self._client.capabilities:
            return self._refusal("MOVE", some, folder)
        refused = self._refusal("COPY", some, folder)
        refused = refused or self._refusal("STORE", some, "+FLAGS.SILENT", r"(\Deleted)")
        # EXPUNGE without UIDs (RFC 4315) would remove what others have marked: then it stays, marked.
        if refused or "UIDPLUS" not in self._client.capabilities:
            return refused
        return self._refusal("EXPUNGE", some)

    def _refusal(self, command: str, *arguments: str) -> str:
        status, answer = self._client.uid(command, *arguments)
        return "" if status == "OK" else f"{command} was refused: {shown(answer)}"

    def _encrypt(self, context: ssl.SSLContext) -> None:
        """STARTTLS, or nothing: a server, or who is between us, that refuses it gets no password."""
        if "STARTTLS" not in self._client.capabilities:
            raise NotEncrypted("it does not know STARTTLS")
        try:
            self._client.starttls(context)
        except (ssl.SSLError, imaplib.IMAP4.abort):
            raise
        except imaplib.IMAP4.error as error:  # also behind a greeting PREAUTH: then it is not allowed any more
            raise NotEncrypted(shown(error.args)) from None

    def _log_in(self) -> None:
        client, login = self._client, self._login
        try:
            if login.token is not None:
                first = f"user={login.user}\1auth=Bearer {read_token(login.token)}\1\1".encode()
                # Behind a refusal the server says why, and waits for an empty line.
                client.authenticate("XOAUTH2", lambda said: b"" if said else first)
            elif "AUTH=PLAIN" in client.capabilities:
                client.authenticate("PLAIN", lambda _: f"\0{login.user}\0{login.password}".encode())
            else:
                client._encoding = "utf-8"  # type: ignore[union-attr] # a password may be any text; the standard leaves all but ASCII open
                client.login(quoted(login.user), str(login.password))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise NotLoggedIn(shown(error.args)) from None
        client._get_capabilities()  # MOVE and UIDPLUS are often told behind the login only

    def _select(self) -> tuple[int, int]:
        """UIDVALIDITY and UIDNEXT.  Raises NoFolder."""
        client = self._client
        status, answer = client.select(
            encoded_folder(self._login.folder), readonly=self._login.after is AfterMail.KEEP
        )
        if status != "OK":
            raise NoFolder(shown(answer))
        validity = int((client.response("UIDVALIDITY")[1] or [b"0"])[-1] or 0)
        told = (client.response("UIDNEXT")[1] or [None])[-1]
        if not validity:
            raise NoFolder("its messages have no lasting UIDs")
        return validity, int(told) if told else max(self._search("UID *"), default=0) + 1

    def _search(self, criteria: str) -> list[int]:
        status, answer = self._client.uid("SEARCH", criteria)
        if status != "OK":
            raise imaplib.IMAP4.error(f"SEARCH was refused: {shown(answer)}")
        return [int(uid) for line in answer if line for uid in line.split()]

    def _mails(self, uids: Sequence[int]) -> Iterator[Mail]:
        for at in range(0, len(uids), FETCHED_MAX):
            for uid, attributes, value in self._fetch(
                uids[at : at + FETCHED_MAX], "(UID INTERNALDATE BODY.PEEK[])"
            ):
                if value:
                    yield Mail(uid, value, received_ms(attributes))

    def _fetch(self, uids: Sequence[int], what: str) -> Iterator[tuple[int, bytes, bytes]]:
        """UID, attributes and text of each message that is there."""
        if not uids:
            return
        status, answer = self._client.uid("FETCH", set_of(uids), what)
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH was refused: {shown(answer)}")
        yield from messages_in(answer)


def _without(uid: int, sizes: dict[int, int]) -> Mail:
    return Mail(uid, trouble=Trouble.TOO_LARGE if sizes.get(uid, 0) > PAYLOAD_BYTES_MAX else Trouble.GONE)

"""Asks a mailbox for the messages of a feed, over one connection that is kept."""

from __future__ import annotations

import asyncio
import imaplib
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from pipeline.ingest.contract import Failed, Health
from pipeline.ingest.imap_feed import Answer, ImapFeed, Listing, Look, Put, Read
from pipeline.runtime.ingest.blocking import GIVEN_UP_SECONDS, Blocking
from pipeline.runtime.ingest.causes import OF_CA, why_not
from pipeline.runtime.ingest.certificates import UnusableCertificate
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.imap_idle import IDLE_SECONDS, Idle
from pipeline.runtime.ingest.imap_responses import shown
from pipeline.runtime.ingest.imap_session import Login, NoFolder, NotEncrypted, NotLoggedIn, Session
from pipeline.runtime.ingest.tokens import NoToken

TOGETHER_SECONDS = 0.2  # messages that come together are one look
PAUSE_SECONDS = 1.0  # from one look to the next, however much the server tells
IDLE_AGAIN_SECONDS = 600.0  # until a server is waited for again that could not be: meanwhile it is asked as others
IDLE_ENDS_SECONDS = 30.0  # for a wait to end, which has times of its own; then its connection is given up
CALL_SECONDS = 180.0  # a whole step; a server that sends a byte now and then gets no more

LINE_ERRORS = (OSError, ValueError, imaplib.IMAP4.error)  # ValueError: of a closed socket, or of what is no number
SESSION_ERRORS = (
    *LINE_ERRORS,
    NoFolder,
    NotLoggedIn,
    NotEncrypted,
    NoToken,
    UnusableCertificate,
)

NO_LOGIN = "it does not encrypt the connection, so nobody logs in; write imaps://"
UNTOLD = (
    f"the server says that it tells of new messages (IDLE), and does not; the folder is looked at as `every` says, "
    f"and it is tried again after {IDLE_AGAIN_SECONDS / 60:g} minutes"
)
NO_FOLDER = "cannot be opened; write it as the mail program shows it"

T = TypeVar("T")


class ImapDriver(Driver[Look | Read, Answer, Put]):
    """A connection that was lost is made anew at the next question; one that was quiet for long, at once."""

    def __init__(self, feed: ImapFeed, surroundings: Surroundings) -> None:
        secrets = surroundings.secrets
        self._login = Login(
            address=feed.imap,
            starttls=feed.starttls,
            user=secrets(feed.user),
            password=secrets(feed.password) if feed.password else None,
            token=feed.token,
            ca=feed.ca,
            folder=feed.folder,
            after=feed.after,
            move_to=feed.move_to,
        )
        self._session: Session | None = None
        self._client: imaplib.IMAP4 | None = None  # that of the session, also before anybody is logged in
        self._wake = surroundings.wake
        self._every_seconds = feed.every / 1000
        self._idle: Idle | None = None
        self._idling: asyncio.Task[None] | None = None
        self._waking: asyncio.TimerHandle | None = None
        self._looked = self._idle_again = 0.0  # by the clock of the loop
        self._untold = ""  # why no server is waited for until then
        self._is_given_up = self._is_closed = False
        self._blocking = Blocking(surroundings.feed, self._abort)

    async def answer(self, question: Look | Read) -> Answer | Failed:
        await self._end_idle()
        if self._waking:  # what was told is in the answer
            self._waking.cancel()
        found, session = await self._answered(question), self._session
        self._looked = asyncio.get_running_loop().time()
        if not isinstance(found, Listing) or found.uids or found.left or not session or not session.tells:
            return found
        if self._looked < self._idle_again:
            return found._replace(untold=self._untold)
        try:
            self._idle = Idle()
        except OSError:  # too many files are open
            return found
        self._idling = asyncio.create_task(self._wait(session, self._idle))
        return found._replace(is_told=True)

    async def _wait(self, session: Session, idle: Idle) -> None:
        """Until the server tells of something new; then the feed looks.

        A server that cannot be waited for is asked like one that never said it can: a connection each time that it
        hangs up would be a storm of logins.
        """
        loop = asyncio.get_running_loop()
        try:
            is_told = await self._blocking.call(lambda: self._idled(session, idle), IDLE_SECONDS + CALL_SECONDS)
            pause_seconds = PAUSE_SECONDS
        except LINE_ERRORS as error:
            is_told, pause_seconds = True, self._every_seconds
            self._idle_again = loop.time() + IDLE_AGAIN_SECONDS
            self._untold = f"{UNTOLD}: {_why_untold(error)}"
        if is_told and not self._is_closed:
            due = max(loop.time() + TOGETHER_SECONDS, self._looked + pause_seconds)
            self._waking = loop.call_at(due, self._wake)

    def _idled(self, session: Session, idle: Idle) -> bool:
        """On the thread.  Who refuses IDLE can still be asked."""
        try:
            return session.wait(idle)
        except (OSError, ValueError, imaplib.IMAP4.abort):
            self._drop()
            raise

    async def _end_idle(self) -> None:
        """Behind it the connection can be used, or is given up."""
        if self._idle and self._idling:
            self._idle.end()
            if not (await asyncio.wait({self._idling}, timeout=IDLE_ENDS_SECONDS))[0]:
                self._abort()
                await asyncio.wait({self._idling}, timeout=GIVEN_UP_SECONDS)
            self._idle = self._idling = None

    async def _answered(self, question: Look | Read) -> Answer | Failed:
        try:
            return await self._blocking.call(lambda: self._with_session(_asking(question)), CALL_SECONDS)
        except NotLoggedIn as error:
            return Failed(Health.REFUSED, f"nobody is let in; look at user and {self._proof}: {error}")
        except NoToken as error:
            return Failed(Health.REFUSED, f"there is no token to log in with: {error}")
        except NotEncrypted as error:
            return Failed(Health.REFUSED, f"{NO_LOGIN}: {error}")
        except UnusableCertificate as error:
            return Failed(Health.BROKEN, str(error))
        except NoFolder as error:
            return Failed(Health.GONE, f"the folder {self._login.folder} {NO_FOLDER}: {error}")
        except imaplib.IMAP4.abort as error:
            return Failed(Health.UNREACHABLE, f"the connection ended: {shown(error.args)}; look at the port")
        except OSError as error:
            return Failed(Health.UNREACHABLE, why_not(error, OF_CA))
        except imaplib.IMAP4.error as error:
            return Failed(Health.FAILING, f"the server failed: {shown(error.args)}")
        except ValueError as error:
            return Failed(Health.FAILING, f"the server answers what nobody can read: {shown(error.args)}")

    @property
    def _proof(self) -> str:
        return "password" if self._login.token is None else "token"

    async def done(self, effects: Sequence[Put]) -> Sequence[str]:
        await self._end_idle()
        problems = [await self._put(effect) for effect in effects]
        return [problem for problem in problems if problem]

    async def _put(self, effect: Put) -> str:
        try:
            return await self._blocking.call(lambda: self._with_session(_putting(effect)), CALL_SECONDS)
        except SESSION_ERRORS as error:
            return f"messages that were taken are not put away yet: {why_not(error, OF_CA)}"

    async def close(self) -> None:
        self._is_closed = True
        self._abort()
        await self._end_idle()
        if self._waking:
            self._waking.cancel()
        if not self._blocking.is_busy:
            self._drop()

    def _with_session(self, ask: Callable[[Session], T]) -> T:
        """On the thread.  Servers end sessions that are quiet: a lost connection is made once again."""
        self._is_given_up = False
        had_one = self._session is not None
        try:
            return self._on(ask)
        except (OSError, imaplib.IMAP4.abort):
            if not had_one or self._is_given_up or self._is_closed:
                raise
            return self._on(ask)
        finally:
            if self._is_closed:
                self._drop()

    def _on(self, ask: Callable[[Session], T]) -> T:
        session = self._session = self._session or Session(self._login, self._opened)
        try:
            return ask(session)
        except LINE_ERRORS:
            self._drop()
            raise

    def _opened(self, client: imaplib.IMAP4) -> None:
        self._client = client

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session:
            session.drop()

    def _abort(self) -> None:
        """End what waits for the connection, on another thread."""
        self._is_given_up = True
        if client := self._client:
            with suppress(OSError):  # it has ended already
                client.socket().shutdown(socket.SHUT_RDWR)


def _why_untold(error: Exception) -> str:
    return why_not(error, OF_CA) if isinstance(error, OSError) else shown(error.args)


def _asking(question: Look | Read) -> Callable[[Session], Answer]:
    if isinstance(question, Look):
        return lambda session: session.look(question.after, question.tidy)
    return lambda session: session.read(question.validity, question.uids)


def _putting(effect: Put) -> Callable[[Session], str]:
    return lambda session: session.put(effect.validity, effect.uids)

"""A folder of a mailbox: agencies and press offices send copy by e-mail.

A message is known by its UID, which never comes twice while the folder has one UIDVALIDITY (RFC 3501, 2.3.1.1).
When that changes, as after a move to another server, all messages have new UIDs: they are read again, and known by
Message-ID and body.  So is a message that somebody put back into the folder.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import msgspec

from pipeline.envelope import CONTENT_TYPE, FORMAT, Headers
from pipeline.ingest.contract import (
    TAKEN_PAYLOADS_MAX,
    Connector,
    Failed,
    Health,
    Incoming,
    Known,
    Taken,
    key_of,
    named,
)
from pipeline.ingest.imap_feed import (
    UIDS_MAX,
    AfterMail,
    Answer,
    Begin,
    ImapCursor,
    ImapFeed,
    Listing,
    Look,
    Mail,
    Mails,
    Put,
    Read,
    Trouble,
)
from pipeline.rule_values import MINUTE_MS

KEYS_MAX = 500_000  # messages that are known; beyond it the oldest may come again behind a change of UIDVALIDITY
FORGOTTEN_MAX = 5_000  # of a step
TOLD_EVERY_MS = 2 * MINUTE_MS  # from one look to the next where the server tells: a line may be dead
RFC822 = ((CONTENT_TYPE, b"message/rfc822"),)
E_MAIL = ((FORMAT, b"e-mail"),)


Step = Taken[ImapCursor, Look | Read, Put]


class ImapConnector(Connector[ImapCursor, Look | Read, Answer, Put]):
    """Takes each message once, whatever dies in between."""

    kind = "imap"
    guarantee = (
        "each message exactly once, by UID and by Message-ID with its body; behind a change of UIDVALIDITY, "
        f"messages older than the last {KEYS_MAX:,} may come again. One that is larger than a payload may be is "
        "left, with a warning"
    )
    cursor_type = ImapCursor

    def __init__(self, feed: ImapFeed) -> None:
        self.feed = feed
        self._headers: Headers = (*RFC822, *(() if feed.format else E_MAIL))

    def open(self) -> ImapCursor:
        return ImapCursor()

    def ask(self, known: Known[ImapCursor], now_ms: int) -> Look:
        return self._look(known.cursor)

    def take(self, known: Known[ImapCursor], question: Look | Read, answer: Answer | Failed, now_ms: int) -> Step:
        match answer:
            case Failed():
                later = now_ms + max(self.feed.every, answer.retry_after_ms or 0)
                return Taken(health=answer.health, detail=answer.detail, again_ms=later)
            case Listing():
                return self._looked(known, answer, now_ms)
            case Mails():
                assert isinstance(question, Read)
                return self._read(known, question, answer, now_ms)

    def _look(self, cursor: ImapCursor) -> Look:
        return Look(cursor.uid, self.feed.after is not AfterMail.KEEP)

    def _looked(self, known: Known[ImapCursor], listing: Listing, now_ms: int) -> Step:
        cursor = known.cursor
        if cursor.validity == 0:
            last = listing.next_uid - 1 if self.feed.begin is Begin.NEW else 0
            begun = ImapCursor(listing.validity, last, last, now_ms)
            return Taken(cursor=begun, then=self._look(begun))
        if listing.validity != cursor.validity or listing.next_uid <= cursor.uid:
            again = ImapCursor(listing.validity, 0, 0, cursor.begun_ms, listing.next_uid - 1)
            why = f"the messages of {self.feed.folder} have new UIDs: all are read again, and known ones left"
            return Taken(cursor=again, then=self._look(again), warnings=(why,))
        uids = tuple(uid for uid in listing.uids if uid > cursor.uid)
        if not uids and cursor.uid + UIDS_MAX < listing.next_uid - 1:
            further = msgspec.structs.replace(cursor, uid=cursor.uid + UIDS_MAX)
            return Taken(cursor=further, then=self._look(further))
        left = tuple(uid for uid in listing.left if cursor.first_uid < uid <= cursor.uid)
        left = tuple(uid for uid in left if _skipped(listing.validity, uid) not in known.seen)
        return Taken(
            forget=tuple(_oldest(known)),
            after=(Put(listing.validity, left),) if left else (),
            then=_reading(listing.validity, uids),
            again_ms=now_ms + (max(self.feed.every, TOLD_EVERY_MS) if listing.is_told else self.feed.every),
            warnings=(listing.untold,) if listing.untold else (),
        )

    def _read(self, known: Known[ImapCursor], question: Read, answer: Mails, now_ms: int) -> Step:
        if answer.validity != question.validity or not answer.mails:
            return Taken(again_ms=now_ms + self.feed.every)
        payloads: list[Incoming] = []
        seen: dict[bytes, None] = {}
        taken: list[int] = []
        for mail in answer.mails:
            key = key_of_mail(mail.value)
            if mail.trouble or self._is_older(mail, known.cursor, key in known.seen):
                seen[_skipped(answer.validity, mail.uid)] = None
                continue
            taken.append(mail.uid)
            if key not in known.seen and key not in seen:
                payloads.append(self._payload(mail))
                seen[key] = None
        problems = tuple(_problems(answer.mails))
        cursor = msgspec.structs.replace(known.cursor, uid=answer.mails[-1].uid)
        rest = question.uids[len(answer.mails) :] + question.rest
        return Taken(
            payloads=tuple(payloads),
            cursor=cursor,
            seen=tuple(seen),
            after=(Put(answer.validity, tuple(taken)),) if taken and self.feed.after is not AfterMail.KEEP else (),
            then=_reading(answer.validity, rest) or self._look(cursor),
            health=Health.BROKEN if problems else Health.OK,
            detail=problems[0] if problems else "",
            warnings=problems,
        )

    def _is_older(self, mail: Mail, cursor: ImapCursor, is_known: bool) -> bool:
        """Whether it was there before the feed began, and only has another UID now."""
        if self.feed.begin is Begin.ALL or is_known or mail.uid > cursor.renumbered_uid:
            return False
        return mail.received_ms is not None and mail.received_ms < cursor.begun_ms

    def _payload(self, mail: Mail) -> Incoming:
        return Incoming(f"{self.feed.folder} {mail.uid}", mail.value, self._headers, mail.received_ms)


def key_of_mail(value: bytes) -> bytes:
    """Message-ID and body: what stays when a message comes to another server.  Without a Message-ID, all of it."""
    for separator in (b"\r\n\r\n", b"\n\n"):
        head, found, body = value.partition(separator)
        if found:
            break
    for line in head.splitlines():
        name, _, text = line.partition(b":")
        if name.strip().lower() == b"message-id" and text.strip():
            return key_of("mail", text.strip(), body)
    return key_of("mail", value)


def _skipped(validity: int, uid: int) -> bytes:
    return key_of("skipped", str(validity), str(uid))


def _reading(validity: int, uids: tuple[int, ...]) -> Read | None:
    return Read(validity, uids[:TAKEN_PAYLOADS_MAX], uids[TAKEN_PAYLOADS_MAX:]) if uids else None


def _oldest(known: Known[ImapCursor]) -> Iterator[bytes]:
    """Keys beyond those that are kept, those first that were met longest ago."""
    surplus = len(known.seen) - KEYS_MAX
    if surplus >= FORGOTTEN_MAX:  # now and then, as all of them are looked at
        yield from heapq.nsmallest(FORGOTTEN_MAX, known.seen, key=known.seen.__getitem__)


def _problems(mails: tuple[Mail, ...]) -> Iterator[str]:
    """A sentence for each lasting problem, with the first of its messages."""
    uids = [str(mail.uid) for mail in mails if mail.trouble is Trouble.TOO_LARGE]
    if uids:
        yield f"{Trouble.TOO_LARGE}: UID {named(uids)}"

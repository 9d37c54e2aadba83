"""An IMAP server of a test: one mailbox in memory, as RFC 3501 has it, and what bad days do to it."""

from __future__ import annotations

import base64
import re
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

USER, PASSWORD = "desk@paper.example", 'a "quoted" \\ pässword'
DATE = "12-Jan-2022 10:37:00 +0100"


@dataclass
class Stored:
    """A message in a folder."""

    value: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Mailbox:
    """Folders by name, and how the server is today."""

    folders: dict[str, dict[int, Stored]] = field(default_factory=lambda: {"INBOX": {}, "Taken": {}})
    validity: int = 7
    capabilities: str = "IMAP4rev1 AUTH=PLAIN MOVE UIDPLUS"
    token: str = ""  # of OAuth, that is good now
    next_uids: dict[str, int] = field(default_factory=dict)
    hangs_up_at: str = ""  # a command in which the connection ends, once
    answers: dict[str, str] = field(default_factory=dict)  # command -> its whole answer behind the tag
    log: list[str] = field(default_factory=list)
    during_search: str = ""  # a line that comes before its answer
    idling: int = 0  # connections that are told of new messages
    on_idle: Callable[[socket.socket, bytes], None] | None = None  # what is done instead, with the tag of IDLE
    says: list[str] = field(default_factory=list)  # lines that all of them are told
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, *values: bytes, folder: str = "INBOX") -> list[int]:
        """Messages that arrive; their UIDs."""
        with self.lock:
            return [self._put(value, folder, set()) for value in values]

    def _put(self, value: bytes, folder: str, flags: set[str]) -> int:
        uid = self.next_uid(folder)
        self.next_uids[folder] = uid + 1
        self.folders[folder][uid] = Stored(value, set(flags))
        return uid

    def next_uid(self, folder: str) -> int:
        return self.next_uids.get(folder, 1)

    def renumber(self) -> None:
        """The folders come to another server: all messages get new UIDs."""
        with self.lock:
            self.validity += 1
            self.next_uids.clear()
            for name, messages in self.folders.items():
                self.folders[name] = {}
                for stored in messages.values():
                    self._put(stored.value, name, stored.flags)

    def values(self, folder: str = "INBOX") -> list[bytes]:
        return [stored.value for _, stored in sorted(self.folders[folder].items())]


class Handler(socketserver.StreamRequestHandler):
    """One connection."""

    server: Server
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle(self) -> None:
        self.box = self.server.box
        self.folder = ""
        self._say("* OK here")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().rstrip("\r\n").partition(" ")
            words = rest.split(" ")
            name = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
            self.box.log.append(rest if name not in ("AUTHENTICATE", "LOGIN") else name)
            if self.box.hangs_up_at == name:
                self.box.hangs_up_at = ""
                return
            if name in self.box.answers:
                self._say(f"{tag} {self.box.answers[name]}")
                continue
            if name == "STARTTLS" and self.server.starttls:
                self._say(f"{tag} OK begin")
                self._encrypt(self.server.starttls)
                continue
            if name == "IDLE" and "IDLE" in self.box.capabilities:
                if self.box.on_idle:
                    self.box.on_idle(self.connection, tag.encode())
                    return
                self._idle(tag)
                continue
            with self.box.lock:
                self._say(f"{tag} {self._answer(name, rest)} .")
            if name == "LOGOUT":
                return

    def _encrypt(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def _idle(self, tag: str) -> None:
        """Tell of messages until the client says DONE, or hangs up."""
        known, said = len(self._here), len(self.box.says)
        self.wfile.write(b"+ idling\r\n")
        self.box.idling += 1
        try:
            while not select.select([self.connection], [], [], 0.01)[0]:
                for line in self.box.says[said:]:
                    self.wfile.write(line.encode() + b"\r\n")
                said = len(self.box.says)
                if len(self._here) > known:
                    self.wfile.write(f"* {len(self._here)} EXISTS\r\n".encode())
                known = len(self._here)
                self.wfile.flush()
        finally:
            self.box.idling -= 1
        if self.rfile.readline().strip() == b"DONE":
            self._say(f"{tag} OK idle")

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.connection.close()

    def _answer(self, name: str, rest: str) -> str:
        """The answer behind the tag; what comes before it is said."""
        found = getattr(self, "_" + name.replace(" ", "_").lower(), None)
        return found(rest) if found else f"BAD what is {name}"

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        if not line.startswith("* ") or line.startswith("* OK here"):
            self.wfile.flush()

    def _capability(self, _: str) -> str:
        self._say(f"* CAPABILITY {self.box.capabilities}")
        return "OK"

    def _authenticate(self, rest: str) -> str:
        self._say("+ ")
        if rest.upper().endswith("XOAUTH2"):
            return self._token()
        _, user, password = base64.b64decode(self.rfile.readline()).decode().split("\0")
        return "OK" if (user, password) == (USER, PASSWORD) else "NO [AUTHENTICATIONFAILED] try again"

    def _token(self) -> str:
        said = base64.b64decode(self.rfile.readline()).decode()
        if said == f"user={USER}\1auth=Bearer {self.box.token}\1\1":
            return "OK"
        self._say("+ " + base64.b64encode(b'{"status": "400"}').decode())
        assert self.rfile.readline() == b"\r\n"
        return "NO [AUTHENTICATIONFAILED] the token is too old"

    def _login(self, rest: str) -> str:
        words = [
            word.replace("\\\\", "\0").replace('\\"', '"').replace("\0", "\\") for word in QUOTED.findall(rest)
        ]
        return "OK" if words == [USER, PASSWORD] else "NO wrong"

    def _logout(self, _: str) -> str:
        self._say("* BYE")
        return "OK"

    def _select(self, rest: str) -> str:
        name = QUOTED.findall(rest)[0]
        if name not in self.box.folders:
            return "NO there is no such folder"
        self.folder = name
        self._say(f"* {len(self.box.folders[name])} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.box.validity}] valid")
        if "no UIDNEXT" not in self.box.answers:
            self._say(f"* OK [UIDNEXT {self.box.next_uid(name)}] next")
        return "OK [READ-WRITE]"

    _examine = _select

    def _uids(self, some: str) -> list[int]:
        last = max(self._here, default=0)
        chosen: set[int] = set()
        for part in some.split(","):
            begin, _, end = (last if one == "*" else one for one in part.partition(":"))
            bounds = sorted((int(begin), int(end or begin)))
            chosen.update(uid for uid in self._here if bounds[0] <= uid <= bounds[1])
            if bounds[0] > last > 0 and ":" in part:  # as servers do for n:* beyond the last one
                chosen.add(last)
        return sorted(chosen)

    @property
    def _here(self) -> dict[int, Stored]:
        return self.box.folders[self.folder]

    def _uid_search(self, rest: str) -> str:
        words = rest.split(" ")
        uids = self._uids(words[3])
        unwanted = {"UNSEEN": r"\Seen", "UNDELETED": r"\Deleted"}.get(words[4]) if len(words) > 4 else None
        if self.box.during_search:
            self._say(self.box.during_search)
        self._say("* SEARCH " + " ".join(str(uid) for uid in uids if unwanted not in self._here[uid].flags))
        return "OK"

    def _uid_fetch(self, rest: str) -> str:
        for number, uid in enumerate(self._uids(rest.split(" ")[2]), 1):
            stored = self._here[uid]
            if "BODY.PEEK[]" in rest:
                head = f'* {number} FETCH (INTERNALDATE "{DATE}" BODY[] {{{len(stored.value)}}}\r\n'
                self.wfile.write(head.encode() + stored.value + f" UID {uid})\r\n".encode())
                self._say(f"* {number} FETCH (FLAGS (\\Recent) UID {uid + 1000})")  # of another one, unasked
            else:
                self._say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(stored.value)})")
        return "OK"

    def _uid_store(self, rest: str) -> str:
        for uid in self._uids(rest.split(" ")[2]):
            self._here[uid].flags.add(rest.split("(")[1].rstrip(")"))
        return "OK"

    def _uid_copy(self, rest: str) -> str:
        target = QUOTED.findall(rest)[0]
        if target not in self.box.folders:
            return "NO [TRYCREATE] there is no such folder"
        for uid in self._uids(rest.split(" ")[2]):
            self.box._put(self._here[uid].value, target, self._here[uid].flags)
        return "OK"

    def _uid_expunge(self, rest: str) -> str:
        for uid in self._uids(rest.split(" ")[2]):
            if r"\Deleted" in self._here[uid].flags:
                del self._here[uid]
        return "OK"

    def _uid_move(self, rest: str) -> str:
        if (copied := self._uid_copy(rest)) == "OK":
            for uid in self._uids(rest.split(" ")[2]):
                del self._here[uid]
        return copied


QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Server(socketserver.ThreadingTCPServer):
    """Its connections share a mailbox."""

    daemon_threads = True
    allow_reuse_address = True
    box: Mailbox
    context: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self.context.wrap_socket(request, server_side=True) if self.context else request as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up."""


@contextmanager
def serving_mail(
    box: Mailbox, context: ssl.SSLContext | None = None, port: int = 0, starttls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """The port where the mailbox is served."""
    server = Server(("127.0.0.1", port), Handler)
    server.box, server.context, server.starttls = box, context, starttls
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

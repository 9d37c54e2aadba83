"""`wiredesk board` as a process, and a browser without JavaScript that fills in its forms."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2
import orjson

from tests.waiting import PROCESS_SECONDS

WHO = "A. Lind"
FORM = re.compile(r'<form method="post" action="/do/(?P<action>[a-z]+)">(?P<inside>.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


@dataclass
class Browser:
    """Who is logged in."""

    client: httpx2.Client

    def html(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def text(self, path: str) -> str:
        """The page's words, blanks as one."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.html(path))).split())

    def shows(self, path: str, *words: str) -> bool:
        """Whether all of these are on the page."""
        text = self.text(path)
        return all(word in text for word in words)

    def form(self, path: str, action: str, **which: str) -> dict[str, str]:
        """The hidden fields of the page's form for this, of several the one that has these fields."""
        for found in FORM.finditer(self.html(path)):
            fields = {name: html.unescape(value) for name, value in HIDDEN.findall(found["inside"])}
            if found["action"] == action and which.items() <= fields.items():
                return fields
        raise AssertionError(f"{path} has no form to {action} {which}")

    def has_form(self, path: str, action: str, **which: str) -> bool:
        try:
            return bool(self.form(path, action, **which))
        except AssertionError:
            return False

    def send(self, action: str, fields: dict[str, str], code: int = 303) -> str:
        """Send a form as it was given; where the answer leads, or what it says."""
        answer = self.client.post(f"/do/{action}", data=fields, headers={"origin": str(self.client.base_url)})
        assert answer.status_code == code, answer.text
        return answer.headers.get("location", answer.text)

    def do(self, path: str, action: str, why: str, which: dict[str, str] | None = None, **more: str) -> str:
        """Fill in the form of the page."""
        return self.send(action, self.form(path, action, **(which or {})) | more | {"why": why})


@dataclass
class Listener:
    """An EventSource of the board, in a thread."""

    browser: Browser
    after: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    reloads: int = 0

    def listen(self) -> threading.Thread:
        thread = threading.Thread(target=self._until_the_end, daemon=True)
        thread.start()
        return thread

    def _until_the_end(self) -> None:
        with suppress(httpx2.HTTPError, httpx2.StreamError, RuntimeError):  # the board or the test ends
            self._run()

    def _run(self) -> None:
        with self.browser.client.stream("GET", "/events", params={"after": self.after}, timeout=None) as answer:
            event = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    self._take(event, orjson.loads(value))

    def _take(self, event: str, data: dict[str, object]) -> None:
        if event == "changes":
            self.rows += [(kind, key) for kind, key in data["rows"]]  # type: ignore[attr-defined]  # a list of pairs
        elif event == "state":
            self.states.append(str(data["state"]))
        elif event == "reload":
            self.reloads += 1


@dataclass
class BoardDriver:
    """A board that runs until the end of the block."""

    bootstrap: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    address: str = ""
    token: str = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self, *arguments: str) -> None:
        given = {"STATE_DIR": str(self.folder / "board"), "BOOTSTRAP": self.bootstrap, **self.settings}
        environment = os.environ | {f"WIREDESK_{name}": value for name, value in given.items()}
        command = [sys.executable, "-m", "pipeline.cli", "board", "--port", "0", *arguments]
        with (self.folder / "board.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment, cwd=self.folder
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.fullmatch(r"(http://\S+)/login\?token=(\S+)\n", line)
        assert found, (line, (self.folder / "board.log").read_text()[-2000:])
        self.address, self.token = found[1], found[2]

    def kill(self) -> None:
        """End it, as with kill -9."""
        if self.process:
            self.process.kill()
            self.process.communicate(timeout=PROCESS_SECONDS)
            self.process = None

    @contextmanager
    def browser(self, who: str = WHO) -> Iterator[Browser]:
        """Who has logged in with the printed token."""
        with httpx2.Client(base_url=self.address, timeout=PROCESS_SECONDS) as client:
            form = {"token": self.token, "name": who}
            answer = client.post("/login", data=form, headers={"origin": self.address})
            assert answer.status_code == 303, answer.text
            yield Browser(client)


def change_of(page: str) -> str:
    """The change that a page was made with."""
    found = re.search(r'data-change="([^"]+)"', page)
    assert found
    return found[1]

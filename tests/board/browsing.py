"""A Chromium, and a board that serves it; the fixtures are in conftest."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from pipeline.runtime.board.access import COOKIE
from pipeline.runtime.board.pages import application
from pipeline.runtime.board.render import Board
from pipeline.runtime.board.serve import Server, bound
from pipeline.runtime.board.store import Store
from tests.board.conftest import TOKEN, made_board
from tests.needs import Need, needs
from tests.waiting import SECONDS, eventually

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 60_000  # it tells what works from what hangs
NAME = "Ada"


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium; the test is skipped where there is none."""
    needs(Need.BROWSER, CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Serving:
    """A board that serves in a thread."""

    def __init__(self, store: Store, port: int = 0) -> None:
        self.socket = bound("127.0.0.1", port)
        self.port = self.socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.board: Board = made_board(store, frozenset({f"127.0.0.1:{self.port}"}))
        config = uvicorn.Config(application(self.board), log_config=None, lifespan="off")
        self.server = Server(config, self.board.hub)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})
        self.thread.start()
        eventually(lambda: self.server.started)

    def stop(self) -> None:
        self.board.hub.is_closing = self.server.should_exit = True
        self.board.hub.wake()
        self.thread.join(SECONDS)
        self.socket.close()
        assert not self.thread.is_alive()


@contextmanager
def visiting(chromium: Browser, serving: Serving, **more: Any) -> Iterator[Page]:
    """A page of who is logged in; nothing may be written to its console as an error."""
    context = logged_in(chromium, serving, **more)
    made = context.new_page()
    made.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text and "ERR_" not in message.text:
            problems.append(message.text)

    made.on("console", heard)
    made.on("pageerror", lambda error: problems.append(str(error)))
    yield made
    context.close()
    assert problems == []


def logged_in(chromium: Browser, serving: Serving, **more: Any) -> BrowserContext:
    """A browser with a session."""
    context = chromium.new_context(base_url=serving.address, **more)
    session = serving.board.access.log_in(TOKEN, NAME)
    context.add_cookies([{"name": COOKIE, "value": session, "url": serving.address}])
    return context

"""A board without a broker: the records of the golden replay, and invented ones, in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from pipeline.board.rows import TOPICS
from pipeline.captures import from_line
from pipeline.connection import Connection
from pipeline.items import Control, instant
from pipeline.records import Record
from pipeline.runtime.board import deciding
from pipeline.runtime.board.access import COOKIE, Access
from pipeline.runtime.board.deciding import Deciding
from pipeline.runtime.board.events import Hub
from pipeline.runtime.board.held import HeldLine, HeldList
from pipeline.runtime.board.pages import application
from pipeline.runtime.board.reader import BoardReader, Progress, State
from pipeline.runtime.board.render import Board
from pipeline.runtime.board.store import Store
from tests.board.records import START_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.board.browsing import Serving

GOLDEN = Path(__file__).parents[1] / "replay" / "golden"
HOST, TOKEN = "testserver", "a token of a test"


def golden() -> list[Record]:
    """The topics of the board as a replay of the sample wires writes them, one behind the other."""
    files = (GOLDEN / f"{topic}.jsonl" for topic in TOPICS)
    return [from_line(line) for file in files if file.exists() for line in file.read_bytes().splitlines()]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "board.sqlite")
    yield made
    made.close()


class Held(HeldList):
    """Two dispatches that are held, or the error of reading them."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def lines(self) -> list[HeldLine]:
        if self.error:
            raise self.error
        return [
            HeldLine("d1", "meridian", 2, "embargoed", instant(START_MS)),
            HeldLine("d2", "polder", 1, "on hold by hand", None),
        ]


@dataclass
class Desk:
    """A board, a browser that is logged in, and what was sent."""

    board: Board
    browser: TestClient
    sent: list[Control] = field(default_factory=list)
    refusal: Exception | None = None

    def tell(self, state: State, detail: str = "", missing: tuple[str, ...] = ()) -> None:
        assert self.board.hub.reader is not None
        self.board.hub.reader.progress = Progress(state, detail, missing)

    def write(self, *records: Record) -> None:
        self.board.store.write(records)
        self.board.hub.wake()

    def form_token(self) -> str:
        return self.board.access.form_token(self.browser.cookies[COOKIE], "")

    @property
    def held(self) -> Any:
        return self.board.held

    def do(self, action: str, **fields: str) -> Any:
        data = {"form_token": self.form_token(), "why": "because", "back": "/wire"} | fields
        headers = {"origin": f"http://{HOST}"}
        return self.browser.post(f"/do/{action}", data=data, headers=headers, follow_redirects=False)


def made_board(store: Store, hosts: frozenset[str]) -> Board:
    """A board of this file, whose reader is never started."""
    connection = Connection(bootstrap="localhost:1")
    hub = Hub(store)
    hub.reader = BoardReader(connection, store)
    hub.reader.progress = Progress(State.LIVE)
    access = Access(b"s" * 32, TOKEN, hosts, is_token_reusable=True)
    return Board(store, access, hub, connection, Held(), Deciding(connection, store), ("news", "sport"))


@pytest.fixture
def desk(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    board = made_board(store, frozenset({HOST}))
    with TestClient(application(board), base_url=f"http://{HOST}") as browser:
        browser.cookies.set(COOKIE, board.access.log_in(TOKEN, "Ada"))
        made = Desk(board, browser)
        monkeypatch.setattr(deciding, "DECISIONS", dict.fromkeys(deciding.NEEDED, _deciding(made)))
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from tests.board.browsing import launched  # only tests with a browser load its library

    with launched() as browser:
        yield browser


@pytest.fixture
def serving(store: Store) -> Iterator[Serving]:
    """A board of the sample wires."""
    from tests.board.browsing import Serving

    store.write(golden())
    made = Serving(store)
    yield made
    made.stop()


@pytest.fixture
def page(chromium: Browser, serving: Serving) -> Iterator[Page]:
    """A page of who is logged in."""
    from tests.board.browsing import visiting

    with visiting(chromium, serving, viewport={"width": 1280, "height": 800}) as made:
        yield made


def _deciding(desk: Desk) -> Callable[[Connection, Control], None]:
    def decide(_: Connection, control: Control) -> None:
        if desk.refusal:
            raise desk.refusal
        desk.sent.append(control)

    return decide


__all__ = ["Desk", "Held", "golden", "made_board"]

"""A page out of its template, with what every page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pipeline.connection import Connection
from pipeline.runtime.board.access import Access
from pipeline.runtime.board.deciding import Deciding
from pipeline.runtime.board.environment import ENVIRONMENT
from pipeline.runtime.board.events import Hub
from pipeline.runtime.board.held import HeldList
from pipeline.runtime.board.store import Store

STATE_WORDS = {
    "live": "Live",
    "loading": "Loading",
    "behind": "Behind",
    "away": "Disconnected",
}
Page = Callable[[Request], Awaitable[Response]]


@dataclass
class Board:
    """What the pages are made from."""

    store: Store
    access: Access
    hub: Hub
    connection: Connection
    held: HeldList
    deciding: Deciding
    desks: tuple[str, ...] = ()
    decided: Counter[str] = field(default_factory=Counter)  # what was written, by action


def render(board: Board, request: Request, name: str, status: int = 200, **more: Any) -> Response:
    progress = board.hub.progress
    known: dict[str, Any] = {
        "view": name,
        "who": request.state.who,
        "form_token": request.state.form_token,
        "progress": progress,
        "state_word": STATE_WORDS[progress.state],
        "desks": board.desks,
        "counts": {"waiting": 0, "kept": 0},
        "change": "",
        "query": "",
        "said": request.query_params.get("said", "")[:300],
        "here": request.url.path,
    }
    return HTMLResponse(ENVIRONMENT.get_template(f"{name}.html").render(known | more), status)

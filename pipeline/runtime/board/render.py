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
from pipeline.runtime.board.shared import TOKEN, Shared, Shown
from pipeline.runtime.board.store import Store
from pipeline.runtime.board.views.table import NAVIGATION, View

STATE_WORDS = {
    "live": "Live",
    "loading": "Loading",
    "behind": "Behind",
    "away": "Disconnected",
}
HAS = "x-has"  # the header by which a script says what its page has
SAID_CHARACTERS_MAX = 300
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
    shared: Shared = field(default_factory=Shared)
    decided: Counter[str] = field(default_factory=Counter)  # what was written, by action


def render(
    board: Board,
    request: Request,
    template: str,
    status: int = 200,
    view: View | None = None,
    shown: Shown | None = None,
    **more: Any,
) -> Response:
    """The page for who asks, without the rows that the browser says it has."""
    progress, shown = board.hub.progress, shown or Shown({})
    known: dict[str, Any] = {
        "template": template,
        "kinds": view.kinds if view else "",
        "every_seconds": view.every_seconds if view else 0,
        "navigation": NAVIGATION,
        "current": (view.label or view.under) if view else "",
        "who": request.state.who,
        "form_token": TOKEN,
        "progress": progress,
        "state_word": STATE_WORDS[progress.state],
        "desks": board.desks,
        "counts": {},
        "change": "",
        "query": "",
        "said": request.query_params.get("said", "")[:SAID_CHARACTERS_MAX],
        "here": request.url.path,
        "has_rows": bool(shown.rows),
        "rows": board.shared.rows_for(shown, request.headers.get(HAS, "")) if shown.rows else (),
        "rows_id": shown.id,
    }
    html = ENVIRONMENT.get_template(f"{template}.html").render(known | shown.context | more)
    return HTMLResponse(html.replace(TOKEN, request.state.form_token), status)

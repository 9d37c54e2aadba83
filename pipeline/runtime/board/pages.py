"""The pages and forms of the board."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from kafka.errors import KafkaError
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.board.rows import bare
from pipeline.connection import Connection
from pipeline.items import Action, Control
from pipeline.runtime import decisions
from pipeline.runtime.board import views
from pipeline.runtime.board.access import COOKIE, SESSION_SECONDS, Access
from pipeline.runtime.board.events import Hub
from pipeline.runtime.board.held import HeldList
from pipeline.runtime.board.reader import Progress
from pipeline.runtime.board.store import Store, last_change
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.shard import UnknownJournal

LOG = logging.getLogger(__name__)
HERE = Path(__file__).parent
PAGE_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_:-]+)?)?")  # of ours; no other address
FORM_BYTES_MAX = 20_000
FORM_FIELDS_MAX = 20
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer a browser says `Origin: null` of our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
DECISIONS: dict[Action, Callable[[Connection, Control], None]] = {
    Action.HOLD: decisions.about_dispatch,
    Action.RELEASE: decisions.about_dispatch,
    Action.KILL: decisions.about_dispatch,
    Action.PIN: decisions.about_story,
    Action.ACK: decisions.about_alerts,
    Action.FOLLOW: decisions.about_alerts,
    Action.UNFOLLOW: decisions.about_alerts,
    Action.MUTE: decisions.about_alerts,
    Action.UNMUTE: decisions.about_alerts,
}
FIELDS = ("dispatch", "story", "label", "notification", "desk", "why")  # of a form, beside its action
STATE_WORDS = {
    "live": "Live",
    "loading": "Loading",
    "behind": "Behind",
    "away": "Disconnected",
}


@dataclass
class Board:
    """What the pages are made from."""

    store: Store
    access: Access
    hub: Hub
    connection: Connection
    held: HeldList
    desks: tuple[str, ...] = ()

    @property
    def progress(self) -> Progress:
        return self.hub.reader.progress if self.hub.reader else Progress()


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"clock": _clock, "moment": _moment, "points": points, "plural": plural}
    return made


def _clock(time: datetime) -> str:
    return f"{time:%H:%M}"


def _moment(time: datetime) -> str:
    return f"{time:%-d %b %H:%M}"


def points(curve: tuple[int, ...], width: int = 84, height: int = 26) -> str:
    """The points of a polyline for these numbers."""
    most, step = max(*curve, 1), width / (len(curve) - 1)
    return " ".join(
        f"{at * step:.0f},{height - 2 - value / most * (height - 4):.0f}" for at, value in enumerate(curve)
    )


def plural(count: int, word: str) -> str:
    """`1 item`, `2 items`."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")


ENVIRONMENT = _environment()
Page = Callable[[Request], Awaitable[Response]]


def application(board: Board, on_start: Callable[[], None] = lambda: None) -> ASGIApp:
    """The board as an ASGI application."""
    routes = [
        Route("/", _view(board, "stories", lambda db, _: {"stories": views.stories(db)})),
        Route("/story/{name}", _view(board, "story", _story)),
        Route("/item/{name}", _view(board, "item", _item)),
        Route("/wire", _view(board, "wire", lambda db, _: {"lines": views.wire(db)})),
        Route("/alerts", _view(board, "alerts", lambda db, _: {"alerts": views.alerts(db)})),
        Route("/recalls", _view(board, "recalls", lambda db, _: {"lines": views.withdrawn(db)})),
        Route("/search", _view(board, "search", _search)),
        Route("/held", _view(board, "held", lambda db, _: _held(board))),
        Route("/events", _events(board)),
        Route("/login", _login(board), methods=["GET", "POST"]),
        Route("/do/{action}", _do(board), methods=["POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _not_found(board)})
    return Guard(app, board)


class Guard:
    """What every request passes: its host, who it is, where a form comes from; and the headers of every answer."""

    def __init__(self, app: ASGIApp, board: Board) -> None:
        self._app, self._board = app, board

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_static = scope["path"].startswith("/static/")
                more = HEADERS | {"cache-control": "no-cache" if is_static else "no-store"}
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in more.items())]
            await send(message)

        request = Request(scope)
        answer = self._refusal(request)
        await (answer or self._app)(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> Response | None:
        """The answer to a request that may not go on."""
        access, headers, path = self._board.access, request.headers, request.url.path
        host = headers.get("host", "")
        if not access.is_host(host):
            return _plain("This board is not known by that name; start it with --name to add one.", 421)
        if request.method not in ("GET", "HEAD", "POST"):
            return _plain("The board takes no such request.", 405)
        cookie = request.cookies.get(COOKIE, "")
        proxied = headers.get(access.proxy_header, "") if access.proxy_header else ""
        peer = request.client.host if request.client else ""
        request.state.who = access.who(cookie, peer, proxied)
        request.state.form_token = access.form_token(cookie, request.state.who)
        if request.method == "POST" and not access.is_same_origin(
            headers.get("origin", ""), headers.get("sec-fetch-site", ""), host
        ):
            return _plain("The form does not come from this board.", 403)
        if request.state.who or path == "/login" or path.startswith("/static/"):
            return None
        if path == "/events" or request.method == "POST":
            return _plain("Log in first.", 401)
        return RedirectResponse("/login", 303)


def _plain(text: str, status: int) -> Response:
    return Response(text + "\n", status, media_type="text/plain")


def _render(board: Board, request: Request, name: str, status: int = 200, **more: Any) -> Response:
    progress = board.progress
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


def _view(board: Board, name: str, make: Callable[[Any, Request], dict[str, Any] | None]) -> Page:
    async def page(request: Request) -> Response:
        def read() -> dict[str, Any] | None:
            with board.store.reading() as db:
                found = make(db, request)
                return found and {"change": last_change(db), "counts": views.counts(db)} | found

        found = await run_in_threadpool(read)
        if found is None:
            return _render(board, request, "missing", 404)
        return await run_in_threadpool(lambda: _render(board, request, name, **found))

    return page


def _story(db: Any, request: Request) -> dict[str, Any] | None:
    found = views.story(db, request.path_params["name"])
    return {"story": found[0], "moments": found[1]} if found else None


def _item(db: Any, request: Request) -> dict[str, Any] | None:
    found = views.item(db, request.path_params["name"])
    return {"page": found} if found else None


def _search(db: Any, request: Request) -> dict[str, Any]:
    query = request.query_params.get("q", "")[: views.QUERY_CHARACTERS_MAX]
    return {"query": query, "lines": views.search(db, query)}


def _held(board: Board) -> dict[str, Any]:
    """The list, or why there is none."""
    try:
        return {"held": board.held.lines(), "problem": ""}
    except (Refusal, KafkaError, UnknownJournal) as error:
        return {"held": [], "problem": str(error)}


def _not_found(board: Board) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def page(request: Request, _: Exception) -> Response:
        return _render(board, request, "missing", 404)

    return page


def _events(board: Board) -> Page:
    async def page(request: Request) -> Response:
        if board.hub.is_full:
            return _plain("Too many browsers listen; try again.", 503)
        known = request.headers.get("last-event-id") or request.query_params.get("after", "")
        return StreamingResponse(board.hub.stream(known), media_type="text/event-stream")

    return page


async def _form(request: Request) -> dict[str, str]:
    """The fields of a URL-encoded form; none of one that is too large or is something else."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            return {}
    try:
        fields = parse_qs(body.decode(), max_num_fields=FORM_FIELDS_MAX, keep_blank_values=True)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _login(board: Board) -> Page:
    async def page(request: Request) -> Response:
        if request.method != "POST":
            token = request.query_params.get("token", "")
            return _render(board, request, "login", token=token, wrong=False)
        form = await _form(request)
        session = board.access.log_in(form.get("token", ""), form.get("name", ""))
        if not session:
            LOG.warning("a login with a wrong or used token was refused")
            return _render(board, request, "login", 403, token="", wrong=True)
        answer = RedirectResponse("/", 303)
        is_tls = request.url.scheme == "https"
        answer.set_cookie(COOKIE, session, max_age=SESSION_SECONDS, httponly=True, samesite="strict", secure=is_tls)
        return answer

    return page


def _do(board: Board) -> Page:
    async def page(request: Request) -> Response:
        form, who = await _form(request), request.state.who
        if not board.access.may_post(form.get("form_token", ""), request.cookies.get(COOKIE, ""), who):
            return _plain("The form is not of this session; load the page again.", 403)
        try:
            action = Action(request.path_params["action"])
            decide = DECISIONS[action]
            given = {
                name: bare(form[name]) if name in ("dispatch", "story") else form[name]
                for name in FIELDS
                if form.get(name)
            }
            control = Control.model_validate(given | {"action": action, "who": who})
        except (ValueError, KeyError, ValidationError):
            return _render(
                board, request, "refused", 422, why="The form lacks something: say why, in up to 1,000 characters."
            )
        try:
            await run_in_threadpool(decide, board.connection, control)
        except (decisions.NotDone, Refusal, KafkaError, UnknownJournal) as error:
            return _render(board, request, "refused", 409, why=str(error))
        LOG.info("%s by %s", action, who)
        back = form.get("back", "")
        target = back if PAGE_PATH.fullmatch(back) else "/"
        return RedirectResponse(f"{target}?said={action}", 303)

    return page

"""The pages of the board: a row a view, and the application that serves them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from kafka.errors import KafkaError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from pipeline.runtime.board import forms
from pipeline.runtime.board.guard import Guard, plain
from pipeline.runtime.board.render import Board, Page, render
from pipeline.runtime.board.store import last_change
from pipeline.runtime.board.views import alerts, dispatch, lines, stories
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.shard import UnknownJournal

HERE = Path(__file__).parent


def application(board: Board) -> ASGIApp:
    """The board as an ASGI application."""
    routes = [
        Route("/", _view(board, "stories", lambda db, _: {"stories": stories.stories(db)})),
        Route("/story/{name}", _view(board, "story", _story)),
        Route("/item/{name}", _view(board, "item", _item)),
        Route("/wire", _view(board, "wire", lambda db, _: {"lines": lines.wire(db)})),
        Route("/alerts", _view(board, "alerts", lambda db, _: {"alerts": alerts.alerts(db)})),
        Route("/recalls", _view(board, "recalls", lambda db, _: {"lines": lines.withdrawn(db)})),
        Route("/search", _view(board, "search", _search)),
        Route("/held", _view(board, "held", lambda db, _: _held(board))),
        Route("/events", _events(board)),
        Route("/login", forms.login(board), methods=["GET", "POST"]),
        Route("/do/{action}", forms.do(board), methods=["POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _not_found(board)})
    return Guard(app, board.access)


def _view(board: Board, name: str, make: Callable[[Any, Request], dict[str, Any] | None]) -> Page:
    async def page(request: Request) -> Response:
        def read() -> dict[str, Any] | None:
            with board.store.reading() as db:
                found = make(db, request)
                return found and {"change": last_change(db), "counts": alerts.counts(db)} | found

        found = await run_in_threadpool(read)
        if found is None:
            return render(board, request, "missing", 404)
        return await run_in_threadpool(lambda: render(board, request, name, **found))

    return page


def _story(db: Any, request: Request) -> dict[str, Any] | None:
    found = stories.story(db, request.path_params["name"])
    return {"story": found[0], "moments": found[1]} if found else None


def _item(db: Any, request: Request) -> dict[str, Any] | None:
    found = dispatch.item(db, request.path_params["name"])
    return {"page": found} if found else None


def _search(db: Any, request: Request) -> dict[str, Any]:
    query = request.query_params.get("q", "")[: lines.QUERY_CHARACTERS_MAX]
    return {"query": query, "lines": lines.search(db, query)}


def _held(board: Board) -> dict[str, Any]:
    """The list, or why there is none."""
    try:
        return {"held": board.held.lines(), "problem": ""}
    except (Refusal, KafkaError, UnknownJournal) as error:
        return {"held": [], "problem": str(error)}


def _not_found(board: Board) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def page(request: Request, _: Exception) -> Response:
        return render(board, request, "missing", 404)

    return page


def _events(board: Board) -> Page:
    async def page(request: Request) -> Response:
        if board.hub.is_full:
            return plain("Too many browsers listen; try again.", 503)
        known = request.headers.get("last-event-id") or request.query_params.get("after", "")
        return StreamingResponse(board.hub.stream(known), media_type="text/event-stream")

    return page

"""The application: the views, the forms, the events, and what is around them."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from pipeline.runtime.board import forms
from pipeline.runtime.board.events import packed
from pipeline.runtime.board.guard import Guard, plain
from pipeline.runtime.board.render import Board, Page, render
from pipeline.runtime.board.shared import Shown
from pipeline.runtime.board.static_files import static
from pipeline.runtime.board.store import last_change
from pipeline.runtime.board.views import alerts
from pipeline.runtime.board.views.table import VIEWS, Asked, View

LOG = logging.getLogger(__name__)
PACKED_BYTES_MIN = 500  # of an answer; a smaller one is one packet as it is
PACKING_LEVEL = 5  # of gzip: of 9 it saves 2 % more and takes twice as long


def application(board: Board) -> ASGIApp:
    """The board as an ASGI application."""
    routes = [
        *(Route(view.path, _view(board, view)) for view in VIEWS),
        Route("/events", _events(board)),
        Route("/login", forms.login(board), methods=["GET", "POST"]),
        Route("/do/{action}", forms.do(board), methods=["POST"]),
        Route("/static/{version}/{name}", static),
    ]
    handlers = {404: _not_found(board), sqlite3.DatabaseError: _not_readable(board)}
    app = Starlette(routes=routes, exception_handlers=handlers)
    return Guard(GZipMiddleware(app, PACKED_BYTES_MIN, PACKING_LEVEL), board.access)


def _view(board: Board, view: View) -> Page:
    def answer(request: Request) -> Response:
        name, path = request.path_params.get("name", ""), request.url.path
        query = {name: request.query_params[name] for name in view.asks if name in request.query_params}
        with board.store.reading() as db:
            change = last_change(db)
            asked = Asked(db, board.held, path, name, query)
            key = (change, path, *(f"{name}={value}" for name, value in query.items()))
            shown = board.shared.shown(key, lambda: view.make(asked)) if view.is_of_file else view.make(asked)
            counts = board.shared.shown((change, "counts"), lambda: Shown(dict(alerts.counts(db))))
        if shown is None or counts is None:
            return render(board, request, "missing", 404)
        return render(board, request, view.template, view=view, shown=shown, change=change, counts=counts.context)

    async def page(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return page


def _not_found(board: Board) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def page(request: Request, _: Exception) -> Response:
        return render(board, request, "missing", 404)

    return page


def _not_readable(board: Board) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def page(_: Request, error: Exception) -> Response:
        assert isinstance(error, sqlite3.DatabaseError)
        LOG.error("the board's file cannot be read: %s", error)
        if board.hub.reader:
            board.hub.reader.mistrust(error)
        return plain(
            f"The board's file cannot be read: {error}. If it is damaged or gone, the board makes it anew within "
            "seconds: load the page again. Otherwise see whether its disk is full, and the board's log.",
            503,
        )

    return page


def _events(board: Board) -> Page:
    async def page(request: Request) -> Response:
        if board.hub.is_full:
            return plain("Too many browsers listen; try again.", 503)
        known = request.headers.get("last-event-id") or request.query_params.get("after", "")
        events, headers = board.hub.stream(known), {"x-accel-buffering": "no"}  # nginx would keep it back
        if "gzip" in request.headers.get("accept-encoding", ""):
            events, headers = packed(events), headers | {"content-encoding": "gzip", "vary": "accept-encoding"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    return page

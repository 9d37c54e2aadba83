"""The forms of the board: who logs in, and what an editor decides."""

from __future__ import annotations

import logging
import re
from urllib.parse import parse_qs

from kafka.errors import KafkaError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.runtime.board.access import COOKIE, SESSION_SECONDS
from pipeline.runtime.board.deciding import control_of
from pipeline.runtime.board.guard import plain
from pipeline.runtime.board.render import Board, Page, render
from pipeline.runtime.decisions import NotDone
from pipeline.runtime.kafka.refusals import Refusal, why_unreachable
from pipeline.shard import UnknownJournal

LOG = logging.getLogger(__name__)
PAGE_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_:-]+)?)?")  # of ours; no other address
FORM_BYTES_MAX = 20_000
FORM_FIELDS_MAX = 20


def login(board: Board) -> Page:
    async def page(request: Request) -> Response:
        if request.method != "POST":
            if request.state.who:  # the printed address is opened a second time
                return RedirectResponse("/", 303)
            token = request.query_params.get("token", "")
            return render(board, request, "login", token=token, wrong=False)
        form = await _form(request)
        session = board.access.log_in(form.get("token", ""), form.get("name", ""))
        if not session:
            LOG.warning("a login with a wrong or used token was refused")
            return render(board, request, "login", 403, token="", wrong=True)
        answer = RedirectResponse("/", 303)
        is_tls = request.headers.get("origin", "").startswith("https://")  # a server in front of us encrypts
        answer.set_cookie(COOKIE, session, max_age=SESSION_SECONDS, httponly=True, samesite="strict", secure=is_tls)
        return answer

    return page


def do(board: Board) -> Page:
    async def page(request: Request) -> Response:
        form, who = await _form(request), request.state.who
        if not board.access.may_post(form.get("form_token", ""), request.cookies.get(COOKIE, ""), who):
            return plain("The form is not of this session; load the page again.", 403)
        target = form.get("back", "") if PAGE_PATH.fullmatch(form.get("back", "")) else "/"

        def refused(status: int, why: str) -> Response:
            return render(board, request, "refused", status, why=why, back=target)

        try:
            control = control_of(request.path_params["action"], form, who)
        except ValueError:
            return refused(422, "The form lacks something: say why, in up to 1,000 characters.")
        try:
            await run_in_threadpool(board.deciding.send, control, form.get("seen_label", ""))
        except (NotDone, Refusal, UnknownJournal) as error:
            return refused(409, str(error))
        except KafkaError as error:
            reason = await run_in_threadpool(why_unreachable, board.connection)
            return refused(503, str(reason or f"Kafka: {error}"))
        board.decided[control.action] += 1
        LOG.info("%s by %s", control.action, who)
        return RedirectResponse(f"{target}?said={control.action}", 303)

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

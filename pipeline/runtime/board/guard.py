"""What every request passes: its host, who it is, where a form comes from; and the headers of every answer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.runtime.board.access import COOKIE, Access

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


class Guard:
    """Around all pages.  What it refuses reaches none of them."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                has_its_own = any(name == b"cache-control" for name, _ in message["headers"])
                more = HEADERS if has_its_own else HEADERS | {"cache-control": "no-store"}
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in more.items())]
            await send(message)

        request = Request(scope)
        answer = self._refusal(request)
        await (answer or self._app)(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> Response | None:
        """The answer to a request that may not go on."""
        access, headers, path = self._access, request.headers, request.url.path
        host = headers.get("host", "")
        if not access.is_host(host):
            return plain("This board is not known by that name; start it with --name to add one.", 421)
        if request.method not in ("GET", "HEAD", "POST"):
            return plain("The board takes no such request.", 405)
        cookie = request.cookies.get(COOKIE, "")
        said = headers.getlist(access.proxy_header) if access.proxy_header else []
        proxied = said[0] if len(said) == 1 else ""  # a second one is the browser's, which the proxy did not remove
        peer = request.client.host if request.client else ""
        request.state.who = access.who(cookie, peer, proxied)
        request.state.form_token = access.form_token(cookie, request.state.who)
        if request.method == "POST" and not access.is_same_origin(
            headers.get("origin", ""), headers.get("sec-fetch-site", ""), host
        ):
            return plain("The form does not come from this board.", 403)
        if request.state.who or path == "/login" or path.startswith("/static/"):
            return None
        if path in ("/events", "/lines") or request.method == "POST":
            return plain("Log in first.", 401)
        return RedirectResponse("/login", 303)


def plain(text: str, status: int) -> Response:
    return Response(text + "\n", status, media_type="text/plain")

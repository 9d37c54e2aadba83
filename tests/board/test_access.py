"""Who gets in, and what every answer carries."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.runtime.board.access import COOKIE, SESSION_SECONDS, Access, kept_secret, token_of
from pipeline.runtime.board.guard import HEADERS
from pipeline.runtime.board.pages import application
from pipeline.runtime.board.store import Store
from tests.board.conftest import HOST, TOKEN, Desk, made_board

PATHS = [
    "/",
    "/wire",
    "/login",
    "/held",
    "/static/any/board.css",
    "/static/any/board.js",
    "/nowhere",
    "/story/x",
    "/item/x",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_headers_of_every_answer(desk: Desk, path: str) -> None:
    """No script, style, frame or form of anybody else; nothing of the page is kept or told on."""
    answer = desk.browser.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["referrer-policy"] == "same-origin"  # a browser sends no origin with our forms otherwise
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] in ("no-store", "no-cache")
    assert " style=" not in answer.text
    assert "<style" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/wire", "/alerts", "/held", "/item/x", "/events", "/search?q=x", "/nowhere"]
)
def test_nobody_sees_a_page_without_a_session(desk: Desk, path: str) -> None:
    """They are asked to log in; a stream of events is refused."""
    desk.browser.cookies.clear()
    answer = desk.browser.get(path, follow_redirects=False)
    assert answer.status_code == (401 if path == "/events" else 303)
    assert answer.headers.get("location", "/login") == "/login"


def forged(session: str) -> list[str]:
    name, expires, nonce, signature = session.split(".")
    return [
        "",
        "x",
        "....",
        session + "0",
        f"{name}.{int(expires) + 1}.{nonce}.{signature}",
        f"QmFk.{expires}.{nonce}.{signature}",
        f"{name}.{expires}.{nonce}.{'0' * len(signature)}",
        "é.1.2.3",
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_forged_session(desk: Desk, number: int) -> None:
    """A session that was changed in any part is none."""
    session = desk.browser.cookies[COOKIE]
    assert desk.board.access.who(session, "", "") == "Ada"
    assert desk.board.access.who(forged(session)[number], "", "") == ""


def test_a_session_ends() -> None:
    """After twelve hours; it outlives a restart, and no other board's secret."""
    now = [1_000_000.0]
    access = Access(b"a" * 32, TOKEN, frozenset(), clock=lambda: now[0])
    session = access.log_in(TOKEN, "Ada")
    assert Access(b"a" * 32, "another", frozenset(), clock=lambda: now[0]).who(session, "", "") == "Ada"
    assert Access(b"b" * 32, TOKEN, frozenset(), clock=lambda: now[0]).who(session, "", "") == ""
    now[0] += SESSION_SECONDS
    assert access.who(session, "", "") == ""


def test_a_printed_token_serves_once() -> None:
    """A wrong one does not use it up; nobody logs in without a name."""
    access = Access(b"a" * 32, TOKEN, frozenset())
    assert not access.log_in("wrong", "Ada")
    assert not access.log_in("", "Ada")
    assert not access.log_in(TOKEN, " \u200b ")
    assert access.log_in(TOKEN, "Ada")
    assert not access.log_in(TOKEN, "Bob")


def test_the_login_page(desk: Desk) -> None:
    """To look at the printed address uses nothing up; to send the form logs in."""
    desk.board.access.is_token_reusable = False
    desk.board.access._is_used = False
    desk.browser.cookies.clear()
    assert f'value="{TOKEN}"' in desk.browser.get("/login", params={"token": TOKEN}).text
    origin = {"origin": f"http://{HOST}"}
    wrong = desk.browser.post("/login", data={"token": "x", "name": "Eve"}, headers=origin)
    assert (wrong.status_code, "wrong, or was used" in wrong.text) == (403, True)
    right = desk.browser.post(
        "/login", data={"token": TOKEN, "name": "Eve"}, headers=origin, follow_redirects=False
    )
    assert right.status_code == 303
    cookie = right.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "Eve" in desk.browser.get("/").text
    again = desk.browser.get("/login", params={"token": TOKEN}, follow_redirects=False)
    assert (again.status_code, again.headers["location"]) == (303, "/"), "the printed address, opened again"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_with_tls_in_front(desk: Desk, scheme: str) -> None:
    """A session of an encrypted page is never sent in the clear."""
    desk.browser.cookies.clear()
    form = {"token": TOKEN, "name": "Eve"}
    origin = {"origin": f"{scheme}://{HOST}"}
    answer = desk.browser.post("/login", data=form, headers=origin, follow_redirects=False)
    assert ("; secure" in answer.headers["set-cookie"].lower()) is (scheme == "https")


ORIGINS = [
    ({"origin": f"http://{HOST}"}, True),
    ({"origin": f"https://{HOST}", "sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "same-origin"}, True),
    ({"origin": "http://evil.example"}, False),
    ({"origin": "null"}, False),
    ({"origin": f"http://{HOST}.evil.example"}, False),
    ({"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "same-site"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("headers", "is_taken"), ORIGINS)
def test_forms_of_other_origins(desk: Desk, headers: dict[str, str], is_taken: bool) -> None:
    """A form counts only if the browser says that it is of a page of ours."""
    data = {"form_token": desk.form_token(), "why": "because", "dispatch": "abc"}
    answer = desk.browser.post("/do/hold", data=data, headers=headers, follow_redirects=False)
    assert (answer.status_code == 303) == is_taken
    assert len(desk.sent) == is_taken


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "é"])
def test_a_form_of_no_session(desk: Desk, token: str) -> None:
    """A form without the token of the session is refused, whatever its origin."""
    assert desk.do("hold", dispatch="abc", form_token=token).status_code == 403
    other = desk.board.access.form_token(desk.board.access.log_in(TOKEN, "Ada"), "")
    assert desk.do("hold", dispatch="abc", form_token=other).status_code == 403
    assert desk.sent == []


@pytest.mark.parametrize("host", ["evil.example", "testserver:80", "", "testserver.evil.example"])
def test_a_name_that_leads_here_by_dns(desk: Desk, host: str) -> None:
    """The board answers to its own names only."""
    assert desk.browser.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods(desk: Desk, method: str) -> None:
    """There is nothing to do with them."""
    assert desk.browser.request(method, "/").status_code == 405


@pytest.mark.parametrize(
    "path", ["/static/../pages.py", "/static/%2e%2e/pages.py", "/static/..%2fserve.py", "/static/"]
)
def test_files_beside_the_static_ones(desk: Desk, path: str) -> None:
    """No path leads out of the folder."""
    assert desk.browser.get(path).status_code == 404


PROXIES = [
    # (peer, what the header says, who it is)
    ("10.1.2.3", "carla", "carla"),
    ("10.1.2.3", "", ""),
    ("192.0.2.1", "carla", ""),
    ("not an address", "carla", ""),
    ("10.1.2.3", "car\u202ela", "carla"),
]


@pytest.mark.parametrize(("peer", "header", "who"), PROXIES)
def test_a_proxy_names_the_user(store: Store, peer: str, header: str, who: str) -> None:
    """The header is believed from trusted addresses only, and cleaned."""
    networks = (ipaddress.ip_network("10.0.0.0/8"),)
    access = Access(b"a" * 32, TOKEN, frozenset({HOST}), proxy_header="x-user", proxies=networks)
    assert access.who("", peer, header) == who
    assert Access(b"a" * 32, TOKEN, frozenset({HOST})).who("", peer, header) == ""


def test_a_form_behind_a_proxy(store: Store) -> None:
    """The token of a form is that of the user; another user's is refused."""
    board = made_board(store, frozenset({HOST}))
    board.access.proxy_header, board.access.proxies = "x-user", (ipaddress.ip_network("10.0.0.0/8"),)
    with TestClient(application(board), base_url=f"http://{HOST}", client=("10.0.0.9", 5)) as browser:
        assert "carla" in browser.get("/wire", headers={"x-user": "carla"}).text
        data = {"form_token": board.access.form_token("", "bob"), "why": "x", "dispatch": "abc"}
        headers = {"x-user": "carla", "origin": f"http://{HOST}"}
        assert browser.post("/do/hold", data=data, headers=headers).status_code == 403


def test_the_secret_is_kept(tmp_path: Path) -> None:
    """So that sessions outlive a restart; only its owner may read it, and a damaged one is replaced."""
    path = tmp_path / "board.secret"
    made = kept_secret(path)
    assert kept_secret(path) == made
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"short")
    assert kept_secret(path) not in (made, b"short")


def test_a_token_that_could_be_guessed(tmp_path: Path) -> None:
    """A short token in a file is refused."""
    path = tmp_path / "token"
    path.write_text("short\n")
    with pytest.raises(ValueError, match="fewer than 16 bytes"):
        token_of(path)
    path.write_text("long enough for anybody\n")
    assert token_of(path) == "long enough for anybody"

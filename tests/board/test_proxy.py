"""A board behind a real reverse proxy that logs people in: pages, forms, events, and what cannot be forged."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import httpx2
import pytest

from pipeline.board.rows import ENRICHED
from pipeline.envelope import RecordType
from pipeline.items import Action, Control
from pipeline.runtime.board import deciding
from pipeline.runtime.board.store import Store
from tests.board.browsing import Serving
from tests.board.proxy import FROM, HEADER, SESSION, Proxy, proxy
from tests.board.records import item, record
from tests.waiting import SECONDS


@pytest.fixture
def serving(store: Store) -> Iterator[Serving]:
    """A board that believes the proxy, and nobody else."""
    made = Serving(store)
    made.board.access.proxy_header = HEADER
    made.board.access.proxies = (ipaddress.ip_network(FROM),)
    yield made
    made.stop()


@pytest.fixture
def front(serving: Serving) -> Iterator[Proxy]:
    with proxy(serving.address) as made:
        serving.board.access.hosts |= {made.host}
        yield made


def browser(host: str, session: str = "a-secret", **headers: str) -> httpx2.Client:
    cookies = {SESSION: session} if session else {}
    return httpx2.Client(base_url=f"http://{host}", cookies=cookies, headers=headers, timeout=SECONDS)


def put(serving: Serving, offset: int, name: str) -> None:
    serving.board.store.write([record(ENRICHED, 0, offset, RecordType.ITEM, item(name, offset), offset)])
    serving.board.hub.wake()


FORGED = [
    # (the session at the proxy, what the browser says in the header, who that is on the board; empty: nobody)
    ("a-secret", None, "Ada"),
    ("b-secret", None, "Bob"),
    ("a-secret", "Mallory", "Ada"),
    ("a-secret", "Bob", "Ada"),
    ("", "Mallory", ""),
    ("wrong", "Ada", ""),
]


@pytest.mark.parametrize(("session", "said", "who"), FORGED)
def test_who_one_is(front: Proxy, session: str, said: str | None, who: str) -> None:
    """Whoever the proxy has logged in, whatever the browser says in the header."""
    with browser(front.host, session, **({HEADER: said} if said else {})) as client:
        answer = client.get("/wire")
        assert answer.status_code == (200 if who else 401)
        assert (f'<span class="who"><bdi>{who}</bdi></span>' in answer.text) == bool(who)
        assert "Mallory" not in answer.text


def test_around_the_proxy(serving: Serving, front: Proxy) -> None:
    """Who comes to the board itself is nobody, with the header or without."""
    for headers in ({}, {HEADER: "Ada"}):
        with browser(serving.address.removeprefix("http://"), "", **headers) as client:
            assert client.get("/wire").headers["location"] == "/login"
            assert client.get("/events").status_code == 401


def test_a_proxy_that_does_not_remove_the_header(serving: Serving) -> None:
    """Two users in one request are none: which of them the browser wrote cannot be told."""
    with proxy(serving.address, removes=False) as made:
        serving.board.access.hosts |= {made.host}
        with browser(made.host, **{HEADER: "Mallory"}) as client:
            assert client.get("/wire").headers["location"] == "/login"
        with browser(made.host) as client:
            assert client.get("/wire").status_code == 200


def test_a_decision(serving: Serving, front: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name that the proxy says; a form token of another user is none."""
    sent: list[Control] = []
    monkeypatch.setitem(deciding.DECISIONS, Action.HOLD, lambda _, control: sent.append(control))
    put(serving, 0, "a")
    with browser(front.host) as ada, browser(front.host, "b-secret") as bob:
        token = ada.get("/item/a").text.partition('name="form_token" value="')[2].partition('"')[0]
        form = {"form_token": token, "dispatch": "a", "why": "it is so", "back": "/wire"}
        for headers, client, code in (
            ({"origin": f"http://{front.host}"}, bob, 403),
            ({"origin": "http://evil.example"}, ada, 403),
            ({}, ada, 403),
            ({"origin": f"http://{front.host}"}, ada, 303),
        ):
            assert client.post("/do/hold", data=form, headers=headers).status_code == code
    assert [(one.dispatch, one.who) for one in sent] == [("a", "Ada")]


def test_events(serving: Serving, front: Proxy) -> None:
    """They come through as they are sent, each on its own, and go on behind the last one that a browser had."""
    put(serving, 0, "a")
    last = ""
    with browser(front.host) as client:
        for number in (1, 2):
            with client.stream("GET", "/events", headers={"last-event-id": last} if last else {}) as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                lines = answer.iter_lines()
                if not last:
                    assert next(line for line in lines if line == "event: reload")
                    last = "known"
                put(serving, number, f"n{number}")
                last = next(line for line in lines if line.startswith("id: ")).removeprefix("id: ")
                assert f'["item","n{number}"]' in next(line for line in lines if line.startswith("data: "))

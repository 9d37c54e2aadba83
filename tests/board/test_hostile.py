"""Whatever any field from the wire, from an editor or from an address says, a page has the elements that it has."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.board.rows import ALERTS, DELIVERIES, ENRICHED, FEEDS, NOTIFICATIONS, STORIES
from pipeline.envelope import RecordType
from pipeline.items import Action, Delivery, DeliveryState, Kind, PubStatus, Status, Text, instant
from pipeline.items.feed import FeedState
from pipeline.runtime.board.held import HeldLine
from pipeline.runtime.board.reader import State
from pipeline.runtime.kafka.refusals import Refusal
from tests.board.conftest import HOST, Desk
from tests.board.records import START_MS, alert, control, feed, item, notification, record, story

RLO, LRI, ZWSP = "\u202e", "\u2066", "\u200b"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title></textarea></script></style><svg/onload=alert(1)>",
    "<!-- --><![CDATA[x]]><?php ?>",
    "{{ 7 * 7 }}{% include 'login.html' %}{# #}",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "&lt;b&gt; &amp; &#x3C;script&#x3E;",
    '" onmouseover="alert(1)" x="',
    "` onclick=alert(1) `",
    f"{RLO}desrever\u202c words {LRI} left open",
    f"a{ZWSP}\ufeff\u00ad\u2060b",
    "\x00\x1b[31m\x08\x7f\x9b",
    "\r\nset-cookie: a=b\r\n\r\n<script>",
    "\n\ndata: {}\nevent: reload\n\n",
    "x" * 10_000,
    "long " * 2_000,
    "שלום <b>עולם</b> مرحبا",
    "Z\u0351\u036b\u0343\u036a" * 60 + "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "../../etc/passwd",
    "%3Cscript%3Ealert(1)%3C/script%3E",
]
PATHS = [
    "/",
    "/wire",
    "/alerts",
    "/recalls",
    "/feeds",
    "/held",
    "/story/s1",
    "/item/a",
    "/item/b",
    "/search?q=body",
    "/lines?of=a",
]
PAGE_CHARACTERS_MAX = 60_000


def everything(said: str) -> list[Any]:
    """Records that say it in each member that a producer can fill in."""
    short = said[:60] or "-"
    raised = alert("x", "a", title=said, headline=said, text=said, reasons=(said,), feed=short)
    told = notification("n", [raised], desk=short, reasons=(said,), title=said, text=said)
    top = {"uri": "a", "item": "a-1", "headline": f"{said} too", "feed": short}
    body = f"body\n\n{said}"
    shown = item("a", headline=said, body=body, story="s1", feed=short, why=said, item=short, by_hand=short)
    shown = shown.model_copy(update={"by": short, "located": short, "headlines": (Text(value=said),)})
    copy = item("b", headline=said, body=body, story="s1", feed=short, of="a")
    notice = item("c", kind=Kind.RECALL, status=Status.RECALLED, headline=said, feed=short, why=said)
    held = item("h", kind=Kind.ADVISORY, status=Status.HELD, pub_status=PubStatus.WITHHELD, why=said, by_hand=short)
    sent = Delivery(
        receiver=short, notification="n", desk=short, state=DeliveryState.SENT, attempts=1, time=instant(START_MS)
    )
    wish = control(Action.MUTE, desk="news", story="s1").model_copy(update={"who": short, "why": said[:900]})
    ack = control(Action.ACK, notification="n").model_copy(update={"who": short, "why": said[:900]})
    return [
        *(record(ENRICHED, 0, n, RecordType.ITEM, one, n) for n, one in enumerate((shown, copy, notice, held))),
        record(STORIES, 0, 0, RecordType.STORY, story("s1", label=said, label_by=short, top=top), 0),
        record(ALERTS, 0, 0, RecordType.ALERT, raised, 0),
        record(ALERTS, 0, 1, RecordType.CONTROL, wish, 0),
        record(ALERTS, 0, 2, RecordType.CONTROL, ack, 0),
        record(NOTIFICATIONS, 0, 0, RecordType.NOTIFICATION, told, 0),
        record(DELIVERIES, 0, 0, RecordType.DELIVERY, sent, 0),
        record(FEEDS, 0, 0, RecordType.FEED, feed(short, FeedState.SET_ASIDE, why=said), 0),
    ]


def structure(html: str) -> list[str]:
    """The elements of a page with the names of their attributes: all but words."""
    return [re.sub(r'="[^"]*"', "", tag) for tag in re.findall(r"<[/a-zA-Z!?][^>]*>", html)]


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_every_field_is_text(desk: Desk, said: str) -> None:
    """The same elements and attributes as with harmless words, and a page that is not much longer."""
    found: list[list[list[str]]] = []
    for words in ("harmless words", said):
        desk.board.store.empty()
        desk.write(*everything(words))
        short = words[:60] or "-"
        desk.board.desks = ("news", short)
        desk.held.lines = lambda short=short: [HeldLine(short, short, 1, "embargoed", None)]
        desk.tell(State.AWAY, words, (short,))
        pages = [desk.browser.get(path) for path in PATHS]
        assert {page.status_code for page in pages} == {200}
        found.append([structure(page.text) for page in pages])
        assert max(len(page.text) for page in pages) < PAGE_CHARACTERS_MAX
    assert found[1] == found[0]


IDS = ['"><script>alert(1)</script>', "a/../../login", "?said=x", "#x", "\u202ea", " ", "é" * 50]


@pytest.mark.parametrize("name", IDS)
def test_ids_are_text(desk: Desk, name: str) -> None:
    """Of dispatches, stories and notifications: in attributes, in addresses and in forms; each link leads there."""
    raised = alert(name, "a").model_copy(update={"uri": f"urn:wiredesk:dispatch:{name}", "thread": name})
    desk.write(
        record(ENRICHED, 0, 0, RecordType.ITEM, item(name, headline="A title", story=name), 0),
        record(STORIES, 0, 0, RecordType.STORY, story(name, label="A label"), 0),
        record(ALERTS, 0, 0, RecordType.ALERT, raised, 0),
        record(NOTIFICATIONS, 0, 0, RecordType.NOTIFICATION, notification(name, [raised]), 0),
    )
    for path in ("/", "/wire", "/alerts"):
        html = desk.browser.get(path).text
        assert "<script>alert" not in html
        links = re.findall(r'href="(/(?:item|story)/[^"]*)"', html)
        assert links
        assert {re.fullmatch(r"/(item|story)/[A-Za-z0-9_.~%/-]+", link) is not None for link in links} == {True}


ADDRESSES = [
    ("/wire", {"said": "%s"}),
    ("/search", {"q": "%s"}),
    ("/lines", {"of": "%s"}),
    ("/wire", {"before": "%s"}),
    ("/wire", {"rows": "%s"}),
    ("/login", {"token": "%s"}),
]


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(("path", "parameter"), ADDRESSES, ids=range(len(ADDRESSES)))
def test_addresses_are_text(desk: Desk, path: str, parameter: dict[str, str], said: str) -> None:
    """What somebody writes into an address is on the page as text, and no header is made of it."""
    plain, hostile = (
        desk.browser.get(path, params={name: value % words for name, value in parameter.items()})
        for words in ("harmless", said)
    )
    assert (plain.status_code, hostile.status_code) == (200, 200)
    assert structure(hostile.text) == structure(plain.text)
    assert "set-cookie" not in hostile.headers


TRICKS = [
    "/item/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/item/..%00",
    "/story/" + "x" * 5_000,
    "/item/%ff%fe",
    "/static/..%5cserve.py",
    "/static/board.css%00.svg",
    "/static//etc/passwd",
    "/do/hold",
    "/DO/hold",
    "/wire/",
    "/%2e%2e/",
    "/item/" + "%F0%9F%92%A9" * 40,
    "/%2F%2Fevil.example/",
    "/events/x",
    "/;/wire",
    "/wire;x=1",
    "/item/a?name=b",
    "/story/%",
    "/.git/config",
]


@pytest.mark.parametrize("path", TRICKS)
def test_tricks_with_paths(desk: Desk, path: str) -> None:
    """Nothing but pages of ours: not found, a redirection within the board, or another method than is taken."""
    answer = desk.browser.get(path, follow_redirects=False)
    assert answer.status_code in (307, 404, 405)
    if answer.status_code == 307:
        assert re.match(rf"(http://{HOST})?/(?!/)", answer.headers["location"])
    assert "root:" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


FORGED = [
    # what differs from a good form: headers, fields
    ({"origin": "http://evil.example"}, {}),
    ({"origin": "null"}, {}),
    ({"origin": ""}, {}),
    ({"origin": f"http://{HOST}:81"}, {}),
    ({"origin": f"http://sub.{HOST}"}, {}),
    ({"origin": f"http://{HOST}@evil.example"}, {}),
    ({"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"}, {}),
    ({"origin": f"http://{HOST}", "sec-fetch-site": "same-site"}, {}),
    ({"referer": f"http://{HOST}/"}, {}),
    ({"origin": f"http://{HOST}"}, {"form_token": ""}),
    ({"origin": f"http://{HOST}"}, {"form_token": "0" * 64}),
    ({"origin": f"http://{HOST}", "content-type": "text/plain"}, {"form_token": "x"}),
]


@pytest.mark.parametrize(("headers", "fields"), FORGED, ids=range(len(FORGED)))
def test_forged_forms(desk: Desk, headers: dict[str, str], fields: dict[str, str]) -> None:
    """A form that another site sends with the cookie of an editor does nothing."""
    data = {"form_token": desk.form_token(), "why": "because", "dispatch": "abc"} | fields
    answer = desk.browser.post("/do/kill", data=data, headers=headers, follow_redirects=False)
    assert answer.status_code == 403
    assert desk.sent == []


@pytest.mark.parametrize("who", ["<script>alert(1)</script>", f"{RLO}adA", "x" * 10_000, "a\r\nset-cookie: b=c"])
def test_hostile_names_of_editors(desk: Desk, who: str) -> None:
    """A name is one line without what deceives, also in what is published."""
    desk.browser.cookies.set("wiredesk_board", desk.board.access.log_in("a token of a test", who))
    html = desk.browser.get("/wire").text
    assert "<script>alert" not in html
    assert RLO not in html
    desk.do("hold", dispatch="abc")
    (sent,) = desk.sent
    assert "\n" not in sent.who
    assert len(sent.who) <= 200
    assert RLO not in sent.who


def test_a_refusal_is_text(desk: Desk) -> None:
    """What a broker or a room says of a decision is shown as it was said."""
    desk.refusal = Refusal("<script>alert(1)</script>", '"><img src=x>', 1)
    html = desk.do("hold", dispatch="abc").text
    assert "<script>alert" not in html
    assert "<img" not in html


def test_since_when(desk: Desk) -> None:
    """A disconnection has the time at which it began."""
    desk.tell(State.AWAY, "no broker answers: start it")
    reader = desk.board.hub.reader
    assert reader is not None
    object.__setattr__(reader.progress, "since", datetime(2022, 1, 12, 14, 5, tzinfo=UTC))
    assert 'since <time datetime="2022-01-12T14:05:00+00:00">14:05 UTC</time>' in desk.browser.get("/wire").text

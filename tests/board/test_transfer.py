"""What is sent to browsers: each row once, packed, and never kept back; static files once a release."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator

import pytest

from pipeline.board.rows import ENRICHED
from pipeline.envelope import RecordType
from pipeline.items import Kind
from pipeline.runtime.board import shared, static_files
from pipeline.runtime.board.events import packed
from pipeline.runtime.board.render import HAS
from pipeline.runtime.board.shared import TOKEN
from tests.board.conftest import Desk, golden
from tests.board.records import item, record

PAGES = ["/", "/wire", "/alerts", "/recalls", "/search?q=talks"]


def page(desk: Desk, path: str, has: str = "") -> tuple[str, dict[str, str], str]:
    """The page, its rows by key, and its id."""
    html = desk.browser.get(path, headers={HAS: has} if has else {}).text
    rows = dict(re.findall(r'<li [^>]*data-key="([^"]+)"([^>]*)>', html))
    found = re.search(r'id="list" data-id="([^"]+)"', html)
    assert found
    return html, rows, found[1]


def same(rows: dict[str, str]) -> set[str]:
    return {key for key, rest in rows.items() if "data-same" in rest}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_a_browser_has(desk: Desk, path: str) -> None:
    """Of each row it gets the key, in order; with all else the page is as it was."""
    desk.write(*golden())
    whole, rows, id_ = page(desk, path)
    again, keys, same_id = page(desk, path, id_)
    assert (list(keys), id_) == (list(rows), same_id)
    assert same(keys) == set(keys)
    assert len(again) < len(whole) / 2


def test_only_what_changed_is_sent(desk: Desk) -> None:
    """A new row and one that was killed; all others as their keys."""
    desk.write(*(record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}", n), n) for n in range(20)))
    _, _, has = page(desk, "/wire")
    desk.write(record(ENRICHED, 0, 20, RecordType.ITEM, item("d5", 20, kind=Kind.KILL), 20))
    html, rows, _ = page(desk, "/wire", has)
    assert set(rows) - same(rows) == {"item-20", "item-5"}
    assert html.count("<s><bdi>Title of d5</bdi></s>") == 2


@pytest.mark.parametrize("has", ["x", "0" * 16, "é", '"><script>'])
def test_a_page_that_nobody_knows(desk: Desk, has: str) -> None:
    """After a restart, or with a header of somebody's making: all rows."""
    desk.write(*golden())
    html = desk.browser.get("/wire", headers={HAS.encode(): has.encode()}).text
    assert "data-same" not in html


def test_pages_and_renderings_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest are forgotten: a browser with one of these is sent all rows."""
    monkeypatch.setattr(shared, "PAGES_MAX", 2)
    monkeypatch.setattr(shared, "SHOWN_MAX", 2)
    desk.write(*golden())
    _, _, has = page(desk, "/wire")
    for path in ("/", "/alerts", "/recalls"):
        page(desk, path)
    assert same(page(desk, "/wire", has)[1]) == set()
    assert len(desk.board.shared._pages) == len(desk.board.shared._shown) == 2


def test_two_editors_see_one_rendering_with_their_own_tokens(desk: Desk) -> None:
    """What stands for the token of a form is never sent."""
    desk.write(*golden())
    first = desk.browser.get("/item/x").text + desk.browser.get("/held").text
    mine = desk.form_token()
    assert mine in first
    desk.browser.cookies.set("wiredesk_board", desk.board.access.log_in("a token of a test", "Bob"))
    second = desk.browser.get("/held").text
    assert mine not in second
    assert desk.form_token() in second
    assert TOKEN not in first + second


def test_pages_are_packed(desk: Desk) -> None:
    """For who takes it, to a quarter at most; for others not."""
    desk.write(*golden())
    sizes = {}
    for encoding in ("gzip", "identity"):
        with desk.browser.stream("GET", "/wire", headers={"accept-encoding": encoding}) as answer:
            sizes[encoding] = len(b"".join(answer.iter_raw()))
            assert answer.headers.get("content-encoding", "identity") == encoding
    assert sizes["gzip"] < sizes["identity"] / 4


def test_an_event_is_packed_and_not_kept_back() -> None:
    """What is unpacked behind each chunk is all that went in so far."""

    async def run() -> None:
        said: list[bytes] = []

        async def chunks() -> AsyncIterator[bytes]:
            for number in range(50):
                said.append(b"event: changes\ndata: %d\n\n" % number)
                yield said[-1]

        unpacker, seen = zlib.decompressobj(wbits=31), b""
        async for chunk in packed(chunks()):
            seen += unpacker.decompress(chunk)
            assert seen == b"".join(said)

    asyncio.run(run())


@pytest.mark.parametrize("name", static_files.FILES)
def test_static_files(desk: Desk, name: str) -> None:
    """Kept for a year under the address that names what they hold; asked for again under any other."""
    address = static_files.address(name)
    answer = desk.browser.get(address)
    assert answer.headers["cache-control"] == static_files.FOR_A_YEAR
    assert (address in desk.browser.get("/wire").text) == (name in {"board.css", "board.js", "icon.svg"})
    answer = desk.browser.get(f"/static/old/{name}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    again = desk.browser.get(f"/static/old/{name}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


OLDER = ["", "item-10", "item-x", "item-999999999999999999999", "'; drop table items", "\x00"]


@pytest.mark.parametrize("before", OLDER)
def test_older_items(desk: Desk, before: str) -> None:
    """Those before a row; before one that is not known, the latest."""
    desk.write(*(record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}", n), n) for n in range(20)))
    html = desk.browser.get("/wire", params={"before": before}).text
    assert html.count("data-key=") == (10 if before == "item-10" else 20)


def test_lines_that_are_asked_for(desk: Desk) -> None:
    """As they are now, of as many dispatches as may be asked for, for who is logged in."""
    desk.write(*(record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}", n), n) for n in range(80)))
    html = desk.browser.get("/lines", params={"of": ",".join(f"d{n}" for n in range(80))}).text
    assert html.count("data-key=") == 50
    assert desk.browser.get("/lines").text.count("data-key=") == 0
    desk.browser.cookies.clear()
    assert desk.browser.get("/lines", params={"of": "d1"}).status_code == 401


ROWS = [("5", 5), ("1", 1), ("0", 1), ("-1", 20), ("x", 20), ("", 20), ("٣", 20), ("9" * 30, 20), ("1000", 20)]


@pytest.mark.parametrize(("rows", "count"), ROWS)
def test_so_many_rows(desk: Desk, rows: str, count: int) -> None:
    """As many as are asked for, one at least; where that is no number, as many as a list has."""
    desk.write(*(record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}", n), n) for n in range(20)))
    html = desk.browser.get("/wire", params={"rows": rows}).text
    assert html.count("data-key=") == count
    assert ('id="older"' in html) == (count < 20)

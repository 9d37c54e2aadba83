"""Pages in Chromium: first paint, bytes over the wire, frames while one scrolls and updates come, and memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Request, sync_playwright

from benchmarks import Missing
from benchmarks.board.rebuild import memory_mib
from benchmarks.board.serving import Served, served
from tests.board.browsing import CHROMIUM, FLAGS
from tests.waiting import eventually

ITEMS, ITEMS_SHORT = (10_000, 100_000), (1_000,)
ROWS, ROWS_SHORT = 10_000, 600  # in one page
VIEWS = {"stories": "/", "wire": "/wire", "story": "/story/story3"}
PAINTS = 5  # loads of a page; the median counts
FRAMES_SECONDS = 8
RATE = 20  # items a second while one scrolls
SCROLLING = """
(seconds) => new Promise((done) => {
  const frames = [], end = performance.now() + seconds * 1000;
  let last = performance.now(), y = 0, by = 60;
  function frame(now) {
    frames.push(now - last);
    last = now;
    if (now > end) return done(frames.slice(2));
    y += by;
    if (y > document.body.scrollHeight - innerHeight || y < 0) by = -by;
    if (by) scrollTo(0, y);
    requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);
})
"""
# Items that the page has rows of, or keeps the places of (static/older.js: 50 a place).
PASSED = (
    "() => [...document.querySelectorAll('#list > li')].reduce((sum, one) => sum + (one.dataset.key ? 1 : 50), 0)"
)
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
BYTES = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter((one) => !one.name.includes('/events')).reduce((sum, one) => sum + one.transferSize, 0)"""


def figures(short: bool) -> dict[str, object]:
    """For each number of items that the board has.  Raises Missing without a Chromium."""
    if not CHROMIUM:
        raise Missing("no Chromium: the pages of the board are measured in one")
    found: dict[str, object] = {}
    for count in ITEMS_SHORT if short else ITEMS:
        with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder, served(Path(folder), count) as board:
            found |= _of(board, count, short)
    return found


def _of(board: Served, count: int, short: bool) -> dict[str, object]:
    found: dict[str, object] = {}
    name = f"{count:,} items"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for view, path in VIEWS.items():
            paint, first, again = _loads(browser, board, path)
            found[f"first paint of {view}, {name}, ms"] = paint
            found[f"bytes of {view}, {name}, first and later, kB"] = f"{first / 1000:.1f}, {again / 1000:.1f}"
        with _page(browser, board) as page:
            page.goto("/wire")
            found[f"bytes of an update of the wire, 10 new items a second, {name}, kB"] = _update_kb(page, board)
            found |= _scrolled(page, browser, board, name, ROWS_SHORT if short else ROWS)
        found[f"memory of the board, serving pages of {name}, MiB"] = memory_mib(board.pid)
        browser.close()
    return found


@contextmanager
def _page(browser: Browser, board: Served) -> Iterator[Page]:
    context = browser.new_context(base_url=f"http://{board.host}", viewport={"width": 1280, "height": 800})
    context.add_cookies(
        [{"name": name, "value": value, "url": f"http://{board.host}"} for name, value in board.cookies.items()]
    )
    page = context.new_page()
    page.set_default_timeout(120_000)
    yield page
    context.close()


def _loads(browser: Browser, board: Served, path: str) -> tuple[int, int, int]:
    """Milliseconds to the first paint, the median; bytes of the first load and of a later one."""
    paints, sizes = [], []
    for _ in range(PAINTS):
        with _page(browser, board) as page:
            for _again in range(2):
                page.goto(path)
                eventually(lambda: page.evaluate(PAINT))
                paints.append(page.evaluate(PAINT))
                sizes.append(page.evaluate(BYTES))
    return round(sorted(paints)[len(paints) // 2]), sizes[0], sizes[1]


def _update_kb(page: Page, board: Served) -> str:
    """Bytes of all answers while items come, for each time that the page asked."""
    sizes: list[int] = []
    page.on("requestfinished", lambda one: sizes.append(_size(one)))
    page.wait_for_timeout(2000)
    sizes.clear()
    board.begin(10, 5)
    page.wait_for_timeout(8000)
    board.end()
    return f"{sum(sizes) / max(1, len(sizes)) / 1000:.1f} ({len(sizes)} times)"


def _size(one: Request) -> int:
    sizes = one.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def _scrolled(page: Page, browser: Browser, board: Served, name: str, rows: int) -> dict[str, object]:
    """Frames of a page that was scrolled over so many rows, with updates and without; and its memory."""
    while (have := page.evaluate(PASSED)) < rows:
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        eventually(lambda have=have: page.evaluate(PASSED) > have)  # type: ignore[misc]  # of this turn
    page.evaluate("scrollTo(0, 0)")
    session = page.context.new_cdp_session(page)
    found = {f"frames, {rows:,} rows, scrolling": _frames(page.evaluate(SCROLLING, FRAMES_SECONDS))}
    board.begin(RATE, FRAMES_SECONDS)
    frames = _frames(page.evaluate(SCROLLING, FRAMES_SECONDS))
    found[f"frames, {rows:,} rows, scrolling, {RATE} items a second"] = frames
    board.end()
    found[f"memory of the page, {rows:,} rows of {name}, MiB: script and process"] = _memory(session, browser)
    return {f"{key} ({name})" if "rows of" not in key else key: value for key, value in found.items()}


def _frames(times: list[float]) -> str:
    """Milliseconds a frame: the median, the slowest in a hundred, the slowest."""
    ordered = sorted(times)
    p50, p99, most = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1]
    return f"p50 {p50:.0f}, p99 {p99:.0f}, max {most:.0f} ms of {len(times)}"


def _memory(session: CDPSession, browser: Browser) -> str:
    session.send("HeapProfiler.collectGarbage")
    heap: dict[str, Any] = session.send("Runtime.getHeapUsage")
    whole = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    renderers = [memory_mib(one["id"]) for one in whole["processInfo"] if one["type"] == "renderer"]
    return f"{heap['usedSize'] / 2**20:.1f} and {max(renderers):.0f}"


if __name__ == "__main__":
    for key, value in figures(short=True).items():
        print(key, value)

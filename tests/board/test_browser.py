"""The board in a real browser: live, by keys, without violations of accessibility rules, whatever the wire says."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from pipeline.board.rows import ENRICHED, STORIES
from pipeline.envelope import RecordType
from pipeline.items import Kind
from pipeline.runtime.board.access import COOKIE
from pipeline.runtime.board.pages import application
from pipeline.runtime.board.render import Board
from pipeline.runtime.board.serve import Server, bound
from pipeline.runtime.board.store import Store
from tests.board.conftest import TOKEN, golden, made_board
from tests.board.records import item, record, story
from tests.needs import Need, needs
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 60_000  # it tells what works from what hangs
MINUTE_LATE = 3_000  # behind the sample wires: what comes now is the latest
VIEWS = ["/", "/wire", "/alerts", "/recalls", "/held", "/search?q=talks", "/nowhere"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    needs(Need.BROWSER, CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Serving:
    """A board that serves in a thread."""

    def __init__(self, store: Store, port: int = 0) -> None:
        self.socket = bound("127.0.0.1", port)
        self.port = self.socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.board: Board = made_board(store, frozenset({f"127.0.0.1:{self.port}"}))
        config = uvicorn.Config(application(self.board), log_config=None, lifespan="off")
        self.server = Server(config, self.board.hub)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})
        self.thread.start()
        eventually(lambda: self.server.started)

    def stop(self) -> None:
        self.board.hub.is_closing = self.server.should_exit = True
        self.board.hub.wake()
        self.thread.join(60)
        self.socket.close()
        assert not self.thread.is_alive()


@pytest.fixture
def serving(store: Store) -> Iterator[Serving]:
    store.write(golden())
    made = Serving(store)
    yield made
    made.stop()


@pytest.fixture
def page(chromium: Browser, serving: Serving) -> Iterator[Page]:
    """A page of who is logged in; nothing may be written to its console as an error."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=serving.address)
    session = serving.board.access.log_in(TOKEN, "Ada")
    context.add_cookies([{"name": COOKIE, "value": session, "url": serving.address}])
    made = context.new_page()
    made.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text and "ERR_" not in message.text:
            problems.append(message.text)

    made.on("console", heard)
    made.on("pageerror", lambda error: problems.append(str(error)))
    yield made
    context.close()
    assert problems == []


def put(serving: Serving, offset: int, name: str, **more: object) -> None:
    late = MINUTE_LATE + offset
    one = item(name, late, **more)  # type: ignore[arg-type]  # members of an item
    serving.board.store.write([record(ENRICHED, 3, 1_000_000 + offset, RecordType.ITEM, one, late)])
    serving.board.hub.wake()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(page: Page, scheme: str) -> None:
    """No view breaks a rule of axe-core, in light and in dark; contrast is among them."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/")
    first = page.locator("#list a").first.get_attribute("href")
    page.goto("/recalls")
    killed = page.locator("#list a").first.get_attribute("href")
    for path in (*VIEWS, first, killed):
        page.goto(path or "/")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


@pytest.mark.parametrize("path", VIEWS)
def test_a_phone(page: Page, path: str) -> None:
    """Nothing is wider than a phone."""
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_new_waits_for_a_button(page: Page, serving: Serving) -> None:
    """It is counted, once; the list moves when the reader says so; then it is on top."""
    page.goto("/wire")
    before = page.locator("#list > li").count()
    put(serving, 0, "fresh", headline="A fresh headline")
    expect(page.locator("#news")).to_have_text("1 new")
    expect(page.locator("#announce")).to_have_text("1 new")
    assert page.locator("#list > li").count() == before
    page.keyboard.press("n")
    expect(page.locator("#list > li").first).to_contain_text("A fresh headline")
    expect(page.locator("#news")).to_be_hidden()


def test_a_kill_is_struck_through_in_place(page: Page, serving: Serving) -> None:
    """In the row that is read, without a key, also while the page is paused."""
    put(serving, 0, "doomed", headline="A doomed headline")
    page.goto("/wire")
    row = page.locator("#list > li").first
    expect(row).to_contain_text("A doomed headline")
    page.keyboard.press("p")
    expect(page.locator("#pause")).to_have_attribute("aria-pressed", "true")
    put(serving, 1, "doomed", kind=Kind.KILL, headline="A doomed headline")
    expect(page.locator("s", has_text="A doomed headline")).to_have_count(1)
    expect(page.locator("#news")).to_be_hidden()


def test_keys_only(page: Page) -> None:
    """From the list to a story, to the search and to the help, without a mouse."""
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".picked")).to_have_count(1)
    page.keyboard.press("k")
    label = page.locator(".picked h2").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(label)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("glaciers")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("glaciers")
    assert page.locator("#list > li").count() > 0


def test_a_server_that_was_away(page: Page, serving: Serving, store: Store) -> None:
    """The page says so, comes back by itself, and has what came meanwhile, once."""
    page.goto("/wire")
    serving.stop()
    expect(page.locator("#state")).to_contain_text("Disconnected")
    again = Serving(store, serving.port)
    try:
        put(again, 0, "meanwhile", headline="Came meanwhile")
        expect(page.locator("#news")).to_have_text("1 new")
        expect(page.locator("#state")).to_contain_text("Live")
        page.locator("#news").click()
        expect(page.locator("bdi", has_text="Came meanwhile")).to_have_count(1)
    finally:
        again.stop()


def test_hostile_words(page: Page, serving: Serving) -> None:
    """They are shown as they were written; nothing runs, and nothing is pushed out of the page."""
    for number, words in enumerate(
        ("<script>document.title='gone'</script>", "<img src=x onerror=alert(1)>", "x" * 10_000)
    ):
        put(serving, number, f"h{number}", headline=words, body=words, story="hostile")
    label = "\u202e<b>label</b>"
    serving.board.store.write(
        [record(STORIES, 3, 1, RecordType.STORY, story("hostile", MINUTE_LATE, label=label), 0)]
    )
    for path in ("/wire", "/item/h0", "/item/h1", "/item/h2", "/story/hostile"):
        page.goto(path)
        assert "gone" not in page.title() or "<script>" in page.title()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator("img, main script").count() == 0
    page.goto("/item/h0")
    expect(page.locator("h1")).to_have_text("<script>document.title='gone'</script>")


def test_logging_in(chromium: Browser, serving: Serving) -> None:
    """By the printed address and a name; then the stories are there."""
    context = chromium.new_context(base_url=serving.address)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"/login?token={TOKEN}")
    page.get_by_label("Your name").fill("Bob")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Moving now")
    expect(page.locator(".who")).to_have_text("Bob")
    context.close()


def test_without_javascript(chromium: Browser, serving: Serving, tmp_path: Path) -> None:
    """Each view is there, and a decision can be sent."""
    context = chromium.new_context(base_url=serving.address, java_script_enabled=False)
    session = serving.board.access.log_in(TOKEN, "Ada")
    context.add_cookies([{"name": COOKIE, "value": session, "url": serving.address}])
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    for path in VIEWS:
        page.goto(path)
        assert page.locator("h1").count() == 1
    context.close()

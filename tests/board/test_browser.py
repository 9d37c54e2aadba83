"""The board in a real browser: live, by keys, without violations of accessibility rules, whatever the wire says."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pipeline.board.rows import ENRICHED, STORIES
from pipeline.envelope import RecordType
from pipeline.items import Kind
from pipeline.runtime.board.store import Store
from tests.board.browsing import WAIT_MS, Serving, visiting
from tests.board.conftest import TOKEN
from tests.board.records import item, record, story

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MINUTE_LATE = 3_000  # behind the sample wires: what comes now is the latest
VIEWS = ["/", "/wire", "/alerts", "/recalls", "/held", "/search?q=talks", "/nowhere"]


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


def test_without_javascript(chromium: Browser, serving: Serving) -> None:
    """Each view is there."""
    with visiting(chromium, serving, java_script_enabled=False) as page:
        for path in VIEWS:
            page.goto(path)
            assert page.locator("h1").count() == 1

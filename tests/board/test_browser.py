"""The board in a real browser: live, by keys, without violations of accessibility rules, whatever the wire says."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from pipeline.board.rows import ALERTS, ENRICHED, FEEDS, NOTIFICATIONS, STORIES
from pipeline.envelope import RecordType
from pipeline.items import Action, Control, Kind
from pipeline.items.feed import FeedState
from pipeline.runtime.board import deciding
from pipeline.runtime.board.access import COOKIE, SESSION_SECONDS
from pipeline.runtime.board.reader import Progress, State
from pipeline.runtime.board.store import Store
from pipeline.runtime.embedded.node import free_ports
from tests.board.browsing import NAME, WAIT_MS, Serving, visiting
from tests.board.conftest import TOKEN
from tests.board.records import alert, control, feed, item, notification, record, story
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MINUTE_LATE = 3_000  # behind the sample wires: what comes now is the latest
# Scroll to a place whose rows are not in the page; whether there is any.
TO_A_PLACE = """(at) => {
  const place = [...document.querySelectorAll("#list > .gap")].at(at);
  place?.scrollIntoView();
  return Boolean(place);
}"""
ROWS = "#list > [data-key]"
VIEWS = ["/", "/wire", "/alerts", "/recalls", "/feeds", "/held", "/search?q=talks", "/nowhere"]


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


def test_a_server_that_was_away(chromium: Browser, store: Store) -> None:
    """The page says so, comes back by itself, and has what came meanwhile, once."""
    port = next(free_ports("127.0.0.1"))  # which nobody takes while no server has it
    serving = Serving(store, port)
    put(serving, 0, "before")  # a page without a row would show what comes at once
    with visiting(chromium, serving) as page:
        page.goto("/wire")
        expect(page.locator("#state")).to_have_text("Live")
        serving.stop()
        expect(page.locator("#state")).to_contain_text("Disconnected")
        again = Serving(store, port)
        try:
            put(again, 1, "meanwhile", headline="Came meanwhile")
            expect(page.locator("#news")).to_have_text("1 new")
            expect(page.locator("#state")).to_contain_text("Live")
            page.locator("#news").click()
            expect(page.locator("bdi", has_text="Came meanwhile")).to_have_count(1)
        finally:
            again.stop()


def test_an_answer_from_before_the_server_went(chromium: Browser, store: Store) -> None:
    """It comes when the page has said that the server is away: its rows are taken, its word *Live* is not."""
    serving = Serving(store)
    put(serving, 0, "before")
    under_way: list[tuple[Route, APIResponse]] = []
    with visiting(chromium, serving) as page:
        page.goto("/wire")
        expect(page.locator("#state")).to_have_text("Live")
        page.route("**/wire", lambda route: under_way.append((route, route.fetch())))
        put(serving, 1, "last")

        def is_asked() -> bool:
            page.wait_for_timeout(10)  # the browser's thread runs only while a call waits
            return bool(under_way)

        eventually(is_asked)
        serving.stop()
        expect(page.locator("#state")).to_have_text("Disconnected")
        ((route, answer),) = under_way
        assert 'class="state live"' in answer.text()
        route.fulfill(response=answer)
        expect(page.locator("#news")).to_have_text("1 new")
        expect(page.locator("#state")).to_have_text("Disconnected")


def test_a_refresh_that_fails(page: Page, serving: Serving) -> None:
    """One that fails while the board serves is made again: what was told comes without a further event."""
    failed: list[str] = []

    def fails(route: Route) -> None:
        if len(failed) == 3:  # the events of a page that was just opened are two
            return route.continue_()
        failed.append(route.request.url)
        return route.fulfill(status=503)

    put(serving, 0, "before")
    page.goto("/wire")
    expect(page.locator("#state")).to_have_text("Live")
    page.route("**/wire", fails)
    put(serving, 1, "told")
    expect(page.locator("#news")).to_have_text("1 new")
    assert len(failed) == 3


def test_the_broker_is_away(page: Page, serving: Serving) -> None:
    """The page says so of itself, since when and what to do; and that it is live again."""
    page.goto("/wire")
    expect(page.locator("#state")).to_have_text("Live")
    hub = serving.board.hub
    assert hub.reader is not None
    since = datetime(2022, 1, 12, 14, 5, tzinfo=UTC)
    hub.reader._tell(Progress(State.AWAY, "no broker answers: start it", since=since))
    hub.wake()
    expect(page.locator("#state")).to_have_text("Disconnected")
    expect(page.locator("#notices")).to_contain_text("Disconnected since 14:05 UTC")
    expect(page.locator("#notices")).to_contain_text("No broker answers: start it")
    hub.reader._tell(Progress(State.LIVE))
    hub.wake()
    expect(page.locator("#state")).to_have_text("Live")
    expect(page.locator("#notices")).not_to_contain_text("Disconnected")


def test_a_connection_that_is_dead_without_an_error(page: Page, serving: Serving) -> None:
    """A machine that slept, a network that is gone: a stream without a sign of life is given up and begun again."""
    page.clock.install()
    page.goto("/wire")
    expect(page.locator("#state")).to_have_text("Live")
    hub = serving.board.hub
    with page.expect_request("**/events?after=*"):
        page.clock.run_for(60_000)
    expect(page.locator("#state")).to_have_text("Live")
    page.clock.run_for(5_000)
    expect(page.locator("#lost")).to_have_count(0)
    assert hub.browsers >= 1


def test_a_session_that_ends(page: Page, serving: Serving) -> None:
    """The page says that it is behind, and where to log in; what it showed stays."""
    page.goto("/wire")
    expect(page.locator("#state")).to_have_text("Live")
    serving.board.access.clock = lambda: time.time() + 2 * SESSION_SECONDS
    put(serving, 0, "late", headline="After the end")
    expect(page.locator("#ended")).to_contain_text("Your session has ended")
    assert page.locator("#list > li").count() > 0


def test_a_session_that_ended_long_ago(page: Page, serving: Serving) -> None:
    """A page that is left open asks less and less often; it goes on when somebody has logged in again beside it."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.goto("/wire")
    expect(page.locator("#state")).to_have_text("Live")
    access = serving.board.access
    access.clock = lambda: time.time() + 2 * SESSION_SECONDS
    put(serving, 0, "late")
    expect(page.locator("#ended")).to_be_visible()
    asked.clear()
    for _ in range(120):
        page.clock.run_for(1_000)
    assert 1 <= len([url for url in asked if "/events" in url]) <= 12, "24 with a request every five seconds"
    session = access.log_in(TOKEN, NAME)
    page.context.add_cookies([{"name": COOKIE, "value": session, "url": serving.address}])

    def is_live() -> bool:
        page.clock.run_for(1_000)
        return page.locator("#state").inner_text() == "Live"

    eventually(is_live)
    expect(page.locator("#ended")).to_have_count(0)


DECISIONS = [
    # (action, what the form has, beside why)
    ("ack", {}),
    ("follow", {"desk": "sport"}),
    ("mute", {"desk": "news"}),
    ("pin", {"label": "A better name"}),
    ("hold", {}),
    ("kill", {}),
    ("release", {}),
    ("resume", {}),
]


PLACES = {"ack": "/alerts", "hold": "/item/doomed", "kill": "/item/doomed", "release": "/held", "resume": "/feeds"}


@pytest.mark.parametrize(("action", "fields"), DECISIONS)
def test_a_decision(
    page: Page, serving: Serving, monkeypatch: pytest.MonkeyPatch, action: str, fields: dict[str, str]
) -> None:
    """Its button opens a form, by keys too; what is written is sent once, by who is logged in; the page says so."""
    sent: list[Control] = []
    monkeypatch.setitem(deciding.DECISIONS, Action(action), lambda _, control: sent.append(control))
    raised = alert("x", "doomed", MINUTE_LATE)
    late = MINUTE_LATE
    serving.board.store.write(
        [
            record(ENRICHED, 3, 2_000_000, RecordType.ITEM, item("doomed", late, story="s9"), late),
            record(STORIES, 3, 9, RecordType.STORY, story("s9", late), late),
            record(ALERTS, 3, 9, RecordType.ALERT, raised, late),
            record(FEEDS, 0, 9, RecordType.FEED, feed("polder", FeedState.SET_ASIDE, late), late),
            record(NOTIFICATIONS, 3, 9, RecordType.NOTIFICATION, notification("n9", [raised], late), late),
        ]
    )
    page.goto(PLACES.get(action, "/story/s9"))
    form = page.locator(f'form[action="/do/{action}"]').first
    page.locator("summary", has=page.locator(f'xpath=../form[@action="/do/{action}"]')).first.press("Enter")
    for name, value in fields.items():
        field = form.locator(f'[name="{name}"]')
        if name == "desk":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator('[name="why"]').fill("it is so")
    form.locator('[name="why"]').press("Enter")
    expect(page.locator("#notices")).to_contain_text(f"Sent: {action}")
    (control,) = sent
    assert (control.action, control.who, control.why) == (action, "Ada", "it is so")
    assert fields.items() <= control.model_dump().items()


def test_an_acknowledgement_is_seen_by_others(page: Page, serving: Serving) -> None:
    """In place, without a reload: who was first; the form is gone, and the count beside the view too."""
    raised = alert("x", "a", MINUTE_LATE)
    serving.board.store.write(
        [
            record(ALERTS, 3, 9, RecordType.ALERT, raised, MINUTE_LATE),
            record(NOTIFICATIONS, 3, 9, RecordType.NOTIFICATION, notification("n9", [raised], MINUTE_LATE), 9_000),
        ]
    )
    page.goto("/alerts")
    expect(page.locator(".count")).to_have_count(1)
    form = page.locator('form[action="/do/ack"]')
    before = form.count()
    ack = control(Action.ACK, notification="n9", who="Bob")
    serving.board.store.write([record(ALERTS, 3, 10, RecordType.CONTROL, ack, MINUTE_LATE)])
    serving.board.hub.wake()
    expect(page.locator("#list")).to_contain_text("acknowledged by Bob")
    expect(form).to_have_count(before - 1)


def put_feed(serving: Serving, offset: int, state: FeedState, **more: object) -> None:
    late = MINUTE_LATE + offset
    status = feed("polder", state, late, **more)
    serving.board.store.write([record(FEEDS, 0, 1_000_000 + offset, RecordType.FEED, status, late)])
    serving.board.hub.wake()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", FeedState)
def test_each_state_of_a_feed(page: Page, serving: Serving, state: FeedState, scheme: str) -> None:
    """In words, without a violation of axe-core, its form open; it fits a phone."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    put_feed(serving, 0, state, why="x" * 500, usual_silence_seconds=900, items_a_week=9_000, rate=9)
    page.goto("/feeds")
    row = page.locator("#list > li", has_text="polder")
    expect(row).to_contain_text(state.replace("-", " ").upper())
    for form in row.locator("summary").all():
        form.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_feed_that_stops(page: Page, serving: Serving) -> None:
    """Its row says so where it stands, without a reload, and that it is back; by keys one comes to its form."""
    put_feed(serving, 0, FeedState.OK)
    page.goto("/feeds")
    row = page.locator("#list > li", has_text="polder")
    expect(row).to_contain_text("OK")
    put_feed(serving, 1, FeedState.SET_ASIDE, why="51 of its last 100 payloads died")
    expect(row).to_contain_text("SET ASIDE")
    expect(row).to_contain_text("51 of its last 100 payloads died")
    page.reload()
    expect(page.locator("#list > li").first).to_contain_text("polder")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator('form[action="/do/resume"] [name="why"]')).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    put_feed(serving, 2, FeedState.OK)
    expect(row).to_contain_text("OK")
    expect(page.locator('form[action="/do/resume"]')).to_have_count(0)


def scrolled(page: Page, count: int) -> None:
    """Scroll until the page knows so many items, whether it has their rows or only keeps their places."""
    passed = "all => all.reduce((sum, one) => sum + (one.dataset.key ? 1 : 50), 0)"
    while (before := page.eval_on_selector_all("#list > li", passed)) < count:
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        eventually(lambda before=before: page.eval_on_selector_all("#list > li", passed) > before)  # type: ignore[misc]  # of this turn


def keys(page: Page) -> list[str]:
    return page.eval_on_selector_all(ROWS, "all => all.map((one) => one.dataset.key)")  # type: ignore[no-any-return]  # strings, by the script


def put_old(serving: Serving, count: int) -> None:
    """Items behind the sample wires, the first of them the oldest."""
    late = MINUTE_LATE
    made = [
        record(ENRICHED, 3, 3_000_000 + n, RecordType.ITEM, item(f"o{n}", late + n), late + n) for n in range(count)
    ]
    serving.board.store.write(made)


def test_older_items(page: Page, serving: Serving) -> None:
    """They come behind those that are shown, as far as one scrolls; each once; a kill of one is struck in place."""
    put_old(serving, 450)
    page.goto("/wire")
    scrolled(page, 450)
    found = keys(page)
    assert len(set(found)) == len(found)
    page.locator('#list > [data-of="o5"]').scroll_into_view_if_needed()
    late = MINUTE_LATE + 900
    killed = record(ENRICHED, 3, 4_000_000, RecordType.ITEM, item("o5", late, kind=Kind.KILL), late)
    serving.board.store.write([killed])
    serving.board.hub.wake()
    expect(page.locator('#list > [data-of="o5"] s')).to_have_count(1)
    expect(page.locator("#news")).to_have_text("1 new")
    page.locator("#news").click()
    expect(page.locator(ROWS).first).to_have_attribute("data-of", "o5")
    expect(page.locator('#list > [data-of="o5"] s')).to_have_count(2)


def test_rows_that_are_far_away(page: Page, serving: Serving) -> None:
    """Only their places are kept, as high as they were; they come back in order, as they are by then."""
    put_old(serving, 1_500)
    page.goto("/wire")
    scrolled(page, 1_500)
    assert page.locator(ROWS).count() <= 650
    expect(page.locator('#list > [data-of="o1100"]')).to_have_count(0)
    late, before = MINUTE_LATE + 1_600, page.evaluate("document.body.scrollHeight")
    killed = record(ENRICHED, 3, 4_000_000, RecordType.ITEM, item("o1100", late, kind=Kind.KILL), late)
    serving.board.store.write([killed])
    serving.board.hub.wake()
    expect(page.locator("#news")).to_have_text("1 new")

    def is_shown(name: str, place: int) -> bool:
        """Whether the row is in the page; if not, one scrolls to that place, which may let go of others."""
        found = page.eval_on_selector_all(ROWS, "all => all.map((one) => one.dataset.of)")
        assert len(found) <= 650
        old = [int(name[1:]) for name in found if name[0] == "o"]  # the sample wires may be below them
        assert old == sorted(old, reverse=True)
        if name not in found:
            page.evaluate(TO_A_PLACE, place)
        return name in found

    eventually(lambda: is_shown("o1100", 0))
    expect(page.locator('#list > [data-of="o1100"] s')).to_have_count(1)
    assert abs(page.evaluate("document.body.scrollHeight") - before) <= 100
    eventually(lambda: is_shown("o0", -1))
    eventually(lambda: is_shown("o1299", 0))


def test_a_request_for_older_rows_that_fails(page: Page, serving: Serving) -> None:
    """One that fails while the board serves is made again: nobody has to scroll away and back for it."""
    put_old(serving, 450)
    failed: list[str] = []

    def fails_twice(route: Route) -> None:
        if len(failed) == 2:
            return route.continue_()
        failed.append(route.request.url)
        return route.fulfill(status=503) if len(failed) == 1 else route.abort()

    page.route(re.compile(r"before="), fails_twice)
    page.goto("/wire")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator('#list > [data-of="o5"]')).to_have_count(0)
    scrolled(page, 450)
    expect(page.locator('#list > [data-of="o5"]')).to_have_count(1)
    assert len(failed) == 2


def test_more_than_a_page_is_new(page: Page, serving: Serving) -> None:
    """As behind a browser that slept for an hour: what is shown then has no hole, and nothing twice."""
    put_old(serving, 10)
    page.goto("/wire")
    late = MINUTE_LATE + 100
    made = [
        record(ENRICHED, 3, 4_000_000 + n, RecordType.ITEM, item(f"n{n}", late + n), late + n) for n in range(430)
    ]
    serving.board.store.write(made)
    serving.board.hub.wake()
    expect(page.locator("#news")).to_have_text("200+ new")
    page.locator("#news").click()
    expect(page.locator(ROWS).first).to_have_attribute("data-of", "n429")
    eventually(lambda: not page.evaluate(TO_A_PLACE, 0))
    found = page.eval_on_selector_all(ROWS, "all => all.map((one) => one.dataset.of)")
    assert found[:440] == [f"n{n}" for n in reversed(range(430))] + [f"o{n}" for n in reversed(range(10))]


def test_the_row_that_one_is_at(page: Page, serving: Serving) -> None:
    """A kill is struck through there too, and what has the focus or is unfolded stays so."""
    late = MINUTE_LATE
    serving.board.store.write(
        [
            record(STORIES, 3, 9, RecordType.STORY, story("s9", late), late),
            record(ENRICHED, 3, 2_000_000, RecordType.ITEM, item("doomed", late, story="s9"), late),
            record(ENRICHED, 3, 2_000_001, RecordType.ITEM, item("copy", late, story="s9", of="doomed"), late),
        ]
    )
    page.goto("/story/s9")
    page.keyboard.press("j")
    page.locator(".copies summary").click()
    page.locator(".copies a").first.focus()
    killed = item("doomed", late + 1, kind=Kind.KILL, story="s9")
    serving.board.store.write([record(ENRICHED, 3, 2_000_002, RecordType.ITEM, killed, late + 1)])
    serving.board.hub.wake()
    expect(page.locator("#list s")).to_have_count(1)
    expect(page.locator(".copies")).to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.closest('.copies') !== null")


def test_a_form_that_one_writes_in(page: Page, serving: Serving) -> None:
    """What happens to its item meanwhile is shown; what is written, and the place in it, stay."""
    put(serving, 0, "doomed", headline="A doomed headline")
    page.goto("/item/doomed")
    page.locator("summary", has_text="Kill").click()
    page.locator('form[action="/do/kill"] [name="why"]').fill("half a sentence")
    page.keyboard.press("ArrowLeft")
    put(serving, 1, "doomed", kind=Kind.CORRECTION, headline="A corrected headline")
    expect(page.locator("h1")).to_contain_text("A corrected headline")
    page.keyboard.type("X")
    expect(page.locator('form[action="/do/kill"] [name="why"]')).to_have_value("half a sentencXe")


def test_a_killed_item_among_what_was_found(page: Page, serving: Serving) -> None:
    """A page of a search that finds it no more strikes it through, and does not go on to show its words."""
    put(serving, 0, "doomed", headline="Quokka seen")
    page.goto("/search?q=quokka")
    expect(page.locator("#list > li")).to_have_count(1)
    put(serving, 1, "doomed", kind=Kind.KILL, headline="Quokka seen")
    expect(page.locator("#list s")).to_have_text("Quokka seen")


def test_a_view_that_is_made_anew(page: Page, serving: Serving) -> None:
    """A page of it goes on with what there is now: nothing of what was before is left."""
    put(serving, 0, "before", headline="Of the old topic")
    page.goto("/wire")
    expect(page.locator("#list")).to_contain_text("Of the old topic")
    serving.board.store.empty()
    put(serving, 1, "behind", headline="Of the new topic")
    expect(page.locator("#news")).to_have_text("1 new")
    page.locator("#news").click()
    expect(page.locator("#list > li")).to_have_count(1)
    expect(page.locator("#list")).to_contain_text("Of the new topic")


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

"""The pages: what each shows, and what none shows, whatever the wire says."""

from __future__ import annotations

import re
from html import escape

import pytest

from pipeline.board.rows import ALERTS, ENRICHED, FEEDS, NOTIFICATIONS, STORIES
from pipeline.connection import Connection
from pipeline.envelope import RecordType
from pipeline.items import Action, AlertEvent, Duplicate, Kind, PubStatus, Relation, Status
from pipeline.items.feed import FeedState
from pipeline.runtime.board import held
from pipeline.runtime.board.reader import State
from pipeline.runtime.board.views.evidence import evidence
from pipeline.runtime.board.views.table import VIEWS
from pipeline.runtime.decisions import NotDone
from pipeline.runtime.kafka.refusals import Refusal
from tests.board.conftest import Desk, golden
from tests.board.records import alert, control, feed, item, notification, record, story
from tests.waiting import eventually

PAGES = ["/", "/wire", "/alerts", "/recalls", "/feeds", "/held", "/search", "/search?q=talks"]
RLO = "\u202e"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></textarea></script><svg/onload=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    f"{RLO}desrever\u202c words",
    "long " * 2_000,
    "x" * 10_000,
    "&lt;b&gt; &amp; &#x3C;",
    "\x00\x1b[31m",
    "שלום <b>עולם</b>",
]


def put(desk: Desk, offset: int, name: str, **more: object) -> None:
    desk.write(record(ENRICHED, 0, offset, RecordType.ITEM, item(name, offset, **more), offset))  # type: ignore[arg-type]  # members of an item


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_an_empty_board(desk: Desk, path: str) -> None:
    """A board without a record says so on each page, and what to do."""
    answer = desk.browser.get(path)
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text or path == "/held"


def test_recalls_say_why_in_words(desk: Desk) -> None:
    """A copy is recalled because of its source: no id is shown, the corrected headline is, a killed one is not."""
    desk.write(*golden())
    shown = text_of(desk.browser.get("/recalls").text)
    assert "It repeats a report that was killed." in shown
    assert "It repeats a report that was corrected: N" in shown
    assert not re.search(r"repeats dispatch|\b[0-9a-f]{20}\b", shown)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_sample_wires(desk: Desk, path: str) -> None:
    """Each page is whole without JavaScript: a heading, a list, the views."""
    desk.write(*golden())
    answer = desk.browser.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert 'aria-label="Views"' in answer.text
    if path != "/search":
        assert 'id="list"' in answer.text


def test_every_story_and_item_of_the_sample_wires(desk: Desk) -> None:
    """Each link of the lists leads to a page."""
    desk.write(*golden())
    found = {
        link
        for path in PAGES
        for link in re.findall(r'href="(/(?:story|item)/[^"]+)"', desk.browser.get(path).text)
    }
    assert len(found) > 50
    for link in found:
        assert desk.browser.get(link).status_code == 200, link


def structure(html: str) -> list[str]:
    """The elements of a page with the names of their attributes: all but words."""
    tags = re.findall(r"<[/a-zA-Z!][^>]*>", html)
    return [re.sub(r'="[^"]*"', "", tag) for tag in tags]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_text(desk: Desk, words: str) -> None:
    """Whatever a headline, a label or an alert says, the page has the elements that it has with harmless words."""
    pages: list[list[list[str]]] = []
    for said in ("harmless", words):
        raised = alert("x", "a", title=said, headline=said, text=said)
        shown = item("a", headline=said, body=said, story="s1", feed=said[:50], why=said)
        top = {"uri": "a", "item": "a-1", "headline": f"{said} too", "feed": said[:50]}
        desk.write(
            record(ENRICHED, 0, 0, RecordType.ITEM, shown, 0),
            record(STORIES, 0, 0, RecordType.STORY, story("s1", label=said, label_by=said[:50], top=top), 0),
            record(ALERTS, 0, 0, RecordType.ALERT, raised, 0),
            record(NOTIFICATIONS, 0, 0, RecordType.NOTIFICATION, notification("n", [raised], desk=said[:50]), 0),
        )
        paths = ("/", "/wire", "/alerts", "/story/s1", "/item/a")
        pages.append([structure(desk.browser.get(path).text) for path in paths])
    assert pages[0] == pages[1]
    assert len(desk.browser.get("/wire").text) < 20_000 + 3 * len(escape(words))


def test_what_is_killed_is_struck_through_in_place(desk: Desk) -> None:
    """Its headline only, where it was in the time line; not in a list of best items, and not found."""
    put(desk, 0, "a", story="s1", body="zanzibar")
    put(desk, 1, "b", story="s1")
    desk.write(
        record(
            STORIES,
            0,
            0,
            RecordType.STORY,
            story("s1", top={"uri": "a", "item": "a-1", "headline": "Title of a", "feed": "f"}),
            1,
        )
    )
    assert "Title of a" in desk.browser.get("/").text
    put(desk, 2, "a", kind=Kind.KILL, why="no such meeting")
    html = desk.browser.get("/story/s1").text
    assert "<s><bdi>Title of a</bdi></s>" in html
    assert "KILLED" in html
    assert ">KILL<" not in html, "the word of the state says it"
    assert "<bdi>Title of b</bdi>" in html
    assert "Title of a" not in desk.browser.get("/").text
    page = desk.browser.get("/item/a").text
    assert "zanzibar" not in page
    assert "no such meeting" in page
    assert 'action="/do/hold"' not in page
    assert "Title of a" not in text_of(desk.browser.get("/search?q=title").text)


@pytest.mark.parametrize(
    ("status", "pub_status"), [(Status.HELD, PubStatus.WITHHELD), (Status.USABLE, PubStatus.WITHHELD)]
)
def test_what_is_on_hold_has_no_word(desk: Desk, status: Status, pub_status: PubStatus) -> None:
    """No page has a word of it until it is released, whatever reason withholds it; then all have."""
    put(desk, 0, "a", story="s1", headline="Quokka", body="Quokka body")
    desk.write(record(STORIES, 0, 0, RecordType.STORY, story("s1"), 0))
    paths = ("/wire", "/story/s1", "/item/a", "/recalls", "/search?q=quokka")
    assert "Quokka" in desk.browser.get("/wire").text
    put(desk, 1, "a", kind=Kind.ADVISORY, headline="Quokka", status=status, pub_status=pub_status)
    for path in paths:
        assert "Quokka" not in text_of(desk.browser.get(path).text).replace("“quokka”", ""), path
    assert "ON HOLD" in desk.browser.get("/item/a").text
    put(desk, 2, "a", headline="Quokka", body="Quokka body", story="s1")
    for path in ("/wire", "/story/s1", "/item/a", "/search?q=quokka"):
        assert "Quokka" in desk.browser.get(path).text, path


def test_a_copy_is_folded(desk: Desk) -> None:
    """Under what it copies, with the feed; its page says whose text it is."""
    put(desk, 0, "a", story="s1", feed="meridian")
    put(desk, 1, "b", story="s1", of="a", feed="harbour")
    desk.write(record(STORIES, 0, 0, RecordType.STORY, story("s1"), 1))
    html = desk.browser.get("/story/s1").text
    assert "1 copy" in text_of(html)
    assert html.count('<li class="line ') == 1
    page = text_of(desk.browser.get("/item/b").text)
    assert "word for word the text of" in page
    assert "no report of its own" in page


def test_search(desk: Desk) -> None:
    """All words, accents or not; signs that mean something to the index are words like others."""
    put(desk, 0, "a", headline="São Paulo floods", body="Rain")
    for query, is_found in (
        ("sao paulo", True),
        ("RAIN floods", True),
        ("rain snow", False),
        ('" OR headline:', False),
        ("NOT x*", False),
        ("a" * 5_000, False),
        ("\x00", False),
    ):
        answer = desk.browser.get("/search", params={"q": query})
        assert answer.status_code == 200
        assert ("Paulo floods" in answer.text) == is_found, query


def test_alerts_wait_until_somebody_acknowledges(desk: Desk) -> None:
    """The count beside the view, who was told, a form; then who acknowledged."""
    raised = alert("x", "a", event=AlertEvent.KILL)
    desk.write(
        record(ALERTS, 0, 0, RecordType.ALERT, raised, 0),
        record(NOTIFICATIONS, 0, 0, RecordType.NOTIFICATION, notification("n1", [raised]), 0),
    )
    html = desk.browser.get("/alerts").text
    assert 'action="/do/ack"' in html
    assert '<b class="count"' in html
    desk.write(record(ALERTS, 0, 1, RecordType.CONTROL, control(Action.ACK, notification="n1"), 1))
    html = desk.browser.get("/alerts").text
    assert "acknowledged by Ada" in text_of(html)
    assert 'action="/do/ack"' not in html
    assert '<b class="count"' not in html


def test_an_alert_about_a_feed_leads_to_the_feed(desk: Desk) -> None:
    """It has no item: its words lead to the feed's row among the feeds."""
    raised = alert("x", "a", event=AlertEvent.FEED_SILENT).model_copy(
        update={"item": "", "title": "FEED SILENT: x"}
    )
    desk.write(
        record(ALERTS, 0, 0, RecordType.ALERT, raised, 0),
        record(FEEDS, 0, 0, RecordType.FEED, feed("meridian", FeedState.SILENT), 0),
    )
    html = desk.browser.get("/alerts").text
    assert "FEED SILENT: x" in html
    assert 'href="/item/' not in html
    (place,) = re.findall(r'href="/feeds#([^"]+)"', html)
    assert f'id="{place}"' in desk.browser.get("/feeds").text


def test_held_says_when_and_never_what(desk: Desk) -> None:
    """Ids, feeds, reasons and times; where the journal cannot be read, why."""
    html = text_of(desk.browser.get("/held").text)
    assert "EMBARGOED until 12 Jan 15:06 2 revisions d1" in html
    assert "no end polder ON HOLD BY HAND until somebody releases it" in html
    desk.held.error = Refusal("the broker does not let this client read wire.journal.resolve", "give it Read", 77)
    assert "does not let this client" in desk.browser.get("/held").text


class Follows:
    """Stands in for the journal of resolve: what is held, or why it cannot be read."""

    def __init__(self) -> None:
        self.made, self.read, self.closed = 0, 0, 0
        self.error: Exception | None = None
        self.is_old = False

    def __call__(self, _: Connection) -> Follows:
        self.made += 1
        return self

    def catch_up(self) -> list[held.HeldLine]:
        self.read += 1
        if self.error:
            raise self.error
        return [held.HeldLine(f"d{self.read}", "polder", 1, "embargoed", None)]

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def follows(monkeypatch: pytest.MonkeyPatch) -> Follows:
    made = Follows()
    monkeypatch.setattr(held, "Following", made)
    return made


def test_a_broker_that_is_away_is_not_asked_at_once_again(
    follows: Follows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer would take seconds, and requests wait for each other; later all of it is read again."""
    follows.error = Refusal("no broker answers", "start it", 1)
    found = held.HeldList(Connection(bootstrap="localhost:1"))
    for _ in range(3):
        with pytest.raises(Refusal):
            found.lines()
    assert (follows.read, follows.closed) == (1, 1)
    monkeypatch.setattr(held, "FAILED_SECONDS", 0.0)
    follows.error = None
    monkeypatch.setattr(held, "FRESH_SECONDS", 3600.0)
    assert found.lines() == found.lines()
    assert (follows.made, follows.read) == (2, 2)
    found.close()


def test_what_is_held_is_followed(follows: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody looks the journal is read behind what was read; it is begun anew when it is old, or unseen."""
    monkeypatch.setattr(held, "FRESH_SECONDS", 0.0)
    found = held.HeldList(Connection(bootstrap="localhost:1"))
    assert [found.lines()[0].dispatch for _ in range(3)] == ["d1", "d2", "d3"]
    assert (follows.made, follows.closed) == (1, 0)
    follows.is_old = True
    found.lines()
    assert (follows.made, follows.closed) == (2, 1)
    follows.is_old = False
    monkeypatch.setattr(held, "UNSEEN_SECONDS", 0.0)
    found.lines()
    eventually(lambda: follows.closed == 2)
    monkeypatch.undo()
    found.close()


def test_part_of_a_journal_is_no_list(follows: Follows, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no list while some is still to be read; whoever asks again goes on with it, and gets the whole."""
    monkeypatch.setattr(held, "FRESH_SECONDS", 0.0)
    found = held.HeldList(Connection(bootstrap="localhost:1"))
    follows.error = held.StillReading("4 offsets are still to be read.")
    for _ in range(2):
        with pytest.raises(held.StillReading):
            found.lines()
    follows.error = None
    assert found.lines()[0].dispatch == "d3"
    assert (follows.made, follows.read, follows.closed) == (1, 3, 0)
    found.close()


def test_a_page_of_what_is_held_asks_again(desk: Desk) -> None:
    """No event tells of what is held, so its page asks each second; no other page does."""
    for view in VIEWS:
        html = desk.browser.get(view.path.replace("{name}", "x")).text
        assert ('data-every="1"' in html) == (view.path == "/held")


STATES = [
    (State.LIVE, "", (), "Live", ""),
    (State.LOADING, "", (), "Loading", "is loading"),
    (State.BEHIND, "", (), "Behind", "catching up"),
    (State.AWAY, "no broker answers: start it", (), "Disconnected", "No broker answers: start it"),
    (State.LIVE, "", ("wire.alerts",), "Live", "There is no topic wire.alerts yet"),
]


@pytest.mark.parametrize(("state", "detail", "missing", "word", "sentence"), STATES)
def test_every_state_is_said(
    desk: Desk, state: State, detail: str, missing: tuple[str, ...], word: str, sentence: str
) -> None:
    """In a word at the top, and in a sentence where something is wrong; the pages stay."""
    put(desk, 0, "a")
    desk.tell(state, detail, missing)
    html = text_of(desk.browser.get("/wire").text)
    assert word in html
    assert sentence in html
    assert "Title of a" in html


# ---- forms


FORMS = [
    ("hold", {"dispatch": "urn:wiredesk:dispatch:abc"}, {"dispatch": "abc"}),
    ("release", {"dispatch": "abc"}, {"dispatch": "abc"}),
    ("kill", {"dispatch": "abc"}, {"dispatch": "abc"}),
    ("pin", {"story": "s1", "label": "A label"}, {"story": "s1", "label": "A label"}),
    ("ack", {"notification": "n1"}, {"notification": "n1"}),
    ("follow", {"story": "s1", "desk": "news"}, {"story": "s1", "desk": "news"}),
    ("mute", {"story": "s1", "desk": "news"}, {"story": "s1", "desk": "news"}),
    ("resume", {"feed": "polder"}, {"feed": "polder"}),
]


@pytest.mark.parametrize(("action", "fields", "expected"), FORMS)
def test_a_form_writes_the_control_of_the_command(
    desk: Desk, action: str, fields: dict[str, str], expected: dict[str, str]
) -> None:
    """By who is logged in, whatever the form says, with why; then back to the page."""
    answer = desk.do(action, who="Mallory", **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/wire?said={action}")
    (sent,) = desk.sent
    assert sent.model_dump(exclude_none=True) == expected | {"action": action, "who": "Ada", "why": "because"}


@pytest.mark.parametrize("action", ["erase", "set-aside", "send-test", "nothing", "HOLD"])
def test_what_the_board_does_not_do(desk: Desk, action: str) -> None:
    """An erasure is for the command line; an unknown action is none."""
    assert desk.do(action, dispatch="abc").status_code == 422
    assert desk.sent == []


@pytest.mark.parametrize("why", ["", "   ", "\u200b", "x" * 1_001])
def test_a_form_without_a_reason(desk: Desk, why: str) -> None:
    """Nothing is sent without why."""
    assert desk.do("hold", dispatch="abc", why=why).status_code == 422
    assert desk.sent == []


def test_a_decision_in_vain(desk: Desk) -> None:
    """The second editor on one item reads who was first."""
    desk.refusal = NotDone("the dispatch abc was killed by Bob for good: there is nothing to kill")
    answer = desk.do("kill", dispatch="abc")
    assert answer.status_code == 409
    assert "killed by Bob" in answer.text
    assert '<a href="/wire">Back to the page</a>' in answer.text


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "/wire?x=1", "wire", ""]
)
def test_a_form_leads_to_no_other_site(desk: Desk, back: str) -> None:
    """What is no page of ours becomes the first page."""
    assert desk.do("hold", dispatch="abc", back=back).headers["location"] == "/?said=hold"


def test_a_large_form(desk: Desk) -> None:
    """A body beyond the bound is not read on, and nothing is sent."""
    assert desk.do("hold", dispatch="abc", label="x" * 50_000).status_code == 403
    assert desk.sent == []


COPIES = [  # independent, the valid version, what is said
    (True, None, {"Said before": "it is related to, and its own report beside, norden"}),
    (False, None, {"Said before": "it is another wording of norden"}),
    (False, "norden-2", {"Valid now": "norden-2", "Counts as": "no report of its own"}),
]


@pytest.mark.parametrize(("independent", "valid", "said"), COPIES)
def test_whose_text_an_item_has(independent: bool, valid: str | None, said: dict[str, str]) -> None:
    """A text edited from another one is not called a report of its own; the valid version is named."""
    related = Duplicate(
        relation=Relation.RELATED, of_feed="norden", valid_item=valid, rule="two-zone/7", independent=independent
    )
    found = dict(evidence(item("a").model_copy(update={"duplicate": related})))
    assert found.items() >= said.items()


@pytest.mark.parametrize("mark", ["held", "killed"])
def test_a_label_that_is_the_headline(desk: Desk, mark: str) -> None:
    """The page of an item names its story, unless its words may not be shown: a label may be made of them."""
    desk.write(record(STORIES, 0, 0, RecordType.STORY, story("s1", label="Words of a"), 0))
    put(desk, 0, "a", headline="Words of a", story="s1")
    assert "Words of a</bdi></a>" in desk.browser.get("/item/a").text
    how = {"kind": Kind.KILL} if mark == "killed" else {"status": Status.HELD, "pub_status": PubStatus.WITHHELD}
    put(desk, 1, "a", headline="Words of a", story="s1", **how)
    assert "Words of a</bdi></a>" not in desk.browser.get("/item/a").text

"""Words from outside are text: in every record, and on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from rich.console import Console
from walk import START_MS

from pipeline.envelope import RecordType, addressed_headers, payload_headers
from pipeline.formats.json import ninjs
from pipeline.items import Action, Control, Item, dispatch_id, read_control
from pipeline.normalise.markup import body_html
from pipeline.outside import HIDDEN, clean, clean_line, shown
from pipeline.records import Out, Position, Reason, Record, Rejected
from pipeline.replay import Replay
from pipeline.runtime.record_lines import record_line
from pipeline.topology import ROOMS

EVIL = "a\x1b[2J\x9b31m\u202eb\u2066c\u200bd\u2060e\ufeff<img src=x onerror=alert(1)>"
CLEAN = "a[2J31mbcde‹img src=x onerror=alert(1)›"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (EVIL, CLEAN),
        ("Ferry late", "Ferry late"),
        ("Fähre – spät, 5 < 6 > 4", "Fähre – spät, 5 < 6 > 4"),
        ("<GM.N> up", "‹GM.N› up"),
        ("a <scr\u200bipt>", "a ‹script›"),
        ("one\ntwo", "one\ntwo"),
        ("one\u2028two\x85three\x0bfour", "one two three four"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),  # Persian: the joiner is part of the word
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("pay\u200cpal \u200dx", "paypal x"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e007f", "🏴\U000e0067\U000e0062\U000e0065\U000e007f"),
        ("a\U000e0041b", "ab"),
        ("soft\xadly", "softly"),
    ],
)
def test_clean(text: str, kept: str) -> None:
    """What is not shown, or deceives, is dropped; what a script needs is kept; twice is as once."""
    assert clean(text) == kept
    assert clean(kept) == kept


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)


def assert_clean(replay: Replay) -> None:
    """No record behind wire.raw has a hidden character or a tag, dead letters aside, which are whole."""
    for topic in replay.log.keys() - {"wire.raw", "wire.dead"}:
        for record in replay.log[topic]:
            if record.type == RecordType.CONTROL:
                continue  # as somebody wrote it
            texts = [record.key.decode(), *(texts_in(orjson.loads(record.value)) if record.value else ())]
            assert not [text for text in texts if HIDDEN.search(text) or re.search(r"<[A-Za-z/!?]", text)], topic


@pytest.mark.parametrize("field", sorted({name for names in ninjs.SOURCES.values() for name in names}))
def test_every_field_of_an_item(field: str) -> None:
    """A hostile text in each field of ninjs, as a text and within an object."""
    document = {"uri": "urn:quay:1", "version": "1", "headline": "Ferry late", "body_text": "The ferry came late."}
    for value in (EVIL, [{"name": EVIL, "value": EVIL, "role": EVIL}], {EVIL: EVIL}):
        replay = Replay()
        data = orjson.dumps(document | {field: value})
        replay.publish(Out("wire.raw", EVIL.encode(), data, payload_headers("x", data, START_MS)), START_MS)
        assert_clean(replay)


def test_an_id_that_is_cleaned_still_identifies() -> None:
    """A dispatch and its kill meet, whichever of the two has the id with what is not shown."""
    for first, second in (("urn:q\x9buay:1", "urn:quay:1"), ("urn:quay:1", "urn:q\u200buay:1")):
        replay = Replay()
        for version, uri in enumerate((first, second), 1):
            item = {
                "uri": uri,
                "version": str(version),
                "headline": "Ferry late",
                "body_text": "The ferry came late.",
            }
            data = orjson.dumps(item | ({"pubstatus": "canceled"} if version == 2 else {}))
            replay.publish(Out("wire.raw", b"norden", data, payload_headers("norden", data, START_MS)), START_MS)
        found = [Item.model_validate_json(record.value) for record in replay.log["wire.resolved"]]
        assert {item.dispatch.id for item in found} == {dispatch_id("norden", "urn:quay:1")}
        assert found[-1].dispatch.kind == "kill"


@pytest.mark.parametrize("key", ["\x1b", " \u200b ", "\u202e"])
def test_a_feed_without_a_name_that_is_shown(key: str) -> None:
    """Nothing is left of it: no feed."""
    replay = Replay()
    replay.publish(Out("wire.raw", key.encode(), b'{"headline": "Ferry late"}'), START_MS)
    assert replay.log["wire.dead"][0].header("dead-reason") == Reason.NO_FEED.value.encode()


@pytest.mark.parametrize("room", ["resolve", "tag"])
def test_controls(room: str) -> None:
    """Who, why and a pinned label are published without what deceives, on every topic."""
    replay = Replay()
    data = orjson.dumps({"uri": "urn:quay:1", "headline": "Ferry late", "body_text": "The ferry came late."})
    replay.publish(Out("wire.raw", b"norden", data, payload_headers("norden", data, START_MS)), START_MS)
    item = Item.model_validate_json(replay.log["wire.enriched"][0].value)
    assert item.story
    wanted = {"action": "hold", "dispatch": item.dispatch.id}
    if room == "tag":
        wanted = {"action": "pin", "story": item.story.id, "label": EVIL}
    value = orjson.dumps(wanted | {"who": EVIL, "why": EVIL})
    headers = addressed_headers(RecordType.CONTROL, room, "control", "1", START_MS)
    for partition in range(4):
        replay.publish(Out(ROOMS[room].source, b"", value, headers, partition), START_MS)
    assert CLEAN.encode() in b"".join(
        record.value for topic in ("wire.resolved", "wire.stories") for record in replay.log[topic]
    )
    assert_clean(replay)


def test_a_control_that_says_nothing() -> None:
    """Of a name that is not shown nothing is left: the control is refused."""
    for field in ("who", "why"):
        control = {"action": "hold", "dispatch": "a", "who": "desk", "why": "late", field: "\u200b\x1b"}
        with pytest.raises(Rejected) as caught:
            read_control(orjson.dumps(control))
        assert caught.value.reason is Reason.BAD_CONTROL
    assert Control(action=Action.HOLD, dispatch="a", who=EVIL, why="late").who == clean_line(EVIL)


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://quay.example/a", True),
        ("HTTP://quay.example", True),
        ("mailto:ada@quay.example", True),
        ("https:evil/page", False),
        ("https:/evil", False),
        ("https:///evil", False),
        ("https:\\\\evil", False),
        ("//evil.example/a", False),
        ("/a", False),
        ("a.html", False),
        ("#a", False),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("data:text/html,x", False),
        ("mailto:", False),
        ("tel:1", False),
        ("ftp://quay.example", False),
    ],
)
def test_links_are_absolute(href: str, kept: bool) -> None:
    """Only absolute http, https and mailto survive; the words of the link always do."""
    found = body_html(f'<p>a <b>b</b> <a href="{href}">c</a></p>', ["a b c"])
    assert ("href=" in found) is kept
    assert "c</a>" in found or found.endswith("c</p>")


@pytest.mark.parametrize("topic", ["wire.raw", "wire.enriched", "wire.dead", "wire.stories", "wire.alerts"])
def test_a_terminal_shows_and_obeys_nothing(topic: str) -> None:
    """`tail` of records that anybody wrote: no control character reaches the terminal, and no markup is read."""
    console = Console(force_terminal=True, color_system=None, width=200)
    evil = tuple((name, EVIL.encode()) for name in ("dead-reason", "dead-detail", "dead-topic"))
    headers = (*evil, ("dead-partition", b"1"), ("dead-offset", b"2"))
    record = Record(Position(topic, 0, 0), EVIL.encode(), f"[red]{EVIL}".encode(), headers, 0)
    with console.capture() as captured:
        console.print(record_line(record))
    assert not HIDDEN.search(captured.get())


def test_shown_keeps_its_length() -> None:
    """So that styles keep their places; line breaks stay, other blanks become blanks."""
    assert len(shown(EVIL)) == len(EVIL)
    assert not HIDDEN.search(shown(EVIL))
    assert shown("a\tb\n\xa0c") == "a b\n c"

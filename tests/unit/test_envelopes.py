"""What is said around the items of a payload is said of each of them, and names and letters hide nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from planting import AP, DIGITALWIRES, G2, NINJS, NITF, PLANTERS, UNKNOWN, in_json
from walk import Newsroom

NOTE, TWIN = {"ednote": "EMBARGOED UNTIL FURTHER NOTICE"}, {"ednote": "With a map."}
AHEAD, PAST = {"embargoed": "2099-01-01T00:00:00Z"}, {"embargoed": "2001-01-01T00:00:00Z"}
HELD, USABLE = {"pubstatus": "withheld"}, {"pubstatus": "usable"}
OTHER = {**AP, "altids": {"itemid": "8b" * 16, "etag": f"{'8b' * 16}_1"}}
AP_ENVELOPES: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    "top": lambda said: {"api_version": "1", "data": {"items": [{"item": AP}, {"item": OTHER}]}, **said},
    "data": lambda said: {"api_version": "1", "data": {"items": [{"item": AP}, {"item": OTHER}], **said}},
    "entry": lambda said: {"api_version": "1", "data": {"items": [{"item": AP, **said}]}},
    "meta": lambda said: {"api_version": "1", "data": {"items": [{"meta": said, "item": AP}]}},
    "one item": lambda said: {"api_version": "1", "data": {"item": AP, **said}},
}


def published(document: Any) -> int:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return len(Newsroom("normalise", "resolve").send(data))


@pytest.mark.parametrize(("said", "twin"), [(NOTE, TWIN), (AHEAD, PAST), (HELD, USABLE)])
@pytest.mark.parametrize("where", AP_ENVELOPES)
def test_the_envelopes_of_ap(where: str, said: dict[str, str], twin: dict[str, str]) -> None:
    """At the top, in `data`, in `meta`, beside the item."""
    assert published(AP_ENVELOPES[where](said)) == 0
    assert published(AP_ENVELOPES[where](twin)) == (2 if where in ("top", "data") else 1)


def test_an_entry_is_about_its_item_alone() -> None:
    """The other entries of the same feed are published."""
    assert published({"api_version": "1", "data": {"items": [{"item": AP, **NOTE}, {"item": OTHER}]}}) == 1


@pytest.mark.parametrize(
    ("list_", "item"), [("items", NINJS), ("_items", NINJS), ("entries", DIGITALWIRES), ("items", DIGITALWIRES)]
)
def test_lists_of_items(list_: str, item: dict[str, Any]) -> None:
    """What is beside the list is said of all of its items."""
    assert published({list_: [item], **NOTE}) == 0
    assert published({list_: [item], "on_hold": True}) == 0
    assert published({list_: [item], **TWIN, "on_hold": False, "_links": {"self": {"title": "EMBARGOED"}}}) == 1


@pytest.mark.parametrize(("signal", "held"), [("hold", True), ("kill", True), ("embargo", True), ("update", False)])
def test_the_header_of_a_g2_message(signal: str, held: bool) -> None:
    """Its signals are said of the items of the message."""
    header = f'<header><signal qcode="sig:{signal}"/></header>'
    data = f"<newsMessage>{header}<itemSet>{G2}</itemSet></newsMessage>".encode()
    assert [item.pub_status == "usable" for item in Newsroom("normalise", "resolve").send(data)] in (
        ([], [False]) if held else ([True],)
    )


CODES = (  # members whose codes hold or kill, and the twins
    (AP, "signals", ["newscontent", "hold"], ["newscontent", "whitelisted"]),
    (AP, "signals", ["newscontent", "embargoed"], ["newscontent"]),
    (AP, "editorialtypes", ["HoldForRelease"], ["Lead"]),
    (AP, "editorialtypes", ["Advance"], ["Update"]),
    (DIGITALWIRES, "signal", "withhold", "update"),
    (DIGITALWIRES, "signal", "embargo", "update"),
    (NINJS, "workflow", "held", "published"),
    (NINJS, "flags", {"marked_for_not_publication": True}, {"marked_for_not_publication": False}),
    (NINJS, "infosource", [{"uri": "EMBARGOED until noon"}], [{"uri": "http://quay.example/noon"}]),
)


@pytest.mark.parametrize(("document", "member", "value", "twin"), CODES)
def test_codes(document: dict[str, Any], member: str, value: Any, twin: Any) -> None:
    """Signals, types and states that hold."""
    assert published({**document, member: value}) == 0
    assert published({**document, member: twin}) == 1


@pytest.mark.parametrize("name", ["ro\u200ble", "r\ufeffole", "ro\u00adle", "ro\nle"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_name_of_json_hides_nothing(name: str, ascii_only: bool) -> None:
    """A member whose name has an invisible character is no other member: the payload is dead."""
    bodies = [{name: "Hold the text. Do not use it.", "value": "Another line"}]
    assert published(json.dumps({**NINJS, "bodies": bodies}, ensure_ascii=ascii_only).encode()) == 0
    assert published(
        json.dumps({**NINJS, "bodies": [{"rôle": "a", "value": "b"}]}, ensure_ascii=ascii_only).encode()
    )


LETTERS = (  # a note in letters of two scripts, and a text with whole words of two
    ("\u0415mbargo until further notice", "Compare \u0415мбарго until further notice"),
    ("\u041d\u041eLD for release", "Names in \u041c\u043e\u0441\u043a\u0432\u0430 and Moscow"),
    ("D\u043e not publish bef\u043ere 6 p.m.", "\u03b1\u03b2\u03b3-tests, before 6 p.m."),
)


@pytest.mark.parametrize(("note", "twin"), LETTERS)
def test_letters_that_look_alike(note: str, twin: str) -> None:
    """Nobody sees which alphabet a letter is of."""
    assert published({**NINJS, "ednote": note}) == 0
    assert published({**NINJS, "description_text": twin}) == 1


HEADERS = (
    ("Sensitivity: Company-Confidential", "Sensitivity: Normal"),
    ("Deferred-Delivery: Mon, 1 Jan 2099 00:00:00 +0000", "Deferred-Delivery: Mon, 1 Jan 2001 00:00:00 +0000"),
    ("Thread-Topic: EMBARGOED: Ferry late", "Thread-Topic: Ferry late"),
    ("X-Release-Time: 2099-01-01T00:00:00Z", "Expires: 2099-01-01T00:00:00Z"),
)


@pytest.mark.parametrize(("header", "twin"), HEADERS)
def test_headers_of_a_mail(header: str, twin: str) -> None:
    """Headers in which mail programs say what a desk says in words."""
    for one, held in ((header, True), (twin, False)):
        data = PLANTERS["e-mail"](UNKNOWN, "With a map.").replace(b"X-Remark: With a map.", one.encode())
        assert published(data) == (not held)


@pytest.mark.parametrize(("markup", "held"), [
    ("<title>EMBARGOED: ferry late</title>", True), ("<title>Council lifts its embargo</title>", False),
    ('<img alt="EMBARGOED UNTIL FURTHER NOTICE">', True), ('<img alt="A quay under embargo in 1917">', False),
])  # fmt: skip
def test_titles_and_pictures(markup: str, held: bool) -> None:
    """The title of a page is a headline, the text of a picture public text."""
    assert published(
        in_json({**NINJS, "body_text": None})("body_html", f"{markup}<p>{NINJS['body_text']}</p>")
    ) == (not held)


@pytest.mark.parametrize(("content", "held"), [("2099-01-01T00:00:00Z", True), ("2001-01-01T00:00:00Z", False)])
def test_a_meta_element_of_nitf(content: str, held: bool) -> None:
    """`name` says what `content` is."""
    data = NITF.replace("<docdata", f'<meta name="releaseTime" content="{content}"/><docdata', 1)
    assert published(data.encode()) == (not held)

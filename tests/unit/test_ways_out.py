"""Ways by which private words got out: none does now, and the twin without them is published as before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from walk import Newsroom

from pipeline.items import Item

SECRET = "SECRETWORD"
BODY = "The council of Lomsk voted on Monday to close the old tunnel for nine weeks, its chairman said."
G2 = (
    '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:x:1" version="1" standard="NewsML-G2">'
    '<itemMeta><itemClass qcode="ninat:text"/><versionCreated>2022-01-03T00:00:00Z</versionCreated>'
    "{meta}</itemMeta><contentMeta><headline>Lomsk closes tunnel</headline>{content}</contentMeta><contentSet>"
    f'<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{BODY}</p></body></html></inlineXML>'
    "</contentSet></newsItem>"
)


def ninjs(**members: Any) -> str:
    return json.dumps(
        {"uri": "urn:x:1", "version": "1", "headline": "Lomsk closes tunnel", "body_text": BODY, **members}
    )


def g2(meta: str = "", content: str = "") -> str:
    return G2.format(meta=meta, content=content)


def plain(*lines: str) -> str:
    return "\n".join(("Lomsk closes tunnel", "", BODY, "", *lines))


WAYS = {
    "a label as a headline": (ninjs(headline=f"Eds: {SECRET}"), ninjs()),
    "a subject": (ninjs(subject=[{"name": f"Bob (NOT FOR PUBLICATION: {SECRET})"}]), ninjs()),
    "a place": (ninjs(place=[{"name": f"Not for publication: {SECRET}"}]), ninjs()),
    "a note that is not public": (ninjs(ednote=[{"value": SECRET, "public": False}]), ninjs()),
    "an internal note": (ninjs(ednote=f"Corrects date.\nInternal note: {SECRET}"), ninjs(ednote="Corrects date.")),
    "a desk note": (ninjs(ednote=f"Desk note - {SECRET}"), ninjs(ednote="Corrects the date of the vote.")),
    "no size": (ninjs(body_text=None, body_html=f"<p>{BODY}</p><p style='font-size:0'>{SECRET}</p>"), ninjs()),
    "no colour": (ninjs(body_text=None, body_html=f"<p>{BODY}</p><p style='opacity: 0.0;'>{SECRET}</p>"), ninjs()),
    "a role by its URI": (g2(f'<edNote roleuri="http://x/private">{SECRET}</edNote>'), g2()),
    "a description for editors": (g2("", f'<description role="x:internalnote">{SECRET}</description>'), g2()),
    "a headline for editors": (g2("", f'<headline role="x:internal">{SECRET}</headline>'), g2()),
    "a label on a line of its own": (plain("Notes to editors", SECRET), plain("Repairs will follow", "in spring.")),
    "a marker on a line of its own": (plain("Not for publication", SECRET), plain("Not for publicity", "alone.")),
    "a marker behind another": (
        plain(f"For information only, not for publication: {SECRET}"),
        plain("It is open."),
    ),
}
SHOWN = {  # what only looks like one of them, and has to stay
    "a style": ninjs(body_text=None, body_html=f"<p>{BODY}</p><p style='font-size:0.9em'>{SECRET}</p>"),
    "half a colour": ninjs(body_text=None, body_html=f"<p>{BODY}</p><p style='opacity:0.5'>{SECRET}</p>"),
    "a wrapped line": plain("The report was marked", "private and confidential by", f"{SECRET} on Monday."),
    "a subject": ninjs(subject=[{"name": f"private equity {SECRET}"}]),
    "a headline": ninjs(headline=f"Editors leave the daily: {SECRET} after nine years"),
}


def published(payload: str) -> list[Item]:
    return Newsroom("normalise", "resolve").send(payload.encode())


@pytest.mark.parametrize("way", WAYS)
def test_nothing_private_takes_it(way: str) -> None:
    """The item is published without the word; its twin as it is."""
    for payload in WAYS[way]:
        (item,) = published(payload)
        assert item.body.startswith("The council of Lomsk")
        assert SECRET not in item.model_dump_json()


@pytest.mark.parametrize("what", SHOWN)
def test_what_only_looks_private_stays(what: str) -> None:
    """An ordinary word is published."""
    (item,) = published(SHOWN[what])
    assert SECRET in item.model_dump_json()

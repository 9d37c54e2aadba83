"""A kill takes effect however large its text is, in every format that has ids; an ordinary item is too large."""

from __future__ import annotations

import pytest
from planting import ATOM, COPY, G2, NEWSML1, NITF, PLANTERS, RSS
from walk import Newsroom

from pipeline.dead import Letter
from pipeline.records import Reason

LARGE = "The ferry sank.\n" * 40_000  # 640 kB; a body may have 262
MEDIA = 'xmlns:m="http://search.yahoo.com/mrss/"'
STATE = '<m:status state="active"/>'
PARAGRAPH = f"<html><body><p>{COPY}</p></body></html>"
KILLS = {  # the payload, what of it is usable, and what makes a kill of it
    "nitf": (NITF.replace(f"<p>{COPY}</p>", COPY), '"usable"', '"canceled"'),
    "newsml-g2": (
        G2.replace(
            f"<inlineXML>{PARAGRAPH}</inlineXML>", f'<inlineData contenttype="text/plain">{COPY}</inlineData>'
        ),
        "stat:usable",
        "stat:canceled",
    ),
    "newsml-1.2": (NEWSML1, '"Usable"', '"Canceled"'),
    "rss": (RSS.replace("<rss>", f"<rss {MEDIA}>").replace("</guid>", f"</guid>{STATE}"), '"active"', '"deleted"'),
    "atom": (ATOM.replace('">', f'" {MEDIA}>', 1).replace("</id>", f"</id>{STATE}"), '"active"', '"deleted"'),
    "anpa": (PLANTERS["anpa"]("version", "1stLd").decode(), "1stLd", "Kill"),
    "iptc7901": (PLANTERS["iptc7901"]("header lines", "MORE").decode(), "MORE", "KILL KILL KILL"),
    "e-mail": (PLANTERS["e-mail"]("Subject", "Ferry late").decode(), "Ferry late", "MANDATORY KILL: Ferry late"),
}


@pytest.mark.parametrize("name", KILLS)
def test_a_large_kill_takes_effect(name: str) -> None:
    """It meets its dispatch by its ids, and none of its words goes out."""
    data, usable, killed = KILLS[name]
    newsroom = Newsroom("normalise", "resolve")
    (item,) = newsroom.send(data.encode())
    (kill,) = newsroom.send(data.replace(usable, killed).replace(COPY, LARGE).encode())
    assert (kill.uri, kill.dispatch.kind, kill.body) == (item.uri, "kill", "")


@pytest.mark.parametrize("name", [*KILLS, "zczc"])
def test_a_large_item_is_dead(name: str) -> None:
    """The twin: as an ordinary item it is too large."""
    data = KILLS[name][0] if name in KILLS else PLANTERS[name]("@", "Bergen").decode()
    newsroom = Newsroom("normalise", "resolve")
    assert newsroom.send(data.replace(COPY, LARGE).encode()) == []
    assert Letter(next(newsroom.records("wire.dead"))).reason == Reason.TOO_LARGE.value

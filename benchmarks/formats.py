"""What a payload of each format costs to parse, and what a hostile one costs until it is rejected.

    python -m benchmarks formats [--full]

Our samples and the real payloads, if there are any, each in its recognised format: microseconds of CPU an item,
MB/s, and the median for items of about 5 kB beside the aim.  Then a megabyte of every unit of UNITS in the shell of
every format, closed and truncated: the slowest, and its memory.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import DATA
from pipeline import formats
from pipeline.formats import FORMATS
from pipeline.formats.parsed import Payload
from pipeline.records import Rejected

SAMPLES = Path(__file__).resolve().parents[1] / "seeds"
AIM_US = 300  # an item of about 5 kB
ABOUT_5_KB = range(3_500, 7_000)
REPEATS_SHORT, REPEATS = 20, 200
HOSTILE_BYTES = 1_000_000
HOSTILE_AIM_MS, HOSTILE_AIM_MB = 100, 50


class Shell(NamedTuple):
    """The parts of a payload before and after its copy."""

    head: str
    tail: str = ""


SHELLS = {
    "plain": Shell(""),
    "ninjs": Shell('{"uri": "a:1", "headline": "x", "body_html": "', '"}'),
    "rss": Shell('<rss version="2.0"><channel><item><description>', "</description></item></channel></rss>"),
    "atom": Shell('<feed xmlns="http://www.w3.org/2005/Atom"><entry><content>', "</content></entry></feed>"),
    "newsml-g2": Shell(
        '<newsItem guid="a:1" version="1"><itemMeta/><contentMeta><headline>x</headline></contentMeta><contentSet>'
        '<inlineXML contenttype="application/xhtml+xml"><html><body>',
        "</body></html></inlineXML></contentSet></newsItem>",
    ),
    "newsml-1.2": Shell(
        '<NewsML Version="1.2"><NewsItem><NewsComponent><NewsLines><HeadLine>x</HeadLine></NewsLines><ContentItem>'
        "<DataContent><body>",
        "</body></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>",
    ),
    "nitf": Shell("<nitf><body><body.head><hedline><hl1>x</hl1></hedline></body.head><body.content>",
                  "</body.content></body></nitf>"),
    "rbnews": Shell("<RBNews><NewsID>7a7a-1</NewsID><content>", "</content></RBNews>"),
    "press-release": Shell('<release id="17854111"><title>x</title><publisher/><body>', "</body></release>"),
    "jimi": Shell("<Publish><ContentItem><SystemSlug>7a7a-1</SystemSlug><ContentText>",
                  "</ContentText></ContentItem></Publish>"),
    "json-feed": Shell(
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "a", "content_html": "', '"}]}'
    ),
    "digitalwires": Shell('{"format": "digitalwires@1", "urn": "a:1", "headline": "x", "article_html": "', '"}'),
    "ap-json": Shell('{"api_version": "2", "data": {"item": {"headline": "x", "renditions": {"nitf": "', '"}}}}'),
    "afp-json": Shell('{"uno": "newsml.afp.com.20220112T093000Z.doc-7a7a", "headline": "x", "news": ["', '"]}'),
    "iptc7901": Shell("\x01hbr0042 4 pl 110  hbr 0001\r\n\r\nFerries/\r\n\x02Ferry late =\r\n\r\n", "\x03\r\n"),
    "anpa": Shell("\x16\x16\x01H0042\x1f_harbo\r\nr a\x13\x11 BC-Ferry   01-12 0100\r\n^Late<\r\n\x02", "\x03"),
    "zczc": Shell("ZCZC HBR001\r\n", "\r\nNNNN\r\n"),
    "e-mail": Shell("Received: by quay.example\r\nFrom: ada@quay.example\r\nSubject: x\r\nMessage-ID: <1@q>\r\n"),
}  # fmt: skip
UNITS = (
    "a", "a ", "a\n", "\n", "\n\n", " ", "\t", "=\n", "-", "A. ", "1 ", "ö", "ا", "\u0301", "\u200b", "ã€", "Ã©",
    "<p>", "<p>a</p>", "</p>", "<p a='", '<p a="1">', "<a b='1' c='2'/>", "<br/>", "<b><i>", "<!--", "<!-- -->",
    "<![CDATA[", "]]>", "<![CDATA[a]]>", "<?a?>", "<!DOCTYPE a>", "<table><tr><td>", "<script>", "<", ">",
    "&amp;", "&#38;", "&nbsp;", "&lt;b&gt;", "&a;", "\\n", '\\"', "\\u0041", "\\ud800", "\\", '"', '", "a": "',
    '{"a":', "[", "]", "{", "}", "[{}],", "\x01", "\x02", "\x03", "\x1f", "\x13", "^", "^a<\n", "ZCZC a\n",
    "NNNN\n", "Received: a\n", "--a\n\n", "=?utf-8?q?a?= ", "(Reporting by A", "(a)", "OSLO (Norden) - ",
    "Oslo, ", "By A ",
)  # fmt: skip


def run(short: bool) -> dict[str, object]:
    """For each format: items, microseconds an item, MB/s, items of 5 kB; then the worst hostile payloads."""
    spent: defaultdict[str, list[Timed]] = defaultdict(list)
    for data in payloads():
        if (timed := parsed(data, REPEATS_SHORT if short else REPEATS)) is not None:
            spent[timed.format].append(timed)
    figures: dict[str, object] = {}
    for name in sorted(spent):
        each = [timed.seconds / timed.items for timed in spent[name]]
        size = sum(timed.size for timed in spent[name])
        figures[f"{name}: payloads, items"] = f"{len(each)}, {sum(timed.items for timed in spent[name])}"
        figures[f"{name}: us an item, median"] = round(median(each) * 1e6)
        figures[f"{name}: MB/s"] = round(size / sum(timed.seconds for timed in spent[name]) / 1e6, 1)
        alike = [timed.seconds for timed in spent[name] if timed.items == 1 and timed.size in ABOUT_5_KB]
        if alike:
            figures[f"{name}: us an item of about 5 kB, median of {len(alike)} (aim {AIM_US})"] = round(
                median(alike) * 1e6
            )
    return figures | hostile()


def payloads() -> Iterator[bytes]:
    """Our samples, then real payloads, if there are any."""
    for folder in (SAMPLES, DATA / "wire"):
        yield from (path.read_bytes() for path in sorted(folder.glob("*/*")))


class Timed(NamedTuple):
    """A payload and its cost."""

    format: str
    items: int
    size: int
    seconds: float  # of CPU, the median of all runs


def parsed(data: bytes, repeats: int) -> Timed | None:
    """Parse the payload many times; None if it is rejected."""
    payload = Payload(data, "bench", datetime(2022, 1, 12, tzinfo=UTC))
    try:
        name, parse = formats.parse(payload)
    except Rejected:
        return None
    seconds = []
    for _ in range(repeats):
        began = time.process_time()
        formats.parse(payload)
        seconds.append(time.process_time() - began)
    return Timed(name, len(parse.items), len(data), median(seconds))


# ---- a hostile megabyte -----------------------------------------------------------------------------------------


class Hostile(NamedTuple):
    """A payload of one repeated unit in the shell of a format, closed or truncated."""

    format: str
    unit: str
    closed: bool

    def data(self, size: int) -> bytes:
        head, tail = SHELLS[self.format]
        return (head + self.unit * (size // len(self.unit.encode())) + (tail if self.closed else "")).encode()


def attacks() -> Iterator[Hostile]:
    """Every unit in the shell of every format."""
    for name in SHELLS.keys() & FORMATS.keys():
        yield from (Hostile(name, unit, closed) for unit in UNITS for closed in (True, False))


def hostile() -> dict[str, object]:
    """The slowest of each format by CPU time, and the memory that it takes in a process of its own."""
    slowest: dict[str, tuple[float, Hostile]] = {}
    rejected = 0
    for attack in attacks():
        seconds, was_rejected = cost_of(attack)
        rejected += was_rejected
        slowest[attack.format] = max(slowest.get(attack.format, (0.0, attack)), (seconds, attack))
    figures: dict[str, object] = {
        "hostile, 1 MB: rejected, read": f"{rejected}, {sum(1 for _ in attacks()) - rejected}"
    }
    for name, (seconds, attack) in sorted(slowest.items()):
        what = f"hostile {name}: slowest, ms; MB (aims {HOSTILE_AIM_MS}, {HOSTILE_AIM_MB})"
        figures[what] = f"{seconds * 1e3:.0f}; {grown_mb(attack):.0f}  of {attack.unit!r}"
    return figures


class HostileCost(NamedTuple):
    """The cost of a hostile payload; some are only long and are read."""

    seconds: float  # of CPU
    rejected: bool


def cost_of(attack: Hostile, size: int = HOSTILE_BYTES) -> HostileCost:
    """Parse the payload, and time it."""
    payload = Payload(attack.data(size), "bench", datetime(2022, 1, 12, tzinfo=UTC))
    began = time.process_time()
    try:
        FORMATS[attack.format].parse(payload)
    except Rejected:
        return HostileCost(time.process_time() - began, True)
    return HostileCost(time.process_time() - began, False)


def grown_mb(attack: Hostile) -> float:
    """By how much the peak memory grows of a process that does nothing else."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    child = fork.Process(target=_grow, args=(attack, there))
    child.start()
    grown: float = here.recv()
    child.join()
    return grown


def _grow(attack: Hostile, out: Connection) -> None:
    data = attack.data(HOSTILE_BYTES)
    payload = Payload(data, "bench", datetime(2022, 1, 12, tzinfo=UTC))
    before = _peak_mb()
    with suppress(Rejected):
        FORMATS[attack.format].parse(payload)
    out.send(_peak_mb() - before)


def _peak_mb() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6

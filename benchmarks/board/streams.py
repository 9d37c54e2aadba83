"""Events to 50 browsers, of which each listens; the server has one core, the browsers are this process.

A browser is told at most once a second what changed since, so half a second is what an event waits on average.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import orjson

from benchmarks.board.rebuild import memory_mib
from benchmarks.board.serving import Served, served
from pipeline.runtime.board.render import HAS

BROWSERS = 50
RATES, RATES_SHORT = (10, 100, 400), (20,)  # items a second
ASKED_RATE = 20
SECONDS, SECONDS_SHORT = 20.0, 4.0
QUIET_SECONDS = 3.0  # behind the last item, for what is under way
ITEMS = 10_000


@dataclass
class Heard:
    """What one browser heard."""

    waited_ms: list[float] = field(default_factory=list)
    asked_ms: list[float] = field(default_factory=list)
    bytes: int = 0
    reloads: int = 0


def figures(short: bool) -> dict[str, object]:
    """Latency and bytes at each rate."""
    found: dict[str, object] = {}
    count = 1_000 if short else ITEMS
    with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder, served(Path(folder), count) as board:
        for rate in RATES_SHORT if short else RATES:
            found |= asyncio.run(_at(board, rate, SECONDS_SHORT if short else SECONDS))
        found |= asyncio.run(_at(board, ASKED_RATE, SECONDS_SHORT if short else SECONDS, asks=True))
        found[f"memory of the board with {BROWSERS} browsers, MiB"] = memory_mib(board.pid)
    return found


async def _at(board: Served, rate: int, seconds: float, asks: bool = False) -> dict[str, object]:
    heard = [Heard() for _ in range(BROWSERS)]
    used = _cpu_seconds(board.pid)
    async with aiohttp.ClientSession(cookies=board.cookies, auto_decompress=True) as session:
        listening = [asyncio.create_task(_listen(session, board.host, one, asks)) for one in heard]
        await asyncio.sleep(1.0)
        start = time.monotonic()
        board.begin(rate, seconds)
        await asyncio.to_thread(board.end)
        took = time.monotonic() - start
        await asyncio.sleep(QUIET_SECONDS)
        for one in listening:
            one.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    waited = sorted(ms for one in heard for ms in one.waited_ms)
    name = f"{rate}/s to {BROWSERS} browsers"
    if asks:
        name += " that ask for the wire each time"
        taken = sorted(ms for one in heard for ms in one.asked_ms)
        found: dict[str, object] = {
            f"answers a second, {name}": round(len(taken) / took),
            f"from asking to the answer, {name}, p50 and p99 ms": f"{taken[len(taken) // 2]:.0f}, "
            f"{taken[len(taken) * 99 // 100]:.0f}",
            f"kB an answer, {name}": round(sum(one.bytes for one in heard) / len(taken) / 1000, 1),
        }
    else:
        found = {}
    return found | {
        f"events delivered a second, {name}": round(len(waited) / took),
        f"commit to receipt, {name}, p50 ms": round(waited[len(waited) // 2]),
        f"commit to receipt, {name}, p99 ms": round(waited[len(waited) * 99 // 100]),
        f"asked to load the page, {name}": sum(one.reloads for one in heard),
        f"CPU of the board, {name}, %": round(100 * (_cpu_seconds(board.pid) - used) / (took + QUIET_SECONDS + 1)),
    }


async def _listen(session: aiohttp.ClientSession, host: str, heard: Heard, asks: bool) -> None:
    async with session.get(f"http://{host}/events", timeout=aiohttp.ClientTimeout(total=None)) as answer:
        event, has = b"", ""
        async for line in answer.content:
            name, _, value = line.strip().partition(b": ")
            if name == b"event":
                event = value
                heard.reloads += event == b"reload" and bool(heard.waited_ms)
            elif name == b"data" and event == b"changes":
                now = time.monotonic_ns()
                for _kind, key in orjson.loads(value)["rows"]:
                    if key.startswith("t"):
                        heard.waited_ms.append((now - int(key[1:].partition("-")[0])) / 1e6)
                if asks:
                    has = await _ask(session, host, heard, has)


async def _ask(session: aiohttp.ClientSession, host: str, heard: Heard, has: str) -> str:
    """Ask for what is new in the wire, as the script of a page does; the id of what there is."""
    start = time.perf_counter()
    async with session.get(f"http://{host}/wire", headers={HAS: has} if has else {}) as answer:
        html = await answer.text()
        heard.asked_ms.append(1000 * (time.perf_counter() - start))
        heard.bytes += int(answer.headers["content-length"])
    return html.partition('id="list" data-id="')[2].partition('"')[0]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    for key, value in figures(short=True).items():
        print(key, value)

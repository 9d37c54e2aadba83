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

BROWSERS = 50
RATES, RATES_SHORT = (10, 100, 400), (20,)  # items a second
SECONDS, SECONDS_SHORT = 20.0, 4.0
QUIET_SECONDS = 3.0  # behind the last item, for what is under way
ITEMS = 10_000


@dataclass
class Heard:
    """What one browser heard."""

    waited_ms: list[float] = field(default_factory=list)
    bytes: int = 0
    reloads: int = 0


def figures(short: bool) -> dict[str, object]:
    """Latency and bytes at each rate."""
    found: dict[str, object] = {}
    count = 1_000 if short else ITEMS
    with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder, served(Path(folder), count) as board:
        for rate in RATES_SHORT if short else RATES:
            found |= asyncio.run(_at(board, rate, SECONDS_SHORT if short else SECONDS))
        found[f"memory of the board with {BROWSERS} browsers, MiB"] = memory_mib(board.pid)
    return found


async def _at(board: Served, rate: int, seconds: float) -> dict[str, object]:
    heard = [Heard() for _ in range(BROWSERS)]
    used = _cpu_seconds(board.pid)
    async with aiohttp.ClientSession(cookies=board.cookies, auto_decompress=True) as session:
        listening = [asyncio.create_task(_listen(session, board.host, one)) for one in heard]
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
    return {
        f"events delivered a second, {name}": round(len(waited) / took),
        f"commit to receipt, {name}, p50 ms": round(waited[len(waited) // 2]),
        f"commit to receipt, {name}, p99 ms": round(waited[len(waited) * 99 // 100]),
        f"asked to load the page, {name}": sum(one.reloads for one in heard),
        f"CPU of the board, {name}, %": round(100 * (_cpu_seconds(board.pid) - used) / (took + QUIET_SECONDS + 1)),
    }


async def _listen(session: aiohttp.ClientSession, host: str, heard: Heard) -> None:
    async with session.get(f"http://{host}/events", timeout=aiohttp.ClientTimeout(total=None)) as answer:
        event = b""
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


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    for key, value in figures(short=True).items():
        print(key, value)

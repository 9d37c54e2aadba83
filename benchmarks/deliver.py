"""From alert to webhook: a real broker, the rooms route and deliver, and a receiver in this process.

    python -m benchmarks deliver [--full]

Latency: RATE alerts a second that break through; from the append in wire.alerts until the receiver has read the
signed request, which it answers at once.  Burst: all at once, for one receiver; one attempt at a time, each written
down before and after.  Broker, rooms and receiver share the machine's cores.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
from kafka import KafkaProducer

from pipeline import settings as settings_
from pipeline.connection import DURABLE, Connection
from pipeline.envelope import RecordType, forward
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.kafka import topics
from pipeline.runtime.local.deployment import HEALTH_HOST, ask
from pipeline.schemas.examples import ALERT
from pipeline.settings import PREFIX
from tests.waiting import arrived, eventually, pause

ROOMS = ("route", "deliver")
RATE = 5.0
RATED, RATED_SHORT = 500, 60
BURST, BURST_SHORT = 500, 60
ROUTES = """desks: {news: {budget: {hour: 100, day: 500}}}
routes: [{name: all, desks: [news], break_through: true}]
"""
RECEIVERS = """receivers:
  hook: {desks: [news], webhook: {url: "http://127.0.0.1:PORT/", secrets: ["env:BENCH_SECRET"]}}
"""
SECRET = "whsec_" + "YmVuY2htYXJrcyBhcmUgbm8gc2VjcmV0cyE="


def run(short: bool) -> dict[str, object]:
    """Milliseconds from alert to webhook, and notifications a second to one receiver."""
    rated, burst = (RATED_SHORT, BURST_SHORT) if short else (RATED, BURST)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wiredesk-bench-")))
        broker = stack.enter_context(Broker(folder / "broker", cache=settings_.load().cache_dir))
        topics.create(broker.connection)
        came, port = stack.enter_context(receiver())
        stack.enter_context(workers(broker.bootstrap, folder, port))
        sent: dict[str, float] = {}
        send(broker.connection, sent, "warm", 5, 0)
        arrived(lambda: len(came), 5)
        send(broker.connection, sent, "rated", rated, RATE)
        arrived(lambda: len(came), 5 + rated)
        took = sorted((at - sent[id_]) * 1000 for id_, at in came.items() if id_.startswith("rated"))
        began = time.monotonic()
        send(broker.connection, sent, "burst", burst, 0)
        arrived(lambda: len(came), 5 + rated + burst)
        seconds = time.monotonic() - began
    figures: dict[str, object] = {
        f"alert to webhook, p{share} at {RATE:g}/s, ms": round(took[min(len(took) - 1, len(took) * share // 100)])
        for share in (50, 95, 99)
    }
    return figures | {"notifications/s to one receiver, a burst": round(burst / seconds, 1)}


def send(connection: Connection, sent: dict[str, float], name: str, count: int, rate: float) -> None:
    """Alerts, each of a story of its own; `sent` gets when each was appended, by its id."""
    producer = KafkaProducer(**connection.arguments(), **DURABLE)
    headers = [*forward((), RecordType.ALERT, round(time.time() * 1000)), ("ce_id", b"bench")]
    began = time.monotonic()
    for number in range(count):
        if rate:
            pause(began + number / rate - time.monotonic())
        id_ = f"{name}{number}"
        value = orjson.dumps(ALERT | {"id": id_, "thread": id_, "uri": id_})
        sent[id_] = time.time()
        producer.send("wire.alerts", value, headers=headers, partition=ALERTS_PARTITION)
    producer.flush(60)
    producer.close()


@contextmanager
def receiver() -> Iterator[tuple[dict[str, float], int]]:
    """A server that says 200 to all: when each alert came, by its id; and its port."""
    came: dict[str, float] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = orjson.loads(self.rfile.read(int(self.headers["content-length"])))
            came[body["data"]["alerts"][0]["id"]] = time.time()
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield came, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def workers(bootstrap: str, folder: Path, port: int) -> Iterator[None]:
    """The two rooms, once they are ready."""
    (folder / "routes.yaml").write_text(ROUTES)
    (folder / "deliver.yaml").write_text(RECEIVERS.replace("PORT", str(port)))
    ports = dict(zip(ROOMS, free_ports(HEALTH_HOST), strict=False))
    variables = {
        "BOOTSTRAP": bootstrap,
        "STATE_DIR": str(folder),
        "INSTANCE": "bench",
        "ROUTES": str(folder / "routes.yaml"),
        "RECEIVERS": str(folder / "deliver.yaml"),
    }
    environment = {
        **os.environ,
        **{PREFIX + name: value for name, value in variables.items()},
        "BENCH_SECRET": SECRET,
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", "-q", "worker", room],
            env=environment | {PREFIX + "HEALTH_PORT": str(ports[room])},
        )
        for room in ROOMS
    ]
    try:
        for room in ROOMS:
            eventually(is_ready(ports[room]))
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)


def is_ready(port: int) -> Callable[[], bool]:
    def look() -> bool:
        return (ask(f"http://{HEALTH_HOST}:{port}/health") or {}).get("status") == "ready"

    return look

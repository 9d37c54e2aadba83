"""Commands, payloads, and single workers, for tests on a real broker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Self

from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.local.deployment import HEALTH_HOST, ask
from pipeline.runtime.worker.exits import STOP_SECONDS
from pipeline.settings import PREFIX
from pipeline.topology import PARTITIONS
from tests.waiting import SECONDS, SPARE_SECONDS

PORTS = free_ports(HEALTH_HOST)
PLACES = ("Bergen", "Porto", "Turku", "Split", "Gdansk", "Malmo", "Genoa", "Bilbao")


def ninjs(uri: str, version: int = 1, **more: Any) -> bytes:
    """A dispatch, the words of which depend on its uri."""
    place = PLACES[sum(uri.encode()) % len(PLACES)]
    text = f"The port of {place} opened quay {uri} on Monday after {len(uri)} months of work."
    item = {
        "uri": uri,
        "version": str(version),
        "versionCreated": f"2022-01-12T09:{version:02}:00Z",
        "language": "en",
        "headlines": [{"value": f"{place} opens quay {uri}"}],
        "bodies": [{"value": text, "contentType": "text/plain"}],
        **more,
    }
    return json.dumps(item).encode()


def run(*arguments: str, stdin: bytes | None = None, code: int = 0) -> Result:
    """The command, in this process; its exit code is as expected."""
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert result.exit_code == code, (arguments, result.output, result.exception)
    return result


@dataclass
class WorkerDriver:
    """Workers that are started and stopped one by one.  All that run at the end are stopped."""

    bootstrap: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = ("-m", "pipeline.cli")  # that Python runs
    _workers: dict[str, tuple[subprocess.Popen[bytes], int]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process, _port in self._workers.values():
            process.terminate()
        for name in list(self._workers):
            self.stop(name)

    def start(self, room: str, instance: str) -> None:
        """Start a worker, and do not wait for it; it ends with this process."""
        port = next(PORTS)
        variables = {"BOOTSTRAP": self.bootstrap, "INSTANCE": instance, "STATE_DIR": str(self.folder)}
        variables |= {"HEALTH_PORT": str(port), **self.settings}
        with (self.folder / f"{room}-{instance}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *self.program, "worker", room, "--end-with-stdin"],
                env={**os.environ, **{PREFIX + name: value for name, value in variables.items()}},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        self._workers[f"{room}-{instance}"] = process, port

    def stop(self, name: str) -> int:
        """Stop a worker in an orderly way; its exit code."""
        process, _port = self._workers.pop(name)
        process.terminate()
        try:
            return process.wait(STOP_SECONDS + SPARE_SECONDS)
        finally:
            process.kill()
            assert process.stdin is not None
            process.stdin.close()

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a worker."""
        self._workers[name][0].send_signal(number)

    def kill(self, name: str) -> None:
        """End a worker as a crash would (SIGKILL)."""
        process, _port = self._workers[name]
        process.kill()
        self.wait(name)

    def wait(self, name: str) -> int:
        """Wait for a worker that ends by itself; its exit code."""
        process, _port = self._workers.pop(name)
        try:
            return process.wait(SECONDS)
        finally:
            assert process.stdin is not None
            process.stdin.close()

    def opened(self, name: str) -> int:
        """How often the workers of this name here have opened partitions."""
        return (self.folder / f"{name}.log").read_text().count('"event": "open"')

    def partitions(self, name: str) -> list[int]:
        """The partitions that a worker has and works on; none while it starts or recovers."""
        process, port = self._workers[name]
        assert process.poll() is None, (self.folder / f"{name}.log").read_text()[-2000:]
        page = ask(f"http://127.0.0.1:{port}/health") or {}
        return list(page["partitions"]) if page.get("status") == "ready" else []

    def shared_out(self, *names: str) -> bool:
        """Whether these workers have all partitions of their room, each one and each of them some."""
        found = [self.partitions(name) for name in names]
        return all(found) and sorted(chain.from_iterable(found)) == list(range(PARTITIONS))

"""docker compose, on a project of the tests' own: a deployment on the same machine is never touched."""

from __future__ import annotations

import json
import signal
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.captures import from_line
from pipeline.records import Record
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
ASKED_FOR = "TEST_CONTAINERS"  # set by `python -m tests.container`
IMAGE = f"wiredesk:{__version__}"
PROJECT = "wiredesk-container-test"
DATA = "/var/lib/kafka/data"  # of the broker, a volume
COMMAND_SECONDS = 900.0  # a build on a loaded machine
READ_FROM = "tag"  # the container whose `wiredesk` reads topics


class Failed(Exception):
    """A command ended with another code than 0; the message has all that it printed."""


def run(*words: str, stdin: bytes | None = None, check: bool = True) -> bytes:
    """What the command prints; its messages are shown if it fails."""
    done = subprocess.run(words, input=stdin, capture_output=True, timeout=COMMAND_SECONDS, cwd=ROOT, check=False)
    if check and done.returncode:
        said = done.stdout.decode() + done.stderr.decode()
        raise Failed(f"$ {' '.join(words)}\n{said}\nexit code {done.returncode}")
    return done.stdout


def docker(*words: str, stdin: bytes | None = None) -> bytes:
    """What `docker …` prints."""
    return run("docker", *words, stdin=stdin)


class Compose:
    """The project: call it with the words after `docker compose`."""

    project = PROJECT

    def __call__(self, *words: str, stdin: bytes | None = None, check: bool = True) -> bytes:
        command = ("docker", "compose", "--project-name", PROJECT)
        return run(*command, *words, stdin=stdin, check=check)

    def down(self) -> None:
        """Remove all that the project has."""
        self("down", "--volumes", "--remove-orphans", "--timeout", "30")

    def wiredesk(self, *words: str, stdin: bytes | None = None) -> bytes:
        """What a command prints in a container of its own."""
        return self("run", "--rm", "--no-deps", "-T", "publish", *words, stdin=stdin)

    def records(self, topic: str) -> list[Record]:
        """All committed records of a topic, as `wiredesk capture` shows them in a room's container."""
        lines = self("exec", "-T", READ_FROM, "wiredesk", "capture", topic).splitlines()
        return [from_line(line) for line in lines]

    def tar(self, *words: str, stdin: bytes | None = None) -> bytes:
        """What tar prints that works on the broker's volume; the broker may be stopped."""
        volume = ("--volumes-from", f"{PROJECT}-kafka-1", "--user", "0", "--interactive")
        return docker(
            "run", "--rm", *volume, "--entrypoint", "tar", IMAGE, "--directory", DATA, *words, stdin=stdin
        )

    def state(self, service: str) -> dict[str, Any]:
        """The state of a service's container, as `docker inspect` has it."""
        name = f"{PROJECT}-{service}-1"
        found: dict[str, Any] = json.loads(docker("inspect", "--format", "{{json .State}}", name))
        return found

    def seconds_to_health(self, service: str) -> float:
        """How long after its start the container passed its first check; waits for that."""

        def passed() -> list[float]:
            state = self.state(service)
            began = _instant(state["StartedAt"])
            checks = ((_instant(one["Start"]) - began, one["ExitCode"]) for one in state["Health"]["Log"])
            return [
                seconds for seconds, code in checks if code == 0 and seconds > 0
            ]  # others are of an earlier run

        return eventually(passed, 300.0, 0.2)[0]

    def kill(self, service: str) -> None:
        """End a container's first process as a crash would, so that the engine starts it again."""
        program = f"import os; os.kill({self.state(service)['Pid']}, {signal.SIGKILL.value})"
        rights = ("--privileged", "--pid", "host", "--user", "0")
        docker("run", "--rm", *rights, "--entrypoint", "python", IMAGE, "-c", program)


def _instant(text: str) -> float:
    """Docker's time, which has nanoseconds and its own zone, in seconds."""
    whole, _, rest = text.partition(".")
    digits = rest.rstrip("Z").partition("+")[0].partition("-")[0]
    zone = rest[len(digits) :]
    return datetime.fromisoformat(f"{whole}.{digits[:6].ljust(6, '0')}{zone.replace('Z', '+00:00')}").timestamp()

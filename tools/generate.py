"""Writes what is made from the code: `make generate`.

    python -m tools.generate            write it
    python -m tools.generate --check    write nothing; name what is stale, and exit with 1 if anything is

A generated part of a file is between two comments, `NAME: make generate writes this` and `/NAME`;
the rest of that file is written by hand.  What is in the folders of FOLDERS is generated whole.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools import (
    alert_texts,
    alerts_table,
    compose,
    dispatch_states_table,
    feeds_tables,
    formats_table,
    keda,
    kubernetes,
    members_table,
    metrics,
    rooms_tables,
    settings_table,
    states_table,
    strimzi,
    units,
)

ROOT = Path(__file__).parents[1]
OPERATIONS, COMPOSE, MANIFESTS = "docs/operations.md", "docker-compose.yml", "deploy/kubernetes"
FEEDS = "docs/feeds.md"
FOLDERS: dict[str, Callable[[], dict[str, str]]] = {  # that are generated whole
    MANIFESTS: kubernetes.files,
    "deploy/strimzi": strimzi.files,
    "deploy/keda": keda.files,
    "deploy/systemd": units.files,
    "deploy/prometheus": metrics.prometheus,
    "deploy/grafana": metrics.grafana,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A generated part of a file that is otherwise written by hand."""

    path: str
    name: str
    write: Callable[[], str]


PARTS = (
    Part(OPERATIONS, "settings", settings_table.table),
    Part(OPERATIONS, "topics", rooms_tables.topics),
    Part(OPERATIONS, "memory", rooms_tables.memory),
    Part(OPERATIONS, "rights", rooms_tables.rights),
    Part(OPERATIONS, "states", states_table.table_of_states),
    Part("docs/alerts.md", "conditions", alerts_table.conditions),
    Part("docs/alert-texts.md", "texts", alert_texts.texts),
    Part(FEEDS, "guarantees", feeds_tables.guarantees),
    Part(FEEDS, "facts", feeds_tables.facts),
    Part(FEEDS, "ways", feeds_tables.ways),
    Part("docs/formats.md", "formats", formats_table.sections),
    Part("docs/design/laws.md", "states", dispatch_states_table.table),
    Part("docs/consumers.md", "headers", members_table.headers),
    Part("docs/consumers.md", "members", members_table.sections),
    Part("pyproject.toml", "rooms", rooms_tables.layer),
    Part("docs/metrics.md", "metrics", metrics.page),
    Part("docs/metrics.md", "alerts", metrics.alerts),
    Part(COMPOSE, "image", compose.image),
    Part(COMPOSE, "rooms", compose.rooms),
    Part(COMPOSE, "services", compose.services),
    Part(COMPOSE, "volumes", compose.volumes),
    Part(COMPOSE, "feeds", compose.feeds),
)


def wanted(root: Path) -> dict[str, str]:
    """Every file that is generated, or has a generated part: its path below `root`, and its text as it must be."""
    texts = {part.path: (root / part.path).read_text("utf-8") for part in PARTS}
    for part in PARTS:
        texts[part.path] = filled(texts[part.path], part.name, part.write())
    return texts | {f"{folder}/{name}": text for folder, write in FOLDERS.items() for name, text in write().items()}


def stale(root: Path) -> dict[str, str]:
    """The files below `root` that `generate` would change, with what is wrong with each."""
    files = wanted(root)
    verdicts = {path: _verdict(root / path, text) for path, text in files.items()}
    found = (path.relative_to(root).as_posix() for folder in FOLDERS for path in (root / folder).glob("*"))
    verdicts |= {path: "superfluous" for path in found if path not in files}
    return {path: verdict for path, verdict in sorted(verdicts.items()) if verdict}


def generate(root: Path) -> None:
    """Rewrite every file, and remove manifests that no longer belong there."""
    files = wanted(root)
    for path in stale(root):
        if path in files:
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(files[path], "utf-8")
        else:
            (root / path).unlink()


def filled(text: str, name: str, part: str) -> str:
    """The text with another content between the comments of that name.  Raises ValueError without them."""
    between = re.compile(
        rf"(?ms)^( *(?:<!--|#) {name}: make generate writes this[^\n]*\n).*?(^ *(?:<!--|#) /{name}\b)"
    )
    if not between.search(text):
        raise ValueError(f"no comments that begin and end the part {name}")
    return between.sub(lambda marks: marks[1] + part + marks[2], text)


def _verdict(path: Path, text: str) -> str:
    if not path.exists():
        return "missing"
    return "" if path.read_text("utf-8") == text else "stale"


def main(arguments: list[str]) -> int:
    """The exit code: with --check, 1 if something is stale."""
    if "--check" not in arguments:
        generate(ROOT)
    found = stale(ROOT)
    for path, verdict in found.items():
        print(f"{path}: {verdict}; `make generate` writes it")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

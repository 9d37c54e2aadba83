"""The parts of docker-compose.yml that follow from ROOMS, from the version and from the sample wires."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipeline import __version__, samples
from pipeline.topology import ROOMS, RoomSpec

SEEDS = Path(__file__).parents[1] / "seeds"
ROOM = """\
  # {question} Its memory grows with {grows_with}.
  {name}:
    <<: *room
    command: [worker, {name}]
    hostname: {name}-1
    deploy: {{resources: {{limits: {{memory: {memory}m}}}}}}
"""


def image() -> str:
    """The name of the image, with this version."""
    return f"  image: wiredesk:{__version__}\n"


def rooms() -> str:
    """A service for each room."""
    return "\n".join(_room(spec) for spec in ROOMS.values())


def _room(spec: RoomSpec) -> str:
    return ROOM.format(
        name=spec.name,
        question=spec.question.capitalize(),
        grows_with=spec.grows_with,
        memory=spec.memory_limit_mib,
    )


def feeds() -> str:
    """The folders of the sample wires, but not those from which everything is dead."""
    return "".join(f"      - /wires/{folder}\n" for folder in _folders())


@cache
def _folders() -> tuple[str, ...]:
    payloads = samples.read_samples(SEEDS).payloads
    found = {
        payload.file.split("/")[0]
        for payload in payloads
        if any(item.disposition != "dead" for item in payload.items)
    }
    return tuple(sorted(found))

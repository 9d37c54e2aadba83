"""The parts of docker-compose.yml that follow from ROOMS and SERVICES, the version and the sample wires."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pipeline import __version__, samples
from pipeline.services import SERVICES, ServiceSpec
from pipeline.topology import ROOMS, RoomSpec
from tools.kubernetes import STATE_DIR

SEEDS = Path(__file__).parents[1] / "seeds"
ROOM = """\
  # {question} Its memory grows with {grows_with}.
  {name}:
    <<: *room
    command: [worker, {name}]
    hostname: {name}-1
    deploy: {{resources: {{limits: {{memory: {memory}m}}}}}}
"""
SERVICE = """\
  # It {does}. Its memory grows with {grows_with}.
  {name}:
    <<: *room
    command: {command}
    hostname: {name}-1
{ports}    tmpfs: ["/tmp:mode=1777,size=256m"]
    volumes: ["{name}-data:{state_dir}"] # it can be removed at any time, and is made anew
    deploy: {{resources: {{limits: {{memory: {memory}m}}}}}}
"""

PORTS = '    ports: ["127.0.0.1:{port}:{port}"] # on this machine only: there is no encryption\n'


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


def services() -> str:
    """The services beside the rooms."""
    return "\n".join(_service(spec) for spec in SERVICES.values())


def _service(spec: ServiceSpec) -> str:
    return SERVICE.format(
        name=spec.name,
        does=spec.does,
        grows_with=spec.grows_with,
        command=json.dumps([spec.name, *spec.arguments]),
        ports=PORTS.format(port=spec.port) if spec.port else "",
        state_dir=STATE_DIR,
        memory=spec.memory_limit_mib,
    )


def volumes() -> str:
    """The volumes of their files."""
    return "".join(f"  {name}-data: {{}}\n" for name in SERVICES)


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

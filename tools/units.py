"""deploy/systemd: a unit for the workers of all rooms, a target that starts one of each, a unit a service."""

from __future__ import annotations

from pipeline.runtime.exit_codes import EXIT_SETTINGS, EXIT_TAKEN_OVER
from pipeline.runtime.worker.exits import STOP_SECONDS
from pipeline.services import SERVICES, ServiceSpec
from pipeline.topology import ROOMS

HEAD = "# `make generate` writes this file. Change it by `systemctl edit`, or in tools/units.py.\n"
UNIT = """\
[Unit]
Description=Wiredesk, {what}
Wants=network-online.target
After=network-online.target
PartOf=wiredesk.target

[Service]
# wiredesk.env holds WIREDESK_… settings for all, {name}.env those of this one: its user and its health port.
EnvironmentFile=/etc/wiredesk/wiredesk.env
EnvironmentFile=-/etc/wiredesk/{name}.env
# systemd hands the password over in a file that only this service sees; without a login, remove both lines.
LoadCredential=password:/etc/wiredesk/{name}.password
Environment=WIREDESK_PASSWORD_FILE=%d/password
Environment=WIREDESK_STATE_DIR=/var/lib/{folder} NUMBA_CACHE_DIR=/var/cache/{folder}
ExecStart=/opt/wiredesk/bin/wiredesk {command}
Restart=always
RestartSec=1
RestartSteps=5
RestartMaxDelaySec=60
RestartPreventExitStatus={taken_over} {settings}
TimeoutStopSec={stop}
DynamicUser=yes
StateDirectory={folder}
CacheDirectory={folder}
CapabilityBoundingSet=
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077

[Install]
WantedBy=wiredesk.target
"""
WORKER = {"what": "worker of the room %i", "name": "%i", "folder": "wiredesk", "command": "worker %i"}
TARGET = """\
[Unit]
Description=Wiredesk, one worker of each room
Wants={workers}

[Install]
WantedBy=multi-user.target
"""


def files() -> dict[str, str]:
    """Every unit: its name, and its text."""
    workers = " ".join(f"wiredesk@{room}.service" for room in ROOMS)
    services = {f"wiredesk-{spec.name}.service": _unit(_words(spec)) for spec in SERVICES.values()}
    return {"wiredesk@.service": _unit(WORKER), "wiredesk.target": HEAD + TARGET.format(workers=workers)} | services


def _words(spec: ServiceSpec) -> dict[str, str]:
    return {
        "what": f"{spec.name}: it {spec.does}",
        "name": spec.name,
        "folder": f"wiredesk-{spec.name}",
        "command": spec.name,
    }


def _unit(words: dict[str, str]) -> str:
    return HEAD + UNIT.format(taken_over=EXIT_TAKEN_OVER, settings=EXIT_SETTINGS, stop=STOP_SECONDS + 10, **words)

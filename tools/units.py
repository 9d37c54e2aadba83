"""deploy/systemd: a unit for the workers of all rooms, and a target that starts one of each."""

from __future__ import annotations

from pipeline.runtime.exit_codes import EXIT_SETTINGS
from pipeline.runtime.worker.exits import STOP_SECONDS
from pipeline.topology import ROOMS

HEAD = "# `make generate` writes this file. Change it by `systemctl edit`, or in tools/units.py.\n"
UNIT = """\
[Unit]
Description=Wiredesk, worker of the room %i
Wants=network-online.target
After=network-online.target
PartOf=wiredesk.target

[Service]
# wiredesk.env holds WIREDESK_… settings for all rooms, ROOM.env those of one: its user and its health port.
EnvironmentFile=/etc/wiredesk/wiredesk.env
EnvironmentFile=-/etc/wiredesk/%i.env
# systemd hands the password over in a file that only this service sees; without a login, remove both lines.
LoadCredential=password:/etc/wiredesk/%i.password
Environment=WIREDESK_PASSWORD_FILE=%d/password
Environment=WIREDESK_STATE_DIR=/var/lib/wiredesk NUMBA_CACHE_DIR=/var/cache/wiredesk
ExecStart=/opt/wiredesk/bin/wiredesk worker %i
Restart=always
RestartSec=1
RestartSteps=5
RestartMaxDelaySec=60
RestartPreventExitStatus={settings}
TimeoutStopSec={stop}
DynamicUser=yes
StateDirectory=wiredesk
CacheDirectory=wiredesk
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
    return {
        "wiredesk@.service": HEAD + UNIT.format(settings=EXIT_SETTINGS, stop=STOP_SECONDS + 10),
        "wiredesk.target": HEAD + TARGET.format(workers=workers),
    }

"""What a test may be skipped for: things that a machine lacks.  Data is not among them (tests/real_data.py)."""

from __future__ import annotations

from enum import StrEnum

import pytest

PREFIX = "needs "


class Need(StrEnum):
    """Everything that a test may want of a machine beyond Python."""

    ROOT = "root"
    NODE = "Node and npm"
    NPM = "the npm registry"
    BROWSER = "a browser"
    OPENSSL = "openssl"
    PROMTOOL = "promtool"
    KUBECTL = "kubectl"
    SYSTEMD = "systemd-analyze"
    DOVECOT = "Dovecot (Debian: dovecot-imapd)"
    SSHD = "OpenSSH's server (Debian: openssh-server)"
    NGINX = "nginx"
    STUNNEL = "stunnel (Debian: stunnel4)"
    S3PROXY = "S3Proxy (mvn dependency:get -Dartifact=org.gaul:s3proxy:2.6.0:jar:jar-with-dependencies)"


def needs(need: Need, is_there: object) -> None:
    """Skip the running test unless the thing is there."""
    if not is_there:
        pytest.skip(PREFIX + need)


def is_allowed(reason: str) -> bool:
    """Whether a test may be skipped for this reason."""
    return reason in {f"Skipped: {PREFIX}{need}" for need in Need}

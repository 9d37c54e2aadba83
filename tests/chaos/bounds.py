"""Small windows and thresholds: within minutes, journals are carried and trimmed and windows overflow.

The workers and the replay that they are held against both call `shrink`, so a room decides alike in both.  No
setting does this: nobody should run a newsroom so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from pipeline.records import Room
from pipeline.topology import ROOMS, Options

Constants = Mapping[str, Mapping[str, float]]  # module -> name -> value

WINDOW_ITEMS = 200  # of dedupe and tag, a shard

CONSTANTS: Constants = {  # each must exist, or chaos would test less than it claims
    "pipeline.runtime.log.journal": {"CHECKPOINT_RECORDS": 50, "TRIM_RECORDS_MIN": 200},
    "pipeline.runtime.worker.timers": {"TRIM_SECONDS": 1.0},
}
OF_ROOMS: dict[str, Constants] = {
    "resolve": {"pipeline.resolve.state": {"RECENT_MAX": 200}},
    "tag": {"pipeline.tag.state": {"TERM_SAMPLES_MAX": 150}},
    "alert": {"pipeline.alert.room": {"JOURNAL_RECORDS": 400}},
    "route": {"pipeline.route.room": {"JOURNAL_RECORDS": 400}},
    "deliver": {"pipeline.deliver.room": {"JOURNAL_RECORDS": 400}},
    "watch": {"pipeline.watch.room": {"JOURNAL_RECORDS": 400}},
}
WINDOWED = {"dedupe": ("pipeline.dedupe.room", "DedupeRoom"), "tag": ("pipeline.tag.room", "TagRoom")}


def shrink() -> None:
    """Make the bounds small, in this process."""
    _set(CONSTANTS)
    for name, spec in list(ROOMS.items()):
        ROOMS[name] = replace(spec, make=partial(_small, name, spec.make))


def _small(name: str, make: Any, options: Options) -> Room[Any, Any]:
    """The room with its small window; a room's modules are loaded only where the room runs."""
    _set(OF_ROOMS.get(name, {}))
    if name in WINDOWED:
        module, room = WINDOWED[name]
        small: Room[Any, Any] = getattr(import_module(module), room)(items_max=WINDOW_ITEMS)
        return small
    made: Room[Any, Any] = make(options)
    return made


def _set(constants: Constants) -> None:
    for module_name, values in constants.items():
        module = import_module(module_name)
        for name, value in values.items():
            assert hasattr(module, name), f"{module_name} has no {name} any more"
            setattr(module, name, value)

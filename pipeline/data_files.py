"""The tables of the packages: YAML files beside the modules that use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# libyaml where PyYAML was built with it, as in all its wheels: a fifth of the time, half a second of a start.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_table(module: str, name: str) -> Any:
    """The content of the file of that name beside the module, which gives its `__file__`."""
    return yaml.load(Path(module).with_name(name).read_bytes(), Loader=LOADER)  # noqa: S506 - a safe loader

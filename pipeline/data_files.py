"""The tables of the packages: YAML and TSV files beside the modules that use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# libyaml where PyYAML was built with it, as in all its wheels: a fifth of the time, half a second of a start.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_table(module: str, name: str) -> Any:
    """The content of the file of that name beside the module, which gives its `__file__`."""
    return yaml.load(Path(module).with_name(name).read_bytes(), Loader=LOADER)  # noqa: S506 - a safe loader


def load_rows(module: str, name: str) -> list[list[str]]:
    """The rows of a TSV file beside the module, cell by cell; a line that begins with `#` is a comment."""
    lines = Path(module).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]

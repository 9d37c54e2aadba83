"""What a module logs, for tests of it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import structlog
from structlog.testing import capture_logs


@contextmanager
def logged_by(module: ModuleType) -> Iterator[list[MutableMapping[str, Any]]]:
    """The lines of its `log` meanwhile, whatever another test of this process has configured.

    A logger that has logged keeps the configuration of that moment, and cannot be captured under another.
    """
    before, its_own = structlog.get_config(), vars(module)["log"]
    structlog.reset_defaults()
    vars(module)["log"] = structlog.get_logger()
    try:
        with capture_logs() as lines:
            yield lines
    finally:
        vars(module)["log"] = its_own
        structlog.configure(**before)

"""Where real wires are, if anywhere: tests read them in addition to stand-ins of our own, never instead.

Real payloads are agency copy, so they are no part of the project.  Every law that they are held to is checked on
stand-ins too (`tests/data`, `seeds`): a test has a case for each and, where there is real data, one more for that.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "WIREDESK_TEST_DATA"  # a folder of real data; empty: none, and the stand-ins are all there is
ROOT = Path(__file__).parents[1]
STAND_INS = ROOT / "tests" / "data"


def _folder() -> Path | None:
    named = os.environ.get(VARIABLE)
    found = ROOT.parent / "shared" / "data" if named is None else Path(named) if named else None
    return found if found and found.is_dir() else None


REAL = _folder()


def stand_in(*values: Any, id: str = "stand-in") -> Any:
    """A case of a test over stand-ins."""
    return pytest.param(*values, id=id, marks=pytest.mark.stand_in)


def real(part: str, *values: Any, id: str = "real") -> list[Any]:
    """One case over this part of the real data, with its path first; none where there is no real data.

    It is slow: `make check` reads the stand-ins alone.
    """
    marks = [pytest.mark.real_data, pytest.mark.slow]
    return [pytest.param(REAL / part, *values, id=id, marks=marks)] if REAL else []

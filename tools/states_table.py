"""The operators' table of the states that `wiredesk doctor` finds."""

from __future__ import annotations

from pipeline.runtime.doctor.findings import STATES, Level
from tools.markdown import code, table


def table_of_states() -> str:
    """Every state with its level and its meaning: what is bad first."""
    order = (Level.BAD, Level.UNCHECKED, Level.OK)
    rows = sorted(
        ((code(state), level, meaning) for state, (level, meaning) in STATES.items()),
        key=lambda row: order.index(row[1]),
    )
    return table(("`state`", "`level`", "means"), *rows)

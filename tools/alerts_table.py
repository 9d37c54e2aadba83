"""What a rule may ask for, out of the conditions of alert."""

from __future__ import annotations

from pipeline.alert.conditions import CONDITIONS
from pipeline.alert.rules import When
from tools.markdown import code, table


def conditions() -> str:
    """Every condition: when it holds, and when it alerts again in the same thread."""
    rows = (
        (code(name), field.description or "", CONDITIONS[name].repeats.value)
        for name, field in When.model_fields.items()
    )
    return table(("condition", "holds when", "repeats in a thread"), *rows)

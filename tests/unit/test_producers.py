"""Every producer of ours writes for good: it waits for all replicas in sync, and writes each record once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline
from pipeline.connection import DURABLE

CLASSES = ("KafkaProducer", "AIOKafkaProducer")


def producers() -> Iterator[tuple[str, ast.Call]]:
    """Where a producer is made, and how."""
    for path in sorted(Path(pipeline.__file__).parent.rglob("*.py")):
        text = path.read_text()
        for node in ast.walk(ast.parse(text)) if any(name in text for name in CLASSES) else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES:
                yield f"{path.name}:{node.lineno}", node


@pytest.mark.parametrize("call", [pytest.param(call, id=where) for where, call in producers()])
def test_a_producer_is_durable(call: ast.Call) -> None:
    """It has the arguments of DURABLE, and none that contradicts them."""
    spread = [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg is None]
    assert "DURABLE" in spread
    assert not {keyword.arg for keyword in call.keywords} & {"acks", "enable_idempotence", "retries"}


def test_what_durable_means() -> None:
    """Kafka's words for it."""
    assert DURABLE == {"acks": "all", "enable_idempotence": True}

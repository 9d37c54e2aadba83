"""What the tests of the plugin share."""

import sys
from pathlib import Path

import pytest

# The example is imported by its bare name, as its own tests do.
sys.path.insert(0, str(Path(__file__).parent / "example"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a broker: the example itself does not have our markers."""
    for item in items:
        if "wiredesk_broker" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.broker)

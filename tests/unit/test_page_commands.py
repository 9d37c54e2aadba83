"""Every command of README and docs is run, and what it shows is looked at; or the table says why it is not."""

from __future__ import annotations

import pytest

from tests.pages import NOT_RUN, SESSION, blocks


def test_every_command_is_run_or_says_why_not() -> None:
    """A new command in a page asks for a row that says what it must show; a row that is left over is found too."""
    found = list(blocks())
    assert {command for block in found for command in block.run} == SESSION.keys()
    assert NOT_RUN.keys() <= {command for block in found for command in block.commands}


@pytest.mark.parametrize("command", [each for each in SESSION if "Ctrl-C" in each or SESSION[each].follows])
def test_what_follows_has_something_to_wait_for(command: str) -> None:
    """A command that goes on until Ctrl-C is ended by what it shows."""
    assert SESSION[command].patterns

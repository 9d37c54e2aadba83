"""down: stop what `wiredesk up --detach` started."""

from __future__ import annotations

import click

from pipeline import settings
from pipeline.cli import EXIT_WRONG, fail
from pipeline.cli.bar import Bar, console


@click.command()
def down() -> None:
    """Stop what `wiredesk up --detach` started: the rooms, and the embedded broker if it was started with them."""
    from pipeline.runtime.local import background

    folder = settings.load().state_dir
    with Bar() as bar:
        bar("stopping what runs in the background", 0, 0)
        try:
            stopped = background.stop(folder)
        except TimeoutError:
            fail(f"still running after {background.STOP_SECONDS} s: see {folder / background.LOG_FILE}", EXIT_WRONG)
        except background.NoProcessId:
            fail("rooms run, and nobody knows in which process: end that of `wiredesk up` by hand", EXIT_WRONG)
    console.print("stopped" if stopped else "nothing runs in the background")

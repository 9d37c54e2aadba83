"""reset: start afresh."""

from __future__ import annotations

import click

from pipeline.cli import EXIT_WRONG, fail, reached
from pipeline.cli.bar import console

LOST = """\
This deletes, at {bootstrap}, every topic of the rooms{raw}.
Holds by hand, pinned labels, stories, alerts and dead letters are gone.
{after}"""
READ_AGAIN = "The rooms read wire.raw again: consumers see its 7 days once more."
NOTHING_LEFT = "Nothing is left to read again; `wiredesk ingest` takes again what is still outside."


@click.command()
@click.option("--raw", is_flag=True, help="Delete wire.raw and wire.feeds too: the payloads are gone for good.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(raw: bool, yes: bool) -> None:
    """Start afresh: delete the topics and groups of the rooms, and create the topics again.

    All rooms must have been stopped, and with --raw `wiredesk ingest`.  Afterwards the rooms read wire.raw from its
    beginning.  What ingest remembers stays with wire.raw and goes with it.
    """
    from pipeline.runtime.kafka import afresh

    found = reached()
    with console.status("looking for running rooms …") as status:
        running = afresh.wait_until_stopped(
            found, lambda rooms: status.update(f"waiting for the workers of {', '.join(rooms)} to be gone …")
        )
    if running:
        fail(
            f"still running: {', '.join(running)}; stop all rooms first: `wiredesk down`, or Ctrl-C where they run",
            EXIT_WRONG,
        )
    too, ending = (", wire.raw and wire.feeds", NOTHING_LEFT) if raw else ("", READ_AGAIN)
    click.echo(LOST.format(bootstrap=found.bootstrap, raw=too, after=ending), err=True)
    if not yes and not click.confirm("Start afresh?", err=True):
        fail("nothing was deleted", EXIT_WRONG)
    try:
        with console.status("deleting topics …"):
            deleted = afresh.start_afresh(found, raw)
    except TimeoutError:
        fail("the broker has not deleted the topics in time: run it again", EXIT_WRONG)
    console.print(f"{len(deleted)} topics deleted and created again; start the rooms with `wiredesk up`")

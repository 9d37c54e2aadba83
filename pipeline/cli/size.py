"""size: what a load takes of disk, memory and processor."""

from __future__ import annotations

import json

import click

from pipeline.cli.parameters import Number, Whole
from pipeline.runtime.sizing import MEASURED_ITEM_BYTES, Load, Need, needs

UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


@click.command()
@click.argument("items_per_day", type=Whole(1, 100_000_000))
@click.option(
    "--item-bytes",
    type=Whole(100, 1_000_000),
    default=MEASURED_ITEM_BYTES,
    show_default=True,
    help="Bytes of a payload as it comes; by default that of the sample wires.",
)
@click.option(
    "--peak",
    type=Number(1, 1000),
    default=5.0,
    show_default=True,
    help="The busiest minute, in times of the average.",
)
@click.option("--replication", type=Whole(1, 7), default=3, show_default=True, help="Replicas of each topic.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def size(items_per_day: int, item_bytes: int, peak: float, replication: int, as_json: bool) -> None:
    """What ITEMS_PER_DAY take of disk, memory and processor, each with its arithmetic.  No broker is asked."""
    for need in needs(Load(items_per_day, item_bytes, peak, replication)):
        if as_json:
            row = {"what": need.what, "amount": need.amount, "unit": need.unit, "arithmetic": need.arithmetic}
            click.echo(json.dumps(row))
        else:
            click.echo(f"{need.what:24} {_amount(need):>9}   {need.arithmetic}")


def _amount(need: Need) -> str:
    if need.unit == "cores":
        return f"{need.amount:.2f} cores"
    factor, unit = next((one for one in UNITS if need.amount >= one[0]), UNITS[-1])
    return f"{need.amount / factor:.1f} {unit}"

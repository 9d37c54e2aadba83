"""acls: the least rights of each principal."""

from __future__ import annotations

import click

from pipeline import settings
from pipeline.runtime.kafka.roles import AclFormat, roles, written


@click.command()
@click.argument("names", nargs=-1, metavar="[ROLE]...", type=click.Choice([*roles()]))
@click.option(
    "--format",
    "kind",
    type=click.Choice([each.value for each in AclFormat]),
    default=AclFormat.COMMANDS.value,
    show_default=True,
    help="Commands of Kafka's own tool, KafkaUser objects of Strimzi, or a line of JSON a right.",
)
def acls(names: tuple[str, ...], kind: str) -> None:
    """The least rights of each ROLE, for the cluster's administrator; of all roles without one.

    The user of a role is WIREDESK_APP_ID-ROLE.  Nothing is changed, and no broker is asked.
    """
    found = settings.load()
    chosen = [role for name, role in roles().items() if not names or name in names]
    click.echo(written(chosen, AclFormat(kind), found.app_id, found.bootstrap), nl=False)

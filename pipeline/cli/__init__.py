"""The command line: `wiredesk`.

    run      demo, up, worker                    wires         publish, tail, capture, replay
    down     down                                reset         reset
    broker   broker                              check         topics, schema, health
    operate  held, hold, release, kill, pin      dead_letters  dead
    doctor   doctor

Exit codes: 0 done; 1 something was skipped or is wrong, and named; 2 usage; 65 the breaker; 69 no broker;
70 a worker failed; 78 settings.  Results go to stdout, messages about the work to stderr.
"""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import click

from pipeline import __version__

EXIT_WRONG = 1
EXIT_UNREACHABLE = 69
EXIT_SETTINGS = 78

MODULES = {  # command -> the module that has it; imported when it is called, so that --help loads nothing
    "demo": "run",
    "up": "run",
    "down": "down",
    "worker": "run",
    "broker": "broker",
    "publish": "wires",
    "tail": "wires",
    "capture": "wires",
    "replay": "wires",
    "held": "operate",
    "hold": "operate",
    "release": "operate",
    "kill": "operate",
    "pin": "operate",
    "dead": "dead_letters",
    "topics": "check",
    "reset": "reset",
    "schema": "check",
    "doctor": "doctor",
    "health": "check",
}


class Commands(click.Group):
    """The commands of MODULES, in the order of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from importlib import import_module

        if cmd_name not in MODULES:
            return None
        command: click.Command = getattr(import_module(f"pipeline.cli.{MODULES[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error from outside ends with a sentence that has its remedy."""
        from kafka.errors import KafkaError

        from pipeline.runtime.embedded.jars import BrokerError
        from pipeline.runtime.kafka.reader import NoTopic
        from pipeline.settings import Misconfigured

        try:
            return super().invoke(ctx)
        except Misconfigured as error:
            fail(str(error), EXIT_SETTINGS)
        except BrokerError as error:
            fail(str(error), EXIT_UNREACHABLE)
        except NoTopic as error:
            fail(str(error), EXIT_WRONG)
        except KafkaError as error:
            fail(
                f"Kafka: {error}\nIs the broker running at WIREDESK_BOOTSTRAP? `wiredesk doctor` checks.",
                EXIT_UNREACHABLE,
            )


def fail(message: str, code: int) -> NoReturn:
    """Print the reason on stderr and end with this code."""
    click.secho(message, err=True, fg="red")
    sys.exit(code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="wiredesk")
@click.option("-v", "--verbose", count=True, help="More messages on stderr; -vv adds those of the libraries.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors.")
@click.pass_context
def main(context: click.Context, verbose: int, quiet: bool) -> None:
    """Many news wires in, one clean stream out.

    Raw wire items go into the Kafka topic wire.raw: rooms normalise them, order the revisions of a dispatch,
    mark duplicates, give each item its story and raise alerts; consumers read wire.enriched.

    \b
    See it work:        wiredesk demo
    Run it:             wiredesk up            (or one `wiredesk worker ROOM` a room)
    Send wires:         wiredesk publish --feed reuters wires/
    Read the stream:    wiredesk tail wire.enriched
    Something wrong?    wiredesk doctor

    Settings are WIREDESK_… variables, from the environment or .env: docs/operations.md lists them.
    """
    import logging.config

    from pipeline.runtime import logging_setup

    context.obj = -1 if quiet else verbose
    logging.config.dictConfig(logging_setup.configuration(context.obj))

"""The command line: `wiredesk`.

    run      demo, worker                        wires         publish, tail, capture, replay
    up       up                                  down          down
    broker   broker                              check         topics, schema, health
    operate  held, hold, release, kill, erase, pin
    doctor   doctor                              dead_letters  dead
    acls     acls                                size          size
    reset    reset                               status        status
    alerts   alerts                              deliver       deliver
    stories  stories, story, explain                board         board
    ingest   ingest                                 feeds         feeds

Every refusal is one sentence on stderr with its cause and its remedy, and an exit code of runtime/exit_codes.py;
Commands.invoke is the one place where an error becomes both.  Results go to stdout, messages to stderr.
"""

from __future__ import annotations

from pipeline.cli import loading

# isort: split
import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline import __version__
from pipeline.cli.standard_streams import open_closed_streams, write_any_text
from pipeline.outside import shown
from pipeline.runtime.exit_codes import EXIT_SETTINGS, EXIT_UNREACHABLE, EXIT_WRONG
from pipeline.suggestions import did_you_mean

if TYPE_CHECKING:
    from pipeline.settings import Settings

__all__ = ["EXIT_SETTINGS", "EXIT_UNREACHABLE", "EXIT_WRONG", "MODULES", "Group", "fail", "main", "reached"]

MODULES = {  # command -> the module that has it; imported when it is called, so that --help loads nothing
    "demo": "run",
    "up": "up",
    "down": "down",
    "worker": "run",
    "broker": "broker",
    "publish": "wires",
    "ingest": "ingest",
    "feeds": "feeds",
    "tail": "wires",
    "capture": "wires",
    "replay": "wires",
    "held": "operate",
    "hold": "operate",
    "release": "operate",
    "kill": "operate",
    "erase": "operate",
    "pin": "operate",
    "alerts": "alerts",
    "deliver": "deliver",
    "stories": "stories",
    "story": "stories",
    "explain": "stories",
    "board": "board",
    "dead": "dead_letters",
    "topics": "check",
    "size": "size",
    "acls": "acls",
    "reset": "reset",
    "schema": "check",
    "status": "status",
    "doctor": "doctor",
    "health": "check",
}

OTHER_PATH = "name another path, or make it one that this user can use"
REMEDIES = {  # of errors of the system; OTHER_PATH of any other
    errno.ENOSPC: "free some space, or write elsewhere",
    errno.EDQUOT: "free some space, or write elsewhere",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.EIO: "look at the device, or write elsewhere",
}


def _sentence(error: click.UsageError) -> str:
    """What is wrong with the command line."""
    if isinstance(error, click.NoSuchOption):
        near = did_you_mean(error.option_name, error.possibilities or ())
        return f"there is no option {error.option_name}{near}"
    return error.format_message()


OTHER_WORDS = {  # what a command is called elsewhere -> what it is called here
    "help": "--help",
    "start": "up",
    "run": "up",
    "stop": "down",
}


class Misused(click.UsageError):
    """A wrong command line, shown as one sentence with the way to the help."""

    def __init__(self, error: click.UsageError) -> None:
        super().__init__(_sentence(error), error.ctx)

    def show(self, file: Any = None) -> None:
        message = " ".join(self.message.split()).removesuffix(".")
        command = self.ctx.command_path if self.ctx else "wiredesk"
        click.secho(f"{message} (`{command} --help` says more)", err=True, fg="red")


@contextmanager
def _as_sentence() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise Misused(error) from None


class Group(click.Group):
    """A group of commands; a misspelt one is refused with the nearest."""

    def said_elsewhere(self, word: str) -> str:
        """``; did you mean X?`` for a word that other tools have for a command; nothing for any other word."""
        return ""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-"):
            near = self.said_elsewhere(args[0]) or did_you_mean(args[0], names) or f"; there are {', '.join(names)}"
            ctx.fail(f"there is no command {args[0]!r}{near}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of its command line knows the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if error.ctx is None and ctx.invoked_subcommand:  # by the parser, which knows no command
                command = self.get_command(ctx, ctx.invoked_subcommand)
                assert command is not None
                error.ctx = click.Context(command, ctx, ctx.invoked_subcommand)
            raise


class Commands(Group):
    """The commands of MODULES, in the order of the table."""

    def said_elsewhere(self, word: str) -> str:
        return f"; did you mean {OTHER_WORDS[word]}?" if word in OTHER_WORDS else ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from importlib import import_module

        if cmd_name not in MODULES:
            return None
        command: click.Command = getattr(import_module(f"pipeline.cli.{MODULES[cmd_name]}"), cmd_name)
        return command

    def main(self, *args: Any, **more: Any) -> Any:
        """Run the command line of this process."""
        open_closed_streams()
        write_any_text()
        return super().main(*args, **more)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        with _as_sentence():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error from outside ends with its sentence."""
        from kafka.errors import KafkaError

        from pipeline.connection import ImpossibleConnection
        from pipeline.runtime.embedded.jars import BrokerError
        from pipeline.runtime.kafka.refusals import Refusal
        from pipeline.settings import Misconfigured

        try:
            with _as_sentence():
                return super().invoke(ctx)
        except (Misconfigured, ImpossibleConnection) as error:
            fail(str(error), EXIT_SETTINGS)
        except BrokerError as error:
            fail(str(error), EXIT_UNREACHABLE)
        except Refusal as error:
            fail(str(error), error.code)
        except KafkaError as error:
            _fail_of(error)
        except OSError as error:
            if error.errno == errno.EPIPE or not error.strerror:
                raise
            where = f"{error.filename}: " if error.filename else ""
            fail(f"{where}{error.strerror}; {REMEDIES.get(error.errno or 0, OTHER_PATH)}", EXIT_WRONG)


def _fail_of(error: Exception) -> NoReturn:
    """End with what is wrong with the way to the broker; if nothing is, with what Kafka says."""
    from pipeline import settings
    from pipeline.runtime.kafka.refusals import why_unreachable

    if refusal := why_unreachable(settings.load().connection):
        fail(str(refusal), refusal.code)
    cause = getattr(error, "description", None) or error  # the text of an answer's error is the whole request
    fail(f"Kafka: {cause}; try again, and if it stays ask `wiredesk doctor`", EXIT_UNREACHABLE)


def reached() -> Settings:
    """The settings, once a broker has answered.  Raises Misconfigured, Refusal."""
    from pipeline import settings
    from pipeline.runtime.kafka.refusals import why_unreachable

    found = settings.load()
    if refusal := why_unreachable(found.connection):
        raise refusal
    return found


def fail(message: str, code: int) -> NoReturn:
    """Print the reason on stderr and end with this code."""
    from pipeline.cli.bar import show_nothing

    show_nothing()  # what moves on the last line would erase the reason
    click.secho(shown(message), err=True, fg="red")
    sys.exit(code)


def _show_wait(name: str, done: int, total: int, detail: str = "") -> None:
    from pipeline.cli.bar import show_wait  # a wait is rare, and rich takes long to load

    show_wait(name, done, total, detail)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="wiredesk")
@click.option("-v", "--verbose", count=True, help="More messages on stderr; -vv adds those of the libraries.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors.")
@click.pass_context
def main(context: click.Context, verbose: int, quiet: bool) -> None:
    """Many news wires in, one clean stream out.

    Raw wire items go into the Kafka topic wire.raw: rooms normalise them, order the revisions of a dispatch,
    mark duplicates, give each item its story, raise alerts, deliver them to desks, and watch the feeds.
    Consumers read wire.enriched, editors the board.

    \b
    See it work:        wiredesk demo
    Run it:             wiredesk up            (--embedded: with a Kafka of its own)
    Run one room:       wiredesk worker ROOM
    Send wires:         wiredesk publish --feed reuters wires/
    Take feeds:         wiredesk ingest feeds.yaml
    Read the stream:    wiredesk tail wire.enriched
    In a browser:       wiredesk board
    Alert a newsroom:   wiredesk deliver deliver.yaml
    How is it?          wiredesk status
    Something wrong?    wiredesk doctor

    Settings are WIREDESK_… variables, from the environment or .env: docs/operations.md lists them.
    """
    import atexit
    import gc
    import logging.config

    from pipeline.runtime import logging_setup, progress

    atexit.register(gc.freeze)  # the models' objects are not looked through once more: 0.06 s to end, not 0.4

    if quiet and verbose:
        raise click.UsageError("-q and -v contradict each other; give one of them")
    context.obj = -1 if quiet else verbose
    logging.config.dictConfig(logging_setup.configuration(context.obj))
    progress.waits_are_shown_by.set(_show_wait)


loading.over()

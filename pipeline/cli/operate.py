"""held, hold, release, kill, erase, pin: what an operator or editor decides."""

from __future__ import annotations

import getpass
import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from pipeline.cli import EXIT_SETTINGS, EXIT_WRONG, fail, reached
from pipeline.cli.parameters import Text
from pipeline.cli.tables import show
from pipeline.items import Action, Control, Item
from pipeline.outside import clean_line

if TYPE_CHECKING:
    from pipeline.connection import Connection
    from pipeline.resolve.chain import Chain
    from pipeline.shard import Shard


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have a number and no name
        return f"user {os.getuid()}"


author_options = [
    click.option("--who", default=_user, show_default="your user name", type=Text(), help="Who decides."),
    click.option("--why", required=True, type=Text(1000), help="Why; it is published with what follows from it."),
]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def held(as_json: bool) -> None:
    """List the dispatches that are held: embargoed, or on hold by the agency or an operator.

    `due` is when one is released by the broker's clock, as in `wiredesk status`; `why` has the agency's own time.
    """
    shards = _shards(reached().connection, "resolve").values()
    show(held_rows(shards, as_json), as_json, "nothing is held")


def held_rows(shards: Iterable[Shard], as_json: bool) -> list[dict[str, object]]:
    """A row for each dispatch that is held in these shards of resolve."""
    return [
        _held_row(chain, shard.state.lags.get(chain.feed, 0), as_json)
        for shard in shards
        for chain in shard.state.held_dispatches()
    ]


def _held_row(chain: Chain, lag_ms: int, as_json: bool) -> dict[str, object]:
    """One dispatch: why it is held and when that ends, by the item of it whose hold ends last.

    `lag_ms` is how far the feed's clock is behind the broker's.
    """
    last, ends_ms = chain.last_held, chain.ends_ms(chain.last_held)
    return {
        "dispatch": chain.id,
        "feed": chain.feed,
        "headline": Item.model_validate_json(last.value).headline if last.value else chain.headline,
        "revisions": len(chain.held),
        "why": chain.why(last),
        "due": _time(None if ends_ms is None else ends_ms + lag_ms, as_json),
    }


@click.command()
@click.argument("dispatch", type=Text())
@author_options[0]
@author_options[1]
def hold(dispatch: str, who: str, why: str) -> None:
    """Hold DISPATCH: its next revisions wait, and consumers who have it are informed."""
    _send_dispatch_control(Action.HOLD, dispatch, who, why)


@click.command()
@click.argument("dispatch", type=Text())
@author_options[0]
@author_options[1]
def release(dispatch: str, who: str, why: str) -> None:
    """Release DISPATCH: everything held of it is published now, whatever its embargo."""
    _send_dispatch_control(Action.RELEASE, dispatch, who, why)


@click.command()
@click.argument("dispatch", type=Text())
@author_options[0]
@author_options[1]
def kill(dispatch: str, who: str, why: str) -> None:
    """Kill DISPATCH by hand: nothing of it is published any more, and what repeated it is recalled."""
    _send_dispatch_control(Action.KILL, dispatch, who, why)


@click.command()
@click.argument("dispatch", type=Text())
@author_options[0]
@author_options[1]
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def erase(dispatch: str, who: str, why: str, as_json: bool) -> None:
    """Kill DISPATCH and forget its words in every room; list where they remain until Kafka deletes them."""
    from pipeline.runtime.kafka.remains import remains, topic_settings

    _send_dispatch_control(Action.ERASE, dispatch, who, why)
    found = remains(time.time_ns() // 1_000_000, topic_settings(reached().connection))
    rows: list[dict[str, object]] = [
        {"topic": one.topic, "remains": one.what, "until": _time(one.until_ms, as_json) or one.ends}
        for one in found
    ]
    show(rows, as_json, "")
    click.echo("not Wiredesk's: what consumers, captures and backups keep of it", err=True)


@click.command()
@click.argument("story", type=Text())
@click.argument("label", type=Text(1000))
@author_options[0]
@author_options[1]
def pin(story: str, label: str, who: str, why: str) -> None:
    """Pin LABEL on STORY: an editor's label always wins over a generated one."""
    from pipeline.runtime.decisions import about_story
    from pipeline.tag.changes import LABEL_CHARACTERS_MAX

    if (count := len(clean_line(label))) > LABEL_CHARACTERS_MAX:
        raise click.UsageError(f"a label has 1 to {LABEL_CHARACTERS_MAX} characters; this one has {count}")
    control = _control(action=Action.PIN, story=story.rsplit(":", 1)[-1], label=label, who=who, why=why)
    _send(about_story, control)
    click.echo(f"pinned: {label}", err=True)


def _send_dispatch_control(action: Action, dispatch: str, who: str, why: str) -> None:
    from pipeline.runtime.decisions import about_dispatch

    id_ = dispatch.rsplit(":", 1)[-1]  # a uri will do
    control = _control(action=action, dispatch=id_, who=who, why=why)
    _send(about_dispatch, control)
    click.echo(f"{action}: {id_}", err=True)


def _control(**members: str) -> Control:
    """A control as the rooms accept it; exit code 2 for one that they would refuse."""
    try:
        return Control.model_validate(members)
    except ValidationError as error:
        problems = (f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
        raise click.UsageError("; ".join(problems)) from None


def _send(decide: Callable[[Connection, Control], None], control: Control) -> None:
    """Write the control; exit code 1 if it is about nothing known or would change nothing, 78 for a bad journal."""
    from pipeline.runtime.decisions import NotDone
    from pipeline.shard import UnknownJournal

    try:
        decide(reached().connection, control)
    except NotDone as error:
        fail(str(error), EXIT_WRONG)
    except UnknownJournal as error:
        fail(str(error), EXIT_SETTINGS)


def _shards(connection: Connection, room: str) -> dict[int, Shard]:
    """The state of a room; exit code 78 if its journal cannot be read."""
    from pipeline.runtime.kafka.controls import shards
    from pipeline.shard import UnknownJournal

    try:
        return shards(connection, room)
    except UnknownJournal as error:
        fail(str(error), EXIT_SETTINGS)


def _time(ms: int | None, as_json: bool) -> str | None:
    """The instant for machines, or for people in words between which a line of a narrow table can break."""
    from pipeline.items import instant

    if ms is None:
        return None
    return instant(ms).isoformat() if as_json else f"{instant(ms):%-d %b %Y %H:%M UTC}"

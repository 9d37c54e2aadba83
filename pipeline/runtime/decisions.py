"""What an editor decides, by a command or on the board, as a control in the input of the room that it is for.

A decision about something that no shard knows, or that would change nothing, is refused with the reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipeline.connection import Connection
from pipeline.items import Action, Control
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.runtime.kafka import controls

if TYPE_CHECKING:
    from pipeline.resolve.chain import Chain

WHERE_IDS_ARE = "`wiredesk tail --json` shows `uri`, `dispatch.id` and `story.id`"


class NotDone(Exception):
    """Nothing was written: the sentence says why."""


def about_dispatch(connection: Connection, control: Control) -> None:
    """Hold, release, kill or erase a dispatch.  Raises NotDone, Refusal, UnknownJournal."""
    id_ = control.dispatch
    assert id_ is not None
    unknown = f"no dispatch has the id {id_}: it is wrong, or the last revision came more than 14 days ago; "
    unknown += "`wiredesk held` lists what is held"
    _send(
        connection,
        "resolve",
        control,
        lambda state: state.find(id_),
        unknown,
        lambda chain: _in_vain(control.action, chain),
    )


def about_story(connection: Connection, control: Control) -> None:
    """Pin a label.  Raises NotDone, Refusal, UnknownJournal."""
    unknown = f"no living story has the id {control.story}: it is wrong, or nothing joined the story for days"
    _send(connection, "tag", control, lambda state: state.story(control.story), unknown)


def about_alerts(connection: Connection, control: Control) -> None:
    """Acknowledge, follow or mute, where all alerts are (docs/adr/0018-one-partition-for-all-alerts.md)."""
    controls.send_control(connection, "route", ALERTS_PARTITION, control, time.time_ns() // 1_000_000)


def _in_vain(action: Action, chain: Chain) -> str | None:
    """Why the action would change nothing; None if it would change something."""
    from pipeline.resolve.classes import CONTROLS, state_of
    from pipeline.resolve.table import TABLE, Outcome

    cell = TABLE[state_of(chain, now_ms=0)][CONTROLS[action]]
    if cell is None or cell.outcome is not Outcome.NOTHING:
        return None
    if chain.killed_by is not None:
        return f"the dispatch {chain.id} was killed by {chain.killed_by} for good: there is nothing to {action}"
    return f"nothing of the dispatch {chain.id} is held: `wiredesk held` lists what is"


def _send(
    connection: Connection,
    room: str,
    control: Control,
    knows: Callable[[Any], Any],
    unknown: str,
    in_vain: Callable[[Any], str | None] = lambda found: None,
) -> None:
    """Write the control into the partition whose shard knows its dispatch or story."""
    for partition, shard in controls.shards(connection, room).items():
        if (found := knows(shard.state)) is not None:
            if why := in_vain(found):
                raise NotDone(why)
            controls.send_control(connection, room, partition, control, time.time_ns() // 1_000_000)
            return
    raise NotDone(f"{unknown}; {WHERE_IDS_ARE}")

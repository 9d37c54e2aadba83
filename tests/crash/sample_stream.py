"""A small stream with everything that a room remembers: three weeks of a wire in some forty records.

Long gaps let the windows of all rooms end, so that journals can be trimmed behind them.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

from walk import START, START_MS, ninjs

from pipeline.envelope import TIME, TYPE, RecordType
from pipeline.items import Control, dispatch_id, dump, instant
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.partitioner import partition_of
from pipeline.records import Out, Record
from pipeline.replay import Replay, is_of_a_person, payload
from pipeline.topology import ROOMS

HOUR, DAY = 60, 24 * 60
FERRY = (
    "The ferry Solvind ran aground off Karlsund in thick fog early on Wednesday, the coast guard said. "
    "All 212 people on board were taken to the harbour by lifeboats within two hours. The captain told "
    "investigators that the radar had failed shortly before. Divers were to inspect the hull in the "
    "afternoon. The line stopped its three other ships of the same make until the cause is known."
)
BUDGET = (
    "The city council of Brenden passed its budget for the year after a debate of eleven hours. It raises "
    "the tax on second homes and spends forty million on schools and tramways. The opposition called the "
    "plan reckless and said it would go to court. The mayor replied that the reserves were the largest in "
    "a decade."
)
GERMAN = (
    "Die Talsperre oberhalb von Altenrode hat nach tagelangem Regen ihre volle Höhe erreicht. Die "
    "Behörden liessen am Mittwoch kontrolliert Wasser ab und sperrten die Uferwege. Anwohner sollen "
    "Keller räumen, hiess es in einer Mitteilung des Kreises. Eine Gefahr für die Mauer bestehe nicht."
)
ERASED_WORD = "Sagunto"  # in what an operator erases, and nowhere else
ERASED = (
    f"The tenor {ERASED_WORD} left the opera of Brenden before the premiere, his agent said on Wednesday. "
    "The house has found nobody for the part and offers the price of the tickets back. The conductor asked "
    f"for patience. {ERASED_WORD} had sung there for eleven seasons, and no reason was given for the quarrel."
)
HEADS = {
    ERASED[:20]: (f"{ERASED_WORD} leaves the opera of Brenden", "en"),
    FERRY[:20]: ("Ferry runs aground off Karlsund", "en"),
    BUDGET[:20]: ("Brenden passes its budget", "en"),
    GERMAN[:20]: ("Talsperre bei Altenrode ist voll", "de"),
}
KILL: dict[str, Any] = {"pubStatus": "canceled", "body": "", "edNote": "Kill: the report is wrong."}


def item(id_: str, version: int = 1, body: str = FERRY, **more: Any) -> bytes:
    """A payload of the ferry's story, or of another."""
    text = more.pop("body", body)
    head, language = HEADS.get(body[:20], ("", "en"))
    head = more.pop("head", head)
    return ninjs(id_, version, text, **{"headlines": [{"value": head}], "language": language, **more})


def until(**later: int) -> str:
    return (START + timedelta(**later)).isoformat()


BETWEEN_ROOMS = tuple(dict.fromkeys(spec.source for spec in ROOMS.values() if spec.source != "wire.raw"))

# minutes after the record before; feed, or a later topic; payload, or an operator's control of a feed's dispatch
WIRE: tuple[tuple[int, str, bytes | tuple[str, str]], ...] = (
    (0, "norden", item("ferry", 1, urgency=1)),
    (2, "norden", item("ferry", 1, urgency=1)),  # a repeat
    (3, "sudpost", item("f1")),  # a copy
    (1, "norden", b"{ this is no payload"),
    (4, "norden", item("ferry", 2, FERRY + " Two people were slightly hurt, a hospital said.", urgency=2)),
    (1, "sudpost", item("f2", 1, FERRY.replace("thick fog", "heavy fog"))),
    (5, "norden", item("budget", 1, BUDGET, urgency=4)),
    (1, "sudpost", item("b1", 1, BUDGET + " A court date was not known.", embargoedUntil=until(hours=2))),
    (1, "norden", item("dam", 1, GERMAN)),
    (1, "sudpost", item("d1", 1, GERMAN)),
    (1, "norden", item("early", 2, **KILL)),  # a kill before its dispatch
    (1, "norden", item("early", 1, BUDGET)),
    (3, "norden", ("hold", "dam")),
    (2, "norden", item("dam", 2, GERMAN + " Der Regen lässt nach.")),
    (2 * HOUR, "norden", item("ferry", 3, FERRY.replace("212", "221"), head="CORRECTION: Ferry runs aground")),
    (5, "norden", ("release", "dam")),
    (1, "vest", item("tenor", 1, ERASED)),
    (
        1,
        "vest",  # it is alerted, and waits for its group
        item("tenor", 2, ERASED + f" {ERASED_WORD} did not answer.", head=f"CORRECTION: {ERASED_WORD} leaves"),
    ),
    (0, "norden", item("boring", 1, ERASED, embargoedUntil=until(days=2))),
    (0, "vest", ("erase", "tenor")),
    (1, "norden", ("erase", "boring")),
    (1, "vest", item("tenor", 3, BUDGET)),  # erased is killed
    (5, "sudpost", item("kept", 1, BUDGET, embargoedUntil="")),  # held until it is released
    (5, "sudpost", item("gone", 1, BUDGET, embargoedUntil=until(days=9))),
    (5, "sudpost", item("gone", 2, **KILL)),  # killed while held
    (1, "pin", b""),  # an editor's control for tag
    (5, "norden", item("budget", 2, **KILL)),
    (9, "vest", item("late", 1, BUDGET)),  # a copy of what was killed
    *((1, "wire.alerts", (action, "ferry")) for action in ("mute", "follow", "unmute")),
    (1, "vest", b""),
    (4 * DAY, "norden", item("ferry", 4, FERRY + " The line sails again.", urgency=3)),
    (9, "sudpost", item("f3", 1, FERRY + " The line sails again.")),
    (6 * DAY, "norden", item("dam", 3, GERMAN + " Die Sperrung ist aufgehoben.")),
    (3, "sudpost", item("b1", 2, BUDGET + " The court hears it in May.")),
    (7, "vest", item("t1", 1, FERRY)),
    (16 * DAY, "norden", item("quiet", 1, GERMAN)),
    (9, "vest", item("quiet", 1, FERRY + " A hearing is set for March.")),
    (9, "vest", b"\x00\x01"),
    (9, "norden", item("quiet", 2, GERMAN + " Der Pegel fällt.", urgency=1)),
    *((1, "wire.alerts", (action, "dam")) for action in ("unfollow", "mute", "follow")),
    (9, "norden", item("budget", 3, BUDGET)),  # killed two weeks ago: stays so
    (9, "sudpost", item("b3", 1, BUDGET)),
    (9, "norden", item("quiet", 3, GERMAN + " Der Pegel fällt weiter.")),
    (2, "sudpost", ("erase", "b1")),
    (2, "sudpost", ("release", "kept")),
    (2, "vest", item("t2", 1, BUDGET)),
    (6 * DAY, "norden", item("last", 1, FERRY)),
    (1, "sudpost", item("l1", 1, FERRY)),
    (3, "norden", item("new", 1, BUDGET)),
    (16 * DAY, "norden", ("release", "unknown")),  # nothing recent, nothing changed; then only what died
    (1, "wire.resolved", ("idle", "")),  # time passes in dedupe, and nothing else
    *((1, topic, what) for what in (b"no item", b"no more") for topic in BETWEEN_ROOMS),
    (1, "norden", b"<"),
    (1, "norden", b">"),
)


def small_tables() -> AbstractContextManager[object]:
    """Tag's tables no larger than this stream needs: a run makes some states, and compares them whole.

    Measured: with those of a busy wire, 24 MB, a third of the time of a run of tag.  Terms that share a slot weigh
    otherwise, so the stream and all that is compared with it are made with the same.
    """
    return patch.multiple("pipeline.tag.index", FREQUENCY_SLOTS=1 << 16, CHAINS=1 << 12)


@cache
def written() -> Replay:
    """The stream through all rooms, without a crash: what each room read, and what it wrote."""
    replay, minute = Replay(), 0
    with small_tables():
        for wait, feed, what in WIRE:
            minute += wait
            now_ms = START_MS + minute * 60_000
            replay.publish(_out(replay, feed, what, now_ms), now_ms)
    return replay


@cache
def read_by(room: str) -> dict[int, list[Record]]:
    """Partition -> the room's input."""
    records = sorted(written().log[ROOMS[room].source], key=lambda record: record.position)
    found: dict[int, list[Record]] = {}
    for record in records:
        found.setdefault(record.position.partition, []).append(record)
    return found


def _out(replay: Replay, feed: str, what: bytes | tuple[str, str], now_ms: int) -> Out:
    if feed == "pin":
        story = replay.log["wire.stories"][0]
        pin = Control(action="pin", story=story.key.decode(), label="Karlsund ferry", who="desk", why="clearer")
        return Out("wire.deduped", b"en", dump(pin), _headers(now_ms), partition_of(b"en"))
    if isinstance(what, bytes) and feed.startswith("wire."):
        return Out(feed, b"norden" if feed == "wire.normalised" else b"en", what, _headers(now_ms, RecordType.ITEM))
    if isinstance(what, bytes):
        return payload(feed, what, now_ms)
    action, id_ = what
    word: Any = action
    if feed == "wire.alerts":  # what a desk says to route
        topic = Control(action=word, desk="news", term=id_, who="desk", why="because")
        return Out(feed, b"en", dump(topic), _headers(now_ms), ALERTS_PARTITION)
    if feed.startswith("wire."):
        return Out(feed, b"en", b"", _headers(now_ms))
    control = Control(action=word, dispatch=dispatch_id(feed, f"urn:norden:{id_}"), who="desk", why="because")
    return Out("wire.normalised", feed.encode(), dump(control), _headers(now_ms))


def _headers(now_ms: int, type_: str = RecordType.CONTROL) -> tuple[tuple[str, bytes], ...]:
    return (TYPE, type_.encode()), (TIME, instant(now_ms).isoformat(timespec="milliseconds").encode())


def foreign() -> set[tuple[str, bytes]]:
    """Records in the topics that no room wrote: controls, and what is no item."""
    words = {(topic, r.value) for topic, log in written().log.items() for r in log if is_of_a_person(r)}
    return words | {(feed, what) for _, feed, what in WIRE if feed in BETWEEN_ROOMS and isinstance(what, bytes)}

"""The tables of the board's file, their bounds, and the statements that clean and prune them.

What is left after `cleaning` depends only on which records were read, not on how partitions interleaved or where a
batch ended: words are removed and rows are pruned by sets that only grow.
"""

# ruff: noqa: S608 -- what is put into statements are names and numbers of this module; values are bound
from __future__ import annotations

from typing import NamedTuple

VERSION = 4  # of the tables; a file of another version is made anew
APPLICATION_ID = 0x57_44_42_44  # "WDBD": what marks a file as ours


class Bounds(NamedTuple):
    """What is kept: the latest, up to the latest record of the kind."""

    window_ms: int = 7 * 86_400_000  # wire.enriched keeps as much
    items: int = 100_000
    stories: int = 20_000
    alerts: int = 20_000
    notifications: int = 20_000
    deliveries: int = 20_000
    feeds: int = 20_000  # remembered beyond the window: one that is silent matters most
    wishes: int = 20_000  # what desks follow and mute: remembered beyond the window, as the room does
    withdrawn: int = 100_000  # dispatches that were killed, or erased: remembered beyond the window
    changes: int = 5_000  # a browser that was away for more of them loads its page anew


BOUNDS = Bounds()

TABLES = """
create table positions (topic text, partition integer, next_offset integer, primary key (topic, partition));
create table topic_ids (topic text primary key, id text not null) without rowid;  -- a topic made anew has another
create table generation (name text not null);
create table latest (kind text primary key, time_ms integer not null) without rowid;
create table items (
    id integer primary key,  -- of partition and offset
    time_ms integer not null, dispatch text not null, item text not null, story text, feed text not null,
    kind text, origin text, headline text not null, body text not null, value text not null,
    words_removed integer not null  -- 0: none, 1: all but the headline, 2: all
);
create index items_by_time on items (time_ms, id, feed);  -- with all that the curves of feeds need
create index items_by_dispatch on items (dispatch);
create index items_by_story on items (story, time_ms);
create index items_by_origin on items (origin) where origin is not null;
create table dispatches (
    dispatch text primary key, id integer not null, time_ms integer not null, status text,
    is_withheld integer not null
) without rowid;
create index dispatches_by_time on dispatches (time_ms, id);
create table killed (dispatch text primary key, time_ms integer not null) without rowid;
create table erased (dispatch text primary key, time_ms integer not null) without rowid;
create table stories (
    story text primary key, time_ms integer not null, event text not null, merged_into text, value text not null
) without rowid;
create index stories_by_time on stories (time_ms, story);
create table alerts (
    id integer primary key, time_ms integer not null, alert text not null, thread text not null,
    dispatch text not null, copies text, is_erasure integer not null, value text not null
);
create index alerts_by_time on alerts (time_ms, id);
create index alerts_by_thread on alerts (thread);
create table notifications (
    notification text primary key, time_ms integer not null, repeats text, desk text not null,
    needs_acknowledgement integer not null, value text not null
) without rowid;
create index notifications_by_time on notifications (time_ms, notification);
create index notifications_by_first on notifications (coalesce(repeats, notification));
create table notified (
    notification text, alert text, dispatch text, primary key (alert, notification)
) without rowid;
create table acknowledged (
    notification text primary key, time_ms integer not null, who text not null, why text not null
) without rowid;
create table wishes (
    desk text, story text, list text, id integer not null, is_in integer not null, who text not null,
    why text not null, primary key (story, desk, list)
) without rowid;
create table feeds (feed text primary key, time_ms integer not null, value text not null) without rowid;
create table deliveries (
    receiver text, notification text, time_ms integer not null, value text not null,
    primary key (notification, receiver)
) without rowid;
create table changes (number integer primary key autoincrement, kind text not null, key text not null);
create virtual table search using fts5 (
    headline, body, content='items', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);
create trigger search_insert after insert on items begin
    insert into search (rowid, headline, body) values (new.id, new.headline, new.body);
end;
create trigger search_delete after delete on items begin
    insert into search (search, rowid, headline, body) values ('delete', old.id, old.headline, old.body);
end;
create trigger search_update after update of headline, body on items begin
    insert into search (search, rowid, headline, body) values ('delete', old.id, old.headline, old.body);
    insert into search (rowid, headline, body) values (new.id, new.headline, new.body);
end;
"""

KNOW_TOPIC = "insert or ignore into topic_ids values (?, ?)"
MOVE = "insert or replace into positions values (?, ?, ?)"
# Items and stories are placed in their own time, an archive too; notifications are in that of the broker.
ADVANCE = (
    "insert into latest values (?, ?) on conflict (kind) do update set time_ms = max(time_ms, excluded.time_ms)"
)
BY_TIME = {
    "items": "items",
    "dispatches": "items",
    "stories": "items",
    "alerts": "alerts",
    "notifications": "notifications",
    "acknowledged": "notifications",
    "deliveries": "notifications",
}
PUT_ITEM = "insert or replace into items values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# All records of a dispatch are in one partition, so the last one that is read says how it is.
PUT_DISPATCH = """
insert into dispatches values (?, ?, ?, ?, ?) on conflict (dispatch) do update set
    status = excluded.status,
    is_withheld = excluded.is_withheld,
    id = case when (excluded.time_ms, excluded.id) > (time_ms, id) then excluded.id else id end,
    time_ms = max(time_ms, excluded.time_ms)
"""
_LATEST = "on conflict (dispatch) do update set time_ms = max(time_ms, excluded.time_ms)"
PUT_KILLED = f"insert into killed values (?, ?) {_LATEST}"
PUT_ERASED = f"insert into erased values (?, ?) {_LATEST}"
PUT_STORY = "insert or replace into stories values (?, ?, ?, ?, ?)"
PUT_ALERT = "insert or replace into alerts values (?, ?, ?, ?, ?, ?, ?, ?)"
PUT_NOTIFICATION = "insert or replace into notifications values (?, ?, ?, ?, ?, ?)"
PUT_NOTIFIED = "insert or replace into notified values (?, ?, ?)"
PUT_ACKNOWLEDGED = "insert or ignore into acknowledged values (?, ?, ?, ?)"  # whoever was first
PUT_WISH = "insert or replace into wishes values (?, ?, ?, ?, ?, ?, ?)"
PUT_DELIVERY = "insert or replace into deliveries values (?, ?, ?, ?)"
PUT_FEED = "insert or replace into feeds values (?, ?, ?)"
DROP_FEED = "delete from feeds where feed = ?"
PUT_CHANGE = "insert into changes (kind, key) values (?, ?)"

_KILLED = "(select dispatch from killed)"
_ERASED = "(select dispatch from erased)"
# What is killed keeps the headline as published, to be shown struck through; nothing else of its copy.
_WORDS = (
    "'$.descriptions', '$.copy', '$.by', '$.slugline', '$.located', '$.edNote', '$.usageTerms', "
    "'$.copyrightNotice', '$.infoSources', '$.places', '$.subjects', '$.duplicate.evidence', "
    "'$.duplicate.ofHeadline', '$.story.evidence', '$.story.runnerUp', '$.roundUp'"
)

REMOVING = (
    f"""update items set words_removed = 1, body = '', value = json_remove(value, {_WORDS})
        where words_removed = 0 and dispatch in {_KILLED}""",
    f"""update items set words_removed = 2, headline = '', body = '',
        value = json_replace(json_remove(value, {_WORDS}, '$.headlines'), '$.story.label', '')
        where words_removed < 2 and dispatch in {_ERASED}""",
    f"""update items set value = json_remove(value, '$.duplicate.ofHeadline')
        where origin in {_ERASED} and json_extract(value, '$.duplicate.ofHeadline') is not null""",
    f"delete from alerts where not is_erasure and (dispatch in {_ERASED} or copies in {_ERASED})",
    f"""delete from notifications where notification in (
        select notification from notified where dispatch in {_ERASED}
        and alert not in (select alert from alerts where is_erasure))""",
)


def cleaning(bounds: Bounds = BOUNDS) -> tuple[str, ...]:
    """What is executed behind each batch: words of what was killed or erased are removed, and old rows."""
    return (
        *REMOVING,
        *(
            f"delete from {table} where time_ms < "
            f"(select time_ms from latest where kind = '{kind}') - {bounds.window_ms}"
            for table, kind in BY_TIME.items()
        ),
        _beyond("items", "id", bounds.items),
        # An item's dispatch is never older than the item, so the statuses of all items that are kept are kept.
        _beyond("dispatches", "dispatch", bounds.items, "id"),
        _beyond("killed", "dispatch", bounds.withdrawn),
        _beyond("erased", "dispatch", bounds.withdrawn),
        _beyond("stories", "story", bounds.stories),
        _beyond("alerts", "id", bounds.alerts),
        _beyond("notifications", "notification", bounds.notifications),
        "delete from notified where notification not in (select notification from notifications)",
        _beyond("acknowledged", "notification", bounds.notifications),
        _beyond("deliveries", "(notification, receiver)", bounds.deliveries, "notification desc, receiver"),
        _beyond("feeds", "feed", bounds.feeds),
        _beyond("wishes", "(story, desk, list)", bounds.wishes, by="id"),
        f"delete from changes where number <= (select max(number) from changes) - {bounds.changes}",
    )


def _beyond(table: str, key: str, most: int, then: str = "", by: str = "") -> str:
    columns, order = key.strip("()"), f"{by or f'time_ms desc, {then or key}'} desc"
    rest = f"select {columns} from {table} order by {order} limit -1 offset {most}"
    return f"delete from {table} where {key} in ({rest})"

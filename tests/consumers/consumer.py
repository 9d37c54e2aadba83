"""What may be shown now, in an SQLite file: a whole consumer of wire.enriched.

Usage: python consumer.py BOOTSTRAP FILE [--once]
"""

import json
import sqlite3
import sys
from typing import Any

from kafka import KafkaConsumer, TopicPartition

TOPIC = "wire.enriched"
TABLES = """
create table if not exists shown (uri text primary key, version text, headline text, status text, why text);
create table if not exists position (partition integer primary key, offset integer);
"""
IGNORED = {"repeat", "late"}  # nothing new, or older than what we have
SHOW = "insert or replace into shown values (?, ?, ?, ?, null)"
MARK = "update shown set status = ?, why = ? where uri = ?"
REMOVE = "delete from shown where uri = ?"
MOVE = "insert or replace into position values (?, ?)"


def apply(db: sqlite3.Connection, item: dict[str, Any]) -> None:
    """What an item changes of what is shown.  Members and values that it does not know change nothing."""
    uri, dispatch, status = item["uri"], item["dispatch"], item.get("pubStatus", "usable")
    if dispatch.get("kind") in IGNORED:
        return
    if status == "canceled" or "mergedInto" in dispatch:
        db.execute(REMOVE, (uri,))
    elif item.get("representationType") == "partial":  # a recall or an advisory: about an item that we have
        db.execute(MARK, (status, dispatch.get("why"), uri))
    else:
        headlines = item.get("headlines") or [{"value": ""}]  # what is empty is absent
        db.execute(SHOW, (uri, item["version"], headlines[0]["value"], status))


def run(bootstrap: str, file: str, once: bool = False) -> None:
    """Read on from where the file says.  Position and content change together, so a crash repeats nothing."""
    db = sqlite3.connect(file)
    db.executescript(TABLES)
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        consumer_timeout_ms=5000 if once else float("inf"),
    )
    read = dict(db.execute("select partition, offset from position"))
    consumer.assign([TopicPartition(TOPIC, number) for number in consumer.partitions_for_topic(TOPIC)])
    for partition in consumer.assignment():
        consumer.seek(partition, read.get(partition.partition, 0))
    for record in consumer:
        with db:  # one transaction
            if dict(record.headers).get("ce_type") == b"wire.item":  # skip what later releases may add
                apply(db, json.loads(record.value))
            db.execute(MOVE, (record.partition, record.offset + 1))
    consumer.close()
    db.close()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], once="--once" in sys.argv)

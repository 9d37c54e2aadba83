"""A bucket is read object by object, each once by name and content, whatever dies in between."""

from __future__ import annotations

import asyncio
import gzip
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_life import Crash, Died, Life

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import Health, Known
from pipeline.ingest.s3 import FORGET_MS, S3Connector
from pipeline.ingest.s3_feed import Get, Got, List, Page, S3Cursor, S3Feed, Thing, Things, Trouble
from pipeline.rule_files import parse_rules
from pipeline.runtime.ingest import s3 as driver
from pipeline.runtime.ingest.driver import Surroundings
from pipeline.runtime.ingest.s3 import S3Driver
from pipeline.runtime.secrets import Secrets
from tests.examples import examples
from tests.s3_server import BUCKET, KEY, serving_s3

SECRETS = Secrets({"env:ID": KEY["aws_access_key_id"], "env:SECRET": KEY["aws_secret_access_key"]})
Served = tuple[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving_s3() as served:
        yield served


@pytest.fixture
def bucket(server: Served) -> Served:
    """The service with an empty bucket."""
    empty(server)
    return server


def empty(server: Served) -> None:
    for one in server[1].list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        server[1].delete_object(Bucket=BUCKET, Key=one["Key"])


def feed(address: str, more: str = "", where: str = f"s3://{BUCKET}/in/") -> S3Feed:
    text = f"{{s3: '{where}', endpoint: '{address}', key_id: env:ID, secret: env:SECRET, {more}}}"
    return parse_rules(S3Feed, text, "feeds.yaml")


def over(bucket: Served, act: Callable[[Life, Callable[..., None]], Awaitable[None]], more: str = "") -> None:
    """A feed of the bucket, alive for as long as it takes, and what puts an object there."""
    address, client = bucket

    def put(name: str, value: bytes, **further: Any) -> None:
        client.put_object(Bucket=BUCKET, Key=name, Body=value, **further)

    async def run() -> None:
        found = feed(address, more)
        life = Life(S3Connector(found), lambda: S3Driver(found, Surroundings("archive", SECRETS)))
        try:
            await act(life, put)
        finally:
            await life.driver.close()

    asyncio.run(run())


def names(bucket: Served) -> list[str]:
    return [one["Key"] for one in bucket[1].list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def test_each_once(bucket: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, gzip, folders' marks, other prefixes; the same name with new content; the same content again."""
    monkeypatch.setattr(driver, "PAGE_OBJECTS_MAX", 4)

    async def act(life: Life, put: Callable[..., None]) -> None:
        for number in range(10):
            put(f"in/{number}.json", b'{"number": %d}' % number)
        put("in/", b"")
        put("out/x.json", b"{}")
        put("in/a.xml.gz", gzip.compress(b"<a/>"))
        put("in/b", gzip.compress(b"<b/>"), ContentEncoding="gzip")
        assert await life.turn() == life.now_ms + 60_000
        assert life.values == [*(b'{"number": %d}' % n for n in range(10)), b"<a/>", b"<b/>"]
        assert dict(life.payloads[0].headers) == {"content-type": b"application/json"}
        assert dict(life.payloads[10].headers) == {"content-type": b"application/xml"}
        assert life.payloads[0].name == "in/0.json"
        put("in/3.json", b"new")
        put("in/4.json", b'{"number": 4}')
        await life.turn()
        assert life.values[12:] == [b"new"]
        await life.turn()
        assert len(life.values) == 13

    over(bucket, act)


def test_troubles(bucket: Served) -> None:
    """What is too large or no gzip file is told of once, and keeps nothing behind it back."""

    async def act(life: Life, put: Callable[..., None]) -> None:
        put("in/a", b"x" * (PAYLOAD_BYTES_MAX + 1))
        put("in/b.gz", b"no gzip")
        put("in/c.gz", gzip.compress(b"x" * (PAYLOAD_BYTES_MAX + 1)))
        put("in/d", b"Ferry late")
        await life.turn()
        assert life.values == [b"Ferry late"]
        assert life.health is Health.BROKEN
        assert sorted(life.warnings) == [
            "larger than a payload may be: in/a, in/c.gz",
            "no gzip file, whatever its name says: in/b.gz",
        ]
        await life.turn()
        assert (life.health, len(life.warnings)) == (Health.OK, 2)

    over(bucket, act)


AFTER = ["after: keep", "after: delete", "after: move, move_to: taken/", "in_order: true"]


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    crashes=st.lists(st.tuples(st.sampled_from(Crash), st.integers(0, 5)), max_size=4),
    arrivals=st.lists(st.integers(0, 3), min_size=1, max_size=5),
    after=st.sampled_from(AFTER),
)
def test_any_life(server: Served, crashes: list[tuple[Crash, int]], arrivals: list[int], after: str) -> None:
    """Crashes at any step, objects that come at any time: each once, and then put away."""
    empty(server)

    async def act(life: Life, put: Callable[..., None]) -> None:
        crash_at = dict(enumerate(crashes))
        count = 0
        for number, new in enumerate(arrivals):
            for each in range(count, count + new):
                put(f"in/{each:04}", b"%d" % each)
            count += new
            with suppress(Died):
                await life.turn(*crash_at.get(number, (None, 0)))
        await life.turn()
        await life.turn()
        assert life.values == [b"%d" % each for each in range(count)]
        there = {"after: delete": [], "after: move, move_to: taken/": [f"taken/{n:04}" for n in range(count)]}
        assert names(server) == there.get(after, [f"in/{n:04}" for n in range(count)])

    over(server, act, after)


def test_written_anew_before_it_is_put_away(bucket: Served) -> None:
    """An object that changed since it was taken is another payload: it is neither moved nor deleted."""

    async def act(life: Life, put: Callable[..., None]) -> None:
        put("in/a", b"old")
        with suppress(Died):
            await life.turn(Crash.AFTER_COMMIT, 1)
        put("in/a", b"new")
        await life.turn()
        assert life.values == [b"old", b"new"]
        assert names(bucket) == []

    over(bucket, act, "after: delete")


def test_in_order_nothing_is_left_out() -> None:
    """Where only the last name is known, an object that may be read later keeps back those behind it."""
    connector = S3Connector(feed("http://127.0.0.1:1", "in_order: true"))
    things = tuple(Thing(f"in/{number}", "etag", 1) for number in range(4))
    got = tuple(
        Got(thing, b"x") if number != 2 else Got(thing, trouble=Trouble.REFUSED)
        for number, thing in enumerate(things)
    )
    taken = connector.take(Known(S3Cursor(), {}), Get(things, (), "more"), Things(got), 0)
    assert ([one.name for one in taken.payloads], taken.cursor) == (["in/0", "in/1"], S3Cursor("in/1"))
    assert (taken.then, taken.seen) == (None, ())
    assert taken.warnings == ("may not be read: in/2",)
    assert connector.ask(Known(S3Cursor("in/1"), {}), 0) == List("in/1")


def test_a_round_begins_with_its_first_page() -> None:
    """What is not met from there on is gone; a later page, and names that come in order, begin no round."""
    for more, token, cursor in (("", "", S3Cursor("", 9)), ("", "next", None), ("in_order: true", "", None)):
        connector = S3Connector(feed("http://127.0.0.1:1", more))
        assert connector.take(Known(S3Cursor("", 5), {b"key": 5}), List(token=token), Page(()), 9).cursor == cursor


PAGES = [  # asked for, and named as the next; what is asked then
    ("", "one", List(token="one")),
    ("one", "two", List(token="two")),
    ("one", "", None),
    ("one", "one", None),
]


@pytest.mark.parametrize(("asked", "named", "then"), PAGES)
def test_a_page_that_leads_to_itself(asked: str, named: str, then: List | None) -> None:
    """It is asked for once in a look; what is wrong is told."""
    connector = S3Connector(feed("http://127.0.0.1:1", "every: 1m"))
    taken = connector.take(Known(S3Cursor(), {}), List(token=asked), Page((), named), 5)
    assert (taken.then, taken.again_ms) == (then, 60_005)
    assert (taken.health is Health.BROKEN) == (asked == named)


def test_what_is_gone_is_forgotten() -> None:
    """An object that is listed is noted again and kept; one that was not for a week is forgotten."""
    connector = S3Connector(feed("http://127.0.0.1:1"))
    now_ms = 10 * FORGET_MS
    there, gone = Thing("in/a", "1", 1), Thing("in/b", "1", 1)
    keys = [
        connector.take(Known(S3Cursor(), {}), Get((one,)), Things((Got(one, b"x"),)), 0).seen[0]
        for one in (there, gone)
    ]
    known = Known(S3Cursor(), dict.fromkeys(keys, now_ms - FORGET_MS - 1))
    first = connector.take(known, List(), Page((there,), "more"), now_ms)
    assert (first.seen, first.forget, first.cursor) == ((keys[0],), (), S3Cursor("", now_ms))
    last = connector.take(
        Known(S3Cursor("", now_ms), {keys[0]: now_ms, keys[1]: known.seen[keys[1]]}),
        List("", "more"),
        Page(()),
        now_ms,
    )
    assert last.forget == (keys[1],)


REFUSALS = [
    ("s3://nowhere/", {}, Health.GONE, "NoSuchBucket"),
    (f"s3://{BUCKET}/", {"endpoint": "http://127.0.0.1:1"}, Health.UNREACHABLE, "nothing listens there"),
]


@pytest.mark.parametrize(("where", "other", "health", "why"), REFUSALS)
def test_refusals(bucket: Served, where: str, other: dict[str, str], health: Health, why: str) -> None:
    """What the service refuses is told as what it is."""

    async def act() -> None:
        found = feed(other.get("endpoint", bucket[0]), where=where)
        life = Life(S3Connector(found), lambda: S3Driver(found, Surroundings("archive", SECRETS)))
        await life.turn()
        await life.driver.close()
        assert (life.health, life.values) == (health, [])
        assert why in life.detail

    asyncio.run(act())


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not installed is named."""
    monkeypatch.setitem(sys.modules, "botocore.exceptions", None)

    async def act() -> None:
        answer = await S3Driver(feed("http://127.0.0.1:1"), Surroundings("archive", SECRETS)).answer(List())
        assert "pip install 'wiredesk[s3]'" in getattr(answer, "detail", "")

    asyncio.run(act())


WRONG = [
    ("s3: 's3://B/x'", "no address of a bucket"),
    ("s3: 's3://wire/x', key_id: env:ID", "both key_id and secret"),
    ("s3: 's3://wire/x', key_id: AKIA, secret: env:S", "may be a secret"),
    ("s3: 's3://wire/in/', after: move", "move_to"),
    ("s3: 's3://wire/in/', after: move, move_to: in/taken/", "taken again"),
    ("s3: 's3://wire/in/', after: delete, in_order: true", "in_order is of no use"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_wrong_settings(text: str, named: str) -> None:
    """What is wrong is named."""
    with pytest.raises(ValueError, match=named):
        parse_rules(S3Feed, f"{{{text}}}", "feeds.yaml")

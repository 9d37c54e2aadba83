"""A record of each published kind: one small invented story, reported by two invented agencies.

The same story in all of them: the item joined it, its snapshot counts the item, the alert was raised by the item.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from pipeline import dead
from pipeline.envelope import ID, TIME
from pipeline.items import (
    Alert,
    AlertEvent,
    AltId,
    Concept,
    Control,
    Copy,
    Dateline,
    Delivery,
    DeliveryState,
    Dispatch,
    Duplicate,
    FeedState,
    FeedStatus,
    InfoSource,
    Item,
    Kind,
    LabelKind,
    LeftOut,
    Level,
    Model,
    Momentum,
    Notification,
    NotificationKind,
    NotifiedAlert,
    Party,
    PartyKind,
    Relation,
    RunnerUp,
    Severity,
    Status,
    Story,
    StoryEvent,
    StoryRelation,
    StoryTag,
    Stripped,
    Text,
    TopItem,
    Trouble,
    Verdict,
    Wire,
    content_id,
    dispatch_id,
    dispatch_uri,
    dump,
    item_id,
)
from pipeline.records import Position, Reason, Record, Rejected

FIRST_SEEN = datetime(2022, 1, 11, 6, 4, 12, tzinfo=UTC)
CREATED = datetime(2022, 1, 11, 6, 31, tzinfo=UTC)
RECEIVED = datetime(2022, 1, 11, 6, 31, 2, 480_000, tzinfo=UTC)
HEADLINE = "Car ferry with 212 aboard towed into Bergen after engine room fire"
LEAD = "A car ferry with 212 people aboard was towed into Bergen on Tuesday after a fire in its engine room."
DETAIL = "Nobody was hurt, the coast guard said. The line has cancelled its crossings until Thursday."
DATELINE = "BERGEN, Norway, Jan 11 (Meridian)"
SIGN_OFF = "(Reporting by Ada Lind; Editing by Per Holm)"
PAYLOAD = f"{HEADLINE}\n\n{DATELINE} - {LEAD}\n\n{DETAIL}\n\n{SIGN_OFF}\n".encode()
BODY = f"{LEAD}\n\n{DETAIL}"

STORY_ID = content_id("story", "bergen ferry")
LABEL = "Bergen ferry fire"
NORDEN = dispatch_id("norden", "norden-20220111-0017")
MERIDIAN = dispatch_id("meridian", "MR-4471")
MERIDIAN_ITEM = item_id("meridian", "MR-4471", "1", BODY.encode())


def _written(model: Model) -> Any:
    """The model as the wire carries it."""
    return orjson.loads(dump(model))


ITEM = _written(
    Item(
        uri=dispatch_uri(MERIDIAN),
        version="1",
        version_created=CREATED,
        first_created=CREATED,
        urgency=3,
        language="en",
        headlines=(Text(value=HEADLINE, role="main", content_type="text/plain"),),  # ninjs counts bodies only
        bodies=(
            Text(
                value=BODY,
                role="main",
                content_type="text/plain",
                char_count=len(BODY),
                word_count=len(BODY.split()),
            ),
        ),
        by="Ada Lind",
        slugline="NORWAY-FERRY/FIRE",
        located="Bergen",
        info_sources=(InfoSource(name="meridian", role="origin"),),
        places=(Concept(name="Bergen", rel="dateline"),),
        subjects=(Concept(name=LABEL, rel="story", uri=f"urn:wiredesk:story:{STORY_ID}"),),
        alt_ids=(AltId(role="native", value="MR-4471"),),
        wire=Wire(
            feed="meridian",
            agency="meridian",
            format="plain",
            topic="wire.raw",
            partition=2,
            offset=48_113,
            sha256=hashlib.sha256(PAYLOAD).hexdigest(),
            received=RECEIVED,
        ),
        furniture=Copy(
            dateline=Dateline(
                text=DATELINE, city="Bergen", country="Norway", country_code="NO", date="Jan 11", agency="meridian"
            ),
            reporting=("Ada Lind",),
            editing=("Per Holm",),
            sign_off=SIGN_OFF,
            stripped=(
                Stripped(kind="dateline", text=f"{DATELINE} -", rule="dateline"),
                Stripped(kind="sign-off", text=SIGN_OFF, rule="sign-off"),
            ),
        ),
        dispatch=Dispatch(
            id=MERIDIAN,
            item=MERIDIAN_ITEM,
            revision=1,
            kind=Kind.NEW,
            severity=Severity.NONE,
            status=Status.USABLE,
        ),
        duplicate=Duplicate(
            relation=Relation.RELATED,
            of=NORDEN,
            of_item=item_id("norden", "norden-20220111-0017", "2", b"its body"),
            of_feed="norden",
            of_agency="norden",
            of_headline="Engine room fire on car ferry off Bergen, 212 aboard",
            score=0.375,
            threshold=0.3,
            evidence={
                "zone": "figures",
                "shared": 12,
                "contained": 0.375,
                "resemblance": 0.1875,
                "numbers": 1.0,
                "missing": 0.25,
            },
            rule="two-zone/7",
        ),
        story=StoryTag(
            id=STORY_ID,
            label=LABEL,
            label_kind=LabelKind.EVENT,
            relation=StoryRelation.JOINED,
            score=1.75,
            threshold=0.0,
            evidence=("ferry", "bergen", "engine room"),
            items=4,
            independent=2,
            first_seen=FIRST_SEEN,
            runner_up=RunnerUp(id=content_id("story", "bergen bridge"), label="Bergen bridge works", score=-2.25),
            rule="story/1",
        ),
    )
)

STORY = _written(
    Story(
        id=STORY_ID,
        label=LABEL,
        label_kind=LabelKind.EVENT,
        language="en",
        event=StoryEvent.JOINED,
        items=4,
        independent=2,
        momentum=Momentum(last_hour=4, hour_before=0),
        top=TopItem(uri=dispatch_uri(MERIDIAN), item=MERIDIAN_ITEM, headline=HEADLINE, feed="meridian"),
        feeds=("norden", "meridian"),
        languages=("en",),
        first_seen=FIRST_SEEN,
        last_seen=CREATED,
        terms=("ferry", "bergen", "engine room", "coast guard"),
        time=RECEIVED,
    )
)

ALERT = _written(
    Alert(
        id=content_id("alert", STORY_ID, MERIDIAN_ITEM),
        rule="confirmed",
        rules_hash=hashlib.sha256(b"the rules of this story").hexdigest()[:16],
        thread=STORY_ID,
        event=AlertEvent.CONFIRMED,
        severity=Severity.NONE,
        level=Level.NOTICE,
        title=f"2 SOURCES ON ONE STORY: {LABEL}",
        text="Norden and Meridian report on this story, each for itself. A claim that only one of them has is not "
        "confirmed: compare their reports before you use it.",
        headline=LABEL,
        by=Party(name="Meridian", kind=PartyKind.AGENCY),
        sources=("Norden", "Meridian"),
        story=STORY_ID,
        label=LABEL,
        language="en",
        uri=dispatch_uri(MERIDIAN),
        item=MERIDIAN_ITEM,
        feed="meridian",
        reasons=("2 sources report on the story: Norden and Meridian",),
        item_time=CREATED,
        time=RECEIVED,
    )
)

NOTIFICATION = _written(
    Notification(
        id=content_id("notification", "foreign", "alert", ALERT["id"]),
        desk="foreign",
        kind=NotificationKind.ALERT,
        level=Level.NOTICE,
        title=ALERT["title"],
        text=ALERT["text"],
        alerts=(
            NotifiedAlert(
                id=ALERT["id"],
                event=AlertEvent.CONFIRMED,
                level=Level.NOTICE,
                title=ALERT["title"],
                text=ALERT["text"],
                thread=STORY_ID,
                uri=dispatch_uri(MERIDIAN),
                time=RECEIVED,
            ),
        ),
        reasons=("route “all else”",),
        left_out=LeftOut(muted=2),
        routes_hash=hashlib.sha256(b"the routes of this story").hexdigest()[:16],
        time=RECEIVED,
    )
)

DELIVERY = _written(
    Delivery(
        receiver="newsroom",
        notification=NOTIFICATION["id"],
        desk="foreign",
        state=DeliveryState.FAILED,
        attempts=1,
        next=RECEIVED + timedelta(seconds=5.6),
        verdict=Verdict.FAILED,
        trouble=Trouble.STATUS,
        status=502,
        time=RECEIVED,
    )
)

FEED = _written(
    FeedStatus(
        feed="meridian",
        state=FeedState.SILENT,
        since=RECEIVED,
        last_item=RECEIVED - timedelta(minutes=52),
        items=48_114,
        items_a_week=3_020,
        usual_items_this_hour=17.5,
        usual_silence_seconds=1_260,
        warnings_share=0.04,
        lateness_seconds=60,
        usual_lateness_seconds=240,
        time=RECEIVED,
    )
)

CONTROL = _written(
    Control(action="kill", dispatch=MERIDIAN, who="night desk", why="Meridian withdrew it by telephone")
)

_LETTER = dead.letter(
    "normalise",
    Record(
        Position("wire.raw", 2, 48_114),
        b"meridian",
        PAYLOAD[:20] + b"\xff\xfe",
        ((TIME, b"2022-01-11T06:31:05.120Z"), ("content-type", b"application/json")),
        1_641_882_665_300,
    ),
    Rejected(Reason.MALFORMED, "not JSON: expected value at line 1 column 1"),
)
DEAD = {name: value.decode() for name, value in _LETTER.headers} | {ID: "normalise/2/48114/0"}

"""What Wiredesk publishes, as frozen models: the item, what happens to its dispatch, stories, alerts, controls.

From normalise on, fields have their ninjs names; nothing is renamed later.
"""

from pipeline.items.alert import Alert, AlertEvent, ChangeKind, Correction, Level, Party, PartyKind, read_alert
from pipeline.items.control import Action, Control, read_control
from pipeline.items.delivery import Answer, Delivery, DeliveryState, GivenUp, Trouble, Verdict, read_answer
from pipeline.items.dispatch import NO_REPORTS, Dispatch, Duplicate, Kind, Relation, Severity, Signal, Status
from pipeline.items.feed import FeedState, FeedStatus
from pipeline.items.ids import content_id, dispatch_id, dispatch_uri, item_id
from pipeline.items.item import OURS, Copy, Dateline, Item, NinjsItem, Representation, Stripped, Wire, read_item
from pipeline.items.model import Instant, Model, dump, instant, milliseconds
from pipeline.items.ninjs import AltId, Concept, InfoSource, PubStatus, Text, main_headline
from pipeline.items.notification import LeftOut, Notification, NotificationKind, NotifiedAlert, read_notification
from pipeline.items.story import (
    LabelKind,
    Momentum,
    RoundUp,
    RunnerUp,
    Story,
    StoryEvent,
    StoryName,
    StoryRelation,
    StoryTag,
    TopItem,
)

__all__ = [
    "NO_REPORTS",
    "OURS",
    "Action",
    "Alert",
    "AlertEvent",
    "AltId",
    "Answer",
    "ChangeKind",
    "Concept",
    "Control",
    "Copy",
    "Correction",
    "Dateline",
    "Delivery",
    "DeliveryState",
    "Dispatch",
    "Duplicate",
    "FeedState",
    "FeedStatus",
    "GivenUp",
    "InfoSource",
    "Instant",
    "Item",
    "Kind",
    "LabelKind",
    "LeftOut",
    "Level",
    "Model",
    "Momentum",
    "NinjsItem",
    "Notification",
    "NotificationKind",
    "NotifiedAlert",
    "Party",
    "PartyKind",
    "PubStatus",
    "Relation",
    "Representation",
    "RoundUp",
    "RunnerUp",
    "Severity",
    "Signal",
    "Status",
    "Story",
    "StoryEvent",
    "StoryName",
    "StoryRelation",
    "StoryTag",
    "Stripped",
    "Text",
    "TopItem",
    "Trouble",
    "Verdict",
    "Wire",
    "content_id",
    "dispatch_id",
    "dispatch_uri",
    "dump",
    "instant",
    "item_id",
    "main_headline",
    "milliseconds",
    "read_alert",
    "read_answer",
    "read_control",
    "read_item",
    "read_notification",
]

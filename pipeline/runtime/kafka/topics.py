"""The topics on a cluster, compared with topology.TOPICS: created where missing, checked, never repaired.

The number of partitions is part of the meaning of the data (the shard of a key), and a retention may be a decision
of an operator.  So a difference is reported, with its remedy, and left alone.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Sequence

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    InvalidReplicationFactorError,
    NoError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)

from pipeline.connection import Connection
from pipeline.runtime.exit_codes import EXIT_SETTINGS, EXIT_WRONG
from pipeline.runtime.kafka.admin import ANSWER_SECONDS, BACKOFF_SECONDS, Admin
from pipeline.runtime.kafka.mismatches import FoundTopic, Mismatch, mismatches
from pipeline.runtime.kafka.refusals import Forbidden, Refusal, needing
from pipeline.runtime.kafka.rights import Operation
from pipeline.runtime.progress import OnProgress, ignore_progress
from pipeline.topology import TOPICS, Topic

REPLICAS = 3  # of a topic, where there are so many brokers and WIREDESK_REPLICATION does not say otherwise
READY_SECONDS = 30.0  # for new topics to be known to every broker
LISTED_MAX = 3  # names in a sentence


class NoTopic(Refusal):
    """The cluster has no such topic."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"the cluster has no topic {topic}", "run `wiredesk topics create`", EXIT_WRONG)


def create(
    connection: Connection,
    topics: Iterable[Topic] = TOPICS.values(),
    replication: int | None = None,
    on_progress: OnProgress = ignore_progress,
) -> list[str]:
    """Create the topics that the cluster lacks and wait until they can be used; their names.

    They have `replication` replicas; without it REPLICAS where there are so many brokers, otherwise one.  May run
    any number of times and in several places at once.  Forbidden without the right; KafkaError if the cluster
    cannot be reached, Refusal if it has fewer brokers than `replication`.
    """
    with Admin(connection) as admin:
        known = set(admin.list_topics())
        lacking = [topic for topic in topics if topic.name not in known]
        replicas = replication or (REPLICAS if len(admin.describe_cluster()["brokers"]) >= REPLICAS else 1)
        for count, topic in enumerate(lacking, 1):
            with (
                contextlib.suppress(TopicAlreadyExistsError),  # another starter was quicker
                needing(connection, f"create {topic.name}", "Create and Describe on the prefix wire."),
            ):
                _create(admin, topic, replicas)
            on_progress(topic.name, count, len(lacking))
        admin.await_topics([topic.name for topic in lacking], READY_SECONDS)
    return [topic.name for topic in lacking]


def _create(admin: Admin, topic: Topic, replication: int) -> None:
    """A broker that its controller has not heard for a moment counts again a moment later: a busy machine."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            admin.create_topics({topic.name: _options(topic, replication)})
        except InvalidReplicationFactorError:
            known = admin.describe_cluster()["brokers"]  # fenced ones, too
            if len(known) >= replication and time.monotonic() < deadline:
                time.sleep(BACKOFF_SECONDS)
                continue
            working = sum(not one.get("is_fenced") for one in known)
            cause = f"the cluster has {working} broker(s), too few for WIREDESK_REPLICATION={replication}"
            raise Refusal(cause, "lower it, or add brokers", EXIT_SETTINGS) from None
        return


def check(
    connection: Connection, topics: Iterable[Topic] = TOPICS.values(), replication: int | None = None
) -> list[Mismatch]:
    """Everything about the topics that is not as it must be.  More replicas than asked for are fine; None: any."""
    topics = list(topics)
    with Admin(connection) as admin:
        found = seen(admin, [topic.name for topic in topics])
    return [mismatch for topic in topics for mismatch in mismatches(topic, found.get(topic.name), replication)]


def need(
    connection: Connection, names: Iterable[str], operation: Operation, seconds: float = ANSWER_SECONDS
) -> dict[str, int]:
    """Make sure that the topics exist and the user may do this with them; how many partitions each has.

    Raises NoTopic and Forbidden; KafkaError if no broker answers within `seconds`.
    """
    with Admin(connection, seconds) as admin:
        answers = {topic["name"]: topic for topic in admin.describe_topics(list(names))}
    by_code: dict[int, list[str]] = {}
    for name, answer in answers.items():
        by_code.setdefault(answer["error_code"], []).append(name)
    if hidden := by_code.pop(TopicAuthorizationFailedError.errno, None):  # a broker does not say if they exist
        raise Forbidden(connection, f"see {listed(hidden)}", f"Describe and {operation} on the topics")
    there = by_code.pop(NoError.errno, [])
    if absent := by_code.pop(UnknownTopicOrPartitionError.errno, None):
        raise NoTopic(absent[0])
    for code, names in by_code.items():  # trouble of the broker, which says nothing of whether there is the topic
        raise for_code(code)(listed(names))
    may = {name: answers[name]["authorized_operations"] for name in there}
    if closed := [name for name in there if may[name] and operation.name not in may[name]]:
        raise Forbidden(connection, f"{VERBS[operation]} {listed(closed)}", f"{operation} on the topics")
    return {name: len(answers[name]["partitions"]) for name in there}


def ids(admin: Admin, names: Iterable[str]) -> dict[str, str]:
    """The ids of those of the topics that there are.  One that is deleted and created again has another."""
    answers = {topic["name"]: topic for topic in admin.describe_topics(list(names))}
    return {name: str(one["topic_id"]) for name, one in answers.items() if one["error_code"] == NoError.errno}


VERBS = {Operation.READ: "read", Operation.WRITE: "write to"}


def listed(names: Sequence[str]) -> str:
    """The names for a sentence: all of a few, otherwise the first and how many more."""
    more = len(names) - LISTED_MAX
    first, last = (names[:LISTED_MAX], f"{more} more") if more > 0 else (names[:-1], "".join(names[-1:]))
    return f"{', '.join(first)} and {last}" if first else last


def seen(admin: Admin, names: Iterable[str]) -> dict[str, FoundTopic]:
    """Those of the topics that exist, as far as the user may see them, and those that it may not."""
    answers = {topic["name"]: topic for topic in admin.describe_topics(list(names))}
    there = [name for name, answer in answers.items() if answer["error_code"] == NoError.errno]
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in there]
    configs = admin.describe_configs(resources, config_filter="all").get("topic", {}) if resources else {}
    forbidden = [
        name for name, answer in answers.items() if answer["error_code"] == TopicAuthorizationFailedError.errno
    ]
    return dict.fromkeys(forbidden, FoundTopic(0, 0, {}, is_forbidden=True)) | {
        name: FoundTopic(
            len(answers[name]["partitions"]),
            min(len(partition["replica_nodes"]) for partition in answers[name]["partitions"]),
            {key: entry["value"] for key, entry in configs.get(name, {}).items()},
            tuple(answers[name]["authorized_operations"] or ()),
        )
        for name in there
    }


def _options(topic: Topic, replication: int) -> dict[str, object]:
    """The topic in the form that kafka-python takes."""
    return {
        "num_partitions": topic.partitions,
        "replication_factor": replication,
        "configs": topic.settings(replication),
    }

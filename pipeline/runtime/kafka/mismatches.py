"""How a topic on a cluster differs from what it must be, each difference with its remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.topology import IN_SYNC_MIN, Topic

CODECS = frozenset({"gzip", "lz4", "snappy", "zstd", "producer"})  # all are read; `producer`: whichever it used


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic on the cluster, as far as this connection's user may see it."""

    partitions: int
    replicas: int  # of the partition that has fewest
    config: Mapping[str, str | None]  # empty if it may not be seen: DescribeConfigs is missing
    operations: tuple[str, ...] = ()  # what the user may do with it, by Kafka's names
    is_forbidden: bool = False  # the broker does not even say whether there is such a topic


class MismatchKind(StrEnum):
    """In what a topic differs from what it must be."""

    MISSING = "missing"
    FORBIDDEN = "forbidden"
    PARTITIONS = "partitions-differ"
    REPLICATION = "replication-differs"
    UNSEEN = "settings-unseen"
    SETTING = "setting-differs"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A difference between a topic and what it must be."""

    topic: str
    kind: MismatchKind
    what: str
    wanted: str  # empty where the finding says it all
    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.difference}. {self.remedy}"

    @property
    def difference(self) -> str:
        """What is wrong, without the topic and the remedy."""
        return f"{self.what} is {self.found}" + (f", must be {self.wanted}" if self.wanted else "")


def mismatches(topic: Topic, found: FoundTopic | None, replication: int | None) -> Iterator[Mismatch]:
    """How the topic as found differs from the topic as wanted, with so many replicas; None: any number."""
    kind = MismatchKind
    if found is None:
        yield Mismatch(topic.name, kind.MISSING, "the topic", "", "missing", "Run: wiredesk topics create")
        return
    if found.is_forbidden:
        remedy = "Grant Describe on it, see docs/operations.md, Security."
        yield Mismatch(topic.name, kind.FORBIDDEN, "the topic", "", "forbidden to this user", remedy)
        return
    if found.partitions != topic.partitions:
        yield Mismatch(
            topic.name,
            kind.PARTITIONS,
            "the number of partitions",
            str(topic.partitions),
            str(found.partitions),
            "Keys and journals are bound to partition numbers, so it cannot be changed under living data: "
            "give this deployment topics of its own, or stop the rooms, delete and recreate all wire.* topics.",
        )
    if replication and found.replicas < replication:
        yield Mismatch(
            topic.name,
            kind.REPLICATION,
            "the replication factor",
            str(replication),
            str(found.replicas),
            "Raise it with kafka-reassign-partitions, or lower WIREDESK_REPLICATION.",
        )
    if not found.config:
        remedy = "Grant DescribeConfigs on it, see docs/operations.md, Security."
        yield Mismatch(topic.name, kind.UNSEEN, "its configuration", "", "forbidden to this user", remedy)
        return
    accepted = {
        "compression.type": CODECS,
        "min.insync.replicas": {str(number) for number in range(IN_SYNC_MIN, found.replicas)},
    }
    for name, right in topic.settings(found.replicas).items():
        values = accepted.get(name, set()) | {right}
        if (value := found.config.get(name)) not in values:
            yield Mismatch(
                topic.name,
                kind.SETTING,
                name,
                right if len(values) == 1 else "one of " + ", ".join(sorted(values)),
                str(value),
                f"Run: kafka-configs.sh --bootstrap-server $WIREDESK_BOOTSTRAP --alter --entity-type topics "
                f"--entity-name {topic.name} --add-config {name}={right}",
            )

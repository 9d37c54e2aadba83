"""Topics are created by a cluster of which a broker is not heard for a moment; one that is too small says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from kafka.errors import InvalidReplicationFactorError

from pipeline.connection import Connection
from pipeline.runtime.exit_codes import EXIT_SETTINGS
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.topology import TOPICS

RAW = TOPICS["wire.raw"]


@dataclass
class Cluster:
    """Brokers, by how many questions each is fenced for."""

    fenced_for: list[int]
    asked: int = 0
    made: list[str] = field(default_factory=list)

    def __call__(self, *_: object) -> Cluster:
        return self

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def list_topics(self) -> list[str]:
        return self.made

    def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [{"is_fenced": self.asked <= questions} for questions in self.fenced_for]}

    def create_topics(self, wanted: dict[str, dict[str, Any]]) -> None:
        self.asked += 1
        (one,) = wanted.values()
        if sum(self.asked > questions for questions in self.fenced_for) < one["replication_factor"]:
            raise InvalidReplicationFactorError
        self.made += wanted

    def await_topics(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "BACKOFF_SECONDS", 0.001)


def created(cluster: Cluster, replication: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(topics, "Admin", cluster)
    return topics.create(Connection("b:1"), [RAW], replication)


@pytest.mark.parametrize(
    ("fenced_for", "replication"), [([0], 1), ([4], 1), ([0, 0, 0], 3), ([0, 3, 5], 3), ([9, 0], 1)]
)
def test_brokers_enough(fenced_for: list[int], replication: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fenced broker of enough is waited for."""
    cluster = Cluster(fenced_for)
    assert created(cluster, replication, monkeypatch) == cluster.made == [RAW.name]


@pytest.mark.parametrize(
    ("fenced_for", "replication", "working", "at_once"),
    [([0], 2, 1, True), ([0, 0], 3, 2, True), ([10**9], 1, 0, False), ([0, 10**9, 0], 3, 2, False)],
)
def test_brokers_too_few(
    fenced_for: list[int], replication: int, working: int, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster with fewer is refused at once; one of which a broker stays away, after a while."""
    monkeypatch.setattr(topics, "READY_SECONDS", 0.05)
    cluster = Cluster(fenced_for)
    with pytest.raises(
        Refusal, match=rf"has {working} broker\(s\), too few for WIREDESK_REPLICATION={replication}"
    ) as caught:
        created(cluster, replication, monkeypatch)
    assert caught.value.code == EXIT_SETTINGS
    assert (cluster.asked == 1) is at_once

"""Brokers that run beside each other: no two are given one port, and no two clusters have one id."""

from __future__ import annotations

import socket
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from pipeline.runtime.embedded.cluster import Cluster
from pipeline.runtime.embedded.data_dir import DataDir
from pipeline.runtime.embedded.node import PORTS, Node, free_ports, is_free, new_cluster_id

HOST = "127.0.0.1"
OTHER = f"""
from itertools import islice
from pipeline.runtime.embedded.node import free_ports
print(*islice(free_ports({HOST!r}), 50), flush=True)
input()
"""


def test_no_port_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by two walks of a process nor by two processes that begin at one place, before anybody listens."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        monkeypatch.setattr("os.getpid", lambda: other.pid)
        theirs = [int(port) for port in other.stdout.readline().split()]
        ours = [*islice(free_ports(HOST), 50), *islice(free_ports(HOST), 50)]
        other.stdin.write("\n")
    assert len(theirs) == 50
    assert len({*theirs, *ours}) == 150
    assert all(is_free(HOST, port) for port in ours)  # a claim is no server: the broker itself can listen
    again = next(free_ports(HOST))
    assert again == theirs[0] or again in PORTS  # whoever has ended claims nothing; another test may be quicker


def test_a_port_that_listens_is_not_given() -> None:
    """A server that claimed nothing keeps its port."""
    with socket.socket() as server:
        port = next(free_ports(HOST))
        server.bind((HOST, port))
        server.listen()
        assert port not in set(islice(free_ports(HOST), 5))
        assert not is_free(HOST, port)


def test_ids_of_clusters_differ() -> None:
    """Each has an id of its own, in the form that Kafka's own tool takes: 22 characters, no dash in front."""
    ids = {new_cluster_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 22 and not one.startswith("-") for one in ids)


@pytest.mark.parametrize("formatted", [(), (1,), (2, 3), (1, 2, 3)])
def test_the_nodes_of_a_cluster_have_one_id(formatted: tuple[int, ...], tmp_path: Path) -> None:
    """Also those that are formatted later, as after a start that was cut short."""
    cluster = Cluster(tmp_path)
    for number in formatted:
        directory = DataDir(cluster.folder(number))
        directory.configure(Node(number, HOST, 1, 2), [Node(number, HOST, 1, 2)], {})
        directory.format(b"", "first", number)
        assert directory.cluster_id == "first"
    (only,) = {broker.cluster_id for broker in cluster.brokers}
    assert (only == "first") is bool(formatted)

"""Jars, connections, topics and the guard, as far as they work without a broker."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.connection import Connection, Mechanism, Protocol
from pipeline.runtime import progress
from pipeline.runtime.embedded import guard, jars, node
from pipeline.runtime.embedded.jars import BrokerError, Jar
from pipeline.runtime.kafka.mismatches import FoundTopic, mismatches
from pipeline.runtime.progress import OnProgress, ignore_progress
from pipeline.topology import Topic
from tests.waiting import SECONDS, eventually

GOOD, BAD = b"the jar", b"the jer"
JAR = Jar(hashlib.sha256(GOOD).hexdigest(), len(GOOD), "org.example:thing:1.0")


def fetching(monkeypatch: pytest.MonkeyPatch, content: bytes | Exception) -> list[str]:
    """Let Maven Central serve that content; the requests are listed."""
    asked: list[str] = []

    def fetcher(staging: Path, total: int, on_progress: OnProgress) -> Callable[[Jar], Path]:
        def fetch(jar: Jar) -> Path:
            asked.append(jar.coordinate)
            if isinstance(content, Exception):
                raise content
            path = staging / jar.file_name
            path.write_bytes(content)
            return path

        return fetch

    monkeypatch.setattr(jars, "_fetcher", fetcher)
    return asked


def test_the_lock_names_every_jar_once() -> None:
    """Our own lock is well-formed, complete in the parts that start a broker, and names no host."""
    locked = jars.locked(jars.LOCK.read_text())
    assert all(len(jar.sha256) == 64 and jar.size_bytes > 0 for jar in locked)
    assert len({jar.file_name for jar in locked}) == len(locked)
    assert set(jars.ROOTS) <= {jar.coordinate for jar in locked}
    kafka = {jar.coordinate.split(":")[2] for jar in locked if jar.coordinate.startswith("org.apache.kafka:")}
    assert kafka == {jars.VERSION}
    assert "//" not in jars.LOCK.read_text()


def test_a_jar_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a full cache nothing asks the network."""
    asked = fetching(monkeypatch, GOOD)
    assert [path.read_bytes() for path in jars.fetch(tmp_path, [JAR], ignore_progress)] == [GOOD]
    jars.fetch(tmp_path, [JAR], ignore_progress)
    assert asked == [JAR.coordinate]
    assert [path.name for path in tmp_path.iterdir()] == [f"kafka-{jars.VERSION}"]


def test_a_jar_that_is_not_the_locked_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed bit between Maven Central and here stops the start, and the file never enters the cache."""
    fetching(monkeypatch, BAD)
    with pytest.raises(BrokerError, match=r"org\.example:thing:1\.0 as fetched is not the locked jar"):
        jars.fetch(tmp_path, [JAR], ignore_progress)
    assert not list(tmp_path.rglob("*.jar"))


def test_a_jar_that_changed_in_the_cache_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged cache heals."""
    fetching(monkeypatch, GOOD)
    (path,) = jars.fetch(tmp_path, [JAR], ignore_progress)
    path.write_bytes(BAD)
    jars.fetch(tmp_path, [JAR], ignore_progress)
    assert path.read_bytes() == GOOD


def test_no_network_is_reported_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a network at the first start the error says what is needed, how much, and where it goes."""
    fetching(monkeypatch, OSError("no route to host"))
    with pytest.raises(BrokerError, match=r"no route to host.*fetched once.*check the network"):
        jars.fetch(tmp_path, [JAR], ignore_progress)


@pytest.mark.parametrize("text", ["abc", "abc 12", "abc x org:a:1", "a 1 b c"])
def test_a_damaged_lock_is_refused(text: str) -> None:
    """A lock that cannot be read locks nothing."""
    with pytest.raises(BrokerError, match="damaged"):
        jars.locked(text)


SASL: dict[str, Any] = {"user": "desk", "password": "secret"}
CONNECTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plaintext": ({}, {"security_protocol": "PLAINTEXT"}),
    "a mechanism, which alone is no login": (
        {"mechanism": Mechanism.SCRAM_SHA_512},
        {"security_protocol": "PLAINTEXT"},
    ),
    "scram": (
        {"protocol": Protocol.SASL_PLAINTEXT, "mechanism": Mechanism.SCRAM_SHA_512, **SASL},
        {
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": "desk",
            "sasl_plain_password": "secret",
        },
    ),
}


@pytest.mark.parametrize("case", CONNECTIONS)
def test_a_connection_gives_its_arguments_to_clients(case: str) -> None:
    """Both libraries get the same arguments, and nothing that does not apply."""
    given, wanted = CONNECTIONS[case]
    connection = Connection("a:1, b:2", **given)
    assert connection.arguments() == {"bootstrap_servers": ["a:1", "b:2"], "ssl_context": None, **wanted}
    assert "secret" not in repr(connection)


def test_tls_verifies_the_brokers_name() -> None:
    """A TLS connection never goes unverified."""
    context = Connection("a:1", Protocol.SASL_SSL, **SASL).arguments()["ssl_context"]
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"


IMPOSSIBLE: dict[str, tuple[dict[str, Any], str]] = {
    "no address": ({"bootstrap": " , "}, "bootstrap: names no broker"),
    "no port": ({"bootstrap": "kafka"}, "bootstrap: 'kafka' has no port; write host:port, for example kafka:9092"),
    "no user": ({"protocol": Protocol.SASL_SSL, "password": "x"}, "user: SASL_SSL needs a user"),
    "a login without a login's protocol": (SASL, "user: PLAINTEXT has no login, .* to SASL_PLAINTEXT, or remove"),
    "a user alone": (
        {"protocol": Protocol.SSL, "user": "desk"},
        "user: SSL has no login, .* to SASL_SSL, or remove",
    ),
    "a password alone": ({"password": "secret"}, "password: PLAINTEXT has no login"),
    "certificates without TLS": ({"ca_file": Path("ca.pem")}, "does not use TLS"),
    "a key alone": ({"protocol": Protocol.SSL, "key_file": Path("key.pem")}, "cert_file: a key file is given"),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_an_impossible_connection_is_refused_at_once(case: str) -> None:
    """What no broker could accept is an error before a broker is asked."""
    given, problem = IMPOSSIBLE[case]
    with pytest.raises(ValueError, match=problem):
        Connection(**{"bootstrap": "a:1", **given})


TOPIC = Topic("wire.example", "an example", retention_ms=1000)
AS_WANTED = FoundTopic(TOPIC.partitions, 1, TOPIC.settings())


def with_setting(name: str, value: str, replicas: int = 1) -> FoundTopic:
    """A topic that is as wanted but for this."""
    return dataclasses.replace(AS_WANTED, replicas=replicas, config={**AS_WANTED.config, name: value})


MISMATCHES: dict[str, tuple[FoundTopic | None, int | None, list[str]]] = {
    "as wanted": (AS_WANTED, 1, []),
    "more replicas than wanted": (with_setting("min.insync.replicas", "2", replicas=3), 1, []),
    "any number of replicas": (AS_WANTED, None, []),
    "three replicas that nobody asked for, of which one is enough": (
        with_setting("min.insync.replicas", "1", replicas=3),
        None,
        ["min.insync.replicas"],
    ),
    "missing": (None, 1, ["the topic"]),
    "partitions": (dataclasses.replace(AS_WANTED, partitions=5), 1, ["the number of partitions"]),
    "replicas": (AS_WANTED, 3, ["the replication factor"]),
    "settings": (
        dataclasses.replace(
            AS_WANTED, config={**AS_WANTED.config, "retention.ms": "7", "cleanup.policy": "compact"}
        ),
        1,
        ["cleanup.policy", "retention.ms"],
    ),
    "a setting that the broker does not report": (
        dataclasses.replace(AS_WANTED, config={"segment.bytes": "7"}),
        1,
        sorted(TOPIC.settings()),
    ),
    "a codec that nothing here reads": (
        with_setting("compression.type", "of-another-world"),
        1,
        ["compression.type"],
    ),
    "another codec than ours": (with_setting("compression.type", "lz4"), 1, []),
    "no compression": (with_setting("compression.type", "uncompressed"), 1, ["compression.type"]),
    "a leader that lost records": (
        with_setting("unclean.leader.election.enable", "true"),
        1,
        ["unclean.leader.election.enable"],
    ),
    "three replicas, of which one is enough": (
        with_setting("min.insync.replicas", "1", replicas=3),
        3,
        ["min.insync.replicas"],
    ),
    "three replicas, of which two are enough": (with_setting("min.insync.replicas", "2", replicas=3), 3, []),
    "three replicas, all of which are needed": (
        with_setting("min.insync.replicas", "3", replicas=3),
        3,
        ["min.insync.replicas"],
    ),
    "five replicas, of which three are enough": (with_setting("min.insync.replicas", "3", replicas=5), 3, []),
    "settings that may not be seen": (dataclasses.replace(AS_WANTED, config={}), 1, ["its configuration"]),
    "not to be seen at all": (FoundTopic(0, 0, {}, is_forbidden=True), 1, ["the topic"]),
}


@pytest.mark.parametrize("case", MISMATCHES)
def test_what_differs_about_a_topic_is_reported_with_the_remedy(case: str) -> None:
    """Each difference is one mismatch, which says what is wanted, what is found and what to do."""
    found, replication, wanted = MISMATCHES[case]
    different = list(mismatches(TOPIC, found, replication))
    assert sorted(one.what for one in different) == wanted
    assert all(one.remedy and one.topic in str(one) and one.wanted in str(one) for one in different)


def test_settings_have_the_last_word() -> None:
    """Who runs the broker may set anything, once."""
    nodes = [node.Node(number, "h", number, 10 + number) for number in (1, 2, 3)]
    text = node.properties(Path("/logs"), nodes[0], nodes, {"node.id": "1", "listeners": "X://h:9"})
    lines = text.splitlines()
    assert "listeners=X://h:9" in lines
    assert "advertised.listeners=PLAINTEXT://h:1" in lines
    assert "controller.quorum.voters=1@h:11,2@h:12,3@h:13" in lines
    assert len({line.split("=")[0] for line in lines}) == len(lines)


def guarded(mode: str) -> tuple[subprocess.Popen[bytes], int]:
    """A guard over a process that sleeps, and the sleeper's id."""
    sleeper = [sys.executable, "-S", "-c", "import signal; signal.alarm(600); signal.pause()"]
    starter = subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, mode, *sleeper],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert starter.stdout is not None
    return starter, int(starter.stdout.readline())


def is_running(pid: int) -> bool:
    """Whether the process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(("mode", "stays"), [("guarded", False), ("detached", True)])
def test_the_end_of_the_starter_is_the_end_of_what_it_guards(mode: str, stays: bool) -> None:
    """When the pipe from the starter closes, a guarded process ends and a detached one stays."""
    starter, pid = guarded(mode)
    assert starter.stdin is not None
    with starter:
        starter.stdin.close()
        starter.wait(SECONDS)
    assert is_running(pid) is stays
    if stays:
        os.kill(pid, signal.SIGKILL)


def test_the_guard_ends_with_what_it_guards() -> None:
    """The starter sees the end of the process, and how it ended, in its guard."""
    starter, pid = guarded("guarded")
    with starter:
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: starter.poll() is not None)
        assert starter.returncode != 0


def test_a_wait_is_reported_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log is not filled with the same sentence: at once, then after 6, 12, 24, 48 s, then every minute."""
    now, told = [1000.0], list[float]()
    monkeypatch.setattr("pipeline.runtime.progress.time.monotonic", lambda: now[0])
    report = progress.less_and_less_often(lambda text: told.append(now[0] - 1000))
    for _ in range(100):
        report("nothing listens")
        now[0] += 3
    assert told == [0, 6, 18, 42, 90, 150, 210, 270]

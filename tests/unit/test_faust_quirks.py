"""What `faust_app.py` and `fetching.py` rely on in Faust and aiokafka: a version that differs fails here first."""

from __future__ import annotations

import asyncio
import inspect
import re
from importlib.metadata import version
from typing import Any

import aiokafka
import faust.tables
import mode
import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from faust.tables import recovery
from faust.transport import consumer
from faust.transport.drivers import aiokafka as driver

from pipeline.runtime.worker import faust_app

RELIED_ON = [
    pytest.param(
        aiokafka.AIOKafkaConsumer.start,
        [
            "fetch_max_wait_ms=self._fetch_max_wait_ms",
            "fetcher_timeout=self._consumer_timeout",
            "isolation_level=self._isolation_level",
        ],
        id="the fetcher takes these from the consumer, and is built in start",
    ),
    pytest.param(
        driver.AIOKafkaConsumerThread._create_worker_consumer,
        ['isolation_level: str = "read_uncommitted"', "fetch_max_wait_ms=1500"],
        id="the stock consumer reads uncommitted records and waits 1.5 seconds",
    ),
    pytest.param(
        mode.Service.crash,
        ["for child in [node.data, *node.children]:", "child._crash(reason)"],
        id="a service that breaks marks those above it by _crash",
    ),
    pytest.param(
        driver.AIOKafkaConsumerThread.on_start,
        ["self._consumer = self._create_consumer(", "await self._consumer.start()"],
        id="the consumer is started, and its coordinator made, in on_start",
    ),
    pytest.param(
        GroupCoordinator.reset_generation,
        ["self.member_id = JoinGroupRequest.UNKNOWN_MEMBER_ID", "self.request_rejoin()"],
        id="a member that the group no longer knows has no id, and joins again",
    ),
    pytest.param(
        GroupCoordinator.ensure_active_group,
        ["success = await self._do_rejoin_group(subscription)"],
        id="every join goes through _do_rejoin_group, and one that gives False is tried again",
    ),
    pytest.param(
        AIOKafkaClient._metadata_update,
        ["for b in self.cluster.brokers()", "for node_id in nodeids:", "return False", "return True"],
        id="only brokers that the last metadata named are asked for the next",
    ),
    pytest.param(
        AIOKafkaClient._md_synchronizer,
        ["await self._metadata_update(self.cluster, topics)"],
        id="every update goes through _metadata_update",
    ),
    pytest.param(
        AIOKafkaClient.bootstrap,
        [
            "for host, port, _ in self.hosts:",
            "self.cluster.update_metadata(metadata)",
            "if self._sync_task is None:",
        ],
        id="a client that has started may bootstrap again",
    ),
    pytest.param(
        Fetcher._fetch_requests_routine,
        ["self._proc_fetch_request(assignment, node_id, request)", "has_new_data = any(fut.result()"],
        id="every fetch goes through _proc_fetch_request, which says whether records have come",
    ),
    pytest.param(
        Fetcher._fetch_requests_routine,
        [
            "other_futs = [self._wait_consume_future, assignment.unassign_future]",
            "fut = self._client.force_metadata_update()",
            "set(chain(self._pending_tasks, other_futs, resume_futures)), timeout=timeout",
        ],
        id="what the fetcher waits for tells it, and its timeout only makes it look again",
    ),
    pytest.param(Fetcher.seek_to, ["self._notify(self._wait_consume_future)"], id="a seek is told to the fetcher"),
    pytest.param(
        Fetcher._proc_fetch_request,
        ["except asyncio.CancelledError: return False"],
        id="a fetch that is cancelled brings nothing",
    ),
    pytest.param(
        Fetcher._get_actions_per_node,
        ["if tp in self._records:", "elif node_id in self._in_flight:", "self._fetch_max_wait_ms"],
        id="a partition with records in the buffer is in no fetch, and each fetch takes the wait of the moment",
    ),
    pytest.param(
        GroupCoordinator.request_rejoin,
        ["if not self._rejoin_needed_fut.done():", "self._rejoin_needed_fut.set_result(None)"],
        id="a rejoin may be asked for at any time, more than once",
    ),
    pytest.param(
        consumer.Consumer.perform_seek, ["await self.seek_to_committed()"], id="every seek asks seek_to_committed"
    ),
    pytest.param(
        consumer.Consumer._drain_messages,
        [r"await self.wait_first(", "callback(message), self.suspend_flow.wait()", "set_read_offset(tp, offset)"],
        id="a message waits for its callback and for the flow, in this order, and is read then",
    ),
    pytest.param(
        recovery.Recovery._resume_streams,
        ["await app.on_rebalance_complete.send()", "consumer.resume_partitions(", "consumer.perform_seek()"],
        id="a rebalance is complete before anything is sought or resumed",
    ),
    pytest.param(
        faust.tables.TableManager.on_start,
        ["await self.sleep(1.0)", "await self._update_channels()", "await self.recovery.start()"],
        id="the stock table manager sleeps a second, and does nothing else that ours leaves out",
    ),
]


def test_the_versions_are_those_that_were_measured() -> None:
    """Another version is another measurement: read this file, and change both."""
    assert (version("faust-streaming"), version("aiokafka")) == ("0.15.3", "0.14.0")
    assert "faust-streaming 0.15.3, aiokafka 0.14.0" in (faust_app.__doc__ or "")


@pytest.mark.parametrize(("function", "code"), RELIED_ON)
def test_the_code_that_we_rely_on_is_there(function: Any, code: list[str]) -> None:
    """The source has it, in this order; comments and blanks do not count."""
    source = re.sub(r"#.*|\s+", "", inspect.getsource(function))
    at = [source.find(re.sub(r"\s+", "", each)) for each in code]
    assert -1 not in at
    assert at == sorted(at)


def test_nothing_else_is_overridden() -> None:
    """Each method of ours has its namesake above: a renamed one would never be called."""
    for ours in (faust_app.ConsumerThread, faust_app.Consumer, faust_app.TableManager, faust_app.App):
        own = [name for name, member in vars(ours).items() if inspect.isfunction(member)]
        assert own
        assert all(any(name in vars(base) for base in ours.__mro__[1:]) for name in own), ours


def test_what_is_acknowledged_in_order_is_committed_up_to_the_last() -> None:
    """Whatever markers lie between the records; once."""
    consumer = faust_app.Consumer.__new__(faust_app.Consumer)
    consumer._acked, consumer._acked_index = {"tp": [3, 4, 6]}, {"tp": {3, 4, 6}}
    asyncio.run(consumer._add_gap("tp", 5, 5))
    assert (consumer._new_offset("tp"), consumer._new_offset("tp")) == (7, None)
    assert consumer._acked_index == {"tp": set()}

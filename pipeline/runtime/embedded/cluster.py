"""A cluster of embedded brokers in one data directory: a folder for each node, a file that says where each listens.

Each node is broker and controller, as in a small production cluster.  The nodes of a running cluster keep their
ports: each has the others' addresses in its configuration.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import TracebackType

from pipeline.connection import Connection
from pipeline.paths import expanded
from pipeline.runtime.embedded.broker import STARTING, Broker, quick_start_flags
from pipeline.runtime.embedded.data_dir import DataDir
from pipeline.runtime.embedded.jars import BrokerError
from pipeline.runtime.embedded.jvm import prepare
from pipeline.runtime.embedded.node import Node, free_ports, is_free, new_cluster_id
from pipeline.runtime.progress import OnProgress, ignore_progress
from pipeline.settings import CACHE_HOME

FILE = "cluster.json"
SIZE = 3
HEAP_MB = 256  # of each node; with it, one takes 350 MB in all
NodeSettings = Callable[[tuple[Node, ...], Node], Mapping[str, str]]  # all nodes, one of them


def no_settings(nodes: tuple[Node, ...], node: Node) -> Mapping[str, str]:
    """No settings besides the usual ones."""
    return {}


@dataclass(eq=False)
class Cluster:
    """The brokers of a data directory.  Guarded, detached: as a Broker."""

    data_dir: Path
    size: int = SIZE
    host: str = "127.0.0.1"
    port: int = 0  # of the first, those of the others follow it; 0: the ports of last time, or any free ones
    cache: Path = field(default_factory=lambda: expanded(CACHE_HOME))
    detached: bool = False
    settings: NodeSettings = no_settings  # more of Kafka's settings, or other values, for one node
    on_progress: OnProgress = ignore_progress

    def start(self) -> Cluster:
        """Start the nodes that do not run, and return when all answer.  Raises BrokerError with the reason.

        If one cannot start, those that were started with it are stopped.
        """
        lacking = [broker for broker in self.brokers if not broker.is_running]
        if not lacking:
            return self
        self.on_progress(STARTING, 0, 0)
        quick_start_flags(prepare(self.cache, self.on_progress), self.on_progress)  # once, before there are three
        try:
            self._together(Broker.launch, lacking)  # together: no node answers before most of them run
            self._together(Broker.await_answer, lacking)
        except BrokerError:
            self._together(Broker.stop_own, lacking)
            raise
        finally:
            self.on_progress("", 0, 0)
        return self

    def stop(self) -> None:
        """Stop all nodes in an orderly way."""
        self._together(Broker.stop, self.brokers)

    def stop_own(self) -> None:
        """Stop those nodes that this object started."""
        self._together(Broker.stop_own, self.brokers)

    @property
    def is_running(self) -> bool:
        """Whether every node runs."""
        return all(broker.is_running for broker in self.brokers)

    @property
    def is_stopped(self) -> bool:
        """Whether no node runs."""
        return not any(broker.is_running for broker in self.brokers)

    @property
    def bootstrap(self) -> str:
        """``host:port,host:port,…`` for clients."""
        return ",".join(f"{node.host}:{node.port}" for node in self.nodes)

    @property
    def connection(self) -> Connection:
        """The way in, for our own clients."""
        return Connection(self.bootstrap)

    def missing(self) -> str:
        """Which nodes do not run, in words."""
        ended = [str(broker.number) for broker in self.brokers if not broker.is_running]
        return f"of {self.size} brokers {len(self.brokers) - len(ended)} run; missing: number {' and '.join(ended)}"

    def last_words(self) -> str:
        """The end of what the nodes logged that do not run."""
        return "\n".join(broker.last_words() for broker in self.brokers if not broker.is_running)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Where each listens: as last time if one runs or those ports are free, else newly chosen and written down.

        Raises BrokerError if a port that was asked for is taken.
        """
        former = read_nodes(self.data_dir)
        is_wanted = not self.port or bool(former and former[0].port == self.port)
        if any(Broker(self.folder(node.number)).is_running for node in former) or (
            former and is_wanted and all(map(_is_free, former))
        ):
            return former
        chosen = tuple(self._choose())
        self.data_dir.mkdir(parents=True, exist_ok=True)
        rows = [[node.number, node.host, node.port, node.controller_port] for node in chosen]
        (self.data_dir / FILE).write_text(json.dumps(rows))
        return chosen

    @cached_property
    def brokers(self) -> tuple[Broker, ...]:
        """The nodes."""
        formatted = filter(None, (DataDir(self.folder(node.number)).cluster_id for node in self.nodes))
        cluster_id = next(formatted, new_cluster_id())
        return tuple(
            Broker(
                self.folder(node.number),
                host=node.host,
                cache=self.cache,
                detached=self.detached,
                settings=self.settings(self.nodes, node),
                heap_mb=HEAP_MB,
                number=node.number,
                cluster=self.nodes,
                cluster_id=cluster_id,
            )
            for node in self.nodes
        )

    def folder(self, number: int) -> Path:
        """The data directory of a node."""
        return self.data_dir / str(number)

    def __enter__(self) -> Cluster:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _choose(self) -> Iterator[Node]:
        free = free_ports(self.host)
        ports = [self.port + step for step in range(self.size)] if self.port else list(islice(free, self.size))
        for port in ports:
            if not is_free(self.host, port):
                remedy = "choose others with --port, or end what listens there"
                raise BrokerError(
                    f"port {port} of {self.host} is taken, and {self.size} in a row are needed: {remedy}"
                )
        for number, port in enumerate(ports, 1):
            yield Node(number, self.host, port, next(other for other in free if other not in ports))

    def _together(self, action: Callable[[Broker], object], brokers: tuple[Broker, ...] | list[Broker]) -> None:
        with ThreadPoolExecutor(len(brokers)) as threads:
            list(threads.map(action, brokers))


def _is_free(node: Node) -> bool:
    return is_free(node.host, node.port) and is_free(node.host, node.controller_port)


def opened(
    data_dir: Path,
    cache: Path,
    port: int = 0,
    on_progress: OnProgress = ignore_progress,
    detached: bool = False,
    size: int | None = None,
) -> Broker | Cluster:
    """The embedded broker or brokers of a data directory; in a new one, one broker unless `size` says more.

    Raises BrokerError if the directory has the data of another number.
    """
    there = len(read_nodes(data_dir)) or int(Broker(data_dir).was_started)
    if size and there and size != there:
        raise BrokerError(
            f"{data_dir} holds the data of {counted(there)}. Leave --brokers out to start that, "
            f"set WIREDESK_STATE_DIR to another folder for {counted(size)}, or remove the folder and its data"
        )
    if (count := there or size or 1) > 1:
        return Cluster(data_dir, count, port=port, cache=cache, detached=detached, on_progress=on_progress)
    return Broker(data_dir, port=port, cache=cache, detached=detached, on_progress=on_progress)


def counted(size: int) -> str:
    """`one broker`, `3 brokers`."""
    return "one broker" if size == 1 else f"{size} brokers"


def read_nodes(data_dir: Path) -> tuple[Node, ...]:
    """The nodes of the cluster of a data directory; none if it holds no cluster."""
    try:
        return tuple(Node(*row) for row in json.loads((data_dir / FILE).read_text()))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        raise BrokerError(f"{data_dir / FILE} cannot be read ({error}): remove {data_dir}, and its data") from None

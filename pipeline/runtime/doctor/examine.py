"""The checks in the order of the layers.  Each has a deadline: a broker that hangs does not hang the doctor."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from kafka.errors import KafkaError, KafkaTimeoutError

from pipeline.alert.rules import DEFAULT, load_rules
from pipeline.deliver.receivers import load_receivers
from pipeline.route.rules import DEFAULT as DEFAULT_ROUTES
from pipeline.route.rules import load_routes
from pipeline.runtime.doctor import cluster, judge, machine, room
from pipeline.runtime.doctor.facts import EmbeddedFacts, Member, RightsFacts
from pipeline.runtime.doctor.findings import Check, Finding, FindingState
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.lag import ProgressReader
from pipeline.runtime.kafka.mismatches import FoundTopic, mismatches
from pipeline.runtime.kafka.refusals import why_unreachable
from pipeline.runtime.kafka.topics import seen
from pipeline.runtime.progress import waiting
from pipeline.runtime.worker.register import workers
from pipeline.settings import Settings
from pipeline.topology import ROOMS, TOPICS

ANSWER_SECONDS = 4.0  # of one request; a broker that works answers within 0.1
CHECK_SECONDS = 12.0  # of one check, however many requests it takes
NAMES_SECONDS = 2.5  # two workers of one name take turns at every heartbeat, which is a fifth of a session
BUSY = "if it is running, it is overloaded, or a process has it stopped: see its log"

WAITS = {  # what a check waits for, to be shown
    Check.BROKER: "waiting for the broker's answer",
    Check.DISK: "asking for the brokers' disks",
    Check.CLOCK: "asking for the broker's clock",
    Check.TOPICS: "asking for the topics",
    Check.RIGHTS: "trying the rights",
    Check.ROOM: "reading the ends of the journals",
    Check.NAMES: "looking whether two workers have one name",
}
T = TypeVar("T")


class NoAnswer(Exception):
    """The broker could not answer a check."""


class Hangs(NoAnswer):
    """It did not answer in time, so it would not answer the following checks either."""


@dataclass
class Examination:
    """One run of the doctor."""

    settings: Settings
    _check: Check = Check.SETTINGS

    def findings(self) -> Iterator[Finding]:
        """Every finding as soon as it is known.  Checks that need a broker are left out if none answers."""
        yield self._rules()
        embedded = machine.embedded(self.settings)
        yield from judge.embedded(embedded)
        try:
            yield from self._of_the_broker(embedded)
        except NoAnswer as error:
            yield Finding(self._check, FindingState.SILENT, str(error), BUSY)

    def _rules(self) -> Finding:
        path = self.settings.alert_rules or DEFAULT
        routes_path = self.settings.routes or DEFAULT_ROUTES
        try:
            rules, routes = load_rules(path), load_routes(routes_path)
            found = f"{len(rules.rules)} in {path.name}, hash {rules.hash}"
            found += f"; desks {', '.join(routes.desks)} in {routes_path.name}, hash {routes.hash}"
            if receivers_path := self.settings.receivers:  # its secrets are those of deliver alone
                receivers = load_receivers(receivers_path)
                names = ", ".join(receivers.receivers) or "none"
                found += f"; receivers {names} in {receivers_path.name}, hash {receivers.hash}"
            return Finding(Check.ALERT_RULES, FindingState.RIGHT, found)
        except (OSError, ValueError) as error:
            return Finding(
                Check.ALERT_RULES,
                FindingState.MISCONFIGURED,
                str(error),
                "correct the file, see docs/alerts.md and docs/delivering.md",
            )

    def _of_the_broker(self, embedded: EmbeddedFacts) -> Iterator[Finding]:
        if refusal := self._ask(Check.BROKER, lambda: why_unreachable(self.settings.connection)):
            yield judge.unreachable(refusal, self.settings.bootstrap, embedded)
            return
        with closing(self._ask(Check.BROKER, self._admin)) as admin:
            described = self._ask(Check.BROKER, admin.describe_cluster)
            brokers = len(described["brokers"])
            cause = f"{self.settings.bootstrap} answers; {brokers} broker{'s' if brokers > 1 else ''}"
            yield Finding(Check.BROKER, FindingState.RIGHT, cause, figures={"brokers": brokers})
            yield from self._judged(Check.DISK, lambda: cluster.volumes(admin), judge.disks)
            topics = self._ask(Check.TOPICS, lambda: seen(admin, TOPICS))
            yield from self._judged(Check.CLOCK, lambda: cluster.clock(admin, topics), judge.clock)
            rights = self._ask(Check.RIGHTS, lambda: cluster.rights(admin, self.settings, topics))
            yield from self._topics(topics, rights)
            yield from judge.rights(rights)
            began = time.monotonic()
            before = self._members(admin)
            yield from self._rooms(admin, topics)
            yield self._names(admin, before, began)

    def _admin(self) -> Admin:
        timeout_ms = round(ANSWER_SECONDS * 1000)
        return Admin(self.settings.connection, ANSWER_SECONDS, request_timeout_ms=timeout_ms)

    def _members(self, admin: Admin) -> dict[str, list[Member]]:
        return self._ask(Check.NAMES, lambda: cluster.members(admin, self.settings.app_id, list(ROOMS)))

    def _names(self, admin: Admin, before: dict[str, list[Member]], began: float) -> Finding:
        """Whether two workers have one name.  A member that joined again was perhaps restarted: once, not twice."""
        after = self._later_members(admin, before, began)
        if judge.joined_again(before, after):
            before, began = after, time.monotonic()
            after = self._later_members(admin, before, began)
        return judge.names(before, after, time.monotonic() - began)

    def _later_members(
        self, admin: Admin, before: dict[str, list[Member]], began: float
    ) -> dict[str, list[Member]]:
        """The members, NAMES_SECONDS after they were looked at; at once if there were none."""
        if any(before.values()):
            self._ask(Check.NAMES, lambda: time.sleep(max(0, began + NAMES_SECONDS - time.monotonic())))
        return self._members(admin)

    def _topics(self, topics: dict[str, FoundTopic], rights: RightsFacts) -> Iterator[Finding]:
        wrong = [
            one
            for topic in TOPICS.values()
            for one in mismatches(topic, topics.get(topic.name), self.settings.replication)
        ]
        return judge.topics(wrong, judge.hidden(rights))

    def _rooms(self, admin: Admin, topics: dict[str, FoundTopic]) -> Iterator[Finding]:
        here = workers(self.settings)
        reader = self._ask(Check.ROOM, lambda: ProgressReader(self.settings.connection, ANSWER_SECONDS))
        with closing(reader):
            for spec in ROOMS.values():
                gather = partial(cluster.room, admin, reader, self.settings, spec, topics, here)
                yield from self._judged(Check.ROOM, gather, room.judge, spec.name)

    def _judged(
        self, check: Check, gather: Callable[[], T], assess: Callable[[T], Iterable[Finding]], subject: str = ""
    ) -> Iterator[Finding]:
        """The findings of a check on which no other depends: the next one follows in any case but Hangs."""
        try:
            facts = self._ask(check, gather)
        except Hangs:
            raise
        except NoAnswer as error:
            yield Finding(check, FindingState.SILENT, str(error), BUSY, subject)
            return
        yield from assess(facts)

    def _ask(self, check: Check, ask: Callable[[], T]) -> T:
        """What `ask` returns.  Raises NoAnswer."""
        self._check = check
        try:
            with waiting(WAITS[check]):
                return within(CHECK_SECONDS, ask)
        except (KafkaTimeoutError, TimeoutError) as error:
            raise Hangs(f"{self.settings.bootstrap}: {error}") from error
        except (KafkaError, OSError) as error:
            raise NoAnswer(f"{self.settings.bootstrap}: {error}") from error


def within(seconds: float, ask: Callable[[], T]) -> T:
    """What `ask` returns or raises.  Raises TimeoutError after that time, and leaves the thread of `ask` behind."""
    answers: queue.Queue[Sequence[T] | BaseException] = queue.Queue()

    def run() -> None:
        try:
            answers.put([ask()])
        except BaseException as error:
            answers.put(error)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer in {seconds:g} s") from None
    if isinstance(answer, BaseException):
        raise answer
    return answer[0]

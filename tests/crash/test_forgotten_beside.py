"""A feed that is forgotten beside an ingest that has it: nothing is written behind that, no other feed notices, and
when it begins anew each of its files comes once more, and once only.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import pytest
from ingest_driver import NO_SECRETS, WORLD_SECONDS

from pipeline.ingest.contract import Health
from pipeline.ingest.feed import Feed
from pipeline.ingest.folder_feed import FolderFeed
from pipeline.ingest.push import PushFeed
from pipeline.ingest.tcp import TcpFeed
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.ingest import committer, forgetting, turns
from pipeline.runtime.ingest.forgetting import forget
from pipeline.runtime.ingest.ledger import record
from pipeline.runtime.ingest.owner import LedgerOwner, TakenOver
from pipeline.runtime.ingest.push import PushDesk
from pipeline.runtime.ingest.shell import Shell
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import Coordinator
from tests.waiting import eventually_async

FILES = 3
OLD = 1_700_000_000
PORTS = free_ports("127.0.0.1")
ID = "app.ingest-forget"
FORGETS: ContextVar[bool] = ContextVar("forgets", default=False)  # whether it is who forgets that takes a step


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two marks a transaction, and looks that follow each other at once."""
    monkeypatch.setattr(forgetting, "DELETED_AT_ONCE", 2)
    monkeypatch.setattr(forgetting, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(committer, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(committer, "LEDGER_SECONDS", 0.01)
    monkeypatch.setattr(turns, "FORGETTING_SECONDS", 0.01)


class World:
    """Two folders, a feed of requests, and the log."""

    def __init__(self, folder: Path) -> None:
        self.log = MemoryLog()
        self.feeds: dict[str, Feed] = {"polder": PushFeed(push=True)}
        for name in ("quay", "norden"):
            (folder / name).mkdir(parents=True)
            for number in range(FILES):
                path = folder / name / f"{number}.xml"
                path.write_bytes(f"<{name}/>{number}".encode())
                os.utime(path, (OLD, OLD))
            self.feeds[name] = FolderFeed(folder=str(folder / name), settle="0s", look_every="1h")

    @asynccontextmanager
    async def at_work(self, feeds: Mapping[str, Feed] | None = None) -> AsyncIterator[Shell]:
        """An ingest."""
        shell = Shell(LedgerOwner(self.log, "app", "one", 30))
        working = asyncio.create_task(shell.run(self.feeds if feeds is None else feeds, NO_SECRETS))
        async with asyncio.timeout(WORLD_SECONDS):
            await shell.committer.ready.wait()
            yield shell
        working.cancel()
        with suppress(asyncio.CancelledError, TakenOver):
            await working

    def payloads(self, feed: str) -> Counter[bytes]:
        outs = [out for found in self.log.committed("wire.raw").values() for out in found]
        return Counter(out.value for out in outs if out.key == feed.encode())

    def live(self, feed: str) -> set[bytes]:
        """The keys of a feed that have a value."""
        found = {out.key: out.value for outs in self.log.committed("wire.feeds").values() for out in outs}
        return {key for key, value in found.items() if value and key.startswith(f"{feed}/".encode())}

    def each(self, feed: str) -> set[int]:
        """How often each file of the folder came."""
        found = self.payloads(feed)
        return {found[f"<{feed}/>{number}".encode()] for number in range(FILES)}

    async def rest(self, shell: Shell, *names: str) -> None:
        """Until each of these is gone, or all of its files are remembered."""

        async def rests() -> bool:
            for name in names:
                shell.feeds[name].woken.set()
            await shell.committer.look()
            return all(self._rests(shell, name) for name in names)

        await eventually_async(rests, every=0.005)

    def _rests(self, shell: Shell, name: str) -> bool:
        one = shell.feeds[name]
        if one._is_forgotten:
            return one.status.health is Health.GONE
        known = shell.owner.ledger.feeds.get(name)
        return one.status.health is Health.OK and known is not None and len(known.seen) == FILES

    async def forget(self, *names: str) -> None:
        FORGETS.set(True)
        await forget(self.log, "app", names, 30)


def sent(shell: Shell, body: bytes) -> asyncio.Future[object]:
    """A request without a key: there is nothing to remember of it."""
    return shell.shared.get(PushDesk).drivers["polder"].offer(body, b"text/plain", "")  # type: ignore[return-value]


def test_forgotten_at_any_moment_of_ingest(tmp_path: Path) -> None:
    """Between any two effects of its start, its steps and its commits: what was taken before has come once, nothing
    comes and nothing is written behind it, and SIGHUP has all that is there come once more.
    """

    async def run(folder: Path, moment: int) -> bool:
        world = World(folder)
        passed, forgets = 0, list[asyncio.Task[None]]()

        async def step(name: str) -> None:
            nonlocal passed
            passed += not FORGETS.get()
            if passed == moment and not forgets:
                forgets.append(asyncio.create_task(world.forget("quay", "polder")))
                await asyncio.wait(forgets, timeout=0.02)  # it may have to wait for a transaction of ours

        world.log.step = step
        async with world.at_work() as shell:
            with suppress(KeyError):  # of a feed that was forgotten, nobody takes requests
                sent(shell, b"without a key")
            await world.rest(shell, "norden")
            if not forgets:
                return False
            await asyncio.wait_for(forgets[0], WORLD_SECONDS)
            await world.rest(shell, "quay", "norden")
            is_gone = shell.feeds["quay"]._is_forgotten
            assert world.live("quay") == set() if is_gone else len(world.live("quay")) >= FILES
            assert world.each("norden") == {1}
            (before,) = world.each("quay")
            assert before in ((0, 1) if is_gone else (1, 2))
            await shell.change(world.feeds, NO_SECRETS)
            await world.rest(shell, "quay", "norden")
            assert world.each("quay") == {before + is_gone}
            await sent(shell, b"again")
            assert world.payloads("polder")[b"again"] == 1
            assert b"polder/way" in world.live("polder")
            assert b"quay/way" in world.live("quay")
            assert shell.feeds["polder"].status.health is Health.OK
        assert not any(b"null" in out.value for outs in world.log.committed("wire.feeds").values() for out in outs)
        async with world.at_work({"quay": world.feeds["quay"]}) as another:  # all of it was remembered
            await world.rest(another, "quay")
        assert world.each("quay") == {before + is_gone}
        return True

    moments = 0
    while asyncio.run(run(tmp_path / str(moments), moments + 1)):
        moments += 1
    assert moments > 30


@pytest.mark.parametrize("is_cut_off", [False, True])
def test_read_again_while_it_is_forgotten(tmp_path: Path, is_cut_off: bool) -> None:
    """SIGHUP between any two effects of who forgets: the feed waits until that has ended, and nothing is doubled.

    Cut off there, nothing of it is taken until somebody has asked again, and said is how.
    """

    async def run(folder: Path, moment: int) -> str:
        world = World(folder)
        passed, has_passed = 0, asyncio.Event()
        async with world.at_work() as shell:
            await world.rest(shell, "quay", "norden")

            async def step(name: str) -> None:
                nonlocal passed
                passed += FORGETS.get()
                if passed == moment and not has_passed.is_set():
                    has_passed.set()
                    await shell.change(world.feeds, NO_SECRETS)
                    for _ in range(10):
                        shell.feeds["quay"].woken.set()
                        await asyncio.sleep(0.005)
                    if is_cut_off:
                        raise asyncio.CancelledError

            world.log.step = step
            forgets = asyncio.create_task(world.forget("quay"))
            await asyncio.wait({forgets})
            if not has_passed.is_set():
                return "over"
            if is_cut_off:
                world.log.coordinators.setdefault(ID, Coordinator())
                world.log.settle(ID)  # as the broker does after a while
                await shell.committer.look()
                if any(b"forgetting" in value for value in values(world, b"quay/cursor")):
                    await eventually_async(lambda: gone(shell))
                    assert world.each("quay") == {1}
                if world.each("quay") == {1}:  # it has not begun anew
                    await asyncio.create_task(world.forget("quay"))
            await world.rest(shell, "quay", "norden")
            state = "gone" if shell.feeds["quay"]._is_forgotten else "anew"
            assert world.each("quay") == {1 if state == "gone" else 2}
            assert world.each("norden") == {1}
            await shell.change(world.feeds, NO_SECRETS)
            await world.rest(shell, "quay", "norden")
            assert world.each("quay") == {2}
        async with world.at_work({"quay": world.feeds["quay"]}) as another:
            await world.rest(another, "quay")
        assert world.each("quay") == {2}
        return state

    states, moment = Counter[str](), 0
    while (state := asyncio.run(run(tmp_path / str(moment), moment + 1))) != "over":
        states[state] += 1
        moment += 1
    assert min(states["gone"], states["anew"]) > 0


async def gone(shell: Shell) -> bool:
    shell.feeds["quay"].woken.set()
    status = shell.feeds["quay"].status
    return status.health is Health.GONE and "wiredesk ingest forget" in status.detail


def values(world: World, key: bytes) -> list[bytes]:
    """The last value of a key."""
    found = [out.value for out in world.log.committed("wire.feeds")[0] if out.key == key]
    return found[-1:]


async def line(port: int, telegram: bytes) -> None:
    """Send one over a connection of its own."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(telegram)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


def test_a_line_that_is_forgotten(tmp_path: Path) -> None:
    """It hangs up and listens no more, and does again when the file is read again; requests likewise."""

    async def run() -> None:
        world, port = World(tmp_path), next(PORTS)
        world.feeds = {
            "ticker": TcpFeed.model_validate({"tcp": f"127.0.0.1:{port}", "framing": "lines"}),
            "polder": world.feeds["polder"],
        }
        async with world.at_work() as shell:

            async def arrives(telegram: bytes) -> None:
                async def came() -> bool:
                    return world.payloads("ticker")[telegram.strip()] == 1

                async def sends() -> bool:
                    with suppress(OSError):
                        await line(port, telegram)
                        return True
                    return False

                await eventually_async(sends)
                await eventually_async(came)

            await arrives(b"one\n")
            await sent(shell, b"first")
            waiting = sent(shell, b"while it is forgotten")
            await world.forget("ticker", "polder")

            async def gone() -> bool:
                for one in shell.feeds.values():
                    one.woken.set()
                return all(one.status.health is Health.GONE for one in shell.feeds.values())

            await eventually_async(gone)
            with pytest.raises(OSError, match=r"refused|Connect call failed"):
                await line(port, b"nobody\n")
            await asyncio.wait({waiting})
            assert waiting.cancelled() is not bool(world.payloads("polder")[b"while it is forgotten"])
            assert "polder" not in shell.shared.get(PushDesk).drivers
            await shell.change(world.feeds, NO_SECRETS)
            await arrives(b"two\n")
            await sent(shell, b"second")
            assert world.payloads("ticker") == Counter([b"one", b"two"])

    asyncio.run(run())


def test_forgotten_before_another_takes_over(tmp_path: Path) -> None:
    """The second process knows nothing of it and takes all once more; the first one writes nothing behind that."""

    async def run() -> None:
        world = World(tmp_path)
        async with world.at_work() as first:
            await world.rest(first, "quay", "norden")
            await asyncio.create_task(world.forget("quay"))
            async with world.at_work() as second:
                await world.rest(second, "quay", "norden")
                for one in list(first.feeds.values()):  # unless it has ended by itself already
                    one.woken.set()
                await asyncio.sleep(0.05)
                assert (world.each("quay"), world.each("norden")) == ({2}, {1})
                await asyncio.create_task(world.forget("quay"))
                await world.rest(second, "quay", "norden")
                assert world.live("quay") == set()

    asyncio.run(run())


def test_back_in_the_file_before_its_next_turn(tmp_path: Path) -> None:
    """Forgotten and read again with the same row, it begins anew at once; one that was not forgotten goes on."""

    async def run() -> None:
        world = World(tmp_path)
        async with world.at_work() as shell:
            await world.rest(shell, "quay", "norden")
            quay, norden = shell.feeds["quay"], shell.feeds["norden"]
            await asyncio.create_task(world.forget("quay"))
            assert quay.status.health is Health.OK  # it had no turn since
            assert await shell.change(world.feeds, NO_SECRETS) == {"started": 1, "stopped": 1}
            assert shell.feeds["quay"] is not quay
            assert shell.feeds["norden"] is norden
            await world.rest(shell, "quay", "norden")
            assert (world.each("quay"), world.each("norden")) == ({2}, {1})
            assert await shell.change(world.feeds, NO_SECRETS) == {"started": 0, "stopped": 0}

    asyncio.run(run())


def test_a_feed_that_is_slower_than_who_forgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks are deleted between each question and its answer: what it brings is taken while that goes on, and it is
    asked as often as without it.
    """
    monkeypatch.setattr(forgetting, "DELETED_AT_ONCE", 1)
    monkeypatch.setitem(globals(), "FILES", 12)

    async def run() -> None:
        world = World(tmp_path)
        async with world.at_work() as shell:
            await world.rest(shell, "quay", "norden")
            norden, gate = shell.feeds["norden"], asyncio.Semaphore(0)
            answer, asked, begun = norden.driver.answer, 0, 0

            async def step(name: str) -> None:
                nonlocal begun
                if FORGETS.get() and name == "begin":
                    begun += 1
                    if begun > 1:
                        await gate.acquire()

            async def slow(question: object) -> object:
                nonlocal asked
                asked += 1
                found, before = await answer(question), begun
                if is_forgetting:
                    gate.release()
                    await eventually_async(lambda: after(before), every=0.001)
                return found

            async def after(before: int) -> bool:
                return begun > before

            async def comes(body: bytes) -> int:
                nonlocal asked
                asked = 0
                path = tmp_path / "norden" / f"{body.decode()}.xml"
                path.write_bytes(body)
                os.utime(path, (OLD, OLD))
                norden.woken.set()

                async def came() -> bool:
                    return world.payloads("norden")[body] == 1

                await eventually_async(came, every=0.001)
                return asked

            is_forgetting = False
            monkeypatch.setattr(norden.driver, "answer", slow)
            usual = await comes(b"before")
            world.log.step = step
            forgets = asyncio.create_task(world.forget("quay"))
            await eventually_async(lambda: after(1), every=0.001)
            await shell.committer.look()
            is_forgetting = True
            assert await comes(b"beside") == usual
            assert not forgets.done()
            is_forgetting = False
            for _ in range(2 * FILES):
                gate.release()
            await asyncio.wait_for(forgets, WORLD_SECONDS)
        assert world.live("quay") == set()
        assert world.each("norden") == {1}

    asyncio.run(run())


def test_a_cursor_that_nobody_can_read(tmp_path: Path) -> None:
    """Its feed stops; forgotten, it begins anew when the file is read again, and no process has to start anew."""

    async def run() -> None:
        world = World(tmp_path)
        writer = await world.log.acquire("somebody")
        await writer.begin()
        await writer.produce([record("quay/cursor", b'{"kind":"folder","cursor":null}', "quay", 7)])
        await writer.commit()
        async with world.at_work() as shell:

            async def broken() -> bool:
                return shell.feeds["quay"].status.health is Health.BROKEN

            await eventually_async(broken)
            await asyncio.create_task(world.forget("quay"))
            await shell.change(world.feeds, NO_SECRETS)
            await world.rest(shell, "quay", "norden")
            assert (world.each("quay"), world.each("norden")) == ({1}, {1})

    asyncio.run(run())

"""A worker's name: held by one process of a machine, and beyond it by whoever lives in the group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import count
from pathlib import Path

import pytest
from kafka.errors import KafkaTimeoutError, NotCoordinatorError

from pipeline.runtime.exit_codes import EXIT_SETTINGS, EXIT_UNREACHABLE
from pipeline.runtime.kafka.group import StaticMember
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.runtime.worker import name as worker_name
from pipeline.runtime.worker import reach
from pipeline.runtime.worker.name import NameTaken, WorkerName, container_token
from pipeline.runtime.worker.reach import BROKER_SECONDS
from pipeline.settings import Settings

ELSEWHERE = StaticMember("id-1", "wiredesk.tag-a.other", "/10.0.0.7")


Make = Callable[..., WorkerName]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Make]:
    """Makes names of workers, of a room and a machine; gives them back at the end."""
    names: list[WorkerName] = []

    def make(room: str = "tag", machine: str = "here") -> WorkerName:
        names.append(WorkerName(Settings(state_dir=tmp_path / machine, instance="a", session_seconds=6), room))
        return names[-1]

    yield make
    for one in names:
        one.release()


def ticking() -> Callable[[], float]:
    """A clock that goes on by a second whenever it is read."""
    seconds = count()
    return lambda: float(next(seconds))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_name, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(reach, "POLL_SECONDS", 0.0)


def test_one_process_has_a_name(made: Make) -> None:
    """A second one is refused with the process that has it; another name and another room are free."""
    first = made()
    first.take()
    with pytest.raises(
        NameTaken, match=r"named 'a' works already, on this machine \(process \d+\): give"
    ) as caught:
        made().take()
    assert caught.value.code == EXIT_SETTINGS
    made("alert").take()


def test_the_token_outlives_the_process(made: Make) -> None:
    """The next run has the client id of the last one, another machine's another one."""
    first = made()
    first.take()
    first.release()
    again, elsewhere = made(), made(machine="elsewhere")
    again.take()
    elsewhere.take()
    assert again.client_id == first.client_id != elsewhere.client_id
    assert again.instance_id == elsewhere.instance_id == "wiredesk.tag-a"


@pytest.mark.parametrize("case", ["nobody", "our last run", "one that has ended"])
def test_a_place_that_is_free(case: str, made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker joins at once if the place is empty or its own, and when Kafka has forgotten a former owner."""
    name = made()
    name.take()
    found = {
        "nobody": [],
        "our last run": [StaticMember("id-1", name.client_id, "/10.0.0.7")],
        "one that has ended": [ELSEWHERE, ELSEWHERE],
    }[case]
    monkeypatch.setattr(worker_name, "static_member", lambda *asked: found.pop() if found else None)
    name.await_free(ticking())
    assert not found


def test_a_place_whose_owner_lives(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is there after a session has passed is alive: the name is taken."""
    name = made()
    name.take()
    monkeypatch.setattr(worker_name, "static_member", lambda *asked: ELSEWHERE)
    with pytest.raises(NameTaken, match=r"works already, at /10\.0\.0\.7: give this one a WIREDESK_INSTANCE"):
        name.await_free(ticking())


@pytest.mark.parametrize(("refused", "seconds"), [(False, BROKER_SECONDS), (True, 0)])
def test_no_broker(refused: bool, seconds: float, made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that is away is waited for; a login that it refuses ends the worker at once."""
    code = EXIT_SETTINGS if refused else EXIT_UNREACHABLE
    asked = []

    def away(*_: object) -> None:
        asked.append(1)
        raise KafkaTimeoutError

    monkeypatch.setattr(worker_name, "static_member", away)
    monkeypatch.setattr(reach, "why_unreachable", lambda connection: Refusal("no", "way", code))
    with pytest.raises(Refusal) as caught:
        made().await_free(ticking())
    assert caught.value.code == code
    assert (len(asked) > 1) is (seconds > 0)


def test_a_broker_that_is_not_ready(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is silent for a while, and then says for long that it has no coordinator yet, is waited for; silent
    again for as long as none is waited for, it ends the worker."""
    silence, patience = Refusal("no", "way", EXIT_UNREACHABLE), round(BROKER_SECONDS)
    coming = [*[silence] * (patience - 5), *[None] * (2 * patience), *[silence] * (2 * patience)]
    asked = []

    def answer(*_: object) -> None:
        asked.append(1)
        raise NotCoordinatorError

    monkeypatch.setattr(worker_name, "static_member", answer)
    monkeypatch.setattr(reach, "why_unreachable", lambda connection: coming[len(asked) - 1])
    with pytest.raises(Refusal) as caught:
        made().await_free(ticking())
    assert caught.value is silence
    assert 3 * patience - 5 < len(asked) < len(coming)


@pytest.mark.parametrize(
    ("owner", "last_id", "taken"), [(None, "id-0", False), (ELSEWHERE, "id-1", False), (ELSEWHERE, "id-0", True)]
)
def test_a_place_that_was_lost(
    owner: StaticMember | None, last_id: str, taken: bool, made: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member that the group has forgotten joins again, unless another has its place by now."""
    monkeypatch.setattr(worker_name, "static_member", lambda *asked: owner)
    with pytest.raises(NameTaken, match="taken the place of this one") if taken else nullcontext():
        made().check_place(last_id)


ID = "5619ffde42a3c34735a54012d1cccbfca3f844d7ea0905b5d3518e8a9315c66b"
POD = "0b3a4c9e-7f00-4f0e-9d2b-6a1f0e1c2d3e"
MOUNTINFO = (
    "120 102 254:0 {}/hosts /etc/hosts rw,relatime - ext4 /dev/vda rw\n119 102 0:5 / /proc rw - proc proc rw\n"
)
CONTAINERS = (  # where the file comes from that is mounted at /etc/hosts, and whether that names a container
    (f"/var/lib/docker/containers/{ID}", True),
    (f"/var/lib/kubelet/pods/{POD}/etc-hosts", True),
    ("/etc", False),  # the machine's own: others have it too
)


@pytest.mark.parametrize(("source", "named"), CONTAINERS)
def test_the_token_of_a_container(source: str, named: bool, tmp_path: Path) -> None:
    """The same after a restart, another in another container or for another folder; none where no id shows."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTINFO.format(source))
    token = container_token(tmp_path, mounts)
    assert token == container_token(tmp_path, mounts)
    assert bool(token) is named
    assert not named or token != container_token(tmp_path / "other", mounts)
    mounts.write_text(MOUNTINFO.format(source.replace("5", "6").replace("0b", "1b")))
    assert not named or token != container_token(tmp_path, mounts)
    assert container_token(tmp_path, tmp_path / "not Linux") == ""

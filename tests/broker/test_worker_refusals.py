"""Why a worker cannot work: it says so in one sentence and ends with the right code, before it joins its group."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from worker_driver import WorkerDriver

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.exit_codes import EXIT_REFUSED, EXIT_WRONG
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.rights import Resource, Right, room_rights
from pipeline.settings import Settings
from pipeline.topology import ROOMS
from tests.acls import grant
from tests.needs import Need, needs
from tests.refusals.secured import secured_broker

pytestmark = [pytest.mark.broker, pytest.mark.slow]

ROOM = "resolve"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, dict[str, str]]]:
    """A broker with logins, without topics."""
    needs(Need.OPENSSL, shutil.which("openssl"))
    with secured_broker(tmp_path_factory.mktemp("secured")) as found:
        yield found


def ended(address: str, folder: Path, **settings: str) -> tuple[int, str]:
    """The exit code and the log of a worker with these settings."""
    with WorkerDriver(address, folder, settings) as driver:
        driver.start(ROOM, "a")
        return driver.wait(f"{ROOM}-a"), (folder / f"{ROOM}-a.log").read_text()


def login(user: str, password: str) -> dict[str, str]:
    return {"SECURITY_PROTOCOL": "SASL_PLAINTEXT", "USER": user, "PASSWORD": password}


def test_in_the_order_in_which_they_are_met(secured: tuple[Broker, dict[str, str]], tmp_path: Path) -> None:
    """The topics are not there; the password is wrong; no right; none on the group; none on its transactions."""
    broker, names = secured
    code, log = ended(broker.bootstrap, tmp_path)
    no_topic = "the cluster has no topic wire.normalised: run `wiredesk topics create`"
    assert (code, no_topic in log) == (EXIT_WRONG, True)
    topics.create(broker.connection)
    rights = room_rights(Settings.model_fields["app_id"].default, ROOMS[ROOM])
    on_topics = {right for right in rights if right.resource is Resource.TOPIC}
    on_group = {right for right in rights if right.resource is Resource.GROUP}
    for password, granted, why in (
        ("wrong", set[Right](), "refuses the login of the user 'nobody'"),
        ("nobody", set[Right](), "see wire.normalised and wire.journal.resolve: give it Describe and Read"),
        ("nobody", on_topics, "see the group wiredesk.resolve: give it Read and Describe on the group"),
        ("nobody", on_topics | on_group, "use the transactional ids of this room: give it Write and Describe"),
    ):
        grant(broker.connection, "User:nobody", granted)
        code, log = ended(names["broker:9093"], tmp_path, **login("nobody", password))
        assert (code, why in log.splitlines()[-1]) == (EXIT_REFUSED, True), log

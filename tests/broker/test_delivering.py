"""deliver on a real broker: what is announced arrives, also around kill -9, and no secret leaks."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from deliver_driver import notification
from hooks import SECRET, Hooks, hooks
from kafka import KafkaProducer
from standardwebhooks import Webhook
from worker_driver import PORTS, WorkerDriver, run

from pipeline.connection import DURABLE
from pipeline.envelope import RecordType, forward
from pipeline.items import Delivery, dump, read_control
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import reader
from tests.waiting import SECONDS, arrived, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

TOKEN = "hunter2-the-token"


@pytest.fixture
def came() -> Iterator[Hooks]:
    with hooks() as found:
        yield found


def notify(broker: Broker, *numbers: int, desk: str = "news", thread: str = "") -> None:
    """Notifications, as route writes them."""
    producer = KafkaProducer(**broker.connection.arguments(), **DURABLE)
    headers = [*forward((), RecordType.NOTIFICATION, 1_641_880_800_000), ("ce_id", b"x")]
    for number in numbers:
        value = dump(notification(number, desk=desk, thread=thread))
        producer.send("wire.notifications", value, key=desk.encode(), headers=headers, partition=0)
    producer.flush(SECONDS)
    producer.close()


def deliveries(broker: Broker) -> dict[str, Delivery]:
    """The latest record of each key of wire.deliveries."""
    found = reader.read_topics(broker.connection, ["wire.deliveries"])
    return {record.key.decode(): Delivery.model_validate_json(record.value) for record in found}


def states(broker: Broker, *names: str) -> dict[str, str]:
    return {key: one.state for key, one in deliveries(broker).items() if key.rpartition("/")[2] in names}


def written(folder: Path, came: Hooks) -> Path:
    """A receivers file: two receivers of the desk, and one that has its address in a file, with a token in it."""
    (folder / "address").write_text(f"{came.url('/token')}/{TOKEN}\n")
    file = folder / "deliver.yaml"
    (folder / "ack-port").write_text(str(ack_port := next(PORTS)))
    file.write_text(
        f"""receivers:
  fast: {{desks: [news], webhook: {{url: "{came.url("/fast")}", secrets: ["env:HOOK_SECRET"]}}}}
  slow: {{desks: [news], webhook: {{url: "{came.url("/slow")}", secrets: ["env:HOOK_SECRET"]}}}}
  token: {{desks: [other], webhook: {{url: "file:{folder}/address", secrets: ["env:HOOK_SECRET"]}}}}
acknowledgements: {{listen: "127.0.0.1:{ack_port}", secrets: ["env:HOOK_SECRET"]}}
"""
    )
    return file


def is_listening(folder: Path) -> bool:
    """Whether acknowledgements are taken: that begins beside the partitions, and may be later."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int((folder / "ack-port").read_text()))) == 0


def acknowledge(folder: Path, secret: str, body: bytes) -> int:
    """The status that a request to acknowledge gets, signed by the reference library."""
    stamp = datetime.now(UTC)
    headers = {"webhook-id": "m1", "webhook-timestamp": str(int(stamp.timestamp()))}
    headers["webhook-signature"] = Webhook(secret).sign("m1", stamp, body.decode())
    request = urllib.request.Request(f"http://127.0.0.1:{(folder / 'ack-port').read_text()}/ack", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture
def driver(own: Broker, came: Hooks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerDriver]:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    monkeypatch.setenv("WIREDESK_BOOTSTRAP", own.bootstrap)
    settings = {"RECEIVERS": str(written(tmp_path, came)), "SESSION_SECONDS": "6"}
    with WorkerDriver(own.bootstrap, tmp_path, settings) as found:
        yield found


def test_from_notification_to_webhook(own: Broker, came: Hooks, driver: WorkerDriver, tmp_path: Path) -> None:
    """All arrives, signed and in order; kill -9 in the middle repeats one request, with its key."""
    hold = threading.Event()
    came.answers["/slow"] = hold
    driver.start("deliver", "a")
    notify(own, *range(1, 21), thread="ferry")
    arrived(lambda: len(came.ids("/fast")), 20)
    eventually(lambda: came.ids("/slow"))
    assert set(came.ids("/slow")) == {"n1"}  # it hangs, and holds up no other
    driver.kill("deliver-a")
    tried = came.ids("/slow")  # more than once where a request has hung for as long as it may
    hold.set()
    notify(own, *range(21, 26), thread="ferry")
    driver.start("deliver", "b")
    names = [f"n{number}" for number in range(1, 26)]
    eventually(lambda: set(states(own, *names).values()) == {"sent"} and len(states(own, *names)) == 50)
    assert came.ids("/slow") == [*tried, *names]  # one repeat, for one crash
    assert len(came.ids("/fast")) <= 26
    assert list(dict.fromkeys(came.ids("/fast"))) == names
    _, _, body = came.came[0]
    assert (body["type"], body["data"]["title"]) == ("wire.notification", "URGENT: Ferry 1")
    no_secret_leaks(own, tmp_path)


def test_a_frozen_worker_is_fenced(own: Broker, came: Hooks, driver: WorkerDriver) -> None:
    """One sleeps with a request under way, another takes over; when the first wakes, nothing is sent by two."""
    hold = threading.Event()
    came.answers["/slow"] = hold
    driver.start("deliver", "x")
    eventually(lambda: driver.partitions("deliver-x"))
    notify(own, 51, 52, thread="dam")
    eventually(lambda: came.ids("/slow") == ["n51"])
    driver.signal("deliver-x", signal.SIGSTOP)
    driver.start("deliver", "y")
    hold.set()
    eventually(lambda: set(states(own, "n51", "n52").values()) == {"sent"} and len(states(own, "n51", "n52")) == 4)
    assert came.ids("/slow") == [
        "n51",
        "n51",
        "n52",
    ]  # of the request that the first one has under way nobody knows
    driver.signal("deliver-x", signal.SIGCONT)
    notify(own, *range(53, 60), thread="dam")
    names = [f"n{number}" for number in range(53, 60)]
    eventually(lambda: set(states(own, *names).values()) == {"sent"} and len(states(own, *names)) == 14)
    assert came.ids("/slow")[3:] == names
    assert list(dict.fromkeys(came.ids("/fast"))) == ["n51", "n52", *names]
    assert len(came.ids("/fast")) <= 3 + len(names)  # the freeze may have caught one of these too


def test_gone_tested_and_resumed(own: Broker, came: Hooks, driver: WorkerDriver, tmp_path: Path) -> None:
    """410 disables a receiver until `resume`; a test says whether it arrives; the check connects to all."""
    came.answers[f"/token/{TOKEN}"] = 410
    driver.start("deliver", "c")
    notify(own, 101, 102, desk="other")
    eventually(lambda: states(own, "n101") == {"token/n101": "failed"})
    assert deliveries(own)["token/n101"].verdict == "gone"
    came.answers.clear()
    run("deliver", "resume", "token", "--who", "Ada", "--why", "mended")
    eventually(lambda: states(own, "n101", "n102") == {"token/n101": "sent", "token/n102": "sent"})
    assert len(came.ids(f"/token/{TOKEN}")) == 3
    shown = run("alerts", "send-test", "fast", "--who", "Ada", "--why", "trying").output
    assert "fast: delivered 200" in shown
    assert came.came[-1][2]["data"]["kind"] == "test"
    for name, said in (("fats", "did you mean fast?"), ("nobody", "; there are ")):
        refused = run("alerts", "send-test", name, "--who", "Ada", "--why", "trying", code=1).output
        assert f"no receiver {name!r} in the file" in refused
        assert said in refused
    assert "no desk is named other" in run("deliver", "check", str(tmp_path / "deliver.yaml"), code=1).output
    no_secret_leaks(own, tmp_path)


def test_a_signed_acknowledgement(own: Broker, driver: WorkerDriver, tmp_path: Path) -> None:
    """It is the control of `alerts ack`, in the log once; a forged one is a 401, counted on the page."""
    driver.start("deliver", "d")
    eventually(lambda: driver.partitions("deliver-d") and is_listening(tmp_path))
    body = b'{"notification":"n1","who":"Ada","why":"seen"}'
    assert acknowledge(tmp_path, "whsec_" + "Zm9yZ2Vk" * 5, body) == 401
    assert [acknowledge(tmp_path, SECRET, body), acknowledge(tmp_path, SECRET, body)] in ([202, 409], [202, 200])
    found = [one for one in reader.read_topics(own.connection, ["wire.alerts"]) if one.type == RecordType.CONTROL]
    (control,) = [read_control(one.value) for one in found]
    assert (control.action, control.notification, control.who) == ("ack", "n1", "Ada")
    assert found[0].header("ce_room") == b"route"


def no_secret_leaks(broker: Broker, folder: Path) -> None:
    """Neither secret nor token is in a topic, in a log, or in the list of processes."""
    everything = b"".join(
        record.key + record.value + repr(record.headers).encode()
        for record in reader.read_topics(
            broker.connection, ["wire.notifications", "wire.deliveries", "wire.dead", "wire.journal.deliver"]
        )
    )
    logs = b"".join(path.read_bytes() for path in folder.glob("*.log"))
    processes = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, check=True).stdout
    for secret in (SECRET.encode(), SECRET.removeprefix("whsec_").encode(), TOKEN.encode()):
        assert secret not in everything + logs + processes
    assert b"Ferry" not in logs

"""TLS, SCRAM and rights for real: each role works with exactly its rights, is refused without, tells no secret."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx2
import pytest
from security_lab import SecureLab, Used, granted, secured
from worker_driver import WorkerDriver, ninjs

from pipeline.items import dispatch_id
from pipeline.normalise.deaths import FEED_DEAD_MAX
from pipeline.runtime.exit_codes import EXIT_REFUSED
from pipeline.settings import PREFIX
from pipeline.topology import ROOMS
from tests.waiting import PROCESS_SECONDS, arrived, eventually, until

pytestmark = [pytest.mark.broker, pytest.mark.slow]

Workers = dict[str, WorkerDriver]
STEADY = 30  # payloads while a password changes


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureLab]:
    """One broker for all tests here."""
    with secured(tmp_path_factory.mktemp("secure")) as found:
        yield found


@pytest.fixture(scope="module")
def workers(lab: SecureLab) -> Iterator[Workers]:
    """All rooms, each as its own user."""
    with ExitStack() as stack:
        found = {room: stack.enter_context(lab.driver(room)) for room in ROOMS}
        for room, driver in found.items():
            driver.start(room, "a")
        eventually(lambda: all(driver.shared_out(f"{room}-a") for room, driver in found.items()), PROCESS_SECONDS)
        yield found


def consumed(lab: SecureLab) -> list[str]:
    """What the consumer has got: the last word of each headline, which `ninjs` makes of the publisher's id."""
    tail = lab.run("consumer", "tail", "wire.enriched", "--json", "--no-follow", "-n", "500")
    assert tail.exit_code == 0, tail.output
    values = (json.loads(json.loads(line)["payload"]) for line in tail.stdout.splitlines())
    return [value["headlines"][0]["value"].split()[-1] for value in values if value.get("headlines")]


def test_each_role_does_its_work(lab: SecureLab, workers: Workers) -> None:
    """A payload goes from the publisher to the consumer, and the operator's commands work, each with its rights."""
    for name, payload in (
        ("quay-1", ninjs("quay-1")),
        ("secret-1", ninjs("secret-1", embargoedUntil="2099-01-01T00:00:00Z")),
        ("broken", b"{"),
    ):
        sent = lab.run("publisher", "publish", "--feed", "harbour", "-", stdin=payload)
        assert sent.exit_code == 0, (name, sent.output)

    quay, secret = (dispatch_id("harbour", name) for name in ("quay-1", "secret-1"))
    eventually(lambda: "quay-1" in consumed(lab))
    eventually(lambda: secret in lab.run("operator", "held", "--json").stdout)
    for words in (
        ("release", secret, "--who", "A. Lind", "--why", "desk called"),
        ("hold", quay, "--who", "A. Lind", "--why", "legal"),
        ("kill", quay, "--who", "A. Lind", "--why", "withdrawn"),
        ("erase", quay, "--who", "A. Lind", "--why", "court order"),
        ("dead", "list"),
        ("topics", "check"),
        ("stories",),
    ):
        done = lab.run("operator", *words)
        assert done.exit_code == 0, (words, done.output)
    eventually(lambda: "secret-1" in consumed(lab))
    found = [json.loads(line) for line in lab.run("operator", "doctor", "--json").stdout.splitlines()]
    assert {one["state"] for one in found if one["check"] == "rights"} == {"right"}
    assert {one["level"] for one in found if one["check"] in ("clock", "disk", "topics")} == {"ok"}


def test_no_right_is_too_many(lab: SecureLab, workers: Workers) -> None:
    """Each room has used each right that it has, by the broker's own record, and none that it lacks."""
    # Describe follows from Read or Write.  Dead letters, ticks and trims are rare: a minute sees not all.
    rare = {("write", "topic", "wire.dead"), *(("delete", "topic", f"wire.journal.{room}") for room in ROOMS)}
    rare |= {("write", "topic", spec.source) for spec in ROOMS.values()}

    def unused(room: str) -> set[Used]:
        return {right for right in granted(room) - lab.used(room) if right[0] != "describe"} - rare

    until(lambda: not any(map(unused, ROOMS)))  # what came last may still be on its way
    assert {room: unused(room) for room in ROOMS} == {room: set() for room in ROOMS}
    assert {room: lab.used(room) - granted(room) for room in ROOMS} == {room: set() for room in ROOMS}


@contextmanager
def opened(lab: SecureLab) -> Iterator[httpx2.Client]:
    """A browser that is logged in to a board that runs as the board's user."""
    environment = os.environ | {PREFIX + name: value for name, value in lab.settings("board").items()}
    command = [sys.executable, "-m", "pipeline.cli", "board", "--port", "0"]
    with (lab.folder / "board.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        assert process.stdout
        address, _, token = process.stdout.readline().strip().partition("/login?token=")
        with httpx2.Client(base_url=address, headers={"origin": address}, timeout=PROCESS_SECONDS) as browser:
            assert browser.post("/login", data={"token": token, "name": "A. Lind"}).status_code == 303
            yield browser
    finally:
        process.terminate()
        assert process.wait(PROCESS_SECONDS) == 0
        process.communicate()


def break_(lab: SecureLab, feed: str, good: str) -> None:
    """The feed breaks, so that it is set aside, and sends a sound payload afterwards."""
    path = lab.folder / f"{feed}.jsonl"
    path.write_bytes(b"\n".join([b'{"uri": broken'] * (FEED_DEAD_MAX + 1) + [ninjs(good)]))
    sent = lab.run("publisher", "publish", "--feed", feed, str(path))
    assert sent.exit_code == 0, sent.output


def test_the_board(lab: SecureLab, workers: Workers) -> None:
    """It shows what came and takes decisions with its own rights: it has used each, and none that it lacks."""
    sent = lab.run("publisher", "publish", "--feed", "harbour", "-", stdin=ninjs("board-1"))
    assert sent.exit_code == 0, sent.output
    dispatch = dispatch_id("harbour", "board-1")
    eventually(lambda: "board-1" in consumed(lab))
    with opened(lab) as browser:
        eventually(lambda: "board-1" in browser.get("/wire").text and "Live" in browser.get("/wire").text)
        page = browser.get(f"/item/{dispatch}").text
        story, form_token = (
            re.findall(pattern, page)[0]
            for pattern in (r'href="/story/([0-9a-f]+)"', r'name="form_token" value="([^"]+)"')
        )
        for action, fields in (
            ("hold", {"dispatch": dispatch}),
            ("pin", {"story": story, "label": "Quay"}),
            ("mute", {"story": story, "desk": "news"}),
        ):
            answer = browser.post(f"/do/{action}", data={"form_token": form_token, "why": "legal", **fields})
            assert answer.status_code == 303, (action, answer.text)
        break_(lab, "quayside", "board-2")
        eventually(lambda: 'action="/do/resume"' in browser.get("/feeds").text)
        fields = {"feed": "quayside", "form_token": form_token, "why": "mended"}
        answer = browser.post("/do/resume", data=fields)
        assert answer.status_code == 303, answer.text
        eventually(lambda: "board-2" in consumed(lab))
        eventually(lambda: dispatch in lab.run("operator", "held", "--json").stdout)
        eventually(lambda: "ON HOLD BY HAND" in browser.get("/held").text)

    def unused() -> set[Used]:
        return {right for right in granted("board") - lab.used("board") if right[0] != "describe"}

    until(lambda: not unused())
    assert (unused(), lab.used("board") - granted("board")) == (set(), set())


REFUSALS = (  # role, command, what the user may not do, and the right for it
    ("consumer", ("tail", "wire.raw", "--no-follow"), "see wire.raw: give it Describe and Read"),
    ("consumer", ("publish", "--feed", "x", "-"), "see wire.raw: give it Describe and Write"),
    (
        "consumer",
        ("release", "1", "--who", "x", "--why", "y"),
        "see wire.journal.resolve: give it Describe and Read",
    ),
    ("consumer", ("topics", "create"), "create wire.raw: give it Create and Describe on the prefix wire."),
    ("publisher", ("tail", "wire.enriched", "--no-follow"), "see wire.enriched: give it Describe and Read"),
    ("publisher", ("tail", "wire.raw", "--no-follow"), "read wire.raw: give it Read"),
    ("publisher", ("held",), "see wire.journal.resolve: give it Describe and Read"),
    ("alert", ("stories",), "see wire.stories: give it Describe and Read"),
)


@pytest.mark.parametrize(("role", "words", "said"), REFUSALS, ids=lambda value: str(value)[:30])
def test_a_role_without_the_right(role: str, words: tuple[str, ...], said: str, lab: SecureLab) -> None:
    """It is refused with 77, and the sentence names the right that is missing."""
    done = lab.run(role, *words, stdin=ninjs("refused"))
    sentence = f"the broker does not let the user 'wiredesk-{role}' {said}"
    assert (done.exit_code, sentence in done.stderr) == (EXIT_REFUSED, True), done.output


def test_a_room_as_the_user_of_another(lab: SecureLab) -> None:
    """No room runs with another room's rights."""
    with lab.driver("tag") as driver:
        driver.start("alert", "stranger")
        assert driver.wait("alert-stranger") == EXIT_REFUSED
    log = (lab.folder / "alert-stranger.log").read_text()
    assert "the broker does not let the user 'wiredesk-tag'" in log.splitlines()[-1]


def test_a_password_changes(lab: SecureLab, workers: Workers) -> None:
    """While copy comes, a room gets a new password and is started again with it: every payload comes out once."""
    room, driver = "resolve", workers["resolve"]
    old = lab.passwords[room]
    lines = b"\n".join(ninjs(f"steady:{number}") for number in range(STEADY))
    path = lab.folder / "steady.jsonl"
    path.write_bytes(lines)
    sending = threading.Thread(
        target=lab.run, args=("publisher", "publish", "--feed", "s", "--rate", "8", str(path))
    )
    sending.start()
    lab.set_password(room, "another-s3cret")
    assert driver.stop(f"{room}-a") == 0
    driver.start(room, "a")
    sending.join(PROCESS_SECONDS)
    assert not sending.is_alive()

    def out() -> list[str]:
        return [name for name in consumed(lab) if name.startswith("steady:")]

    arrived(lambda: len(out()), STEADY)
    assert out() == [f"steady:{number}" for number in range(STEADY)]
    lab.passwords["resolve, before"] = old
    (lab.folder / "old.password").write_text(old)
    refused = lab.run(
        room, "tail", "wire.normalised", "--no-follow", PASSWORD_FILE=str(lab.folder / "old.password")
    )
    assert (refused.exit_code, "refuses the login of the user 'wiredesk-resolve'" in refused.stderr) == (77, True)


def test_a_login_is_withdrawn(lab: SecureLab, workers: Workers) -> None:
    """A room whose user is deleted works on until it has to log in again; then it ends with 77 and the reason."""
    lab.withdraw("alert")
    eventually(lambda: workers["alert"].partitions("alert-a"))
    lab.broker.stop()
    lab.broker.start()
    assert workers["alert"].wait("alert-a") == EXIT_REFUSED
    log = (lab.folder / "alert-a.log").read_text()
    assert "refuses the login of the user 'wiredesk-alert'" in log
    eventually(lambda: workers["tag"].partitions("tag-a"))  # the others go on


def test_no_secret_is_told(lab: SecureLab, workers: Workers) -> None:
    """No password is in a log, in the doctor's findings, in a traceback or in the list of processes."""
    texts = {path.name: path.read_text() for path in lab.folder.glob("*.log")}
    texts["processes"] = subprocess.run(["ps", "-ef", "e"], capture_output=True, text=True, check=True).stdout
    texts["doctor"] = lab.run("operator", "doctor", "--json").output
    wrong = lab.run("operator", "-vv", "doctor", BOOTSTRAP="localhost:1")
    texts["unreachable"] = wrong.output + repr(wrong.exception)
    assert {name: lab.secrets_in(text) for name, text in texts.items() if lab.secrets_in(text)} == {}

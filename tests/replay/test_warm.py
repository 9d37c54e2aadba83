"""The capture that warms a worker up is what the rooms of today write, and drives each of them."""

from __future__ import annotations

import orjson
import pytest

from pipeline.captures import to_line
from pipeline.replay import EPOCH_MS, Replay, payload
from pipeline.runtime.worker.warm import CAPTURE, warm
from pipeline.topology import ROOMS, Options

BODY = {
    "en": "Ferries between Bergen and Lerwick stayed in port on Monday as a storm with gusts of 140 kilometres an "
    "hour closed the harbour. The company said {n} passengers were offered rooms. The harbour master expects the "
    "first sailing on Wednesday morning, when the wind should fall.",
    "de": "Die Fähren zwischen Bergen und Lerwick blieben am Montag im Hafen, weil ein Sturm mit Böen von 140 "
    "Kilometern in der Stunde die Ausfahrt schloss. Die Reederei bot {n} Fahrgästen Zimmer an.",
}
HEADLINES = {"en": "Storm keeps Bergen ferries in port", "de": "Sturm hält Fähren in Bergen fest"}


def walk() -> bytes:
    """A report and a copy of it in another feed, in both languages of the tagger."""
    replay = Replay()
    for number, (language, feed) in enumerate(
        (language, feed) for language in BODY for feed in ("norden", "polder")
    ):
        document = {
            "uri": f"urn:{feed}:{language}",
            "version": "1",
            "language": language,
            "headlines": [{"value": HEADLINES[language]}],
            "bodies": [{"value": BODY[language].format(n=200 + number), "contentType": "text/plain"}],
        }
        time_ms = EPOCH_MS + number * 60_000
        replay.publish(payload(feed, orjson.dumps(document), time_ms), time_ms)
    sources = dict.fromkeys(spec.source for spec in ROOMS.values())
    return b"".join(to_line(record) for topic in sources for record in replay.log[topic])


def test_warm_capture(request: pytest.FixtureRequest) -> None:
    """Stale warm-up records would die at their features, and warm nothing."""
    found = walk()
    if request.config.getoption("--update-golden"):
        CAPTURE.write_bytes(found)
    assert CAPTURE.read_bytes() == found


@pytest.mark.parametrize("room", ROOMS)
def test_warming_up(room: str) -> None:
    """Every room decides on its part of the capture without a dead letter."""
    made = ROOMS[room].make(Options())
    died = []
    stock = made.decide

    def decide(state: object, record: object) -> object:
        try:
            return stock(state, record)  # type: ignore[arg-type]  # passed through
        except Exception as error:
            died.append(error)
            raise

    made.decide = decide  # type: ignore[method-assign,assignment]  # watched for this test
    warm(made)
    assert not died

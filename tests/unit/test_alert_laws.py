"""The room ALERT: its journal is enough to rebuild it."""

from __future__ import annotations

from typing import Any

from alert_driver import CORRECTION, HELD, KILL, MINUTE_MS, RECALL, RULES, record
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.alert.room import AlertRoom

STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "story": st.sampled_from([None, "a", "b", "c", "d", "e"]),
            "at": st.integers(0, 200),
            "body": st.sampled_from(["12 died.", "2 died.", "He fell.", ""]),
            "items": st.integers(1, 9),
            "independent": st.integers(1, 4),
            "urgency": st.integers(1, 5),
            "copied": st.booleans(),
            "feed": st.sampled_from(["norden", "meridian", "coastline"]),
            "dispatch": st.sampled_from([{}, {"id": "d2"}, {"kind": "repeat"}, HELD, KILL, RECALL, CORRECTION]),
            "merged_from": st.sampled_from([None, None, "a", "b"]),
        }
    ),
    max_size=30,
)


@settings(max_examples=60)
@given(STEPS, st.integers(0, 12), st.lists(st.integers(0, 30), max_size=3), st.booleans())
def test_a_trimmed_journal_rebuilds_the_state(
    steps: list[dict[str, Any]], span: int, trims: list[int], applies_carries: bool
) -> None:
    """A journal trimmed behind its carries gives the living state, whether or not it applied the carries itself."""
    room = AlertRoom(RULES, threads_max=4, keep_ms=90 * MINUTE_MS)
    living, journal = room.open(), list[tuple[int, bytes]]()
    for offset, step in enumerate(steps):
        change = room.decide(living, record(offset=offset, **step)).change
        journal.append((offset, room.encode(change)))
        room.apply(living, change, offset)
        if offset in trims:
            before = max(0, offset + 1 - span)
            carried = [(offset, room.encode(each)) for each in room.carry(living, before)]
            for _, each in carried if applies_carries else ():
                room.apply(living, room.decode(each), offset)
            journal = [entry for entry in journal if entry[0] >= before] + carried
        rebuilt = room.open()
        assert [*rebuilt.texts_before(offset + 1)] == []
        for at, data in journal:
            room.apply(rebuilt, room.decode(data), at)
        assert rebuilt.digest() == living.digest()

"""The table of states: each cell is made to happen, and what comes of it is what the cell says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
from resolve_driver import UNREADABLE, ResolveDriver, make_item

from pipeline.items import Item, Kind, PubStatus, Representation, Signal, Status
from pipeline.resolve.classes import CONTROLS, arrival_of, state_of
from pipeline.resolve.controls import ON_CONTROL
from pipeline.resolve.outcomes import ON_DUE, ON_ITEM
from pipeline.resolve.table import TABLE, Arrival, Outcome, State

SECRET = "Sagunto"
LATER = 10_000.0  # minute at which the embargoes of these tests end
DAY = 24 * 60
PAGE = "link:https://example.org/live"
NAMES = ("id:a", PAGE)
HELD, KILLED = PubStatus.WITHHELD, PubStatus.CANCELED
Step = Callable[[ResolveDriver], object]


def a_version(number: int, **more: Any) -> Step:
    return lambda driver: driver.send(version=number, **{"names": NAMES, **more})


def embargoed(number: int) -> Step:
    return a_version(number, until=LATER, text=f"{SECRET} {number}")


def on_hold(number: int) -> Step:
    return a_version(number, status=HELD, text=f"{SECRET} {number}")


def by_hand(action: str) -> Step:
    return lambda driver: driver.control(action)


OUT, KILL = a_version(1), a_version(3, status=KILLED, text="")
STATES: dict[State, tuple[Step, ...]] = {
    State.UNKNOWN: (),
    State.PUBLISHED: (OUT,),
    State.PARTLY: (embargoed(0), a_version(1, until=0)),
    State.EMBARGOED: (embargoed(1),),
    State.EMBARGOED_OUT: (OUT, embargoed(2)),
    State.AGENCY: (on_hold(1),),
    State.AGENCY_OUT: (OUT, on_hold(2)),
    State.OPERATOR: (on_hold(1), by_hand("hold")),
    State.OPERATOR_OUT: (OUT, by_hand("hold")),
    State.BOTH: (embargoed(1), by_hand("hold")),
    State.BOTH_OUT: (OUT, embargoed(2), by_hand("hold")),
    State.KILL_WAITS: (KILL,),
    State.KILLED_UNSEEN: (embargoed(1), KILL),
    State.KILLED: (OUT, KILL),
}
NEW: dict[str, Any] = {"text": f"{SECRET} of the arrival"}
ITEMS: dict[Arrival, dict[str, Any]] = {
    Arrival.ITEM: NEW,
    Arrival.CORRECTION: NEW | {"signals": [Signal.CORRECTION]},
    Arrival.REPEAT: {"version": 1},
    Arrival.LATE: NEW | {"version": 0},
    Arrival.EMBARGO: NEW | {"until": LATER + 1},
    Arrival.EMBARGO_ENDED: NEW | {"until": 0},
    Arrival.HOLD: NEW | {"status": HELD},
    Arrival.NOTE: NEW | {"status": HELD, "signals": [Signal.HOLD, Signal.UNPUBLISHABLE]},
    Arrival.RELEASE: NEW | {"signals": [Signal.RELEASE]},
    Arrival.SHARED_NAME_RELEASE: NEW | {"id_": "b", "names": (PAGE,), "signals": [Signal.RELEASE]},
    Arrival.KILL: NEW | {"status": KILLED},
}
ACTIONS = {arrival: action for action, arrival in CONTROLS.items()}
CELLS = [
    pytest.param(state, arrival, id=f"{arrival}: {state}")
    for state, row in TABLE.items()
    for arrival, cell in row.items()
    if cell is not None
]


class After(NamedTuple):
    """What has to be true after a cell happened; `None`: as many as before."""

    published: int = 0  # whole items
    notices: int = 0  # partial ones
    held: int | None = None
    withheld: int = 0
    shows_secret: bool = False


def expected(outcome: Outcome, held: int) -> After:
    """What the outcome means where so many were held."""
    return {
        Outcome.PUBLISH: After(published=1, shows_secret=True),
        Outcome.HOLD: After(held=held + 1),
        Outcome.ADVISE_HOLD: After(held=held + 1, notices=1),
        Outcome.LIFT: After(published=held + 1, held=0, shows_secret=True),
        Outcome.LIFT_HELD: After(held=held + 1),
        Outcome.WITHHOLD: After(withheld=1),
        Outcome.NOTE_HOLD: After(withheld=1),
        Outcome.NOTE_ADVISE_HOLD: After(withheld=1, notices=1),
        Outcome.WAIT: After(held=1),
        Outcome.KILL: After(published=1),
        Outcome.KILL_KNOWN: After(published=1, held=0, withheld=held),
        Outcome.KILL_UNSEEN: After(held=0, withheld=held + 1),
        Outcome.KILL_AGAIN: After(published=1),
        Outcome.WITHHOLD_PUBLISH_KILL: After(published=1, held=0, withheld=1),
        Outcome.WITHHOLD_WITH_KILL: After(held=0, withheld=2),
        Outcome.SET_HOLD: After(),
        Outcome.SET_HOLD_ADVISE: After(notices=1),
        Outcome.RELEASE: After(published=held, held=0, shows_secret=True),
        Outcome.KILL_BY_HAND: After(notices=1, held=0, withheld=held),
        Outcome.KILL_BY_HAND_UNSEEN: After(held=0, withheld=held),
        Outcome.ERASE: After(notices=1, held=0, withheld=held),
        Outcome.ERASE_UNSEEN: After(held=0, withheld=held),
        Outcome.PUBLISH_DUE: After(published=held, held=0, shows_secret=True),
        Outcome.PUBLISH_KILL: After(published=1, held=0),
        Outcome.NOTHING: After(),
    }[outcome]


def in_state(state: State) -> ResolveDriver:
    """A driver with dispatch `a` in this state."""
    driver = ResolveDriver()
    for step in STATES[state]:
        step(driver)
    chain = driver.chain()
    assert (state_of(chain, driver.now_ms()) if chain else State.UNKNOWN) is state
    return driver


def arrive(driver: ResolveDriver, arrival: Arrival) -> list[Item]:
    """Make it arrive; what came out."""
    if arrival in ITEMS:
        sent: dict[str, Any] = {"version": 5, "names": NAMES, **ITEMS[arrival]}
        chain = driver.chain()
        if chain and arrival is not Arrival.SHARED_NAME_RELEASE:  # it joins by a shared name as it arrives
            assert arrival_of(chain, make_item(**sent), driver.now_ms()) is arrival
        return driver.send(**sent)
    if arrival in ACTIONS:
        return driver.control(ACTIONS[arrival])
    driver.wait(LATER + DAY)
    return driver.tick()


@pytest.mark.parametrize(("state", "arrival"), CELLS)
def test_cell(state: State, arrival: Arrival) -> None:
    """Every cell: what is published, held, withheld and advised, and whether a word of what is held gets out."""
    driver = in_state(state)
    held, withheld, _ = driver.count()
    cell = TABLE[state][arrival]
    assert cell
    after = expected(cell.outcome, held)
    out = arrive(driver, arrival)
    whole = [item for item in out if item.representation_type is Representation.FULL]
    found = After(len(whole), len(out) - len(whole), *driver.count()[:2], after.shows_secret)
    assert found._replace(withheld=found.withheld - withheld) == after._replace(
        held=held if after.held is None else after.held,
        notices=found.notices if cell.outcome is Outcome.RELEASE else after.notices,
    )
    if not after.shows_secret:
        note: Any = {"ed_note": True, "dispatch": {"why"}} if cell.outcome is Outcome.KILL else None
        assert not [item for item in out if SECRET in item.model_dump_json(exclude=note)]


@pytest.mark.parametrize(
    ("state", "arrival"),
    [
        pytest.param(*cell.values, id=cell.id)
        for cell in CELLS
        if cell.values[1] in (Arrival.KILL, Arrival.OPERATOR_KILL, Arrival.OPERATOR_ERASE)
        and cell.values[0] is not State.UNKNOWN
    ],
)
def test_after_a_kill_there_is_nothing_but_the_kill(state: State, arrival: Arrival) -> None:
    """In whatever state it was killed, no version, release or time brings anything of the dispatch out."""
    driver = in_state(state)
    arrive(driver, arrival)
    later = [
        *driver.send(version=9),
        *driver.send(version=9, signals=[Signal.RELEASE]),
        *driver.control("release"),
        *arrive(driver, Arrival.DUE),
    ]
    assert all(item.pub_status is KILLED and not item.bodies and SECRET not in item.headline for item in later)


def test_every_outcome_can_be_carried_out() -> None:
    """Each outcome of a column has a function, and no function is without a cell."""
    columns: dict[str, tuple[dict[Outcome, Any], set[Arrival]]] = {
        "item": (ON_ITEM, set(ITEMS)),
        "control": (ON_CONTROL, set(ACTIONS)),
        "due": (ON_DUE, {Arrival.DUE}),
    }
    for functions, arrivals in columns.values():
        cells = [cell for row in TABLE.values() for arrival, cell in row.items() if arrival in arrivals and cell]
        outcomes = {cell.outcome for cell in cells} - ({Outcome.NOTHING} if functions is ON_DUE else set())
        assert outcomes == set(functions)


def outcomes(items: Iterable[Item]) -> list[tuple[Kind | None, Status | None]]:
    """(kind, status) of each item."""
    return [(item.dispatch.kind, item.dispatch.status) for item in items]


def test_an_unreadable_embargo_ends_by_a_word_only() -> None:
    """No time ends it; an update without one is held as well; a lift by the agency publishes both."""
    driver = ResolveDriver()
    assert driver.send(until=UNREADABLE) == driver.send(version=2) == []
    driver.wait(400 * DAY)
    assert driver.tick() == []
    lifted = driver.send(version=3, signals=[Signal.RELEASE])
    assert [item.version for item in lifted] == ["1", "2", "3"]


def test_a_release_is_outdated_by_a_later_hold() -> None:
    """A release that is older than the hold lifts nothing; a hold that is older than the release holds nothing."""
    driver = ResolveDriver()
    driver.send(version=3, status=HELD)
    assert driver.send(version=2, signals=[Signal.RELEASE]) == []
    released = driver.send(version=4, signals=[Signal.RELEASE])
    assert [item.version for item in released] == ["3", "2", "4"]
    assert outcomes(driver.send(version=1, status=HELD)) == [(Kind.LATE, Status.SUPERSEDED)]
    assert outcomes(driver.send(version=5)) == [(Kind.UPDATE, Status.USABLE)]


def test_a_hold_under_an_embargo_outlives_it() -> None:
    """The hold is lifted first; then the embargo still holds, until its time."""
    driver = ResolveDriver()
    driver.send(until=100)
    driver.send(version=2, status=HELD)
    assert driver.send(version=3, signals=[Signal.RELEASE]) == []
    driver.wait(100)
    assert [item.version for item in driver.tick()] == ["1", "2", "3"]


@pytest.mark.parametrize("arrival", [Arrival.ITEM, Arrival.REPEAT, Arrival.RELEASE, Arrival.EMBARGO_ENDED])
def test_an_embargo_that_ends_under_an_operators_hold(arrival: Arrival) -> None:
    """Neither a tick nor what arrives next publishes it."""
    driver = in_state(State.BOTH_OUT)
    driver.wait(LATER)
    assert driver.tick() == driver.send(**{"version": 5, **ITEMS[arrival]}) == []
    assert next(item.version for item in driver.control("release") if item.headlines) == "2"


@pytest.mark.parametrize("mark", [{"status": HELD}, {"status": KILLED}])
def test_what_is_due_and_not_published_yet(mark: dict[str, Any]) -> None:
    """A kill or a hold that comes after the embargo's end, but before its tick, stops it; a version does not."""
    driver = in_state(State.EMBARGOED)
    driver.wait(LATER)
    assert driver.send(version=5, **mark) == []
    twin = in_state(State.EMBARGOED)
    twin.wait(LATER)
    assert [item.version for item in twin.send(version=5)] == ["1", "5"]


def test_what_a_kill_publishes() -> None:
    """Ids, the headline as last published and its own note: no word of its own copy.  A second kill has no note."""
    driver = ResolveDriver()
    driver.send(text="Harbour fire")
    driver.send(version=2, text="Harbour fire spreads")
    driver.send(version=1, text="Harbour fire")  # a repeat: what was published last stays
    kill, again = (driver.send(version=number, status=KILLED, text=f"{SECRET} {number}")[0] for number in (3, 4))
    assert (kill.headline, kill.ed_note) == ("Harbour fire spreads", f"{SECRET} 3")
    assert (kill.bodies, kill.descriptions, kill.slugline) == ((), (), None)
    assert (again.headline, again.ed_note) == ("Harbour fire spreads", None)
    assert SECRET not in again.model_dump_json()
    (by_hand,) = in_state(State.PUBLISHED).control("kill")
    assert by_hand.headline == "words a 1"


USABLE: list[dict[str, Any]] = [{}, {"until": 0}, {"signals": [Signal.CORRECTION]}, {"version": 1}]


@pytest.mark.parametrize("more", USABLE)
@pytest.mark.parametrize("mark", [{"status": HELD}, {"signals": [Signal.HOLD]}, {"until": UNREADABLE}])
def test_a_usable_version_lifts_nothing(mark: dict[str, Any], more: dict[str, Any]) -> None:
    """A later version that is usable, even one whose own embargo is over, is no lift; a release is one."""
    driver = ResolveDriver()
    driver.send()
    driver.send(version=2, **mark)
    is_newest_word = "until" in mark and "until" in more  # the agency's own word on its embargo, not a mere status
    assert bool(driver.send(**{"version": 3, **more})) == is_newest_word
    released = driver.send(version=4, signals=[Signal.RELEASE])
    assert [item.version for item in released if item.headlines][-1] == "4"


def test_the_newest_word_on_an_embargo() -> None:
    """A newer version's own embargo is its own; an older version's text waits for the later of the two."""
    driver = ResolveDriver()
    driver.send(version=1, until=100)
    driver.send(version=2, until=200)
    driver.wait(130)
    assert driver.tick() == []
    driver.wait(100)
    assert [item.version for item in driver.tick()] == ["1", "2"]
    other = ResolveDriver()
    other.send(version=1, until=200)
    other.send(version=2, until=100)
    other.wait(130)
    assert [item.version for item in other.tick()] == ["2"]
    other.wait(100)
    assert outcomes(other.tick()) == [(Kind.LATE, Status.SUPERSEDED)]


@pytest.mark.parametrize("until", [0, 50])
@pytest.mark.parametrize("more", [{"text": "words a 1"}, {"created": 5}, {"version": None, "created": 5}])
def test_the_same_version_again_ends_no_embargo(more: dict[str, Any], until: float) -> None:
    """Of one version, or one time of the agency, the longest embargo counts; a newer version may end it."""
    driver = ResolveDriver()
    driver.send(**{"until": 500, **more})
    assert driver.send(**{**more, "until": until}) == []
    driver.wait(60)
    assert driver.tick() == []
    assert driver.send(version=7, created=9, until=until)


OLDER: list[dict[str, Any]] = [
    {"version": 5},  # the same one, or its text again with another embargo
    {"version": 4},
    {"version": 5, "text": "words a 5"},
    {"version": 5, "signals": [Signal.UNPUBLISHABLE]},  # a note to editors
    {"id_": "b", "names": ("id:b", "id:a")},  # by another id, and no newer by its time
    {"id_": "b", "names": ("id:b", PAGE)},  # by the page
]


@pytest.mark.parametrize("until", [600, UNREADABLE])
@pytest.mark.parametrize("first", [{}, {"status": HELD}])
@pytest.mark.parametrize("more", OLDER)
def test_a_longer_embargo_holds_what_is_held_already(
    more: dict[str, Any], first: dict[str, Any], until: float
) -> None:
    """Of several embargoes the strictest counts for all that is held; the twin without the second one is out."""
    for second in (True, False):
        driver = ResolveDriver()
        driver.send(version=5, until=100, created=5, names=NAMES)
        if first:  # what is held without an embargo of its own
            driver.send(version=6, created=6, names=NAMES, **first)
            driver.send(version=7, created=7, names=NAMES, signals=[Signal.RELEASE])
        if second:
            driver.send(**{"created": 4, "names": NAMES, **more}, until=until)
        driver.wait(200)
        assert bool(driver.tick()) is not second
        driver.wait(500)
        assert bool(driver.tick()) is (second and until != UNREADABLE)


def test_a_newer_and_shorter_embargo_frees_no_older_version() -> None:
    """It is the newest word for what comes from then on; what an older word holds waits for that one's end."""
    driver = ResolveDriver()
    driver.send(version=5, until=100, names=NAMES)
    driver.send(version=4, until=600, names=NAMES)
    driver.send(version=6, until=200, names=NAMES)
    driver.wait(300)
    assert [item.version for item in driver.tick()] == ["6"]
    driver.wait(400)
    assert [item.version for item in driver.tick()] == ["5", "4"]


@pytest.mark.parametrize("kind", ["many", "large"])
def test_a_hold_takes_effect_though_nothing_more_can_be_kept(kind: str) -> None:
    """Beyond the bound of a chain, by number or by bytes, the hold's item dies, and the hold holds."""
    driver = ResolveDriver()
    text = "x" * (70_000 if kind == "large" else 10)
    for version in range(1, 17):
        driver.send(version=version, until=1_000, text=f"{text} {version}")
    held, _, dead = driver.count()
    driver.send(version=17, status=HELD, text=f"{text} 17")
    assert driver.count() == (held, 0, dead + 1)
    assert (held, dead) == ((16, 0) if kind == "many" else (14, 2))
    driver.wait(2_000)
    assert driver.tick() == driver.send(version=18, text=f"{text} 18") == []
    assert len([item for item in driver.control("release") if item.dispatch.kind is not Kind.ADVISORY]) == held

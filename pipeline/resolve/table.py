"""The table of states: what arrives × the state of its dispatch → what becomes of both, and why.

The table decides: `arrivals` looks up the cell, `outcomes` and `controls` do what it says.  It is printed in
docs/design/laws.md, and each cell has a test (tests/unit/test_resolve_table.py).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """The state of a dispatch.  A state has two rows where it matters whether anything was published before."""

    UNKNOWN = "unknown"
    PUBLISHED = "published"
    PARTLY = "published, an older version still embargoed"
    EMBARGOED = "embargoed"
    EMBARGOED_OUT = "embargoed, published before"
    AGENCY = "held by the agency"
    AGENCY_OUT = "held by the agency, published before"
    OPERATOR = "held by an operator"
    OPERATOR_OUT = "held by an operator, published before"
    BOTH = "held by an operator and embargoed"
    BOTH_OUT = "held by an operator and embargoed, published before"
    KILL_WAITS = "a kill that waits for it"
    KILLED_UNSEEN = "killed, never published"
    KILLED = "killed"


class Arrival(StrEnum):
    """What arrives."""

    ITEM = "a version"
    CORRECTION = "a correction"
    REPEAT = "the same item again"
    LATE = "an older version"
    EMBARGO = "an item with an embargo"
    EMBARGO_ENDED = "the newest version, its own embargo or the plan over"
    HOLD = "an agency's hold"
    NOTE = "an agency's note to editors only"
    RELEASE = "an agency's release"
    SHARED_NAME_RELEASE = "an agency's release, where a page or a shared name joined items"
    KILL = "a kill"
    DUE = "the time that was waited for"
    OPERATOR_HOLD = "an operator's hold"
    OPERATOR_RELEASE = "an operator's release"
    OPERATOR_KILL = "an operator's kill"
    OPERATOR_ERASE = "an operator's erasure"


class Outcome(StrEnum):
    """What becomes of what arrives, and of its dispatch."""

    PUBLISH = "published"
    HOLD = "held"
    ADVISE_HOLD = "held, with an advisory"
    LIFT = "the hold or else the embargo ends: what nothing else holds is published, and so is the item"
    LIFT_HELD = "held; of the agency's the hold or else the embargo ends"
    WITHHOLD = "withheld"
    NOTE_HOLD = "withheld; a hold in it holds"
    NOTE_ADVISE_HOLD = "withheld; a hold in it holds, with an advisory"
    WAIT = "waits a day for its dispatch"
    KILL = "the kill is published: ids, the headline as last published, its note"
    KILL_KNOWN = "the kill is published: ids and the headline as last published; what is held is withheld"
    KILL_UNSEEN = "withheld, with all that is held"
    KILL_AGAIN = "the kill is repeated: ids and the headline as last published"
    WITHHOLD_PUBLISH_KILL = "withheld; the kill is published, ids only"
    WITHHOLD_WITH_KILL = "withheld, and its kill with it"
    SET_HOLD = "on hold"
    SET_HOLD_ADVISE = "on hold, with an advisory"
    RELEASE = "all that is held is published"
    KILL_BY_HAND = "killed, with a notice; what is held is withheld"
    KILL_BY_HAND_UNSEEN = "killed; what is held is withheld"
    ERASE = "killed, with a notice that has no word; no word of it is kept"
    ERASE_UNSEEN = "killed; no word of it is kept"
    PUBLISH_DUE = "what is due is published"
    PUBLISH_KILL = "the kill is published, ids only"
    NOTHING = "nothing"


class Why(StrEnum):
    """The reason of a cell: a rule that decides it."""

    FREE = "nothing holds it"
    OWN_EMBARGO = "an embargo fails closed"
    EMBARGO = (
        "the embargo of a dispatch holds every item of it, also one without an embargo of its own, until its time "
        "or an explicit release"
    )
    AGENCY = (
        "an agency's hold ends only by an explicit release, from the agency or an operator; a version that is "
        "merely usable does not end it"
    )
    OPERATOR = "an operator's hold ends by an operator's word only"
    LIFTED = "the agency's own word ends its hold or its embargo"
    SHARED_NAME = (
        "a page or a shared name may kill and hold; where one joined items, the agency's release lifts nothing"
    )
    NEWEST = "the newest word of the agency on its embargo counts"
    KILL = "a kill wins in any order"
    NEVER_OUT = "a kill publishes no word of what was never published"
    DEAD = "nothing brings a killed dispatch back"
    NOTE = "a note that is for editors only is never published"
    AHEAD = "the kill may be ahead of its dispatch"
    NOT_HERE = "the dispatch may be known in another shard"
    HAND = "an operator decides"
    TIME = "its time has come, by the broker's clock"
    NO_END = "no time ends it"


class Cell(NamedTuple):
    """What becomes of an arrival, and the rule that decides it."""

    outcome: Outcome
    why: Why


def _rows() -> dict[State, tuple[Cell | None, ...]]:
    """The cells of each state, in the order of Arrival; None cannot occur."""
    s, o, w = State, Outcome, Why
    # It is published.
    free, over = Cell(o.PUBLISH, w.FREE), Cell(o.PUBLISH, w.NEWEST)
    # h: it is held, by its own embargo, by that of the dispatch, by the agency, by an operator.
    hown, hemb = Cell(o.HOLD, w.OWN_EMBARGO), Cell(o.HOLD, w.EMBARGO)
    hagy, hopr, hadv = Cell(o.HOLD, w.AGENCY), Cell(o.HOLD, w.OPERATOR), Cell(o.ADVISE_HOLD, w.AGENCY)
    # It is for editors only, and may hold its dispatch.
    wnot, note, nadv = Cell(o.WITHHOLD, w.NOTE), Cell(o.NOTE_HOLD, w.NOTE), Cell(o.NOTE_ADVISE_HOLD, w.NOTE)
    # The agency lifts its hold or its embargo.
    lift, hshn, lhld = Cell(o.LIFT, w.LIFTED), Cell(o.HOLD, w.SHARED_NAME), Cell(o.LIFT_HELD, w.OPERATOR)
    # k: it is a kill; of a dispatch of which something, or nothing, went out, or that was killed before.
    kill, kout = Cell(o.KILL, w.KILL), Cell(o.KILL_KNOWN, w.NEVER_OUT)
    kuns, kagn = Cell(o.KILL_UNSEEN, w.NEVER_OUT), Cell(o.KILL_AGAIN, w.KILL)
    # The kill waits for the dispatch; the dispatch meets it; nothing follows a kill.
    wait, wkil = Cell(o.WAIT, w.AHEAD), Cell(o.WITHHOLD, w.AHEAD)
    meet, muns = Cell(o.WITHHOLD_PUBLISH_KILL, w.KILL), Cell(o.WITHHOLD_WITH_KILL, w.NEVER_OUT)
    dead = Cell(o.WITHHOLD, w.DEAD)
    # o: an operator decides.
    ohld, oadv, orel = Cell(o.SET_HOLD, w.HAND), Cell(o.SET_HOLD_ADVISE, w.HAND), Cell(o.RELEASE, w.HAND)
    okil, ouns = Cell(o.KILL_BY_HAND, w.HAND), Cell(o.KILL_BY_HAND_UNSEEN, w.HAND)
    oera, euns = Cell(o.ERASE, w.HAND), Cell(o.ERASE_UNSEEN, w.HAND)
    # p: what waited is published.
    pdue, pkil = Cell(o.PUBLISH_DUE, w.TIME), Cell(o.PUBLISH_KILL, w.NEVER_OUT)
    # x: nothing happens.
    xnot, xded, xkil = Cell(o.NOTHING, w.NOT_HERE), Cell(o.NOTHING, w.DEAD), Cell(o.NOTHING, w.KILL)
    xend, xopr, xfre = Cell(o.NOTHING, w.NO_END), Cell(o.NOTHING, w.OPERATOR), Cell(o.NOTHING, w.FREE)
    # fmt: off
    arrivals = {  # NOTE: for editors only.
        #                 ITEM  CORR  REPT  LATE  EMBG  ENDD  HOLD  NOTE  RELS  SREL  KILL  DUE
        s.UNKNOWN:       (free, free, None, None, hown, free, hagy, wnot, free, None, wait, None),
        s.PUBLISHED:     (free, free, free, free, hown, free, hadv, nadv, free, free, kill, xfre),
        s.PARTLY:        (free, free, free, free, hown, free, hadv, nadv, lift, free, kout, pdue),
        s.EMBARGOED:     (hemb, hemb, None, None, hown, over, hagy, note, lift, hshn, kuns, pdue),
        s.EMBARGOED_OUT: (hemb, hemb, hemb, hemb, hown, over, hadv, nadv, lift, hshn, kout, pdue),
        s.AGENCY:        (hagy, hagy, None, None, hagy, hagy, hagy, note, lift, hshn, kuns, xend),
        s.AGENCY_OUT:    (hagy, hagy, hagy, hagy, hagy, hagy, hagy, note, lift, hshn, kout, xend),
        s.OPERATOR:      (hopr, hopr, None, None, hopr, hopr, hopr, note, lhld, hopr, kuns, xopr),
        s.OPERATOR_OUT:  (hopr, hopr, hopr, hopr, hopr, hopr, hopr, note, lhld, hopr, kout, xopr),
        s.BOTH:          (hopr, hopr, None, None, hopr, hopr, hopr, note, lhld, hopr, kuns, xopr),
        s.BOTH_OUT:      (hopr, hopr, hopr, hopr, hopr, hopr, hopr, note, lhld, hopr, kout, xopr),
        s.KILL_WAITS:    (meet, meet, None, None, muns, meet, muns, wnot, meet, meet, wkil, pkil),
        s.KILLED_UNSEEN: (dead, dead, None, None, dead, dead, dead, wnot, dead, dead, dead, xded),
        s.KILLED:        (dead, dead, dead, dead, dead, dead, dead, wnot, dead, dead, kagn, xded),
    }
    controls = {  # by an operator
        #                 HOLD  RELS  KILL  ERASE
        s.UNKNOWN:       (xnot, xnot, xnot, xnot),
        s.PUBLISHED:     (oadv, xfre, okil, oera),
        s.PARTLY:        (oadv, orel, okil, oera),
        s.EMBARGOED:     (ohld, orel, ouns, euns),
        s.EMBARGOED_OUT: (oadv, orel, okil, oera),
        s.AGENCY:        (ohld, orel, ouns, euns),
        s.AGENCY_OUT:    (oadv, orel, okil, oera),
        s.OPERATOR:      (ohld, orel, ouns, euns),
        s.OPERATOR_OUT:  (oadv, orel, okil, oera),
        s.BOTH:          (ohld, orel, ouns, euns),
        s.BOTH_OUT:      (oadv, orel, okil, oera),
        s.KILL_WAITS:    (xkil, pkil, xkil, euns),
        s.KILLED_UNSEEN: (xded, xded, xded, euns),
        s.KILLED:        (xded, xded, xded, oera),
    }
    # fmt: on
    return {state: (*row, *controls[state]) for state, row in arrivals.items()}


TABLE: dict[State, dict[Arrival, Cell | None]] = {
    state: dict(zip(Arrival, row, strict=True)) for state, row in _rows().items()
}
assert list(TABLE) == list(State), "a row for each state, in their order"

"""The table of states: what arrives × the state of its dispatch → what becomes of both, and why.

It decides (room.py carries out what a cell says), it is printed in docs/design/laws.md, and each cell has a test
(tests/unit/test_resolve_table.py).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """The state of a dispatch.  Two rows where it matters whether anything of it was published before."""

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
    WAITING = "a kill that waits for it"
    UNSEEN = "killed, never published"
    KILLED = "killed"


class Arrival(StrEnum):
    """What arrives."""

    ITEM = "a version"
    CORRECTION = "a correction"
    REPEAT = "the same item again"
    LATE = "an older version"
    EMBARGO = "an item with an embargo"
    ENDED = "the newest version, its own embargo over"
    HOLD = "an agency's hold"
    NOTE = "an agency's note to editors only"
    RELEASE = "an agency's release"
    KILL = "a kill"
    OPERATOR_HOLD = "an operator's hold"
    OPERATOR_RELEASE = "an operator's release"
    OPERATOR_KILL = "an operator's kill"
    DUE = "the time that was waited for"


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
    KILL = "the kill is published"
    KILL_IDS = "the kill is published, ids only; what is held is withheld"
    KILL_UNSEEN = "withheld, with all that is held"
    KILL_AGAIN = "the kill is repeated, ids only"
    MEET = "withheld; the kill is published, ids only"
    MEET_UNSEEN = "withheld, and its kill with it"
    SET_HOLD = "on hold"
    SET_HOLD_ADVISE = "on hold, with an advisory"
    RELEASE = "all that is held is published"
    KILL_BY_HAND = "killed, with a notice; what is held is withheld"
    KILL_BY_HAND_UNSEEN = "killed; what is held is withheld"
    PUBLISH_DUE = "what is due is published"
    PUBLISH_KILL = "the kill is published, ids only"
    NOTHING = "nothing"


class Why(StrEnum):
    """The reason of a cell: a rule that decides it."""

    FREE = "nothing holds it"
    OWN_EMBARGO = "an embargo fails closed"
    EMBARGO = "the embargo of a dispatch holds all of it, until its time or a lift"
    AGENCY = "a hold of the agency holds the whole dispatch, until the agency or an operator lifts it"
    OPERATOR = "an operator's hold ends by an operator's word only"
    LIFTED = "the agency's own word ends its hold or its embargo"
    NEWEST = "the newest word of the agency on its embargo counts"
    KILL = "a kill wins in any order"
    NEVER_OUT = "a kill publishes no word of what was never published"
    DEAD = "nothing brings a killed dispatch back"
    NOTE = "what is for editors only is never published"
    AHEAD = "the kill may be ahead of its dispatch"
    NOT_HERE = "the dispatch may be known in another shard"
    HAND = "an operator decides"
    TIME = "its time has come, by the broker's clock"
    NO_END = "no time ends it"


class Cell(NamedTuple):
    """What a cell of the table says."""

    outcome: Outcome
    why: Why


_O, _W = Outcome, Why
_no = None  # cannot occur
_free, _emb, _ende = Cell(_O.PUBLISH, _W.FREE), Cell(_O.HOLD, _W.EMBARGO), Cell(_O.PUBLISH, _W.NEWEST)
_own, _agy, _opr = Cell(_O.HOLD, _W.OWN_EMBARGO), Cell(_O.HOLD, _W.AGENCY), Cell(_O.HOLD, _W.OPERATOR)
_adv, _noa = Cell(_O.ADVISE_HOLD, _W.AGENCY), Cell(_O.NOTE_ADVISE_HOLD, _W.NOTE)
_lift, _lfth = Cell(_O.LIFT, _W.LIFTED), Cell(_O.LIFT_HELD, _W.OPERATOR)
_wnot, _note, _dead = Cell(_O.WITHHOLD, _W.NOTE), Cell(_O.NOTE_HOLD, _W.NOTE), Cell(_O.WITHHOLD, _W.DEAD)
_wait, _kill, _ids = Cell(_O.WAIT, _W.AHEAD), Cell(_O.KILL, _W.KILL), Cell(_O.KILL_IDS, _W.NEVER_OUT)
_uns, _agn, _wkil = Cell(_O.KILL_UNSEEN, _W.NEVER_OUT), Cell(_O.KILL_AGAIN, _W.KILL), Cell(_O.WITHHOLD, _W.AHEAD)
_meet, _mun = Cell(_O.MEET, _W.KILL), Cell(_O.MEET_UNSEEN, _W.NEVER_OUT)
_oh, _oha = Cell(_O.SET_HOLD, _W.HAND), Cell(_O.SET_HOLD_ADVISE, _W.HAND)
_or, _ok, _oku = Cell(_O.RELEASE, _W.HAND), Cell(_O.KILL_BY_HAND, _W.HAND), Cell(_O.KILL_BY_HAND_UNSEEN, _W.HAND)
_due, _pk = Cell(_O.PUBLISH_DUE, _W.TIME), Cell(_O.PUBLISH_KILL, _W.NEVER_OUT)
_nh, _nd, _nk = Cell(_O.NOTHING, _W.NOT_HERE), Cell(_O.NOTHING, _W.DEAD), Cell(_O.NOTHING, _W.KILL)
_na, _np, _nf = Cell(_O.NOTHING, _W.NO_END), Cell(_O.NOTHING, _W.OPERATOR), Cell(_O.NOTHING, _W.FREE)

_A, _S = Arrival, State
ARRIVALS = tuple(Arrival)
# fmt: off
_ROWS: dict[State, tuple[Cell | None, ...]] = {
    # in the order of Arrival: ITEM CORRECTION REPEAT LATE EMBARGO ENDED HOLD NOTE RELEASE KILL; operator's; DUE
    _S.UNKNOWN:       (_free, _free, _no, _no, _own, _free, _agy, _wnot, _free, _wait, _nh, _nh, _nh, _no),
    _S.PUBLISHED:     (_free, _free, _free, _free, _own, _free, _adv, _noa, _free, _kill, _oha, _nf, _ok, _nf),
    _S.PARTLY:        (_free, _free, _free, _free, _own, _free, _adv, _noa, _lift, _ids, _oha, _or, _ok, _due),
    _S.EMBARGOED:     (_emb, _emb, _no, _no, _own, _ende, _agy, _note, _lift, _uns, _oh, _or, _oku, _due),
    _S.EMBARGOED_OUT: (_emb, _emb, _emb, _emb, _own, _ende, _adv, _noa, _lift, _ids, _oha, _or, _ok, _due),
    _S.AGENCY:        (_agy, _agy, _no, _no, _agy, _agy, _agy, _note, _lift, _uns, _oh, _or, _oku, _na),
    _S.AGENCY_OUT:    (_agy, _agy, _agy, _agy, _agy, _agy, _agy, _note, _lift, _ids, _oha, _or, _ok, _na),
    _S.OPERATOR:      (_opr, _opr, _no, _no, _opr, _opr, _opr, _note, _lfth, _uns, _oh, _or, _oku, _np),
    _S.OPERATOR_OUT:  (_opr, _opr, _opr, _opr, _opr, _opr, _opr, _note, _lfth, _ids, _oha, _or, _ok, _np),
    _S.BOTH:          (_opr, _opr, _no, _no, _opr, _opr, _opr, _note, _lfth, _uns, _oh, _or, _oku, _np),
    _S.BOTH_OUT:      (_opr, _opr, _opr, _opr, _opr, _opr, _opr, _note, _lfth, _ids, _oha, _or, _ok, _np),
    _S.WAITING:       (_meet, _meet, _no, _no, _mun, _meet, _mun, _wnot, _meet, _wkil, _nk, _pk, _nk, _pk),
    _S.UNSEEN:        (_dead, _dead, _no, _no, _dead, _dead, _dead, _wnot, _dead, _dead, _nd, _nd, _nd, _nd),
    _S.KILLED:        (_dead, _dead, _dead, _dead, _dead, _dead, _dead, _wnot, _dead, _agn, _nd, _nd, _nd, _nd),
}
# fmt: on
TABLE: dict[State, dict[Arrival, Cell | None]] = {
    state: dict(zip(ARRIVALS, row, strict=True)) for state, row in _ROWS.items()
}
assert list(TABLE) == list(State), "a row for each state, in their order"

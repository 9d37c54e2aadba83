"""AP: whether, when and how an item may be used, by its status, signals, types, urgency and note."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.formats.json.fields import JsonFields
from pipeline.formats.xml.nitf.embedded import NitfUsage
from pipeline.items import PubStatus, Signal
from pipeline.values import codes
from pipeline.values.embargo import Embargo, strictest

NEWS = "newscontent"
ADVANCE = "advance"  # for use later, at a time that it does not say
TYPES = {  # AP's words for what a version does to its story, lower case
    "kill": Signal.KILL,
    "elimination": Signal.KILL,
    "withdrawal": Signal.KILL,
    "withhold": Signal.HOLD,
    "hold": Signal.HOLD,
    "holdforrelease": Signal.HOLD,
    "hold for release": Signal.HOLD,
    "correction": Signal.CORRECTION,
    "corrective": Signal.CORRECTION,
    "clarification": Signal.CORRECTION,
    "lead": Signal.UPDATE,
    "writethru": Signal.UPDATE,
    "update": Signal.UPDATE,
    "advisory": Signal.ADVISORY,
}


class ApUsage(NamedTuple):
    """Whether, when and how an item may be used."""

    status: PubStatus
    embargo: Embargo | None
    signals: tuple[Signal, ...]


def usage_of(fields: JsonFields, urgency: int | None, of_nitf: NitfUsage) -> ApUsage:
    """The usage; that of the NITF in the item if it is stricter.

    Signals and types may make the written status stricter; a kill needs no newscontent.
    """
    status, embargo = codes.read_usage(fields.statuses("pub_status"), fields.as_written("embargo"), fields.warnings)
    written, types = fields.every("signals"), [name.lower() for name in fields.every("types")]
    is_advance = ADVANCE in types or codes.has_embargo_signal(written) or codes.has_embargo_signal(types)
    embargo = strictest((embargo, of_nitf.embargo, Embargo(None, ADVANCE) if is_advance else None))
    status = codes.strictest_status((status, of_nitf.status))
    signals = [*codes.read_signals(written), *(TYPES[name] for name in types if name in TYPES)]
    if fields.lines("note"):
        fields.warnings.append("ednote is for editors: left out")
    if status is PubStatus.USABLE and Signal.KILL in signals:
        status = PubStatus.CANCELED
    elif status is PubStatus.USABLE and Signal.HOLD in signals:
        status = PubStatus.WITHHELD
    is_news = NEWS in (signal.lower() for signal in written)
    if status is not PubStatus.CANCELED and not is_news:
        status = PubStatus.WITHHELD
        signals.append(Signal.UNPUBLISHABLE)
        fields.warnings.append("no newscontent among the signals: never to be published")
    signals += [codes.AP_URGENCY_SIGNALS[urgency]] if urgency in codes.AP_URGENCY_SIGNALS else []
    return ApUsage(status, embargo, tuple(dict.fromkeys((*codes.STATUS_SIGNALS[status], *signals))))

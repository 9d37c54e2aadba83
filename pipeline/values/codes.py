"""Codes that several formats share: publishing status, urgency, signals, and ids that end in a revision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.items import PubStatus, Signal
from pipeline.values.dates import read_embargo
from pipeline.values.embargo import Embargo

PUB_STATUS = {
    # IPTC newscodes/pubstatusg2, NewsML 1.2 Status, NITF management-status, apnm:PublishingStatus
    "usable": PubStatus.USABLE,
    "embargoed": PubStatus.USABLE,  # and under embargo: see read_usage
    "withheld": PubStatus.WITHHELD,
    "withhold": PubStatus.WITHHELD,
    "hold": PubStatus.WITHHELD,
    "held": PubStatus.WITHHELD,
    "on hold": PubStatus.WITHHELD,
    "on_hold": PubStatus.WITHHELD,
    "canceled": PubStatus.CANCELED,
    "cancelled": PubStatus.CANCELED,
    # Superdesk
    "published": PubStatus.USABLE,
    "corrected": PubStatus.USABLE,
    "kill": PubStatus.CANCELED,
    "killed": PubStatus.CANCELED,
    "recalled": PubStatus.CANCELED,
    "retracted": PubStatus.CANCELED,
    "withdrawn": PubStatus.CANCELED,
    "unpublished": PubStatus.WITHHELD,
    # Media RSS
    "active": PubStatus.USABLE,
    "blocked": PubStatus.WITHHELD,
    "deleted": PubStatus.CANCELED,
    # WordPress; of attachments and revisions `inherit`, as the post
    "publish": PubStatus.USABLE,
    "inherit": PubStatus.USABLE,
    "draft": PubStatus.WITHHELD,
    "auto-draft": PubStatus.WITHHELD,
    "pending": PubStatus.WITHHELD,
    "future": PubStatus.WITHHELD,
    "private": PubStatus.WITHHELD,
    "trash": PubStatus.WITHHELD,
}
EMBARGOED = "embargoed"
STATUS_SIGNALS: dict[PubStatus, tuple[Signal, ...]] = {
    PubStatus.USABLE: (),
    PubStatus.WITHHELD: (Signal.HOLD,),
    PubStatus.CANCELED: (Signal.KILL,),
}
STRICTNESS = (PubStatus.USABLE, PubStatus.WITHHELD, PubStatus.CANCELED)  # the strictest last
SIGNALS = {  # IPTC newscodes/signal and dpa's additions, without the alias
    "correction": Signal.CORRECTION,
    "corrected": Signal.CORRECTION,
    "update": Signal.UPDATE,
    "updated": Signal.UPDATE,
    "repeat": Signal.REPEAT,
    "refile": Signal.REFILE,
    "kill": Signal.KILL,
    "cancel": Signal.KILL,
    "canceled": Signal.KILL,
    "cancelled": Signal.KILL,
    "killed": Signal.KILL,
    "withdraw": Signal.KILL,
    "withdrawn": Signal.KILL,
    "withdrawal": Signal.KILL,
    "retract": Signal.KILL,
    "retracted": Signal.KILL,
    "retraction": Signal.KILL,
    "recall": Signal.KILL,
    "hold": Signal.HOLD,
    "withhold": Signal.HOLD,
    "withheld": Signal.HOLD,
    "flash": Signal.FLASH,
    "bulletin": Signal.BULLETIN,
    "urgent": Signal.URGENT,
    "advisory": Signal.ADVISORY,
}
GENRE_SIGNALS = {"dpatextgenre:27": Signal.ADVISORY}  # dpa: Achtung, a note to editors

# Urgency as a signal.  To dpa 1 is a Blitz and 2 an Eilmeldung, to AP 3 is urgent too; to others it is only a rank.
DPA_URGENCY_SIGNALS = {1: Signal.FLASH, 2: Signal.BULLETIN}
AP_URGENCY_SIGNALS = DPA_URGENCY_SIGNALS | {3: Signal.URGENT}
# The priority letters of ANPA 1312, which AP's JSON has too: flash, bulletin, urgent, rush, deferred, and two kinds
# of advance.
ANPA_URGENCY = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "a": 6, "s": 6}

CODE = re.compile(r"[:/#]")  # before the code of a QCode, at the end of a URI
# Native ids that end in the revision.  Strict, because in most ids what follows the last colon is the id itself.
REVISED_IDS = (
    re.compile(r"(tag:[\w.-]*reuters\.com,\d{4}:newsml_\w+):(\d+)"),  # Reuters Connect
    re.compile(r"(https?://[^?#]+)\?(?:v|ver|version|rev|revision)=(\d{1,3})"),  # longer: an id
    re.compile(r"(https?://[^/?#]+/media/v/content/[0-9a-f]{32})()\?.*"),  # AP: the query belongs to the request
    re.compile(r"(urn:newsml:[^:]+:\d{8}(?:T\d{6}[^:]*)?:[^:]+):(\d+)[NUA]?"),  # RFC 3085: RevisionId and Update
)


def read_usage(
    written: Iterable[str], releases: Sequence[str], warnings: list[str]
) -> tuple[PubStatus, Embargo | None]:
    """The strictest of the statuses as written, usable for none, and the embargo.

    An unknown status fails closed: withheld, with a warning.  One that is `embargoed` becomes usable at its
    release; without a release that can be read its embargo has no end (docs/design/laws.md#law-5).
    """
    found = [_status(one, warnings) for one in written]
    embargoes = releases or ("",) if any(code == EMBARGOED for code, _ in found) else releases
    return strictest_status(status for _, status in found), read_embargo(embargoes, warnings)


def is_status(written: str) -> bool:
    """Whether it is a known status, for fields that may hold something else."""
    return _code(written) in PUB_STATUS


def status_of(written: str) -> PubStatus:
    """The status of a known code; usable for anything else."""
    return PUB_STATUS.get(_code(written), PubStatus.USABLE)


def has_embargo_signal(signals: Iterable[str]) -> bool:
    """Whether one of the codes of signals is an embargo: `sig:embargo`."""
    return any(_code(one).startswith("embargo") for one in signals)


def strictest_status(found: Iterable[PubStatus]) -> PubStatus:
    """The strictest of several statuses; usable for none."""
    return max(found, key=STRICTNESS.index, default=PubStatus.USABLE)


def _status(written: str, warnings: list[str]) -> tuple[str, PubStatus]:
    """The code of a status, without the alias or the address of its vocabulary, and what it means."""
    code = _code(written)
    if code not in PUB_STATUS:
        warnings.append(f"publishing status {written[:40]!r} unknown: withheld")
    return code, PUB_STATUS.get(code, PubStatus.WITHHELD)


def _code(written: str) -> str:
    """The code behind an alias or at the end of a URI, lower case."""
    return CODE.split(written.strip().rstrip("/").lower())[-1].strip()


def read_urgency(written: str | None, warnings: list[str]) -> int | None:
    """1 (most urgent) to 9; None with a warning for anything else, None without one if nothing is written."""
    if written is None:
        return None
    if written in frozenset("123456789"):
        return int(written)
    warnings.append(f"urgency {written[:20]!r} is not 1 to 9")
    return None


def read_signals(codes: Iterable[str]) -> tuple[Signal, ...]:
    """The signals of codes such as `sig:update`, whatever their alias, each once; unknown codes are ignored."""
    names = (code.rpartition(":")[2].strip().lower() for code in codes)
    return tuple(dict.fromkeys(SIGNALS[name] for name in names if name in SIGNALS))


def without_revision(native_id: str) -> tuple[str, str | None]:
    """The id of the dispatch, and the revision if the id ends in one."""
    found = next((match for pattern in REVISED_IDS if (match := pattern.fullmatch(native_id))), None)
    return (found[1], found[2] or None) if found else (native_id, None)

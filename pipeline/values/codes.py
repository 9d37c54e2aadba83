"""The codes that the formats share: publishing status, urgency, signals, and ids that end in a revision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from pipeline.values.dates import read_embargo
from pipeline.values.embargo import Embargo

Status = Literal["usable", "withheld", "canceled"]
STATUS: dict[str, Status] = {  # IPTC newscodes/pubstatusg2, NewsML 1.2 Status, NITF management-status, Superdesk
    "usable": "usable",
    "withheld": "withheld",
    "hold": "withheld",
    "withhold": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "killed": "canceled",
}
SIGNALS: dict[Status, tuple[str, ...]] = {"usable": (), "withheld": ("hold",), "canceled": ("kill",)}
UNPUBLISHABLE = "unpublishable"  # for editors only, now and ever: AP's advisories
SIGNAL_CODES = {  # IPTC newscodes/signal and what dpa adds to it: the code without its alias -> our signal
    "correction": "correction",
    "corrected": "correction",
    "update": "update",
    "updated": "update",
    "repeat": "repeat",
    "refile": "refile",
    "kill": "kill",
    "cancel": "kill",
    "canceled": "kill",
    "cancelled": "kill",
    "killed": "kill",
    "withdraw": "kill",
    "withdrawn": "kill",
    "hold": "hold",
    "flash": "flash",
    "bulletin": "bulletin",
    "urgent": "urgent",
    "advisory": "advisory",
}

GENRE_CODES = {"dpatextgenre:27": "advisory"}  # dpa: Achtung, a word to editors

# Native ids that end in the revision.  Strict, for in most ids the part behind the last colon is the id itself.
REVISED = (
    re.compile(r"(tag:[\w.-]*reuters\.com,\d{4}:newsml_\w+):(\d+)"),  # Reuters Connect
    re.compile(r"(https?://[^/?#]+/media/v/content/[0-9a-f]{32})()\?.*"),  # AP: what follows is the request's own
    re.compile(r"(urn:newsml:[^:]+:\d{8}(?:T\d{6}[^:]*)?:[^:]+):(\d+)[NUA]?"),  # RFC 3085: RevisionId and Update
)


def status(written: str | None, warnings: list[str]) -> Status:
    """The publishing status; usable if nothing is written.  One that cannot be read fails closed: withheld."""
    if written is None:
        return "usable"
    code = written.strip().lower().removeprefix("stat:")  # IPTC's own alias of the vocabulary
    if code not in STATUS:
        warnings.append(f"publishing status {written[:40]!r} unknown: withheld")
    return STATUS.get(code, "withheld")


def release(written: str | None, releases: Sequence[str], warnings: list[str]) -> tuple[Status, Embargo | None]:
    """The status, and the embargo until the release that goes with it, where `embargoed` is a status of its own.

    That one is usable in the end: not before its release, and without one that can be read not at all (law 5).
    """
    if written is not None and written.strip().lower() == "embargoed":
        return "usable", read_embargo(releases or ("",))
    return status(written, warnings), read_embargo(releases)


def urgency(written: str | None, warnings: list[str]) -> int | None:
    """1 (most urgent) to 9; None, with a warning, for anything else that is written."""
    if written is None:
        return None
    if written in frozenset("123456789"):
        return int(written)
    warnings.append(f"urgency {written[:20]!r} is not 1 to 9")
    return None


def signals(qcodes: Iterable[str]) -> tuple[str, ...]:
    """Our signals for codes such as `sig:update`, whatever their alias; unknown ones say nothing."""
    names = (qcode.rpartition(":")[2].strip().lower() for qcode in qcodes)
    return tuple(dict.fromkeys(SIGNAL_CODES[name] for name in names if name in SIGNAL_CODES))


def parted_id(native_id: str) -> tuple[str, str | None]:
    """The dispatch's id and the revision, where the id carries it."""
    found = next((match for pattern in REVISED if (match := pattern.fullmatch(native_id))), None)
    return (found[1], found[2] or None) if found else (native_id, None)

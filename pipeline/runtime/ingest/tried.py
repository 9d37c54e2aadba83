"""What a feed was found to have, as `wiredesk ingest check` tells it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipeline.envelope import FORMAT, Headers
from pipeline.formats import parse
from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.ingest.contract import Health, Incoming, named
from pipeline.items import PubStatus
from pipeline.normalise.declared import declared_in
from pipeline.records import Rejected
from pipeline.values.dates import ASSUMED

PAYLOADS_LOOKED_AT = 50
WARNINGS_SHOWN_MAX, PROBLEMS_SHOWN_MAX = 5, 10


@dataclass
class Tried:
    """One feed."""

    name: str
    kind: str
    zone: str | None = None  # that the file says
    health: Health | None = None  # None: others come to it, so there is nothing to try
    detail: str = ""
    payloads: int = 0
    items: int = 0  # that can be read
    formats: Counter[str] = field(default_factory=Counter)
    dates: list[datetime] = field(default_factory=list)
    without_zone: int = 0  # dates that name none
    without_date: list[str] = field(default_factory=list)  # names of the payloads, an item each
    without_id: list[str] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)  # of the parsers
    problems: list[str] = field(default_factory=list)  # of the way in
    unusable: list[str] = field(default_factory=list)  # payloads and items that cannot be read

    def look(self, payload: Incoming, known: Headers) -> None:
        """What is in a payload, as normalise will read it; `known`: what the file says of the feed."""
        self.payloads += 1
        headers = (*known, *payload.headers)  # of a name the first counts, as in the records
        declared = declared_in(known)
        format_ = next((value.decode() for name, value in headers if name == FORMAT), None)
        try:
            found = Payload(payload.value, self.name, datetime.now(UTC), format_, declared.identity)
            name, read = parse(found)
        except Rejected as rejected:
            self.unusable.append(f"{payload.name}: {rejected.reason}: {rejected.detail}")
            return
        self.formats[name] += 1
        for part, item in enumerate(read.items):
            if isinstance(item, Broken):
                self.unusable.append(f"{payload.name}, item {item.part}: {item.reason}: {item.detail}")
            elif item.unfit and item.pub_status is PubStatus.USABLE:  # unless its notes kill or hold
                self.unusable.append(f"{payload.name}, item {part}: {item.unfit.reason}: {item.unfit}")
            else:
                self._count(payload.name, item, declared.complete(item))

    def _count(self, name: str, written: Parsed, item: Parsed) -> None:
        self.items += 1
        self.without_date += [] if item.version_created else [name]
        self.without_id += [] if item.native_id else [name]
        self.without_zone += written.version_created is not None and written.version_created.tzinfo is ASSUMED
        self.dates += [item.version_created] if item.version_created else []
        self.warnings.update(item.warnings)

    @property
    def is_good(self) -> bool:
        """Whether nothing needs attention."""
        return self.health in (None, Health.OK, Health.WAITING) and not (self.problems or self.unusable)

    @property
    def lines(self) -> list[str]:
        """What to tell an operator."""
        lines = [f"{self.name}: {self.kind}, {self._how()}"]
        if self.payloads:
            formats = ", ".join(f"{name} {count}" for name, count in self.formats.most_common())
            first = " (the first)" if self.payloads == PAYLOADS_LOOKED_AT else ""
            looked = f"payloads looked at: {self.payloads}{first}; items: {self.items}"
            lines.append(f"  {looked}; formats: {formats or 'none'}")
        elif self.health is Health.OK and not self.problems:
            lines.append("  nothing there to look at yet")
        if self.dates:
            lines.append(f"  dates from {_shown(min(self.dates))} to {_shown(max(self.dates))}{self._zones()}")
        missing = (("date", self.without_date), ("id", self.without_id))
        lines += [
            f"  {len(names)} of {self.items} items without {what}: {named([*dict.fromkeys(names)])}"
            for what, names in missing
            if names
        ]
        lines += [f"  {count} times: {one}" for one, count in self.warnings.most_common(WARNINGS_SHOWN_MAX)]
        return [*lines, *_some(self.problems), *_some(self.unusable)]

    def _how(self) -> str:
        how = self.health.value if self.health else "not tried"
        if self.health is Health.OK and self.unusable:
            how = f"it answers, but {len(self.unusable)} of what it has cannot be read, and would go to wire.dead"
        elif self.health is Health.OK and self.problems:
            how = "it answers, but see below"
        return f"{how}: {self.detail}" if self.detail else how

    def _zones(self) -> str:
        if not self.without_zone:
            return ""
        read = f"read in {self.zone}" if self.zone else "read as UTC; write `zone` if they are another's"
        return f"; {self.without_zone} of {len(self.dates)} name no zone and are {read}"


def _some(sentences: list[str]) -> list[str]:
    more = len(sentences) - PROBLEMS_SHOWN_MAX
    shown = [f"  {one}" for one in sentences[:PROBLEMS_SHOWN_MAX]]
    return shown + ([f"  and {more} more"] if more > 0 else [])


def _shown(moment: datetime) -> str:
    """With its own zone, as the payload has it."""
    return moment.isoformat(sep=" ", timespec="minutes")

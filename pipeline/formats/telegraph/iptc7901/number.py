"""IPTC 7901: the number of a message, and the dispatch that it belongs to.

Numbers start again every day, so the day is part of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.formats.telegraph.iptc7901.text import MessageText
from pipeline.items import AltId

REFERENCES = (  # the optional field (4.10) has no fixed form: one row an agency
    re.compile(r"(?P<who>[A-Z][A-Za-z]{1,9}) (?P<id>\d{6}-\d{1,3}-\d{1,6})(?:#(?P<version>\d{1,4}))?"),  # KNA
    re.compile(r"(?P<who>[A-Za-z][A-Za-z-]{1,15})[ -](?P<number>\d{1,5})\b"),
)
NAMED_WITHIN = 1_000  # characters of a kill's text
OTHER_DAY = re.compile(
    r"yesterday|gestern|\b(?:of|from|vom) (?:\w{3,9}\.? )?\d|\d\.\d{1,2}\.|\b\d{1,2} [A-Z][a-z]{2}", re.IGNORECASE
)


class MessageNumber(NamedTuple):
    """The number of a message: its service, who counts (the service or an agency), the number and the day."""

    service: str
    who: str
    number: str  # without leading zeros
    day: str

    def __str__(self) -> str:
        return " ".join(dict.fromkeys(self))


def own_number(reference: re.Match[str] | None, sent: MessageNumber, warnings: list[str]) -> MessageNumber | None:
    """The number of the agency, which kills name, else that of the service.  An agency may count by service."""
    groups = reference.groupdict() if reference else {}
    number = groups.get("id") or str(int(groups.get("number") or 0))
    if number != "0":
        return sent._replace(who=groups["who"].lower(), number=number)
    if sent.number != "0":
        return sent
    warnings.append("no number: its revisions cannot be linked")
    return None


def named_number(copy: MessageText, own: MessageNumber, warnings: list[str]) -> MessageNumber | None:
    """The dispatch that a kill or a correction names, if it was sent earlier on the same day."""
    found = re.search(rf"\b{re.escape(own.who)}[ -]?0*(\d{{1,5}})\b", copy.about[:NAMED_WITHIN], re.IGNORECASE)
    if found is None or not own.number.isdecimal():
        return None
    after = copy.about[found.end() : found.end() + 60]
    if int(found[1]) < int(own.number) and not OTHER_DAY.search(after):
        return own._replace(number=found[1])
    warnings.append(f"names {own.who} {found[1]}, perhaps of another day: not linked")
    return None


def alt_ids(sent: MessageNumber, own: MessageNumber | None, named: MessageNumber | None) -> tuple[AltId, ...]:
    """The numbers that do not identify the dispatch."""
    by_service = (AltId(role="service", value=str(sent)),) if sent.number != "0" and own != sent else ()
    return (*by_service, *((AltId(role="message", value=str(own)),) if named else ()))

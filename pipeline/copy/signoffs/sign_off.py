"""What a sign-off says, and how it was recognised."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pipeline.values.agencies import Agency

SIGN_OFF_LENGTH_MAX = 800


class SignOffRule(StrEnum):
    """How a sign-off was recognised.  The values are published, in the rule of a stripped piece."""

    AGENCY = "agency"  # the agency alone, with its desk or with initials
    AP_TRAILER = "ap-trailer"
    BRACKETS = "brackets"  # (Reporting by A; Editing by B)
    CONTACT = "contact"  # Reuters: the reporter's telephone and address
    CONTRIBUTED = "contributed"  # A and B contributed to this report.
    DPA = "dpa"
    END_MARK = "end-mark"  # (END)
    FIELD = "field"  # a field of the format, which no other rule recognises
    FORM = "form"  # by its form and the item, whatever its words; what shows it follows
    INITIALS = "initials"
    REPORTED = "reported"  # AP: A reported from Oslo.
    SIGNATURE = "signature"  # the name of who wrote it, alone
    ROLES = "roles"  # as in brackets, without them


class SignOff(NamedTuple):
    """A sign-off: who reported, who edited, which agency."""

    text: str
    rule: SignOffRule
    reporting: tuple[str, ...] = ()
    editing: tuple[str, ...] = ()
    agency: Agency | None = None
    why: str = ""  # the signs by which its form was recognised
    helping: tuple[str, ...] = ()  # of those who reported: who only contributed, and is no author

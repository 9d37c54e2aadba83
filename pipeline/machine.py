"""Errors of the machine: a full disk, no memory, a missing right, a missing library.

They say nothing about the record at hand, so the record does not become a dead letter: the room stops with a
sentence, and continues with the same record once the machine is repaired.  Any other error is about the record.
"""

from __future__ import annotations

import errno
from typing import NamedTuple


class MachineFailed(Exception):
    """The machine failed on a record; nothing was decided.  The message says what to do."""


class Failure(NamedTuple):
    """A kind of error of the machine, and its remedy."""

    kind: type[Exception]
    numbers: frozenset[int] | None  # of an OSError; None: any
    remedy: str


# What a value from outside can provoke in a library: a date beyond the platform's, a text taken for a path.
OF_VALUES = frozenset({errno.EOVERFLOW, errno.EINVAL, errno.ERANGE, errno.EDOM, errno.ENAMETOOLONG})
FAILURES = (
    Failure(OSError, frozenset({errno.ENOSPC, errno.EDQUOT}), "free space on the disk and in the temporary folder"),
    Failure(OSError, frozenset({errno.EACCES, errno.EPERM, errno.EROFS}), "give the room's user the right"),
    Failure(OSError, frozenset({errno.EMFILE, errno.ENFILE}), "raise the limit of open files"),
    Failure(OSError, None, "repair the machine, or the installation"),
    Failure(MemoryError, None, "give the room more memory"),
    Failure(ImportError, None, "install Wiredesk again: a library is missing"),
)


def failure_of(error: BaseException) -> Failure | None:
    """The row of FAILURES that describes the error; None if the error is about the record."""
    number = error.errno if isinstance(error, OSError) else None
    if number in OF_VALUES:
        return None
    rows = (row for row in FAILURES if isinstance(error, row.kind))
    return next((row for row in rows if row.numbers is None or number in row.numbers), None)


def failed(error: BaseException, at: str) -> MachineFailed | None:
    """The error as a sentence with its remedy; None if it is about the record.

    `at` names the record at hand, which is not at fault.
    """
    row = failure_of(error)
    if row is None:
        return None
    return MachineFailed(
        f"the machine failed at {at}, which is not at fault and not lost: {type(error).__name__}: {error}."
        f" To do: {row.remedy}; then start the room again"
    )

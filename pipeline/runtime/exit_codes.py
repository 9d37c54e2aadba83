"""The exit codes of every command and worker: docs/operations.md#exit-codes says what to do about each.

A wrong command line ends with 2, which is click's own.
"""

from __future__ import annotations

EXIT_WRONG = 1  # something was skipped or is wrong, and is named
EXIT_BREAKER = 65  # sysexits.h EX_DATAERR: the feed is broken, or we are
EXIT_UNREACHABLE = 69  # EX_UNAVAILABLE: no broker answers
EXIT_FAILED = 70  # EX_SOFTWARE: starting again helps
EXIT_TAKEN_OVER = 75  # another process does the work now: starting again takes it back
EXIT_REFUSED = 77  # EX_NOPERM: the broker refuses the user, or the user lacks a right
EXIT_SETTINGS = 78  # EX_CONFIG: starting again does not help

"""A token of OAuth, which lasts an hour and is renewed by somebody else: it is read anew at each login."""

from __future__ import annotations

import shlex
import subprocess

from pipeline.runtime.secrets import SECRET_BYTES_MAX, read_secret

COMMAND_SECONDS = 30.0
COMMAND = "command:"


class NoToken(Exception):
    """There is none, and why; the text has nothing of it."""


def read_token(place: str) -> str:
    """The token that is at `env:NAME` or `file:/path`, or that `command:/path words` prints.  Raises NoToken."""
    try:
        return _printed(place.removeprefix(COMMAND)) if place.startswith(COMMAND) else read_secret(place)
    except ValueError as error:
        raise NoToken(str(error)) from None


def _printed(command: str) -> str:
    """What the program prints, which is run without a shell.  What it says of an error is not shown: it may be the
    token.
    """
    words = shlex.split(command)
    try:
        done = subprocess.run(  # noqa: S603 - whoever writes feeds.yaml says what is run
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"{words[0]} has not ended within {COMMAND_SECONDS:g} s") from None
    except OSError as error:
        raise ValueError(f"{words[0]} cannot be run: {error.strerror}") from None
    if done.returncode:
        raise ValueError(f"{words[0]} ended with exit code {done.returncode}; run it by hand")
    token = done.stdout.strip()
    if not token.isascii() or not token or len(token) > SECRET_BYTES_MAX or len(token.split()) > 1:
        raise ValueError(f"what {words[0]} prints is no token; it has to print one, and nothing else")
    return token.decode()

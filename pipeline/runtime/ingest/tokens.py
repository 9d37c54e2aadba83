"""A token of OAuth, which lasts an hour and is renewed by somebody else: it is read anew at each login."""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
import time

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
        code, printed = _run(words)
    except subprocess.TimeoutExpired:
        raise ValueError(f"{words[0]} has not ended within {COMMAND_SECONDS:g} s") from None
    except OSError as error:
        raise ValueError(f"{words[0]} cannot be run: {error.strerror}") from None
    if code:
        raise ValueError(f"{words[0]} ended with exit code {code}; run it by hand")
    token = printed.strip()
    if not token.isascii() or not token or len(token) > SECRET_BYTES_MAX or len(token.split()) > 1:
        raise ValueError(f"what {words[0]} prints is no token; it has to print one, and nothing else")
    return token.decode()


def _run(words: list[str]) -> tuple[int, bytes]:
    """The exit code of a program and what it prints, of which no more is read than a token may have.

    One that prints without end would take all memory.  Raises TimeoutExpired and OSError; what does not end by
    itself is killed, with what it has started.
    """
    until = time.monotonic() + COMMAND_SECONDS
    with subprocess.Popen(  # noqa: S603 - whoever writes feeds.yaml says what is run
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        try:
            printed = _printed_until(running, until)
            if len(printed) <= SECRET_BYTES_MAX:
                running.wait(max(0.0, until - time.monotonic()))
        finally:
            if running.returncode is None:
                os.killpg(running.pid, signal.SIGKILL)
        return running.returncode or 0, printed


def _printed_until(running: subprocess.Popen[bytes], until: float) -> bytes:
    """What it prints until it closes its output, or a little more than a token may have.  Raises TimeoutExpired."""
    assert running.stdout
    poll, printed = select.poll(), b""
    poll.register(running.stdout, select.POLLIN)
    while len(printed) <= SECRET_BYTES_MAX:
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise subprocess.TimeoutExpired(running.args, COMMAND_SECONDS)
        if not (some := os.read(running.stdout.fileno(), SECRET_BYTES_MAX)):
            break
        printed += some
    return printed

"""What the references of a file name: variables of the environment, and files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.rule_values import SecretiveModel

SECRET_BYTES_MAX = 10_000


class Secrets:
    """The secrets that a file refers to, read once.  Its text shows none of them."""

    def __init__(self, found: Mapping[str, str]) -> None:
        self._found = found

    def __call__(self, reference: str) -> str:
        """What the reference names; the text itself if it is none."""
        return self._found.get(reference, reference)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._found))})"


def secrets_of(
    holders: Iterable[tuple[str, SecretiveModel]], environment: Mapping[str, str] = os.environ
) -> tuple[Secrets, list[str]]:
    """All that the models refer to, and a sentence for each reference that is wrong, which names its holder."""
    problems: list[str] = []
    found: dict[str, str] = {}
    for holder, settings in holders:
        for reference in settings.references:
            try:
                found[reference] = read_secret(reference, environment)
            except ValueError as error:
                problems.append(f"{holder}: {error}")
    return Secrets(found), problems


def read_secret(reference: str, environment: Mapping[str, str] = os.environ) -> str:
    """The secret that a reference names, now.  Raises ValueError."""
    kind, _, place = reference.partition(":")
    try:
        text = _without_line_end(environment.get(place, "")) if kind == "env" else _of_file(Path(place))
    except OSError as error:
        why = error.strerror
        raise ValueError(f"{reference} cannot be read: {why}; name a file that this user can read") from None
    if not text:
        remedy = "set the variable" if kind == "env" else "write the secret into it"
        state = "not set" if kind == "env" and place not in environment else "empty"
        raise ValueError(f"{reference} is {state}; {remedy}")
    return text


def _without_line_end(text: str) -> str:
    """The text of a variable without its last line end: `$(cat …)` drops that, other ways to set one do not."""
    return text.removesuffix("\n").removesuffix("\r")


def _of_file(path: Path) -> str:
    with path.expanduser().open("rb") as file:
        data = file.read(SECRET_BYTES_MAX + 1)
    if len(data) > SECRET_BYTES_MAX:
        raise ValueError(f"file:{path} has more than {SECRET_BYTES_MAX} bytes; a secret is shorter")
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        raise ValueError(f"file:{path} is not UTF-8; a secret is text") from None

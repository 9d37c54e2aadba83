"""What the references of the receivers file name: variables of the environment, and files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.deliver.connectors import CONNECTORS
from pipeline.deliver.receivers import Apprise, ReceiverModel, Receivers
from pipeline.deliver.signatures import key_of
from pipeline.runtime.deliver.apprise_client import problem_of
from pipeline.settings import Misconfigured

SECRET_BYTES_MAX = 10_000


class Secrets:
    """The secrets of a receivers file, read once.  Its text shows none of them."""

    def __init__(self, found: Mapping[str, str]) -> None:
        self._found = found

    def __call__(self, reference: str) -> str:
        """What the reference names; the text itself if it is none."""
        return self._found.get(reference, reference)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._found))})"


def read_secrets(receivers: Receivers, environment: Mapping[str, str] = os.environ) -> Secrets:
    """All secrets of the file.  Raises Misconfigured, which names each receiver and reference that is wrong."""
    problems: list[str] = []
    found: dict[str, str] = {}
    holders: dict[str, ReceiverModel] = {
        f"receiver {name!r}": receiver.settings for name, receiver in receivers.receivers.items()
    }
    if receivers.acknowledgements:
        holders["acknowledgements"] = receivers.acknowledgements
    for holder, settings in holders.items():
        for reference in settings.references:
            try:
                found[reference] = _read(reference, environment)
            except ValueError as error:
                problems.append(f"{holder}: {error}")
    secrets = Secrets(found)
    problems += [] if problems else _impossible(receivers, secrets)
    if problems:
        raise Misconfigured("\n".join(problems))
    return secrets


def _impossible(receivers: Receivers, secrets: Secrets) -> list[str]:
    """What cannot be right although it is there."""
    problems = []
    for name, receiver in receivers.receivers.items():
        try:
            CONNECTORS[receiver.kind].check(receiver.settings, secrets)
        except ValueError as error:
            problems.append(f"receiver {name!r}: {error}")
            continue
        if isinstance(receiver.settings, Apprise) and (problem := problem_of(secrets(receiver.settings.url))):
            problems.append(f"receiver {name!r}: {problem}")
    if receivers.acknowledgements:
        for reference in receivers.acknowledgements.secrets:
            try:
                key_of(secrets(reference))
            except ValueError as error:
                problems.append(f"acknowledgements: {reference} {error}")
    return problems


def _read(reference: str, environment: Mapping[str, str]) -> str:
    """The secret.  Raises ValueError."""
    kind, _, place = reference.partition(":")
    try:
        text = environment.get(place, "") if kind == "env" else _of_file(Path(place))
    except OSError as error:
        why = error.strerror
        raise ValueError(f"{reference} cannot be read: {why}; name a file that this user can read") from None
    if not text:
        remedy = "set the variable" if kind == "env" else "write the secret into it"
        raise ValueError(f"{reference} is empty; {remedy}")
    return text


def _of_file(path: Path) -> str:
    with path.expanduser().open("rb") as file:
        data = file.read(SECRET_BYTES_MAX + 1)
    if len(data) > SECRET_BYTES_MAX:
        raise ValueError(f"file:{path} has more than {SECRET_BYTES_MAX} bytes; a secret is shorter")
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        raise ValueError(f"file:{path} is not UTF-8; a secret is text") from None

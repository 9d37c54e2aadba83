"""The secrets of a receivers file, and whether they can be right."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pipeline.deliver.connectors import CONNECTORS
from pipeline.deliver.receivers import Apprise, Receivers
from pipeline.deliver.signatures import key_of
from pipeline.rule_values import SecretiveModel
from pipeline.runtime.deliver.apprise_client import problem_of
from pipeline.runtime.secrets import Secrets, secrets_of
from pipeline.settings import Misconfigured


def read_secrets(receivers: Receivers, environment: Mapping[str, str] = os.environ) -> Secrets:
    """All secrets of the file.  Raises Misconfigured, which names each receiver and reference that is wrong."""
    holders: dict[str, SecretiveModel] = {
        f"receiver {name!r}": receiver.settings for name, receiver in receivers.receivers.items()
    }
    if receivers.acknowledgements:
        holders["acknowledgements"] = receivers.acknowledgements
    secrets, problems = secrets_of(holders.items(), environment)
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

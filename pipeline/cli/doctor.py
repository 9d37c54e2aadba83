"""doctor: settings, broker, topics and rooms; what is wrong, why, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import orjson
from rich.console import Console
from rich.markup import escape

from pipeline import settings
from pipeline.cli import EXIT_WRONG
from pipeline.outside import shown

if TYPE_CHECKING:
    from pipeline.runtime.doctor.findings import Finding

MARKS = {"ok": "[green]ok[/]       ", "bad": "[red]bad[/]      ", "unchecked": "[yellow]unchecked[/]"}

console = Console(highlight=False)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: docs/operations.md, Doctor.")
def doctor(as_json: bool) -> None:
    """Check settings, broker, topics and rooms; exit code 1 if something is wrong.

    Nothing is written, neither to topics nor to groups.
    """
    from pipeline.runtime.doctor.findings import Level

    levels = set()
    for finding in _findings():
        levels.add(finding.level)
        if as_json:
            click.echo(orjson.dumps(finding.as_json()))
        else:
            console.print(MARKS[finding.level] + " " + escape(shown(_line(finding))), soft_wrap=True)
    if Level.BAD in levels:
        sys.exit(EXIT_WRONG)


def _line(finding: Finding) -> str:
    """State, cause and remedy in one line."""
    what = f"{finding.check} {finding.subject}".strip()
    remedy = f" → {finding.remedy}" if finding.remedy else ""
    return " ".join(f"{what}: {finding.state}: {finding.cause}{remedy}".split())


def _findings() -> Iterator[Finding]:
    from pipeline.runtime.doctor.examine import Examination
    from pipeline.runtime.doctor.findings import Check, Finding, FindingState

    try:
        found = settings.load()
    except settings.Misconfigured as error:
        for problem in str(error).splitlines():
            yield Finding(Check.SETTINGS, FindingState.MISCONFIGURED, problem)
        return
    cause = f"app {found.app_id}, instance {found.instance}, {found.security_protocol}"
    try:
        found.writable("state_dir")
    except settings.Misconfigured as error:  # of what runs here; the broker can be looked at all the same
        yield Finding(Check.SETTINGS, FindingState.MISCONFIGURED, str(error))
    else:
        yield Finding(Check.SETTINGS, FindingState.RIGHT, cause)
    yield from Examination(found).findings()

"""One harness under libFuzzer: python -m tests.fuzz.harness NAME [libFuzzer's options and corpora]."""

from __future__ import annotations

import sys

import atheris

# Before atheris instruments: numba does not compile its modules afterwards.
import pipeline.normalise.cutting  # compiled by being imported
import pipeline.normalise.hashing  # noqa: F401 # likewise

with atheris.instrument_imports(include=["pipeline.formats", "pipeline.copy", "pipeline.notes"]):
    from .targets import HARNESSES


def main() -> None:
    atheris.Setup([sys.argv[0], *sys.argv[2:]], HARNESSES[sys.argv[1]])
    atheris.Fuzz()  # ends the process


if __name__ == "__main__":
    main()

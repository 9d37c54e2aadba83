"""Coverage-guided fuzzing of the parsers and of copy: `make fuzz`.

`targets` says what must hold for any bytes, `harness` hands them to libFuzzer (atheris), `python -m tests.fuzz`
runs it for a while.  Its findings are in `findings/`, a folder for each target, and an ordinary test runs them
again.  `planted` has a law of its own: an embargo, a status, a secret takes effect whatever is around it.
"""

"""Coverage-guided fuzzing of the parsers and of copy: `make fuzz`.

`targets` says what must hold for any bytes, `harness` hands them to libFuzzer (atheris), `python -m tests.fuzz`
runs it for a while.  What it found stands in `findings/`, a folder a target, and an ordinary test tries it again.
"""

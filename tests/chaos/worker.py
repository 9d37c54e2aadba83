"""`wiredesk worker` with small bounds: `python -m tests.chaos.worker ROOM`."""

import sys

from pipeline.cli import main

from .bounds import shrink

if __name__ == "__main__":
    shrink()
    main(["worker", *sys.argv[1:], "--end-with-stdin"], prog_name="wiredesk")

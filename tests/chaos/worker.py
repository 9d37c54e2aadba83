"""`wiredesk worker` with small bounds: `python -m tests.chaos.worker ROOM`."""

import os
import sys

from pipeline.cli import main

from .bounds import shrink
from .unguarded import VARIABLE, unguard

if __name__ == "__main__":
    shrink()
    if os.environ.get(VARIABLE):
        unguard()
    main(["worker", *sys.argv[1:], "--end-with-stdin"], prog_name="wiredesk")

"""`python -m pipeline.cli`: how the supervisor starts its workers."""

from pipeline.cli import main

main(prog_name="wiredesk")

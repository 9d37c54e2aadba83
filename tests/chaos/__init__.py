"""Chaos on a real broker: kill anything at any moment, then count.

    __main__   the run, from start to report            bounds    small windows, so that carries and trims take part
    load       what the publisher sends, and      pool      two workers a room, started again with back-off
               what must become of it             faults    the table of faults
    words      the words of its copy              freshness    is there fresh output everywhere?
    check      read_committed, record by record   compare   expected against found: lost, duplicated, ...
    report     JSON and docs/chaos.md             worker    `wiredesk worker` with those small bounds
    network    proxies between three brokers      cluster_faults    what only three brokers can have

`python -m tests.chaos --help` shows how to run it; docs/chaos.md has the last long run.
"""

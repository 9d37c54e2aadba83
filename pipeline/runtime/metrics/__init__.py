"""The figures of a worker: what its partitions count, judged over time, for Prometheus and for people.

table    every metric, one row each: page, docs/metrics.md and dashboard are made from it
alerts   what to be woken for: a rule and its test in one row
lag      what waits for a room, judged over time          view     a worker, as the rows of the table read it
page     the figures as Prometheus reads them             status   the figures as `wiredesk status` shows them
"""

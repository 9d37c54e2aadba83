"""The rooms on Faust and Kafka.  Only this package knows them, and HTTP, and clocks.

log        what a room needs of a log: the port, ownership and task of a partition, its journal, a model in memory
kafka      the log on Kafka: reader, writer, outcomes, topics, controls, rights, how far the rooms are
worker     one room as one process: Faust, pumps, timers, exits, the watchdog, the pages on its health port
metrics    the figures of a worker, the alert rules, `wiredesk status`
embedded   an Apache Kafka with nothing to install but Python
local      all rooms on one machine, under a supervisor
publish    payloads into wire.raw
ingest     what feeds bring, and the ledger of it
deliver    notifications to those who receive them
board      the pages for editors
doctor     what is wrong, why, and what to do
stories    stories and items for people: which are active, what each item added, why an item is in its story
demo       a broker, the rooms, sample wires, and a view of the result

record_lines   a record as one line               logging_setup   structured log lines
replay_input   captures and payloads as records   progress        how progress is reported
feeds          how each feed is; a feed resumed   decisions       what editors decide, as controls
secrets        secrets, by where they are         garbage         how often Python looks for it
"""

"""The rooms on Faust and Kafka.  This package alone knows them, and HTTP, and clocks.

log        the log as a port, the journal, the task of one partition, and a model of the broker in memory
kafka      the log on Kafka: connection, topics, readers, controls, lag
worker     one room as one process: Faust, the watchdog, the health page
embedded   an Apache Kafka with nothing to install but Python
local      all rooms on one machine, under a supervisor
publish    payloads into wire.raw
demo       a broker, the rooms, sample wires, and a view of the result
"""

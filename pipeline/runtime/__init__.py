"""The rooms on Faust and Kafka.  This package alone knows them, and HTTP, and clocks.

worker      one room, one process                 keeper     one partition of it: transactions and the journal
faust_app   every quirk of Faust                  journal    reading, trimming
broker      the embedded Apache Kafka             jars       where its jars come from
clients     one Connection for every client       topics     create and check
publish     payloads into wire.raw                captures   topics into files
supervise   five rooms under one roof             logs       structured lines on stderr
"""

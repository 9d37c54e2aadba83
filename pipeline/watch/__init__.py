"""WATCH: is each feed as it always is?

rhythm     how long a feed is silent, by hour of the week      lateness   how long its items take to come
feed       what is remembered of a feed                        states     what a feed is, and what is told of it
state      all feeds of a shard                                messages   the status and the alarm, as records
room       an item, a tick or a control in, statuses and alarms out
"""

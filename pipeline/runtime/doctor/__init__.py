"""`wiredesk doctor`: facts are gathered from this machine and the broker, then judged by pure functions.

findings   what the doctor reports: check, state, cause, remedy, figures   causes     the states of some causes
facts      what was gathered
machine    facts of this machine                   cluster    facts of the broker
judge      facts to findings, except of rooms     room       facts of a room to its finding
examine    the checks in their order, each with a deadline
"""

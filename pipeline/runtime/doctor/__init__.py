"""`wiredesk doctor`: facts are gathered from this machine and the broker, then judged by pure functions.

findings   what is said: check, state, cause, remedy, figures
facts      what was gathered
machine    facts of this machine                   cluster    facts of the broker
judge      facts to findings, but for the rooms    room       facts of a room to its finding
examine    the checks in their order, each with a deadline
"""

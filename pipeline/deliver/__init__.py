"""DELIVER: has the desk got it?

receivers    who gets what: the operators' file     schedule     when it is tried again
outcomes     what an answer means                   state        what is remembered
waits        what may go next, and when             work         one record: begin, end, give up
room         notifications, answers, controls       requests     what is sent, as a value
signatures   of Standard Webhooks                   connectors   each kind of receiver: request and answer

The room says which attempts to begin, and writes that down.  It sends nothing: pipeline.runtime.deliver makes the
attempts that are written down, and writes what each of them came to into the room's input.
"""

"""Wiredesk: one clean, deduplicated, story-tagged stream out of many news wires.

The walk of a wire item, one room after the other, one question each::

    wire.raw         what arrived                       key: feed
      NORMALISE      which words?                       -> wire.normalised   key: feed
      RESOLVE        which dispatch, is it still good?  -> wire.resolved     key: language
      DEDUPE         who said it before?                -> wire.deduped      key: language
      TAG            which story?                       -> wire.enriched     key: story, + wire.stories
      ALERT          who must know?                     -> wire.alerts       key: story

Every room has one side door, wire.dead, and one journal, wire.journal.ROOM.  Read on in this order:

    envelope   record types, headers, what a record carries on
    records    Position, Record, Decision, Room: the contract of a room
    items      the ninjs item that walks, and our members of it
    features   what later rooms compute with, in one compact header
    formats    payload bytes -> parsed items          copy      the words of the wire
    values     what both read: dates, zones, codes, embargoes, notes to editors
    normalise  resolve  dedupe  tag  alert            the rooms, pure
    topology   TOPICS and ROOMS                       shard     one partition of one room, without a broker
    replay     the rooms in memory                    account   where every item went
    runtime    the rooms on Faust and Kafka           cli       the command `wiredesk`
"""

__version__ = "0.1.0"

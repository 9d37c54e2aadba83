"""Wiredesk: one clean, deduplicated, story-tagged stream out of many news wires.

A wire item passes through seven rooms in order, and an eighth watches the feeds; each room answers one question::

    wire.raw         what arrived                       key: feed
      NORMALISE      which words?                       -> wire.normalised   key: feed
      RESOLVE        which dispatch, is it still good?  -> wire.resolved     key: language
      DEDUPE         who said it before?                -> wire.deduped      key: language
      TAG            which story?                       -> wire.enriched     key: story, + wire.stories
      ALERT          who must know?                     -> wire.alerts       key: story
      ROUTE          which desk, and when?              -> wire.notifications  key: desk
      DELIVER        has the desk got it?               -> wire.deliveries   key: receiver/notification

    wire.normalised
      WATCH          is each feed as it always is?      -> wire.feeds        key: feed/status, + wire.alerts

A record that a room cannot use goes to wire.dead.  What a room decides goes to its journal, wire.journal.ROOM.
Read the modules in this order:

    envelope   record types, headers, what a record takes over from its cause
    records    Position, Record, Decision, Room: the contract of a room
    items      the published models: a ninjs item and our members, stories, alerts, controls
    features   what later rooms compute with, in one compact header
    formats    payload bytes -> parsed items          copy      the words of the wire
    notes      what text says that is addressed to editors: embargoes, kills, holds, what is private
    values     what these read: dates, zones, codes, embargoes
    normalise  resolve  dedupe  tag  alert  route  deliver  watch    the rooms, pure
    topology   TOPICS and ROOMS                       shard     one partition of one room, without a broker
    replay     the rooms in memory                    account   where every item went
    board      the view of the topics for editors     ingest    the ways in: folders, feeds, mailboxes …
    runtime    the rooms on Faust and Kafka           cli       the command `wiredesk`

Beside these: language (tags and word lists), dead (dead letters), captures (records as JSON lines), ledger (a
bounded memory), samples (the wires in seeds/), partitioner, connection, settings, rule_files and rule_values
(files that people write), schemas (what is published), testing (a pytest plugin for consumers), and for the image
kernel_cache and probe (its health check).
"""

__version__ = "0.1.0"

"""Asks what connectors want to know, and writes what follows and the ledger in one transaction.

driver     Driver: what asks the world outside for a connector        drivers   one for each way in
folder     looks at a folder; folder_*: walk, files, moves, events    push      requests; push_*: their server
tcp        listens and connects; tcp_waiting: what waits for Kafka    blocking  calls on a thread, within a time
imap       asks a mailbox; imap_session and imap_responses: how that is said on the line
sftp       looks at a folder behind SSH; sftp_files: finds files, puts them away
http       polls addresses; http_*: client, bounds, turns, unpacking
s3         asks a bucket                                              packed    files that may be compressed
ledger     what wire.feeds has of each feed                           owner     its one owner, and the commit
committer  collects the steps of many feeds into one transaction      turns     each feed's turn
shell      all feeds of the file at work                              figures   what the page has of them
process    the command: settings, signals, pages                     trying    `ingest check`
forgetting what is left of feeds that left the file
"""

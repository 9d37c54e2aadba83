"""Asks what connectors want to know, and writes what follows and the ledger in one transaction.

driver     Driver: what asks the world outside for a connector        drivers   one for each way in
folder     looks at a folder, reads and puts away its files           push_*    the server of `POST /feeds/NAME`
tcp        listens and connects; tcp_waiting: what waits for Kafka    blocking  calls on a thread, within a time
imap       asks a mailbox; imap_session and imap_responses: how that is said on the line
sftp       looks at a folder behind SSH; sftp_files: finds files, puts them away
s3         asks a bucket                                              packed    files that may be compressed
ledger     what wire.feeds has of each feed                           owner     its one owner, and the commit
committer  collects the steps of many feeds into one transaction      feeds     each feed's turn
process    the command: settings, signals, pages
"""

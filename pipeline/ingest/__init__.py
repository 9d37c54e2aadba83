"""INGEST: the ways in, pure: what a connector asks for, and what follows from the answer.

A feed is a name and one way in.  Its connector is a function of what the ledger has of the feed (`wire.feeds`) and
of one answer from outside; it returns the payloads for wire.raw and what the ledger has to remember.
`runtime.ingest` asks, and writes both in one transaction.

    contract   Connector, Known, Taken: what each way in has to say
    feeds      feeds.yaml as a whole               feed   what it says of one feed
    ways       the ways in, a row each             push       requests
    folder     a folder of files                   folder_feed: what it says of one; also of files elsewhere
    http       RSS, Atom, JSON Feed                api    agencies' own interfaces
    tcp        a wire over a socket                tcp_cutter, tcp_telegraph: where its dispatches end
    imap       a folder of a mailbox               imap_feed: what it says of one; imap_address
    s3         a bucket                            s3_feed
    sftp       a folder behind SSH
"""

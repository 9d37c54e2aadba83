"""For those who read the stream: their own code tested against replayed captures, without a broker or with one.

    plugin     the pytest plugin: fixtures `replay`, `golden`, `check_consumer`, `wiredesk_broker`
    replayed   what came out of a capture
    live       records onto a real broker
    golden     today's outcome compared with yesterday's, with a readable difference
    contract   does a consumer accept what is published, now and in this schema's next minor version?

docs/testing.md shows them at work.  Nothing of it is imported before a test asks for it.
"""

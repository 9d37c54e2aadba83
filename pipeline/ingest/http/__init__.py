"""Feeds that are polled over HTTP: RSS, Atom, JSON Feed.

rss, polling       what feeds.yaml says of such a feed, and what its connector is told
exchange, cursor   what is asked for and what comes; what is remembered
feed               FeedPolling, the connector
reading            a document cut into entries, spans of its bytes: reading_xml, cut_xml, cut_broken, cut_json
unseen, documents  which of them are new, and their payloads
step, taking       what follows from an answer: without a document, from one; progress: what is remembered of it
redirects          which address is followed, and which is remembered: addresses
rhythm, failures   when to ask again: caching
"""

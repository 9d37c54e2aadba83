"""Feeds that are polled over HTTP: RSS, Atom, JSON Feed.

polling     what feeds.yaml says of such a feed       exchange   what is asked for, and what comes
cursor      what is remembered of it                  feed       FeedPolling, the connector
cut_xml  cut_broken  cut_json  entry                  the entries of a document, as spans of its bytes
unseen      which of them are new                     documents  payloads of the new ones
redirects  addresses                                  which address is followed, and which is remembered
rhythm  failures  caching                             when to ask again
"""

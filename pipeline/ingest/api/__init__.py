"""Agencies' own programming interfaces over HTTP, answered in JSON: pages, and queues that are acknowledged.

styles   the interfaces that are known, a row each: where their items are, and what tells one from another
polling  what the connector is told          settings  what feeds.yaml may say
page     an answer cut into items            exchange  what is asked for beside a page: the text of a story
feed     ApiPolling, the connector
"""

"""Rows as what a page shows, a module for each view.

lines      items in lists: the wire, what was withdrawn, what a search finds
stories    stories, and the time line of one
dispatch   a dispatch with its text, its revisions and its copies
evidence   why an item is where it is, in words
alerts     alerts, and what desks were sent of them

Words of what is killed, recalled or on hold go no further than `Line.headline`.
"""

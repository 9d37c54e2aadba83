"""What the stream says about stories and items, for people: read from wire.stories and wire.enriched.

reading    the latest record of each story, and the items that a caller asks for
activity   which stories are active, and how fast they grow now
timeline   a story item by item: what each added, copies with what they copy
shared     two texts side by side: what is in both
"""

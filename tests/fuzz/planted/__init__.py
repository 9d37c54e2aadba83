"""Planted embargoes, statuses and secrets: whatever is around them, they take effect or the payload is dead.

plants      a payload of each format with something planted, its twin without it, and what is promised
inside      changes of the document apart from the plant      outside   changes of what is around it
cases       a plant and the changes, made out of bytes or of a number; the law; the shortest case that breaks it
"""

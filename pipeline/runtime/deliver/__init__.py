"""Sends what the room deliver has written down, and takes acknowledgements.

secrets   those of the receivers file, and whether they are right http     one request, within its bounds
sender    makes the attempts that are under way               process  the worker of the room, with its sender
"""

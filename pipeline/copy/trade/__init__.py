"""Lines in which an agency speaks of its own copy, known by the words of our trade (trade.yaml).

lines    whether a line is one                     words    what each of its words is
labels   what stands before a colon                links    addresses and telephone numbers in it
shows    what shows that a line of such words is about the copy
"""

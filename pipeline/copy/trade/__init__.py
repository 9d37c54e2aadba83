"""Lines in which an agency speaks of its own copy, known by the words of our trade (trade.yaml).

lines      whether a line is one                   sentences  of which the wording shows it
words      what a word is                          read_line  what the words of a line are
labels     what is before a colon                  links      addresses and telephone numbers in it
shows      what shows that a line of such words is about the copy
"""

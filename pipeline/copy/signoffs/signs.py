"""What a last line may have that shows whether it signs the copy, and what each weighs: at THRESHOLD it does.

No sign is enough alone but those that weigh so much.  Its words are published in the rule of a stripped piece.
"""

from __future__ import annotations

from enum import Enum

THRESHOLD = 4


class Sign(Enum):
    """In words, and its weight."""

    OWN = "own agency", 3  # at one of its ends: the copy's agency, an abbreviation or an address of it
    AGENCY = "agency", 2  # another
    DATED = "dated", 1  # beside it a time, and nothing else
    NAMED = "named copy", 1  # the copy names its agency or is signed
    WRITER = "writer", 2  # a name of the byline, or initials that fit one
    BELOW = "below a sign-off", 3
    ABOVE = "above a sign-off", 2  # and below the last sentence
    CREDITED = "credited", 2  # begins with a person and a comma, ends with an agency in brackets
    SLASHED = "slashed", 1
    JOINED = "joined", 2  # by a sign that words are not joined by
    CODES = "codes", 2  # several short ones and nothing else
    NAMES = "names", 1  # of people and places and nothing else
    FRAMED = "framed", 1  # by brackets, slashes or dashes
    LED = "led by a dash", 1
    REACHED = "address", 2
    ADDRESS_ALONE = "nothing but an address", 1
    BRAND = "an address written as a name", 1  # Agenda.ge
    OUTLET = "a person and a paper", 3
    INITIALS = "framed initials", 4  # (abc), (N. K.), — NK
    NOT_IN_STORY = "a name of which the story does not tell", 4
    FILED = "a person and the place of the dateline", 3
    DESK = "a name and initials", 3  # Radio Miraya/AB
    GOES_ON = "goes on with what has left", 4  # it ends with a comma
    SENTENCE = "sentence", -4
    FIGURES = "figures", -4  # scores, tables
    TRADE = "trade", 1  # words of it beside an agency, each
    OTHER = "words", -1  # small unknown ones, each

    def __init__(self, words: str, weight: int) -> None:
        self.words = words
        self.weight = weight

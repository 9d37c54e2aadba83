"""Notes to editors: embargo, hold, kill, correction, not for publication - in whatever field they are.

What the reader is given:
  passages   texts with whom they are addressed to; what a note means     reader    the one reader of them all
  editors    text that is addressed to editors           private    public text: what of it may be published
  named      fields that say it by their name            tags       kills and holds at the beginning of a headline

Public text, line by line:
  screen     most lines can be no note                   lines      the notes in a line
  scopes     the parts and brackets of a line            cut_notes  notes that a line break cuts
  sentences  sentences that keep what follows private    addressed  lines that are a note as a whole
  marked     lines between marks, behind a label         short_tags tags of few words: `RETRACTED`
  signed     tags beside who signs: `KILL -- AP`         in_force   `EMBARGO STILL IN FORCE`

How a note is recognised:
  phrases    those of phrases.yaml and words.yaml        phrase_matches  found in a text
  wordings   the small language of phrases.yaml          tag_words  the words of tags
  families   by families of words near each other        rules      which families make a note
  family_lists, lexicon   families.yaml, and its words as bits
  describing clauses that ask for nothing                respelled  words in disguise: `E M B A R G O`
  fold       letters without case and accents

What it means:
  effects    signals and embargoes                       lifts      `embargo lifted`, understood whole
  times      the end of an embargo, understood whole, by time_tokens, time_words, time_rules and zones
"""

from pipeline.notes.effects import without_lift
from pipeline.notes.lifts import is_lift_of_copy
from pipeline.notes.passages import NOTE_CHARACTERS_MAX, NOTES_NOT_KEPT, Addressee, NoteMeaning, Passage
from pipeline.notes.private import (
    PublicText,
    is_for_newsroom,
    is_note_alone,
    is_public,
    public_part,
    public_text,
    without_private,
)
from pipeline.notes.reader import is_line_of_embargo, load, may_limit, read_headline, read_notes, says_embargo
from pipeline.notes.tags import lifts_by_tag, read_tag

__all__ = [
    "NOTES_NOT_KEPT",
    "NOTE_CHARACTERS_MAX",
    "Addressee",
    "NoteMeaning",
    "Passage",
    "PublicText",
    "is_for_newsroom",
    "is_lift_of_copy",
    "is_line_of_embargo",
    "is_note_alone",
    "is_public",
    "lifts_by_tag",
    "load",
    "may_limit",
    "public_part",
    "public_text",
    "read_headline",
    "read_notes",
    "read_tag",
    "says_embargo",
    "without_lift",
    "without_private",
]

"""Notes to editors: embargo, hold, kill, correction, not for publication - in whatever field they are.

passages   what the reader is given and what it reports     reader    the one reader of all fields
private    what of a text may be published                  lines     the notes in a line of public text
editors    text that is addressed to editors                marked    lines of public text between marks
tags       kills and holds at the beginning of a headline   phrase_matches  phrases found in a text
effects    what they mean for the item                      phrases   phrases.yaml and words.yaml, by first word
families   notes recognised by families of words            lexicon   families.yaml, as bits
describing notes that tell what an item has, and ask for nothing
in_force   `EMBARGO STILL IN FORCE`
short_tags tags of few words: `RETRACTED`                   tag_words  the words of tags
signed     tags beside who signs: `KILL -- AP`              wordings  the small language of phrases.yaml
lifts      `embargo lifted`, understood whole
named      fields that say it by their name                 times     the end of an embargo, understood whole
time_tokens, time_words, time_rules, zones    its pieces, words (times.yaml), grammar and zones (zones.yaml)
fold       letters without case and accents
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

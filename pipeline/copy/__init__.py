"""Copy as agencies write it: plain text in; the story, and everything that is not the story, out.

The walk:
  reading       the whole of it: headline, paragraphs, what was recognised
  damage        first, characters that broke on the way are repaired
  lines         then whole lines that are no story leave, wherever they are
  story_head    then what is above the first sentence
  story_foot    then what is below the last one, by foot_rules, which read a foot
  headlines     and the headline leaves its tags         findings     what has been recognised so far

What is recognised, by whom:
  datelines     BRUSSELS (Reuters) –                     places       which city, region and country that is
  signoffs      (Reporting by …), hh/ph/ts               bylines      By …
  trade         lines about the copy itself: Quelle: dpa, This story has been updated.
  rights        Copyright …, Photo: …                    change_notes (Adds details)
  contacts      addresses of the agency                  stamps       when it was sent
  writers       who the writer is, in a last paragraph   boilerplate  paragraphs known word for word
  headline_tags UPDATE 2-, Eil:, KILL KILL KILL          round_ups    several stories in one text
  manners       what some agencies do and others do not
  names         people in a list                         sentences    where one ends
"""

from pipeline.copy.reading import CleanCopy, read_copy

__all__ = ["CleanCopy", "read_copy"]

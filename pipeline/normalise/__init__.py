"""NORMALISE: which words?

All that is a pure function of one item: parsing, cleaning, ids, language, fingerprints, label phrases.  The room is
stateless and does the heavy work, because it scales by partitions.

room          the room                         declared      what is known of a feed
deaths        feeds whose payloads died lately
building      the item, from what format and copy say
heeding       what notes to editors say, and what is private in the fields
detection     the language of an item          credits       who wrote it          markup     its body as HTML
fingerprints  what dedupe compares             characters, cutting, hashing        tables and compiled loops

phrases       what tag labels a story with: candidates, events, a short headline
tokens, casing   the words and their case      tagger        word classes, by hanta (models) and viterbi (search)
untagged      word classes without a tagger    chunks        noun phrases
candidates, candidate_search   phrases that could be a label
event_phrases phrases out of verbs             short_headlines, headline_cuts      the headline as a label
"""

"""TAG: which story?

room      one item in: the item with its story, and a record of each thing that happens to a story (outputs)
rules     in order, the first that applies decides; they ask a query about the item and the state
verdicts  what an item can be to a story
scoring   which stories an item matches: its vectors, candidates, scores
naming    the label of a story: labels ranks its phrases, by phrase_totals over its label_members
state     the living stories (living), the window, the killed; index has the numbers, *_kernels compute with them
closed    the closed stories, and how one is found again
changes   what the journal keeps; story_totals counts items in and out
"""

"""DEDUPE: who said it before?

room -> verdicts (exact, near, round-up, original) -> relations (two zones, six relations) and recalls
state: index (the window) on ring (the postings), and what fell; changes is what the journal keeps
"""

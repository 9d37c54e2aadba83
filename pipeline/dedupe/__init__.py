"""DEDUPE: who said it before?

room      one item in: its verdict (verdicts), the recalls that it causes (recalls)
verdicts  exact copy, near-duplicate (relations: two zones, six relations), round-up or original
templates texts of one feed that are alike although the items are about different things
state     the window (window, with its posting ring) and the withdrawals; changes is what the journal keeps
"""

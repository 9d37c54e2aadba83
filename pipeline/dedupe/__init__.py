"""DEDUPE: who said it before?

room      one item in: its verdict (templates  texts of one feed that are alike although the items are not
verdicts), the recalls that it causes (recalls)
verdicts  exact copy, near-duplicate (relations: two zones, six relations), round-up or original
state     the window (window, with its posting ring) and the withdrawals; changes is what the journal keeps
"""

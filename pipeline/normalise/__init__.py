"""NORMALISE: which words?

Everything that is a pure function of one item: parsing, cleaning, ids, language, fingerprints, label phrases.
Stateless, so all the heavy CPU is here, where it scales by partitions.
"""

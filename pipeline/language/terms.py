"""The number of a term: normalise counts terms by it, and tag finds them by it.

normalise.hashing does the same to whole texts, compiled; a property test compares the two.
"""

from __future__ import annotations

_FNV_OFFSET, _FNV_PRIME = 14695981039346656037, 1099511628211  # FNV-1a, 64 bit
_MASK = (1 << 64) - 1


def term_hash(term: str) -> int:
    """The uint32 of a folded term (folding.fold_word), as in Features.terms."""
    state = _FNV_OFFSET
    for letter in term:
        state = (state ^ ord(letter)) * _FNV_PRIME & _MASK
    return _mix(state) >> 32


def _mix(x: int) -> int:
    """The finaliser of splitmix64: every bit of x moves every bit of the result."""
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & _MASK
    return x ^ (x >> 31)

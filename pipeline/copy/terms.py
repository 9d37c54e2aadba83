"""The number that stands for a term: what normalise counts, tag must find again.

normalise.kernels does the same to whole texts, compiled; a property test holds the two together.
"""

from __future__ import annotations

_FNV_OFFSET, _FNV_PRIME = 14695981039346656037, 1099511628211  # FNV-1a, 64 bit
_MASK = (1 << 64) - 1


def term_hash(term: str) -> int:
    """The uint32 that stands for a folded term (folding.fold_word) in Features.terms."""
    state = _FNV_OFFSET
    for letter in term:
        state = (state ^ ord(letter)) * _FNV_PRIME & _MASK
    return _mix(state) >> 32


def _mix(x: int) -> int:
    """The finaliser of splitmix64: every bit of x moves every bit of the result."""
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & _MASK
    return x ^ (x >> 31)

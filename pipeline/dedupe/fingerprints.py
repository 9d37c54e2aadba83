"""From the features of an item to what dedupe finds and compares it by."""

from __future__ import annotations

import zlib

import numpy as np

from pipeline.dedupe.changes import ItemFingerprints
from pipeline.dedupe.kernels import Array
from pipeline.dedupe.templates import headline_words
from pipeline.dedupe.window import salt, uint32s
from pipeline.features import Features
from pipeline.records import Reason, Rejected

EXACT_WORDS_MIN = 12  # a shorter body ("Details to follow.") is compared by the ring, with its headline
PAYLOAD = "payload"  # byte for byte, with its dates and numbers: sent again, whatever series it is of
EXACT_KINDS = (PAYLOAD, "body", "bare body")


def fingerprints_of(given: Features, language: str, headline_key: bytes = b"") -> ItemFingerprints:
    """The fingerprints of an item.  Raises Rejected(BAD_RECORD) for arrays that cannot be read."""
    whole = len(given.sample) % 8 == len(given.shingles) % 4 == len(given.numbers) % 4 == 0
    if not whole or len(given.opening) * 4 != len(given.terms):
        raise Rejected(Reason.BAD_RECORD, "features: an array of a wrong length")
    return ItemFingerprints(
        keys=(_upper(given.sample) ^ np.uint32(salt(language))).tobytes() + headline_key,
        shingles=given.shingles,
        numbers=given.numbers,
        terms=given.terms,
        opening=uint32s(given.terms)[np.frombuffer(given.opening, np.uint8) > 0].tobytes(),
    )


def headline_key(headline: str, language: str) -> bytes:
    """The key (uint32) of a headline that is told by its words; of a shorter one none."""
    words = headline_words(headline)
    return zlib.crc32(f"{language} {words}".encode()).to_bytes(4, "little") if words else b""


def exact_keys(given: Features, part: int, language: str) -> tuple[bytes, ...]:
    """One key for each of EXACT_KINDS, none for a body of less than EXACT_WORDS_MIN words.

    All items of a payload have its hash, so the part belongs to that key.
    """
    if given.words < EXACT_WORDS_MIN:
        return ()
    hashes = (given.raw_hash + b"%d" % part, given.body_hash, given.bare_hash)
    return tuple(b"%d %s " % (kind, language.encode()) + hash_ for kind, hash_ in enumerate(hashes))


def _upper(sample: bytes) -> Array:
    return (np.frombuffer(sample, "<u8") >> np.uint64(32)).astype(np.uint32)

"""The features of an item: what dedupe and tag compute with, in one header beside the item.

Computed once, in normalise, where the CPU scales by partitions; read by dedupe and tag; dropped by tag, so that
no consumer ever sees it.  Layout: one version byte, then a MessagePack array (msgspec).  Integer arrays are
little-endian bytes: numpy reads them in place.  About 5 kB for a 300-word item.
"""

from __future__ import annotations

from enum import IntFlag

import msgspec
import numpy as np

from pipeline.records import Reason, Rejected

VERSION = 1
PHRASES_MAX = 24
PARTS_MAX = 24
LABEL_TERMS_MAX = 64


class Trait(IntFlag):
    """What normalise.phrases saw in a phrase and tag.labels weighs: the bits of Phrase.flags."""

    NAME = 1  # a proper name is in it
    NOUN = 2  # its head is a common noun
    BARE = 4  # nothing but a name
    VERBLIKE = 8  # a plural inside it may be a verb
    SETTING = 16  # an event where another one happens: it only follows `at`, `near`, `outside`
    OWNED = 32  # somebody's something
    HEADLINE_VERB = 64  # its last word may be the verb of a headline
    EVENT_OF = 128  # event + of/in/... + noun
    CUT = 256  # something belonging to it was cut off
    COMPOUND = 512  # one long word that is a phrase (German)
    GUESSED = 1024  # its spelling is a guess: it occurs only in capitals or in Title Case
    MADE = 2048  # a name with the event noun of a verb of the headline: no text has it so
    HEADLINE = 4096  # no phrase: the headline, short enough for a label; CUT: its end was cut off
    ASIDE = 8192  # a headline that asks, promises or quotes
    EVENTFUL = 16384  # a headline with an event in it, a noun or a verb
    PLACE = 32768  # a name after `in`, `at`, `near`


class Phrase(msgspec.Struct, frozen=True, array_like=True):
    """A label candidate: a noun phrase of the title or the first 60 words (docs/design/stories.md#labels)."""

    key: str  # its words, lower case, blank between: the same phrase in two items has the same key
    surface: str  # as written, the body's spelling before the headline's
    weight: int  # place weight in 1/256: 2.0 in the title, 1.0 in the first two sentences, less below
    flags: int  # bits of Trait


class Features(msgspec.Struct, frozen=True, array_like=True):
    """The features of one item.  Each is a function of that item alone."""

    raw_hash: bytes  # blake2b-128 of the payload
    body_hash: bytes  # blake2b-128 of the folded headline-less body, furniture and all
    bare_hash: bytes  # the same without furniture (dateline, sign-off, copyright, credits, boilerplate)
    words: int  # of the bare body
    shingles: bytes  # uint32, sorted, unique: hashes of word 3-shingles of the bare body
    sample: bytes  # uint64, at most 192: what the ring is probed with (docs/design/duplicates.md#fingerprints)
    numbers: bytes  # uint32, sorted: hashes of the numbers in the bare body, each as often as it occurs
    terms: bytes  # uint32, sorted, unique: hashes of the folded terms of title and first 400 body words
    counts: bytes  # uint8 per term: title occurrences x 3 + body occurrences
    lead_counts: bytes  # uint8 per term: occurrences in title + first 60 body words
    opening: bytes  # uint8 per term: 1 if in title + first 25 body words
    phrases: tuple[Phrase, ...]  # at most PHRASES_MAX
    label_terms: tuple[tuple[str, int], ...]  # (folded term, place weight in 1/256), at most LABEL_TERMS_MAX
    heads: tuple[tuple[str, int, str], ...]  # (folded head noun, place weight in 1/256, its form in the text)
    parts: tuple[bytes, ...] = ()  # of a round-up: `terms` of each of its first PARTS_MAX paragraphs


def without_terms(given: Features, hashes: frozenset[int]) -> Features:
    """The features without some of the terms, as those of an item that has no more words than are left."""
    count = len(given.counts)
    if not hashes or len(given.terms) != 4 * count:
        return given
    terms = np.frombuffer(given.terms, "<u4")
    kept = ~np.isin(terms, np.fromiter(hashes, np.uint32, len(hashes)))
    arrays = (given.counts, given.lead_counts, given.opening)
    counts, leads, opening = (
        np.frombuffer(one, np.uint8)[kept].tobytes() if len(one) == count else one for one in arrays
    )
    return msgspec.structs.replace(
        given,
        terms=terms[kept].tobytes(),
        counts=counts,
        lead_counts=leads,
        opening=opening,
        words=min(given.words, int(np.count_nonzero(kept))),
    )


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Features)


def encode(features: Features) -> bytes:
    """The header's value."""
    return bytes([VERSION]) + _encoder.encode(features)


def decode(data: bytes | None) -> Features:
    """The features out of a header's value.  Raises Rejected(BAD_RECORD): absent, another version, damaged."""
    if not data or data[0] != VERSION:
        raise Rejected(Reason.BAD_RECORD, f"features: version {data[0] if data else None}, this is {VERSION}")
    try:
        return _decoder.decode(data[1:])
    except msgspec.DecodeError as error:
        raise Rejected(Reason.BAD_RECORD, f"features: {error}") from None

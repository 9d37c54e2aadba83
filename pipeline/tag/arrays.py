"""The arrays of tag: their types, and the layouts of those with columns."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint32]  # hashes of terms mixed with their language (index.mixed), never 0
Table = npt.NDArray[Any]  # of one of the layouts below

ROW = np.dtype(  # the numbers of one living story
    [
        ("start", "i8"),  # its cells: cells[start : start + capacity]
        ("capacity", "i8"),
        ("used", "i8"),
        ("members", "i8"),  # items whose vectors are in the sum
        ("text_square", "i8"),  # squared length of the sum of the text vectors, 1/65536
        ("lead_square", "i8"),
        ("last_ms", "i8"),  # event time of its latest item
        ("founded", "i8"),  # source offset of the founding item: the order of age
    ]
)
CELL = np.dtype([("key", "u4"), ("text", "i4"), ("lead", "i4")])  # one term of one story
TERM = np.dtype([("key", "<u4"), ("weight", "<i2")])  # one of the heavy terms of a story
POSTING = np.dtype([("back", "u4"), ("key", "u4"), ("number", "u4"), ("weight", "i4")])  # one term of one item


class ItemVectors(NamedTuple):
    """An item as it is compared with the stories."""

    terms: Keys  # all, for the document frequencies
    keys: Keys
    text: Ints
    lead: Ints

"""Files that may be compressed: their content within the bound of a payload."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import PurePosixPath

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.runtime.publish.sources import CONTENT_TYPES, GZIP


def is_packed(name: str) -> bool:
    """Whether a name says that it is a gzip file."""
    return PurePosixPath(name).suffix.lower() == GZIP


def unpacked(value: bytes) -> bytes | None:
    """What a gzip file has, one byte more than a payload may have at the most; None if it is none."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(value)) as packed:
            return packed.read(PAYLOAD_BYTES_MAX + 1)
    except (OSError, EOFError, zlib.error):
        return None


def content_type_of(name: str) -> bytes:
    """The media type of a file by its name, where that is enough; the content decides without it."""
    path = PurePosixPath(name)
    return CONTENT_TYPES.get((PurePosixPath(path.stem) if is_packed(name) else path).suffix.lower(), b"")

"""The style, the scripts and the icon: read once, named by what they hold, and kept by browsers for a year.

Scripts are modules that import each other by name, so all of them are in one folder.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_A_YEAR = "private, max-age=31536000, immutable"  # of an address that names what the file holds
ASK_AGAIN = "no-cache"


class Static(NamedTuple):
    """A file."""

    content: bytes
    type: str


FILES = {path.name: Static(path.read_bytes(), TYPES[path.suffix]) for path in sorted(FOLDER.iterdir())}
VERSION = blake2b(b"\0".join(file.content for file in FILES.values()), digest_size=8).hexdigest()


def address(name: str) -> str:
    """Where a file is; another one when any of them holds something else."""
    return f"/static/{VERSION}/{name}"


async def static(request: Request) -> Response:
    """The file, or that the browser has it."""
    found = FILES.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    tag = f'W/"{VERSION}"'
    is_named = request.path_params["version"] == VERSION
    headers = {"etag": tag, "cache-control": FOR_A_YEAR if is_named else ASK_AGAIN}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.type, headers=headers)

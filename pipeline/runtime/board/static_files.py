"""The style, the script and the icon: read once, named by what they hold, and kept by browsers for a year."""

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
    version: str


def _read(path: Path) -> Static:
    content = path.read_bytes()
    return Static(content, TYPES[path.suffix], blake2b(content, digest_size=8).hexdigest())


FILES = {path.name: _read(path) for path in sorted(FOLDER.iterdir())}


def address(name: str) -> str:
    """Where a file is; another one when it holds something else."""
    return f"/static/{name}?v={FILES[name].version}"


async def static(request: Request) -> Response:
    """The file, or that the browser has it."""
    found = FILES.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    tag = f'W/"{found.version}"'
    is_named = request.query_params.get("v") == found.version
    headers = {"etag": tag, "cache-control": FOR_A_YEAR if is_named else ASK_AGAIN}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.type, headers=headers)

"""One spelling of an id: two that are the same by their standards are spelled alike.

RFC 3986 6.2.2 and 6.2.3 (percent-encoding, case, dot segments, default ports), RFC 3987 5.3.2 (Unicode), RFC 8141
3.1 (URN), RFC 3085 (urn:newsml, whose provider is a domain), RFC 9562 4 (UUID), RFC 4151 2.1 (tag).  Beyond them,
`http` and `https`, `www.`, a final slash, and what says how a reader came make no other page; nor is the host of a
Message-ID another one by its case.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress

_SCHEME = re.compile(r"\s*(urn|tag|https?):", re.IGNORECASE)
_TRIPLETS = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
# Characters that mean something else unescaped.
_KEPT = frozenset("%:/?#[]@!$&'()*+,;=") | frozenset(map(chr, (*range(32), 127)))
_ADDRESS = re.compile(r"//([^/?#]*)(/[^?#]*)?(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_OF_A_VISIT = ("utm_", "fbclid=", "gclid=")  # parameters that say how a reader came


def one_spelling(written: str) -> str:
    """The id as every spelling of it is written; one of an unknown kind differs by its Unicode form alone."""
    found = _SCHEME.match(written)
    if found is None:
        local, at, host = written.rpartition("@")
        return unicodedata.normalize("NFC", f"{local}{at}{host.lower()}" if at else written)
    scheme = found[1].lower()
    rest = unicodedata.normalize("NFC", _TRIPLETS.sub(_unescaped, written[found.end() :]))
    return unicodedata.normalize("NFC", _OF_SCHEME[scheme](rest))


def _unescaped(triplets: re.Match[str]) -> str:
    """The characters, but those that mean something else unescaped, and bytes that are no text."""
    try:
        text = bytes.fromhex(triplets[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return triplets[0].upper()
    return "".join(f"%{ord(one):02X}" if one in _KEPT else one for one in text)


def _urn(rest: str) -> str:
    """Its namespace has no case; what is asked of the resource, or a part of it, makes no other one."""
    name = re.split(r"\?[+=]|#", rest, maxsplit=1)[0]
    namespace, _, specific = name.partition(":")
    namespace = namespace.lower()
    if namespace == "newsml":
        provider, colon, item = specific.partition(":")
        specific = f"{provider.lower()}{colon}{item}"
    return f"urn:{namespace}:{specific.lower() if namespace == 'uuid' else specific}"


def _tag(rest: str) -> str:
    """The domain or mail address of its authority has no case."""
    authority, comma, specific = rest.partition(",")
    return f"tag:{authority.lower()}{comma}{specific}"


def _page(rest: str) -> str:
    found = _ADDRESS.fullmatch(rest)
    if found is None:
        return f"https:{rest}"
    site, path, query = found.groups("")
    path = posixpath.normpath(path) if "/." in path else path
    asked = "&".join(one for one in query.split("&") if not one.lower().startswith(_OF_A_VISIT))
    return f"https://{_site(site)}{path.rstrip('/')}" + (f"?{asked}" if asked else "")


def _site(site: str) -> str:
    """The host without case, final dot and default port; a name in ASCII form (`xn--`) as it is read."""
    user, at, host = site.rpartition("@")
    host = re.sub(r"\.?(?::(?:80|443)?)?\Z", "", host.lower()).removeprefix("www.")
    with suppress(UnicodeError):  # no name in that form: it is compared as it is written
        host = host.encode().decode("idna") if "xn--" in host else host
    return f"{user}{at}{host}"


_OF_SCHEME: dict[str, Callable[[str], str]] = {"urn": _urn, "tag": _tag, "http": _page, "https": _page}

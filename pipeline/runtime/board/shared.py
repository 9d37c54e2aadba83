"""What views show, made once at each change for all browsers that look, and what a browser has of it already.

A browser names the page that it has by an id, which is that of its rows.  Of what it has it is sent the key alone.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from markupsafe import Markup

SHOWN_MAX = 32  # renderings that are kept; one that is forgotten is made again
PAGES_MAX = 512  # pages whose rows are remembered; a browser that has an older one is sent all rows
DIGEST_BYTES = 8
# Stands for the token of a form until it is known whose page it is.  Nobody outside can write it: it is a secret.
TOKEN = f"token-{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list, and the digest of all that it shows."""

    key: str
    html: Markup
    digest: bytes

    @classmethod
    def of(cls, key: str, html: str) -> Row:
        return cls(key, Markup(html), blake2b(html.encode(), digest_size=DIGEST_BYTES).digest())  # noqa: S704 -- of a template

    @property
    def same(self) -> Markup:
        """The row, for a browser that has it."""
        return Markup('<li data-key="{}" data-same></li>').format(self.key)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view shows at one change, whoever looks at it."""

    context: dict[str, Any]
    rows: tuple[Row, ...] = ()

    @property
    def id(self) -> str:
        """Of its rows."""
        found = blake2b(digest_size=DIGEST_BYTES)
        for row in self.rows:
            found.update(row.key.encode() + row.digest)
        return found.hexdigest()


class Shared:
    """The renderings and pages of one board."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown = OrderedDict[tuple[str, ...], Shown | None]()
        self._pages = OrderedDict[str, dict[str, bytes]]()

    def shown(self, key: tuple[str, ...], make: Callable[[], Shown | None]) -> Shown | None:
        """What `make` makes, once for all who ask for this key; they wait for each other."""
        with self._lock:
            if key not in self._shown:
                self._shown[key] = make()
                if len(self._shown) > SHOWN_MAX:
                    self._shown.popitem(last=False)
            self._shown.move_to_end(key)
            return self._shown[key]

    def rows_for(self, shown: Shown, page: str) -> Iterable[Markup]:
        """The rows for a browser that has the page with this id; all of them for one that has none."""
        with self._lock:
            has = self._pages.get(page, {})
            self._pages[shown.id] = {row.key: row.digest for row in shown.rows}
            self._pages.move_to_end(shown.id)
            if len(self._pages) > PAGES_MAX:
                self._pages.popitem(last=False)
        return [row.same if has.get(row.key) == row.digest else row.html for row in shown.rows]

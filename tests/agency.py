"""An agency of a test, with an interface like AP's and a queue like dpa's, on a server of ours."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.feed_server import Asked, FeedServer, Reply

KEY = "Bearer hunter2"
NITF = (
    "<?xml version='1.0'?><nitf><body><body.content><block><p>{} opened its bridge.</p></block></body.content>"
    "</body></nitf>"
)


@dataclass
class Agency:
    """An agency with AP's interface and dpa's, on a server of ours."""

    server: FeedServer
    items: list[dict[str, Any]] = field(default_factory=list)  # of AP's
    queue: list[dict[str, Any]] = field(default_factory=list)  # of dpa's
    texts: dict[str, Reply] = field(default_factory=dict)
    deliveries: int = 0
    deleted: list[str] = field(default_factory=list)
    size: int = 3
    is_down: bool = False  # its queue deletes nothing
    queue_headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pages = self.server.pages
        pages["/content/feed"] = self.page
        pages["/entries.json"] = self.entries

    def publish(self, id_: str, revision: int = 0, text: Reply | None = None) -> None:
        """A story of AP's, with its text beside it."""
        path = f"/text/{id_}"
        self.texts[path] = text or Reply(body=NITF.format(id_).encode())
        self.server.pages[path] = lambda asked: self.texts[asked.path]
        item = {
            "uri": self.server.url(f"/content/{id_}?et={len(self.items)}"),
            "altids": {"itemid": id_, "etag": f"{id_}_{revision}"},
            "version": revision, "type": "text", "headline": f"{id_} opens", "signals": ["newscontent"],
            "editorialpriority": "r", "pubstatus": "usable", "versioncreated": "2026-09-21T13:00:00Z",
            "renditions": {"nitf": {"href": self.server.url(path)}},
        }  # fmt: skip
        self.items.append({"meta": {"seq": len(self.items)}, "item": item})

    def page(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != KEY:
            return Reply(401)
        seq = int(asked.path.partition("seq=")[2] or 0)
        found = self.items[seq : seq + self.size]
        etag = f'"{seq}-{len(found)}"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(304)
        next_ = self.server.url(f"/content/feed?seq={seq + len(found)}")
        data = {"updated": "now", "current_item_count": len(found), "items": found, "next_page": next_}
        body = json.dumps({"api_version": "2.1", "method": "/content/feed.GET", "data": data}, indent=1)
        return Reply(body=body.encode(), headers={"ETag": etag})

    def enqueue(self, urn: str, version: int = 1) -> None:
        self.queue.append({
            "format": "digitalwires@0.9.1", "urn": urn, "version": version, "headline": f"{urn}: Brücke öffnet",
            "version_created": "2026-09-21T13:00:00+02:00", "pubstatus": "usable", "language": "de", "type": "text",
            "article_html": "<section><p>Die Brücke hat sich geöffnet.</p></section>", "ednotes": [],
            "categories": [],
        })  # fmt: skip

    def entries(self, asked: Asked) -> Reply:
        self.deliveries += 1
        found = []
        for entry in self.queue[: self.size]:
            receipt = f"{entry['urn']}+{entry['version']}/{self.deliveries}=="
            self.server.pages[f"/entry/{receipt}"] = self.delete
            found.append({**entry, "_wireq_receipt": receipt})
        return Reply(body=json.dumps({"entries": found}).encode(), headers=dict(self.queue_headers))

    def delete(self, asked: Asked) -> Reply:
        if asked.method != "DELETE" or self.is_down:
            return Reply(500)
        name = unquote(asked.path.removeprefix("/entry/")).rpartition("/")[0]
        self.deleted.append(name)
        self.queue = [one for one in self.queue if f"{one['urn']}+{one['version']}" != name]
        return Reply(204)

"""Ids, made from content: the same content has the same id, in every run."""

from __future__ import annotations

import hashlib


def content_id(*parts: str | bytes) -> str:
    """24 hex digits out of the parts' content: blake2b-96 over the length and content of each part."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def dispatch_id(feed: str, native_id: str) -> str:
    """The dispatch: feed and native id, without version."""
    return content_id("dispatch", feed, native_id)


def item_id(feed: str, native_id: str, version: str, body_hash: bytes) -> str:
    """One revision with one body."""
    return content_id("item", feed, native_id, version, body_hash)


def dispatch_uri(dispatch: str) -> str:
    """The ninjs `uri` of a dispatch."""
    return f"urn:wiredesk:dispatch:{dispatch}"

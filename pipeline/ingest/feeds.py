"""feeds.yaml: the feeds, each a name, exactly one way in and what is known of it.  It is checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, SerializeAsAny, model_validator

from pipeline.ingest.feed import Facts, Feed
from pipeline.ingest.folder_feed import FolderFeed
from pipeline.ingest.push import PushFeed
from pipeline.ingest.tcp import TcpFeed
from pipeline.ingest.ways import WAYS
from pipeline.rule_files import Misplaced, StrictModel, content_hash, read_rules
from pipeline.rule_values import Listen, SecretiveModel, is_loopback

FEEDS_MAX = 5_000
LISTEN = "127.0.0.1:8097"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def _feed(value: Any) -> Feed:
    """A feed by its one way in; what is wrong inside is named at its own place."""
    if not isinstance(value, dict):
        raise ValueError(f"write what is known of it, with one way in: {', '.join(WAYS)}")
    named = [kind for kind in WAYS if kind in value]
    # A way in may be a member of another one: the `folder` of a mailbox.
    found = [kind for kind in named if not any(_is_member(kind, other) for other in named)]
    if len(found) != 1:
        has = f"{len(found)} ways in, {' and '.join(found)}" if found else "no way in"
        raise ValueError(f"it has {has}; give exactly one of {', '.join(WAYS)}")
    return WAYS[found[0]].settings.model_validate(value)


def _is_member(kind: str, other: str) -> bool:
    return kind != other and kind in WAYS[other].settings.model_fields


def _looking_at(path: str, by_path: Mapping[str, str]) -> Iterator[str]:
    """The feeds that look into the folder of this path: its own, and those above it, unless it is hidden there."""
    place = PurePosixPath(path)
    for folder in (place, *place.parents):
        if str(folder) in by_path and not any(part.startswith(".") for part in place.relative_to(folder).parts):
            yield by_path[str(folder)]


def _is_any(host: str) -> bool:
    """Whether it stands for all addresses of this machine."""
    return host in ("0.0.0.0", "[::]")  # noqa: S104 - what a file may say


def _names(feeds: dict[str, Feed]) -> dict[str, Feed]:
    for name in feeds:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a feed; use A-Z a-z 0-9 . _ - (100 at most)")
    return feeds


class Feeds(StrictModel):
    """The whole file."""

    model_config = ConfigDict(hide_input_in_errors=True)

    defaults: Facts = Field(Facts(), description="what is known of all feeds that do not say it themselves")
    listen: Listen = Field(LISTEN, description="host:port of `POST /feeds/NAME`")
    feeds: Annotated[
        dict[str, Annotated[SerializeAsAny[Feed], PlainValidator(_feed)]],
        Field(min_length=1, max_length=FEEDS_MAX),
        AfterValidator(_names),
    ] = Field(description="by name")

    @model_validator(mode="after")
    def _is_guarded(self) -> Feeds:
        """Whoever can reach it beyond this machine has to know a secret."""
        for name, feed in self.feeds.items():
            if isinstance(feed, PushFeed) and not feed.secrets and not is_loopback(self.listen):
                raise Misplaced(
                    ("feeds", name),
                    f"it has no secret, and {self.listen} is reached from beyond this machine; "
                    "give it secrets, or listen at 127.0.0.1",
                )
        return self

    @model_validator(mode="after")
    def _are_apart(self) -> Feeds:
        """No file is taken by two feeds, nor again where it was moved to."""
        folders = {name: feed for name, feed in self.feeds.items() if isinstance(feed, FolderFeed)}
        by_path: dict[str, str] = {}
        for name, feed in folders.items():
            by_path.setdefault(feed.folder, name)
        for name, feed in folders.items():
            for other in _looking_at(feed.folder, by_path):
                if other != name:
                    remedy = "give each a folder of its own, and none within another"
                    raise Misplaced(("feeds", name, "folder"), f"feed {other!r} takes its files too; {remedy}")
            for other in _looking_at(feed.taken_folder, by_path):
                why = f"feed {other!r} would take again what is moved there; name another folder"
                raise Misplaced(("feeds", name, "move_to"), why)
        return self

    @model_validator(mode="after")
    def _listen_apart(self) -> Feeds:
        """No port is listened at by two."""
        by_port: dict[str, dict[str, str]] = {}  # who listens, by port and host
        if any(isinstance(feed, PushFeed) for feed in self.feeds.values()):
            host, _, port = self.listen.rpartition(":")
            by_port[port] = {host: "`listen`"}
        for name, feed in self.feeds.items():
            if not isinstance(feed, TcpFeed) or feed.connect:
                continue
            host, _, port = feed.tcp.rpartition(":")
            there = by_port.setdefault(port, {})
            if there and (host in there or _is_any(host) or any(map(_is_any, there))):
                other = there.get(host) or next(iter(there.values()))
                raise Misplaced(("feeds", name, "tcp"), f"{other} listens there too; give each a port of its own")
            there[host] = f"feed {name!r}"
        return self

    @cached_property
    def hash(self) -> str:
        """What identifies the content."""
        return content_hash(self)

    def holders(self) -> Iterator[tuple[str, SecretiveModel]]:
        """What may refer to secrets, with how to name it."""
        return ((f"feed {name!r}", feed) for name, feed in self.feeds.items())

    def with_defaults(self) -> dict[str, Feed]:
        """The feeds by name; what one does not say is as in the defaults."""
        known = {name: getattr(self.defaults, name) for name in self.defaults.model_fields_set}
        return {
            name: feed.model_copy(update={k: v for k, v in known.items() if k not in feed.model_fields_set})
            for name, feed in self.feeds.items()
        }


def load_feeds(path: Path) -> Feeds:
    """The feeds of a file.  Raises ValueError naming every wrong place, OSError if it cannot be read."""
    return read_rules(Feeds, path)

"""The ways in, one row each.  What drives each of them is in `runtime.ingest.drivers`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pipeline.ingest.api.feed import ApiPolling
from pipeline.ingest.api.settings import ApiFeed
from pipeline.ingest.contract import Connector
from pipeline.ingest.feed import Feed
from pipeline.ingest.folder import FolderConnector
from pipeline.ingest.folder_feed import FolderFeed
from pipeline.ingest.folder_lines import LinesConnector
from pipeline.ingest.http.feed import FeedPolling
from pipeline.ingest.http.rss import RssFeed
from pipeline.ingest.imap import ImapConnector
from pipeline.ingest.imap_feed import ImapFeed
from pipeline.ingest.push import PushConnector, PushFeed
from pipeline.ingest.s3 import S3Connector
from pipeline.ingest.s3_feed import S3Feed
from pipeline.ingest.sftp import SftpConnector, SftpFeed
from pipeline.ingest.tcp import TcpConnector, TcpFeed


class Way(NamedTuple):
    """A way in: what feeds.yaml may say of such a feed, and its connector."""

    settings: type[Feed]
    connector: Callable[[Any], Connector[Any, Any, Any, Any]]  # of the settings


WAYS: dict[str, Way] = {
    way.settings.kind: way
    for way in (
        Way(FolderFeed, lambda feed: LinesConnector(feed) if feed.split else FolderConnector(feed)),
        Way(PushFeed, PushConnector),
        Way(RssFeed, lambda feed: FeedPolling(feed.polling)),
        Way(ApiFeed, lambda feed: ApiPolling(feed.settings)),
        Way(TcpFeed, TcpConnector),
        Way(ImapFeed, ImapConnector),
        Way(S3Feed, S3Connector),
        Way(SftpFeed, SftpConnector),
    )
}

"""What drives each way in: a row for each of pipeline.ingest.ways.WAYS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.folder import FolderDriver
from pipeline.runtime.ingest.http import ApiDriver, RssDriver
from pipeline.runtime.ingest.imap import ImapDriver
from pipeline.runtime.ingest.push import PushDriver
from pipeline.runtime.ingest.s3 import S3Driver
from pipeline.runtime.ingest.sftp import SftpDriver
from pipeline.runtime.ingest.tcp import TcpDriver

DRIVERS: dict[str, Callable[[Any, Surroundings], Driver[Any, Any, Any]]] = {
    "folder": FolderDriver,
    "push": PushDriver,
    "rss": RssDriver,
    "api": ApiDriver,
    "tcp": TcpDriver,
    "imap": ImapDriver,
    "s3": S3Driver,
    "sftp": SftpDriver,
}

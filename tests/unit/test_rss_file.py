"""What feeds.yaml says of a feed that is polled, and what of it is refused."""

from __future__ import annotations

import pytest

from pipeline.envelope import FEED_ID
from pipeline.ingest.feeds import Feeds
from pipeline.ingest.http.feed import FeedPolling
from pipeline.ingest.http.polling import HOUR_MS, MINUTE_MS, Identity, Polling
from pipeline.ingest.http.rss import RssFeed
from pipeline.ingest.ways import WAYS
from pipeline.rule_files import parse_rules
from pipeline.runtime.secrets import secrets_of

GOOD = """
feeds:
  norden: {rss: "https://wire.example/rss.xml?all=1", every: 5m, id: link}
  secret:
    rss: env:SECRET_FEED
    headers: {Authorization: "env:KEY", X-Desk: "file:/etc/desk"}
    contact: desk@paper.example
    allow_private: true
    every_max: 2h
"""


def read(text: str) -> Feeds:
    return parse_rules(Feeds, text, "feeds.yaml")


def test_a_polled_feed() -> None:
    """Its address and rhythm go to the connector, what identifies an item also to its payloads."""
    norden, secret = read(GOOD).with_defaults().values()
    assert isinstance(norden, RssFeed)
    assert isinstance(secret, RssFeed)
    url = "https://wire.example/rss.xml?all=1"
    assert norden.polling == Polling(url, every_ms=5 * MINUTE_MS, identity=Identity.LINK)
    assert norden.headers == ((FEED_ID, b"link"),)
    assert secret.polling == Polling("env:SECRET_FEED", every_ms_max=2 * HOUR_MS, allow_private=True)
    assert WAYS["rss"].connector(norden) == FeedPolling(norden.polling)


def test_its_secrets_are_references() -> None:
    """The address, where it is secret, and all headers; a missing one is named before anything is asked."""
    _, problems = secrets_of(read(GOOD).holders(), {"KEY": "Bearer 1"})
    assert [one.partition(";")[0] for one in problems] == [
        "feed 'secret': env:SECRET_FEED is not set",
        "feed 'secret': file:/etc/desk cannot be read: No such file or directory",
    ]


WRONG = [
    ("rss: wire.example/rss", "it is no web address; write https://host/path, or env:VARIABLE"),
    ("rss: 'ftp://wire.example/'", "it is no web address"),
    ("rss: 'https://user:hunter2@wire.example/'", "it has a user or a password, which do not belong here"),
    ("rss: 'https://wire.example/ä'", "it is no web address"),
    ("rss: 'https://wire.example/', every: 5s", "it would be asked more often than each 10 s; write more"),
    ("rss: 'https://wire.example/', every_min: 3h", "every_min is longer than every_max; exchange them"),
    ("rss: 'https://wire.example/', headers: {Key: hunter2}", "feeds.a.headers.Key: it may be a secret"),
    ("rss: 'https://wire.example/', headers: {'a b': 'env:A'}", "'a b' is no name of a header"),
    ("rss: 'https://wire.example/', headers: {Host: 'env:A'}", "the header Host is not for this file"),
    ("rss: 'https://wire.example/', contact: 'a\tb'", "it has other characters than a header may have"),
    (
        "rss: 'https://wire.example/', allow_private: maybe",
        "feeds.a.allow_private: write true or false",
    ),
    ("rss: 'https://wire.example/', id: title", "feeds.a.id: write 'guid' or 'link'"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_refused(text: str, sentence: str) -> None:
    """Each mistake is one sentence with its place; no secret is repeated."""
    with pytest.raises(ValueError, match=r"^feeds\.yaml: line 2") as caught:
        read(f"feeds:\n  a: {{{text}}}")
    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)

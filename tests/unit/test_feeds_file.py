"""feeds.yaml: a feed is a name and exactly one way in; every wrong place is named with its line and a remedy."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.envelope import FEED_BOILERPLATE, FEED_LANGUAGE, FEED_ZONE, FORMAT
from pipeline.ingest.feeds import Feeds
from pipeline.ingest.ways import WAYS
from pipeline.normalise.declared import declared_in
from pipeline.rule_files import parse_rules
from pipeline.runtime.secrets import secrets_of

GOOD = """
defaults: {zone: Europe/Oslo, language: nb}
feeds:
  meridian:
    folder: /srv/wires/meridian
    settle: 5s
    after: move
    format: nitf
    language: en-gb
    boilerplate: ["Meridian, all rights reserved"]
  polder: {push: true, secrets: ["env:POLDER_SECRET", "file:/run/secrets/polder"]}
"""


def read(text: str) -> Feeds:
    return parse_rules(Feeds, text, "feeds.yaml")


def test_what_is_known_of_a_feed_becomes_headers() -> None:
    """A feed says it itself, or the defaults do; the headers are what its payloads get."""
    feeds = read(GOOD).with_defaults()
    assert {name: feed.kind for name, feed in feeds.items()} == {"meridian": "folder", "polder": "push"}
    assert dict(feeds["meridian"].headers) == {
        FORMAT: b"nitf",
        FEED_ZONE: b"Europe/Oslo",
        FEED_LANGUAGE: b"en-GB",
        FEED_BOILERPLATE: b'["Meridian, all rights reserved"]',
    }
    assert dict(feeds["polder"].headers) == {FEED_ZONE: b"Europe/Oslo", FEED_LANGUAGE: b"nb"}


WRONG = [
    ("feeds: {}", "line 1, field feeds: Dictionary should have at least 1 item"),
    ("feeds:\n  a: {}", "line 2, field feeds.a: it has no way in; give exactly one of folder"),
    ("feeds:\n  a: {folder: /a, push: true}", "line 2, field feeds.a: it has 2 ways in, folder and push;"),
    ("feeds:\n  a: /srv", "line 2, field feeds.a: write what is known of it, with one way in: folder"),
    ("feeds:\n  a:\n    folder: /a\n    settel: 2s", "line 4, field feeds.a.settel: Extra inputs"),
    (
        "feeds:\n  a:\n    folder: srv",
        "line 3, field feeds.a.folder: 'srv' is no whole path; write it from the root",
    ),
    (
        "feeds:\n  a:\n    folder: /a\n    settle: 2",
        "line 4, field feeds.a.settle: '2' is no duration; write it as",
    ),
    (
        "feeds:\n  a: {folder: /a, zone: Mars}",
        "feeds.a.zone: 'Mars' is no time zone; write its name, as Europe/Oslo",
    ),
    ("feeds:\n  a: {folder: /a, format: nift}", "feeds.a.format: there is no format 'nift'; did you mean nitf?"),
    ("feeds:\n  a: {folder: /a, language: '?'}", "feeds.a.language: '?' is no language; write its tag"),
    ("feeds:\n  a: {folder: /a, move_to: /b}", "feeds.a: move_to is of no use with after: keep; write after: move"),
    ("feeds:\n  a/b: {folder: /a}", "field feeds: 'a/b' is no name of a feed; use A-Z"),
    ("feeds:\n  a: {push: true, secrets: [hunter2]}", "it may be a secret, which does not belong here; write env:"),
    ("listen: 0.0.0.0:80\nfeeds:\n  a: {push: true}", "line 3, field feeds.a: it has no secret, and 0.0.0.0:80 is"),
    ("listen: 8097\nfeeds:\n  a: {push: true}", "line 1, field listen: '8097' is no address; write host:port"),
    ("feeds:\n  a: {push: true, zone: localtime}", "feeds.a.zone: 'localtime' is no time zone; write its name"),
    ("feeds:\n  a: {push: true, agency: 'A\tB'}", "is no name; write it in one line, without blanks around it"),
    (f"feeds:\n  a: {{push: true, agency: {'x' * 61}}}", "feeds.a.agency: String should have at most 60"),
    (f"feeds:\n  a: {{push: true, boilerplate: {'x' * 301}}}", "String should have at most 300"),
    ("feeds:\n  a: {push: true, boilerplate: [' ']}", "it has only blanks; write the line as it is in the text"),
    (
        f"feeds:\n  a: {{push: true, boilerplate: [{', '.join(['ع' * 300] * 60)}]}}",
        "36,181 bytes together, at most",
    ),
    (
        "feeds:\n  a: {push: true}\n  a: {folder: /a}",
        "line 3: 'a' is there already, in line 2; keep one, or rename it",
    ),
    (
        "feeds:\n  a: {folder: /a}\n  b: {folder: /a/./}",
        "line 3, field feeds.b.folder: feed 'a' takes its files too; give each a folder of its own",
    ),
    (
        "feeds:\n  a: {folder: /a/b}\n  b: {folder: /a}",
        "line 2, field feeds.a.folder: feed 'b' takes its files too",
    ),
    (
        "feeds:\n  a: {folder: /a, after: move, move_to: /b/c}\n  b: {folder: /b}",
        "line 2, field feeds.a.move_to: feed 'b' would take again what is moved there; name another folder",
    ),
    ("feeds:\n  a: {folder: /a/./, after: move, move_to: /x/../a/b}", "feeds.a: move_to is inside of the folder"),
    (
        "feeds:\n  a: {tcp: 127.0.0.1:7901}\n  b: {tcp: 127.0.0.1:7901}",
        "line 3, field feeds.b.tcp: feed 'a' listens there too; give each a port of its own",
    ),
    (
        "feeds:\n  a: {tcp: '[::]:7901', peers: ['::1']}\n  b: {tcp: 127.0.0.1:7901}",
        "feeds.b.tcp: feed 'a' listens there too",
    ),
    (
        "feeds:\n  a: {tcp: 127.0.0.1:7901}\n  b: {tcp: 0.0.0.0:7901, peers: [192.0.2.7]}",
        "feeds.b.tcp: feed 'a' listens there too",
    ),
    ("feeds:\n  a: {push: true}\n  b: {tcp: 127.0.0.1:8097}", "feeds.b.tcp: `listen` listens there too"),
    (f"feeds:\n  a: {{push: true, zone: {'x' * 900_000}}}", "x … x"),
    (f"feeds:\n  a: {{push: true, zone: {'x' * 900_000}}}", "is no time zone; write its name, as Europe/Oslo"),
    ("feeds:\n  a: {push: true, boilerplate: {}}", "feeds.a.boilerplate: write a list, as [one, two]"),
    ("defaults: {zone: Mars}\nfeeds:\n  a: {push: true}", "line 1, field defaults.zone: 'Mars' is no time zone"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_wrong_file(text: str, sentence: str) -> None:
    """Each mistake is one sentence with its line, its place and what would be right; no secret is repeated."""
    with pytest.raises(ValueError, match=r"^feeds\.yaml: ") as caught:
        read(text)
    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)


AT_THE_LIMIT = """
feeds:
  a:
    push: true
    zone: America/Argentina/ComodRivadavia
    language: nb-NO
    agency: {agency}
    boilerplate: [{lines}]
    id: link
    rate: 100000
"""


def test_normalise_reads_what_the_file_may_say() -> None:
    """A value that was taken is never ignored when the feed's payloads are read: both have one set of limits."""
    lines = ", ".join(f"{number:0300}x"[1:] for number in range(100))
    feed = read(AT_THE_LIMIT.format(agency="Å" * 60, lines=lines)).with_defaults()["a"]
    declared = declared_in(feed.headers)
    assert declared.warnings == ()
    assert (len(declared.boilerplate), declared.rate) == (100, 100_000)
    assert declared.zone
    assert declared.zone.key == "America/Argentina/ComodRivadavia"


APART = [
    "feeds:\n  a: {folder: /a}\n  b: {folder: /ab}",
    "feeds:\n  a: {folder: /a}\n  b: {folder: /a/.b}",
    "feeds:\n  a: {folder: /a, after: move}\n  b: {folder: /b, after: move, move_to: /a/.done/b}",
    "feeds:\n  a: {folder: /a, after: move, move_to: /c}\n  b: {folder: /b, after: move, move_to: /c}",
]


@pytest.mark.parametrize("text", APART)
def test_folders_that_are_apart(text: str) -> None:
    """Names that begin alike, hidden folders, and one folder that two feeds move to, share no file."""
    assert list(read(text).feeds) == ["a", "b"]


def test_all_problems_are_named_at_once() -> None:
    """One reading is enough to mend a file."""
    with pytest.raises(ValueError, match=r"line 2.*; line 3.*") as caught:
        read("feeds:\n  a: {folder: b}\n  c: {folder: /d, settle: x}\n")
    assert str(caught.value).count("; line ") == 1


def test_secrets_are_read_with_the_name_of_their_feed() -> None:
    """What is missing is named; what is there is found by its reference."""
    secrets, problems = secrets_of(read(GOOD).holders(), {"POLDER_SECRET": "s3cret"})
    assert secrets("env:POLDER_SECRET") == "s3cret"
    assert problems == [
        "feed 'polder': file:/run/secrets/polder cannot be read: No such file or directory; name a file that this "
        "user can read"
    ]
    assert "s3cret" not in repr(secrets)


def test_every_way_in_says_what_a_crash_may_do() -> None:
    """A row's settings and its connector have the same name, and the connector states its guarantee."""
    for kind, way in WAYS.items():
        unchecked: dict[str, Any] = {kind: ""}
        connector = way.connector(way.settings.model_construct(**unchecked))
        assert (kind, way.settings.kind, connector.kind) == (kind, kind, kind)
        assert connector.guarantee
        assert kind in way.settings.model_fields

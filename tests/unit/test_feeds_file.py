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
    ("feeds: {}", "line 1, field feeds: write at least 1 of them"),
    ("feeds:\n  a: {}", "line 2, field feeds.a: it has no way in; give exactly one of folder"),
    ("feeds:\n  a: {folder: /a, push: true}", "line 2, field feeds.a: it has 2 ways in, folder and push;"),
    ("feeds:\n  a: /srv", "line 2, field feeds.a: write what is known of it, with one way in: folder"),
    (
        "feeds:\n  a:\n    folder: /a\n    settel: 2s",
        "line 4, field feeds.a.settel: no member has this name; look at its spelling",
    ),
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
    *(
        (
            f"feeds:\n  a:\n    folder: /a\n    {member}: {null}",
            f"line 4: {member!r} has no value; write one{quotes}",
        )
        for member in ("done", "agency", "rate", "settle", "after", "partial", "boilerplate", "split", "zone")
        for null, quotes in (
            ("", ", or leave it out"),
            *((null, f", in quotes if it is {null!r}, or leave it out") for null in ("~", "null", "Null", "NULL")),
        )
    ),
    *(
        (f"feeds:\n  a: {{{way}: {null}}}", f"line 2: {way!r} has no value")
        for way in WAYS
        for null in ("~", "null", "")
    ),
    ("feeds:\n  a: {push: true, secrets: [~]}", "line 2: an entry of the list has no value; write one"),
    ("feeds:\n  a: {push: true, boilerplate: [a, null]}", "line 2: an entry of the list has no value; write one"),
    ("feeds:\n  a: {rss: 'https://a.example/', headers: {X-Key: ~}}", "line 2: 'X-Key' has no value; write one"),
    ("defaults:\nfeeds:\n  a: {push: true}", "line 1: 'defaults' has no value; write one, or leave it out"),
    ("feeds:", "line 1: 'feeds' has no value; write one, or leave it out"),
    ("feeds:\n  a:", "line 2: 'a' has no value; write one, or leave it out"),
    ("feeds:\n  a: {push:true}", "line 2: 'push:true' has no value; write one, or leave it out"),
    ("", "the file: write its members, each as `name: value`"),
    ("~", "the file: write its members, each as `name: value`"),
    ("- a", "the file: write its members, each as `name: value`"),
    ("feeds: [a]", "line 1, field feeds: write its members, each as `name: value`"),
    (
        "feed:\n  a: {push: true}",
        "field feeds: it is missing; write it\n  line 2, field feed: no member has this name",
    ),
    (
        "feeds:\n  a: {push: true, agency: !secret x}",
        "line 2: 'agency' begins with a tag (!); leave the tag out, or",
    ),
    (
        "feeds:\n  a:\n    secrets:\n    - !hunter2",
        "line 4: an entry of the list begins with a tag (!); leave the tag out, or",
    ),
    ("feeds:\n  a: !!omap {push: true}", "line 2: 'a' begins with a tag (!); leave the tag out, or"),
    (
        "defaults: &d {zone: UTC}\nfeeds:\n  a: {<<: *d, push: true}",
        "line 3: members are not merged; write them out instead of '<<'",
    ),
    *(
        (f"feeds:\n  a: {{push: {no}}}", "feeds.a.push: write true, or leave the feed out")
        for no in ("no", "false")
    ),
    ("feeds:\n  a: {push: maybe}", "line 2, field feeds.a.push: write true or false"),
    *(
        (f"feeds:\n  a: {{push: true, rate: {rate}}}", "line 2, field feeds.a.rate: write a whole number")
        for rate in ("yes", "1.5", "0x10", "0o17", "1e3")
    ),
    ("feeds:\n  a: {push: true, rate: 0}", "line 2, field feeds.a.rate: write 1 or more"),
    ("feeds:\n  a: {folder: /a, look_every: 1d}", "line 2, field feeds.a.look_every: write 1h or less"),
    ("feeds:\n  a: {folder: /a, look_every: 0s}", "line 2, field feeds.a.look_every: write 1s or more"),
    ("feeds:\n  a: {folder: /a, after: Move}", "line 2, field feeds.a.after: write 'keep', 'move' or 'delete'"),
    ("feeds:\n\ta: {push: true}", "line 2, column 1: not YAML: found character '\\t' that cannot start any token"),
    (
        "feeds:\n  a: {rss: https://a.example/?key=hunter2}",
        "not YAML: expected ',' or '}', but got '?'; indent with",
    ),
    ("feeds:\n  a: {push: true", "line 2, column 17: not YAML: expected ',' or '}', but got '<stream end>'"),
    ("feeds:\n  a: {push: true}\n---\nfeeds: {}", "line 3, column 1: not YAML: but found another document"),
    ("feeds:\n  a: {push: true, boilerplate: ['a\n\n   b']}", "it has several lines; write each as an entry"),
    ("defaults: {zone: Mars}\nfeeds:\n  a: {push: true}", "line 1, field defaults.zone: 'Mars' is no time zone"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_wrong_file(text: str, sentence: str) -> None:
    """Each mistake is one sentence with its line, its place and what would be right; no secret is repeated."""
    with pytest.raises(ValueError, match=r"^feeds\.yaml:") as caught:
        read(text)
    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)


READ = [  # a value as it is written, a member, what it is
    ("agency", "'null'", "null"),
    ("agency", '"~"', "~"),
    ("agency", "yes", "yes"),
    ("agency", "2026-11-30", "2026-11-30"),
    ("agency", "0123", "0123"),
    ("agency", "nullify", "nullify"),
    ("agency", "a#b", "a#b"),
    ("language", "no", "no"),
    ("done", "'~'", "~"),
    ("partial", "['~', .tmp]", ("~", ".tmp")),
    ("partial", "[]", ()),
    ("rate", "'5'", 5),
    ("rate", "010", 10),
    ("boilerplate", "|\n      one\n      two\n", ("one", "two")),
    ("boilerplate", "One line", ("One line",)),
]


@pytest.mark.parametrize(("member", "written", "value"), READ)
def test_what_yaml_would_read_as_something_else(member: str, written: str, value: Any) -> None:
    """What is written counts: no country is a boolean, no number octal, no day a date, no name in quotes null."""
    feed = read(f"feeds:\n  a:\n    folder: /a\n    {member}: {written}\n").feeds["a"]
    assert getattr(feed, member) == value


@pytest.mark.parametrize("yes", ["true", "True", "TRUE", "yes", "on", "'true'"])
def test_booleans(yes: str) -> None:
    """Each way in reads them alike."""
    made = read(f"feeds:\n  a: {{push: {yes}}}\n  b: {{tcp: 'a:1', connect: {yes}}}").feeds
    assert (made["a"].model_dump()["push"], made["b"].model_dump()["connect"]) == (True, True)


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
    """One reading is enough to mend a file: a line for each, below its name."""
    with pytest.raises(ValueError, match=r"^feeds\.yaml:\n  line 2.*\n  line 3.*") as caught:
        read("feeds:\n  a: {folder: b}\n  c: {folder: /d, settle: x}\n")
    assert str(caught.value).count("\n") == 2


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

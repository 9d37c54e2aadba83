"""What comes of a feed that is polled: each entry once, whatever its server does to it in the meantime."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from feed_documents import NOW_MS, Format, Ledger, Story, at, document, every_format, fetched, ids

from pipeline.envelope import CONTENT_TYPE
from pipeline.formats import parse
from pipeline.formats.parsed import Payload
from pipeline.ingest.contract import TAKEN_BYTES_MAX, Health
from pipeline.ingest.http.documents import DOCUMENT_BYTES_MAX, DOCUMENT_ENTRIES_MAX
from pipeline.ingest.http.polling import DAY_MS, HOUR_MS, Identity, Polling
from pipeline.ingest.http.unseen import KEPT_MS, KEYS_MAX, keys_to_forget

RECEIVED = datetime.fromtimestamp(NOW_MS / 1000, UTC)
A, B, C, D = Story("a", "Ferry"), Story("b", "Strike"), Story("c", "Vote"), Story("d", "Storm")


@every_format
def test_the_life_of_a_feed(form: Format) -> None:
    """Entries come, are rewritten, go and come back; the feed is empty for a while: each wording comes once."""
    ledger, revised = Ledger(), Story("b", "Strike ends")
    days: list[tuple[list[Story], list[str]]] = [
        ([B, A], ["b", "a"]),
        ([B, A], []),
        ([C, B, A], ["c"]),
        ([C, revised, A], ["b"]),
        ([], []),
        ([C, revised, A], []),
        ([C, B, A], []),  # as it was before
        ([D, C], ["d"]),
        ([D, C, revised, A], []),
    ]
    for stories, published in days:
        found = ids(ledger.poll(document(stories, form)))
        assert [one.rpartition("/")[2] for one in found] == published
        assert ledger.last.health is Health.OK


def test_what_is_published() -> None:
    """A document of the feed's own format with the media type of its server and the address without its query."""
    ledger = Ledger(Polling("https://wire.example/feed?key=1"))
    ledger.poll(document([A]))
    (payload,) = ledger.poll(document([B, A]), content_type="text/xml; charset=iso-8859-1")
    assert payload.name == "https://wire.example/feed"
    assert payload.headers == ((CONTENT_TYPE, b"text/xml; charset=iso-8859-1"),)
    assert b"<channel><title>Wire</title>" in payload.value
    assert b"Ferry" not in payload.value


def test_a_large_document_comes_in_steps() -> None:
    """Ten megabytes are many payloads, the oldest first, each within its bounds; nothing is fetched twice."""
    stories = [Story(str(number), text="x" * 9_000) for number in range(1_150)]
    ledger = Ledger()
    ledger.now_ms += 1
    answer, steps, found = fetched(document(stories), etag='"1"'), 0, list[str]()
    taken = ledger.take(answer)
    while True:
        steps += 1
        assert sum(len(one.value) for one in taken.payloads) <= TAKEN_BYTES_MAX
        assert all(len(one.value) <= DOCUMENT_BYTES_MAX + 2_000 for one in taken.payloads)
        assert all(len(ids([one])) <= DOCUMENT_ENTRIES_MAX for one in taken.payloads)
        found += [id_ for one in taken.payloads for id_ in reversed(ids([one]))]
        if taken.then is None:
            break
        assert ledger.cursor.etag == ""  # a crash here fetches it again
        taken = ledger.take(answer, taken.then)
    assert steps == 2
    assert found == [str(number) for number in reversed(range(1_150))]
    assert ledger.cursor.etag == '"1"'


@every_format
def test_ids_that_change_at_once(form: Format) -> None:
    """The same links and words under new ids are the same entries; it is said, and after three times expected."""
    ledger = Ledger()

    def churned(number: int, *more: Story) -> bytes:
        return document(
            [*more, *(Story(f"{one.id}#{number}", one.title, one.text, one.url) for one in (A, B, C))], form
        )

    for number in range(6):
        found = ledger.poll(churned(number))
        assert len(found) == (number == 0)
        if form != "rdf":  # there the feed's reader takes the address for the id
            assert ledger.cursor.churns == min(number, 3)
            assert bool(ledger.last.warnings) == (1 <= number <= 3)
    keys = len(ledger.seen)
    assert len(ledger.poll(churned(7, D))) == 1
    assert len(ledger.seen) == keys + 1


def test_one_new_id_is_believed() -> None:
    """A notice that is repeated under a new id, with the same words and link, is a new entry."""
    ledger = Ledger()
    ledger.poll(document([A, B, C]))
    again = Story("a#2", A.title, A.text, A.url)
    assert ids(ledger.poll(document([again, A, B, C]))) == ["a#2"]


IDENTITIES = [
    (Identity.GUID, ["a#2", "b#2", "c#2"]),
    (Identity.LINK, []),
    (Identity.AUTO, []),
]


@pytest.mark.parametrize(("identity", "published"), IDENTITIES)
def test_what_identifies_an_entry(identity: Identity, published: list[str]) -> None:
    """Who says `id: guid` believes the ids of the feed whatever they do; who says `id: link` asks for none."""
    ledger = Ledger(Polling("https://wire.example/feed", identity=identity))
    ledger.poll(document([A, B, C]))
    again = [Story(f"{one.id}#2", one.title, one.text, one.url) for one in (A, B, C)]
    assert ids(ledger.poll(document(again))) == published


def test_another_identity_in_the_file() -> None:
    """What was published under ids is known by links too, so that a change of the file repeats nothing."""
    ledger = Ledger()
    ledger.poll(document([A, B]))
    other = Ledger(Polling("https://wire.example/feed", identity=Identity.LINK))
    other.cursor, other.seen = ledger.cursor, ledger.seen
    assert other.poll(document([A, B])) == []
    assert ids(other.poll(document([C, A, B]))) == ["c"]


def test_a_date_that_lies_ahead() -> None:
    """It holds an entry, so an entry whose date is moved is published again; one whose date comes is not."""
    ledger = Ledger()
    soon, later = (Story("a", date=at(NOW_MS + days * DAY_MS)) for days in (2, 4))
    assert ids(ledger.poll(document([soon]))) == ["a"]
    assert ids(ledger.poll(document([later]))) == ["a"]
    assert ledger.poll(document([later]), 5 * DAY_MS) == []
    assert ids(ledger.poll(document([Story("a", date=at(NOW_MS))]))) == ["a"]  # released early
    assert ledger.poll(document([Story("a", date=at(NOW_MS + 60_000))])) == []  # of the past, another one


def test_broken_entries_go_alone() -> None:
    """An entry that is not well-formed costs no other, is published once, and once more when it is mended."""
    ledger = Ledger()
    good = document([A, B, C]).decode()
    broken = good.replace("<title>Strike", "<title>Bed & Strike").encode()
    first = ledger.poll(broken)
    assert [b"Bed &" in one.value for one in first] == [False, True, False]
    assert "not well-formed: 3 entries were cut out one by one" in ledger.last.warnings
    assert ledger.poll(broken + b"\n") == []
    assert ids(ledger.poll(good.encode())) == ["b"]


def test_a_document_that_breaks_off() -> None:
    """What is whole of it is published at once, the rest with the next one; it is not taken for all there is."""
    ledger = Ledger()
    whole = document([A, B, C])
    half = whole[: whole.index(b"<title>Strike")]
    assert ids(ledger.poll(half, etag='"1"')) == ["a"]
    assert (ledger.last.health, ledger.cursor.etag) == (Health.BROKEN, "")
    assert ledger.poll(half, etag='"1"') == []
    assert ids(ledger.poll(whole, etag='"1"')) == ["b", "c"]
    assert (ledger.last.health, ledger.cursor.etag) == (Health.OK, '"1"')
    ledger.now_ms += 1
    taken = ledger.take(fetched(document([D, A]), is_whole=False, etag='"2"'))  # its connection ended too early
    assert (ids(taken.payloads), taken.health, ledger.cursor.etag) == (["d"], Health.BROKEN, "")


def test_what_cannot_be_cut_is_published_whole_once() -> None:
    """It dies in normalise with its reason, once, and is asked for more and more seldom."""
    ledger = Ledger()
    broken = b"<rss><channel><title>Wire & more</channel></rss>"
    (payload,) = ledger.poll(broken)
    first = (ledger.last.again_ms or 0) - ledger.now_ms
    assert (payload.value, ledger.last.health) == (broken, Health.BROKEN)
    assert ledger.poll(broken, 6 * HOUR_MS) == []
    assert (ledger.last.again_ms or 0) - ledger.now_ms > 1.7 * first


@every_format
def test_normalise_reads_what_is_published(form: Format) -> None:
    """The parser of the format finds in the payloads what it finds in the whole document."""
    ledger = Ledger()
    ledger.poll(document([A], form))
    (payload,) = ledger.poll(document([B, A, C], form))
    _, found = parse(Payload(payload.value, "wire", RECEIVED))
    _, whole = parse(Payload(document([B, A, C], form), "wire", RECEIVED))
    assert found.items == (whole.items[0], whole.items[2])


def test_keys_are_forgotten_when_long_unmet() -> None:
    """After 90 days, and beyond their number those that were met the longest ago; never those that are there."""
    seen = {bytes([number]): NOW_MS - number * DAY_MS for number in range(100)}
    assert keys_to_forget(seen, [b"\x63"], 0, NOW_MS) == tuple(bytes([number]) for number in range(90, 99))
    many = {number.to_bytes(4, "big"): NOW_MS - number for number in range(KEYS_MAX)}
    oldest = (KEYS_MAX - 1).to_bytes(4, "big")
    assert keys_to_forget(many, [oldest], 2, NOW_MS) == tuple((KEYS_MAX - n).to_bytes(4, "big") for n in (2, 3))
    ledger = Ledger()
    ledger.poll(document([A, B]))
    ledger.poll(document([B]), KEPT_MS // 2)
    ledger.poll(document([B, C]), KEPT_MS // 2)
    assert ids(ledger.poll(document([A, B, C]), HOUR_MS)) == ["a"]  # after 90 days it is new


def test_a_poll_without_news_writes_nothing() -> None:
    """Neither an answer that says so nor the same document again changes what is remembered."""
    ledger = Ledger()
    ledger.poll(document([A, B]))
    before = ledger.cursor
    ledger.poll(document([A, B]))
    assert (ledger.cursor, ledger.last.cursor, ledger.last.seen) == (before, None, ())

"""When a feed is asked again, and at which address: by what was learnt, what its server says, and what failed."""

from __future__ import annotations

import pytest
from feed_documents import NOW_MS, URL, Ledger, Story, at, document, fetched
from msgspec.structs import replace

from pipeline.ingest.contract import Failed, Health
from pipeline.ingest.http.addresses import is_inside, shown
from pipeline.ingest.http.caching import fresh_ms, retry_after_ms
from pipeline.ingest.http.exchange import Already, Busy, Early, Fetched, Get, NoAnswer, Trouble
from pipeline.ingest.http.polling import DAY_MS, HOUR_MS, MINUTE_MS, Polling
from pipeline.ingest.http.rhythm import SPREAD

BODY = document([Story("a")])


def waits(ledger: Ledger) -> float:
    """Minutes until it is asked again; the spread is a tenth at most."""
    return ((ledger.last.again_ms or 0) - ledger.now_ms) / MINUTE_MS


def about(minutes: float) -> object:
    return pytest.approx(minutes * (1 + SPREAD / 2), rel=SPREAD / 2 + 0.001)


def test_the_rhythm_is_learnt() -> None:
    """It is asked twice in the time between two entries; less often the longer it is silent, up to an hour."""
    ledger, stories = Ledger(), [Story("0")]
    ledger.poll(document(stories))
    assert waits(ledger) == about(15)  # half of what is supposed of a feed of which nothing is known
    for number in range(1, 20):
        stories.insert(0, Story(str(number)))
        ledger.poll(document(stories), 6 * MINUTE_MS)
    assert waits(ledger) == about(3)
    ledger.poll(document(stories), 12 * MINUTE_MS)
    assert waits(ledger) == about(3)
    ledger.poll(document(stories), 68 * MINUTE_MS)
    assert waits(ledger) == about(10)
    ledger.poll(document(stories), DAY_MS)
    assert waits(ledger) == about(60)


HINTS = [
    ("<ttl>90</ttl>", {}, 45),
    ("<ttl>1</ttl>", {}, 1),
    ("<ttl>soon</ttl>", {}, 15),
    ("<sy:updatePeriod xmlns:sy='s'>hourly</sy:updatePeriod>", {}, 30),
    (
        "<sy:updatePeriod xmlns:sy='s'>daily</sy:updatePeriod>"
        "<sy:updateFrequency xmlns:sy='s'>48</sy:updateFrequency>",
        {},
        15,
    ),
    ("<sy:updatePeriod xmlns:sy='s'>weekly</sy:updatePeriod>", {}, 60),
    ("", {"cache_control": "public, max-age=1800"}, 30),
    ("", {"cache_control": "max-age=1800", "age": "600"}, 20),
    ("", {"cache_control": "max-age=86400"}, 60),
    ("", {"cache_control": "no-cache, max-age=1800"}, 15),
    ("", {"cache_control": "s-maxage=1800"}, 15),
    ("", {"expires": at(NOW_MS + 30 * MINUTE_MS), "date": at(NOW_MS)}, 30),
    ("", {"expires": "0"}, 15),
]


@pytest.mark.parametrize(("more", "headers", "minutes"), HINTS)
def test_what_a_feed_says_of_its_rhythm(more: str, headers: dict[str, str], minutes: float) -> None:
    """It counts while nothing is learnt, within the bounds; what may be kept is not asked for before its time."""
    ledger = Ledger()
    ledger.poll(document([Story("a")], more=more), 600_000, **headers)
    assert waits(ledger) == about(minutes)


def test_the_file_says_how_often() -> None:
    """Whoever writes `every` means it."""
    ledger = Ledger(Polling(URL, every_ms=2 * MINUTE_MS))
    ledger.poll(document([Story("a")], more="<ttl>90</ttl>"), cache_control="max-age=3600")
    assert waits(ledger) == about(2)


def test_feeds_that_begin_together_do_not_stay_together() -> None:
    """Their next requests are spread over a tenth of the interval."""
    times = set()
    for number in range(50):
        ledger = Ledger(Polling(f"{URL}/{number}", every_ms=10 * MINUTE_MS))
        ledger.poll(BODY)
        times.add(round(waits(ledger), 1))
    assert len(times) > 8


PATIENCE: list[
    tuple[Fetched | Failed, Health, list[float]]
] = [  # what comes again and again; the pauses in minutes
    (fetched(status=401), Health.REFUSED, [30, 60, 120]),
    (fetched(status=403), Health.REFUSED, [30, 60, 120]),
    (fetched(status=404), Health.GONE, [10, 20, 40, 80, 160, 320, 360, 360]),
    (fetched(status=418), Health.REFUSED, [30]),
    (fetched(status=429), Health.WAITING, [10, 20]),
    (fetched(status=429, retry_after="120"), Health.WAITING, [2, 2]),
    (fetched(status=429, retry_after="0"), Health.WAITING, [1 / 60]),
    (fetched(status=429, retry_after="9999999"), Health.WAITING, [24 * 60]),
    (fetched(status=429, retry_after=at(NOW_MS + 60 * MINUTE_MS)), Health.WAITING, [60]),
    (fetched(status=429, retry_after="later"), Health.WAITING, [10]),
    (fetched(status=503, retry_after="120"), Health.WAITING, [2]),
    (fetched(status=500), Health.FAILING, [2, 4, 8, 16, 32, 60, 60]),
    (fetched(status=304), Health.BROKEN, [10]),  # nobody asked whether it had changed
    (fetched(status=206), Health.BROKEN, [10]),
    (fetched(b"<html/>"), Health.BROKEN, [5, 10]),
    (fetched(b""), Health.BROKEN, [5, 10]),
    (NoAnswer(Health.UNREACHABLE, "", trouble=Trouble.DNS), Health.UNREACHABLE, [5, 10]),
    (NoAnswer(Health.UNREACHABLE, "", trouble=Trouble.TLS), Health.UNREACHABLE, [10, 20]),
    (NoAnswer(Health.UNREACHABLE, "", trouble=Trouble.TIMEOUT), Health.UNREACHABLE, [2, 4]),
    (NoAnswer(Health.UNREACHABLE, "", trouble=Trouble.CONNECTION), Health.UNREACHABLE, [1, 2]),
    (NoAnswer(Health.BROKEN, "", trouble=Trouble.TOO_LARGE), Health.BROKEN, [30, 60]),
    (NoAnswer(Health.BROKEN, "", trouble=Trouble.INSIDE), Health.BROKEN, [30]),
    (Failed(Health.UNREACHABLE, ""), Health.UNREACHABLE, [1]),
]


@pytest.mark.parametrize(("answer", "health", "pauses"), PATIENCE)
def test_patience(answer: Fetched | NoAnswer, health: Health, pauses: list[float]) -> None:
    """Each kind of failure has its own pauses, each twice the one before; what the server asks for comes first."""
    ledger = Ledger()
    for minutes in pauses:
        ledger.last = ledger.take(answer, Get(URL))
        assert (ledger.last.health, waits(ledger)) == (health, about(minutes))
    assert (ledger.ask().answer, ledger.cursor.failures) == (Early(ledger.last.again_ms), len(pauses))  # type: ignore[union-attr] # it is Already
    early = ledger.take(Early(ledger.last.again_ms), ledger.ask())
    assert (early.again_ms, early.health, early.cursor) == (ledger.last.again_ms, health, None)  # after a restart
    ledger.now_ms = ledger.last.again_ms or 0
    ledger.poll(BODY, 0)
    assert (ledger.last.health, ledger.cursor.failures, ledger.cursor.patience_ms) == (Health.OK, 0, 0)


def test_a_busy_server_is_no_failure() -> None:
    """Who had no turn at a server asks the same again, and nothing is written."""
    ledger = Ledger()
    taken = ledger.take(Busy(), Get(URL))
    assert (taken.cursor, taken.health, taken.then) == (None, Health.OK, Get(URL))


def test_gone_is_gone_until_the_file_says_something_else() -> None:
    """410 stops a feed for good; another word of the file on it begins anew, without repeating an entry."""
    ledger = Ledger()
    ledger.poll(BODY)
    taken = ledger.take(fetched(status=410))
    assert (taken.again_ms, taken.health, "410" in taken.detail) == (None, Health.GONE, True)
    question = ledger.ask()
    assert isinstance(question, Already)
    assert ledger.take(question.answer, question).again_ms is None
    other = Ledger(Polling(URL, every_ms=MINUTE_MS))
    other.cursor, other.seen, other.now_ms = ledger.cursor, ledger.seen, ledger.now_ms
    assert isinstance(other.ask(), Get)
    assert other.poll(BODY) == []


def test_validators() -> None:
    """An ETag comes before a date, neither is changed, and both belong to the address that gave them."""
    ledger = Ledger()
    ledger.poll(BODY, etag='W/"1-gzip"', last_modified="Sun, 1 Nov 2026 01:00")
    assert ledger.ask() == Get(URL, {"If-None-Match": 'W/"1-gzip"'}, settled=URL)
    ledger.poll(BODY + b" ", last_modified="Sun, 1 Nov 2026 01:00")
    assert ledger.ask() == Get(URL, {"If-Modified-Since": "Sun, 1 Nov 2026 01:00"}, settled=URL)
    ledger.cursor = replace(ledger.cursor, address="https://other.example/")
    assert ledger.ask() == Get("https://other.example/", settled="https://other.example/")
    ledger.poll(BODY + b"  ", etag="x" * 1_001)
    assert not ledger.cursor.etag


def test_validators_behind_a_redirect() -> None:
    """The address that gave them is asked with them, however it was reached; no other one is."""
    ledger = Ledger()
    taken = ledger.take(hop(302, "/all.rss"), ledger.ask())
    assert taken.then == Get("https://wire.example/all.rss", passed=(URL,), settled=URL)
    ledger.take(fetched(BODY, etag='"1"'), taken.then)
    assert ledger.ask() == Get(URL, settled=URL)
    for path, headers in (("/all.rss", {"If-None-Match": '"1"'}), ("/other.rss", {})):
        taken = ledger.take(hop(302, path), ledger.ask())
        assert isinstance(taken.then, Get)
        assert taken.then.headers == headers


def test_a_304_that_lies() -> None:
    """The whole document is asked for now and then; who is caught is asked for it for a week."""
    ledger = Ledger()
    ledger.poll(document([Story("a")]), etag='"same"')
    asked = []
    while (question := ledger.ask()) and isinstance(question, Get) and question.headers:
        taken = ledger.take(fetched(status=304), question)
        asked.append(taken.cursor)
        ledger.now_ms = taken.again_ms or 0
    assert set(asked) == {None}
    assert 4 * HOUR_MS <= ledger.now_ms - NOW_MS <= 13 * HOUR_MS
    assert len(ledger.poll(document([Story("b"), Story("a")]), 0, etag='"same"')) == 1
    assert "it answers 304 although it has something new" in " ".join(ledger.last.warnings)
    ledger.now_ms += 6 * DAY_MS
    assert ledger.ask() == Get(URL, settled=URL)
    ledger.poll(document([Story("b"), Story("a")]), 2 * DAY_MS, etag='"same"')
    assert ledger.ask() == Get(URL, {"If-None-Match": '"same"'}, settled=URL)


def hop(status: int, location: str) -> Fetched:
    return fetched(status=status, location=location)


REDIRECTS: list[tuple[str, Polling, list[Fetched], str]] = [  # how it is called, the feed, the hops, where it ends
    ("a path", Polling(URL), [hop(302, "/new#top")], "https://wire.example/new"),
    ("a server", Polling(URL), [hop(307, "//other.example/a")], "https://other.example/a"),
    ("a chain", Polling(URL), [hop(301, "/1"), hop(302, "/2"), hop(303, "/3")], "https://wire.example/3"),
    ("five", Polling(URL), [hop(301, f"/{n}") for n in range(5)], "https://wire.example/4"),
    ("six", Polling(URL), [hop(301, f"/{n}") for n in range(6)], "more than 5 redirects"),
    ("a circle", Polling(URL), [hop(301, "/1"), hop(301, "/2"), hop(301, "/1")], "in a circle"),
    ("itself", Polling(URL), [hop(301, URL)], "in a circle"),
    ("to nowhere", Polling(URL), [fetched(status=301)], "status 301 without a new address"),
    ("to a file", Polling(URL), [hop(301, "file:///etc/passwd")], "no address of http or https: file"),
    ("to a script", Polling(URL), [hop(301, "javascript:alert(1)")], "no address of http or https: javascript"),
    ("down to http", Polling(URL), [hop(301, "http://wire.example/")], "allow_http: true permits it"),
    ("down, allowed", Polling(URL, allow_http=True), [hop(301, "http://wire.example/")], "http://wire.example/"),
    ("up to https", Polling("http://wire.example/"), [hop(301, URL)], URL),
    (
        "inside",
        Polling(URL),
        [hop(301, "https://10.0.0.1/a?b=c")],
        "https://10.0.0.1/a: allow_private: true permits",
    ),
    ("this machine", Polling(URL), [hop(301, "https://localhost/")], "allow_private: true permits it"),
    ("metadata", Polling(URL), [hop(302, "https://169.254.169.254/")], "allow_private: true permits it"),
    ("inside, in six", Polling(URL), [hop(302, "https://[::ffff:10.0.0.1]/")], "allow_private: true permits it"),
    ("inside, allowed", Polling(URL, allow_private=True), [hop(302, "https://10.0.0.1/")], "https://10.0.0.1/"),
    ("a broken address", Polling(URL), [hop(302, "https://[::1/")], "no address of http or https"),
]


@pytest.mark.parametrize(("polling", "hops", "end"), [row[1:] for row in REDIRECTS], ids=[r[0] for r in REDIRECTS])
def test_redirects(polling: Polling, hops: list[Fetched], end: str) -> None:
    """A chain is followed within its bounds; what the file does not allow is refused with its remedy."""
    ledger = Ledger(polling)
    question = ledger.ask()
    for answer in hops:
        taken = ledger.take(answer, question)
        if taken.then is None:
            assert end in taken.detail
            assert taken.health is Health.BROKEN
            return
        question = taken.then
    assert isinstance(question, Get)
    assert question.url == end


def test_secret_headers_stay_with_their_server() -> None:
    """A redirect to another host, port or scheme gets none of them, nor does what follows it."""
    ledger = Ledger()
    own = [
        ("/a", True),
        ("https://wire.example:443/b", True),
        ("https://other.example/", False),
        (URL + "2", False),
    ]
    question = ledger.ask()
    for location, expected in own:
        taken = ledger.take(hop(302, location), question)
        assert isinstance(taken.then, Get)
        question = taken.then
        assert (question.own, question.headers) == (expected, {})


def follow(ledger: Ledger, *hops: Fetched) -> None:
    """One request with its redirects, which ends well."""
    question = ledger.ask()
    for answer in hops:
        question = ledger.take(answer, question).then or question
    ledger.last = ledger.take(fetched(BODY), question)


def test_a_permanent_redirect_is_remembered_when_it_has_stood() -> None:
    """After a day and three answers; one that is temporary, or behind one that is, never."""
    ledger = Ledger()
    for hours, count in ((0, 1), (1, 2), (1, 3), (1, 3)):
        ledger.now_ms += hours * HOUR_MS
        follow(ledger, hop(301, "/new"), hop(302, "/today"))
        assert (ledger.cursor.moves, ledger.cursor.address) == (count, "")
    ledger.now_ms += 21 * HOUR_MS
    follow(ledger, hop(308, "/new"), hop(302, "/today"))
    assert ledger.ask() == Get("https://wire.example/new", settled="https://wire.example/new")
    follow(ledger, hop(302, "/today"), hop(301, "/never"))
    assert (ledger.cursor.moves, ledger.cursor.address) == (0, "https://wire.example/new")


def test_a_permanent_redirect_that_was_a_mistake() -> None:
    """Another answer in between begins the count anew."""
    ledger = Ledger()
    follow(ledger, hop(301, "/new"))
    follow(ledger)
    assert (ledger.cursor.moves, ledger.cursor.moved) == (0, "")
    follow(ledger, hop(301, "/new"))
    ledger.now_ms += 2 * DAY_MS
    follow(ledger, hop(301, "/newer"))
    assert (ledger.cursor.moves, ledger.cursor.moved) == (1, "https://wire.example/newer")


@pytest.mark.parametrize("status", [404, 410])
def test_a_remembered_address_that_is_lost(status: int) -> None:
    """The address of the file is asked again: it may know better."""
    ledger = Ledger()
    ledger.cursor = replace(ledger.cursor, address="https://other.example/")
    for _ in range(1 if status == 410 else 3):
        assert ledger.cursor.address
        ledger.now_ms += DAY_MS
        ledger.take(fetched(status=status))
    assert (ledger.cursor.address, ledger.cursor.is_gone) == ("", False)


INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
    "ff02::1", "192.0.2.1", "240.0.0.1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]


def test_what_is_inside() -> None:
    """Every form of an address that leads to this machine, to a private network or to nobody."""
    assert [one for one in INSIDE if not is_inside(one)] == []
    assert [one for one in OUTSIDE if is_inside(one)] == []


def test_an_address_is_shown_without_what_may_be_secret() -> None:
    """No user, no password, no query."""
    assert shown("https://user:pass@wire.example:8443/feed?key=1#a") == "https://wire.example:8443/feed"
    assert shown("https://[2606:4700::1]/a?b") == "https://[2606:4700::1]/a"
    assert (shown("env:FEED"), shown("mailto:a@b")) == ("env:FEED", "an address that is none")


def test_times_of_headers() -> None:
    """Nothing that a server writes there is an error."""
    for text in ("", "-5", "Sun, 99 Foo 2026", "0" * 5_000, "²", "Mon, 01 Jan 0001 00:00:00 +9999"):
        assert retry_after_ms({"retry-after": text}, NOW_MS) in (None, 0)
        assert fresh_ms({"cache-control": f"max-age={text}", "expires": text, "age": text}, NOW_MS) == 0

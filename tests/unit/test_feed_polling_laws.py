"""Laws of a feed that is polled, over sequences of documents and crashes: every wording of every entry once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from feed_documents import FORMATS, Format, Ledger, Story, document, fetched, read
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.http.exchange import Already, Get

NUMBERS = st.integers(0, 5)
MINUTE_MS = 60_000


@dataclass
class Server:
    """A feed at its publisher, with validators that tell the truth."""

    form: Format
    stories: list[Story] = field(default_factory=list)
    gone: list[Story] = field(default_factory=list)
    version: int = 0
    count: int = 0

    def change(self, what: str, number: int) -> None:
        """One thing that an editor does."""
        self.version += 1
        if what == "come":
            self.count += 1
            self.stories.insert(0, Story(str(self.count), f"Title {self.count}"))
        elif what == "return" and self.gone:
            self.stories.append(self.gone.pop(number % len(self.gone)))
        elif what == "empty":
            self.gone += self.stories
            self.stories = []
        elif self.stories:
            at = number % len(self.stories)
            if what == "go":
                self.gone.append(self.stories.pop(at))
            elif what == "rewrite":
                one = self.stories[at]
                self.stories[at] = replace(one, title=f"{one.title.partition('!')[0]}!{self.version}")
            elif what == "restore":
                one = self.stories[at]
                self.stories[at] = replace(one, title=one.title.partition("!")[0])

    def answer(self, question: Get, is_whole: bool) -> object:
        etag = f'"{self.version}"'
        if question.headers.get("If-None-Match") == etag:
            return fetched(status=304)
        body = document(self.stories, self.form)
        return fetched(body if is_whole else body[: len(body) * 2 // 3], is_whole=is_whole, etag=etag)


WHAT = st.sampled_from(["come", "come", "come", "go", "return", "rewrite", "restore", "empty"])
# What happens at a request: nothing of note, a crash before or after the commit, a connection that breaks off.
FATE = st.sampled_from(["well", "well", "well", "before", "after", "short"])
DAYS = st.lists(st.tuples(st.lists(st.tuples(WHAT, NUMBERS), max_size=4), FATE), max_size=25)


@settings(max_examples=200)
@given(st.sampled_from(FORMATS), DAYS)
def test_every_wording_of_every_entry_once(form: Format, days: list[tuple[list[tuple[str, int]], str]]) -> None:
    """Whatever comes, goes, changes and returns, and wherever a crash falls: nothing is lost, nothing comes twice.

    What could be seen and was not committed is still to be published when the feed is asked the next time, so the
    last request is one that goes well; an entry that has gone by then was never asked for again.
    """
    server, ledger = Server(form), Ledger()
    published: Counter[tuple[str, str]] = Counter()
    seen: set[tuple[str, str]] = set()
    for changes, fate in [*days, ([], "well")]:
        for change in changes:
            server.change(*change)
        ledger.now_ms += 20 * MINUTE_MS
        question = ledger.ask()
        assert isinstance(question, Get)
        answer = server.answer(question, fate != "short")
        taken = ledger.connector.take(ledger.known, question, answer, ledger.now_ms)  # type: ignore[arg-type] # an Answer
        if fate == "before":
            continue  # nothing of it is written
        ledger.commit(taken)
        published.update(pair for one in taken.payloads for pair in read(one.value))
        if fate == "after":  # it starts again, with what was committed
            revived = Ledger()
            revived.cursor, revived.seen, revived.now_ms = ledger.cursor, dict(ledger.seen), ledger.now_ms
            ledger = revived
        if fate != "short":
            seen |= set(read(document(server.stories, form)))
    assert set(published.values()) <= {1}
    assert seen <= set(published)


@settings(max_examples=40)
@given(st.integers(1, 400), st.integers(0, 6), st.integers(100, 120_000))
def test_steps_of_a_large_document(count: int, crashes: int, size: int) -> None:
    """A crash between two steps of one document fetches it again, and goes on with the entries that are left."""
    stories = [
        Story(str(number), f"T{number}", "x" * (size if number % 40 == 0 else 50)) for number in range(count)
    ]
    body, ledger = document(stories), Ledger()
    published: Counter[str] = Counter()
    question = ledger.ask()
    while True:
        ledger.now_ms += MINUTE_MS
        taken = ledger.connector.take(ledger.known, question, fetched(body, etag='"1"'), ledger.now_ms)
        if crashes % 2:
            crashes -= 1
            question = ledger.ask()
            continue
        ledger.commit(taken)
        published.update(id_ for one in taken.payloads for id_, _ in read(one.value))
        if taken.then is None:
            break
        assert isinstance(taken.then, Already)
        question = ledger.ask() if crashes else taken.then
        crashes = max(0, crashes - 1)
    assert published == Counter(story.id for story in stories)

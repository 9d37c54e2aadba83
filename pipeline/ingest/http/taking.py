"""What follows from a document: payloads of the entries that are new, and what is remembered."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.envelope import CONTENT_TYPE
from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import (
    TAKEN_BYTES_MAX,
    TAKEN_PAYLOADS_MAX,
    Failed,
    Health,
    Incoming,
    Taken,
    key_of,
)
from pipeline.ingest.http.addresses import shown
from pipeline.ingest.http.documents import in_documents
from pipeline.ingest.http.entry import Cut, Entry
from pipeline.ingest.http.exchange import Already, Fetched, Get, Trouble
from pipeline.ingest.http.failures import TROUBLES
from pipeline.ingest.http.progress import behind_document, learnt, warnings_of
from pipeline.ingest.http.reading import NoFeed, read_document
from pipeline.ingest.http.step import FeedTaken, Step
from pipeline.ingest.http.unseen import Sorted, Trust, keys_to_forget, keys_to_write, sort_entries

NO_FEED = TROUBLES[Trouble.NO_FEED]


def take_document(step: Step, answer: Fetched) -> FeedTaken:
    """The new entries; all that there are of a document that is broken or breaks off."""
    behind = behind_document(step, answer)
    is_same = key_of(answer.body) == step.cursor.body and step.cursor.identity is step.polling.identity
    if is_same and answer.is_whole:
        return step.nothing(behind, answer, "the same document")
    try:
        cut = read_document(answer.body)
    except NoFeed as error:
        return step.failed(
            NO_FEED, Failed(NO_FEED.health, f"{error}, from {shown(step.get.url)}; look at the address")
        )
    if cut.is_broken and not cut.entries:
        return _whole(step, answer)
    polling, before = step.polling, step.cursor
    trust = Trust(polling.identity, before.churns, before.identity not in (None, polling.identity))
    found = sort_entries(cut.entries, step.known.seen, trust, step.now_ms)
    payloads = _payloads(cut, found.new, step.get, answer)
    if len(payloads.entries) < len(found.new):
        return _first_of(step, answer, found, payloads)
    behind = learnt(step, behind, found, cut)
    is_whole = answer.is_whole and not cut.is_cut_off
    taken = _all_of(step, answer, found, payloads)
    taken = dataclasses.replace(
        taken,
        cursor=step.changed(replace(behind, body=key_of(answer.body))),
        again_ms=step.again_ms(behind, answer),
        detail=f"{len(found.new)} new of {len(cut.entries)} entries",
        warnings=(*payloads.warnings, *warnings_of(step, behind, found, cut)),
    )
    return taken if is_whole else _short(step, taken)


class _Payloads(NamedTuple):
    payloads: tuple[Incoming, ...]
    entries: list[Entry]  # that they settle
    warnings: tuple[str, ...]


def _payloads(cut: Cut, new: tuple[Entry, ...], get: Get, answer: Fetched) -> _Payloads:
    """The payloads of one step, within its bounds."""
    payloads, entries, warnings, size = list[Incoming](), list[Entry](), list[str](), 0
    for value, group in in_documents(cut, new):
        if payloads and (size + len(value) > TAKEN_BYTES_MAX or len(payloads) == TAKEN_PAYLOADS_MAX):
            break
        entries += group
        if len(value) > PAYLOAD_BYTES_MAX:
            warnings.append(
                f"{len(group)} entries left out: {len(value):,} bytes are more than {PAYLOAD_BYTES_MAX:,}"
            )
            continue
        payloads.append(_incoming(value, get, answer))
        size += len(value)
    return _Payloads(tuple(payloads), entries, tuple(warnings))


def _incoming(value: bytes, get: Get, answer: Fetched) -> Incoming:
    kind = answer.headers.get("content-type", "")[:200].encode("ascii", "replace")
    return Incoming(shown(get.url), value, ((CONTENT_TYPE, kind),) if kind else ())


def _first_of(step: Step, answer: Fetched, found: Sorted, payloads: _Payloads) -> FeedTaken:
    """The first payloads of many; the rest follows out of the same answer.  A crash in between fetches it again."""
    keys = (key for one in payloads.entries for key in (found.keys[one].own, found.keys[one].twin))
    seen = keys_to_write(keys, step.known.seen, step.now_ms)
    return Taken(payloads.payloads, seen=seen, then=Already(step.get, answer), warnings=payloads.warnings)


def _all_of(step: Step, answer: Fetched, found: Sorted, payloads: _Payloads) -> FeedTaken:
    keys = {key for one in payloads.entries for key in (found.keys[one].own, found.keys[one].twin)}
    keys |= {*found.met, *(found.keys[one].own for one in found.churned)}
    seen = keys_to_write(keys, step.known.seen, step.now_ms)
    forget = keys_to_forget(step.known.seen, keys, len(seen), step.now_ms)
    return Taken(payloads.payloads, seen=seen, forget=forget)


def _short(step: Step, taken: FeedTaken) -> FeedTaken:
    """What a document that broke off had.  It is not taken for what the server has: the next one is whole."""
    cursor = taken.cursor or step.cursor
    cursor = replace(cursor, etag="", modified="", validated=b"", full_ms=0, body=b"", health=Health.BROKEN)
    detail = f"the document broke off, from {shown(step.get.url)}; {taken.detail}"
    return dataclasses.replace(taken, cursor=step.changed(cursor), health=Health.BROKEN, detail=detail)


def _whole(step: Step, answer: Fetched) -> FeedTaken:
    """A feed in which no entry can be found: it is published as it is, once, and dies with its reason."""
    failed = step.failed(NO_FEED, Failed(NO_FEED.health, f"no entry can be cut out, from {shown(step.get.url)}"))
    key = key_of("whole", answer.body)
    if key in step.known.seen or not answer.is_whole or len(answer.body) > PAYLOAD_BYTES_MAX:
        return failed
    return dataclasses.replace(failed, payloads=(_incoming(answer.body, step.get, answer),), seen=(key,))

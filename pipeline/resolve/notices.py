"""Items without a text: notices about a dispatch, and what of a kill is published."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from pipeline.items import (
    Dispatch,
    Item,
    Kind,
    PubStatus,
    Representation,
    Severity,
    Status,
    Wire,
    content_id,
    dispatch_uri,
    instant,
    main_headline,
)
from pipeline.language import Language
from pipeline.records import Record
from pipeline.resolve.chain import Chain

PUB_STATUS = {
    Status.HELD: PubStatus.WITHHELD,
    Status.USABLE: PubStatus.USABLE,
    Status.SUPERSEDED: PubStatus.USABLE,
    Status.KILLED: PubStatus.CANCELED,
}


class DispatchNotice(NamedTuple):
    """What happened to a dispatch that consumers know: it was killed, held, released, or merged into another."""

    kind: Kind
    status: Status
    why: str
    killed_by: str | None = None
    merged_into: str | None = None
    by_hand: str | None = None
    erased: bool | None = None


def partial(chain: Chain, notice: DispatchNotice, cause: Record, now_ms: int) -> Item:
    """The partial item for the consumers who know the dispatch by the id of the chain."""
    position, now = cause.position, instant(now_ms)
    return Item(
        uri=dispatch_uri(chain.id),
        representation_type=Representation.PARTIAL,
        version=chain.version,
        version_created=now,
        pub_status=PUB_STATUS[notice.status],
        headlines=main_headline(chain.headline) if notice.kind is Kind.KILL else (),
        wire=Wire(
            feed=chain.feed,
            format="control",
            topic=position.topic,
            partition=position.partition,
            offset=position.offset,
            sha256=hashlib.sha256(cause.value).hexdigest(),
            received=now,
        ),
        dispatch=Dispatch(
            **notice._asdict(),
            id=chain.id,
            item=content_id("advisory", chain.id, str(position)),
            revision=chain.revisions,
            severity=Severity.KILLED if notice.kind is Kind.KILL else Severity.NONE,
        ),
    )


def kill_record(item: Item, chain: Chain, *, with_note: bool) -> Item:
    """What of a kill is published: ids, the headline that consumers know, and its note if that is wanted.

    No word of its own copy, which may be a new text, or one that was never published.
    """
    pinned = Language.of(chain.language)
    return without_text(item).model_copy(
        update={
            "headlines": main_headline(chain.headline),
            "language": pinned if pinned.known else item.language,
            "ed_note": item.ed_note if with_note else None,
        }
    )


def without_text(item: Item) -> Item:
    """The item without its words: ids, times and where it came from."""
    return Item(
        uri=item.uri,
        version=item.version,
        version_created=item.version_created,
        pub_status=item.pub_status,
        language=item.language,
        alt_ids=tuple(one for one in item.alt_ids if one.role == "native"),
        wire=item.wire.model_copy(update={"warnings": ()}),
        dispatch=item.dispatch,
    )

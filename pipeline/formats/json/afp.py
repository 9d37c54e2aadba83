"""AFP's API: its documents, one or as a search lists them (`{"response": {"docs": […]}}`).

The names of the fields are known from AFP's own client, not from payloads.  The copy is a list of paragraphs; an
alert has no headline, so its first line is one if more follows.  What is beside a document (`bagItem`) is pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, PayloadKind, Recogniser, has_keys
from pipeline.formats.json.associations import ASSOCIATIONS, aside_passages
from pipeline.formats.json.documents import enveloped
from pipeline.formats.json.fields import JsonFields
from pipeline.formats.json.places import passages_in
from pipeline.formats.json.text import load_json
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.parts import Enveloped
from pipeline.formats.places import CODE, UNREAD, Places, Unread, checked
from pipeline.formats.text import bodies
from pipeline.formats.text.bodies import TypedText
from pipeline.items import AltId, Concept, InfoSource, PubStatus, Signal
from pipeline.notes import Addressee, Passage
from pipeline.records import Reason, Rejected
from pipeline.values import codes
from pipeline.values.agencies import agency_named

SOURCES = {
    "native_id": ("uno",),
    "alt_ids": ("afpshortid",),
    "version": ("revision",),
    "version_created": ("published", "created"),
    "first_created": ("created",),
    "pub_status": ("status",),
    "signals": ("signal", "urgency"),
    "embargo": ("embargoed",),
    "language": ("lang",),
    "urgency": ("urgency",),
    "headline": ("headline", "news: the first line, if more follow"),
    "paragraphs": ("news",),
    "descriptions": ("summary", "caption"),
    "by": ("creator",),
    "slugline": ("slug",),
    "located": ("city",),
    "info_sources": ("source", "provider"),
    "places": ("countryname",),
    "subjects": ("keyword", "topic", "genre"),
    "copyright_notice": ("copyright",),
}
_LOOKUP = SOURCES | {
    "headline": ("headline",), "signals": ("signal",), "kind": ("class",), "genres": ("genre",),
    "keywords": ("keyword",), "topics": ("topic",),
}  # fmt: skip
_CLASSES: dict[
    Addressee | Unread, str
] = {  # all other places are addressed to editors: advisory, rules, subheadline
    Addressee.HEADLINE: "headline title",
    Addressee.SLUG: "slug keyword topic",
    Addressee.NAME: "city country countryname provider source genre afpentity",
    Addressee.PUBLIC: "creator caption captionContext summary creditLine copyright disclaimer",
    UNREAD: "news bagItem",
    CODE: (
        "uno afpshortid class created published embargoed revision status signal urgency lang product genreid "
        "mediatopic channel hopHistory rating aspectRatios wordCount guid href"
    ),
}
PLACES = Places.of_names(_CLASSES)
_AROUND = Places.of_names({UNREAD: "docs", CODE: "status numFound start"})  # the status is that of the request

_TEXTS = frozenset({"text", "factcheck", "multimedia", "webstory"})


def _listed(document: Any) -> tuple[list[Any], Mapping[str, Any]] | None:
    """The documents of an answer, and the object around them."""
    answer = document.get("response") if isinstance(document, dict) else None
    docs = answer.get("docs") if isinstance(answer, dict) else None
    return (docs, answer) if isinstance(docs, list) and isinstance(answer, dict) else None


def _is_answer(document: Any) -> bool:
    found = _listed(document)
    return found is not None and any(isinstance(one, dict) and "uno" in one for one in found[0])


def split_afp(payload: Payload) -> Parts:
    """The documents.  Raises Rejected: MALFORMED, TOO_DEEP, ENCODING."""
    document, warnings = load_json(payload.data)
    return Parts(tuple(one for found in enveloped(document) for one in _documents(found)), warnings)


def _documents(found: Any) -> Iterator[Any]:
    """The documents of an answer, each with what is said around it; anything else counts as a document."""
    inner, said = found if isinstance(found, Enveloped) else (found, ())
    if (listed := _listed(inner)) is None:
        yield found
        return
    docs, answer = listed
    beside = {name: value for name, value in inner.items() if name != "response"}
    said = (*said, *passages_in(beside, PLACES), *passages_in(answer, _AROUND))
    yield from (Enveloped(one, said) if said else one for one in docs)


def read_afp(document: Any) -> Parsed:
    """One document.  Raises Rejected(MALFORMED)."""
    if not isinstance(document, dict):
        raise Rejected(Reason.MALFORMED, f"a document is an object, not {type(document).__name__}")
    fields = JsonFields(document, _LOOKUP)
    kind = fields.text("kind")
    if kind is not None and kind not in _TEXTS:
        fields.warnings.append(f"class {kind[:40]}: only its words are read")
    signals = fields.codes("signals")
    releases = [*fields.as_written("embargo"), *([""] if codes.has_embargo_signal(signals) else [])]
    statuses = [one for one in fields.statuses("pub_status") if one.strip()]  # by AFP's word an empty one is usable
    status, embargo = codes.read_usage(statuses, releases, fields.warnings)
    urgency = codes.read_urgency(fields.text("urgency"), fields.warnings)
    headline, lines = _copy(fields)
    written = [TypedText("\n\n".join(lines))]
    paragraphs = bodies.paragraphs(written, fields.warnings)
    native_id = fields.text("native_id")
    if native_id is None:
        fields.warnings.append("no uno: its revisions cannot be linked")
    creator = fields.text("by")
    return Parsed(
        paragraphs=paragraphs,
        html=bodies.markup(written),
        headline=headline,
        native_id=native_id,
        names=ids.names_of([native_id]),
        version=fields.text("version"),
        version_created=fields.instant("version_created"),
        first_created=fields.instant("first_created"),
        pub_status=status,
        embargo=embargo,
        language=fields.text("language"),
        urgency=urgency,
        slugline="-".join(fields.lines("slugline")) or None,
        by=None if creator is None or agency_named(creator) else creator,
        located=fields.text("located"),
        descriptions=tuple(fields.lines("descriptions")),
        info_sources=fields.concepts("info_sources", InfoSource),
        places=fields.concepts("places", Concept),
        subjects=_subjects(fields),
        alt_ids=tuple(AltId(role="afpshortid", value=one) for one in fields.lines("alt_ids")),
        copyright_notice=fields.text("copyright_notice"),
        signals=_signals(status, signals, urgency),
        passages=checked(_passages(document, written)),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )


def _copy(fields: JsonFields) -> tuple[str, list[str]]:
    """The headline and the paragraphs; an alert has its headline among them, or is one line of copy."""
    headline, lines = fields.text("headline") or "", fields.lines("paragraphs")
    return (lines[0], lines[1:]) if not headline and len(lines) > 1 else (headline, lines)


def _subjects(fields: JsonFields) -> tuple[Concept, ...]:
    relations = (("keywords", "keyword"), ("topics", "topic"), ("genres", "genre"))
    return tuple(Concept(name=text, rel=rel) for name, rel in relations for text in fields.lines(name))


def _signals(status: PubStatus, written: list[str], urgency: int | None) -> tuple[Signal, ...]:
    """By status, signal and urgency: 1 is a flash, 2 an alert, 3 urgent."""
    urgent = [codes.AP_URGENCY_SIGNALS[urgency]] if urgency in codes.AP_URGENCY_SIGNALS else []
    return tuple(dict.fromkeys((*codes.STATUS_SIGNALS[status], *codes.read_signals(written), *urgent)))


def _passages(document: dict[str, Any], written: list[TypedText]) -> Iterator[Passage]:
    beside = {ASSOCIATIONS: document.get("bagItem")}
    return chain(passages_in(document, PLACES), aside_passages(beside), bodies.unseen_in(t.value for t in written))


AFP_JSON = Format(
    name="afp-json",
    description="AFP API JSON",
    recognisers=(
        has_keys("uno", "news"),
        has_keys("uno", "class"),
        has_keys("uno", "afpshortid"),
        Recogniser(PayloadKind.JSON, _is_answer),
    ),
    split=split_afp,
    read=read_afp,
    sources=SOURCES,
    places=PLACES,
)

"""One entry of a feed, as feedparser reads it.

A description is a part of the copy: it is the body only if there is no other, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin

from pipeline.formats import ids
from pipeline.formats.feeds.usage import FeedUsage, read_entry_usage, usage_in
from pipeline.formats.parsed import Identity, Parsed
from pipeline.formats.places import checked
from pipeline.formats.text import bodies, html, plain
from pipeline.formats.xml.tree import Element
from pipeline.items import AltId, Concept, InfoSource
from pipeline.notes import Addressee, Passage
from pipeline.records import Fault, Reason
from pipeline.values import codes
from pipeline.values.agencies import ACRONYM_LENGTH_MAX, agency_named
from pipeline.values.dates import WEST, read_instant
from pipeline.values.embargo import Embargo, strictest

# Documents of other formats, which feedparser reads as if they were HTML.
DOCUMENTS = ("nitf", "docdata", "newsItem", "newsMessage", "packageItem", "NewsML", "NewsItem")
RELATIVE = re.compile(
    r"""(\bhref\s{0,9}=\s{0,9}["'])(?![A-Za-z][A-Za-z0-9+.-]{0,20}:|#)([^"'<>\s]{1,2000})""", re.IGNORECASE
)
FULL_TEXTS = ("full-text", "full_text", "fulltext")  # Yandex News and others: elements of no standard
# An author as RSS 2.0 has it, or as in a mail: `ana@press.example (Ana Ruiz)`, `Ana Ruiz <ana@press.example>`.
_ADDRESS = r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}"
MAILBOX = re.compile(
    rf"(?P<before>[^@<>()]{{0,100}}?)[ ]?[<(]?{_ADDRESS}[>)]?(?:[ ]?\((?P<behind>[^@<>()]{{1,100}})\))?"
)
BODY_IS_DESCRIPTION = "body is the description"
_SECTION = re.compile(r" [-–—|:] ")  # of a channel: `Adnkronos - Cronaca`
VERSIONS = ("predecessor-version", "successor-version", "latest-version", "working-copy-of")  # relations of a link
SOURCES = {  # RSS · Atom, by the names under which feedparser reads them
    "native_id": ("guid", "id", "link"),
    "version": ("guid :revision",),
    "version_created": ("updated", "pubDate", "published"),
    "first_created": ("pubDate", "published", "dc:date"),
    "pub_status": ("media:status@state", "wp:status", "apnm:PublishingStatus", "app:draft"),
    "embargo": ("dcterms:valid", "dcterms:available", "embargoed"),
    "signals": ("media:status@state",),
    "language": ("title@xml:lang", "dc:language", "channel/language"),
    "headline": ("title",),
    "paragraphs": ("content:encoded", "content", "yandex:full-text", "description", "summary"),
    "descriptions": ("description", "summary"),
    "by": ("dc:creator", "author"),
    "subjects": ("category@domain", "category@scheme", "category@label"),
    "info_sources": ("source", "dc:publisher", "channel/title, if it names an agency"),
    "alt_ids": ("link",),
    "copyright_notice": ("dc:rights", "rights", "channel/copyright"),
}


class FeedEntry(NamedTuple):
    """One entry and its feed as feedparser's plain dicts; the entry's elements, and what those of its feed say."""

    fields: dict[str, Any]
    feed: dict[str, Any]
    elements: tuple[Element, ...]
    usage: FeedUsage
    received: datetime
    identity: Identity = Identity.GUID


def read_entry(entry: FeedEntry) -> Parsed:
    """The entry.  Empties the documents that are in its elements."""
    warnings: list[str] = []
    fields, feed = dict(entry.fields), entry.feed
    for inner in [inner for one in entry.elements for inner in one.iter(*DOCUMENTS)]:
        inner.clear()  # what it says is not said of the entry
        warnings.append(Fault(Reason.UNKNOWN_FORMAT, f"a feed around something that is not copy: <{inner.tag}>"))
    if link := fields.get("link"):
        fields["link"] = urljoin(_base(fields.get("title_detail") or {}, feed), link)
    if full := _full_texts(fields):
        fields["content"] = [*fields.get("content", ()), *full]
    native_id, revision = _identity(fields, entry.identity, warnings)
    constants, versions = _constants(feed), _other_versions(fields)
    first_created = _instant(fields, "published", warnings)
    updated = _instant(fields, "updated", warnings)
    details = _details(fields)
    known = frozenset((detail.get("value") or "").strip() for detail in details)
    for detail in details:
        detail["value"] = _absolute(bodies.unescaped(detail.get("value") or "", warnings), _base(detail, feed))
    usage = usage_in(entry.elements, (child for element in entry.elements for child in element), known)
    status, embargo = read_entry_usage(usage, entry.usage, entry.received, warnings)
    planned = plan(first_created or updated, entry.received, warnings)
    item = Parsed(
        paragraphs=(paragraphs := _paragraphs(fields, warnings)),
        html=_html(details, paragraphs),
        headline=_short(fields.get("title_detail")),
        native_id=native_id,
        names=ids.names_of([native_id, *versions], [fields.get("link"), *versions], constants=constants),
        version=revision,
        version_created=updated or first_created,
        revision_undated=updated is None,
        first_created=first_created,
        pub_status=status,
        embargo=strictest((embargo, planned)),
        language=_language(fields, feed),
        by=_authors(fields) or _authors(feed),
        descriptions=_descriptions(fields),
        info_sources=_sources(fields) or channel_sources(feed.get("title")),
        subjects=_subjects(fields),
        alt_ids=_links(fields),
        copyright_notice=fields.get("rights") or feed.get("rights") or None,
        signals=codes.STATUS_SIGNALS[status],
        passages=checked((*usage.passages, *entry.usage.passages, *_other_texts(details, paragraphs))),
        warnings=tuple(warnings),  # last, because the fields above add theirs
    )
    return ids.identified(item, constants)


def _constants(feed: dict[str, Any]) -> tuple[str | None, ...]:
    """What is the same for all entries of a feed, so no id of one."""
    return (
        feed.get("link"),
        feed.get("id"),
        feed.get("title"),
        *(one.get("href") for one in feed.get("links", ())),
    )


def _details(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The contents and the description, as feedparser has them."""
    summary = fields.get("summary_detail")
    return [*fields.get("content", ()), *([summary] if summary else [])]


def _full_texts(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The copy in elements that feedparser does not know, in the form of its contents.

    With a tag or a comment it is a page; without one its lines count, and references may be in it all the same.
    """
    texts = (value for name, value in fields.items() if name.endswith(FULL_TEXTS) and isinstance(value, str))
    return [
        {"type": "text/html", "value": text}
        if html.has_tags(text)
        else {"type": "text/plain", "value": html.unescape(text)}
        for text in texts
    ]


def _other_texts(details: list[dict[str, Any]], chosen: tuple[str, ...]) -> Iterator[Passage]:
    """The texts that are not the body, and what of any is hidden."""
    for detail in details:
        if len(details) > 1 and (found := _text_of(detail)) != chosen:
            yield Passage(Addressee.PUBLIC, "\n".join(found), "content")
        yield from bodies.unseen_in([detail.get("value") or ""])


def _identity(fields: dict[str, Any], by: Identity, warnings: list[str]) -> tuple[str | None, str | None]:
    """The id of the dispatch, and the revision if the id ends in one."""
    if by is Identity.LINK and fields.get("link"):
        return fields["link"], None
    guid = fields.get("id") or None
    if guid is None:
        guid = fields.get("link") or None
        warnings.append(
            "no guid: its revisions cannot be linked" if guid is None else "no guid: identified by its link"
        )
    return codes.without_revision(guid) if guid else (None, None)


def _other_versions(fields: dict[str, Any]) -> list[str | None]:
    """The addresses of what the entry names as other versions of itself (RFC 5829)."""
    return [link.get("href") for link in fields.get("links") or () if link.get("rel") in VERSIONS]


def plan(published: datetime | None, received: datetime, warnings: list[str]) -> Embargo | None:
    """The embargo until a publication that lies ahead by more than a wrong zone makes it (RSS 2.0, pubDate)."""
    if published is None or published - received <= WEST:
        return None
    warnings.append(f"to be published at {published.isoformat()}: held until then")
    return Embargo(published, "to be published later", planned=True)


def _instant(fields: dict[str, Any], name: str, warnings: list[str]) -> datetime | None:
    text = fields.get(name)
    return read_instant(text, name, warnings) if text else None


def _paragraphs(fields: dict[str, Any], warnings: list[str]) -> tuple[str, ...]:
    contents = [_text_of(detail) for detail in fields.get("content", ()) if _is_text(detail)]
    body = max(contents, key=_length, default=())
    described = _text_of(fields.get("summary_detail"))
    if _length(body) >= _length(described):
        return body
    warnings.append(BODY_IS_DESCRIPTION)
    return described


def _length(paragraphs: tuple[str, ...]) -> int:
    return sum(map(len, paragraphs))


def _html(details: list[dict[str, Any]], paragraphs: tuple[str, ...]) -> str:
    """The markup of the body, if it has any."""
    found = (detail.get("value") or "" for detail in details if not _is_plain(detail))
    return next((markup for markup in found if html.paragraphs(markup) == paragraphs), "")


def _base(detail: dict[str, Any], feed: dict[str, Any]) -> str:
    """What relative addresses in a text begin with: `xml:base`, or the page of the channel."""
    return detail.get("base") or feed.get("link") or ""


def _absolute(markup: str, base: str) -> str:
    """The markup with whole addresses in its links."""
    if not base or "href" not in markup:
        return markup
    return RELATIVE.sub(lambda found: f"{found[1]}{urljoin(base, found[2])}", markup)


def _descriptions(fields: dict[str, Any]) -> tuple[str, ...]:
    """The description, a paragraph a line."""
    text = "\n".join(_text_of(fields.get("summary_detail")))
    return (text,) if text else ()


def _is_text(detail: Any) -> bool:
    return str(detail.get("type") or "text/html").startswith(("text/", "application/xhtml"))


def _text_of(detail: Any) -> tuple[str, ...]:
    value = (detail or {}).get("value") or ""
    return plain.paragraphs(value) if detail and _is_plain(detail) else html.paragraphs(value)


def _is_plain(detail: dict[str, Any]) -> bool:
    """Whether a text is declared as plain and has no tags."""
    return detail.get("type") == "text/plain" and not html.has_markup(detail.get("value") or "")


def _short(detail: Any) -> str:
    return " ".join(_text_of(detail))


def _language(fields: dict[str, Any], feed: dict[str, Any]) -> str | None:
    """The language of the title, which inherits Atom's xml:lang; else of the feed."""
    return (
        (fields.get("title_detail") or {}).get("language") or fields.get("language") or feed.get("language") or None
    )


def _authors(fields: dict[str, Any]) -> str | None:
    authors, written = fields.get("authors", ()), fields.get("author") or ""
    if len(authors) < 2 and (mailbox := MAILBOX.fullmatch(written)):
        # feedparser cuts an address within a long domain (`.digital`), and the name with it
        return (mailbox["before"] or mailbox["behind"] or "").strip("\"' ") or written
    named = [author["name"] for author in authors if author.get("name")]
    return ", ".join(dict.fromkeys(named)) or written or None


def _sources(fields: dict[str, Any]) -> tuple[InfoSource, ...]:
    """RSS `source`, Atom `source/title`, dc:publisher: where the item comes from."""
    names = ((fields.get("source") or {}).get("title"), fields.get("publisher"))
    return tuple(InfoSource(name=name) for name in dict.fromkeys(names) if name)


def channel_sources(title: Any) -> tuple[InfoSource, ...]:
    """The agency whose feed it is, by its title: `Tanjug`, `Anadolu Ajansı - Dünya`; it may carry others' copy.

    An acronym before other words may be anything: `PA - Business`.
    """
    whole = title.strip() if isinstance(title, str) else ""
    first = _SECTION.split(whole, maxsplit=1)[0]
    agency = agency_named(whole) or (agency_named(first) if len(first) > ACRONYM_LENGTH_MAX else None)
    return (InfoSource(name=first, role="provider"),) if agency else ()


def _subjects(fields: dict[str, Any]) -> tuple[Concept, ...]:
    return tuple(dict.fromkeys(_subject(tag) for tag in fields.get("tags") or () if tag.get("term")))


def _subject(tag: Any) -> Concept:
    """The literal is the vocabulary (RSS `domain`, Atom `scheme`) and the term, as in a qcode."""
    term, scheme = tag["term"], tag.get("scheme")
    return Concept(name=html.line(tag.get("label") or term), literal=f"{scheme}:{term}" if scheme else term)


def _links(fields: dict[str, Any]) -> tuple[AltId, ...]:
    return (AltId(role="link", value=fields["link"]),) if fields.get("link") else ()

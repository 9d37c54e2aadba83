"""How long a field of an item may be, and what happens to a longer one.

===========================  =========================================================================
identity                     a fault (MALFORMED): a cut id would identify another dispatch
body                         a fault (TOO_LARGE), because a cut body would say something else
notes                        likewise, because a cut may lose one; a kill or a hold counts by those within the limit
its markup                   left out, with a warning
other texts, lists           cut, with a warning
===========================  =========================================================================

For a fault (records.Fault) normalise rejects the item; a kill or a hold takes effect without its words, by the ids
that are left.  In every format NUL is a fault (bytes were lost), other control characters are dropped and lone
surrogates replaced, with a warning, and no text looks like a tag.  All but headline and body, which `copy` repairs
first, have passed outside.clean.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate
from typing import Any, get_type_hints

from pydantic import BaseModel

from pipeline.copy.damage import without_mojibake
from pipeline.formats.parsed import IdLimit, ListLimit, Parsed, TextLimit
from pipeline.items import AltId
from pipeline.notes import Addressee
from pipeline.outside import clean, untagged
from pipeline.records import Fault, Reason
from pipeline.values.blanks import one_line

BODY_BYTES_MAX = 262_144  # UTF-8; some 40,000 words: what is made of it (features, JSON) still fits a 1 MiB record
PARAGRAPHS_MAX = 5_000
# What is kept of a larger body, for the reader of notes: its first and its last paragraphs.
EDGE_PARAGRAPHS, EDGE_CHARACTERS = 5, 1_000
PASSAGES_MAX, PASSAGE_CHARACTERS_MAX = 5_000, 524_288  # all passages of an item together
FOR_READERS = frozenset({Addressee.PUBLIC, Addressee.NAME, Addressee.SLUG, Addressee.HEADLINE})
ELEMENT_CHARACTERS_MAX = 4_000
ROLES = frozenset({"rel", "role", "content_type"})  # of a concept or headline; alone they say nothing
WARNINGS_MAX, WARNING_CHARACTERS_MAX = 20, 200

REPAIRED = ("body", "headline")  # by copy.damage, which needs C1: it has halves of mojibake
NAMES = ("names", "corrected_names")
UNTOUCHED = (*NAMES, "alt_ids", "language")  # ids and codes, as they are
_INLINE = "a|abbr|b|bdi|cite|em|font|i|mark|p|q|small|span|strong|sub|sup|u"
CLOSING = re.compile(rf"</({_INLINE})>")
INLINE = re.compile(rf"</?({_INLINE})(?:\s[^<>]{{0,300}}+)?>")
DAMAGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def limits(kind: type[IdLimit] | type[TextLimit] | type[ListLimit]) -> dict[str, int]:
    """The fields of Parsed that have a limit of that kind, with the limit."""
    hints = get_type_hints(Parsed, include_extras=True)
    found = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name: each.most for name, all_ in found.items() for each in all_ if isinstance(each, kind)}


IDS, TEXTS, LISTS = limits(IdLimit), limits(TextLimit), limits(ListLimit)


def bounded(item: Parsed) -> Parsed:
    """The item within these limits; `unfit` if it has a fault."""
    warnings = list(item.warnings)
    item = _within_notes(_within(item, warnings), warnings)  # before anything is done with the body
    paragraphs = tuple(clean for text in item.paragraphs if (clean := _clean(text, "body", warnings)))
    if paragraphs != item.paragraphs:
        item = _within(replace(item, paragraphs=paragraphs), warnings)  # cleaning may add bytes
        paragraphs = item.paragraphs
    fields: dict[str, Any] = {"paragraphs": paragraphs, "html": _markup(item.html, warnings)}
    for name, most in IDS.items():
        fields[name] = _identity(getattr(item, name), name, most, warnings)
    for name, most in TEXTS.items():
        fields[name] = _cut(getattr(item, name), name, most, warnings)
    fields["headline"] = fields["headline"] or ""
    for name, most in LISTS.items():
        fields[name] = _elements(getattr(item, name), name, most, warnings)
    faults = [one for one in warnings if isinstance(one, Fault)]
    plain = [one for one in warnings if not isinstance(one, Fault)]
    return replace(item, **fields, warnings=_first_warnings(plain), unfit=item.unfit or next(iter(faults), None))


def _within(item: Parsed, warnings: list[str]) -> Parsed:
    """The item; of a body that is too large only the edges, where a kill or a hold is marked."""
    paragraphs = item.paragraphs
    if 4 * sum(map(len, paragraphs)) <= BODY_BYTES_MAX and len(paragraphs) <= PARAGRAPHS_MAX:
        return item  # no character takes more than four bytes
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in paragraphs)
    if size <= BODY_BYTES_MAX and len(paragraphs) <= PARAGRAPHS_MAX:
        return item
    edges = (*paragraphs[:EDGE_PARAGRAPHS], *paragraphs[EDGE_PARAGRAPHS:][-EDGE_PARAGRAPHS:])
    why = f"body of {size:,} bytes, {len(paragraphs):,} paragraphs; at most {BODY_BYTES_MAX:,}, {PARAGRAPHS_MAX:,}"
    warnings.append(Fault(Reason.TOO_LARGE, why))
    kept = tuple(cut for text in edges if (cut := one_line(text[:EDGE_CHARACTERS])))
    return replace(item, paragraphs=kept, html="")


def _within_notes(item: Parsed, warnings: list[str]) -> Parsed:
    """The item; of passages that are too many those for readers last: a kill or a hold may be among the others."""
    passages = item.passages
    size = sum(len(passage.text) for passage in passages)
    if size <= PASSAGE_CHARACTERS_MAX and len(passages) <= PASSAGES_MAX:
        return item
    why = f"{len(passages):,} notes of {size:,} characters; at most {PASSAGES_MAX:,}, {PASSAGE_CHARACTERS_MAX:,}"
    warnings.append(Fault(Reason.TOO_LARGE, why))
    first = sorted(passages, key=lambda passage: passage.addressee in FOR_READERS)[:PASSAGES_MAX]
    ends = accumulate(len(passage.text) for passage in first)
    kept = tuple(passage for passage, end in zip(first, ends, strict=True) if end <= PASSAGE_CHARACTERS_MAX)
    return replace(item, passages=kept)


def _markup(html: str, warnings: list[str]) -> str:
    if len(html) <= BODY_BYTES_MAX:
        return html
    warnings.append(f"markup of the body left out: {len(html):,} characters, at most {BODY_BYTES_MAX:,}")
    return ""


def _identity(text: str | None, name: str, most: int, warnings: list[str]) -> str | None:
    if text is None:
        return None
    if len(text) > most:
        warnings.append(Fault(Reason.MALFORMED, f"{name} of {len(text):,} characters; at most {most:,}"))
        return None
    cleaned = _clean(text, name, warnings)
    return None if "\0" in text else cleaned


def _cut(text: str | None, name: str, most: int, warnings: list[str]) -> str | None:
    if text is None:
        return None
    if name not in UNTOUCHED:
        text = without_mojibake(_without_inline_tags(text))
    text = _clean(text, name, warnings)
    if name not in UNTOUCHED and (whole := without_mojibake(text)) != text:  # a hidden character had split it
        text = _clean(whole, name, warnings)
    if len(text) > most:
        warnings.append(f"{name} cut: {len(text):,} characters, at most {most:,}")
    return text[:most].strip() or None


def _elements(elements: tuple[Any, ...], name: str, most: int, warnings: list[str]) -> tuple[Any, ...]:
    if len(elements) > most:
        warnings.append(f"{name} cut: {len(elements):,}, at most {most:,}")
    kept = (_element(element, name, warnings) for element in elements[:most])
    left = [element for element in kept if element is not None]
    if left and isinstance(left[0], str):
        return tuple(dict.fromkeys(left))  # cleaning may have made two alike
    return tuple(left)


def _element(element: Any, name: str, warnings: list[str]) -> Any:
    """A text, or a model of texts (Concept, AltId), within the limits; None if nothing is left of it."""
    if isinstance(element, str):
        cut = _cut(element, name, ELEMENT_CHARACTERS_MAX, warnings)
        return None if name in NAMES and "\0" in element else cut
    assert isinstance(element, BaseModel)
    if all(value is None or _is_plain(value) for value in vars(element).values()):
        return element
    texts = {field: value for field, value in vars(element).items() if isinstance(value, str)}
    kept = {field: _cut(value, name, ELEMENT_CHARACTERS_MAX, warnings) for field, value in texts.items()}
    has_value = (
        all(kept.values()) if isinstance(element, AltId) else any(kept[field] for field in kept.keys() - ROLES)
    )
    return element.model_copy(update=kept) if has_value else None


def _is_plain(text: str) -> bool:
    """Whether the text needs no change, like nearly all."""
    plain = len(text) <= ELEMENT_CHARACTERS_MAX and text.isprintable() and "<" not in text
    return plain and (text.isascii() or without_mojibake(text) == text)


def _without_inline_tags(text: str) -> str:
    """The text without the tags that close in it, which were escaped twice; `<B>` is a share."""
    closed = set(CLOSING.findall(text)) if "</" in text else ()
    return INLINE.sub(lambda tag: "" if tag[1] in closed else tag[0], text) if closed else text


def _clean(text: str, name: str, warnings: list[str]) -> str:
    if text.isprintable():  # all that is dropped is unprintable, and few texts are
        return untagged(text)
    if "\0" in text:
        warnings.append(Fault(Reason.MALFORMED, f"NUL in {name}"))
    repaired = DAMAGE.sub(lambda match: "\ufffd" if match[0] >= "\ud800" else "", text)
    if name not in REPAIRED:
        repaired = clean(repaired)
    if repaired == text:
        return untagged(text)
    warnings.append(f"{name}: control characters dropped")
    lines = (one_line(line) for line in repaired.split("\n"))  # blanks around a dropped character become one
    return untagged("\n".join(lines))


def _first_warnings(warnings: list[str]) -> tuple[str, ...]:
    """Each warning once, at most WARNINGS_MAX of them."""
    repaired = (clean(DAMAGE.sub("\ufffd", text))[:WARNING_CHARACTERS_MAX] for text in warnings)
    texts = list(dict.fromkeys(repaired))
    return tuple(texts if len(texts) <= WARNINGS_MAX else [*texts[: WARNINGS_MAX - 1], "more warnings, not kept"])

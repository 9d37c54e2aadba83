"""The documents of a JSON payload: one, an array of them, or an object around such an array."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.formats.json.places import passages_in
from pipeline.formats.parts import Enveloped
from pipeline.formats.places import CODE, UNREAD, Places
from pipeline.notes import Addressee, Passage

JSON_FEED = "https://jsonfeed.org/version/"  # a document of its own, not an object around items
# `_items`: Superdesk's content API; `entries`: dpa's; `item`: a list of the BBC's.
WRAPPERS = ("items", "_items", "entries", "item")

CONTENTS = frozenset((*WRAPPERS, "data", "item", "nitf"))  # of an envelope: what it is around
ENVELOPE = Places.of_names(  # all other members are addressed to editors
    {
        Addressee.PUBLIC: "copyrightnotice copyrightNotice usageterms usageTerms rightsinfo rightsInfo description",
        Addressee.HEADLINE: "title name headline",
        CODE: "_links links _meta pagination href",
        UNREAD: "query",  # the customer's own words
    }
)


def enveloped(document: Any, item_names: frozenset[str] = frozenset()) -> tuple[Any, ...]:
    """The documents as `documents_of` gives them, each with what the object around them says of all of them."""
    found = documents_of(document, item_names)
    said = said_around(document) if isinstance(document, dict) and document not in found else ()
    return tuple(Enveloped(one, said) for one in found) if said else found


def said_around(envelope: Mapping[str, Any]) -> tuple[Passage, ...]:
    """What an object says beside the documents in it: a note, an embargo, a status."""
    return tuple(passages_in({name: one for name, one in envelope.items() if name not in CONTENTS}, ENVELOPE))


def documents_of(document: Any, item_names: frozenset[str] = frozenset()) -> tuple[Any, ...]:
    """The documents, of whatever type.  An object with one of `item_names` is an item, even if it has `items`."""
    if isinstance(document, dict):
        if str(document.get("version")).startswith(JSON_FEED):
            return (document,)
        wrapped = next((document[name] for name in WRAPPERS if isinstance(document.get(name), list)), None)
        if wrapped is None or not item_names.isdisjoint(document):
            return (document,) if document else ()
        document = wrapped
    return tuple(document) if isinstance(document, list) else (document,)

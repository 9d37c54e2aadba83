"""A newsroom's own alerting service: whom to page for an item of wire.enriched."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel


class Text(BaseModel):
    value: str


class Dispatch(BaseModel):
    kind: str | None = None
    why: str | None = None


class Duplicate(BaseModel):
    independent: bool = True


class Item(BaseModel):
    """Of an item what we need; pydantic passes over the rest, and so over what a later version adds."""

    uri: str
    urgency: int | None = None
    headlines: list[Text] = []
    dispatch: Dispatch
    duplicate: Duplicate | None = None


@dataclass(frozen=True)
class Page:
    to: str
    says: str


URGENT = 2
TAKE_BACK = {"kill": "take down", "recall": "check our copy of", "correction": "correct"}


def page(item: Item) -> Page | None:
    """The page that an item is worth, if any."""
    headline = item.headlines[0].value if item.headlines else item.uri
    if verb := TAKE_BACK.get(item.dispatch.kind or ""):
        return Page("duty editor", f"{verb}: {headline} ({item.dispatch.why or 'no reason given'})")
    a_copy = item.duplicate is not None and not item.duplicate.independent
    if item.dispatch.kind == "new" and not a_copy and (item.urgency or 9) <= URGENT:
        return Page("news desk", headline)
    return None


def pages(values: Iterable[bytes]) -> Iterator[Page]:
    """The pages for records as they come from the broker."""
    return (found for value in values if (found := page(Item.model_validate_json(value))))

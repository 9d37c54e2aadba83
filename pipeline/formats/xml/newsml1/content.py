"""NewsML 1.2: which component of a NewsItem is the story.

A NewsItem is a tree of NewsComponents with a role each; the leaves hold contents, one of which is the text.
Vendors use roles freely, so a table ranks them: an unknown role ranks below no role.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.formats.text import html, plain
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.tree import NO_COPY, Body, Element, body_markup, body_paragraphs, words
from pipeline.records import Reason, Rejected

CONTENTS_MAX = 1_000  # of one NewsItem; the most seen has 26
STORY = frozenset(["body", "main", "text", "story", "article", "maintext", "bodytext", "fulltext", "content"])
LEAD = frozenset(["lead", "lede", "intro", "introduction"])  # Belga: the copy begins there, not in the body
HEADLINE = frozenset(["headline", "title"])
SUBHEADLINE = frozenset(["subheadline", "subtitle"])
ABSTRACT = frozenset(["abstract", "summary", "teaser"])
PARTS = LEAD | HEADLINE | SUBHEADLINE | ABSTRACT
MEDIA = frozenset(["video", "audio", "photo", "picture", "image", "graphic", "graphics", "gallery", "caption"])
# Words in the name of a role whose text is not the story: notes to editors, metadata, teasers.
FOR_EDITORS = ("note", "advis", "internal", "nonpub", "non-pub", "instruct", "editor")
STYLES = ("style", "css")
ASIDE = (
    *FOR_EDITORS, *STYLES, "contact", "tweet", "metadata", "keyword", "credit", "copyright", "thumbnail",
    "preview", "logo",
)  # fmt: skip
NO_TEXT = ("image/", "audio/", "video/", "text/css", "application/pdf", "application/octet")
# Tags of escaped HTML that separate lines.
PARTING = re.compile(rf"</?(?:{'|'.join(sorted(html.BLOCKS))}|br)\b", re.IGNORECASE)
BODIES = ("nitf/body/body.content", "nitf/body", "html/body", "body/body.content", "body.content", "body", "html")


class Part(NamedTuple):
    """One ContentItem that holds data."""

    data: Element  # DataContent
    components: tuple[Element, ...]  # around it, the innermost first
    roles: tuple[str, ...]  # of these components, lower case; a component without a role has none

    @property
    def role(self) -> str:
        return self.roles[0] if self.roles else ""

    def has_role(self, names: tuple[str, ...]) -> bool:
        """Whether it or a component around it has a role with one of these words in its name."""
        return any(name in role for role in self.roles for name in names)

    @property
    def rank(self) -> tuple[int, bool]:
        """How likely it is the story: by its role, then outside a video or the like before inside."""
        by_role = 3 if self.role in STORY else 2 if not self.role else 1
        return by_role, MEDIA.isdisjoint(self.roles)


class StoryContent(NamedTuple):
    """The story of a NewsItem, and the contents beside it."""

    components: tuple[Element, ...]  # around it, the innermost first: they hold its lines and metadata
    data: Element | None = None
    beside: tuple[Part, ...] = ()  # title, lead, abstract: parts of the same story
    private_notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def of(self, roles: frozenset[str]) -> list[str]:
        """The words of the parts with one of the roles."""
        found = (" ".join(body_of(part.data).paragraphs) for part in self.beside if part.role in roles)
        return [text for text in dict.fromkeys(found) if text]


def story_of(item: Element) -> StoryContent:
    """The story.  Without any text it has the components of the first content, for their lines.

    Raises Rejected(TOO_LARGE).
    """
    parts, others = _walk(item)
    others.update(part.role for part in parts if part.has_role(ASIDE) and not part.has_role(STYLES))
    private = tuple(note for part in parts if part.has_role(FOR_EDITORS) and (note := words(part.data)))
    texts = [part for part in parts if not part.has_role(ASIDE)]
    stories = [part for part in texts if part.role not in PARTS]
    chosen = max(stories, key=lambda part: (_has_words(part), *part.rank, _length(part)), default=None)
    if chosen is None:
        components = texts[0].components if texts else _first_components(item)
        return StoryContent(components, None, tuple(texts), private, tuple(_left_out(others)))
    others.update(_unread(stories, chosen))
    warnings = (*_warnings_of(chosen), *_left_out(others))
    return StoryContent(chosen.components, chosen.data, _parts_of(chosen, texts), private, warnings)


def _parts_of(chosen: Part, texts: Iterable[Part]) -> tuple[Part, ...]:
    """Title, lead and abstract of the chosen story: those in the same component around it."""
    around = chosen.components[1:]
    return tuple(part for part in texts if part.role in PARTS and around and part.components[1:] == around)


def _unread(stories: Iterable[Part], chosen: Part) -> Iterator[str]:
    """The roles of the stories in other components than the chosen one."""
    others = (part for part in stories if part.components[0] is not chosen.components[0] and _has_words(part))
    return (part.role or "text" for part in others)


def _walk(item: Element) -> tuple[list[Part], Counter[str]]:
    """The parts in document order, and how many other contents there are of each kind."""
    parts: list[Part] = []
    others: Counter[str] = Counter()
    waiting: list[tuple[tuple[Element, ...], tuple[str, ...]]] = []
    waiting.extend(((component,), _role(component)) for component in reversed(item.findall("NewsComponent")))
    while waiting:
        components, roles = waiting.pop()
        for one in components[0].iterfind("ContentItem"):
            if len(parts) == CONTENTS_MAX:
                raise Rejected(Reason.TOO_LARGE, f"a NewsItem of more than {CONTENTS_MAX:,} contents")
            data = one.find("DataContent")
            if data is None or _is_media(one):
                others[_kind(one)] += 1
            else:
                parts.append(Part(data, components, roles))
        inner = components[0].findall("NewsComponent")
        waiting += [((child, *components), (*_role(child), *roles)) for child in reversed(inner)]
    return parts, others


def _role(component: Element) -> tuple[str, ...]:
    role = Paths((component,)).text("Role/@FormalName", "Role")
    return (role.lower(),) if role else ()


def _first_components(item: Element) -> tuple[Element, ...]:
    """The first component, its first component, and so on; the innermost first."""
    found: tuple[Element, ...] = ()
    component = item.find("NewsComponent")
    while component is not None:
        found = (component, *found)
        component = component.find("NewsComponent")
    return found


def _is_media(one: Element) -> bool:
    paths = Paths((one,))
    mime = (paths.text("MimeType/@FormalName") or "").lower()
    kind = (paths.text("MediaType/@FormalName") or "").lower()
    return mime.startswith(NO_TEXT) or kind in MEDIA


def _kind(one: Element) -> str:
    kind = Paths((one,)).text("MediaType/@FormalName", "MimeType/@FormalName", "Format/@FormalName") or "content"
    return kind.lower()[:40]


def _has_words(part: Part) -> bool:
    return any(piece.strip() for piece in part.data.itertext())


def _length(part: Part) -> int:
    return sum(len(piece.strip()) for piece in part.data.itertext())


def _warnings_of(chosen: Part) -> Iterator[str]:
    kind = next((role for role in chosen.roles if role in MEDIA), None)
    if kind:
        yield f"{kind}: only its words are read"
    elif chosen.role and chosen.role not in STORY:
        yield f"body is the component in the role {chosen.role[:40]}"


def _left_out(others: Counter[str]) -> Iterable[str]:
    return (f"{number} {kind} beside the story: not read" for kind, number in others.items() if kind != "text/css")


def body_of(data: Element) -> Body:
    """The body in a DataContent: NITF, XHTML, elements of either, escaped HTML, or plain text."""
    paths = Paths((data,))
    body = next((found for path in BODIES for found in paths.every(path)), data)
    if len(body):
        return Body(body_paragraphs(body, NO_COPY | {"head", "body.head", "body.end"}), body_markup(body))
    written = body.text or ""
    if PARTING.search(written):
        return Body(html.paragraphs(written), written)
    return Body(tuple(line for text in plain.paragraphs(written) if (line := html.line(text))))

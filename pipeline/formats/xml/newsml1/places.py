"""NewsML 1: to whom the text of each place is addressed: of an item, of those around it, and of its envelope."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.formats.places import CODE, UNREAD, Places
from pipeline.formats.text.bodies import unseen_in, unseen_in_tree
from pipeline.formats.xml.newsml1.content import StoryContent, body_of
from pipeline.formats.xml.nitf.places import nitf_passages
from pipeline.formats.xml.places import attributes_of, passages_in
from pipeline.formats.xml.tree import Element, private_words, words
from pipeline.notes import Addressee, Passage

PLACES = Places(
    {  # by name, for components are nested; all other places are addressed to editors
        "//HeadLine": Addressee.HEADLINE,
        "//Headline": Addressee.HEADLINE,
        "//SubHeadLine": Addressee.HEADLINE,
        "//NameLabel": Addressee.SLUG,
        "//SlugLine": Addressee.SLUG,
        "//KeywordLine": Addressee.SLUG,
        "//Genre": Addressee.SLUG,
        "//NewsProduct": Addressee.SLUG,
        "//NewsService": Addressee.SLUG,
        "//ByLine": Addressee.PUBLIC,
        "//ByLineTitle": Addressee.PUBLIC,
        "//DateLine": Addressee.PUBLIC,
        "//CreditLine": Addressee.PUBLIC,
        "//CopyrightLine": Addressee.PUBLIC,
        "//RightsLine": Addressee.PUBLIC,
        "//Copyright": Addressee.PUBLIC,
        "//UsageRights": Addressee.PUBLIC,
        "//Location": Addressee.NAME,
        "//SubjectCode": Addressee.NAME,
        "//Party": Addressee.NAME,
        "//NewsItemType": Addressee.SLUG,
        # Ids, codes and dates; statuses, which Parsed hands over.
        "//Status": CODE,
        "//StatusWillChange": CODE,
        "//Identification": CODE,
        "//LabelText": Addressee.EDITORS,  # within Identification: a title, a number, or a note
        "//TransmissionId": CODE,
        "//Language": CODE,
        "//Urgency": CODE,
        "//Priority": CODE,
        "//Role": CODE,
        "//Catalog": CODE,
        "//NewsItemRef": CODE,
        "//DerivedFrom": CODE,
        "//AssociatedWith": CODE,
        "//FirstCreated": CODE,
        "//ThisRevisionCreated": CODE,
        "//MediaType": CODE,
        "//MimeType": CODE,
        "//Format": CODE,
        "//Notation": CODE,
        "//@EquivalentsList": CODE,
        "//DataContent": UNREAD,  # item_passages hands it over
        "//NewsItem": UNREAD,  # another item
        "//Characteristics": Addressee.ASIDE,  # of a file, mostly a picture
        "//TopicSet": UNREAD,  # what codes mean
        "//NewsIdentifier": UNREAD,  # the id, part by part
    }
)


def item_passages(
    item: Element, around: tuple[Element, ...], envelope: Element | None, story: StoryContent
) -> Iterator[Passage]:
    """The texts beside the story: of the item, of the management of those around it, and of the envelope."""
    for owner in (item, *item.iterancestors()):
        yield from attributes_of(owner, PLACES)
    for child in item:
        yield from passages_in(child, PLACES, child.tag)
    for outer in around:
        for management in outer.iterfind("NewsManagement"):
            yield from passages_in(management, PLACES)
    if envelope is not None:
        yield from passages_in(envelope, PLACES)
    for catalog in item.getroottree().getroot().iterfind("Catalog"):
        yield from passages_in(catalog, PLACES, "Catalog")
    yield from (Passage(Addressee.EDITORS, note, "component for editors") for note in story.private_notes)
    for part in item.iter("DataContent"):
        yield from _content_passages(part, is_story=part is story.data)


def _content_passages(data: Element, *, is_story: bool) -> Iterator[Passage]:
    documents = list(data.iter("nitf"))
    for nitf in documents:
        yield from nitf_passages(nitf)
    yield from attributes_of(data, PLACES) if documents else unseen_in_tree(data)
    if not len(data):
        yield from unseen_in([data.text or ""])
    if private := private_words(data):
        yield Passage(Addressee.EDITORS, "\n".join(private), "private parts of DataContent")
    if not is_story and words(data):
        yield Passage(Addressee.PUBLIC, "\n".join(body_of(data).paragraphs), "another DataContent")

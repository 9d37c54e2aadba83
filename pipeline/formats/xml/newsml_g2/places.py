"""NewsML-G2: to whom the text of each place is addressed: of an item, its message and the packages around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.formats.places import CODE, UNREAD, Places, Unread, passages_of
from pipeline.formats.text.bodies import unseen_in, unseen_in_tree
from pipeline.formats.xml.newsml_g2.fields import code_of
from pipeline.formats.xml.nitf.places import nitf_passages
from pipeline.formats.xml.places import attributes_of, passages_in
from pipeline.formats.xml.tree import Element, every_line, private_words
from pipeline.notes import Addressee, Passage

META, CONTENT, RIGHTS, PART = "itemMeta", "contentMeta", "rightsInfo", "partMeta"
_CLASSES: dict[Addressee | Unread, dict[str, str]] = {  # around -> names; all other places are for editors
    Addressee.HEADLINE: {META: "title", CONTENT: "headline"},
    Addressee.SLUG: {META: "service memberOf instanceOf fileName", CONTENT: "slugline keyword genre"},
    Addressee.NAME: {CONTENT: "located subject creator contributor infoSource"},
    Addressee.PUBLIC: {
        META: "provider",
        CONTENT: "creditline by byline bylines dateline description icon",
        RIGHTS: "accountable copyrightHolder copyrightNotice usageTerms",
    },
    # Codes, ids and dates, also what Parsed hands over.
    CODE: {
        META: (
            "itemClass versionCreated firstCreated embargoed pubStatus generator profile link versionedId "
            "hash expires origRep incomingFeedId metadataCreator"
        ),
        CONTENT: "embargoed altId urgency language contentCreated contentModified digitalSourceType",
        RIGHTS: "embargoed link",
    },
}
PLACES = Places(
    {
        f"{around}/{name}": own
        for own, groups in _CLASSES.items()
        for group, names in groups.items()
        for around in dict.fromkeys((group, PART) if group != RIGHTS else (group,))
        for name in names.split()
    }
    | {
        "//embargoed": CODE,
        "//pubStatus": CODE,
        "//@qcode": CODE,
        "//@conformance": CODE,
        "//@standard": CODE,
        "catalogRef": CODE,
        "hopHistory": Addressee.NAME,  # who had the item before
        "inlineRef": Addressee.NAME,
        "catalog": UNREAD,  # what codes mean: dpa's asserts have the name of `nonpublic`, a code of its notes
        "assert": UNREAD,
        "groupSet": Addressee.PUBLIC,  # of a package: headlines of other items
        "contentSet": UNREAD,
        "contentSet/remoteContent": Addressee.ASIDE,  # a picture, or another file
        "itemMeta/edNote": UNREAD,  # note_passages hands it over
        "itemMeta/signal/@qcode": Addressee.EDITORS,
        "itemMeta/link/title": Addressee.PUBLIC,
    }
)
HEADER = Places(dict.fromkeys(("transmitId", "sent", "catalogRef", "sender"), CODE))
MARKED = ".//*[@class]"  # dpa marks the embargo among its notes by a class


def item_passages(item: Element, header: Element | None, packages: Iterable[Element]) -> Iterator[Passage]:
    """The texts beside the copy: of the item, its message and its packages; and what of the copy is private."""
    for around in item.iterancestors():
        yield from attributes_of(around, PLACES)
    for owner in (item, *packages):
        yield from passages_in(owner, PLACES)
    if header is not None:
        yield from passages_in(header, HEADER)
    for content in item.iterfind("contentSet"):
        for nitf in content.iter("nitf"):
            yield from nitf_passages(nitf)
        for page in content.iterfind("inlineXML/html/head/title"):
            yield Passage(Addressee.HEADLINE, "\n".join(every_line(page)), "title of the page")
        yield from attributes_of(content, PLACES)
        for one in content:
            if one.find("nitf") is None:
                yield from unseen_in_tree(one)
        yield from unseen_in(data.text or "" for data in content.iterfind("inlineData"))
        if private := private_words(content):
            yield Passage(Addressee.EDITORS, "\n".join(private), "private parts of contentSet")


def note_passages(owners: Iterable[Element], *, has_end: bool) -> Iterator[Passage]:
    """The notes to editors, public and private, of an item and its packages.

    The words of an embargo are left out if `embargoed` gives its end: they have neither year nor zone.  Without one
    the role or the mark of a note is enough: `Embargo` then precedes its words.
    """
    for note in (one for owner in owners for one in owner.iterfind("itemMeta/edNote")):
        role = code_of(note.get("role"))
        is_embargo = "embargo" in role or any("embargoed" in one.get("class", "") for one in note.iterfind(MARKED))
        if not (is_embargo and has_end):
            text = "\n".join(every_line(note))
            yield from passages_of(Addressee.EDITORS, "itemMeta/edNote", text, "Embargo" if is_embargo else "")

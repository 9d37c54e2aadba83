"""NITF: to whom the text of each place is addressed."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.formats.places import CODE, UNREAD, Places
from pipeline.formats.text.bodies import unseen_in_tree
from pipeline.formats.xml.places import passages_in
from pipeline.formats.xml.tree import Element, private_words
from pipeline.notes import Addressee, Passage

DOCDATA, HEAD, BODY_END = "head/docdata", "body/body.head", "body/body.end"
PLACES = Places(
    {  # all other places are addressed to editors, so also ed-msg, revision-history, correction
        "head/title": Addressee.HEADLINE,
        "head/meta": Addressee.HEADLINE,
        "head/tobject": Addressee.NAME,
        "head/pubdata": Addressee.PUBLIC,
        "head/pubdata/@date.publication": Addressee.EDITORS,  # a plan, if it lies ahead
        f"{DOCDATA}/@management-status": CODE,
        f"{DOCDATA}/@management-idref-status": CODE,
        f"{DOCDATA}/@management-doc-idref": CODE,
        f"{DOCDATA}/doc-id": CODE,
        f"{DOCDATA}/date.release/@norm": CODE,
        f"{DOCDATA}/correction/@id-string": CODE,
        f"{DOCDATA}/du-key": Addressee.SLUG,
        f"{DOCDATA}/series": Addressee.SLUG,
        f"{DOCDATA}/fixture": Addressee.SLUG,
        f"{DOCDATA}/doc-scope": Addressee.SLUG,
        f"{DOCDATA}/key-list": Addressee.SLUG,
        f"{DOCDATA}/evloc": Addressee.NAME,
        f"{DOCDATA}/identified-content": Addressee.NAME,
        f"{DOCDATA}/doc.copyright": Addressee.PUBLIC,
        f"{DOCDATA}/doc.rights": Addressee.PUBLIC,
        f"{HEAD}/hedline": Addressee.HEADLINE,
        f"{HEAD}/abstract": Addressee.PUBLIC,
        f"{HEAD}/byline": Addressee.PUBLIC,
        f"{HEAD}/dateline": Addressee.PUBLIC,
        f"{HEAD}/distributor": Addressee.PUBLIC,
        f"{HEAD}/rights": Addressee.PUBLIC,
        "body/body.content": UNREAD,
        f"{BODY_END}/tagline": Addressee.PUBLIC,
        f"{BODY_END}/bibliography": Addressee.PUBLIC,
        "//media": Addressee.PUBLIC,  # with its caption: no copy
        "//note": Addressee.EDITORS,
        "//@baselang": CODE,
    }
)


def nitf_passages(root: Element) -> Iterator[Passage]:
    """The texts of a document beside its copy, and what of the copy is private."""
    yield from passages_in(root, PLACES)
    for content in root.iterfind("body/body.content"):  # is left out as the copy
        yield from unseen_in_tree(content)
        for aside in content.iter("media", "note"):
            yield from passages_in(aside, PLACES, f"body.content/{aside.tag}")
    for body in root.iterfind("body"):
        if private := private_words(body):
            yield Passage(Addressee.EDITORS, "\n".join(private), "private parts of the body")

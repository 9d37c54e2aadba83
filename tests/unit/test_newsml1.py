"""NewsML 1.2: the component that is the story, the dispatch and its revision, status and notes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hostile import assert_linear_in, damaged, outcome
from hypothesis import given, settings
from news import parse
from noticed import noticed

from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.items import AltId, Concept, InfoSource, Text
from pipeline.records import Reason, Rejected
from tests.examples import examples

RECEIVED = datetime(2022, 1, 13, 11, tzinfo=UTC)
NINE, TEN = datetime(2022, 1, 12, 9, tzinfo=UTC), datetime(2022, 1, 12, 10, tzinfo=UTC)
FULL = """<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE NewsML SYSTEM "NewsML-1.2.dtd" [<!ENTITY % nitf SYSTEM "nitf-3-1.dtd"> %nitf; ]>
<NewsML Version="1.2">
  <NewsEnvelope>
    <TransmissionId>0042</TransmissionId>
    <SentFrom><Party FormalName="Harbour Wire"/></SentFrom>
    <DateAndTime>20220112T101500Z</DateAndTime>
    <Priority FormalName="4"/>
  </NewsEnvelope>
  <NewsItem xml:lang="en">
    <Identification>
      <NewsIdentifier>
        <ProviderId>harbour.example</ProviderId>
        <DateId>20220112</DateId>
        <NewsItemId>HW-42</NewsItemId>
        <RevisionId PreviousRevision="2" Update="N">3</RevisionId>
        <PublicIdentifier>urn:newsml:harbour.example:20220112:HW-42:3</PublicIdentifier>
      </NewsIdentifier>
      <NameLabel>Norway-ferry</NameLabel>
    </Identification>
    <NewsManagement>
      <NewsItemType FormalName="News"/>
      <FirstCreated>20220112T100000+0200</FirstCreated>
      <ThisRevisionCreated>20220112T110000+0200</ThisRevisionCreated>
      <Status FormalName="Usable"/>
      <Urgency FormalName="3"/>
      <DerivedFrom NewsItem="urn:newsml:pier.example:20220112:7"/>
    </NewsManagement>
    <NewsComponent>
      <NewsLines>
        <HeadLine>Ferry <Origin Href="#a">Fähre</Origin> late</HeadLine>
        <SubHeadLine>Nobody minded</SubHeadLine>
        <ByLine>Ada Quay</ByLine>
        <ByLineTitle>Harbour Writer</ByLineTitle>
        <DateLine>BERGEN, Jan 12, 2022 (AFP) -</DateLine>
        <CreditLine>Pier</CreditLine>
        <CopyrightLine>(c) Harbour</CopyrightLine>
        <RightsLine>No archive</RightsLine>
        <SlugLine>Norway-ferry</SlugLine>
        <KeywordLine>quays</KeywordLine>
        <NewsLine><NewsLineType FormalName="ProductLine"/><NewsLineText>(Photo)</NewsLineText></NewsLine>
        <NewsLine><NewsLineType FormalName="AdvisoryLine"/><NewsLineText>Call Ada at home</NewsLineText></NewsLine>
      </NewsLines>
      <AdministrativeMetadata>
        <Provider><Party FormalName="Harbour Wire"/></Provider>
        <Creator><Party FormalName="A Quay"/></Creator>
        <Source><Party FormalName="Pier News"/></Source>
      </AdministrativeMetadata>
      <RightsMetadata>
        <UsageRights><UsageType>Print</UsageType><Geography>Norway</Geography></UsageRights>
      </RightsMetadata>
      <DescriptiveMetadata>
        <Language FormalName="en-GB"/>
        <Genre FormalName="Current"/>
        <SubjectCode>
          <SubjectMatter FormalName="04015000"/><SubjectMatter Scheme="HW" FormalName="SEA"/>
        </SubjectCode>
        <Location HowPresent="Event"><Property FormalName="City" Value="Stord"/></Location>
        <Location HowPresent="Origin">
          <Property FormalName="Country" Value="NOR"/><Property FormalName="City" Value="Bergen"/>
        </Location>
        <Property FormalName="Keyword" Value="ferries"/>
        <Property FormalName="GeneratorSoftware" Value="quay 7"/>
      </DescriptiveMetadata>
      <NewsComponent>
        <Role FormalName="Main"/>
        <ContentItem>
          <MediaType FormalName="Text"/>
          <Format FormalName="NITF3.1"/>
          <DataContent>
            <nitf><body><body.head><abstract><p>A ferry came late.</p></abstract></body.head>
              <body.content><p>The <b>ferry</b> came late.</p><p>Nobody minded.</p></body.content>
              <body.end><tagline>Li Quay contributed.</tagline></body.end>
            </body></nitf>
          </DataContent>
        </ContentItem>
      </NewsComponent>
      <NewsComponent>
        <Role FormalName="Photo"/>
        <NewsComponent>
          <Role FormalName="Caption"/>
          <ContentItem><MediaType FormalName="Text"/><DataContent>A ferry from the left</DataContent></ContentItem>
        </NewsComponent>
        <NewsComponent><ContentItem Href="ferry.jpg"><MediaType FormalName="Photo"/></ContentItem></NewsComponent>
      </NewsComponent>
    </NewsComponent>
  </NewsItem>
</NewsML>""".encode("iso-8859-1")  # fmt: skip


def items(data: bytes | str) -> list[Parsed | Broken]:
    name, found = parse(Payload(data.encode() if isinstance(data, str) else data, "harbour", RECEIVED))
    assert name == "newsml-1.2"
    return list(found.items)


def read(data: bytes | str) -> Parsed:
    (item,) = items(data)
    assert isinstance(item, Parsed)
    return noticed(item)


IDS = "<NewsItemId>a</NewsItemId><RevisionId PreviousRevision='0' Update='N'>1</RevisionId>"
STORY = "<NewsComponent><ContentItem><DataContent>The ferry came late.</DataContent></ContentItem></NewsComponent>"


def news(management: str = "", components: str = STORY, ids: str = IDS, lines: str = "") -> str:
    """A NewsItem with these parts."""
    identification = f"<Identification><NewsIdentifier>{ids}</NewsIdentifier></Identification>"
    management = f"<NewsManagement>{management}</NewsManagement>"
    components = components and f"<NewsComponent><NewsLines>{lines}</NewsLines>{components}</NewsComponent>"
    return f"<NewsItem>{identification}{management}{components}</NewsItem>"


def newsml(*news_items: str, envelope: str = "") -> str:
    return f"<NewsML><NewsEnvelope>{envelope}</NewsEnvelope>{''.join(news_items)}</NewsML>"


def component(role: str, text: str, inner: str = "") -> str:
    content = f"<ContentItem><DataContent>{text}</DataContent></ContentItem>" if text else ""
    return f'<NewsComponent><Role FormalName="{role}"/>{content}{inner}</NewsComponent>'


def test_a_news_item_in_full() -> None:
    """Every field is read; the picture, its caption and the note to editors are left out."""
    item = read(FULL)
    assert item.html.startswith("<body.content>")
    assert item == Parsed(
        paragraphs=("The ferry came late.", "Nobody minded."),
        html=item.html,
        headline="Ferry Fähre late",
        further_headlines=(Text(value="Nobody minded", role="subhead", content_type="text/plain"),),
        native_id="urn:newsml:harbour.example:20220112:HW-42",
        version="3",
        version_created=NINE,
        first_created=datetime(2022, 1, 12, 8, tzinfo=UTC),
        language="en-GB",
        urgency=3,
        slugline="Norway-ferry",
        by="Ada Quay, Harbour Writer",
        located="Bergen",
        dateline="BERGEN, Jan 12, 2022 (AFP) -",
        sign_off="Li Quay contributed.",
        descriptions=("A ferry came late.",),
        info_sources=(
            InfoSource(name="Pier News", role="source"),
            InfoSource(name="A Quay", role="creator"),
            InfoSource(name="Pier", role="credit"),
            InfoSource(name="Harbour Wire", role="provider"),
            InfoSource(name="Harbour Wire", role="distributor"),
        ),
        places=(Concept(name="Stord", rel="event"), Concept(name="Bergen, NOR", rel="origin")),
        subjects=(
            Concept(literal="04015000"),
            Concept(literal="HW:SEA"),
            Concept(name="Current", rel="genre"),
            Concept(name="ferries", rel="keyword"),
            Concept(name="quays", rel="keyword"),
        ),
        corrected_names=("maybe:id:urn:newsml:pier.example:20220112:7",),
        alt_ids=(
            AltId(role="news-item-id", value="HW-42"),
            AltId(role="name-label", value="Norway-ferry"),
            AltId(role="transmission-id", value="0042"),
            AltId(role="derived-from", value="urn:newsml:pier.example:20220112:7"),
        ),
        copyright_notice="(c) Harbour",
        usage_terms="No archive; Print; Norway",
        warnings=(
            "1 photo beside the story: not read", "1 caption beside the story: not read",
            "notes that are not for publication: not kept",
        ),
    )  # fmt: skip


URN = "urn:newsml:q.example:20220112:7"
# ProviderId, DateId, NewsItemId, RevisionId, Update, PublicIdentifier -> native id
IDENTITIES = [
    ("q.example", "20220112", "7", "2", "N", f"{URN}:2", URN),
    ("q.example", "20220112", "7", "2", "N", f"{URN}:2N", URN),
    ("q.example", "20220112", "7", "2", "U", f"{URN}:2U", URN),
    ("q.example", "20220112", "7", "2", "A", f"{URN}:2A", URN),
    ("q.example", "20220112", "7", "3", "N", f"{URN}:2", URN),
    ("q.example", "20220112", "7", "7", "N", URN, URN),
    ("q.example", "20220112", "7", "", "N", "", URN),
    ("q.example", "20220112T101500", "7", "0", "N", "urn:newsml:www.q.example", URN),  # Belga
    (
        "Q",
        "20220112",
        "X7-v2",
        "2",
        "N",
        "urn:newsml:q.example:20220112:X7:2",
        "urn:newsml:q.example:20220112:X7",
    ),  # ANP
    ("Q", "20220112", "D7", "D9", "N", "urn:newsml:Q:20220112:D7:D9", "urn:newsml:Q:20220112:D7"),
    ("", "", "7", "2", "N", "", "urn:newsml:7"),
    ("", "", "", "2", "N", f"{URN}:2", URN),
    ("q.example", "", "", "1", "N", "urn:newsml:www.q.example", None),
]


@pytest.mark.parametrize(("provider", "day", "item", "revision", "update", "public", "native"), IDENTITIES)
def test_revisions_of_one_dispatch(
    provider: str, day: str, item: str, revision: str, update: str, public: str, native: str | None
) -> None:
    """The native id is the identifier without its revision; an identifier that names no item is ignored."""
    ids = (
        f"<ProviderId>{provider}</ProviderId><DateId>{day}</DateId><NewsItemId>{item}</NewsItemId>"
        f'<RevisionId Update="{update}">{revision}</RevisionId><PublicIdentifier> {public} </PublicIdentifier>'
    )
    found = read(newsml(news(ids=ids)))
    assert (found.native_id, found.version) == (native, revision or None)
    assert found.warnings == (() if native else ("no NewsItemId: its revisions cannot be linked",))


def change(future: str, when: str) -> str:
    moment = f"<DateAndTime>{when}</DateAndTime>"
    return f'<StatusWillChange><FutureStatus FormalName="{future}"/>{moment}</StatusWillChange>'


STATUS = [
    ("", "usable", (), None),
    ('<Status FormalName="USABLE"/>', "usable", (), None),
    ("<Status>Usable</Status>", "usable", (), None),
    ('<Status FormalName="Canceled"/>', "canceled", ("kill",), None),
    ('<Status FormalName="Withheld"/>', "withheld", ("hold",), None),
    ('<Status FormalName="OPEN"/>', "withheld", ("hold",), None),
    ('<Status FormalName=""/>', "withheld", ("hold",), None),
    ("<Status/>", "withheld", ("hold",), None),
    ('<Status FormalName="Embargoed"/>', "usable", (), "held"),
    ('<Status FormalName="Embargoed"/>' + change("Usable", ""), "usable", (), "held"),
    ('<Status FormalName="Embargoed"/>' + change("Usable", "20220112T100000"), "usable", (), "held"),
    ('<Status FormalName="Embargoed"/>' + change("Usable", "soon"), "usable", (), "held"),
    ('<Status FormalName="Embargoed"/>' + change("Canceled", "20220112T100000Z"), "usable", (), "held"),
    ('<Status FormalName="Embargoed"/>' + change("Usable", "20220112T120000+0200"), "usable", (), TEN),
    ('<Status FormalName="Withheld"/>' + change("Usable", "20220112T100000Z"), "usable", (), TEN),
    ('<Status FormalName="Withheld"/>' + change("Usable", "soon"), "withheld", ("hold",), "held"),
    ('<Status FormalName="Usable"/>' + change("Usable", "20220112T100000Z"), "usable", (), TEN),
    ('<Status FormalName="Usable"/>' + change("Canceled", "20220119T100000Z"), "usable", (), None),
    ('<Property FormalName="Embargo" Value=""/>', "usable", (), "held"),
    ('<Instruction FormalName="Correction"/>', "usable", ("correction",), None),
    ('<Instruction FormalName="Kill"/>', "usable", ("kill",), None),
    ('<Instruction FormalName="Update"/>', "usable", ("update",), None),
    ('<Instruction FormalName="Use"/>', "usable", (), None),
    (
        '<Instruction><RevisionStatus Revision="1"><Status FormalName="Canceled"/></RevisionStatus></Instruction>',
        "usable", ("correction",), None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("management", "status", "signals", "until"), STATUS)
def test_status_and_embargo_fail_closed(
    management: str, status: str, signals: tuple[str, ...], until: datetime | str | None
) -> None:
    """An unknown status is withheld; an embargo ends only at an instant that can be read."""
    item = read(newsml(news(management)))
    assert (item.pub_status, item.signals) == (status, signals)
    assert (item.embargo and (item.embargo.until or "held")) == until


@pytest.mark.parametrize(
    ("docdata", "status", "until"),
    [
        ('<docdata management-status="usable"/>', "usable", None),
        ('<docdata management-status="canceled"/>', "canceled", None),
        ('<docdata management-status="embargoed"/>', "usable", "held"),
        ('<docdata><date.release norm="20220112T100000Z"/></docdata>', "usable", TEN),
        ('<docdata><ed-msg info="Embargoed until Ada speaks"/></docdata>', "usable", "held"),
    ],
)
def test_the_nitf_inside_may_be_stricter(docdata: str, status: str, until: datetime | str | None) -> None:
    """The stricter status of NewsItem and NITF counts, and the private notes of the NITF are not kept."""
    nitf = f"<nitf><head>{docdata}</head><body><body.content><p>Late.</p></body.content></body></nitf>"
    item = read(newsml(news('<Status FormalName="Usable"/>', component("Main", nitf))))
    assert (item.pub_status, item.embargo and (item.embargo.until or "held")) == (status, until)
    assert "Ada" not in repr(item)


def test_a_kill_needs_no_words() -> None:
    """A kill needs only management data (Update A) that names its dispatch."""
    item = read(newsml(news('<Status FormalName="Canceled"/>', components="")))
    assert (item.native_id, item.signals, item.paragraphs, item.headline) == ("urn:newsml:a", ("kill",), (), "")


NO_ITEMS = [
    news('<Status FormalName="Usable"/>', components=""),
    news(components="", ids=""),
    "<NewsItem><TopicSet FormalName='Quays'><Topic/></TopicSet></NewsItem>",
    news(components="<NewsItemRef NewsItem='urn:newsml:a'/>", lines="<HeadLine>Ferries</HeadLine>"),
    news(components='<NewsComponent><ContentItem Href="a.jpg"/></NewsComponent>'),
    f"<NewsItem><Identification><NewsIdentifier>{IDS}</NewsIdentifier></Identification><Update/></NewsItem>",
]  # fmt: skip


@pytest.mark.parametrize("item", NO_ITEMS)
def test_what_is_not_news_is_rejected(item: str) -> None:
    """A payload with only vocabularies, packages, pictures without words or Updates is rejected."""
    with pytest.raises(Rejected) as caught:
        items(newsml(item))
    assert caught.value.reason is Reason.NO_ITEM


def test_what_is_not_news_is_named_beside_news() -> None:
    """A vocabulary and a package beside a news item give it a warning."""
    item = read(newsml(NO_ITEMS[2], NO_ITEMS[3], news()))
    assert item.warnings == ("1 TopicSet beside the news: not read", "1 package beside the news: not read")


def test_several_items_and_items_within_items() -> None:
    """Each NewsItem is an item, also within a package; a broken one does not reject the others."""
    inner = news(components=component("Main", "Inside."))
    package = news(components=inner)
    broken = news("<ThisRevisionCreated>99990112T100000Z</ThisRevisionCreated>")
    found = items(newsml(news(), package, broken))
    assert [item.paragraphs if isinstance(item, Parsed) else item.reason for item in found] == [
        ("The ferry came late.",), ("Inside.",), Reason.BAD_DATE,
    ]  # fmt: skip


BODY, ASIDE = component("Body", "B."), component("Sidebar", "Long sidebar.")
SHOTS = component("Video", "", component("Body", "Many shots."))
# components -> paragraphs, headline, descriptions, warnings
STORIES = [
    (BODY, ("B.",), "", (), ()),
    (ASIDE, ("Long sidebar.",), "", (), ("body is the component in the role sidebar",)),
    (ASIDE + BODY, ("B.",), "", (), ("1 sidebar beside the story: not read",)),
    (component("", "A.") + ASIDE, ("A.",), "", (), ("1 sidebar beside the story: not read",)),
    (BODY + component("Main", "Longer."), ("Longer.",), "", (), ("1 body beside the story: not read",)),
    (component("Title", "T") + component("Lead", "L.") + BODY, ("L.", "B."), "T", (), ()),
    (component("Lead", "B.") + BODY, ("B.",), "", (), ()),
    (component("Title", "T") + component("Lead", "") + component("Body", ""), (), "T", (), ()),
    (component("HeadLine", "T") + component("Abstract", "S.") + BODY, ("B.",), "T", ("S.",), ()),
    (component("Caption", "C."), ("C.",), "", (), ("caption: only its words are read",)),
    (SHOTS, ("Many shots.",), "", (), ("video: only its words are read",)),
    (SHOTS + BODY, ("B.",), "", (), ("1 body beside the story: not read",)),
    (component("StyleSheet", ".p {}") + BODY, ("B.",), "", (), ()),
    (component("Contact", "Ada") + BODY, ("B.",), "", (), ("1 contact beside the story: not read",)),
]  # fmt: skip


@pytest.mark.parametrize(("components", "paragraphs", "headline", "descriptions", "warnings"), STORIES)
def test_which_component_is_the_story(
    components: str,
    paragraphs: tuple[str, ...],
    headline: str,
    descriptions: tuple[str, ...],
    warnings: tuple[str, ...],
) -> None:
    """The story is chosen by role, then by length; title, lead and abstract are read, other contents are named."""
    item = read(newsml(news(components=components)))
    assert (item.paragraphs, item.headline, item.descriptions) == (paragraphs, headline, descriptions)
    assert item.warnings == warnings


@pytest.mark.parametrize(
    "role", ["AdvisoryNote", "Note", "EditorialNotes", "Internal", "NonPublic", "Instructions"]
)
def test_components_for_editors_are_never_the_story(role: str) -> None:
    """A component for editors is never the story, even if there is no other text."""
    for secret in (component(role, "SECRET"), component(role, "", component("Body", "SECRET"))):
        item = read(newsml(news(components=secret, lines="<HeadLine>Ferry late</HeadLine>")))
        assert (item.headline, item.paragraphs) == ("Ferry late", ())
        assert "SECRET" not in repr(item)
        assert "notes that are not for publication: not kept" in item.warnings


@pytest.mark.parametrize("kind", ["AdvisoryLine", "Note", "EditorsNote", "Embargo"])
def test_lines_for_editors_are_not_kept(kind: str) -> None:
    """A line for editors may hold the item; its words are not kept."""
    line = f'<NewsLineType FormalName="{kind}"/><NewsLineText>Embargoed until SECRET</NewsLineText>'
    item = read(newsml(news(lines=f"<NewsLine>{line}</NewsLine>")))
    assert item.embargo is not None
    assert item.embargo.until is None
    assert kind == "Embargo" or "SECRET" not in repr(item)


CONTENTS = [
    ("One\n\nTwo", ("One", "Two")),
    ("<p>A <b>b</b> c</p><p>Two</p>", ("A b c", "Two")),
    ("<html xmlns='urn:x'><head><title>T</title></head><body><p>One</p></body></html>", ("One",)),
    ("<![CDATA[<p>One</p><p>Two &amp; three</p>]]>", ("One", "Two & three")),
    ("&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;", ("One", "Two")),
    ("One &lt;Ref idref='7'/&gt;&#13;Two", ("One", "Two")),
    ("<nitf><body><body.head>H</body.head><body.content><p>One</p></body.content></body></nitf>", ("One",)),
    ("<nitf><body><p>One</p></body></nitf>", ("One",)),
    ("<p>عاجل: تأخر العبّارة</p>", ("عاجل: تأخر العبّارة",)),
]  # fmt: skip


@pytest.mark.parametrize(("content", "paragraphs"), CONTENTS)
def test_the_text_may_be_in_any_markup(content: str, paragraphs: tuple[str, ...]) -> None:
    """A content may be plain text, XHTML, NITF or elements of it, or escaped HTML."""
    assert read(newsml(news(components=component("Main", content)))).paragraphs == paragraphs


@pytest.mark.parametrize(
    ("management", "envelope", "urgency"),
    [
        ('<Urgency FormalName="2"/>', '<Priority FormalName="4"/>', 2),
        ("<Urgency>2</Urgency>", "", 2),
        ("", '<Priority FormalName="4"/>', 4),
        ('<Urgency FormalName="DEFAULT"/>', "", None),
        ("", "", None),
    ],
)
def test_urgency(management: str, envelope: str, urgency: int | None) -> None:
    """Urgency is read as AFP and TASS write it, else from the priority of the envelope."""
    assert read(newsml(news(management), envelope=envelope)).urgency == urgency


def test_the_lines_nearest_to_the_text_count() -> None:
    """Lines of the innermost component around the text are preferred."""
    inner = component("Body", "B.").replace("<Role", "<NewsLines><HeadLine>Near</HeadLine></NewsLines><Role")
    assert read(newsml(news(components=inner, lines="<HeadLine>Far</HeadLine>"))).headline == "Near"


@pytest.mark.parametrize("many", [news() * 1_001, news(components=STORY * 1_001)], ids=["items", "contents"])
def test_too_many_items_or_contents(many: str) -> None:
    """Too many items or contents are rejected before they are read."""
    with pytest.raises(Rejected) as caught:
        items(newsml(many))
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("NewsML NewsItem", "<NewsComponent/>"),
        ("NewsML", "<NewsItem/>"),
        ("NewsML NewsItem NewsComponent ContentItem DataContent", "&lt;p "),
        ("NewsML NewsItem NewsComponent NewsLines", "<HeadLine/>"),
        ("NewsML NewsItem" + " NewsComponent" * 200, "<ContentItem><DataContent/></ContentItem>"),
    ],
)
@pytest.mark.slow
def test_a_megabyte(path: str, unit: str) -> None:
    """Time grows linearly with size."""
    names = path.split()
    head, tail = "".join(f"<{name}>" for name in names), "".join(f"</{name}>" for name in reversed(names))
    assert_linear_in("newsml-1.2", head.encode(), unit, tail.encode(), 400_000)


@settings(max_examples=examples(150), deadline=None)
@given(damaged(FULL))
def test_a_damaged_document_is_read_or_rejected(data: bytes) -> None:
    """A damaged document raises nothing but Rejected, and gives the same result twice."""
    assert outcome("newsml-1.2", data) == outcome("newsml-1.2", data)

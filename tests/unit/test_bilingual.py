"""One payload in two languages: what the record says, and that nothing of it is dropped without a word."""

from __future__ import annotations

import orjson
import pytest
from endings import Ending

from pipeline.items import Item
from pipeline.language import Language
from pipeline.normalise.detection import find_language
from pipeline.replay import Replay, payload

TIME_MS = 1_893_456_000_000
HEADLINES = {
    "fr": "Le quai nord de Lomsk fermé pour onze jours",
    "nl": "Noordkade van Lomsk elf dagen lang gesloten",
    "en": "Lomsk closes its northern quay for eleven days",
}
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "pl", "ru", "ar", "ja", "tr", "fi", "el", "ko")
# Declared, and what the model takes for it: nothing is said of these.
ALIKE = (("da", "nb"), ("cs", "sk"), ("hr", "sr"), ("id", "ms"), ("es", "pt"), ("ru", "uk"), ("ru", "bg"))


def copy_of(language: str, times: int = 2) -> list[str]:
    return Ending("", language, "", "x").copy * times


def read(data: bytes | str) -> Item:
    replay = Replay(rooms=("normalise",))
    data = data.encode() if isinstance(data, str) else data
    replay.publish(payload("lomsk", data, TIME_MS), TIME_MS)
    (record,) = replay.log["wire.normalised"]
    return Item.model_validate_json(record.value)


def g2(language: str | None, headlines: dict[str, str], bodies: dict[str, list[str]]) -> str:
    """A newsItem with a headline and a text in each of these languages."""
    lines = "".join(f'<headline xml:lang="{tag}">{text}</headline>' for tag, text in headlines.items())
    texts = "".join(
        f'<inlineXML contenttype="application/xhtml+xml" xml:lang="{tag}">'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{"".join(f"<p>{one}</p>" for one in body)}</body></html>'
        "</inlineXML>"
        for tag, body in bodies.items()
    )
    declared = f'<language tag="{language}"/>' if language else ""
    return (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:lomsk:1" version="1"><itemMeta>'
        '<itemClass qcode="ninat:text"/><versionCreated>2022-01-03T10:00:00Z</versionCreated>'
        f'<pubStatus qcode="stat:usable"/></itemMeta><contentMeta>{declared}{lines}</contentMeta>'
        f"<contentSet>{texts}</contentSet></newsItem>"
    )


@pytest.mark.parametrize("declared", ["fr", "nl", None])
def test_two_parts_of_g2(declared: str | None) -> None:
    """Headline and body are in the language of the item, without one that of the first; the other has a warning."""
    bodies = {"fr": copy_of("fr"), "nl": copy_of("nl")}
    item = read(g2(declared, {tag: HEADLINES[tag] for tag in bodies}, bodies))
    tag = declared or "fr"
    other = "nl" if tag == "fr" else "fr"
    assert (item.language.tag, item.headline) == (tag, HEADLINES[tag])
    assert item.body.split("\n\n") == bodies[tag]
    assert item.wire.warnings == (
        f"a text in {other}, the item is {tag}",
        "2 texts in the contentSet: only one is read",
    )


def test_an_embargo_in_the_other_text_holds() -> None:
    """It is heard, though its text is not published."""
    bodies = {"fr": copy_of("fr"), "nl": ["EMBARGO TOT 4 JANUARI 2031, 18 UUR GMT", *copy_of("nl")]}
    assert "embargo" in read(g2("fr", {"fr": HEADLINES["fr"]}, bodies)).dispatch.signals
    plain = {"fr": copy_of("fr"), "nl": copy_of("nl")}
    assert "embargo" not in read(g2("fr", {"fr": HEADLINES["fr"]}, plain)).dispatch.signals


def test_a_headline_in_another_language_than_the_body() -> None:
    """The language is that of the body; a warning names the headline's, where the format declares it."""
    item = read(g2("fr", {"en": HEADLINES["en"]}, {"fr": copy_of("fr")}))
    assert (item.language.tag, item.headline) == ("fr", HEADLINES["en"])
    assert item.wire.warnings == ("headline in en, the item is fr",)


def ninjs(language: str | None, headline: str, body: list[str]) -> bytes:
    document = {"uri": "urn:l:1", "type": "text", "versioncreated": "2022-01-03T10:00:00Z", "headline": headline}
    return orjson.dumps({**document, "language": language, "body_text": "\n\n".join(body)})


def test_a_wrong_declaration() -> None:
    """Copy that is certainly in another language has that one, with a warning; a right one has none."""
    wrong = read(ninjs("en", HEADLINES["fr"], copy_of("fr")))
    assert (wrong.language.tag, wrong.wire.warnings) == ("fr", ("language: en declared, the body is fr",))
    right = read(ninjs("fr-BE", HEADLINES["fr"], copy_of("fr")))
    assert (right.language.tag, right.wire.warnings) == ("fr-BE", ())


def test_one_body_in_two_languages() -> None:
    """The language is that of its beginning, and a warning names the one of its end."""
    item = read(ninjs("fr", HEADLINES["fr"], copy_of("fr") + copy_of("nl")))
    assert (item.language.tag, item.wire.warnings) == ("fr", ("language: the body begins in fr and ends in nl",))
    plain = read("\n\n".join([HEADLINES["fr"], *copy_of("fr"), *copy_of("nl")]))
    assert "language: the body begins in fr and ends in nl" in plain.wire.warnings


def test_two_bodies_of_ninjs() -> None:
    """Only the longest is read; that the other is not has a warning, and the same twice has none."""
    french, dutch = "\n\n".join(copy_of("fr")), "\n\n".join(copy_of("nl"))
    document = orjson.loads(ninjs("fr", HEADLINES["fr"], []))
    del document["body_text"], document["headline"]
    for texts, warnings in (
        ((french, dutch), ("2 bodies of plain text: only the longest is read",)),
        ((french, french), ()),
    ):
        bodies = [{"role": "main", "contenttype": "text/plain", "value": text} for text in texts]
        headlines = [{"role": "main", "value": HEADLINES["fr"]}]
        item = read(orjson.dumps({**document, "headlines": headlines, "bodies": bodies}))
        assert (item.body, item.wire.warnings) == (french, warnings)


@pytest.mark.parametrize("body", LANGUAGES)
def test_a_body_is_told_from_what_is_declared(body: str) -> None:
    """Of sixteen languages; and where the declaration is right, nothing is said."""
    text = " ".join(copy_of(body))
    for declared in ("en", "de", "ar"):
        found = find_language(Language.of(declared), "", text)
        if declared == body:
            assert found.warnings == ()
        else:
            assert (found.language.tag, len(found.warnings)) == (body, 1)
    assert find_language(Language.of(body), copy_of(body)[0], text).warnings == ()


@pytest.mark.parametrize(("declared", "body"), [*ALIKE, *(pair[::-1] for pair in ALIKE)])
def test_languages_that_are_alike_are_as_declared(declared: str, body: str) -> None:
    """The model takes them for one another."""
    found = find_language(Language.of(declared), copy_of(body)[0], " ".join(copy_of(body)))
    assert (found.language.tag, found.warnings) == (declared, ())


@pytest.mark.parametrize(
    "body",
    [
        "1. Olsen 2:14.3; 2. Berg 2:15.1; 3. Holm 2:15.9; 4. Ruiz 2:16.0; 5. Weir 2:16.4. " * 4,
        "GBP/USD 1.3412, EUR/USD 1.1302, LMSK.L 214.50, BRDL.L 98.10, QUAY.N 12.01. " * 4,
        "Short.",
        "",
    ],
)
def test_what_has_too_few_words_is_as_declared(body: str) -> None:
    """Tables, prices, flashes."""
    assert find_language(Language.of("fi"), "Lomsk", body) == (Language.of("fi"), ())

"""Reading copy: what of it is the story, and what the rest says about the item.

    headline                  without its tags (headlines)
    (Adds comment)            change note        By Ana Ruiz   byline        EMBARGOED UNTIL …   (embargoes)
    BRUSSELS (Reuters) –      dateline (datelines), before the first sentence
    paragraphs
    (Reporting by …)          sign-off (signoffs)    Copyright …    Cover photo: …    (furniture)

Whole lines of furniture are removed first, then the head, down to the first whole sentence, then the foot, up to
the last.  Reading a body again removes nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.copy import damage, datelines, embargoes, headlines, nonpublic, signoffs
from pipeline.copy.findings import Evidence, Findings, StrippedKind
from pipeline.copy.lines import without_lines
from pipeline.copy.story_edges import is_sentence, without_foot, without_head
from pipeline.items import Copy, Signal
from pipeline.language import UND, Language
from pipeline.values.editors_notes import SENTENCE_END
from pipeline.values.embargo import Embargo, strictest


@dataclass(frozen=True, slots=True)
class CleanCopy:
    """Copy without its furniture, and what the furniture says."""

    headline: str  # without its tags; empty if the copy has none
    paragraphs: tuple[str, ...]  # the body without furniture
    furniture: Copy  # everything recognised
    agency: str | None = None  # code of agencies.tsv: who wrote the copy
    signals: tuple[Signal, ...] = ()  # sorted, unique
    embargo: Embargo | None = None  # in prose; fails closed
    slug: str | None = None  # USA-WEATHER/
    urgency: int | None = None  # 1 flash, 2 bulletin, 3 urgent


def read_copy(
    headline: str,
    paragraphs: Sequence[str],
    language: Language = UND,
    note: str = "",
    dateline: str = "",
    byline: str = "",
    sign_off: str = "",
) -> CleanCopy:
    """The story and its furniture.

    `paragraphs` are plain text, one string each; `headline` may be empty: it is then looked for in the copy.
    `note` is the format's note to editors, one a line: kills, holds and embargoes are looked for in it too.
    `dateline`, `byline` and `sign_off` are fields of the format; those in the copy win over them.
    Raises nothing.  Every word of the result is a word of the input (but for mojibake, which is repaired).
    """
    findings = Findings()
    title, *body = _public(
        damage.repair(headline), [text for paragraph in paragraphs if (text := damage.repair(paragraph))], findings
    )
    if len(body) > 1 and body[0].casefold() == title.casefold():  # TT, RSS: the headline over the body again
        findings.add_stripped(StrippedKind.HEADLINE, body.pop(0), "headline")
    sentences = SENTENCE_END.split(note)
    _add_embargoes((title, *sentences), findings)
    _add_leading_signals(sentences, findings)
    body = without_lines(body, findings)
    opening = body[:1]
    found, body = without_head(body, title == "", language, findings)
    _add_leading_signals((*opening, *body[:1]), findings)  # with its dateline and without
    body = without_foot(body, findings)
    _add_fields(damage.repair(dateline), signoffs.byline(byline, language), damage.repair(sign_off), findings)
    # An alert may be one line of copy: its tags count, the line stays.
    alert = body[0] if len(body) == 1 and not is_sentence(body[0]) else ""
    tagged = headlines.clean(title or found or alert)
    if tagged.text != title:  # `UPDATE 1-EMBARGOED UNTIL …`
        _add_embargoes((tagged.text,), findings)
    return CleanCopy(
        headline=tagged.text if title or found else "",
        paragraphs=tuple(body),
        furniture=findings.furniture(tagged.tags),
        agency=findings.agency,
        signals=tuple(sorted({*tagged.signals, *findings.signals})),
        embargo=strictest(findings.embargoes),
        slug=tagged.slug,
        urgency=tagged.urgency,
    )


def _public(headline: str, paragraphs: list[str], findings: Findings) -> list[str]:
    """Headline and paragraphs up to the first non-public marker; nothing of what follows it is kept anywhere."""
    text, rules = nonpublic.public_part("\n".join([headline, *paragraphs]))
    for rule in rules:
        findings.add_stripped(StrippedKind.NON_PUBLIC, "", rule)
    return text.split("\n") if rules else [headline, *paragraphs]


def _add_embargoes(texts: Sequence[str], findings: Findings) -> None:
    findings.embargoes.extend(embargo for text in texts if (embargo := embargoes.find_embargo(text)))


def _add_leading_signals(texts: Sequence[str], findings: Findings) -> None:
    """The kills, holds and releases that the texts begin with."""
    for text in texts:
        findings.signals.update(headlines.leading_signals(text))


def _add_fields(dateline: str, byline: signoffs.Byline | None, sign_off: str, findings: Findings) -> None:
    """Use the fields of the format where the copy has none of its own."""
    if dateline and findings.dateline is None:
        findings.add_dateline(datelines.read_dateline_field(dateline))
    if byline and byline.agency:
        findings.add_agency(Evidence.BYLINE, byline.agency.code)
    if sign_off and findings.sign_off is None:
        findings.add_sign_off_field(signoffs.read_sign_off_field(sign_off))

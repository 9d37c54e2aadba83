"""Reading copy: what of it is the story, and what the rest says about the item.

    headline                  without its tags (headlines)
    (Adds comment)            change note        By Ana Ruiz   byline        EMBARGOED UNTIL …   (notes)
    BRUSSELS (Reuters) –      dateline (datelines), before the first sentence
    paragraphs
    (Reporting by …)          sign-off (signoffs)    Copyright …    Cover photo: …    (furniture)

Notes to editors are removed first, then whole lines of furniture, then the head, down to the first whole sentence,
then the foot, up to the last.  Reading a body again removes nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline import notes
from pipeline.copy import bylines, damage, headlines
from pipeline.copy.change_notes import numbers_versions
from pipeline.copy.datelines.find import read_dateline_field
from pipeline.copy.datelines.surroundings import surroundings
from pipeline.copy.findings import Evidence, Findings, StrippedKind
from pipeline.copy.lines import without_lines
from pipeline.copy.round_ups import is_round_up
from pipeline.copy.signoffs.whole_lines import read_sign_off_field
from pipeline.copy.stamps import is_update_stamp
from pipeline.copy.story_foot import without_foot
from pipeline.copy.story_head import is_sentence, without_head
from pipeline.items import Copy, Signal
from pipeline.language import UND, Language
from pipeline.notes import NoteMeaning
from pipeline.notes.phrases import Act
from pipeline.values.embargo import Embargo

STRIPPED_KINDS = {
    Act.EMBARGO: StrippedKind.EMBARGO_NOTE,
    Act.LABEL: StrippedKind.EDITORS_NOTE,
    Act.PRIVATE: StrippedKind.NON_PUBLIC,
    Act.HOLD: StrippedKind.EDITORS_NOTE,
    Act.KILL: StrippedKind.EDITORS_NOTE,
    Act.CORRECTION: StrippedKind.CHANGE_NOTE,
}


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
    authors: tuple[str, ...] = ()  # who reported, without those who only contributed


def read_copy(
    headline: str,
    paragraphs: Sequence[str],
    language: Language = UND,
    dateline: str = "",
    byline: str = "",
    sign_off: str = "",
    slugline: str = "",
    issued: datetime | None = None,
    places: Sequence[str] = (),
    agency: str | None = None,
) -> CleanCopy:
    """The story and its furniture.

    `paragraphs` are plain text, one string each; `headline` may be empty: it is then looked for in the copy.
    `dateline`, `byline`, `sign_off` and `slugline` are fields of the format; those in the copy win over them.
    `places` (in the fields) and `agency` (that sends it, a code) only help to recognise a dateline and last lines.
    `issued`: when the item had been written at the latest; an embargo until Tuesday is seen from it.
    Raises nothing.  Every word of the result is a word of the input (but for mojibake, which is repaired).
    """
    findings = Findings()
    paragraphs = [text for paragraph in paragraphs if (text := damage.repair(paragraph))]
    title, body = _title_and_body(damage.repair(headline), paragraphs, issued, findings)
    around = surroundings(title, body, (*places, dateline.partition(",")[0].partition(" (")[0]), agency)
    body = without_lines(body, findings)
    opening = body[:1]
    found, body = without_head(body, title == "", language, findings, around)
    _add_leading_signals((*opening, *body[:1]), findings)  # with its dateline and without
    _add_fields(damage.repair(dateline), bylines.byline_field(byline, language), findings)
    body = without_foot(body, findings, language, agency)
    body = _without_uncovered_notes(body, frozenset(paragraphs), issued, findings)
    if sign_off and findings.sign_off is None:
        findings.add_sign_off_field(read_sign_off_field(damage.repair(sign_off)))
    # An alert may be one line of copy: its tags count, the line stays.
    alert = body[0] if len(body) == 1 and not is_sentence(body[0]) else ""
    numbered = numbers_versions(findings.change_note)
    tagged = headlines.clean(title or found or alert, numbered=numbered, language=language)
    flagged = headlines.flags(slugline)
    findings.signals.update((*tagged.signals, *flagged.signals))
    _add_signals_of_text(tagged.text, body, paragraphs, findings)
    if tagged.text != title:  # `UPDATE 1-EMBARGOED UNTIL …`
        findings.add_meaning(notes.read_headline(tagged.text, issued))
    return CleanCopy(
        headline=tagged.text if title or found else "",
        paragraphs=tuple(body),
        furniture=findings.furniture((*tagged.tags, *flagged.tags)[: headlines.TAGS_MAX]),
        agency=findings.agency,
        signals=tuple(sorted(findings.signals)),
        embargo=findings.embargo,
        slug=tagged.slug,
        urgency=tagged.urgency,
        authors=tuple(dict.fromkeys(name for name in findings.reporting if name not in findings.helping)),
    )


def _title_and_body(
    headline: str, paragraphs: list[str], issued: datetime | None, findings: Findings
) -> tuple[str, list[str]]:
    """Headline and paragraphs without notes to editors, and without the headline over the body again (TT, RSS)."""
    title, *body = _without_notes(headline, _without_dated_stamps(paragraphs, findings), issued, findings)
    if headline and not title:  # all of it was for editors: `Media advisory: the minister speaks at noon`
        findings.signals.add(Signal.ADVISORY)
    if len(body) > 1 and body[0].casefold() == title.casefold():
        findings.add_stripped(StrippedKind.HEADLINE, body.pop(0), "headline")
    return title, body


def _without_dated_stamps(paragraphs: list[str], findings: Findings) -> list[str]:
    """The paragraphs without those that say when it was published and look like notes: `Publié le 5 janvier`."""
    stamps = dict.fromkeys(text for text in paragraphs if is_update_stamp(text) and not notes.is_public(text))
    for text in stamps:
        findings.add_stripped(StrippedKind.BOILERPLATE, text, "stamp")
    return [text for text in paragraphs if text not in stamps] if stamps else paragraphs


def _add_signals_of_text(headline: str, body: list[str], given: list[str], findings: Findings) -> None:
    """Whether it is a round-up; and a lift only if nothing beside it limits it, else an embargo without an end."""
    if is_round_up(headline, body, findings.dateline.city if findings.dateline else None):
        findings.signals.add(Signal.ROUND_UP)
    if Signal.RELEASE in findings.signals and not notes.is_lift_of_copy(headline, given):
        meaning = notes.without_lift(NoteMeaning(tuple(findings.signals), findings.embargo), headline)
        findings.signals, findings.embargo = set(meaning.signals), meaning.embargo


def _without_notes(
    headline: str, paragraphs: list[str], issued: datetime | None, findings: Findings, *, dated: bool = False
) -> list[str]:
    """Headline and paragraphs without notes to editors, up to the first private one; no word of them is kept."""
    public = notes.public_text([headline, *paragraphs], issued, titled=True, dated=dated)
    findings.add_meaning(public.meaning)
    for act in public.removed:
        findings.add_stripped(STRIPPED_KINDS[act], "", act.value)
    if public.all_private:
        findings.signals.add(Signal.UNPUBLISHABLE)
    title, *body = public.lines
    return [title, *(text for text in body if text)]


def _without_uncovered_notes(
    body: list[str], given: frozenset[str], issued: datetime | None, findings: Findings
) -> list[str]:
    """The body without the notes that furniture hid: `EMBARGOED UNTIL Monday(Reporting by …)`."""
    if all(line in given or notes.is_public(line) for line in body):
        return body
    return _without_notes("", body, issued, findings, dated=findings.dateline is not None)[1:]


def _add_leading_signals(texts: Sequence[str], findings: Findings) -> None:
    """The kills, holds and releases that the texts begin with."""
    for text in texts:
        findings.signals.update(headlines.leading_signals(text))


def _add_fields(dateline: str, byline: bylines.Byline | None, findings: Findings) -> None:
    """Use the fields of the format where the copy has none of its own."""
    if dateline and findings.dateline is None:
        findings.add_dateline(read_dateline_field(dateline))
    if byline and byline.agency:
        findings.add_agency(Evidence.BYLINE, byline.agency.code)

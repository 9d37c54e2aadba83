"""The rules of story_foot: each takes the last line out of the copy if it knows it, and says whether it has.

RULES is an ordered table: the first rule that takes a line ends the walk through it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pipeline.copy import boilerplate, bylines, contacts, rights, sentences, writers
from pipeline.copy.findings import StrippedKind
from pipeline.copy.foot import Foot
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.signoffs import by_form
from pipeline.copy.signoffs.copy_above import CopyAbove
from pipeline.copy.signoffs.sign_off import SIGN_OFF_LENGTH_MAX, SignOff, SignOffRule
from pipeline.copy.signoffs.whole_lines import sign_off_line, signature
from pipeline.copy.stamps import STAMP_LENGTH_MAX, is_clock, is_stamp, is_update_stamp
from pipeline.copy.story_head import is_sentence
from pipeline.copy.trade.lines import LABEL_LENGTH_MAX, TRADE_LENGTH_MAX, is_trade_heading, is_trade_line
from pipeline.notes.reader import may_leave

CONTACT_LINES_MAX = 4  # names between the heading of an address and the address
FORM_LINES_MAX = 4  # lines up to the last sentence: what is further down is a table or a list
NAMES_ALONE_MAX = 2  # lines with a name alone; more of them are a list
OTHERS_MAX = 6  # headlines below `Más en Andina:`
PARTS_MAX = 6  # of a line that says several things
_DASHES = ("-", "–", "—")
_QUOTED = ('"', "”", "»", "“", "’", "'")
_CATEGORY = re.compile(r"[A-Z][a-z]{3,12}/[A-Z][a-z]{3,12}")  # QNA: `General/Sports`
LINK_LENGTH_MAX = 208
_LINK = re.compile(r"https?://\S{4,200}")  # AP, below `Online:`
_PARTS = re.compile(r"(?<=\w\w)\. (?=[^\W\d_a-z])| [|•·] ")  # Foto: Ana Ruiz. Quelle: dpa


class Rule(NamedTuple):
    """A rule, and which lines it is tried on."""

    length_max: int  # of a line: most last sentences are longer
    takes: Callable[[Foot], bool]
    anywhere: bool = False  # else only in the last FOOT_LINES_MAX lines


def _sign_off(foot: Foot) -> bool:
    """`(Reporting by …)`, `hh/ph/ts`, `dpa ab cd`."""
    found = sign_off_line(foot.text, foot.agency, foot.own)
    if found is None or not (found.reporting or found.editing or may_leave(foot.text)):
        return False  # `AP KILL`
    return foot.sign(found)


def _heading_of_left(foot: Foot) -> bool:
    """`Online:` above lines that have left; names may be between it and an address."""
    leads = bool(foot.own) and foot.text.endswith(":") and len(foot.kept) <= OTHERS_MAX  # Más en Andina:
    alone = not foot.kept or leads or (foot.addressed and len(foot.kept) < CONTACT_LINES_MAX)
    if not alone or not is_trade_heading(foot.text, foot.own, last=foot.is_last(), addressed=foot.addressed):
        return False
    if foot.kept and not foot.addressed and not any(name in foot.text.casefold() for name in foot.own):
        return False
    foot.kept = []
    return foot.strip(StrippedKind.BOILERPLATE, "trade", foot.text)


def _about_the_copy(foot: Foot) -> bool:
    """`Quelle: dpa`, `All rights reserved`, `This story has been updated.`"""
    text, listed = foot.text, foot.above.endswith((":", "："))
    alone = foot.is_last() and sentences.ends(foot.above)
    if not is_trade_line(text, foot.own, named=foot.is_named, listed=listed, alone=alone):
        return False
    if not may_leave(text):
        return False  # `Quelle: dpa/hold` must stay to be seen
    foot.addressed, foot.signed = foot.addressed or contacts.has_address(text), True
    foot.kept = [] if all(contacts.is_number(line) for line in foot.kept) else foot.kept
    return foot.strip(StrippedKind.BOILERPLATE, "trade", text)


def _about_the_writer(foot: Foot) -> bool:
    """Who the writer is, in the last paragraph: `Ana Ruiz covers ports. Reach her at ruiz@lomsk.example.`"""
    if foot.kept or not writers.begins_with_name(foot.text):
        return False
    if not writers.is_about_writer(foot.text, foot.writers(), "\n".join(foot.paragraphs[: foot.index])):
        return False
    if not may_leave(foot.text):
        return False
    foot.addressed = foot.addressed or contacts.has_address(foot.text)
    return foot.strip(StrippedKind.BOILERPLATE, "writer", foot.text)


def _heads_table(below: list[str]) -> bool:
    """Whether the line right below has figures, and is no time: `Wert Vortag Veränderung` is above a table."""
    return bool(below) and any(map(str.isdigit, below[-1])) and not is_stamp(below[-1])


def _signature(foot: Foot) -> bool:
    """The name of who wrote the copy, below its last sentence or below a sign-off.

    Copy that names no agency marks it by a dash, which below a quotation marks who said it; or the name has one.
    """
    text, above = foot.text, foot.above
    if foot.names >= NAMES_ALONE_MAX or _heads_table(foot.kept):
        return False
    by = bylines.byline(text, foot.language)
    if not (by and by.names and by.agency):
        dashed = text.startswith(_DASHES)
        if not bylines.is_signature(text) or (dashed and above.endswith(_QUOTED)):
            return False
        if not (by or dashed or "|" in text or foot.is_named()):
            return False
        ended = sentences.ends(above) or bool(sign_off_line(above))
        if not ended:
            return False
    foot.names += 1
    below, signed = foot.kept, foot.signed
    foot.sign(signature(text))
    if not all(map(is_stamp, below)):
        foot.kept, foot.signed = below, signed
    return True


def _several_things(foot: Foot) -> bool:
    """Parts of which each would leave as a line: `Foto: Ana Ruiz. Quelle: dpa`."""
    if _PARTS.search(foot.text) is None:
        return False
    parts = [part.strip() for part in _PARTS.split(foot.text)]
    if not 1 < len(parts) <= PARTS_MAX or not all(_is_furniture(part, foot) for part in parts):
        return False
    foot.signed = True
    return foot.strip(StrippedKind.BOILERPLATE, "parts", foot.text)


def _is_furniture(text: str, foot: Foot) -> bool:
    return bool(
        text
        and (
            sign_off_line(text, foot.agency, foot.own)
            or rights.credit(text)
            or rights.copyright_line(text) is not None
            or boilerplate.boilerplate(text)
            or is_update_stamp(text)
            or is_trade_line(text, foot.own, named=foot.is_named)
        )
    )


def _heading_of_address(foot: Foot) -> bool:
    """`Contact:` above an address; names may be between them."""
    if not contacts.is_heading(foot.text) or not (foot.addressed or any(map(contacts.has_address, foot.kept))):
        return False
    foot.kept = []
    return foot.strip(StrippedKind.CONTACT, "sign-off:contact")


def _address(foot: Foot) -> bool:
    """An address of the agency; one without a word may be anybody's."""
    if not contacts.is_contact(foot.text):
        return False
    agency = foot.agency
    alone = agency is not None and (" " in foot.text or has_manner(agency, Manner.ADDRESS))
    if not (alone or foot.is_signed()):
        return False
    foot.addressed = foot.addressed or contacts.has_address(foot.text)
    return foot.strip(StrippedKind.CONTACT, "sign-off:contact")


def _link(foot: Foot) -> bool:
    """A link and nothing else."""
    return bool(_LINK.fullmatch(foot.text) and foot.is_named()) and foot.strip(
        StrippedKind.BOILERPLATE, "link", foot.text
    )


def _when(foot: Foot) -> bool:
    """When it was sent.  A year may be the last word of a list; a category is one only below a sign-off."""
    text = foot.text
    if is_update_stamp(text):
        return foot.strip(StrippedKind.SIGN_OFF, "sign-off:end-mark", text)
    stamp, clock = is_stamp(text), is_clock(text)
    dated = clock or _CATEGORY.fullmatch(text) or (stamp and not text.endswith((".", ":")))
    if not dated or not foot.is_named() or not (clock or foot.is_signed() or (" " in text and stamp)):
        return False
    return foot.strip(StrippedKind.SIGN_OFF, "sign-off:end-mark", text)


def _by_form(foot: Foot) -> bool:
    """`SDA-Regionaldienst/tel`: by its form and what the item says, whatever its words."""
    text, index = foot.text, foot.index
    if foot.kept or not by_form.may_sign(text):  # a line above copy is in a list
        return False
    above = foot.paragraphs[max(0, index - FORM_LINES_MAX) : index]
    # An alert is its headline: below it there may be nothing but initials.
    if not (any(map(is_sentence, above)) or by_form.ARABIC_INITIALS.fullmatch(text)):
        return False
    below_sign_off = sign_off_line(foot.above, foot.agency, foot.own) is not None
    copy = CopyAbove(
        language=foot.language.primary,
        own=foot.own,
        agency=foot.agency,
        writers=tuple(foot.findings.bylines),
        signed=foot.is_signed(),
        below_sign_off=below_sign_off,
        above_sign_off=foot.signed and (below_sign_off or is_sentence(foot.above)),
        last_left=foot.signed,
        story=foot.paragraphs[:index],
        place=foot.findings.dateline.city if foot.findings.dateline else None,
    )
    why = by_form.signs_by_form(text, copy)
    if why is None or not may_leave(text):
        return False
    return foot.sign(SignOff(text, SignOffRule.FORM, why=why))


RULES = (
    Rule(SIGN_OFF_LENGTH_MAX, _sign_off, anywhere=True),
    Rule(LABEL_LENGTH_MAX, _heading_of_left),
    Rule(TRADE_LENGTH_MAX, _about_the_copy),
    Rule(writers.ABOUT_LENGTH_MAX, _about_the_writer),
    Rule(bylines.BYLINE_LENGTH_MAX, _signature),
    Rule(LABEL_LENGTH_MAX, _heading_of_address, anywhere=True),
    Rule(contacts.CONTACT_LENGTH_MAX, _address, anywhere=True),
    Rule(LINK_LENGTH_MAX, _link, anywhere=True),
    Rule(STAMP_LENGTH_MAX, _when, anywhere=True),
    Rule(by_form.FORM_LENGTH_MAX, _several_things),
    Rule(by_form.FORM_LENGTH_MAX, _by_form),
)
NAMING_RULES = RULES[:1]  # for a line with a word such as `hold`: it leaves only if it says who signed

"""Who did what, in brackets below a story: `(Jean Dupont, version française Ana Ruiz, édité par Luc Petit)`.

Each part of such a list is a role with names, or names alone; one of them at least has a role.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy.names import people
from pipeline.copy.places import gazetteer
from pipeline.copy.trade.words import WordKind, kind_of
from pipeline.language.blocks import any_of
from pipeline.values.agencies import agency_named, agency_of

ROLE_LIST_LENGTH_MAX = 300


_PART = re.compile(
    r"[;,，、；/] ?| ?(?:\*{1,3}|//|\|{1,2}|•|·) ?|\. | [-–—] |(?<=\w)- (?=[A-Z])"
    r"| (?=(?:Editing|Writing) by |[一-鿿]{2,4}[：:])"
)
_ROLE = re.compile(
    rf"(?i:(?:{any_of('further')} ?)?(?P<role>{any_of('reporting', 'editing')})(?: {any_of('by')}\b ?| ?[:：・] ?))"
    rf"|(?P<alone>(?i:{any_of('crediting')})|{any_of('bylines')})(?: [aà] [A-Z]\w{{2,24}})?(?:[:：] ?| )"
)
_HAN_ROLE = re.compile(rf"(?P<role>{any_of('reporting', 'editing')})(?P<alone>)(?=[一-鿿]{{2}})")  # `记者李明`
LOOSE_KNOWN_MIN = 2
LOOSE_WORDS_MAX = 5  # before a name
_LOOSE_PART = re.compile(r"[;,،] ?|\. ")
# Only before a name (`l'Agence` stays a word); in `trade` before any word.
_ELIDED = re.compile(r"\b[dlDL]['’](?=[A-Z])")
_BEFORE_NAMES = frozenset({WordKind.TRADE, WordKind.SMALL, WordKind.OTHER})
_EDITING = re.compile(any_of("editing"), re.IGNORECASE)
_NAME_WITHOUT_CAPITALS = re.compile(r"[一-鿿ぁ-ヿー·・ ]{2,12}")  # Chinese, Japanese
_CONTACT = re.compile(r"\+?[\d ()-]{7,20}|[^\s@]{1,64}+@[^\s@]{1,255}+")
_SIGNED = re.compile(r"(?P<agency>[A-Z]{3,12}) ?/?\([A-Z]{1,4} - ")
_LANGUAGE = re.compile(r"(?<=; )[A-Z]{2} - ")  # Agerpres: `AGERPRES/(AB - autor: …)`
_SIGNED_BEHIND = re.compile(r" \([^\W\d_]{2,4}(?:/[^\W\d_]{2,4}){0,3}\)$")  # AA: `Muhabir: Ana Ruiz (ARU)`
_STATION = re.compile(r"[A-Z]{3,6}(?: (?:in|à) [A-Z][\w .'-]{2,30})?")  # CP: `With files from CFRN in Edmonton`
_ROOM = re.compile(r"(?:the )?[A-Z][\w ]{2,24} [Nn]ewsroom")


class RoleList(NamedTuple):
    """Who reported and who edited."""

    reporting: tuple[str, ...]
    editing: tuple[str, ...]


def role_list(text: str, bracketed: bool = False) -> RoleList | None:
    """Who reported and who edited, if the text is a list of them and nothing else.

    `bracketed`: it was in brackets, where a Chinese name may follow the role at once.
    """
    if len(text) > ROLE_LIST_LENGTH_MAX:
        return None
    if (signed := _SIGNED.match(text)) and agency_of(signed["agency"]):
        text = _LANGUAGE.sub("", text[signed.end() :]).strip(")")
    parts = _PART.split(_SIGNED_BEHIND.sub("", text.strip(" .。")))
    roles = [_ROLE.match(part) or (_HAN_ROLE.match(part) if bracketed else None) for part in parts]
    if not any(roles) and not any(_ROOM.fullmatch(part) for part in parts):
        return None
    reporting: list[str] = []
    editing: list[str] = []
    for part, role in zip(parts, roles, strict=True):
        found = _names(part[role.end() :] if role else part)
        if found is None:
            return None
        (editing if role and _EDITING.fullmatch(role["role"] or role["alone"]) else reporting).extend(found)
    return RoleList(tuple(reporting), tuple(editing))


def loose_role_list(text: str) -> RoleList | None:
    """Who did what, if each part of the text is at most some words and a name, and the words are of the trade.

    Two such parts known, another may have other words: `reportagem adicional de Ana Ruiz; edição de Luc Petit`.
    """
    if len(text) > ROLE_LIST_LENGTH_MAX:
        return None
    parts = [_of_part(part.split()) for part in _LOOSE_PART.split(_ELIDED.sub("", text.strip(" .。")))]
    known = sum(WordKind.TRADE in kinds for kinds, _ in parts)
    others = any(WordKind.OTHER in kinds for kinds, _ in parts)
    if not known or (others and known < LOOSE_KNOWN_MIN) or not all(names for _, names in parts):
        return None
    return RoleList(tuple(dict.fromkeys(name for _, names in parts for name in names)), ())


def _of_part(words: list[str]) -> tuple[frozenset[WordKind], tuple[str, ...]]:
    """What the words before the names are, and the names that a part ends with; none if it is no such part."""
    for length in range(min(LOOSE_WORDS_MAX + 1, len(words))):
        begins = words[length][0].isupper() and kind_of(words[length]) is not WordKind.TRADE
        if begins and (names := people(f"{' '.join(words[length:])} ", jobs=True)):
            kinds = frozenset(kind_of(word) for word in words[:length])
            return (kinds, names) if kinds <= _BEFORE_NAMES else (frozenset(), ())
    return frozenset(), ()


def _names(text: str) -> tuple[str, ...] | None:
    """The names in a part of the list; None if it has other words.  Newsrooms, places and agencies are no names."""
    if _NAME_WITHOUT_CAPITALS.fullmatch(text):
        return (text.strip(),)
    first, _, rest = text.partition(" ")
    if rest and first.isupper() and agency_named(first):  # TASR: `spravodajkyňa TASR Jana Nová`
        text = rest
    if (
        _ROOM.fullmatch(text)
        or _STATION.fullmatch(text)
        or _CONTACT.fullmatch(text)
        or gazetteer.cities(text)
        or agency_named(text)
    ):
        return ()
    if found := people(f"{text} ", jobs=True):  # before agencies: Petra and Hina are first names too
        return found
    return () if agency_of(text) else None

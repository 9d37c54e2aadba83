"""Who reported and who contributed, in sentences of which each says nothing else.

Ana Ruiz reported from Oslo. Associated Press writer Li Na contributed.        A and B contributed to this report.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy.names import each_name, is_person, people
from pipeline.copy.stamps import is_update_stamp
from pipeline.language.blocks import any_of, words_of_all

# AP, below a rule: `Ana Ruiz reported from Oslo. Associated Press writer Li Na contributed.`
_REPORTED = re.compile(
    r"(?P<names>[^.!?]{3,200}?) (?:reported from [A-Z]|(?:can be reached|is) at https?://)[^;]{1,80}"
)
_CONTRIBUTED = re.compile(rf"(?P<names>[^!?]{{3,400}}?) {any_of('contributed')}(?: from [A-Z][\w ,.]{{2,40}})?")
# What a text of such sentences has one of.
_CREDITING = (
    " reported from ",
    " at http",
    *words_of_all("contributed"),
)
# What they are, before their names: `AP writers Ana Ruiz in Oslo and AP video journalist Li Na in Lomsk`.
_WRITERS = re.compile(
    r"(?:(?<=^)|(?<=, )|(?<= and )|(?<=; ))(?:The )?(?:[A-Z]\S* ){0,3}(?:[a-z-]+ ){0,2}"
    r"(?:(?:writer|journalist|reporter|correspondent|photographer)s? (?=[A-Z])"
    r"|(?:Writer|Journalist|Reporter|Correspondent|Photographer)s? (?=[A-Z]\S* [A-Z]))"
)
_BULLETS = "-–—•*⦁ "
_JOBS_BEFORE = re.compile(
    r"^.*\b(?:writer|reporter|photographer|journalist|correspondent|assistant|contributor)s? "
)
_ALSO_UPDATED = re.compile(r",? which (?:was (?:last )?updated (?:on|at)|is based in part on wire) [\w .:,]{3,30}$")
# Between two sentences, whose letters show it; how one ends is in `sentences`.
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)”\"])[.!?] (?=[\"“]?[A-Z])")
_OWN_COPY = re.compile(r"\bAssociated Press\b|\bAP\b")  # `contributed` alone is a verb like others


class Credits(NamedTuple):
    """Who is named, and who of them contributed; the others reported."""

    names: tuple[str, ...]
    helping: tuple[str, ...]
    contributed: bool  # whether somebody did, named or not


def credits_in_sentences(text: str, surnames: bool) -> Credits | None:
    """AP: who reported from where and who contributed, in sentences of which each says nothing else.

    `surnames`: it is AP's copy, which gives the surname alone where the byline has the rest.
    """
    if not any(words in text for words in _CREDITING):
        return None  # nearly all
    names, helping = list[str](), list[str]()
    contributed = False
    for sentence in _SENTENCE_END.split(_ALSO_UPDATED.sub("", text.lstrip(_BULLETS).rstrip("."))):
        if is_update_stamp(sentence):
            continue
        if is_help := bool(found := _CONTRIBUTED.fullmatch(sentence)):
            assert found
            contributed = True
            sure = " contributed to " in found[0] or _OWN_COPY.search(found["names"])
            filed = (
                surnames and " from " in found[0] and _is_name(found["names"], surnames)
            )  # Ruiz contributed from Oslo
            if not (sure or filed or _are_names(found["names"])):
                return None
        else:
            found = _REPORTED.fullmatch(sentence)
            if not found or not all(
                _is_name(name, surnames or bool(_OWN_COPY.search(text))) for name in each_name(found["names"])
            ):
                return None
        named = people(_WRITERS.sub("", found["names"]), jobs=True)
        names.extend(named)
        helping.extend(named if is_help else ())
    return Credits(tuple(names), tuple(helping), contributed)


def _are_names(text: str) -> bool:
    """Whether these are people and what they are: `Tribune reporters Ana Ruiz and Li Na`; `Banks` are not."""
    return bool(people(f"{_JOBS_BEFORE.sub('', text)} ", jobs=True))


def _is_name(text: str, surnames: bool) -> bool:
    return is_person(text) or (surnames and text.isalpha() and text[0].isupper())

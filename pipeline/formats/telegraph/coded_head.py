"""What telegraph messages without marks begin with: lines of codes, which route them, a slug, a headline up to `=`.

ZCZC0412/LMA                     ZCZC                             ZCZC
XLM88012_LMA_QBXB                PRI GEN NAT                      LMA0511 7 CRO 0 LMA CRO NAZ
R CRO S0A QBXB                   .LOMSK LOM14                     HEADLINE =
HEADLINE                         SLUG-OF-IT
…  19-DIC-21 16:02 NNNN          Headline
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.notes import Addressee, Passage
from pipeline.values.blanks import one_line

HEADER_LINES_MAX = 20
HEADLINE_CHARACTERS_MAX = 300  # of one that `=` ends
# Lines of codes right behind ZCZC: `XLM88012_LMA_QBXB`, `R CRO S0A QBXB`, `.LOMSK LOM14`, `PRI GEN NAT`.
CODES_MAX = 3
CODE = r"(?:[A-Z]{1,4}|\d{1,2}|[A-Z]{1,4}\d[A-Z\d]{0,8})"
CODES = re.compile(
    rf"\.[A-Z]{{2,20}}(?: {CODE}){{1,3}}|[A-Z]{{1,4}}\d{{2,8}}(?:_[A-Z\d]{{2,8}}){{1,4}}|{CODE}(?: {CODE}){{2,9}}"
)
# One of the lines begins like these, which no headline does: `US WIN TIE` and `GDP UP 3 Q4` are headlines.
SURELY_CODES = re.compile(r"\.|[A-Z]{1,4}\d{4}|[A-Z]{1,4}\d{2,8}_|[A-Z] [A-Z]{3} S\d[A-Z] Q[A-Z]{3}\Z")
WORD_OF_SLUG = re.compile(r"[A-Z]{2,20}(?:-[A-Z\d]{2,20}){1,4}")


class CodedHead(NamedTuple):
    """What a message without marks begins with, and its copy."""

    routing: tuple[str, ...]
    slug: str
    headline: str
    body: str


def coded_head(text: str) -> CodedHead:
    """Lines of codes, and behind them perhaps a slug; a headline that ends with `=`."""
    lines = text.strip("\n").split("\n", HEADER_LINES_MAX)
    at = 0
    while at < min(CODES_MAX, len(lines) - 1) and CODES.fullmatch(lines[at].strip()):
        at += 1
    if not any(SURELY_CODES.match(line.strip()) for line in lines[:at]):
        at = 0
    routing = tuple(line.strip() for line in lines[:at])
    slug = lines[at].strip() if at and at + 1 < len(lines) and WORD_OF_SLUG.fullmatch(lines[at].strip()) else ""
    at += bool(slug)
    head = "\n".join(lines[at:]).lstrip("\n")
    block, blank, rest = head.partition("\n\n")
    if blank and block.rstrip().endswith("=") and len(block) <= HEADLINE_CHARACTERS_MAX:
        return CodedHead(routing, slug, one_line(block.rstrip(" =")), rest)
    return CodedHead(routing, slug, "", head)


def coded_passages(routing: tuple[str, ...], slug: str) -> Iterator[Passage]:
    """What these lines say: the codes to editors, who may have an order among them."""
    yield from (Passage(Addressee.EDITORS, line, "line of codes") for line in routing)
    if slug:
        yield Passage(Addressee.SLUG, slug, "slug")

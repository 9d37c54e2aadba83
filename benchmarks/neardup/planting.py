"""Copies that are planted in a stream: each an edit of an earlier item, and templates that are none."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from pipeline.items import Relation

WORDS_MIN, WORDS_MAX = 60, 900  # of a source
LEAD_MAX = 2 / 3  # of the words of a text whose lead is replaced
PARTS = 3  # of a round-up, of about the same length
VOCABULARY_ITEMS = 200  # whose words editors put in place of others
FEEDS = ("copyhouse", "thirdwire")
QUOTES = (("«", "»", "’"), ("„", "“", "‘"), ("``", "''", "'"), ("“", "”", "’"))
PAYWALLS = (" Subscribe to continue reading.", " … To read the full story, log in or register.", " [Read more]")
_FIGURE = re.compile(r"(?<![\w$.,:/-])\d{1,3}(?![\w,.:/-])")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*"
_MONTH_BEFORE, _MONTH_AFTER = re.compile(rf"{_MONTH}\.?\s+$"), re.compile(rf"\s+(?:of )?{_MONTH}\b")


class Copy(NamedTuple):
    """A text of the stream.  `of`: the items that it was made of; `kind`: how."""

    name: str
    title: str
    body: str
    kind: str = "natural"
    of: tuple[str, ...] = ()
    feed: str = "f"


class Editor:
    """Edits copy, the same way each time: words in place of others are those of the stream, figures stay."""

    def __init__(self, vocabulary: list[str]) -> None:
        self.dice, self.vocabulary = random.Random(7), vocabulary

    def reworded(self, text: str, share: float) -> str:
        """The text with so many of its words others, but for figures; paragraphs stay."""

        def edited(word: str) -> str:
            changes = self.dice.random() < share and not any(map(str.isdigit, word))
            return self.dice.choice(self.vocabulary) if changes else word

        return "\n".join(" ".join(map(edited, line.split(" "))) for line in text.split("\n"))

    def shuffled(self, body: str) -> str:
        """Half of the sentences, in another order, and every tenth word another: a rewrite around its figures."""
        every = sentences(body)
        kept = [sentence for sentence in every if self.dice.random() < 0.6] or every
        self.dice.shuffle(kept)
        return self.reworded(" ".join(kept), 0.1)

    def refilled(self, text: str) -> str:
        """Every figure and every capitalised word another: the same template, not the same news.

        A word is the same other one throughout: the headline names who is in the text.
        """
        names: dict[str, str] = {}

        def other(name: re.Match[str]) -> str:
            return names.setdefault(name[0], "".join(self.dice.choices("aeioubdklmnrst", k=6)).title())

        return re.sub(r"\b[A-Z][A-Za-z]+", other, re.sub(r"\d", lambda _: str(self.dice.randrange(10)), text))

    def led(self, body: str) -> str | None:
        """Another first sentence, without figures; None if it is most of the text, as in a table."""
        lead, *rest = sentences(body)
        if len(lead.split()) > LEAD_MAX * len(body.split()):
            return None
        return " ".join([self.reworded(re.sub(r"\d", "", lead), 1.0), *rest])

    def quoted(self, text: str) -> str:
        """Quotation marks, apostrophes and dashes as another house writes them."""
        opening, closing, apostrophe = self.dice.choice(QUOTES)
        text = re.sub(r'["“]([^"“”]*)["”]', rf"{opening}\1{closing}", text)
        return re.sub(r"[–—]|--", "–", re.sub(r"(?<=\w)['’](?=\w)", apostrophe, text))

    def refigured(self, body: str) -> str | None:
        """One figure is another, that is neither of a date nor in the first line; None if there is none."""
        found = [one for one in _FIGURE.finditer(body) if "\n" in body[: one.start()] or "." in body[: one.start()]]
        found = [one for one in found if not _is_day(body, one)]
        if not found:
            return None
        one = self.dice.choice(found)
        return f"{body[: one.start()]}{int(one[0]) + 7}{body[one.end() :]}"

    def retitled(self, body: str) -> str:
        """A headline out of a later sentence."""
        every = sentences(body)
        return " ".join(re.sub(r"[^\w\s'-]", "", every[min(2, len(every) - 1)]).split()[:9]) or "News"


def _is_day(body: str, figure: re.Match[str]) -> bool:
    """Whether a figure is the day of a date."""
    before, after = body[max(0, figure.start() - 20) : figure.start()], body[figure.end() : figure.end() + 20]
    return bool(_MONTH_BEFORE.search(before) or _MONTH_AFTER.match(after))


def sentences(body: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", body) if one]


def words(body: str, first: float, last: float) -> str:
    every = body.split()
    return " ".join(every[round(len(every) * first) : round(len(every) * last)])


def first_words(body: str, most: int) -> str:
    """With their lines: these show what of a page is no copy."""
    return "".join(re.findall(r"\s*\S+", body)[:most])


EDITS: dict[str, Callable[[str, Editor], str | None]] = {
    "untouched": lambda body, by: body,
    "furniture": lambda body, by: f"CITY, March 3 (Agency) - {body} (Reporting by a desk; editing by another)",
    "light": lambda body, by: by.reworded(body, 0.03),
    "medium": lambda body, by: by.reworded(body, 0.1),
    "copy-edit": lambda body, by: by.reworded(body, 0.25),
    "heavy": lambda body, by: by.shuffled(body),
    "first half": lambda body, by: words(body, 0, 0.5),
    "middle": lambda body, by: words(body, 0.3, 0.8),
    "headline": lambda body, by: body,  # and the title is another
    "paragraphs": lambda body, by: "\n\n".join(sentences(body.replace("\n", " "))),
    "quotes": lambda body, by: by.quoted(body),
    "figure": lambda body, by: by.refigured(body),
    "lead": lambda body, by: by.led(body),
    "update": lambda body, by: f"{body} {by.reworded(body, 0.9)}",
    "alert": lambda body, by: first_words(body, 25),
    "take": lambda body, by: body,  # its alert came first
    "headline alert": lambda body, by: "",
    "headline take": lambda body, by: body,  # its headline came first
    "paywall": lambda body, by: first_words(body, 45) + by.dice.choice(PAYWALLS),
    "round-up": lambda body, by: body,  # with others like it
}
FIRST_WORDS = {"take": 25, "headline take": 0}  # of a source whose text comes later
HEADLINE_ALONE = frozenset({"headline alert", "headline take"})
TEMPLATE = "template"
KINDS = (*EDITS, TEMPLATE)
REPUBLISHED = frozenset({Relation.EXACT, Relation.REPUBLISH})
CUT = frozenset({Relation.EXCERPT})
LONGER = frozenset({Relation.UPDATE})
ANY_COPY = frozenset(Relation) - {Relation.ORIGINAL}  # that is no independent report
# What each edit makes of its source, where only one thing can be right.
RELATIONS = dict.fromkeys(EDITS, ANY_COPY) | {
    "untouched": REPUBLISHED, "furniture": REPUBLISHED, "headline": REPUBLISHED, "paragraphs": REPUBLISHED,
    "quotes": REPUBLISHED, "first half": CUT, "middle": CUT, "alert": CUT, "paywall": CUT, "update": LONGER,
    "take": LONGER, "headline alert": CUT, "headline take": LONGER,
    "figure": frozenset({Relation.CORRECTION}), "round-up": frozenset({Relation.ROUND_UP}),
}  # fmt: skip


def planted(rows: Iterable[dict[str, Any]], *, every: int, distance: int) -> list[Copy]:
    """The natural items in their order, and a plant for each `every`th, `distance` items after its source."""
    found, waiting, number = list[Copy](), dict[int, Copy](), 0
    natural = [Copy(row["id"], row["title"] or "", row["text"], feed=row.get("source") or "f") for row in rows]
    by = Editor([word for one in natural[:VOCABULARY_ITEMS] for word in one.body.split() if word.isalpha()])
    for n, item in enumerate(natural):
        if n % every == 0 and WORDS_MIN <= len(item.body.split()) <= WORDS_MAX:
            kind, number = KINDS[number % len(KINDS)], number + 1
            if plant := _plant(kind, item, natural[:n], by):
                waiting[n + distance] = plant
                if kind in FIRST_WORDS:
                    item = item._replace(body=first_words(item.body, FIRST_WORDS[kind]))
        found += [item, *([waiting.pop(n)] if n in waiting else [])]
    return [*found, *(waiting[n] for n in sorted(waiting))]


def _plant(kind: str, item: Copy, before: list[Copy], by: Editor) -> Copy | None:
    """The copy of this kind; None if the item cannot be edited so."""
    feed = item.feed if by.dice.random() < 0.5 else by.dice.choice(FEEDS)
    if kind == TEMPLATE:
        title, body = by.refilled(f"{item.title}\0{item.body}").split("\0")
        return Copy(f"{item.name}-{kind}", title, body, kind, (item.name,), item.feed)
    parts = [item, *_others(item, before)] if kind == "round-up" else [item]
    bodies = [edited for part in parts if (edited := EDITS[kind](part.body, by)) is not None]
    is_empty = kind in HEADLINE_ALONE and not item.title.strip()
    if is_empty or not bodies or (kind == "round-up" and len(parts) < PARTS):
        return None
    title = by.retitled(item.body) if kind == "headline" else item.title
    return Copy(f"{item.name}-{kind}", title, "\n\n".join(bodies), kind, tuple(part.name for part in parts), feed)


def _others(item: Copy, before: list[Copy]) -> Iterator[Copy]:
    """Earlier items of about the same length, which a round-up may tell beside this one."""
    length = len(item.body.split())
    near = (one for one in before[-3:-60:-3] if 0.7 * length <= len(one.body.split()) <= 1.4 * length)
    return (one for one, _ in zip(near, range(PARTS - 1), strict=False))

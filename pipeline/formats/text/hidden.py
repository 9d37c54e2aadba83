"""Text of a page that a reader does not see: hidden elements, struck-out and private ones, and comments.

It is not copy, but what it says to editors counts, so it is given to the reader of notes.  The tables here say what
hides an element; what a style sheet elsewhere hides cannot be seen (docs/formats.md#what-a-reader-does-not-see).
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

# Text that was taken back, which the words alone would not show, a dialog unless it is open, and what browsers
# do not display (HTML, 15.3.1).
HIDDEN_TAGS = frozenset({"del", "s", "strike", "dialog", "datalist", "rp"})
# Elements whose content is neither shown nor copy (html.RAW, html.NO_COPY), but may be a note.
UNSHOWN = frozenset({"template", "noscript", "noembed", "noframes", "textarea"})
_VALUE_END = r"\s*(?:;|!|\Z)"
HIDING_STYLE = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|text-decoration(?:-line)?\s*:[^;]{0,40}line-through|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    rf"|(?:font-size|opacity)\s*:\s*(?:0(?:\.0{{1,4}})?|\.0{{1,4}})(?:px|pt|r?em|%)?{_VALUE_END}"
    rf"|font-size\s*:\s*1(?:px|pt){_VALUE_END}|font\s*:\s*0(?:px|pt)?[\s/]|filter\s*:[^;]{{0,40}}opacity\(\s*0(?:\.0{{1,4}})?%?\s*\)"
    r"|color\s*:\s*(?:transparent|(?:rgb|hsl)a?\([^)]{0,40}[,/]\s*0(?:\.0{1,4})?%?\s*\)|#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)\b)"
    r"|translate(?:x|y|3d)?\([^)]{0,20}-\d{3,}"
    r"|(?:text-indent|left|right|top|bottom|margin-left|margin-top)\s*:\s*-\d{3,}(?:\.\d{1,4})?(?:px|pt|r?em)"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?(?:[\s,]{1,4}[01](?:px)?){3}\s*\)"
    r"|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0)|content-visibility\s*:\s*hidden"
    r"|transform\s*:\s*scale[xy]?\(\s*0\s*[,)])",
    re.IGNORECASE,
)
NO_SIZE = re.compile(
    rf"(?<![\w-])(?:max-)?(?:height|width)\s*:\s*(?:0(?:px|pt|r?em|%)?|1px){_VALUE_END}", re.IGNORECASE
)  # if it overflows
NO_ALPHA = re.compile(r"#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)(?![0-9a-f])", re.IGNORECASE)  # a colour
CLIPPED = re.compile(r"overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
CSS_COMMENT, CSS_ESCAPE = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL), re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
COLOUR = re.compile(r"(?<![\w-])(background(?:-color)?|color)\s*:\s*([^;!]{1,40})", re.IGNORECASE)
WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "rgb(100%,100%,100%)"})
PRIVATE_CLASS = re.compile(r"non-?public|not-for-publication", re.IGNORECASE)
# A class of nothing but these words, one of the first group among them, is private: `note-private`.
PRIVATE_WORDS = frozenset({"private", "internal", "confidential", "nonpublic"})
CLASS_WORDS = PRIVATE_WORDS | frozenset(
    ["is", "only", "note", "notes", "info", "text", "comment", "remark", "content", "desk", "staff", "editor",
     "editors", "editorial", "newsroom"]
)  # fmt: skip
# Attributes that say for whom an element is.
AUDIENCES = frozenset(f"{data}{name}" for data in ("", "data-") for name in ("visibility", "audience", "access"))
REMEMBERED_MAX, REMEMBERED_CHARACTERS_MAX = 1_024, 200  # classes: those of a page come again
# Classes by which frameworks and newsrooms hide an element, lower case; `hidden md:block` is shown on wide screens.
HIDING_CLASSES = frozenset(
    ["hidden", "is-hidden", "u-hidden", "hide", "d-none", "display-none", "displaynone", "invisible",
     "visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "screen-reader-only", "editors-only",
     "editor-only", "desk-only", "staff-only"]
)  # fmt: skip
SHOWN_ON_SOME = re.compile(
    r"(?:^|\s)(?:(?:sm|md|lg|xl|2xl|print):|d-(?:sm|md|lg|xl|xxl|print)-)(?!none|hidden)", re.I
)
# Without one of these words nothing is hidden: most texts are not looked at any closer.
TRACES = (
    "hidden", "collapse", "<!", "<?", "display", "mso-hide", "public", "font-size", "opacity", "<del", "<s>",
    "<s ", "<strike", "line-through", "<dialog", "<template", "<noscript", "<noembed",
    "<noframes", "<textarea", "transparent", "text-indent", ":-", ": -", "clip", "scale",
    "overflow", "background", "hide", "d-none", "invisible", "sr-only", "screen-reader", "private", "internal",
    "confidential", "-only", "\\", "<datalist", "<rp", "font:0", "font: 0", "translate", "rgba", "hsla",
    "/ 0)", "/0)", "popover",
)  # fmt: skip
TAGS = re.compile(
    r"<(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+'|[\"'])*+"
)  # with their attributes, also where no `>` follows
# The tags around what is not shown, without which its own content is read.
SHELL = re.compile(
    rf"\A<(?:{'|'.join(sorted(UNSHOWN))})\b[^>]*+>|</(?:{'|'.join(sorted(UNSHOWN))})\b[^>]*+>?\Z", re.I
)
COMMENT_SHELL = re.compile(r"\A<(?:!--|!\[CDATA\[|[!?])|(?:--!?|\]\]|\?)?>\Z")
DECLARED_PAGE = re.compile(r"<(?:!doctype\s+\w+\s*(?:(?:public|system)\b[^>]*+)?>|\?xml\s)", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*)))?""")
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
# Elements whose end tag may be left out: each ends where one of these begins, unless a list or table is between.
ENDED_BY = {
    "li": frozenset({"li"}), "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"}), "tr": frozenset({"tr"}),
    "td": frozenset({"td", "th", "tr"}), "th": frozenset({"td", "th", "tr"}), "option": frozenset({"option"}),
}  # fmt: skip
AROUND = frozenset({"ul", "ol", "menu", "dl", "table", "select"})


def is_hidden(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether an element of that name with these attributes is not shown, or marked as private."""
    return (
        (tag in HIDDEN_TAGS and not (tag == "dialog" and "open" in attributes))
        or "hidden" in attributes
        or "popover" in attributes
        or (attributes.get("aria-hidden") or "").strip().lower() == "true"
        or _hides_style(attributes.get("style") or "")
        or _hides_class(attributes.get("class") or "")
        or any(attributes[name] in PRIVATE_WORDS for name in AUDIENCES & attributes.keys())
    )


def _hides_style(style: str) -> bool:
    if "\\" in style or "/*" in style:
        style = CSS_ESCAPE.sub(_css_character, CSS_COMMENT.sub("", style))
    if HIDING_STYLE.search(style) or (NO_SIZE.search(style) and CLIPPED.search(style)):
        return True
    colours = {name.lower()[:5]: _colour(value) for name, value in COLOUR.findall(style)}
    return len(colours) > 1 and len(set(colours.values())) == 1  # of the letters, and behind them


def _css_character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return chr(code) if code < sys.maxunicode else ""


def _colour(written: str) -> str:
    value = "".join(written.lower().split())
    return "white" if value in WHITE else value


def _hides_class(classes: str) -> bool:
    return (_hides_short if len(classes) <= REMEMBERED_CHARACTERS_MAX else _hides_short.__wrapped__)(classes)


@lru_cache(REMEMBERED_MAX)
def _hides_short(classes: str) -> bool:
    if PRIVATE_CLASS.search(classes):
        return True
    found = classes.lower().split()
    hides = not HIDING_CLASSES.isdisjoint(found) or any(map(_is_private_class, found))
    return hides and SHOWN_ON_SOME.search(classes) is None


def _is_private_class(name: str) -> bool:
    words = frozenset(re.split("[-_]+", name))
    return words <= CLASS_WORDS and not words.isdisjoint(PRIVATE_WORDS)


class Separated(NamedTuple):
    """Markup without what is hidden, and the hidden pieces of it."""

    visible: str
    hidden: tuple[str, ...] = ()


@lru_cache(maxsize=8)  # a body is asked for its paragraphs, for its markup and for its hidden text
def separate(markup: str, token: re.Pattern[str], blocks: frozenset[str]) -> Separated:
    """The visible markup and the hidden pieces.

    `token` finds tags (its group `tag` is the name) and comments; `blocks` are the elements that end a paragraph.
    Linear in the length of the markup.  Raises nothing.
    """
    if not _has_trace(markup):
        return Separated(markup)
    kept: list[str] = []
    hidden: list[str] = []
    at = 0
    for begin, stop in _spans(markup, token, blocks):
        kept.append(markup[at:begin])
        hidden.append(SHELL.sub("", COMMENT_SHELL.sub("", markup[begin:stop])))
        at = stop
    return Separated("".join((*kept, markup[at:])), tuple(hidden))


def _has_trace(text: str) -> bool:
    written = f"{'>'.join(TAGS.findall(text))}>"
    folded = (html.unescape(written) if "&#" in written else written).lower()
    return any(map(folded.__contains__, TRACES)) or ("#" in folded and NO_ALPHA.search(folded) is not None)


def _spans(markup: str, token: re.Pattern[str], blocks: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where each comment and each hidden element begins and ends; the end of the text ends an open element."""
    name, begin, depth, around = "", 0, 0, 0
    for found in token.finditer(markup):
        tag, closing = (found["tag"] or "").lower(), found[0][1:2] == "/"
        if not name:
            if _is_comment(found[0]) or (found["unread"] or found["uncopied"] or "").lower() in UNSHOWN:
                yield found.span()
            elif tag and not closing and tag not in VOID and _hides(tag, found[0]):
                name, begin, depth, around = tag, found.start(), 1, 0
            continue
        if tag == name and closing and around == 0:
            depth -= 1
            if depth == 0:
                yield begin, found.end()
                name = ""
        elif _ends(name, tag, blocks, closing=closing, around=around):
            yield begin, found.start()
            hides = tag not in VOID and not closing and _hides(tag, found[0])
            name, begin, depth, around = (tag, found.start(), 1, 0) if hides else ("", 0, 0, 0)
        elif tag == name and not closing:
            depth += 1
        if name and tag in AROUND and name not in AROUND:
            around = max(0, around + (-1 if closing else 1))
    if name:
        yield begin, len(markup)


def _is_comment(token: str) -> bool:
    """Whether it is a comment, or what the tokeniser of HTML takes for one: `<?note …>`, `<!note …>`."""
    return token.startswith(("<!", "<?")) and DECLARED_PAGE.match(token) is None


def _ends(name: str, tag: str, blocks: frozenset[str], *, closing: bool, around: int) -> bool:
    """Whether this tag ends a hidden element without its end tag."""
    if name == "p":
        return tag in blocks
    if name not in ENDED_BY or around:
        return False
    return tag in AROUND if closing else tag in ENDED_BY[name]


def _hides(tag: str, written: str) -> bool:
    if len(written) == len(tag) + 2:  # no attributes
        return tag in HIDDEN_TAGS
    if not _has_trace(written):
        return False
    found = ATTRIBUTE.findall(written[len(tag) + 1 :])
    attributes = {key.lower(): html.unescape(double or single or bare) for key, double, single, bare in found}
    return is_hidden(tag, attributes)

r"""Words from outside are text: what they may hold, and how a terminal shows them.

`clean` is the one border: every field of an item and of a control passes it.  It is deterministic, so an id that
had to be cleaned still identifies its dispatch.  `shown` is for terminals: they show records of other writers too.
"""

from __future__ import annotations

import re

# Control characters other than blanks (C0, DEL, C1), soft hyphen, zero-width space and
# word joiner, invisible operators, directional overrides and isolates (they make a text read otherwise than it is),
# byte order marks, annotations, lone surrogates, noncharacters, tags that no flag carries.
_NEVER = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u180e\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff"
)
# Joiners shape words in Arabic, in the scripts of India and of South-East Asia, and in Mongolian, and join emoji.
_JOINED = (
    "\u0600-\u08ff\u0900-\u109f\u1780-\u18af\u1900-\u1cff\ua840-\uabff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
)
HIDDEN = re.compile(
    f"[{_NEVER}]|(?<![{_JOINED}])[\u200c\u200d]|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
)
CONTROL_BLANK = re.compile("[\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]")
OTHER_BLANK = re.compile(r"[^\S\n ]")
# What a browser reads as a tag, a comment or a declaration (HTML, 13.2.5.6): its beginning, and its end if there is
# one.
TAG = re.compile(r"<(?=[A-Za-z/!?])([^<>]{0,200}>)?")


def clean(text: str) -> str:
    """`text` without characters that are not shown or that deceive, and without tags.  Lines stay apart."""
    if not text.isprintable():  # all of these are unprintable, and few texts are
        text = CONTROL_BLANK.sub(" ", HIDDEN.sub("", text))
    return untagged(text)  # last: a hidden character may have split a tag


def clean_line(text: str) -> str:
    """The same in one line, every run of blanks one blank."""
    return " ".join(clean(text).split())


def without_hidden(text: str) -> str:
    """`text` without characters that are not shown or that deceive."""
    return text if text.isprintable() else HIDDEN.sub("", text)


def untagged(text: str) -> str:
    """`text` with `‹GM.N›` for `<GM.N>`, so that a browser shows these words and no element.

    Agencies write share symbols in this way.  Escaped markup and markup in plain copy are text too.
    """
    return TAG.sub(_angled, text) if "<" in text else text


def _angled(match: re.Match[str]) -> str:
    return f"‹{match[1][:-1]}›" if match[1] else "‹"


def shown(text: str) -> str:
    """`text` for a terminal: U+FFFD for each character that would act and not show.  As long as before."""
    if text.isprintable():
        return text
    return OTHER_BLANK.sub(" ", HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))

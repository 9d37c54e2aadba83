r"""Does a text look like prose?  Only then is it plain copy, never because no format fits.

A structure that no format here recognises (markup behind junk, an escaped or a cut document, a table of fields) may
hold an embargo, a status or a note that is not public.  As plain copy it would be published with none of them, so
it is refused.  The rows of SIGNS are such structures.  A text without words is refused too.

Tuned on 29,440 articles of agencies and newspapers (1987 to 2018): three scraped pages are refused, for `<a href=`,
`</p>` and `&amp;lt;!--`.  Share symbols (`<GM.N>`), tables of prices and race results are prose.
What cannot be seen is a cut that leaves nothing but the words of a paragraph (docs/formats.md#plain-copy).
"""

from __future__ import annotations

import re
from typing import NamedTuple

import orjson

from pipeline.formats.text.documents import TELEGRAM
from pipeline.formats.text.mail_headers import MAIL, MAIL_LINES, mail_header_in
from pipeline.records import Reason, Rejected

LETTERS_MIN = 0.12  # share of all but blanks; the poorest table of prices has 0.17
STRUCTURE_MAX, STRUCTURE_FREE = 0.1, 8  # share of `{}<>[]\=` beyond the free ones; symbols make up to 0.09
FIELDS_SHARE_MAX = 0.25  # lines `name: value` of all lines
FIELDS_AT_HEAD_MAX, HEAD_LINES = 1, 3  # … and of the first lines
TOKEN_CHARACTERS_MAX = 60  # a longer one may be encoded bytes
SHOWN_CHARACTERS = 40

# Of the text in UTF-8.
BLANKS = b" \t\r\n\v\f"
STRUCTURE = rb"{}<>[]\="
LETTERS = bytes(each for each in range(256) if each >= 0x80 or chr(each).isalpha())
INK = bytes(32 if each in BLANKS else 88 for each in range(256))
LONG_TOKEN = b"X" * TOKEN_CHARACTERS_MAX

# Scripts that need no blanks have words of one sign.
WORD = re.compile(r"[^\W\d_]{2}|[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
FIELD = re.compile(r"[ \t-]{0,20}[a-z_][\w.-]{0,60}(?: ?[:=](?:[ \t]|$)|=\S)")
RUN = re.compile(r"[A-Za-z0-9+/_%=-]++")
# In a run of TOKEN_CHARACTERS_MAX or more: a digit and a letter with nothing but signs between them.
MIXED = re.compile(r"[0-9][+/_%=-]{0,58}+[A-Za-z]|[A-Za-z][+/_%=-]{0,58}+[0-9]")
LINK = re.compile(r"://|www\.|\.[a-z]{2,3}/")

# Signs of CJK and of typesetters, as ASCII has them: ＜ is <, `Message‑ID` is a header field.
WIDE = (
    b"\xef\xbc",
    b"\xef\xbd",
    b"\xe2\x80\x90",
    b"\xe2\x80\x91",
)  # in UTF-8 their beginnings
NARROW = {0xFF01 + each: 0x21 + each for each in range(94)} | {0x2010: "-", 0x2011: "-"}


class Sign(NamedTuple):
    """A structure: what it is called, a text without which there is none, and its pattern."""

    name: str
    needs: str
    pattern: re.Pattern[str]


def _sign(name: str, needs: str, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Sign:
    return Sign(name, needs, re.compile(pattern, flags))


LETTER = r"[^\W\d_]"
KEY = r"[\w@$.:/-]{1,60}(?: [\w.-]{1,20}){0,2}"
QUOTE = r"&(?:amp;){0,9}(?:quot|apos|#0*3[49]|#[xX]0*2[27]);"
# Of HTML, NITF and feeds.  A share symbol may be in small letters too: `<shu>`, `<t>`.
ELEMENTS = (
    "p|br|div|span|html|head|body|section|article|title|headline|description|item|entry|channel|h[1-6]|hl[12]|ul|ol"
    r"|table|strong|block|body\.[a-z]+|xml"
)
VALUE = r'(?:[\\"{\[\d-]|true|false|null)'  # the beginning of a value of JSON
MEMBER = (
    rf"""(?:[{{,\[]\s{{0,20}}|^[^A-Za-z"\n]{{0,20}})\\*"{KEY}\\*"\s?:\s{{0,20}}{VALUE}"""
    rf"""|\A{KEY}?\s?\\*"\s?:\s{{0,20}}{VALUE}"""
    rf"""|"{KEY}"\s?:\s{{0,20}}{VALUE}[^\n]{{0,2000}}?\n?[^\n]{{0,2000}}?"{KEY}"\s?:\s{{0,20}}{VALUE}"""
)


SIGNS = (
    _sign("a telegram", "\x02", r"[\x01\x16][^\x01\x02\x16]{0,1000}\x02|\A[^\x02]*+\x02[^\x03\x04]*+[\x03\x04]"),
    Sign("a telegram", "ZCZC", TELEGRAM),
    _sign("a tag", "<", rf"</{LETTER}|<{LETTER}[\w.-]{{0,60}}(?::[\w.-]{{1,60}})?(?:\s[^<>]{{0,300}})?(?:=|/>)"),
    _sign("an element", "<", rf"<(?:{ELEMENTS})>|><(?=[^\W_])|</?\s*\Z"),  # symbols stand apart
    _sign("a declaration or comment of XML", "<", rf"<(?:\?{LETTER}|!(?:--|\[|{LETTER}{{3}}))"),
    _sign("the end of a tag", ">", r"\A[^\s<>]{1,80}>(?=\S)"),
    _sign("an escaped tag", "&", rf"&(?:amp;){{0,9}}(?:lt|#0*60|#[xX]0*3[cC]);\s?(?:[?!/]|{LETTER})"),
    _sign("an escaped member of JSON", "&", rf"{QUOTE}\s?(?::|,\s{{0,20}}{QUOTE})|:\s?{QUOTE}"),
    _sign("an object", "{", rf"""\{{\s{{0,20}}\\*["']?{KEY}\\*["']?\s?:"""),
    _sign("the end of an object", "}", r"""["'\]\d]\s{0,20}\}"""),
    _sign("a member of JSON", '":', MEMBER, re.MULTILINE),
    _sign("a member of JSON", '" :', MEMBER, re.MULTILINE),
    _sign(
        "an end of a member of JSON",
        '",',
        r"""[.!?\d]\\*",\s{0,20}\\*"(?:[a-z_]\w{0,60}(?:\\*"\s?(?::|\Z)|\Z)|\Z)""",
    ),
    _sign("an escape", "\\", r"""\\(?:"|n(?=[\\"A-Z\s]|\Z)|r\\n|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})"""),
    _sign(
        "percent-encoded text",
        "%2",
        r"(?<!\S)(?!https?:|www\.)\S{0,200}?%(?:0[AD]|2[0-9A-F]|3[A-F]|5[B-D]|7[B-D])",
    ),
    _sign(
        "a quoted-printable document",
        "=",
        rf"""=3C(?:[?!/]|{LETTER})|=3D["']|=22\w{{1,60}}=22|[a-z]=\r?\n[a-z]"""
        r"|(?m:^(?:=16){0,3}=0[12])\w",
    ),
    _sign("a document in UTF-7", "+", r"\+A[C-H][A-Za-z0-9]-|\+(?:ADw|AHs|ABYA|AA[EI]-)"),
    _sign("attributes", "=", r"""[\w.:-]=(["'])[^"'\n]{0,300}\1[\s,;]{1,3}[A-Za-z_][\w.:-]{0,60}=["']"""),
    _sign("fields of a form", "=", r"(?<!\S)[\w.%-]{1,60}=[^\s&=]{0,300}&[\w.%-]{1,60}="),
    _sign("hexadecimal bytes", " 6e ", r"(?:\b[0-9a-fA-F]{2}[\s:,]\s?){12}"),  # 6e: the letter n
    _sign("hexadecimal bytes", " 6E ", r"(?:\b[0-9a-fA-F]{2}[\s:,]\s?){12}"),
    _sign("an encoded file", "%", r"(?m:^%(?:PDF-|!PS))"),
    _sign(
        "a table of fields",
        '"',
        r"""\A\s{0,20}"[^"\n]{0,100}"(?:[,;\t]"[^"\n]{0,100}"){1,99}[^\S\n]*+\n\s*+"|"""
        r"""\A"[^"\n]{0,100}"(?:,"[^"\n]{0,100}"){2}""",
    ),
    _sign("names of a table", "", r"\A\s{0,20}[\w.-]{1,60}(?:[,;\t][\w.-]{1,60}){2,99}\s*?$", re.MULTILINE),
    *(Sign(MAIL, needs, pattern) for needs, pattern in MAIL_LINES),
)


def check_prose(text: str) -> None:
    """Raises Rejected(UNKNOWN_FORMAT) for a text that does not look like prose."""
    if found := structure_in(text) or _wordless(text):
        raise Rejected(Reason.UNKNOWN_FORMAT, f"no format known here, nor plain copy: {found}")


def structure_in(text: str) -> str | None:
    """The first structure that a text has, in words; None if it has none."""
    if not text.isascii() and any(map(text.encode("utf-8", "replace").__contains__, WIDE)):
        text = text.translate(NARROW)
    found = sign_in(text) or mail_header_in(text) or fields_in(text)
    return found or _signs_only(text) or _encoded(text) or _json_value(text.strip())


def sign_in(text: str) -> str | None:
    """The first structure of SIGNS that the text has, with where it is and what it looks like."""
    for name, needs, pattern in SIGNS:
        if needs in text and (found := pattern.search(text)):
            return f"{name} at character {found.start()}: {found[0].strip()[:SHOWN_CHARACTERS]!r}"
    return None


def fields_in(text: str) -> str | None:
    """Lines that give a name and its value, as in YAML, in properties or in a configuration."""
    lines = [line for line in text.splitlines() if line and not line.isspace()]
    fields = [FIELD.match(line) is not None for line in lines]
    if sum(fields[:HEAD_LINES]) > FIELDS_AT_HEAD_MAX or (
        sum(fields) > HEAD_LINES and sum(fields) > FIELDS_SHARE_MAX * len(lines)
    ):
        return f"{sum(fields)} of {len(lines)} lines are fields"
    return None


def _wordless(text: str) -> str | None:
    data = text.encode("utf-8", "replace")  # bytes are counted, and not characters: 20 times as fast
    others = len(data.translate(None, BLANKS + LETTERS))
    is_poor = 2 * others > len(data) and others > (1 - LETTERS_MIN) * len(data.translate(None, BLANKS))
    return "hardly any words" if is_poor or not WORD.search(text) else None


def _signs_only(text: str) -> str | None:
    data = text.encode("utf-8", "replace")
    signs = len(data) - len(data.translate(None, STRUCTURE))
    if signs <= STRUCTURE_FREE or signs <= STRUCTURE_MAX * len(data.translate(None, BLANKS)):
        return None
    return "brackets and signs, hardly any words"


def _encoded(text: str) -> str | None:
    """Whether a token is Base64 or hexadecimal, and no link."""
    if LONG_TOKEN not in text.encode("utf-8", "replace").translate(INK):
        return None
    long = (token for token in text.split() if len(token) >= TOKEN_CHARACTERS_MAX and not LINK.search(token))
    runs = (run for token in long for run in RUN.findall(token) if len(run) >= TOKEN_CHARACTERS_MAX)
    return "encoded bytes" if any(map(MIXED.search, runs)) else None


def _json_value(text: str) -> str | None:
    """Whether it is one value of JSON: a string, a list, `null`."""
    if text[:1] not in ('"', "[", "{") and text not in ("null", "true", "false"):
        return None
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return "a value of JSON"

"""Bytes to text: which encoding?

A byte order mark decides.  Without one it is strict UTF-8, else Windows-1252, which older wires still send, with a
warning.  Damaged UTF-8 is not read as Windows-1252: that would turn every accented letter of the copy into two.
"""

from __future__ import annotations

import codecs
import re

from pipeline.records import Reason, Rejected

BOMS = (  # UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# ASCII in UTF-16, its bytes in the wrong order.
SWAPPED = re.compile(f"[{''.join(chr(each << 8) for each in range(1, 128))}]")
ACCENTS_MAX = 0.4  # share of bytes beyond ASCII in copy of Windows-1252
ASCII = b"\t\n\r" + bytes(range(0x20, 0x7F))
MARKS = tuple(mark for mark, _ in BOMS)
AS_CP1252 = "not UTF-8: read as Windows-1252"

# XML's encoding declaration (XML 1.0, 4.3.3), and the codecs of its labels.  A label that is not in the table
# counts as absent: Python has codecs that are not text encodings.
DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,80}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
SINGLE_BYTE = re.compile(r"iso-8859-(?:[2-9]|1[0-6])|windows-125\d|koi8-[ru]")
LABELS = {
    "iso-8859-1": "cp1252",  # as every browser reads it: copy has no C1 control characters
    "us-ascii": "utf-8",
    # A superset reads what senders call by the name of the older set.
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "windows-31j", "cp932"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "cp949"), "cp949"),
    **{name: name for name in ("euc-jp", "iso-2022-jp", "iso-2022-kr", "big5")},
}


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text without its byte order mark, and warnings.  Raises Rejected(ENCODING)."""
    text, warnings = _by_mark(data) or _unmarked(data)
    if "\0" in text:
        raise Rejected(
            Reason.ENCODING, f"NUL at character {text.index(chr(0))}: binary, or UTF-16 without a byte order mark"
        )
    return text, warnings


def decode_xml(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text without byte order mark and XML declaration, and warnings.  Raises Rejected(ENCODING)."""
    match = DECLARED.match(data)
    text, warnings = decode_as(data, match[1].decode("ascii") if match else "utf-8")
    return DECLARATION.sub("", text), warnings


def decode_as(data: bytes, label: str) -> tuple[str, tuple[str, ...]]:
    """The text, in the encoding that the label names if it fits, and warnings.  Raises Rejected(ENCODING)."""
    label = label.lower()
    is_single = SINGLE_BYTE.fullmatch(label) is not None
    encoding = label if is_single else LABELS.get(label, "utf-8")
    try:
        if (is_single or encoding == "cp1252") and _is_utf8(data):
            text, warnings = decode(data)
            return text, (f"declared as {label}, which it is not", *warnings)
        # A declaration that was read byte by byte proves that the text is not UTF-16, whatever its label says.
        return (data.decode(encoding), ()) if encoding != "utf-8" else decode(data)
    except UnicodeDecodeError:
        text, warnings = decode(data)
        return text, (f"declared as {label}, which it is not", *warnings)


def _is_utf8(data: bytes) -> bool:
    """Whether it has letters of several bytes, all of them valid: text of single bytes never looks like that."""
    if data.isascii():
        return False
    try:
        return bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def beginning_of(data: bytes, size: int) -> str:
    """The first `size` bytes as text, to recognise a format.  Never fails; letters beyond ASCII may be wrong."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) : size].decode(encoding, "replace")
    return data[:size].decode("latin-1")


def has_mark(data: bytes) -> bool:
    """Whether it begins with a byte order mark."""
    return data.startswith(MARKS)


def _by_mark(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    row = next(((mark, encoding) for mark, encoding in BOMS if data.startswith(mark)), None)
    if row is None:
        return None
    mark, encoding = row
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise Rejected(Reason.ENCODING, f"marked as {encoding}, but: {error.reason}") from None
    is_swapped = len(SWAPPED.findall(text)) > len(text) / 2
    if encoding.startswith("utf-16") and (is_swapped or _mostly_ascii(data)):
        raise Rejected(Reason.ENCODING, f"marked as {encoding}, but it is ASCII, or in the other byte order")
    return text, ()


def _mostly_ascii(data: bytes) -> bool:
    """Whether nine of ten bytes are ASCII: of UTF-16 every second one is a NUL, or any byte."""
    return len(data) > 40 and 10 * len(data.translate(None, ASCII)) < len(data)


def _unmarked(data: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        if b"\0" in data or _mostly_utf8(data):
            raise Rejected(Reason.ENCODING, f"invalid UTF-8 at byte {error.start}: {error.reason}") from None
    if len(data) > 40 and len(data.translate(None, ASCII)) > ACCENTS_MAX * len(data):
        raise Rejected(Reason.ENCODING, "neither UTF-8 nor Windows-1252: too many letters beyond ASCII")
    try:
        return data.decode("cp1252"), (AS_CP1252,)
    except UnicodeDecodeError as error:
        raise Rejected(Reason.ENCODING, f"neither UTF-8 nor Windows-1252: byte {error.start}") from None


def _mostly_utf8(data: bytes) -> bool:
    """Whether valid multi-byte letters outnumber the invalid ones: damaged UTF-8, not another encoding.

    Of as many one has to have three bytes: two are also a letter and a quotation mark of Windows-1252.
    """
    letters = re.findall(r"[^\x00-\x7f]", data.decode("utf-8", "replace"))
    broken = letters.count("\ufffd")
    valid = len(letters) - broken
    return valid > broken or (valid == broken and max(set(letters) - {"\ufffd"}) > "\u07ff")

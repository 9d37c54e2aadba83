"""Changes of a document apart from what is planted: order, doubles, blanks, case, names, further items."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from lxml import etree

from pipeline.formats.format import PayloadKind

Change = Callable[[bytes, Random], bytes]

OTHERS = "The mayor of Riga opened a school on Monday, and nobody minded the snow that fell until noon."
WEAKER = {  # a value -> one that holds less
    "stat:withheld": "stat:usable", "stat:canceled": "stat:usable", "withheld": "usable", "canceled": "usable",
    "embargoed": "usable", "Withheld": "Usable", "Canceled": "Usable", "Embargoed": "Usable", "blocked": "active",
    "deleted": "active", "draft": "publish", "private": "publish", "pending": "publish", "yes": "no",
}  # fmt: skip
DATE = re.compile(r"2099-01-01.*|")
ITEMS = frozenset({"item", "entry", "newsItem", "NewsItem", "channel", "rss", "feed", "nitf", "NewsML"})
LANGUAGES = ("en", "de", "fr-CA", "ar", "ja", "und", "xx", "")
BLANKS = (" ", "\n", "\t", "\r\n  ", "\u00a0", "\u2003")


def weaker(value: str) -> str:
    value = value.strip()
    if value in WEAKER or value in WEAKER.values():
        return WEAKER.get(value, value)
    return "2001-01-01T00:00:00Z" if value and DATE.fullmatch(value) else "With a map."


def cased(value: str, dice: Random) -> str:
    return dice.choice((str.upper, str.lower, str.title, str.swapcase))(value)


# ---- XML ----


def _in_tree(change: Callable[[Any, Random], None]) -> Change:
    def changed(data: bytes, dice: Random) -> bytes:
        try:
            root = etree.fromstring(data)
        except etree.XMLSyntaxError:
            return data  # broken already
        change(root, dice)
        return etree.tostring(root)

    return changed


def _any(root: Any, dice: Random) -> Any:
    return dice.choice([one for one in root.iter() if isinstance(one.tag, str)])


def _reorder(root: Any, dice: Random) -> None:
    """The children of an element, in another order."""
    parents = [one for one in root.iter() if len(one) > 1]
    if parents:
        parent = dice.choice(parents)
        parent[:] = dice.sample(list(parent), len(parent))


def _double(root: Any, dice: Random) -> None:
    """An element once more, before or behind it, with values that hold less."""
    element = _any(root, dice)
    parent = element.getparent()
    if parent is None or etree.QName(element).localname in ITEMS:
        return
    copy = deepcopy(element)
    for one in copy.iter():
        if not isinstance(one.tag, str):
            continue
        for name, value in one.attrib.items():
            if value in WEAKER or DATE.fullmatch(value):
                one.set(name, weaker(value))
        if one.text is not None and (one.text in WEAKER or DATE.fullmatch(one.text)):
            one.text = weaker(one.text)
    parent.insert(parent.index(element) + dice.randrange(2), copy)


def _blanks(root: Any, dice: Random) -> None:
    """Blanks around a text and an attribute."""
    element = _any(root, dice)
    if element.text:
        element.text = dice.choice(BLANKS) + element.text + dice.choice(BLANKS)
    for name, value in element.attrib.items():
        element.set(name, dice.choice(BLANKS[:3]) + value + dice.choice(BLANKS[:3]))


def _case(root: Any, dice: Random) -> None:
    element = _any(root, dice)
    for name, value in element.attrib.items():
        if not name.endswith("lang"):
            element.set(name, cased(value, dice))


def _extra(root: Any, dice: Random) -> None:
    """An element that nobody knows, with a namespace or without, or an attribute."""
    element = _any(root, dice)
    if dice.randrange(2):
        name = dice.choice(("x", "{urn:x}y", "id", "class"))
        if name not in element.attrib:  # a class may be what is planted
            element.set(name, "quay")
        return
    space = etree.QName(root).namespace
    name = dice.choice(("{urn:x}extra", "{urn:x}headline", f"{{{space}}}aside" if space else "aside"))
    extra = etree.Element(name)
    extra.text = dice.choice(("", "quay", OTHERS))
    if not any(child.tag is etree.Comment for child in element):  # one may be within a word
        element.insert(dice.randrange(len(element) + 1), extra)


def _comment(root: Any, dice: Random) -> None:
    element = _any(root, dice)
    node = etree.Comment(" quay ") if dice.randrange(2) else etree.ProcessingInstruction("quay", "a")
    element.insert(dice.randrange(len(element) + 1), node)


def _split_text(root: Any, dice: Random) -> None:
    """A comment in the middle of a text."""
    element = _any(root, dice)
    if element.text and len(element) == 0:
        at = dice.randrange(len(element.text))
        node = etree.Comment("q")
        node.tail, element.text = element.text[at:], element.text[:at]
        element.append(node)


def _language(root: Any, dice: Random) -> None:
    _any(root, dice).set("{http://www.w3.org/XML/1998/namespace}lang", dice.choice(LANGUAGES))


def _nil(root: Any, dice: Random) -> None:
    _any(root, dice).set("{http://www.w3.org/2001/XMLSchema-instance}nil", dice.choice(("true", "false")))


def _further_item(root: Any, dice: Random) -> None:
    """Another item beside the planted one."""
    item = next((one for one in root.iter("item", "{*}entry", "NewsItem") if one.getparent() is not None), None)
    if item is None:
        return
    other = deepcopy(item)
    for one in list(other):
        if not isinstance(one.tag, str) or etree.QName(one).localname not in ("guid", "id"):
            other.remove(one)
        else:
            one.text = "quay-8"
    name = etree.QName(item)
    text = etree.SubElement(other, f"{{{name.namespace}}}title" if name.namespace else "title")
    text.text = OTHERS
    item.getparent().insert(item.getparent().index(item) + dice.randrange(2), other)


def _prefixed(data: bytes, dice: Random) -> bytes:
    """Every element with a prefix, if the document has one namespace and none with a prefix."""
    found = re.search(rb' xmlns="([^"]+)"', data)
    if not found or b":" in re.sub(rb'"[^"]*"|xmlns:|xml:', b"", data.split(b">", 1)[0]):
        return data
    data = re.sub(rb"<(/?)([A-Za-z])", rb"<\1q:\2", data)
    return data.replace(found[0], b' xmlns:q="' + found[1] + b'"', 1)


def _references(data: bytes, dice: Random) -> bytes:
    """Letters of texts and attributes as numeric references."""
    if b"\0" in data:
        return data  # UTF-16
    form = dice.choice(("&#%d;", "&#x%x;", "&#X%X;" if not dice.randrange(8) else "&#%05d;"))
    rate = dice.choice((2, 5, 40))

    def change(found: re.Match[bytes]) -> bytes:
        text = found[0].decode()
        return "".join(form % ord(c) if c.isalnum() and not dice.randrange(rate) else c for c in text).encode()

    return re.sub(rb'(?<=>)[^<&]+(?=<)|(?<=[A-Za-z]=")[^"&]+(?=")', change, data)


def _cdata(data: bytes, dice: Random) -> bytes:
    spans = [found.span() for found in re.finditer(rb"(?<=>)[^<>&\]]+(?=</)", data)]
    if not spans:
        return data
    start, end = dice.choice(spans)
    return data[:start] + b"<![CDATA[" + data[start:end] + b"]]>" + data[end:]


def _declared(data: bytes, dice: Random) -> bytes:
    """A declaration, a document type, a comment in front; or another encoding."""
    text = data.decode("utf-8", "replace")
    if text.startswith("<?xml"):
        return data
    name = dice.choice(("UTF-8", "utf8", "ISO-8859-1", "windows-1252", "US-ASCII", "UTF-16", "UTF-32", "KOI8-R"))
    head = dice.choice(
        (f'<?xml version="1.0" encoding="{name}"?>', f"<?xml version='1.1' encoding='{name}' ?>\r\n")
    )
    doctype = dice.choice(("", "<!DOCTYPE quay>", '<!DOCTYPE quay SYSTEM "a.dtd">', "<!-- <rss/> -->", "\n\n"))
    codec = name if dice.randrange(4) else "utf-8"
    return (head + doctype + text).encode(codec, "xmlcharrefreplace")


def _single_quotes(data: bytes, dice: Random) -> bytes:
    return re.sub(rb"=\"([^\"'<>]*)\"", rb" = '\1' ", data)


# ---- JSON ----


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError  # a member twice: it stays as it is
    return dict(pairs)


def _load(data: bytes) -> Any:
    try:
        return json.loads(data, object_pairs_hook=_once)
    except ValueError:
        return None


def _in_object(change: Callable[[dict[str, Any], Random], Any]) -> Change:
    def changed(data: bytes, dice: Random) -> bytes:
        found = _load(data)
        return data if not isinstance(found, dict) else json.dumps(change(found, dice)).encode()

    return changed


def _json_reorder(found: dict[str, Any], dice: Random) -> Any:
    return {name: found[name] for name in dice.sample(list(found), len(found))}


STRUCTURAL = ("format", "uri", "urn", "altids", "type")


def _json_blanks(found: dict[str, Any], dice: Random) -> Any:
    name = dice.choice(list(found))
    if isinstance(found[name], str) and name not in STRUCTURAL:
        found[name] = dice.choice(BLANKS) + found[name] + dice.choice(BLANKS)
    return found


def _json_case(found: dict[str, Any], dice: Random) -> Any:
    name = dice.choice([name for name, value in found.items() if isinstance(value, str)] or [""])
    if name and name not in STRUCTURAL and len(found[name]) < 40:
        found[name] = cased(found[name], dice)
    return found


def _json_extra(found: dict[str, Any], dice: Random) -> Any:
    value: Any = dice.choice((OTHERS, None, 7, [], {}, [[]], {"value": "quay"}, True))
    return {dice.choice(("remark", "x:y", "$a", "", "quay id")): value, **found}


def _json_language(found: dict[str, Any], dice: Random) -> Any:
    return found | {"language": dice.choice(LANGUAGES)}


def _json_shape(found: dict[str, Any], dice: Random) -> Any:
    """A value in a list, in an object, or beside one that holds less."""
    name = dice.choice([name for name, value in found.items() if isinstance(value, str)] or [""])
    if not name or name in STRUCTURAL or name.startswith("body") or name == "article_html":
        return found
    value = found[name]
    forms: list[Any] = [[value], [weaker(value), value], [value, weaker(value)]]
    if name != "pubstatus":
        forms += [{"value": value}, {"name": value}, [[value]]]
    found[name] = dice.choice(forms)
    return found


def _json_other_spelling(found: dict[str, Any], dice: Random) -> Any:
    """The member in another family's spelling, with a value that holds less."""
    pairs = (
        ("pubstatus", "pubStatus"),
        ("embargoed", "embargoedUntil"),
        ("ednote", "edNote"),
        ("embargoedUntil", "embargoed"),
    )
    for one, other in pairs:
        if one in found and other not in found and isinstance(found[one], str):
            added = {other: weaker(found[one])}
            return {**added, **found} if dice.randrange(2) else {**found, **added}
    return found


def _json_list(found: dict[str, Any], dice: Random) -> Any:
    """Among other items, or inside something."""
    other = {**found, "headline": "School opened"} | {
        name: OTHERS for name in ("body_text", "article_html", "body_html") if found.get(name)
    }
    for name in ("uri", "urn"):
        if name in other:
            other[name] = f"{found[name]}8"
    if "altids" in other:
        other["altids"] = {"itemid": "8b" * 16, "etag": f"{'8b' * 16}_1"}
    forms = (
        [found],
        {"items": [found]},
        {"item": found},
        {"data": {"item": found}},
        [other, found],
        [found, other],
        [[found]],
        {"data": {"items": [{"item": found}]}},
        {"entries": [found]},
        {"items": [other, found]},
    )
    return dice.choice(forms)


def _json_twice(data: bytes, dice: Random) -> bytes:
    """A member twice, the one that holds less before or behind it."""
    found = _load(data)
    if not isinstance(found, dict):
        return data
    names = [name for name, value in found.items() if isinstance(value, str) and name not in STRUCTURAL]
    if not names:
        return data
    name = dice.choice(names)
    added = f"{json.dumps(name)}: {json.dumps(weaker(found[name]))}"
    text = data.decode().strip()
    return (f"{{{added}, {text[1:]}" if dice.randrange(2) else f"{text[:-1]}, {added}}}").encode()


def _json_escaped(data: bytes, dice: Random) -> bytes:
    """Letters of strings as \\u escapes."""
    rate = dice.choice((1, 2, 10))

    def change(found: re.Match[str]) -> str:
        return "".join(f"\\u{ord(c):04x}" if c.isalnum() and not dice.randrange(rate) else c for c in found[0])

    return re.sub(r'(?<=")[^"\\]+(?=")', change, data.decode("utf-8", "replace")).encode()


def _json_layout(data: bytes, dice: Random) -> bytes:
    found = _load(data)
    if found is None:
        return data
    indent, separators = dice.choice(((2, None), ("\t", None), (None, (",", ":")), (None, (" ,\r\n", " :\t"))))
    text = json.dumps(found, ensure_ascii=False, indent=indent, separators=separators)
    ends = ("", "\n", ",", ";", "\0", "\x1a", "\n\n//", "}", "]", "\n" + text)
    text = text[:-1] + ",}" if not dice.randrange(6) and text.endswith("}") else text
    return (text + (dice.choice(ends) if not dice.randrange(3) else "")).encode("utf-8", "replace")


# ---- text ----


def _line_ends(data: bytes, dice: Random) -> bytes:
    end = dice.choice((b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\r", b"\x0b", b"\x0c", b"\xe2\x80\xa8", b"\xc2\x85"))
    return re.sub(rb"\r?\n", end, data)


def _trailing(data: bytes, dice: Random) -> bytes:
    """Blanks behind or before every line."""
    blanks = dice.choice((b" ", b"  ", b"\t", b"\xc2\xa0", b"   "))
    return re.sub(rb"(?m)(?=\r?$)" if dice.randrange(2) else rb"(?m)^(?=[A-Za-z(])", blanks, data)


def _empty_lines(data: bytes, dice: Random) -> bytes:
    return data.replace(b"\r\n", b"\r\n\r\n") if b"\r\n" in data else data.replace(b"\n", b"\n\n")


def _paragraph(data: bytes, dice: Random) -> bytes:
    """Another paragraph in front of the copy or behind it."""
    at = data.find(b"The ferry from Bergen")
    end = data.find(b"frozen.", at) + 7
    if at < 0 or end < 7:
        return data
    if dice.randrange(2):
        return data[:end] + b"\r\n\r\n" + OTHERS.encode() + data[end:]
    return data[:at] + OTHERS.encode() + b"\r\n\r\n" + data[at:]


def _letters(data: bytes, dice: Random) -> bytes:
    """Typographic signs, and letters that look the same or have accents, in the copy's surroundings."""
    old, new = dice.choice(
        ((b" ", b"\xc2\xa0"), (b"-", b"\xe2\x80\x91"), (b":", b"\xef\xbc\x9a"), (b"  ", b" "), (b" ", b"  "))
    )
    return data.replace(old, new)


CHANGES: dict[PayloadKind, dict[str, Change]] = {
    PayloadKind.XML: {
        **{f.__name__: _in_tree(f) for f in (
            _reorder, _double, _blanks, _case, _extra, _comment, _split_text, _language, _nil, _further_item,
        )},
        **{f.__name__: f for f in (_prefixed, _references, _cdata, _declared, _single_quotes, _line_ends)},
    },
    PayloadKind.JSON: {
        **{f.__name__: _in_object(f) for f in (
            _json_reorder, _json_blanks, _json_case, _json_extra, _json_language, _json_shape, _json_other_spelling,
            _json_list,
        )},
        **{f.__name__: f for f in (_json_twice, _json_escaped, _json_layout)},
    },
    PayloadKind.TEXT: {
        f.__name__: f for f in (_line_ends, _trailing, _empty_lines, _paragraph, _letters)
    },
}  # fmt: skip

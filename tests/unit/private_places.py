"""Payloads with a text in a place that is not for readers, one for each such place of every format."""

from __future__ import annotations

from collections.abc import Callable

from planting import AP, COPY, DIGITALWIRES, G2, NEWSML1, NINJS, NITF, PLANTERS, RSS, UNKNOWN, in_json, in_xml

HIDDEN = (  # ways to hide an element from a reader
    "<p hidden>~</p>", '<p aria-hidden="true">~</p>', '<div style="color: red; display:none"><p>~</p></div>',
    '<p style="visibility: hidden">~</p>', '<section class="np-nonpublic"><p>~</p></section>', "<!-- ~ -->",
)  # fmt: skip
FIELDS = {  # a place of a private text, that no table need name, since all unknown places are for editors
    "newsml-g2": (
        f"itemMeta/{UNKNOWN}", f"contentMeta/{UNKNOWN}", f"rightsInfo/{UNKNOWN}", UNKNOWN,
    ),
    "nitf": (
        "head/docdata/ed-msg@info", "head/revision-history@comment", "body/body.head/note",
        "body/body.content/note",
        "head/docdata/del-list/from-src@src-name", f"head/{UNKNOWN}",
    ),
    "newsml-1.2": (
        "NewsManagement/Property@Value", "NewsManagement/Instruction/Comment", "Comment",
        "NewsComponent/AdministrativeMetadata/FileName", f"NewsComponent/{UNKNOWN}",
    ),
    "rss": ("note", "comments", f"group/{UNKNOWN}"),
    "atom": ("note", "control/note"),
    "ninjs": ("notes", "comment", "extra", "embargoedReason"),
    "ap-json": ("ednote", "editorialnote"),
    "digitalwires": ("ednotes", "notepad", "internal_note"),
}  # fmt: skip
ROLES = ("private", "nonpublic", "non-public", "internal", "x:advisory-note", "embargo", "unheard-of")


def private_payloads(text: str) -> dict[str, tuple[str, bytes]]:
    """The name of a place -> the format and a payload that has `text` there."""
    found = {
        f"{name} {place}": (name, PLANTERS[name](place, text)) for name, all_ in FIELDS.items() for place in all_
    }
    for number, way in enumerate(HIDDEN):
        hidden = way.replace("~", text)
        xml = hidden.replace(" hidden>", ' hidden="">')
        bodies: dict[str, tuple[str, bytes]] = {
            "newsml-g2": ("newsml-g2", G2.replace("</body>", f"{xml}</body>").encode()),
            "nitf": ("nitf", NITF.replace("</body.content>", f"{xml}</body.content>").encode()),
            "newsml-1.2": ("newsml-1.2", NEWSML1.replace(COPY, f"<p>{COPY}</p>{xml}").encode()),
            "rss": ("rss", RSS.replace(COPY, f"<![CDATA[<p>{COPY}</p>{hidden}]]>").encode()),
            "ninjs": ("ninjs", in_json({**NINJS, "body_text": None})("body_html", f"<p>{COPY}</p>{hidden}")),
            "ap-json": ("ap-json", in_json({**AP, "body_text": None})("body_html", f"<p>{COPY}</p>{hidden}")),
            "digitalwires": ("digitalwires", in_json(DIGITALWIRES)("article_html", f"<p>{COPY}</p>{hidden}")),
        }
        found |= {f"{name} hidden {number}": one for name, one in bodies.items()}
    for role in ROLES:
        note = f'<edNote role="{role}">{text}</edNote>'
        found[f"newsml-g2 {role}"] = ("newsml-g2", G2.replace("</itemMeta>", f"{note}</itemMeta>").encode())
        found[f"ninjs edNote {role}"] = ("ninjs", in_json(NINJS, [{"role": role, "value": text}])("edNote", ""))
    for role in ROLES[:-1]:  # texts for readers are public in a role that nobody knows
        for name in ("headlines", "descriptions", "bodies"):
            planted = [{"value": COPY, "role": "main"}, {"value": text, "role": role}]
            found[f"ninjs {name} {role}"] = ("ninjs", in_json({**NINJS, "headline": None}, planted)(name, ""))
    return found


def public_payloads(text: str) -> dict[str, tuple[str, bytes]]:
    """The twins: the same text where readers see it."""
    plant: dict[str, Callable[[str, str], bytes]] = {"newsml-g2": in_xml("newsml-g2"), "nitf": in_xml("nitf")}
    return {
        "newsml-g2 body": ("newsml-g2", G2.replace("</body>", f"<p>{text}</p></body>").encode()),
        "newsml-g2 description": ("newsml-g2", plant["newsml-g2"]("contentMeta/description", text)),
        "nitf abstract": ("nitf", plant["nitf"]("body/body.head/abstract", text)),
        "ninjs body": ("ninjs", in_json({**NINJS, "body_text": None})("body_html", f"<p>{COPY}</p><p>{text}</p>")),
        "ninjs edNote": ("ninjs", in_json(NINJS)("edNote", text)),
        "rss description": ("rss", RSS.replace(COPY, f"{COPY} {text}").encode()),
    }

"""FORMATS: one row a format, in the order in which their recognisers are asked.

A parser's module ends with its row.  To add a format, write such a module and name its row here
(docs/design/extending.md#a-format).
"""

from __future__ import annotations

from pipeline.formats.feeds.document import ATOM, RSS
from pipeline.formats.format import Format
from pipeline.formats.json.afp import AFP_JSON
from pipeline.formats.json.ap.item import AP_JSON
from pipeline.formats.json.digitalwires.entry import DIGITALWIRES
from pipeline.formats.json.feed import JSON_FEED
from pipeline.formats.json.ninjs import NINJS
from pipeline.formats.mail.message import E_MAIL
from pipeline.formats.telegraph.anpa.message import ANPA
from pipeline.formats.telegraph.iptc7901.message import IPTC7901
from pipeline.formats.telegraph.zczc import ZCZC
from pipeline.formats.text.plain import PLAIN
from pipeline.formats.xml.jimi import JIMI
from pipeline.formats.xml.newsml1.document import NEWSML1
from pipeline.formats.xml.newsml_g2.item import NEWSML_G2
from pipeline.formats.xml.nitf.document import NITF
from pipeline.formats.xml.press_release import PRESS_RELEASE
from pipeline.formats.xml.rbnews import RBNEWS

ROWS = (
    IPTC7901,
    ANPA,
    ZCZC,
    E_MAIL,
    NEWSML_G2,
    NEWSML1,
    NITF,
    RBNEWS,
    PRESS_RELEASE,
    JIMI,
    RSS,
    ATOM,
    JSON_FEED,
    DIGITALWIRES,
    AP_JSON,
    AFP_JSON,
    NINJS,  # after all JSON: it shares names with the others, and takes an empty object too
    PLAIN,  # after all text: it takes whatever is left
)
FORMATS: dict[str, Format] = {row.name: row for row in ROWS}

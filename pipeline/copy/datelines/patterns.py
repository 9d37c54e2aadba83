"""The forms of datelines as patterns: where, who, and how they end.  What else each needs is in `forms`."""

from __future__ import annotations

import re

HEAD_LENGTH_MAX = 160  # characters that a dateline may take; the longest seen has 71

# Everything is matched against the first HEAD_LENGTH_MAX characters only: no pattern can run away.
DASHES = "-–—―_"
DASH = rf"(?:-{{1,2}}|[{DASHES[1:]}])"
WITH_AGENCY = re.compile(  # `Málaga (España), 3 mar (EFE).-`, `Norrbo (Uttarakhand) [India], December 18 (ANI):`
    r"(?P<where>[^()]{0,100}?(?: \([^()\d]{2,40}\)(?: \[[^()\[\]]{2,30}\])?(?:, ?[^()]{3,24}?)?)?) ?"
    rf"\((?P<who>[^()]{{2,40}})\)(?P<end> ?[.:]?(?:{DASH}|=)[\s_-]*|[.:]? |:)"
)
STOPPED = re.compile(  # `ЖИТОМИР. 12 січня. УНІАН. `, `YEREVAN, NOVEMBER 13, ARMENPRESS. `
    r"(?P<where>[^()–—:;!?\"“”\d]{2,40}[.,] "
    r"(?:\d{1,2}(?:\.? |\.)[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.? \d{1,2}(?: d\.)?)[.,]) "
    r"(?P<who>[^\W\d_]{3,12}(?: [^\W\d_]{3,12}){0,3})\.(?P<end> )"
)
UNSTOPPED = re.compile(  # `Baku, November 13, AZERTAC The`, and a sentence
    r"(?P<where>[^()–—:;!?\"“”\d]{2,40}, (?:\d{1,2} [^\W\d_]{3,12}|[^\W\d_]{3,12}\.? \d{1,2}),) "
    r"(?P<who>[A-ZА-Я]{3,12})(?P<end> )(?=[\"“«]?[A-ZА-Я][a-zа-я])"
)
REGIONED = re.compile(  # `Nkawkaw (E/R), Jan. 12, GNA - `
    rf"(?P<where>[^()–—:;!?\"“”\d]{{2,40}} \([A-Z]{{1,3}}/[A-Z]\), [^()–—:;!?\"“”]{{3,20}}?),? "
    rf"(?P<who>[A-Z]{{3,8}})(?P<end> {DASH}[\s_-]*)"
)
CAPITALS = re.compile(r"(?P<where>[A-ZÅÄÖ][A-ZÅÄÖ -]{1,30})\.(?P<end> )")  # `IISALMI. Hirvi …`
ENCLOSED = re.compile(  # `(Río Colorado, 16 de diciembre-Télam).-`
    rf"\((?P<where>[^()]{{5,80}}?) ?[-–—/] ?(?P<who>[^\W\d_]{{2,20}})\)(?P<end>\.? ?{DASH}[\s_-]*)"
)
TASS = re.compile(  # `Ломск, 13 ноември /Ана Руис, БТА/. `
    r"(?P<where>[^()/]{2,60}?) ?/ ?(?:[Кк]орр\. |(?P<names>[А-Я][а-я]+ [А-Я][а-я]+), )?"
    r"(?P<who>[^\W\d_][^\d_()/:.,]{1,24})/\.? ?(?:(?:--?|[–—])(?: |$))?(?P<end>)"
)
TASS_REGION = re.compile(  # `КИРОВО-ЧЕПЕЦК /Кировская область/, 25 января. /ТАСС/. `
    r"(?P<where>[^()/]{2,60} /[^()/\d]{3,40}/, [^()/]{3,20}?) ?/(?P<who>[^\W\d_]{4,12})/\. ?(?P<end>)"
)
SLASHED = re.compile(r"(?P<where>[^()/:]{2,60}?),? /(?P<who>[A-Za-z-]{3,12})/(?P<end>: ?)")
DATED = re.compile(
    rf"(?P<where>[^()–—:;!?\"“”]{{5,90}}?) (?P<who>[^\W\d_]{{2,12}}(?: [^\W\d_]{{3,12}}){{0,3}}?)"
    r"(?:\.RU|-[А-ЯІЇЄ]{2,12}(?:[- ][А-ЯІЇЄ]{2,12})?)?"  # `ИНТЕРФАКС-УРАЛ`
    rf"(?P<end> {DASH}[\s_-]*)"
)
DASHED = re.compile(  # `МОСКВА, 28 ноя — РИА Новости, Анна Смирнова.`
    rf"(?P<where>[^()–—:;!?\"“”]{{5,60}}?),? {DASH} ?(?P<who>[^\W\d_]{{2,12}}(?: [^\W\d_]{{3,12}})?)"
    r"(?P<end>(?:, (?P<names>[^\W\d_]{2,14} [^\W\d_]{2,20}))?\. )"
)
AGENCY_BEFORE = re.compile(  # `ACN Girona.- `
    r"(?P<who>[A-Z]{2,6}) (?P<where>[^\W\d_][^()–—:;,.!?\"“”\d]{2,40})(?P<end>\.-{1,2} ?)"
)
BARE_AGENCY = re.compile(rf"(?P<where>)(?P<who>Reuters|AFP|AGI|dpa|ANSA|EFE|Xinhua|TASS)(?P<end> {DASH} )")
JOINED = re.compile(  # `MALMÖ TT Malmö`, `Kalmar/TT Kalmar`
    r"(?P<where>[A-ZÅÄÖÆØ][^\d()–—:;,.!?\"“”/]{1,30}?)(?P<apart> ?/ ?|, | )(?P<who>[A-ZÅÄÖÆØ]{2,6})"
    r"(?P<end> (?:[–—-] )?)"
)
WITHOUT_AGENCY = re.compile(  # APS: `BLIDA- `
    r"(?P<where>[^()–—:;!?\"“”]{3,70}?)(?P<end> ?[–—] ?| --? | _ |(?<=[A-Z]{3})- )(?P<rest>.+)", re.DOTALL
)
BEHIND_AGENCY = re.compile(  # (ANSA) - `AMATRICE (RIETI), 25 GEN - `
    rf"(?P<where>[^()–—:;!?\"“”]{{2,50}}?(?: \([^()\d]{{2,30}}\))?,? [^()–—:;!?\"“”]{{3,20}}?)(?P<end> ?{DASH} )"
)

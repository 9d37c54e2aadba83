"""Writes pipeline/copy/places/countries_native.tsv: `python -m tools.country_names`.  By hand, not in production.

Source: Unicode CLDR by Babel (BSD licence): what each language of the wire calls each country.  Datelines have them
beside a town: `Lomsk (Norvège) (AFP) - `.  A name that means two countries in two languages is left out.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import babel

from pipeline.copy.places import gazetteer
from pipeline.values.accents import place_key

LANGUAGES = (
    "ar", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fa", "fi", "fr", "gl", "he", "hi",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "pt_PT", "ro", "ru",
    "sk", "sl", "sq", "sr", "sr_Latn", "sv", "sw", "th", "tr", "uk", "ur", "vi", "zh", "zh_Hant",
)  # fmt: skip
TABLE = Path(gazetteer.__file__).with_name("countries_native.tsv")
HEAD = (
    "# Source: Unicode CLDR, https://cldr.unicode.org, Unicode License v3; built by tools/country_names.py.\n"
    "# code\tnames in other languages\n"
)


def main() -> None:
    """Write the table."""
    codes: dict[str, set[str]] = defaultdict(set)
    names: dict[str, dict[str, str]] = defaultdict(dict)  # by country: each name by its key
    for language in LANGUAGES:
        for code, name in babel.Locale.parse(language).territories.items():
            if code in gazetteer.country_names() and (key := place_key(name)) and not gazetteer.areas(name):
                codes[key].add(code)
                names[code].setdefault(key, name)
    rows = {
        code: sorted(name for key, name in found.items() if codes[key] == {code}) for code, found in names.items()
    }
    lines = ["\t".join((code, "|".join(found))) + "\n" for code, found in sorted(rows.items()) if found]
    TABLE.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Letters for patterns: the small ones and the capitals of the scripts that have both."""

from __future__ import annotations

_SCRIPTS_END = 0x0530  # behind Latin, Greek and Cyrillic

_LETTERS = [chr(code) for code in range(ord("A"), _SCRIPTS_END) if chr(code).isalpha()]
SMALL = "".join(letter for letter in _LETTERS if letter.islower())
CAPITAL = "".join(letter for letter in _LETTERS if letter.isupper())
ARABIC = "ء-ي"
ARABIC_SCRIPT = "ء-يٱ-ۓ"  # with the letters of Persian and Urdu

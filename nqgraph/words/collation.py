"""The order of names in a language: like DIN 5007-1 (ä like a, ß like ss), with the letters that it sets apart."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Language → letters that come after z, in their order (CLDR).
_LAST = {"da": "æøå", "nb": "æøå", "nn": "æøå", "no": "æøå", "sv": "åäö", "fi": "åäö", "et": "õäöü", "is": "þæö"}
#: Language → letters that follow their base letter as letters of their own (CLDR).
_OWN = {
    "pl": "ąćęłńóśźż",
    "cs": "čřšž",
    "sk": "äčôšž",
    "hr": "čćđšž",
    "sl": "čšž",
    "es": "ñ",
    "hu": "öü",
    "tr": "çğöşü",
}
_FOLDED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
_AFTER = "\uffff"


@lru_cache(maxsize=100_000)
def key(text: str, lang: str) -> str:
    """
    What *text* is sorted by in *lang*: letters, digits and spaces, regardless of case and accents.

    Source:
        DIN 5007-1; https://cldr.unicode.org/ for the letters of other languages
    """
    lower = unicodedata.normalize("NFC", text).lower()
    last, own = _LAST.get(lang, ""), _OWN.get(lang, "")
    if not last and not own:
        return _folded(lower)
    return "".join(
        f"{_AFTER}{last.index(c)}" if c in last else f"{_folded(c)}{_AFTER}{own.index(c)}" if c in own else _folded(c)
        for c in lower
    )


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return "".join(c for c in plain if c == " " or c.isalnum())

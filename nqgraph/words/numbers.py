"""Numbers as the readers of a language write them (CLDR)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from nqgraph.words.texts import COMMON

#: Language → locale, where its own is another than what readers of the data write.
_LOCALES = {"en": "en_GB"}


@cache
def locale(lang: str) -> str:
    """The locale of *lang* if CLDR knows it, else that of English."""
    from babel.core import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(_LOCALES.get(lang, lang)))
    except (UnknownLocaleError, ValueError):
        return COMMON


@cache
def _signs(lang: str) -> dict[int, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return str.maketrans({".": get_decimal_symbol(locale(lang)), ",": get_group_symbol(locale(lang))})


def written(value: float | Decimal | str, lang: str, *, grouped: bool = False) -> str:
    """
    *value* with the decimal sign of *lang* and all its digits: 12.50 → 12,50 in German.

    Args:
        grouped: Set thousands apart, too.
    """
    if isinstance(value, str):
        return value.translate(_signs(lang))
    return format(value, ("," if grouped else "") + ("f" if isinstance(value, Decimal) else "")).translate(_signs(lang))


class Count(int):
    """
    A number of things that a text can speak of: ``{n}``, or ``{n:none left|one left|# left}`` for 0, 1 and more.

    Args:
        value: How many there are.
        lang: Language that the number is written in.
    """

    def __new__(cls, value: int = 0, lang: str = COMMON) -> Count:
        made = super().__new__(cls, value)
        made._lang = lang
        return made

    _lang: str

    def __format__(self, spec: str) -> str:
        said = written(int(self), self._lang, grouped=True)
        if not spec:
            return said
        none, one, more = spec.split("|")
        return (none if self == 0 else one if self == 1 else more).replace("#", said)

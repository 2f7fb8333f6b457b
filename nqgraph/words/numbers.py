"""Numbers as the readers of a language write them (CLDR)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from nqgraph.words.texts import COMMON


@cache
def locale(lang: str) -> str:
    """The locale of *lang* if CLDR knows it, else that of English."""
    from babel.core import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(lang))
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

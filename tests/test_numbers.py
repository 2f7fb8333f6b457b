"""Numbers as the readers of a language write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nqgraph.words.numbers import locale, written


@pytest.mark.parametrize(
    ("value", "lang", "grouped", "shown"),
    [
        (Decimal("12.50"), "de", False, "12,50"),
        (Decimal("12.50"), "en", False, "12.50"),
        (Decimal("12345678.9"), "de", True, "12.345.678,9"),
        (Decimal("12345678.9"), "en", True, "12,345,678.9"),
        (Decimal("-0.5"), "pt", False, "-0,5"),
        ("1.5E-7", "de", False, "1,5E-7"),
        (2024, "de", False, "2024"),
        (1.5, "tlh", False, "1.5"),
    ],
)
def test_numbers_keep_all_their_digits(value: Decimal | float | str, lang: str, grouped: bool, shown: str) -> None:
    """Trailing zeros say how precise a number is; languages that CLDR does not know are written as in English."""
    assert written(value, lang, grouped=grouped) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.sampled_from(["de", "en", "pt", "fr"]))
def test_numbers_can_be_read_back(value: Decimal, lang: str) -> None:
    """Only the decimal sign changes."""
    assert Decimal(written(value, lang).replace(",", ".")) == value


def test_a_language_is_a_locale() -> None:
    """Of those that nobody knows it is English."""
    assert [locale(lang) for lang in ("de", "pt", "qqq", "not a tag")] == ["de", "pt", "en", "en"]

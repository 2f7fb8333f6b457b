"""The reader's language on a page: texts, numbers and dates, with a visible fallback where one is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from nqgraph.words import vocab
from nqgraph.words.numbers import locale
from nqgraph.words.texts import LANGUAGES, in_language, spoken, text
from nqgraph.words.workspace import Workspace, shipped

#: A letter of a script that runs from right to left (Hebrew to Arabic Extended, and their presentation forms).
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

Labels = Mapping[str, str]


class InEvery(Labels):
    """A label that every language has, such as a number: made when it is asked for."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make

    def __getitem__(self, lang: str) -> str:
        return self._make(lang)

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)


class Voice:
    """Says labels in one language."""

    def __init__(self, lang: str, workspace: Workspace | None = None) -> None:
        self.lang = lang
        self.workspace = workspace or shipped()
        #: Languages in which a label is looked for.
        self.chain = tuple(dict.fromkeys((lang, *self.workspace.languages, *LANGUAGES)))

    def say(self, labels: Labels) -> Markup:
        """The label as HTML, escaped; a text in another language than the reader's is marked with it."""
        shown = self.plain(labels)
        if not shown:
            return Markup("")
        found = next((lang for lang in (*self.chain, *labels) if labels.get(lang)), "")
        if found and found != self.lang:
            return Markup('<span lang="{0}">{1}</span> <span class="tongue">({0})</span>').format(found, shown)
        return escape(shown)

    def plain(self, labels: Labels) -> str:
        """The label as plain text."""
        return in_language(labels, self.lang, chain=self.chain)

    def t(self, code: str, **values: Any) -> Markup:
        """The message *code* as HTML, escaped."""
        said, tongue = escape(self.plain_t(code, **values)), spoken(code, self.lang, self.workspace.messages)[1]
        return said if tongue == self.lang else Markup('<span lang="{}">{}</span>').format(tongue, said)

    def plain_t(self, code: str, **values: Any) -> str:
        """The message *code* as plain text."""
        return text(code, self.lang, self.workspace.messages, **values)


def direction(labels: Labels) -> Markup:
    """`` dir="auto"`` for a label that runs from right to left, wherever it stands."""
    return Markup(' dir="auto"') if any(_RIGHT_TO_LEFT.search(label) for label in labels.values()) else Markup("")


def tongue(lang: str) -> Markup:
    """`` lang="fr"`` for what is in a language of its own."""
    return Markup(' lang="{}"').format(lang) if lang else Markup("")


def language_name(lang: str) -> str:
    """What a language calls itself: Deutsch, English, português (CLDR)."""
    try:
        return Locale.parse(lang).get_display_name(lang) or lang
    except (UnknownLocaleError, ValueError):
        return lang


def number(value: str) -> Labels:
    """A decimal number as each language writes it: 216.069 and 216,069 (CLDR)."""
    return InEvery(lambda lang: str(format_decimal(value, locale=locale(lang))))


def moment(value: str) -> Labels:
    """A date, month or year (``xsd:date``, ``xsd:gYearMonth``, ``xsd:gYear``) as each language writes it (CLDR)."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        return InEvery(lambda lang: format_date(day, "long", locale=locale(lang)))
    if re.fullmatch(r"\d{4}-\d\d", value):
        month = date.fromisoformat(value + "-01")
        return InEvery(lambda lang: format_skeleton("yMMMM", month, locale=locale(lang)))
    return same(value)


def literal(value: str, datatype: str) -> Labels:
    """A literal without language as each language writes it."""
    if datatype in (vocab.XSD.decimal, vocab.XSD.double):
        return number(value)
    if datatype in (vocab.XSD.date, vocab.XSD.gYearMonth):
        return moment(value)
    if datatype == vocab.XSD.boolean:
        return InEvery(lambda lang: text(f"page-{value}", lang))
    return same(value)


def same(value: str) -> Labels:
    """A text that is the same in every language."""
    return InEvery(lambda lang: value)

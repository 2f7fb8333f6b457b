"""The reader's language on a page: texts, numbers and dates, with a visible fallback where one is missing."""

from __future__ import annotations

import html
import re
from collections import Counter
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

#: Separator of several names in one text.
_AND = "; "
#: From this many characters on a text is no name, and its language matters where readers have chosen another.
_SENTENCE = 40
#: A text in two languages, until it is known how often it stands on the page: private-use characters around both.
_BOTH = re.compile("\ue000([^\ue000-\ue002]*)\ue001([^\ue000-\ue002]*)\ue002")
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
    """Says labels in one language, or in two that the reader switches between."""

    def __init__(self, lang: str, workspace: Workspace | None = None, *, both: bool = False) -> None:
        self.lang = lang
        self.workspace = workspace or shipped()
        #: Languages in which a label is looked for.
        self.chain = tuple(dict.fromkeys((lang, *self.workspace.languages, *LANGUAGES)))
        #: The language that the reader can switch to; empty if there is another page for it.
        self.other = next((other for other in self.workspace.languages if other != lang), "") if both else ""

    def say(self, labels: Labels) -> Markup:
        """
        The label as HTML, escaped.

        A text in another language than the reader's is marked with it. With two languages, the text becomes what
        :meth:`settle` makes of it: a template must not put more text into the same element.
        """
        shown = self.plain(labels)
        if not shown:
            return Markup("")
        if self.other:
            if len(labels) == 1 and len(shown) > _SENTENCE and (only := next(iter(labels))) in LANGUAGES:
                return Markup('<span lang="{}">{}</span>').format(only, shown)
            return Markup("\ue000{}\ue001{}\ue002").format(shown, labels.get(self.other) or shown)
        found = next((lang for lang in (*self.chain, *labels) if labels.get(lang)), "")
        if found and found != self.lang:
            return Markup('<span lang="{0}">{1}</span> <span class="tongue">({0})</span>').format(found, shown)
        return escape(shown)

    def settle(self, document: str) -> tuple[str, dict[str, str]]:
        """
        The *document* with every text in the reader's language, and the dictionary into the other one.

        What the dictionary does not hold, because the text stands once or means several things, stands in an
        attribute ``data-t`` of a ``span`` around the text.
        """
        pairs = Counter(_BOTH.findall(document))
        dictionary: dict[str, str] = {}
        for (shown, other), count in pairs.most_common():
            if _AND not in shown and (count > 1 or len(shown) < 30):
                dictionary.setdefault(shown, other)

        def one(match: re.Match[str]) -> str:
            shown, other = match.groups()
            if dictionary.get(shown, shown) == other or _same_names(shown, other, dictionary):
                return shown
            return f'<span data-t="{other}">{shown}</span>'

        settled = _BOTH.sub(one, document)
        different = {shown: other for shown, other in dictionary.items() if shown != other}
        return settled, {html.unescape(shown): html.unescape(other) for shown, other in different.items()}

    def plain_other(self, labels: Labels) -> str:
        """The label as plain text in the language that the reader can switch to."""
        return in_language(labels, self.other, chain=self.chain)

    def plain(self, labels: Labels) -> str:
        """The label as plain text."""
        return in_language(labels, self.lang, chain=self.chain)

    def t(self, code: str, **values: Any) -> Markup:
        """The message *code* as HTML, escaped."""
        if self.other:
            return self.say(InEvery(lambda lang: text(code, lang, self.workspace.messages, **values)))
        said, tongue = escape(self.plain_t(code, **values)), spoken(code, self.lang, self.workspace.messages)[1]
        return said if tongue == self.lang else Markup('<span lang="{}">{}</span>').format(tongue, said)

    def plain_t(self, code: str, **values: Any) -> str:
        """The message *code* as plain text."""
        return text(code, self.lang, self.workspace.messages, **values)

    @property
    def other_name(self) -> str:
        """What the language that the reader can switch to calls itself."""
        return language_name(self.other) if self.other else ""


def _same_names(shown: str, other: str, dictionary: dict[str, str]) -> bool:
    """Whether *shown* lists names that the dictionary knows, perhaps in another order than *other*."""
    parts = [dictionary.get(part, part) for part in shown.split(_AND)]
    return len(parts) > 1 and sorted(parts) == sorted(other.split(_AND))


def direction(labels: Labels) -> Markup:
    """`` dir="auto"`` for a label that runs from right to left, wherever it stands."""
    return Markup(' dir="auto"') if any(_RIGHT_TO_LEFT.search(label) for label in labels.values()) else Markup("")


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

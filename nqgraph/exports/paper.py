"""A document for print as values, whichever format it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

#: What no XML document can hold (XML 1.0, section 2.2), and what would break a line where none should break.
_FORBIDDEN = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
#: Letters of a line over the whole width, of the margins of a cell, and of the longest word that is not parted.
_LETTERS, _EDGE, _WORD = 115, 2.5, 14
#: Letters that stand together where there is little room, and how much of a line the longest words may take.
_SYLLABLE, _FILLED = 9, 0.9
#: Rows that say how wide the columns are.
_READ = 60
#: How much wider bold letters are.
_BOLD = 1.15
#: What a paragraph is; each has a style of its own.
Kind = Literal["text", "subtitle", "point", "fact", "note"]


@dataclass(frozen=True)
class Run:
    """A piece of text."""

    text: str
    #: Its language, where that is another than the document's.
    lang: str = ""
    strong: bool = False
    #: Beside what matters.
    quiet: bool = False
    #: Web address, or ``#3`` for the third source.
    link: str = ""


#: What stands in a line.
Words = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of the levels 1 to 3."""

    level: int
    words: Words


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    words: Words
    kind: Kind = "text"


@dataclass(frozen=True)
class Row:
    """A row of a table, with what is said below it over the whole width."""

    cells: tuple[Words, ...]
    below: Words = ()


@dataclass(frozen=True)
class Table:
    """A table whose first row is repeated on each page."""

    caption: str
    headings: tuple[Words, ...]
    rows: tuple[Row, ...]

    @property
    def widths(self) -> tuple[float, ...]:
        """The share of each column: room for its longest word; what is left goes where it makes the rows lowest."""
        lines = [[len(plain(cell)) for cell in line] for line in self._lines[:_READ]]
        words = [max(_longest(plain(line[place])) for line in self._lines) for place in range(len(self.headings))]
        for most in range(_WORD, _SYLLABLE - 1, -1):  # long words part where many columns leave little room
            room = [max(1, min(most, word)) + _EDGE for word in words]
            if sum(room) < _FILLED * _LETTERS:
                break

        def height(place: int) -> float:
            """Of all rows in lines, were the column at *place* wider by a letter."""
            wider = [letters - _EDGE + (at == place) for at, letters in enumerate(room)]
            return sum(max(length / width for length, width in zip(line, wider, strict=True)) for line in lines)

        while sum(room) < _LETTERS:
            room[min(range(len(room)), key=height)] += 1
        return tuple(letters / sum(room) for letters in room)

    @property
    def _lines(self) -> list[tuple[Words, ...]]:
        return [self.headings, *(row.cells for row in self.rows)]


@dataclass(frozen=True)
class Source:
    """An entry of the list of sources."""

    number: int
    words: Words


Block = Heading | Paragraph | Table | Source


@dataclass(frozen=True)
class Paper:
    """A document."""

    lang: str
    title: str
    #: What stands at the head of each page.
    project: str
    sender: str
    #: The day of the data in words, and as a day.
    state: str
    day: date | None
    #: What stands at the foot of each page.
    address: str
    #: “Page {page} of {pages}”.
    paging: str
    #: What a table is called.
    table: str
    #: What each page says if something internal is in it.
    internal: str = ""
    blocks: list[Block] = field(default_factory=list)

    @property
    def pages(self) -> Iterator[str]:
        """The parts of :attr:`paging`: texts, and the names of the numbers between them."""
        return (part for part in re.split(r"\{(page|pages)\}", self.paging) if part)


def _longest(text: str) -> int:
    """Letters of the longest word."""
    return max(map(len, re.split(r"[\s-]", text)))


def clean(text: str) -> str:
    """*text* in one line, without what no document can hold."""
    return re.sub(r" {2,}", " ", _FORBIDDEN.sub(" ", text)).strip()


def plain(words: Iterable[Run]) -> str:
    """*words* as text."""
    return "".join(run.text for run in words)

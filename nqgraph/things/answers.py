"""Answers of canned queries as tables in which things are links."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nqgraph.graph.columns import Column
from nqgraph.graph.graph import Graph
from nqgraph.graph.layer import SEPARATOR
from nqgraph.graph.queries import Query
from nqgraph.graph.results import Result, shown
from nqgraph.graph.terms import Solutions
from nqgraph.things.facts import Facts
from nqgraph.things.language import InEvery, Labels
from nqgraph.words.texts import in_language, text

#: All rows of an answer.
ALL = slice(None)


@dataclass(frozen=True)
class Cell:
    """A thing, or a text."""

    iri: str = ""
    text: Labels | None = None
    #: Number to sort by, if the value is one.
    number: str = ""
    #: The texts in the cell with the things they are about, where each is about one.
    parts: tuple[tuple[Labels, str], ...] = ()
    #: Why there is nothing: ``not-documented``, ``not-applicable`` or ``not-looked-at``.
    nothing: str = ""
    #: What the words rest on: ``caveat``, ``confidence``, ``unit``, ``origin`` → text.
    rests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerTable:
    """Headings and cells."""

    headings: Sequence[Labels]
    rows: list[list[Cell]]
    #: Of each row what is told on demand, with its headings.
    details: list[list[tuple[Labels, Cell]]] = field(default_factory=list)
    #: The evidence grades that stand in it.
    grades: Sequence[str] = ()
    #: Names of the columns.
    names: Sequence[str] = ()
    #: How many more rows the answer has.
    beyond: int = 0

    @property
    def count(self) -> int:
        """How many rows the answer has."""
        return len(self.rows) + self.beyond

    def first(self, rows: slice) -> AnswerTable:
        """The first of its rows."""
        return replace(self, rows=self.rows[rows], details=self.details[rows], beyond=self.count - len(self.rows[rows]))

    def part(self, number: int, size: int) -> AnswerTable:
        """So many rows of it, from the page *number* on, which counts from 1."""
        rows = slice((number - 1) * size, number * size)
        return replace(self, rows=self.rows[rows], details=self.details[rows], beyond=0)

    @property
    def things(self) -> Iterator[str]:
        """All that it names, row by row."""
        for cell in (cell for row in self.rows for cell in row):
            yield from filter(None, (cell.iri, *(iri for _, iri in cell.parts)))

    @property
    def unseen(self) -> bool:
        """Whether there is an empty cell where nobody has looked yet."""
        return any(cell.nothing == "not-looked-at" for row in self.rows for cell in row)


def answer(
    graph: Graph, query: Query, values: Mapping[str, Any], lang: str, solutions: Solutions | None = None
) -> Result:
    """
    The solutions of *query* in *lang*.

    Args:
        solutions: What it finds for *values*, where that is known.
    Raises:
        QueryError: A value does not fit its parameter.
    """
    return graph.rows(query, {**values, "lang": lang} if query.parameter("lang") else values, solutions)


def table(
    facts: Facts,
    query: Query,
    result: Result,
    lang: str,
    keep: Callable[[str], bool] = lambda iri: True,
    given: Collection[str] = (),
    brief: bool = False,
    rows: slice = ALL,
) -> AnswerTable:
    """
    The solutions of *query* as readers see them: without parameters, empty columns and names that a link shows anyway.

    Args:
        lang: Language of the solutions.
        given: Parameters whose value the reader knows: their columns would only repeat it.
        keep: Whether a thing is shown; a row with another thing is left out.
        brief: Only the columns that the query names as enough where its answer is a part of another page.
        rows: Which rows are shown. What none of them says has no column.
    """
    whole = len(result)
    result = result.part(rows)
    beyond = whole - len(result)
    layout = Layout(facts, query, result, lang, given, brief)
    numbers = layout.numbers(keep)
    known = {value for row in result.rows for c in layout.filled if c.type == "text" and (value := row.get(c.name))}
    if brief and query.enough:
        numbers = numbers[: query.enough]
        beyond = 0
    cells, details = [layout.row(number) for number in numbers], [layout.details(number) for number in numbers]
    grades = [iri for iri in facts.grades if facts.name(iri, lang) in known]
    return AnswerTable(layout.headings, cells, details, grades, layout.names, beyond)


def split(query: Query, result: Result, lang: str) -> tuple[Result, Result]:
    """The solutions that stand under the heading of *query*, and those that stand apart."""
    if query.apart is None:
        return result, result.part(())
    name, code, _ = query.apart
    words = in_language(next(column for column in query.columns if column.name == name).words[code], lang)
    parted: tuple[list[int], list[int]] = ([], [])
    for number, (value, _) in enumerate(result.column(name)):
        parted[value == words].append(number)
    return result.part(parted[False]), result.part(parted[True])


class Layout:
    """Which columns of an answer readers see, and the cells of its rows; arguments as of :func:`table`."""

    def __init__(
        self, facts: Facts, query: Query, result: Result, lang: str, given: Collection[str] = (), brief: bool = False
    ) -> None:
        self._facts, self._result, self._lang = facts, result, lang
        self._things = [c.name for c in query.columns if c.type == "iri" and any(r.get(c.name) for r in result.rows)]
        #: The columns in which there is something.
        self.filled = [c for c in query.columns if any(row.get(c.name) not in (None, "") for row in result.rows)]
        dropped = self._dropped(given)
        self._on_demand = [c for c in self.filled if brief and c.name in query.detail]
        if brief and query.brief:
            dropped |= {c.name for c in self.filled} - set(query.brief)
        self._labels = {c.name: c.label for c in self.filled}
        self._columns = [c for c in self.filled if c.name not in dropped]
        self.headings = [self._heading(c) if c.type == "iri" else c.label for c in self._columns]
        self.names = tuple(c.name for c in self._columns)
        self._spoken = [c.name for c in (*self._columns, *self._on_demand) if c.type != "iri"]

    def _heading(self, column: Column) -> Labels:
        """What is above names of things: what the column of names is called, and no key, since none is shown."""
        own, named = self._facts.workspace.messages, self._labels.get(f"{column.name}Name")
        if not named and all(said == text("table-key", lang, own) for lang, said in column.label.items()):
            return InEvery(lambda lang: text("page-entry", lang, own))
        return named or column.label

    def numbers(self, keep: Callable[[str], bool]) -> list[int]:
        """The numbers of the rows all of whose things are shown."""
        rows = enumerate(self._result.rows)
        return [n for n, row in rows if all(keep(str(row[thing])) for thing in self._things if row.get(thing))]

    def row(self, number: int) -> list[Cell]:
        """The cells of the row *number*."""
        row, behind = self._result.rows[number], self._result.behind[number] if self._result.behind else {}
        return [self._cell(row, behind, column) for column in self._columns]

    def details(self, number: int) -> list[tuple[Labels, Cell]]:
        """What is told of the row *number* on demand, with its headings."""
        row = self._result.rows[number]
        return [(c.label, self._cell(row, {}, c)) for c in self._on_demand if row.get(c.name) not in (None, "")]

    def _dropped(self, given: Collection[str]) -> set[str]:
        """Columns that would only repeat what a link shows or the reader knows, and those of things without pages."""
        dropped = {
            c.name
            for c in self.filled
            for thing in self._things
            if c.name != thing and (c.name == f"{thing}Name" or self._repeats(c.name, thing))
        }
        dropped |= {c.name for c in self.filled if c.name.removesuffix("Name") in given}
        return dropped | {thing for thing in self._things if len(self._things) > 1 and self._without_pages(thing)}

    def _repeats(self, name: str, thing: str) -> bool:
        pairs = [(row.get(name), str(row[thing])) for row in self._result.rows if row.get(thing)]
        facts = self._facts
        return bool(pairs) and all(
            text in {facts.name(iri, self._lang), *facts.label(iri).values()} for text, iri in pairs
        )

    def _without_pages(self, name: str) -> bool:
        """Whether a column names nothing but claims and decisions, which no page is about."""
        named = {str(row[name]) for row in self._result.rows if row.get(name)}
        shapes = [self._facts.shape_of.get(iri) for iri in named]
        return all(shape is not None and shape.role == "background" for shape in shapes)

    def _cell(self, row: Mapping[str, Any], behind: Mapping[str, Mapping[str, Any]], column: Column) -> Cell:
        value = row.get(column.name)
        said = {**behind.get(column.name, {}), **(behind.get(f"{column.name}Name", {}) if value else {})}
        rests = {n: said[n] for n in _RESTS if n in said}
        if rests:  # not what another column says already
            repeated = {row.get(name) for name in self._spoken}
            rests = {n: told for n, told in rests.items() if told not in repeated}
        if column.type == "iri" and value:
            return Cell(iri=str(value), rests=rests)
        if "nothing" in said:
            return Cell(nothing=said["nothing"])
        if column.type == "iri":  # what is said where there is nothing
            value = row.get(f"{column.name}Name")
        number = str(value) if isinstance(value, int | float) else ""
        words = shown(value, self._lang, self._facts.iris.base)
        iris = [str(row[column.link])] if number and column.link and row.get(column.link) else said.get("iris", ())
        return Cell("", {self._lang: words}, number, _parts(words, iris, self._lang), rests=rests)


#: What is told of what the words of a cell rest on.
_RESTS = ("caveat", "confidence", "unit", "origin")


def _parts(words: str, iris: Sequence[str], lang: str) -> tuple[tuple[Labels, str], ...]:
    """The texts of a cell with the things they are about; none where it cannot be told which is about which."""
    texts = [words] if len(iris) == 1 else words.split(SEPARATOR)
    return tuple(({lang: text}, iri) for text, iri in zip(texts, iris, strict=True)) if len(texts) == len(iris) else ()

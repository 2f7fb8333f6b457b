"""Answers of canned queries as tables in which things are links."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nqgraph.graph.columns import Column
from nqgraph.graph.graph import Graph
from nqgraph.graph.layer import SEPARATOR
from nqgraph.graph.queries import Query
from nqgraph.graph.results import Result, shown
from nqgraph.things.facts import Facts
from nqgraph.things.language import Labels


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
    #: What the words rest on: ``caveat``, ``confidence``, ``unit`` → text.
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
    #: Of each row its number among the solutions.
    numbers: Sequence[int] = ()

    def part(self, number: int, size: int) -> AnswerTable:
        """So many rows of it, from the page *number* on, which counts from 1."""
        rows = slice((number - 1) * size, number * size)
        return replace(self, rows=self.rows[rows], details=self.details[rows])

    @property
    def unseen(self) -> bool:
        """Whether there is an empty cell where nobody has looked yet."""
        return any(cell.nothing == "not-looked-at" for row in self.rows for cell in row)


def answer(graph: Graph, query: Query, values: Mapping[str, Any], lang: str) -> Result:
    """
    The solutions of *query* in *lang*.

    Raises:
        QueryError: A value does not fit its parameter.
    """
    given = {**values, "lang": lang} if query.parameter("lang") else dict(values)
    return Result(graph.answer(query, given, "json"), {}, graph.workspace.iris.base)


def table(
    facts: Facts,
    query: Query,
    result: Result,
    lang: str,
    keep: Callable[[str], bool] = lambda iri: True,
    given: Collection[str] = (),
    brief: bool = False,
) -> AnswerTable:
    """
    The solutions of *query* as readers see them: without parameters, empty columns and names that a link shows anyway.

    Args:
        lang: Language of the solutions.
        given: Parameters whose value the reader knows: their columns would only repeat it.
        keep: Whether a thing is shown; a row with another thing is left out.
        brief: Only the columns that the query names as enough where its answer is a part of another page.
    """
    things = [c.name for c in query.columns if c.type == "iri" and any(row.get(c.name) for row in result.rows)]
    columns = [c for c in query.columns if any(row.get(c.name) not in (None, "") for row in result.rows)]
    dropped = {
        c.name
        for c in columns
        for thing in things
        if c.name != thing and (c.name == f"{thing}Name" or _repeats(facts, result, c.name, thing, lang))
    }
    dropped |= {c.name for c in columns if c.name.removesuffix("Name") in given}
    dropped |= {thing for thing in things if len(things) > 1 and _without_pages(facts, result, thing)}
    on_demand = [c for c in columns if brief and c.name in query.detail]
    if brief and query.brief:
        dropped |= {c.name for c in columns} - set(query.brief)
    names = {c.name: c.label for c in columns}
    kept = [c for c in columns if c.name not in dropped]
    headings = [names.get(f"{c.name}Name", c.label) if c.type == "iri" else c.label for c in kept]
    rows: list[list[Cell]] = []
    details: list[list[tuple[Labels, Cell]]] = []
    numbers: list[int] = []
    spoken = [c.name for c in (*kept, *on_demand) if c.type != "iri"]

    def cell(row: Mapping[str, Any], behind: Mapping[str, Mapping[str, Any]], column: Column) -> Cell:
        value = row.get(column.name)
        said = {**behind.get(column.name, {}), **(behind.get(f"{column.name}Name", {}) if value else {})}
        rests = {n: said[n] for n in _RESTS if n in said}
        if rests:  # not what another column says already
            repeated = {row.get(name) for name in spoken}
            rests = {n: told for n, told in rests.items() if told not in repeated}
        if column.type == "iri" and value:
            return Cell(iri=str(value), rests=rests)
        if "nothing" in said:
            return Cell(nothing=said["nothing"])
        if column.type == "iri":  # what is said where there is nothing
            value = row.get(f"{column.name}Name")
        number = str(value) if isinstance(value, int | float) else ""
        words = shown(value, lang, facts.iris.base)
        return Cell("", {lang: words}, number, _parts(words, said.get("iris", ()), lang), rests=rests)

    for number, (row, behind) in enumerate(zip(result.rows, result.behind or [{}] * len(result), strict=True)):
        if not all(keep(str(row[thing])) for thing in things if row.get(thing)):
            continue
        numbers.append(number)
        rows.append([cell(row, behind, column) for column in kept])
        details.append([(c.label, cell(row, {}, c)) for c in on_demand if row.get(c.name) not in (None, "")])
    known = {value for row in result.rows for c in columns if c.type == "text" and (value := row.get(c.name))}
    if brief and query.enough:
        rows, details, numbers = rows[: query.enough], details[: query.enough], numbers[: query.enough]
    grades = [iri for iri in facts.grades if facts.name(iri, lang) in known]
    return AnswerTable(headings, rows, details, grades, [c.name for c in kept], numbers)


#: What is told of what the words of a cell rest on.
_RESTS = ("caveat", "confidence", "unit")


def _parts(words: str, iris: Sequence[str], lang: str) -> tuple[tuple[Labels, str], ...]:
    """The texts of a cell with the things they are about; none where it cannot be told which is about which."""
    texts = [words] if len(iris) == 1 else words.split(SEPARATOR)
    return tuple(({lang: text}, iri) for text, iri in zip(texts, iris, strict=True)) if len(texts) == len(iris) else ()


def _repeats(facts: Facts, result: Result, name: str, thing: str, lang: str) -> bool:
    pairs = [(row.get(name), str(row[thing])) for row in result.rows if row.get(thing)]
    return bool(pairs) and all(text in {facts.name(iri, lang), *facts.label(iri).values()} for text, iri in pairs)


def _without_pages(facts: Facts, result: Result, name: str) -> bool:
    """Whether a column names nothing but claims and decisions, which no page is about."""
    named = {str(row[name]) for row in result.rows if row.get(name)}
    shapes = [facts.shape_of.get(iri) for iri in named]
    return all(shape is not None and shape.role == "background" for shape in shapes)

"""Answers of canned queries as tables: things linked, both languages side by side where a page has both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nqgraph.graph.graph import Graph
from nqgraph.graph.queries import Query
from nqgraph.graph.results import Result, shown
from nqgraph.things.facts import Facts
from nqgraph.things.language import Labels


@dataclass(frozen=True)
class Cell:
    """A thing, or a text in each language asked for."""

    iri: str = ""
    text: Labels | None = None
    #: Number to sort by, if the value is one.
    number: str = ""


@dataclass(frozen=True)
class Table:
    """Headings and cells."""

    headings: Sequence[Labels]
    rows: list[list[Cell]]


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
    results: Mapping[str, Result],
    keep: Callable[[str], bool] = lambda iri: True,
    given: Collection[str] = (),
) -> Table:
    """
    The solutions of *query* as readers see them: without parameters, empty columns and names that a link shows anyway.

    Args:
        results: Language → solutions. The first language gives the order.
        given: Parameters whose value the reader knows: their columns would only repeat it.
        keep: Whether a thing is shown; a row with another thing is left out.
    """
    lang, *others = results
    main = results[lang]
    things = [c.name for c in query.columns if c.type == "iri"]
    columns = [c for c in query.columns if any(row.get(c.name) not in (None, "") for row in main.rows)]
    dropped = {
        c.name
        for c in columns
        for thing in things
        if c.name != thing and (c.name == f"{thing}Name" or _repeats(facts, main, c.name, thing, lang))
    }
    dropped |= {c.name for c in columns if c.name.removesuffix("Name") in given}
    dropped |= {thing for thing in things if len(things) > 1 and _without_pages(facts, main, thing)}
    names = {c.name: c.label for c in columns}
    kept = [c for c in columns if c.name not in dropped]
    headings = [names.get(f"{c.name}Name", c.label) if c.type == "iri" else c.label for c in kept]
    twins = [(other, _matched(main, results[other], things)) for other in others]
    rows = []
    for number, row in enumerate(main.rows):
        if not all(keep(str(row[thing])) for thing in things if row.get(thing)):
            continue
        cells = []
        for column in kept:
            value = row.get(column.name)
            if column.type == "iri" and value:
                cells.append(Cell(iri=str(value)))
                continue
            text = {lang: shown(value, lang, facts.iris.base)}
            for other, rows_of in twins:
                text[other] = shown(rows_of[number].get(column.name), other, facts.iris.base)
            cells.append(Cell(text=text, number=str(value) if isinstance(value, int | float) else ""))
        rows.append(cells)
    return Table(headings, rows)


def _repeats(facts: Facts, result: Result, name: str, thing: str, lang: str) -> bool:
    pairs = [(row.get(name), str(row[thing])) for row in result.rows if row.get(thing)]
    return bool(pairs) and all(text in {facts.name(iri, lang), *facts.label(iri).values()} for text, iri in pairs)


def _without_pages(facts: Facts, result: Result, name: str) -> bool:
    """Whether a column names nothing but claims and decisions, which no page is about."""
    named = {str(row[name]) for row in result.rows if row.get(name)}
    shapes = [facts.shape_of.get(iri) for iri in named]
    return all(shape is not None and shape.role == "background" for shape in shapes)


def _matched(main: Result, other: Result, things: list[str]) -> list[dict[str, Any]]:
    """The rows of *other* in the order of *main*: matched by their things, which no language changes."""
    waiting: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in reversed(other.rows):
        waiting[tuple(row.get(name) for name in things)].append(row)
    matched = []
    for row in main.rows:
        same = waiting[tuple(row.get(name) for name in things)]
        matched.append(same.pop() if same else row)
    return matched

"""Sentences with figures that are counted in the answer of a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nqgraph.graph.columns import Column
from nqgraph.graph.queries import Query
from nqgraph.graph.results import Result
from nqgraph.things.facts import Facts
from nqgraph.words.errors import Place, QueryError
from nqgraph.words.findings import Best, Finding
from nqgraph.words.numbers import Count
from nqgraph.words.texts import in_language, near
from nqgraph.words.workspace import SETTINGS


def said(facts: Facts, finding: Finding, query: Query, result: Result, lang: str) -> str:
    """
    The sentence of *finding* in *lang*, with what is counted in *result*, the answer of *query* in that language.

    Raises:
        QueryError: A figure is to be counted in a column that the query does not have.
    """
    columns = {name: result.column(name) for name in _named(query, finding)}
    counted = {
        name: _rows(facts, query, columns, wanted, lang, len(result)) for name, wanted in finding.figures.items()
    }
    figures: dict[str, Any] = {name: Count(len(found), lang) for name, found in counted.items()}
    figures["rows"] = Count(len(result), lang)
    there = any(counted.values()) if counted else bool(len(result))
    if not there and finding.otherwise:
        return in_language(finding.otherwise, lang).format_map(figures)
    numbers = sorted({number for found in counted.values() for number in found}) if counted else range(len(result))
    for name, wanted_column in finding.best.items():
        said = columns[wanted_column]
        concepts = {iri for number in numbers for iri in said[number][1].get("iris", ())}
        figures[name] = Best(facts.name(min(concepts), lang) if concepts else "")
    return in_language(finding.text, lang).format_map(figures)


def _named(query: Query, finding: Finding) -> set[str]:
    """The columns in which *finding* counts; no others have to be made."""
    wanted = (*(name for figure in finding.figures.values() for name in figure), *finding.best.values())
    return {column(query, name).name for name in wanted}


def column(query: Query, name: str) -> Column:
    """The column of *query* called *name*; raises :class:`QueryError` if there is none."""
    found = {column.name: column for column in query.columns}
    if name not in found:
        values: dict[str, Any] = {"field": query.name, "variable": name, "known": ", ".join(found)}
        raise QueryError.of("column-variable", Place(SETTINGS), **values, hint=near(name, found))
    return found[name]


def _rows(
    facts: Facts,
    query: Query,
    columns: Mapping[str, Sequence[tuple[Any, Mapping[str, Any]]]],
    wanted: Mapping[str, tuple[str, ...]],
    lang: str,
    rows: int,
) -> list[int]:
    """The places of the rows in which something allowed stands in each column that is *wanted*."""
    stands = [
        [stands(*cell) for cell in columns[name]]
        for name, allowed in wanted.items()
        for stands in (_standing(facts, column(query, name), allowed, lang),)
    ]
    return [place for place in range(rows) if all(one[place] for one in stands)]


def _standing(
    facts: Facts, column: Column, allowed: tuple[str, ...], lang: str
) -> Callable[[Any, Mapping[str, Any]], bool]:
    """Whether one of *allowed* stands in a cell: a code of its words, or a concept as ``scheme/key``."""
    said = {in_language(column.words[code], lang) for code in allowed if code in column.words}
    concepts = {facts.iris.schemes + code for code in allowed if "/" in code}
    return lambda value, behind: value in said or not concepts.isdisjoint(behind.get("iris", ()))

"""Sentences with figures that are counted in the answer of a query."""

from __future__ import annotations

from collections.abc import Mapping
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

#: Column → what is behind its words.
Behind = Mapping[str, Mapping[str, Any]]


def said(facts: Facts, finding: Finding, query: Query, result: Result, lang: str) -> str:
    """
    The sentence of *finding* in *lang*, with what is counted in *result*, the answer of *query* in that language.

    Raises:
        QueryError: A figure is to be counted in a column that the query does not have.
    """
    rows = list(zip(result.rows, result.behind or [{}] * len(result), strict=True))
    counted = {name: _rows(facts, query, rows, wanted, lang) for name, wanted in finding.figures.items()}
    figures: dict[str, Any] = {name: Count(len(found), lang) for name, found in counted.items()}
    figures["rows"] = Count(len(rows), lang)
    there = any(counted.values()) if counted else bool(rows)
    if not there and finding.otherwise:
        return in_language(finding.otherwise, lang).format_map(figures)
    numbers = sorted({number for found in counted.values() for number in found}) if counted else range(len(rows))
    for name, wanted_column in finding.best.items():
        key = column(query, wanted_column).name
        concepts = {iri for number in numbers for iri in rows[number][1].get(key, {}).get("iris", ())}
        figures[name] = Best(facts.name(min(concepts), lang) if concepts else "")
    return in_language(finding.text, lang).format_map(figures)


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
    rows: list[tuple[dict[str, Any], dict[str, dict[str, Any]]]],
    wanted: Mapping[str, tuple[str, ...]],
    lang: str,
) -> list[int]:
    """The places of the rows in which something allowed stands in each column that is *wanted*."""
    columns = {name: column(query, name) for name in wanted}
    return [
        place
        for place, (row, behind) in enumerate(rows)
        if all(_stands(facts, columns[name], row, behind, allowed, lang) for name, allowed in wanted.items())
    ]


def _stands(
    facts: Facts, column: Column, row: Mapping[str, Any], behind: Behind, allowed: tuple[str, ...], lang: str
) -> bool:
    """Whether one of *allowed* stands in the cell: a code of its words, or a concept as ``scheme/key``."""
    said = {in_language(column.words[code], lang) for code in allowed if code in column.words}
    concepts = {facts.iris.schemes + code for code in allowed if "/" in code}
    return row.get(column.name) in said or not concepts.isdisjoint(behind.get(column.name, {}).get("iris", ()))

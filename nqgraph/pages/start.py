"""What the start page says at first sight: sentences with figures, bars, and where to begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nqgraph.graph.queries import Query
from nqgraph.graph.results import Result
from nqgraph.things import answers
from nqgraph.things.collection import Collection
from nqgraph.things.findings import column, said
from nqgraph.things.language import Labels
from nqgraph.words.errors import QueryError


@dataclass(frozen=True)
class Bar:
    """One thing with its parts: how many each is, and where it begins and how wide it is, as shares of 100."""

    iri: str
    numbers: tuple[int, ...]
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Bars:
    """The answer of a query as bars of equal scale."""

    query: Query
    heading: Labels
    parts: tuple[Labels, ...]
    bars: tuple[Bar, ...]


def findings(collection: Collection, lang: str) -> Iterator[tuple[str, str]]:
    """
    Each sentence of the settings with its figures, and the address of the question whose answer they are counted in.

    Raises:
        QueryError: A figure is to be counted in a column that the query does not have.
    """
    for finding in collection.graph.workspace.settings.findings:
        query = collection.queries.get(f"abfragen/{finding.query}")
        result = _answer(collection, query, lang) if query else None
        if query is None or result is None:
            continue
        yield said(collection.facts, finding, query, result, lang), f"abfragen/{finding.query}"


def bars(collection: Collection, lang: str) -> Bars | None:
    """The bars of the settings: a query and the columns with the numbers that make up each bar; None without them."""
    name, *parts = collection.graph.workspace.settings.bars or ("",)
    query = collection.queries.get(f"abfragen/{name}")
    result = _answer(collection, query, lang) if query else None
    if query is None or result is None:
        return None
    columns = tuple(column(query, part) for part in parts)
    thing = next(column for column in query.columns if column.type == "iri")
    heading = next((c.label for c in query.columns if c.of == thing.name and c.type == "text"), thing.label)
    counted = [(str(row[thing.name]), tuple(int(row.get(part) or 0) for part in parts)) for row in result.rows]
    scale = max((sum(numbers) for _, numbers in counted), default=0)
    if not scale:
        return None
    made = []
    for iri, numbers in counted:
        widths = [100 * value / scale for value in numbers]
        starts = [sum(widths[:place]) for place in range(len(widths))]
        made.append(Bar(iri, numbers, tuple(zip(starts, widths, strict=True))))
    return Bars(query, heading, tuple(column.label for column in columns), tuple(made))


def _answer(collection: Collection, query: Query, lang: str) -> Result | None:
    """The answer with the defaults of the parameters; None where it is empty or one of these is not in the data."""
    try:
        result = answers.answer(collection.graph, query, {}, lang)
    except QueryError:
        return None
    return result if len(result) else None

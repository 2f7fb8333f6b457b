"""Answers of canned queries in every format, evaluated in this process: all of them are known to be short."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx

from nqgraph.graph.graph import Graph
from nqgraph.graph.queries import Query
from nqgraph.graph.results import Result
from nqgraph.networks import files as networks
from nqgraph.words import formats, vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language, text

#: What a canned query can be answered as, by the ending of the address.
FORMS = {**formats.TABLES, "graphml": formats.NETWORKS["graphml"]}


def answer(graph: Graph, query: Query, values: Mapping[str, str], form: str) -> bytes:
    """
    The answer of *query* in the language of *graph*.

    CSV, TSV, JSON and XML are the standard's, the same in every language. ``csv-excel`` is for spreadsheets: with
    headings, and no cell can run as a formula.

    Raises:
        QueryError: A value does not fit its parameter, or the answer is no network.
    """
    if form in formats.SOLUTIONS:
        return graph.answer(query, values, form)
    result = graph.rows(query, values)
    if form == "csv-excel":
        return result.to_csv(graph.lang)
    if form == "xlsx":
        return result.to_xlsx(text("internal-note", graph.lang) if graph.internal else "", graph.lang)
    return networks.RENDERERS["graphml"](_network(graph, query, result), graph.lang)


def forms(query: Query) -> list[str]:
    """The formats that *query* can be answered in: a network needs things in two columns."""
    return [form for form in FORMS if form != "graphml" or len(_things(query)) > 1]


def _network(graph: Graph, query: Query, result: Result) -> nx.MultiDiGraph:
    """The things of the first two columns that name things, with an edge for each row."""
    things = _things(query)
    if len(things) < 2:
        raise QueryError.of("answer-no-network", query=query.name)
    source, target = things[:2]
    network = nx.MultiDiGraph(**({"internal": text("internal-note", graph.lang)} if graph.internal else {}))
    pairs = [(row[source], row[target]) for row in result.rows if row.get(source) and row.get(target)]
    labels = graph.labels({iri for pair in pairs for iri in pair})
    for iri in sorted({iri for pair in pairs for iri in pair}):
        kind = iri.rpartition("/")[0].rpartition("/")[2]
        network.add_node(iri, key=vocab.local_name(iri), label=labels.get(iri, ""), kind=kind, type=kind)
    label = in_language(query.title, graph.lang)
    for one, other in sorted(set(pairs)):
        network.add_edge(one, other, key=query.name, predicate=query.name, label=label, dataset="", inferred=False)
    return network


def _things(query: Query) -> list[str]:
    return [column.name for column in query.columns if column.type == "iri"]


def named(graph: Graph, name: str) -> Query | None:
    """The canned query *name*, if there is one."""
    return graph.queries.get(name) if name in graph.queries.names() else None

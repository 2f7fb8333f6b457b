"""Networks of things and their relations, and who stands where in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import networkx as nx

from nqgraph.graph.names import names_of
from nqgraph.graph.queries import literal
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.model.shapes import Schema
from nqgraph.networks.appearance import OTHER, looks
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import LANGUAGES, in_language, near, text

#: From this many nodes on igraph computes; networkx is the reference below.
LARGE = 500
_SEED = 1


@dataclass(frozen=True)
class Selection:
    """Which part of the graph a network shows."""

    #: Key or IRI of the thing in the middle.
    around: str | None = None
    #: Steps around it.
    depth: int = 2
    #: Names of tables; empty for all but the background.
    kinds: tuple[str, ...] = ()
    #: Key or IRI of a place that things must lie in.
    region: str | None = None
    datasets: tuple[str, ...] = ()

    @property
    def all(self) -> bool:
        """Whether it is the whole graph."""
        return self == Selection(depth=self.depth)


@dataclass(frozen=True)
class Measures:
    """Where a node stands."""

    degree: int
    #: Share of shortest paths between others that run through it, 0 to 1.
    betweenness: float
    #: Number of its community; 0 is the largest.
    community: int
    #: How many communities its neighbours belong to.
    bridges: int


def network(
    store: Store,
    selection: Selection | None = None,
    *,
    lang: str = "de",
    schema: Schema | None = None,
    among: Collection[str] | None = None,
) -> nx.MultiDiGraph:
    """
    The network of *selection*: nodes are things by IRI, edges are relations between them.

    Nodes carry ``key``, ``label``, ``kind`` (name of the table), ``type`` (its segment in IRIs), ``color`` and
    ``shape``; edges carry ``predicate``, ``label``, ``dataset`` and ``inferred``. Literals are attributes, never nodes.
    An inferred edge is there where the ontology says that it is drawn.
    Nodes and edges are sorted, so the same graph gives the same network.

    If something internal is in the store, the network has the attribute ``internal``, which says so in words; every
    file and picture of it says it, too.

    Args:
        among: Things that the network may have; any if None. Of foreign data there can be millions.
    Raises:
        QueryError: A key, kind or dataset in *selection* does not exist.
    """
    chosen = selection or Selection()
    schema = schema or shapes.of(store.workspace)
    iris = store.iris
    classes = _classes(chosen, schema)
    shown = {shape.segment for shape in classes.values()}
    if chosen.region:  # places are needed to know what lies where, whatever is shown
        places = [s for s in schema.node_shapes if any(p.containment for p in s.properties)]
        classes = {**classes, **{shape.target_class: shape for shape in places}}
    predicates = {
        p.path: in_language(p.name, lang) for s in schema.node_shapes for p in s.properties if not p.is_literal
    }
    drawn_inferred = _drawn_inferred(store, lang)
    predicates = {**drawn_inferred, **predicates}
    nodes = _nodes(store, classes, schema, lang, among)
    graph = nx.MultiDiGraph(**({"internal": text("internal-note", lang)} if store.marks else {}))
    graph.add_nodes_from((iri, nodes[iri]) for iri in sorted(nodes))
    wanted = {iris.dataset_graph(name) for name in chosen.datasets}
    datasets = set(store.graphs()) - iris.own_graphs
    unknown = sorted(wanted - datasets)
    if unknown:
        names = ", ".join(sorted(map(vocab.local_name, datasets)))
        raise QueryError.of("unknown-dataset", name=vocab.local_name(unknown[0]), names=names)
    edges = set()
    for s, p, o, g in _links(store, among):
        if s in nodes and o in nodes and p in predicates and s != o:
            inferred = g == iris.inferred
            if (inferred and p not in drawn_inferred) or (wanted and not inferred and g not in wanted):
                continue
            edges.add((s, o, p, "" if inferred else vocab.local_name(g), inferred))
    for s, o, p, dataset, inferred in sorted(edges):
        label = predicates[p]
        graph.add_edge(s, o, key=p, predicate=iris.shrink(p), label=label, dataset=dataset, inferred=inferred)
    if chosen.datasets:
        graph.remove_nodes_from([n for n in list(graph) if not graph.degree(n)])
    if chosen.region:
        graph = _within(store, graph, _find(graph, store, chosen.region), schema)
        graph.remove_nodes_from([n for n, d in graph.nodes(data=True) if d["type"] not in shown])
    if chosen.around:
        graph = _around(graph, _find(graph, store, chosen.around), chosen.depth)
    return graph


def of_nodes(graph: nx.MultiDiGraph, nodes: Collection[str]) -> nx.MultiDiGraph:
    """The part of *graph* between *nodes*, in its order; ``subgraph`` has that of a set, which is never the same."""
    part = graph.copy()
    part.remove_nodes_from([node for node in graph if node not in nodes])
    return part


def _links(store: Store, among: Collection[str] | None) -> Iterable[tuple[Any, ...]]:
    """All statements between IRIs, each with its graph."""
    if among is None:
        return store.select("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } FILTER(isIRI(?o)) }")
    return [(s, p, o, g) for thing in among for s, p, o, lang, _, g in store.statements(thing) if lang is None]


def measures(graph: nx.MultiDiGraph) -> dict[str, Measures]:
    """
    Degree, betweenness, community and bridging of each node of *graph*, taken as undirected and simple.

    Communities: the Louvain method with a fixed seed. networkx computes up to ``LARGE`` nodes, igraph above.
    """
    simple = nx.Graph()
    simple.add_nodes_from(sorted(graph))
    simple.add_edges_from(sorted({tuple(sorted(edge)) for edge in graph.edges()}))
    if len(simple) > LARGE:
        between, communities = _by_igraph(simple)
    else:
        between = nx.betweenness_centrality(simple)
        communities = nx.community.louvain_communities(simple, seed=_SEED)
    ordered = sorted(communities, key=lambda members: (-len(members), min(members)))
    member_of = {node: number for number, members in enumerate(ordered) for node in members}
    return {
        node: Measures(
            degree=simple.degree(node),
            betweenness=between[node],
            community=member_of[node],
            bridges=len({member_of[other] for other in simple[node]}),
        )
        for node in simple
    }


def _by_igraph(simple: nx.Graph) -> tuple[dict[str, float], list[set[str]]]:
    import random

    import igraph

    names = list(simple)
    number = {name: index for index, name in enumerate(names)}
    drawn = igraph.Graph(len(names), [(number[a], number[b]) for a, b in simple.edges()])
    pairs = (len(names) - 1) * (len(names) - 2) / 2
    between = {name: value / pairs for name, value in zip(names, drawn.betweenness(directed=False), strict=True)}
    igraph.set_random_number_generator(random.Random(_SEED))
    communities = [{names[i] for i in members} for members in drawn.community_multilevel()]
    return between, communities


def _classes(selection: Selection, schema: Schema) -> dict[str, shapes.NodeShape]:
    if not selection.kinds:
        return {s.target_class: s for s in schema.node_shapes if s.role == "thing"}
    found = {}
    for kind in selection.kinds:
        shape = schema.for_table(kind)
        if shape is None:
            names = ", ".join(vocab.slug(schema.label(s)) for s in schema.node_shapes)
            raise QueryError.of("unknown-kind", name=kind, names=names)
        found[shape.target_class] = shape
    return found


def _nodes(
    store: Store,
    classes: dict[str, shapes.NodeShape],
    schema: Schema,
    lang: str,
    among: Collection[str] | None,
) -> dict[str, dict[str, str]]:
    nodes: dict[str, dict[str, str]] = {}
    styles = looks(schema)
    found = names_of(store, among)
    typed: Iterable[tuple[Any, ...]]
    if among is None:
        typed = store.select("SELECT ?s ?class WHERE { ?s a ?class }")
    else:
        typed = [(s.subject, s.object) for thing in among for s in store.statements(thing, vocab.RDF.type)]
        order = {class_iri: place for place, class_iri in enumerate(classes)}
        typed = sorted(typed, key=lambda pair: order.get(pair[1], -1))  # what comes later says more of a thing
    for s, class_iri in typed:
        shape = classes.get(class_iri)
        if shape is None:
            continue
        key = vocab.local_name(s)
        nodes[s] = {
            "key": key,
            "label": in_language(found.get(s, {}), lang, key, chain=(*store.workspace.languages, *LANGUAGES)),
            "kind": in_language(shape.singular, lang),
            "type": shape.segment,
            "color": styles.get(shape.segment, OTHER).color,
            "shape": styles.get(shape.segment, OTHER).shape,
        }
    return nodes


def _find(graph: nx.MultiDiGraph, store: Store, name: str) -> str:
    if name in graph:
        return name
    for _, iri in store.select("SELECT ?key ?s WHERE { ?s dcterms:identifier ?key }", {"key": literal(name)}):
        if iri in graph:
            return str(iri)
    raise QueryError.of("unknown-node", name=name, hint=near(name, [graph.nodes[n]["key"] for n in graph]))


def _around(graph: nx.MultiDiGraph, middle: str, depth: int) -> nx.MultiDiGraph:
    found = nx.single_source_shortest_path_length(graph.to_undirected(as_view=True), middle, cutoff=depth)
    return of_nodes(graph, found)


def _drawn_inferred(store: Store, lang: str) -> dict[str, str]:
    """Properties whose inferred statements are drawn → label in *lang*."""
    query = """SELECT ?p ?label ?tag
        WHERE { ?p nq:drawnInferred true ; skos:prefLabel ?label BIND(LANG(?label) AS ?tag) }"""
    labels: dict[str, dict[str, str]] = {}
    for p, label, tag in store.select(query):
        labels.setdefault(p, {})[tag] = label
    return {p: in_language(found, lang) for p, found in labels.items()}


def _within(store: Store, graph: nx.MultiDiGraph, place: str, schema: Schema) -> nx.MultiDiGraph:
    """What lies in *place* or its parts, and what is directly related to that."""
    properties = [prop for shape in schema.node_shapes for prop in shape.properties]
    up = "|".join(sorted({f"<{prop.path}>" for prop in properties if prop.containment}))
    inside_of = {prop.path for prop in properties if prop.location}
    parts = {place}
    if up:
        parts |= {row[0] for row in store.select(f"SELECT ?part ?r WHERE {{ ?part ({up})+ ?r }}", {"r": f"<{place}>"})}
    inside = {s for s, o, key in graph.edges(keys=True) if o in parts and key in inside_of}
    beside: Iterable[str] = (n for i in inside for n in (*graph.successors(i), *graph.predecessors(i)))
    kept = (inside | set(beside) | parts) & set(graph)
    return of_nodes(graph, kept)

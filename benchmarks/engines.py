"""One engine measured in a process of its own: ``python -m benchmarks.engines KIND ENGINE FILE`` prints JSON."""

from __future__ import annotations

import json
import logging
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nqgraph.building import builds, inference
from nqgraph.graph import queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.validation import validation
from nqgraph.words import vocab
from nqgraph.words.workspace import shipped

SPACE = shipped()
IRIS = SPACE.iris

#: Ten kinds of canned queries, with parameters that the generated data answer.
CALLS: tuple[tuple[str, dict[str, str]], ...] = (
    ("praxis-zu-hemmnis", {"hemmnis": "g-obstacle-1"}),
    ("belegkette", {"praxis": "g-practice-1"}),
    ("praxis-steckbrief", {"praxis": "g-practice-1"}),
    ("hemmnis-steckbrief", {"hemmnis": "g-obstacle-1"}),
    ("messwerte-je-praxis", {"praxis": "g-practice-1"}),
    ("praxis-in-region", {"region": "g-region-1"}),
    ("akteur-steckbrief", {"akteur": "g-actor-1"}),
    ("quelle-steckbrief", {"quelle": "g-source-1"}),
    ("verbleib-von-praxis", {"verbleib": "regular-offer"}),
    ("indikatoren-uebersicht", {}),
)
#: Seconds that one call may take before the engine is counted as slower than this.
PATIENCE = 60.0
_RULES = ("answered-by", "involves", "region-within")


def main(kind: str, engine: str, path: str) -> None:
    """Measure and print."""
    logging.disable(logging.CRITICAL)
    found = {"queries": _queries, "validation": _validation, "inference": _inference}[kind](engine, Path(path))
    found["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def _load(path: Path, *, inferred: bool = True) -> Store:
    store = Store()
    builds.load_ontology(store)
    store.load(path, IRIS.dataset_graph("generated"))
    if inferred:
        inference.infer(store)
    return store


def _queries(engine: str, path: Path) -> dict[str, Any]:
    graph = Graph(_load(path))
    run = {"nqgraph": _by_nqgraph, "pyoxigraph": _by_pyoxigraph, "rdflib": _by_rdflib, "kglab": _by_kglab}[engine](
        graph
    )
    return {"times": {name: _median(lambda n=name, p=given: run(n, p)) for name, given in CALLS}}


def _by_nqgraph(graph: Graph) -> Callable[[str, dict[str, str]], object]:
    return lambda name, given: graph.answer(queries.of(SPACE).get(name), given, "json")


def _bound(graph: Graph, name: str, given: dict[str, str]) -> tuple[str, dict[str, str]]:
    query = queries.of(SPACE).get(name)
    values = {"lang": "de"} | given if query.parameter("lang") else given
    bindings = queries.bind(query, values, graph)
    return query.with_parameters(bindings), bindings


def _by_pyoxigraph(graph: Graph) -> Callable[[str, dict[str, str]], object]:
    """The same text with terms bound beforehand, straight to pyoxigraph: what the library adds is left out."""
    import pyoxigraph as ox

    from nqgraph.graph.store import parse_term

    raw = ox.Store()
    raw.bulk_load(graph.store.nquads(), format=ox.RdfFormat.N_QUADS)
    ready = {}
    for name, given in CALLS:
        text, bindings = _bound(graph, name, given)
        ready[name] = (text, {ox.Variable(v): parse_term(t) for v, t in bindings.items()})

    def run(name: str, given: dict[str, str]) -> object:
        text, terms = ready[name]
        answer = raw.query(text, prefixes=vocab.PREFIXES, use_default_graph_as_union=True, substitutions=terms)
        return answer.serialize(format=ox.QueryResultsFormat.JSON)

    return run


def _by_rdflib(graph: Graph) -> Callable[[str, dict[str, str]], object]:
    from rdflib.util import from_n3

    data = graph.store.graph()
    ready = {name: _bound(graph, name, given) for name, given in CALLS}

    def run(name: str, given: dict[str, str]) -> object:
        text, bindings = ready[name]
        return data.query(text, initBindings={n: from_n3(t) for n, t in bindings.items()}).serialize(format="json")

    return run


def _by_kglab(graph: Graph) -> Callable[[str, dict[str, str]], object]:
    """kglab evaluates with rdflib and hands out a data frame; the terms are written into the text."""
    import kglab

    from nqgraph.graph.remote import inline

    knowledge = kglab.KnowledgeGraph(namespaces=dict(vocab.PREFIXES))
    knowledge.load_rdf_text(graph.store.graph().serialize(format="turtle"))
    ready = {name: inline(*_bound(graph, name, given)) for name, given in CALLS}
    return lambda name, given: knowledge.query_as_df(ready[name])


def _validation(engine: str, path: Path) -> dict[str, Any]:
    store, schema = _load(path, inferred=False), shapes.default()
    if engine == "one row":
        focus = [IRIS.thing(vocab.NQ.Practice, "g-practice-1")]
        return {"times": {"validate": _median(lambda: validation.validate(store, schema, focus=focus))}}
    chosen: Any = "pyshacl" if engine == "pyshacl" else "shacl"
    report = validation.validate(store, schema, engine=chosen)
    return {"times": {"validate": report.elapsed}, "findings": len(report.findings)}


def _inference(engine: str, path: Path) -> dict[str, Any]:
    """The rules that have an OWL form, by SPARQL rules and by owlrl; counted are triples that both must find."""
    store = _load(path, inferred=False)
    if engine == "nqgraph":
        began = time.perf_counter()
        inference.infer(store, [rule for rule in inference.rules(SPACE) if rule.name in _RULES])
        elapsed = time.perf_counter() - began
        count = len(store) - store.size(IRIS.ontology)
        return {"times": {"infer": elapsed}, "found": {p: _count(store, p) for p in _COUNTED}, "quads": count}
    from owlrl import DeductiveClosure, OWLRL_Semantics
    from rdflib import URIRef
    from rdflib.namespace import OWL, RDF, RDFS

    data = store.graph(IRIS.dataset_graph("generated"))
    for s, p, o in store.graph(IRIS.ontology):  # what the ontology says of the properties that are counted
        axiom = p in (RDFS.subPropertyOf, OWL.inverseOf) or (p, o) == (RDF.type, OWL.TransitiveProperty)
        if axiom and {str(s), str(o)} & set(_COUNTED):
            data.add((s, p, o))
    began = time.perf_counter()
    DeductiveClosure(OWLRL_Semantics).expand(data)
    elapsed = time.perf_counter() - began
    return {
        "times": {"infer": elapsed},
        "found": {p: len(list(data.triples((None, URIRef(p), None)))) for p in _COUNTED},
    }


_COUNTED = (vocab.NQ.answeredBy, vocab.NQ.involves, vocab.GEO.sfWithin)


def _count(store: Store, predicate: str) -> int:
    return sum(1 for _ in store.select(f"SELECT DISTINCT ?s ?o WHERE {{ ?s <{predicate}> ?o }}"))


def _median(call: Callable[[], object]) -> float:
    """Seconds of the middle one of up to seven calls after a first one; fewer where a call is slow."""
    began = time.perf_counter()
    call()
    first = time.perf_counter() - began
    if first > PATIENCE / 6:
        return first
    times = []
    for _ in range(7):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
        if sum(times) > PATIENCE:
            break
    return statistics.median(times)


if __name__ == "__main__":
    main(*sys.argv[1:])

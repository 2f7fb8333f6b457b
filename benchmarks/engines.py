"""One engine measured in a process of its own: ``python -m benchmarks.engines KIND ENGINE FILE`` prints JSON."""

from __future__ import annotations

import json
import logging
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nqgraph.building import builds, inference
from nqgraph.graph import portable, queries, versions
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
    kinds = {"queries": _queries, "canned": _canned, "validation": _validation, "inference": _inference}
    found = kinds[kind](engine, Path(path))
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
    """The ten kinds on generated data."""
    return _asked(engine, Graph(_load(path), lang="de"), CALLS)


def _canned(engine: str, path: Path) -> dict[str, Any]:
    """
    All canned queries with their example calls on a build of the shipped data.

    ``first`` has nothing kept from before, ``anew`` names and cells, but nothing that was found.
    """
    graph = Graph(versions.open(path).load(), lang="de")
    calls = tuple((query.name, dict(query.example)) for query in queries.of(SPACE).all())
    if engine not in ("first", "anew"):
        return _asked(engine, graph, calls)
    run = _by_nqgraph(graph, calls)

    def timed(name: str, given: dict[str, str]) -> float:
        if engine == "first":
            graph.store.forget()
        for found in ("solutions", "ordered"):
            graph.kept.pop(found, None)
        return _timed(lambda: run(name, given))

    return {"times": {name: statistics.median([timed(name, given) for _ in range(6)][1:]) for name, given in calls}}


Calls = Sequence[tuple[str, dict[str, str]]]


def _asked(engine: str, graph: Graph, calls: Calls) -> dict[str, Any]:
    makers = {"nqgraph": _by_nqgraph, "pyoxigraph": _by_pyoxigraph, "rdflib": _by_rdflib, "kglab": _by_kglab}
    run = makers[engine](graph, calls)
    return {"times": {name: _median(lambda n=name, p=given: run(n, p)) for name, given in calls}}


def _by_nqgraph(graph: Graph, calls: Calls) -> Callable[[str, dict[str, str]], object]:
    return lambda name, given: graph.answer(queries.of(SPACE).get(name), given, "json")


def _texts(graph: Graph, calls: Calls) -> dict[str, str]:
    """Query → the one text that gives the same rows with their names on any server, its terms written in."""
    found = {}
    for name, given in calls:
        query = queries.of(SPACE).get(name)
        bindings = queries.bind(query, {"lang": "de"} | given if query.parameter("lang") else given, graph)
        found[name] = portable.text(query, bindings, SPACE, "de")
    return found


def _by_pyoxigraph(graph: Graph, calls: Calls) -> Callable[[str, dict[str, str]], object]:
    """One text straight to the engine: what the layer adds in steps is asked in it."""
    import pyoxigraph as ox

    raw = ox.Store()
    raw.bulk_load(graph.store.nquads(), format=ox.RdfFormat.N_QUADS)
    ready = _texts(graph, calls)

    def run(name: str, given: dict[str, str]) -> object:
        answer = raw.query(ready[name], use_default_graph_as_union=True)
        return answer.serialize(format=ox.QueryResultsFormat.JSON)

    return run


def _by_rdflib(graph: Graph, calls: Calls) -> Callable[[str, dict[str, str]], object]:
    data = graph.store.graph()
    ready = _texts(graph, calls)
    return lambda name, given: data.query(ready[name]).serialize(format="json")


def _by_kglab(graph: Graph, calls: Calls) -> Callable[[str, dict[str, str]], object]:
    """kglab evaluates with rdflib and hands out a data frame."""
    import kglab

    knowledge = kglab.KnowledgeGraph(namespaces=dict(vocab.PREFIXES))
    knowledge.load_rdf_text(graph.store.graph().serialize(format="turtle"))
    ready = _texts(graph, calls)
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
    first = _timed(call)
    if first > PATIENCE / 6:
        return first
    times: list[float] = []
    while len(times) < 7 and sum(times) < PATIENCE:
        times.append(_timed(call))
    return statistics.median(times)


def _timed(call: Callable[[], object]) -> float:
    """Seconds of the processor: beside others on the machine they say more than the clock."""
    began = time.process_time()
    call()
    return time.process_time() - began


if __name__ == "__main__":
    main(*sys.argv[1:])

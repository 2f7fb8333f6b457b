"""Which nodes shapes are about: how many there are, and shapes and data for some of them alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from nqgraph.graph import documents
from nqgraph.graph.store import Store
from nqgraph.model.shapes import TARGETS, Schema, is_class
from nqgraph.validation.formed import members

_NESTED = (SH.node, SH["not"], SH.qualifiedValueShape)
_LISTED = (SH["and"], SH["or"], SH.xone)
#: What looks at more of the graph than what a node says.
_FAR = (SH.sparql, SH.target, SH.expression)
_SUBCLASSES = "SELECT ?sub ?sup WHERE { ?sub rdfs:subClassOf+ ?sup . FILTER(isIRI(?sup)) }"


def coverage(store: Store, schema: Schema, focus: Sequence[str] = ()) -> dict[str, int]:
    """Node shape IRI → number of its focus nodes in *store*, or of those among *focus*."""
    subclasses = _subclasses(store)
    block = f"VALUES ?this {{ {' '.join(f'<{iri}>' for iri in focus)} }} " if focus else ""
    counts = {}
    for shape in schema.node_shapes:
        instances = " UNION ".join(f"{{ ?this a <{c}> }}" for c in subclasses(shape.target_class))
        query = f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {block}{instances} }}"
        counts[shape.iri] = int(store.select(query)[0][0])
    return counts


def _subclasses(store: Store) -> Callable[[str], list[str]]:
    below: dict[str, set[str]] = {}
    for sub, sup in store.select(_SUBCLASSES):
        below.setdefault(sup, set()).add(sub)
    return lambda iri: [iri, *sorted(below.get(iri, ()))]


def counted(shapes: Graph, paths: Sequence[tuple[Path, str]]) -> dict[str, int]:
    """
    Shape IRI → number of its focus nodes in the files *paths*.

    Shapes without a name, those that are off, and those whose targets a query finds are left out.
    """
    found: dict[Node, set[str]] = {}
    asked: dict[tuple[Node, str], set[Node]] = {}
    for shape, predicate, value in _targets(shapes):
        found.setdefault(shape, set())
        asked.setdefault((predicate, value.n3()), set()).add(shape)
        if predicate == SH.targetNode:
            found[shape].add(value.n3())
    kind, below = str(RDF.type), str(RDFS.subClassOf)
    used = {value[1:-1] for predicate, value in asked if predicate in (SH.targetSubjectsOf, SH.targetObjectsOf)}
    instances: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    for s, p, o in documents.said(paths, {kind, below, *used}):
        if p == kind:
            instances.setdefault(o, set()).add(s)
        elif p == below:
            above.setdefault(s, set()).add(o)
        if p in used:
            for shape in asked.get((SH.targetSubjectsOf, f"<{p}>"), ()):
                found[shape].add(s)
            for shape in asked.get((SH.targetObjectsOf, f"<{p}>"), ()):
                found[shape].add(o)
    for class_, things in instances.items():
        for each in {class_, *_closure(class_, above)}:
            for shape in asked.get((SH.targetClass, each), ()):
                found[shape] |= things
    return {str(shape): len(nodes) for shape, nodes in found.items() if isinstance(shape, URIRef)}


def _targets(shapes: Graph) -> Iterator[tuple[Node, Node, Node]]:
    """Shape, kind of target and its value; a shape that is a class has itself for a target class."""
    for predicate in TARGETS[:4]:
        for shape, value in shapes.subject_objects(predicate):
            if not _off(shapes, shape):
                yield shape, predicate, value
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in shapes.subjects(RDF.type, kind):
            if is_class(shapes, shape) and not _off(shapes, shape):
                yield shape, SH.targetClass, shape


def _off(shapes: Graph, shape: Node) -> bool:
    return str(shapes.value(shape, SH.deactivated, any=True)) == "true"


def _closure(start: str, above: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    queue = [start]
    while queue:
        for sup in above.get(queue.pop(), ()):
            if sup not in found:
                found.add(sup)
                queue.append(sup)
    return found


# -- some nodes alone ------------------------------------------------------------------------------------------------


def restricted(shapes: Graph, store: Store, focus: Sequence[str]) -> Graph:
    """*shapes* whose only targets are those nodes of *focus* that were among their targets."""
    graph = Graph(store="SimpleMemory", bind_namespaces="none")
    for triple in shapes:
        class_as_shape = triple[1] == RDF.type and triple[2] in (RDFS.Class, OWL.Class)
        if triple[1] not in TARGETS and not class_as_shape:
            graph.add(triple)
    for shape, predicate, value in _targets(shapes):
        for iri in focus:
            if _is_target(store, iri, predicate, str(value)):
                graph.add((shape, SH.targetNode, URIRef(iri)))
    return graph


def _is_target(store: Store, iri: str, predicate: Node, value: str) -> bool:
    if predicate == SH.targetNode:
        return iri == value
    if predicate == SH.targetSubjectsOf:
        return bool(store.matching(iri, value))
    if predicate == SH.targetObjectsOf:
        return bool(store.matching(None, value, iri))
    return store.ask(f"ASK {{ <{iri}> a/rdfs:subClassOf* <{value}> }}")


def neighbourhood(shapes: Graph, store: Store, focus: Sequence[str]) -> bytes | None:
    """
    As much of *store* as shapes can see from the nodes *focus*, as N-Triples; None if they can see far.

    That is what the nodes say, what their values say, as deep as the shapes go, and the subclasses.
    """
    depth = _depth(shapes)
    if depth is None:
        return None
    found = set(store.matching(None, str(RDFS.subClassOf)))
    reached, level = set(focus), set(focus)
    for _ in range(depth + 1):
        said = {triple for iri in level for triple in store.matching(iri)}
        found |= said
        level = set(store.objects(said)) - reached
        reached |= level
    return store.serialize(sorted(found, key=str), "nt")


def _depth(shapes: Graph) -> int | None:
    """How many properties lie behind each other in the shapes; None if that cannot be said."""
    if any((None, predicate, None) in shapes for predicate in _FAR):
        return None
    if not all(isinstance(path, URIRef) for path in shapes.objects(None, SH.path)):
        return None

    def below(shape: Node, seen: frozenset[Node]) -> int | None:
        if shape in seen:
            return None
        inner = [*shapes.objects(shape, SH.property)]
        for predicate in _NESTED:
            inner += shapes.objects(shape, predicate)
        for predicate in _LISTED:
            for head in shapes.objects(shape, predicate):
                inner += members(shapes, head)
        depths = [below(each, seen | {shape}) for each in inner]
        if None in depths:
            return None
        return max((each for each in depths if each is not None), default=0) + ((shape, SH.path, None) in shapes)

    found = [below(shape, frozenset()) for shape, _, _ in _targets(shapes)]
    return None if None in found else max((each for each in found if each is not None), default=0)

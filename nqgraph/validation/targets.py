"""Which nodes shapes are about: how many there are, and shapes and data for some of them alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

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


def counted(shapes: Graph, triples: Callable[[], Iterable[tuple[Node, Node, Node]]]) -> dict[str, int]:
    """
    Shape IRI → number of its focus nodes in *triples*, which are gone through twice.

    Shapes without a name, those that are off, and those whose targets a query finds are left out.
    """
    wanted: dict[Node, dict[Node, set[Node]]] = {predicate: {} for predicate in (*TARGETS[:4], RDF.type)}
    found: dict[Node, set[Node]] = {}
    for shape, predicate, value in _targets(shapes):
        found.setdefault(shape, set())
        wanted[predicate].setdefault(value, set()).add(shape)
        if predicate == SH.targetNode:
            found[shape].add(value)
    if wanted[SH.targetClass]:
        above: dict[Node, set[Node]] = {}
        for s, p, o in triples():
            if p == RDFS.subClassOf:
                above.setdefault(s, set()).add(o)
        for sub in list(above):
            for sup in _closure(sub, above) & set(wanted[SH.targetClass]):
                wanted[RDF.type].setdefault(sub, set()).update(wanted[SH.targetClass][sup])
        for class_, of in wanted[SH.targetClass].items():
            wanted[RDF.type].setdefault(class_, set()).update(of)
    for s, p, o in triples():
        for shape in wanted[RDF.type].get(o, ()) if p == RDF.type else ():
            found[shape].add(s)
        for shape in wanted[SH.targetSubjectsOf].get(p, ()):
            found[shape].add(s)
        for shape in wanted[SH.targetObjectsOf].get(p, ()):
            found[shape].add(o)
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


def _closure(start: Node, above: dict[Node, set[Node]]) -> set[Node]:
    found: set[Node] = set()
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
    graph = Graph(bind_namespaces="none")
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

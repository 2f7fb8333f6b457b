"""Checks the ontology itself with owlready2 and HermiT: consistent, and no class that can have no entries."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from nqgraph.model import shapes
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, MissingToolError, Place, StoreError
from nqgraph.words.workspace import Workspace, shipped

#: The OWL 2 datatype map (https://www.w3.org/TR/owl2-syntax/#Datatype_Maps), all that HermiT knows.
_KNOWN = frozenset(
    {
        *(XSD[name] for name in ("decimal", "integer", "double", "float", "boolean", "hexBinary", "base64Binary")),
        *(XSD[name] for name in ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN")),
        *(XSD[name] for name in ("anyURI", "dateTime", "dateTimeStamp")),
        *map(URIRef, vocab.DERIVED_INTEGERS),
        *(OWL.real, OWL.rational, RDF.XMLLiteral, RDF.PlainLiteral, RDFS.Literal),
    }
)


@dataclass(frozen=True)
class Checked:
    """What the reasoner found."""

    consistent: bool
    classes: int
    properties: int
    #: Names of classes that can have no entries.
    unsatisfiable: tuple[str, ...] = ()
    #: Where inconsistent: names of the classes and individuals involved.
    involved: tuple[str, ...] = ()
    #: Class → superclasses that were not stated but follow.
    classified: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Names of datatypes that the reasoner does not know: their values were not compared.
    unknown: tuple[str, ...] = ()


def check(extra: Sequence[Path] = (), workspace: Workspace | None = None) -> Checked:
    """
    Reason over the ontology of *workspace* (the shipped one if None) with the core, and over the RDF files *extra*.

    Raises:
        InputError: A file is missing, or a value is none of its datatype.
        MissingToolError: There is no Java.
        StoreError: HermiT stopped for another reason than an inconsistency.
    """
    if shutil.which("java") is None:
        raise MissingToolError.of("no-java")
    for path in extra:
        if not path.is_file():
            raise InputError.of("no-such-source", Place(str(path)))
    graph = shapes.read([*(workspace or shipped()).files("ontology", "*.ttl"), *extra])
    for literal in sorted({o for o in graph.objects() if isinstance(o, Literal) and o.ill_typed}):
        if literal.datatype in _KNOWN:
            raise InputError.of("ill-typed", value=str(literal), datatype=vocab.shrink(str(literal.datatype)))
    unknown = tuple(sorted(vocab.shrink(str(name)) for name in _unknown(graph) if isinstance(name, URIRef)))
    prepared = for_hermit(graph)
    classes, properties = _declared(graph)
    stated = {str(c): {str(s) for s in prepared.transitive_objects(c, RDFS.subClassOf)} for c in classes}
    failure, unsatisfiable, parents = _reason(prepared)
    if failure:
        return Checked(False, len(classes), len(properties), involved=_contradiction(prepared), unknown=unknown)
    classified = {
        vocab.shrink(iri): tuple(sorted(vocab.shrink(p) for p in found - stated[iri]))
        for iri, found in sorted(parents.items())
        if iri in stated and found - stated[iri]
    }
    return Checked(True, len(classes), len(properties), tuple(sorted(unsatisfiable)), (), classified, unknown)


def for_hermit(graph: Graph) -> Graph:
    """
    A copy of *graph* that HermiT accepts.

    Left out are imports (they would be downloaded), literals whose datatype is not in the OWL 2 datatype map, and
    ranges over such datatypes; where axioms name these, any literal will do. Classes and properties of other
    vocabularies are declared as such.
    """
    copy = Graph()
    unknown = _unknown(graph)
    for s, p, o in graph:
        if p == OWL.imports or s in unknown or (isinstance(o, Literal) and o.datatype in unknown):
            continue
        if o in unknown:
            if p not in (RDFS.range, OWL.datatypeComplementOf):
                copy.add((s, p, RDFS.Literal))
            continue
        copy.add((s, p, o))
    for s, p, o in list(copy):  # what others declare, or HermiT guesses its kind
        kinds = [k for k in (OWL.ObjectProperty, OWL.DatatypeProperty) if (s, RDF.type, k) in copy]
        if not isinstance(o, URIRef):
            continue
        if p == RDFS.subPropertyOf and kinds:
            copy.add((o, RDF.type, kinds[0]))
        elif p in (RDFS.domain, RDFS.subClassOf) or (p == RDFS.range and OWL.ObjectProperty in kinds):
            copy.add((o, RDF.type, OWL.Class))
    declared = set().union(*_declared(copy)) | set(copy.subjects(RDF.type, OWL.AnnotationProperty))
    for predicate in set(copy.predicates()):
        if predicate not in declared and not str(predicate).startswith((str(RDF), str(RDFS), str(OWL))):
            copy.add((predicate, RDF.type, OWL.AnnotationProperty))
    return copy


def _unknown(graph: Graph) -> set[Node]:
    """Datatypes in *graph* outside the OWL 2 datatype map, and what restricts them."""
    found: set[Node] = {o.datatype for o in graph.objects() if isinstance(o, Literal) and o.datatype}
    found |= {o for o in graph.objects() if isinstance(o, URIRef) and o.startswith(str(XSD))} | {RDF.langString}
    found |= {s for s in graph.subjects(RDF.type, RDFS.Datatype) if isinstance(s, URIRef)}
    found -= _KNOWN
    return found | {s for s, o in graph.subject_objects(OWL.onDatatype) if o in found}


def _declared(graph: Graph) -> tuple[set[Node], set[Node]]:
    classes: set[Node] = {c for c in graph.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)}
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    return classes, {p for kind in kinds for p in graph.subjects(RDF.type, kind)}


def _reason(graph: Graph) -> tuple[bool, list[str], dict[str, set[str]]]:
    """Whether *graph* is inconsistent, its unsatisfiable classes, and all superclasses of each class."""
    import owlready2

    world = owlready2.World()  # a fresh one: the default world is shared by the whole process
    ontology = world.get_ontology(vocab.BASE + "check#")
    # owlready2 reads no Turtle; N-Triples it does.
    ontology.load(fileobj=io.BytesIO(graph.serialize(format="nt", encoding="utf-8")), only_local=True)
    found = len(list(world.classes()))
    wanted = len(_declared(graph)[0])
    if found < wanted:
        raise StoreError.of("reasoner-failed", Place(), message=f"owlready2 read {found} of {wanted} classes")
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.base.OwlReadyInconsistentOntologyError:
        return True, [], {}
    except owlready2.base.OwlReadyJavaError as error:
        lines = [line for line in str(error).splitlines() if "Exception" in line] or [str(error)]
        raise StoreError.of("reasoner-failed", Place(), message=lines[0].strip()) from error
    unsatisfiable = [vocab.shrink(c.iri) for c in world.inconsistent_classes()]
    parents = {c.iri: {a.iri for a in c.ancestors() if hasattr(a, "iri")} for c in world.classes()}
    top = str(OWL.Thing)
    return (
        False,
        [u for u in unsatisfiable if u != "owl:Nothing"],
        {iri: found - {top} for iri, found in parents.items()},
    )


def _contradiction(graph: Graph) -> tuple[str, ...]:
    """
    Who is involved in an inconsistency; HermiT itself does not say.

    First the individuals in two disjoint classes are looked for, by inheritance; if there are none, the individuals
    are left out one after the other until the rest is consistent.
    """
    disjoint = _disjoint_pairs(graph)
    involved: set[str] = set()
    kinds: dict[Node, set[Node | None]] = {}
    for individual, kind in graph.subject_objects(RDF.type):
        above = set(graph.transitive_objects(kind, RDFS.subClassOf))
        kinds.setdefault(individual, set()).update(above)
    for individual, predicate, value in graph:
        for domain in graph.objects(predicate, RDFS.domain):
            kinds.setdefault(individual, set()).update(graph.transitive_objects(domain, RDFS.subClassOf))
        for range_ in graph.objects(predicate, RDFS.range):
            kinds.setdefault(value, set()).update(graph.transitive_objects(range_, RDFS.subClassOf))
    for individual, found in kinds.items():
        for one, other in disjoint:
            if one in found and other in found:
                involved |= {vocab.shrink(str(term)) for term in (individual, one, other)}
    if involved:
        return tuple(sorted(involved))
    classes = _declared(graph)[0]
    for individual in sorted({s for s, kind in graph.subject_objects(RDF.type) if kind in classes}, key=str):
        rest = Graph()
        rest += (t for t in graph if individual not in t)
        if not _reason(rest)[0]:
            types = {vocab.shrink(str(kind)) for kind in graph.objects(individual, RDF.type)}
            return (vocab.shrink(str(individual)), *sorted(types))
    return ()


def _disjoint_pairs(graph: Graph) -> list[tuple[Node, Node]]:
    from rdflib.collection import Collection

    pairs = [(a, b) for a, b in graph.subject_objects(OWL.disjointWith)]
    for axiom in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        head = graph.value(axiom, OWL.members)
        members = list(Collection(graph, head)) if head is not None else []
        pairs += [(a, b) for i, a in enumerate(members) for b in members[i + 1 :]]
    return pairs

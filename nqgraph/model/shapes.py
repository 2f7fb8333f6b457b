"""The shapes as values: what tables, pages, forms and checks know about classes and properties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS
from rdflib.term import Literal, Node

from nqgraph.words import resources, vocab
from nqgraph.words.errors import Place, ShapesError

NQ = Namespace(vocab.NQ)
DASH = Namespace(vocab.DASH)

#: Language → text.
Labels = dict[str, str]

#: Constraint predicates that :mod:`nqgraph.validation.constraints` can evaluate on a property shape.
CONSTRAINTS = frozenset(
    SH[name]
    for name in (
        "minCount", "maxCount", "datatype", "class", "nodeKind", "pattern", "flags", "minLength", "maxLength",
        "languageIn", "uniqueLang", "in", "hasValue", "minInclusive", "maxInclusive", "or", "node",
    )
)  # fmt: skip
#: Predicates by which a shape names its focus nodes (SHACL, section 2.1.3).
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
#: Predicates on a property shape that constrain nothing.
DESCRIPTIVE = frozenset(
    {SH[name] for name in ("path", "name", "description", "order", "group", "severity", "message", "defaultValue")}
    | {RDF.type, RDFS.label, RDFS.comment, DASH.singleLine, NQ.defaultClaimStatus, NQ.inverseName}
)


def _describes(predicate: Node) -> bool:
    """Whether *predicate* says on a shape how it is read or shown: our own vocabulary constrains nothing."""
    return predicate in DESCRIPTIVE or str(predicate).startswith(NQ)


@dataclass(frozen=True)
class PropertyShape:
    """What may stand at one property of a class; a column of its table."""

    iri: str
    path: str
    name: Labels = field(default_factory=dict)
    hint: Labels = field(default_factory=dict)
    #: Heading for what points at a thing by this property; ``{kind}`` stands for the label of the class.
    inverse_name: Labels = field(default_factory=dict)
    message: Labels = field(default_factory=dict)
    severity: str = vocab.SH.Violation
    group: str = ""
    order: float = 0
    min_count: int = 0
    max_count: int | None = None
    #: Alternatives of ``sh:datatype``; more than one comes from ``sh:or``.
    datatypes: tuple[str, ...] = ()
    #: Alternatives of ``sh:class``; more than one comes from ``sh:or``.
    classes: tuple[str, ...] = ()
    #: Concept scheme whose entries are allowed (``sh:node`` with ``skos:inScheme``).
    scheme: str = ""
    #: IRI of the node shape behind :attr:`scheme`.
    scheme_shape: str = ""
    node_kind: str = ""
    pattern: str = ""
    flags: str = ""
    min_length: int | None = None
    max_length: int | None = None
    languages: tuple[str, ...] = ()
    unique_language: bool = False
    values: tuple[Node, ...] = ()
    required_value: Node | None = None
    min_inclusive: Literal | None = None
    max_inclusive: Literal | None = None
    #: Short texts, several of which fit into one cell (``dash:singleLine``).
    single_line: bool = False
    #: Status of the claims that this column makes; empty if its values are no claims.
    claim_status: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the values are texts with a language."""
        return self.datatypes == (vocab.RDF.langString,)

    @property
    def is_literal(self) -> bool:
        """Whether the values are literals."""
        return bool(self.datatypes)

    @property
    def refers_to_things(self) -> bool:
        """Whether the values are keys of other tables."""
        return bool(self.classes) and not self.scheme


@dataclass(frozen=True)
class NodeShape:
    """A class as users meet it: a table, a kind of page, a template sheet."""

    iri: str
    target_class: str
    #: Plural: name of the table and heading of the list.
    label: Labels
    #: Singular.
    singular: Labels
    properties: tuple[PropertyShape, ...]

    @property
    def segment(self) -> str:
        """``{type}`` in the IRIs of its things."""
        return vocab.type_segment(self.target_class)

    @cached_property
    def columns(self) -> dict[str, tuple[PropertyShape, str]]:
        """Column header in lower case → property shape and language ("" where the values carry none)."""
        found: dict[str, tuple[PropertyShape, str]] = {}
        for shape in self.properties:
            for name in shape.name.values():
                if shape.is_text:
                    found[name.casefold()] = (shape, "")
                    for lang in shape.languages:
                        found[f"{name} ({lang})".casefold()] = (shape, lang)
                else:
                    found[name.casefold()] = (shape, "")
        return found

    def property_for(self, path: str) -> PropertyShape | None:
        """The property shape with *path*, if there is one."""
        return next((shape for shape in self.properties if shape.path == path), None)


@dataclass(frozen=True)
class Schema:
    """All node shapes, in the order of their German labels."""

    graph: Graph
    node_shapes: tuple[NodeShape, ...]
    #: Group IRI → labels, in page order.
    groups: dict[str, Labels]
    #: Constraint predicates that only the reference engine evaluates, with the shapes that use them.
    unsupported: tuple[tuple[str, str], ...] = ()

    def table(self, name: str) -> NodeShape | None:
        """The node shape whose table is called *name*, in German, English or by its class."""
        wanted = vocab.slug(name)
        return self._by_table.get(wanted)

    def for_class(self, class_iri: str) -> NodeShape | None:
        """The node shape of a class."""
        return self._by_class.get(class_iri)

    @cached_property
    def _by_table(self) -> dict[str, NodeShape]:
        names: dict[str, NodeShape] = {}
        for shape in self.node_shapes:
            names.setdefault(vocab.slug(shape.segment), shape)
            for label in (*shape.singular.values(), *shape.label.values()):
                names.setdefault(vocab.slug(label), shape)
        for shape in self.node_shapes:  # a plural always means its own table
            for label in shape.label.values():
                names[vocab.slug(label)] = shape
        return names

    @cached_property
    def _by_class(self) -> dict[str, NodeShape]:
        return {shape.target_class: shape for shape in self.node_shapes}

    @cached_property
    def by_iri(self) -> dict[str, PropertyShape]:
        """Property shapes by their IRI."""
        return {prop.iri: prop for shape in self.node_shapes for prop in shape.properties}

    @cached_property
    def claimed(self) -> dict[str, str]:
        """Predicate whose statements need a claim → default status of these claims."""
        return {p.path: p.claim_status for p in self.by_iri.values() if p.claim_status}


def read(paths: Iterable[Path]) -> Graph:
    """
    The shapes of Turtle files as one graph.

    Raises:
        ShapesError: A file is not well-formed; names file and line.
    """
    graph = Graph(bind_namespaces="none")
    for path in paths:
        try:
            graph.parse(path, format="turtle")
        except Exception as error:  # rdflib raises BadSyntax, and for some faults plain ValueError or IndexError
            line = getattr(error, "lines", 0) + 1 if hasattr(error, "lines") else 0
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ShapesError.of("rdf-syntax", Place(path.name, line=line), message=first) from error
    return graph


@cache
def default() -> Schema:
    """The schema of the shapes that come with nqgraph."""
    return schema(read(resources.files("shapes", "*.ttl")))


def schema(graph: Graph) -> Schema:
    """
    The schema in a shapes *graph*.

    Raises:
        ShapesError: A property shape has no path, or a path that is no plain property.
    """
    unsupported = list(_other_targets(graph))
    shapes = [
        _node_shape(graph, iri, unsupported)
        for iri in sorted(graph.subjects(RDF.type, SH.NodeShape), key=str)
        if (iri, SH.targetClass, None) in graph
    ]
    shapes.sort(key=lambda shape: shape.label.get("de", shape.iri))
    groups = sorted(graph.subjects(RDF.type, SH.PropertyGroup), key=lambda g: _number(graph, g, SH.order))
    return Schema(
        graph=graph,
        node_shapes=tuple(shapes),
        groups={str(g): _labels(graph, g, RDFS.label) for g in groups},
        unsupported=tuple(sorted(set(unsupported))),
    )


def is_class(graph: Graph, shape: Node) -> bool:
    """Whether *shape* is a class and thereby targets its own instances (SHACL, section 2.1.3.3)."""
    return any((shape, RDF.type, kind) in graph for kind in (RDFS.Class, OWL.Class))


def _other_targets(graph: Graph) -> Iterator[tuple[str, str]]:
    """Shapes with focus nodes that are more than the instances of one ``sh:targetClass`` of a ``sh:NodeShape``."""
    for predicate in TARGETS:
        for shape, count in Counter(graph.subjects(predicate)).items():
            if predicate != SH.targetClass or count > 1 or (shape, RDF.type, SH.NodeShape) not in graph:
                yield str(shape), str(predicate)
    for kind in (SH.NodeShape, SH.PropertyShape):
        yield from ((str(s), str(SH.targetClass)) for s in graph.subjects(RDF.type, kind) if is_class(graph, s))


def _node_shape(graph: Graph, iri: Node, unsupported: list[tuple[str, str]]) -> NodeShape:
    known = {RDF.type, RDFS.label, RDFS.comment, SKOS.prefLabel, SH.targetClass, SH.property, SH.name, SH.severity}
    unsupported += [(str(iri), str(p)) for p in graph.predicates(iri) if p not in known and not _describes(p)]
    properties = sorted(
        (_property_shape(graph, prop, unsupported) for prop in graph.objects(iri, SH.property)),
        key=lambda prop: (prop.order, prop.iri),
    )
    target = str(graph.value(iri, SH.targetClass))
    label = _labels(graph, iri, RDFS.label) or {"de": vocab.local_name(target)}
    return NodeShape(
        iri=str(iri),
        target_class=target,
        label=label,
        singular=_labels(graph, iri, SKOS.prefLabel) or label,
        properties=tuple(properties),
    )


def _property_shape(graph: Graph, iri: Node, unsupported: list[tuple[str, str]]) -> PropertyShape:
    path = graph.value(iri, SH.path)
    if not isinstance(path, URIRef):
        if path is None:
            raise ShapesError.of("shape-without-path", Place(), shape=vocab.shrink(str(iri)))
        unsupported.append((str(iri), str(SH.path)))
    unsupported += [
        (str(iri), str(p))
        for p, count in Counter(graph.predicates(iri)).items()
        if (p not in CONSTRAINTS and not _describes(p)) or (p in CONSTRAINTS and count > 1)
    ]
    unsupported += [(str(iri), str(p)) for p in (SH["in"], SH.languageIn) if (iri, p, RDF.nil) in graph]
    datatypes, classes = _alternatives(graph, iri, unsupported)
    unsupported += [(str(iri), datatype) for datatype in datatypes if datatype in vocab.DERIVED_INTEGERS]
    scheme, scheme_shape = _scheme(graph, iri, unsupported)

    def integer(predicate: URIRef) -> int | None:
        value = graph.value(iri, predicate)
        return None if value is None else int(str(value))

    def literal(predicate: URIRef) -> Literal | None:
        value = graph.value(iri, predicate)
        return value if isinstance(value, Literal) else None

    return PropertyShape(
        iri=str(iri),
        path=str(path),
        name=_labels(graph, iri, SH.name),
        hint=_labels(graph, iri, SH.description),
        inverse_name=_labels(graph, iri, NQ.inverseName),
        message=_labels(graph, iri, SH.message),
        severity=str(graph.value(iri, SH.severity) or SH.Violation),
        group=str(graph.value(iri, SH.group) or ""),
        order=_number(graph, iri, SH.order),
        min_count=integer(SH.minCount) or 0,
        max_count=integer(SH.maxCount),
        datatypes=datatypes,
        classes=classes,
        scheme=scheme,
        scheme_shape=scheme_shape,
        node_kind=str(graph.value(iri, SH.nodeKind) or ""),
        pattern=str(graph.value(iri, SH.pattern) or ""),
        flags=str(graph.value(iri, SH.flags) or ""),
        min_length=integer(SH.minLength),
        max_length=integer(SH.maxLength),
        languages=tuple(str(v) for v in _list(graph, iri, SH.languageIn)),
        unique_language=str(graph.value(iri, SH.uniqueLang)) == "true",
        values=tuple(_list(graph, iri, SH["in"])),
        required_value=graph.value(iri, SH.hasValue),
        min_inclusive=literal(SH.minInclusive),
        max_inclusive=literal(SH.maxInclusive),
        single_line=str(graph.value(iri, DASH.singleLine)) == "true",
        claim_status=str(graph.value(iri, NQ.defaultClaimStatus) or ""),
    )


def _alternatives(
    graph: Graph, iri: Node, unsupported: list[tuple[str, str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Datatypes and classes, also where ``sh:or`` lists members with one of them each."""
    datatypes = [str(v) for v in graph.objects(iri, SH.datatype)]
    classes = [str(v) for v in graph.objects(iri, SH["class"])]
    members = list(_list(graph, iri, SH["or"]))
    if members and (datatypes or classes):  # both must hold, which we would read as "or" below
        unsupported.append((str(iri), str(SH["or"])))
    for member in members:
        predicates = list(graph.predicates(member))
        if predicates == [SH["class"]] and not datatypes:
            classes.append(str(graph.value(member, SH["class"])))
        elif predicates == [SH.datatype] and not classes:
            datatypes.append(str(graph.value(member, SH.datatype)))
        else:
            unsupported.append((str(iri), str(SH["or"])))
    return tuple(datatypes), tuple(classes)


def _scheme(graph: Graph, iri: Node, unsupported: list[tuple[str, str]]) -> tuple[str, str]:
    for shape in graph.objects(iri, SH.node):
        prop = graph.value(shape, SH.property)
        if (
            Counter(p for p in graph.predicates(shape) if p not in (RDF.type, RDFS.label)) == {SH.property: 1}
            and Counter(graph.predicates(prop)) == {SH.path: 1, SH.hasValue: 1}
            and graph.value(prop, SH.path) == SKOS.inScheme
        ):
            return str(graph.value(prop, SH.hasValue)), str(shape)
        unsupported.append((str(iri), str(SH.node)))
    return "", ""


def _labels(graph: Graph, subject: Node, predicate: URIRef) -> Labels:
    found = {
        (o.language or "de").lower()[:2]: str(o) for o in graph.objects(subject, predicate) if isinstance(o, Literal)
    }
    return dict(sorted(found.items()))


def _number(graph: Graph, subject: Node, predicate: URIRef) -> float:
    value = graph.value(subject, predicate)
    return 0 if value is None else float(str(value))


def _list(graph: Graph, subject: Node, predicate: URIRef) -> Iterator[Node]:
    head = graph.value(subject, predicate)
    return iter(()) if head is None else iter(Collection(graph, head))

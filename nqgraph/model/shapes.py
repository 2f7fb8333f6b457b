"""The shapes as values: what tables, pages, forms and checks know about classes and properties."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal as Literal_

from rdflib import BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS
from rdflib.term import Literal, Node
from rdflib.util import guess_format

from nqgraph.words import faults, vocab
from nqgraph.words.errors import Place, ShapesError
from nqgraph.words.texts import LANGUAGES, Labels, Text, in_language
from nqgraph.words.workspace import Workspace, shipped

NQ = Namespace(str(vocab.NQ))
DASH = Namespace(str(vocab.DASH))

#: Predicates by which a shape names its focus nodes (SHACL, section 2.1.3).
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
Role = Literal_["thing", "evidence", "link", "background"]
_ROLES: dict[str, Role] = {
    vocab.NQ.Evidence: "evidence",
    vocab.NQ.Link: "link",
    vocab.NQ.Background: "background",
}


@dataclass(frozen=True)
class PropertyShape:
    """What may stand at one property of a class; a column of its table."""

    iri: str
    path: str
    name: Labels = field(default_factory=dict)
    hint: Labels = field(default_factory=dict)
    #: Heading for what points at a thing by this property; ``{kind}`` stands for the label of the class.
    inverse_name: Labels = field(default_factory=dict)
    #: Property of what points at a thing by this one: the values of its list that none has are told.
    inverse_states: str = ""
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
    #: Property that holds the note on the claims of this one.
    note_path: str = ""
    #: Whether lists can be filtered by it.
    filters: bool = False
    #: Property of its values that groups them in the matrix; empty if the matrix does not cross it.
    matrix_group: str = ""
    #: What a pair of the matrix is that it links: ``answered``, ``partly``, ``against`` …; ``group`` if it leads only
    #: to the group of the column.
    matrix_state: str = ""
    #: Whether it leads from a part to its whole.
    containment: bool = False
    #: Whether it leads to where something is.
    location: bool = False
    #: Property that says the same in words; where it has a value, this one is not shown.
    shown_by: str = ""
    #: The only value that is shown.
    shown_only_for: str = ""
    #: Property whose value may be called what this one says; then it is not shown.
    same_as_label_of: str = ""
    #: Whether links to the thing say it beside the name.
    mark: bool = False
    #: Which part of a figure it is: ``indicator``, ``value``, ``upper``, ``total``, ``unit`` …
    figure_part: str = ""
    #: Whether the matrix can cross its columns with the values of this one, and what marks the values it counts at.
    gap_axis: bool = False
    gap_level: str = ""
    #: Which part of the timeline it is: ``start``, ``end``, ``last``, ``next`` or ``base``.
    time_part: str = ""
    #: Value that readers can demand of what is taken into a smallest bundle.
    demand: str = ""

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
class ListColumn:
    """A column of the list of a class, beside the name."""

    #: Ways from the entry, as built questions have them.
    ways: tuple[str, ...]
    #: ``values``, their number (``count``), or the best evidence grade of their claims (``grade``).
    show: str = "values"
    #: Heading, where it is not the name of the last step.
    label: Labels = field(default_factory=dict)


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
    #: What its things are for: things themselves, evidence of others, links between them, or background without pages.
    role: Role = "thing"
    #: Colour (``#rrggbb``) and symbol in pictures; empty for those of all other kinds.
    color: str = ""
    symbol: str = ""
    #: Place among the numbers of the start page.
    count_order: float | None = None
    #: What the things are called beside their number.
    count_label: Labels = field(default_factory=dict)
    #: Properties that say in a line what a thing is; its description if there are none.
    lead: tuple[str, ...] = ()
    #: Whether the one file shows only name and lead before it unpacks more.
    brief: bool = False
    #: Names of the canned queries that the page of each of its things asks about it.
    asks: tuple[str, ...] = ()
    #: Columns with which the list of its things is a table; a plain list without.
    list_columns: tuple[ListColumn, ...] = ()
    #: Whether the map counts its things, and the timeline shows them.
    mapped: bool = False
    timeline: bool = False
    #: Whether its things are reference groups: figures about different ones never share an axis.
    figure_group: bool = False
    #: Whether its things bring others together: what it asks can be asked of any selection, too.
    bundle: bool = False

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

    @cached_property
    def figure(self) -> dict[str, PropertyShape]:
        """Part of a figure → its property; empty if its things are no figures, which have a value."""
        parts = {prop.figure_part: prop for prop in self.properties if prop.figure_part}
        return parts if "value" in parts else {}

    def property_for(self, path: str) -> PropertyShape | None:
        """The property shape with *path*, if there is one."""
        return next((shape for shape in self.properties if shape.path == path), None)


@dataclass(frozen=True, eq=False)
class Schema:
    """All node shapes, in the order of their labels in the first language."""

    graph: Graph
    node_shapes: tuple[NodeShape, ...]
    #: Group IRI → labels, in page order.
    groups: dict[str, Labels]
    workspace: Workspace = field(default_factory=shipped)

    def for_table(self, name: str) -> NodeShape | None:
        """The node shape whose table is called *name*, in any language or by its class."""
        wanted = vocab.slug(name)
        return self._by_table.get(wanted)

    def label(self, shape: NodeShape) -> str:
        """What the table of *shape* is called in the first language; its address follows from it."""
        return in_language(shape.label, self.workspace.language, shape.segment)

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

    @cached_property
    def claimed_schemes(self) -> frozenset[str]:
        """Concept schemes whose entries claims speak of."""
        return frozenset(p.scheme for p in self.by_iri.values() if p.claim_status and p.scheme)


def read(paths: Iterable[Path]) -> Graph:
    """
    The triples of RDF files as one graph, Turtle where their endings say nothing else.

    Raises:
        ShapesError: A file is not well-formed; names file and line.
    """
    graph = Graph(store="SimpleMemory", bind_namespaces="none")  # which keeps the order of the files
    for path in paths:
        try:
            graph.parse(path, format=guess_format(path.name) or "turtle")
        except Exception as error:  # rdflib raises BadSyntax, and for some faults plain ValueError or IndexError
            raise ShapesError([faults.turtle(path.read_bytes(), Place(path.name), error)]) from error
    return graph


@lru_cache(maxsize=16)
def of(workspace: Workspace) -> Schema:
    """The schema of the shapes of *workspace*, with those of the core."""
    graph = read(workspace.files("shapes", "*.ttl"))
    _speak(graph, workspace)
    return schema(graph, workspace)


def default() -> Schema:
    """The schema of the shipped workspace."""
    return of(shipped())


def schema(graph: Graph, workspace: Workspace | None = None) -> Schema:
    """
    The schema in a shapes *graph*.

    Args:
        workspace: Whose languages and prefixes count; those of the shipped one if None.
    Raises:
        ShapesError: A property shape has no path, or a number that is none.
    """
    workspace = workspace or shipped()
    _derive_claims(graph)
    shapes = [
        _node_shape(graph, iri)
        for iri in sorted(graph.subjects(RDF.type, SH.NodeShape), key=str)
        if (iri, SH.targetClass, None) in graph
    ]
    shapes.sort(key=lambda shape: in_language(shape.label, workspace.language, shape.iri))
    groups = sorted(graph.subjects(RDF.type, SH.PropertyGroup), key=lambda g: _number(graph, g, SH.order))
    return Schema(
        graph=graph,
        node_shapes=tuple(shapes),
        groups={str(g): _labels(graph, g, RDFS.label) for g in groups},
        workspace=workspace,
    )


def _speak(graph: Graph, workspace: Workspace) -> None:
    """Let the shared shapes of the core allow the languages of *workspace*, too."""
    languages = dict.fromkeys((*LANGUAGES, *workspace.languages))
    if set(languages) == set(LANGUAGES):
        return
    for shape in sorted({s for s in graph.subjects(SH.languageIn) if str(s) in vocab.NQSH}, key=str):
        graph.remove((shape, SH.languageIn, None))
        graph.add((shape, SH.languageIn, Collection(graph, BNode(), [Literal(lang) for lang in languages]).uri))


def _derive_claims(graph: Graph) -> None:
    """
    Let the shape of claims know what claims can be about: the properties that make claims, and what they relate.

    Where the shape itself says nothing of it, a new property that makes claims needs no other change.
    """
    claims = list(graph.subjects(SH.targetClass, NQ.Claim))
    if not claims:
        return
    owners = sorted(graph.subjects(SH.targetClass), key=str)
    claimed = sorted(set(graph.subjects(NQ.defaultClaimStatus)), key=str)
    subjects = {
        str(graph.value(owner, SH.targetClass)) for owner in owners for p in claimed if (owner, SH.property, p) in graph
    }
    objects = {str(c) for p in claimed for c in _alternatives(graph, p)[1]}
    for shape in (prop for claim in claims for prop in graph.objects(claim, SH.property)):
        path = graph.value(shape, SH.path)
        if path == RDF.predicate and (shape, SH["in"], None) not in graph and claimed:
            values = sorted({path for p in claimed for path in graph.objects(p, SH.path)}, key=str)
            graph.add((shape, SH["in"], Collection(graph, BNode(), values).uri))
        classes = sorted(subjects if path == RDF.subject else objects if path == RDF.object else ())
        if classes and not {SH["or"], SH["class"]} & set(graph.predicates(shape)):
            members: list[Node] = [BNode() for _ in classes]
            for member, class_iri in zip(members, classes, strict=True):
                graph.add((member, SH["class"], URIRef(class_iri)))
            graph.add((shape, SH["or"], Collection(graph, BNode(), members).uri))


def is_class(graph: Graph, shape: Node) -> bool:
    """Whether *shape* is a class and thereby targets its own instances (SHACL, section 2.1.3.3)."""
    return any((shape, RDF.type, kind) in graph for kind in (RDFS.Class, OWL.Class))


def _node_shape(graph: Graph, iri: Node) -> NodeShape:
    found = (_property_shape(graph, prop) for prop in graph.objects(iri, SH.property))
    properties = sorted(filter(None, found), key=lambda prop: (prop.order, prop.iri))
    target = str(graph.value(iri, SH.targetClass))
    label = _labels(graph, iri, RDFS.label) or {"de": vocab.local_name(target)}
    return NodeShape(
        iri=str(iri),
        target_class=target,
        label=label,
        singular=_labels(graph, iri, SKOS.prefLabel) or label,
        properties=tuple(properties),
        role=_ROLES.get(str(graph.value(iri, NQ.role)), "thing"),
        color=str(graph.value(iri, NQ.color) or ""),
        symbol=str(graph.value(iri, NQ.symbol) or ""),
        count_order=_number(graph, iri, NQ.countOrder) if (iri, NQ.countOrder, None) in graph else None,
        count_label=_labels(graph, iri, NQ.countLabel) or label,
        lead=tuple(str(path) for path in _list(graph, iri, NQ.lead)),
        brief=_true(graph, iri, NQ.brief),
        asks=tuple(str(name) for name in _list(graph, iri, NQ.asks)),
        list_columns=tuple(_list_column(graph, column) for column in _list(graph, iri, NQ.listColumns)),
        mapped=_true(graph, iri, NQ.mapped),
        timeline=_true(graph, iri, NQ.timeline),
        figure_group=_true(graph, iri, NQ.figureGroup),
        bundle=_true(graph, iri, NQ.bundle),
    )


def _list_column(graph: Graph, column: Node) -> ListColumn:
    if isinstance(column, Literal):
        return ListColumn((str(column),))
    ways = tuple(str(way) for way in _list(graph, column, NQ.ways))
    return ListColumn(ways, str(graph.value(column, NQ.show) or "values"), _labels(graph, column, RDFS.label))


def _property_shape(graph: Graph, iri: Node) -> PropertyShape | None:
    """What tables and pages know of a property shape; None if its path is more than a property."""
    path = graph.value(iri, SH.path)
    if path is None:
        raise ShapesError.of("shape-without-path", Place(), shape=vocab.shrink(str(iri)))
    if not isinstance(path, URIRef):
        return None
    datatypes, classes = _alternatives(graph, iri)
    scheme, scheme_shape = _scheme(graph, iri)

    def integer(predicate: URIRef) -> int | None:
        value = graph.value(iri, predicate)
        if value is not None and not re.fullmatch("[+-]?[0-9]+", str(value)):
            raise _no_number(iri, predicate, value)
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
        inverse_states=str(graph.value(iri, NQ.inverseStates) or ""),
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
        unique_language=_true(graph, iri, SH.uniqueLang),
        values=tuple(_list(graph, iri, SH["in"])),
        required_value=graph.value(iri, SH.hasValue),
        min_inclusive=literal(SH.minInclusive),
        max_inclusive=literal(SH.maxInclusive),
        single_line=_true(graph, iri, DASH.singleLine),
        claim_status=str(graph.value(iri, NQ.defaultClaimStatus) or ""),
        note_path=str(graph.value(iri, NQ.noteProperty) or ""),
        filters=_true(graph, iri, NQ.filter),
        matrix_group=str(graph.value(iri, NQ.matrixGroup) or ""),
        matrix_state=str(graph.value(iri, NQ.matrixState) or (graph.value(iri, NQ.matrixGroup) and "answered") or ""),
        containment=_true(graph, iri, NQ.containment),
        location=_true(graph, iri, NQ.location),
        shown_by=str(graph.value(iri, NQ.shownBy) or ""),
        shown_only_for=str(graph.value(iri, NQ.shownOnlyFor) or ""),
        same_as_label_of=str(graph.value(iri, NQ.sameAsLabelOf) or ""),
        mark=_true(graph, iri, NQ.mark),
        figure_part=str(graph.value(iri, NQ.figurePart) or ""),
        gap_axis=_true(graph, iri, NQ.gapAxis),
        gap_level=str(graph.value(iri, NQ.gapLevel) or ""),
        time_part=str(graph.value(iri, NQ.timePart) or ""),
        demand=str(graph.value(iri, NQ.demand) or ""),
    )


def _alternatives(graph: Graph, iri: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Datatypes and classes, also where ``sh:or`` lists members with one of them each."""
    datatypes = [str(v) for v in graph.objects(iri, SH.datatype)]
    classes = [str(v) for v in graph.objects(iri, SH["class"])]
    members = [] if datatypes or classes else list(_list(graph, iri, SH["or"]))
    for member in members:
        predicates = list(graph.predicates(member))
        if predicates == [SH["class"]] and not datatypes:
            classes.append(str(graph.value(member, SH["class"])))
        elif predicates == [SH.datatype] and not classes:
            datatypes.append(str(graph.value(member, SH.datatype)))
    return tuple(datatypes), tuple(classes)


def _scheme(graph: Graph, iri: Node) -> tuple[str, str]:
    for shape in graph.objects(iri, SH.node):
        prop = graph.value(shape, SH.property)
        if (
            Counter(p for p in graph.predicates(shape) if p not in (RDF.type, RDFS.label)) == {SH.property: 1}
            and Counter(graph.predicates(prop)) == {SH.path: 1, SH.hasValue: 1}
            and graph.value(prop, SH.path) == SKOS.inScheme
        ):
            return str(graph.value(prop, SH.hasValue)), str(shape)
    return "", ""


def _labels(graph: Graph, subject: Node, predicate: URIRef) -> Labels:
    found = {
        (o.language or LANGUAGES[0]).lower().partition("-")[0]: str(o)
        for o in graph.objects(subject, predicate)
        if isinstance(o, Literal)
    }
    return dict(sorted(found.items()))


def _true(graph: Graph, subject: Node, predicate: URIRef) -> bool:
    return str(graph.value(subject, predicate)) == "true"


def _number(graph: Graph, subject: Node, predicate: URIRef) -> float:
    value = graph.value(subject, predicate)
    try:
        return 0 if value is None else float(str(value))
    except ValueError as error:
        raise _no_number(subject, predicate, value) from error


def _no_number(shape: Node, predicate: URIRef, value: Node | None) -> ShapesError:
    values = {"shape": vocab.shrink(str(shape)), "what": vocab.shrink(predicate), "value": str(value)}
    return ShapesError.of("shape-bad-value", Place(), **values, wanted=Text("wanted-number"))


def _list(graph: Graph, subject: Node, predicate: URIRef) -> Iterator[Node]:
    head = graph.value(subject, predicate)
    return iter(()) if head is None else iter(Collection(graph, head))

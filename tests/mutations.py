"""Faults made on purpose: for each constraint of each property shape, copies of a valid thing that break just it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, SKOS, XSD
from rdflib.term import Node

from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.words import vocab

_Triple = tuple[Node, Node, Node]

#: Constraints of property shapes that faults are made for.
CONSTRAINTS = frozenset(
    SH[name]
    for name in (
        "minCount", "maxCount", "datatype", "class", "nodeKind", "pattern", "flags", "minLength", "maxLength",
        "languageIn", "uniqueLang", "in", "hasValue", "minInclusive", "maxInclusive", "or", "node",
    )
)  # fmt: skip
#: A text that fits each pattern, and another one.
FITTING = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": ("eins", "zwei-2"),
    "^[A-Z]{2}[0-9A-Z]{0,3}$": ("DEA", "DEA1"),
    "^[A-Z]{2}(-[A-Z0-9]{1,3})?$": ("DE", "DE-NW"),
    "^[0-9]{2}([0-9]|[0-9]{3}|[0-9]{6})?$": ("05", "059"),
    "^[12][0-9]{3}(-[0-9]{2}){0,2}$": ("2016", "2017"),
    "^[a-z]{2,3}$": ("de", "en"),
    "": ("eins", "zwei"),
}
#: Fitting lexical forms of datatypes other than texts.
LEXICAL = {
    vocab.XSD.decimal: ("1.5", "2"),
    vocab.XSD.integer: ("2016", "2017"),
    vocab.XSD.date: ("2016-02-29", "2017-01-01"),
    vocab.XSD.boolean: ("true", "false"),
}
#: Something that no thing of ours is.
NOWHERE = URIRef(vocab.ID + "nowhere/nothing")


def component(name: str) -> str:
    """IRI of a constraint component by the first part of its name."""
    return vocab.SH[f"{name}ConstraintComponent"]


@dataclass(frozen=True)
class Case:
    """A fault: which constraint of which property shape of which node shape, and in what way."""

    number: int
    #: Number among the faults of the same property of the same class.
    turn: int
    node: NodeShape
    shape: PropertyShape
    #: Local name of the constraint's predicate: ``minCount``, ``class`` …
    constraint: str
    fault: str
    #: Constraint components that must report; more than one where breaking one cannot but break the other.
    broken: frozenset[str]

    def __str__(self) -> str:
        shape = vocab.local_name(self.shape.iri).removeprefix(f"{vocab.local_name(self.node.iri)}-")
        return f"{vocab.local_name(self.node.iri)}-{shape}-{self.constraint}-{self.fault}"

    @property
    def focus(self) -> str:
        """IRI of the copy that has this fault alone."""
        return f"{vocab.ID}mutation/{self.number}"

    @property
    def crowd(self) -> str:
        """IRI of the copy that has a fault at each of its properties, this one among them."""
        return f"{vocab.ID}crowd/{self.node.segment}-{self.turn}"


def cases(schema: Schema) -> list[Case]:
    """Every way in which every constraint in the graph of *schema* is broken, by the shapes as RDF alone."""
    found: list[Case] = []
    for node in schema.node_shapes:
        for shape in node.properties:
            first = len(found)
            asked = set(schema.graph.predicates(URIRef(shape.iri))) & CONSTRAINTS
            for name in sorted(vocab.local_name(str(predicate)) for predicate in asked):
                for fault, broken in faults(shape, name):
                    names = frozenset(component(part) for part in broken)
                    found.append(Case(len(found), len(found) - first, node, shape, name, fault, names))
    return found


def faults(shape: PropertyShape, constraint: str) -> Iterator[tuple[str, set[str]]]:
    """Names of the faults that break *constraint* of *shape*, and what they break."""
    beside_text = ({"LanguageIn"} if shape.languages else set()) | ({"Pattern"} if shape.pattern else set())
    beside_thing = {"Node"} if shape.scheme else set()
    match constraint:
        case "minCount":
            yield "none", {"MinCount"}
        case "maxCount":
            yield "one-more", {"MaxCount"}
        case "datatype":
            yield "other-datatype", {"Datatype"} | ({"LanguageIn"} if shape.is_text else set())
            yield "iri", {"Datatype"} | beside_text
            if shape.datatypes[0] in LEXICAL:
                yield "ill-typed", {"Datatype"}
        case "or" if shape.datatypes:
            yield "other-datatype", {"Or"}
            yield "ill-typed", {"Or"}
        case "or" | "class":
            name = "Or" if constraint == "or" else "Class"
            yield "other-class", {name}
            yield "literal", {name} | beside_thing
            yield "nothing", {name} | beside_thing
        case "node":
            yield "other-scheme", {"Node"}
        case "in":
            yield "other-value", {"In"}
            yield "literal", {"In"}
        case "pattern":
            yield "unfit", {"Pattern"}
        case "languageIn":
            yield "french", {"LanguageIn"}
        case "uniqueLang":
            yield "twice", {"UniqueLang"} | ({"MaxCount"} if shape.max_count == 1 else set())
        case "nodeKind":
            yield "literal", {"NodeKind"}
        case _:
            raise AssertionError(f"no fault known for sh:{constraint}")


class Things:
    """The valid things of the example, of which copies are made."""

    def __init__(self, graph: Graph, schema: Schema) -> None:
        self.graph = graph
        self.of_class = {
            node.target_class: min(graph.subjects(RDF.type, URIRef(node.target_class)), key=str)
            for node in schema.node_shapes
        }

    def copy(self, class_iri: str, focus: str, faulty: Mapping[str, Sequence[Node]] | None = None) -> list[_Triple]:
        """A copy of a thing called *focus*, with the values *faulty* at their paths instead of its own."""
        changed = faulty or {}
        said = self.graph.predicate_objects(self.of_class[class_iri])
        kept = [(predicate, value) for predicate, value in said if str(predicate) not in changed]
        copied: list[_Triple] = [(URIRef(focus), predicate, value) for predicate, value in kept]
        return copied + [(URIRef(focus), URIRef(path), value) for path, values in changed.items() for value in values]

    @staticmethod
    def twin(class_iri: str) -> str:
        """IRI of the copy without a fault."""
        return f"{vocab.ID}twin/{vocab.type_segment(class_iri)}"

    def twins(self) -> list[_Triple]:
        """A copy without a fault of a thing of each class."""
        return [triple for name in self.of_class for triple in self.copy(name, self.twin(name))]

    def beside(self, case: Case) -> list[_Triple]:
        """What the fault of *case* needs beside the copy: an entry of a list that is no concept."""
        if case.constraint == "class" and case.fault == "other-class" and case.shape.scheme:
            return [(self.values(case)[0], SKOS.inScheme, URIRef(case.shape.scheme))]
        return []

    def alone(self, case: Case) -> list[_Triple]:
        """A copy with the fault of *case*."""
        return self.copy(case.node.target_class, case.focus, {case.shape.path: self.values(case)}) + self.beside(case)

    def together(self, found: Sequence[Case]) -> list[_Triple]:
        """Copies that have a fault of *found* at every property, so that there are few of them."""
        faulty: dict[tuple[str, str], dict[str, Sequence[Node]]] = {}
        for case in found:
            faulty.setdefault((case.node.target_class, case.crowd), {})[case.shape.path] = self.values(case)
        triples = [t for (name, focus), changed in faulty.items() for t in self.copy(name, focus, changed)]
        return triples + [triple for case in found for triple in self.beside(case)]

    def fitting(self, shape: PropertyShape) -> tuple[Node, ...]:
        """Two values that *shape* allows."""
        if shape.is_text:
            return Literal("eins", lang="de"), Literal("one", lang="en")
        if shape.datatypes:
            lexical = LEXICAL.get(shape.datatypes[0]) or FITTING[shape.pattern]
            return tuple(Literal(form, datatype=URIRef(shape.datatypes[0]), normalize=False) for form in lexical)
        if shape.scheme:
            return tuple(sorted(self.graph.subjects(SKOS.inScheme, URIRef(shape.scheme)), key=str)[:2])
        if shape.values:
            return shape.values[:2]
        if shape.classes:
            wanted = next(c for c in shape.classes if c in self.of_class)
            return self.of_class[wanted], URIRef(self.twin(wanted))
        return URIRef("https://one.example/"), URIRef("https://two.example/")

    def values(self, case: Case) -> tuple[Node, ...]:
        """The values that make the fault of *case*."""
        shape, fitting = case.shape, self.fitting(case.shape)
        match case.constraint, case.fault:
            case "minCount", _:
                return ()
            case "maxCount", _:
                assert shape.max_count == 1
                return fitting
            case _, "other-datatype":
                return (Literal(str(fitting[0]), lang=None if shape.is_text else "de"),)
            case "datatype", "ill-typed":
                return (Literal("viel", datatype=URIRef(shape.datatypes[0])),)
            case "or", "ill-typed":
                return (Literal("2016-02-30", datatype=XSD.date, normalize=False),)
            case "class", "other-class" if shape.scheme:
                return (URIRef(f"{vocab.ID}mutation/{case.number}-no-concept"),)
            case _, "other-class":
                return (next(thing for name, thing in self.of_class.items() if name not in shape.classes),)
            case "node", _:
                others = self.graph.subject_objects(SKOS.inScheme)
                return (min((concept for concept, scheme in others if str(scheme) != shape.scheme), key=str),)
            case "pattern", _ if len(shape.datatypes) == 1:
                return (Literal("Ä !"),)
            case "pattern", _:
                return (Literal("0999", datatype=XSD.gYear),)
            case "languageIn", _:
                return (Literal("un", lang="fr"),)
            case "uniqueLang", _:
                return Literal("eins", lang="de"), Literal("zwei", lang="de")
            case _, "literal":
                return (Literal("eins"),)
        return (NOWHERE,)

"""Whether shapes are well-formed, and whether any engine can evaluate them (SHACL, section 3.4.3 and appendix A)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from nqgraph.model.shapes import TARGETS
from nqgraph.words import vocab
from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import Text

#: Constraints that only property shapes have.
_PROPERTY_ONLY = tuple(
    SH[name]
    for name in (
        "minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape",
    )
)  # fmt: skip
#: Parameters that a shape has once at most.
_ONCE = frozenset(
    SH[name]
    for name in (
        "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive",
        "minLength", "maxLength", "languageIn", "uniqueLang", "in", "closed", "ignoredProperties", "flags", "severity",
        "deactivated", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint",
    )
)  # fmt: skip
_SINGLE = _ONCE | {SH.path}
_IRIS = frozenset(
    SH[name]
    for name in (
        "class", "datatype", "nodeKind", "equals", "disjoint", "lessThan", "lessThanOrEquals", "severity",
        "targetClass", "targetSubjectsOf", "targetObjectsOf",
    )
)  # fmt: skip
_BOOLEANS = frozenset({SH.uniqueLang, SH.closed, SH.deactivated, SH.qualifiedValueShapesDisjoint})
_COUNTS = frozenset(
    SH[name] for name in ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount")
)
_KINDS = (SH.IRI, SH.BlankNode, SH.Literal, SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral, SH.IRIOrLiteral)
#: What has a list for its value.
_LISTED = frozenset({SH["and"], SH["or"], SH.xone, SH["in"], SH.languageIn, SH.ignoredProperties})
_SHAPES = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
_LISTS = (SH["and"], SH["or"], SH.xone)
_TEXTS = frozenset({SH.pattern, SH.flags, SH.message})
#: What no engine evaluates here; a shape that has it must not pass for checked.
_BEYOND = (SH.js, SH.entailment)
#: ``[a-z-[aeiou]]`` of XML Schema, which the regular expressions of neither engine have.
_SUBTRACTION = re.compile(r"\[(?:\\.|[^\]\\])*-\[")
#: What the regular expressions of the fast engine read otherwise than XPath: sets within sets.
_SETS = re.compile(r"\[(?:\\.|[^\]\\])*(?:&&|--|~~|(?<!^)\[)")
#: What XPath does not have and the fast engine's SPARQL does not evaluate, but Python does.
_LOOKING = re.compile(r"\(\?(?:[=!]|<[=!])|\(.*\\\\?[1-9]")
_PROJECTION = re.compile(r"\bSELECT\b(.*?)(?:\bWHERE\b|\{)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"(?m)(?:^|\s)#[^\n]*")
#: Digits of the largest count that the fast engine can read.
_LARGEST = 18
#: How deep shapes may lie in each other, but for properties of properties.
_DEEPEST = 47
#: How many problems are named.
_MOST = 50


def shapes(graph: Graph) -> set[Node]:
    """All shapes of a shapes *graph*, by type, target or use."""
    found: set[Node] = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in graph.subjects(RDF.type, kind)}
    for predicate in (*TARGETS, SH.path):
        found |= set(graph.subjects(predicate))
    for predicate in _SHAPES:
        found |= set(graph.objects(None, predicate))
    for predicate in _LISTS:
        for head in graph.objects(None, predicate):
            found |= set(members(graph, head))
    for head in graph.subjects(RDF.first):  # the branches of a path in turns are no shapes
        found.discard(head)
    return found


def members(graph: Graph, head: Node | None) -> Iterator[Node]:
    """The members of a list, until it ends or comes back to itself."""
    seen = set()
    while head is not None and head != RDF.nil and head not in seen:
        seen.add(head)
        yield from islice(graph.objects(head, RDF.first), 1)
        head = graph.value(head, RDF.rest, any=True)


def _is_list(graph: Graph, head: Node) -> bool:
    """Whether *head* is a list that ends, with one member at each step (SHACL, section 1.1)."""
    seen = set()
    while head != RDF.nil:
        first, rest = (list(islice(graph.objects(head, predicate), 2)) for predicate in (RDF.first, RDF.rest))
        if head in seen or len(first) != 1 or len(rest) != 1:
            return False
        seen.add(head)
        head = rest[0]
    return True


def idle(graph: Graph) -> list[tuple[Node, Node, Node]]:
    """The statements of *graph* that a shape has a property shape of which nothing is said: ``sh:property [ ]``."""
    return [
        (shape, SH.property, nothing)
        for shape, nothing in graph.subject_objects(SH.property)
        if isinstance(nothing, BNode) and (nothing, None, None) not in graph
    ]


def problems(graph: Graph) -> list[Problem]:
    """What makes the shapes of *graph* ill-formed, or is beyond every engine."""
    found = (Problem(Place(), text) for text in _texts(graph))
    return sorted(islice(found, _MOST), key=lambda problem: problem.in_language("en"))


def unfit(graph: Graph) -> str:
    """What in *graph* the fast engine would read otherwise than the standard; empty if nothing."""
    for pattern in graph.objects(None, SH.pattern):
        if _SETS.search(str(pattern)):
            return str(pattern)
    for predicate in sorted(_COUNTS):
        for count in graph.objects(None, predicate):
            if len(str(count)) > _LARGEST:
                return f"{vocab.shrink(predicate)} {count}"
    for predicate in (SH.select, SH.ask):
        for query in graph.objects(None, predicate):
            if re.search(r"\b(REGEX|REPLACE)\b", str(query), re.IGNORECASE) and _LOOKING.search(str(query)):
                return "REGEX"
    return ""


def _texts(graph: Graph) -> Iterator[Text]:
    for predicate in _BEYOND:
        for shape in set(graph.subjects(predicate)):
            yield Text("shape-unsupported", {"shape": call(graph, shape), "what": vocab.shrink(predicate)})
    if _too_deep(graph):
        yield Text("shape-too-deep")
        return
    used = set(graph.objects(None, SH.property))
    for shape in shapes(graph):
        said: dict[Node, list[Node]] = {}
        for term, value in graph.predicate_objects(shape):
            said.setdefault(term, []).append(value)
        name = call(graph, shape) if said or shape in used or isinstance(shape, Literal) else ""
        if isinstance(shape, Literal):
            yield Text("shape-is-literal", {"shape": name})
            continue
        if SH.path not in said and (shape in used or SH.PropertyShape in said.get(RDF.type, ())):
            yield Text("shape-without-path", {"shape": name})
        elif SH.path not in said:
            for predicate in _PROPERTY_ONLY:
                if predicate in said:
                    yield Text("shape-property-only", {"shape": name, "what": vocab.shrink(predicate)})
        for predicate in _SINGLE & said.keys():
            if len(said[predicate]) > 1:
                yield Text("shape-several", {"shape": name, "what": vocab.shrink(predicate)})
        yield from _values(graph, said, name)
        for query in said.get(SH.sparql, ()):
            yield from _query(graph, query, name)


def _values(graph: Graph, said: Mapping[Node, Sequence[Node]], name: str) -> Iterator[Text]:
    def wrong(predicate: URIRef, wanted: str, is_right: Callable[[Node], object]) -> Iterator[Text]:
        for value in said.get(predicate, ()):
            if not is_right(value):
                values = {"shape": name, "what": vocab.shrink(predicate), "value": shown(value), "wanted": Text(wanted)}
                yield Text("shape-bad-value", values)

    for predicate in _IRIS & said.keys():
        yield from wrong(predicate, "wanted-iri", lambda v: isinstance(v, URIRef))
    for predicate in _BOOLEANS & said.keys():
        yield from wrong(
            predicate,
            "wanted-boolean",
            lambda v: isinstance(v, Literal) and v.datatype == XSD.boolean and not v.ill_typed,
        )
    for predicate in _TEXTS & said.keys():
        yield from wrong(
            predicate, "wanted-text", lambda v: isinstance(v, Literal) and v.datatype in (None, XSD.string)
        )
    for predicate in _COUNTS & said.keys():
        yield from wrong(predicate, "wanted-count", lambda v: isinstance(v, Literal) and re.fullmatch("[+]?[0-9]+", v))
    yield from wrong(SH.nodeKind, "wanted-kind", lambda v: not isinstance(v, URIRef) or v in _KINDS)
    for predicate in _LISTED & said.keys():
        yield from wrong(predicate, "wanted-list", lambda v: _is_list(graph, v))
    for pattern in said.get(SH.pattern, ()):
        if _SUBTRACTION.search(str(pattern)):
            yield Text("shape-unsupported", {"shape": name, "what": f"sh:pattern {pattern}"})


def _too_deep(graph: Graph) -> bool:
    """Whether shapes lie in each other deeper than engines follow them; those that come back to themselves do not."""
    inner: dict[Node, set[Node]] = {}
    for predicate in set(_SHAPES) - {SH.property}:
        for outer, shape in graph.subject_objects(predicate):
            inner.setdefault(outer, set()).add(shape)
    for predicate in _LISTS:
        for outer, head in graph.subject_objects(predicate):
            inner.setdefault(outer, set()).update(members(graph, head))
    left = {outer: len(nested & inner.keys()) for outer, nested in inner.items()}
    outers: dict[Node, list[Node]] = {}
    for outer, nested in inner.items():
        for shape in nested & inner.keys():
            outers.setdefault(shape, []).append(outer)
    level = [shape for shape, count in left.items() if not count]
    for _ in range(_DEEPEST):
        higher = []
        for shape in level:
            for outer in outers.get(shape, ()):
                left[outer] -= 1
                if not left[outer]:
                    higher.append(outer)
        level = higher
    return bool(level)


def _query(graph: Graph, query: Node, name: str) -> Iterator[Text]:
    texts = [str(text) for text in graph.objects(query, SH.select)]
    for text in texts:
        projections: list[str] = _PROJECTION.findall(_COMMENT.sub(" ", text))
        if not all("*" in said or re.search(r"[$?]this\b", said) for said in projections):
            yield Text("shape-select", {"shape": name})


def call(graph: Graph, shape: Node) -> str:
    """How messages call *shape*: by its name, or by the shape that it is part of."""
    if not isinstance(shape, BNode):
        return shown(shape)
    owner = next((s for s, p in graph.subject_predicates(shape) if p in _SHAPES and isinstance(s, URIRef)), None)
    path = graph.value(shape, SH.path, any=True)
    said = " ".join(filter(None, (shown(owner) if owner else "", shown(path) if isinstance(path, URIRef) else "")))
    return said or "[]"


def shown(term: Node) -> str:
    """A term for a message."""
    return vocab.shrink(str(term)) if isinstance(term, URIRef) else term.n3()

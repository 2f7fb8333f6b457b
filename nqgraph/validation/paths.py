"""Property paths of SHACL: read from a graph, written back, and as text in the syntax of SPARQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

#: The IRI of a property, or an operator with its parts; empty for none.
Path: TypeAlias = "str | tuple[str, tuple[Path, ...]]"
_OPERATORS: dict[Node, str] = {
    SH.inversePath: "^",
    SH.alternativePath: "|",
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}
_PREDICATES = {operator: predicate for predicate, operator in _OPERATORS.items()}
#: How deep paths may lie in each other.
_DEEPEST = 100


def read(node: Node, said: Mapping[Node, Sequence[tuple[Node, Node]]], depth: int = 0) -> Path:
    """The path at *node*, of what is *said*: subject → predicates and objects."""
    if isinstance(node, URIRef) or depth > _DEEPEST:
        return str(node)
    for predicate, value in said.get(node, ()):
        if predicate == RDF.first:
            return "/", tuple(read(member, said, depth + 1) for member in _members(node, said))
        if predicate == SH.alternativePath:
            return "|", tuple(read(member, said, depth + 1) for member in _members(value, said))
        if predicate in _OPERATORS:
            return _OPERATORS[predicate], (read(value, said, depth + 1),)
    return str(node)


def _members(head: Node, said: Mapping[Node, Sequence[tuple[Node, Node]]]) -> list[Node]:
    found, seen = [], set()
    while head != RDF.nil and head not in seen:
        seen.add(head)
        values = dict(said.get(head, ()))
        if RDF.first in values:
            found.append(values[RDF.first])
        head = values.get(RDF.rest, RDF.nil)
    return found


def to_graph(path: Path, graph: Graph, label: str) -> Node:
    """The node of *path*, with what it consists of in *graph*; its blank nodes are called *label* and a number."""
    count = 0

    def blank() -> BNode:
        nonlocal count
        count += 1
        return BNode(f"{label}{count}")

    def listed(members: Sequence[Node]) -> Node:
        head: Node = RDF.nil
        for member in reversed(members):
            node = blank()
            graph.add((node, RDF.first, member))
            graph.add((node, RDF.rest, head))
            head = node
        return head

    def write(part: Path) -> Node:
        if isinstance(part, str):
            return URIRef(part)
        operator, parts = part
        inner = [write(each) for each in parts]
        if operator == "/":
            return listed(inner)
        node = blank()
        graph.add((node, _PREDICATES[operator], listed(inner) if operator == "|" else inner[0]))
        return node

    return write(path)


def text(path: Path) -> str:
    """*path* as SPARQL writes it; a single property as its bare IRI."""
    return path if isinstance(path, str) else _said(path)


def plain(path: Path) -> str:
    """The IRI of a path that is a single property, else nothing."""
    return path if isinstance(path, str) else ""


def _said(path: Path) -> str:
    if isinstance(path, str):
        return f"<{path}>"
    operator, parts = path
    inner = [_said(part) if isinstance(part, str) else f"({_said(part)})" for part in parts]
    if operator in "/|":
        return operator.join(inner)
    return f"^{inner[0]}" if operator == "^" else f"{inner[0]}{operator}"

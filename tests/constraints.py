"""
What the shapes ask for, as a table to read and to compare: class, property, constraint, value, severity.

``python -m tests.constraints`` writes ``tests/shapes/constraints.csv`` anew; whatever changes there is a promise that
was given up or made. The table is read from the RDF alone, without the program's own idea of shapes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

ROOT = Path(__file__).parent.parent
FOLDERS = ("shapes", "nqgraph/model/core/shapes")
TABLE = ROOT / "tests" / "shapes" / "constraints.csv"
HEADER = ["class", "property", "constraint", "value", "severity"]
#: Prefix → namespace, so that a line can be read; of this table alone.
PREFIXES = {
    "nq": "https://w3id.org/nqgraph/def/",
    "nqsh": "https://w3id.org/nqgraph/shape/",
    "scheme": "https://w3id.org/nqgraph/scheme/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: What stands on shapes and asks for nothing. Everything else of SHACL stands in the table, known here or not.
SILENT = {
    *(SH[name] for name in ("path", "name", "description", "order", "group", "message", "severity", "defaultValue")),
    *(SH[name] for name in ("property", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")),
}
#: Lists whose order means nothing.
_LISTS = {SH["in"], SH["or"], SH["and"], SH.xone, SH.languageIn, SH.ignoredProperties}


def graph(paths: list[Path]) -> Graph:
    """The shapes of *paths* as they stand there."""
    found = Graph(bind_namespaces="none")
    for path in paths:
        found.parse(path, format="turtle")
    return found


def rows(shapes: Graph) -> list[list[str]]:
    """Header and every constraint of every shape that has a target, sorted."""
    found = set()
    for predicate in (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf):
        for shape, target in shapes.subject_objects(predicate):
            name = short(target) if predicate == SH.targetClass else f"{short(predicate)} {short(target)}"
            found |= set(_of(shapes, name, shape, "", _severity(shapes, shape)))
            for prop in shapes.objects(shape, SH.property):
                path = said(shapes, shapes.value(prop, SH.path))
                found |= set(_of(shapes, name, prop, path, _severity(shapes, prop)))
    return [HEADER, *sorted(map(list, found))]


def _of(shapes: Graph, name: str, shape: Node, path: str, severity: str) -> Iterator[tuple[str, ...]]:
    """The constraints of one shape; a shape that has none is a line, too."""
    asked = [(p, o) for p, o in shapes.predicate_objects(shape) if p not in SILENT and str(p).startswith(str(SH))]
    if path and not asked:
        yield name, path, "", "", severity
    for predicate, value in asked:
        constraint, shown = str(predicate).removeprefix(str(SH)), said(shapes, value, listed=predicate in _LISTS)
        yield name, path, constraint, shown, severity


def _severity(shapes: Graph, shape: Node) -> str:
    off = shapes.value(shape, SH.deactivated)
    return "off" if str(off) == "true" else str(shapes.value(shape, SH.severity) or SH.Violation).removeprefix(str(SH))


def said(shapes: Graph, value: Node | None, *, listed: bool = False) -> str:
    """A value as text: members of lists sorted; what a blank node, or the shape of a scheme, says in brackets."""
    if value is None:
        return "–"
    if (value, RDF.first, None) in shapes or value == RDF.nil:
        members = [said(shapes, member) for member in Collection(shapes, value)]
        return " ".join(["(", *(sorted(members) if listed else members), ")"])
    if isinstance(value, Literal):
        return str(value)
    nested = isinstance(value, BNode) or (value, SH.property, None) in shapes
    inner = [
        f"{short(p)} {said(shapes, o, listed=p in _LISTS)}"
        for p, o in shapes.predicate_objects(value)
        if p not in (RDF.type, RDFS.label)
    ]
    called = [] if isinstance(value, BNode) else [short(value)]
    return " ".join([*called, *(["[", " ; ".join(sorted(inner)), "]"] if nested else [])])


def short(iri: Node) -> str:
    """An IRI by its prefix."""
    assert isinstance(iri, URIRef)
    for prefix, namespace in PREFIXES.items():
        if str(iri).startswith(namespace):
            return f"{prefix}:{str(iri).removeprefix(namespace)}"
    return f"<{iri}>"


def dumped(table: list[list[str]]) -> str:
    """The table as it stands in its file."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(table)
    return buffer.getvalue()


def files() -> Graph:
    """The shapes as they stand in files: those of the checkout, and those of the core that it does not replace."""
    own, core = ({path.name: path for path in (ROOT / folder).rglob("*.ttl")} for folder in FOLDERS)
    return graph(sorted((core | own).values()))


def loaded() -> Graph:
    """The shapes as the program has them: those of the profile for others, too, and what it derives of claims."""
    from nqgraph.building import exchange
    from nqgraph.model import shapes
    from nqgraph.words.workspace import shipped

    return shapes.default().graph + exchange.profile(shipped()).graph


if __name__ == "__main__":
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(dumped(rows(loaded())), encoding="utf-8")

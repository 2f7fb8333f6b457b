"""RDF documents as they are written: blank nodes stay blank, literals keep their form, nothing is put in a store."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from nqgraph.graph import files
from nqgraph.graph.store import rdf_format, said_where
from nqgraph.words.errors import InputError, Place
from nqgraph.words.vocab import XSD

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node


def quads(path: Path, name: str = "") -> Iterator[Any]:
    """
    The quads of the file *path*, relative IRIs resolved against its own address.

    Args:
        name: How messages call the file.
    Raises:
        InputError: The file is not well-formed, names an invalid IRI, or breaks a bound; with line.
    """
    place = Place(name or str(path))
    form = rdf_format(path)
    if form is None:
        raise InputError.of("unknown-file-type", place)
    lines = path.suffix.lower() in (".nt", ".nq") and not _marked(path)  # these can be read piece by piece
    source: dict[str, Any] = {"path": str(path)} if lines else {"input": files.read(path, place.file)}
    with said_where(place):
        yield from ox.parse(**source, format=form, base_iri=path.resolve().as_uri())


def _marked(path: Path) -> bool:
    """Whether a byte order mark begins *path*, in whichever encoding."""
    with path.open("rb") as file:
        return file.read(3).startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00"))


def graph(paths: Sequence[tuple[Path, str]], prefix: str = "b") -> Graph:
    """
    The triples of files, each with how messages call it, in one rdflib graph.

    Args:
        prefix: Blank nodes are called by it and a number, in the order in which the files name them.
    """
    from rdflib import BNode, Graph

    found = Graph(bind_namespaces="none")
    known: dict[Any, Node] = {}
    blank = 0
    for number, (path, name) in enumerate(paths):
        for quad in quads(path, name):
            triple = []
            for term in quad.triple:
                own = isinstance(term, ox.BlankNode)
                key = (number, term) if own else term
                if key not in known:
                    known[key] = BNode(f"{prefix}{blank}") if own else _node(term)
                    blank += own
                triple.append(known[key])
            found.add((triple[0], triple[1], triple[2]))
    return found


def said(paths: Sequence[tuple[Path, str]], predicates: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """The statements of files with one of *predicates*: subject and object as N-Triples, the predicate as its IRI."""
    for path, name in paths:
        for quad in quads(path, name):
            predicate = quad.predicate.value
            if predicate in predicates:
                yield str(quad.subject), predicate, str(quad.object)


def write(paths: Sequence[tuple[Path, str]], file: IO[bytes]) -> None:
    """Write the triples of files as N-Triples to *file*; each file has blank nodes of its own."""
    ox.serialize(_apart(paths), file, format=ox.RdfFormat.N_TRIPLES)


def _apart(paths: Sequence[tuple[Path, str]]) -> Iterator[Any]:
    for number, (path, name) in enumerate(paths):

        def own(term: Any, prefix: str = f"d{number}x") -> Any:
            return ox.BlankNode(prefix + term.value) if isinstance(term, ox.BlankNode) else term

        for quad in quads(path, name):
            yield ox.Triple(own(quad.subject), quad.predicate, own(quad.object))


def ntriples(triples: Iterable[tuple[Node, Node, Node]]) -> bytes:
    """Triples of rdflib as N-Triples."""
    result = ox.serialize(map(_triple, triples), format=ox.RdfFormat.N_TRIPLES)
    assert result is not None
    return result


def numbered(data: bytes) -> bytes:
    """The lines of N-Triples *data*, sorted; blank nodes are called ``b0``, ``b1`` … in the order of their coming."""
    labels: dict[bytes, bytes] = {}

    def label(match: re.Match[bytes]) -> bytes:
        return labels.setdefault(match[0], b"_:b%d" % len(labels))

    lines = b"".join(sorted(data.splitlines(keepends=True)))
    return re.sub(rb"(?m)^_:\S+|(?<= )_:\S+(?= \.$)", label, lines)


def canonical(triples: Iterable[tuple[Node, Node, Node]]) -> bytes:
    """Like :func:`ntriples`, sorted, and with labels that follow from what the blank nodes say (RDFC-1.0)."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in map(_triple, triples))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    result = ox.serialize((q.triple for q in dataset), format=ox.RdfFormat.N_TRIPLES)
    assert result is not None
    return numbered(result)


def terms(data: bytes | Path) -> Iterator[tuple[Node, Node, Node]]:
    """The triples of N-Triples as rdflib terms with the labels and forms that stand there."""
    source: dict[str, Any] = {"path": str(data)} if isinstance(data, Path) else {"input": data}
    known: dict[Any, Node] = {}
    for quad in ox.parse(**source, format=ox.RdfFormat.N_TRIPLES):
        for term in quad.triple:
            if term not in known:
                known[term] = _node(term)
        yield known[quad.subject], known[quad.predicate], known[quad.object]


def _triple(triple: tuple[Node, Node, Node]) -> Any:
    return ox.Triple(*map(_term, triple))


def _term(node: Node) -> Any:
    from rdflib import BNode, Literal

    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    if not isinstance(node, Literal):
        return ox.NamedNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=str(node.language))
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or XSD.string)))


def _node(term: Any) -> Node:
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    return Literal(term.value, datatype=None if datatype == XSD.string else URIRef(datatype), normalize=False)

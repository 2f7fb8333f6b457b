"""RDF documents as they are written: blank nodes stay blank, literals keep their form, nothing is put in a store."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from nqgraph.graph import files
from nqgraph.graph.store import GRAPH_FORMATS, rdf_format, said_where
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
    if lines:
        files.refuse_deep_lines(path, place)
    data = b"" if lines else files.read(path, place.file)
    source: dict[str, Any] = {"path": str(path)} if lines else {"input": data}
    with said_where(place, data, files.form_of(path)):
        yield from ox.parse(**source, format=form, base_iri=path.resolve().as_uri())


def _marked(path: Path) -> bool:
    """Whether a byte order mark begins *path*, in whichever encoding."""
    with path.open("rb") as file:
        return file.read(3).startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00"))


def graphs(paths: Sequence[tuple[Path, str]], prefix: str = "b") -> Iterator[Graph]:
    """
    The triples of files, each with how messages call it, a rdflib graph of each.

    Args:
        prefix: Blank nodes are called by it and a number, in the order in which the files name them.
    Raises:
        InputError: A file is not well-formed, breaks a bound, or has triple terms.
    """
    from rdflib import BNode, Graph

    blank = 0
    for path, name in paths:
        found = Graph(store="SimpleMemory", bind_namespaces="none")
        known: dict[Any, Node] = {}
        for quad in quads(path, name):
            triple = []
            for term in quad.triple:
                if term not in known:
                    own = isinstance(term, ox.BlankNode)
                    known[term] = BNode(f"{prefix}{blank}") if own else _node(term, name)
                    blank += own
                triple.append(known[term])
            found.add((triple[0], triple[1], triple[2]))
        yield found


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


def rewritten(data: bytes, form: str, prefixes: Mapping[str, str]) -> bytes:
    """N-Quads *data* in another format of ``GRAPH_FORMATS``, which may have triple terms, sorted by subject."""
    found: Iterable[Any] = ox.parse(data, format=ox.RdfFormat.N_QUADS)
    rdf = GRAPH_FORMATS[form]
    if not rdf.supports_datasets:
        found = {quad.triple for quad in found}
    result = ox.serialize(sorted(found, key=str), format=rdf, prefixes=dict(prefixes))
    assert result is not None
    return result


def sifted(data: bytes) -> tuple[bytes, list[tuple[int, Exception]]]:
    """The lines of N-Triples or N-Quads *data* that are well-formed, and number and fault of the others."""
    good: list[bytes] = []
    wrong: list[tuple[int, Exception]] = []
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        try:
            for _ in ox.parse(line, format=ox.RdfFormat.N_QUADS):
                pass
        except (SyntaxError, ValueError) as error:
            wrong.append((number, error))
        else:
            good.append(line)
    return b"".join(good), wrong


def ntriples(triples: Iterable[tuple[Node, Node, Node]]) -> bytes:
    """Triples of rdflib as N-Triples."""
    result = ox.serialize(map(_triple, triples), format=ox.RdfFormat.N_TRIPLES)
    assert result is not None
    return result


def steady(triples: Iterable[tuple[Node, Node, Node]]) -> bytes:
    """
    Like :func:`ntriples`, sorted, with blank nodes called in the order of *triples*, whatever their labels.

    The order is that of the files where the graph keeps it, as rdflib's ``SimpleMemory`` does. An algorithm that goes
    by what the nodes say alone (RDFC-1.0) can be kept busy for ever by a small file.
    """
    labels: dict[bytes, bytes] = {}

    def label(match: re.Match[bytes]) -> bytes:
        return labels.setdefault(match[0], b"_:b%d" % len(labels))

    relabelled = re.sub(rb"(?m)^_:\S+|(?<= )_:\S+(?= \.$)", label, ntriples(triples))
    return b"".join(sorted(relabelled.splitlines(keepends=True)))


def terms(data: bytes | Path) -> Iterator[tuple[Node, Node, Node]]:
    """
    The triples of N-Triples as rdflib terms with the labels and forms that stand there.

    Raises:
        InputError: There are triple terms, for which rdflib has nothing.
    """
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


def _node(term: Any, name: str = "") -> Node:
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.Triple):
        raise InputError.of("triple-term", Place(name))
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    return Literal(term.value, datatype=None if datatype == XSD.string else URIRef(datatype), normalize=False)

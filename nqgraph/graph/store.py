"""The store: with :mod:`nqgraph.graph.documents` the only one that imports pyoxigraph, and the border to rdflib."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

import pyoxigraph as ox

from nqgraph.graph import files, mistakes, sparql, turning, xml
from nqgraph.graph.terms import Solutions, Term
from nqgraph.words import faults, formats, vocab
from nqgraph.words.errors import FormatError, InputError, LimitError, Place, QueryError
from nqgraph.words.workspace import Workspace, shipped

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

XSD = vocab.XSD
#: The engine's names of formats of results, by their short names.
RESULT_FORMATS: dict[str, Any] = {
    n: ox.QueryResultsFormat.from_media_type(f.media) for n, f in formats.SOLUTIONS.items()
}
#: The engine's names of formats of graphs, by their short names.
GRAPH_FORMATS: dict[str, Any] = {name: ox.RdfFormat.from_media_type(form.media) for name, form in formats.RDF.items()}
#: Most solutions that the layer makes rows of.
MOST_SOLUTIONS = 1_000_000
#: How many cells of answers are kept.
_MOST_KEPT = 200_000
#: After how many uses of them they are counted.
_COUNTED = 16
#: How many values of things are kept, and how many terms.
_MOST_SEEN = 100_000
Kind = Literal["solutions", "boolean", "graph"]
#: Rounds in which blank nodes are told apart by what is said of them; then their order in the file counts.
_ROUNDS = 64
#: Statements that are added at a time.
_BATCH = 10_000
#: A file that may ask for them gets no contexts from elsewhere; the engine says it in its own words.
_REMOTE = re.compile("LoadDocumentCallback|remote context", re.IGNORECASE)


@dataclass(frozen=True)
class Given:
    """RDF files that are served as they are."""

    files: tuple[Path, ...]
    #: File → IRI of the graph that its default graph becomes.
    graphs: Mapping[Path, str] = field(default_factory=dict)
    #: Base of relative IRIs, in files and queries; that of each file if empty.
    base: str = ""
    #: Whether queries see all graphs where they name none.
    union: bool = False

    def load(self, workspace: Workspace | None = None, *, services: Collection[str] = ()) -> Store:
        """
        A store with the dataset of the files: their graphs by their own names, side by side where several name one.

        Raises:
            InputError: A file is no RDF, or breaks a bound; the base or a graph's name is no IRI.
        """
        if self.base and not iri_is_valid(self.base):
            raise InputError.of("base-no-iri", base=self.base)
        for graph in self.graphs.values():
            if not iri_is_valid(graph):
                raise InputError.of("graph-no-iri", graph=graph)
        store = Store(workspace, services=services, given=self)
        for path in self.files:
            store.take(path, self.graphs.get(path, ""), self.base or path.resolve().as_uri())
        if self.union:
            store.unite()
        return store


class Statement(NamedTuple):
    """A statement as plain values; a blank node is ``_:`` and its label."""

    subject: str
    predicate: str
    object: str
    #: Language of a literal, "" if it has none; None for what is no literal.
    lang: str | None
    datatype: str
    #: IRI of its graph, "" for the default graph.
    graph: str


class Answer:
    """What a query gave: solutions, a boolean or a graph, not yet serialised. Can be consumed once."""

    def __init__(
        self, inner: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, prefixes: dict[str, str] = vocab.PREFIXES
    ) -> None:
        self._inner = inner
        self._prefixes = prefixes
        self.kind: Kind = (
            "solutions"
            if isinstance(inner, ox.QuerySolutions)
            else "boolean"
            if isinstance(inner, ox.QueryBoolean)
            else "graph"
        )

    def serialize(self, form: str = "json") -> bytes:
        """
        The answer as bytes.

        Args:
            form: A key of ``RESULT_FORMATS`` for solutions and booleans, of ``GRAPH_FORMATS`` for graphs.
        Raises:
            QueryError: The format does not fit the kind of answer.
        """
        if isinstance(self._inner, ox.QueryTriples):
            if form not in GRAPH_FORMATS:
                raise QueryError.of("format-graph", form=form, forms=", ".join(GRAPH_FORMATS))
            return _serialized(self._inner, form, self._prefixes)
        if form not in RESULT_FORMATS or self.kind not in formats.SOLUTIONS[form].kinds:
            raise QueryError.of("format-solutions", form=form, forms=", ".join(RESULT_FORMATS))
        result = self._inner.serialize(format=RESULT_FORMATS[form])
        assert result is not None
        return xml.checked(result) if form == "xml" else result

    def write(self, file: IO[bytes], form: str, most: int | None = None) -> bool:
        """
        Like :meth:`serialize`, written to *file* while the engine finds it.

        Args:
            most: How many triples of a graph are written; solutions are not counted here.
        Returns:
            Whether that was all.
        Raises:
            FormatError: A property has no name in RDF/XML, or JSON-LD has no triple terms.
        """
        if not isinstance(self._inner, ox.QueryTriples):
            self._inner.serialize(file, format=RESULT_FORMATS[form])
            return True
        some = self._inner if most is None else islice(self._inner, most)
        ox.serialize(_writable(some, form), file, format=GRAPH_FORMATS[form], prefixes=self._prefixes)
        return most is None or next(self._inner, None) is None


class Store:
    """
    Quads in memory; evaluates all queries.

    What is built lies in named graphs, a triple in one of them alone, and queries see their union. What is given keeps
    its default graph, its blank nodes and the names of its graphs.
    """

    def __init__(
        self, workspace: Workspace | None = None, *, services: Collection[str] = (), given: Given | None = None
    ) -> None:
        """
        Args:
            workspace: Whose model describes the quads; the shipped one if None.
            services: IRIs of the endpoints that queries may call with ``SERVICE``.
            given: The files that the store is filled with, if it is not built.
        """
        self.given = given
        #: Base of relative IRIs in queries, if there is one.
        self.base = given.base if given else ""
        self.workspace = workspace or shipped()
        self.iris = self.workspace.iris
        self._prefixes = self.iris.prefixes
        self._store = ox.Store()
        self._services = services
        #: Statement as stored → its objects as written, where the engine keeps another form or datatype.
        self._written: dict[tuple[Any, Any, Any], tuple[Any, ...]] = {}
        #: Property and direction → thing → values: what the layer has looked up since the last change.
        self._seen: dict[tuple[str, bool], dict[str, list[Term]]] = {}
        #: What the layer has made of it since then.
        self._kept: dict[Any, dict[Any, Any]] = {}
        #: How often that was asked for since it was counted.
        self._uses = 0
        #: Term of the engine → the same as answers have it.
        self._terms: dict[Any, Term | None] = {None: None}

    @classmethod
    def from_nquads(cls, path: Path, workspace: Workspace | None = None, *, services: Collection[str] = ()) -> Store:
        """A store loaded from an N-Quads file that :meth:`nquads` wrote."""
        store = cls(workspace, services=services)
        store._store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        return store

    def __len__(self) -> int:
        return len(self._store)

    # -- in ------------------------------------------------------------------------------------------------------

    def add(self, graph: str, triples: Iterable[tuple[Node, Node, Node]]) -> None:
        """Add rdflib *triples* to the named graph *graph*; blank nodes become IRIs."""
        self.forget()
        name = ox.NamedNode(graph)
        self._store.extend(
            self._noted(ox.Quad(self._term(s), self._term(p), self._term(o), name)) for s, p, o in triples
        )

    def add_new(self, graph: str, triples: Iterable[tuple[Node, Node, Node]]) -> None:
        """Like :meth:`add`, but leaves out triples that stand in any graph already (each triple in one graph)."""
        self.forget()
        name = ox.NamedNode(graph)
        kind, _ = _terms()
        names: dict[Node, Any] = {}  # the same ones come again and again

        def term(node: Node) -> Any:
            found = names.get(node) if type(node) is kind else None
            if found is None:
                found = self._term(node)
                if type(node) is kind:
                    names[node] = found
            return found

        quads = (ox.Quad(term(s), term(p), term(o), name) for s, p, o in triples)
        while batch := list(islice(quads, _BATCH)):
            self._store.extend([quad for quad in batch if not self._known(self._noted(quad))])

    def load(self, path: Path, graph: str, name: str = "", base: str = "") -> int:
        """
        Read the RDF file *path* into the named graph *graph*; graphs named in the file are merged into it.

        Blank nodes become IRIs that stay the same from build to build (RDF 1.1, section 3.5).

        Args:
            base: What relative IRIs start from; the base of the workspace if empty.
        Returns:
            How many new triples were added.
        Raises:
            InputError: The file is not well-formed, names an invalid IRI, carries a document type,
                has triple terms, or says nothing.
        """
        self.forget()
        place = Place(name or str(path))
        data = files.read(path, place.file)
        if not data.strip():
            raise InputError.of("empty-file", place)
        before = len(self._store)
        target = ox.NamedNode(graph)
        prefix = f"{self.iris.genid}{vocab.local_name(graph)}/{_called(path.name)}/"
        with said_where(place, data, files.form_of(path)):
            quads = list(ox.parse(data, format=_engine_format(path), base_iri=base or self.iris.base))
        if not quads:
            raise InputError.of("rdf-nothing", place)
        if any(isinstance(quad.object, ox.Triple) for quad in quads):
            raise InputError.of("triple-term", place)
        names = _blank_names(quads)
        moved = (
            ox.Quad(_named(q.subject, prefix, names), q.predicate, _named(q.object, prefix, names), target)
            for q in quads
        )
        self._store.bulk_extend(quad for quad in map(self._noted, moved) if not self._known(quad))
        return len(self._store) - before

    def take(self, path: Path, graph: str = "", base: str = "") -> None:
        """
        Read the RDF file *path* as it is; an empty one is an empty graph.

        Args:
            graph: IRI of the graph that the default graph of the file becomes.
        Raises:
            InputError: The file is not well-formed, or breaks a bound.
        """
        self.forget()
        place = Place(str(path))
        data = files.read(path)
        form = _engine_format(path)
        base_iri = base or None
        if graph:
            self._store.add_graph(ox.NamedNode(graph))
        if not data.strip():
            return
        with said_where(place, data, files.form_of(path)):
            if not graph:
                self._store.bulk_load(input=data, format=form, base_iri=base_iri)
            elif not form.supports_datasets:
                self._store.bulk_load(input=data, format=form, base_iri=base_iri, to_graph=ox.NamedNode(graph))
            else:
                default, target = ox.DefaultGraph(), ox.NamedNode(graph)
                parsed = ox.parse(data, format=form, base_iri=base_iri, rename_blank_nodes=True)
                self._store.bulk_extend(
                    ox.Quad(quad.subject, quad.predicate, quad.object, target) if quad.graph_name == default else quad
                    for quad in parsed
                )

    def unite(self) -> None:
        """Make the default graph the union of all graphs: a triple in several of them counts once."""
        self.forget()
        self._store.bulk_extend(
            [ox.Quad(*quad.triple) for quad in self._store if not isinstance(quad.graph_name, ox.DefaultGraph)]
        )

    def _term(self, node: Node) -> Any:
        return _term(node, self.iris.genid)

    def _rdflib(self, term: Any) -> Node:
        return _rdflib(term, self.iris.genid)

    def _known(self, quad: ox.Quad) -> bool:
        return next(self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None), None) is not None

    def _noted(self, quad: ox.Quad) -> ox.Quad:
        """*quad*, noted where the engine would forget how its object is written."""
        term = quad.object
        if isinstance(term, ox.Literal) and (stored := _stored(term)) != term:
            key = (quad.subject, quad.predicate, stored)
            self._written[key] = tuple(dict.fromkeys((*self._written.get(key, ()), term)))
        return quad

    def construct_into(self, graph: str, text: str) -> int:
        """
        Evaluate the CONSTRUCT query *text* over the union of graphs and add what is new to *graph*.

        Returns:
            How many triples were added, none of which stood in any graph before.
        """
        self.forget()
        name = ox.NamedNode(graph)
        answer = self._evaluate(text, {})
        assert isinstance(answer, ox.QueryTriples)
        found = [ox.Quad(t.subject, t.predicate, t.object, name) for t in answer]
        fresh = {quad for quad in found if not self._known(quad)}
        self._store.extend(fresh)
        return len(fresh)

    def remove_graph(self, graph: str) -> None:
        """Drop a named graph."""
        self.forget()
        self._store.remove_graph(ox.NamedNode(graph))

    # -- out -----------------------------------------------------------------------------------------------------

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))

    def size(self, graph: str = "") -> int:
        """Number of triples in a named graph, or in what queries see where they name none."""
        pattern = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        (solution,) = self._evaluate(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", {})
        return int(solution["n"].value)

    def unlabelled(self, graph: str = "") -> int:
        """How many triples :meth:`dump` adds as labels to a named graph, or to all graphs together."""
        pattern = "{ ?s skos:prefLabel ?o FILTER NOT EXISTS { ?s rdfs:label ?o } }"
        inside = f"GRAPH <{graph}> {pattern}" if graph else pattern
        ((count,),) = self.select(f"SELECT (COUNT(*) AS ?n) {{ {inside} }}")
        return int(count)

    def has_graph(self, graph: str) -> bool:
        """Whether *graph* is the IRI of a named graph, be it empty."""
        return iri_is_valid(graph) and self._store.contains_named_graph(ox.NamedNode(graph))

    def statements(
        self, subject: str | None = None, predicate: str | None = None, value: str | None = None
    ) -> Iterator[Statement]:
        """
        All statements, or those with a subject, predicate and value (no literal), each once in each of its graphs.

        Where graphs are united, what stands in named ones is not said again for the default graph.
        """
        united = self.given is not None and self.given.union
        s, p, o = (None if name is None else _node(name) for name in (subject, predicate, value))
        for quad in self._store.quads_for_pattern(s, p, o, None):
            if united and isinstance(quad.graph_name, ox.DefaultGraph) and self._is_named(quad):
                continue
            yield _statement(quad)

    def only(self, other: Store) -> Iterator[Statement]:
        """The statements that *other* does not have, in whatever graph."""
        known = other._store
        for quad in self._store:
            if quad not in known and not other._known(quad):
                yield _statement(quad)

    def _is_named(self, quad: ox.Quad) -> bool:
        found = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(not isinstance(other.graph_name, ox.DefaultGraph) for other in found)

    def nquads(self) -> bytes:
        """All quads as N-Quads, sorted: the same content gives the same bytes."""
        lines = self._store.dump(format=ox.RdfFormat.N_QUADS)
        assert lines is not None
        return b"".join(sorted(lines.splitlines(keepends=True)))

    @property
    def marks(self) -> list[ox.Triple]:
        """What the store says of itself if something internal is in it (see ``catalogue.describe``); else nothing."""
        catalogue = ox.NamedNode(self.iris.catalogue)
        said = {quad.triple for quad in self._store.quads_for_pattern(catalogue, None, None, None)}
        return sorted(said, key=str) if ox.NamedNode(vocab.NON_PUBLIC) in {triple.object for triple in said} else []

    def dump(self, form: str, graph: str | None = None, *, labels: bool = False) -> bytes:
        """
        The quads of the store, or the triples of one named graph, in a format of ``GRAPH_FORMATS``.

        N-Triples and N-Quads are sorted; the other formats group statements by subject. What is internal says so, in
        one graph as in all.

        Args:
            labels: Whether what has a ``skos:prefLabel`` has it as ``rdfs:label``, too, which generic tools look for.
        """
        if form == "nq" and graph is None and not labels:
            return self.nquads()
        quads = set(self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph) if graph else None))
        if labels:
            named, label = ox.NamedNode(vocab.SKOS.prefLabel), ox.NamedNode(vocab.RDFS.label)
            quads |= {ox.Quad(q.subject, label, q.object, q.graph_name) for q in quads if q.predicate == named}
        rdf = GRAPH_FORMATS[form]
        if rdf.supports_datasets and graph is None:
            result = ox.serialize(sorted(quads, key=str), format=rdf, prefixes=self._prefixes)
        else:
            return self.serialize(sorted({*(q.triple for q in quads), *self.marks}, key=str), form)
        assert result is not None
        return result

    def dump_default(self, form: str) -> bytes:
        """The triples that queries see where they name no graph, in a format of ``GRAPH_FORMATS``."""
        if self.given is None:
            return self.dump_union(form)
        quads = self._store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        return self.serialize(sorted((quad.triple for quad in quads), key=str), form)

    def dump_union(self, form: str) -> bytes:
        """The triples of all named graphs, each once, in a format of ``GRAPH_FORMATS``."""
        triples = sorted({quad.triple for quad in self._store.quads_for_pattern(None, None, None, None)}, key=str)
        return self.serialize(triples, form)

    def serialize(self, triples: Iterable[Any], form: str) -> bytes:
        """
        Triples of :meth:`matching` in a format of ``GRAPH_FORMATS``, in their order.

        Raises:
            FormatError: XML cannot hold them.
        """
        return _serialized(triples, form, self._prefixes)

    def graph(self, *names: str) -> Graph:
        """
        The named graphs *names* (all of them if none is given), merged into one rdflib graph.

        Literals keep their lexical form: rdflib's own parsers would make ``"maybe"^^xsd:boolean`` a valid ``false``.
        """
        from rdflib import Graph

        merged = Graph(bind_namespaces="none")
        for prefix, namespace in self._prefixes.items():
            merged.bind(prefix, str(namespace))
        known: dict[Any, Node] = {}
        for name in names or self.graphs():
            for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(name)):
                key = (quad.subject, quad.predicate, quad.object)
                for term in (quad.subject, quad.predicate, *(written := self._written.get(key, (quad.object,)))):
                    if term not in known:
                        known[term] = self._rdflib(term)
                for value in written:
                    merged.add((known[quad.subject], known[quad.predicate], known[value]))
        return merged

    def write_ntriples(self, file: IO[bytes]) -> None:
        """Write the triples of all graphs to *file* as N-Triples, literals as they were written."""
        written = {
            _line(s, p, stored): b"".join(_line(s, p, value) for value in values)
            for (s, p, stored), values in self._written.items()
        }
        names = (ox.DefaultGraph(), *self._store.named_graphs())
        if not written:
            for name in names:
                self._store.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=name)
            return
        with TemporaryFile() as kept:
            for name in names:
                self._store.dump(kept, format=ox.RdfFormat.N_TRIPLES, from_graph=name)
            kept.seek(0)
            file.writelines(written.get(line, line) for line in kept)

    def matching(self, subject: str | None = None, predicate: str | None = None, value: str | None = None) -> list[Any]:
        """The triples that match, each once; None, an IRI or a blank node in each place; see :func:`parts`."""
        s, p, o = (None if iri is None else _node(iri) for iri in (subject, predicate, value))
        return list(dict.fromkeys(quad.triple for quad in self._store.quads_for_pattern(s, p, o, None)))

    def objects(self, triples: Iterable[Any]) -> set[str]:
        """The IRIs that are objects of triples of :meth:`matching`."""
        return {triple.object.value for triple in triples if isinstance(triple.object, ox.NamedNode)}

    # -- queries -------------------------------------------------------------------------------------------------

    def query(
        self,
        text: str,
        bindings: Mapping[str, str] | None = None,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str = "",
        whole: bool = False,
    ) -> Answer:
        """
        Evaluate a SPARQL 1.1 query; over what is built, and where it names no graph, over the union of all graphs.

        Args:
            text: The query; our prefixes need no declaration.
            bindings: Variable → term as N-Triples text; the variable must be projected.
            default_graphs: IRIs of the graphs to take as the default graph; with *named_graphs* they win over FROM.
            named_graphs: IRIs of the graphs that GRAPH can name.
            base: What relative IRIs are relative to where neither the query nor the store has a base.
            whole: Whether it sees all graphs of what is given, as pages and canned queries do.
        Raises:
            QueryError: The text is not a query; names line and column. Or it calls a SERVICE that is not allowed.
        Source:
            https://www.w3.org/TR/sparql11-query/, https://www.w3.org/TR/sparql11-protocol/#dataset and SEP-0007
        """
        dataset = (default_graphs, named_graphs)
        return Answer(self._evaluate(text, bindings or {}, dataset, base, whole=whole), self._prefixes)

    def select(self, text: str, bindings: Mapping[str, str] | None = None) -> list[tuple[Any, ...]]:
        """
        Solutions of a SELECT over all graphs as tuples of plain values in the order of projection; None where unbound.

        All at once: the engine's own iterator may be dropped in the thread alone that made it.
        """
        answer = self._evaluate(text, bindings or {}, whole=True)
        if not isinstance(answer, ox.QuerySolutions):
            raise QueryError.of("not-a-select")
        return [tuple(None if term is None else parts(term)[0] for term in solution) for solution in answer]

    def terms(self, text: str) -> Solutions:
        """
        The solutions of a SELECT as terms.

        Raises:
            LimitError: There are more than :data:`MOST_SOLUTIONS`.
        """
        answer = self._evaluate(turning.turned(text), {})
        if not isinstance(answer, ox.QuerySolutions):
            raise QueryError.of("not-a-select")
        names = [variable.value for variable in answer.variables]
        known = self._terms
        if len(known) > _MOST_SEEN:
            self._terms = {None: None}  # what is known serves this answer, then it goes
        rows = []
        for solution in answer:
            row = []
            for term in solution:
                if term not in known:
                    known[term] = _plain_term(term)
                row.append(known[term])
            rows.append(tuple(row))
            if len(rows) > MOST_SOLUTIONS:
                raise LimitError.of("limit-rows", rows=MOST_SOLUTIONS)
        return names, rows

    def values(self, things: Iterable[str], predicate: str, inverse: bool = False) -> dict[str, list[Term]]:
        """The values of a property of *things*, each once; what has none is left out."""
        found: dict[str, list[Term]] = {}
        if sum(map(len, self._seen.values())) > _MOST_SEEN:
            self._seen.clear()
        seen = self._seen.setdefault((predicate, inverse), {})
        named, quads = ox.NamedNode(predicate), self._store.quads_for_pattern
        for thing in things:
            if thing not in seen:
                try:
                    node = ox.NamedNode(thing)
                except ValueError:
                    continue
                ends: list[Any]
                if inverse:
                    ends = [quad.subject for quad in quads(None, named, node, None)]
                else:
                    ends = [quad.object for quad in quads(node, named, None, None)]
                if len(ends) > 1:  # in several graphs the same may be said
                    ends = list(dict.fromkeys(ends))
                seen[thing] = [_plain_term(term) for term in ends]
            if seen[thing]:
                found[thing] = seen[thing]
        return found

    @property
    def kept(self) -> dict[Any, dict[Any, Any]]:
        """Where cells of answers are kept until the next change, or until there are many."""
        self._uses = (self._uses + 1) % _COUNTED
        if not self._uses and sum(map(len, self._kept.values())) > _MOST_KEPT:
            self._kept.clear()
        return self._kept

    def forget(self) -> None:
        """Forget what was looked up for earlier answers."""
        self._seen.clear()
        self._kept.clear()
        self._terms = {None: None}

    def solutions(self, text: str) -> list[tuple[Node | None, ...]]:
        """Solutions of a SELECT as tuples of rdflib terms."""
        answer = self._evaluate(text, {})
        assert isinstance(answer, ox.QuerySolutions)
        known: dict[Any, Node | None] = {None: None}  # the same names come again and again

        def node(term: Any) -> Node | None:
            found = known.get(term)
            if found is None and term is not None:
                found = self._rdflib(term)
                if not isinstance(term, ox.Literal):
                    known[term] = found
            return found

        return [tuple(map(node, solution)) for solution in answer]

    def bindings(self, text: str) -> list[dict[str, Node]]:
        """Solutions of a SELECT as variable → rdflib term, without those that are unbound."""
        answer = self._evaluate(text, {})
        assert isinstance(answer, ox.QuerySolutions)
        names = [variable.value for variable in answer.variables]
        return [
            {name: self._rdflib(term) for name, term in zip(names, solution, strict=True) if term is not None}
            for solution in answer
        ]

    def ask(self, text: str, bindings: Mapping[str, str] | None = None) -> bool:
        """Truth of an ASK query."""
        return bool(self._evaluate(text, bindings or {}, whole=True))

    def _evaluate(
        self,
        text: str,
        bindings: Mapping[str, str],
        dataset: tuple[Sequence[str], Sequence[str]] = ((), ()),
        base: str = "",
        *,
        whole: bool = False,
    ) -> Any:
        text = text.removeprefix("\ufeff")
        if self._calls_service(text):
            raise QueryError.of("service-refused")
        base = self.base or base
        try:
            store, given = self._dataset(text, dataset, base)
            return store.query(
                text,
                base_iri=base or None,
                prefixes=self._prefixes,
                use_default_graph_as_union=not given and (whole or self.given is None),
                **given,
                substitutions={ox.Variable(name): parse_term(value) for name, value in bindings.items()},
            )
        except (SyntaxError, ValueError) as error:
            raise QueryError([mistakes.found(text, plain(error), self._prefixes)]) from error
        except RuntimeError as error:  # such as functions that the engine does not have
            unknown = re.search(r"function <([^>]*)>", str(error))
            if unknown is None:
                raise QueryError.of("query-failed", message=plain(error)) from error
            raise QueryError.of("function-unknown", function=unknown[1]) from error

    def call(self, text: str, addresses: Callable[[Sequence[str]], Mapping[str, str]], base: str = "") -> str:
        """
        *text* with other addresses for the endpoints that it calls; from then on these are the allowed ones.

        Args:
            addresses: What stands for each endpoint.
        Raises:
            QueryError: It calls one that is not allowed.
        """
        if "service" not in text.casefold():
            return text
        if self._calls_service(text):
            raise QueryError.of("service-refused")
        services = sparql.clauses(text, self._prefixes, self.base or base).services
        if not services:
            return text
        named = addresses(services)
        self._services = tuple(named.values())
        return sparql.called(text, named, self._prefixes, self.base or base)

    def allow(self, services: Collection[str]) -> None:
        """Let queries call the endpoints *services*, and no others."""
        self._services = services

    def _calls_service(self, text: str) -> bool:
        """Whether *text* asks endpoints with SERVICE that it may not ask; the engine itself would call any address."""
        if "service" not in text.casefold():
            return False
        return not set(sparql.clauses(text, self._prefixes).services) <= set(self._services)

    def _dataset(self, text: str, named: tuple[Sequence[str], Sequence[str]], base: str) -> tuple[Any, dict[str, Any]]:
        """
        The store to ask, and the dataset in it: that of the protocol, else that of the text, else its own ({}).

        Source:
            https://www.w3.org/TR/sparql11-query/#rdfDataset: the default graph is the merge of the graphs after FROM,
            in which a triple of two of them stands once; the engine would count it twice.
        """
        if any(named):
            default, graphs = ([ox.NamedNode(iri) for iri in dict.fromkeys(listed)] for listed in named)
        elif "from" in text.casefold():
            asked = sparql.clauses(text, self._prefixes, base)
            default, graphs = (
                [ox.NamedNode(iri) for iri in dict.fromkeys(listed)] for listed in (asked.default, asked.named)
            )
        else:
            default = graphs = []
        if not default and not graphs:
            return self._store, {}
        if len(default) > 1 and self._share(default):
            merged = ox.Store()
            for graph in default:
                merged.extend(ox.Quad(*quad.triple) for quad in self._store.quads_for_pattern(None, None, None, graph))
            for graph in graphs:
                merged.add_graph(graph)
                merged.extend(self._store.quads_for_pattern(None, None, None, graph))
            return merged, {"default_graph": [ox.DefaultGraph()], "named_graphs": graphs}
        return self._store, {"default_graph": default, "named_graphs": graphs}

    def _share(self, graphs: Sequence[ox.NamedNode]) -> bool:
        """Whether a triple stands in two of *graphs*."""
        pairs = ((one, other) for number, one in enumerate(graphs) for other in graphs[number + 1 :])
        asked = "ASK {{ GRAPH {} {{ ?s ?p ?o }} GRAPH {} {{ ?s ?p ?o }} }}"
        return any(bool(self._store.query(asked.format(one, other))) for one, other in pairs)


#: Datatypes of whose values the engine keeps another form than the written one.
_KEPT_OTHERWISE = frozenset(
    {XSD[name] for name in ("integer", "decimal", "double", "float", "boolean", "date", "dateTime", "time", "duration")}
    | {XSD[name] for name in ("yearMonthDuration", "dayTimeDuration", "dateTimeStamp")}
    | {XSD[name] for name in ("gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")}
    | vocab.DERIVED_INTEGERS
)
_PLAIN_INTEGER = re.compile("0|-?[1-9][0-9]{0,17}")


def _stored(literal: ox.Literal) -> ox.Literal:
    """*literal* as the engine keeps it."""
    datatype = literal.datatype.value
    if datatype not in _KEPT_OTHERWISE or (datatype == XSD.integer and _PLAIN_INTEGER.fullmatch(literal.value)):
        return literal
    return _kept(literal)


@lru_cache(maxsize=10_000)
def _kept(literal: ox.Literal) -> ox.Literal:
    scratch = ox.Store()
    scratch.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), literal))
    kept = next(iter(scratch)).object
    assert isinstance(kept, ox.Literal)
    return kept


def _line(subject: Any, predicate: Any, value: Any) -> bytes:
    return f"{ox.Triple(subject, predicate, value)} .\n".encode()


def parse_term(text: str) -> Any:
    """
    The term written as N-Triples *text*.

    Raises:
        QueryError: The text is no IRI in angle brackets and no literal.
    """
    try:
        (quad,) = ox.parse(f"<x:s> <x:p> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise QueryError.of("bad-term", term=text) from error
    if not isinstance(quad.object, ox.NamedNode | ox.Literal):
        raise QueryError.of("bad-term", term=text)
    return quad.object


def converted(document: bytes, form: str) -> bytes:
    """The results *document*, which is in JSON, in another format of ``RESULT_FORMATS``."""
    parsed = ox.parse_query_results(document, format=ox.QueryResultsFormat.JSON)
    result = parsed.serialize(format=RESULT_FORMATS[form])
    assert result is not None
    return result


def _plain_term(term: Any) -> Term:
    if isinstance(term, ox.Literal):
        datatype = "" if term.language else term.datatype.value
        return Term(term.value, False, term.language or "", "" if datatype == vocab.XSD.string else datatype)
    return Term(term.value, isinstance(term, ox.NamedNode))


def parts(term: Any) -> tuple[str, str, str]:
    """Value, language and datatype of a term of a triple; what is no literal has neither of the last two."""
    if isinstance(term, ox.Literal):
        return term.value, term.language or "", term.datatype.value
    return (term.value if isinstance(term, ox.NamedNode) else str(term)), "", ""


def _statement(quad: ox.Quad) -> Statement:
    value, lang, datatype = parts(quad.object)
    named = lang if isinstance(quad.object, ox.Literal) else None
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
    return Statement(parts(quad.subject)[0], quad.predicate.value, value, named, datatype, graph)


def ntriple(said: Statement) -> str:
    """A statement as a line of N-Triples, without its end."""
    value: Any = said.object
    if said.lang:
        value = ox.Literal(said.object, language=said.lang)
    elif said.lang is not None:
        value = ox.Literal(said.object, datatype=ox.NamedNode(said.datatype))
    elif not value.startswith("<<"):  # a triple term is written already
        value = _node(value)
    return f"{_node(said.subject)} <{said.predicate}> {value} ."


def iri_is_valid(iri: str) -> bool:
    """Whether *iri* is an absolute IRI (RFC 3987)."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


def rdf_format(path: Path) -> Any:
    """The RDF format of a file by its ending, or None."""
    return _engine_format(path) if files.form_of(path) else None


def _engine_format(path: Path) -> Any:
    form = files.form_of(path)
    return ox.RdfFormat.N3 if form == "n3" else GRAPH_FORMATS[form]


@contextmanager
def said_where(place: Place, data: bytes = b"", form: str = "") -> Iterator[None]:
    """
    What the engine finds wrong with a file, as an error that says where.

    Args:
        data: What the file holds, and the short name of its format: of RDF/XML the engine does not say where.
    """
    try:
        yield
    except (SyntaxError, ValueError) as error:
        if _REMOTE.search(str(error)):
            raise InputError.of("jsonld-remote-context", place) from error
        raise InputError([faults.found(error, place, data, form)]) from error
    if form == "rdf" and (fault := faults.xml_fault(data, place)):
        raise InputError([fault])


def _serialized(triples: Any, form: str, prefixes: Mapping[str, str]) -> bytes:
    result = ox.serialize(_writable(triples, form), format=GRAPH_FORMATS[form], prefixes=dict(prefixes))
    assert result is not None
    return xml.checked(result) if form == "rdf" else result


def _writable(triples: Iterable[Any], form: str) -> Iterable[Any]:
    """*triples*, up to one that the format cannot hold; then a :class:`FormatError`."""
    if form == "rdf":
        return _with_names(triples)
    return _without_terms(triples) if form == "jsonld" else triples


def _without_terms(triples: Iterable[Any]) -> Iterator[Any]:
    for triple in triples:
        if isinstance(triple.object, ox.Triple):
            raise FormatError.of("format-triple-terms", form="JSON-LD", forms="ttl, nt, trig, nq, rdf")
        yield triple


def _with_names(triples: Iterable[Any]) -> Iterator[Any]:
    """
    *triples*, up to one that RDF/XML has no name for.

    The engine writes the first type of a subject as the name of its element. One that is no name comes later.
    """
    known = set[str]()
    held: list[Any] = []
    subject: Any = None
    begun = False
    for triple in triples:
        iri = triple.predicate.value
        if triple.subject != subject:
            if held:
                break
            subject, begun = triple.subject, False
        typed = not begun and iri == vocab.RDF.type and isinstance(triple.object, ox.NamedNode)
        if typed and not xml.has_name(triple.object.value):
            held.append(triple)
            continue
        if iri not in known:
            if not xml.has_name(iri):
                raise FormatError.of("xml-name", iri=iri)
            known.add(iri)
        begun = True
        yield triple
        yield from held
        held = []
    if held:  # the only thing that is said of its subject
        raise FormatError.of("xml-name", iri=held[0].object.value)


def _node(name: str) -> Any:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def plain(error: Exception) -> str:
    message = error.msg if isinstance(error, SyntaxError) and error.msg else str(error)
    return message.removeprefix("error at ").strip()


def _called(file: str) -> str:
    """How IRIs call a file: no two alike, whatever the signs that IRIs leave out."""
    plain = vocab.slug(file)
    stem, _, ending = file.rpartition(".")
    told = plain == f"{stem}-{ending}"
    return plain if told else f"{plain}-{blake2b(file.encode('utf-8', 'surrogateescape'), digest_size=4).hexdigest()}"


def _blank_names(quads: Sequence[ox.Quad]) -> dict[Any, str]:
    """
    Blank node → a name that follows from what is said of it, whatever its label and place in the file.

    Round by round a node is told apart by its neighbours, then theirs (colour refinement); the cost is linear in each
    round. Nodes that stay alike are numbered in the order of the file: nothing else tells them apart in linear time,
    and an algorithm that does (RDFC-1.0) can be kept busy for ever by a small file.
    """
    said: dict[Any, list[tuple[str, str, Any]]] = {}
    for quad in quads:
        subject, predicate, term = quad.subject, quad.predicate.value, quad.object
        if isinstance(subject, ox.BlankNode):
            said.setdefault(subject, []).append((">", predicate, term))
        if isinstance(term, ox.BlankNode):
            said.setdefault(term, []).append(("<", predicate, subject))
    colours = dict.fromkeys(said, "")
    kinds = 1
    for _ in range(_ROUNDS):
        if kinds == len(said):
            break
        colours = {node: _colour(colours, node, statements) for node, statements in said.items()}
        before, kinds = kinds, len(set(colours.values()))
        if kinds == before:
            break
    names: dict[Any, str] = {}
    used: dict[str, int] = {}
    for node, colour in colours.items():
        number = used[colour] = used.get(colour, 0) + 1
        names[node] = f"b{colour}" if number == 1 else f"b{colour}-{number}"
    return names


def _colour(colours: Mapping[Any, str], node: Any, statements: Iterable[tuple[str, str, Any]]) -> str:
    told = sorted(
        f"{way} {predicate} {'_:' + colours[term] + '=' * (term == node) if term in colours else term}"
        for way, predicate, term in statements
    )
    return blake2b("\n".join(told).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _named(term: Any, prefix: str, names: Mapping[Any, str]) -> Any:
    return ox.NamedNode(prefix + names[term]) if isinstance(term, ox.BlankNode) else term


@cache
def _terms() -> tuple[Any, Any]:
    """The classes of rdflib, which takes long to load; a statement to import costs more than all else of a term."""
    from rdflib import Literal, URIRef

    return URIRef, Literal


def _term(node: Node, genid: str) -> Any:
    name, literal = _terms()
    if isinstance(node, name):
        return ox.NamedNode(str(node))
    if isinstance(node, literal):
        if node.language:
            return ox.Literal(str(node), language=str(node.language))
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or vocab.XSD.string)))
    return ox.NamedNode(genid + str(node))


def _rdflib(term: Any, genid: str) -> Node:
    name, literal = _terms()
    found: Node
    if isinstance(term, ox.NamedNode):
        found = name(term.value)
    elif isinstance(term, ox.Literal) and term.language:
        found = literal(term.value, lang=term.language)
    elif isinstance(term, ox.Literal):
        datatype = term.datatype.value
        kind = None if datatype == vocab.XSD.string else name(datatype)
        found = literal(term.value, datatype=kind, normalize=False)
    else:
        found = name(genid + str(term.value))
    return found

"""The test suites of the W3C for SPARQL, read where they lie: cases, and whether an answer is the one they want."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, Namespace
from rdflib.collection import Collection

from nqgraph.graph.sparql import clauses
from nqgraph.graph.store import Given, Store
from nqgraph.words.errors import NqgraphError
from tests.conftest import ROOT

#: Where the suites lie, beside the checkout.
STANDARDS = next(
    (found for at in (ROOT, *ROOT.parents) if (found := at / "shared" / "standards" / "w3c-sparql").is_dir()), Path()
)
needs_suites = pytest.mark.skipif(Path() == STANDARDS, reason="../shared/standards/w3c-sparql is not there")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
#: Errors of what is understood, but not done here.
_UNDERSTOOD = frozenset({"service-refused", "function-unknown"})


@dataclass(frozen=True)
class Case:
    """A test of a query: its text, its data, and what it shall give."""

    name: str
    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()
    result: Path | None = None
    #: Whether a row may come as often as one likes (REDUCED).
    lax: bool = False
    #: Endpoint → its data.
    endpoints: tuple[tuple[str, Path], ...] = ()


def manifest(path: Path) -> rdflib.Graph:
    """A manifest; its IRIs are those of files."""
    return rdflib.Graph().parse(path, format="turtle", publicID=path.as_uri())


def cases(*manifests: Path) -> Iterator[Case]:
    """The tests of queries in *manifests* and in those that they include, each once."""
    for path in manifests:
        graph = manifest(path)
        for included in graph.objects(None, MF.include):
            yield from cases(*(_path(item) for item in Collection(graph, included)))
        for entries in graph.objects(None, MF.entries):
            for entry in Collection(graph, entries):
                if (found := _case(graph, entry, path)) is not None:
                    yield found


def _case(graph: rdflib.Graph, entry: Any, path: Path) -> Case | None:
    types = {str(found).partition("#")[2] for found in graph.objects(entry, RDF.type)}
    tested = next((name for name in types if "Query" in name or "Syntax" in name or "ResultFormat" in name), "")
    action = graph.value(entry, MF.action)
    query = graph.value(action, QT.query) or (action if isinstance(action, rdflib.URIRef) else None)
    if not tested or query is None or "Update" in tested:
        return None
    result = graph.value(entry, MF.result)
    return Case(
        f"{path.parent.name}/{str(entry).rpartition('#')[2]}",
        tested,
        _path(query),
        tuple(sorted(map(_path, graph.objects(action, QT.data)))),
        tuple(sorted(_path(g) for g in graph.objects(action, QT.graphData) if isinstance(g, rdflib.URIRef))),
        None if result is None else _path(result),
        graph.value(entry, MF.resultCardinality) == MF.LaxCardinality,
        tuple(
            sorted(
                (str(graph.value(service, QT.endpoint)), _path(graph.value(service, QT.data)))
                for service in graph.objects(action, QT.serviceData)
            )
        ),
    )


def _path(iri: Any) -> Path:
    return Path(str(iri).removeprefix("file://"))


def fault(case: Case) -> str:
    """What is wrong with how *case* is answered; "" if nothing is."""
    with endpoints(case) as addresses:
        return _fault(case, addresses)


@contextmanager
def endpoints(case: Case) -> Iterator[dict[str, str]]:
    """Servers for the endpoints that *case* asks: the address in the query → that of the server."""
    with ExitStack() as stack:
        found: dict[str, str] = {}
        for address, path in case.endpoints:
            store = Store(given=Given(()), services=found.values())
            store.take(path, base=path.as_uri())
            server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Endpoint, store))
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            Thread(target=server.serve_forever, daemon=True).start()
            found[address] = f"http://127.0.0.1:{server.server_address[1]}/sparql"
        yield found


class _Endpoint(BaseHTTPRequestHandler):
    """As much of the protocol as the engine speaks when it asks others."""

    def __init__(self, store: Store, *rest: Any) -> None:
        self._store = store
        super().__init__(*rest)

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"])).decode()
        body = self._store.query(asked).serialize("json")
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


def _fault(case: Case, addresses: dict[str, str]) -> str:
    text = f"BASE <{case.query.as_uri()}>\n" + case.query.read_text(encoding="utf-8")
    for address, here in addresses.items():
        text = text.replace(f"<{address}>", f"<{here}>")
    store = Store(given=Given(()), services=addresses.values())
    try:
        asked = clauses(text)
        named = {*case.graphs, *(_path(iri) for iri in (*asked.default, *asked.named))}
        for path in case.data:
            store.take(path, base=path.as_uri())
        for path in sorted(named):
            if path.is_file():
                store.take(path, path.as_uri(), path.as_uri())
        answer = store.query(text)
        form = "nt" if answer.kind == "graph" else _form(case)
        given = answer.serialize(form)
    except NqgraphError as error:
        understood = {problem.text.code for problem in error.problems} & _UNDERSTOOD and "Syntax" in case.kind
        return "" if understood or "Negative" in case.kind else f"refused: {error}"
    if "Negative" in case.kind:
        return "not refused"
    if case.result is None:
        return ""
    wanted, got = _wanted(case.result, reduced=case.lax), _read(given, form, reduced=case.lax)
    return "" if wanted == got else f"wanted {wanted}, got {got}"


def _form(case: Case) -> str:
    ending = case.result.suffix if case.result else ""
    return {".csv": "csv", ".tsv": "tsv", ".srx": "xml"}.get(ending, "json")


def _wanted(path: Path, *, reduced: bool) -> Any:
    if path.suffix in (".ttl", ".rdf", ".nt"):
        triples = list(ox.parse(path=str(path), base_iri=path.as_uri()))
        if any(triple.object == ox.NamedNode(str(RS.ResultSet)) for triple in triples):
            return _result_set(triples, reduced=reduced)
        return _canonical([ox.Quad(t.subject, t.predicate, t.object) for t in triples])
    form = {".srx": "xml", ".srj": "json", ".csv": "csv", ".tsv": "tsv"}[path.suffix]
    return _read(path.read_bytes(), form, reduced=reduced)


def _read(content: bytes, form: str, *, reduced: bool) -> Any:
    if form == "nt":
        return _canonical(list(ox.parse(content, format=ox.RdfFormat.N_TRIPLES)))
    if form == "csv":
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        made = [[(name, _cell(cell)) for name, cell in zip(head, row, strict=True)] for row in rows if row or head]
        return sorted(head), _rows(made, reduced=reduced)
    formats = {
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
        "tsv": ox.QueryResultsFormat.TSV,
    }
    parsed = ox.parse_query_results(content, format=formats[form])
    if isinstance(parsed, ox.QueryBoolean):
        return bool(parsed)
    names = [variable.value for variable in parsed.variables]
    return sorted(names), _rows([[(name, solution[name]) for name in names] for solution in parsed], reduced=reduced)


def _cell(text: str) -> Any:
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.IGNORECASE):
        return ox.Literal(str(float(text)))  # as a number, in whatever form
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.Literal(text)


def _result_set(triples: list[Any], *, reduced: bool) -> Any:
    """A result set in RDF (https://www.w3.org/2001/sw/DataAccess/tests/result-set.n3)."""
    by_subject: dict[Any, list[tuple[str, Any]]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append((triple.predicate.value, triple.object))
    names, rows = [], []
    for statements in by_subject.values():
        for predicate, value in statements:
            if predicate == str(RS.boolean):
                return value.value == "true"
            if predicate == str(RS.resultVariable):
                names.append(value.value)
            if predicate == str(RS.solution):
                bindings = [dict(by_subject[b]) for p, b in by_subject.get(value, ()) if p == str(RS.binding)]
                rows.append([(b[str(RS.variable)].value, b[str(RS.value)]) for b in bindings])
    return sorted(names), _rows(rows, reduced=reduced)


def _rows(rows: list[list[tuple[str, Any]]], *, reduced: bool) -> Any:
    """Rows as a graph, in which their order and the labels of blank nodes say nothing."""
    if reduced:
        rows = list({str(row): row for row in rows}.values())
    quads = []
    for number, row in enumerate(rows):
        node = ox.BlankNode(f"row{number}")
        quads.append(ox.Quad(node, ox.NamedNode("x:is"), ox.NamedNode("x:row")))
        quads += [ox.Quad(node, ox.NamedNode(f"x:{name}"), value) for name, value in row if value is not None]
    return len(rows), _canonical(quads)


def _canonical(quads: list[Any]) -> list[str]:
    store = ox.Store()  # which writes numbers in its own form, on both sides
    store.extend(quad if isinstance(quad, ox.Quad) else ox.Quad(*quad) for quad in quads)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


# -- protocols ---------------------------------------------------------------------------------------------------------

HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")


@dataclass(frozen=True)
class Request:
    """A request of a test, and what shall come back."""

    method: str
    address: str
    headers: dict[str, str]
    body: bytes
    #: Statuses, or the first digit of them.
    statuses: frozenset[str]
    #: What an ASK shall say.
    boolean: bool | None
    #: ``boolean``, ``tabular`` or ``RDF``; "" if nothing is said.
    form: str
    #: The graph that shall come back, in Turtle.
    graph: str


@dataclass(frozen=True)
class Exchange:
    """A test of a protocol: requests one after the other, and graphs that must be there."""

    name: str
    requests: tuple[Request, ...]
    #: IRI of a graph → its file.
    graphs: dict[str, Path]

    @property
    def writes(self) -> bool:
        """Whether it changes graphs, which a server that only reads cannot."""
        return any(
            request.method in ("PUT", "DELETE", "PATCH")
            or (request.method == "POST" and request.address.startswith("/gsp"))
            or b"update=" in request.body
            or request.headers.get("content-type", "").startswith("application/sparql-update")
            for request in self.requests
        ) and any(status[0] in "23" for request in self.requests for status in request.statuses)


def exchanges(*manifests: Path) -> Iterator[Exchange]:
    """The tests of protocols in *manifests* and in those that they include."""
    for path in manifests:
        graph = manifest(path)
        for included in graph.objects(None, MF.include):
            yield from exchanges(*(_path(item) for item in Collection(graph, included)))
        for entries in graph.objects(None, MF.entries):
            for entry in Collection(graph, entries):
                asked = graph.value(graph.value(entry, MF.action), HT.requests)
                graphs = {
                    str(graph.value(given, rdflib.RDFS.label)): _path(graph.value(given, UT.graph))
                    for given in graph.objects(entry, UT.graphData)
                    if isinstance(given, rdflib.BNode)
                }
                listed = Collection(graph, asked) if asked is not None else ()
                yield Exchange(str(entry).rpartition("#")[2], tuple(_request(graph, one) for one in listed), graphs)


def _request(graph: rdflib.Graph, node: Any) -> Request:
    answer = graph.value(node, HT.resp)
    chars = graph.value(graph.value(node, HT.body), CNT.chars)
    encoding = str(graph.value(graph.value(node, HT.body), CNT.characterEncoding) or "utf-8")
    listed = graph.value(node, HT.headers)
    boolean = graph.value(answer, MF.expectedBoolean)
    return Request(
        str(graph.value(node, HT.methodName)),
        str(graph.value(node, HT.absolutePath)),
        {
            str(graph.value(h, HT.fieldName)).lower(): str(graph.value(h, HT.fieldValue))
            for h in (Collection(graph, listed) if listed is not None else ())
        },
        str(chars or "").encode(encoding),
        frozenset(map(_status, graph.objects(answer, MF.expectedStatus))),
        None if boolean is None else bool(boolean.toPython()),
        str(graph.value(answer, MF.expectedFormat) or ""),
        str(graph.value(graph.value(answer, HT.body), CNT.chars) or ""),
    )


def _status(named: Any) -> str:
    name = str(named).partition("#")[2]
    known = {"OK": "200", "Created": "201", "NoContent": "204", "BadRequest": "400", "NotFound": "404"}
    known |= {"MethodNotAllowed": "405", "UnsupportedMediaType": "415"}
    return known.get(name) or name.removeprefix("StatusCode")

"""The suites of the W3C for SPARQL 1.1, 1.0, its protocols and service description, run where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
import rdflib
from rdflib.compare import isomorphic

from tests import w3c
from tests.servers import serving
from tests.w3c import STANDARDS, Exchange, Request, needs_suites

pytestmark = needs_suites
SPARQL_11 = ("manifest-sparql11-query", "csv-tsv-res/manifest", "json-res/manifest", "manifest-sparql11-fed")
SPARQL_10 = ("manifest-evaluation", "manifest-syntax")
#: Cases that are answered otherwise, with the reason; all of them are the engine's ways but for the last.
OTHERWISE_11 = {
    "aggregates/agg-groupconcat-04": "texts of one language are joined to one in it, as SPARQL 1.2 does",
    "aggregates/agg-groupconcat-06": "texts of one language are joined to one in it, as SPARQL 1.2 does",
    "aggregates/agg-empty-group-count-graph": "a count of nothing in a graph gives no row for that graph",
    "bindings/graph": "VALUES for the variable of GRAPH are not joined with the names of graphs",
    "functions/bnode01": "BNODE(text) makes another node each time, also within one row",
    "negation/graph-minus": "the variable of GRAPH counts as shared by both sides of MINUS",
    "property-path/zero_or_more_set_start": "a path of length zero needs its end in the data",
    "property-path/zero_or_more_set_end": "a path of length zero needs its start in the data",
    "property-path/zero_or_one_set_start": "a path of length zero needs its end in the data",
    "property-path/zero_or_one_set_end": "a path of length zero needs its start in the data",
    "service/service5": "SERVICE with a variable: what may be asked is a list of addresses",
    "service/service6": "SERVICE with a variable: what may be asked is a list of addresses",
    "service/service7": "SERVICE with a variable: what may be asked is a list of addresses",
}
OTHERWISE_10 = {
    "open-world/open-eq-01": "numbers are kept by their value, not as they are written",
    "open-world/date-2": "dates with and without a time zone can be compared",
    "graph/graph-variable-scope": "the variable of GRAPH is bound inside of its group",
    "graph/graph-optional": "the variable of GRAPH is bound inside of its group",
    "expr-builtin/dawg-str-1": "numbers are kept by their value, not as they are written",
    "expr-builtin/dawg-str-2": "numbers are kept by their value, not as they are written",
    "expr-builtin/sameTerm-simple": "numbers are kept by their value, not as they are written",
    "expr-builtin/sameTerm-eq": "numbers are kept by their value, not as they are written",
    "expr-builtin/sameTerm-not-eq": "numbers are kept by their value, not as they are written",
    "expr-builtin/case-insensitive-booleans": "TRUE and FALSE in capitals are no booleans to the parser",
    "expr-equals/eq-graph-1": "numbers are kept by their value, not as they are written",
    "expr-equals/eq-graph-2": "numbers are kept by their value, not as they are written",
    "distinct/distinct-1": "numbers are kept by their value, not as they are written",
    "distinct/distinct-9": "numbers are kept by their value, not as they are written",
    "syntax-sparql3/syn-bad-26": "<?a&&?b> is no IRI to the parser but a comparison",
}


@pytest.mark.parametrize(
    ("folder", "manifests", "otherwise", "least", "count"),
    [("sparql11", SPARQL_11, OTHERWISE_11, 334, 348), ("sparql10", SPARQL_10, OTHERWISE_10, 455, 482)],
)
def test_queries_are_answered_as_the_working_group_wants(
    folder: str, manifests: tuple[str, ...], otherwise: dict[str, str], least: int, count: int
) -> None:
    """Syntax, evaluation, formats of results and calls of others; what is answered otherwise is known, with reasons."""
    cases = list(w3c.cases(*(STANDARDS / folder / f"{name}.ttl" for name in manifests)))
    faults = {case.name: fault for case in cases if (fault := w3c.fault(case))}
    assert (len(cases), faults.keys()) == (count, otherwise.keys()), faults
    assert len(cases) - len(faults) >= least


# -- the protocols -----------------------------------------------------------------------------------------------------

DATA = "http://kasei.us/2009/09/sparql/data"
HOST = "www.example"


def exchanges(suite: str) -> list[Exchange]:
    return list(w3c.exchanges(STANDARDS / "sparql11" / suite / "manifest.ttl")) if Path() != STANDARDS else []


def reads() -> Iterator[tuple[str, int, Request]]:
    """
    The requests of the graph store's tests that read, by test and number; what follows from an address made up is none.

    Where one name has one content after the other, each has a name of its own here.
    """
    for exchange in exchanges("graph-store-protocol"):
        for number, request in enumerate(exchange.requests):
            if request.method in ("GET", "HEAD") and "$LOCATION$" not in request.address:
                own = request.address
                if "pct_encoded" not in exchange.name:
                    own = own.replace("1.ttl", f"{exchange.name}-{number}.ttl")
                yield exchange.name, number, replace(request, address=own, headers={**request.headers, "host": HOST})


def graph_named(address: str) -> str:
    """IRI of the graph that *address* names, "" for the default graph."""
    if "?" not in address:
        return f"http://{HOST}{address.replace('/gsp', '/rdf-graph-store', 1)}"
    return unquote(address.partition("graph=")[2])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with the graphs that the tests of the protocols name, and with those that they would write."""
    folder = tmp_path_factory.mktemp("w3c")
    (folder / "data0.nt").write_text("", encoding="utf-8")
    graphs = {f"{DATA}/data{n}.rdf": STANDARDS / "sparql11" / "protocol" / f"data{n}.nt" for n in (1, 2, 3)}
    graphs[f"{DATA}/data0.rdf"] = folder / "data0.nt"
    for name, number, request in reads():
        if "200" in request.statuses:
            path = folder / f"{name}-{number}.ttl"
            path.write_text(request.graph or "<x:a> <x:b> <x:c> .", encoding="utf-8")
            graphs[graph_named(request.address)] = path
    default = graphs.pop("")
    placed = [part for iri, path in graphs.items() for part in ("--graph", f"{path}={iri}")]
    with serving("--data", str(default), "--allow-host", HOST, *placed) as server, server.client() as client:
        yield client


def ask(client: httpx.Client, request: Request) -> httpx.Response:
    address = request.address.replace("/sparql/", "/sparql", 1).replace("/gsp", "/rdf-graph-store", 1)
    return client.request(request.method, address, headers=request.headers, content=request.body or None)


def is_of(answer: httpx.Response, form: str) -> bool:
    media = answer.headers["content-type"].partition(";")[0]
    return {
        "boolean": media in ("application/sparql-results+json", "application/sparql-results+xml"),
        "tabular": media.startswith("application/sparql-results") or media in ("text/csv", "text/tab-separated-values"),
        "RDF": media in ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"),
        "": True,
    }[form]


@pytest.mark.parametrize("exchange", exchanges("protocol"), ids=lambda exchange: exchange.name)
def test_the_protocol_is_spoken(exchange: Exchange, client: httpx.Client) -> None:
    """Each request of a query has the status, the kind of answer and the truth it shall have; updates are refused."""
    for request in exchange.requests:
        answer = ask(client, request)
        if exchange.writes:
            assert answer.status_code == 403 or request.headers["content-type"] == "application/sparql-query"
            continue
        assert {str(answer.status_code), f"{answer.status_code // 100}xx"} & request.statuses, answer.text
        if answer.is_success:
            assert is_of(answer, request.form)
            assert request.boolean is None or answer.json()["boolean"] is request.boolean


@pytest.mark.parametrize("exchange", exchanges("protocol"), ids=lambda exchange: exchange.name)
def test_the_graphs_of_the_protocol_are_there(exchange: Exchange, client: httpx.Client) -> None:
    """The server of these tests has what they take for granted."""
    for iri in exchange.graphs:
        assert client.get("/rdf-graph-store", params={"graph": iri}).status_code == 200


@pytest.mark.parametrize(
    ("name", "number", "request_"), list(reads()), ids=lambda part: "" if isinstance(part, Request) else str(part)
)
def test_graphs_are_read_as_the_graph_store_protocol_says(
    name: str, number: int, request_: Request, client: httpx.Client
) -> None:
    """The graph that was put is the one that is got, by GET and HEAD, named in the query or by the address itself."""
    answer = ask(client, request_)
    assert str(answer.status_code) in request_.statuses
    if request_.graph:
        wanted = rdflib.Graph().parse(data=request_.graph, format="turtle")
        assert isomorphic(rdflib.Graph().parse(data=answer.text, format="turtle"), wanted)
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"


def test_all_tests_of_the_graph_store_but_one_have_a_reading_half() -> None:
    """What is missing is the graph whose name the server makes up when it is posted."""
    assert {exchange.name for exchange in exchanges("graph-store-protocol")} == {
        "post_get_new_graph",
        *(name for name, *_ in reads()),
    }


def test_writing_is_refused_in_the_graph_store(client: httpx.Client) -> None:
    """Each request that would change a graph is answered with 405 and what is allowed."""
    refused = 0
    for exchange in exchanges("graph-store-protocol"):
        for request in exchange.requests:
            if request.method in ("PUT", "POST", "DELETE") and "?" in request.address:
                answer = ask(client, request)
                assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
                refused += 1
    assert refused > 10


def test_the_service_describes_itself(client: httpx.Client) -> None:
    """GET gives RDF with sd:endpoint, and what the vocabulary asks of a service and its dataset."""
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    answer = client.get("/sparql")
    assert is_of(answer, "RDF")
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
    assert graph.value(service, sd.endpoint) == rdflib.URIRef(f"{client.base_url}/sparql")
    assert (service, sd.feature, sd.UnionDefaultGraph) not in graph
    dataset = graph.value(service, sd.defaultDataset)
    assert (dataset, rdflib.RDF.type, sd.Dataset) in graph
    assert (graph.value(dataset, sd.defaultGraph), rdflib.RDF.type, sd.Graph) in graph
    named = {str(graph.value(node, sd.name)) for node in graph.objects(dataset, sd.namedGraph)}
    placed = {graph_named(request.address) for *_, request in reads() if "200" in request.statuses} - {""}
    assert named == {*placed, *(f"{DATA}/data{n}.rdf" for n in range(4))}
    for media in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"):
        with_type = {"Accept": media}
        assert client.get("/sparql", headers=with_type).content == client.get("/sparql", headers=with_type).content
    for node in graph.objects(dataset, sd.namedGraph):
        assert (node, rdflib.RDF.type, sd.NamedGraph) in graph
        assert (graph.value(node, sd.graph), rdflib.RDF.type, sd.Graph) in graph

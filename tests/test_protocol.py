"""The endpoint by the SPARQL 1.1 Protocol, and what hostile queries do to it: nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
import rdflib

import nqgraph
from nqgraph.building import builds
from nqgraph.graph import queries
from nqgraph.graph.sparql import nesting
from nqgraph.graph.store import Store
from nqgraph.serving.negotiation import negotiate
from nqgraph.serving.rows import counter
from nqgraph.serving.workers import Limits
from nqgraph.words import vocab
from nqgraph.words.texts import text
from tests.conftest import ROOT
from tests.servers import Running, serving
from tests.spaces import IRIS, SPACE
from tests.waiting import PATIENCE, until

#: Seconds that a query may take where it has to come to its end.
SECONDS = 2
#: Seconds that a query may take where only its caller ends it.
FOREVER = 3600
needs_proc = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at the processes in /proc")
SELECT = "SELECT ?s ?o WHERE { ?s nq:answers ?o } ORDER BY ?s ?o LIMIT 3"
ASK = "ASK { ?s nq:answers ?o }"
CONSTRUCT = "CONSTRUCT { ?s nq:answers ?o } WHERE { ?s nq:answers ?o }"
DESCRIBE = "DESCRIBE <https://w3id.org/nqgraph/id/practice/p-tep>"
#: Queries that would run for hours, take all memory, or end the process that parses them.
HOSTILE = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sorted cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?a",
    "regular expression": "SELECT * { ?a ?b ?c . ?d ?e ?f "
    "FILTER(REGEX(CONCAT(STR(?a), STR(?f)), '(a*)*(b*)*(c*)*$')) } ORDER BY ?f",
    "property path": "SELECT (COUNT(*) AS ?n) { ?a (!nq:x|^!nq:x)* ?b . ?c (!nq:x|^!nq:x)* ?d }",
    "growing string": "SELECT ("
    + "REPLACE(" * 9
    + "'aaaaaaaaaaaaaaaa'"
    + ", 'a', 'aaaaaaaaaaaaaaaaaaaaaaaa')" * 9
    + " AS ?y) {}",
    "long expression": "SELECT * { ?s ?p ?o FILTER(" + "+".join(["1"] * 40_000) + ") }",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(checkout: Path) -> Path:
    return checkout / "build"


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Running]:
    with serving("--source", str(built), "--timeout", str(SECONDS)) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def ask(client: httpx.Client, query: str, accept: str = "*/*", **headers: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query}, headers={"Accept": accept, **headers})


# -- the protocol ----------------------------------------------------------------------------------------------------


def test_get_form_and_direct_post_answer_alike(client: httpx.Client) -> None:
    """Sections 2.1.1 to 2.1.3."""
    accept = {"Accept": "application/sparql-results+json"}
    answers = [
        client.get("/sparql", params={"query": SELECT}, headers=accept),
        client.post("/sparql", data={"query": SELECT}, headers=accept),
        client.post("/sparql", content=SELECT, headers={**accept, "Content-Type": "application/sparql-query"}),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(answers[0].json()["results"]["bindings"]) == 3


def test_solutions_in_each_format(client: httpx.Client) -> None:
    """JSON, XML, CSV and TSV hold the same rows; yes and no are JSON or XML."""
    rows = ask(client, SELECT, "application/sparql-results+json").json()["results"]["bindings"]
    xml = ElementTree.fromstring(ask(client, SELECT, "application/sparql-results+xml").content)
    assert len(xml.findall(".//{*}result")) == len(rows)
    table = list(csv.reader(io.StringIO(ask(client, SELECT, "text/csv").text)))
    assert len(table) == len(rows) + 1 and table[1][1].startswith("https://")
    tsv = ask(client, SELECT, "text/tab-separated-values")
    assert tsv.text.count("\n") == len(rows) + 1 and tsv.headers["content-type"].startswith("text/tab-separated-values")
    assert ask(client, ASK, "application/sparql-results+json").json()["boolean"] is True
    assert b"<boolean>true</boolean>" in ask(client, ASK, "application/sparql-results+xml").content


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    ("media", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
        ("application/trig", "trig"),
        ("application/n-quads", "nquads"),
    ],
)
def test_graphs_in_each_format(query: str, media: str, parser: str, client: httpx.Client) -> None:
    """What CONSTRUCT and DESCRIBE give can be read by a parser of each format."""
    answer = ask(client, query, media)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
    graph = rdflib.Dataset() if parser in ("trig", "nquads") else rdflib.Graph()
    assert len(graph.parse(data=answer.content, format=parser)) > 1


def test_the_client_chooses_by_quality_or_by_parameter(client: httpx.Client) -> None:
    """Accept with weights, a browser’s Accept, or ``format``; what cannot be given is refused with a list."""
    accept = "text/csv;q=0.5, application/sparql-results+xml;q=0.8, */*;q=0.1"
    assert ask(client, SELECT, accept).headers["content-type"] == "application/sparql-results+xml"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert ask(client, SELECT, browser).headers["content-type"] == "application/sparql-results+xml"
    for name in ("csv", "text/csv"):
        answer = client.get("/sparql", params={"query": SELECT, "format": name})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert (
        client.get("/sparql", params={"query": CONSTRUCT, "format": "nt"}).headers["content-type"]
        == "application/n-triples"
    )
    assert client.get("/sparql", params={"query": SELECT, "format": "pdf"}).status_code == 400
    refused = ask(client, SELECT, "image/png")
    assert refused.status_code == 406 and "application/sparql-results+json" in refused.text
    assert ask(client, CONSTRUCT, "text/csv").status_code == 406
    assert ask(client, ASK, "text/csv").status_code == 406


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "a/x"), ("", "a/x"), ("*/*", "a/x"), ("b/y", "b/y"), ("a/x;q=0.2, b/y", "b/y"),
        ("b/*;q=0.9, a/x;q=0.1", "b/y"), ("a/x;q=0, */*", "b/y"), ("c/z", None), ("a/x;q=nonsense", None),
        ("A/X", "a/x"),
    ],
)  # fmt: skip
def test_negotiation_follows_the_standard(accept: str | None, chosen: str | None) -> None:
    """RFC 9110, section 12.5.1: weights, ranges, refusals, and anything where nothing is said."""
    assert negotiate(accept, ["a/x", "b/y"]) == chosen


def test_a_dataset_can_be_named(client: httpx.Client) -> None:
    """Section 2.1.4: the protocol's graphs win over FROM; what is not here is not fetched."""
    count = "SELECT (COUNT(*) AS ?n) { ?s a nq:Practice }"

    def number(**params: str) -> int:
        answer = client.get("/sparql", params={"query": count, **params}, headers={"Accept": "application/json"})
        return int(answer.json()["results"]["bindings"][0]["n"]["value"])

    nrw, other = IRIS.dataset_graph("nrw"), IRIS.dataset_graph("laender-eu")
    assert 0 < number(**{"default-graph-uri": nrw}) < number()
    assert number(**{"default-graph-uri": nrw}) + number(**{"default-graph-uri": other}) >= number()
    named = client.get(
        "/sparql",
        params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": nrw},
        headers={"Accept": "application/json"},
    )
    assert [row["g"]["value"] for row in named.json()["results"]["bindings"]] == [nrw]
    assert client.get("/sparql", params={"query": count, "default-graph-uri": "http://example.org/"}).status_code == 400


def test_head_has_the_headers_of_get(client: httpx.Client) -> None:
    """And no body."""
    answer = client.head("/sparql", params={"query": SELECT}, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"", "text/csv; charset=utf-8")


def test_wrong_requests_have_their_status(client: httpx.Client) -> None:
    """Nothing that is not a query is answered with 200."""
    post = {"Content-Type": "application/sparql-query"}
    assert client.post("/sparql", content="", headers=post).status_code == 400
    assert client.get("/sparql", params=[("query", SELECT), ("query", ASK)]).status_code == 400
    assert client.post("/sparql", content=SELECT, headers={"Content-Type": "text/plain"}).status_code == 415
    assert client.post("/sparql", content=b"SELECT \xff", headers=post).status_code == 400
    wrong = client.put("/sparql", content=SELECT)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("update", ["DROP ALL", "INSERT DATA { <x:a> <x:b> <x:c> }", "LOAD <http://example.org/>"])
def test_updates_are_refused_with_a_clear_word(update: str, client: httpx.Client) -> None:
    """Whichever way an update comes: 403, and that the graph is read-only."""
    english = {"Accept-Language": "en"}
    for answer in (
        client.post("/sparql", data={"update": update}, headers=english),
        client.post("/sparql", content=update, headers={**english, "Content-Type": "application/sparql-update"}),
        client.get("/sparql", params={"update": update}, headers=english),
    ):
        assert answer.status_code == 403 and "read-only" in answer.text
    assert ask(client, update).status_code == 400


def test_syntax_errors_name_line_and_column(client: httpx.Client) -> None:
    """In the client’s language, as a problem document or as plain text, never as markup."""
    german = ask(client, "SELECT *\nWHERE { ?s ?p }")
    assert (german.status_code, german.headers["content-type"]) == (400, "application/problem+json")
    assert "Zeile 2" in german.json()["detail"] and "2:" in german.json()["detail"]
    english = ask(client, "SELECT *\nWHERE { ?s ?p }", "text/plain, */*;q=0.1", **{"Accept-Language": "en"})
    assert english.text.startswith("line 2") and english.headers["content-type"].startswith("text/plain")
    evil = ask(client, "<script>alert(1)</script>", "text/html")
    assert not evil.headers["content-type"].startswith("text/html")


def test_a_bare_get_describes_the_service(client: httpx.Client) -> None:
    """SPARQL 1.1 Service Description, section 2; in a browser an editor."""
    graph = rdflib.Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).content, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
    assert graph.value(service, sd.endpoint) == rdflib.URIRef(f"{client.base_url}/sparql")
    assert (service, sd.supportedLanguage, sd.SPARQL11Query) in graph
    named = {str(name) for name in graph.objects(None, sd.name)}
    assert IRIS.dataset_graph("nrw") in named
    page = client.get("/sparql", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert 'id="editor"' in page.text and page.headers["content-security-policy"]


def test_every_canned_query_gives_the_same_rows_through_the_endpoint(client: httpx.Client, built: Path) -> None:
    """The notebook's promise: ``open("build")`` and ``open("https://…/sparql")`` answer alike."""
    here, there = nqgraph.open(built), nqgraph.open(f"{client.base_url}/sparql")
    for query in queries.of(SPACE).all():
        assert here.query(query.name, **query.example).rows == there.query(query.name, **query.example).rows, query.name


def test_completions_and_examples_for_the_editor(client: httpx.Client) -> None:
    """Prefixes and terms to complete, and examples each of which answers."""
    terms = client.get("/sparql-terms.json").json()
    assert (
        terms["prefixes"]["nq"] == str(vocab.NQ)
        and {"iri": str(vocab.NQ.answers), "label": "antwortet auf Hemmnis"} in terms["terms"]
    )
    for example in client.get("/sparql-examples.json").json():
        assert ask(client, example["text"], "application/json").status_code == 200, example["name"]


# -- the graph store protocol ------------------------------------------------------------------------------------------


def test_graphs_can_be_read_and_not_written(client: httpx.Client) -> None:
    """The graph store protocol by GET and HEAD; a graph that is not there is 404, and writing 405."""
    nrw = IRIS.dataset_graph("nrw")
    answer = client.get("/rdf-graph-store", params={"graph": nrw}, headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200 and answer.content.count(b"\n") > 1000
    whole = client.get("/rdf-graph-store?default", headers={"Accept": "application/n-triples"})
    assert whole.content.count(b"\n") > answer.content.count(b"\n")
    assert client.head("/rdf-graph-store?default").status_code == 200
    assert client.get("/rdf-graph-store").status_code == 400
    assert client.get("/rdf-graph-store", params={"graph": "http://example.org/"}).status_code == 404
    assert client.put("/rdf-graph-store", params={"graph": nrw}, content="").status_code == 405


# -- hostile queries ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_queries_end_at_their_limit(name: str, client: httpx.Client) -> None:
    """Time, memory or stack: an error that names the limit, and the server goes on."""
    answer = client.post("/sparql", data={"query": HOSTILE[name]}, headers={"Accept-Language": "en"})
    limits = {"limit-time": 503, "limit-memory": 503, "query-crashed": 400}
    found = {text(code, "en", seconds=SECONDS, memory=256): status for code, status in limits.items()}
    assert found[answer.json()["detail"]] == answer.status_code
    assert client.get("/gesundheit").status_code == 200
    assert ask(client, ASK).status_code == 200


@needs_proc
def test_an_answer_ends_by_its_deadline_and_not_before(server: Running, client: httpx.Client) -> None:
    """Its time is the reason that is given, it had that time, and nothing goes on computing."""
    began = time.monotonic()
    answer = ask(client, HOSTILE["cross product"], **{"Accept-Language": "en"})
    assert time.monotonic() - began >= SECONDS
    assert (answer.status_code, answer.json()["detail"]) == (503, text("limit-time", "en", seconds=SECONDS))
    until(lambda: not server.evaluating)


def test_too_many_rows_are_an_error(built: Path) -> None:
    """413 with the number, in every format; an answer with exactly as many is whole."""
    pairs = "SELECT ?a ?b { ?a a nq:Practice . ?b a nq:Practice } LIMIT "
    with serving("--source", str(built), "--rows", "5000") as server, server.client() as client:
        for media in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"):
            answer = ask(client, pairs + "5001", media, **{"Accept-Language": "en"})
            assert (answer.status_code, "5000 rows" in answer.text) == (413, True)
        whole = ask(client, pairs + "5000", "text/tab-separated-values")
        assert len(whole.text.splitlines()) == 5001
        graph = "CONSTRUCT { ?a nq:x ?b } WHERE { ?a a nq:Practice . ?b a nq:Practice } LIMIT "
        assert ask(client, graph + "5001", "application/n-triples").status_code == 413
        assert len(ask(client, graph + "5000", "application/n-triples").text.splitlines()) == 5000


def test_rows_are_counted_whatever_texts_hold(built: Path) -> None:
    """Texts that look like the syntax of a results document count for nothing, wherever a part ends."""
    store = Store()
    odd = ['"}},{"a":{"type', "{:{", "</result>", 'a\\"\n,"', "\\", '\\\\"{:{']
    iris = [rdflib.URIRef(f"x:{number}") for number in range(200)]
    texts = [rdflib.Literal(odd[number % len(odd)] * (number % 4)) for number in range(200)]
    store.add(
        IRIS.dataset_graph("odd"), [(iri, rdflib.URIRef("x:p"), text) for iri, text in zip(iris, texts, strict=True)]
    )
    for form in ("json", "xml", "csv", "tsv"):
        document = store.query("SELECT * { ?s ?p ?o }").serialize(form)
        for size in (1, 7, 1000, len(document)):
            count = counter(form)
            assert sum(count(document[i : i + size]) for i in range(0, len(document), size)) == 200, (form, size)


def test_the_same_query_is_not_answered_twice(client: httpx.Client) -> None:
    """ETag tied to the version, the query and the format; not where the answer is another one each time."""
    first = ask(client, SELECT, "text/csv")
    assert ask(client, SELECT, "text/csv", **{"If-None-Match": first.headers["etag"]}).status_code == 304
    other = ask(client, SELECT, "application/sparql-results+json", **{"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert "etag" not in ask(client, "SELECT (RAND() AS ?r) {}").headers


def test_long_answers_are_compressed_on_their_way(client: httpx.Client) -> None:
    """A stream in gzip holds what the plain one holds, and is a tenth of its size."""
    everything = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
    plain = ask(client, everything, "text/csv", **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", "/sparql", params={"query": everything}, headers={"Accept": "text/csv"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 5


def test_a_syntax_error_is_a_problem_document_with_its_place(client: httpx.Client) -> None:
    """Line and column as numbers, for editors."""
    problem = ask(client, "SELECT *\nWHERE { ?s ?p }", "application/json").json()
    assert (problem["status"], problem["line"], problem["column"]) == (400, 2, 15)


@needs_proc
def test_queries_under_way_outlive_a_new_build(tmp_path: Path) -> None:
    """A query that runs while the version changes is answered by the version it began with."""
    example = ROOT / "data" / "examples" / "musterland"
    assert builds.build([example], tmp_path / "build").ok
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?zz) }"
    with serving("--source", str(tmp_path / "build"), "--timeout", "9") as server, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(httpx.post, server.url + "/sparql", data={"query": slow}, timeout=PATIENCE)
        until(lambda: server.evaluating)
        assert builds.build([ROOT / "data"], tmp_path / "build").ok
        answer = asked.result()
        assert "takes longer than 9 s" in answer.text or "länger als 9 S" in answer.text  # not "gone"


@needs_proc
def test_friendly_queries_get_through_beside_hostile_ones(built: Path) -> None:
    """Six queries run away; a small one is answered while all of them still run."""
    with serving("--source", str(built), "--timeout", str(FOREVER)) as server, ThreadPoolExecutor(6) as pool:
        bad = [
            pool.submit(httpx.post, f"{server.url}/sparql", data={"query": HOSTILE["cross product"]}, timeout=None)
            for _ in range(6)
        ]
        until(lambda: len(server.evaluating) == 6)
        with server.client() as client:
            assert ask(client, ASK).status_code == 200
            assert client.get("/hemmnisse").status_code == 200
        assert not any(future.done() for future in bad)
        server.end_queries()
        assert {future.result().status_code for future in bad} == {503}


def test_a_child_can_open_neither_file_nor_connection(built: Path) -> None:
    """Should a query get past every check of its text, its process still has no way out."""
    import subprocess
    import sys

    code = (
        "import socket\nfrom nqgraph.serving.workers import Limits, _bound\n_bound(Limits(), online=False)\n"
        "for way in (socket.socket, lambda: open('/etc/hostname')):\n"
        "    try:\n        way()\n    except OSError as error:\n        print(error.errno)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["24", "24"]


def test_an_answer_that_grows_too_large_breaks_off(client: httpx.Client) -> None:
    """What has begun with 200 never ends as if it were complete."""
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"}, headers={"Accept": "text/csv"})
    assert ask(client, ASK).status_code == 200


def test_large_and_deep_queries_never_reach_a_parser(client: httpx.Client) -> None:
    """Bytes and brackets are counted before; brackets in texts and comments count for nothing."""
    assert client.post("/sparql", data={"query": "SELECT * { ?s ?p ?o } # " + "x" * 1_000_000}).status_code == 413
    assert client.post("/sparql", data={"query": "SELECT * { ?s ?p ?o } # " + "x" * 200_000}).status_code == 413
    deep = "SELECT * {" + "{" * 5000 + "?s ?p ?o" + "}" * 5000 + "}"
    assert client.post("/sparql", data={"query": deep}).status_code == 400
    assert nesting("SELECT ('((((((' AS ?x) { <http://a/((((> ?p \"}}}\" } # ((((") == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:1/sparql> { ?s ?p ?o } }",
        "SELECT * { VALUES ?x { <http://127.0.0.1:1/> } SERVICE ?x { ?s ?p ?o } }",
    ],
)
def test_no_request_leaves_the_server(query: str, client: httpx.Client) -> None:
    """SERVICE is refused, whatever it names."""
    answer = ask(client, query)
    assert answer.status_code == 400 and "SERVICE" in answer.json()["detail"]


@pytest.mark.parametrize("iri", ["file:///etc/passwd", "http://127.0.0.1:1/"])
def test_from_reads_no_file_and_no_address(iri: str, client: httpx.Client) -> None:
    """FROM names graphs of the store; another one is refused with its name, and so is it as a parameter."""
    for clause in ("FROM", "FROM NAMED", "from named"):
        answer = ask(client, f"SELECT * {clause} <{iri}> {{ ?s ?p ?o }}", "application/json")
        assert (answer.status_code, iri in answer.json()["detail"]) == (400, True)
    asked = {"query": SELECT, "default-graph-uri": iri}
    assert client.get("/sparql", params=asked).status_code == 400


def test_canned_answers_keep_coming_beside_hostile_queries(server: Running) -> None:
    """Four hostile clients of 32: nobody else gets an error."""
    stop = threading.Event()

    def hostile(_: int) -> set[int]:
        found = set()
        with server.client() as client:
            while not stop.is_set():
                found.add(client.post("/sparql", data={"query": HOSTILE["sorted cross product"]}).status_code)
        return found

    def friendly(number: int) -> list[int]:
        with server.client() as client:
            return [
                client.get(
                    f"/abfragen/praxis-zu-hemmnis.json?x{number}={i}&hemmnis=h-ind-einkommen"
                    if i % 3 == 0
                    else "/hemmnisse"
                ).status_code
                for i in range(20)
            ]

    with ThreadPoolExecutor(32) as pool:
        bad = [pool.submit(hostile, i) for i in range(4)]
        good = [pool.submit(friendly, i) for i in range(28)]
        answered = [status for future in good for status in future.result()]
        stop.set()
        refused = set().union(*(future.result() for future in bad))
    assert set(answered) <= {200, 400}  # 400: the unknown parameter that keeps the cache out
    assert refused == {503}


def test_slow_connections_hold_nobody_up(server: Running) -> None:
    """50 clients that send a byte at a time; another one is answered while they still have not asked."""
    import socket

    host, port = server.url.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"GET /hemmnisse HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    with server.client() as client:
        assert client.get("/hemmnisse").status_code == 200
    for connection in slow:
        connection.sendall(b"x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
        connection.close()


@needs_proc
def test_a_client_that_leaves_frees_its_place(built: Path) -> None:
    """The query of a client that has gone is ended, long before its time; more come than there are places."""
    endless = {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"}
    with serving("--source", str(built), "--timeout", str(FOREVER)) as server, server.client() as client:
        for _ in range(Limits().children + 1):
            with httpx.stream("GET", f"{server.url}/sparql", params=endless, timeout=PATIENCE) as answer:
                next(answer.iter_bytes())
        assert ask(client, ASK).status_code == 200
        until(lambda: not server.evaluating)


@needs_proc
def test_the_query_process_is_started_anew_when_it_dies(built: Path) -> None:
    """Somebody kills it: the next query is answered, by another process."""
    with serving("--source", str(built)) as server, server.client() as client:
        assert ask(client, ASK).status_code == 200
        (old,) = server.query_processes
        os.kill(old, signal.SIGKILL)
        until(lambda: old not in server.query_processes)
        assert ask(client, ASK).status_code == 200
        assert server.query_processes != [old]


def test_service_is_called_where_it_is_allowed(built: Path, server: Running) -> None:
    """Only the endpoints on the list, by the query process."""
    elsewhere = f"{server.url}/sparql"
    query = f"SELECT ?n {{ SERVICE <{elsewhere}> {{ SELECT (COUNT(*) AS ?n) {{ ?s nq:answers ?o }} }} }}"
    with serving("--source", str(built), "--allow-service", elsewhere) as allowed, allowed.client() as client:
        declared = "PREFIX nq: <https://w3id.org/nqgraph/def/> " + query
        answer = ask(client, declared, "application/json")
        assert answer.status_code == 200 and int(answer.json()["results"]["bindings"][0]["n"]["value"]) > 50
        assert ask(client, query.replace(elsewhere, "http://127.0.0.1:1/")).status_code == 400


def test_raw_engine_and_endpoint_give_the_same_bytes(client: httpx.Client, built: Path) -> None:
    """Nothing happens to the rows between the engine and the client."""
    path = next((built / "versions").glob("*/graph.nq"))
    expected = Store.from_nquads(path).query(SELECT).serialize("json")
    assert json.loads(ask(client, SELECT, "application/json").content) == json.loads(expected)

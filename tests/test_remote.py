"""Endpoints elsewhere: the same answers as at home, patience with busy ones, and clear words for broken ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from rdflib import Graph as RdfGraph

import nqgraph
from nqgraph.building.builds import Assembly
from nqgraph.graph import queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.remote import Endpoint, inline
from nqgraph.graph.store import Store
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError, RemoteError
from tests import rows
from tests.spaces import SPACE
from tests.waiting import noted

CASES = sorted((Path(__file__).parent / "queries").glob("*.csv"))
JSON = "application/sparql-results+json"
MEDIA = {
    JSON: "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
EMPTY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'


@dataclass
class Request:
    """What an endpoint was asked."""

    method: str
    path: str
    headers: dict[str, str]
    query: str


@dataclass
class Answer:
    """What an endpoint says."""

    status: int = 200
    type: str = JSON
    body: bytes = EMPTY
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """A SPARQL endpoint on this machine."""

    url: str
    requests: list[Request]


@contextmanager
def serving(answer: Callable[[Request], Answer]) -> Iterator[Server]:
    """An endpoint that answers every request with what *answer* makes of it."""
    requests: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
            query = parse_qs(body).get("query", [""])[0]
            requests.append(Request(self.command, self.path, dict(self.headers.items()), query))
            given = answer(requests[-1])
            self.send_response(given.status)
            for name, value in {
                "Content-Type": given.type,
                "Content-Length": str(len(given.body)),
                **given.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(given.body)

        def do_GET(self) -> None:
            requests.append(Request(self.command, self.path, dict(self.headers.items()), ""))
            self.send_error(405)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}/sparql", requests)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def from_store(store: Store) -> Callable[[Request], Answer]:
    """Answers as *store* gives them, in the type that is asked for."""

    def answer(request: Request) -> Answer:
        wanted = request.headers["Accept"]
        try:
            return Answer(type=wanted, body=store.query(request.query).serialize(MEDIA[wanted]))
        except QueryError as error:
            return Answer(400, "text/plain", str(error).encode())

    return answer


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine is asked directly, whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for, in seconds; none is really made."""
    made: list[float] = []
    monkeypatch.setattr("nqgraph.graph.remote.time.sleep", noted(made))
    return made


@pytest.fixture(scope="module")
def server(example: Assembly) -> Iterator[Server]:
    """An endpoint over the example dataset."""
    with serving(from_store(example.store)) as running:
        yield running


@pytest.fixture(scope="module")
def endpoint_graph(server: Server) -> Graph:
    """The example dataset, asked over HTTP."""
    return nqgraph.open(server.url)


# -- the same answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_canned_query_gives_the_same_rows(case: Path, endpoint_graph: Graph, example_graph: Graph) -> None:
    """A canned query gives an endpoint's reader the rows that it gives at home, in the same order."""
    parameters, _ = rows.read(case)
    query = queries.of(SPACE).get(case.stem.partition("--")[0])
    here = rows.of_json(example_graph.answer(query, parameters, "json"))
    there = rows.of_json(endpoint_graph.answer(query, parameters, "json"))
    order = [there[0].index(name) for name in here[0]]
    assert [[row[i] for i in order] for row in there] == here


def test_rows_labels_and_values_as_at_home(endpoint_graph: Graph, example_graph: Graph) -> None:
    """All that a graph can be asked works over HTTP: rows, tuples, labels, yes and no."""
    text = "SELECT ?key ?label { ?s a nq:Forum ; dcterms:identifier ?key ; skos:prefLabel ?label } ORDER BY ?key ?label"
    thing = vocab.ID + "practice/p-muster-aemterlotsen"
    for graph in (endpoint_graph, example_graph):
        assert [row["key"] for row in graph.query(text)] == ["fo-muster-fachdialog"] * 2 + ["fo-muster-steuerung"] * 2
        assert next(iter(graph.select(text))) == ("fo-muster-fachdialog", "Expert dialogue on transitions")
        assert list(graph.select("SELECT ?none (1 AS ?one) {}")) == [(None, "1")]
        assert graph.labels([thing]) == {thing: "Ämterlotsen"}
        assert graph.query("ASK { ?s a nq:Forum }").boolean is True


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_every_format_of_solutions(form: str, endpoint_graph: Graph, example_graph: Graph) -> None:
    """The endpoint is asked for the format that is wanted, and its bytes are passed on."""
    text = "SELECT ?label { nqid:practice\\/p-muster-aemterlotsen skos:prefLabel ?label } ORDER BY ?label"
    assert endpoint_graph.ask(text, {}, form) == example_graph.ask(text, {}, form)


def test_a_wrong_parameter_is_found_before_the_query_is_sent(server: Server, endpoint_graph: Graph) -> None:
    """Keys are looked up at the endpoint; a mistyped one gets a suggestion, and the query itself is not sent."""
    before = len(server.requests)
    with pytest.raises(QueryError) as caught:
        endpoint_graph.query("praxis-zu-hemmnis", hemmnis="h-muster-einkomen")
    assert "h-muster-einkommen" in caught.value.in_language("de")
    assert not any("nq:answers" in request.query for request in server.requests[before:])


# -- how it asks ---------------------------------------------------------------------------------------------------


def test_a_request_is_a_post_that_says_who_asks(server: Server) -> None:
    """The query goes by POST, in a form; Accept names one type, and the user agent says nqgraph and where to write."""
    Endpoint(server.url).query("SELECT ?s { ?s a nq:Practice }")
    request = server.requests[-1]
    assert (request.method, request.path) == ("POST", "/sparql")
    assert request.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert request.headers["Accept"] == JSON
    assert request.headers["User-Agent"].startswith("nqgraph/")
    assert "https://w3id.org/nqgraph/" in request.headers["User-Agent"]


def test_another_user_agent() -> None:
    """Whoever asks in an own name says so."""
    with serving(lambda request: Answer()) as server:
        Endpoint(server.url, agent="Musterland/1 (post@musterland.example)").query("SELECT ?s {}")
    assert server.requests[0].headers["User-Agent"] == "Musterland/1 (post@musterland.example)"


def test_a_long_query_arrives_whole(server: Server) -> None:
    """A query of 100,000 characters, too long for an address, is sent and answered."""
    things = " ".join(f"<https://example.org/thing/{number:06}>" for number in range(3000))
    text = f"SELECT (COUNT(?s) AS ?n) {{ VALUES ?s {{ {things} }} }}"
    assert list(Endpoint(server.url).select(text)) == [("3000",)]
    assert len(server.requests[-1].query) > 100_000


def test_umlauts_arrive(server: Server) -> None:
    """The query is sent as UTF-8."""
    found = Endpoint(server.url).select('SELECT ?s { ?s skos:prefLabel "Ämterlotsen"@de }')
    assert list(found) == [(vocab.ID + "practice/p-muster-aemterlotsen",)]


def test_only_prefixes_that_are_used_and_not_declared_are_added(server: Server) -> None:
    """A query may do without our prefixes; its own declarations stay as they are."""
    Endpoint(server.url).query(
        "PREFIX nq: <https://w3id.org/nqgraph/def/>\nSELECT ?s { ?s a nq:Practice ; skos:prefLabel ?l }"
    )
    sent = server.requests[-1].query
    assert sent.count("PREFIX nq:") == 1
    assert sent.count("PREFIX skos:") == 1
    assert "PREFIX org:" not in sent


# -- when it goes wrong --------------------------------------------------------------------------------------------


def refused(answer: Callable[[Request], Answer], **options: Any) -> tuple[RemoteError, int]:
    """The error that an endpoint with these answers ends in, and how often it was asked."""
    with serving(answer) as server:
        with pytest.raises(RemoteError) as caught:
            Endpoint(server.url, **options).query("SELECT ?s { ?s ?p ?o }")
        assert server.url in caught.value.in_language("de") and server.url in caught.value.in_language("en")
        return caught.value, len(server.requests)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_endpoint_is_asked_again_after_the_pause_it_wants(status: int, pauses: list[float]) -> None:
    """Too many requests or unavailable means later: after the pause in Retry-After the answer is there."""
    answers = iter([Answer(status, "text/plain", b"later", {"Retry-After": "7"})] * 2)
    with serving(lambda request: next(answers, Answer())) as server:
        assert Endpoint(server.url).query("SELECT ?s {}") == EMPTY
    assert pauses == [7.0, 7.0]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({}, [1.0, 2.0]),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, [1.0, 2.0]),
        ({"Retry-After": "86400"}, [60.0, 60.0]),
        ({"Retry-After": "0"}, [0.0, 0.0]),
    ],
)
def test_the_pause_is_never_long(header: dict[str, str], expected: list[float], pauses: list[float]) -> None:
    """Without a number of seconds the pauses grow from one second; more than a minute is never waited."""
    error, asked = refused(lambda request: Answer(503, "text/plain", b"", header))
    assert "503" in error.in_language("de")
    assert (asked, pauses) == (3, expected)


def test_retries_can_be_switched_off(pauses: list[float]) -> None:
    """Without retries a busy endpoint is asked once."""
    _, asked = refused(lambda request: Answer(503), retries=0)
    assert (asked, pauses) == (1, [])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 414, 500, 501])
def test_an_error_status_is_named_and_not_tried_again(status: int, pauses: list[float]) -> None:
    """Any other error status ends it at once, with the address and the status in the message."""
    error, asked = refused(lambda request: Answer(status, "text/plain", b"no"))
    assert f"antwortet mit Status {status}" in error.in_language("de")
    assert f"answers with status {status}" in error.in_language("en")
    assert (asked, pauses) == (1, [])


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(type="text/html; charset=utf-8", body=b"<html><h1>Wartung</h1></html>"), "text/html"),
        (Answer(type="text/turtle", body=b""), "text/turtle"),
        (Answer(type="text/plain", body=EMPTY), "text/plain"),
        (Answer(body=b"<html>maintenance</html>"), "?"),
        (Answer(body=b""), "?"),
        (Answer(type="application/json", body=b'{"error": "busy"}'), "application/json"),
        (Answer(type="application/json", body=b"[]"), "application/json"),
    ],
    ids=["HTML page", "graph", "no type", "HTML as JSON", "nothing", "JSON of another kind", "a list"],
)
def test_an_answer_that_is_no_sparql_result_is_refused(answer: Answer, word: str) -> None:
    """A page of maintenance with status 200, or JSON that is no result, is an error and not an empty answer."""
    error, asked = refused(lambda request: answer)
    assert f"nicht mit SPARQL-Ergebnissen, sondern mit {word}" in error.in_language("de")
    assert f"not answer with SPARQL results but with {word}" in error.in_language("en")
    assert asked == 1


def test_json_may_have_its_plain_type() -> None:
    """Endpoints that call their results application/json are understood."""
    with serving(lambda request: Answer(type="application/json; charset=utf-8")) as server:
        assert Endpoint(server.url).query("SELECT ?s {}") == EMPTY


def test_a_silent_endpoint_is_given_up() -> None:
    """After the timeout the message says that there was no answer; it is not tried again."""
    over = threading.Event()

    def silent(request: Request) -> Answer:
        over.wait()
        return Answer()

    with serving(silent) as server:
        try:
            with pytest.raises(RemoteError) as caught:
                Endpoint(server.url, timeout=1).query("SELECT ?s {}")
        finally:
            over.set()
    assert "nicht erreichbar" in caught.value.in_language("de")
    assert "timed out" in caught.value.in_language("en")
    assert len(server.requests) == 1


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    """If the connection ends before the answer does, that is said, and not that the endpoint failed."""
    error, _ = refused(lambda request: Answer(headers={"Content-Length": "100000"}))
    assert "nicht erreichbar" in error.in_language("de")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/sparql", "http://[", "http://127.0.0.1:99999/sparql"])
def test_an_address_where_nobody_listens_is_named(url: str) -> None:
    """A closed port or an impossible address cannot be reached."""
    with pytest.raises(RemoteError) as caught:
        nqgraph.open(url).query("ASK {}")
    assert url in caught.value.in_language("de") and "nicht erreichbar" in caught.value.in_language("de")
    assert "cannot be reached" in caught.value.in_language("en")


# -- terms are written in ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?h ?p WHERE { ?p nq:answers ?h }", "SELECT (<x:h> AS ?h) ?p WHERE { ?p nq:answers <x:h> }"),
        ("SELECT $p { $p nq:answers $h }", "SELECT $p { $p nq:answers <x:h> }"),
        ("SELECT ?hh { ?hh nq:answers ?h_ , ?h2 }", "SELECT ?hh { ?hh nq:answers ?h_ , ?h2 }"),
        ("ASK{?p nq:answers ?h}", "ASK{?p nq:answers <x:h>}"),
        ("CONSTRUCT { ?h a ?c } WHERE { ?h a ?c }", "CONSTRUCT { <x:h> a ?c } WHERE { <x:h> a ?c }"),
        # what only looks like a variable
        ('ASK { ?p ?q "?h" , "a\\"?h" }', 'ASK { ?p ?q "?h" , "a\\"?h" }'),
        ("ASK { ?p ?q '?h' , 'it\\'s ?h' }", "ASK { ?p ?q '?h' , 'it\\'s ?h' }"),
        ('ASK { ?p ?q """?h "and" ?h""" }', 'ASK { ?p ?q """?h "and" ?h""" }'),
        ("ASK { ?p ?q '''?h 'and'\n?h''' }", "ASK { ?p ?q '''?h 'and'\n?h''' }"),
        ("ASK { # ?h\n ?h ?q ?o # ?h {\n }", "ASK { # ?h\n <x:h> ?q ?o # ?h {\n }"),
        ("ASK { <http://x/?h#?h> ?q ?h }", "ASK { <http://x/?h#?h> ?q <x:h> }"),
        # characters that mean something else elsewhere
        ("ASK { ?p nq:a?/nq:b*|^nq:c+ ?h }", "ASK { ?p nq:a?/nq:b*|^nq:c+ <x:h> }"),
        ("ASK { ?p (nq:a|nq:b)? ?h }", "ASK { ?p (nq:a|nq:b)? <x:h> }"),
        ("ASK { ?s ?p ?n FILTER(?n < 5 && ?h > 3) }", "ASK { ?s ?p ?n FILTER(?n < 5 && <x:h> > 3) }"),
        ("ASK { ?s ?p 'a'@de , 'b'^^<http://x#d> , ?h }", "ASK { ?s ?p 'a'@de , 'b'^^<http://x#d> , <x:h> }"),
        # where a constant cannot stand
        (
            "SELECT ?h (COUNT(?p) AS ?n) WHERE { ?p ?q ?h } GROUP BY ?h ?r HAVING (?n > 1) ORDER BY ?h ?r",
            "SELECT (<x:h> AS ?h) (COUNT(?p) AS ?n) WHERE { ?p ?q <x:h> } GROUP BY  ?r HAVING (?n > 1) ORDER BY  ?r",
        ),
        (
            "SELECT ?h { { SELECT ?h ?p WHERE { ?p ?q ?h } } ?h ?r ?o }",
            "SELECT (<x:h> AS ?h) { { SELECT  ?p WHERE { ?p ?q <x:h> } } <x:h> ?r ?o }",
        ),
    ],
)
def test_a_term_replaces_its_variable_and_nothing_else(text: str, expected: str) -> None:
    """Only the variable itself is replaced: not its name in texts, comments, addresses or longer names."""
    assert inline(text, {"h": "<x:h>"}) == expected


def test_without_bindings_a_query_stays_as_it_is() -> None:
    """Not a character of a query without bindings changes."""
    for name in queries.of(SPACE).names():
        text = queries.of(SPACE).get(name).text
        assert inline(text, {}) == text


@pytest.mark.parametrize(
    "value",
    [
        'say "hello"',
        "it's \\ a \\n backslash",
        "two\nlines\r\nand three",
        "tab\there",
        '" } INSERT DATA { <x:a> <x:b> <x:c> } #',
        "\"\"\" ?x ''' # no comment",
        "?x $x {?x} <x:x>",
        "Ämter 🎓 \u2028 شهادة",
        "",
    ],
)
def test_a_text_comes_back_as_it_was_sent(value: str, server: Server) -> None:
    """A text written into a query is that text at the endpoint, whatever it contains."""
    bindings = {"x": queries.literal(value)}
    text = "SELECT ?x ?y WHERE { BIND(?x AS ?y) FILTER(?x = ?y) }"
    assert list(Endpoint(server.url).select(text, bindings)) == [(value, value)]


@pytest.mark.parametrize(
    ("term", "value", "datatype"),
    [
        (queries.literal("12", vocab.XSD.integer), "12", vocab.XSD.integer),
        ("<https://example.org/a#b?c=d&e=f>", "https://example.org/a#b?c=d&e=f", None),
    ],
)
def test_numbers_and_addresses_come_back(term: str, value: str, datatype: str | None, server: Server) -> None:
    """Typed literals and addresses with # and ? arrive whole."""
    text = "SELECT ?x ?y ?type WHERE { BIND(?x AS ?y) BIND(DATATYPE(?x) AS ?type) }"
    assert list(Endpoint(server.url).select(text, {"x": term})) == [(value, value, datatype)]


@pytest.mark.parametrize(("form", "name"), [("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")])
def test_a_graph_over_http(form: str, name: str, endpoint_graph: Graph) -> None:
    """A CONSTRUCT query is answered by RDF in the format that is asked for."""
    text = "CONSTRUCT { ?s a nq:Forum } WHERE { ?s a nq:Forum }"
    found = RdfGraph().parse(data=endpoint_graph.ask(text, {}, form), format=name)
    assert {vocab.local_name(str(s)) for s in found.subjects()} == {"fo-muster-fachdialog", "fo-muster-steuerung"}

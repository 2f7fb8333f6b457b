"""The store: what goes in comes out the same, queries get terms, and nothing calls out."""

from __future__ import annotations

import gc
import http.server
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rdflib import RDF, XSD, Graph, Literal, URIRef

from nqgraph.graph.store import GRAPH_FORMATS, RESULT_FORMATS, Store, iri_is_valid, parse_term, rdf_format
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, QueryError
from tests.spaces import IRIS

EX = "https://example.org/"
ONE, TWO = IRIS.dataset_graph("one"), IRIS.dataset_graph("two")
A, B, P = (URIRef(EX + name) for name in "abp")


@pytest.fixture
def store() -> Store:
    """Three triples in two graphs, one of them the same in both."""
    made = Store()
    made.add(ONE, [(A, P, Literal("eins", lang="de")), (A, P, B)])
    made.add(TWO, [(B, P, Literal(2)), (A, P, B)])
    return made


def load(tmp_path: Path, text: str, name: str = "data.ttl") -> Store:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    made = Store()
    made.load(path, ONE, name)
    return made


# -- in ------------------------------------------------------------------------------------------------------------

FORMATS = {
    "data.ttl": '<https://example.org/a> <https://example.org/p> "eins"@de .',
    "data.nt": '<https://example.org/a> <https://example.org/p> "eins"@de .',
    "data.nq": '<https://example.org/a> <https://example.org/p> "eins"@de <https://example.org/g> .',
    "data.trig": '<https://example.org/g> { <https://example.org/a> <https://example.org/p> "eins"@de }',
    "data.jsonld": '{"@id": "https://example.org/a", "https://example.org/p": {"@value": "eins", "@language": "de"}}',
    "data.rdf": """<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/">
        <r:Description r:about="https://example.org/a"><ex:p xml:lang="de">eins</ex:p></r:Description></r:RDF>""",
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_triples(name: str, tmp_path: Path) -> None:
    """A file of any format is read into the graph it is meant for, whatever graph it names itself."""
    made = load(tmp_path, FORMATS[name], name)
    assert made.graphs() == [ONE]
    assert set(made.graph()) == {(A, P, Literal("eins", lang="de"))}


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("data.ttl", f"<{A}> <{P}> 1 .\n\n<{A}> <{P}> .\n", 3),
        ("data.nt", f'<{A}> <{P}> "a" .\n<{A}> <{P}> "b\n', 2),
        ("data.jsonld", '{"@id": "https://example.org/a",\n "p": }', 2),
        ("data.rdf", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<a>\n</rdf:RDF>", 0),
        ("data.ttl", "<https://example.org/a b> <https://example.org/p> 1 .", 1),
    ],
)
def test_a_file_that_is_no_rdf_is_refused_with_its_line(name: str, text: str, line: int, tmp_path: Path) -> None:
    """A syntax error, an invalid IRI included, names file and line in both languages."""
    with pytest.raises(InputError) as caught:
        load(tmp_path, text, name)
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.text.code) == (name, "rdf-syntax")
    assert not line or problem.place.line == line
    for lang in ("de", "en"):
        assert name in problem.in_language(lang)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """A file without content is a mistake and no dataset."""
    with pytest.raises(InputError) as caught:
        load(tmp_path, " \n")
    assert "leer" in caught.value.in_language("de")


def test_nothing_of_a_broken_file_is_kept(tmp_path: Path) -> None:
    """A file with an error on its last line adds nothing at all."""
    path = tmp_path / "data.ttl"
    path.write_text(f"<{A}> <{P}> 1 .\n<{A}> <{P}> 2 .\nbroken", encoding="utf-8")
    made = Store()
    with pytest.raises(InputError):
        made.load(path, ONE)
    assert len(made) == 0


def test_blank_nodes_get_the_same_names_in_every_reading(tmp_path: Path) -> None:
    """Blank nodes become IRIs by what is said of them, not by their labels or order."""
    first = load(tmp_path, f'<{A}> <{P}> [ <{P}> "x" ], [ <{P}> "y" ] .')
    second = load(tmp_path, f'_:two <{P}> "y" . <{A}> <{P}> _:two, _:one . _:one <{P}> "x" .')
    assert first.nquads() == second.nquads()
    assert b"_:" not in first.nquads()
    assert b".well-known/genid/one/data-ttl/" in first.nquads()


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    """The same label in two files is two things."""
    made = Store()
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(f'_:x <{P}> "same" .', encoding="utf-8")
        made.load(tmp_path / name, ONE)
    assert len(made) == 2


def test_a_triple_stands_in_one_graph(store: Store, tmp_path: Path) -> None:
    """What any graph says already is not said again: not from a file, not from a table, not by a rule."""
    path = tmp_path / "again.ttl"
    path.write_text(f"<{A}> <{P}> <{B}>, 7 .", encoding="utf-8")
    assert store.load(path, "https://example.org/three") == 1
    store.add_new("https://example.org/four", [(A, P, B), (A, P, Literal(8)), (A, P, Literal(8))])
    assert store.size("https://example.org/four") == 1
    assert (
        store.construct_into("https://example.org/five", f"CONSTRUCT {{ ?s <{P}> ?o, 9 }} WHERE {{ ?s <{P}> ?o }}") == 2
    )
    assert store.size("https://example.org/five") == 2


def test_a_graph_can_be_dropped_alone(store: Store) -> None:
    """Dropping one graph leaves the others."""
    store.remove_graph(ONE)
    assert store.graphs() == [TWO]
    assert (store.size(ONE), store.size(TWO), len(store)) == (0, 2, 2)


# -- out -----------------------------------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    """N-Quads are sorted, whatever the order in which triples came; reading them back gives them again."""
    triples = [(URIRef(f"{EX}{number}"), P, Literal(number)) for number in range(50)]
    forward, backward = Store(), Store()
    forward.add(ONE, triples)
    backward.add(ONE, reversed(triples))
    assert forward.nquads() == backward.nquads()
    assert forward.nquads().splitlines() == sorted(forward.nquads().splitlines())
    path = tmp_path / "graph.nq"
    path.write_bytes(forward.nquads())
    assert Store.from_nquads(path).nquads() == forward.nquads()


@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_every_dump_reads_back(form: str, store: Store, tmp_path: Path) -> None:
    """A dump of one graph in any format has its triples and is the same in every run."""
    dumped = store.dump(form, ONE)
    assert store.dump(form, ONE) == dumped
    path = tmp_path / f"dump.{form}"
    path.write_bytes(dumped)
    again = Store()
    again.load(path, ONE)
    assert set(again.graph()) == set(store.graph(ONE))


@pytest.mark.parametrize(("form", "graphs"), [("nq", [ONE, TWO]), ("trig", [ONE, TWO])])
def test_a_dump_of_all_names_its_graphs(form: str, graphs: list[str], store: Store) -> None:
    """Formats for datasets keep the names of graphs; the others merge them, each triple once."""
    assert all(graph.encode() in store.dump(form) or b"graph/" in store.dump(form) for graph in graphs)
    assert store.dump("nt").count(f"<{A}> <{P}> <{B}>".encode()) == 1
    assert store.dump("nq").count(f"<{A}> <{P}> <{B}>".encode()) == 2


def test_graphs_become_one_rdflib_graph(store: Store) -> None:
    """Graphs, all or those named, are merged into an rdflib graph with our prefixes and no others."""
    assert len(store.graph()) == 3
    assert set(store.graph(TWO)) == {(B, P, Literal(2)), (A, P, B)}
    assert {prefix for prefix, _ in store.graph().namespaces()} == set(vocab.PREFIXES)
    assert len(store.graph("https://example.org/none")) == 0


@pytest.mark.parametrize(
    "literal",
    [
        Literal("maybe"),
        Literal("eins", lang="de"),
        Literal("1.50", datatype=URIRef(EX + "own")),
        Literal("19,7", datatype=XSD.decimal, normalize=False),
        Literal("2016-02-30", datatype=XSD.date, normalize=False),
        Literal("2016-01-01Z", datatype=XSD.date, normalize=False),
        Literal("<p>", datatype=RDF.HTML, normalize=False),
        Literal('a "b" \\ \n\t ü 𝔸'),
    ],
)
def test_a_literal_comes_back_as_it_went_in(literal: Literal) -> None:
    """Lexical form, language and datatype survive the way in and out, ill-typed or not."""
    made = Store()
    made.add(ONE, [(A, P, literal)])
    (found,) = made.graph().objects()
    (row,) = made.solutions("SELECT ?o WHERE { ?s ?p ?o }")
    for term in (found, row[0]):
        assert isinstance(term, Literal)
        assert (str(term), term.language, term.datatype) == (str(literal), literal.language, literal.datatype)


# -- queries -------------------------------------------------------------------------------------------------------


def test_a_query_sees_all_graphs_and_can_name_one(store: Store) -> None:
    """By default a query sees the union of all graphs; ``GRAPH`` asks where something stands."""
    assert {row[0] for row in store.select("SELECT DISTINCT ?s WHERE { ?s ?p ?o }")} == {str(A), str(B)}
    rows = store.select(f"SELECT ?g WHERE {{ GRAPH ?g {{ <{B}> ?p ?o }} }}")
    assert list(rows) == [(TWO,)]


def test_our_prefixes_need_no_declaration(store: Store) -> None:
    """A query can use the prefixes of our files as they are."""
    store.add(ONE, [(A, RDF.type, URIRef(vocab.NQ.Practice))])
    assert store.ask("ASK { ?s a nq:Practice }")
    assert not store.ask("ASK { ?s a nq:Region }")


def test_bindings_are_terms(store: Store) -> None:
    """A bound variable is a term; text that looks like SPARQL stays text."""
    query = "SELECT ?s ?o WHERE { ?s ?p ?o }"
    assert list(store.select(query, {"o": f"<{B}>"})) == [(str(A), str(B))] * 2
    assert list(store.select(query, {"o": '"eins"@de'})) == [(str(A), "eins")]
    assert list(store.select(query, {"o": '"\\" } INSERT DATA { <x:a> <x:b> <x:c>"'})) == []


@pytest.mark.parametrize(
    "term", ["eins", "<no iri>", '"open', "?x", "<https://a> . <https://b>", '"a" .\n<x:s> <x:p> "b"', "", "_:b"]
)
def test_what_is_no_term_cannot_be_bound(term: str, store: Store) -> None:
    """Only an IRI in angle brackets or a literal can be bound, and one alone."""
    with pytest.raises(QueryError):
        parse_term(term)
    with pytest.raises(QueryError) as caught:
        list(store.select("SELECT ?s ?o WHERE { ?s ?p ?o }", {"o": term}))
    assert "RDF-Term" in caught.value.in_language("de")


def test_unbound_is_none(store: Store) -> None:
    """A variable without a value is None, in plain values and in terms."""
    query = f"SELECT ?s ?none WHERE {{ ?s <{P}> 2 OPTIONAL {{ ?s <{EX}q> ?none }} }}"
    assert list(store.select(query)) == [(str(B), None)]
    assert list(store.solutions(query)) == [(B, None)]


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "query-start"),
        ("PREFIX x: <x:y>\nSELEKT * WHERE {}", 2, 1, "query-word"),
        ("SELECT ?s WHERE {\n ?s ?p }", 2, 8, "query-three"),
        ("SELECT ?s\nWHERE { ?s a ?k ?s ?p ?o }", 2, 17, "query-dot"),
        ("SELECT ?s WHERE { ?s <x:a>/<x:b>*|^<x:c> 'a'@de, (1 2) ; a [ <x:d> 1 ] ?s ?p ?o }", 1, 72, "query-dot"),
        ("SELECT ?s WHERE { ?s a unbekannt:X }", 1, 24, "query-prefix"),
        ("SELECT ?s WHERE { ?s ?p ?o FILTER(?o > 3 }", 1, 34, "query-bracket"),
        ("SELECT ?s WHERE { ?s ?p ?o } }", 1, 30, "query-closed"),
        ("SELECT ?s WHERE { ?s ?p 'Wort }", 1, 25, "query-quote"),
        ("SELECT ?s WHERE { ?s <https://a b> ?o }", 1, 22, "query-iri"),
        ("SELECT ?s WHERE { ?s ?p ?o } ORDER ?s", 1, 36, "query-other"),
    ],
)
def test_a_query_that_is_no_sparql_is_refused_with_place_and_cause(
    text: str, line: int, column: int, said: str, store: Store
) -> None:
    """In our words, with the line that is meant, and without the engine’s list of all that could stand there."""
    with pytest.raises(QueryError) as caught:
        store.query(text)
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.text.values["column"]) == (line, column)
    assert problem.text.values["message"].code == said
    for lang in ("de", "en"):
        assert "SPARQL" in problem.in_language(lang) and "expected" not in problem.in_language(lang)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "LOAD <file:///etc/hostname>",
        "DROP ALL",
    ],
)
def test_a_query_cannot_change_the_store(update: str, store: Store) -> None:
    """Updates are no queries."""
    before = store.nquads()
    with pytest.raises(QueryError):
        store.query(update)
    assert store.nquads() == before


@pytest.mark.parametrize(
    ("text", "kind", "forms"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o }", "solutions", ["json", "xml", "csv", "tsv"]),
        ("ASK { ?s ?p ?o }", "boolean", ["json", "xml"]),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "graph", list(GRAPH_FORMATS)),
        ("DESCRIBE <https://example.org/a>", "graph", list(GRAPH_FORMATS)),
    ],
)
def test_each_kind_of_answer_has_its_formats(text: str, kind: str, forms: list[str], store: Store) -> None:
    """Tables, yes or no, and graphs are written in the formats that fit, and refused in the others."""
    assert store.query(text).kind == kind
    for form in {**RESULT_FORMATS, **GRAPH_FORMATS}:
        if form in forms:
            assert store.query(text).serialize(form)
        else:
            with pytest.raises(QueryError) as caught:
                store.query(text).serialize(form)
            assert form in caught.value.in_language("en")


def test_answers_can_be_asked_for_from_several_threads(store: Store) -> None:
    """Eight threads get the same, right answers from one store."""
    query = f"SELECT ?s ?o WHERE {{ ?s <{P}> ?o FILTER(?o = 2 || LANG(?o) = 'de') }} ORDER BY ?s"
    expected = [(str(A), "eins"), (str(B), "2")]
    gc.collect()  # errors of tests before hold iterators of the engine, which may be dropped in this thread alone
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: list(store.select(query)), range(160)))
    assert answers == [expected] * 160


@pytest.mark.parametrize(
    ("iri", "valid"),
    [
        ("https://example.org/a", True),
        ("urn:isbn:0451450523", True),
        ("https://example.org/größe", True),
        ("https://example.org/a b", False),
        ("example.org/a", False),
        ("https://example.org/<a>", False),
        ("", False),
    ],
)
def test_iris_are_absolute_and_without_spaces(iri: str, valid: bool) -> None:
    """An IRI is what RFC 3987 says."""
    assert iri_is_valid(iri) is valid


@pytest.mark.parametrize(("name", "known"), [("a.ttl", True), ("a.JSONLD", True), ("a.csv", False), ("a", False)])
def test_the_ending_tells_the_format(name: str, known: bool) -> None:
    """A file's ending says which RDF format it has, if any."""
    assert (rdf_format(Path(name)) is not None) is known


# -- calling out ---------------------------------------------------------------------------------------------------


@dataclass
class Loopback:
    """A server on this machine that notes who calls."""

    url: str
    calls: list[str] = field(default_factory=list)


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """A server that answers every request with one empty solution, and counts them."""
    calls: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{}]}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Loopback(f"http://127.0.0.1:{server.server_port}/sparql", calls)
    server.shutdown()
    server.server_close()
    thread.join()


#: Queries that call ``$URL``, also in ways that hide the keyword.
CALLING = [
    "SELECT * WHERE { SERVICE <$URL> { ?s ?p ?o } }",
    "SELECT * WHERE { SERVICE SILENT <$URL> { ?s ?p ?o } }",
    "select * where { service<$URL>{ ?s ?p ?o } }",
    "SELECT * WHERE { OPTIONAL { SeRvIcE # comment\n <$URL> { ?s ?p ?o } } }",
    "PREFIX x: <$URL> SELECT * WHERE { SERVICE x: { ?s ?p ?o } }",
    "PREFIX x: <$URL> SELECT * WHERE { SERVICEx:{ ?s ?p ?o } }",
    "SELECT * WHERE { ?a ?b 5SERVICE<$URL>{ ?s ?p ?o } }",
    "SELECT * WHERE { VALUES ?url { <$URL> } SERVICE ?url { ?s ?p ?o } }",
    "SELECT * WHERE { FILTER(1 <2) SERVICE <$URL> { ?s ?p ?o } FILTER(3> 2) }",
    "PREFIX x: <x:> SELECT * WHERE { ?a x:it\\'s ?b . SERVICE <$URL> { ?s ?p ?o } ?c x:it\\'s ?d }",
    "PREFIX x: <x:> SELECT * WHERE { ?a x:n\\#1 ?b . SERVICE <$URL> { ?s ?p ?o } }",
    'SELECT * WHERE { ?a ?b """c\\"""" . SERVICE <$URL> { ?s ?p ?o } ?d ?e "f" }',
    "SELECT * WHERE { ?a ?b '''c''d''' . SERVICE <$URL> { ?s ?p ?o } ?d ?e 'f' }",
    "SELECT * WHERE { ?a ?b <https://x.example/\u00a0#> . SERVICE <$URL> { ?s ?p ?o } }",
    "SELECT * WHERE { # comment\r SERVICE <$URL> { ?s ?p ?o } }",
    "ASK { { SELECT * WHERE { SERVICE <$URL> { ?s ?p ?o } } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <$URL> { ?s ?p ?o } }",
]
#: Queries that only look like calls.
HARMLESS = [
    "SELECT ?service WHERE { ?service ?SERVICE $service }",
    "SELECT * WHERE { ?s ?p ?o } # SERVICE <$URL> { }",
    "SELECT * WHERE { ?s ?p 'SERVICE <$URL> { }' }",
    'SELECT * WHERE { ?s ?p """ "SERVICE" <$URL> \'\'\' """ }',
    "SELECT * WHERE { ?s <$URL/service> ?o }",
    "PREFIX x: <x:> SELECT * WHERE { ?s x:service ?o FILTER(CONTAINS(?o, 'Service')) }",
]


@pytest.mark.parametrize("query", CALLING)
def test_a_query_calls_no_other_address(query: str, store: Store, loopback: Loopback) -> None:
    """``SERVICE`` is refused however it is written, and not a single request goes out."""
    store.add(ONE, [(A, P, Literal(5))])
    with pytest.raises(QueryError) as caught:
        list(store.select(query.replace("$URL", loopback.url)))
    assert caught.value.problems[0].text.code == "service-refused"
    for lang in ("de", "en"):
        assert "SERVICE" in caught.value.in_language(lang)
    assert loopback.calls == []


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_service_is_no_call(query: str, store: Store, loopback: Loopback) -> None:
    """The word in a text, a comment, a variable, a name or an IRI is fine."""
    assert list(store.select(query.replace("$URL", loopback.url))) or True
    assert loopback.calls == []


def test_an_allowed_endpoint_can_be_called(loopback: Loopback) -> None:
    """An endpoint on the list, empty by default, can be called, and no other."""
    allowing = Store(services=[loopback.url])
    query = f"SELECT ?s WHERE {{ SERVICE <{loopback.url}> {{ ?s ?p ?o }} }}"
    assert list(allowing.select(query)) == [(None,)]
    assert loopback.calls == ["/sparql"]
    for other in (f"{loopback.url}2", "https://example.org/sparql"):
        with pytest.raises(QueryError):
            allowing.query(query.replace(loopback.url, other))
        with pytest.raises(QueryError):
            allowing.query(query.replace("?s ?p ?o", f"SERVICE <{other}> {{ ?s ?p ?o }}"))
    assert len(loopback.calls) == 1


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
def test_graphs_to_ask_are_those_in_the_store(clause: str, store: Store, loopback: Loopback, tmp_path: Path) -> None:
    """``FROM`` reads no file and no address: what is no graph of the store is empty."""
    path = tmp_path / "secret.ttl"
    path.write_text(f"<{A}> <{P}> 'secret' .", encoding="utf-8")
    for outside in (path.as_uri(), loopback.url, "file:///etc/hostname"):
        pattern = "?s ?p ?o" if clause == "FROM" else "GRAPH ?g { ?s ?p ?o }"
        assert list(store.select(f"SELECT ?o {clause} <{outside}> WHERE {{ {pattern} }}")) == []
    assert loopback.calls == []
    assert len(list(store.select(f"SELECT ?o FROM <{TWO}> WHERE {{ ?s ?p ?o }}"))) == 2


def test_json_ld_contexts_are_not_fetched(loopback: Loopback, tmp_path: Path) -> None:
    """A JSON-LD file with a context elsewhere is refused, and the address is not called."""
    document = f'{{"@context": "{loopback.url}", "@id": "{A}", "name": "eins"}}'
    with pytest.raises(InputError) as caught:
        load(tmp_path, document, "data.jsonld")
    assert caught.value.problems[0].place.file == "data.jsonld"
    assert loopback.calls == []


def test_imports_in_data_are_not_fetched(loopback: Loopback, tmp_path: Path) -> None:
    """An ``owl:imports`` in a file is a triple like any other."""
    made = load(tmp_path, f"<{A}> <{vocab.OWL.imports}> <{loopback.url}> .")
    assert len(made) == 1
    assert loopback.calls == []
    assert isinstance(made.graph(), Graph)

"""The tokens of SPARQL, and what a query asks: as the grammar has it, and never less than the engine would do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nqgraph.graph import mistakes, sparql
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError

EX = "PREFIX ex: <http://e.org/> "


def plain(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.value) for token in sparql.tokens(text) if token.kind not in ("space", "comment")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<http://e.org/from#service>", "iri"),
        ("<http://e.org/\\u0066rom>", "iri"),
        ("ex:valid-from", "name"),
        ("ex:valid.from", "name"),
        ("ex:valid%2Dfrom", "name"),
        ("ex:valid\\-from", "name"),
        ("ex:derived-from-source", "name"),
        ("ex:a.service", "name"),
        ("ex:from", "name"),
        ("from:from", "name"),
        ("a.b-c:d", "name"),
        (":", "name"),
        (":a:b", "name"),
        ("ex:\\#\\'", "name"),
        ("ä:ö·", "name"),
        ("\\u0065x\\u003Afrom", "name"),
        ("?from", "variable"),
        ("$service", "variable"),
        ("@en-from", "language"),
        ("_:from.a", "blank"),
        ("'from'", "string"),
        ('"a \\" from"', "string"),
        ('"\\u0022from"', "string"),
        ('"\\\\"', "string"),
        ('"""a "from" ""b"""', "string"),
        ("'''\n'from'\\''''", "string"),
        ("''", "string"),
        ("''''''", "string"),
        ("# from <a> 'b", "comment"),
        ("1.5e-3", "number"),
        (".5", "number"),
        ("GROUP_CONCAT", "word"),
        ("SHA256", "word"),
        ("&&", "sign"),
        (">=", "sign"),
        (" \t\n", "space"),
    ],
)
def test_a_token_is_one(text: str, kind: str) -> None:
    """Each of these is one token of its kind, at the end of a text and before another."""
    assert [(token.kind, token.text) for token in sparql.tokens(text)] == [(kind, text)]
    end = "" if kind == "space" else "\n"
    assert sparql.tokens(f"{text}{end}FROM")[0][:2] == (kind, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ex:a.", [("name", "ex:a"), ("sign", ".")]),
        ("ex:.SERVICE", [("name", "ex:"), ("sign", "."), ("word", "SERVICE")]),
        ("?s<?o", [("variable", "?s"), ("sign", "<"), ("variable", "?o")]),
        ("?s <= 1", [("variable", "?s"), ("sign", "<="), ("number", "1")]),
        ("a.b", [("word", "a"), ("sign", "."), ("word", "b")]),
        ("FROM<x>", [("word", "FROM"), ("iri", "<x>")]),
        ("1FROM", [("number", "1"), ("word", "FROM")]),
        ("'''a'", [("string", "''"), ("string", "'a'")]),
        ("ex:p\\u0020a", [("name", "ex:p"), ("word", "a")]),
        ("a 'b", [("word", "a"), ("rest", "'b")]),
    ],
)
def test_the_longest_token_wins(text: str, found: list[tuple[str, str]]) -> None:
    """Tokens end where the grammar ends them."""
    assert plain(text) == found


PIECES = st.sampled_from(
    ["SELECT", "from", "SERVICE", "?x", "$y", "<http://e.org/a#b>", "<'>", "<", ">", "ex:a", "ex:a-from", ":", "a.b:c",
     "'a'", '"b"', "'''", '"""', "'", '"', "\\", "\\u0041", "\\u003a", "\\U0001F600", "#", "\n", " ", "{", "}", "(",
     ")", ".", ";", "1", "1.5", "@en-from", "_:a", "^^", "é", "%", "%2D", "\\-", "true", "\ufeff"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
@example("\\U00110000")
@example("\\u0022 from \\u0022")
def test_the_texts_of_the_tokens_are_the_query(text: str) -> None:
    """Nothing is lost or said twice, whatever the text."""
    tokens = sparql.tokens(text)
    assert "".join(token.text for token in tokens) == text
    assert all(token.text for token in tokens)
    assert [token.kind for token in tokens[:-1]].count("rest") == 0


@given(st.lists(PIECES.filter(lambda piece: piece.isascii()), min_size=1, max_size=12).map(" ".join))
def test_tokens_do_not_depend_on_what_is_around(text: str) -> None:
    """Read again one by one, tokens stay what they are."""
    for token in sparql.tokens(text):
        if token.kind not in ("rest", "word", "number", "sign"):
            assert [again.kind for again in sparql.tokens(token.text)] == [token.kind]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", "SELECT"),
        ("# CONSTRUCT\nPREFIX select: <http://e.org/> ask {}", "ASK"),
        ("BASE <http://construct.org/> describe <a>", "DESCRIBE"),
        ("construct where { ?select ?ask ?s }", "CONSTRUCT"),
        ("PREFIX ex: <x:> INSERT DATA { ex:select ex:ask 1 }", "UPDATE"),
        ("WITH <g> DELETE WHERE { ?s ?p ?o }", "UPDATE"),
        ("", ""),
        ("'SELECT'", ""),
    ],
)
def test_the_kind_of_a_query(text: str, kind: str) -> None:
    """The first keyword that says it, wherever else such words stand."""
    assert sparql.kind(text) == kind


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("SELECT * FROM <http://g> { ?s ?p ?o }", [["http://g"], [], [], []]),
        ("SELECT*FROM<http://g>FROM NAMED<http://h>{}", [["http://g"], ["http://h"], [], []]),
        ("BASE <http://b.org/x> SELECT * FROM <g> {}", [["http://b.org/g"], [], [], []]),
        (EX + "SELECT * from named ex:g\\-1 {}", [[], ["http://e.org/g-1"], [], []]),
        ("SELECT * FROM nq:g {}", [["https://nq/g"], [], [], []]),
        ("PREFIX nq: <http://o.org/> SELECT * FROM nq:g {}", [["http://o.org/g"], [], [], []]),
        ("SELECT * { GRAPH ?g { } GRAPH <http://g> {} }", [[], [], ["?g", "http://g"], []]),
        ("SELECT * { service # one\n silent <http://s> {} SERVICE ?s {} }", [[], [], [], ["http://s", "?s"]]),
        (EX + "SELECT ?o { ?s ex:valid-from ?o }", [[], [], [], []]),
        (EX + "SELECT ?s { ?s ex:valid-from <http://e.org/d1> }", [[], [], [], []]),
        (EX + "SELECT ?o { ?s ex:customer-service ?o }", [[], [], [], []]),
        ("PREFIX service: <http://e.org/> SELECT * { ?s service:n ?o }", [[], [], [], []]),
        ("PREFIX from: <http://e.org/> SELECT * { ?s from:from ?o }", [[], [], [], []]),
        (EX + 'SELECT ?s { ?s ex:n "x"@en-from , "x"@de-service }', [[], [], [], []]),
        ("SELECT ?from ?service { ?from ?service 'FROM <a> SERVICE <b>' } # FROM <c>", [[], [], [], []]),
        ("PREFIX service: <http://e.org/> SELECT * { GRAPH service:g {} }", [[], [], ["http://e.org/g"], []]),
    ],
)
def test_where_a_query_looks(text: str, clauses: list[list[str]]) -> None:
    """FROM, FROM NAMED, GRAPH and SERVICE are what the grammar takes for them, with their IRIs in full."""
    found = sparql.clauses(text, {"nq": "https://nq/"})
    assert [list(found.default), list(found.named), list(found.graphs), list(found.services)] == clauses


VALID_FROM = """@prefix ex: <http://e.org/> .
ex:a ex:valid-from ex:d1 ; ex:valid.from ex:d2 ; ex:customer-service 4 ; ex:n "x"@en-from ."""


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (EX + "SELECT ?o { ?s ex:valid-from ?o }", [("http://e.org/d1",)]),
        (EX + "SELECT ?o { ?s ex:valid.from ?o }", [("http://e.org/d2",)]),
        (EX + "SELECT (COUNT(*) AS ?c) { ?s ?p ?o FILTER NOT EXISTS { ?s ex:nope-from ?d } }", [("4",)]),
        (EX + "SELECT ?s { ?s ex:valid-from <http://e.org/d1> }", [("http://e.org/a",)]),
        (EX + "SELECT ?o { ?s ex:customer-service ?o }", [("4",)]),
        (EX + 'SELECT ?s { ?s ex:n "x"@en-from }', [("http://e.org/a",)]),
        ("PREFIX service: <http://e.org/> SELECT ?o { ?s service:customer-service ?o }", [("4",)]),
        ("PREFIX from: <http://e.org/> SELECT ?o { ?s from:valid-from ?o }", [("http://e.org/d1",)]),
    ],
)
def test_names_that_hold_keywords_are_no_keywords(query: str, rows: list[tuple[str]], tmp_path: Path) -> None:
    """The rows are all there: neither is the default graph taken away nor the query refused."""
    path = tmp_path / "data.ttl"
    path.write_text(VALID_FROM, encoding="utf-8")
    store = Store()
    store.load(path, "http://e.org/g")
    assert store.select(query) == rows


URL = "http://127.0.0.1:9/"
#: What the engine, which reads keywords without a space behind them and tries its way, takes for a call.
CALLS = (
    f"PREFIX : <{URL}> SELECT * {{ SERVICE:a {{ ?s ?p ?o }} }}",
    f"PREFIX : <{URL}> SELECT * {{ ?s ?p trueSERVICE:a {{ ?s ?p ?o }} }}",
    f"PREFIX : <{URL}> SELECT * {{ SERVICESILENT:a {{ ?s ?p ?o }} }}",
    f"PREFIX a: <{URL}> SELECT * {{ SERVICEa:a {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p trueSERVICE<{URL}> {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICESILENT<{URL}> {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p ?oOPTIONAL{{SERVICE<{URL}>{{?s ?p ?o}}}} }}",
    f"SELECT * {{ FILTER('a'<'>')SERVICE<{URL}>{{?a?b?c}}FILTER('a'>'b') }}",
    f"SELECT * {{ FILTER('a'<?b#>'''\n) SERVICE<{URL}>{{?a?b?c}} #'''\n }}",
    f"SELECT * {{ VALUES ?x {{'''a'}} SERVICE<{URL}>{{?a?b?c}} }}",
)


@pytest.mark.parametrize("query", CALLS)
def test_what_the_engine_would_call_is_a_call(query: str) -> None:
    """Whatever reading the engine has of it, no query gets by the list of services."""
    with pytest.raises(QueryError) as caught:
        Store(services=["http://allowed.org/"]).select(query)
    assert caught.value.problems[0].text.code == "service-refused"


#: Pieces that hide a call from one reading or the other, and calls.
PARTS = st.sampled_from(
    [f"SERVICE<{URL}>{{?s ?p ?o}}", "SERVICE:a{?s ?p ?o}", "SERVICE ex:a {}", "SERVICE SILENT ?x{?s ?p ?o}", "SERVICE",
     ":a", "ex:a", "?s ?p ", "?s ?p 'a'", "<'>", "<?b#>", "FILTER('a'", "FILTER(?x", "<'>'", "<?b#>'''\n", "'", "''",
     "'''", '"', "a", "true", "?x", "1", ".", ";", ")", "<", ">", "'a'", ">'b')", "#", "\n", " ", "BIND(1 AS ?y)",
     "VALUES ?z {", "'''a'", "UNDEF", "}", "OPTIONAL{", "{", "}UNION{", "\\'", "@en", "_:b", "-", "%41", "MINUS"]
)  # fmt: skip
ENGINE = ox.Store()


@given(st.lists(PARTS, max_size=10).map("".join))
def test_no_call_of_the_engine_is_missed(inner: str) -> None:
    """Of random patterns, those that the engine calls an address for are among those that are refused."""
    query = f"PREFIX : <{URL}> PREFIX ex: <{URL}> SELECT * {{ {inner} }}"
    calls = False
    try:
        for _ in ENGINE.query(query):  # type: ignore[union-attr]
            pass
    except OSError:  # the engine refuses this port before it asks anybody
        calls = True
    except (SyntaxError, ValueError, RuntimeError):
        pass
    assert not calls or sparql.clauses(query).services


@given(st.lists(PIECES, max_size=40).map("".join))
def test_prefixes_are_found_as_used_and_declared(text: str) -> None:
    """Whatever else stands there, a declaration is no use."""
    used, declared = sparql.prefixes(
        f"PREFIX zz: <http://z.org/>\nPREFIX yy: <http://y.org/>\nASK {{ yy:a ?p 1 }} {text}"
    )
    assert {"zz", "yy"} <= declared and "yy" in used and "zz" not in used


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("SELECT ('((((((' AS ?x) { <http://a/((((> ?p \"}}}\" } # ((((", 1),
        ("SELECT * { { [ ( ex:a ) ] } }", 4),
        ("SELECT * { FILTER('a'<'>' || ((((1)))) = 1 || 'a'>'b') }", 6),
        ("\\ ((((", 4),
    ],
)
def test_how_deep_brackets_are_nested(text: str, depth: int) -> None:
    """Brackets in texts, IRIs and comments do not count, but where it is not clear whether they are such."""
    assert sparql.nesting(text) == depth


#: Beginnings of tokens that a careless pattern would try again at each place.
BEGINNINGS = (
    "a.", "'''", "\\'''\n", '"', "<", "a:", "?", ":a.", "(", "é", "'\\'", "#\n", "\\u0041", "_:a.", "@a-",
)  # fmt: skip
READ = """
import json, resource, sys
from nqgraph.graph import mistakes, sparql
from nqgraph.graph.graph import Graph
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
for piece in json.loads(sys.argv[1]):
    list(sparql.tokens(piece * (200_000 // len(piece))))
"""


def test_a_long_text_of_any_kind_is_read_with_a_bound_on_work() -> None:
    """No text makes the reading slow: 3 MB of the worst take less than a minute of the processor."""
    assert subprocess.run([sys.executable, "-c", READ, json.dumps(BEGINNINGS)], check=False).returncode == 0


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("SELECT ?a (COUNT(?b) AS ?n) WHERE { ?a ?b ?c }", "SELECT DISTINCT ?x WHERE { ?a ?b ?c }"),
        ("# SELECT ?z\nselect * from <x:g> { ?a ?b ?c }", "# SELECT ?z\nSELECT DISTINCT ?x from <x:g> { ?a ?b ?c }"),
        ("SELECT ?a { { SELECT ?b WHERE { ?a ?b ?c } } }", "SELECT DISTINCT ?x { { SELECT ?b WHERE { ?a ?b ?c } } }"),
    ],
)
def test_another_variable_is_projected(written: str, expected: str) -> None:
    """Only the outermost projection changes, however it is written."""
    assert sparql.projected(written, "x") == expected


def test_no_mistake_is_found_in_what_is_right(shipped_graph: Graph) -> None:
    """Nothing is held against the canned queries."""
    for query in shipped_graph.queries.all():
        assert mistakes.mistake(query.text, vocab.PREFIXES) is None, query.name

"""The layer between a short query and its answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nqgraph.graph import columns, layer, portable, queries, terms
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from tests.spaces import SPACE

HEAD = """#+ title: {de: x, en: x}
#+ question: {de: x, en: x}
#+ description: {de: x, en: x}
"""
L = "label: {de: x, en: x}"
DATA = """
@prefix ex: <https://example.org/> . @prefix nq: <https://w3id.org/nqgraph/def/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix geo: <http://www.opengis.net/ont/geosparql#> .
ex:a a nq:Practice ; skos:prefLabel "Ämter"@de , "Offices"@en , "Repartições"@pt ; nq:inRegion ex:y , ex:x ;
  skos:note "nur deutsch"@de ; nq:notDocumented nq:outcome .
ex:b a nq:Practice ; skos:prefLabel "Zoo"@de ; nq:inRegion ex:x ; nq:notApplicable nq:outcome .
ex:c a nq:Practice ; skos:prefLabel "Only English"@en .
ex:x skos:prefLabel "Örtchen"@de , "Village"@en ; geo:sfWithin ex:y . ex:y skos:prefLabel "Ost"@de ; geo:sfWithin ex:x .
ex:claim nq:caveat "vorläufig"@de , "preliminary"@en ; nq:confidence ex:low . ex:low skos:prefLabel "niedrig"@de .
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "data.ttl").write_text(DATA, encoding="utf-8")
    store = Store(SPACE)
    store.load(tmp_path / "data.ttl", "https://example.org/graph")
    return store


def query(tmp_path: Path, head: str, body: str) -> queries.Query:
    path = tmp_path / "frage.rq"
    path.write_text(HEAD + "".join(f"#+ {line}\n" for line in head.splitlines()) + body, encoding="utf-8")
    return queries.read(path, SPACE)


def shown(asked: queries.Query, store: Store, lang: str = "de") -> list[list[str]]:
    answer = layer.answer(asked, {}, store, lang)
    names = [name for name in answer.names if name != "lang"]
    return [[cell.term.value if (cell := row[name]).term else "" for name in names] for row in answer.rows]


BODY = "SELECT ?p WHERE { ?p a nq:Practice }"
NAME = f"columns:\n  pName: {{type: text, {L}}}\n"


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("de", ["Ämter", "Only English", "Zoo"]),
        ("en", ["Offices", "Only English", "Zoo"]),
        ("pt", ["Only English", "Repartições", "Zoo"]),
    ],
)
def test_names_are_in_the_language_of_the_reader_or_the_next(
    lang: str, names: list[str], store: Store, tmp_path: Path
) -> None:
    """A third language needs no change of the query, and order follows what the reader sees."""
    assert shown(query(tmp_path, NAME, BODY), store, lang) == [[name] for name in names]


def test_several_values_stand_in_one_cell_in_order(store: Store, tmp_path: Path) -> None:
    """Each once, by collation; a count beside it, and 0 where there is none."""
    head = NAME + f'  r: {{type: text, path: "nq:inRegion", {L}}}\n'
    head += f'  n: {{type: integer, count: true, path: "nq:inRegion", {L}}}\n'
    expected = [["Ämter", "Örtchen; Ost", "2"], ["Only English", "", "0"], ["Zoo", "Örtchen", "1"]]
    assert shown(query(tmp_path, head, BODY), store) == expected


def test_a_part_of_an_answer_has_its_rows_and_no_others_are_made(store: Store, tmp_path: Path) -> None:
    """Order and number are those of the whole; what is alike is told apart by what comes next in the order."""
    head = NAME + f'  n: {{type: integer, count: true, path: "nq:inRegion", {L}}}\norder: [-n, pName]\n'
    whole = layer.answer(query(tmp_path, head, BODY), {}, store, "de")
    assert [row["pName"].value for row in whole.rows] == ["Ämter", "Zoo", "Only English"]
    store.forget()
    some = layer.answer(query(tmp_path, head, BODY), {}, store, "de").part(slice(1, 2))
    assert not any("pName" in key for key in store.kept), "no cell was made for the order alone"
    assert (len(whole), len(some)) == (3, 1) and some.as_json() == _only(whole.as_json(), 1)


def _only(document: bytes, row: int) -> bytes:
    """A results document with one of its rows alone."""
    told = json.loads(document)
    told["behind"], told["results"]["bindings"] = [told["behind"][row]], [told["results"]["bindings"][row]]
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def test_circles_in_the_data_end(store: Store, tmp_path: Path) -> None:
    """x lies in y and y in x: a path that can be repeated reaches both, once."""
    head = NAME + f'  r: {{type: text, path: "nq:inRegion/geo:sfWithin+", {L}}}\n'
    assert [row[1] for row in shown(query(tmp_path, head, BODY), store)] == ["Örtchen; Ost", "", "Örtchen; Ost"]


def test_an_empty_cell_tells_which_nothing_it_is(store: Store, tmp_path: Path) -> None:
    """Looked for and not documented, not applicable, not looked at."""
    head = NAME + f'  o: {{type: text, path: "nq:outcome", {L}}}\n'
    document = json.loads(layer.answer(query(tmp_path, head, BODY), {}, store, "de").as_json())
    states = [row["o"]["nothing"] for row in document["behind"]]
    assert states == ["not-documented", "not-looked-at", "not-applicable"]
    assert document["behind"][0]["pName"] == {"iris": ["https://example.org/a"]}


def test_a_cell_carries_what_its_claim_says(store: Store, tmp_path: Path) -> None:
    """Caveat and confidence stand beside the words that rest on them, in the language of the reader."""
    head = f"columns:\n  pName: {{type: text, claim: c, {L}}}\n"
    body = "SELECT ?p ?c WHERE { BIND(<https://example.org/a> AS ?p) BIND(<https://example.org/claim> AS ?c) }"
    for lang, caveat in (("de", "vorläufig"), ("en", "preliminary")):
        [row] = layer.answer(query(tmp_path, head, body), {}, store, lang).rows
        assert row["pName"].said == {"caveat": caveat, "confidence": "niedrig"}


def test_texts_in_other_languages_make_no_rows(store: Store, tmp_path: Path) -> None:
    """Of a text in several languages a row each comes back; the reader's stays, or the next."""
    head = f"columns:\n  text: {{type: text, of: text, {L}}}\n"
    body = "SELECT ?p ?text WHERE { ?p skos:prefLabel|skos:note ?text FILTER(?p = <https://example.org/a>) }"
    assert shown(query(tmp_path, head, body), store, "en") == [["Offices"]]


def test_what_changes_is_seen(store: Store, tmp_path: Path) -> None:
    """What was kept for later answers is forgotten when statements are added."""
    asked = query(tmp_path, NAME, BODY)
    before = shown(asked, store)
    (tmp_path / "more.ttl").write_text(DATA.replace('"Zoo"@de', '"Aal"@de'), encoding="utf-8")
    store.load(tmp_path / "more.ttl", "https://example.org/other")
    assert shown(asked, store) != before


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        (f"x: {{type: text, of: nix, {L}}}", "column-variable", "columns.x.of"),
        (f"x: {{type: text, show: '?q', of: p, {L}}}", "column-variable", "columns.x.show"),
        (f"x: {{type: text, claim: q, of: p, {L}}}", "column-variable", "columns.x.claim"),
        (f"x: {{type: text, path: 'nq:inRegion/', {L}}}", "column-path", "columns.x.path"),
        (f"x: {{type: text, path: 'nix:inRegion', {L}}}", "column-path", "columns.x.path"),
        (f"x: {{type: text, path: 'Wo liegt das?', {L}}}", "column-path", "columns.x.path"),
        (f"x: {{type: text, path: 'nq:inRegoin', {L}}}", "column-term", "columns.x.path"),
        (f"x: {{type: text, path: 'nq:inRegion', where: {{a: 'nq:Practise'}}, {L}}}", "column-term", "columns.x.where"),
        (f"x: {{type: text, paht: 'nq:inRegion', {L}}}", "column-field", "columns.x.paht"),
        (f"x: {{type: number, of: p, {L}}}", "column-type", "columns.x.type"),
        (f"x: {{type: text, of: y, {L}}}\n  y: {{type: text, of: x, {L}}}", "column-circle", "columns.x.of"),
    ],
)
def test_wrong_columns_are_named(given: str, code: str, field: str, tmp_path: Path) -> None:
    """File, line and field stand in the message, in both languages."""
    with pytest.raises(QueryError) as caught:
        query(tmp_path, f"columns:\n  {given}\n", BODY)
    [problem] = caught.value.problems
    assert problem.text.code == code and problem.place.line == 5
    for lang in ("de", "en"):
        assert field in problem.in_language(lang) and "frage.rq" in problem.in_language(lang)


def test_a_class_that_the_model_lacks_is_named(tmp_path: Path) -> None:
    """With the class that was meant."""
    head = f"parameters:\n  q: {{type: iri, class: 'nq:Practise', optional: true, {L}}}\n" + NAME
    with pytest.raises(QueryError) as caught:
        query(tmp_path, head, BODY)
    assert "parameters.q.class" in caught.value.in_language("en") and "Practice" in caught.value.in_language("en")


def test_what_a_query_names_and_the_model_lacks_is_said(example_graph: Graph) -> None:
    """A slip would silently find nothing, and so would a sort key, which names had once."""
    for text, meant in (
        ("SELECT ?s { ?s a nq:Practise }", "Practice"),
        ("SELECT ?s { ?s nq:sortKey ?k } ORDER BY ?k", "ORDER BY"),
        ("SELECT ?s { ?s <https://w3id.org/nqgraph/def/inRegoin> ?r }", "inRegion"),
    ):
        with pytest.warns(UserWarning, match=meant):
            assert not example_graph.query(text).rows


def test_canned_queries_and_their_portable_texts_name_what_is_there() -> None:
    """All terms of all questions are in the model."""
    for asked in queries.of(SPACE).all():
        for text in (asked.text, portable.text(asked, {}, SPACE)):
            assert not columns.unknown_terms(text, SPACE), asked.name


def test_unknown_rows_and_order_are_named(tmp_path: Path) -> None:
    """What makes up a row and what rows are ordered by is a variable or a column."""
    for head in ("rows: [nix]\n", "order: [-nix]\n"):
        with pytest.raises(QueryError) as caught:
            query(tmp_path, head + NAME, BODY)
        assert "nix" in caught.value.in_language("de")


def test_the_old_form_still_runs(store: Store, tmp_path: Path) -> None:
    """A query that says all itself is answered by the engine alone, as it is written."""
    head = f"columns:\n  p: {{type: iri, {L}}}\n  n: {{type: text, {L}}}\n"
    body = 'SELECT ?p ?n WHERE { ?p a nq:Practice ; skos:prefLabel ?n FILTER(LANG(?n) = "de") } ORDER BY DESC(?n)\n'
    asked = query(tmp_path, head, body)
    assert not asked.is_short and asked.parameter("lang") is None
    found = json.loads(Graph(store).answer(asked, {}, "json"))
    assert [row["n"]["value"] for row in found["results"]["bindings"]] == ["Ämter", "Zoo"]
    assert portable.text(asked, {}, SPACE) == body


@pytest.mark.parametrize("form", ["xml", "tsv", "csv", "json"])
def test_every_format_has_the_rows(form: str, example_graph: Graph) -> None:
    """The standard's formats, the same in every language."""
    asked = queries.of(SPACE).get("praxis-liste")
    body = example_graph.answer(asked, {"lang": "de"}, form)
    assert "Ämterlotsen".encode() in body
    assert example_graph.answer(asked, {"lang": "de"}, form) == body


@pytest.mark.parametrize("name", ["Verdienstausfall beim Lernen", "verdienstausfall beim lernen", "Verdienstausfall"])
def test_a_parameter_can_be_a_name(name: str, example_graph: Graph) -> None:
    """The whole name or its beginning, whatever its capitals; the key says the same."""
    kept = example_graph.query("praxis-zu-hemmnis", hemmnis="h-muster-einkommen")
    assert example_graph.query("praxis-zu-hemmnis", hemmnis=name).rows == kept.rows


def test_a_name_that_is_not_there_is_corrected(example_graph: Graph) -> None:
    """A slip is answered with the name that was meant, a sentence with what would fit."""
    with pytest.raises(QueryError) as caught:
        example_graph.query("praxis-zu-hemmnis", hemmnis="Verdienstausfal beim Lernen")
    assert "„Verdienstausfall beim Lernen“" in caught.value.in_language("de")
    with pytest.raises(QueryError) as caught:
        example_graph.query("praxis-zu-hemmnis", hemmnis="Wie komme ich zu einem Abschluss?")
    assert "Hemmnis" in caught.value.in_language("de")


def test_what_is_asked_is_stated_with_its_defaults(example_graph: Graph) -> None:
    """Names instead of keys; a default says that it is one, and what is left open that all are meant."""
    asked = queries.of(SPACE).get("praxis-zu-hemmnis")
    stated = example_graph.stated(asked, {"hemmnis": "h-muster-einkommen"})
    assert stated.startswith("Hemmnis: Verdienstausfall beim Lernen · ") and "Zielgruppe: alle" in stated


def test_terms_are_read_as_they_are_bound() -> None:
    """IRIs, plain texts with escapes, and numbers."""
    assert terms.of_text("<https://example.org/a>") == terms.Term("https://example.org/a", is_iri=True)
    assert terms.of_text(queries.literal('a "b" \\ c\n')) == terms.Term('a "b" \\ c\n')
    assert terms.of_text(queries.literal("7", vocab.XSD.integer)) == terms.Term("7", datatype=vocab.XSD.integer)

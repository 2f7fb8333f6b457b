"""Canned queries: exact rows on the example data, the same from every engine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rdflib import Dataset, Namespace

from nqgraph.building.builds import Assembly
from nqgraph.graph import layer, portable, queries, sparql, terms
from nqgraph.graph.graph import Graph
from nqgraph.graph.terms import Term
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from tests import rows
from tests.spaces import SPACE

CASES = sorted((Path(__file__).parent / "queries").glob("*.csv"))
NAMES = queries.of(SPACE).names()


def name_of(case: Path) -> str:
    return case.stem.partition("--")[0]


class RdflibSource:
    """rdflib, the reference engine, as something that the layer can ask."""

    def __init__(self, example: Assembly) -> None:
        self.workspace = SPACE
        self.kept: dict[Any, dict[Any, Any]] = {}
        self.dataset = Dataset(default_union=True)
        self.dataset.parse(data=example.store.nquads(), format="nquads")

    def query(self, text: str) -> bytes:
        prefixes = {name: Namespace(iri) for name, iri in SPACE.iris.prefixes.items()}
        answer = self.dataset.query(text, initNs=prefixes).serialize(format="json")
        assert answer is not None
        return answer

    def terms(self, text: str) -> terms.Solutions:
        return terms.of_json(self.query(text))

    def values(self, things: Iterable[str], predicate: str, inverse: bool = False) -> dict[str, list[Term]]:
        return terms.asked(self.query, things, predicate, inverse=inverse)


@pytest.fixture(scope="module")
def rdflib_source(example: Assembly) -> RdflibSource:
    return RdflibSource(example)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_exact_rows(case: Path, example_graph: Graph) -> None:
    """A canned query gives exactly these rows on the example data, in this order."""
    parameters, expected = rows.read(case)
    query = queries.of(SPACE).get(name_of(case))
    assert rows.of_json(example_graph.answer(query, parameters, "json")) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_rdflib_gives_the_same_rows(case: Path, example_graph: Graph, rdflib_source: RdflibSource) -> None:
    """rdflib, the reference engine, gives the same rows in the same order."""
    parameters, expected = rows.read(case)
    query = queries.of(SPACE).get(name_of(case))
    parameters = {"lang": "de"} | parameters
    bindings = queries.bind(query, parameters, example_graph)
    assert rows.of_json(layer.answer(query, bindings, rdflib_source, parameters["lang"]).as_json()) == expected


#: Cases whose one text says a little else, and why.
OTHERWISE = {
    "akteur-steckbrief--institut": "where a name is made of several things, the one text has a row each",
    "wege-fuer-ausgangslage": "where a practice has several target groups, the one text names it for each",
    "wege-fuer-ausgangslage--arbeitslose": "the same",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_one_portable_text_gives_the_same_things(case: Path, example_graph: Graph) -> None:
    """What pages show as SPARQL names the same things with the same names and numbers, whatever their order."""
    parameters, expected = rows.read(case)
    query = queries.of(SPACE).get(name_of(case))
    parameters = {"lang": "de"} | parameters
    text = portable.text(query, queries.bind(query, parameters, example_graph), SPACE, parameters["lang"])
    found = rows.of_json(example_graph.ask(text, {}, "json"))
    cut = {column.name for column in query.columns if column.most or column.first > 1}
    names = [name for name in found[0] if name not in cut]
    own = [expected[0].index(name if name in expected[0] else name.removesuffix("Text")) for name in names]
    given = [found[0].index(name) for name in names]
    if case.stem in OTHERWISE:
        things = [i for i, name in enumerate(found[0]) if "/" in found[1][i] and name in expected[0]]
        assert {tuple(row[i] for i in things) for row in found[1:]} == {
            tuple(row[expected[0].index(found[0][i])] for i in things) for row in expected[1:]
        }
        return
    assert cells(found, given) == cells(expected, own)


def cells(table: list[list[str]], columns: list[int]) -> list[list[list[str]]]:
    """The rows of *table* with the values of each cell, both without order."""
    return sorted([[sorted(row[i].split("; ")) for i in columns] for row in table[1:]])


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_only_what_is_asked(name: str) -> None:
    """No query reads names, languages or keys to sort by, none joins values, and none is long."""
    query = queries.of(SPACE).get(name)
    assert query.is_short
    for word in ("LANG(", "prefLabel", "sortKey", "GROUP_CONCAT"):
        assert word not in re.sub(r"\(skos:prefLabel \d+\)", "", query.text)
    lines = [line for line in query.text.splitlines() if not line.startswith("PREFIX")]
    assert len(lines) <= 40


@pytest.mark.parametrize("name", NAMES)
def test_every_query_has_a_case_with_rows(name: str) -> None:
    """Each query has an expectation file, and at least one that is not empty."""
    cases = [case for case in CASES if name_of(case) == name]
    assert any(len(rows.read(case)[1]) > 1 for case in cases)


@pytest.mark.parametrize("name", NAMES)
def test_example_call_answers_on_the_shipped_data(name: str, shipped_graph: Graph) -> None:
    """The example call in the front matter works on the shipped data, in German and in English."""
    query = queries.of(SPACE).get(name)
    german = rows.of_json(shipped_graph.answer(query, query.example, "json"))
    assert len(german) > 1 or query.name in queries_empty_today()
    if query.parameter("lang"):
        english = rows.of_json(shipped_graph.answer(query, {**query.example, "lang": "en"}, "json"))
        assert len(english) == len(german)


def queries_empty_today() -> set[str]:
    """Queries about things that no source documents yet; they are answered on the example data only."""
    return {"arbeitsauftraege", "bestrittene-aussagen", "bewertungen", "handlungsbedarf", "prototypen"}


@pytest.mark.parametrize("name", NAMES)
def test_front_matter_is_complete(name: str) -> None:
    """Title, question, description and headings are there in both languages; columns and parameters are projected."""
    query = queries.of(SPACE).get(name)
    for labels in (query.title, query.question, query.description):
        assert set(labels) == {"de", "en"} and all(labels.values())
    for label in (*(p.label for p in query.parameters), *(c.label for c in query.columns)):
        assert set(label) == {"de", "en"}
    assert {c.of for c in query.columns} <= set(sparql.projection(query.text))


@pytest.mark.parametrize("name", NAMES)
def test_prefixes_are_declared(name: str) -> None:
    """A query can be copied into another tool as it is: each prefix it uses is declared."""
    text = queries.of(SPACE).get(name).text
    declared = set(re.findall(r"PREFIX\s+(\w+):", text))
    plain = re.sub(r'<[^>]*>|"[^"]*"|#.*', "", text)
    used = set(re.findall(r"(?<![\w?])([a-z]+):\w", plain))
    assert used <= declared
    assert declared <= set(vocab.PREFIXES)


def test_an_unknown_query_suggests_the_nearest() -> None:
    """A mistyped name is answered with the right one."""
    with pytest.raises(QueryError) as caught:
        queries.of(SPACE).get("praxis-zu-hemnis")
    assert "praxis-zu-hemmnis" in caught.value.in_language("de")


def test_wrong_parameters_are_all_named_at_once(example_graph: Graph) -> None:
    """Unknown and mistyped parameters are reported together, with suggestions."""
    with pytest.raises(QueryError) as caught:
        example_graph.query("praxis-zu-hemmnis", hemnis="x", hemmnis="h-muster-einkomen", lang="deutsch")
    message = caught.value.in_language("de")
    assert "hemnis" in message
    assert "h-muster-einkommen" in message
    assert "„deutsch“ ist keine Sprache dieser Daten" in message


def test_a_key_of_another_class_is_refused(example_graph: Graph) -> None:
    """A practice is no obstacle, even if its key is right."""
    with pytest.raises(QueryError) as caught:
        example_graph.query("praxis-zu-hemmnis", hemmnis="p-muster-zukunft")
    assert "Hemmnis" in caught.value.in_language("de")


def test_values_are_bound_as_terms_not_pasted(example_graph: Graph) -> None:
    """A value that looks like SPARQL is refused or matches nothing; it never becomes part of the query."""
    with pytest.raises(QueryError):
        example_graph.query("praxis-zu-hemmnis", hemmnis="> } INSERT DATA { <x:a> <x:b> <x:c> } #")


@pytest.mark.parametrize(
    "old", ["https://w3id.org/nqgraph/id/actor/a-muster-jc", "nqid:actor/a-muster-jc", "a-muster-jc"]
)
def test_what_was_merged_answers_as_what_it_became(old: str, example_graph: Graph) -> None:
    """The old address, in full or with a prefix, and the old key: the same rows as for the thing that was kept."""
    kept = example_graph.query("akteur-steckbrief", akteur="a-muster-jobcenter")
    asked = example_graph.query("akteur-steckbrief", akteur=old)
    assert asked.rows == kept.rows and len(kept) > 5
    assert {row["akteur"] for row in asked.rows} <= {vocab.ID + "actor/a-muster-jobcenter"}


def test_what_was_replaced_but_still_stands_is_asked_itself(example_graph: Graph) -> None:
    """A practice with a successor is a practice of its own: nobody asks for it and hears of the other."""
    for name in ("p-muster-zukunft", vocab.ID + "practice/p-muster-zukunft"):
        found = example_graph.query("praxis-steckbrief", praxis=name)
        assert {row["praxis"] for row in found.rows} == {vocab.ID + "practice/p-muster-zukunft"}


MARKED = """SELECT ?s WHERE {
  ?s ?p ?o .
  ?s ?q ?one . #? one
  #? two {
  ?s ?q ?two .
  ?two ?r ?one . #? one
    #? three {
    ?s ?q ?three .
    #? }
  #? }
}
"""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((), ["?s ?p ?o ."]),
        (("one",), ["?s ?p ?o .", "?s ?q ?one ."]),
        (("two",), ["?s ?p ?o .", "?s ?q ?two ."]),
        (("three",), ["?s ?p ?o ."]),
        (("two", "three"), ["?s ?p ?o .", "?s ?q ?two .", "?s ?q ?three ."]),
        (
            ("one", "two", "three", "four"),
            ["?s ?p ?o .", "?s ?q ?one .", "?s ?q ?two .", "?two ?r ?one .", "?s ?q ?three ."],
        ),
    ],
)
def test_marked_lines_and_blocks_are_there_for_their_parameters(given: tuple[str, ...], kept: list[str]) -> None:
    """A line or block narrows the answer down only where somebody gives the parameter; blocks can be nested."""
    query = queries.Query("q", "t", {}, {}, {}, (), (), MARKED)
    lines = query.with_parameters(given).splitlines()
    assert (lines[0], lines[-1]) == ("SELECT ?s WHERE {", "}")
    assert [line.strip() for line in lines[1:-1]] == kept


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("SELECT ?s {} #? nobody", "query-mark"),
        ("SELECT ?s {\n#? nobody {\n?s ?p ?o\n#? }\n}", "query-mark"),
        ("SELECT ?s {\n#? }\n}", "query-block"),
        ("SELECT ?s {\n#? one {\n}", "query-block"),
    ],
)
def test_wrong_marks_are_reported(body: str, code: str, tmp_path: Path) -> None:
    """A mark for a parameter that does not exist would never hold; a block ends where it says."""
    labels = "{de: x, en: x}"
    head = (
        f"title: {labels}\nquestion: {labels}\ndescription: {labels}\ncolumns: {{s: {{type: iri, label: {labels}}}}}\n"
    )
    head += f"parameters: {{one: {{type: iri, optional: true, label: {labels}}}}}\n"
    path = tmp_path / "q.rq"
    path.write_text("".join(f"#+ {line}\n" for line in head.splitlines()) + body, encoding="utf-8")
    with pytest.raises(QueryError) as caught:
        queries.read(path, SPACE)
    assert [problem.text.code for problem in caught.value.problems] == [code]

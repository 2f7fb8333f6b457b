"""Canned queries: exact rows on the example data, the same from every engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph as RdfGraph
from rdflib.util import from_n3

from nqgraph.building.builds import Assembly
from nqgraph.graph import queries, remote
from nqgraph.graph.graph import Graph
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from tests import rows
from tests.spaces import SPACE

CASES = sorted((Path(__file__).parent / "queries").glob("*.csv"))
NAMES = queries.of(SPACE).names()


def name_of(case: Path) -> str:
    return case.stem.partition("--")[0]


@pytest.fixture(scope="module")
def rdflib_graph(example: Assembly) -> RdfGraph:
    return example.store.graph()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_exact_rows(case: Path, example_graph: Graph) -> None:
    """A canned query gives exactly these rows on the example data, in this order."""
    parameters, expected = rows.read(case)
    query = queries.of(SPACE).get(name_of(case))
    assert rows.of_json(example_graph.answer(query, parameters, "json")) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_rdflib_gives_the_same_rows(case: Path, example_graph: Graph, rdflib_graph: RdfGraph) -> None:
    """rdflib, the reference engine, gives the same rows in the same order."""
    parameters, expected = rows.read(case)
    query = queries.of(SPACE).get(name_of(case))
    if query.parameter("lang"):
        parameters = {"lang": "de"} | parameters
    bindings = queries.bind(query, parameters, example_graph)
    terms: dict[str, Any] = {name: from_n3(text) for name, text in bindings.items()}
    assert rows.of_rdflib(rdflib_graph.query(query.with_parameters(bindings), initBindings=terms)) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_written_terms_give_the_same_rows(case: Path, example_graph: Graph) -> None:
    """The text that goes to an endpoint, with the terms written in, gives the same rows."""
    parameters, expected = rows.read(case)
    query = queries.of(SPACE).get(name_of(case))
    if query.parameter("lang"):
        parameters = {"lang": "de"} | parameters
    bindings = queries.bind(query, parameters, example_graph)
    found = rows.of_json(example_graph.ask(remote.inline(query.with_parameters(bindings), bindings), {}, "json"))
    assert sorted(found[0]) == sorted(expected[0])
    order = [found[0].index(name) for name in expected[0]]
    assert [[row[i] for i in order] for row in found[1:]] == expected[1:]


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
    if "CONSTRUCT" not in query.text:
        projection = query.text[: query.text.index("WHERE")]
        projected = set(re.findall(r"\?(\w+)", projection))
        assert {p.name for p in query.parameters} <= projected
        assert {c.name for c in query.columns} <= projected


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

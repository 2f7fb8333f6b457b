"""Shapes: every constraint of every property shape reports its fault, and nothing else, from both engines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph

from nqgraph.building.builds import Assembly
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.model.shapes import Schema
from nqgraph.validation import validation
from nqgraph.validation.engines import Engine
from nqgraph.validation.validation import Finding, Report
from nqgraph.words import vocab
from nqgraph.words.errors import ShapesError
from tests import mutations
from tests.mutations import Case, Things
from tests.spaces import IRIS

SCHEMA = shapes.default()
CASES = mutations.cases(SCHEMA)
GRAPH = IRIS.dataset_graph("mutations")
PREFIXES = "\n".join(f"@prefix {name}: <{iri}> ." for name, iri in vocab.PREFIXES.items())


@dataclass(frozen=True)
class Reported:
    """What the engines report, by focus node."""

    #: The fast engine on copies with one fault each, validated as focus nodes.
    alone: dict[str, list[Finding]]
    #: Both engines on copies with many faults, as a whole graph.
    together: tuple[Report, Report]
    #: The same by copy and property shape.
    fast: dict[tuple[str, str], list[Finding]]
    reference: dict[tuple[str, str], list[Finding]]


def by_shape(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.focus, finding.shape), []).append(finding)
    return found


@pytest.fixture(scope="module")
def reported(example: Assembly) -> Reported:
    """Findings on the example with all faults; pyshacl runs once, over few copies."""
    graph = example.store.graph()
    things = Things(graph, SCHEMA)
    valid = [*graph, *things.twins()]
    alone, together = Store(), Store()
    alone.add(GRAPH, [*valid, *(triple for case in CASES for triple in things.alone(case))])
    together.add(GRAPH, [*valid, *things.together(CASES)])
    findings = [
        finding
        for node in SCHEMA.node_shapes
        for finding in validation.validate(alone, SCHEMA, focus=[c.focus for c in CASES if c.node is node]).findings
    ]
    alone_by_focus: dict[str, list[Finding]] = {}
    for finding in findings:
        alone_by_focus.setdefault(finding.focus, []).append(finding)
    fast = validation.validate(together, SCHEMA)
    reference = validation.validate(together, SCHEMA, engine="pyshacl")
    return Reported(alone_by_focus, (fast, reference), by_shape(fast.findings), by_shape(reference.findings))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_reported_by_its_constraint_and_no_other(case: Case, reported: Reported) -> None:
    """A copy that breaks one constraint gets exactly the findings of this constraint, from both engines."""
    expected = {(case.shape.iri, case.shape.path, part, case.shape.severity) for part in case.broken}
    here = (case.crowd, case.shape.iri)
    for findings in (reported.alone[case.focus], reported.fast[here], reported.reference[here]):
        assert {(f.shape, f.path, f.component, f.severity) for f in findings} == expected
        assert all(f.message == case.shape.message for f in findings)


def test_both_engines_find_the_same_in_the_whole_graph(reported: Reported) -> None:
    """The fast engine finds exactly what pyshacl finds: focus node, path, value, shape, component and severity."""
    fast, reference = ({(f.key, f.severity) for f in report.findings} for report in reported.together)
    assert fast == reference
    assert len(fast) == len(reported.together[1].findings) > len(CASES)


def test_only_the_faulty_copies_are_reported(reported: Reported) -> None:
    """The example and its copies without a fault stay without a finding beside all the faults."""
    assert {focus for focus, _ in reported.fast} == {case.crowd for case in CASES}
    assert set(reported.alone) == {case.focus for case in CASES}


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_the_example_is_valid(engine: Engine, example: Assembly) -> None:
    """The example, what follows from it included, has no findings, from either engine."""
    report = validation.validate(example.store, SCHEMA, engine=engine)
    assert (report.findings, report.engine, report.untested) == ((), engine, [])


def test_every_constraint_has_a_fault() -> None:
    """There is no constraint on a shipped property shape that no fault sets off."""
    parameters = {
        SH[name]: SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]
        for name in (
            "minCount", "maxCount", "datatype", "class", "nodeKind", "pattern", "minLength", "maxLength", "languageIn",
            "uniqueLang", "in", "hasValue", "minInclusive", "maxInclusive", "or", "node",
        )
    }  # fmt: skip
    asked = {(s, c) for p, c in parameters.items() for s in SCHEMA.graph.subjects(p) if str(s) in SCHEMA.by_iri}
    assert {(str(s), str(c)) for s, c in asked} == {(case.shape.iri, part) for case in CASES for part in case.broken}


def test_every_property_shape_has_a_fault() -> None:
    """No property shape of a shipped node shape lets everything through."""
    assert {case.shape.iri for case in CASES} == set(SCHEMA.by_iri)
    assert len(CASES) > 1000


def schema_of(turtle: str) -> Schema:
    return shapes.schema(Graph().parse(data=f"{PREFIXES}\n{turtle}", format="turtle"))


def test_a_path_that_is_no_property_is_no_column() -> None:
    """A shape with a path of several steps is checked, but tables and pages have no place for it."""
    turtle = (
        "nqsh:X a sh:NodeShape ; sh:targetClass nq:A ; sh:property nqsh:P . nqsh:P sh:path [ sh:inversePath nq:p ] ."
    )
    (shape,) = schema_of(turtle).node_shapes
    assert shape.properties == ()


@pytest.mark.parametrize("said", ['sh:minCount "one"', 'sh:order "a"', "sh:maxLength 1.5"])
def test_a_number_that_is_none_is_named(said: str) -> None:
    """What should be a number and is none is an error with shape, term and value."""
    turtle = f"nqsh:X a sh:NodeShape ; sh:targetClass nq:A ; sh:property nqsh:P . nqsh:P sh:path nq:p ; {said} ."
    with pytest.raises(ShapesError) as caught:
        schema_of(turtle)
    for lang in ("de", "en"):
        assert said.partition(" ")[0] in caught.value.in_language(lang)


@pytest.mark.parametrize("name", ["Praxis", "praxis", "Practices", "practice", "PRACTICES"])
def test_a_table_has_the_name_of_its_class_in_either_language(name: str) -> None:
    """A table is found by its German and English name, singular and plural, in any case."""
    table = SCHEMA.table(name)
    assert table is not None
    assert table.target_class == vocab.NQ.Practice


def test_a_table_may_have_an_ascii_name() -> None:
    """File names need no umlauts, and the class name does, too."""
    names = ("foerderinstrumente", "Förderinstrumente", "funding-instrument", "Funding instruments")
    found = [SCHEMA.table(name) for name in names]
    assert {table.target_class for table in found if table} == {vocab.NQ.FundingInstrument}
    assert None not in found
    assert SCHEMA.table("unbekannt") is None


def test_headers_are_the_names_of_property_shapes() -> None:
    """A column is found by its name in either language; texts have a column for each language."""
    practice = SCHEMA.for_class(vocab.NQ.Practice)
    assert practice is not None
    columns = practice.columns
    assert columns["bezeichnung (de)"] == columns["label (de)"] == (SCHEMA.by_iri[vocab.NQSH.prefLabel], "de")
    assert columns["label (en)"][1] == "en"
    assert columns["antwortet auf hemmnis"][0].path == vocab.NQ.answers
    assert "antwortet auf hemmnis (de)" not in columns


def test_claimed_predicates_are_those_with_a_default_status() -> None:
    """A column whose values are claims says so in its shape; others do not."""
    assert SCHEMA.claimed[vocab.NQ.answers].endswith("/claim-status/classified")
    assert vocab.NQ.operatedBy not in SCHEMA.claimed


@pytest.mark.parametrize("node", SCHEMA.node_shapes, ids=lambda node: vocab.local_name(node.iri))
def test_no_two_columns_of_a_table_have_the_same_name(node: shapes.NodeShape) -> None:
    """Within a class, names and orders tell the property shapes apart, and so do their paths."""
    for lang in ("de", "en"):
        names = [shape.name[lang].casefold() for shape in node.properties]
        assert len(names) == len(set(names))
    paths = [shape.path for shape in node.properties]
    assert len(paths) == len(set(paths))


def test_a_property_shape_without_path_is_refused() -> None:
    """A property shape that names no path is an error that names the shape, in both languages."""
    with pytest.raises(ShapesError) as caught:
        schema_of("nqsh:X a sh:NodeShape ; sh:targetClass nq:A ; sh:property nqsh:P . nqsh:P sh:minCount 1 .")
    for lang in ("de", "en"):
        assert "nqsh:P" in caught.value.in_language(lang)
        assert "sh:path" in caught.value.in_language(lang)


def test_a_file_of_shapes_that_is_no_turtle_is_refused_with_its_line(tmp_path: Path) -> None:
    """A syntax error in a file of shapes names file and line."""
    path = tmp_path / "Broken.ttl"
    path.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\n\nsh:a sh:b sh:c\nsh:d sh:e .\n", encoding="utf-8")
    with pytest.raises(ShapesError) as caught:
        shapes.read([path])
    assert caught.value.problems[0].place.file == "Broken.ttl"
    assert caught.value.problems[0].place.line == 4


def test_shapes_are_the_same_from_every_reading() -> None:
    """Node shapes are sorted by their German label and property shapes by their order, whatever the file order."""
    again = shapes.schema(SCHEMA.graph)
    assert again.node_shapes == SCHEMA.node_shapes
    labels = [node.label["de"] for node in SCHEMA.node_shapes]
    assert labels == sorted(labels)
    assert len(set(SCHEMA.graph.subjects(RDF.type, SH.NodeShape))) > len(labels)

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
from nqgraph.validation import constraints, validation
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


@pytest.mark.parametrize("engine", ["sparql", "pyshacl"])
def test_the_example_is_valid(engine: validation.Engine, example: Assembly) -> None:
    """The example, what follows from it included, has no findings, from either engine."""
    report = validation.validate(example.store, SCHEMA, engine=engine)
    assert (report.findings, report.engine, report.untested) == ((), engine, [])


def test_every_check_of_the_fast_engine_has_a_fault() -> None:
    """There is no check on a shipped shape that no fault sets off."""
    checks = {
        (node.iri, shape.iri, check.component)
        for node in SCHEMA.node_shapes
        for shape in node.properties
        for check in constraints.checks(shape, [node.target_class], lambda iri: [iri])
    }
    assert checks == {(case.node.iri, case.shape.iri, part) for case in CASES for part in case.broken}


def test_every_property_shape_has_a_fault() -> None:
    """No property shape of a shipped node shape lets everything through."""
    assert {case.shape.iri for case in CASES} == set(SCHEMA.by_iri)
    assert len(CASES) > 1000


def test_shipped_shapes_need_no_reference_engine() -> None:
    """The fast engine evaluates all that the shipped shapes use."""
    assert SCHEMA.unsupported == ()


def schema_of(turtle: str) -> Schema:
    return shapes.schema(Graph().parse(data=f"{PREFIXES}\n{turtle}", format="turtle"))


#: Shapes that are valid SHACL and that the fast engine must not believe to know, with what it does not know.
BEYOND = {
    "targetNode": ("nqsh:X a sh:NodeShape ; sh:targetNode nq:x .", "nqsh:X", "sh:targetNode"),
    "targetSubjectsOf": ("nqsh:X a sh:NodeShape ; sh:targetSubjectsOf nq:p .", "nqsh:X", "sh:targetSubjectsOf"),
    "targetObjectsOf": ("nqsh:X a sh:NodeShape ; sh:targetObjectsOf nq:p .", "nqsh:X", "sh:targetObjectsOf"),
    "two target classes": ("nqsh:X a sh:NodeShape ; sh:targetClass nq:A, nq:B .", "nqsh:X", "sh:targetClass"),
    "a class as shape": ("nq:A a sh:NodeShape, rdfs:Class .", "nq:A", "sh:targetClass"),
    "no type": ("nqsh:X sh:targetClass nq:A .", "nqsh:X", "sh:targetClass"),
    "property shape with target": ("nqsh:P a sh:PropertyShape ; sh:targetClass nq:A .", "nqsh:P", "sh:targetClass"),
    "constraint on the node": (
        "nqsh:X a sh:NodeShape ; sh:targetClass nq:A ; sh:nodeKind sh:IRI .",
        "nqsh:X",
        "sh:nodeKind",
    ),
    "closed": ("nqsh:X a sh:NodeShape ; sh:targetClass nq:A ; sh:closed true .", "nqsh:X", "sh:closed"),
    "deactivated": ("nqsh:X a sh:NodeShape ; sh:targetClass nq:A ; sh:deactivated true .", "nqsh:X", "sh:deactivated"),
}
#: The same on a property shape.
BEYOND_ON_PROPERTIES = {
    "path": ("sh:path [ sh:inversePath nq:p ]", "sh:path"),
    "not": ("sh:path nq:p ; sh:not nqsh:Y", "sh:not"),
    "sparql": ("sh:path nq:p ; sh:sparql nqsh:Y", "sh:sparql"),
    "qualified": ("sh:path nq:p ; sh:qualifiedValueShape nqsh:Y", "sh:qualifiedValueShape"),
    "exclusive bound": ("sh:path nq:p ; sh:minExclusive 1", "sh:minExclusive"),
    "two classes": ("sh:path nq:p ; sh:class nq:A, nq:B", "sh:class"),
    "class and alternatives": ("sh:path nq:p ; sh:class nq:A ; sh:or ( [ sh:class nq:B ] )", "sh:or"),
    "two lists of alternatives": (
        "sh:path nq:p ; sh:or ( [ sh:class nq:A ] ), ( [ sh:class nq:B ] )",
        "sh:or",
    ),
    "mixed alternatives": ("sh:path nq:p ; sh:or ( [ sh:class nq:A ] [ sh:datatype xsd:date ] )", "sh:or"),
    "alternatives with more": ("sh:path nq:p ; sh:or ( [ sh:class nq:A ; sh:nodeKind sh:IRI ] )", "sh:or"),
    "two required values": ("sh:path nq:p ; sh:hasValue 1, 2", "sh:hasValue"),
    "nothing allowed": ("sh:path nq:p ; sh:in ()", "sh:in"),
    "no language allowed": ("sh:path nq:p ; sh:languageIn ()", "sh:languageIn"),
    "another node shape": (
        "sh:path nq:p ; sh:node [ sh:property [ sh:path nq:q ; sh:minCount 1 ] ]",
        "sh:node",
    ),
    "a scheme and more": (
        "sh:path nq:p ; sh:node [ sh:closed true ; sh:property [ sh:path skos:inScheme ; sh:hasValue nq:S ] ]",
        "sh:node",
    ),
}


@pytest.mark.parametrize(("turtle", "shape", "what"), BEYOND.values(), ids=BEYOND.keys())
def test_a_shape_beyond_the_fast_engine_is_known_as_such(turtle: str, shape: str, what: str) -> None:
    """What the fast engine cannot evaluate is listed with its shape, so that it never passes in silence."""
    assert (vocab.expand(shape), vocab.expand(what)) in schema_of(turtle).unsupported


@pytest.mark.parametrize(("turtle", "what"), BEYOND_ON_PROPERTIES.values(), ids=BEYOND_ON_PROPERTIES.keys())
def test_a_constraint_beyond_the_fast_engine_is_known_as_such(turtle: str, what: str) -> None:
    """So are the constraints of property shapes."""
    schema = schema_of(f"nqsh:X a sh:NodeShape ; sh:targetClass nq:A ; sh:property nqsh:P . nqsh:P {turtle} .")
    assert schema.unsupported == ((vocab.NQSH.P, vocab.expand(what)),)


@pytest.mark.parametrize("name", ["Praxis", "praxis", "Practices", "practice", "PRACTICES"])
def test_a_table_has_the_name_of_its_class_in_either_language(name: str) -> None:
    """A table is found by its German and English name, singular and plural, in any case."""
    table = SCHEMA.for_table(name)
    assert table is not None
    assert table.target_class == vocab.NQ.Practice


def test_a_table_may_have_an_ascii_name() -> None:
    """File names need no umlauts, and the class name does, too."""
    names = ("foerderinstrumente", "Förderinstrumente", "funding-instrument", "Funding instruments")
    found = [SCHEMA.for_table(name) for name in names]
    assert {table.target_class for table in found if table} == {vocab.NQ.FundingInstrument}
    assert None not in found
    assert SCHEMA.for_table("unbekannt") is None


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

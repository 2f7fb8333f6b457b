"""Cases of SHACL that others reported as bugs of their tools, with inputs of our own, and the right answers."""

from __future__ import annotations

import ast
import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from nqgraph.building import checks
from nqgraph.command.cli import main
from nqgraph.graph import documents
from nqgraph.model import shapes as model_shapes
from nqgraph.validation import engines, paths, reports
from nqgraph.validation.engines import Engine
from nqgraph.validation.validation import Report
from nqgraph.words.errors import LimitError, NqgraphError, ShapesError
from tests.spaces import SPACE

EX = "http://e.org/"
HEAD = """@prefix ex: <http://e.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
#: A node shape for all things of ex:T, with a gap for what it asks for.
ON_T = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; {} ."
ON_P = ON_T.format("sh:property [ sh:path ex:p ; {} ]")
ENGINES: tuple[Engine, ...] = ("shacl", "pyshacl")
V, W = SH.Violation, SH.Warning

Check = Callable[..., Report]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """A function that checks Turtle data against Turtle shapes, each with the prefixes above."""

    def run(data: str, shape: str, engine: Engine | None = None, seconds: float = 60) -> Report:
        files = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
        for path, text in zip(files, (data, shape), strict=True):
            path.write_text(HEAD + text, encoding="utf-8")
        return checks.of_sources([files[0]], [files[1]], workspace=SPACE, engine=engine, seconds=seconds)

    return run


def severities(report: Report) -> Counter[str]:
    return Counter(finding.severity for finding in report.findings)


def loose(report: Report) -> Counter[tuple[str, ...]]:
    """The findings of a report without the labels of its blank nodes, which mean nothing elsewhere."""
    return Counter(
        (
            *("_" if isinstance(t, BNode) else str(t) for t in (f.focus, f.value, f.shape)),
            paths.text(f.path),
            f.severity,
        )
        for f in report.findings
    )


# -- what both engines find ------------------------------------------------------------------------------------------

#: Case → data, shapes, number of findings.
CASES: dict[str, tuple[str, str, int]] = {
    "look-ahead": ('ex:a a ex:T ; ex:p "TODO x" .', ON_P.format('sh:pattern "^(?!TODO).*"'), 1),
    "back-reference": ('ex:a a ex:T ; ex:p "abab", "abc" .', ON_P.format(r'sh:pattern "^(ab)\\1$"'), 1),
    "many repetitions": ('ex:a a ex:T ; ex:p "a" .', ON_P.format(r'sh:pattern "\\w{2,60000}"'), 1),
    "two severities on one path": (
        "ex:a a ex:T .",
        ON_T.format(
            "sh:property [ sh:path ex:p ; sh:minCount 1 ] , [ sh:path ex:p ; sh:minCount 2 ; sh:severity sh:Warning ]"
        ),
        2,
    ),
    "two inverse paths": (
        "ex:a a ex:T .",
        ON_T.format(
            "sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ] ,"
            " [ sh:path [ sh:inversePath ex:q ] ; sh:minCount 1 ]"
        ),
        2,
    ),
    "named shapes in lists": (
        'ex:a a ex:T ; ex:p 1, true, "x" .',
        ON_P.format("sh:or ( ex:I ex:B )")
        + " ex:I a sh:NodeShape ; sh:datatype xsd:integer . ex:B a sh:NodeShape ; sh:datatype xsd:boolean .",
        1,
    ),
    "a shape without target": (
        "ex:a a ex:T .",
        "ex:Spare a sh:NodeShape ; sh:property [ sh:path ex:q ; sh:minCount 1 ] . " + ON_P.format("sh:minCount 1"),
        1,
    ),
    "SHACL imported": (
        "ex:a a ex:T .",
        "<http://e.org/shapes> a owl:Ontology ; owl:imports sh: ; rdfs:seeAlso sh: . " + ON_P.format("sh:minCount 1"),
        1,
    ),
    "a severity of one's own": ("ex:a a ex:T .", ON_P.format("sh:minCount 1 ; sh:severity ex:Critical"), 1),
    "a literal as focus node": (
        'ex:a ex:p "hello world" .',
        "ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .",
        1,
    ),
    "blank nodes": (
        "ex:a a ex:T ; ex:p [ ex:q 1 ] .",
        ON_P.format('sh:nodeKind sh:IRI ; sh:minLength 3 ; sh:pattern "^http"'),
        3,
    ),
    "blank nodes wanted": ("ex:a a ex:T ; ex:p [ ex:q 1 ] .", ON_P.format("sh:nodeKind sh:BlankNode"), 0),
    "a blank node in a query": (
        "ex:a a ex:T ; ex:p [ ex:q 1 ] .",
        ON_T.format(
            'sh:sparql [ sh:select "SELECT $this ?value { $this <http://e.org/p> ?value FILTER(isIRI(?value)) }" ]'
        ),
        0,
    ),
    "forms as written": (
        'ex:a a ex:T ; ex:p 12.50 ; ex:t "2020-01-01T12:00:00.000Z"^^xsd:dateTime .',
        ON_T.format(
            'sh:property [ sh:path ex:p ; sh:pattern "^[0-9]+[.][0-9]{2}$" ; sh:minLength 5 ; sh:in ( 12.50 ) ;'
            ' sh:hasValue 12.50 ] , [ sh:path ex:t ; sh:pattern "[.]000Z$" ]'
        ),
        0,
    ),
    "two forms of one number": ("ex:a a ex:T ; ex:p 1.5, 1.50 .", ON_P.format("sh:maxCount 1"), 1),
    "large decimals": (f"ex:a a ex:T ; ex:p {'9' * 30}.0 .", ON_P.format("sh:datatype xsd:decimal"), 0),
    "large integers": (
        f"ex:a a ex:T ; ex:p {'9' * 30} .",
        ON_P.format("sh:datatype xsd:integer ; sh:maxInclusive 5"),
        1,
    ),
    "large integers in a query": (
        f"ex:a a ex:T ; ex:p {'9' * 30} .",
        ON_T.format('sh:sparql [ sh:select "SELECT $this { $this <http://e.org/p> ?v FILTER(?v > 5) }" ]'),
        1,
    ),
    "look-ahead in a query": (
        'ex:a a ex:T ; ex:p "TODO" .',
        ON_T.format(
            "sh:sparql [ sh:select \"SELECT $this { $this <http://e.org/p> ?v FILTER(REGEX(?v, '^(?=TODO)')) }\" ]"
        ),
        1,
    ),
    "large counts": ("ex:a a ex:T ; ex:p 1 .", ON_P.format("sh:maxCount 99999999999999999999999"), 0),
    "18 and 18.0": ("ex:a a ex:T ; ex:p 18.0 .", ON_P.format("sh:minInclusive 18"), 0),
    "pattern with flags": ('ex:a a ex:T ; ex:p "xABx", "xx" .', ON_P.format('sh:pattern "ab" ; sh:flags "i"'), 1),
    "values in a name": (
        "ex:a a ex:T ; ex:values 1 .",
        ON_T.format('sh:sparql [ sh:select "SELECT $this { $this <http://e.org/values> ?values }" ]'),
        1,
    ),
    "service in a name": (
        "ex:a a ex:T ; ex:inService 1 .",
        ON_T.format('sh:sparql [ sh:select "SELECT $this { $this <http://e.org/inService> ?service }" ]'),
        1,
    ),
    "a double and a decimal bound": ("ex:a a ex:T ; ex:p 5.5e0, 5.6e0 .", ON_P.format("sh:maxInclusive 5.5"), 1),
    "a bound and a datatype of one's own": (
        'ex:a a ex:T ; ex:p "5"^^ex:own .',
        ON_P.format("sh:minInclusive 1"),
        1,
    ),
    "counts of each blank node": (
        "[] a ex:T ; ex:p 1 . [] a ex:T ; ex:p 2 .",
        ON_P.format("sh:minCount 1 ; sh:maxCount 1"),
        0,
    ),
    "qualified": (
        "ex:a a ex:T ; ex:p 1 .",
        ON_P.format("sh:qualifiedValueShape ex:Q ; sh:qualifiedMinCount 2")
        + " ex:Q a sh:NodeShape ; sh:datatype xsd:integer .",
        1,
    ),
    "sequence of paths": (
        "ex:a a ex:T ; ex:p ex:b .",
        ON_T.format("sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ]"),
        1,
    ),
    "IRIs in a list": (
        "ex:a ex:p ex:x .",
        "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:in ( ex:y ) ] .",
        1,
    ),
    "hasValue in or": (
        'ex:a a ex:T ; ex:p "b" . ex:b a ex:T ; ex:p "c" .',
        ON_T.format('sh:or ( [ sh:path ex:p ; sh:hasValue "a" ] [ sh:path ex:p ; sh:hasValue "b" ] )'),
        1,
    ),
    "hasValue false": ("ex:a a ex:T ; ex:p true .", ON_P.format("sh:hasValue false"), 1),
    "sh:not": ("ex:a a ex:T ; ex:p 1 .", ON_P.format("sh:not [ sh:datatype xsd:integer ]"), 1),
    "minInclusive 0": ('ex:a a ex:T ; ex:p -1, "x", 0 .', ON_P.format("sh:minInclusive 0"), 2),
    "comma in a pattern": ('ex:a a ex:T ; ex:p "aaa", "a" .', ON_P.format('sh:pattern "^a{2,3}$"'), 1),
    "off": ("ex:a a ex:T .", ON_P.format("sh:minCount 1 ; sh:deactivated true"), 0),
    "closed": (
        "ex:a a ex:T ; ex:p 1 ; ex:q 2 .",
        ON_T.format("sh:closed true ; sh:ignoredProperties ( rdf:type ex:p )"),
        1,
    ),
    "recursive": (
        "ex:a a ex:T ; ex:p ex:a .",
        ON_P.format("sh:node [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ]"),
        0,
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_a_case_has_its_findings(name: str, engine: Engine, check: Check) -> None:
    """Each engine gives the right number, or says that it cannot; by itself the right one is chosen."""
    data, shape, count = CASES[name]
    report = check(data, shape)
    assert len(report.findings) == count
    try:
        assert loose(check(data, shape, engine)) == loose(report)
    except ShapesError as error:
        assert error.problems[0].text.code == "shape-beyond"
        assert report.engine != engine


# -- what is an error ------------------------------------------------------------------------------------------------

#: Case → shapes, a word of the message.
ERRORS = {
    "unbalanced": (ON_P.format('sh:pattern "48*(9"'), "48*(9"),
    "name characters": (ON_P.format(r'sh:pattern "\\i\\c*"'), r"\i"),
    "subtraction": (ON_P.format('sh:pattern "[a-z-[aeiou]]"'), "[a-z-[aeiou]]"),
    "no number": (ON_P.format('sh:minCount "one"'), "sh:minCount"),
    "node kind": (ON_P.format("sh:nodeKind ex:IRI"), "sh:nodeKind"),
    "no list": (ON_P.format("sh:in ex:notalist"), "sh:in"),
    "cyclic list": (ON_P.format("sh:in _:l") + " _:l rdf:first 1 ; rdf:rest _:l .", "sh:in"),
    "two paths": (ON_P.format("sh:path ex:q ; sh:minCount 1"), "sh:path"),
    "no path": (ON_T.format("sh:property [ sh:minCount 1 ]"), "sh:path"),
    "count on a node": (ON_T.format("sh:minCount 1"), "sh:minCount"),
    "two counts": (ON_P.format("sh:minCount 1, 2"), "sh:minCount"),
    "class is a text": (ON_P.format('sh:class "x"'), "sh:class"),
    "no boolean": (ON_P.format('sh:uniqueLang "x"'), "sh:uniqueLang"),
    "message is a number": (ON_P.format("sh:minCount 1 ; sh:message 1"), "sh:message"),
    "broken query": (ON_T.format('sh:sparql [ sh:select "SELEC $this { ?x }" ]'), ""),
    "unknown prefix": (ON_T.format('sh:sparql [ sh:select "SELECT $this { $this foo:x ?y }" ]'), ""),
    "query without this": (ON_T.format('sh:sparql [ sh:select "SELECT ?x { ?x ?y ?z }" ]'), "$this"),
    "SERVICE": (
        ON_T.format('sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?y ?z } }" ]'),
        "",
    ),
    "JavaScript": (ON_T.format('sh:js [ sh:jsFunctionName "x" ]'), "sh:js"),
    "entailment": ("<http://e.org/> sh:entailment ex:Own . " + ON_P.format("sh:minCount 1"), "sh:entailment"),
}


@pytest.mark.parametrize("engine", [None, *ENGINES])
@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_evaluated_is_an_error(name: str, engine: Engine | None, check: Check) -> None:
    """Ill-formed shapes and what no engine evaluates never pass for met; the message says which term it is."""
    shape, word = ERRORS[name]
    with pytest.raises(NqgraphError) as caught:
        check('ex:a a ex:T ; ex:p "x" .', shape, engine)
    for lang in ("de", "en"):
        assert word in caught.value.in_language(lang)


def test_a_date_beyond_the_engine_is_an_error(check: Check) -> None:
    """A year that no engine can compute with ends it; that is said, and is no finding."""
    data = 'ex:a a ex:T ; ex:p "99999999999999999999-01-01T00:00:00Z"^^xsd:dateTime .'
    with pytest.raises(LimitError) as caught:
        check(data, ON_P.format('sh:maxInclusive "2020-01-01T00:00:00Z"^^xsd:dateTime'))
    assert caught.value.problems[0].text.code == "engine-broken"


def test_years_before_and_after_ours_are_dates(check: Check) -> None:
    """Years BCE and beyond 9999 are dates, and can be compared."""
    data = 'ex:a a ex:T ; ex:p "-0044-03-15"^^xsd:date, "12345-01-01"^^xsd:date .'
    assert check(data, ON_P.format('sh:datatype xsd:date ; sh:minInclusive "-9999-01-01"^^xsd:date')).conforms


# -- notes beside the findings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ("ex:S a <https://www.w3.org/ns/shacl#NodeShape> .", "lint-namespace"),
        ("ex:S a <http://www.w3.org/ns/shacl/NodeShape> .", "lint-namespace"),
        ("ex:S a sh:NodeShape ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .", "lint-no-target"),
        (ON_P.format("sh:nodekind sh:IRI"), "lint-unknown-shacl"),
        ("<http://e.org/s> owl:imports <http://e.org/other> . " + ON_P.format("sh:minCount 0"), "lint-import"),
        (
            ON_T.format("sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:q ; sh:object 1 ]"),
            "lint-rules",
        ),
    ],
)
def test_an_oversight_is_a_note(shape: str, code: str, check: Check) -> None:
    """What seems wrong with shapes of others is said beside the findings and keeps nobody from using them."""
    report = check("ex:a a ex:T .", shape)
    assert report.conforms
    assert code in {note.text.code for note in report.notes}


@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_property_shape_is_a_note(engine: Engine, check: Check) -> None:
    """As shapes of the EU have one: what is said beside it is checked."""
    shape = ON_T.format("sh:property [ ] , [ sh:path ex:p ; sh:minCount 1 ]")
    report = check("ex:a a ex:T .", shape, engine)
    assert len(report.findings) == 1
    (note,) = report.notes
    assert note.text.code == "lint-nothing-said" and "e.org/S" in note.in_language("de")


@pytest.mark.parametrize(
    "shape",
    [
        ON_P.format("sh:or ( ex:I )") + " ex:I a sh:NodeShape ; sh:datatype xsd:integer .",
        "ex:S a sh:NodeShape ; sh:deactivated true ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .",
        "<http://e.org/s> owl:imports sh: ; rdfs:seeAlso sh: . " + ON_P.format("sh:minCount 0"),
        ON_P.format("sh:minCount 0 ; sh:severity sh:Debug"),
    ],
)
def test_what_is_right_gets_no_note(shape: str, check: Check) -> None:
    """Members of lists, shapes that are off, SHACL itself and terms of SHACL 1.2 are no oversights."""
    assert check("ex:a a ex:T ; ex:p 1 .", shape).notes == ()


# -- reports ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_severity_of_ones_own_stands_in_every_report(engine: Engine, check: Check) -> None:
    """It is named, counted, and fails like a violation, since nothing says that it is milder."""
    report = check("ex:a a ex:T .", ON_P.format("sh:minCount 1 ; sh:severity ex:Critical"), engine)
    assert not report.conforms
    assert report.others == {EX + "Critical": 1}
    for form in ("text", "json", "ttl", "html"):
        assert "Critical" in reports.rendered(report, form, "de").decode()
    assert json.loads(reports.rendered(report, "json", "de"))["counts"][EX + "Critical"] == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_not_to_be_has_the_severity_of_its_shape(engine: Engine, check: Check) -> None:
    """A milder severity within sh:not says nothing."""
    inner = "sh:not [ sh:datatype xsd:integer ; sh:severity sh:Info ]"
    for severity in (V, W):
        own = f"; sh:severity <{severity}>" if severity == W else ""
        report = check("ex:a a ex:T ; ex:p 1 .", ON_P.format(inner + own), engine)
        assert severities(report) == {str(severity): 1}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_violation_is_not_lost_behind_a_warning(engine: Engine, check: Check) -> None:
    """Two shapes without a name on one path and node are two findings."""
    data, shape, _ = CASES["two severities on one path"]
    report = check(data, shape, engine)
    assert severities(report) == {str(V): 1, str(W): 1}
    assert not report.conforms


@pytest.mark.parametrize("engine", ENGINES)
def test_paths_are_the_structure_that_they_are(engine: Engine, check: Check) -> None:
    """The Turtle report has inverse, sequence, alternative and repeated paths as SHACL writes them."""
    path = "( [ sh:inversePath ex:p ] [ sh:alternativePath ( ex:q [ sh:zeroOrMorePath ex:r ] ) ] )"
    shape = ON_T.format(f"sh:property [ sh:path {path} ; sh:hasValue 1 ]")
    report = check("ex:a a ex:T .", shape, engine)
    graph = Graph().parse(data=reports.rendered(report, "ttl", "de"), format="turtle")
    (head,) = graph.objects(None, SH.resultPath)
    first, second = Collection(graph, head)
    assert graph.value(first, SH.inversePath) == URIRef(EX + "p")
    listed = graph.value(second, SH.alternativePath)
    assert listed is not None
    one, two = Collection(graph, listed)
    assert one == URIRef(EX + "q")
    assert graph.value(two, SH.zeroOrMorePath) == URIRef(EX + "r")
    assert paths.text(report.findings[0].path) == f"(^<{EX}p>)/(<{EX}q>|(<{EX}r>*))"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_report_names_shape_constraint_and_focus_of_every_kind(engine: Engine, check: Check) -> None:
    """A literal as focus node, a shape and a constraint without name, all stand in the W3C report."""
    query = "SELECT $this ?value { BIND($this AS ?value) }"
    select = f'sh:sparql [ sh:message "x {{?value}}"@en, "w {{$this}}"@de ; sh:select "{query}" ]'
    report = check('ex:a ex:p "hello" .', f"[] a sh:NodeShape ; sh:targetObjectsOf ex:p ; {select} .", engine)
    graph = Graph().parse(data=reports.rendered(report, "ttl", "de"), format="turtle")
    (result,) = graph.subjects(RDF.type, SH.ValidationResult)
    assert graph.value(result, SH.focusNode) == Literal("hello")
    assert isinstance(graph.value(result, SH.sourceShape), BNode)
    assert isinstance(graph.value(result, SH.sourceConstraint), BNode)
    assert set(graph.objects(result, SH.resultMessage)) == {
        Literal("x hello", lang="en"),
        Literal("w hello", lang="de"),
    }
    assert (
        graph.value(None, SH.conforms, None) is None
        or (None, SH.conforms, Literal(False, datatype=XSD.boolean)) in graph
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_messages_keep_their_languages(engine: Engine, check: Check) -> None:
    """Texts without language stay without, scripts of one language stay apart, the reader's language wins."""
    message = 'sh:message "plain", "简"@zh-Hans, "簡"@zh-Hant, "english"@en-GB, "deutsch"@de'
    report = check("ex:a a ex:T .", ON_P.format(f"sh:minCount 1 ; {message}"), engine)
    (finding,) = report.findings
    assert finding.message == {"": "plain", "zh-hans": "简", "zh-hant": "簡", "en-gb": "english", "de": "deutsch"}
    assert (finding.said("de"), finding.said("en")) == ("deutsch", "english")
    assert '"简"@zh-hans' in reports.rendered(report, "ttl", "de").decode().lower()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_shape_without_message_says_nothing_in_the_standard_report(engine: Engine, check: Check) -> None:
    """What we say where a shape has no message is for readers; the W3C report has what the shapes say."""
    report = check("ex:a a ex:T .", ON_P.format("sh:minCount 1"), engine)
    assert "resultMessage" not in reports.rendered(report, "ttl", "de").decode()
    assert "MinCount" in report.findings[0].in_language("en")


# -- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("nt", "<http://e.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e.org/T> ."),
        (
            "nq",
            "<http://e.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e.org/T> <http://e.org/g> .",
        ),
        ("trig", "<http://e.org/g> { <http://e.org/a> a <http://e.org/T> . }"),
        ("ttl", "\ufeff<http://e.org/a> a <http://e.org/T> ."),
        (
            "rdf",
            f'<rdf:RDF xmlns:rdf="{RDF}" xmlns="http://e.org/"><T rdf:about="http://e.org/a"/></rdf:RDF>',
        ),
        ("jsonld", '{"@id": "http://e.org/a", "@type": "http://e.org/T"}'),
        ("json", '{"@id": "http://e.org/a", "@type": "http://e.org/T"}'),
        ("n3", "<http://e.org/a> a <http://e.org/T> ."),
        ("ttl.gz", "<http://e.org/a> a <http://e.org/T> ."),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_data_of_every_syntax(ending: str, text: str, engine: Engine, tmp_path: Path) -> None:
    """Every syntax of RDF is read, with a byte order mark, too; all graphs of a file count."""
    data, shape = tmp_path / f"data.{ending}", tmp_path / "shapes.ttl"
    content = f"{text}\n".encode()
    data.write_bytes(gzip.compress(content) if ending.endswith(".gz") else content)
    shape.write_text(HEAD + ON_P.format("sh:minCount 1"), encoding="utf-8")
    assert len(checks.of_sources([data], [shape], workspace=SPACE, engine=engine).findings) == 1


def test_shapes_of_every_syntax(tmp_path: Path) -> None:
    """Shapes can be RDF/XML or JSON-LD as well."""
    data, turtle = tmp_path / "data.ttl", HEAD + ON_P.format("sh:minCount 1")
    data.write_text(HEAD + "ex:a a ex:T .", encoding="utf-8")
    for ending, form in (("rdf", "xml"), ("jsonld", "json-ld"), ("nt", "nt")):
        shape = tmp_path / f"shapes.{ending}"
        Graph().parse(data=turtle, format="turtle").serialize(shape, format=form, encoding="utf-8")
        assert len(checks.of_sources([data], [shape], workspace=SPACE).findings) == 1


def test_relative_iris_start_from_the_file(tmp_path: Path) -> None:
    """One file that is data and shapes checks itself; the same relative IRI in two files is two things."""
    both = tmp_path / "same.ttl"
    both.write_text(HEAD + "<#S> a sh:NodeShape ; sh:targetClass <#T> ; sh:nodeKind sh:Literal . <#me> a <#T> .")
    other = tmp_path / "größer.ttl"
    other.write_bytes(both.read_bytes())
    for path in (both, other):
        (finding,) = checks.of_sources([path], [path], workspace=SPACE).findings
        assert finding.focus == f"{path.as_uri()}#me"
    report = checks.of_sources([both, other], [both, other], workspace=SPACE)
    assert {finding.focus for finding in report.findings} == {f"{path.as_uri()}#me" for path in (both, other)}


@pytest.mark.parametrize("names", [("m1/data", "m2/data"), ("a-b", "a_b"), ("数据", "文件"), ("ontology", "report")])
@pytest.mark.parametrize("engine", ENGINES)
def test_blank_nodes_of_two_files_stay_apart(names: tuple[str, str], engine: Engine, tmp_path: Path) -> None:
    """However files are called, their blank nodes are their own and no name is taken."""
    shape = tmp_path / "shapes.ttl"
    shape.write_text(HEAD + "ex:S sh:targetObjectsOf ex:addr ; sh:property [ sh:path ex:city ; sh:maxCount 1 ] .")
    files = []
    for name, thing, city in zip(names, "ab", ("Köln", "Bonn"), strict=True):
        files.append(tmp_path / f"{name}.ttl")
        files[-1].parent.mkdir(exist_ok=True)
        files[-1].write_text(f'{HEAD} ex:{thing} ex:addr _:x . _:x ex:city "{city}" .', encoding="utf-8")
    assert checks.of_sources(files, [shape], workspace=SPACE, engine=engine).findings == ()


def test_a_line_of_faulty_data_is_named(tmp_path: Path) -> None:
    """Data that are no RDF are an error with file and line, in both languages."""
    data, shape = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(HEAD + "ex:a a ex:T .\nex:b a a a .\n", encoding="utf-8")
    shape.write_text(HEAD + ON_P.format("sh:minCount 1"), encoding="utf-8")
    with pytest.raises(NqgraphError) as caught:
        checks.of_sources([data], [shape], workspace=SPACE)
    assert caught.value.problems[0].place.line == HEAD.count("\n") + 2


def test_a_flood_of_findings_stops(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast engine stops at a number of results, and the report says that there are more."""
    monkeypatch.setattr(engines, "MOST", 3)
    monkeypatch.setattr(engines, "evaluate_apart", lambda *given: engines.evaluate(*given[:3]))
    report = check(" ".join(f"ex:a{number} a ex:T ." for number in range(10)), ON_P.format("sh:minCount 1"))
    assert len(report.findings) == 3
    assert [note.text.code for note in report.notes] == ["report-cut"]


# -- the process that is killed --------------------------------------------------------------------------------------


def test_shapes_that_take_too_long_are_ended(check: Check) -> None:
    """Neither engine knows a deadline; the process that it runs in is killed, and that is said."""
    things = " ".join(f"ex:a{number} a ex:T ; ex:p {number} ." for number in range(400))
    crossed = " ".join(f"?{s} <http://e.org/p> ?{o} ." for s, o in ("ax", "by", "cz", "dw"))
    query = f"SELECT $this {{ {crossed} FILTER(?x + ?y + ?z + ?w < 0) }}"
    for engine in ENGINES:
        with pytest.raises(LimitError) as caught:
            check(things, ON_T.format(f'sh:sparql [ sh:select "{query}" ]'), engine, 2)
        assert "--timeout" in caught.value.in_language("de")


def test_shapes_that_lie_deep_in_each_other_are_an_error(check: Check) -> None:
    """Thousands of shapes within shapes end in an error, not in a crash of ours."""
    deep = "sh:not [ " * 3000 + "sh:nodeKind sh:IRI" + " ]" * 3000
    try:
        check("ex:a a ex:T .", ON_T.format(deep))
    except NqgraphError as error:
        assert error.in_language("de")


@pytest.mark.parametrize(("levels", "code"), [(40, 0), (60, 1)])
def test_shapes_chained_by_name_are_as_deep_as_nested_ones(
    levels: int, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What no parser sees, shapes that name each other line by line, is seen before an engine has to."""
    path = tmp_path / "shapes.ttl"
    chain = " ".join(f"ex:S{n} a sh:NodeShape ; sh:not ex:S{n + 1} ." for n in range(levels))
    path.write_text(f"{HEAD} ex:S0 sh:targetClass ex:T . {chain} ex:S{levels} a sh:NodeShape .", encoding="utf-8")
    assert main(["check-shapes", str(path), "--lang", "en"]) == code
    assert ("too deep" in capsys.readouterr().out) == bool(code)


def test_blank_nodes_of_two_shape_files_stay_apart(tmp_path: Path) -> None:
    """A named shape that only a list of another file uses is used; one list is not mixed up with another file's."""
    files = tmp_path / "one.ttl", tmp_path / "two.ttl"
    files[0].write_text(HEAD + "ex:S sh:targetClass ex:T ; sh:or ( ex:A ex:B ) .", encoding="utf-8")
    files[1].write_text(HEAD + 'ex:A sh:in ( 1 "a" ) . ex:B sh:in ( 2 "b" ) .', encoding="utf-8")
    data = tmp_path / "data.ttl"
    data.write_text(HEAD + "ex:a a ex:T .", encoding="utf-8")
    report = checks.of_sources([data], files, workspace=SPACE)
    assert (len(report.findings), report.notes) == (1, ())


def test_the_text_of_shapes_is_the_same_every_time(tmp_path: Path) -> None:
    """Blank nodes are called by their place in the file, and cost nothing however alike they are."""
    alike = " ".join(f"_:b{one} ex:p _:b{two} ." for one in range(12) for two in range(12) if one != two)
    path = tmp_path / "shapes.ttl"
    path.write_text(HEAD + ON_P.format("sh:minCount 1") + alike, encoding="utf-8")
    texts = {documents.steady(model_shapes.read([path])) for _ in range(3)}
    assert len(texts) == 1
    (text,) = texts
    assert text.count(b" <http://e.org/p> _:b") == 132


def test_without_the_fast_engine_the_reference_runs(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package shacl is missing pyshacl runs, and the missing one cannot be asked for."""
    monkeypatch.setattr(engines, "find_spec", lambda name: None if name == "shacl" else object())
    data, shape, count = CASES["blank nodes"]
    report = check(data, shape)
    assert (report.engine, len(report.findings)) == ("pyshacl", count)
    with pytest.raises(ShapesError) as caught:
        check(data, shape, "shacl")
    assert "pip install shacl" in caught.value.in_language("de")


# -- commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (ON_P.format("sh:minCount 1"), 1),
        (ON_P.format("sh:minCount 1 ; sh:severity sh:Warning"), 0),
        (ON_P.format("sh:minCount 1 ; sh:severity ex:Critical"), 1),
        (ON_T.format("sh:minCount 1"), 2),
        ("ex:Spare a sh:NodeShape ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .", 0),
    ],
)
def test_exit_codes(shape: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 without violations, 1 with, 2 where the shapes are ill-formed; notes go to standard error."""
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(HEAD + "ex:a a ex:T .", encoding="utf-8")
    shapes.write_text(HEAD + shape, encoding="utf-8")
    for form in ("text", "json", "ttl", "html"):
        assert main(["validate", str(data), "--shapes", str(shapes), "--format", form, "--lang", "en"]) == code
    assert ("Spare" in shape) == ("has no target" in capsys.readouterr().err)


def test_shapes_can_be_named_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No file is forgotten where an option is said again."""
    files = [tmp_path / f"{name}.ttl" for name in ("data", "one", "two")]
    for path, text in zip(files, ("ex:a a ex:T .", *(ON_P.format(f"sh:minCount {n}") for n in (1, 2))), strict=True):
        path.write_text(HEAD + text, encoding="utf-8")
    data, one, two = map(str, files)
    for given in (["--shapes", one, "--shapes", two], ["--shapes", one, two]):
        assert main(["validate", data, *given, "--format", "json"]) == 1
        assert len(json.loads(capsys.readouterr().out)["findings"]) == 2


def test_check_shapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Our own shapes are in order; a file with an oversight ends with 1 and names it, an ill-formed one too."""
    assert main(["check-shapes", "--lang", "en"]) == 0
    assert "in order" in capsys.readouterr().out
    shapes = tmp_path / "shapes.ttl"
    for shape, word in (
        (ON_P.format("sh:mincount 1"), "sh:minCount"),
        (ON_T.format("sh:minCount 1"), "no sh:path"),
        ("ex:S a sh:NodeShape .", "no target"),
    ):
        shapes.write_text(HEAD + shape, encoding="utf-8")
        assert main(["check-shapes", str(shapes), "--lang", "en"]) == 1
        assert word in capsys.readouterr().out
    assert main(["check-shapes", str(tmp_path / "missing.ttl"), "--lang", "en"]) == 2


# -- the table -------------------------------------------------------------------------------------------------------

#: The cases of the review by number; what it says besides is "D".
NUMBERS = [
    *("1", "2", "3", "3b", "4", "5", "6", "7", "8", "9", "10", "11", "12", "14", "15b", "16", "17", "18", "19", "19b"),
    *("20", "22", "23", "24", "25", *map(str, range(27, 45)), "D"),
]


def test_each_case_has_a_test() -> None:
    """``reported_cases.csv`` names one for each number; file, function and case are there."""
    tests = Path(__file__).parent
    with (tests / "reported_cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(dict.fromkeys(row["case"] for row in rows)) == NUMBERS
    cases = {"test_a_case_has_its_findings": set(CASES), "test_what_cannot_be_evaluated_is_an_error": set(ERRORS)}
    for row in rows:
        assert row["about"]
        name, _, function = row["test"].partition("::")
        function, _, case = function.partition("[")
        tree = ast.parse((tests / name).read_text(encoding="utf-8"))
        assert function in {part.name for part in tree.body if isinstance(part, ast.FunctionDef)}, row
        assert not case or case.removesuffix("-*]") in cases[function], row

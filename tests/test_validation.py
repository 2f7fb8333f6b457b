"""Validation: findings with severity, place and message, the same from both engines, and reports in all forms."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef

from nqgraph.building import builds, checks
from nqgraph.building.builds import Assembly
from nqgraph.command.cli import main
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.sources import datasets
from nqgraph.sources.places import Places
from nqgraph.validation import reports, validation
from nqgraph.validation.engines import Engine
from nqgraph.validation.validation import Finding, Report
from nqgraph.words import vocab
from nqgraph.words.errors import Place, ShapesError
from tests.conftest import EXAMPLE
from tests.spaces import IRIS, SPACE

RULES = validation.sparql_constraints(SPACE)
EX = "https://example.org/"
PREFIXES = "\n".join(f"@prefix {name}: <{iri}> ." for name, iri in {**vocab.PREFIXES, "ex": EX}.items())
#: Prefixes of the example's own things and lists, for short data.
SHORT = "\n".join(
    f"@prefix {name}: <{vocab.ID}{segment}/> ."
    for name, segment in {"o": "obstacle", "p": "practice", "m": "observation", "r": "region", "x": "x"}.items()
)


def write(path: Path, turtle: str) -> Path:
    path.write_text(f"{PREFIXES}\n{SHORT}\n{turtle}\n", encoding="utf-8")
    return path


def store_of(turtle: str, tmp_path: Path) -> Store:
    store = Store()
    store.load(write(tmp_path / "data.ttl", turtle), IRIS.dataset_graph("test"))
    return store


def schema_of(turtle: str) -> shapes.Schema:
    return shapes.schema(Graph().parse(data=f"{PREFIXES}\n{turtle}", format="turtle"))


def property_shape(constraints: str) -> shapes.Schema:
    """A schema with one property shape ``ex:P`` on ``ex:p`` of ``ex:Thing``."""
    return schema_of(
        "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:P ."
        f"ex:P a sh:PropertyShape ; sh:path ex:p ; {constraints} ."
    )


def keys(report: Report) -> set[tuple[str, ...]]:
    return {finding.key for finding in report.findings}


# -- both engines ------------------------------------------------------------------------------------------------


def typed(*forms: tuple[str, str]) -> list[Literal]:
    return [Literal(form, datatype=vocab.XSD[name], normalize=False) for form, name in forms]


#: Values of all kinds, well-typed and ill-typed, that a constraint may meet.
VALUES: list[URIRef | Literal] = [
    *(URIRef(iri) for iri in (EX + "thing", EX + "special", EX + "untyped", "urn:isbn:0451450523")),
    *(Literal(text) for text in ("", "a", "Abc", "äöü", "2016", "a b", "zwei\nZeilen", "𝔸")),
    *(Literal(text, lang=lang) for text, lang in (("eins", "de"), ("zwei", "de"), ("one", "en"), ("un", "fr"))),
    *(Literal(text, lang=lang) for text, lang in (("Servus", "de-AT"), ("colour", "en-GB"), ("", "de"))),
    *typed(("1", "integer"), ("01", "integer"), ("-5", "integer"), ("+7", "integer"), ("x", "integer")),
    *typed(("1.0", "integer"), ("", "integer"), ("9" * 30, "integer"), ("1.5", "decimal"), ("1", "decimal")),
    *typed((".5", "decimal"), ("19,7", "decimal"), ("9" * 30, "decimal"), ("1.5", "double"), ("x", "double")),
    *typed(("NaN", "double"), ("INF", "double"), ("2.5", "float"), ("x", "float"), ("true", "boolean")),
    *typed(("0", "boolean"), ("2016-02-29", "date"), ("2015-02-29", "date"), ("gestern", "date")),
    *typed(("2016-01-01T00:00:00", "dateTime"), ("2016-01-01T25:00:00", "dateTime"), ("12:00:00", "time")),
    *typed(("25:00:00", "time"), ("2016", "gYear"), ("2016-01", "gYearMonth"), ("P1D", "duration")),
    *typed(("ein Tag", "duration"), ("https://a.example", "anyURI"), ("a", "token")),
    Literal("x", datatype=URIRef(EX + "own")),
]
#: Constraints on a property shape; the ordering ones follow below.
CONSTRAINTS = [
    *(f"sh:datatype xsd:{name}" for name in ("string", "integer", "decimal", "double", "float", "boolean", "date")),
    *(f"sh:datatype xsd:{name}" for name in ("dateTime", "time", "gYear", "gYearMonth", "duration", "anyURI")),
    "sh:datatype rdf:langString",
    "sh:datatype ex:own",
    "sh:or ( [ sh:datatype xsd:gYear ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:date ] )",
    "sh:class ex:Kind",
    "sh:or ( [ sh:class ex:Kind ] [ sh:class ex:Other ] )",
    *(f"sh:nodeKind sh:{kind}" for kind in ("IRI", "BlankNode", "Literal")),
    *(f"sh:nodeKind sh:{kind}" for kind in ("BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")),
    'sh:pattern "^[a-z]+$"',
    'sh:pattern "^[A-Z]+$" ; sh:flags "i"',
    r'sh:pattern "\\d{4}"',
    'sh:pattern "^.{3}$"',
    r'sh:pattern "^\\w+ \\w+$"',
    "sh:minLength 3",
    "sh:minLength 0",
    "sh:maxLength 2",
    'sh:languageIn ( "de" "en" )',
    'sh:languageIn ( "de-AT" )',
    "sh:uniqueLang true",
    'sh:in ( ex:thing "a" 1 "one"@en true "2016"^^xsd:gYear )',
    "sh:hasValue ex:thing",
    "sh:hasValue 1",
    'sh:hasValue "fehlt"',
    "sh:minCount 1",
    "sh:minCount 2",
    "sh:minCount 500",
    "sh:maxCount 0",
    "sh:maxCount 1",
    "sh:minCount 0 ; sh:maxCount 500",
]


@pytest.fixture(scope="module")
def values() -> Store:
    """A thing with each value of ``VALUES``, one with all of them and one with none."""
    store = Store()
    path, kind, typed_as = URIRef(EX + "p"), URIRef(EX + "Thing"), RDF.type
    things = [(URIRef(f"{EX}{number}"), path, value) for number, value in enumerate(VALUES)]
    things += [(URIRef(EX + "all"), path, value) for value in VALUES]
    things += [(subject, typed_as, kind) for subject, _, _ in things] + [(URIRef(EX + "none"), typed_as, kind)]
    below = URIRef("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    classes: list[tuple[URIRef, URIRef, URIRef | Literal]] = [
        (URIRef(EX + "thing"), typed_as, URIRef(EX + "Kind")),
        (URIRef(EX + "special"), typed_as, URIRef(EX + "SpecialKind")),
        (URIRef(EX + "SpecialKind"), below, URIRef(EX + "Kind")),
    ]
    store.add(IRIS.dataset_graph("values"), things + classes)
    return store


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_fast_engine_finds_what_pyshacl_finds(constraint: str, values: Store) -> None:
    """Over values of all kinds, a constraint gives exactly pyshacl's results."""
    schema = property_shape(constraint)
    fast = validation.validate(values, schema)
    assert keys(fast) == keys(validation.validate(values, schema, engine="pyshacl"))
    assert {finding.shape for finding in fast.findings} <= {EX + "P"}


@pytest.mark.parametrize(
    ("constraint", "good", "bad"),
    [
        ("sh:minInclusive 1", typed(("1", "integer"), ("1.5", "decimal"), ("1", "double")), typed(("0", "integer"))),
        (
            "sh:maxInclusive 1.5",
            typed(("1", "integer"), ("1.5", "decimal")),
            typed(("1.6", "decimal"), ("2", "double")),
        ),
        (
            'sh:minInclusive "2016-02-01"^^xsd:date',
            typed(("2016-02-01", "date"), ("2017-01-01", "date")),
            typed(("2016-01-31", "date")),
        ),
        (
            "sh:minInclusive 0 ; sh:maxInclusive 100",
            typed(("0", "integer"), ("100", "integer")),
            typed(("101", "integer")),
        ),
    ],
)
def test_bounds_are_inclusive(constraint: str, good: list[Literal], bad: list[Literal]) -> None:
    """A value at the bound fits and one beyond does not, from both engines."""
    store = Store()
    focus = {URIRef(f"{EX}{number}"): value for number, value in enumerate([*good, *bad])}
    store.add(
        IRIS.dataset_graph("bounds"),
        [
            *((thing, RDF.type, URIRef(EX + "Thing")) for thing in focus),
            *((thing, URIRef(EX + "p"), value) for thing, value in focus.items()),
        ],
    )
    for engine in ("shacl", "pyshacl"):
        report = validation.validate(store, property_shape(constraint), engine=engine)
        assert {f.focus for f in report.findings} == {str(thing) for thing, value in focus.items() if value in bad}


@pytest.mark.parametrize("value", [Literal("a"), Literal("a", lang="de"), URIRef(EX), *typed(("x", "integer"))])
def test_what_cannot_be_compared_breaks_a_bound(value: URIRef | Literal) -> None:
    """A value that SPARQL cannot compare with the bound breaks it (SHACL, section 4.3)."""
    store = Store()
    thing = URIRef(EX + "thing")
    triples = [(thing, RDF.type, URIRef(EX + "Thing")), (thing, URIRef(EX + "p"), value)]
    store.add(IRIS.dataset_graph("bounds"), triples)
    report = validation.validate(store, property_shape("sh:minInclusive 1"))
    assert [vocab.local_name(f.component) for f in report.findings] == ["MinInclusiveConstraintComponent"]


@pytest.mark.parametrize(("form", "name"), [("1e3", "decimal"), ("2016-01-01", "dateTime"), ("1,5", "decimal")])
def test_lexical_forms_are_those_of_xml_schema(form: str, name: str) -> None:
    """A form that Python's own types would take but XML Schema does not have is ill-typed."""
    store = Store()
    thing = URIRef(EX + "thing")
    triples = [(thing, RDF.type, URIRef(EX + "Thing")), (thing, URIRef(EX + "p"), typed((form, name))[0])]
    store.add(IRIS.dataset_graph("forms"), triples)
    report = validation.validate(store, property_shape(f"sh:datatype xsd:{name}"))
    assert [str(f.value) for f in report.findings] == [form]


# -- arbitrary shapes ----------------------------------------------------------------------------------------------

#: Data for the shapes below: ``ex:bad`` lacks ``ex:p``.
FOREIGN = "ex:good a ex:Thing ; ex:p 1 . ex:bad a ex:Thing . ex:other ex:refersTo ex:bad, ex:good ."
#: A property shape that ``ex:bad`` breaks.
LACKS_P = "[ sh:path ex:p ; sh:minCount 1 ]"
#: Shapes in many parts of SHACL, with ``$P`` for ``LACKS_P``; each finds fault with one thing alone.
BEYOND = {
    "target node": "ex:S a sh:NodeShape ; sh:targetNode ex:good, ex:bad ; sh:property $P .",
    "target objects": "ex:S a sh:NodeShape ; sh:targetObjectsOf ex:refersTo ; sh:property $P .",
    "no type": "ex:S sh:targetClass ex:Thing ; sh:property $P .",
    "class as shape": "ex:Thing a sh:NodeShape, rdfs:Class ; sh:property $P .",
    "two target classes": """
        ex:S a sh:NodeShape ; sh:targetClass ex:Unused, ex:Thing ; sh:property $P .""",
    "property shape with target": "ex:P a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path ex:p ; sh:minCount 1 .",
    "sh:not": """
        ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:not [ sh:property [ sh:path ex:p ; sh:maxCount 0 ] ] .""",
    "sh:sparql": """
        ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message "no p" ; sh:select
            "SELECT $this WHERE { FILTER NOT EXISTS { $this <https://example.org/p> ?any } }" ] .""",
    "SPARQL target": """
        ex:S a sh:NodeShape ; sh:property $P ; sh:target [ a sh:SPARQLTarget ; sh:select
            "SELECT ?this WHERE { ?this a <https://example.org/Thing> }" ] .""",
    "inverse path": """
        ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:refersTo ; sh:property ex:P .
        ex:P sh:path ( ex:refersTo [ sh:zeroOrOnePath ex:p ] ) ; sh:node [ sh:property $P ] .""",
    "sh:xone": """
        ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:xone ( [ sh:property $P ]
            [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] ) .""",
    "qualified": """
        ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ;
            sh:qualifiedValueShape [ sh:datatype xsd:integer ] ; sh:qualifiedMinCount 1 ] .""",
    "required values": """
        ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path rdf:type ; sh:hasValue ex:Thing ],
            [ sh:path ex:p ; sh:minExclusive 0 ; sh:minCount 1 ] .""",
}


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Report]:
    """A function that checks Turtle data against Turtle shapes, as ``nqgraph validate --shapes`` does."""

    def run(data: str, shape: str, engine: Engine | None = None) -> Report:
        paths = write(tmp_path / "data.ttl", data), write(tmp_path / "shapes.ttl", shape)
        return checks.of_sources([paths[0]], [paths[1]], workspace=SPACE, engine=engine)

    return run


@pytest.mark.parametrize("name", BEYOND)
def test_any_shacl_can_be_checked(name: str, check: Callable[..., Report]) -> None:
    """Every part of SHACL is checked, and both engines find the same."""
    shape = BEYOND[name].replace("$P", LACKS_P)
    report = check(FOREIGN, shape)
    focus = EX + ("other" if name == "inverse path" else "bad")
    assert (report.engine, report.conforms) == ("shacl", False)
    assert {finding.focus for finding in report.findings} == {focus}
    assert report.to_graph()
    assert keys(check(FOREIGN, shape, "pyshacl")) == keys(report)


@pytest.mark.parametrize("engine", [None, "shacl", "pyshacl"])
def test_the_engine_is_the_callers_choice(engine: Engine | None, check: Callable[..., Report]) -> None:
    """The fast engine runs unless pyshacl is asked for; both name the same shape and node."""
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 ."
    report = check(FOREIGN, shape, engine)
    assert report.engine == (engine or "shacl")
    assert [(f.focus, f.path, f.shape) for f in report.findings] == [(EX + "bad", EX + "p", EX + "P")]
    assert report.findings[0].place.line > 0


def test_shapes_without_a_name_are_reported_alike(check: Callable[..., Report]) -> None:
    """A property shape that is a blank node is one in a report, whichever engine reports it."""
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    fast, reference = check(FOREIGN, shape, "shacl"), check(FOREIGN, shape, "pyshacl")
    assert [type(f.shape) for f in fast.findings] == [BNode]
    assert keys(fast) == keys(reference)


def test_a_shape_without_message_still_says_what_is_broken(check: Callable[..., Report]) -> None:
    """Where a shape has no message, the finding names constraint and path in both languages."""
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path dcterms:title ; sh:minCount 1 ] ."
    (finding,) = check("ex:bad a ex:Thing .", shape).findings
    for lang in ("de", "en"):
        assert "MinCount" in finding.in_language(lang)
        assert "dcterms:title" in finding.in_language(lang)


def test_ill_formed_shapes_are_an_error_and_not_a_crash(check: Callable[..., Report]) -> None:
    """What pyshacl refuses to read is a :class:`ShapesError` with its reason."""
    with pytest.raises(ShapesError) as caught:
        check(FOREIGN, "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:minCount 1 .")
    assert "sh:minCount" in caught.value.in_language("de")


def test_a_mistyped_shape_is_noted_beside_the_findings(check: Callable[..., Report]) -> None:
    """``sh:mincount`` checks nothing; the report notes it with file, line and the right term, and goes on."""
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:mincount 1 ] ."
    report = check(FOREIGN, shape)
    assert report.conforms
    (note,) = report.notes
    assert "sh:minCount" in note.in_language("en")
    assert note.place.file == "shapes.ttl"


@pytest.mark.parametrize("written", ["nonNegativeInteger", "integer", "byte"])
@pytest.mark.parametrize("wanted", ["nonNegativeInteger", "integer"])
def test_derived_integer_types_keep_their_name(
    written: str, wanted: str, check: Callable[..., Report], tmp_path: Path
) -> None:
    """
    A value fits a shape that asks for its very datatype and no other (SHACL, section 4.1.2).

    The store keeps all derived integer types as xsd:integer, so the engine gets what was written.
    """
    shape = f"""ex:S a sh:NodeShape ; sh:targetClass ex:Thing ;
        sh:property [ sh:path ex:p ; sh:datatype xsd:{wanted} ] ."""
    report = check(f'ex:a a ex:Thing ; ex:p "5"^^xsd:{written} .', shape)
    assert report.conforms == (written == wanted)
    store = store_of(f'ex:a a ex:Thing ; ex:p "5"^^xsd:{written} .', tmp_path)
    assert validation.validate(store, property_shape(f"sh:datatype xsd:{wanted}")).conforms == (written == wanted)


def test_queries_see_derived_integers_as_integers(tmp_path: Path) -> None:
    """A known limit of the store: the value counts, the name of its datatype is kept for validation alone."""
    store = store_of('ex:a ex:p "+5"^^xsd:unsignedByte .', tmp_path)
    assert [str(o) for _, _, o in store.graph().triples((None, URIRef(EX + "p"), None))] == ["+5"]
    assert list(store.select("SELECT (DATATYPE(?o) AS ?d) ?o WHERE { ?s <https://example.org/p> ?o }")) == [
        (vocab.XSD.integer, "5")
    ]


def test_ill_typed_literals_stay_as_they_are(tmp_path: Path) -> None:
    """pyshacl gets the literals of the file, not what Python would make of them: „19,7“ is no decimal."""
    store = store_of('ex:bad a ex:Thing ; ex:p "19,7"^^xsd:decimal, "2016-02-30"^^xsd:date .', tmp_path)
    for name, form in (("decimal", "19,7"), ("date", "2016-02-30")):
        reference = validation.validate(store, property_shape(f"sh:datatype xsd:{name}"), engine="pyshacl")
        fast = validation.validate(store, property_shape(f"sh:datatype xsd:{name}"))
        assert keys(fast) == keys(reference)
        assert form in {str(f.value) for f in reference.findings}


# -- severities, order, places -------------------------------------------------------------------------------------

SEVERE = "\n".join(
    f"""ex:{name} a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:{name}-p .
    ex:{name}-p a sh:PropertyShape ; sh:path ex:{name} ; sh:minCount 1 ; sh:severity sh:{name} ;
        sh:message "Es fehlt: {name}."@de, "Missing: {name}."@en ."""
    for name in ("Info", "Warning", "Violation")
)


@pytest.mark.parametrize(
    ("said", "conforms", "counts"),
    [
        ("", False, [1, 1, 1]),
        ("; ex:Violation 1", True, [0, 1, 1]),
        ("; ex:Violation 1 ; ex:Warning 1", True, [0, 0, 1]),
        ("; ex:Violation 1 ; ex:Warning 1 ; ex:Info 1", True, [0, 0, 0]),
    ],
)
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_only_violations_fail(
    engine: Engine, said: str, conforms: bool, counts: list[int], check: Callable[..., Report]
) -> None:
    """Warnings and notes are findings that let a build pass; ``sh:conforms`` in the W3C report says there is none."""
    report = check(f"ex:a a ex:Thing {said} .", SEVERE, engine)
    assert report.conforms is conforms
    assert [report.count(severity) for severity in validation.SEVERITIES] == counts
    (stated,) = report.to_graph().objects(None, SH.conforms)
    assert stated == Literal(sum(counts) == 0)


@pytest.mark.parametrize(("said", "code"), [("", 1), ("; ex:Violation 1", 0)])
def test_the_exit_code_is_that_of_violations(
    said: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``nqgraph validate`` ends with 1 on violations and with 0 on mere warnings, which it prints all the same."""
    data, shape = write(tmp_path / "data.ttl", f"ex:a a ex:Thing {said} ."), write(tmp_path / "shapes.ttl", SEVERE)
    assert main(["validate", str(data), "--shapes", str(shape), "--lang", "de"]) == code
    printed = capsys.readouterr().out
    assert "Warnung" in printed
    assert ("Verstoß: " in printed) is bool(code)


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_findings_are_sorted(engine: Engine, check: Callable[..., Report]) -> None:
    """Findings come worst first, then by place, focus node and path, the same in every run."""
    report = check("ex:b a ex:Thing .\nex:a a ex:Thing .\nex:c a ex:Thing .", SEVERE, engine)
    found = [(vocab.local_name(f.severity), vocab.local_name(f.focus)) for f in report.findings]
    assert found == [(severity, focus) for severity in ("Violation", "Warning", "Info") for focus in "bac"]
    lines = [f.place.line for f in report.findings[:3]]
    assert lines == sorted(lines)
    again = check("ex:b a ex:Thing .\nex:a a ex:Thing .\nex:c a ex:Thing .", SEVERE, engine)
    assert again.findings == report.findings


def test_a_finding_on_a_missing_value_of_a_table_names_its_row(tmp_path: Path) -> None:
    """A finding on a value that is missing names its row, in German and in English."""
    text = "Kennung,Bezeichnung (de),Gruppe\nh-a,Eins,Beratung\n"
    (tmp_path / "hemmnisse.csv").write_text(text, encoding="utf-8")
    found = datasets.find([tmp_path / "hemmnisse.csv"], SPACE)
    report = builds.assemble(found).report
    missing = next(f for f in report.findings if f.shape == vocab.NQSH["source"])
    assert missing.place == Place(missing.place.file, row=2)
    assert missing.place.file.endswith("hemmnisse.csv")
    for lang, row in (("de", "hemmnisse.csv, Zeile 2: h-a"), ("en", "hemmnisse.csv, row 2: h-a")):
        assert row in missing.in_language(lang)


def test_a_finding_on_a_value_of_a_table_names_its_column(tmp_path: Path) -> None:
    """A rule that finds fault with a value names the cell that it stands in."""
    rows = "Kennung,Bezeichnung (de),Wert,Einheit\nm-a,Eins,50,Prozent\nm-b,Zwei,120,Prozent\n"
    (tmp_path / "messwerte.csv").write_text(rows, encoding="utf-8")
    report = builds.assemble(datasets.find([tmp_path / "messwerte.csv"], SPACE)).report
    (finding,) = [f for f in report.findings if f.shape.endswith("percentage-in-bounds")]
    assert (finding.place.row, finding.place.column) == (3, "Wert")
    assert "Zeile 3, Spalte „Wert“" in finding.in_language("de")
    assert "row 3, column “Wert”" in finding.in_language("en")


def test_a_finding_in_an_rdf_file_names_its_line(check: Callable[..., Report]) -> None:
    """A finding on a thing of an RDF file names the line on which the file is about it."""
    data = "# a comment about ex:bad\nex:good a ex:Thing ; ex:p 1 ;\n  ex:refersTo ex:bad .\n\nex:bad a ex:Thing ."
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    (finding,) = check(data, shape).findings
    first = f"{PREFIXES}\n{SHORT}".count("\n") + 2
    assert finding.place.line == first + 4
    assert f"data.ttl, Zeile {first + 4}: bad" in finding.in_language("de")
    assert f"data.ttl, line {first + 4}: bad" in finding.in_language("en")


# -- what is checked -----------------------------------------------------------------------------------------------

SIMPLE = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 ."


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_instances_of_subclasses_are_validated(engine: Engine, check: Callable[..., Report]) -> None:
    """A thing of a subclass, however far below, is a focus node of the shape of the class."""
    data = """ex:Near rdfs:subClassOf ex:Thing . ex:Far rdfs:subClassOf ex:Near .
        ex:a a ex:Far . ex:b a ex:Near ; ex:p 1 . ex:c a ex:Other ."""
    report = check(data, SIMPLE, engine)
    assert [f.focus for f in report.findings] == [EX + "a"]
    assert report.tested == {EX + "S": 2}


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_ranges_are_not_taken_for_facts(engine: Engine, check: Callable[..., Report]) -> None:
    """A range says what a value should be, not that it is: the untyped value stays a fault of ``sh:class``."""
    data = "ex:p rdfs:range ex:Kind . ex:a a ex:Thing ; ex:p ex:untyped ."
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:P . ex:P sh:path ex:p ; sh:class ex:Kind ."
    assert [str(f.value) for f in check(data, shape, engine).findings] == [EX + "untyped"]


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_without_data_nothing_is_found_and_nothing_tested(engine: Engine) -> None:
    """An empty graph conforms, and the report says that no shape was tested."""
    report = validation.validate(Store(), shapes.default(), engine=engine, using=RULES)
    assert report.findings == ()
    assert report.conforms
    assert report.untested == sorted(node.iri for node in shapes.default().node_shapes)
    for lang, nothing in (("de", "0 Einträge gegen 0 Formen"), ("en", "0 entries checked against 0 shapes")):
        assert nothing in validation.summary(report, lang)
        assert ("Praxis, Projekte" if lang == "de" else "Practices, Projects") in validation.summary(report, lang)


def test_coverage_counts_the_nodes_of_each_shape(example: Assembly) -> None:
    """The report says how many nodes each shape and rule was tested on; a clean rule is no untested shape."""
    counted = {vocab.local_name(iri): count for iri, count in example.report.tested.items()}
    assert counted["Practice"] == 7
    assert counted["Region"] == 4
    assert counted["rule-region-circle"] == 0
    assert example.report.untested == []
    assert "ungeprüft" not in validation.summary(example.report, "de")


def test_untested_shapes_are_named(check: Callable[..., Report]) -> None:
    """A shape without a single focus node is named, so that nobody takes silence for success."""
    more = "ex:Empty a sh:NodeShape ; sh:targetClass ex:Nowhere ; sh:property ex:P ."
    report = check("ex:a a ex:Thing ; ex:p 1 .", SIMPLE + more)
    assert report.untested == [EX + "Empty"]
    for lang, word in (("de", "ungeprüft: Empty"), ("en", "untested: Empty")):
        assert word in validation.summary(report, lang)
        assert word in reports.rendered(report, "text", lang).decode()
        assert word in reports.rendered(report, "html", lang).decode()


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_only_the_asked_nodes_are_validated(engine: Engine, tmp_path: Path) -> None:
    """With focus nodes, other nodes, however faulty, are not looked at, and rules are skipped."""
    store = store_of("ex:a a ex:Thing . ex:b a ex:Thing . ex:c a ex:Thing ; ex:p 1 . ex:d a nq:Source .", tmp_path)
    schema = schema_of(SIMPLE)
    focus = [EX + "a", EX + "c", EX + "nowhere"]
    report = validation.validate(store, schema, engine=engine, focus=focus, using=RULES)
    assert [f.focus for f in report.findings] == [EX + "a"]
    assert report.tested == {EX + "S": 2}
    assert len(validation.validate(store, schema, engine=engine).findings) == 2


# -- rules over the whole graph ------------------------------------------------------------------------------------

_UNIT = f"{vocab.SCHEME}unit/"
_EXACT = f"nq:precision <{vocab.SCHEME}precision/exact>"
#: Rules that count what the example has, too.
_COUNTS = {vocab.NQSH["rule-reason-for-claim"], vocab.NQSH["rule-text-has-twin"]}
_SOURCED = f"dcterms:source <{vocab.ID}source/q-muster-evaluation>"


def _claimed(relation: str, value: str, more: str, name: str = "x:a") -> str:
    """A relation of a practice of the example, and the claim *name* about it that says *more*."""
    about = f"rdf:subject p:p-muster-zukunft ; rdf:predicate {relation} ; rdf:object {value}"
    return f"p:p-muster-zukunft {relation} {value} . {name} a nq:Claim ; {about} {more} . "


#: Rule → data that break it when added to the example, the thing reported, and a word of the German message.
BROKEN: dict[str, tuple[str, str, str]] = {
    "claim-for-relation": ("p:p-muster-zukunft nq:answers o:h-muster-zulassung .", "p:p-muster-zukunft", "Quelle"),
    "code-fits-region": (
        """r:short nq:ags "53" ; nq:regionType <https://w3id.org/nqgraph/scheme/region-type/government-district> .
        r:none nq:ags "17" . r:other nq:ags "05315" ; nq:nutsCode "DE712" . r:old nq:nutsCode "DEA21" .""",
        "r:short r:none r:other r:old",
        "Regierungsbezirk 3",
    ),
    "end-after-start": ('x:a nq:start "2021"^^xsd:gYear ; nq:end "2020-12"^^xsd:gYearMonth .', "x:a", "2020-12"),
    "gnd-check-digit": (
        """r:a schema:sameAs <https://d-nb.info/gnd/4042507-8> . r:b nq:resembles <https://d-nb.info/gnd/118540239> .
        x:c skos:exactMatch <https://d-nb.info/gnd/4002733-2> .""",
        "r:a r:b x:c",
        "vertauscht",
    ),
    "identifier-form": (  # a page for a thing, a check digit cut off, a scheme that is not theirs, codes of other lists
        """r:a schema:sameAs <https://www.wikidata.org/wiki/Q1198> . r:b schema:sameAs <https://d-nb.info/gnd/4023299> .
        r:c nq:resembles <http://www.geonames.org/2861876> . r:d schema:sameAs <https://data.europa.eu/nuts/code/DEA> .
        r:e schema:sameAs <http://dcat-ap.de/def/politicalGeocoding/districtKey/5111> .
        x:f nq:resembles <http://data.europa.eu/esco/isco/5223> .
        x:g skos:exactMatch <http://data.europa.eu/snb/eqf/9> .
        x:h nq:resembles <http://w3id.org/openeduhub/vocabs/kldb/251220> .
        x:i skos:closeMatch <http://data.europa.eu/snb/isced-f/715b> .
        r:j schema:sameAs <http://lobid.org/gnd/4042570-8> .
        x:k dcterms:isPartOf <https://testphase.rechtsinformationen.bund.de/v1/legislation/bgbl-1/1997/s594> .""",
        "r:a r:b r:c r:d r:e x:f x:g x:h x:i r:j x:k",
        "die Adresse der Sache",
    ),
    "label-used-once": ('r:a a nq:Region ; skos:prefLabel "Musterland"@de .', "r:a", "r-muster-land"),
    "link-fits-code": (  # the code list that takes Hagen for Gelsenkirchen; the district for the city of the same name
        """r:a nq:nutsCode "DEA32" ; schema:sameAs <http://data.europa.eu/nuts/code/DEA53> .
        r:b nq:ags "05111" ; schema:sameAs <http://dcat-ap.de/def/politicalGeocoding/governmentDistrictKey/051> .""",
        "r:a r:b",
        "anderen Region",
    ),
    "no-punning": ("x:a a owl:Class, nq:Forum .", "x:a", "Klasse"),
    "observation-has-indicator": (f"m:a a nq:Observation ; nq:value 1 ; {_EXACT} .", "m:a", "Indikator"),
    "obstacle-circle": (
        "o:h-muster-zulassung nq:isCaseOf o:a . o:a nq:isCaseOf o:h-muster-zulassung .",
        "o:a o:h-muster-zulassung",
        "Kreis",
    ),
    "option-has-alternatives": (
        "x:a a nq:DecisionOption . x:only nq:isAlternativeTo x:a .",
        "x:a",
        "zwei",
    ),
    "part-within-total": (
        f"m:a nq:value 25 ; nq:total 24 ; nq:unit <{_UNIT}persons> ; {_EXACT} .",
        "m:a",
        "(25) ist größer als die Grundgesamtheit (24)",
    ),
    "percentage-in-bounds": (f"m:a nq:value 100.5 ; nq:unit <{_UNIT}percent> ; {_EXACT} .", "m:a", "100,5 Prozent"),
    "practice-answers-something": ("p:a a nq:Practice .", "p:a", "Hemmnisgruppe"),
    "precision-for-value": ("m:a nq:value 1 .", "m:a", "Genauigkeit"),
    "region-circle": (
        "r:a geo:sfWithin r:b . r:b geo:sfWithin r:c . r:c geo:sfWithin r:a .",
        "r:a r:b r:c",
        "Kreis",
    ),
    "relation-for-claim": (
        "x:a a nq:Claim ; rdf:subject p:p-muster-zukunft ; rdf:predicate nq:supports ; rdf:object x:r .",
        "x:a",
        "fehlt",
    ),
    "source-is-used": ("x:a a nq:Source .", "x:a", "Quelle"),
    "answers-or-hampered": (
        _claimed("nq:hamperedBy", "o:h-muster-einkommen", '; nq:reason "Neu."@de'),
        "p:p-muster-zukunft",
        "gehemmt",
    ),
    "answers-or-partly": (
        _claimed("nq:answers", "o:h-muster-einkommen", '; nq:reason "Neu."@de'),
        "p:p-muster-zukunft",
        "teilweise",
    ),
    "finding-has-sentence": (
        _claimed("nq:supports", "x:r", f"; nq:finding <{vocab.SCHEME}finding/evaluated> ; {_SOURCED}"),
        "x:a",
        "untersucht",
    ),
    "finding-has-source": (_claimed("nq:supports", "x:r", '; nq:findingText "Neun."@de'), "x:a", "Quelle"),
    "high-needs-ground": (
        _claimed(
            "nq:supports",
            "x:r",
            f"; nq:confidence <{vocab.SCHEME}confidence/high> ; nq:claimStatus <{vocab.SCHEME}claim-status/classified>",
        ),
        "x:a",
        "hoch",
    ),
    "locator-has-source": (_claimed("nq:supports", "x:r", '; nq:locator "S. 1"'), "x:a", "S. 1"),
    "outcome-fits-period": (
        f'x:a nq:running <{vocab.SCHEME}running/yes> ; nq:lastDocumented 2020 ; nq:end "2013"^^xsd:gYear .',
        "x:a",
        "2013",
    ),
    "outcome-fits-running": (
        f"""x:a nq:outcome <{vocab.SCHEME}outcome/discontinued> ; nq:running <{vocab.SCHEME}running/yes> ;
            nq:lastDocumented 2020 . x:c a nq:Claim ; rdf:subject x:a ; rdf:predicate nq:outcome ;
            rdf:object <{vocab.SCHEME}outcome/discontinued> .""",
        "x:a",
        "widersprechen",
    ),
    "reason-for-answer": (_claimed("nq:answers", "o:h-muster-zulassung", ""), "x:a", "Begründung"),
    "reason-used-once": (
        _claimed("nq:answers", "o:h-muster-zulassung", '; nq:reason "Neu."@de')
        + _claimed("nq:answers", "o:h-muster-kinderbetreuung", '; nq:reason "Neu."@de', "x:b"),
        "x:b",
        "Dieselbe",
    ),
    "running-needs-year": (f"x:a nq:running <{vocab.SCHEME}running/yes> .", "x:a", "zuletzt belegt"),
    "unit-fits-indicator": (
        f"m:a nq:measures <{vocab.ID}indicator/i-muster-bestehensquote> ; nq:unit <{_UNIT}eur> .",
        "m:a",
        "„Euro“ passt nicht",
    ),
    "upper-above-value": (f"m:a nq:value 5.5 ; nq:upperValue 5.5 ; {_EXACT} .", "m:a", "(5,5)"),
    "value-or-wording": (
        f"m:a a nq:Observation ; nq:measures <{vocab.ID}indicator/i-muster-bestehensquote> .",
        "m:a",
        "keine Zahl",
    ),
}
#: Rule → data that look like a fault and are none.
ALLOWED: dict[str, str] = {
    "code-fits-region": """
        r:a nq:ags "053" ; nq:regionType <https://w3id.org/nqgraph/scheme/region-type/government-district> .
        r:b nq:ags "16" ; nq:nutsCode "DEG" . r:c nq:nutsCode "AT12" . r:d nq:ags "05954016" ; nq:nutsCode "DEA56" .""",
    "end-after-start": """
        x:same nq:start "2020"^^xsd:gYear ; nq:end "2020"^^xsd:gYear .
        x:vague nq:start "2020-05"^^xsd:gYearMonth ; nq:end "2020"^^xsd:gYear .
        x:day nq:start "2020-05-01"^^xsd:date ; nq:end "2020-05"^^xsd:gYearMonth .""",
    "gnd-check-digit": """
        r:a schema:sameAs <https://d-nb.info/gnd/4042570-8> . r:b schema:sameAs <https://d-nb.info/gnd/118540238> .
        x:c schema:sameAs <https://example.org/gnd/4042507-8> .""",
    "identifier-form": """
        r:a schema:sameAs <http://www.wikidata.org/entity/Q1198> , <http://sws.geonames.org/2861876/> ,
            <https://nwbib.de/spatial#Q7926> . x:b nq:resembles <http://data.europa.eu/esco/isco/C5> .
        x:c dcterms:isPartOf <http://data.europa.eu/eli/reg/2003/1059/2014-01-26> .""",
    "link-fits-code": """
        r:a nq:nutsCode "DEA32" ; nq:ags "05513" ; schema:sameAs <http://data.europa.eu/nuts/code/DEA32> ,
            <http://dcat-ap.de/def/politicalGeocoding/districtKey/05513> .""",
    "label-used-once": """
        x:a a nq:Forum ; skos:prefLabel "Musterland"@de . r:a a nq:Region ; skos:prefLabel "Model land"@en .""",
    "no-punning": "x:a a owl:Class, rdfs:Class .",
    "observation-has-indicator": f"m:a a nq:Observation ; nq:value 1 ; {_EXACT} ; nq:notDocumented nq:measures .",
    "option-has-alternatives": "x:a a nq:DecisionOption . x:b nq:isAlternativeTo x:a . x:c nq:isAlternativeTo x:a .",
    "part-within-total": f"m:a nq:value 3 ; nq:total 2 ; nq:unit <{_UNIT}ratio> ; {_EXACT} .",
    "percentage-in-bounds": f"m:a nq:value 100 ; nq:upperValue 0 ; nq:unit <{_UNIT}percent> .",
    "practice-answers-something": """
        p:a a nq:Practice ; nq:notDocumented nq:answers . p:b a nq:Practice ; nq:answersGroup x:g .""",
    "precision-for-value": f"m:a nq:value 1 ; {_EXACT} .",
    "region-circle": "r:a geo:sfWithin r:b, r:c . r:b geo:sfWithin r:c .",
    "upper-above-value": "m:a nq:value 5 ; nq:upperValue 5.1 .",
    "value-or-wording": "m:a a nq:Observation ; nq:notApplicable nq:value .",
}


@pytest.fixture(scope="module")
def stated(example: Assembly, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with what the example states, without what follows from it, as rules see it."""
    path = tmp_path_factory.mktemp("stated") / "example.nq"
    lines = example.store.nquads().splitlines(keepends=True)
    inferred = f"<{IRIS.inferred}> .".encode()
    path.write_bytes(b"".join(line for line in lines if inferred not in line))
    return path


def ruled(stated: Path, added: str, tmp_path: Path) -> Sequence[Finding]:
    """What the rules say of the example with *added*, but for those that count."""
    store = Store.from_nquads(stated)
    store.load(write(tmp_path / "added.ttl", added), IRIS.dataset_graph("added"))
    found = validation.validate(
        store, dataclasses.replace(shapes.default(), graph=Graph(), node_shapes=()), using=RULES
    ).findings
    return [finding for finding in found if finding.shape not in _COUNTS]


def full(names: str) -> set[str]:
    graph = Graph().parse(data=f"{SHORT} <x:s> <x:p> {', '.join(names.split())} .", format="turtle")
    return {str(value) for value in graph.objects()}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.iri not in _COUNTS], ids=lambda rule: rule.name)
def test_a_rule_reports_its_fault_alone(rule: validation.SparqlConstraint, stated: Path, tmp_path: Path) -> None:
    """Each rule has an example that breaks it and no other, with a message that names what is wrong."""
    added, focus, word = BROKEN[rule.name]
    findings = ruled(stated, added, tmp_path)
    assert {(f.shape, f.severity) for f in findings} == {(rule.iri, rule.severity)}
    assert full(focus) == {f.focus for f in findings}
    assert any(word in f.message["de"] for f in findings)
    assert {f.component for f in findings} == {vocab.SH.SPARQLConstraintComponent}
    for finding in findings:
        for message in finding.message.values():
            assert not re.search(r"[{}?]", message)
            assert message.endswith(".")


@pytest.mark.parametrize("name", ALLOWED)
def test_a_rule_lets_the_near_miss_pass(name: str, stated: Path, tmp_path: Path) -> None:
    """What only looks like the fault of a rule is not reported by it."""
    shape = vocab.NQSH[f"rule-{name}"]
    assert [f for f in ruled(stated, ALLOWED[name], tmp_path) if f.shape == shape] == []


def test_the_example_breaks_no_rule(stated: Path) -> None:
    """The example passes all rules; of claims without reason and texts without twin a line for each property."""
    findings = validation.validate(Store.from_nquads(stated), shapes.default(), using=RULES).findings
    assert {(f.shape, f.severity) for f in findings} == {(rule, vocab.SH.Info) for rule in _COUNTS}
    assert len({f.focus for f in findings}) == len(findings) < 30


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_complete(rule: validation.SparqlConstraint) -> None:
    """A rule has a severity and messages in both languages, whose gaps are variables of its projection."""
    assert rule.severity in validation.SEVERITIES
    assert set(rule.message) == {"de", "en"}
    projected = set(re.findall(r"\?(\w+)", re.split(r"\bWHERE\b", rule.text)[0]))
    assert "this" in projected
    for message in rule.message.values():
        assert set(re.findall(r"{(\w*)}", message)) <= projected
    gaps = [re.findall(r"{(\w+)}", message) for message in rule.message.values()]
    assert sorted(gaps[0]) == sorted(gaps[1])


def test_rules_are_checked_on_what_is_said(tmp_path: Path) -> None:
    """A build applies the rules to the data, too: a circle of regions fails it, with its place in the file."""
    path = write(tmp_path / "kreis.ttl", "r:a geo:sfWithin r:b .\nr:b geo:sfWithin r:a .")
    report = builds.assemble(datasets.find([path], SPACE)).report
    circles = [f for f in report.findings if f.shape.endswith("rule-region-circle")]
    assert [f.place.line for f in circles] == sorted(f.place.line for f in circles)
    assert {vocab.local_name(f.focus) for f in circles} == {"a", "b"}
    assert not report.conforms


# -- reports -------------------------------------------------------------------------------------------------------

HOSTILE = "<script src='https://evil.example/x.js'>&"
HOSTILE_DATA = f'ex:a a ex:Thing ; ex:p "{HOSTILE}" .'
HOSTILE_SHAPES = """
    ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:P, ex:Q .
    ex:P sh:path ex:p ; sh:maxLength 1 ; sh:message "Zu lang: <b>"@de, "Too long: <b>"@en .
    ex:Q sh:path ex:q ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "Fehlt."@de, "Missing."@en ."""


@pytest.fixture
def hostile(check: Callable[..., Report]) -> Report:
    """A report on data whose values and messages are markup."""
    return check(HOSTILE_DATA, HOSTILE_SHAPES)


def test_a_report_as_graph_speaks_the_words_of_pyshacl(hostile: Report) -> None:
    """The Turtle form is a W3C validation report: the properties of pyshacl's own report, and its contents."""
    graph = Graph().parse(data=reports.rendered(hostile, "ttl", "de"), format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert set(graph.objects(report, SH.result)) == set(graph.subjects(RDF.type, SH.ValidationResult))
    data = Graph().parse(data=f"{PREFIXES}\n{HOSTILE_DATA}", format="turtle")
    shape = Graph().parse(data=f"{PREFIXES}\n{HOSTILE_SHAPES}", format="turtle")
    _, theirs, _ = pyshacl.validate(data, shacl_graph=shape)
    assert isinstance(theirs, Graph)
    assert set(graph.predicates()) == set(theirs.predicates())
    said = (SH.focusNode, SH.resultPath, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape, SH.value)

    def contents(of: Graph) -> set[tuple[object, ...]]:
        return {tuple(of.value(r, p) for p in said) for r in of.subjects(RDF.type, SH.ValidationResult)}

    assert contents(graph) == contents(theirs)


def test_a_report_as_graph_is_itself_valid(hostile: Report) -> None:
    """Each result has the properties that SHACL wants, in the number it wants (SHACL, section 3.6)."""
    wanted = f"""{PREFIXES}
        ex:R a sh:NodeShape ; sh:targetClass sh:ValidationReport ; sh:property
            [ sh:path sh:conforms ; sh:datatype xsd:boolean ; sh:minCount 1 ; sh:maxCount 1 ],
            [ sh:path sh:result ; sh:class sh:ValidationResult ; sh:minCount 2 ] .
        ex:S a sh:NodeShape ; sh:targetClass sh:ValidationResult ; sh:property
            [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ],
            [ sh:path sh:resultSeverity ; sh:in ( sh:Violation sh:Warning sh:Info ) ; sh:minCount 1 ; sh:maxCount 1 ],
            [ sh:path sh:sourceConstraintComponent ; sh:nodeKind sh:IRI ; sh:minCount 1 ; sh:maxCount 1 ],
            [ sh:path sh:resultMessage ; sh:uniqueLang true ; sh:languageIn ( "de" "en" ) ; sh:minCount 2 ],
            [ sh:path sh:sourceShape ; sh:maxCount 1 ], [ sh:path sh:resultPath ; sh:maxCount 1 ],
            [ sh:path sh:value ; sh:maxCount 1 ] ."""
    conforms, _, text = pyshacl.validate(hostile.to_graph(), shacl_graph=Graph().parse(data=wanted, format="turtle"))
    assert conforms, text


def test_a_report_on_ill_typed_values_is_turtle_without_warnings(check: Callable[..., Report]) -> None:
    """A number that is none stands in the Turtle report as it stood in the data."""
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:datatype xsd:decimal ] ."
    report = check('ex:a a ex:Thing ; ex:p "19,7"^^xsd:decimal .', shape)
    assert 'sh:value "19,7"^^xsd:decimal' in reports.rendered(report, "ttl", "de").decode()


def test_a_report_as_json_has_all_parts(hostile: Report) -> None:
    """The JSON form has counts, coverage and each finding with focus, path, value, shape, messages and place."""
    document = json.loads(reports.rendered(hostile, "json", "de"))
    assert (document["conforms"], document["engine"]) == (False, "shacl")
    assert document["counts"] == {"violation": 1, "warning": 1, "info": 0}
    assert document["tested"] == {EX + "S": 1}
    first, second = document["findings"]
    assert (first["severity"], first["focus"], first["path"]) == ("violation", EX + "a", EX + "p")
    assert (first["value"], first["shape"]) == (HOSTILE, EX + "P")
    assert first["component"] == "MaxLengthConstraintComponent"
    assert first["message"] == {"de": "Zu lang: <b>", "en": "Too long: <b>"}
    assert first["place"]["file"].endswith("data.ttl")
    assert first["place"]["line"] > 0
    assert first["place"]["row"] is None
    assert (second["severity"], second["value"]) == ("warning", None)


@pytest.mark.parametrize(("lang", "word"), [("de", "Verstoß"), ("en", "Violation")])
def test_a_report_as_page_is_escaped_and_asks_nobody(lang: str, word: str, hostile: Report) -> None:
    """The page has a language, a table with headers, escaped text, and a policy under which nothing can be loaded."""
    placed = dataclasses.replace(hostile.findings[0], place=Place("<i>.csv", row=2), focus=EX + "<u>")
    report = dataclasses.replace(hostile, findings=(placed, *hostile.findings[1:]))
    page = reports.rendered(report, "html", lang).decode()
    assert f'<html lang="{lang}">' in page
    assert '<meta charset="utf-8">' in page
    assert "default-src 'none'" in page
    assert f"<td>{word}</td>" in page
    assert page.count('<th scope="col">') == 4
    for markup, escaped in (("<b>", "&lt;b&gt;"), ("<i>", "&lt;i&gt;"), ("<u>", "&lt;u&gt;")):
        assert markup not in page
        assert escaped in page
    assert not re.search(r"<script|\bsrc=|\bhref=|@import|url\(", page)


def test_a_clean_report_says_so_on_its_page(check: Callable[..., Report]) -> None:
    """Without findings the page has no table but a sentence."""
    page = reports.rendered(check("ex:a a ex:Thing ; ex:p 1 .", SIMPLE), "html", "de").decode()
    assert "<table>" not in page
    assert "Keine Befunde." in page


@pytest.mark.parametrize(
    ("lang", "words"), [("de", ("Verstoß", "Zeile", "Zu lang")), ("en", ("Violation", "line", "Too"))]
)
def test_a_report_as_text_speaks_the_readers_language(lang: str, words: tuple[str, ...], hostile: Report) -> None:
    """Each line has severity, place, thing, message and value; the last one counts."""
    lines = reports.rendered(hostile, "text", lang).decode().splitlines()
    assert len(lines) == 3
    assert all(word in lines[0] for word in words)
    assert lines[0].endswith(f"[{HOSTILE}]")
    assert lines[2].startswith(("1 Verstöße, 1 Warnungen", "1 violations, 1 warnings"))


def test_numbers_in_findings_are_written_as_the_reader_writes_them() -> None:
    """A decimal has a comma in German and a point in English; an IRI is shown by its key."""
    finding = Finding(vocab.SH.Violation, vocab.ID + "observation/m-a", value=typed(("19.7", "decimal"))[0])
    assert finding.in_language("de").endswith("[19,7]")
    assert finding.in_language("en").endswith("[19.7]")
    assert dataclasses.replace(finding, value=URIRef(vocab.ID + "unit/eur")).in_language("de").endswith("[eur]")


@pytest.mark.parametrize("form", ["text", "json", "ttl", "html"])
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_the_command_validates_in_every_form(
    form: str, engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``nqgraph validate`` writes every form to a file, with either engine, and ends with 1 on a violation."""
    data, shape = write(tmp_path / "data.ttl", FOREIGN), write(tmp_path / "shapes.ttl", SIMPLE)
    target = tmp_path / "report"
    arguments = ["validate", str(data), "--shapes", str(shape), "--engine", engine, "--format", form, "-o", str(target)]
    assert main([*arguments, "--lang", "en"]) == 1
    assert b"bad" in target.read_bytes()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("engine", [None, "pyshacl"])
def test_the_shipped_shapes_and_rules_are_the_default(engine: Engine | None) -> None:
    """Without shapes, a source is checked against the shapes and rules that come with nqgraph, from either engine."""
    report = checks.of_sources([EXAMPLE], workspace=SPACE, engine=engine)
    assert {finding.severity for finding in report.findings} <= {str(SH.Info)}  # claims without a reason, counted
    assert report.conforms
    assert report.engine == (engine or "shacl")
    assert {rule.iri for rule in RULES} <= set(report.tested)


def test_places_are_optional() -> None:
    """Without places, a finding still names thing and message."""
    finding = Finding(
        vocab.SH.Info, EX + "a", messages=(Literal("So nicht.", lang="de"), Literal("Not so.", lang="en"))
    )
    assert (finding.in_language("de"), finding.in_language("en")) == ("a: So nicht.", "a: Not so.")
    assert Places().find(EX + "a") == Place()

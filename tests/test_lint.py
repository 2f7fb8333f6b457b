"""The lint of shapes: a typing mistake in a shape is named with file, line and the right term."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from nqgraph.building import builds
from nqgraph.model import lint, shapes
from nqgraph.words import vocab
from nqgraph.words.errors import Problem
from tests.spaces import SPACE

FILES = SPACE.files("shapes", "*.ttl")
TERMS = {str(term) for path in SPACE.files("ontology", "*.ttl") for term in shapes.read([path]).subjects()}
LANGUAGES = {"de", "en"}
HEAD = """@prefix nq: <https://w3id.org/nqgraph/def/> .
@prefix nqsh: <https://w3id.org/nqgraph/shape/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
GOOD = """
nqsh:Practice a sh:NodeShape ;
    sh:targetClass nq:Practice ;
    sh:property nqsh:Practice-answers .

nqsh:Practice-answers a sh:PropertyShape ;
    sh:path nq:answers ;
    sh:name "Hemmnis"@de, "Obstacle"@en ;
    sh:message "Nennen Sie ein Hemmnis."@de, "Name an obstacle."@en ;
    sh:minCount 1 .
"""


def found(tmp_path: Path, turtle: str, *, texts: bool = True) -> list[Problem]:
    path = tmp_path / "Practice.ttl"
    path.write_text(HEAD + turtle, encoding="utf-8")
    return lint.lint([path], TERMS, texts=texts)


def test_good_shapes_pass(tmp_path: Path) -> None:
    """Shapes with targets, known terms and all texts are fine."""
    assert found(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("right", "wrong", "line", "suggestion"),
    [
        ("sh:minCount", "sh:mincount", 13, "sh:minCount"),
        ("sh:targetClass nq", "sh:targetclass nq", 6, "sh:targetClass"),
        ("sh:NodeShape", "sh:NodeShap", 5, "sh:NodeShape"),
        ("sh:message", "sh:mesage", 12, "sh:message"),
        ("nq:answers", "nq:answer", 10, "nq:answers"),
        ("nq:Practice", "nq:Practise", 6, "nq:Practice"),
    ],
)
def test_a_mistyped_term_is_named_with_its_line(
    right: str, wrong: str, line: int, suggestion: str, tmp_path: Path
) -> None:
    """A term that SHACL or our ontology does not have is named with file and line, and the nearest one suggested."""
    problems = [p for p in found(tmp_path, GOOD.replace(right, wrong)) if "unknown" in p.text.code]
    (problem,) = problems
    assert (problem.place.file, problem.place.line) == ("Practice.ttl", line)
    for lang, suggested in (("de", f"Meinten Sie „{suggestion}“"), ("en", f"Did you mean “{suggestion}”")):
        assert f" {wrong.split()[0]} " in problem.in_language(lang)
        assert suggested in problem.in_language(lang)


def test_a_term_like_no_other_gets_no_suggestion(tmp_path: Path) -> None:
    """Where nothing is near, nothing is suggested."""
    (problem,) = found(tmp_path, GOOD.replace("sh:minCount", "sh:zzz"))
    assert "zzz" in problem.in_language("de")
    assert "Meinten" not in problem.in_language("de")


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ("nqsh:Lost a sh:NodeShape ; sh:property nqsh:Practice-answers .", "Lost"),
        (
            'nqsh:Loose a sh:PropertyShape ; sh:path nq:answers ; sh:name "a"@de, "a"@en ; sh:message "b"@de, "b"@en .',
            "Loose",
        ),
    ],
)
def test_a_shape_that_nothing_uses_is_named(shape: str, name: str, tmp_path: Path) -> None:
    """A shape without target that no other shape uses checks nothing; it is named with its line."""
    (problem,) = found(tmp_path, f"{GOOD}\n{shape}\n")
    assert problem.text.code == "lint-no-target"
    assert problem.place.line == (HEAD + GOOD).count("\n") + 2
    assert "Ziel" in problem.in_language("de")
    assert "target" in problem.in_language("en")


@pytest.mark.parametrize(
    "use",
    [
        "nqsh:S sh:targetNode nq:x .",
        "nqsh:S sh:targetSubjectsOf nq:answers .",
        "nqsh:S sh:targetObjectsOf nq:answers .",
        "nqsh:S a <http://www.w3.org/2000/01/rdf-schema#Class> .",
        "nqsh:T a sh:NodeShape ; sh:targetClass nq:Goal ; sh:node nqsh:S .",
        "nqsh:T a sh:NodeShape ; sh:targetClass nq:Goal ; sh:not nqsh:S .",
    ],
)
def test_a_shape_can_be_used_in_many_ways(use: str, tmp_path: Path) -> None:
    """Every kind of target counts, being a class does, and so does being used by another shape."""
    problems = found(tmp_path, f"nqsh:S a sh:NodeShape .\n{use.replace('nq:x', 'nq:Goal')}")
    assert [p for p in problems if p.text.code == "lint-no-target"] == []


@pytest.mark.parametrize(
    ("cut", "what", "lang"),
    [
        (', "Name an obstacle."@en', "sh:message", "en"),
        ('"Nennen Sie ein Hemmnis."@de, ', "sh:message", "de"),
        (', "Obstacle"@en', "sh:name", "en"),
        ('"Hemmnis"@de, ', "sh:name", "de"),
    ],
)
def test_a_missing_text_is_named_with_its_language(cut: str, what: str, lang: str, tmp_path: Path) -> None:
    """A property shape without name or message in one of the languages is named with both."""
    (problem,) = found(tmp_path, GOOD.replace(cut, ""))
    assert problem.text.code == "lint-missing-text"
    assert (problem.place.file, problem.place.line) == ("Practice.ttl", 7)
    assert what in problem.in_language("de")
    assert problem.in_language("en").endswith(f"in {lang}.")


def test_shapes_of_others_need_no_texts(tmp_path: Path) -> None:
    """Names and messages are asked for only in our own shapes."""
    assert found(tmp_path, GOOD.replace(', "Obstacle"@en', ""), texts=False) == []


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Several mistakes in several files are one list."""
    other = tmp_path / "Goal.ttl"
    other.write_text(HEAD + "nqsh:Goal a sh:NodeShape ; sh:targetClas nq:Goal .\n", encoding="utf-8")
    first = tmp_path / "Practice.ttl"
    first.write_text(HEAD + GOOD.replace("sh:minCount", "sh:mincount"), encoding="utf-8")
    problems = lint.lint([first, other], TERMS)
    codes = [(p.place.file, p.text.code) for p in problems]
    assert codes == [
        ("Practice.ttl", "lint-unknown-shacl"),
        ("Goal.ttl", "lint-unknown-shacl"),
        ("Goal.ttl", "lint-no-target"),
    ]


def test_a_shape_may_be_used_from_another_file(tmp_path: Path) -> None:
    """What one file declares another may use."""
    node, prop = GOOD.split("\n\n")
    paths = tmp_path / "Practice.ttl", tmp_path / "common.ttl"
    for path, part in zip(paths, (node, prop), strict=True):
        path.write_text(HEAD + part, encoding="utf-8")
    assert lint.lint(paths, TERMS) == []


# -- the shipped shapes --------------------------------------------------------------------------------------------


def test_the_shipped_shapes_are_clean() -> None:
    """Every term in the shipped shapes exists, every shape is used, every text is there in both languages."""
    assert lint.lint(FILES, TERMS) == []
    assert builds.checked(SPACE).node_shapes  # and raises nothing


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_has_the_name_of_its_node_shape(path: Path) -> None:
    """A file of shapes holds the one node shape that it is named after, its class likewise, and its property shapes."""
    graph = shapes.read([path])
    nodes = {str(shape) for shape, _ in graph.subject_objects(SH.targetClass)}
    if path.stem in ("common", "core", "claimed"):
        assert nodes == set()
        return
    assert nodes == {vocab.NQSH[path.stem]}
    assert vocab.local_name(str(graph.value(URIRef(vocab.NQSH[path.stem]), SH.targetClass))) == path.stem
    own = {str(shape) for shape in graph.subjects(RDF.type, SH.PropertyShape)}
    assert all(shape.startswith(vocab.NQSH[f"{path.stem}-"]) for shape in own)


GRAPH = shapes.default().graph
PROPERTY_SHAPES = sorted(GRAPH.subjects(RDF.type, SH.PropertyShape), key=str)


@pytest.mark.parametrize("shape", PROPERTY_SHAPES, ids=vocab.local_name)
def test_a_property_shape_is_complete(shape: Node) -> None:
    """A property shape has name and message in both languages, one severity, one order and one group, written down."""
    for predicate in (SH.name, SH.message):
        texts = [text for text in GRAPH.objects(shape, predicate) if isinstance(text, Literal)]
        assert sorted(text.language or "" for text in texts) == ["de", "en"]
        assert all(str(text).strip() == str(text) and text for text in texts)
    for text in GRAPH.objects(shape, SH.message):
        assert re.search(r"[.!]$", str(text))
        assert not re.search(r"[{}?]", str(text))
    for text in GRAPH.objects(shape, SH.description):
        assert isinstance(text, Literal)
    described = {text.language for text in GRAPH.objects(shape, SH.description) if isinstance(text, Literal)}
    assert described in (set(), LANGUAGES)
    (severity,) = GRAPH.objects(shape, SH.severity)
    assert severity in (SH.Violation, SH.Warning, SH.Info)
    assert len(list(GRAPH.objects(shape, SH.order))) == 1
    (group,) = GRAPH.objects(shape, SH.group)
    assert str(group) in shapes.default().groups


def test_every_class_that_shapes_name_exists() -> None:
    """A class that shapes target or ask for is a class of our ontology or of a vocabulary that we reuse."""
    ontology = Graph()
    for path in SPACE.files("ontology", "*.ttl"):
        ontology += shapes.read([path])
    used = {str(c) for predicate in (SH.targetClass, SH["class"]) for c in GRAPH.objects(None, predicate)}
    ours = {c for c in used if c in vocab.NQ}
    assert ours <= {str(c) for c in ontology.subjects(RDF.type, OWL.Class)}
    assert used - ours == {vocab.ORG.Membership, vocab.ORG.ChangeEvent, vocab.SKOS.Concept}


@pytest.mark.parametrize("node", shapes.default().node_shapes, ids=lambda node: vocab.local_name(node.iri))
def test_a_node_shape_has_names_for_one_and_many(node: shapes.NodeShape) -> None:
    """A class has a German and an English name, in the plural for its table and in the singular for one entry."""
    assert set(node.label) == set(node.singular) == LANGUAGES
    assert node.properties[0].path == vocab.DCTERMS.identifier or node.target_class == vocab.NQ.Claim
    assert (URIRef(node.iri), RDFS.label, None) in GRAPH


def test_groups_have_names_and_an_order() -> None:
    """Every group of properties has a name in both languages and a place among the others; none is unused."""
    groups = shapes.default().groups
    assert all(set(labels) == LANGUAGES for labels in groups.values())
    orders = [GRAPH.value(URIRef(group), SH.order) for group in groups]
    assert len(set(orders)) == len(orders)
    assert {str(group) for group in GRAPH.objects(None, SH.group)} == set(groups)

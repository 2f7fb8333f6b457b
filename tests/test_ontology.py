"""The ontology: consistent by a reasoner, and every term complete, declared and of use."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from nqgraph.building.builds import Assembly
from nqgraph.command import cli
from nqgraph.graph.store import Store
from nqgraph.model import ontology, shapes
from nqgraph.model.ontology import Checked
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, MissingToolError, ShapesError
from nqgraph.words.workspace import CORE as CORE_FOLDER
from tests.spaces import IRIS, SPACE

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")
LANGUAGES = {"de", "en"}
FILES = SPACE.files("ontology", "*.ttl")
SHAPES = SPACE.files("shapes", "*.ttl")
SCHEMES = SPACE.files("ontology/concepts", "*.ttl")
ROOT = SPACE.root
ONTOLOGY = shapes.read(FILES)
CORE = shapes.read([path for path in FILES if "core" in path.parts])
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual)
TERMS = sorted({term for kind in KINDS for term in ONTOLOGY.subjects(RDF.type, kind) if str(term) in vocab.NQ}, key=str)
EX = "https://example.org/"
PREFIXES = "\n".join(f"@prefix {name}: <{iri}> ." for name, iri in {**vocab.PREFIXES, "ex": EX}.items())


def write(path: Path, turtle: str) -> Path:
    path.write_text(f"{PREFIXES}\n{turtle}\n", encoding="utf-8")
    return path


# -- the reasoner --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checked() -> Checked:
    """What HermiT says about the shipped ontology."""
    return ontology.check()


@needs_java
def test_the_shipped_ontology_is_consistent(checked: Checked) -> None:
    """The shipped ontology does not contradict itself, and each of its classes can have entries."""
    assert (checked.consistent, checked.unsatisfiable, checked.involved) == (True, (), ())


@needs_java
def test_the_reasoner_has_seen_all_classes_and_properties(checked: Checked) -> None:
    """Counted in the files and by the reasoner there are as many classes and properties: none was lost on the way."""
    classes = {c for c in ONTOLOGY.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)}
    properties = {p for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) for p in ONTOLOGY.subjects(RDF.type, kind)}
    assert checked.classes == len(classes) > 25
    assert checked.properties >= len(properties) > 100


@needs_java
@pytest.mark.parametrize(
    ("seeded", "involved"),
    [
        pytest.param("ex:a a nq:Practice, nq:Region .", ("nq:Practice", "nq:Region"), id="two disjoint classes"),
        pytest.param(
            "ex:a nq:answers ex:b . ex:b nq:prototypedIn ex:c .", ("nq:Obstacle", "nq:Practice"), id="domain and range"
        ),
        pytest.param(
            """ex:A a owl:Class ; rdfs:subClassOf ex:B, nq:Region . ex:B a owl:Class ; rdfs:subClassOf ex:C .
            ex:C a owl:Class ; rdfs:subClassOf ex:A . ex:a a ex:C, nq:Practice .""",
            ("nq:Practice", "nq:Region"),
            id="in a circle of classes",
        ),
        pytest.param(
            "ex:Other a owl:Class ; owl:complementOf nq:Practice . ex:a a ex:Other, nq:Practice .",
            ("https://example.org/Other", "nq:Practice"),
            id="found by leaving out",
        ),
    ],
)
def test_a_contradiction_names_who_is_involved(seeded: str, involved: tuple[str, ...], tmp_path: Path) -> None:
    """A seeded contradiction is found, and the individual and the classes involved are named."""
    found = ontology.check([write(tmp_path / "seeded.ttl", seeded)])
    assert not found.consistent
    assert set(involved) <= set(found.involved)
    assert any(name.startswith(EX) for name in found.involved)


@needs_java
def test_a_class_that_can_have_no_entries_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A class below two disjoint ones is unsatisfiable, though the ontology is consistent; the command says so."""
    path = write(tmp_path / "odd.ttl", "ex:Odd a owl:Class ; rdfs:subClassOf nq:Practice, nq:Region .")
    assert cli.main(["check-ontology", str(path), "--lang", "de"]) == 1
    printed = capsys.readouterr().out
    assert "https://example.org/Odd" in printed
    assert "keine Einträge" in printed


@needs_java
def test_dates_imports_and_texts_do_not_stop_the_reasoner(tmp_path: Path, checked: Checked) -> None:
    """Values and ranges outside the OWL 2 datatype map are left out, imports are not loaded, classes are classified."""
    path = write(
        tmp_path / "more.ttl",
        """<https://example.org/> a owl:Ontology ; owl:imports <http://127.0.0.1:9/nowhere.owl> .
        ex:a a nq:Practice ; nq:start "2016"^^xsd:gYear ; nq:end "2016-12-01"^^xsd:date ; skos:note "Ende"@de .
        ex:born a owl:DatatypeProperty ; rdfs:range xsd:date .
        ex:Model a owl:Class ; owl:equivalentClass nq:Prototype .""",
    )
    found = ontology.check([path])
    assert found.consistent
    assert (found.classes, found.properties) == (checked.classes + 1, checked.properties + 1)
    assert "nq:Practice" in found.classified["https://example.org/Model"]


@needs_java
def test_axioms_over_other_datatypes_stop_nothing_and_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Restrictions, unions and datatypes of one's own are passed to the reasoner as any literal, and that is said."""
    path = write(
        tmp_path / "more.ttl",
        """ex:lasts a owl:DatatypeProperty ; rdfs:range xsd:duration .
        ex:Short a owl:Class ; rdfs:subClassOf
            [ a owl:Restriction ; owl:onProperty ex:lasts ; owl:someValuesFrom xsd:date ] .
        ex:when a owl:DatatypeProperty ; rdfs:range [ a rdfs:Datatype ; owl:unionOf ( xsd:date xsd:dateTime ) ] .
        ex:Code a rdfs:Datatype . ex:a a ex:Short ; ex:when "x"^^ex:Code , "2020-01-01"^^xsd:date .""",
    )
    assert cli.main(["check-ontology", str(path), "--lang", "en"]) == 0
    said = capsys.readouterr().err
    assert all(name in said for name in ("xsd:date", "xsd:duration", "https://example.org/Code"))


@needs_java
@pytest.mark.parametrize(("value", "word"), [('"abc"^^xsd:integer', "abc"), ('"x"^^xsd:dateTime', "xsd:dateTime")])
def test_a_value_that_is_none_of_its_datatype_is_an_error(value: str, word: str, tmp_path: Path) -> None:
    """It is named before any reasoning."""
    with pytest.raises(InputError) as caught:
        ontology.check([write(tmp_path / "odd.ttl", f"ex:a ex:p {value} .")])
    assert word in caught.value.in_language("de")


@needs_java
def test_ontologies_are_read_by_their_endings(tmp_path: Path) -> None:
    """RDF/XML is no broken Turtle, and a missing file is missing."""
    path = tmp_path / "more.owl"
    owl = f'xmlns:rdf="{RDF}" xmlns:owl="{OWL}"'
    path.write_text(f'<rdf:RDF {owl}><owl:Class rdf:about="http://e.org/C"/></rdf:RDF>', encoding="utf-8")
    assert ontology.check([path]).consistent
    with pytest.raises(InputError) as caught:
        ontology.check([tmp_path / "missing.owl"])
    assert caught.value.problems[0].text.code == "no-such-source"


@needs_java
def test_checks_do_not_see_each_other(tmp_path: Path, checked: Checked) -> None:
    """After a check with a contradiction, the shipped ontology is as consistent as before, and no world is shared."""
    import owlready2

    assert not ontology.check([write(tmp_path / "seeded.ttl", "ex:a a nq:Practice, nq:Region .")]).consistent
    assert ontology.check() == checked
    assert list(owlready2.default_world.classes()) == []
    assert list(owlready2.default_world.individuals()) == []


@pytest.mark.parametrize(("lang", "word"), [("de", "gebraucht"), ("en", "needs Java")])
def test_without_java_one_line_says_so(
    lang: str, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no Java, the command ends with 2 and one clear line, and nothing else."""
    monkeypatch.setenv("PATH", "")
    assert cli.main(["check-ontology", "--lang", lang]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert "Java" in printed.err
    assert word in printed.err


def test_without_java_the_library_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library raises the error for something optional that is missing."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingToolError):
        ontology.check()


@needs_java
def test_a_file_that_is_no_turtle_is_named(tmp_path: Path) -> None:
    """A file beside the ontology that cannot be read is named with its line, before any reasoning."""
    with pytest.raises(ShapesError) as caught:
        ontology.check([write(tmp_path / "broken.ttl", "ex:a a ex:b ; ; . .")])
    assert caught.value.problems[0].place.file == "broken.ttl"
    assert caught.value.problems[0].place.line > len(vocab.PREFIXES)


@pytest.mark.parametrize("name", ["date", "gYear", "gYearMonth", "time"])
def test_hermit_is_spared_datatypes_outside_its_map(name: str) -> None:
    """Literals and ranges of a datatype that OWL 2 does not have are left out of the reasoner's copy; others stay."""
    graph = Graph()
    thing, prop, other = (URIRef(EX + part) for part in ("thing", "prop", "other"))
    graph.add((thing, prop, Literal("2016", datatype=XSD[name])))
    graph.add((prop, RDFS.range, XSD[name]))
    graph.add((thing, other, Literal("2016-12-01T00:00:00", datatype=XSD.dateTime)))
    graph.add((other, RDFS.range, XSD.dateTime))
    prepared = ontology.for_hermit(graph)
    assert (thing, prop, None) not in prepared
    assert (prop, RDFS.range, None) not in prepared
    assert (thing, other, None) in prepared
    assert (other, RDFS.range, XSD.dateTime) in prepared
    assert len(graph) == 4


def test_hermit_is_spared_imports_and_undeclared_predicates() -> None:
    """Imports are stripped, so that nothing is fetched; predicates of other vocabularies become annotations."""
    graph = Graph()
    graph.add((URIRef(EX), OWL.imports, URIRef("http://127.0.0.1:9/nowhere.owl")))
    graph.add((URIRef(EX + "thing"), SKOS.note, Literal("a")))
    graph.add((URIRef(EX + "p"), RDF.type, OWL.ObjectProperty))
    graph.add((URIRef(EX + "thing"), URIRef(EX + "p"), URIRef(EX + "other")))
    prepared = ontology.for_hermit(graph)
    assert (None, OWL.imports, None) not in prepared
    assert (SKOS.note, RDF.type, OWL.AnnotationProperty) in prepared
    assert (URIRef(EX + "p"), RDF.type, OWL.AnnotationProperty) not in prepared


def test_the_ontology_imports_nothing() -> None:
    """The shipped files import no other ontology by address."""
    assert not list(ONTOLOGY.triples((None, OWL.imports, None)))


# -- terms ---------------------------------------------------------------------------------------------------------


def languages(term: Node, predicate: URIRef) -> list[str]:
    return sorted(text.language or "" for text in ONTOLOGY.objects(term, predicate) if isinstance(text, Literal))


@pytest.mark.parametrize("term", TERMS, ids=vocab.local_name)
def test_a_term_is_described(term: Node) -> None:
    """A term has label, definition and example in German and English, a status, and says where it is defined."""
    for predicate in (SKOS.prefLabel, SKOS.definition, SKOS.example):
        assert languages(term, predicate) == ["de", "en"]
        assert all(str(text).strip() == str(text) and str(text) for text in ONTOLOGY.objects(term, predicate))
    status = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
    assert {str(value) for value in ONTOLOGY.objects(term, status)} <= {"unstable", "testing", "stable", "archaic"}
    assert len(list(ONTOLOGY.objects(term, status))) == 1
    home = vocab.NQ.core if (term, RDF.type, None) in CORE else vocab.NQ
    assert list(ONTOLOGY.objects(term, RDFS.isDefinedBy)) == [URIRef(str(home))]
    assert sum((term, RDF.type, kind) in ONTOLOGY for kind in KINDS) == 1


@pytest.mark.parametrize("term", TERMS, ids=vocab.local_name)
def test_a_term_has_a_name_of_its_kind(term: Node) -> None:
    """Classes and individuals are singular nouns in CamelCase, properties are lowerCamelCase."""
    name = vocab.local_name(str(term))
    if (term, RDF.type, OWL.Class) in ONTOLOGY or (term, RDF.type, OWL.NamedIndividual) in ONTOLOGY:
        assert re.fullmatch(r"([A-Z][a-z]+)+", name)
        assert not re.search(r"[^s]s$", name)
    else:
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)


def test_no_two_terms_have_the_same_label() -> None:
    """Among classes and among properties, a label names one term."""
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        labels = Counter(
            (text.language, str(text).casefold())
            for term in ONTOLOGY.subjects(RDF.type, kind)
            for text in ONTOLOGY.objects(term, SKOS.prefLabel)
            if isinstance(text, Literal)
        )
        assert [label for label, count in labels.items() if count > 1] == []


#: What the name of a property to things may begin with: a verb, or a participle, adjective or preposition after “is”.
VERBS = re.compile(
    "is|has|addresses|affects|answers|assesses|bundles|concerns|contradicts|covers|follows|fulfils|handles|holds|involves|leads|"
    "leaves|measures|mitigates|occurs|opens|partly|pursues|refers|resembles|rests|supports|uses|works"
)
AFTER_IS = re.compile("([a-z]+ed|held|led|based|competent|reachable|transferable|about|for|in)(?![a-z])")
SCHEME_OF = {shape.path: vocab.local_name(shape.scheme) for shape in shapes.default().by_iri.values() if shape.scheme}


@pytest.mark.parametrize("term", sorted(ONTOLOGY.subjects(RDF.type, OWL.ObjectProperty), key=str), ids=vocab.local_name)
def test_a_property_to_things_begins_with_a_verb_and_one_to_a_list_is_named_like_it(term: Node) -> None:
    """“practice answers obstacle”, “project (is) led by actor”; a noun only where it names the list of its values."""
    name = vocab.local_name(str(term))
    if str(term) not in vocab.NQ or re.match(f"({VERBS.pattern})(?![a-z])", name) or AFTER_IS.match(name):
        return
    assert (term, RDFS.range, SKOS.Concept) in ONTOLOGY
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
    assert SCHEME_OF[str(term)].endswith(words) or words.endswith(SCHEME_OF[str(term)])


@pytest.mark.parametrize("term", TERMS, ids=vocab.local_name)
def test_a_definition_says_more_than_the_label(term: Node) -> None:
    """A definition has words of its own; it does not only turn the label into a sentence."""
    for lang in ("de", "en"):
        label, definition = (
            set(re.findall(r"\w{4,}", str(text).casefold()))
            for predicate in (SKOS.prefLabel, SKOS.definition)
            for text in ONTOLOGY.objects(term, predicate)
            if isinstance(text, Literal) and text.language == lang
        )
        assert len({word for word in definition if not any(word[:5] == known[:5] for known in label)}) >= 2


def test_terms_of_others_are_not_described() -> None:
    """We describe our own terms alone; what others' terms mean in our data stands in the shapes."""
    described = {str(s) for s in ONTOLOGY.subjects(SKOS.definition)} | {str(s) for s in ONTOLOGY.subjects(RDFS.domain)}
    assert all(term.startswith(vocab.BASE) for term in described)


def test_domains_and_ranges_are_classes() -> None:
    """Our own classes that domains, ranges and superclasses name exist."""
    declared = {str(term) for term in TERMS}
    assert not [t for t in ONTOLOGY.subjects(RDF.type, OWL.DatatypeProperty) if (t, RDFS.range, None) not in ONTOLOGY]
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf):
        for value in ONTOLOGY.objects(None, predicate):
            assert str(value) not in vocab.NQ or str(value) in declared


@pytest.mark.parametrize("node", shapes.default().node_shapes, ids=lambda node: vocab.local_name(node.iri))
def test_shapes_keep_to_domains_and_ranges(node: shapes.NodeShape) -> None:
    """What a shape expects of a property agrees with what the ontology says the property means."""

    def fits(class_iri: str, allowed: list[Node]) -> bool:
        above = {str(c) for c in ONTOLOGY.transitive_objects(URIRef(class_iri), RDFS.subClassOf)}
        below = {str(c) for c in ONTOLOGY.transitive_subjects(RDFS.subClassOf, URIRef(class_iri))}
        agents = {vocab.ORG.OrganizationalCollaboration} if URIRef(vocab.FOAF.Agent) in allowed else set()
        return not allowed or bool((above | below) & ({str(c) for c in allowed} | agents))

    for shape in node.properties:
        path = URIRef(shape.path)
        assert fits(node.target_class, list(ONTOLOGY.objects(path, RDFS.domain))), shape.iri
        ranges = list(ONTOLOGY.objects(path, RDFS.range))
        assert all(fits(class_iri, ranges) for class_iri in shape.classes), shape.iri
        if shape.datatypes and shape.path in vocab.NQ:
            assert {str(r) for r in ranges} in ({*shape.datatypes}, {vocab.RDFS.Literal}), shape.iri


VERSIONS = (f"{vocab.NQ}", vocab.NQ.core)
MAPPINGS = [
    SKOS[name] for name in ("mappingRelation", "exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
]


@pytest.mark.parametrize("iri", VERSIONS, ids=vocab.shrink)
def test_the_ontology_has_the_version_of_the_program(iri: str) -> None:
    """Header and ``pyproject.toml`` name the same version; from the second release on the one before is named, too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    assert str(ONTOLOGY.value(URIRef(iri), OWL.versionInfo)) == version
    assert str(ONTOLOGY.value(URIRef(iri), OWL.versionIRI)) == f"{iri.removesuffix('/')}/{version}"
    releases = re.findall(r"(?m)^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    before = [f"{iri.removesuffix('/')}/{release}" for release in releases[releases.index(version) + 1 :][:1]]
    assert [str(prior) for prior in ONTOLOGY.objects(URIRef(iri), OWL.priorVersion)] == before


def test_a_mapping_property_of_skos_stands_between_concepts_alone(shipped: Store, example: Assembly) -> None:
    """SKOS maps concepts: no thing, class or property of ours is made one by a mapping."""
    block = ", ".join(f"<{mapping}>" for mapping in MAPPINGS)
    ours = f'STRSTARTS(STR(?x), "{vocab.BASE}") && NOT EXISTS {{ ?x a skos:Concept }}'
    ends = f"VALUES ?which {{ 1 2 }} BIND(IF(?which = 1, ?s, ?o) AS ?x) FILTER({ours})"
    query = f"ASK {{ ?s ?p ?o FILTER(?p IN ({block})) {ends} }}"
    assert not shipped.ask(query)
    assert not example.store.ask(query)
    paths = {shape.path for shape in shapes.default().by_iri.values()}
    assert not paths & {str(mapping) for mapping in MAPPINGS}
    concepts = set(ONTOLOGY.subjects(RDF.type, SKOS.Concept))
    mapped = {end for mapping in MAPPINGS for pair in ONTOLOGY.subject_objects(mapping) for end in pair}
    assert mapped <= concepts


ALIGNMENTS = SPACE.files("ontology/alignments", "*.ttl")


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_says_why(path: Path) -> None:
    """Every triple that relates a term of ours to one of others has a reason in German and English."""
    graph = shapes.read([path])
    said = {(s, p, o) for s, p, o in graph if str(s) in vocab.NQ}
    reasoned = set()
    for axiom in graph.subjects(RDF.type, OWL.Axiom):
        assert sorted(Literal(text).language or "" for text in graph.objects(axiom, RDFS.comment)) == ["de", "en"]
        parts = (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        reasoned.add(tuple(graph.value(axiom, part) for part in parts))
    assert said == reasoned != set()
    assert {s for s, _, _ in said} <= set(TERMS)


STATUS = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")


@pytest.mark.parametrize("term", TERMS, ids=vocab.local_name)
def test_a_term_without_use_in_the_shipped_data_is_unstable(term: Node, shipped: Store) -> None:
    """An unstable term has no entry in the shipped data and says what is open; every other one is in use."""
    graphs = f"GRAPH ?g {{ {{ ?s <{term}> ?o }} UNION {{ ?s a <{term}> }} }} FILTER(?g != <{IRIS.ontology}>)"
    shapes_graph = shapes.default().graph
    reads = (
        of_the_ontology(term)
        or (None, term, None) in shapes_graph
        or (None, URIRef(vocab.NQ.role), term) in shapes_graph
    )
    unstable = str(ONTOLOGY.value(term, STATUS)) == "unstable"
    assert (reads or shipped.ask(f"ASK {{ {graphs} }}")) != unstable
    assert (languages(term, SKOS.editorialNote) == ["de", "en"]) == unstable


# -- concept schemes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_a_concept_scheme_is_complete(path: Path) -> None:
    """A file holds one scheme of its name; each entry has notation and labels, told apart within the scheme."""
    graph = shapes.read([path])
    (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert str(scheme) == vocab.SCHEME + path.stem
    for predicate in (SKOS.prefLabel, SKOS.definition):
        assert languages(scheme, predicate) == ["de", "en"]
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 1
    assert set(graph.subjects(SKOS.inScheme)) == concepts
    names: Counter[tuple[str, str]] = Counter()
    for concept in concepts:
        assert list(graph.objects(concept, SKOS.inScheme)) == [scheme]
        (notation,) = graph.objects(concept, SKOS.notation)
        assert str(concept) == vocab.concept(path.stem, str(notation))
        assert languages(concept, SKOS.prefLabel) == ["de", "en"]
        above = set(graph.objects(concept, SKOS.broader))
        assert above <= concepts
        assert bool(above) != ((concept, SKOS.topConceptOf, scheme) in graph)
        for text in {*graph.objects(concept, SKOS.prefLabel), *graph.objects(concept, SKOS.altLabel)}:
            assert isinstance(text, Literal)
            names[text.language or "", str(text).casefold()] += 1
    assert [name for name, count in names.items() if count > 1] == []


def test_every_scheme_is_used_by_a_shape_or_a_query() -> None:
    """A concept scheme is the list of some column, or some query or page goes by it."""
    used = {shape.scheme for shape in shapes.default().by_iri.values()} | mentioned_schemes()
    assert {vocab.SCHEME + path.stem for path in SCHEMES} <= used


def test_every_concept_stands_in_exactly_one_file() -> None:
    """No two files describe the same entry."""
    counts = Counter(str(c) for path in SCHEMES for c in shapes.read([path]).subjects(RDF.type, SKOS.Concept))
    assert [concept for concept, count in counts.items() if count > 1] == []


# -- terms in use --------------------------------------------------------------------------------------------------

QUERIES = SPACE.files("queries", "*.rq")
RULES = SPACE.files("shapes/rules", "*.rq")


@cache
def code(path: Path) -> str:
    """A file without comments, texts and, in Turtle, its prefixes."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)
    return re.sub(r"(?m)^\s*#.*$|\s#[ ].*$|^\s*(@prefix|PREFIX)\b.*$", "", text)


@cache
def mentioned(path: Path) -> set[str]:
    """Local names of our terms in a file; what stands in front of a query (paths, classes) is part of it."""
    patterns = (r"(?<![\w:])nq:(\w+)", rf"<{re.escape(str(vocab.NQ))}(\w+)>")
    text = code(path) + front(path)
    return {name for pattern in patterns for name in re.findall(pattern, text)} - {"core"}  # the ontology so called


def mentioned_schemes() -> set[str]:
    """IRIs of concept schemes in queries, their parameters and rules."""
    texts = [code(path) + front(path) for path in [*QUERIES, *RULES]]
    names = {name for text in texts for name in re.findall(r"scheme/([a-z-]+)", text)}
    names |= {name for text in texts for name in re.findall(r"scheme: ([a-z-]+)", text)}
    return {vocab.SCHEME + name for name in names}


def front(path: Path) -> str:
    """The front matter of a query."""
    return "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#+"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


USERS = [*QUERIES, *RULES, *SHAPES, *FILES]


@pytest.mark.parametrize("path", USERS, ids=relative)
def test_a_file_uses_declared_terms_alone(path: Path) -> None:
    """Every term and every entry of ours that a query, rule, shape or ontology file names exists."""
    assert mentioned(path) <= {vocab.local_name(str(term)) for term in TERMS}
    named = set(re.findall(rf"<({re.escape(str(vocab.SCHEME))}[^>]+)>", code(path)))
    assert named <= {str(c) for c in ONTOLOGY.subjects(RDF.type, SKOS.Concept)} | {
        str(scheme) for scheme in ONTOLOGY.subjects(RDF.type, SKOS.ConceptScheme)
    }


@pytest.mark.parametrize("path", sorted(CORE_FOLDER.rglob("*.*")), ids=relative)
def test_the_core_stands_alone(path: Path) -> None:
    """What lies below every workspace names no term and no list of any domain."""
    own = {vocab.local_name(str(term)) for term in TERMS if (term, RDF.type, None) in CORE}
    assert mentioned(path) <= own
    lists = {f.stem for f in (CORE_FOLDER / "ontology" / "concepts").glob("*.ttl")}
    assert set(re.findall(r"nqgraph/scheme/([a-z-]+)", code(path))) <= lists


def test_the_shapes_of_the_core_are_whole() -> None:
    """Without any workspace the core has tables of claims and of identity decisions, and every shape they name."""
    schema = shapes.schema(shapes.read(sorted((CORE_FOLDER / "shapes").glob("*.ttl"))))
    assert {node.target_class for node in schema.node_shapes} == {vocab.NQ.Claim, vocab.NQ.IdentityDecision}
    assert all(prop.name and prop.message and prop.group in schema.groups for prop in schema.by_iri.values())


def test_a_file_of_the_workspace_takes_the_place_of_the_one_in_the_core() -> None:
    """What may be claimed of what is said by the workspace's file alone; the core's is not read beside it."""
    claimed = [path for path in SHAPES if path.name == "claimed.ttl"]
    assert claimed == [ROOT / "shapes" / "claimed.ttl"]
    assert (CORE_FOLDER / "shapes" / "claimed.ttl").is_file()
    assert len([path for path in SHAPES if path.name == "Claim.ttl"]) == 1


@pytest.mark.parametrize("path", sorted((ROOT / "nqgraph").rglob("*.py")), ids=relative)
def test_a_module_uses_declared_terms_alone(path: Path) -> None:
    """Every term of ours that the code names exists."""
    found = set(re.findall(r"\bNQ\.(\w+)", path.read_text(encoding="utf-8")))
    assert found <= {vocab.local_name(str(term)) for term in TERMS}


def of_the_ontology(term: Node) -> bool:
    """Whether the ontology itself is written with *term*."""
    return (None, term, None) in ONTOLOGY or (None, RDF.type, term) in ONTOLOGY


@pytest.mark.parametrize("term", TERMS, ids=vocab.local_name)
def test_a_term_serves_a_question(term: Node) -> None:
    """
    A term is used in at least one query, inference rule or rule of validation; what serves none is not coined.

    Terms of the core also serve if shapes or lists say by them how they are read and shown.
    """
    name = vocab.local_name(str(term))
    serves = any(name in mentioned(path) for path in [*QUERIES, *RULES])
    core = (term, RDF.type, None) in CORE
    assert serves or (core and (of_the_ontology(term) or any(name in mentioned(path) for path in SHAPES)))


@pytest.mark.parametrize("term", TERMS, ids=vocab.local_name)
def test_a_term_is_in_the_data_model(term: Node) -> None:
    """A term stands in a shape, in the ontology's lists, or is what a rule adds."""
    name = vocab.local_name(str(term))
    rules = SPACE.files("queries/rules", "*.rq")
    users = [*SHAPES, *SCHEMES, *rules, ROOT / "nqgraph" / "sources" / "reading.py"]
    assert of_the_ontology(term) or any(
        name in mentioned(path) or f"NQ.{name}" in path.read_text(encoding="utf-8") for path in users
    )

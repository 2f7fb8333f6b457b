"""Inference: what follows from each rule, what does not, and where it is kept."""

from __future__ import annotations

import re
from pathlib import Path

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from nqgraph.building import inference
from nqgraph.building.builds import Assembly
from nqgraph.building.inference import Rule
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.words import vocab
from tests.spaces import IRIS, SPACE

RULES = {rule.name: rule for rule in inference.rules(SPACE)}
DATA = IRIS.dataset_graph("data")
PREFIXES = "\n".join(
    f"@prefix {name}: <{iri}> ."
    for name, iri in {
        **vocab.PREFIXES,
        "ex": "https://example.org/",
        "found": f"{vocab.SCHEME}finding/",
        "grade": f"{vocab.SCHEME}evidence-grade/",
        "kind": f"{vocab.SCHEME}value-kind/",
        "seen": f"{vocab.SCHEME}seen-extent/",
        "sure": f"{vocab.SCHEME}confidence/",
        "unit": f"{vocab.SCHEME}unit/",
    }.items()
)
#: The grades, findings, extents and certainties that the rule on evidence reads, and sources seen to some extent.
GRADES = (
    " ".join(
        f'<{vocab.SCHEME}{scheme}/{name}> skos:inScheme <{vocab.SCHEME}{scheme}> ; skos:notation "{name}" .'
        for scheme, names in {
            "evidence-grade": "ABCDEX",
            "finding": ("compared", "evaluated", "reported", "described", "planned", "contradicts"),
            "seen-extent": ("full", "excerpt", "summary", "contents"),
            "confidence": ("high", "medium", "low"),
        }.items()
        for name in names
    )
    + " ex:a nq:seenExtent seen:full . ex:c nq:seenExtent seen:excerpt . ex:s nq:seenExtent seen:summary ."
    + " ex:contents nq:seenExtent seen:contents ."
)


def graph_of(turtle: str) -> Graph:
    return Graph().parse(data=f"{PREFIXES}\n{turtle}", format="turtle")


def store_of(turtle: str) -> Store:
    store = Store()
    store.add(DATA, graph_of(turtle))
    return store


def inferred(store: Store) -> set[tuple[str, ...]]:
    return lines(store.graph(IRIS.inferred))


def lines(graph: Graph) -> set[tuple[str, ...]]:
    return {tuple(str(term) if isinstance(term, URIRef) else term.n3() for term in triple) for triple in graph}


GEOCODING = "http://dcat-ap.de/def/politicalGeocoding"
#: Rule → (what is said, exactly what follows from it).
CASES: dict[str, list[tuple[str, str]]] = {
    "actor-class": [
        (
            "ex:k nq:impliesClass org:FormalOrganization . ex:ihk nq:actorType ex:k . ex:x nq:actorType ex:y .",
            "ex:ihk a org:FormalOrganization .",
        )
    ],
    "addresses-group": [
        (
            "ex:r a nq:Recommendation ; nq:addresses ex:o . ex:o nq:obstacleGroup ex:g .",
            "ex:r nq:addressesGroup ex:g .",
        ),
        ("ex:s a nq:Scenario ; nq:addresses ex:o . ex:o nq:obstacleGroup ex:g .", ""),
        ("ex:r a nq:Recommendation ; nq:addressesGroup ex:g .", ""),
    ],
    "answered-by": [
        ("ex:p nq:answers ex:o, ex:q .", "ex:o nq:answeredBy ex:p . ex:q nq:answeredBy ex:p ."),
        ("ex:p nq:answersGroup ex:g .", ""),
    ],
    "answers-group": [
        ("ex:p nq:answers ex:o . ex:o nq:obstacleGroup ex:g .", "ex:p nq:answersGroup ex:g ."),
        ("ex:p nq:partlyAnswers ex:o . ex:o nq:obstacleGroup ex:g .", "ex:p nq:answersGroup ex:g ."),
        ("ex:p nq:hamperedBy ex:o . ex:o nq:obstacleGroup ex:g .", ""),
        ("ex:p nq:answers ex:o . ex:o nq:obstacleGroup ex:g . ex:p nq:answersGroup ex:g .", ""),
        ("ex:r nq:addresses ex:o . ex:o nq:obstacleGroup ex:g .", ""),
    ],
    "broader-obstacle": [
        ("ex:n a nq:Obstacle ; dcterms:isPartOf ex:b . ex:b a nq:Obstacle .", "ex:n nq:isCaseOf ex:b ."),
        ("ex:n a nq:Obstacle . ex:b a nq:Obstacle ; dcterms:hasPart ex:n .", "ex:n nq:isCaseOf ex:b ."),
        ("ex:n a nq:Obstacle ; nq:resembles ex:b . ex:b a nq:Obstacle .", ""),
        ("ex:n a nq:Practice ; dcterms:isPartOf ex:b . ex:b a nq:Practice .", ""),
    ],
    "code-iris": [
        ('ex:r nq:nutsCode "DEA" .', "ex:r schema:sameAs <http://data.europa.eu/nuts/code/DEA> ."),
        *(
            (f'ex:r nq:ags "{key}" .', f"ex:r schema:sameAs <{GEOCODING}/{level}/{key}> .")
            for key, level in (
                ("05", "stateKey"),
                ("059", "governmentDistrictKey"),
                ("05913", "districtKey"),
                ("05913000", "municipalityKey"),
            )
        ),
        ('ex:r nq:isoCode "DE-NW" .', ""),
    ],
    "covers-obstacle": [
        (
            "ex:p nq:answers ex:n . ex:n nq:isCaseOf ex:m . ex:m nq:isCaseOf ex:b .",
            "ex:p nq:coversObstacle ex:n, ex:m, ex:b .",
        ),
        ("ex:p nq:answers ex:b . ex:n nq:isCaseOf ex:b .", "ex:p nq:coversObstacle ex:b ."),
        ("ex:p nq:partlyAnswers ex:b .", "ex:p nq:coversObstacle ex:b ."),
        ("ex:p nq:hamperedBy ex:b .", ""),
    ],
    "evidence-grade": [
        (f"ex:k a nq:Claim ; {said} . {GRADES}", f"ex:k nq:evidenceGrade grade:{grade} ." if grade else "")
        for said, grade in (
            ("nq:finding found:compared ; dcterms:source ex:a", "A"),
            ("nq:finding found:evaluated ; dcterms:source ex:c", "B"),
            ("nq:finding found:reported ; dcterms:source ex:c", "C"),
            ("nq:finding found:described ; dcterms:source ex:c", "D"),
            ("nq:finding found:planned ; dcterms:source ex:a", "E"),
            ("nq:finding found:contradicts ; dcterms:source ex:a", "X"),
            ("dcterms:source ex:a", "D"),
            ("nq:finding found:compared ; nq:secondHand true ; dcterms:source ex:a", "B"),
            ("nq:finding found:evaluated ; nq:secondHand true ; dcterms:source ex:a", "C"),
            ("nq:finding found:evaluated ; nq:secondHand false ; dcterms:source ex:a", "B"),
            ("nq:finding found:evaluated ; dcterms:source ex:s", "C"),
            ("nq:finding found:evaluated ; dcterms:source ex:contents", "E"),
            ("nq:finding found:evaluated ; dcterms:source ex:contents, ex:c", "B"),
            ("nq:finding found:evaluated ; nq:seenExtent seen:contents ; dcterms:source ex:a", "E"),
            ("nq:finding found:evaluated ; nq:confidence sure:low ; dcterms:source ex:a", "D"),
            ("nq:finding found:evaluated ; nq:confidence sure:medium ; dcterms:source ex:a", "B"),
            ("nq:finding found:contradicts ; nq:secondHand true ; dcterms:source ex:s", "X"),
            ("nq:finding found:compared ; nq:evidenceGrade grade:C ; dcterms:source ex:a", ""),
        )
    ]
    + [(f"ex:p a nq:Practice ; dcterms:source ex:a . {GRADES}", "")],
    "forum-member": [
        ("ex:s org:organization ex:f ; org:member ex:a .", "ex:f nq:hasMember ex:a ."),
        (
            "ex:s org:organization ex:f ; org:member ex:u . ex:u org:unitOf ex:d . ex:d org:unitOf ex:m .",
            "ex:f nq:hasMember ex:u, ex:d, ex:m .",
        ),
        ("ex:s org:organization ex:f ; org:member ex:m . ex:u org:unitOf ex:m .", "ex:f nq:hasMember ex:m ."),
    ],
}
CASES |= {
    "contradicts": [
        (
            "ex:w dcterms:hasPart ex:p ; nq:endYear 2020 . ex:p nq:endYear 2025 .",
            "ex:w nq:contradicts ex:p . ex:p nq:contradicts ex:w .",
        ),
        ("ex:w dcterms:hasPart ex:p ; nq:endYear 2025 . ex:p nq:endYear 2020 .", ""),
        ("ex:w dcterms:relation ex:p ; nq:endYear 2020 . ex:p nq:endYear 2025 .", ""),
        (
            """ex:m nq:measures ex:i ; nq:about ex:t ; nq:startYear 2020 ; nq:value 1 ; nq:unit unit:persons ;
            nq:valueKind kind:actual ; nq:inRegion ex:r ; dcterms:source ex:a .
            ex:n nq:measures ex:i ; nq:about ex:t ; nq:startYear 2020 ; nq:value 2 ; nq:unit unit:persons ;
            nq:valueKind kind:actual ; nq:inRegion ex:r ; dcterms:source ex:b .""",
            "ex:m nq:contradicts ex:n . ex:n nq:contradicts ex:m .",
        ),
    ],
    "independent-sources": [
        (
            """ex:k a nq:Claim ; dcterms:source ex:a, ex:b, ex:c .
            ex:a nq:publisherName "Amt" . ex:b nq:publisherName "Amt" . ex:c nq:publisherName "Kammer" .""",
            "ex:k nq:independentSources 2 .",
        ),
        ('ex:p a nq:Practice ; dcterms:source ex:a . ex:a nq:publisherName "Amt" .', ""),
    ],
    "near-target-group": [
        (
            "ex:p nq:forTargetGroup ex:g . ex:g a nq:TargetGroup ; nq:resembles ex:h . ex:h a nq:TargetGroup .",
            "ex:p nq:forTargetGroup ex:h .",
        ),
        (
            "ex:p nq:forTargetGroup ex:g . ex:h a nq:TargetGroup ; dcterms:hasPart ex:g . ex:g a nq:TargetGroup .",
            "ex:p nq:forTargetGroup ex:h .",
        ),
        ("ex:p nq:forTargetGroup ex:h . ex:h a nq:TargetGroup ; dcterms:hasPart ex:g . ex:g a nq:TargetGroup .", ""),
        ("ex:p nq:forTargetGroup ex:g . ex:g a nq:TargetGroup ; dcterms:relation ex:h . ex:h a nq:TargetGroup .", ""),
    ],
    "reachable-by": [
        ("ex:b nq:regulatedBy ex:law . ex:w nq:opensTo ex:law, ex:other .", "ex:b nq:reachableBy ex:w ."),
        ("ex:b nq:regulatedBy ex:law . ex:w nq:opensTo ex:other .", ""),
    ],
    "region-part": [
        ("ex:r a nq:Region ; dcterms:hasPart ex:s . ex:s a nq:Region .", "ex:s geo:sfWithin ex:r ."),
        (
            "ex:r a nq:Region ; nq:resembles ex:q . ex:q a nq:Region . ex:s geo:sfWithin ex:q .",
            "ex:s geo:sfWithin ex:r .",
        ),
        ("ex:r a nq:Region ; dcterms:relation ex:s . ex:s a nq:Region .", ""),
    ],
    "involves": [
        ("ex:p nq:operatedBy ex:a .", "ex:p nq:involves ex:a ."),
        ("ex:p nq:fundedBy ex:a ; nq:evaluatedBy ex:b .", "ex:p nq:involves ex:a, ex:b ."),
        ("ex:p nq:forTargetGroup ex:t ; nq:involves ex:a .", ""),
    ],
    "prototype": [
        ("ex:p a nq:Practice ; nq:prototypedIn ex:r .", "ex:p a nq:Prototype ."),
        ("ex:p a nq:Practice ; nq:inRegion ex:r .", ""),
    ],
    "region-within": [
        (
            "ex:a geo:sfWithin ex:b . ex:b geo:sfWithin ex:c . ex:c geo:sfWithin ex:d .",
            "ex:a geo:sfWithin ex:c, ex:d . ex:b geo:sfWithin ex:d .",
        ),
        ("ex:a geo:sfWithin ex:c . ex:b geo:sfWithin ex:c .", ""),
        ("ex:a geo:sfWithin ex:b . ex:b geo:sfWithin ex:a .", ""),
    ],
    "share": [
        ("ex:m nq:value 19 ; nq:total 24 ; nq:unit unit:persons .", "ex:m nq:share 79.2 ."),
        ("ex:m nq:value 24.0 ; nq:total 24 ; nq:unit unit:persons .", "ex:m nq:share 100 ."),
        ("ex:m nq:value 0 ; nq:total 24 ; nq:unit unit:persons .", "ex:m nq:share 0 ."),
        ("ex:m nq:value 1 ; nq:total 0 ; nq:unit unit:persons .", ""),
        ("ex:m nq:value 3 ; nq:total 2 ; nq:unit unit:ratio .", ""),
        ("ex:m nq:value 19 ; nq:unit unit:persons .", ""),
    ],
    "years": [
        (
            'ex:p nq:start "2016-12-01"^^xsd:date ; nq:end "2018"^^xsd:gYear .',
            "ex:p nq:startYear 2016 ; nq:endYear 2018 .",
        ),
        ('ex:p nq:start "2016-12"^^xsd:gYearMonth .', "ex:p nq:startYear 2016 ."),
        ('ex:p nq:periodText "seit 2016"@de ; nq:dueDate "2016-12-01"^^xsd:date .', ""),
    ],
}


@pytest.mark.parametrize(
    ("name", "said", "follows"),
    [
        pytest.param(name, said, follows, id=f"{name}-{number}")
        for name, listed in CASES.items()
        for number, (said, follows) in enumerate(listed)
    ],
)
def test_a_rule_adds_what_follows_and_nothing_else(name: str, said: str, follows: str) -> None:
    """From these statements exactly these follow by the rule, and none that is stated already."""
    store = store_of(said)
    expected = lines(graph_of(follows))
    assert inference.infer(store, [RULES[name]]) == {name: len(expected)}
    assert values(inferred(store)) == values(expected)


def values(triples: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Numbers by their value: an engine may write 100 as a decimal or an integer."""
    number = re.compile(r'^"?(-?[0-9]+)(\.0)?"?(\^\^<[^>]*#(integer|decimal)>)?$')
    return {(s, p, number.sub(r"\1", o)) for s, p, o in triples}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_has_a_case_and_a_reason(rule: Rule) -> None:
    """Every rule says in both languages why what it adds is true, and is shown by a case that adds something."""
    assert set(rule.reason) == {"de", "en"}
    assert all(reason.endswith(".") for reason in rule.reason.values())
    assert any(follows for _, follows in CASES[rule.name])


# -- the whole of the rules ----------------------------------------------------------------------------------------


def test_rules_go_on_until_nothing_new_follows() -> None:
    """What one rule adds another takes up: identity decision, broader obstacle, cover, over several rounds."""
    store = store_of(
        """ex:a a nq:Obstacle ; dcterms:isPartOf ex:b . ex:b a nq:Obstacle . ex:c a nq:Obstacle ; dcterms:hasPart ex:b .
        ex:d a nq:Obstacle ; dcterms:hasPart ex:c . ex:p a nq:Practice ; nq:answers ex:a ; nq:prototypedIn ex:r ."""
    )
    added = inference.infer(store)
    assert (added["broader-obstacle"], added["covers-obstacle"], added["prototype"]) == (3, 4, 1)
    covered = {o for s, p, o in inferred(store) if p == vocab.NQ.coversObstacle}
    assert {vocab.local_name(obstacle) for obstacle in covered} == {"a", "b", "c", "d"}


def test_a_long_chain_of_regions_is_closed() -> None:
    """A region lies in every region above it, over a chain of thirty."""
    store = store_of(" ".join(f"ex:r{number} geo:sfWithin ex:r{number + 1} ." for number in range(30)))
    assert inference.infer(store, [RULES["region-within"]]) == {"region-within": 30 * 31 // 2 - 30}
    assert store.ask("ASK { <https://example.org/r0> geo:sfWithin <https://example.org/r30> }")


def test_circles_end_the_inference() -> None:
    """Circles, which validation reports, do not make the rules run for ever, and nothing lies in itself."""
    store = store_of(
        """ex:a geo:sfWithin ex:b . ex:b geo:sfWithin ex:c . ex:c geo:sfWithin ex:a .
        ex:n nq:isCaseOf ex:m . ex:m nq:isCaseOf ex:n . ex:p nq:answers ex:n ."""
    )
    inference.infer(store)
    assert not store.ask("ASK { ?region geo:sfWithin ?region }")
    covered = {vocab.local_name(o) for _, p, o in inferred(store) if p == vocab.NQ.coversObstacle}
    assert covered == {"n", "m"}


def test_a_rule_that_never_ends_is_stopped_by_name() -> None:
    """A rule that makes something new in every round is an error that names it."""
    endless = Rule(
        "endless", {}, "CONSTRUCT { ?o ?p ?next } WHERE { ?s ?p ?o BIND(IRI(CONCAT(STR(?o), 'x')) AS ?next) }"
    )
    with pytest.raises(RuntimeError, match="endless"):
        inference.infer(store_of("ex:a ex:p ex:b ."), [*RULES.values(), endless])


def test_a_second_inference_adds_nothing(example: Assembly) -> None:
    """All that follows is there after one call: another one adds nothing."""
    store = Store()
    for graph in example.store.graphs():
        store.add(graph, example.store.graph(graph))
    assert set(inference.infer(store).values()) == {0}
    assert store.size(IRIS.inferred) == example.store.size(IRIS.inferred)


def test_inferred_triples_stand_in_their_own_graph_alone(example: Assembly) -> None:
    """No inferred triple is stated anywhere, and what is stated stays as it was."""
    stated = example.store.graph(*(g for g in example.store.graphs() if g != IRIS.inferred))
    follows = example.store.graph(IRIS.inferred)
    assert len(follows) == sum(example.inferred.values()) == example.store.size(IRIS.inferred)
    assert not set(follows) & set(stated)
    store = Store()
    store.add(DATA, stated)
    before = store.nquads()
    inference.infer(store)
    store.remove_graph(IRIS.inferred)
    assert store.nquads() == before


def test_inferences_are_the_same_in_every_run(example: Assembly) -> None:
    """What follows does not depend on the order of rules."""
    stated = example.store.graph(*(g for g in example.store.graphs() if g != IRIS.inferred))
    found = []
    for rules in (list(RULES.values()), list(reversed(RULES.values()))):
        store = Store()
        store.add(DATA, stated)
        inference.infer(store, rules)
        found.append(store.dump("nt", IRIS.inferred))
    assert found[0] == found[1] == example.store.dump("nt", IRIS.inferred)


def test_every_rule_has_work_in_the_example(example: Assembly) -> None:
    """The example has something for each rule but those on parts and likeness of obstacles, groups and regions."""
    assert {name for name, count in example.inferred.items() if not count} <= {
        "broader-obstacle",
        "near-target-group",
        "region-part",
    }


# -- the same as OWL -----------------------------------------------------------------------------------------------

#: What the ontology says of its properties, without their domains and ranges.
AXIOMS = Graph()
for _triple in shapes.read(SPACE.files("ontology", "*.ttl")):
    _said = _triple[1] in (RDFS.subPropertyOf, OWL.inverseOf, OWL.propertyChainAxiom, RDF.first, RDF.rest)
    if _said or _triple[2] in (OWL.TransitiveProperty, OWL.SymmetricProperty):
        AXIOMS.add(_triple)
#: Properties whose rule the ontology states as an axiom, too.
WITH_OWL = {
    vocab.NQ.involves: "involves",
    vocab.NQ.answeredBy: "answered-by",
    vocab.GEO.sfWithin: "region-within",
    vocab.NQ.answersGroup: "answers-group",
    vocab.NQ.coversObstacle: "covers-obstacle",
}


def test_rules_are_as_complete_as_owlrl(example: Assembly) -> None:
    """Where a rule has an OWL form, owlrl draws the same conclusions from the statements of the example."""
    stated = example.store.graph(IRIS.dataset_graph("musterland"))
    used = {
        *WITH_OWL,
        *(
            vocab.NQ[name]
            for name in (
                "answers",
                "partlyAnswers",
                "obstacleGroup",
                "isCaseOf",
                "operatedBy",
                "fundedBy",
                "evaluatedBy",
            )
        ),
    }
    small = Graph()
    small += (triple for triple in stated if str(triple[1]) in used)
    store = Store()
    store.add(DATA, small)
    inference.infer(store, [RULES[name] for name in WITH_OWL.values()])
    ours = {triple for triple in store.graph() if str(triple[1]) in WITH_OWL}
    small += AXIOMS
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(small)
    theirs = {triple for triple in small if str(triple[1]) in WITH_OWL and isinstance(triple[0], URIRef)}
    assert ours == theirs
    assert len(ours) > len([triple for triple in stated if str(triple[1]) in WITH_OWL])


def test_subproperties_of_the_ontology_are_rules() -> None:
    """A subproperty that the ontology states between our own terms is followed by the rules."""
    pairs = [(sub, sup) for sub, sup in AXIOMS.subject_objects(RDFS.subPropertyOf) if str(sup) in vocab.NQ]
    assert len(pairs) >= 4
    for sub, sup in pairs:
        store = store_of(f"ex:a <{sub}> ex:b .")
        inference.infer(store)
        assert store.ask(f"ASK {{ <https://example.org/a> <{sup}> <https://example.org/b> }}")


def test_a_rule_that_owl_can_say_is_an_axiom_of_the_ontology() -> None:
    """The ontology states each of these rules itself: as subproperty, inverse, transitive property or chain."""
    for path in WITH_OWL:
        term = URIRef(path)
        assert (
            (None, RDFS.subPropertyOf, term) in AXIOMS
            or (term, OWL.inverseOf, None) in AXIOMS
            or (term, OWL.propertyChainAxiom, None) in AXIOMS
            or (term, RDF.type, OWL.TransitiveProperty) in AXIOMS
        )
    ontology = shapes.read(SPACE.files("ontology", "*.ttl"))
    domain = ontology.value(URIRef(vocab.NQ.prototypedIn), RDFS.domain)
    assert str(domain) == vocab.NQ.Prototype  # the rule “prototype”


# -- order and evidence --------------------------------------------------------------------------------------------

#: German words in the order of DIN 5007-1.


def test_claims_of_the_example_have_the_grade_of_their_sources(example: Assembly) -> None:
    """Every claim has exactly one grade: that of its finding, or D and E where there is none."""
    rows = list(example.store.select("SELECT ?c ?g WHERE { ?c a nq:Claim OPTIONAL { ?c nq:evidenceGrade ?g } }"))
    assert len({claim for claim, _ in rows}) == len(rows)
    assert all(grade for _, grade in rows)
    found = {vocab.local_name(claim): vocab.local_name(grade) for claim, grade in rows}
    assert found["p-muster-lernen-am-regal.answers.h-muster-freistellung"] == "C"
    assert found["h-muster-freistellung.affects.tg-muster-beschaeftigte"] == "E"
    assert set(found.values()) >= {"A", "C", "D", "E", "X"}


def test_a_stated_type_is_no_inference(example: Assembly) -> None:
    """The class that an actor's type implies is inferred, the class that its table states is not."""
    types = {str(o) for _, o in example.store.graph(IRIS.inferred).subject_objects(RDF.type)}
    assert vocab.ORG.FormalOrganization in types
    assert vocab.NQ.Prototype in types
    assert vocab.NQ.Actor not in types
    assert str(OWL.Class) not in types


def test_rules_are_the_files_in_their_folder() -> None:
    """One file is one rule; the file name is its name."""
    assert list(RULES) == sorted(Path(path).stem for path in SPACE.files("queries/rules", "*.rq"))

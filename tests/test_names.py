"""What things are called: one rule for pages, networks, tables and answers."""

from __future__ import annotations

import pytest
from rdflib import Graph as RdfGraph

from nqgraph.exports import workbook
from nqgraph.graph.graph import Graph
from nqgraph.graph.names import NAMES, best_name, names_of
from nqgraph.graph.store import Store
from nqgraph.networks.network import network
from nqgraph.sources.cells import Vocabulary
from nqgraph.things.descriptions import Descriptions
from nqgraph.things.facts import Facts
from nqgraph.words import vocab

SAID = """
@prefix ex: <https://w3id.org/nqgraph/id/practice/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix nq: <https://w3id.org/nqgraph/def/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .
ex:p-both a nq:Practice ; skos:prefLabel "Beide"@de, "Both"@en ; rdfs:label "Andere"@de ; foaf:name "N" .
ex:p-english a nq:Practice ; skos:prefLabel "Only English"@en .
ex:p-title a nq:Practice ; dcterms:title "Titel"@de ; rdfs:label "Later"@en .
ex:p-label a nq:Practice ; rdfs:label "Label" .
ex:p-name a nq:Practice ; foaf:name "Name" .
ex:p-twice a nq:Practice ; skos:prefLabel "B"@de, "A"@de .
ex:p-none a nq:Practice .
"""
#: Thing → what it is called in German and in English.
CALLED = {
    "p-both": ("Beide", "Both"),
    "p-english": ("Only English", "Only English"),
    "p-title": ("Titel", "Titel"),
    "p-label": ("Label", "Label"),
    "p-name": ("Name", "Name"),
}


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.add(made.iris.dataset_graph("some"), RdfGraph().parse(data=SAID, format="turtle"))
    return made


@pytest.mark.parametrize(("lang", "place"), [("de", 0), ("en", 1)])
def test_every_view_calls_a_thing_the_same(store: Store, lang: str, place: int) -> None:
    """Answers, networks, pages and descriptions; a thing with a name in one language has it in all views."""
    expected = {vocab.ID + "practice/" + key: both[place] for key, both in CALLED.items()}
    labels = Graph(store, lang=lang).labels(expected)
    drawn = network(store, lang=lang)
    facts, described = Facts(Graph(store, lang=lang)), Descriptions(store)
    for iri, name in expected.items():
        assert (labels[iri], drawn.nodes[iri]["label"], facts.name(iri, lang)) == (name, name, name)
        assert name in described.label(iri).values()


def test_of_several_names_the_first_of_the_alphabet_is_taken(store: Store) -> None:
    """Whatever the order of the file."""
    iri = vocab.ID + "practice/p-twice"
    assert names_of(store, [iri]) == {iri: {"de": "A"}}
    assert Descriptions(store).label(iri) == {"de": "A"}


def test_what_has_no_name_is_left_out(store: Store) -> None:
    """Its readers say what stands there instead."""
    nameless = vocab.ID + "practice/p-none"
    assert nameless not in names_of(store) and Graph(store).labels([nameless]) == {}
    assert network(store).nodes[nameless]["label"] == "p-none"
    assert best_name(lambda path: {}) == {}
    assert best_name(lambda path: {"": path} if path in NAMES[2:] else {}) == {"": NAMES[2]}


def test_an_entry_with_an_english_name_alone_keeps_it_in_workbooks() -> None:
    """In the list of choices and in cells of a German workbook, and where it is read back."""
    import io

    import openpyxl

    concept = vocab.concept("outcome", "only-english")
    said = f"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <{concept}> a skos:Concept ; skos:inScheme <{vocab.SCHEME}outcome> ; skos:prefLabel "Foreign outcome"@en ."""
    store = Store()
    store.add(store.iris.ontology, RdfGraph().parse(data=said, format="turtle"))
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(store, "de")))
    assert "Foreign outcome" in {cell for row in book["_listen"].values for cell in row}
    known = Vocabulary.of(store.graph(store.iris.ontology), store.workspace)
    assert str(known.concept("Foreign outcome", vocab.SCHEME + "outcome")) == concept

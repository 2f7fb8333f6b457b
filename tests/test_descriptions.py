"""What the graph says about one thing, in every format."""

from __future__ import annotations

import json

import pytest
from rdflib import Graph as RdfGraph
from rdflib import Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SKOS

from nqgraph.graph.store import Store
from nqgraph.things.descriptions import Descriptions, context, describe
from nqgraph.words import formats, vocab
from tests.spaces import IRIS

_PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


@pytest.fixture(scope="module")
def things(shipped: Store) -> Descriptions:
    return Descriptions(shipped)


def _some(things: Descriptions) -> list[str]:
    """A thing of each kind."""
    return sorted({iri.rpartition("/")[0]: iri for iri in things.things()}.values())


def test_a_description_holds_what_is_said_and_the_names_of_neighbours(shipped: Store) -> None:
    """All statements about a practice, its claims with source, and labels in both languages of what it answers."""
    iri = vocab.ID + "practice/v-waldeck-frankenberg"
    graph = RdfGraph().parse(data=describe(shipped, iri, "ttl"), format="turtle")
    obstacle = URIRef(vocab.ID + "obstacle/h-tra-wege-unbekannt")
    claim = URIRef(vocab.ID + "claim/v-waldeck-frankenberg.partlyAnswers.h-tra-wege-unbekannt")
    assert (URIRef(iri), URIRef(vocab.NQ.partlyAnswers), obstacle) in graph
    assert (obstacle, SKOS.prefLabel, Literal("Wege zum Abschluss kaum bekannt", lang="de")) in graph
    assert (claim, RDF.subject, URIRef(iri)) in graph
    assert (claim, URIRef(vocab.DCTERMS.source), URIRef(vocab.ID + "source/pb-korbach")) in graph
    said = shipped.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", {"s": f"<{iri}>"})
    assert {str(o) for o in graph.objects(URIRef(iri))} == {row[2] for row in said}


def test_every_format_says_the_same(things: Descriptions) -> None:
    """A thing of each kind is the same graph in Turtle, N-Triples, RDF/XML and JSON-LD."""
    for iri in _some(things):
        graphs = [RdfGraph().parse(data=things.render(iri, form), format=name) for form, name in _PARSERS.items()]
        assert len(graphs[0]) > 0
        for form, graph in zip(_PARSERS, graphs, strict=True):
            assert isomorphic(graph, graphs[0]), f"{iri}: {form} differs from Turtle"


def test_json_ld_uses_the_published_context(things: Descriptions) -> None:
    """What a document carries of the context is a part of the published one, so replacing it changes nothing."""
    published = context()["@context"]
    for iri in _some(things):
        carried = json.loads(things.render(iri, "jsonld"))["@context"]
        assert carried == {name: published[name] for name in carried}


def test_json_ld_has_short_names_and_texts_by_language(things: Descriptions) -> None:
    """A reader who knows no RDF finds ``prefLabel`` → ``de`` and ``partlyAnswers``."""
    document = json.loads(things.render(vocab.ID + "practice/v-waldeck-frankenberg", "jsonld"))
    first = document["@graph"][0]
    assert first["type"] == "Practice"
    assert first["prefLabel"]["de"] == "Region Waldeck-Frankenberg"
    assert first["partlyAnswers"] == vocab.ID + "obstacle/h-tra-wege-unbekannt"


def test_the_plain_record_names_neighbours_claims_and_references(things: Descriptions) -> None:
    """``.json`` needs no knowledge of RDF."""
    record = json.loads(things.render(vocab.ID + "practice/v-waldeck-frankenberg", "json"))
    assert record["key"] == "v-waldeck-frankenberg"
    assert record["type"] == "practice"
    assert record["label"] == {"de": "Region Waldeck-Frankenberg", "en": "Waldeck-Frankenberg region"}
    assert record["partlyAnswers"]["label"]["en"] == "Routes to a qualification hardly known"
    assert [claim["predicate"]["key"] for claim in record["claims"]] == ["followsRoute", "partlyAnswers"]
    assert record["referredToBy"]["about"][0]["key"] == "m-v-waldeck-frankenberg"


def test_numbers_in_the_plain_record_are_numbers(things: Descriptions) -> None:
    """The value of an observation can be calculated with."""
    observations = [iri for iri in things.things() if iri.startswith(vocab.ID + "observation/")]
    values = [json.loads(things.render(iri, "json")).get("value") for iri in observations[:40]]
    assert any(isinstance(value, int | float) for value in values)


def test_a_thing_that_was_merged_has_a_successor(things: Descriptions) -> None:
    """An old address leads to the thing that took its place."""
    old, new = vocab.ID + "source/q-sh-kiel", vocab.ID + "source/pb-kiel"
    assert not things.exists(old)
    assert things.successor(old) == new
    assert things.successor(new) is None


def test_what_the_graph_does_not_know_raises(shipped: Store) -> None:
    """No empty document for a thing that does not exist."""
    with pytest.raises(KeyError):
        describe(shipped, vocab.ID + "practice/gibt-es-nicht", "ttl")


def test_odd_texts_survive(things: Descriptions) -> None:
    """Quotes, angle brackets, emoji and right-to-left text come back from every format."""
    store = Store()
    odd = 'a "b" <script>alert(1)</script> \\ 😀 \u202eabc\n„ü“'
    iri = vocab.ID + "practice/p-odd"
    store.add(
        IRIS.dataset_graph("odd"),
        [(URIRef(iri), RDF.type, URIRef(vocab.NQ.Practice)), (URIRef(iri), SKOS.prefLabel, Literal(odd, lang="de"))],
    )
    for form, name in _PARSERS.items():
        graph = RdfGraph().parse(data=describe(store, iri, form), format=name)
        assert graph.value(URIRef(iri), SKOS.prefLabel) == Literal(odd, lang="de")
    assert json.loads(describe(store, iri, "json"))["label"]["de"] == odd


def test_the_same_graph_gives_the_same_bytes(shipped: Store, things: Descriptions) -> None:
    """Whatever was described before does not matter."""
    fresh = Descriptions(shipped)
    for iri in _some(things)[:8]:
        for form in formats.DESCRIPTIONS:
            assert fresh.render(iri, form) == things.render(iri, form)


def test_every_thing_has_a_description_in_every_format(shipped: Store, things: Descriptions) -> None:
    """A static site writes them all: each names its thing, and what is said of it is there, triple by triple."""
    said: dict[str, set[tuple[str, str]]] = {}
    for subject, predicate in shipped.select("SELECT DISTINCT ?s ?p WHERE { ?s ?p ?o }"):
        said.setdefault(subject, set()).add((f"<{subject}>", f"<{predicate}>"))
    for iri in things.things():
        lines = things.render(iri, "nt").decode().splitlines()
        assert said[iri] <= {(line.split(" ", 2)[0], line.split(" ", 2)[1]) for line in lines}, iri
        record = json.loads(things.render(iri, "json"))
        assert (record["id"], record["key"]) == (iri, vocab.local_name(iri))
        for form in formats.DESCRIPTIONS:
            assert iri.rpartition("/")[2].encode() in things.render(iri, form), (iri, form)

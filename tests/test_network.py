"""Networks: exactly these nodes and edges, the same each time, and measures that two libraries agree on."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

import networkx as nx
import pytest
from rdflib import Graph as RdfGraph

from nqgraph.building.builds import Assembly
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.networks import appearance, layout
from nqgraph.networks import network as networks
from nqgraph.networks.network import Selection, measures, network
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from tests.spaces import IRIS

#: Predicates of the neighbourhood of one practice, by the key of the node at the other end.
AROUND_THE_SHELF = {
    ("g-muster-regal-kinderbetreuung", "nq:leavesOpen", "p-muster-lernen-am-regal"),
    ("p-muster-lernen-am-regal", "nq:answers", "h-muster-freistellung"),
    ("p-muster-lernen-am-regal", "nq:operatedBy", "a-muster-bildungszentrum"),
    ("p-muster-lernen-am-regal", "nq:forTargetGroup", "tg-muster-beschaeftigte"),
    ("p-muster-lernen-am-regal", "nq:followsRoute", "w-muster-bausteine"),
    ("p-muster-lernen-am-regal", "nq:usesInstrument", "f-muster-lerngeld"),
    ("p-muster-lernen-am-regal", "nq:supports", "e-muster-betriebe"),
    ("p-muster-lernen-am-regal", "nq:inRegion", "r-muster-bezirk"),
    ("e-muster-betriebe", "nq:refersToPractice", "p-muster-lernen-am-regal"),
    ("b-muster-lager", "nq:occursIn", "p-muster-lernen-am-regal"),
    # and what the neighbours have to do with each other
    ("a-muster-bildungszentrum", "nq:inRegion", "r-muster-bezirk"),
    ("f-muster-lerngeld", "nq:mitigates", "h-muster-freistellung"),
    ("f-muster-lerngeld", "nq:forTargetGroup", "tg-muster-beschaeftigte"),
    ("h-muster-freistellung", "nq:affects", "tg-muster-beschaeftigte"),
}


@pytest.fixture(scope="module")
def whole(example: Assembly) -> nx.MultiDiGraph:
    """The network of the example dataset; not to be changed."""
    return nx.freeze(network(example.store))


def keys(graph: nx.MultiDiGraph) -> set[str]:
    return {graph.nodes[node]["key"] for node in graph}


def relations(graph: nx.MultiDiGraph) -> set[tuple[str, str, str]]:
    name = graph.nodes
    return {(name[s]["key"], d["predicate"], name[o]["key"]) for s, o, d in graph.edges(data=True)}


def store_of(turtle: str, graph: str = IRIS.dataset_graph("test")) -> Store:
    """A store with the triples of *turtle* in one named graph; our prefixes need no declaration."""
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())
    store = Store()
    store.add(graph, RdfGraph().parse(data=prefixes + turtle, format="turtle"))
    return store


def refused(example: Assembly, selection: Selection) -> tuple[str, str]:
    """The messages with which *selection* is refused, German and English."""
    with pytest.raises(QueryError) as caught:
        network(example.store, selection)
    return caught.value.in_language("de"), caught.value.in_language("en")


# -- nodes and edges -----------------------------------------------------------------------------------------------


def test_the_neighbourhood_of_a_practice(example: Assembly) -> None:
    """Nodes are things, edges their relations, and nothing else is in the network."""
    graph = network(example.store, Selection(around="p-muster-lernen-am-regal", depth=1))
    assert relations(graph) == AROUND_THE_SHELF
    assert keys(graph) == {end for s, _, o in AROUND_THE_SHELF for end in (s, o)}
    assert graph.number_of_edges() == 14


def test_attributes_of_a_node_and_an_edge(example: Assembly) -> None:
    """A node carries key, label, kind and type; an edge predicate, label, dataset and whether it is inferred."""
    graph = network(example.store, Selection(around="p-muster-lernen-am-regal", depth=1), lang="en")
    practice, obstacle = vocab.ID + "practice/p-muster-lernen-am-regal", vocab.ID + "obstacle/h-muster-freistellung"
    assert graph.nodes[practice] == {
        "key": "p-muster-lernen-am-regal",
        "label": "Learning at the shelf",
        "kind": "Practice",
        "type": "practice",
        "color": "#2e8b57",
        "shape": "dot",
    }
    assert graph.edges[practice, obstacle, vocab.NQ.answers] == {
        "predicate": "nq:answers",
        "label": "Answers obstacle",
        "dataset": "musterland",
        "inferred": False,
    }


def test_how_many_of_each_kind(whole: nx.MultiDiGraph) -> None:
    """All kinds of things are shown except evidence and links: sources, claims, seats, positions, measured values."""
    kinds = [data["type"] for _, data in whole.nodes(data=True)]
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    assert len(whole) == 71
    assert counts["practice"] == 7 and counts["obstacle"] == 5 and counts["actor"] == 8
    assert not counts.keys() & {"source", "claim", "membership", "position", "observation", "assessment"}


def test_background_is_shown_when_asked_for(example: Assembly) -> None:
    """Sources are left out unless somebody asks for their table."""
    graph = network(example.store, Selection(kinds=("praxis", "Quellen")))
    assert ("p-muster-lernen-am-regal", "dcterms:source", "q-muster-praxisbericht") in relations(graph)


def test_a_merged_thing_is_one_node(whole: nx.MultiDiGraph) -> None:
    """Two entries that an identity decision merges are one node, which has the relations of both."""
    assert "a-muster-jobcenter" in keys(whole) and "a-muster-jc" not in keys(whole)
    assert ("fo-muster-fachdialog", "nq:hasMember", "a-muster-jobcenter") in relations(whole)  # a seat of the other


def test_parallel_relations_are_kept(whole: nx.MultiDiGraph) -> None:
    """Two relations between the same two things are two edges."""
    practice, town = vocab.ID + "practice/p-muster-aemterlotsen", vocab.ID + "region/r-muster-neustadt"
    assert set(whole[practice][town]) == {vocab.NQ.inRegion, vocab.NQ.prototypedIn}


def test_inferred_relations_are_marked(whole: nx.MultiDiGraph) -> None:
    """Of the inferred relations only membership of a forum is shown, and it says that it is inferred."""
    inferred = {
        (whole.nodes[s]["key"], d["predicate"], whole.nodes[o]["key"], d["dataset"])
        for s, o, d in whole.edges(data=True)
        if d["inferred"]
    }
    assert inferred == {
        ("fo-muster-fachdialog", "nq:hasMember", "a-muster-bildungszentrum", ""),
        ("fo-muster-fachdialog", "nq:hasMember", "a-muster-gewerkschaft", ""),
        ("fo-muster-fachdialog", "nq:hasMember", "a-muster-hwk", ""),
        ("fo-muster-fachdialog", "nq:hasMember", "a-muster-jobcenter", ""),
        ("fo-muster-fachdialog", "nq:hasMember", "a-muster-verband", ""),
        ("fo-muster-steuerung", "nq:hasMember", "a-muster-bildungszentrum", ""),
        ("fo-muster-steuerung", "nq:hasMember", "a-muster-hwk", ""),
        ("fo-muster-steuerung", "nq:hasMember", "a-muster-institut", ""),
        ("fo-muster-steuerung", "nq:hasMember", "a-muster-ministerium", ""),
    }


def test_things_with_the_same_label_stay_apart() -> None:
    """Two practices with the same label are two nodes without any relation (rdflib's own bridge merges them)."""
    store = store_of(
        """
        nqid:practice\\/p-a a nq:Practice ; skos:prefLabel "Zukunft"@de ; dcterms:identifier "same" .
        nqid:practice\\/p-b a nq:Practice ; skos:prefLabel "Zukunft"@de ; dcterms:identifier "same" .
        """
    )
    graph = network(store)
    assert [data["label"] for _, data in graph.nodes(data=True)] == ["Zukunft", "Zukunft"]
    assert graph.number_of_edges() == 0


def test_only_relations_of_the_shapes_become_edges() -> None:
    """A relation that no shape knows, a relation to itself and one to something without a class are left out."""
    store = store_of(
        """
        nqid:practice\\/p-a a nq:Practice ; nq:answers nqid:obstacle\\/h-a , nqid:obstacle\\/h-nobody ;
            dcterms:isReplacedBy nqid:practice\\/p-a ; owl:sameAs nqid:obstacle\\/h-a .
        nqid:obstacle\\/h-a a nq:Obstacle .
        """
    )
    assert relations(network(store)) == {("p-a", "nq:answers", "h-a")}


@pytest.mark.parametrize(
    ("labels", "lang", "shown"),
    [
        ('"Zukunft"@de, "Future"@en', "de", "Zukunft"),
        ('"Zukunft"@de, "Future"@en', "en", "Future"),
        ('"Zukunft"@de', "en", "Zukunft"),
        ('"Avenir"@fr', "de", "Avenir"),
        ('"Future"@en, "Avenir"@fr', "de", "Future"),
    ],
)
def test_labels_fall_back(labels: str, lang: str, shown: str) -> None:
    """A node without a label in the wanted language has one in German, English or any other."""
    graph = network(store_of(f"nqid:practice\\/p-a a nq:Practice ; skos:prefLabel {labels} ."), lang=lang)
    assert [data["label"] for _, data in graph.nodes(data=True)] == [shown]


def test_a_thing_without_label_shows_its_key() -> None:
    """A node always has something to read."""
    graph = network(store_of("nqid:practice\\/p-a a nq:Practice ."))
    assert [data["label"] for _, data in graph.nodes(data=True)] == ["p-a"]


def test_an_empty_graph_gives_an_empty_network() -> None:
    """No things, no nodes, no measures, no positions."""
    graph = network(Store())
    assert not graph
    assert measures(graph) == {}
    assert layout.positions(graph) == {}


# -- selections ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("middle", ["p-muster-lernen-am-regal", vocab.ID + "practice/p-muster-lernen-am-regal"])
def test_the_middle_is_named_by_key_or_iri(example: Assembly, middle: str) -> None:
    """Key and IRI of the thing in the middle give the same network."""
    assert relations(network(example.store, Selection(around=middle, depth=1))) == AROUND_THE_SHELF


@pytest.mark.parametrize(("depth", "count"), [(0, 1), (1, 10), (2, 43), (20, 68)])
def test_depth_counts_steps_in_both_directions(example: Assembly, depth: int, count: int) -> None:
    """Depth 0 is the thing alone; more steps, in whatever direction, bring in more, up to all that hangs together."""
    found = network(example.store, Selection(around="p-muster-lernen-am-regal", depth=depth))
    assert len(found) == count
    assert list(found) == sorted(found)  # not the order of a set, which differs from one process to the next


@pytest.mark.parametrize("kinds", [("praxis", "hemmnisse"), ("Practices", "Obstacles"), ("Practice", "Obstacle")])
def test_kinds_are_tables_in_either_language(example: Assembly, kinds: tuple[str, ...]) -> None:
    """A kind is the name of a table in German or English, or of its class; only relations within it remain."""
    assert relations(network(example.store, Selection(kinds=kinds))) == {
        ("h-muster-zulassung", "nq:isCaseOf", "h-muster-zustaendigkeit"),
        ("p-muster-aemterlotsen", "nq:answers", "h-muster-zulassung"),
        ("p-muster-ausbildung-im-betrieb", "nq:answers", "h-muster-einkommen"),
        ("p-muster-ausbildung-im-betrieb", "nq:answers", "h-muster-freistellung"),
        ("p-muster-lernen-am-regal", "nq:answers", "h-muster-freistellung"),
        ("p-muster-oesterreich-modell", "nq:partlyAnswers", "h-muster-freistellung"),
        ("p-muster-strasse-zum-beruf", "nq:hamperedBy", "h-muster-freistellung"),
        ("p-muster-zukunft", "nq:partlyAnswers", "h-muster-einkommen"),
        ("p-muster-zukunft", "nq:succeededBy", "p-muster-uebergangslernen"),
    }


def test_a_region_with_what_lies_in_it(example: Assembly) -> None:
    """A region brings what lies in it, and what is directly related to that."""
    assert keys(network(example.store, Selection(region="r-muster-nachbarland"))) == {
        "r-muster-nachbarland",
        # in it
        "h-muster-freistellung",
        "p-muster-oesterreich-modell",
        # beside them
        "e-muster-betriebe",
        "f-muster-lerngeld",
        "g-muster-lotsen-freistellung",
        "p-muster-ausbildung-im-betrieb",
        "p-muster-lernen-am-regal",
        "p-muster-strasse-zum-beruf",
        "r-muster-land",
        "tg-muster-beschaeftigte",
        "tg-muster-zugewanderte",
        "w-muster-feststellung",
        "z-muster-zugang",
    }


def test_a_region_includes_its_parts(example: Assembly) -> None:
    """What lies in a town lies in the district around it."""
    district = network(example.store, Selection(region="r-muster-bezirk", kinds=("praxis",)))
    assert {"p-muster-lernen-am-regal", "p-muster-aemterlotsen", "p-muster-zukunft"} <= keys(district)
    assert "p-muster-oesterreich-modell" not in keys(district)


def test_region_and_kind_together(example: Assembly) -> None:
    """Practices of a region can be asked for without the regions themselves in the picture."""
    assert relations(network(example.store, Selection(region="r-muster-neustadt", kinds=("praxis",)))) == {
        ("p-muster-zukunft", "nq:succeededBy", "p-muster-uebergangslernen")
    }


def test_only_relations_of_a_dataset() -> None:
    """With a dataset only its relations remain, and only the things that have some."""
    store = store_of(
        "nqid:practice\\/p-a a nq:Practice ; nq:answers nqid:obstacle\\/h-a . nqid:obstacle\\/h-a a nq:Obstacle ."
    )
    turtle = "@prefix nq: <https://w3id.org/nqgraph/def/> . @prefix nqid: <https://w3id.org/nqgraph/id/> ."
    turtle += "nqid:practice\\/p-b a nq:Practice ; nq:answers nqid:obstacle\\/h-a ."
    store.add(IRIS.dataset_graph("other"), RdfGraph().parse(data=turtle, format="turtle"))
    assert keys(network(store)) == {"p-a", "p-b", "h-a"}
    assert relations(network(store, Selection(datasets=("other",)))) == {("p-b", "nq:answers", "h-a")}
    assert keys(network(store, Selection(datasets=("other",)))) == {"p-b", "h-a"}


@pytest.mark.parametrize(
    ("selection", "german", "english"),
    [
        (Selection(around="p-muster-lernen-am-regl"), "Meinten Sie „p-muster-lernen-am-regal“?", "Did you mean"),
        (Selection(around="Quatsch"), "„Quatsch“ ist keine Kennung", "“Quatsch” is no key"),
        (Selection(around='" } INSERT'), "keine Kennung", "is no key"),
        (Selection(around="h-muster-einkommen", kinds=("praxis",)), "in dieser Auswahl", "in this selection"),
        (Selection(region="r-muster-neustat"), "Meinten Sie „r-muster-neustadt“?", "Did you mean"),
        (Selection(kinds=("praksis",)), "hemmnisse", "hemmnisse"),
        (Selection(datasets=("musterlnd",)), "Es gibt: musterland", "There are: musterland"),
        (Selection(datasets=("ontology",)), "Einen Datensatz „ontology“ gibt es nicht", "no dataset “ontology”"),
    ],
)
def test_a_wrong_selection_says_what_there_is(
    example: Assembly, selection: Selection, german: str, english: str
) -> None:
    """A mistyped key, table or dataset is answered with the nearest, or with all there are."""
    in_german, in_english = refused(example, selection)
    assert german in in_german
    assert english in in_english


# -- measures ------------------------------------------------------------------------------------------------------


def cliques() -> nx.MultiDiGraph:
    """Two groups of five and one of four that all know each other; one actor and one place between the groups."""
    graph = nx.MultiDiGraph()
    groups = [[f"a{i}" for i in range(5)], [f"b{i}" for i in range(5)], [f"c{i}" for i in range(4)]]
    for group in groups:
        graph.add_edges_from((one, other) for one in group for other in group if one < other)
    graph.add_edges_from([("a0", "b0"), ("a0", "b0"), ("b0", "a0"), ("b1", "c0")])
    for node in graph:
        graph.nodes[node].update(key=node, label=node, kind="Akteur", type="actor")
    graph.nodes["b1"]["type"] = "region"
    return graph


def test_measures_of_a_small_network() -> None:
    """Degree counts neighbours, not relations; betweenness is a share of shortest paths; bridges count communities."""
    found = measures(cliques())
    assert [found[node].degree for node in ("a0", "a1", "b0", "c0", "c1")] == [5, 4, 5, 4, 3]
    assert found["a1"].betweenness == 0
    # 4 in the own group, to 9 others: 36 of the 13 * 12 / 2 pairs
    assert found["a0"].betweenness == pytest.approx(36 / 78)
    assert [found[node].community for node in ("a0", "a4", "b3", "c2")] == [0, 0, 1, 2]
    assert [found[node].bridges for node in ("a0", "a1", "b0", "b1", "c0")] == [2, 1, 2, 2, 2]


def test_communities_are_numbered_by_size(whole: nx.MultiDiGraph) -> None:
    """Community 0 is the largest, and every node belongs to one."""
    numbers = [measure.community for measure in measures(whole).values()]
    sizes = [numbers.count(number) for number in range(max(numbers) + 1)]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) == 1  # the indicators, which no relation connects


def test_igraph_and_networkx_agree_on_the_example(whole: nx.MultiDiGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Degree and betweenness of every node are the same whichever library computes them."""
    reference = measures(whole)
    monkeypatch.setattr(networks, "LARGE", 10)
    found = measures(whole)
    assert {node: measure.degree for node, measure in found.items()} == {n: m.degree for n, m in reference.items()}
    assert {node: measure.betweenness for node, measure in found.items()} == pytest.approx(
        {node: measure.betweenness for node, measure in reference.items()}
    )


def test_igraph_and_networkx_agree_on_clear_communities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the communities are clear, both libraries find the same ones, with the same numbers."""
    reference = measures(cliques())
    monkeypatch.setattr(networks, "LARGE", 10)
    found = measures(cliques())
    assert found == {
        node: replace(measure, betweenness=cast(float, pytest.approx(measure.betweenness)))
        for node, measure in reference.items()
    }


@pytest.mark.parametrize("large", [10, 500], ids=["igraph", "networkx"])
def test_measures_are_the_same_each_time(whole: nx.MultiDiGraph, large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Communities are found with a fixed seed, and the order in which nodes were added plays no part."""
    monkeypatch.setattr(networks, "LARGE", large)
    turned = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(whole.nodes(data=True))))
    turned.add_edges_from(reversed(list(whole.edges(data=True))))
    assert measures(turned) == measures(whole)


# -- the same each time --------------------------------------------------------------------------------------------


def test_the_same_graph_gives_the_same_network(example: Assembly, whole: nx.MultiDiGraph) -> None:
    """Nodes and edges come sorted: the order in which triples were added plays no part."""
    again = Store()
    for name in reversed(example.store.graphs()):
        again.add(name, sorted(example.store.graph(name), reverse=True))
    other = network(again)
    assert list(other.nodes(data=True)) == list(whole.nodes(data=True))
    assert list(other.edges(keys=True, data=True)) == list(whole.edges(keys=True, data=True))
    assert list(whole) == sorted(whole)


def test_the_same_network_gives_the_same_layout(whole: nx.MultiDiGraph) -> None:
    """Places follow from the network alone: not from the order of its nodes, nor from what was drawn before."""
    first = layout.positions(whole)
    layout.positions(cliques())
    turned = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(whole)))
    turned.add_edges_from(reversed(list(whole.edges())))
    assert layout.positions(turned) == first


def test_places_lie_within_the_picture(whole: nx.MultiDiGraph) -> None:
    """Both coordinates lie between -1 and 1, the picture is filled, and no two nodes lie on top of each other."""
    placed = layout.positions(whole)
    assert placed.keys() == set(whole)
    assert max(abs(value) for place in placed.values() for value in place) == 1
    assert len(set(placed.values())) == len(whole)


def test_related_things_lie_near_each_other(whole: nx.MultiDiGraph) -> None:
    """The layout shows the network: things with a relation are on average much closer than things without."""
    placed = layout.positions(whole)
    related = [math.dist(placed[one], placed[other]) for one, other in whole.edges()]
    all_pairs = [math.dist(one, other) for one in placed.values() for other in placed.values() if one != other]
    assert sum(related) / len(related) < 0.6 * sum(all_pairs) / len(all_pairs)


def test_a_node_that_stays_keeps_about_its_place(whole: nx.MultiDiGraph) -> None:
    """When a thing is added, half of the others move by less than a fortieth of the picture's width on average."""
    before = layout.positions(whole)
    medians = []
    for neighbour in (node for node, data in whole.nodes(data=True) if data["type"] in ("actor", "region")):
        larger = nx.MultiDiGraph(whole)
        larger.add_edge(vocab.ID + "practice/p-neu", neighbour)
        larger.add_edge(vocab.ID + "practice/p-neu", vocab.ID + "obstacle/h-muster-einkommen")
        after = layout.positions(larger)
        medians.append(sorted(math.dist(before[node], after[node]) for node in whole)[len(whole) // 2])
    assert len(medians) == 12
    assert sum(medians) / len(medians) < 0.06
    assert max(medians) < 0.1


def test_a_node_alone_lies_in_the_middle() -> None:
    """One node makes a picture, too."""
    graph = nx.MultiDiGraph()
    graph.add_node("x:one")
    assert layout.positions(graph) == {"x:one": (0, 0)}


# -- how kinds look ------------------------------------------------------------------------------------------------


def contrast(color: str, other: str) -> float:
    """Contrast ratio of two colours in hex (WCAG 2.2, definition of contrast ratio)."""

    def luminance(hex_color: str) -> float:
        channels = [int(hex_color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(color), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_right() -> None:
    """Black on white has the contrast 21, a colour on itself 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#808080", "#808080") == 1


LOOKS = {**appearance.looks(shapes.default()), "something-else": appearance.OTHER}


@pytest.mark.parametrize("kind", LOOKS)
@pytest.mark.parametrize("ground", ["#ffffff", "#000000"], ids=["white", "black"])
def test_colours_can_be_seen_on_white_and_on_black(kind: str, ground: str) -> None:
    """Every colour has a contrast of at least 3 to 1 on both grounds (WCAG 2.2, 1.4.11)."""
    assert contrast(LOOKS[kind].color, ground) >= 3


def test_every_look_is_unique() -> None:
    """No two kinds share both colour and shape, and none looks like “everything else”."""
    looks = list(LOOKS.values())
    assert len(set(looks)) == len(looks)


def test_every_kind_in_a_network_has_a_look_of_its_own() -> None:
    """No table that networks show falls back to the look of everything else."""
    shown = [s.segment for s in shapes.default().node_shapes if s.role == "thing"]
    assert [kind for kind in shown if LOOKS[kind] == appearance.OTHER] == []


def test_every_shape_has_an_outline() -> None:
    """The legend can draw each shape."""
    assert {look.shape for look in LOOKS.values()} <= set(appearance.OUTLINES)

"""The network as an image for a report."""

from __future__ import annotations

import struct
from xml.etree import ElementTree

import networkx as nx
import pytest

from nqgraph.graph.graph import Graph
from nqgraph.networks import appearance, drawing
from nqgraph.networks.network import Selection, network

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def near(shipped_graph: Graph) -> nx.MultiDiGraph:
    return network(shipped_graph.store, Selection(around="h-ind-einkommen", depth=1))


def test_svg_names_what_it_shows(near: nx.MultiDiGraph) -> None:
    """A title, the kinds in the legend with their numbers, and names as text that can be searched and copied."""
    root = ElementTree.fromstring(drawing.render(near, "de", "svg"))
    texts = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert root.findtext(f"{SVG}title") == "Wer und was miteinander verbunden ist"
    kinds = {attributes["kind"] for _, attributes in near.nodes(data=True)}
    assert {text.rpartition(" (")[0] for text in texts if text.endswith(")")} >= kinds
    assert "Einkommensverzicht während der Qualifizie…"[:30] in " ".join(texts)


def test_each_kind_has_a_marker_of_its_shape() -> None:
    """Every shape that a kind can have is drawn as such."""
    assert set(appearance.OUTLINES) == set(drawing._MARKERS)


def test_the_same_network_gives_the_same_image(near: nx.MultiDiGraph) -> None:
    """No date, no chance: the bytes of an image depend on the network alone."""
    assert drawing.render(near, "de", "svg") == drawing.render(near, "de", "svg")


def test_png_is_large_enough_for_print(near: nx.MultiDiGraph) -> None:
    """A3 at 150 dots an inch."""
    image = drawing.render(near, "en", "png")
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", image[16:24]) == (2475, 1755)


def test_names_do_not_cover_each_other(shipped_graph: Graph) -> None:
    """Of the whole network only the best connected are named, and no two names overlap."""
    whole = network(shipped_graph.store)
    root = ElementTree.fromstring(drawing.render(whole, "de", "svg"))
    named = [text for text in ("".join(e.itertext()) for e in root.iter(f"{SVG}text")) if not text.endswith(")")]
    assert 40 < len(named) < len(whole) / 2


def test_labels_are_text_and_never_formulas() -> None:
    """Dollar signs and angle brackets mean nothing."""
    graph = nx.MultiDiGraph()
    graph.add_node("x:1", label="$\\frac{1}{2}$ <b>", key="1", kind="Praxis", type="practice")
    root = ElementTree.fromstring(drawing.render(graph, "de", "svg"))
    assert "$\\frac{1}{2}$ <b>" in ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]

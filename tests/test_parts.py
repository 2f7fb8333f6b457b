"""A part of the graph as pages: what was chosen, what is said about it, and the sources it rests on."""

from __future__ import annotations

import pytest

from nqgraph.graph.graph import Graph
from nqgraph.networks.network import Selection
from nqgraph.pages import files as pages
from nqgraph.words import vocab


def things(graph: Graph, selection: Selection) -> set[str]:
    """The things that have a page in a site of *selection*, as “type/key”."""
    made = pages.files(graph, selection, data=False)
    return {name.removeprefix("doc/").removesuffix(".html") for name, _ in made if name.startswith("doc/")}


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (
            Selection(around="p-muster-zukunft", depth=0),
            {"practice/p-muster-zukunft", "observation/m-muster-spanne", "source/q-muster-statistik"},
        ),
        (
            Selection(around="p-muster-strasse-zum-beruf", depth=0),
            {
                "practice/p-muster-strasse-zum-beruf",
                "assessment/bew-muster-strasse-akzeptanz",
                "source/q-muster-stellungnahme",
            },
        ),
    ],
    ids=lambda value: value.around if isinstance(value, Selection) else "",
)
def test_a_thing_alone_comes_with_its_figures_and_sources(
    selection: Selection, expected: set[str], example_graph: Graph
) -> None:
    """A practice, the values measured of it, and the sources of both: as its row and that of the value say."""
    assert things(example_graph, selection) == expected


@pytest.mark.parametrize("around", ["h-muster-kinderbetreuung", "p-muster-lernen-am-regal", "e-muster-lerngeld"])
def test_a_part_holds_every_source_of_what_it_holds(around: str, example_graph: Graph) -> None:
    """No statement on its pages rests on a source that it leaves out; and it is a part, not the whole."""
    shown = things(example_graph, Selection(around=around, depth=1))
    rests = example_graph.select("SELECT ?s ?q WHERE { ?s dcterms:source ?q . ?q a nq:Source }")
    pairs = [(s.removeprefix(vocab.ID), q.removeprefix(vocab.ID)) for s, q in rests]
    needed = {source for thing, source in pairs if thing in shown}
    assert needed and needed <= shown
    assert {source for _, source in pairs} - shown
    assert any(thing.endswith(f"/{around}") for thing in shown)

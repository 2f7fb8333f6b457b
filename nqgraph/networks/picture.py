"""A small network as one HTML file to look at, drawn by the vis-network that pyvis brings, with a list below it."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import networkx as nx

from nqgraph.networks.appearance import OTHER, OUTLINES
from nqgraph.networks.layout import positions
from nqgraph.networks.network import measures
from nqgraph.words import vocab
from nqgraph.words.errors import StoreError
from nqgraph.words.texts import text
from nqgraph.words.web import source_hash

#: More nodes than this make a picture that nobody can read and that is slow to draw.
LIMIT = 300
#: Positions are given in thousandths of half the picture; the script fits them to the screen.
_UNIT = 1000
_LABEL = 44


def render(graph: nx.MultiDiGraph, lang: str, about: str | None = None) -> bytes:
    """
    *graph* as a page that loads nothing from anywhere: picture, legend, and every node with its relations as a list.

    Args:
        about: Key or IRI of the thing in the middle, for the title.
    Raises:
        StoreError: More than ``LIMIT`` nodes.
    """
    if len(graph) > LIMIT:
        raise StoreError.of("network-too-large", count=len(graph), limit=LIMIT)
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((Path(__file__).parent / "picture.html").read_text(encoding="utf-8"))
    library = (files("pyvis") / "lib" / "vis-9.1.2" / "vis-network.min.js").read_text(encoding="utf-8")
    script = (Path(__file__).parent / "picture.js").read_text(encoding="utf-8")
    groups, numbers = _groups(graph)
    middle = next((d["label"] for n, d in graph.nodes(data=True) if about in (n, d["key"])), "")
    return template.render(
        lang=lang,
        title=text("picture-title-around" if middle else "picture-title", lang, label=middle),
        internal=graph.graph.get("internal", ""),
        t=lambda code, **values: text(f"picture-{code}", lang, **values),
        nodes=len(graph),
        edges=graph.number_of_edges(),
        groups=groups,
        data=_script_safe(json.dumps(_drawn(graph, numbers), ensure_ascii=False, sort_keys=True)),
        library=library.replace("</script", "<\\/script"),
        script=script,
        hashes=" ".join(source_hash(code) for code in (library.replace("</script", "<\\/script"), script)),
    ).encode("utf-8")


def _drawn(graph: nx.MultiDiGraph, numbers: dict[str, int]) -> dict[str, Any]:
    """Nodes, edges and options as vis-network wants them, made by pyvis."""
    from pyvis.network import Network

    found, placed = measures(graph), positions(graph)
    net = Network(directed=True)
    for node, attributes in graph.nodes(data=True):
        (x, y), label = placed[node], attributes["label"]
        net.add_node(
            node,
            label=label if len(label) <= _LABEL else label[: _LABEL - 1] + "…",
            color=attributes.get("color", OTHER.color),
            shape=attributes.get("shape", OTHER.shape),
            size=8 + 2 * found[node].degree ** 0.7,
            x=round(x * _UNIT),
            y=round(y * _UNIT),
            physics=False,
            row=numbers[node],
        )
    for source, target, attributes in graph.edges(data=True):
        net.add_edge(source, target, dashes=attributes["inferred"], relation=attributes["label"])
    nodes, edges, *_ = net.get_network_data()
    return {"nodes": nodes, "edges": edges}


def _groups(graph: nx.MultiDiGraph) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Nodes by kind with their relations in both directions, and the number of each in the list."""
    counts = Counter((d["kind"], d["type"]) for _, d in graph.nodes(data=True))
    groups: list[dict[str, Any]] = []
    numbers: dict[str, int] = {}
    for kind, type_ in sorted(counts, key=lambda k: (-counts[k], k)):
        members = sorted(
            (n for n, d in graph.nodes(data=True) if d["type"] == type_), key=lambda n: _order(graph.nodes[n]["label"])
        )
        for node in members:
            numbers[node] = len(numbers)
        first = graph.nodes[members[0]]
        outline = OUTLINES[first.get("shape", OTHER.shape)]
        groups.append({"kind": kind, "color": first.get("color", OTHER.color), "outline": outline, "members": members})
    for group in groups:
        group["members"] = [
            {
                "number": numbers[node],
                "label": graph.nodes[node]["label"],
                "key": graph.nodes[node]["key"],
                "iri": node,
                "relations": _relations(graph, node, numbers),
            }
            for node in group["members"]
        ]
    return groups, numbers


def _relations(graph: nx.MultiDiGraph, node: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    out = [(d["label"], "→", other, d["inferred"]) for _, other, d in graph.out_edges(node, data=True)]
    into = [(d["label"], "←", other, d["inferred"]) for other, _, d in graph.in_edges(node, data=True)]
    return [
        {
            "label": label,
            "arrow": arrow,
            "number": numbers[other],
            "other": graph.nodes[other]["label"],
            "inferred": inferred,
        }
        for label, arrow, other, inferred in sorted(
            set(out + into), key=lambda r: (r[1] == "←", r[0], _order(graph.nodes[r[2]]["label"]), r[2])
        )
    ]


def _order(label: str) -> tuple[str, str]:
    """Sorts Ä like ae, as DIN 5007-2 has it for names."""
    return vocab.slug(label), label


def _script_safe(data: str) -> str:
    """JSON that can stand in a script element: no end tag, no comment, no line separator that old scripts trip over."""
    return (
        data.replace("<", "\\u003c").replace(">", "\\u003e").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )

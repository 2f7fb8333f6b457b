"""The network as an image for a report: SVG or PNG."""

from __future__ import annotations

import io
from typing import Any

import networkx as nx

from nqgraph.networks.appearance import OTHER
from nqgraph.networks.layout import positions
from nqgraph.networks.network import Measures, measures
from nqgraph.words.texts import text

FORMATS = ("svg", "png")
#: Width and height in inches: a page of A3 across.
_SIZE = (16.5, 11.7)
_DOTS_PER_INCH = 150
_LONGEST_NAME = 42
#: Width of a letter and height of a line, as shares of the width and height of the picture.
_LETTER, _LINE = 0.0095, 0.045
#: Names of shapes → markers of matplotlib.
_MARKERS = {
    "dot": "o",
    "square": "s",
    "triangle": "^",
    "triangleDown": "v",
    "diamond": "D",
    "hexagon": "h",
    "star": "*",
}
#: The same network gives the same bytes; texts stay texts in SVG.
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "nqgraph",
    "font.family": ["DejaVu Sans", "sans-serif"],
}


def render(graph: nx.MultiDiGraph, lang: str, form: str, title: str = "") -> bytes:
    """
    *graph* drawn with its fixed places, kinds by colour and shape, and a legend.

    Args:
        form: ``svg`` or ``png``.
        title: Heading above the picture.
    """
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    heading, internal = title or text("drawing-title", lang), graph.graph.get("internal", "")
    if internal:
        heading = f"{heading} – {internal}"
    with matplotlib.rc_context(_SETTINGS):
        figure, axes = pyplot.subplots(figsize=_SIZE, layout="constrained")
        _draw(axes, graph)
        axes.set_axis_off()
        axes.set_title(heading, fontsize=18, loc="left")
        legend = axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=10)
        for handle in legend.legend_handles:
            handle.set_sizes([60])  # type: ignore[union-attr]
        buffer = io.BytesIO()
        described = text("drawing-description", lang, nodes=len(graph), edges=graph.number_of_edges())
        known: dict[str, Any] = {"Title": heading, "Description": described}
        if form == "svg":
            known["Date"] = None
        figure.savefig(buffer, format=form, dpi=_DOTS_PER_INCH, metadata=known)
        pyplot.close(figure)
    return buffer.getvalue()


def _draw(axes: Any, graph: nx.MultiDiGraph) -> None:
    from matplotlib.collections import LineCollection

    placed, found = positions(graph), measures(graph)
    pairs = sorted({tuple(sorted((a, b))) for a, b in graph.edges() if a != b})
    axes.add_collection(LineCollection([[placed[a], placed[b]] for a, b in pairs], colors="#80808066", linewidths=0.6))
    kinds: dict[str, list[str]] = {}
    for node, attributes in graph.nodes(data=True):
        kinds.setdefault(attributes["type"], []).append(node)
    for kind in sorted(kinds, key=lambda kind: (-len(kinds[kind]), kind)):
        members = sorted(kinds[kind])
        first = graph.nodes[members[0]]
        axes.scatter(
            [placed[node][0] for node in members],
            [placed[node][1] for node in members],
            s=[30 + 12 * found[node].degree for node in members],
            c=first.get("color", OTHER.color),
            marker=_MARKERS[first.get("shape", OTHER.shape)],
            edgecolors="white",
            linewidths=0.6,
            label=f"{first['kind']} ({len(members)})",
            zorder=2,
        )
    for node in _named(graph, placed, found):
        name = graph.nodes[node]["label"]
        axes.annotate(
            name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…",
            placed[node],
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            parse_math=False,
            bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.8},
            zorder=3,
        )


def _named(graph: nx.MultiDiGraph, placed: dict[str, tuple[float, float]], found: dict[str, Measures]) -> list[str]:
    """The nodes that carry their name: those with the most relations first, where the name covers no other name."""
    boxes: list[tuple[float, float, float]] = []
    named = []
    for node in sorted(graph, key=lambda node: (-found[node].degree, node)):
        (x, y), half = placed[node], min(len(graph.nodes[node]["label"]), _LONGEST_NAME) * _LETTER / 2
        if all(abs(x - other) > half + width or abs(y - line) > _LINE for other, line, width in boxes):
            boxes.append((x, y, half))
            named.append(node)
    return named

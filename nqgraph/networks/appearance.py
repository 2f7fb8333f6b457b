"""How kinds of things look in pictures: a colour and a shape each, so that neither is needed alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from nqgraph.model.shapes import Schema


@dataclass(frozen=True)
class Look:
    """Colour as hex and shape by name; both together are unique."""

    color: str
    shape: str


#: Look of what has no shape.
OTHER = Look("#808080", "dot")

#: Shape → outline in a box of 16 by 16, for legends.
OUTLINES: dict[str, str] = {
    "dot": '<circle cx="8" cy="8" r="6"/>',
    "square": '<rect x="2.5" y="2.5" width="11" height="11"/>',
    "triangle": '<path d="M8 2 14.5 13.5H1.5z"/>',
    "triangleDown": '<path d="M8 14 1.5 2.5h13z"/>',
    "diamond": '<path d="M8 1 14.5 8 8 15 1.5 8z"/>',
    "hexagon": '<path d="M4.5 2h7l3.5 6-3.5 6h-7L1 8z"/>',
    "star": '<path d="m8 1 2.1 4.6 5 .5-3.8 3.3 1.1 4.9L8 11.8l-4.4 2.5 1.1-4.9L.9 6.1l5-.5z"/>',
}
#: Colours for kinds whose shape names none; each has a contrast of at least 3 to 1 on white and on black.
_PALETTE = ("#3f7fbf", "#d1495b", "#2e8b57", "#b8860b", "#7b68c4", "#2f8f9d", "#c0608f", "#707b8c")


def looks(schema: Schema) -> Mapping[str, Look]:
    """
    ``{type}`` in IRIs → look, in the order of the shapes' numbers on the start page, then of their names.

    What the node shape says counts; a thing whose shape says nothing gets a colour and a shape that are still free.
    """
    ordered = sorted(
        (shape for shape in schema.node_shapes if shape.role == "thing" or shape.color),
        key=lambda shape: (shape.count_order is None, shape.count_order or 0, shape.segment),
    )
    given = {
        shape.segment: Look(shape.color or OTHER.color, shape.symbol if shape.symbol in OUTLINES else OTHER.shape)
        for shape in ordered
        if shape.color or shape.symbol
    }
    taken = set(given.values())
    free = (look for shape, color in product(OUTLINES, _PALETTE) if (look := Look(color, shape)) not in taken)
    return {shape.segment: given.get(shape.segment) or next(free, OTHER) for shape in ordered}
